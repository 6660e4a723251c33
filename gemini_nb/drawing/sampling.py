"""A video's frames with their times, and the one clip that is made of whatever holds frames."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, cast

from PIL import Image, ImageSequence

from gemini_nb import video as videos
from gemini_nb.drawing.picture import bytes_of, load, opened
from gemini_nb.errors import PictureError
from gemini_nb.spatial.statements import seconds_in
from gemini_nb.video import Frame

if TYPE_CHECKING:
    from collections.abc import Iterable

_STILL: Final = 0.4  # seconds that a frame is shown where an animation does not say how long
_LONGEST_SIDE: Final = 16_000  # pixels, with the strip: no WebP has more than 16,383
_MOST_SAMPLED: Final = 600  # more fill the memory, and cost tokens
_FASTEST, _MOST_SHOWN = 10, 150  # frames a second, and of a whole video, that a cell plays
_UNEVEN: Final = 0.0021  # seconds that a step may be off, as times are rounded


@dataclass(frozen=True, slots=True)
class Clip:
    """Frames of one size that are played one after the other: of a video, or an animation."""

    pictures: tuple[Image.Image, ...]
    """In mode "RGB", scaled down to what is shown."""
    seconds: tuple[float, ...]
    """How long each is shown."""
    size: tuple[int, int]
    """Their width and height before that, in pixels."""
    notice: str = ""
    """What a reader should know of how they stand."""
    start: float = 0.0
    """When the first of them is shown in the video, in seconds."""
    is_video: bool = False
    """Whether they are frames of a video, which have their times in it."""
    is_file: bool = False
    """Whether that was given itself, and not frames of it."""

    @property
    def length(self) -> float:
        """In seconds."""
        return math.fsum(self.seconds)

    def name(self, at: int) -> str:
        """What a picture is called: by its number, or its time in a video."""
        return clock(self.start + at * self.seconds[0]) if self.is_video else f"frame {at}"

    def time(self, said: str) -> float | None:
        """The second that an answer tells: as a time, or as a frame's number from 0 on.

        Of a whole video a model is shown one frame a second.
        """
        step = 1.0 if self.is_file else self.seconds[0]
        return self.start + int(said) * step if said.isdecimal() else seconds_in(said)

    def number(self, time: float) -> int | None:
        """The number of the picture that a video shows at a time; None outside of it."""
        at = round((time - self.start) / self.seconds[0])
        # Models tell whole seconds, also of the last one, which has not passed in whole.
        is_within = at >= 0 and time <= math.ceil(self.start + self.length - 1e-3)
        return min(at, len(self.pictures) - 1) if is_within else None


def clock(seconds: float) -> str:
    """A time in minutes and seconds.

    Example:
        >>> clock(3), clock(63.25), clock(3723)
        ('0:03', '1:03.25', '1:02:03')
    """
    minutes, rest = divmod(round(seconds, 2), 60)
    hours, minutes = divmod(int(minutes), 60)
    told = f"{rest:05.2f}".rstrip("0").rstrip(".")
    return f"{hours}:{minutes:02}:{told}" if hours else f"{minutes}:{told}"


def sample_frames(
    video: object,
    fps: float = 1.0,
    start: float | None = None,
    end: float | None = None,
    *,
    max_width: int | None = None,
) -> tuple[Frame, ...]:
    """The frames on screen at `start` and every `1 / fps` seconds after it, before `end`.

    Each has its `seconds` since the video's beginning, and its `picture`, a Pillow image.

    Args:
        video: an MP4, QuickTime, WebM, AVI, FLV, WMV or MPEG file: its path, its bytes, the file
            open for reading them, or a `types.Part` with them.
        fps: frames for each second; Gemini, too, looks at one a second unless told.
        start: seconds from the video's beginning.
        end: likewise; None for all of it.
        max_width: of a frame, in pixels; None leaves frames as large as they are.

    Raises:
        PictureError: PyAV isn't installed, the video can't be read, or has over 600 such frames.

    Example:
        >>> red = [Image.new("RGB", (64, 48), "red")] * 8
        >>> sample_frames(videos.encode(red, fps=4), fps=2, start=0.5)
        (Frame at 0.5 s, 64 x 48, Frame at 1 s, 64 x 48, Frame at 1.5 s, 64 x 48)
    """
    if (data := bytes_of(video)) is None:
        raise PictureError(
            f"{type(video).__name__} is no video; pass a path, bytes, an open binary file, or a "
            "types.Part with the video's bytes (not only a reference to a file)."
        )
    if max_width is not None and max_width < 1:
        raise PictureError(f"max_width={max_width} shows nothing; pass 1 pixel or more, or None.")
    within = max_width or math.inf, math.inf
    begin, stop = start or 0.0, math.inf if end is None else end
    return tuple(videos.frames(data, fps, begin, stop, within=within, most=_MOST_SAMPLED))


def clip_of(frames: object, max_width: int | None, seconds_per_frame: float | None) -> Clip:
    """The frames that `draw_frames` takes, as one clip.

    Raises:
        PictureError: there are none, they differ in size, or one can't be read.
    """
    frames = frames if (data := bytes_of(frames)) is None else data
    is_file = bool(data and videos.kind_of(data))
    size, notice = (0, 0), ""
    pictures, seconds, times = list[Image.Image](), list[float](), list[float]()
    for each, shown in _shots(_sampled(data) if data and is_file else frames):
        times += [each.seconds] if isinstance(each, Frame) else []
        picture = load(each)
        here = picture.width, picture.height
        if pictures and here != size:
            told = [f"{width} x {height}" for width, height in (here, size)]
            raise PictureError(
                f"Frame {len(pictures)} is {told[0]} pixels and frame 0 is {told[1]}; frames of "
                "one film need one size."
            )
        size, notice = here, notice or picture.notice
        pictures.append(_scaled(picture.pixels(), max_width))
        seconds.append(seconds_per_frame or shown)
    if not pictures:
        raise PictureError("There are no frames; pass at least one image.")
    if not times:
        return Clip(tuple(pictures), tuple(seconds), size, notice)
    steps = [after - before for before, after in pairwise(times)] or [1.0]
    if len(times) < len(pictures) or min(steps) <= 0 or max(steps) - min(steps) > _UNEVEN:
        told = "pass what sample_frames returns, or a part of it with even steps"
        raise PictureError(f"The times of the {len(pictures)} frames are uneven; {told}.")
    even = (round(sum(steps) / len(steps), 6),) * len(pictures)
    return Clip(tuple(pictures), even, size, notice, times[0], is_video=True, is_file=is_file)


def _sampled(video: bytes) -> Iterator[Frame]:
    """What a cell plays of a video: at most 150 frames, and 10 a second."""
    seconds, native = videos.length(video)
    return videos.frames(video, min(native, _FASTEST, _MOST_SHOWN / max(seconds, 1e-3)))


def _shots(frames: Any) -> Iterator[tuple[object, float]]:  # noqa: ANN401 - see `draw_frames`
    """Each frame, and how many seconds it is shown."""
    is_array = getattr(frames, "ndim", 0) == 4  # noqa: PLR2004 - frames, rows, columns, colours
    if is_array or (isinstance(frames, Sequence | Iterator) and not isinstance(frames, bytes)):
        yield from ((each, _STILL) for each in cast("Iterable[object]", frames))
        return
    picture = load(frames)
    image: Any = opened(picture.original) if picture.original else frames
    if not getattr(image, "is_animated", False):
        yield picture, _STILL
        return
    stood_at = image.tell()
    try:
        for each in ImageSequence.Iterator(image):
            shown = load(each)
            # Only now, as WebP tells it once it is decoded.
            yield shown, float(each.info.get("duration") or 1000 * _STILL) / 1000
    except (OSError, SyntaxError, ValueError) as error:
        raise PictureError(f"A frame can't be decoded ({error}); the file is damaged.") from error
    finally:
        image.seek(stood_at)


def _scaled(image: Image.Image, max_width: int | None) -> Image.Image:
    """`image` on white, where it is transparent, at most `max_width` wide."""
    if image.mode == "RGBA":
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    image = image.convert("RGB")
    image.thumbnail((min(max_width or image.width, _LONGEST_SIDE), _LONGEST_SIDE))
    image.info.clear()
    return image
