"""What `examine` puts right, what it only suspects, and what it leaves in peace."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.geometry import Affine, Box, Item, Point, Span, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle
from gemini_nb.spatial.units import examine, from_pixels

quickly = settings(derandomize=True, deadline=None, max_examples=60)
thousandths = st.integers(0, 1000)
points = st.builds(Point, thousandths, thousandths, label=st.sampled_from(["cup", "lid", ""]))
wide = st.floats(-1e296, 1e296)  # as far as a place may lie, and room to multiply
anything = st.one_of(
    st.builds(Point, wide, wide, label=st.sampled_from(["1", "cup"])),
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


def scaled(items: tuple[Item, ...], y_scale: float, x_scale: float) -> tuple[Item, ...]:
    """`items` as a model would write them that counts `y_scale` to a thousandth."""
    return tuple(item.transform(Affine(y_scale, 0, x_scale, 0)) for item in items)


def test_examine_leaves_a_good_answer_as_it_is() -> None:
    assert examine(SCENE) == (SCENE, ())


def test_examine_makes_thousandths_of_shares_of_one() -> None:
    found, issues = examine(scaled(SCENE, 0.001, 0.001))

    assert found == SCENE
    assert [issue.kind for issue in issues] == ["rescaled"]
    assert "0.98" in issues[0].reason


@pytest.mark.parametrize(("width", "height"), [(4000, 3000), (1280, 960), (1100, 2000)])
def test_examine_makes_thousandths_of_pixels_of_a_known_image(width: int, height: int) -> None:
    pixels = scaled(SCENE, height / 1000, width / 1000)

    found, issues = examine(pixels, (width, height))

    assert found == SCENE == from_pixels(pixels, width, height)
    assert [issue.kind for issue in issues] == ["rescaled"]
    assert f"{width} x {height}" in issues[0].reason


def test_examine_turns_pixels_that_fit_only_with_x_first() -> None:
    swapped = (Point(1900, 100, label="cup"), Box(1000, 400, 1500, 900, label="lid"))

    found, issues = examine(swapped, (2000, 1000))

    assert found == (Point(100, 950, label="cup"), Box(400, 500, 900, 750, label="lid"))
    assert "x first" in issues[0].reason


@pytest.mark.parametrize(
    "items",
    [
        (Point(0, 1),),
        (Point(0, 0), Point(1000, 1000)),
        (Angle(0.5),),
        (Angle(0.5), Point(300, 400)),
        (Point(10, 1030), Point(40, 200), Point(990, 3), Point(5, 998)),
        tuple(Point(y, x) for y in (500, 600, 700) for x in (521, 592, 658)),
        (Box(477, 627, 638, 770, label="bun"), Box(470, 620, 638, 770, label="bun")),
        (),
    ],
)
def test_examine_says_nothing_where_there_is_no_evidence(items: tuple[Item, ...]) -> None:
    assert examine(items) == (items, ())


@pytest.mark.parametrize(
    ("items", "image_size", "word"),
    [
        ((Box(0, 0, 1, 1),), None, "shares"),
        (scaled(SCENE, 3, 4), None, "image_size=(width, height)"),
        ((Point(1200, 100), Point(900, 1900)), (1000, 500), "neither"),
        ((Point(1200, 100), Point(900, 1300)), (8000, 6000), "small part"),
        ((Box(100, 600, 200, 700, label="cup"), Point(650, 150, label="cup")), None, "[x, y]"),
    ],
)
def test_examine_suspects_what_looks_wrong_and_leaves_it(
    items: tuple[Item, ...], image_size: tuple[int, int] | None, word: str
) -> None:
    found, issues = examine(items, image_size)

    assert found == items
    assert [issue.kind for issue in issues] == ["suspected"]
    assert word in issues[0].reason


def test_examine_calls_no_axes_swapped_where_a_point_is_in_its_box() -> None:
    fair = (
        Box(100, 600, 200, 700, label="cup"),
        Point(150, 650, label="cup"),
        Box(400, 100, 500, 200, label="lid"),
        Point(150, 450, label="lid"),
    )

    assert examine(fair) == (fair, ())


def test_examine_tells_where_the_rescaled_answer_stands() -> None:
    items = (Point(0.5, 0.25, span=Span(10, 20)), Point(0.75, 0.5, span=Span(30, 45)))

    assert examine(items)[1][0].span == Span(10, 45)


def test_examine_keeps_names_details_pictures_and_spans() -> None:
    item = Point(0.5, 0.25, label="cup", details={"of": "tin"}, image="a.jpg", span=Span(1, 2))

    found, _ = examine((item,))

    assert found == (replace(item, y=500.0, x=250.0),)
    assert found[0].span == item.span


@quickly
@given(st.lists(points, min_size=2, max_size=12))
def test_examine_changes_no_whole_thousandths_and_nothing_twice(items: list[Point]) -> None:
    once, _ = examine(scaled(tuple(items), 0.001, 0.001))

    assert examine(tuple(items))[0] == tuple(items)
    assert examine(once)[0] == once


@quickly
@given(
    st.lists(anything, max_size=12),
    st.one_of(st.none(), st.tuples(st.integers(1, 9000), st.integers(1, 9000))),
)
def test_examine_raises_for_no_numbers(
    items: list[Item], image_size: tuple[int, int] | None
) -> None:
    assert len(examine(tuple(items), image_size)[0]) == len(items)
