from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.drawing.layout import Layout, Wish
from gemini_nb.spatial.geometry import PixelBox, PixelPoint

quick = settings(derandomize=True, deadline=None, max_examples=80)
WIDTH, HEIGHT, LETTERS = 400, 300, 12.0


def overlap(one: PixelBox, other: PixelBox) -> bool:
    apart = (
        one.right <= other.left
        or other.right <= one.left
        or one.bottom <= other.top
        or other.bottom <= one.top
    )
    return not apart


def layout() -> Layout:
    return Layout(WIDTH, HEIGHT, LETTERS)


def disc(x: float, y: float) -> PixelBox:
    return PixelBox(x - 5, y - 5, x + 5, y + 5)


def beside(x: float, y: float, where: Layout | None = None) -> PixelBox:
    """The label of a point alone, 60 by 18 pixels."""
    where = where or layout()
    where.avoid(disc(x, y))
    place = where.beside((disc(x, y), 60, 18))
    assert place is not None
    return place


anchors = st.tuples(
    st.floats(-50, 450), st.floats(-50, 350), st.floats(0, 300), st.floats(0, 300)
).map(lambda each: PixelBox(each[0], each[1], each[0] + each[2], each[1] + each[3]))
wishes = st.tuples(anchors, st.floats(5, 200), st.floats(9, 60))


@quick
@given(st.lists(st.tuples(wishes, st.booleans()), max_size=30))
def test_labels_never_overlap_nor_leave_the_picture(wanted: list[tuple[Wish, bool]]) -> None:
    where, boxes = layout(), []
    for wish, may_hide in wanted:
        if box := where.beside(wish, may_hide=may_hide):
            left, top, right, bottom = box
            assert (right - left, bottom - top) == pytest.approx(wish[1:])
            assert left >= 0
            assert top >= 0
            assert right <= WIDTH + 1e-9
            assert bottom <= HEIGHT + 1e-9
            boxes.append(box)
    for one, other in combinations(boxes, 2):
        assert not overlap(one, other)


@quick
@given(st.floats(70, 330), st.floats(30, 270))
def test_a_point_alone_has_its_label_at_the_right(x: float, y: float) -> None:
    box = beside(x, y)
    assert 5 <= box.left - x < 10
    assert box.top < y < box.bottom


def test_a_point_at_the_right_edge_has_its_label_at_the_left() -> None:
    assert beside(395, 150).right < 395


def test_a_point_in_a_corner_has_a_label() -> None:
    for x, y in ((0, 0), (WIDTH, 0), (0, HEIGHT), (WIDTH, HEIGHT)):
        beside(x, y)


@pytest.mark.parametrize(
    ("box", "place"),
    [
        (PixelBox(100, 100, 300, 200), (100, 82)),  # on the upper edge
        (PixelBox(0, 0, WIDTH, HEIGHT), (0, 0)),  # within what is as large as the picture
        (PixelBox(100, 0, 150, 40), (100, 40)),  # below what is too small to hold it
    ],
)
def test_a_box_has_its_label_at_a_corner(box: PixelBox, place: tuple[float, float]) -> None:
    where = layout()
    found = where.beside((box, 60, 18))
    assert found is not None
    assert found[:2] == place


def test_a_label_keeps_off_a_line_while_another_side_is_free() -> None:
    where = layout()
    where.avoid_lines((PixelPoint(250, 100), PixelPoint(250, 200)))
    assert beside(200, 150, where).right < 250


def test_a_label_wider_than_the_picture_has_no_place() -> None:
    assert layout().beside((disc(200, 150), 401, 18), may_hide=True) is None


def test_a_label_hides_something_only_where_it_may() -> None:
    where = layout()
    where.avoid(PixelBox(0, 0, WIDTH, HEIGHT))
    wish = disc(200, 150), 60, 18
    assert where.beside(wish) is None
    assert where.beside(wish, may_hide=True) == (170, 141, 230, 159)
