"""Series of pictures: read from files and animations, and written as one that plays by itself."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from PIL import Image, ImageSequence, features

from gemini_nb.drawing.pictures import picture_files
from gemini_nb.drawing.pictures.picture import load
from gemini_nb.drawing.pictures.pixels import eight_bit, upright
from gemini_nb.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

AnimationFormat = Literal["webp", "gif"]

SECONDS_PER_FRAME: Final = 0.4
"""How long each of several single pictures is shown."""

_SHORTEST: Final = 0.02  # seconds; browsers show shorter ones for 0.1
_QUICK: Final = 0.1  # what browsers make of a frame that says it is shown for no time at all
_QUALITY: Final = 40  # of WebP: marks and letters stay clean, and a frame takes some 3 kB
_THOROUGH: Final = 4  # of WebP's 0 to 6: more takes longer and saves little


class Film(NamedTuple):
    """Frames of one size, and how long each is shown."""

    images: tuple[Image.Image, ...]
    """In mode "RGB"."""
    seconds: tuple[float, ...]
    original_size: tuple[int, int]
    """Width and height that the frames had before they were scaled, in pixels."""

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in pixels."""
        return self.images[0].size


def film(
    frames: Any,  # noqa: ANN401 - whatever holds images
    *,
    max_width: int | None = None,
    seconds_per_frame: float | None = None,
) -> Film:
    """The frames of a series of images, or of one animation.

    Args:
        frames: a sequence of anything that `picture.load` takes; one array of shape (frames,
            height, width, channels); or one animated GIF, WebP or PNG, as a path, bytes, Pillow
            image or `types.Part`.
        max_width: in pixels; wider frames are scaled down.
        seconds_per_frame: how long each is shown; without it, as long as an animation says, and
            0.4 seconds for single images.

    Raises:
        PictureError: there are no frames, they differ in size, or one can't be read.

    Example:
        >>> still = Image.new("RGB", (64, 48))
        >>> film([still, still], max_width=32).size
        (32, 24)
    """
    if seconds_per_frame is not None and seconds_per_frame <= 0:
        raise PictureError(
            f"seconds_per_frame={seconds_per_frame} shows nothing; pass 0.1 or more."
        )
    if max_width is not None and max_width < 1:
        raise PictureError(f"max_width={max_width} shows nothing; pass 1 pixel or more.")
    shots = list(_shots(frames, max_width))
    if not shots:
        raise PictureError("There are no frames; pass at least one image.")
    first = shots[0]
    for at, (_, _, size) in enumerate(shots):
        if size != first[2]:
            raise PictureError(
                f"Frame {at} is {size[0]} x {size[1]} pixels and frame 0 is {first[2][0]} x "
                f"{first[2][1]}; frames of one film need one size."
            )
    seconds = [seconds_per_frame or max(shown, _SHORTEST) for _, shown, _ in shots]
    return Film(tuple(image for image, _, _ in shots), tuple(seconds), first[2])


def encoded(
    images: Iterable[Image.Image], seconds: Iterable[float], form: AnimationFormat
) -> bytes:
    """An animation of `images` that plays over and over: the bytes of its file."""
    first, *rest = images
    file = io.BytesIO()
    options: dict[str, Any] = {
        "save_all": True,
        "append_images": rest,
        "duration": [round(1000 * shown) for shown in seconds],
        "loop": 0,
    }
    if form == "webp":
        first.save(file, "WEBP", quality=_QUALITY, method=_THOROUGH, minimize_size=True, **options)
    else:
        first.save(file, "GIF", optimize=False, **options)
    return file.getvalue()


def best_format() -> AnimationFormat:
    """WebP, a fifth of GIF's size and in true colour, where this Pillow can write it."""
    return "webp" if features.check("webp") else "gif"


_Shot: TypeAlias = tuple[Image.Image, float, tuple[int, int]]
"""A frame, scaled; how many seconds it is shown; the size that it had."""


def _shots(frames: Any, max_width: int | None) -> Iterator[_Shot]:  # noqa: ANN401 - as `film`
    if _is_series(frames):
        for each in frames:
            yield _scaled(load(each).pixels(), SECONDS_PER_FRAME, max_width)
        return
    if isinstance(frames, Image.Image):
        yield from _played(frames, max_width)
        return
    picture = load(frames)
    if picture.original is None:
        yield _scaled(picture.pixels(), SECONDS_PER_FRAME, max_width)
        return
    with picture_files.opened(picture.original) as image:
        yield from _played(image, max_width)


def _played(image: Image.Image, max_width: int | None) -> Iterator[_Shot]:
    """Each frame of an animation, which afterwards stands where it stood."""
    stood_at = image.tell()
    try:
        for frame in ImageSequence.Iterator(image) if _moves(image) else (image,):
            pixels = eight_bit(upright(frame))
            # Only now: WebP tells how long a frame is shown once it is decoded.
            shown = float(frame.info.get("duration") or 1000 * _QUICK) / 1000
            yield _scaled(pixels, shown, max_width)
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(
            f"A frame could not be decoded ({error}); the file is damaged."
        ) from error
    finally:
        if image.tell() != stood_at:
            image.seek(stood_at)


def _is_series(frames: object) -> bool:
    """Whether there is an image in each of its elements, as in a list, or an array of them."""
    if isinstance(frames, str | bytes | bytearray | memoryview):
        return False
    return isinstance(frames, Sequence) or getattr(frames, "ndim", 0) == 4  # noqa: PLR2004 - frames, rows, columns, colours


def _moves(image: Image.Image) -> bool:
    return bool(getattr(image, "is_animated", False))


def _scaled(image: Image.Image, seconds: float, max_width: int | None) -> _Shot:
    """`image` on white, where it is transparent, at most `max_width` wide."""
    size = image.size
    if image.mode == "RGBA":
        white = Image.new("RGBA", size, "white")
        image = Image.alpha_composite(white, image)
    image = image.convert("RGB")
    if max_width is not None and image.width > max_width:
        height = max(round(image.height * max_width / image.width), 1)
        image = image.resize((max_width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)
    image.info.clear()
    return image, seconds, size
