"""Frames of a small video that the test encodes itself."""

from __future__ import annotations

import io
import struct
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.video import MOST_FRAMES, film

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


def shown(data: bytes, **options: Any) -> list[tuple[float, int]]:
    """The seconds of each frame, and which one it is."""
    return [
        (frame.seconds, round(float(np.asarray(frame.picture).mean()) / 10))
        for frame in film(data, **options)
    ]


FILM = video(shades(20))
"""Five seconds, four frames each."""


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [(0, 0), (1, 4), (2, 8), (3, 12), (4, 16)]),
        ({"fps": 0.5}, [(0, 0), (2, 8), (4, 16)]),
        ({"fps": 2, "start": 1, "end": 2.5}, [(1, 4), (1.5, 6), (2, 8)]),
        ({"start": 3.3}, [(3.3, 13), (4.3, 17)]),
        ({"start": 4.9}, [(4.9, 19)]),  # while the last frame is on screen
        ({"fps": 8, "end": 0.5}, [(0, 0), (0.125, 0), (0.25, 1), (0.375, 1)]),
    ],
)
def test_each_frame_is_the_one_on_screen_at_its_time(
    options: dict[str, Any], expected: list[tuple[float, int]]
) -> None:
    assert shown(FILM, **options) == expected


@pytest.mark.parametrize(
    "options", [{}, {"fps": 0.3}, {"fps": 7, "end": 3.2}, {"start": 1.3, "end": 99}]
)
@pytest.mark.parametrize("kind", ["mp4", "avi", "mpegts", "matroska"])
def test_frames_are_counted_without_looking_at_them(kind: str, options: dict[str, Any]) -> None:
    codec, fps, times = ("mpeg2video", 25, 3) if kind == "mpegts" else ("mpeg4", 4, 1)
    data = video(shades(20) * times, fps=fps, kind=kind, codec=codec)

    assert len(film(data, **options, looks=False)) == len(film(data, **options))


def test_a_long_film_is_counted() -> None:
    frames = film(video(shades(20, (16, 16)), fps=1), fps=24, looks=False)

    assert len(frames) == 24 * 20 > MOST_FRAMES


@pytest.mark.parametrize(
    ("kind", "codec"), [("webm", "libvpx"), ("avi", "mpeg4"), ("mpegts", "mpeg2video")]
)
def test_other_containers_are_read(kind: str, codec: str) -> None:
    frames = film(video(shades(50), fps=25, kind=kind, codec=codec))

    assert [frame.seconds for frame in frames] == [0, 1]


def test_frames_are_at_most_800_pixels_and_keep_their_shape() -> None:
    (frame,) = film(video(shades(1, (1600, 400))))

    assert frame.picture.size == (800, 200)


def test_frames_are_turned_as_the_file_says() -> None:
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste("black", (0, 0, 32, 32))
    straight = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    clockwise = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    data = video([picture])
    track = data.index(b"tkhd")
    data = data[:track] + data[track:].replace(straight, clockwise, 1)

    (frame,) = film(data)

    assert frame.picture.size == (32, 64)
    pixels = np.asarray(frame.picture)
    assert pixels[8, 16].max() < 50  # what was on the left is above
    assert pixels[56, 16].min() > 200


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (b"", {}, "no MP4"),
        (b"#EXTM3U\nfile:///etc/passwd", {}, "no MP4"),
        (b"ffconcat version 1.0\nfile /etc/passwd", {}, "no MP4"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(500), {}, "broken"),
        (FILM[:600], {}, "broken"),
        (FILM, {"fps": 0}, "fps=0"),
        (FILM, {"fps": float("nan")}, "fps=nan"),
        (FILM, {"start": -1}, "-1"),
        (FILM, {"start": 3, "end": 2}, "from 3 seconds to 2"),
        (FILM, {"start": 60}, "no picture at 60"),
        (FILM, {"start": 3, "fps": 25}, r"fps=25 \(at most 24\), from 3 seconds\."),
        (video(shades(20), fps=2), {"fps": 24}, f"{MOST_FRAMES} frames"),
    ],
)
def test_what_cannot_be_read_is_a_bad_request(
    data: bytes, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(ApiError, match=said) as refusal:
        film(data, **options)

    assert refusal.value.code == 400


def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)

    with pytest.raises(ApiError, match=r"gemini-nb\[video\]") as refusal:
        film(FILM)
    assert refusal.value.code == 400
