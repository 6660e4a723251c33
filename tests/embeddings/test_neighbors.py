"""The nearest neighbours of every item, beside scikit-learn's and a plain sort of all cosines."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.neighbors import exact_neighbors
from gemini_nb.embeddings.similarity import cosine_similarity
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from gemini_nb.embeddings.neighbors import Neighbors
    from gemini_nb.embeddings.similarity import Vectors

quick = settings(derandomize=True, deadline=None, max_examples=60)
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(2, 40)
blocks = st.integers(1, 45)


def unit(vectors: ArrayLike) -> Vectors:
    rows = np.asarray(vectors, np.float64)
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def assert_exact(found: Neighbors, vectors: Vectors, k: int) -> None:
    """As near as scikit-learn's; and each where it is said to be, once, and not the item itself."""
    sklearn_neighbors = pytest.importorskip("sklearn.neighbors")
    search = sklearn_neighbors.NearestNeighbors(n_neighbors=k, metric="cosine", algorithm="brute")
    distances, _ = search.fit(vectors).kneighbors()
    np.testing.assert_allclose(found.scores, 1 - distances, atol=2e-6)
    there = np.einsum("id,ikd->ik", vectors, vectors[found.indices])
    np.testing.assert_allclose(found.scores, there, atol=2e-6)
    for item, neighbours in enumerate(found.indices.tolist()):
        assert len({item, *neighbours}) == k + 1


def assert_as_sorted(found: Neighbors, vectors: Vectors, k: int) -> None:
    """The same as a stable sort of all cosines, in which of equal ones the first is first."""
    cosines = cosine_similarity(vectors)
    np.fill_diagonal(cosines, -2)
    order = np.argsort(-cosines, axis=1, kind="stable")[:, : min(k, len(vectors) - 1)]
    assert found.indices.tolist() == order.tolist()
    assert found.scores.tolist() == np.take_along_axis(cosines, order, axis=1).tolist()


@quick
@given(seeds, counts, st.integers(1, 12), blocks)
def test_neighbours_are_as_near_as_those_of_scikit_learn(
    seed: int, count: int, k: int, block: int
) -> None:
    vectors = unit(np.random.default_rng(seed).normal(size=(count, 9)))

    assert_exact(exact_neighbors(vectors, k, block=block), vectors, min(k, count - 1))


@quick
@given(seeds, counts, st.integers(1, 45), blocks)
def test_of_equally_near_ones_the_first_come_first_across_all_blocks(
    seed: int, count: int, k: int, block: int
) -> None:
    corners = np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1], [-1, 0, 0], [0.6, 0.8, 0]])
    vectors = unit(corners[np.random.default_rng(seed).integers(0, 5, size=count)])

    assert_as_sorted(exact_neighbors(vectors, k, block=block), vectors, k)


@pytest.mark.parametrize("k", [1, 10, 300])
def test_bounds_that_are_guessed_from_parts_of_a_row_lose_nothing(k: int) -> None:
    corners = np.random.default_rng(1).normal(size=(60, 4))
    vectors = unit(corners[np.random.default_rng(2).integers(0, 60, size=900)])

    assert_as_sorted(exact_neighbors(vectors, k, block=400), vectors, k)


@pytest.mark.parametrize("block", [500, 1024, 2048])
def test_large_sets_with_repeated_items_are_exact_to_float32(block: int) -> None:
    random = np.random.default_rng(3)
    some = random.normal(size=(2000, 24))
    vectors = unit(np.concatenate([some, some[random.integers(0, 2000, size=600)]]))

    found = exact_neighbors(vectors, 7, block=block)

    assert_exact(found, vectors, 7)
    assert (np.diff(found.scores, axis=1) <= 0).all()
    assert found.scores.max() <= 1


@pytest.mark.parametrize(("count", "width"), [(0, 0), (1, 0), (2, 1), (3, 2)])
def test_small_sets_have_as_many_neighbours_as_there_are(count: int, width: int) -> None:
    found = exact_neighbors(np.eye(count, 3, dtype=np.float32), 10)

    assert found.indices.shape == found.scores.shape == (count, width)
    assert found.indices.dtype == np.int32


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

    assert peak < 80e6, "all cosines would be 100 MB"
    assert_exact(found, vectors, 10)


@pytest.mark.parametrize("k", [0, -1, 1.5, "3", None])
def test_the_number_of_neighbours_is_a_whole_one_above_0(k: Any) -> None:
    with pytest.raises(EmbeddingError, match=r"k=.* whole number, 1 or more"):
        exact_neighbors(np.eye(4, dtype=np.float32), k)
