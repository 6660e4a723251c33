"""How alike the pairs of a set are: the scale on which one cosine is high or low."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.embeddings.sampling import evenly_spread
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from gemini_nb.embeddings.unit_vectors import Vectors

MOST_ITEMS: Final = 1024
"""Items of which all pairs are looked at; of larger sets, as many, evenly spread."""


@dataclass(frozen=True, slots=True, eq=False)
class PairScores:
    """The cosines of a set's pairs, each pair once.

    A cosine of 0.7 is much in one model and little in another; its percentile among the pairs of
    the same set can be compared.

    Example:
        >>> scores = PairScores(np.float32([0.25, 0.5, 0.5, 0.75]), is_exact=True)
        >>> scores.percentile(0.5), scores.percentile(0.9), scores.quantile(0.5)
        (50.0, 100.0, 0.5)
    """

    scores: NDArray[np.float32]
    """Ascending."""
    is_exact: bool
    """Whether these are all pairs, not those among some of the items."""

    def __len__(self) -> int:
        return len(self.scores)

    def percentile(self, score: float) -> float:
        """The share of pairs with less than this cosine, 0 to 100; equal ones count half.

        Raises:
            EmbeddingError: there is no pair.
        """
        return float(self.percentiles([score])[0])

    def percentiles(self, scores: ArrayLike) -> NDArray[np.float64]:
        """The percentile of each of several cosines, in an array of the same shape.

        Raises:
            EmbeddingError: there is no pair.
        """
        self._require_pairs()
        sought = np.asarray(scores, dtype=np.float32)
        below = np.searchsorted(self.scores, sought, side="left")
        up_to = np.searchsorted(self.scores, sought, side="right")
        return 50.0 * (below + up_to) / len(self.scores)

    def quantile(self, share: float) -> float:
        """The cosine that this share of the pairs, 0 to 1, does not exceed.

        Raises:
            EmbeddingError: there is no pair.
        """
        self._require_pairs()
        return float(np.quantile(self.scores, share))

    def _require_pairs(self) -> None:
        if not len(self.scores):
            raise EmbeddingError("There is no pair to compare with: the set needs two items.")


def pair_scores(vectors: Vectors) -> PairScores:
    """The cosines of all pairs of rows; beyond 1,024 rows, of those among as many, evenly spread.

    Args:
        vectors: rows of length 1. Fewer than two have no pair.

    Example:
        >>> pair_scores(np.float32([[1, 0], [0, 1], [1, 0]])).scores.tolist()
        [0.0, 0.0, 1.0]
    """
    some = _some(vectors)
    cosines = cosine_similarity(some)
    above_diagonal = np.triu(np.ones(cosines.shape, dtype=bool), k=1)
    return PairScores(np.sort(cosines[above_diagonal]), is_exact=len(some) == len(vectors))


def pair_scores_between(rows: Vectors, columns: Vectors) -> PairScores:
    """The cosines of each of `rows` with each of `columns`; of 1,024 of each at most.

    Args:
        rows: vectors of length 1.
        columns: vectors of length 1, of other items.

    Example:
        >>> pair_scores_between(np.float32([[1, 0]]), np.float32([[0, 1], [1, 0]])).scores.tolist()
        [0.0, 1.0]
    """
    left, right = _some(rows), _some(columns)
    is_exact = len(left) == len(rows) and len(right) == len(columns)
    return PairScores(np.sort(cosine_similarity(left, right), axis=None), is_exact=is_exact)


def _some(vectors: Vectors) -> Vectors:
    if len(vectors) <= MOST_ITEMS:
        return vectors
    return vectors[evenly_spread(len(vectors), MOST_ITEMS)]
