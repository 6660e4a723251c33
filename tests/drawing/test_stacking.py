from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.drawing.labels.stacking import stacking
from gemini_nb.drawing.scene import Label, Mark
from gemini_nb.spatial.geometry import PixelBox

quick = settings(derandomize=True, deadline=None, max_examples=80)


def mark(left: float, top: float, right: float, bottom: float) -> Mark:
    return Mark((), "#000000", "", PixelBox(left, top, right, bottom))


def label(of: int, left: float, top: float, right: float, bottom: float) -> Label:
    return Label(of, ("x",), PixelBox(left, top, right, bottom), 10, "#ffffff", "#000000")


def test_marks_stay_in_order_where_no_label_is_crossed() -> None:
    assert stacking([mark(0, 0, 50, 50), mark(60, 0, 90, 50)], [label(0, 0, 52, 20, 60)]) == [0, 1]


def test_a_mark_is_drawn_after_one_that_runs_through_its_label() -> None:
    assert stacking([mark(0, 0, 50, 50), mark(40, 0, 90, 50)], [label(0, 30, 2, 45, 12)]) == [1, 0]


def test_a_label_within_another_box_is_not_crossed_by_it() -> None:
    assert stacking([mark(0, 0, 50, 50), mark(5, 5, 45, 45)], [label(0, 10, 10, 30, 20)]) == [0, 1]


@quick
@given(st.lists(st.tuples(*[st.integers(0, 30)] * 4), max_size=12))
def test_every_mark_is_drawn_once(corners: list[tuple[int, int, int, int]]) -> None:
    marks = [mark(x, y, x + w, y + h) for x, y, w, h in corners]
    labels = [label(at, x, y, x + 9, y + 5) for at, (x, y, _, _) in enumerate(corners)]
    assert sorted(stacking(marks, labels)) == list(range(len(marks)))
