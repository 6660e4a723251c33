"""A video's frames, with their times; PyAV, which decodes them, loads with the first video."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass
from itertools import chain, repeat
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from gemini_nb.offline.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_FRAMES: Final = 120
"""More are refused: each costs memory and the time to look at it."""
_MOST_FPS: Final = 24  # Gemini's limit
_MOST_COUNTED: Final = 1_000_000  # a broken file may last for ever
_WIDEST: Final = 800  # pixels of the copies that are looked at
_MOST_PIXELS: Final = 2_000_000_000  # that are decoded for one answer: about a minute of 1080p
_MISSING: Final = 'The offline server reads videos with PyAV: pip install "gemini-nb[video]".'
_TOO_LONG: Final = (
    f"The video is longer than the {MOST_FRAMES} frames, or one minute in 1080p, that are looked "
    "at here: set a lower fps or startOffset and endOffset in videoMetadata, or send a part of it."
)
# FFmpeg is told the format: left to guess, it also reads playlists, which name files and addresses.
_FORMATS: Final = (
    (4, b"ftyp", "mp4"),
    (0, b"\x1aE\xdf\xa3", "matroska"),
    (8, b"AVI ", "avi"),
    (0, b"FLV", "flv"),
    (0, b"\x30\x26\xb2\x75", "asf"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
    (0, b"\x47", "mpegts"),
)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of a video."""

    seconds: float
    """Since the video's beginning."""
    picture: Image.Image


def film(
    data: bytes,
    fps: float = 1.0,
    start: float | None = None,
    end: float | None = None,
    *,
    looks: bool = True,
) -> tuple[Frame, ...]:
    """The frames on screen at `start` and every `1 / fps` seconds after it, before `end`.

    Args:
        data: an MP4, QuickTime, WebM, AVI, FLV, WMV, MPEG or 3GP file.
        fps: frames for each second.
        start: seconds from the video's beginning.
        end: likewise; None for all of it.
        looks: if not, none is decoded: as many blank ones come back, without a limit.

    Raises:
        ApiError: 400: PyAV isn't installed, the file can't be read, or asks for too much.

    Example:
        >>> film(b"not a video")
        Traceback (most recent call last):
        ...
        gemini_nb.offline.errors.ApiError: The video is no MP4, WebM, AVI, FLV, WMV or MPEG file.
    """
    kind = next((name for at, sign, name in _FORMATS if data[at:].startswith(sign)), None)
    if kind is None:
        raise ApiError(400, "The video is no MP4, WebM, AVI, FLV, WMV or MPEG file.")
    begin = start or 0.0
    if not (0 < fps <= _MOST_FPS and begin >= 0 and (end is None or end > begin)):
        span = f"from {begin:g} seconds" + ("" if end is None else f" to {end:g}")
        raise ApiError(400, f"No frames with fps={fps:g} (at most {_MOST_FPS}), {span}.")
    try:
        import av  # noqa: PLC0415 - slow to load, and only there with the extra
    except ImportError:
        raise ApiError(400, _MISSING) from None
    find = _frames if looks else _blanks
    try:
        with av.open(io.BytesIO(data), format=kind) as container:
            frames = tuple(find(container, fps, begin, end))
    except ApiError:
        raise
    except Exception as error:  # FFmpeg's errors are of many kinds
        raise ApiError(400, f"The video is broken or can't be decoded ({error}).") from error
    if not frames:
        raise ApiError(400, f"The video has no picture at {begin:g} seconds or later.")
    return frames


def _blanks(container: Any, fps: float, start: float, end: float | None) -> Iterator[Frame]:  # noqa: ANN401 - as below
    stream = container.streams.video[0]
    shown = [(p.pts, p.duration or 0) for p in container.demux(stream) if p.pts is not None]
    ticks = max(map(sum, shown), default=0) - (stream.start_time or 0)
    seconds = min(float(ticks * stream.time_base), math.inf if end is None else end) - start
    blank = Frame(start, Image.new("RGB", (1, 1)))
    return repeat(blank, min(_MOST_COUNTED, math.ceil(seconds * fps - 1e-6)))


def _frames(container: Any, fps: float, start: float, end: float | None) -> Iterator[Frame]:  # noqa: ANN401 - PyAV is optional
    stream = container.streams.video[0]
    origin = float((stream.start_time or 0) * stream.time_base)
    if start:  # to the last frame before it that needs no other to be decoded
        container.seek(int((start + origin) / stream.time_base), stream=stream)
    shown, now, count, pixels = None, 0.0, 0, 0
    for frame in chain(container.decode(stream), [None]):
        # The last frame stays for as long as the others do.
        now = frame.time - origin if frame else now + 1 / float(stream.average_rate or 1)
        while shown and (wanted := start + count / fps) < now - 1e-6:
            if end is not None and wanted >= end:
                return
            if count == MOST_FRAMES:
                raise ApiError(400, _TOO_LONG)
            scale = min(1, _WIDEST / max(shown.width, shown.height))
            width, height = (max(1, round(n * scale)) for n in (shown.width, shown.height))
            picture = shown.to_image(width=width, height=height)
            yield Frame(round(wanted, 3), picture.rotate(shown.rotation, expand=True))
            count += 1
        shown, pixels = frame, pixels + (frame.width * frame.height if frame else 0)
        if pixels > _MOST_PIXELS:
            raise ApiError(400, _TOO_LONG)
