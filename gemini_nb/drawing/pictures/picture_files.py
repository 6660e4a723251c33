"""Image files by their headers: which frame, which way up, and whether a browser shows them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from PIL import ExifTags, Image

from gemini_nb.errors import PictureError

if TYPE_CHECKING:
    from pathlib import Path

_AS_THEY_ARE: Final = {
    "JPEG": ("image/jpeg", frozenset({"L", "RGB"})),  # browsers disagree about CMYK
    "MPO": ("image/jpeg", frozenset({"L", "RGB"})),  # a phone's JPEG, with more after its end
    "PNG": ("image/png", frozenset({"1", "L", "LA", "I;16", "I", "P", "PA", "RGB", "RGBA"})),
    "WEBP": ("image/webp", frozenset({"RGB", "RGBA"})),
    "GIF": ("image/gif", frozenset({"L", "P", "RGB", "RGBA"})),
}
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height
_PNG_EXIF: Final = frozenset({"exif", "Raw profile type exif", "xmp", "XML:com.adobe.xmp"})


def read(path: Path) -> bytes:
    """The file's bytes.

    Raises:
        PictureError: there is no such file, or it can't be read.
    """
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise PictureError(
            f"{str(path)[:200]!r} can't be read ({getattr(error, 'strerror', error)}); pass the "
            "path of an image file, or its bytes."
        ) from error


def opened(data: bytes) -> Image.Image:
    """The image in `data`, of which only the header has been read.

    Raises:
        PictureError: it is no image, or suspiciously large.
    """
    try:
        return Image.open(io.BytesIO(data))
    except Image.DecompressionBombError as error:
        raise PictureError(f"{error} Raise PIL.Image.MAX_IMAGE_PIXELS to allow it.") from error
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(
            f"{len(data)} bytes beginning with {data[:12]!r} are no image that Pillow can read; "
            "pass a whole JPEG, PNG, WebP, GIF, TIFF or BMP."
        ) from error


def seek(image: Image.Image, frame: int) -> None:
    """Let `image` stand at a frame of its animation, from 0.

    Raises:
        PictureError: it has no such frame.
    """
    count = getattr(image, "n_frames", 1)
    if not 0 <= frame < count:
        raise PictureError(f"There is no frame={frame}: the image has {count}, from 0 on.")
    image.seek(frame)


def upright_size(image: Image.Image, data: bytes) -> tuple[int, int]:
    """Width and height as a person sees them."""
    # Pillow turns a TIFF by itself, and gives its size as turned.
    if image.format != "TIFF" and _orientation(image, data) in _SIDEWAYS:
        return image.height, image.width
    return image.size


def browser_type(image: Image.Image, data: bytes) -> str | None:
    """The MIME type of a file that every browser shows as it is; None where one might not."""
    mime_type, modes = _AS_THEY_ARE.get(image.format or "", (None, frozenset[str]()))
    if image.mode not in modes or _orientation(image, data) != 1:
        return None
    animated = image.format != "MPO" and getattr(image, "is_animated", False)
    return None if animated else mime_type


def _orientation(image: Image.Image, data: bytes) -> int:
    """Its EXIF orientation, 1 to 8; 1 where it has none."""
    # Pillow decodes a whole PNG to look for EXIF data behind the pixels.
    if image.format == "PNG" and b"eXIf" not in data and not image.info.keys() & _PNG_EXIF:
        return 1
    said = image.getexif().get(ExifTags.Base.Orientation, 1)
    return said if said in range(1, 9) else 1
