from __future__ import annotations

import math
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.drawing.labels.label_spots import Wish
from gemini_nb.drawing.labels.layout import Layout
from gemini_nb.spatial.geometry import PixelBox, PixelPoint

quick = settings(derandomize=True, deadline=None, max_examples=80)
WIDTH, HEIGHT, LETTERS = 400, 300, 12.0


def point_wish(x: float, y: float, width: float = 60, height: float = 18) -> Wish:
    return Wish(PixelBox(x - 5, y - 5, x + 5, y + 5), width, height, is_point=True)


def box_wish(box: PixelBox, width: float = 60, height: float = 18) -> Wish:
    return Wish(box, width, height, is_point=False)


def overlap(one: PixelBox, other: PixelBox) -> bool:
    apart = (
        one.right <= other.left
        or other.right <= one.left
        or one.bottom <= other.top
        or other.bottom <= one.top
    )
    return not apart


wishes = st.lists(
    st.one_of(
        st.builds(
            point_wish,
            st.floats(-50, 450),
            st.floats(-50, 350),
            st.floats(5, 200),
            st.floats(9, 60),
        ),
        st.builds(
            lambda x, y, w, h, size: box_wish(PixelBox(x, y, x + w, y + h), *size),
            st.floats(-50, 450),
            st.floats(-50, 350),
            st.floats(0, 300),
            st.floats(0, 300),
            st.tuples(st.floats(5, 200), st.floats(9, 60)),
        ),
    ),
    max_size=30,
)


@quick
@given(wishes, st.booleans())
def test_labels_never_overlap_nor_leave_the_picture(wanted: list[Wish], away: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    places = Layout(WIDTH, HEIGHT, LETTERS).place(wanted, may_move_away=away)
    boxes = [place.box for place in places if place]
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other)
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= WIDTH
        assert bottom <= HEIGHT


@quick
@given(wishes)
def test_a_place_is_as_large_as_it_was_wished(wanted: list[Wish]) -> None:
    for wish, place in zip(wanted, Layout(WIDTH, HEIGHT, LETTERS).place(wanted), strict=True):
        if place:
            left, top, right, bottom = place.box
            assert abs(right - left - wish.width) < 1e-6
            assert abs(bottom - top - wish.height) < 1e-6


@quick
@given(st.floats(70, 330), st.floats(30, 270))
def test_a_point_alone_has_its_label_at_the_right(x: float, y: float) -> None:
    [place] = Layout(WIDTH, HEIGHT, LETTERS).place([point_wish(x, y)])
    assert place is not None
    assert place.leader is None
    assert 5 <= place.box.left - x < 10
    assert place.box.top < y < place.box.bottom


def test_a_point_at_the_right_edge_has_its_label_at_the_left() -> None:
    [place] = Layout(WIDTH, HEIGHT, LETTERS).place([point_wish(395, 150)])
    assert place is not None
    assert place.box.right < 395


def test_a_box_has_its_label_on_its_upper_edge() -> None:
    [place] = Layout(WIDTH, HEIGHT, LETTERS).place([box_wish(PixelBox(100, 100, 300, 200))])
    assert place is not None
    assert place.box == (100, 82, 160, 100)


def test_a_box_as_large_as_the_picture_has_its_label_inside() -> None:
    [place] = Layout(WIDTH, HEIGHT, LETTERS).place([box_wish(PixelBox(0, 0, WIDTH, HEIGHT))])
    assert place is not None
    assert place.box == (0, 0, 60, 18)


def test_a_label_keeps_off_a_line_while_another_side_is_free() -> None:
    layout = Layout(WIDTH, HEIGHT, LETTERS)
    layout.avoid_lines((PixelPoint(250, 100), PixelPoint(250, 200)))
    [place] = layout.place([point_wish(200, 150)])
    assert place is not None
    assert place.box.right < 250


CROWD = [point_wish(x, y) for x in (180, 205, 230) for y in (130, 145, 160, 175)]


def test_in_a_crowd_some_labels_move_away_on_leader_lines() -> None:
    places = Layout(WIDTH, HEIGHT, LETTERS).place(CROWD)
    assert sum(place is not None for place in places) >= 6
    moved = [
        (wish, place) for wish, place in zip(CROWD, places, strict=True) if place and place.leader
    ]
    assert moved
    for wish, ((left, top, right, bottom), leader, _) in moved:
        assert leader is not None
        start, end = leader
        middle = wish.anchor.left + 5, wish.anchor.top + 5
        assert math.dist(start, middle) == pytest.approx(5, abs=0.2)  # on the edge of the mark
        assert left - 0.1 <= end.x <= right + 0.1
        assert top - 0.1 <= end.y <= bottom + 0.1


def test_a_leader_line_runs_under_no_label() -> None:
    places = [place for place in Layout(WIDTH, HEIGHT, LETTERS).place(CROWD) if place]
    for (x, y), (x_end, y_end) in (place.leader for place in places if place.leader):
        for part in range(10, 91):
            x_at, y_at = x + (x_end - x) * part / 100, y + (y_end - y) * part / 100
            for left, top, right, bottom in (place.box for place in places):
                assert not (left < x_at < right and top < y_at < bottom)


def test_a_label_wider_than_the_picture_has_no_place() -> None:
    assert Layout(WIDTH, HEIGHT, LETTERS).place([point_wish(200, 150, width=401)]) == [None]


def test_what_may_not_move_away_has_no_leader_line() -> None:
    places = Layout(WIDTH, HEIGHT, LETTERS).place([point_wish(200, 150)] * 14, may_move_away=False)
    assert None in places
    assert not any(place.leader for place in places if place)


def test_the_same_wishes_find_the_same_places() -> None:
    wanted = [point_wish(37 * n % 400, 91 * n % 300) for n in range(40)]
    first = Layout(WIDTH, HEIGHT, LETTERS).place(wanted)
    assert first == Layout(WIDTH, HEIGHT, LETTERS).place(wanted)
