from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from gemini_nb.embeddings.comparing.close_pairs import close_pairs
from gemini_nb.embeddings.comparing.duplicates import find_duplicates
from gemini_nb.errors import EmbeddingError

Vectors = NDArray[np.float32]


def unit(rows: object) -> Vectors:
    matrix = np.array(rows, dtype=np.float64)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def random_unit(seed: int, count: int, dimensions: int) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)))


def labels_of(vectors: Vectors) -> list[str]:
    return [f"item {number}" for number in range(len(vectors))]


@given(st.integers(0, 10_000), st.integers(2, 30), st.floats(-1, 1))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_the_pairs_are_those_that_looking_at_each_finds(
    seed: int, count: int, threshold: float
) -> None:
    vectors = random_unit(seed, count, 4)
    cosines = vectors.astype(np.float64) @ vectors.T.astype(np.float64)
    expected = {
        (one, other)
        for one, other in combinations(range(count), 2)
        if cosines[one, other] >= threshold
    }
    found = find_duplicates(vectors, labels_of(vectors), threshold)
    assert {(pair.first, pair.second) for pair in found} == expected
    for pair in found:
        assert pair.cosine == pytest.approx(cosines[pair.first, pair.second], abs=1e-6)
    assert [pair.cosine for pair in found] == sorted((p.cosine for p in found), reverse=True)


@given(st.integers(0, 10_000), st.floats(0.2, 0.95))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_groups_are_what_can_be_reached_over_pairs(seed: int, threshold: float) -> None:
    vectors = random_unit(seed, 25, 4)
    found = find_duplicates(vectors, labels_of(vectors), threshold)
    expected = [{item} for item in range(25)]
    for pair in found:
        one, other = (
            next(group for group in expected if item in group) for item in (pair.first, pair.second)
        )
        if one is not other:
            one |= other
            expected.remove(other)
    assert list(found.groups) == sorted(
        tuple(sorted(group)) for group in expected if len(group) > 1
    )


@given(st.permutations(range(12)))
@settings(derandomize=True, deadline=None, max_examples=30)
def test_the_order_of_the_items_changes_nothing_but_their_numbers(order: list[int]) -> None:
    vectors = random_unit(3, 12, 4)
    found = find_duplicates(vectors, labels_of(vectors), 0.3)
    moved = find_duplicates(vectors[order], labels_of(vectors), 0.3)
    assert {frozenset((order[pair.first], order[pair.second])): pair.cosine for pair in moved} == {
        frozenset((pair.first, pair.second)): pair.cosine for pair in found
    }


def test_without_the_redundant_items_no_pair_remains() -> None:
    vectors = random_unit(5, 40, 3)
    redundant = find_duplicates(vectors, labels_of(vectors), 0.9).redundant
    rest = np.delete(vectors, redundant, axis=0)
    assert 0 < len(rest) < 40
    assert not find_duplicates(rest, labels_of(rest), 0.9)


def test_pairs_are_found_across_blocks() -> None:
    vectors = random_unit(7, 2500, 64)
    vectors[[2400, 1100]] = vectors[[3, 1030]]
    found = find_duplicates(vectors, labels_of(vectors), 0.99)
    assert [(pair.first, pair.second) for pair in found] == [(3, 2400), (1030, 1100)]


def test_sets_too_large_for_float64_give_the_same_pairs() -> None:
    vectors = random_unit(8, 4200, 16)
    found = close_pairs(vectors, 0.85)
    cosines = np.triu(vectors.astype(np.float64) @ vectors.T.astype(np.float64), 1)
    first, second = np.nonzero(cosines >= 0.85 - 1e-6)
    assert set(zip(found.first, found.second, strict=True)) == set(zip(first, second, strict=True))


def test_threshold_one_finds_equal_items() -> None:
    vectors = random_unit(1, 1, 768).repeat(3, axis=0)
    found = find_duplicates(vectors, ["a"] * 3, 1)
    assert [(pair.first, pair.second) for pair in found] == [(0, 1), (0, 2), (1, 2)]
    assert found.groups == ((0, 1, 2),)


def test_of_too_many_pairs_the_closest_are_kept_and_the_groups_are_of_all() -> None:
    vectors = random_unit(2, 1500, 8)
    cosines = np.sort((vectors @ vectors.T)[np.triu_indices(1500, 1)])
    found = find_duplicates(vectors, labels_of(vectors), -1, most=10)
    assert found.total == len(cosines)
    assert [pair.cosine for pair in found] == pytest.approx(cosines[:-11:-1], abs=1e-6)
    assert found.groups == (tuple(range(1500)),)
    assert "the closest 10 are kept" in repr(found)


@pytest.mark.parametrize("count", [0, 1])
def test_a_set_without_pairs_has_no_duplicates(count: int) -> None:
    found = find_duplicates(np.ones((count, 1), np.float32), ["a"] * count, 0.5)
    assert (len(found), found.groups, found.redundant) == (0, (), ())
    assert repr(found).startswith("No pair among")


@pytest.mark.parametrize("threshold", [1.01, -1.5, float("nan")])
def test_a_threshold_that_is_no_cosine_is_refused(threshold: float) -> None:
    with pytest.raises(EmbeddingError, match="from -1 to 1"):
        find_duplicates(np.ones((2, 1), np.float32), ["a", "b"], threshold)


def test_the_table_shows_both_items_of_a_pair() -> None:
    found = find_duplicates(unit([[1, 0], [0, 1], [1, 0]]), ["a kite", "the bay", "a\nkite"], 0.9)
    assert repr(found).splitlines() == [
        "1 pair among 3 items with a cosine of 0.900 or more, in 1 group",
        "  cosine  item       other item",
        "   1.000  0  a kite  2  a kite",
    ]
    assert "<table>" in found._repr_mimebundle_()["text/html"]
