"""Points, boxes and paths as values: what stays true of them mirrored, turned, shifted, scaled."""

from __future__ import annotations

import dataclasses
import json
import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.geometry import (
    Affine,
    Box,
    Item,
    PixelBox,
    PixelPoint,
    Point,
    Span,
    Trajectory,
    around,
    number,
)

quick = settings(derandomize=True, deadline=None, max_examples=60)
MIRROR = Affine(1, 0, -1, 1000)
UPSIDE_DOWN = Affine(-1, 1000, 1, 0)
UNCHANGED = Affine(1, 0, 1, 0)

places = st.integers(-200, 1200)
points = st.builds(Point, places, places)
boxes = st.builds(
    lambda ys, xs: Box(min(ys), min(xs), max(ys), max(xs)),
    st.tuples(places, places),
    st.tuples(places, places),
)
paths = st.builds(Trajectory, st.lists(points, min_size=1, max_size=6).map(tuple))
items = st.one_of(points, boxes, paths)
affines = st.builds(Affine, st.integers(1, 5), places, st.integers(1, 5), places)


@quick
@given(items, st.sampled_from([MIRROR, UPSIDE_DOWN]))
def test_mirrored_twice_is_as_before(item: Item, mirror: Affine) -> None:
    assert item.transform(mirror).transform(mirror) == item


@quick
@given(items, affines)
def test_what_surrounds_a_thing_moves_with_it(item: Item, affine: Affine) -> None:
    assert item.bounds is not None
    assert item.transform(affine).bounds == item.bounds.transform(affine)


@quick
@given(items)
def test_transforming_makes_a_new_value_and_leaves_the_old(item: Item) -> None:
    before = repr(item)
    assert item.transform(UNCHANGED) == item
    item.transform(MIRROR)
    assert repr(item) == before


@quick
@given(items)
def test_clipped_is_within_the_image_and_clipping_again_changes_nothing(item: Item) -> None:
    clipped = item.clip()
    assert clipped.bounds is not None
    assert Box(0, 0, 1000, 1000).contains(clipped.bounds)
    assert clipped.clip() == clipped


@quick
@given(items)
def test_what_is_within_the_image_is_not_clipped(item: Item) -> None:
    assert item.bounds is not None
    if Box(0, 0, 1000, 1000).contains(item.bounds):
        assert item.clip() == item


@quick
@given(boxes, boxes)
def test_overlap_is_mutual_and_a_share(one: Box, other: Box) -> None:
    assert one.iou(other) == other.iou(one)
    assert 0 <= one.iou(other) <= 1


@quick
@given(boxes)
def test_a_box_with_an_area_is_all_of_itself(box: Box) -> None:
    assert box.iou(box) == (1 if box.area else 0)
    assert box.contains(box)
    assert box.intersection(box) == box


@quick
@given(boxes, boxes, st.sampled_from([MIRROR, UPSIDE_DOWN, Affine(2, 7, 3, -5)]))
def test_overlap_and_containment_are_the_same_mirrored_and_stretched(
    one: Box, other: Box, affine: Affine
) -> None:
    seen, beside = one.transform(affine), other.transform(affine)
    assert seen.iou(beside) == pytest.approx(one.iou(other))
    assert seen.contains(beside) == one.contains(other)


@quick
@given(boxes, boxes)
def test_what_two_boxes_share_lies_in_both(one: Box, other: Box) -> None:
    shared = one.intersection(other)
    assert (shared is None) == (one.distance(other) > 0)
    if shared is not None:
        assert one.contains(shared)
        assert other.contains(shared)


@quick
@given(points, points, points)
def test_no_way_is_shorter_than_the_straight_one(a: Point, b: Point, c: Point) -> None:
    assert a.distance(c) <= a.distance(b) + b.distance(c) + 1e-9
    assert a.distance(b) == b.distance(a)


@quick
@given(paths)
def test_a_path_backwards_is_as_long(path: Trajectory) -> None:
    assert Trajectory(path.points[::-1]).length == pytest.approx(path.length)
    assert path.length >= path.points[0].distance(path.points[-1]) - 1e-9


def sampled(path: Trajectory) -> list[Point]:
    """Places along a path, at most 15 thousandths apart."""
    shares = [step / 128 for step in range(129)]
    legs = pairwise(path.points) if len(path.points) > 1 else [(path.points[0], path.points[0])]
    return [Point(a.y + s * (b.y - a.y), a.x + s * (b.x - a.x)) for a, b in legs for s in shares]


short_paths = st.builds(Trajectory, st.lists(points, min_size=1, max_size=3).map(tuple))


@quick
@given(short_paths, st.one_of(points, boxes))
def test_distance_of_a_path_is_that_of_its_nearest_place(
    path: Trajectory, other: Point | Box
) -> None:
    nearest = min(other.distance(place) for place in sampled(path))
    assert nearest - 8 <= path.distance(other) <= nearest + 1e-6


@settings(quick, max_examples=20)
@given(short_paths, short_paths)
def test_distance_of_two_paths_is_that_of_their_nearest_places(
    one: Trajectory, other: Trajectory
) -> None:
    nearest = min(other.distance(place) for place in sampled(one))
    assert nearest - 8 <= one.distance(other) <= nearest + 1e-6
    assert one.distance(other) == pytest.approx(other.distance(one))


@quick
@given(
    items, items, st.sampled_from([MIRROR, UPSIDE_DOWN, Affine(1, 7, 1, -5), Affine(3, 0, 3, 2)])
)
def test_distance_is_the_same_mirrored_and_shifted_and_grows_with_the_scale(
    one: Item, other: Item, affine: Affine
) -> None:
    assert isinstance(one, Point | Box | Trajectory)
    moved = one.transform(affine).distance(other.transform(affine))
    assert moved == pytest.approx(one.distance(other) * abs(affine.y_scale), abs=1e-6)


@quick
@given(paths, boxes, st.sampled_from([MIRROR, UPSIDE_DOWN, Affine(2, 7, 3, -5)]))
def test_crosses_is_the_same_mirrored_shifted_and_stretched(
    path: Trajectory, box: Box, affine: Affine
) -> None:
    assert path.transform(affine).crosses(box.transform(affine)) == path.crosses(box)
    if any(box.contains(place) for place in sampled(path)):
        assert path.crosses(box)


@pytest.mark.parametrize(
    ("ends", "crosses"),
    [
        ((500, 0, 500, 1000), True),  # through it, with both ends outside
        ((0, 0, 1000, 1000), True),
        ((400, 0, 400, 1000), True),  # along its edge
        ((300, 500, 500, 300), True),  # over its corner on a slant
        ((300, 400, 400, 300), False),  # past its corner
        ((450, 450, 550, 550), True),  # within it
    ],
)
def test_crosses_looks_between_the_points_of_a_path(
    ends: tuple[int, int, int, int], *, crosses: bool
) -> None:
    path = Trajectory((Point(*ends[:2]), Point(*ends[2:])))
    assert path.crosses(Box(400, 400, 600, 600)) is crosses


def test_distance_refuses_what_has_no_place() -> None:
    with pytest.raises(GeometryError, match="no place"):
        Trajectory((Point(1, 2),)).distance(Item(label="fork"))


@pytest.mark.parametrize("kind", [np.float64, np.float32, np.int64])
def test_numbers_of_numpy_become_plain_ones(kind: type) -> None:
    box, point = Box(kind(1), 2, kind(3), 4), Point(kind(1), kind(2))
    assert json.dumps([box.to_dict(), point.to_dict()]) == (
        '[{"box_2d": [1, 2, 3, 4], "label": ""}, {"point": [1, 2], "label": ""}]'
    )
    assert "np." not in repr(box) + repr(point)
    assert (box, point) == (Box(1, 2, 3, 4), Point(1, 2))


@quick
@given(boxes, st.integers(1, 4000), st.integers(1, 4000))
def test_pixels_are_a_share_of_the_image(box: Box, width: int, height: int) -> None:
    left, top, right, bottom = box.to_pixels(width, height)
    assert (left, top) == Point(box.ymin, box.xmin).to_pixels(width, height)
    assert (right - left) * (bottom - top) == pytest.approx(box.area * width * height / 1e6)


def test_a_whole_image_box_is_all_of_its_pixels() -> None:
    assert Box(0, 0, 1000, 1000).to_pixels(640, 480) == PixelBox(0, 0, 640, 480)


def test_pixels_put_x_first() -> None:
    assert Point(y=1000, x=0).to_pixels(width=640, height=480) == PixelPoint(x=0, y=480)


@quick
@given(boxes)
def test_the_centre_lies_within(box: Box) -> None:
    assert box.contains(box.centre)
    assert box.transform(MIRROR).centre == box.centre.transform(MIRROR)


@quick
@given(st.lists(points, min_size=1, max_size=8))
def test_the_box_around_points_holds_them_and_touches_on_each_side(found: list[Point]) -> None:
    box = around(found)
    assert all(box.contains(point) for point in found)
    assert box.ymin in {point.y for point in found}
    assert box.xmax in {point.x for point in found}


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_coordinates_that_are_no_place_are_refused_by_name(value: float) -> None:
    with pytest.raises(GeometryError, match="x="):
        Point(0, value)
    with pytest.raises(GeometryError, match="ymax="):
        Box(0, 0, value, 0)


@pytest.mark.parametrize("sides", [(5, 0, 4, 9), (0, 5, 9, 4)])
def test_a_box_that_ends_before_it_begins_is_refused(sides: tuple[int, int, int, int]) -> None:
    with pytest.raises(GeometryError, match="smaller"):
        Box(*sides)


def test_a_path_without_points_is_refused() -> None:
    with pytest.raises(GeometryError, match="at least one"):
        Trajectory(())


@pytest.mark.parametrize("item", [Point(1, 2), Box(1, 2, 3, 4), Trajectory((Point(1, 2),))])
def test_values_can_not_be_changed_and_are_equal_by_what_they_say(item: Item) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        item.label = "other"  # type: ignore[misc]
    assert item == dataclasses.replace(item)
    assert hash(item) == hash(dataclasses.replace(item, details={"seen": True}))
    assert item != dataclasses.replace(item, label="other")


def test_where_it_stands_in_the_text_is_no_part_of_what_it_says() -> None:
    assert Point(1, 2, span=Span(0, 9)) == Point(1, 2)


def test_a_dict_has_geometry_label_and_details_by_gemini_s_keys() -> None:
    box = Box(1, 2, 3.5, 4, label="mug", details={"colour": "red"})
    assert box.to_dict() == {"box_2d": [1, 2, 3.5, 4], "label": "mug", "colour": "red"}
    assert Point(1, 2).to_dict() == {"point": [1, 2], "label": ""}


@pytest.mark.parametrize(
    ("value", "said"), [(5.0, "5"), (5, "5"), (0.12345, "0.123"), (569.9999999999, "570")]
)
def test_numbers_are_written_as_short_as_they_are_exact(value: float, said: str) -> None:
    assert repr(number(value)) == said


@quick
@given(items)
def test_its_text_makes_it_again(item: Item) -> None:
    names = {"Point": Point, "Box": Box, "Trajectory": Trajectory}
    assert eval(repr(item), {"__builtins__": {}}, names) == item  # noqa: S307 - our own repr
