"""Two answers side by side, and the assertion that they are close."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import DisagreementError, GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.comparison import assert_close, compare
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.statements import Absence, Angle

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item

quick = settings(derandomize=True, deadline=None, max_examples=40)
thousandths = st.integers(0, 1000)
labels = st.sampled_from(["cup", "lid", "the lid", ""])
items = st.one_of(
    st.builds(Point, thousandths, thousandths, label=labels),
    st.builds(
        lambda ys, xs, label: Box(min(ys), min(xs), max(ys), max(xs), label=label),
        st.tuples(thousandths, thousandths),
        st.tuples(thousandths, thousandths),
        labels,
    ),
    st.builds(Angle, thousandths),
    st.builds(Absence, label=labels),
)
answers = st.lists(items, max_size=6).map(lambda found: Annotations(tuple(found)))


def of(*found: Item) -> Annotations:
    return Annotations(tuple(found))


def test_compare_matches_what_moved_a_little() -> None:
    found = compare(of(Point(100, 100, label="cup")), of(Point(104, 103, label="cup")))
    assert not found.differences
    assert [pair.distance for pair in found.matched] == [5]


def test_compare_tells_what_moved_far_from_where_to_where() -> None:
    found = compare(of(Point(100, 100, label="cup")), of(Point(130, 60, label="a cup")))
    assert [pair.distance for pair in found.moved] == [50]
    assert found.differences == ("moved by 50: 'cup' point [100, 100] to 'a cup' point [130, 60]",)


def test_compare_moves_a_box_by_its_farther_corner() -> None:
    found = compare(of(Box(0, 0, 100, 100)), of(Box(0, 0, 100, 140)))
    assert [pair.distance for pair in found.moved] == [40]


def test_compare_moves_a_path_by_its_farthest_place() -> None:
    straight = Trajectory((Point(0, 0), Point(0, 500), Point(0, 1000)))
    halfway = Trajectory((Point(0, 0), Point(0, 1000)))
    bent = Trajectory((Point(0, 0), Point(300, 500), Point(0, 1000)))
    assert not compare(of(straight), of(halfway)).differences
    assert compare(of(straight), of(bent)).moved[0].distance > 200


def test_compare_tells_what_came_and_what_went() -> None:
    found = compare(of(Point(5, 5, label="cup")), of(Point(900, 5, label="lid")))
    assert found.lost.labels == ("cup",)
    assert found.added.labels == ("lid",)


def test_compare_takes_another_name_or_picture_in_one_place_for_another_thing() -> None:
    cup = of(Point(5, 5, label="cup", image=0))
    for other in (Point(5, 5, label="mug", image=0), Point(5, 5, label="cup", image=1)):
        found = compare(cup, of(other))
        assert (found.lost, found.added) == (cup, of(other))


def test_compare_takes_names_that_mean_the_same_for_one() -> None:
    found = compare(
        of(Point(5, 5, label="the stem of the banana")), of(Point(5, 5, label="banana stem"))
    )
    assert not found.differences


def test_compare_pairs_several_of_one_name_with_their_nearest() -> None:
    before = of(Point(0, 0, label="bun"), Point(0, 500, label="bun"), Point(0, 900, label="bun"))
    after = of(Point(0, 905, label="bun"), Point(0, 3, label="bun"))
    found = compare(before, after)
    assert sorted(pair.distance for pair in found.matched) == [3, 5]
    assert found.lost.points == (Point(0, 500, label="bun"),)


def test_compare_lets_a_thing_alone_leap_over_the_picture_and_not_one_of_several() -> None:
    several = compare(
        of(Point(0, 0, label="bun"), Point(0, 500, label="bun")),
        of(Point(0, 0, label="bun"), Point(900, 900, label="bun")),
    )
    assert (len(several.matched), len(several.lost), len(several.added)) == (1, 1, 1)
    alone = compare(of(Point(0, 0, label="bun")), of(Point(900, 900, label="bun")))
    assert len(alone.moved) == 1


def test_compare_matches_what_has_no_place_where_it_is_said_alike() -> None:
    found = compare(of(Angle(30), Absence(label="fork")), of(Absence(label="fork"), Angle(31)))
    assert [pair.before for pair in found.matched] == [Absence(label="fork")]
    assert found.lost.items == (Angle(30),)
    assert found.added.items == (Angle(31),)


def test_compare_reads_raw_answers() -> None:
    text = '[{"point": [1, 2], "label": "cup"}]'
    assert not compare(text, of(Point(1, 2, label="cup"))).differences
    assert_close(text, [{"point": [3, 2], "label": "cup"}])


def test_assert_close_passes_close_answers() -> None:
    assert_close(of(Point(5, 5)), of(Point(9, 9)))
    assert_close(of(Point(5, 5)), of(Point(90, 90)), tol=200)


def test_assert_close_fails_with_all_differences() -> None:
    with pytest.raises(DisagreementError) as told:
        assert_close(
            of(Point(5, 5, label="cup"), Box(0, 0, 9, 9, label="tray")),
            of(Point(55, 5, label="cup"), Point(500, 500, label="lid")),
        )
    for said in ("more than 15", "moved by 50: 'cup'", "added: 'lid'", "lost: 'tray'"):
        assert said in str(told.value)
    assert isinstance(told.value, AssertionError)


@pytest.mark.parametrize("tolerance", [-1, float("nan")])
def test_compare_refuses_a_tolerance_that_is_no_distance(tolerance: float) -> None:
    with pytest.raises(GeometryError, match="tolerance="):
        compare(of(), of(), tolerance=tolerance)


def test_comparison_reads_as_a_list_of_differences() -> None:
    said = repr(compare(of(Point(5, 5, label="cup"), Point(9, 9)), of(Point(8, 9, label="cup"))))
    assert said.splitlines() == [
        "1 matched within 5.0 thousandths, 1 lost",
        "  lost: (no label) point [9, 9]",
    ]


def test_comparison_shows_labels_as_words_and_never_as_markup() -> None:
    found = compare(of(), of(Point(5, 5, label="<script>x</script>")))
    html = found._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@quick
@given(answers)
def test_compare_finds_that_an_answer_agrees_with_itself(found: Annotations) -> None:
    same = compare(found, found, tolerance=0)
    assert not same.differences
    assert len(same.matched) == len(found)


@quick
@given(answers, answers)
def test_compare_from_the_other_side_loses_what_was_added(a: Annotations, b: Annotations) -> None:
    forth, back = compare(a, b), compare(b, a)
    assert len(forth.added) == len(back.lost)
    assert len(forth.lost) == len(back.added)
    assert sum(pair.distance for pair in (*forth.matched, *forth.moved)) == pytest.approx(
        sum(pair.distance for pair in (*back.matched, *back.moved))
    )


@quick
@given(answers, answers)
def test_compare_accounts_for_everything_once(a: Annotations, b: Annotations) -> None:
    found = compare(a, b)
    pairs = len(found.matched) + len(found.moved)
    assert pairs + len(found.lost) == len(a)
    assert pairs + len(found.added) == len(b)


@quick
@given(answers)
def test_compare_does_not_depend_on_the_order_of_the_items(found: Annotations) -> None:
    assert not compare(found, Annotations(found.items[::-1]), tolerance=0).differences
