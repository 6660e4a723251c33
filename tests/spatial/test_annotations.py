"""Annotations: which points are a path, what is found by a label, and the table that is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.annotations import (
    Annotations,
    composites,
    numbered_paths,
    numbering_issues,
    summary,
)
from gemini_nb.spatial.geometry import Affine, Box, Point, Span, Trajectory
from gemini_nb.spatial.issues import Issue
from gemini_nb.spatial.statements import Absence, Angle

if TYPE_CHECKING:
    import random

    from gemini_nb.spatial.geometry import Item

quick = settings(derandomize=True, deadline=None, max_examples=60)
some_items = st.lists(
    st.one_of(
        st.builds(Point, st.integers(0, 999), st.integers(0, 999), label=st.text(max_size=9)),
        st.builds(Angle, st.integers(-90, 90), label=st.text(max_size=9)),
    ),
    max_size=30,
)


def labelled(*numbers: int) -> list[Item]:
    return [Point(10 * n, 20 * n, label=str(n), span=Span(n, n + 1)) for n in numbers]


def steps(*numbers: int) -> list[Item]:
    return [Point(n, n, details={"step": n}) for n in numbers]


def heights(path: Trajectory) -> list[float]:
    return [point.y for point in path.points]


def reasons(items: list[Item]) -> list[str]:
    return [issue.reason for issue in numbering_issues(items)]


def test_numbered_paths_takes_points_labelled_from_0_for_a_path_and_tells() -> None:
    run = labelled(*range(16))
    [path] = numbered_paths([Box(0, 0, 9, 9), *run])
    assert path.points == tuple(run)
    assert reasons(run) == ["16 points numbered 0 to 15: taken for one path"]


def test_numbered_paths_leaves_the_keys_of_a_keypad_alone_and_tells() -> None:
    keypad = labelled(*range(1, 10))
    assert numbered_paths(keypad) == ()
    assert reasons(keypad) == [
        "9 points numbered 1 to 9: taken for points, as_trajectory() makes a path of them"
    ]


@pytest.mark.parametrize(
    ("numbers", "told"),
    [
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 0), True),  # a telephone's keys
        ((2, 0, 1), True),  # not in that order
        ((0, 1, 3), True),  # one left out
        ((0, 1), False),
        ((1, 2), False),
        ((2, 3, 4), False),  # classes
        ((100, 200, 300), False),
        ((), False),
    ],
)
def test_numbered_paths_makes_no_path_of_other_numbers(
    numbers: tuple[int, ...], *, told: bool
) -> None:
    assert numbered_paths(labelled(*numbers)) == ()
    assert bool(reasons(labelled(*numbers))) is told


@pytest.mark.parametrize("label", ["1.5", "-1", "one", "", "12345678901234567890", "²"])
def test_numbered_paths_ignores_labels_that_are_no_numbers(label: str) -> None:
    assert numbered_paths([*labelled(0, 1), Point(5, 5, label=label)]) == ()


def test_numbered_paths_takes_points_with_steps_in_their_order_without_a_word() -> None:
    [path] = numbered_paths(steps(2, 1, 3))
    assert heights(path) == [1, 2, 3]
    assert not reasons(steps(2, 1, 3))


def test_numbered_paths_names_a_path_as_all_its_points_are_named() -> None:
    points = [Point(n, n, label="wipe", details={"step": str(n)}) for n in (1, 2)]
    assert numbered_paths(points)[0].label == "wipe"


def test_numbered_paths_begins_another_path_where_a_number_comes_again() -> None:
    two = numbered_paths([*labelled(0, 1, 2), *labelled(0, 1, 2, 3)])
    assert [len(path.points) for path in two] == [3, 4]
    assert len(numbered_paths([*steps(1, 2), *steps(1, 2)])) == 2


def test_numbered_paths_stay_within_one_picture() -> None:
    images = [Point(n, n, label=str(n), image=image) for image in ("a.jpg", 1) for n in range(3)]
    assert [path.image for path in numbered_paths(images)] == ["a.jpg", 1]
    assert numbered_paths([Point(n, n, label=str(n), image=n // 2) for n in range(4)]) == ()


@quick
@given(st.integers(3, 9), st.sampled_from([Affine(1, 0, -1, 1000), Affine(2, 5, 3, -7)]))
def test_numbered_paths_of_moved_points_are_the_moved_paths(count: int, affine: Affine) -> None:
    run = labelled(*range(count))
    assert numbered_paths([point.transform(affine) for point in run]) == tuple(
        path.transform(affine) for path in numbered_paths(run)
    )


@quick
@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_as_trajectory_puts_numbered_points_in_order(count: int, chance: random.Random) -> None:
    points = labelled(*range(1, count + 1))
    mixed = Annotations(tuple(chance.sample(points, count)))
    assert mixed.as_trajectory().points == tuple(points)


def test_as_trajectory_keeps_the_order_of_the_answer_without_such_numbers() -> None:
    for points in ([Point(9, 9, label="b"), Point(1, 1, label="a")], [*labelled(2, 1, 2)]):
        assert list(Annotations(tuple(points)).as_trajectory().points) == points


@pytest.mark.parametrize(
    ("items", "told"),
    [((), "none"), ((Point(1, 1, image=0), Point(2, 2, image=1)), "several")],
)
def test_as_trajectory_refuses_no_points_and_those_of_several_pictures(
    items: tuple[Item, ...], told: str
) -> None:
    with pytest.raises(GeometryError, match=told):
        Annotations(items).as_trajectory()


def test_trajectories_are_those_given_as_such_and_then_those_of_points() -> None:
    given_path = Trajectory((Point(5, 5), Point(6, 6)), label="wipe")
    found = Annotations((*labelled(0, 1, 2), given_path)).trajectories
    assert [path.label for path in found] == ["wipe", ""]


def test_composites_share_no_item() -> None:
    held = [Box(0, 0, 9, 9, label="lid"), Point(5, 5, label="lid"), Angle(30, label="lid")]
    items = [*held, *labelled(0, 1, 2)]
    assert {each.parts for each in composites(items)} == {(0, 1, 2), (3, 4, 5)}
    walked = [each for n in (1, 2) for each in (*steps(n), Angle(n))]
    assert [each.parts for each in composites(walked)] == [(0, 2)]


def test_find_takes_the_words_of_a_label_in_any_order() -> None:
    found = Annotations(
        (Point(1, 1, label="red mug"), Point(2, 2, label="the mugs, red"), Box(0, 0, 9, 9))
    )
    assert found.find("mug red").labels == ("red mug", "the mugs, red")


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ([], "nothing found"),
        (labelled(*range(12)), "1 trajectory"),
        (labelled(1, 2), "2 points"),
        ([Box(0, 0, 9, 9), Absence(label="pen")], "1 box, 1 thing not in frame"),
        ([Box(0, 0, 9, 9), Point(5, 5), Angle(30)], "1 grasp"),
        ([Point(5, 5)] * 2_000, "2,000 points"),
    ],
)
def test_summary_counts_what_a_reader_sees(items: list[Item], expected: str) -> None:
    assert summary(items) == expected
    assert summary(items, [Issue("repaired", "x")] * 2) == f"{expected}, 2 repaired"


def test_repr_lists_labels_places_pictures_and_issues() -> None:
    items = (
        Point(412, 305, label="mug", details={"confidence": 0.9}, image="a.jpg"),
        Box(1, 2, 3, 4),
    )
    assert repr(Annotations(items, (Issue("repaired", "a comma", "],"),))).splitlines() == [
        "1 point, 1 box, 1 repaired",
        "  mug         point [412, 305], confidence 0.9, image a.jpg",
        "  (no label)  box_2d [1, 2, 3, 4]",
        "  repaired: a comma ('],')",
    ]


def test_plain_text_lists_20_rows_and_html_200_and_both_count_the_rest() -> None:
    many = tuple(Point(n, n, label=f"bun {n}") for n in range(201))
    found = Annotations(many, (Issue("dropped", "x"),) * 203)
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"].count("bun ") == bundle["text/plain"].count("dropped: ") == 20
    assert "and 181 more" in bundle["text/plain"]
    assert "and 183 more" in bundle["text/plain"]
    assert bundle["text/html"].count("bun ") == bundle["text/html"].count("dropped: ") == 200
    assert "and 1 more" in bundle["text/html"]


HOSTILE = ["<script>x</script>", "a\nb\rc", "\x1b[2J", "abc \u202e fed", "\0\n\0", "Bearer", "␀"]


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_are_words_on_one_line_and_never_markup(label: str) -> None:
    points = Point(5, 5, label=label), Point(6, 6, label="mug"), Point(7, 7, label="\0")
    found = Annotations((*points, Point(8, 8, label="mug")))
    bundle = found._repr_mimebundle_()
    lines = bundle["text/plain"].splitlines()
    assert [line[-12:] for line in lines[1:]] == [f"point [{n}, {n}]" for n in (5, 6, 7, 8)]
    assert "<script>" not in bundle["text/html"]
    assert not {"\x1b", "\0", "\u202e"} & set("".join(bundle.values()))


@quick
@given(some_items)
def test_tables_show_any_labels_in_a_line_for_each_item(items: list[Item]) -> None:
    lines = repr(Annotations(tuple(items))).split("\n")
    assert len(lines) == 1 + min(len(items), 20) + (len(items) > 20)


@quick
@given(some_items, some_items)
def test_adding_keeps_all_items_and_moves_the_spans_of_the_second(
    one: list[Item], other: list[Item]
) -> None:
    text = "here"
    moved = Annotations((Point(1, 1, span=Span(0, 4)),), text=text)
    both = Annotations(tuple(one), text="first") + Annotations(tuple(other)) + moved
    assert both.items == (*one, *other, Point(1, 1))
    assert (span := both[-1].span)
    assert both.text[span.start : span.end] == text
