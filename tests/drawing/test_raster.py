"""A scene as Pillow's pixels: over a copy, with smooth edges, in fonts that have the letters."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from PIL import Image

from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.lettering import MissingGlyphWarning, runs
from gemini_nb.drawing.raster import render
from gemini_nb.drawing.scene import (
    Disc,
    Label,
    Mark,
    Path,
    Primitive,
    Rectangle,
    Scene,
    Stroke,
)
from gemini_nb.spatial.geometry import Box, PixelBox, PixelPoint, Point, Trajectory

BLACK, RED = Image.new("RGB", (40, 30)), (255, 0, 0)
WHOLE = PixelBox(0, 0, 40, 30)
INVENTED = "\U0002fa1e\U000e0fff\ue123"  # characters that no font has


def drawn(*primitives: Primitive, labels: tuple[Label, ...] = ()) -> Image.Image:
    return render(Scene(40, 30, (Mark(primitives, "#ff0000", "mug", WHOLE),), labels), BLACK)


def line(*points: tuple[float, float], width: float = 4, **stroke: object) -> Path:
    look = Stroke("#ff0000", width)._replace(**stroke)
    return Path(tuple(PixelPoint(*point) for point in points), look)


def red_area(image: Image.Image) -> float:
    """How many pixels are red, in all."""
    return float(np.asarray(image)[..., 0].sum() / 255)


def test_the_picture_is_left_as_it_is() -> None:
    before = BLACK.tobytes()
    assert render(compose([Box(0, 0, 1000, 1000, label="mug")], 40, 30), BLACK) != BLACK
    assert BLACK.tobytes() == before


def test_the_same_scene_is_drawn_alike_every_time() -> None:
    scene = compose([Box(100, 100, 900, 900, label="mug"), Point(500, 500, label="rim")], 40, 30)
    assert render(scene, BLACK) == render(scene, BLACK)


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5, 0.75])
@pytest.mark.parametrize("width", [1.0, 2.5, 4.0])
def test_a_line_covers_its_width_wherever_it_lies(width: float, shift: float) -> None:
    across = np.asarray(drawn(line((5, 15 + shift), (35, 15 + shift), width=width)))[:, 20, 0]
    assert across.sum() / 255 == pytest.approx(width, abs=0.3)
    rows = np.arange(30) + 0.5
    assert (rows * across).sum() / across.sum() == pytest.approx(15 + shift, abs=0.2)


def test_the_thinnest_line_does_not_raise() -> None:
    assert red_area(drawn(line((5, 15), (35, 15), width=0.1))) > 0


def test_the_smallest_letters_do_not_raise() -> None:
    path = Trajectory((Point(100, 100), Point(900, 900)), label="way")
    items = [path, *(Point(5, y, label="tea") for y in range(0, 1000, 10))]
    image = Image.new("RGB", (40, 30))
    assert render(compose(items, 40, 30, font_size=1), image).size == (40, 30)


def test_a_disc_covers_its_area() -> None:
    bare = Stroke("#ff0000", 0.25)
    disc = Disc(PixelPoint(20, 15), 8, "#ff0000", bare)
    assert red_area(drawn(disc)) == pytest.approx(3.1416 * 8.125**2, rel=0.04)


def test_a_rectangle_is_its_four_sides() -> None:
    red, box = Stroke("#ff0000", 2), PixelBox(5, 6, 35, 24)
    corners = PixelPoint(5, 6), PixelPoint(35, 6), PixelPoint(35, 24), PixelPoint(5, 24)
    assert drawn(Rectangle(box, red)) == drawn(Path(corners, red, closed=True))
    assert drawn(Rectangle(box, red)).getpixel((20, 15)) == (0, 0, 0)


def test_labels_lie_over_all_marks() -> None:
    marks = tuple(Mark((line((5, y), (35, y)),), "#ff0000", "mug", WHOLE) for y in (10, 15))
    plate = Label(0, (" ",), PixelBox(2, 5, 38, 25), 10, "#ff0000", "#0000ff")
    shown = render(Scene(40, 30, marks, (plate,)), BLACK)
    assert shown.getpixel((20, 15)) == shown.getpixel((20, 10)) == (0, 0, 255)


def test_a_hollow_shape_lets_the_picture_through() -> None:
    hollow = Disc(PixelPoint(20, 15), 8, None, Stroke("#ff0000", 2))
    assert drawn(hollow).getpixel((20, 15)) == (0, 0, 0)
    assert drawn(hollow).getpixel((28, 15))[0] > 200


def test_a_dashed_line_has_gaps() -> None:
    whole, dashed = line((2, 15), (38, 15)), line((2, 15), (38, 15), dashed=True)
    assert 0.4 < red_area(drawn(dashed)) / red_area(drawn(whole)) < 0.95


def test_a_halo_shows_on_both_sides_of_its_line() -> None:
    column = np.asarray(drawn(line((2, 15), (38, 15), halo="#0000ff", halo_width=8)))[:, 20]
    assert column[15].tolist() == [255, 0, 0]
    assert column[12].tolist() == column[17].tolist() == [0, 0, 255]


def test_what_lies_far_beyond_the_picture_costs_nothing() -> None:
    items = [Box(-1e9, -1e9, 1e9, 1e9, label="all"), Point(1e8, -1e8, label="far")]
    assert render(compose(items, 40, 30), BLACK).size == (40, 30)


def test_a_picture_keeps_its_transparency() -> None:
    glass = Image.new("RGBA", (40, 30), (0, 0, 0, 0))
    image = render(Scene(40, 30, (Mark((line((5, 15), (35, 15)),), "#ff0000", "", WHOLE),)), glass)
    assert (image.getpixel((20, 15)), image.getpixel((20, 2))) == ((*RED, 255), (0, 0, 0, 0))


def label(text: str, size: float = 10) -> Label:
    return Label(0, (text,), PixelBox(2, 5, 38, 25), size, "#ff0000", "#000000")


def test_a_label_is_written_in_the_middle_of_its_plate() -> None:
    ys, xs = np.nonzero(np.asarray(drawn(labels=(label("oho"),)))[..., 0] > 100)
    assert (xs.min() + xs.max() + 1) / 2 == pytest.approx(20, abs=1)
    assert (ys.min() + ys.max() + 1) / 2 == pytest.approx(15, abs=2)


def test_letters_that_run_wide_still_fit_their_plate() -> None:
    _, xs = np.nonzero(np.asarray(drawn(labels=(label("WWWWWWWW", 12),)))[..., 0] > 100)
    assert xs.min() >= 1
    assert xs.max() <= 39


@pytest.mark.parametrize("text", ["mug", "Größe", "кружка", "κούπα", "\u05e9\u05dc\u05d5\u05dd"])
def test_letters_of_many_scripts_come_without_a_warning(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert red_area(drawn(labels=(label(text),))) > 5


def test_what_no_font_has_is_named_in_one_warning_and_shown_as_a_question_mark() -> None:
    with pytest.warns(MissingGlyphWarning, match="no installed font has") as warned:
        shown = drawn(labels=(label(f"a{INVENTED[0]}"), label(INVENTED[0])))
    assert len(warned) == 1
    assert INVENTED[0] in str(warned[0].message)
    assert "SVG" in str(warned[0].message)
    assert [run for run, _ in runs(INVENTED[0])] == ["\ufffd"]
    assert red_area(shown) > 5


@pytest.mark.parametrize("text", ["", " ", "\u200b", "\u202e", "\x00\x1b", "\ud800"])
def test_what_is_invisible_is_drawn_as_nothing(text: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert red_area(drawn(labels=(label(text),))) == 0
