"""Small videos that tests encode themselves, in several containers."""

from __future__ import annotations

import io

import pytest
from PIL import Image

av = pytest.importorskip("av")


def video(
    pictures: list[Image.Image], fps: int = 4, kind: str = "mp4", codec: str = "mpeg4"
) -> bytes:
    held = io.BytesIO()
    with av.open(held, "w", format=kind) as out:
        stream = out.add_stream(codec, rate=fps)
        (stream.width, stream.height), stream.pix_fmt = pictures[0].size, "yuv420p"
        for picture in pictures:
            for packet in stream.encode(av.VideoFrame.from_image(picture)):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return held.getvalue()


def shades(count: int, size: tuple[int, int] = (64, 48)) -> list[Image.Image]:
    """Frame n is of the grey 10 n."""
    return [Image.new("RGB", size, (10 * n,) * 3) for n in range(count)]


FILM = video(shades(20))
"""Five seconds, four frames each."""
