"""The image that is drawn on: loaded from whatever holds it, its original bytes kept.

EXIF orientation is honoured here and nowhere else: sizes, pixels and encoded bytes are all as a
person sees the picture.
"""

from __future__ import annotations

import io
import os
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

import numpy as np
from PIL import Image

from gemini_nb.drawing.pictures import picture_files
from gemini_nb.drawing.pictures.pixels import eight_bit, from_array, upright
from gemini_nb.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Iterator

MaxWidth = int | Literal["auto"] | None
"""Pixels; "auto" scales what is heavy down to `DISPLAY_WIDTH`; None never scales."""

DISPLAY_WIDTH: Final = 1280
"""Pixels: how wide a heavy picture is shown."""
HEAVY: Final = 1_000_000
"""Bytes: from here on "auto" scales a picture, so that a saved notebook stays light."""

_PALETTE: Final = 256  # colours: up to here PNG is smaller than JPEG, and loses nothing
_BYTES_A_PIXEL: Final = 0.4  # of a photo as JPEG, to tell what is heavy before it is encoded
_QUALITY: Final = 90
_REDUCED_QUALITY: Final = 85
_SMALL: Final = 500_000  # pixels
_THOROUGH: Final = 6  # WebP's most, and still some 20 ms for a small picture
_SMALL_QUALITY: Final = 65  # of WebP: a notebook may hold twenty of them


class Encoded(NamedTuple):
    """A picture as a browser takes it."""

    data: bytes
    mime_type: str
    width: int
    height: int


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Picture:
    """One picture, or one frame of an animation, the right way up."""

    width: int
    """In pixels, as a person sees it: after EXIF orientation."""
    height: int
    original: bytes | None = None
    """The whole file, where there was one."""
    mime_type: str | None = None
    """Of the original, where any browser shows it as it is; None where it must be encoded."""
    frame: int = 0
    memory: Image.Image | None = None
    """The pixels, where there was no file."""

    def pixels(self) -> Image.Image:
        """A new image in mode "RGB", or "RGBA" where it has transparency.

        Raises:
            PictureError: the file is damaged.
        """
        return self._decoded(self.width, self.height)

    def encoded(self, max_width: MaxWidth = None) -> Encoded:
        """The original's own bytes where a browser shows them, an encoding of it otherwise.

        Encoded anew are CMYK, TIFF, BMP, turned by EXIF, one frame of several, arrays, Pillow's
        images, and what is scaled: as JPEG, or as PNG where there is transparency or at most 256
        colours.

        Args:
            max_width: in pixels; a wider picture is scaled down. "auto" scales to 1280 pixels what
                is over 1 MB.

        Raises:
            PictureError: the file is damaged, or the width is below 1.
        """
        width = self.shown_width(max_width)
        if self.original is not None and self.mime_type and width == self.width:
            return Encoded(self.original, self.mime_type, self.width, self.height)
        height = max(round(self.height * width / self.width), 1)
        image = self._decoded(width, height)
        if image.size != (width, height):
            image = image.resize((width, height), Image.Resampling.HAMMING, reducing_gap=2.0)
        return Encoded(*_compressed(image, reduced=width < self.width), width, height)

    def shown_width(self, max_width: MaxWidth) -> int:
        """The width that `encoded` gives it, in pixels; raises as that does for a bad width."""
        if max_width == "auto":
            compressed = self.original if self.mime_type else None
            weight = len(compressed or b"") or self.width * self.height * _BYTES_A_PIXEL
            return min(self.width, DISPLAY_WIDTH) if weight > HEAVY else self.width
        if max_width is None:
            return self.width
        if max_width < 1:
            raise PictureError(f"max_width={max_width} shows nothing; pass 1 pixel or more.")
        return min(self.width, max_width)

    def _decoded(self, width: int, height: int) -> Image.Image:
        """The pixels; at least `width` by `height`, where decoding fewer than all is cheaper."""
        if self.memory is not None:
            return self.memory.copy()
        try:
            with picture_files.opened(self.original or b"") as image:
                # A JPEG decodes at a half, a quarter or an eighth of its size for little.
                sides = max(width, height), min(width, height)
                wanted = sides if image.width >= image.height else sides[::-1]
                image.draft(None, wanted)  # pyright: ignore[reportArgumentType] - None keeps it
                image.seek(self.frame)
                return eight_bit(upright(image))
        except (OSError, SyntaxError, ValueError, zlib.error) as error:
            raise PictureError(
                f"The image could not be decoded ({error}); its file is damaged or cut short."
            ) from error


def load(image: object, *, frame: int | None = None) -> Picture:
    """The picture in `image`, with its original bytes where it has any.

    Args:
        image: a path; the bytes of an image file; a `PIL.Image.Image`; a numpy array (see
            `pixels.from_array`); a `types.Part`, `Blob` or `Image` of the SDK; an IPython image.
        frame: of an animation, from 0; without it the first, and of a Pillow image the one at
            which it stands.

    Raises:
        PictureError: there is no such file, it is no image, or it has no such frame.

    Example:
        >>> load(np.zeros((2, 3), np.uint8)).encoded()[1:]
        ('image/png', 3, 2)
    """
    if isinstance(image, Picture):
        return image
    if isinstance(image, Image.Image):
        return _of_pillow(image, frame)
    if isinstance(image, str | os.PathLike):
        return _of_file(picture_files.read(Path(cast("str", image))), frame)
    if isinstance(image, bytes | bytearray | memoryview):
        return _of_file(bytes(cast("bytes", image)), frame)
    for held in _held_bytes(image):
        return _of_file(held, frame)
    if hasattr(image, "__array__"):
        pixels = from_array(np.asarray(image))
        return Picture(pixels.width, pixels.height, memory=pixels)
    raise PictureError(
        f"{type(image).__name__} is no image; pass a path, bytes, a PIL image, a numpy array, or "
        "a types.Part with the image's bytes (not only a reference to a file)."
    )


def _held_bytes(image: object) -> Iterator[bytes]:
    """The bytes in a Part, a Blob, an SDK image or an IPython image, whichever has them."""
    for holder in (getattr(image, "inline_data", None), image):
        for name in ("data", "image_bytes"):
            data: Any = getattr(holder, name, None)
            if isinstance(data, bytes):
                yield data


def _of_file(data: bytes, frame: int | None) -> Picture:
    """A picture of which only the header has been read."""
    with picture_files.opened(data) as image:
        mime_type = None if frame else picture_files.browser_type(image, data)
        width, height = picture_files.upright_size(image, data)
        if frame:
            picture_files.seek(image, frame)
    return Picture(width, height, data, mime_type, frame or 0)


def _of_pillow(image: Image.Image, frame: int | None) -> Picture:
    stands_at = image.tell()
    if frame is not None and frame != stands_at:
        picture_files.seek(image, frame)
    pixels = eight_bit(upright(image))
    if image.tell() != stands_at:
        image.seek(stands_at)
    return Picture(pixels.width, pixels.height, memory=pixels)


def _compressed(image: Image.Image, *, reduced: bool) -> tuple[bytes, str]:
    """The file's bytes and its type."""
    file = io.BytesIO()
    opaque = image.mode == "RGB" or image.getchannel("A").getextrema() == (255, 255)
    if not opaque or image.getcolors(_PALETTE) is not None:
        (image.convert("RGB") if opaque else image).save(file, "PNG")
        return file.getvalue(), "image/png"
    # WebP halves the bytes that a notebook keeps, but takes too long for large pictures.
    if reduced and image.width * image.height <= _SMALL:
        kind, quality = "WEBP", _SMALL_QUALITY
    else:
        kind, quality = "JPEG", _REDUCED_QUALITY if reduced else _QUALITY
    profile = image.info.get("icc_profile")
    image.convert("RGB").save(file, kind, quality=quality, icc_profile=profile, method=_THOROUGH)
    return file.getvalue(), f"image/{kind.lower()}"
