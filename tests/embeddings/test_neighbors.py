"""The nearest neighbours of every item, beside scikit-learn's and a plain sort of all cosines."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neighbors import NearestNeighbors

import gemini_nb as gnb
from gemini_nb.embeddings.comparing.neighbors import exact_neighbors
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gemini_nb.embeddings.comparing.neighbors import Neighbors

quick = settings(derandomize=True, deadline=None, max_examples=60)
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(2, 40)
blocks = st.integers(1, 45)


def embedded(vectors: ArrayLike) -> gnb.Embeddings:
    return gnb.Embeddings(vectors, [""] * len(np.asarray(vectors)), model="a-model")


def unit(vectors: ArrayLike) -> NDArray[np.float32]:
    return embedded(vectors).vectors


def by_sorting_all(
    vectors: NDArray[np.float32], k: int
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """Stable, so that of equal cosines the first is first."""
    cosines = embedded(vectors).similarity()
    np.fill_diagonal(cosines, -2)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, :k]
    return order, np.take_along_axis(cosines, order, axis=1)


def assert_exact(found: Neighbors, vectors: NDArray[np.float32], k: int) -> None:
    """As near as scikit-learn's; and each where it is said to be, once, and not the item itself."""
    reference = NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute").fit(vectors)
    distances, _ = reference.kneighbors()
    np.testing.assert_allclose(found.scores, 1 - distances, atol=2e-6)
    there = np.einsum("id,ikd->ik", vectors, vectors[found.indices])
    np.testing.assert_allclose(found.scores, there, atol=2e-6)
    for item, neighbours in enumerate(found.indices.tolist()):
        assert len({item, *neighbours}) == k + 1


@quick
@given(seeds, counts, st.integers(1, 12), blocks)
def test_neighbours_are_as_near_as_those_of_scikit_learn(
    seed: int, count: int, k: int, block_rows: int
) -> None:
    vectors = unit(np.random.default_rng(seed).normal(size=(count, 9)))

    found = exact_neighbors(vectors, k, block_rows=block_rows)

    assert_exact(found, vectors, min(k, count - 1))


@quick
@given(seeds, counts, st.integers(1, 45), blocks)
def test_of_equally_near_ones_the_first_come_first_across_all_blocks(
    seed: int, count: int, k: int, block_rows: int
) -> None:
    corners = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0], [0.6, 0.8, 0]])
    vectors = unit(corners[np.random.default_rng(seed).integers(0, 5, size=count)])

    found = exact_neighbors(vectors, k, block_rows=block_rows)

    indices, scores = by_sorting_all(vectors, k if k < count else count - 1)
    assert found.indices.tolist() == indices.tolist()
    assert found.scores.tolist() == scores.tolist()


@pytest.mark.parametrize("k", [1, 10, 300])
def test_thresholds_of_large_blocks_lose_nothing(k: int) -> None:
    corners = np.random.default_rng(1).normal(size=(60, 4))
    vectors = unit(corners[np.random.default_rng(2).integers(0, 60, size=900)])

    found = exact_neighbors(vectors, k, block_rows=400)

    assert found.indices.tolist() == by_sorting_all(vectors, k)[0].tolist()


@pytest.mark.parametrize("block_rows", [500, 1024, 2048])
def test_large_sets_with_repeated_items_are_exact_to_float32(block_rows: int) -> None:
    random = np.random.default_rng(3)
    some = random.normal(size=(2000, 24))
    vectors = unit(np.concatenate([some, some[random.integers(0, 2000, size=600)]]))

    found = exact_neighbors(vectors, 7, block_rows=block_rows)

    assert_exact(found, vectors, 7)
    assert (np.diff(found.scores, axis=1) <= 0).all()


@quick
@given(seeds)
def test_the_order_of_items_does_not_matter(seed: int) -> None:
    random = np.random.default_rng(seed)
    vectors = unit(random.normal(size=(30, 8)))
    order = random.permutation(30)

    found = exact_neighbors(vectors, 5, block_rows=11)
    shuffled = exact_neighbors(vectors[order], 5, block_rows=11)

    assert (order[shuffled.indices] == found.indices[order]).all()


@quick
@given(seeds)
def test_an_item_far_away_changes_nothing(seed: int) -> None:
    vectors = np.abs(np.random.default_rng(seed).normal(size=(20, 8)))

    found = embedded(vectors).neighbors(4)
    with_far = embedded(np.concatenate([vectors, -np.ones((1, 8))])).neighbors(4)

    assert (with_far.indices[:20] == found.indices).all()
    assert (with_far.scores[:20] == found.scores).all()


@quick
@given(seeds, st.integers(-20, 20))
def test_the_length_of_the_vectors_changes_nothing(seed: int, exponent: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(20, 8))

    found = embedded(vectors).neighbors(4)
    scaled = embedded(vectors * 2.0**exponent).neighbors(4)

    assert (scaled.indices == found.indices).all()


@pytest.mark.parametrize(("count", "width"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_small_sets_have_as_many_neighbours_as_there_are(count: int, width: int) -> None:
    found = embedded(np.eye(count, 3)).neighbors(10)

    assert found.indices.shape == found.scores.shape == (count, width)
    assert len(found) == count
    assert found.indices.dtype == np.int32


def test_no_neighbours_can_not_be_asked_for() -> None:
    with pytest.raises(EmbeddingError, match="k=0"):
        embedded(np.eye(3)).neighbors(0)


@pytest.mark.parametrize("kind", ["all different", "all equal", "two groups"])
def test_memory_is_bounded_whatever_the_items_are(kind: str) -> None:
    random = np.random.default_rng(4)
    count = 5000
    chosen = {
        "all different": np.arange(count),
        "all equal": np.zeros(count, int),
        "two groups": random.integers(0, 2, size=count),
    }[kind]
    vectors = unit(random.normal(size=(count, 16))[chosen])

    tracemalloc.start()
    try:
        found = exact_neighbors(vectors, 10)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 64e6, "all cosines would be 100 MB"
    assert_exact(found, vectors, 10)


@pytest.mark.parametrize("k", [0, -1, 1.5, "3", None])
def test_the_number_of_neighbours_is_a_whole_one_above_0(k: Any) -> None:
    items = gnb.Embeddings(np.eye(4), list("abcd"), model="a-model")

    for ask in (items.neighbors, lambda k: items.nearest(items[0], k)):
        with pytest.raises(EmbeddingError, match="whole number, 1 or more"):
            ask(k)
