"""Cosines, beside those of scikit-learn and SciPy."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from sklearn.metrics.pairwise import cosine_similarity as of_sklearn

import gemini_nb as gnb
from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.embeddings.spaces import TaskMismatchWarning
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

quick = settings(derandomize=True, deadline=None, max_examples=40)
seeds = st.integers(0, 2**32 - 1)
counts = st.integers(1, 30)
lengths = st.integers(1, 40)


def embedded(vectors: ArrayLike, **fields: Any) -> gnb.Embeddings:
    labels = [f"item {number}" for number in range(len(np.asarray(vectors)))]
    return gnb.Embeddings(vectors, labels, model="a-model", **fields)


@quick
@given(seeds, counts, counts, lengths)
def test_cosines_are_those_of_scikit_learn_and_scipy(
    seed: int, rows: int, columns: int, dimensions: int
) -> None:
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
    vectors = np.random.default_rng(seed).normal(size=(count, dimensions))

    cosines = embedded(vectors).similarity()

    assert (cosines == cosines.T).all()
    np.testing.assert_allclose(np.diag(cosines), 1, atol=1e-6)
    assert cosines.max() <= 1
    assert cosines.min() >= -1


@quick
@given(seeds, st.lists(st.integers(-20, 20), min_size=8, max_size=8))
def test_the_length_of_the_vectors_changes_nothing(seed: int, exponents: list[int]) -> None:
    vectors = np.random.default_rng(seed).normal(size=(8, 5))
    scaled = vectors * 2.0 ** np.array(exponents)[:, None]

    assert (embedded(scaled).similarity() == embedded(vectors).similarity()).all()


def test_equal_items_have_equal_cosines_with_everything() -> None:
    vectors = np.random.default_rng(5).normal(size=(4, 300))

    cosines = embedded(vectors[[0, 1, 0, 2, 0]]).similarity(embedded(vectors))

    assert (cosines[0] == cosines[2]).all()
    assert (cosines[0] == cosines[4]).all()


def test_large_sets_are_multiplied_as_float32_to_the_same_cosines() -> None:
    vectors = embedded(np.random.default_rng(6).normal(size=(3000, 12))).vectors

    cosines = cosine_similarity(vectors)

    np.testing.assert_allclose(cosines[:50], of_sklearn(vectors[:50], vectors), atol=1e-6)
    assert cosines.max() <= 1


def test_one_item_and_none_have_matrices_too() -> None:
    one = embedded([[3, 4]])

    assert one.similarity().tolist() == [[1]]
    assert one[:0].similarity(one).shape == (0, 1)


@pytest.mark.parametrize(
    ("model", "vectors", "named"),
    [
        ("another-model", [[0, 1]], "another-model"),
        ("a-model", [[0, 1, 0]], r"truncate\(2\)"),
    ],
)
def test_sets_of_two_models_or_lengths_are_refused(
    model: str, vectors: list[list[float]], named: str
) -> None:
    other = gnb.Embeddings(vectors, ["one"], model=model)

    with pytest.raises(EmbeddingError, match=named):
        gnb.similarity(embedded([[1, 0]]), other)


def test_answers_of_the_offline_model_are_not_compared_with_geminis() -> None:
    with pytest.raises(EmbeddingError, match="answered offline"):
        embedded([[1, 0]]).similarity(embedded([[1, 0]], answered_by="offline"))


def test_tasks_that_do_not_belong_together_are_compared_with_a_warning() -> None:
    clustering = embedded([[1, 0]], task="CLUSTERING")

    with pytest.warns(TaskMismatchWarning, match="CLUSTERING, the other for RETRIEVAL_QUERY"):
        clustering.similarity(embedded([[1, 0]], task="RETRIEVAL_QUERY"))


def test_the_warning_names_the_line_that_compares() -> None:
    clustering, query = (
        embedded([[1, 0]], task=task) for task in ("CLUSTERING", "RETRIEVAL_QUERY")
    )
    for compare in (
        lambda: gnb.similarity(clustering, query),
        lambda: clustering.similarity(query),
        lambda: clustering.nearest(query),
        lambda: gnb.plot_neighbors(clustering, query),
    ):
        with pytest.warns(TaskMismatchWarning) as told:
            compare()
        assert [warning.filename for warning in told] == [__file__]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("RETRIEVAL_DOCUMENT", "RETRIEVAL_QUERY"),
        ("QUESTION_ANSWERING", "RETRIEVAL_DOCUMENT"),
        ("CLUSTERING", "CLUSTERING"),
        ("CLUSTERING", None),
    ],
)
def test_tasks_that_belong_together_are_compared_without_a_warning(
    one: str, other: str | None
) -> None:
    assert gnb.similarity(embedded([[1, 0]], task=one), embedded([[2, 0]], task=other)) == 1
