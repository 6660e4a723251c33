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


def test_what_moved_a_little_is_matched() -> None:
    found = compare(of(Point(100, 100, label="cup")), of(Point(104, 103, label="cup")))
    assert found.agrees
    assert [pair.distance for pair in found.matched] == [5]


def test_what_moved_far_is_told_with_distance_and_direction() -> None:
    found = compare(of(Point(100, 100, label="cup")), of(Point(130, 60, label="cup")))
    [pair] = found.moved
    assert pair.distance == 50
    assert pair.shift == Point(30, -40)
    assert found.differences == (
        "moved: 'cup' point [100, 100]: by 50 thousandths (30 down, 40 to the left)",
    )


def test_a_box_moved_as_far_as_its_farther_corner() -> None:
    found = compare(of(Box(0, 0, 100, 100)), of(Box(0, 0, 100, 140)))
    assert [pair.distance for pair in found.moved] == [40]


def test_a_box_that_grew_on_all_sides_stays_where_it_is() -> None:
    found = compare(of(Box(200, 200, 300, 300)), of(Box(100, 100, 400, 400)))
    assert "its centre stays" in found.differences[0]


def test_a_path_moved_as_far_as_its_farthest_place() -> None:
    straight = Trajectory((Point(0, 0), Point(0, 500), Point(0, 1000)))
    halfway = Trajectory((Point(0, 0), Point(0, 1000)))
    bent = Trajectory((Point(0, 0), Point(300, 500), Point(0, 1000)))
    assert compare(of(straight), of(halfway)).agrees
    assert compare(of(straight), of(bent)).moved[0].distance > 200


def test_what_came_and_what_went() -> None:
    found = compare(of(Point(5, 5, label="cup")), of(Point(900, 5, label="lid")))
    assert found.lost.labels == ("cup",)
    assert found.added.labels == ("lid",)


def test_another_name_in_one_place_is_relabelled() -> None:
    found = compare(of(Point(5, 5, label="cup")), of(Point(6, 6, label="mug")))
    assert [(pair.before.label, pair.after.label) for pair in found.relabelled] == [("cup", "mug")]
    assert not found.added
    assert not found.lost
    assert "is now 'mug'" in found.differences[0]


def test_names_that_mean_the_same_are_one() -> None:
    assert compare(
        of(Point(5, 5, label="the stem of the banana")), of(Point(5, 5, label="banana stem"))
    ).agrees


def test_of_several_of_one_name_each_goes_with_its_nearest() -> None:
    before = of(Point(0, 0, label="bun"), Point(0, 500, label="bun"), Point(0, 900, label="bun"))
    after = of(Point(0, 905, label="bun"), Point(0, 3, label="bun"))
    found = compare(before, after)
    assert sorted(pair.distance for pair in found.matched) == [3, 5]
    assert found.lost.points == (Point(0, 500, label="bun"),)


def test_one_of_several_does_not_leap_over_the_picture_but_a_thing_alone_may() -> None:
    several = compare(
        of(Point(0, 0, label="bun"), Point(0, 500, label="bun")),
        of(Point(0, 0, label="bun"), Point(900, 900, label="bun")),
    )
    assert (len(several.matched), len(several.lost), len(several.added)) == (1, 1, 1)
    alone = compare(of(Point(0, 0, label="bun")), of(Point(900, 900, label="bun")))
    assert len(alone.moved) == 1


def test_what_has_no_place_must_be_said_alike() -> None:
    found = compare(of(Angle(30), Absence(label="fork")), of(Absence(label="fork"), Angle(31)))
    assert [pair.before for pair in found.matched] == [Absence(label="fork")]
    assert found.lost.items == (Angle(30),)
    assert found.added.items == (Angle(31),)


def test_answers_as_text_are_read_first() -> None:
    assert compare('[{"point": [1, 2], "label": "cup"}]', of(Point(1, 2, label="cup"))).agrees


def test_close_answers_pass_the_assertion() -> None:
    assert_close(of(Point(5, 5)), of(Point(9, 9)))
    assert_close(of(Point(5, 5)), of(Point(90, 90)), tol=200)


def test_answers_that_differ_fail_the_assertion_with_all_differences() -> None:
    with pytest.raises(DisagreementError) as told:
        assert_close(
            of(Point(5, 5, label="cup"), Box(0, 0, 9, 9, label="tray")),
            of(Point(55, 5, label="cup"), Point(500, 500, label="lid")),
        )
    for said in ("more than 15", "50 down", "added: 'lid'", "lost: 'tray'"):
        assert said in str(told.value)
    assert isinstance(told.value, AssertionError)


@pytest.mark.parametrize("tolerance", [-1, float("nan")])
def test_a_tolerance_that_is_no_distance_is_refused(tolerance: float) -> None:
    with pytest.raises(GeometryError, match="tolerance="):
        compare(of(), of(), tolerance=tolerance)


def test_it_reads_as_a_list_of_differences() -> None:
    said = repr(compare(of(Point(5, 5, label="cup"), Point(9, 9)), of(Point(8, 9, label="cup"))))
    assert said.splitlines() == [
        "1 matched within 5.0 thousandths, 1 lost",
        "  lost: (no label) point [9, 9]",
    ]


def test_a_thousand_differences_are_cut_short_and_counted() -> None:
    found = compare(of(), of(*(Point(n, n) for n in range(1000))))
    assert repr(found).splitlines()[-1].strip() == "and 960 more"
    assert len(found.differences) == 1000


def test_labels_are_words_and_never_markup() -> None:
    found = compare(of(), of(Point(5, 5, label="<script>x</script>")))
    html = found._repr_mimebundle_()["text/html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


@quick
@given(answers)
def test_an_answer_agrees_with_itself(found: Annotations) -> None:
    same = compare(found, found, tolerance=0)
    assert same.agrees
    assert len(same.matched) == len(found)


@quick
@given(answers, answers)
def test_seen_from_the_other_side_added_is_lost(a: Annotations, b: Annotations) -> None:
    forth, back = compare(a, b), compare(b, a)
    assert len(forth.added) == len(back.lost)
    assert len(forth.lost) == len(back.added)
    assert sum(pair.distance for pair in (*forth.matched, *forth.moved)) == pytest.approx(
        sum(pair.distance for pair in (*back.matched, *back.moved))
    )


@quick
@given(answers, answers)
def test_everything_is_accounted_for_once(a: Annotations, b: Annotations) -> None:
    found = compare(a, b)
    pairs = len(found.matched) + len(found.moved) + len(found.relabelled)
    assert pairs + len(found.lost) == len(a)
    assert pairs + len(found.added) == len(b)


@quick
@given(answers)
def test_the_order_of_the_items_makes_no_difference(found: Annotations) -> None:
    assert compare(found, Annotations(found.items[::-1]), tolerance=0).agrees
