"""Encoded images in, upright RGB pixels out; whatever can't be read gets one clear error."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image, ImageOps
from PIL.BmpImagePlugin import BmpImageFile
from PIL.GifImagePlugin import GifImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MAX_PIXELS: Final = 40_000_000
"""Largest image that is decoded; its pixels take 120 MB."""

# Plugins by the bytes that their files begin with. `Image.open` would try every format that
# Pillow knows, and warn, instead of raise, about some images that are too large.
_PLUGINS: Final[tuple[tuple[bytes, type[ImageFile]], ...]] = (
    (b"\x89PNG\r\n\x1a\n", PngImageFile),
    (b"\xff\xd8\xff", JpegImageFile),
    (b"RIFF", WebPImageFile),
    (b"GIF8", GifImageFile),
    (b"BM", BmpImageFile),
)
_ISO_MEDIA: Final = b"ftyp"  # at byte 4 of HEIC, AVIF and MP4 files


class ImageError(ValueError):
    """The bytes are not an image that can be read; the message says why and what to do."""


def decode(data: bytes) -> Image.Image:
    """The image that `data` encodes, upright and in RGB, transparency laid on white.

    Reads PNG, JPEG, WebP, GIF (first frame) and BMP of up to `MAX_PIXELS`, in any colour mode,
    and turns the image as its EXIF orientation says. No setting of Pillow's is changed, so that
    threads may decode side by side.

    Raises:
        ImageError: the data are empty, of another format, too large, truncated or broken.

    Example:
        >>> decode(b"hello")
        Traceback (most recent call last):
        ...
        gemini_nb.offline.vision.image_data.ImageError: This is not an image that can be read here
        (it begins with b'hello'): send PNG, JPEG, WebP, GIF or BMP.
    """
    plugin = _plugin(data)
    try:
        image = plugin(io.BytesIO(data))
        _check_size(image)
        image.load()
        _check_size(image)  # a GIF's first frame may be larger than its header said
        return _flat(_upright(image))
    except ImageError:
        raise
    except Exception as error:  # Pillow raises almost anything
        raise ImageError(
            f"The {plugin.format} image is broken or cut short ({len(data):,} bytes; {error}): "
            "check that the whole file was sent."
        ) from error


def _plugin(data: bytes) -> type[ImageFile]:
    """The Pillow class that reads `data`."""
    if not data:
        raise ImageError("The image is empty: send the bytes of an image file.")
    if data[4:8] == _ISO_MEDIA:
        raise ImageError(
            "HEIC and AVIF images and videos can't be read here: save the picture as JPEG or PNG."
        )
    for start, plugin in _PLUGINS:
        if data.startswith(start):
            return plugin
    raise ImageError(
        f"This is not an image that can be read here (it begins with {data[:12]!r}): "
        "send PNG, JPEG, WebP, GIF or BMP."
    )


def _check_size(image: Image.Image) -> None:
    width, height = image.size
    if width * height > MAX_PIXELS:
        raise ImageError(
            f"The image has {width} x {height} pixels, more than the {MAX_PIXELS:,} that are "
            "decoded here: send a smaller copy."
        )
    if not width * height:
        raise ImageError(f"The image has {width} x {height} pixels: send one with at least 1 x 1.")


def _upright(image: Image.Image) -> Image.Image:
    """`image` turned as its EXIF data ask; as it is where they can't be read."""
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001 - EXIF data of any make; the pixels are good without them
        return image


def _flat(image: Image.Image) -> Image.Image:
    """`image` in RGB, on white where it is transparent."""
    if image.mode == "I" or image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) // 257).astype(np.uint8)).convert("RGB")
    if not image.has_transparency_data:
        return image.convert("RGB")
    pixels = image.convert("RGBA")
    white = Image.new("RGBA", pixels.size, "white")
    return Image.alpha_composite(white, pixels).convert("RGB")
