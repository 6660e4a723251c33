"""Cosines, beside those of scikit-learn and SciPy, and which are usual in a set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist

import gemini_nb as gnb
from gemini_nb.embeddings.similarity import cosine_similarity, evenly_spread, typical
from gemini_nb.embeddings.tasks import TaskMismatchWarning
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

quick = settings(derandomize=True, deadline=None, max_examples=40)
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 30)
lengths = st.integers(1, 40)


def embedded(vectors: ArrayLike, **fields: Any) -> gnb.Embeddings:
    labels = [f"item {number}" for number in range(len(np.asarray(vectors)))]
    return gnb.Embeddings(vectors, labels, **{"model": "a-model", **fields})


@quick
@given(seeds, counts, counts, lengths)
def test_cosines_are_those_of_scikit_learn_and_scipy(
    seed: int, rows: int, columns: int, dimensions: int
) -> None:
    of_sklearn = pytest.importorskip("sklearn.metrics.pairwise").cosine_similarity
    random = np.random.default_rng(seed)
    one = random.normal(size=(rows, dimensions)) * 7
    other = random.normal(size=(columns, dimensions)) + 1

    cosines = gnb.similarity(embedded(one), embedded(other))

    assert cosines.shape == (rows, columns)
    assert cosines.dtype == np.float32
    np.testing.assert_allclose(cosines, of_sklearn(one, other), atol=1e-6)
    np.testing.assert_allclose(cosines, 1 - cdist(one, other, metric="cosine"), atol=1e-6)


@quick
@given(seeds, counts, lengths)
def test_a_set_with_itself_is_symmetric_with_ones_on_the_diagonal(
    seed: int, count: int, dimensions: int
) -> None:
    cosines = embedded(np.random.default_rng(seed).normal(size=(count, dimensions))).similarity()

    assert (cosines == cosines.T).all()
    np.testing.assert_allclose(np.diag(cosines), 1, atol=1e-6)
    assert np.abs(cosines).max() <= 1


def test_large_sets_are_multiplied_as_float32_to_the_same_cosines() -> None:
    vectors = embedded(np.random.default_rng(6).normal(size=(3000, 12))).vectors

    cosines = cosine_similarity(vectors)

    np.testing.assert_allclose(
        cosines[:50], vectors[:50].astype(float) @ vectors.T.astype(float), atol=1e-6
    )
    assert cosines.max() <= 1


def test_one_item_and_none_have_matrices_too() -> None:
    one = embedded([[3, 4]])

    assert one.similarity().tolist() == [[1]]
    assert one[:0].similarity(one).shape == (0, 1)


@pytest.mark.parametrize(
    ("other", "named"),
    [
        (embedded([[0, 1]], model="another-model"), "another-model"),
        (embedded([[0, 1, 0]]), r"truncate\(\)"),
        (embedded([[0, 1]], answered_by="offline"), "answered offline, not Gemini"),
        (np.eye(2), "from_response"),
    ],
)
def test_sets_of_two_models_lengths_or_authors_are_refused(other: Any, named: str) -> None:
    one = embedded([[1, 0]])
    for compare in (one.similarity, lambda other: gnb.similarity(one, other)):
        with pytest.raises(EmbeddingError, match=named):
            compare(other)


def test_tasks_that_do_not_belong_together_are_warned_of_at_the_line_that_compares() -> None:
    clustering, query = (
        embedded([[1, 0]], task=task) for task in ("CLUSTERING", "RETRIEVAL_QUERY")
    )
    for compare in (
        lambda: gnb.similarity(clustering, query),
        lambda: clustering.similarity(query),
        lambda: clustering.nearest(query),
        lambda: gnb.plot_neighbors(clustering, query),
    ):
        with pytest.warns(TaskMismatchWarning, match="CLUSTERING") as told:
            compare()
        assert [warning.filename for warning in told] == [__file__]


@pytest.mark.parametrize("other", ["RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT", None])
def test_tasks_that_belong_together_are_compared_without_a_warning(other: str | None) -> None:
    documents = embedded([[1, 0]], task="RETRIEVAL_DOCUMENT")

    assert gnb.similarity(documents, embedded([[2, 0]], task=other)) == 1


@pytest.mark.parametrize(("count", "most"), [(0, 3), (1, 1), (3, 3), (4, 3), (10_000, 1024)])
def test_a_sample_is_spread_without_repeating_an_item(count: int, most: int) -> None:
    positions = evenly_spread(count, most).tolist()

    assert positions == sorted(set(positions))
    assert len(positions) == min(count, most)
    assert not positions or (positions[0], positions[-1]) == (0, count - 1)


@quick
@given(seeds, st.integers(3, 40))
def test_what_is_typical_is_what_all_pairs_say(seed: int, count: int) -> None:
    vectors = embedded(np.random.default_rng(seed).normal(size=(count, 6))).vectors
    cosines = cosine_similarity(vectors)

    found = typical(vectors)

    assert found is not None
    pairs = cosines[np.triu_indices(count, k=1)]
    assert [found.low, found.median, found.high] == pytest.approx(np.percentile(pairs, (5, 50, 95)))
    np.fill_diagonal(cosines, -1)
    assert found.nearest == pytest.approx(np.median(cosines.max(axis=1)))


def test_of_large_sets_a_sample_finds_its_nearest_among_all_items() -> None:
    random = np.random.default_rng(8)
    one = random.normal(size=(5_000, 8))
    twins = embedded(np.concatenate([one, one + random.normal(size=one.shape) / 1000]))

    found = twins.typical

    assert found is not None
    assert found.nearest > 0.9999
    assert abs(found.median) < 0.05
    assert found is twins.typical


@pytest.mark.parametrize("count", [0, 1, 2])
def test_two_items_are_typical_of_nothing(count: int) -> None:
    assert embedded(np.eye(2)[:count]).typical is None
