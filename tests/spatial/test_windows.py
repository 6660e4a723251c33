"""Crops and paddings: what was found in a part is put back where it belongs in the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gemini_nb.drawing.crops import crop
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, PixelBox, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Absence, Angle
from gemini_nb.spatial.windows import Window, whole_pixels

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item

quick = settings(derandomize=True, deadline=None, max_examples=60)
places = st.integers(-500, 1500)


@st.composite
def boxes(draw: st.DrawFn, smallest: int = 0) -> Box:
    ymin, xmin = draw(places), draw(places)
    size = st.integers(smallest, 900)
    return Box(ymin, xmin, ymin + draw(size), xmin + draw(size), label="cup")


points = st.builds(Point, places, places, label=st.just("lid"))
items = st.one_of(
    points,
    boxes(),
    st.builds(Trajectory, st.tuples(points, points, points)),
    st.builds(lambda box, corners: Mask(box, polygons=(corners,)), boxes(), st.tuples(points)),
)
windows = st.builds(Window, boxes(smallest=5))


def numbers(item: Item) -> list[float]:
    """All of its coordinates, in one row."""

    def flat(value: object) -> list[float]:
        if isinstance(value, int | float):
            return [float(value)]
        return [n for inner in value for n in flat(inner)] if isinstance(value, list) else []

    return [n for value in item.geometry().values() for n in flat(value)]


@quick
@given(windows, items)
def test_there_and_back_is_where_it_was(window: Window, item: Item) -> None:
    back = window.to_original(window.from_original(item))
    assert numbers(back) == pytest.approx(numbers(item), abs=1e-3)
    assert back.label == item.label


@quick
@given(windows, windows, items)
def test_a_window_in_a_window_maps_as_the_two_in_turn(
    inner: Window, outer: Window, item: Item
) -> None:
    at_once = inner.inside(outer).to_original(item)
    in_turn = outer.to_original(inner.to_original(item))
    assert numbers(at_once) == pytest.approx(numbers(in_turn), abs=2e-3)


@quick
@given(windows, boxes(1), boxes(1))
def test_overlap_is_the_same_in_any_window(window: Window, one: Box, other: Box) -> None:
    seen = window.from_original(one)
    assert isinstance(seen, Box)
    beside = window.from_original(other)
    assert isinstance(beside, Box)
    assert seen.iou(beside) == pytest.approx(one.iou(other), abs=1e-6)


@quick
@given(windows)
def test_the_corners_of_a_window_are_its_zero_and_its_thousand(window: Window) -> None:
    assert numbers(window.to_original(Box(0, 0, 1000, 1000))) == pytest.approx(
        numbers(window.box), abs=1e-3
    )


def test_what_has_no_place_passes_through_unchanged() -> None:
    window = Window(Box(100, 100, 200, 200))
    found = Annotations((Angle(30), Absence(label="fork"), Box3D((0, 1, 0), (1, 1, 1), (0, 0, 0))))
    assert window.to_original(found) == found


def test_issues_and_the_text_of_an_answer_go_along() -> None:
    found = Annotations((Point(0, 0),), text="here it is")
    assert Window(Box(0, 0, 500, 500)).to_original(found).text == "here it is"


def test_a_padded_image_maps_its_middle_band_to_the_whole() -> None:
    window = Window.of_square(800, 400)
    assert window.to_original(Point(250, 0)) == Point(0, 0)
    assert window.to_original(Point(750, 1000)) == Point(1000, 1000)


def test_an_image_padded_below_keeps_its_upper_left_corner() -> None:
    window = Window.of_square(800, 400, centred=False)
    assert window.to_original(Point(0, 0)) == Point(0, 0)
    assert window.to_original(Point(500, 500)) == Point(1000, 500)


@pytest.mark.parametrize("box", [Box(5, 5, 5, 9), Box(5, 5, 9, 5)])
def test_a_window_without_area_is_refused(box: Box) -> None:
    with pytest.raises(GeometryError, match="no area"):
        Window(box)


@quick
@given(boxes(1), st.integers(1, 400), st.integers(1, 400), st.floats(0, 2))
def test_whole_pixels_hold_the_box_and_stay_in_the_image(
    box: Box, width: int, height: int, margin: float
) -> None:
    visible = box.intersection(Box(0, 0, 1000, 1000))
    assume(visible is not None)
    assert visible is not None
    left, top, right, bottom = whole_pixels(box, width, height, margin=margin)
    assert 0 <= left < right <= width
    assert 0 <= top < bottom <= height
    assert all(float(edge).is_integer() for edge in (left, top, right, bottom))
    inner = visible.to_pixels(width, height)
    assert left <= inner.left + 1e-6
    assert right >= inner.right - 1e-6
    assert top <= inner.top + 1e-6
    assert bottom >= inner.bottom - 1e-6


@quick
@given(st.integers(1, 997), st.integers(0, 996), st.integers(1, 997))
def test_a_box_on_pixel_edges_is_cut_just_there(width: int, start: int, count: int) -> None:
    assume(start + count <= width)
    box = Window.of_pixels(PixelBox(start, 0, start + count, 1), width, 1).box
    assert whole_pixels(box, width, 1) == PixelBox(start, 0, start + count, 1)


@pytest.mark.parametrize("margin", [-0.1, math.nan, math.inf])
def test_a_margin_that_is_no_share_is_refused(margin: float) -> None:
    with pytest.raises(GeometryError, match="margin"):
        whole_pixels(Box(0, 0, 9, 9), 100, 100, margin=margin)


def test_a_box_outside_of_the_image_can_not_be_cropped() -> None:
    with pytest.raises(GeometryError, match="outside"):
        crop(np.zeros((10, 10, 3), np.uint8), Box(1100, 0, 1200, 50))


def test_what_has_no_place_can_not_be_cropped() -> None:
    with pytest.raises(GeometryError, match="no place"):
        crop(np.zeros((10, 10, 3), np.uint8), Angle(30))


def red_spot(height: int, width: int, y: int, x: int) -> np.ndarray:
    """A black image in which one pixel is red."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[y, x] = (255, 0, 0)
    return pixels


@quick
@given(st.integers(0, 59), st.integers(0, 79), st.floats(0, 3))
def test_a_pixel_found_in_a_crop_of_a_crop_is_that_pixel_of_the_whole(
    y: int, x: int, margin: float
) -> None:
    pixels = red_spot(60, 80, y, x)
    spot = Window.of_pixels(PixelBox(x, y, x + 1, y + 1), 80, 60).box
    outer = crop(pixels, spot, margin=2 * margin + 2)
    seen = outer.from_original(spot)
    inner = outer.crop(seen, margin=margin)
    [[row, column]] = np.argwhere(np.asarray(inner.image)[..., 0] == 255)
    width, height = inner.image.size
    found = Point((row + 0.5) * 1000 / height, (column + 0.5) * 1000 / width)
    whole = inner.to_original(found)
    assert isinstance(whole, Point)
    assert whole.to_pixels(80, 60) == pytest.approx((x + 0.5, y + 0.5), abs=1e-6)


def test_cropping_leaves_the_image_alone() -> None:
    pixels = red_spot(20, 20, 3, 3)
    before = pixels.copy()
    crop(pixels, Box(0, 0, 500, 500))
    assert np.array_equal(pixels, before)


def test_a_crop_shows_its_picture_and_says_where_it_is() -> None:
    bundle = crop(red_spot(100, 100, 5, 5), Box(0, 0, 500, 250), margin=0)._repr_mimebundle_()
    assert bundle["text/plain"] == "25 x 50 pixels: y 0 to 500, x 0 to 250 of the original"
    assert any(mime_type.startswith("image/") for mime_type in bundle)
