"""The frames of a video that was sent, as many and as large as the offline models look at."""

from __future__ import annotations

import math
from typing import Final

from PIL import Image

from gemini_nb.errors import PictureError
from gemini_nb.offline.errors import ApiError
from gemini_nb.video import Frame, frames, length

MOST_FRAMES: Final = 120
"""More are refused: each costs memory and the time to look at it."""
_MOST_FPS: Final = 24  # Gemini's limit
_MOST_COUNTED: Final = 1_000_000  # a broken file may last for ever
_WIDEST: Final = 800  # pixels of the copies that are looked at
_MOST_PIXELS: Final = 2_000_000_000  # that are decoded for one answer: about a minute of 1080p


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
        data: as `frames` takes it, with what follows.
        fps: frames for each second.
        start: seconds from the video's beginning.
        end: likewise; None for all of it.
        looks: if not, none is decoded: as many blank ones come back, without a limit.

    Raises:
        ApiError: 400: PyAV isn't installed, the file can't be read, or asks for too much.
    """
    if fps > _MOST_FPS:
        raise ApiError(400, f"fps={fps:g} is too much: at most {_MOST_FPS} are taken.")
    begin, stop = start or 0.0, math.inf if end is None else end
    try:
        if looks:
            sides, limits = (_WIDEST, _WIDEST), {"most": MOST_FRAMES, "most_pixels": _MOST_PIXELS}
            return tuple(frames(data, fps, begin, stop, within=sides, **limits))
        seconds = min(length(data)[0], stop) - begin
        count = min(_MOST_COUNTED, math.ceil(seconds * fps - 1e-6))
        if count < 1:
            raise ApiError(400, f"The video has no picture at {begin:g} seconds or later.")
        return (Frame(begin, Image.new("RGB", (1, 1))),) * count
    except PictureError as error:
        raise ApiError(400, str(error)) from error
