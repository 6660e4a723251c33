"""Answers about a video: what is where when, on its frames and on the lanes under it."""

from __future__ import annotations

import io
import json
import re
import sys
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types
from PIL import Image

from gemini_nb.drawing.frames import draw_frames
from gemini_nb.drawing.sampling import sample_frames
from gemini_nb.errors import PictureError
from gemini_nb.video import Frame, encode, frames, length

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("av")

SIZE = (160, 120)
FILM = encode([Image.new("RGB", SIZE, (12 * n, 130, 140)) for n in range(20)], fps=5)
"""Four seconds."""
HOSTILE = "</td><script>alert(1)</script>' onload='x"


def said(*items: dict[str, Any]) -> str:
    return json.dumps(items)


def pen(x: float, **when: Any) -> dict[str, Any]:
    return {**when, "point": [500, x], "label": "pen"}


def lines(answer: Any, film: Any = FILM) -> list[str]:
    """What is told below the first line."""
    return [line.strip() for line in repr(draw_frames(film, answer)).splitlines()[1:]]


def test_a_video_may_be_a_path_bytes_a_file_or_a_part(tmp_path: Path) -> None:
    (path := tmp_path / "film.mp4").write_bytes(FILM)
    part = types.Part.from_bytes(data=FILM, mime_type="video/mp4")
    for held in (path, str(path), FILM, io.BytesIO(FILM), part):
        sampled = sample_frames(held, fps=0.5)
        assert repr(sampled) == "(Frame at 0 s, 160 x 120, Frame at 2 s, 160 x 120)"
        assert repr(draw_frames(held, {})).startswith(
            "20 frames of 160 x 120 from 0:00 to 0:04: nothing found"
        )


def test_frames_may_be_a_part_of_the_video_and_smaller() -> None:
    sampled = sample_frames(FILM, fps=2, start=1.5, end=3, max_width=80)
    assert [(time, picture.size) for time, picture in sampled] == [
        (1.5, (80, 60)),
        (2.0, (80, 60)),
        (2.5, (80, 60)),
    ]


@pytest.mark.parametrize(
    ("video", "options", "message"),
    [
        (b"GIF89a and more", {}, "no MP4"),
        (types.Part(text="a video"), {}, "Part is no video; pass a path"),
        (7, {}, "int is no video"),
        ("/no/such/film.mp4", {}, "'/no/such/film.mp4' can't be read"),
        (FILM, {"fps": 0}, "fps=0 .*above 0"),
        (FILM, {"max_width": 0}, "max_width=0 shows nothing"),
        (FILM, {"fps": 200}, "the 600 that were read: lower fps=200"),
        (FILM, {"start": 9}, "no picture at 9"),
    ],
)
def test_what_cannot_be_sampled_is_told(video: Any, options: Any, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        sample_frames(video, **options)


@pytest.mark.parametrize(
    "answer",
    [
        said(pen(100, timestamp="00:01"), pen(900, timestamp="00:03")),
        said(pen(100, timestamp="0:01.0"), pen(900, time="3s")),
        said(pen(100, seconds=1), pen(900, timestamp_seconds=3.0)),
        said(pen(100, frame=1), pen(900, frame=3)),
        said({"frame": 1, "objects": [pen(100)]}, {"frame": 3, "objects": [pen(900)]}),
        said({"timestamp": "00:01", "points": [pen(100)]}, {"time": 3, "points": [pen(900)]}),
        {1: said(pen(100)), 3: said(pen(900))},
        {"00:01": said(pen(100)), "00:03": said(pen(900)), "00:02": None},
    ],
)
def test_places_are_on_the_frame_of_their_time_and_estimated_between(answer: Any) -> None:
    shown = draw_frames(FILM, answer)
    assert repr(shown).splitlines() == [
        "20 frames of 160 x 120 from 0:00 to 0:04, 2 analysed: pen",
        "  pen  seen in 2, estimated in 9: 0:01 [500, 100], 0:03 [500, 900]",
    ]
    assert [point and point.x for point in shown.tracks[0].positions[4:17:2]] == [
        *(None, 180, 340, 500, 660, 820, None),
    ]


def test_frame_numbers_count_what_the_model_was_shown() -> None:
    sampled = sample_frames(FILM, fps=2, start=1)
    answer = said(pen(100, frame=2), pen(900, frame=5))
    assert lines(answer, sampled) == [
        "pen  seen in 2, estimated in 2: 0:02 [500, 100], 0:03.5 [500, 900]"
    ]


def test_sampled_frames_take_an_answer_each_or_one_about_all() -> None:
    sampled = sample_frames(FILM)
    each = [said(pen(100 * n)) for n in range(4)]
    whole = said(*(pen(100 * n, timestamp=f"00:0{n}") for n in range(4)))
    numbered = dict(enumerate(each))
    told = {repr(draw_frames(sampled, answer)) for answer in (each, whole, numbered)}
    assert told == {
        (
            "4 frames of 160 x 120 from 0:00 to 0:04, 4 analysed: pen\n"
            "  pen  seen in 4: 0:00 [500, 0], 0:03 [500, 300]"
        )
    }


def test_segments_moments_and_progress_are_told_and_have_lanes() -> None:
    answer = said(
        {"start_timestamp": "00:00", "end_timestamp": "00:01", "description": "lifts the pen"},
        {"start_timestamp": "00:02", "end_timestamp": "00:04", "description": "lifts the pen"},
        {"start_timestamp": 1, "description": "stands"},
        {"completion_time_seconds": 3.2},
        {"completion_time_seconds": None, "label": "lid closed"},
        {"progress_level": "40-60"},
    )
    assert lines(answer) == [
        "lifts the pen  0:00 to 0:01, 0:02 to 0:04",
        "stands         0:01",
        "completed      0:03.2",
        "lid closed     never",
        "progress       40-60 %",
    ]
    events = [lane.events for lane in draw_frames(FILM, answer).lanes]
    assert events == [
        (("bar", 0, 0.25), ("bar", 0.5, 1)),
        (("tick", 0.25, 0.25),),
        (("tick", 0.8, 0.8),),
        (),
        (("share", 0, 0.4), ("bracket", 0.4, 0.6)),
    ]


def test_answers_by_second_tell_how_progress_goes_on() -> None:
    answers = {n: said({"progress_level": f"{20 * n}-{20 * n + 20}"}) for n in range(3)}
    assert lines(answers)[::2] == ["progress at 0:00  0-20 %", "progress at 0:02  40-60 %"]


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (pen(100), "no time that can be read"),
        (pen(100, timestamp="soon"), "no time that can be read"),
        (pen(100, timestamp="01:40"), "1:40 is not in the video"),
        (pen(100, frame=40), "0:40 is not in the video"),
        ({"completion_time_seconds": 9}, "0:09 is not in the video"),
        ({"start_timestamp": "soon", "description": "it rolls"}, "no start that can be read"),
        ({"start_timestamp": "00:03", "end_timestamp": "00:01"}, "no start that can be read"),
        ({"start_timestamp": "00:03", "end_timestamp": "09:00"}, "9:00 is not in the video"),
        ({"progress_level": "nearly"}, "no progress that can be read"),
    ],
)
def test_what_has_no_time_in_the_video_is_told(item: dict[str, Any], reason: str) -> None:
    shown = draw_frames(FILM, said(item))
    assert ": nothing found, 1 dropped\n" in repr(shown)
    assert f"dropped: {reason}" in repr(shown)
    assert f'<p style="margin:.3em 0;opacity:.7">dropped: {reason}' in shown.to_html()


def test_a_last_second_that_has_not_passed_in_whole_is_that_of_the_last_frame() -> None:
    film = encode([Image.new("RGB", SIZE)] * 18, fps=5)
    assert lines(said(pen(100, timestamp="00:04")), film) == ["pen  seen in 1: 0:03.4 [500, 100]"]


def test_the_video_in_the_cell_is_as_long_and_marked() -> None:
    shown = draw_frames(FILM, said(pen(500, timestamp="00:02")))
    html = shown.to_html()
    assert re.match(r'<div [^>]*><div class="gnb-frames"><div><video controls muted', html)
    assert "<script" not in html
    assert length(shown.video()) == (4.0, 5.0)
    (drawn,) = frames(shown.video(), 1, start=2, end=3)
    strip = drawn.picture.height - SIZE[1]
    pixels = [drawn.picture.getpixel((x, strip + 60)) for x in (80, 20)]
    assert max(abs(a - b) for a, b in zip(*pixels, strict=True)) > 40
    assert html == draw_frames(FILM, said(pen(500, timestamp="00:02"))).to_html()


def test_of_a_long_video_at_most_150_frames_are_shown() -> None:
    film = encode([Image.new("RGB", (64, 48))] * 40, fps=0.1)
    assert repr(draw_frames(film, {})).startswith("40 frames of 64 x 48 from 0:00 to 6:40")
    fast = encode([Image.new("RGB", (64, 48))] * 500, fps=25)
    assert repr(draw_frames(fast, {})).startswith("150 frames of 64 x 48 from 0:00 to 0:20")


def test_a_heavy_video_is_made_coarser() -> None:
    noise = [Image.effect_noise((320, 240), 99 + n).convert("RGB") for n in range(18)]
    whole = encode(noise, fps=5)
    assert len(draw_frames(whole, {}).video()) < 300_000 < len(whole)


def test_a_video_is_saved_as_one(tmp_path: Path) -> None:
    shown = draw_frames(FILM, {})
    assert shown.save(tmp_path / "a.mp4").read_bytes() == shown.video()


def test_hostile_words_stay_words() -> None:
    answer = said(
        {"start_timestamp": 0, "end_timestamp": 1, "description": HOSTILE},
        {"completion_time_seconds": 1, "label": HOSTILE * 9},
        {"progress_level": HOSTILE},
        pen(5) | {"label": HOSTILE},
    )
    html = draw_frames(FILM, answer).to_html()
    assert "<script" not in html
    assert "onload='" not in html


@pytest.mark.parametrize(
    ("film", "answer", "message"),
    [
        (sample_frames(FILM)[::3] + sample_frames(FILM)[1:2], {}, "times .* are uneven"),
        ([*sample_frames(FILM), Image.new("RGB", SIZE)], {}, "times .* are uneven"),
        (sample_frames(FILM), ["[]"], "1 answer for 4 frames"),
        (FILM[:300], {}, "broken"),
    ],
)
def test_what_does_not_fit_a_video_is_refused(film: Any, answer: Any, message: str) -> None:
    with pytest.raises(PictureError, match=message):
        draw_frames(film, answer)


def test_without_pyav_a_video_names_the_extra_and_pictures_still_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    for use in (sample_frames, lambda film: draw_frames(film, {})):
        with pytest.raises(PictureError, match=r"pip install \"gemini-nb\[video\]\""):
            use(FILM)
    assert "<img" in draw_frames([Image.new("RGB", SIZE)], {}).to_html()
    assert Frame(0.5, Image.new("RGB", SIZE)).seconds == 0.5
