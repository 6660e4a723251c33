"""Frames of small videos that the tests encode themselves, and videos made of pictures."""

from __future__ import annotations

import io
import struct
import sys
from typing import Any

import numpy as np
import pytest
from PIL import Image

from gemini_nb.errors import PictureError
from gemini_nb.video import Frame, encode, frames, kind_of, length
from small_videos import FILM, shades, video


def shown(data: bytes, **options: Any) -> list[tuple[float, int]]:
    """The seconds of each frame, and which one it is."""
    return [
        (frame.seconds, round(float(np.asarray(frame.picture).mean()) / 10))
        for frame in frames(data, **options)
    ]


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
    ("kind", "codec"), [("webm", "libvpx"), ("avi", "mpeg4"), ("mpegts", "mpeg2video")]
)
def test_other_containers_are_read(kind: str, codec: str) -> None:
    found = [*frames(video(shades(50), fps=25, kind=kind, codec=codec))]

    assert [frame.seconds for frame in found] == [0, 1]


@pytest.mark.parametrize(
    ("within", "size"), [((800, 800), (800, 200)), ((3000, 100), (400, 100)), ((9999, 9999), None)]
)
def test_frames_are_scaled_down_and_keep_their_shape(
    within: tuple[float, float], size: tuple[int, int] | None
) -> None:
    (frame,) = frames(video(shades(1, (1600, 400))), within=within)

    assert frame.picture.size == (size or (1600, 400))


def test_frames_are_turned_as_the_file_says() -> None:
    picture = Image.new("RGB", (64, 32), "white")
    picture.paste("black", (0, 0, 32, 32))
    straight = struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 1 << 30)
    clockwise = struct.pack(">9i", 0, 65536, 0, -65536, 0, 0, 0, 0, 1 << 30)
    data = video([picture])
    track = data.index(b"tkhd")
    data = data[:track] + data[track:].replace(straight, clockwise, 1)

    (frame,) = frames(data, within=(32, 99))

    assert frame.picture.size == (32, 64)
    pixels = np.asarray(frame.picture)
    assert pixels[8, 16].max() < 50  # what was on the left is above
    assert pixels[56, 16].min() > 200


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (b"", {}, "0 bytes beginning with b'' are no MP4"),
        (b"#EXTM3U\nfile:///etc/passwd", {}, "no MP4"),
        (b"ffconcat version 1.0\nfile /etc/passwd", {}, "no MP4"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(500), {}, "broken"),
        (FILM[:600], {}, "broken"),
        (FILM.replace(b"vide", b"soun"), {}, "no pictures"),
        (FILM, {"fps": 0}, "fps=0"),
        (FILM, {"fps": float("nan")}, "fps=nan"),
        (FILM, {"start": -1}, "-1"),
        (FILM, {"start": 3, "end": 2}, "from 3 seconds to 2; pass an fps above 0"),
        (FILM, {"start": 60}, "no picture at 60"),
        (FILM, {"fps": 4, "most": 5}, "than the 5 that were read: lower fps=4"),
        (FILM, {"most_pixels": 9 * 64 * 48}, "than the 2 that were read"),
    ],
)
def test_what_cannot_be_read_is_told_with_the_next_step(
    data: bytes, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(PictureError, match=said):
        list(frames(data, **options))


@pytest.mark.parametrize("use", [length, lambda data: [*frames(data)], lambda _: encode([], 1)])
def test_without_pyav_the_extra_is_named(monkeypatch: pytest.MonkeyPatch, use: Any) -> None:
    monkeypatch.setitem(sys.modules, "av", None)

    with pytest.raises(PictureError, match=r"pip install \"gemini-nb\[video\]\""):
        use(FILM)


@pytest.mark.parametrize("fps", [10, 4, 1, 0.5, 29.97, 1 / 3])
def test_pictures_become_a_video_of_that_rate(fps: float) -> None:
    data = encode(shades(8), fps)

    assert length(data) == (pytest.approx(8 / fps, rel=1e-3), pytest.approx(fps, rel=1e-3))
    assert shown(data, fps=fps)[::3] == [(round(n / fps, 3), n) for n in range(0, 8, 3)]


def test_a_video_of_the_same_pictures_has_the_same_bytes_and_tells_no_time_or_version() -> None:
    data = encode(shades(8), 4)

    assert data == encode(shades(8), 4)
    assert kind_of(data) == "mp4"
    assert b"Lavf" not in data


def test_odd_sides_lose_a_row_or_column() -> None:
    (frame,) = frames(encode([Image.new("RGBA", (33, 21))] * 2, 2))

    assert frame.picture.size == (32, 20)
    assert repr(frame) == "Frame at 0 s, 32 x 20"
    assert frame == Frame(0.0, frame.picture)


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG", "JPEG", "AVIF"])
def test_pictures_are_no_videos(form: str) -> None:
    pixels = np.full((40, 50, 3), 0x47, np.uint8)
    try:
        Image.fromarray(pixels).save(file := io.BytesIO(), form)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow writes no {form}")

    assert not kind_of(file.getvalue())
