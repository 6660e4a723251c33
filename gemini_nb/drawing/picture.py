"""The image that is drawn on: loaded from whatever holds it, its original bytes kept.

EXIF orientation is decided here and nowhere else, so that what is drawn, shown, cropped and sent
agrees with what Gemini sees: the bytes of a file are sent whole and stand as their EXIF says; of
a Pillow image the SDK sends the pixels as they are stored, without the tag, and so they stand.
"""

from __future__ import annotations

import io
import os
import struct
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

import numpy as np
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from gemini_nb.drawing.pixels import eight_bit, from_array
from gemini_nb.errors import InvalidOptionError, PictureError

if TYPE_CHECKING:
    from collections.abc import Generator

MaxWidth = int | Literal["auto"] | None
"""Pixels; "auto" scales what is heavy down to `DISPLAY_WIDTH`; None never scales."""

DISPLAY_WIDTH: Final = 1280
"""Pixels: how wide a heavy picture is shown."""
HEAVY: Final = 1_000_000
"""Bytes: from here on "auto" scales a picture, so that a saved notebook stays light."""

_SHOWN_BY_BROWSERS: Final = {
    "JPEG": ("image/jpeg", frozenset({"L", "RGB"})),  # browsers disagree about CMYK
    "MPO": ("image/jpeg", frozenset({"L", "RGB"})),  # a phone's JPEG, with more after its end
    "PNG": ("image/png", frozenset({"1", "L", "LA", "I;16", "I", "P", "PA", "RGB", "RGBA"})),
    "WEBP": ("image/webp", frozenset({"RGB", "RGBA"})),
    "GIF": ("image/gif", frozenset({"L", "P", "RGB", "RGBA"})),
}
_SIDEWAYS: Final = frozenset({5, 6, 7, 8})  # EXIF orientations that swap width and height
_TELLS_ORIENTATION: Final = b"eXIf", b"exif", b"xmp"  # in the names of a PNG's chunks
_DAMAGE: Final = (OSError, SyntaxError, ValueError, AttributeError, zlib.error, struct.error)
_DAMAGED: Final = "The image could not be decoded", "its file is damaged or cut short"
_PALETTE: Final = 256  # colours: up to here PNG is smaller than JPEG, and loses nothing
_BYTES_A_PIXEL: Final = 0.4  # of a photo as JPEG, to tell what is heavy before it is encoded
_QUALITY, _REDUCED_QUALITY = 90, 85  # of JPEG
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
    """One picture, or one frame of an animation, as Gemini sees it; `load` makes it."""

    width: int
    """In pixels, as it is drawn: after EXIF orientation where that counts."""
    height: int
    original: bytes | None = None
    """The whole file, where there was one."""
    mime_type: str | None = None
    """Of the original, where any browser shows it as it is; None where it must be encoded."""
    frame: int = 0
    memory: Image.Image | None = None
    """The pixels, where there was no file."""
    notice: str = ""
    """What a reader should know: that a Pillow image has a tag which neither the SDK nor this
    package obeys."""

    def __repr__(self) -> str:
        kind = f", {self.mime_type}" if self.mime_type else ""
        return f"picture, {self.width} x {self.height}{kind}"

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
            is_shown = self.original is not None and self.mime_type
            weight = (
                len(self.original or b"") if is_shown else self.width * self.height * _BYTES_A_PIXEL
            )
            max_width = DISPLAY_WIDTH if weight > HEAVY else None
        if max_width is None:
            return self.width
        width = 0
        with suppress(TypeError, ValueError, OverflowError):
            width = int(max_width)
        if width < 1:
            raise PictureError(f"max_width={max_width!r} shows nothing; pass 1 pixel or more.")
        return min(self.width, width)

    def _decoded(self, width: int, height: int) -> Image.Image:
        """The pixels; at least `width` by `height`, where decoding fewer than all is cheaper."""
        if self.memory is not None:
            return self.memory.copy()
        with _explained(*_DAMAGED), opened(self.original or b"") as image:
            # A JPEG decodes at a half, a quarter or an eighth of its size for little.
            sides = max(width, height), min(width, height)
            wanted = sides if image.width >= image.height else sides[::-1]
            image.draft(None, wanted)  # pyright: ignore[reportArgumentType] - None keeps it
            image.seek(self.frame)
            is_upright = _orientation(image) == 1
            return eight_bit(image if is_upright else ImageOps.exif_transpose(image))


def load(image: object, *, frame: int | None = None) -> Picture:
    """The picture in `image`, with its original bytes where it has any.

    Args:
        image: a path; the bytes of an image file, or a file open for reading them, which is read
            from its start and left where it stood; a `PIL.Image.Image`; a numpy array (see
            `from_array`); a `types.Part`, `Blob` or `Image` of the SDK; an IPython image; a crop;
            a frame of a video.
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
    held = getattr(image, "picture", None) or getattr(image, "image", None)
    if isinstance(held, Image.Image):  # a video frame's, or a crop's
        image = held
    if isinstance(image, Image.Image):
        return _of_pillow(image, frame)
    data = bytes_of(image)
    if data is not None:
        return _of_file(data, frame)
    if hasattr(image, "__array__"):
        pixels = from_array(np.asarray(image))
        return Picture(pixels.width, pixels.height, memory=pixels)
    raise PictureError(
        f"{type(image).__name__} is no image; pass a path, bytes, an open binary file, a PIL "
        "image, a numpy array, or a types.Part with the image's bytes (not only a reference to a "
        "file)."
    )


def load_before(image: object, answer: object, *, frame: int | None = None) -> Picture:
    """`load` for a function that takes an image and then an answer.

    Raises:
        PictureError: as `load`; it says so where the two have changed places.
    """
    try:
        return load(image, frame=frame)
    except PictureError as error:
        with suppress(PictureError):
            load(answer)
            raise InvalidOptionError(
                "The image comes first, then the answer; here they have changed places: "
                f"{type(image).__name__}, then {type(answer).__name__}."
            ) from error
        raise


def opened(data: bytes) -> Image.Image:
    """The image in `data`, of which only the header has been read.

    Raises:
        PictureError: it is no image, or suspiciously large.
    """
    said = f"{len(data)} bytes beginning with {data[:12]!r} are no image that Pillow can read"
    with _explained(said, "pass a whole JPEG, PNG, WebP, GIF, TIFF or BMP"):
        return Image.open(io.BytesIO(data))


def bytes_of(image: Any) -> bytes | None:  # noqa: ANN401 - anything that may hold an image
    """The bytes of an image file that `image` names or holds; None where it does neither."""
    if isinstance(image, str | os.PathLike):
        name = os.fspath(cast("str", image))
        with _explained(f"{name[:200]!r} can't be read", "pass a file's path, or its bytes"):
            return Path(name).read_bytes()
    if isinstance(image, bytes | bytearray | memoryview):
        return bytes(cast("bytes", image))
    # A Part, a Blob, an SDK image or an IPython image, whichever has them.
    for holder in (getattr(image, "inline_data", None), image):
        for name in ("data", "image_bytes"):
            if isinstance(data := getattr(holder, name, None), bytes):
                return data
    return _read(image) if callable(getattr(image, "read", None)) else None


def _read(file: Any) -> bytes:  # noqa: ANN401 - files need not derive from IOBase
    """All that is in an open file, which then stands where it stood."""
    with _explained("The open file can't be read", "pass its path"):
        stood_at = file.tell() if file.seekable() else None
        if stood_at:
            file.seek(0)
        data = file.read()
        if stood_at is not None:
            file.seek(stood_at)
    if not isinstance(data, bytes):
        raise PictureError('A file open as text has no bytes; open it with mode="rb".')
    return data


def _of_file(data: bytes, frame: int | None) -> Picture:
    """A picture of which only the header has been read."""
    with opened(data) as image:
        # Pillow decodes a whole PNG to look for such data behind the pixels.
        may_tell = image.format != "PNG" or any(name in data for name in _TELLS_ORIENTATION)
        turned = _orientation(image) if may_tell else 1
        # Pillow turns a TIFF by itself, and gives its size as turned.
        is_sideways = turned in _SIDEWAYS and image.format != "TIFF"
        width, height = image.size[::-1] if is_sideways else image.size
        mime_type, modes = _SHOWN_BY_BROWSERS.get(image.format or "", (None, frozenset[str]()))
        moves = image.format != "MPO" and getattr(image, "is_animated", False)
        if image.mode not in modes or turned != 1 or moves:
            mime_type = None
        if frame:
            _seek(image, frame)
    return Picture(width, height, data, mime_type, frame or 0)


def _of_pillow(image: Image.Image, frame: int | None) -> Picture:
    """The pixels as they are stored, which the SDK sends without the image's orientation."""
    stands_at = image.tell()
    with _explained(*_DAMAGED):
        if frame not in {None, stands_at}:
            _seek(image, frame or 0)
        pixels, orientation = eight_bit(image), _orientation(image)
        if image.tell() != stands_at:
            image.seek(stands_at)
    notice = (
        f"drawn as stored, as the SDK sends it; EXIF orientation {orientation} would turn it: send "
        "and draw ImageOps.exif_transpose(image)"
    )
    return Picture(*pixels.size, memory=pixels, notice=notice if orientation != 1 else "")


def _seek(image: Image.Image, frame: int) -> None:
    """Let `image` stand at a frame of its animation, from 0."""
    count = getattr(image, "n_frames", 1)
    if not 0 <= frame < count:
        raise PictureError(f"There is no frame={frame}: the image has {count}, from 0 on.")
    image.seek(frame)


def _orientation(image: Image.Image) -> int:
    """Its EXIF orientation, 1 to 8; 1 where it has none that can be read."""
    try:
        said = image.getexif().get(ExifTags.Base.Orientation, 1)
    except _DAMAGE:
        return 1
    return said if said in range(1, 9) else 1


@contextmanager
def _explained(said: str, remedy: str) -> Generator[None]:
    """Says what it means that Pillow, or a file, fails."""
    try:
        yield
    except Image.DecompressionBombError as error:
        raise PictureError(f"{error} Raise PIL.Image.MAX_IMAGE_PIXELS to allow it.") from error
    except PictureError:
        raise
    except _DAMAGE as error:
        reason = f" ({getattr(error, 'strerror', None) or error})"
        # Which would tell an address in memory.
        reason = "" if isinstance(error, UnidentifiedImageError) else reason
        raise PictureError(f"{said}{reason}; {remedy}.") from error


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
