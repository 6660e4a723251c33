"""What the offline server takes of a video."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.video import MOST_FRAMES, film
from small_videos import FILM, shades, video


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


def test_frames_are_at_most_800_pixels_and_keep_their_shape() -> None:
    (frame,) = film(video(shades(1, (1600, 400))))

    assert frame.picture.size == (800, 200)


@pytest.mark.parametrize(
    ("data", "options", "said"),
    [
        (b"#EXTM3U\nfile:///etc/passwd", {}, "no MP4"),
        (FILM[:600], {}, "broken"),
        (FILM, {"start": 60}, "no picture at 60"),
        (FILM, {"start": 60, "looks": False}, "no picture at 60"),
        (FILM, {"start": 3, "fps": 25}, "fps=25 is too much: at most 24"),
        (video(shades(20), fps=2), {"fps": 24}, f"the {MOST_FRAMES} that"),
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
