"""Pairs over a threshold, the groups they make, and the histogram that helps to choose."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.duplicates import find_duplicates
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.duplicates import Duplicates
    from gemini_nb.embeddings.similarity import Vectors

seeds = st.integers(0, 10_000)


def unit(rows: object) -> Vectors:
    matrix = np.array(rows, dtype=np.float64)
    return (matrix / np.linalg.norm(matrix, axis=1, keepdims=True)).astype(np.float32)


def random_unit(seed: int, count: int, dimensions: int) -> Vectors:
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)))


def duplicates(vectors: Vectors, threshold: Any) -> Duplicates:
    return find_duplicates(vectors, [f"item {n}" for n in range(len(vectors))], threshold)


def ends(found: Duplicates) -> list[tuple[int, int]]:
    return [(pair.first, pair.second) for pair in found]


def all_cosines(vectors: Vectors) -> NDArray[np.float64]:
    return vectors.astype(np.float64) @ vectors.T.astype(np.float64)


@given(seeds, st.integers(2, 30), st.floats(-1, 1))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_the_pairs_are_those_that_looking_at_each_finds(
    seed: int, count: int, threshold: float
) -> None:
    vectors = random_unit(seed, count, 4)
    cosines = all_cosines(vectors)

    found = duplicates(vectors, threshold)

    expected = {pair for pair in combinations(range(count), 2) if cosines[pair] >= threshold}
    assert set(ends(found)) == expected
    assert [p.cosine for p in found] == sorted((p.cosine for p in found), reverse=True)
    for pair in found:
        assert pair.cosine == pytest.approx(cosines[pair.first, pair.second], abs=1e-6)
    assert sum(count for _, count in found.histogram) == count * (count - 1) // 2
    reaching = sum(count for start, count in found.histogram if start >= threshold)
    assert reaching == len(found)


@given(seeds, st.floats(0.2, 0.95))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_groups_are_what_can_be_reached_over_pairs(seed: int, threshold: float) -> None:
    vectors = random_unit(seed, 25, 4)

    found = duplicates(vectors, threshold)

    expected = [{item} for item in range(25)]
    for pair in found:
        one, other = (
            next(group for group in expected if item in group) for item in (pair.first, pair.second)
        )
        if one is not other:
            one |= other
            expected.remove(other)
    several = (tuple(sorted(group)) for group in expected if len(group) > 1)
    assert list(found.groups) == sorted(several)
    assert not duplicates(np.delete(vectors, found.redundant, axis=0), threshold)


def test_pairs_are_found_across_blocks() -> None:
    vectors = random_unit(7, 2500, 64)
    vectors[[2400, 1100]] = vectors[[3, 1030]]

    found = duplicates(vectors, 0.99)

    assert ends(found) == [(3, 2400), (1030, 1100)]
    assert sum(count for _, count in found.histogram) == 2500 * 2499 // 2


@pytest.mark.parametrize("dimensions", [3, 768, 3072])
def test_threshold_one_finds_equal_items(dimensions: int) -> None:
    vectors = random_unit(1, 4, dimensions)[[0, 1, 0, 2, 0]]

    found = duplicates(vectors, 1)

    assert ends(found) == [(0, 2), (0, 4), (2, 4)]
    assert found.groups == ((0, 2, 4),)
    assert found.histogram[-1] == (1.0, 3)


@pytest.mark.parametrize("percentile", [1.5, 50, 99.9, 100])
def test_a_percentile_is_that_of_all_pairs(percentile: float) -> None:
    vectors = random_unit(2, 300, 8)
    cosines = all_cosines(vectors)[np.triu_indices(300, 1)]

    found = duplicates(vectors, percentile)

    lower, higher = (np.percentile(cosines, percentile, method=way) for way in ("lower", "higher"))
    assert lower - 1e-4 <= found.threshold <= higher + 1e-6
    assert len(found) == np.count_nonzero(cosines >= found.threshold - 1e-6)
    assert len(found) >= max(1, (1 - percentile / 100) * len(cosines))
    said = (
        f"the most alike {100 - percentile:.3g} % of all pairs: a cosine of {found.threshold:.3f}"
    )
    assert (said in repr(found)) == (percentile < 100)


def test_a_cosine_that_rounding_makes_more_than_1_is_no_percentile() -> None:
    assert len(duplicates(random_unit(2, 30, 8), float(np.nextafter(np.float32(1), 2)))) == 0


def test_too_many_pairs_are_refused_with_a_threshold_that_helps() -> None:
    vectors = random_unit(2, 1500, 8)

    with pytest.raises(EmbeddingError, match=r"1,124,\d{3} of 1,124,250 pairs .* -0.999") as told:
        duplicates(vectors, -0.999)

    advice = float(str(told.value).split("from ")[1].split(" on")[0])
    found = duplicates(vectors, advice)
    assert 90_000 < len(found) <= 100_000
    assert f"  and {len(found) - 10:,} more" in repr(found).splitlines()
    with pytest.raises(EmbeddingError, match="leave out equal items"):
        duplicates(np.ones((500, 1), np.float32), 0.9)


@pytest.mark.parametrize("threshold", [0.5, 99.9])
@pytest.mark.parametrize("count", [0, 1])
def test_a_set_without_pairs_has_no_duplicates(count: int, threshold: float) -> None:
    found = duplicates(np.ones((count, 1), np.float32), threshold)

    assert (len(found), found.groups, found.redundant, found.histogram) == (0, (), (), ())
    assert repr(found).startswith("0 pairs among")


@pytest.mark.parametrize("threshold", [-1.5, 100.5, float("nan"), float("inf"), "0.9", None])
def test_a_threshold_that_is_neither_cosine_nor_percentile_is_refused(threshold: object) -> None:
    with pytest.raises(EmbeddingError, match=r"threshold=.* from -1 to 1, .* up to 100"):
        duplicates(np.ones((2, 1), np.float32), threshold)


def test_the_closest_pairs_are_shown_and_a_histogram_to_choose_by() -> None:
    labels = ["a kite", "the bay", "a\nkite", "<b>a</b> kite"]
    vectors = unit([[1, 0], [0, 1], [1, 0], [0.8, 0.6]])

    found = find_duplicates(vectors, labels, 0.75)

    assert repr(found).splitlines() == [
        "3 pairs in 1 group among 4 items: a cosine of 0.750 or more",
        "  cosine  item       other item",
        "   1.000  0  a kite  2  a kite",
        "   0.800  0  a kite  3  <b>a</b> kite",
        "   0.800  2  a kite  3  <b>a</b> kite",
        "All cosines, of 6 pairs",
        "    from  pairs",
        "   0.950      1  ████████████████",
        "   0.850      0",
        "   0.750      2  ████████████████████████",
        "   0.650      0",
        "   0.550      1  ░░░░░░░░░░░░░░░░",
        "   0.450      0",
        "   0.350      0",
        "   0.250      0",
        "   0.150      0",
        "   0.050      0",
        "  -0.050      2  ░░░░░░░░░░░░░░░░░░░░░░░░",
        "  █ reaches the threshold, ░ does not (bars are logarithmic)",
        "  set the threshold where there is a gap between few pairs above and many below",
    ]
    bundle = found._repr_mimebundle_()
    assert bundle["text/plain"] == repr(found)
    assert "&lt;b&gt;a" in bundle["text/html"]
    assert "<b>a" not in bundle["text/html"]


@given(seeds, st.integers(2, 40), st.floats(-1, 100))
@settings(derandomize=True, deadline=None, max_examples=50)
def test_the_histogram_is_short_even_and_begins_at_the_threshold(
    seed: int, count: int, threshold: float
) -> None:
    found = duplicates(random_unit(seed, count, 4), threshold)

    starts = np.array([start for start, _ in found.histogram])
    assert len(starts) <= 16
    assert found.histogram[0][1] > 0
    assert found.histogram[-1][1] > 0
    if len(starts) > 1:
        step = starts[1] - starts[0]
        assert np.diff(starts) == pytest.approx(step)
        places = (starts - found.threshold) / step
        assert places == pytest.approx(places.round(), abs=1e-6)
