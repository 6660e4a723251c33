"""Labels are found by their words, whatever their order."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.label_search import matching

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
        ("bananna", ["banana", "mango"], []),
        ("red cup", ["blue cup"], []),
        ("the", ["the", "cup"], [0]),
        ("", ["cup", ""], []),
        ("🍌", ["🍌"], []),
        ("りんご", ["りんご", "cup"], [0]),
    ],
)
def test_matching_finds_what_a_query_means(query: str, labels: list[str], found: list[int]) -> None:
    assert list(matching(query, labels)) == found


@quick
@given(some_text, st.lists(some_text, max_size=6))
def test_matching_gives_positions_in_order_for_any_text(query: str, labels: list[str]) -> None:
    found = matching(query, labels)
    assert list(found) == sorted(set(found))
    assert all(0 <= at < len(labels) for at in found)


@quick
@given(
    st.lists(
        st.sampled_from(["red", "blue", "cup", "lid", "stem", "banana"]), min_size=1, max_size=4
    )
)
def test_matching_does_not_mind_the_order_of_words(words: list[str]) -> None:
    assert matching(" ".join(words), ["the " + " of the ".join(words[::-1])]) == (0,)
