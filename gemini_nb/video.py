"""A video's frames with their times, and pictures as a video; PyAV, which does both, loads late.

The offline server reads with it what it is sent, and the drawing room what is drawn on.
"""

from __future__ import annotations

import io
import math
import re
from contextlib import contextmanager
from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from gemini_nb.errors import PictureError

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from PIL import Image

_MISSING: Final = 'Videos need PyAV, which is not installed: pip install "gemini-nb[video]".'
# FFmpeg is told the format: left to guess, it also reads playlists, which name files and addresses.
_FORMATS: Final = {
    "mp4": rb"(?s).{4}ftyp(?!avi|hei|mif)",  # which are pictures: AVIF and HEIF
    "matroska": rb"\x1aE\xdf\xa3",
    "avi": rb"(?s).{8}AVI ",
    "flv": rb"FLV",
    "asf": rb"\x30\x26\xb2\x75",
    "mpeg": rb"\x00\x00\x01\xba",
    "mpegts": rb"(?s)\x47(?!IF8).{187}\x47",
}
# Any player seeks to a key frame. With one thread the bytes do not tell how many cores there were,
# and without x264's macroblock tree one in 500 videos of the same pictures is no longer another.
_ENCODING: Final = {
    "g": "10", "bf": "0", "threads": "1", "preset": "slow", "x264-params": "mbtree=0",
}  # fmt: skip


class Frame(NamedTuple):
    """One picture of a video, and when it is shown."""

    seconds: float
    """Since the video's beginning."""
    picture: Image.Image

    def __repr__(self) -> str:
        return f"Frame at {self.seconds:g} s, {self.picture.width} x {self.picture.height}"


def kind_of(data: bytes) -> str:
    """FFmpeg's name of a video's format, by its first bytes; empty if they are no video's."""
    return next((name for name, sign in _FORMATS.items() if re.match(sign, data)), "")


def length(data: bytes) -> tuple[float, float]:
    """How many seconds a video lasts, and its frames for each; nothing is decoded.

    Raises:
        PictureError: PyAV isn't installed, or the file can't be read.
    """
    with _opened(data) as (container, stream):
        shown = [(p.pts, p.duration or 0) for p in container.demux(stream) if p.pts is not None]
        ticks = max(map(sum, shown), default=0) - (stream.start_time or 0)
        seconds = float(ticks * stream.time_base)
        return seconds, float(stream.average_rate or len(shown) / (seconds or 1))


def frames(  # noqa: PLR0913 - which ones, and how many and large they may be
    data: bytes,
    fps: float = 1.0,
    start: float = 0.0,
    end: float = math.inf,
    *,
    within: tuple[float, float] = (math.inf, math.inf),
    most: float = math.inf,
    most_pixels: float = math.inf,
) -> Iterator[Frame]:
    """The frames on screen at `start` and every `1 / fps` seconds after it, before `end`.

    Args:
        data: an MP4, QuickTime, WebM, AVI, FLV, WMV, MPEG or 3GP file.
        fps: frames for each second.
        start: seconds from the video's beginning.
        end: likewise.
        within: the width and height, in pixels, to which larger frames are scaled down.
        most: frames; a video that has more is refused.
        most_pixels: that are decoded, likewise.

    Raises:
        PictureError: PyAV isn't installed, the file can't be read, or asks for too much.
    """
    if not (0 < fps < math.inf and 0 <= start < end):
        told = "pass an fps above 0, a start from 0 on, and an end after it"
        raise PictureError(f"No frames: fps={fps:g} from {start:g} seconds to {end:g}; {told}.")
    count = 0
    with _opened(data) as video:
        for frame, pixels in _on_screen(video, fps, start, end):
            if count == most or pixels > most_pixels:
                raise PictureError(
                    f"The video has more frames, or larger ones, than the {count} that were read: "
                    f"lower fps={fps:g}, or take a shorter part of it (start and end)."
                )
            yield Frame(round(start + count / fps, 3), _picture(frame, within))
            count += 1
    if not count:
        raise PictureError(f"The video has no picture at {start:g} seconds or later.")


def encode(pictures: Sequence[Image.Image], fps: float, *, crf: int = 32) -> bytes:
    """The pictures, of one size, as an H.264 MP4 that browsers play, and seek in; without sound.

    The same pictures give the same bytes. Of odd sides the last row or column of pixels is left
    out: no such video has them. `crf`: from 0, without loss, to 51, the coarsest.

    Raises:
        PictureError: PyAV isn't installed, or was built without x264.
    """
    held, exact = io.BytesIO(), {"fflags": "+bitexact"}
    said = "The pictures can't be made a video"
    with _pyav(said) as av, av.open(held, "w", "mp4", options=exact) as out:
        stream = out.add_stream("libx264", Fraction(fps).limit_denominator(1000))
        stream.options, stream.pix_fmt = _ENCODING | {"crf": str(crf)}, "yuv420p"
        width, height = (side - side % 2 for side in pictures[0].size)
        stream.width, stream.height = width, height
        for picture in pictures:
            even = picture.convert("RGB").crop((0, 0, width, height))
            out.mux(stream.encode(av.VideoFrame.from_image(even)))
        out.mux(stream.encode())
    return held.getvalue()


def _on_screen(
    video: tuple[Any, Any], fps: float, start: float, end: float
) -> Iterator[tuple[Any, int]]:
    """The decoded frame at each time that is wanted, and how many pixels were decoded so far."""
    container, stream = video
    origin = float((stream.start_time or 0) * stream.time_base)
    if start:  # to the last frame before it that needs no other to be decoded
        container.seek(int((start + origin) / stream.time_base), stream=stream)
    shown, now, count, pixels = None, 0.0, 0, 0
    for frame in chain(container.decode(stream), [None]):
        # The last frame stays for as long as the others do.
        now = frame.time - origin if frame else now + 1 / float(stream.average_rate or 1)
        pixels += frame.width * frame.height if frame else 0
        while shown and (wanted := start + count / fps) < now - 1e-6:
            if wanted >= end:
                return
            yield shown, pixels
            count += 1
        shown = frame


def _picture(frame: Any, within: tuple[float, float]) -> Image.Image:  # noqa: ANN401 - optional
    """A decoded frame, turned as the file says."""
    across, down = within[::-1] if frame.rotation % 180 else within
    scale = min(1, across / frame.width, down / frame.height)
    width, height = (max(1, round(side * scale)) for side in (frame.width, frame.height))
    return frame.to_image(width=width, height=height).rotate(frame.rotation, expand=True)


@contextmanager
def _opened(data: bytes) -> Generator[tuple[Any, Any]]:
    """A video file and the pictures in it."""
    if not (kind := kind_of(data)):
        said = f"{len(data)} bytes beginning with {data[:12]!r}"
        raise PictureError(f"{said} are no MP4, WebM, AVI, FLV, WMV or MPEG video.")
    said = "The video is broken or can't be decoded"
    with _pyav(said) as av, av.open(io.BytesIO(data), format=kind) as container:
        if not container.streams.video:
            raise PictureError("The file has no pictures; pass a video with more than sound.")
        yield container, container.streams.video[0]


@contextmanager
def _pyav(said: str) -> Generator[Any]:
    """PyAV; what goes wrong with it is told as a `PictureError`, after the words `said`."""
    try:
        import av  # noqa: PLC0415 - slow to load, and only there with the extra
    except ImportError:
        raise PictureError(_MISSING) from None
    try:
        yield av
    except PictureError:
        raise
    except Exception as error:  # FFmpeg's errors are of many kinds
        raise PictureError(f"{said} ({error}).") from error
