"""Labels: found by their words, and read as the numbers of a path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.geometry import Box, Point
from gemini_nb.spatial.label_search import matching
from gemini_nb.spatial.number_order import in_number_order, numbered_runs
from gemini_nb.spatial.resemblance import one_name

if TYPE_CHECKING:
    import random

    from gemini_nb.spatial.geometry import Item

quick = settings(derandomize=True, deadline=None, max_examples=60)
some_text = st.text(max_size=12)


@pytest.mark.parametrize(
    ("query", "labels", "found"),
    [
        ("banana stem", ["banana", "the stem of the banana"], [1]),
        ("Cups", ["a cup", "cup holder"], [0]),
        ("cup", ["red cup", "lid"], [0]),
        ("berries", ["berry", "boxes", "box"], [0]),
        ("boxes", ["berry", "a box"], [1]),
        ("glass", ["glass", "glasses"], [0, 1]),
        ("crème brûlée", ["creme brulee"], [0]),
        ("bananna", ["banana", "mango"], [0]),
        ("red cup", ["blue cup"], []),
        ("the", ["the", "cup"], [0]),
        ("", ["cup", ""], []),
        ("🍌", ["🍌"], []),
        ("りんご", ["りんご", "cup"], [0]),
    ],
)
def test_labels_are_found_by_what_they_mean(
    query: str, labels: list[str], found: list[int]
) -> None:
    assert list(matching(query, labels)) == found


@quick
@given(some_text, st.lists(some_text, max_size=6))
def test_searching_any_text_gives_positions_in_order(query: str, labels: list[str]) -> None:
    found = matching(query, labels)
    assert list(found) == sorted(set(found))
    assert all(0 <= at < len(labels) for at in found)


@quick
@given(
    st.lists(
        st.sampled_from(["red", "blue", "cup", "lid", "stem", "banana"]), min_size=1, max_size=4
    )
)
def test_the_order_of_words_does_not_count(words: list[str]) -> None:
    assert matching(" ".join(words), ["the " + " of the ".join(words[::-1])]) == (0,)


@quick
@given(st.lists(st.sampled_from(["a cup", "Cups", "cup", "lid", "the lid", "🍌", ""]), max_size=6))
def test_names_that_mean_the_same_share_one_and_keep_it(labels: list[str]) -> None:
    names = one_name(labels)
    assert set(names) == set(labels)
    assert all(names[name] == name for name in names.values())
    assert len({names[label] for label in labels if "cup" in label.lower()}) <= 1


def run(*numbers: int) -> list[Item]:
    return [Point(10 * n, 20 * n, label=str(n)) for n in numbers]


@pytest.mark.parametrize("numbers", [(0, 1, 2), (1, 2, 3, 4), (3, 1, 2), (2, 0, 1)])
def test_points_numbered_from_0_or_1_are_a_path_in_that_order(numbers: tuple[int, ...]) -> None:
    [path] = numbered_runs(run(*numbers))
    assert [point.y for point in path.points] == [10 * n for n in sorted(numbers)]


@pytest.mark.parametrize("numbers", [(), (1, 2), (2, 3, 4), (0, 1, 3), (100, 200, 300)])
def test_points_with_a_gap_or_too_few_are_no_path(numbers: tuple[int, ...]) -> None:
    assert numbered_runs(run(*numbers)) == ()


def test_two_paths_one_after_the_other_are_two() -> None:
    assert len(numbered_runs([*run(0, 1, 2), *run(0, 1, 2, 3)])) == 2


def test_another_thing_in_between_ends_a_path() -> None:
    assert len(numbered_runs([*run(0, 1, 2), Box(0, 0, 9, 9), *run(0, 1, 2)])) == 2
    assert numbered_runs([*run(0, 1), Point(5, 5, label="cup"), *run(2, 3)]) == ()


def test_steps_number_a_path_too() -> None:
    steps = [Point(n, n, label="go on", details={"step": n}) for n in (2, 1, 3)]
    [path] = numbered_runs(steps)
    assert [point.y for point in path.points] == [1, 2, 3]


@quick
@given(st.integers(3, 12), st.randoms(use_true_random=False))
def test_a_shuffled_path_is_put_in_order(count: int, chance: random.Random) -> None:
    points = [Point(n, n, label=str(n)) for n in range(count)]
    shuffled = chance.sample(points, count)
    assert in_number_order(shuffled) == in_number_order(points)
    assert numbered_runs(shuffled) == numbered_runs(points)


def test_points_without_numbers_stay_in_the_order_of_the_answer() -> None:
    points = [Point(9, 9, label="b"), Point(1, 1, label="a")]
    assert list(in_number_order(points).points) == points


@pytest.mark.parametrize("label", ["1.5", "-1", "one", "", "12345678901234567890", "²"])
def test_other_labels_are_no_numbers(label: str) -> None:
    assert numbered_runs([*run(0, 1), Point(5, 5, label=label)]) == ()
