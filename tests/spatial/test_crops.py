"""Crops and paddings: what was found in a part is put back where it belongs in the whole."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.crops import Window, whole_pixels
from gemini_nb.spatial.geometry import Box, PixelBox, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Absence, Angle

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
@given(windows, windows, items)
def test_inside_maps_as_the_two_windows_in_turn(inner: Window, outer: Window, item: Item) -> None:
    at_once = inner.inside(outer).to_original(item)
    in_turn = outer.to_original(inner.to_original(item))
    assert numbers(at_once) == pytest.approx(numbers(in_turn), abs=2e-3)


@quick
@given(windows)
def test_to_original_takes_0_and_1000_to_the_corners_of_the_window(window: Window) -> None:
    assert numbers(window.to_original(Box(0, 0, 1000, 1000))) == pytest.approx(
        numbers(window.box), abs=1e-3
    )


def test_to_original_leaves_what_has_no_place() -> None:
    window = Window(Box(100, 100, 200, 200))
    found = Annotations((Angle(30), Absence(label="fork"), Box3D((0, 1, 0), (1, 1, 1), (0, 0, 0))))
    assert window.to_original(found) == found


def test_to_original_keeps_the_text_of_an_answer_and_pictures() -> None:
    found = Annotations((Point(0, 0, image="a.jpg"),), text="here it is")
    whole = Window(Box(0, 0, 500, 500)).to_original(found)
    assert (whole.text, whole[0].image) == ("here it is", "a.jpg")


@pytest.mark.parametrize(
    ("pixels", "seen", "place"),
    [
        (PixelBox(0, -200, 800, 600), Point(250, 0), Point(0, 0)),
        (PixelBox(0, -200, 800, 600), Point(750, 1000), Point(1000, 1000)),
        (PixelBox(0, 0, 800, 800), Point(0, 0), Point(0, 0)),
        (PixelBox(0, 0, 800, 800), Point(500, 500), Point(1000, 500)),
    ],
)
def test_window_of_an_image_padded_to_a_square_maps_back(
    pixels: PixelBox, seen: Point, place: Point
) -> None:
    """In the first two above and below, in the others below alone."""
    assert Window.of_pixels(pixels, 800, 400).to_original(seen) == place


@quick
@given(boxes(1), items, st.integers(1, 9))
def test_window_of_a_resized_copy_maps_as_that_of_the_original(
    box: Box, item: Item, times: int
) -> None:
    window = Window.of_pixels(box.to_pixels(100, 80), 100, 80)
    resized = Window.of_pixels(box.to_pixels(100 * times, 80 * times), 100 * times, 80 * times)
    assert numbers(resized.to_original(item)) == pytest.approx(
        numbers(window.to_original(item)), abs=1e-3
    )


@pytest.mark.parametrize("box", [Box(5, 5, 5, 9), Box(5, 5, 9, 5)])
def test_window_refuses_a_box_without_area(box: Box) -> None:
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
def test_whole_pixels_of_a_box_on_pixel_edges_are_just_these(
    width: int, start: int, count: int
) -> None:
    assume(start + count <= width)
    box = Window.of_pixels(PixelBox(start, 0, start + count, 1), width, 1).box
    assert whole_pixels(box, width, 1) == PixelBox(start, 0, start + count, 1)


@pytest.mark.parametrize("margin", [-0.1, math.nan, math.inf])
def test_whole_pixels_refuse_a_margin_that_is_no_share(margin: float) -> None:
    with pytest.raises(GeometryError, match="margin"):
        whole_pixels(Box(0, 0, 9, 9), 100, 100, margin=margin)


def test_whole_pixels_refuse_a_box_outside_of_the_image() -> None:
    with pytest.raises(GeometryError, match="outside"):
        whole_pixels(Box(1100, 0, 1200, 50), 100, 100)
