"""The cosine that best tells pairs known to be the same from all others."""

from __future__ import annotations

import math
from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING

import numpy as np

from gemini_nb.embeddings.comparing.close_pairs import TOLERANCE, exact_cosines
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from gemini_nb.embeddings.unit_vectors import Vectors


@dataclass(frozen=True, slots=True)
class Cut:
    """All pairs with this cosine or more, taken to be the same."""

    cosine: float
    """That of a known pair."""
    found: int
    """How many pairs reach it."""
    precision: float
    """Share of those that are known to be the same."""
    recall: float
    """Share of the known ones that reach it."""
    known: int
    """How many pairs are known to be the same."""

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall."""
        return 2 * self.precision * self.recall / (self.precision + self.recall)


def best_cut(vectors: Vectors, scores: NDArray[np.float32], same: Iterable[tuple[int, int]]) -> Cut:
    """The cut with the best F1; of several, the one that finds the fewest pairs.

    Args:
        vectors: unit vectors, shape (items, dimensions).
        scores: cosines of all pairs or of a fair sample of them, ascending. From a sample, the
            count of pairs that reach a cut is estimated.
        same: positions of items that are known to be the same, by twos. All others are taken to be
            different: where three are the same, give all three pairs.

    Raises:
        EmbeddingError: `same` is empty, or names no pair of this set.

    Example:
        >>> vectors = np.array([[1, 0], [0.8, 0.6], [0, 1]], np.float32)
        >>> cut = best_cut(vectors, np.float32([0, 0.6, 0.8]), [(0, 1)])
        >>> round(cut.cosine, 6), cut.found, cut.precision, cut.recall
        (0.8, 1, 1.0, 1.0)
    """
    pairs = _positions(same, len(vectors))
    cosines = np.sort(exact_cosines(vectors, pairs[:, 0], pairs[:, 1]))[::-1]
    weight = math.comb(len(vectors), 2) / len(scores)
    cuts: list[Cut] = []
    for cosine in np.unique(cosines)[::-1].tolist():
        known = int(np.count_nonzero(cosines >= cosine))
        reached = len(scores) - int(np.searchsorted(scores, np.float32(cosine - TOLERANCE)))
        found = max(known, round(reached * weight))
        cuts.append(Cut(cosine, found, known / found, known / len(pairs), len(pairs)))
    return max(cuts, key=lambda cut: cut.f1)  # the first of equals


def _positions(same: Iterable[tuple[int, int]], count: int) -> NDArray[np.int64]:
    """Known pairs, each once, its lower position first."""
    try:
        pairs = {(min(pair), max(pair)) for pair in ((index(a), index(b)) for a, b in same)}
    except (TypeError, ValueError):
        raise EmbeddingError(
            "same=... takes the positions of two items for each pair, as [(0, 3), (1, 4)]."
        ) from None
    if not pairs:
        raise EmbeddingError("same=... is empty: give at least one pair of items, as [(0, 3)].")
    for first, second in pairs:
        if not 0 <= first < second < count:
            raise EmbeddingError(
                f"({first}, {second}) in same=... is no pair of this set: give positions of two "
                f"items, from 0 to {count - 1}."
            )
    return np.array(sorted(pairs), dtype=np.int64)
