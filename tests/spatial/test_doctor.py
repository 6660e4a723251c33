"""What the doctor puts right, what it only suspects, and what it leaves in peace."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.doctor import examine
from gemini_nb.spatial.geometry import Box, Item, Point, Span, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle

thousandths = st.integers(0, 1000)
points = st.builds(Point, thousandths, thousandths, label=st.sampled_from(["cup", "lid", ""]))
wide = st.floats(-1e296, 1e296)  # as far as a place may lie, and room to multiply
anything = st.one_of(
    st.builds(Point, wide, wide, label=st.sampled_from(["1", "2", "7", "cup"])),
    st.builds(
        lambda ys, xs: Box(min(ys), min(xs), max(ys), max(xs), label="cup"),
        st.tuples(wide, wide),
        st.tuples(wide, wide),
    ),
)
SCENE = (
    Box(100, 50, 300, 250, label="cup"),
    Point(200, 150, label="cup"),
    Point(900, 980, label="lid"),
    Trajectory((Point(100, 100), Point(200, 300), Point(700, 900)), label="wipe"),
    Mask(Box(0, 0, 500, 400), polygons=((Point(0, 0), Point(500, 0), Point(0, 400)),)),
)


def kinds(items: tuple[Item, ...], image_size: tuple[int, int] | None = None) -> list[str]:
    return [issue.kind for issue in examine(items, image_size)[1]]


def scaled(items: tuple[Item, ...], y_scale: float, x_scale: float) -> tuple[Item, ...]:
    """`items` as a model would write them that counts `y_scale` to a thousandth."""
    from gemini_nb.spatial.geometry import Affine

    return tuple(item.transform(Affine(y_scale, 0, x_scale, 0)) for item in items)


def test_a_good_answer_is_left_as_it_is() -> None:
    assert examine(SCENE) == (SCENE, ())


def test_shares_of_one_become_thousandths() -> None:
    found, issues = examine(scaled(SCENE, 0.001, 0.001))
    assert found == SCENE
    assert [issue.kind for issue in issues] == ["rescaled"]
    assert "0.98" in issues[0].reason


@pytest.mark.parametrize(("width", "height"), [(4000, 3000), (1280, 960), (1100, 2000)])
def test_pixels_become_thousandths_where_the_size_of_the_image_is_known(
    width: int, height: int
) -> None:
    found, issues = examine(scaled(SCENE, height / 1000, width / 1000), (width, height))
    assert found == SCENE
    assert [issue.kind for issue in issues] == ["rescaled"]
    assert f"{width} x {height}" in issues[0].reason


def test_pixels_with_x_first_become_thousandths_with_y_first() -> None:
    swapped = (Point(1900, 100, label="cup"), Box(1000, 400, 1500, 900, label="lid"))
    found, issues = examine(swapped, (2000, 1000))
    assert found == (Point(100, 950, label="cup"), Box(400, 500, 900, 750, label="lid"))
    assert "[x, y]" in issues[0].reason


def test_pixels_without_the_size_of_the_image_are_suspected_and_left() -> None:
    pixels = scaled(SCENE, 3, 4)
    found, issues = examine(pixels)
    assert found == pixels
    assert "image_size=(width, height)" in issues[0].reason


def test_one_slip_over_the_edge_is_not_called_pixels() -> None:
    assert kinds((Point(10, 1030), Point(40, 200), Point(990, 3), Point(5, 998))) == []


@pytest.mark.parametrize(
    "items",
    [
        (Point(0, 1),),
        (Point(0, 0), Point(1000, 1000)),
        (Angle(0.5),),
        (Point(10, 20), Point(30, 40), Point(90, 9)),
        tuple(Point(n, 90 - n) for n in range(9)),
        (Angle(0.5), Point(300, 400)),
        (),
    ],
)
def test_nothing_is_said_where_there_is_no_evidence(items: tuple[Item, ...]) -> None:
    assert examine(items) == (items, ())


@pytest.mark.parametrize(
    ("items", "image_size", "word"),
    [
        ((Box(0, 0, 1, 1),), None, "shares"),
        ((Box(0, 0.2, 0.7, 0.9), Point(500, 600)), None, "shares"),
        (
            (Point(10, 90), Point(50, 50), Point(99, 4), Point(70, 7), Box(20, 30, 60, 55)),
            None,
            "per cent",
        ),
        ((Point(1200, 100), Point(900, 1900)), (1000, 500), "neither"),
        ((Point(1200, 100), Point(900, 1300)), (8000, 6000), "small part"),
        (
            tuple(Point(y, x) for y, x in [(10, 600), (470, 90), (300, 635), (222, 18), (9, 400)]),
            (640, 480),
            "pixels",
        ),
        ((Box(100, 600, 200, 700, label="cup"), Point(650, 150, label="cup")), None, "[x, y]"),
        (
            (
                Box(200, 300, 500, 600, label="cup"),
                Point(500, 600, label="cup"),
                Box(100, 80, 300, 250, label="lid"),
                Point(300, 250, label="lid"),
            ),
            None,
            "centre and size",
        ),
        (tuple(Point(y, x) for y in (500, 600, 700) for x in (521, 592, 658)), None, "grid"),
        (
            (Box(477, 627, 638, 770, label="bun"), Box(470, 620, 638, 770, label="bun")),
            None,
            "one thing twice",
        ),
        (
            (Trajectory(tuple(Point(y, 100) for y in (10, 60, 110, 900, 950))),),
            None,
            "jumps by 790",
        ),
        (
            tuple(Point(n * 90, n * 70, label=str(n)) for n in (1, 2, 3, 5, 6)),
            None,
            "without 4",
        ),
    ],
)
def test_what_looks_wrong_is_suspected_and_left_as_it_is(
    items: tuple[Item, ...], image_size: tuple[int, int] | None, word: str
) -> None:
    found, issues = examine(items, image_size)
    assert found == items
    assert [issue.kind for issue in issues] == ["suspected"]
    assert word in issues[0].reason


def test_points_in_their_boxes_are_not_called_swapped() -> None:
    fair = (
        Box(100, 600, 200, 700, label="cup"),
        Point(150, 650, label="cup"),
        Box(400, 100, 500, 200, label="lid"),
        Point(150, 450, label="lid"),
    )
    assert kinds(fair) == []


def test_two_things_of_one_name_side_by_side_are_not_called_one() -> None:
    assert kinds((Box(0, 0, 100, 100, label="bun"), Box(0, 40, 100, 140, label="bun"))) == []


def test_a_rescaled_answer_is_told_with_the_text_that_it_stands_in() -> None:
    items = (Point(0.5, 0.25, span=Span(10, 20)), Point(0.75, 0.5, span=Span(30, 45)))
    _, issues = examine(items)
    assert issues[0].span == Span(10, 45)


def test_names_details_and_places_in_the_text_outlive_rescaling() -> None:
    item = Point(0.5, 0.25, label="cup", details={"colour": "red"}, span=Span(1, 2))
    found, _ = examine((item,))
    assert found == (replace(item, y=500.0, x=250.0),)
    assert found[0].span == item.span


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(points, min_size=2, max_size=12))
def test_whole_thousandths_are_never_changed(items: list[Point]) -> None:
    assert examine(tuple(items))[0] == tuple(items)


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.lists(points, min_size=2, max_size=12))
def test_examining_twice_is_examining_once(items: list[Point]) -> None:
    once, _ = examine(scaled(tuple(items), 0.001, 0.001))
    assert examine(once)[0] == once


@settings(derandomize=True, deadline=None, max_examples=150)
@given(
    st.lists(anything, max_size=12),
    st.one_of(st.none(), st.tuples(st.integers(1, 9000), st.integers(1, 9000))),
)
def test_no_numbers_at_all_make_it_raise(
    items: list[Item], image_size: tuple[int, int] | None
) -> None:
    found, _ = examine(tuple(items), image_size)
    assert len(found) == len(items)


@pytest.mark.parametrize("label", ["cup", None])
def test_fifteen_thousand_items_take_no_time(label: str | None) -> None:
    boxes = tuple(
        Box(n / 20, n % 900, n / 20 + 60, n % 900 + 70, label=label or str(n % 9999))
        for n in range(7500)
    )
    spots = tuple(Point(n % 1000, n / 8, label=label or str(n % 2 * 9999)) for n in range(7500))
    start = time.process_time()
    examine(boxes + spots)
    assert time.process_time() - start < 1
