"""Answers on frames: what is estimated looks so, films are read from whatever holds them."""

from __future__ import annotations

import base64
import io
import json
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image, ImageSequence

from gemini_nb.drawing.frames import draw_frames
from gemini_nb.errors import PictureError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import Box, Point

if TYPE_CHECKING:
    from pathlib import Path

SIZE = (160, 120)
HOSTILE = '</span><script>alert(1)</script>" onload="x'


class Elements(HTMLParser):
    """The names of all elements and attributes of some HTML, as a browser would read it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes.update(name for name, _ in attrs)


def plain_frames(count: int, size: tuple[int, int] = SIZE) -> list[Image.Image]:
    return [Image.new("RGB", size, (120 + at, 130, 140)) for at in range(count)]


def at(y: float, x: float, label: str = "pen") -> str:
    return json.dumps([{"point": [y, x], "label": label}])


def animated(count: int, form: str, milliseconds: int = 120) -> bytes:
    file = io.BytesIO()
    first, *rest = [Image.new("RGB", SIZE, (20 * frame, 0, 99)) for frame in range(count)]
    first.save(file, form, save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return file.getvalue()


def difference(one: Image.Image, other: Image.Image) -> np.ndarray:
    return np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int)).max(axis=2)


def embedded(html: str) -> list[bytes]:
    return [base64.b64decode(data) for data in re.findall(r"base64,([A-Za-z0-9+/=]+)", html)]


def test_repr_says_how_often_and_where_each_thing_was_seen_first_and_last() -> None:
    answers = {0: at(500, 100, "pen (on desk)"), 4: at(500, 900, "pen (in pot)")}
    assert repr(draw_frames(plain_frames(6), answers)).splitlines() == [
        "6 frames of 160 x 120, 2 analysed: pen",
        "  pen  seen in 2, estimated in 3: frame 0 [500, 100] on desk, frame 4 [500, 900] in pot",
    ]


def test_a_sighting_is_filled_and_an_estimate_hollow() -> None:
    frames = plain_frames(3)
    shown = draw_frames(frames, {0: at(500, 500), 2: at(500, 500)})
    seen, estimated = shown.frame(0), shown.frame(1)
    centre = (80, 60)
    assert seen.getpixel(centre) != frames[0].getpixel(centre)
    assert estimated.getpixel(centre) == frames[1].getpixel(centre)
    ring = difference(estimated.crop((60, 40, 100, 80)), frames[1].crop((60, 40, 100, 80)))
    assert ring.any()


def test_marks_move_with_the_thing() -> None:
    frames = plain_frames(3)
    shown = draw_frames(frames, {0: at(500, 100), 2: at(500, 900)})
    left, right, on_the_way = [(16, 60), (144, 60), (64, 60)]
    assert shown.frame(0).getpixel(left) != frames[0].getpixel(left)
    assert shown.frame(0).getpixel(right) == frames[0].getpixel(right)
    assert shown.frame(0).getpixel(on_the_way) == frames[0].getpixel(on_the_way)
    assert shown.frame(2).getpixel(right) != frames[2].getpixel(right)
    assert shown.frame(2).getpixel(on_the_way) != frames[2].getpixel(on_the_way)


def test_a_thing_keeps_its_colour_whatever_its_state_and_whoever_else_appears() -> None:
    answers = [
        at(500, 500, "pen (up)"),
        json.dumps(
            [{"point": [500, 500], "label": "pen (down)"}, {"point": [50, 50], "label": "cap"}]
        ),
    ]
    frames = [Image.new("RGB", SIZE, "white")] * 2
    shown = draw_frames(frames, answers)
    assert shown.frame(0).getpixel((80, 60)) == shown.frame(1).getpixel((80, 60))


def test_several_of_a_name_get_numbers_and_colours_of_their_own() -> None:
    cups = Annotations((Point(500, 200, label="cup"), Point(500, 800, label="cup")))
    shown = draw_frames([Image.new("RGB", SIZE, "white")] * 2, [cups, cups])
    assert [track.title for track in shown.tracks] == ["cup 1", "cup 2"]
    assert shown.frame(1).getpixel((32, 60)) != shown.frame(1).getpixel((128, 60))


@pytest.mark.parametrize("labels", [("1", "2", "3"), ("", "", ""), ("a", "b", "c")])
def test_every_estimate_is_drawn_even_of_numbered_and_nameless_things(
    labels: tuple[str, ...],
) -> None:
    spots = [(200, 200), (500, 500), (800, 800)]
    found = Annotations(
        tuple(Point(*at, label=name) for at, name in zip(spots, labels, strict=True))
    )
    frames = [Image.new("RGB", (800, 600), "white")] * 3
    estimated = draw_frames(frames, {0: found, 2: found}, max_width=None).frame(1)
    for y, x in spots:
        centre = round(0.8 * x), round(0.6 * y)
        ring = [(centre[0] + dx, centre[1] + dy) for dx in range(-9, 10) for dy in range(-9, 10)]
        assert any(estimated.getpixel(spot) != (255, 255, 255) for spot in ring)


def test_boxes_are_drawn_as_boxes_where_they_were_seen() -> None:
    frames = [Image.new("RGB", SIZE, "white")]
    shown = draw_frames(frames, [Annotations((Box(250, 250, 750, 750, label="cup"),))])
    edge = difference(shown.frame(0).crop((38, 50, 43, 70)), frames[0].crop((38, 50, 43, 70)))
    assert edge.any()
    assert shown.frame(0).getpixel((80, 75)) == (255, 255, 255)


def test_frames_and_answers_are_left_as_they_were() -> None:
    frames = plain_frames(2)
    before = [frame.tobytes() for frame in frames]
    answers: dict[int, Any] = {0: at(1, 1)}
    draw_frames(frames, answers).to_html()
    assert [frame.tobytes() for frame in frames] == before
    assert answers == {0: at(1, 1)}


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_all_its_frames_and_their_times(form: str) -> None:
    shown = draw_frames(animated(4, form, milliseconds=120), {0: at(1, 1), 3: at(9, 9)})
    assert len(shown.clip.pictures) == 4
    assert shown.clip.seconds == (0.12,) * 4
    colours = [image.getpixel((80, 60)) for image in shown.clip.pictures]
    assert len(set(colours)) == 4


def test_an_animation_may_be_a_path_bytes_or_an_open_image(tmp_path: Path) -> None:
    data = animated(3, "GIF")
    (tmp_path / "film.gif").write_bytes(data)
    with Image.open(io.BytesIO(data)) as image:
        image.seek(1)
        from_image = draw_frames(image, {})
        assert image.tell() == 1
    for held in (tmp_path / "film.gif", str(tmp_path / "film.gif"), data, io.BytesIO(data)):
        assert draw_frames(held, {}).clip.pictures == from_image.clip.pictures


def test_frames_may_be_arrays() -> None:
    video = np.zeros((3, 20, 30, 3), np.uint8)
    assert len(draw_frames(video, {}).clip.pictures) == 3
    assert draw_frames(list(video), {}).clip.pictures[0].size == (30, 20)


@pytest.mark.parametrize(
    "answers",
    [{0: at(5, 5)}, {"0": at(5, 5)}, {np.int64(0): at(5, 5)}, [at(5, 5)], (at(5, 5),)],
    ids=["number", "text", "NumPy", "list", "tuple"],
)
def test_answers_may_be_numbered_or_in_a_row(answers: Any) -> None:
    assert repr(draw_frames(plain_frames(1), answers)).endswith("pen  seen in 1: frame 0 [5, 5]")


def test_answers_may_be_items() -> None:
    pen = Point(500, 100, label="pen")
    shown = draw_frames(plain_frames(2), [pen, [pen]])
    assert [track.seen for track in shown.tracks] == [(0, 1)]


def test_the_one_answer_for_one_frame_needs_no_list() -> None:
    two = Annotations((Point(5, 5, label="pen"), Point(9, 9, label="cap")))
    for answer in (two, json.dumps(two.to_dicts()), iter([two])):
        assert len(draw_frames(plain_frames(1), answer).tracks) == 2


def test_frames_may_come_one_by_one() -> None:
    assert len(draw_frames(iter(plain_frames(3)), {}).clip.pictures) == 3


def test_one_still_picture_is_a_film_of_one_frame() -> None:
    shown = draw_frames(Image.new("RGB", SIZE), [at(5, 5)])
    assert repr(shown).startswith("1 frame of 160 x 120, 1 analysed: pen")


def test_a_photo_that_pillow_would_turn_is_drawn_as_stored_and_told_once() -> None:
    photo = Image.new("RGB", (60, 40))
    exif = Image.Exif()
    exif[0x0112] = 6
    photo.save(file := io.BytesIO(), "PNG", exif=exif)
    for frames, size in (([Image.open(file)] * 2, (60, 40)), ([file.getvalue()] * 2, (40, 60))):
        shown = draw_frames(frames, {})
        assert shown.clip.pictures[0].size == size
        for told in (repr(shown), shown.to_html()):
            assert told.count("ImageOps.exif_transpose") == (size == (60, 40))


def test_times_can_be_set() -> None:
    shown = draw_frames(plain_frames(2), {}, seconds_per_frame=0.25)
    with Image.open(io.BytesIO(shown.animation())) as image:
        durations = [
            frame.load() and frame.info["duration"] for frame in ImageSequence.Iterator(image)
        ]
    assert durations == [250, 250]


def test_the_animation_has_every_frame_and_plays_again_and_again() -> None:
    moving = draw_frames(plain_frames(5), {0: at(1, 1), 4: at(900, 900)}).animation()
    with Image.open(io.BytesIO(moving)) as image:
        assert image.n_frames == 5  # type: ignore[attr-defined]
        assert image.info["loop"] == 0
        assert image.width == SIZE[0]


def test_wide_frames_are_scaled_and_keep_their_proportions() -> None:
    shown = draw_frames(plain_frames(2, (1000, 500)), {})
    assert shown.clip.pictures[0].size == (400, 200)
    whole = draw_frames(plain_frames(1, (1000, 500)), {}, max_width=None)
    assert whole.clip.pictures[0].size == (1000, 500)


def test_pixels_of_the_original_are_understood_after_scaling() -> None:
    shown = draw_frames(
        plain_frames(1, (4000, 2000)), [json.dumps([{"box_2d": [0, 0, 2000, 4000], "label": "a"}])]
    )
    assert [place and (place.y, place.x) for place in shown.tracks[0].positions] == [(500, 500)]


def test_contact_sheet_has_a_row_for_every_so_many_analysed_frames() -> None:
    found = [dict.fromkeys(range(count), at(1, 1)) for count in (1, 5, 6)]
    sheets = [draw_frames(plain_frames(9), each).contact_sheet() for each in found]
    assert sheets[0].height == sheets[1].height < sheets[2].height
    assert sheets[0].width < sheets[1].width == sheets[2].width


def test_frame_says_which_one_it_is_and_whether_places_are_estimated() -> None:
    shown = draw_frames(plain_frames(3), {0: at(1, 1), 2: at(1, 1)})
    strips = [shown.frame(number).crop((0, SIZE[1], *shown.frame(0).size)) for number in range(3)]
    assert all(difference(strips[0], strip).any() for strip in strips[1:])
    white = [np.asarray(strip.convert("L")).sum() for strip in strips]
    assert white[1] > 1.2 * white[0]


def test_of_a_long_film_a_cell_plays_some_frames_and_says_so() -> None:
    shown = draw_frames(plain_frames(90, (90, 60)), {frame: at(1, 1) for frame in range(90)})
    html = shown.to_html()
    assert "played: 1 of every 3 frames" in html
    assert "side by side: 18 of 90" in html
    [played] = re.findall(r'alt="Animation[^>]*base64,([^"]+)"', html)
    with Image.open(io.BytesIO(base64.b64decode(played))) as image:
        assert image.n_frames == 30  # type: ignore[attr-defined]
        times = [frame.load() and frame.info["duration"] for frame in ImageSequence.Iterator(image)]
    assert times == [1200] * 30


def test_saving_follows_the_ending(tmp_path: Path) -> None:
    shown = draw_frames(plain_frames(3), {0: at(1, 1)})
    for name, form in (("a.webp", "WEBP"), ("a.png", "PNG"), ("a.jpg", "JPEG")):
        with Image.open(shown.save(tmp_path / name)) as image:
            assert image.format == form
            assert getattr(image, "n_frames", 1) == (3 if form == "WEBP" else 1)
    with pytest.raises(PictureError, match=r"'a\.mp4' ends in none of \.webp, \.png, \.jpg"):
        shown.save(tmp_path / "a.mp4")


def test_html_holds_its_pictures_with_words_for_those_who_do_not_see_them() -> None:
    shown = draw_frames(plain_frames(3), {0: at(1, 1), 2: at(1, 900)})
    html = shown.to_html()
    alts = re.findall(r'alt="([^"]*)"', html)
    assert alts == [
        "Animation of 3 frames of 160 x 120, 2 analysed: pen",
        "Frames 0, 2 side by side",
    ]
    assert "<script" not in html
    assert "http" not in html
    assert shown._repr_mimebundle_()["text/plain"] == repr(shown)


def test_ten_frames_of_a_photo_stay_light() -> None:
    noise = np.random.default_rng(3).normal(0, 2, (240, 320, 1))
    slope = np.linspace(60, 220, 320)[None, :, None] + np.zeros((240, 320, 3))
    frames = [np.clip(slope + noise, 0, 255).astype(np.uint8) for _ in range(10)]
    answers = {frame: at(300 + 20 * frame, 80 * frame) for frame in range(0, 10, 3)}
    assert len(draw_frames(frames, answers).to_html()) < 60_000


def test_the_same_answers_give_the_same_bytes() -> None:
    answers = {0: at(1, 1), 2: at(900, 900, "cap")}
    one, other = (draw_frames(plain_frames(3), answers) for _ in range(2))
    assert one.to_html() == other.to_html()


@pytest.mark.filterwarnings("ignore::UserWarning")  # no font here has every character
@pytest.mark.parametrize("label", [HOSTILE, "\u202eabc\x00", "\ud800", "茶", "🐙" * 9, "x" * 999])
def test_hostile_labels_stay_text(label: str) -> None:
    shown = draw_frames(plain_frames(3), {0: at(1, 1, label), 2: at(9, 9, label)})
    elements = Elements(shown.to_html())
    assert elements.names <= {"div", "img", "p"}
    assert elements.attributes <= {"class", "style", "alt", "src"}
    assert repr(shown).encode()


def test_nothing_found_is_shown_as_that() -> None:
    shown = draw_frames(plain_frames(2), ["I see no pen.", None])
    assert repr(shown) == "2 frames of 160 x 120, 1 analysed: nothing found"
    assert len(embedded(shown.to_html())) == 2


def test_what_was_repaired_is_told() -> None:
    shown = draw_frames(plain_frames(1), ['[{"point": [1, 2], "label": "pen"},]'])
    assert repr(shown).startswith("1 frame of 160 x 120, 1 analysed: pen, 1 repaired")


@pytest.mark.parametrize(
    ("frames", "answers", "message"),
    [
        ([], {}, "no frames"),
        (plain_frames(3), [at(1, 1)], "1 answer for 3 frames"),
        (plain_frames(3), at(1, 1), "str is no answer for each frame"),
        (plain_frames(1), None, "NoneType .*None where it was not analysed"),
        (plain_frames(3), {7: at(1, 1)}, "no frame 7"),
        (plain_frames(3), {-1: at(1, 1)}, "no frame -1"),
        (plain_frames(3), {"pen": at(1, 1)}, "no frame pen"),
        ([*plain_frames(1), Image.new("RGB", (9, 9))], {}, "9 x 9"),
        (b"no image", {}, "no images? that Pillow"),
    ],
)
def test_what_does_not_fit_is_refused_with_the_value(
    frames: Any, answers: Any, message: str
) -> None:
    with pytest.raises(PictureError, match=message):
        draw_frames(frames, answers)


@pytest.mark.parametrize("size", [(1, 17_000), (17_000, 1)])
def test_frames_of_any_size_are_shown(size: tuple[int, int]) -> None:
    shown = draw_frames(plain_frames(2, size), [at(1, 1), None], max_width=None)
    assert shown.to_html().count("<img") == 2


@pytest.mark.parametrize("options", [{"max_width": 0}, {"seconds_per_frame": 0}])
def test_options_that_show_nothing_are_refused(options: Any) -> None:
    [name] = options
    with pytest.raises(PictureError, match=name):
        draw_frames(plain_frames(1), {}, **options)
