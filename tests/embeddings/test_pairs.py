"""The cosines of a set's pairs, as a scale for one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from scipy.stats import percentileofscore

import gemini_nb as gnb
from gemini_nb.embeddings.comparing.pairs import pair_scores_between
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

quick = settings(derandomize=True, deadline=None, max_examples=40)
seeds = st.integers(0, 2**32 - 1)


def embedded(vectors: ArrayLike) -> gnb.Embeddings:
    return gnb.Embeddings(vectors, [""] * len(np.asarray(vectors)), model="a-model")


@quick
@given(seeds, st.integers(2, 40))
def test_each_pair_counts_once(seed: int, count: int) -> None:
    vectors = np.random.default_rng(seed).normal(size=(count, 6))

    pairs = embedded(vectors).pair_scores

    assert pairs.is_exact
    assert len(pairs) == count * (count - 1) // 2
    np.testing.assert_allclose(pairs.scores, np.sort(1 - pdist(vectors, "cosine")), atol=1e-6)


@quick
@given(seeds, st.floats(-1, 1, width=32))
def test_percentiles_are_those_of_scipy_ties_included(seed: int, cosine: float) -> None:
    corners = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]])
    vectors = corners[np.random.default_rng(seed).integers(0, 4, size=15)]
    pairs = embedded(vectors).pair_scores

    for score in (cosine, -1.0, 0.0, 1.0):
        expected = percentileofscore(pairs.scores, score, kind="mean")
        assert pairs.percentile(score) == pytest.approx(expected)


def test_the_scale_of_a_large_set_is_that_of_items_all_over_it() -> None:
    random = np.random.default_rng(8)
    halves = np.concatenate([random.normal(size=(2500, 8)) + 3, random.normal(size=(2500, 8)) - 3])

    pairs = embedded(halves).pair_scores

    assert not pairs.is_exact
    assert len(pairs) < 600_000
    # Half of all pairs are of two halves, and those have cosines below 0.
    assert pairs.percentile(0) == pytest.approx(50, abs=1)


@pytest.mark.parametrize("count", [0, 1])
def test_without_a_pair_there_is_no_scale(count: int) -> None:
    pairs = embedded(np.ones((count, 2))).pair_scores

    assert len(pairs) == 0
    with pytest.raises(EmbeddingError, match="two items"):
        pairs.percentile(0.5)
    with pytest.raises(EmbeddingError, match="two items"):
        pairs.quantile(0.5)


def test_among_equal_items_every_cosine_is_the_middle() -> None:
    pairs = embedded(np.ones((5, 4))).pair_scores

    assert pairs.percentile(1) == 50
    assert pairs.quantile(0.1) == 1


def test_percentiles_keep_the_shape_of_what_is_asked() -> None:
    pairs = embedded([[1, 0], [0, 1], [1, 0]]).pair_scores

    shares = pairs.percentiles([[0.5, -0.5], [2, 0.5]])

    np.testing.assert_allclose(shares, [[200 / 3, 0], [100, 200 / 3]])


def test_pairs_of_two_kinds_are_of_one_of_each() -> None:
    texts, images = embedded([[1, 0], [0, 1]]), embedded([[1, 0], [-1, 0], [0, 1]])

    pairs = pair_scores_between(texts.vectors, images.vectors)

    assert pairs.scores.tolist() == [-1, 0, 0, 0, 1, 1]
