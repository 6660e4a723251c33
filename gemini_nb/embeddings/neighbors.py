"""The nearest neighbours of every item: exact, without ever holding all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from numbers import Integral
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.similarity import Vectors, cosine_similarity
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK: Final = 2048  # rows: the square of cosines, 16 MB, is large enough for BLAS at full speed
_STRIP: Final = 256  # rows: with a block's columns, 2 MB, it stays in a processor's cache


@dataclass(frozen=True, slots=True, eq=False)
class Neighbors:
    """The nearest other items of each, the nearest first; of equal ones, the first in order."""

    indices: NDArray[np.int32]
    """Shape (items, k): the position of each neighbour."""
    scores: NDArray[np.float32]
    """Shape (items, k): its cosine, -1 to 1."""


def at_least_one(k: int) -> int:
    """`k`, if so many neighbours can be asked for; else an `EmbeddingError` says what can."""
    if not isinstance(k, Integral) or k < 1:
        raise EmbeddingError(f"k={k!r} asks for no neighbour; pass a whole number, 1 or more.")
    return int(k)


def exact_neighbors(vectors: Vectors, k: int, *, block: int = _BLOCK) -> Neighbors:
    """The `k` nearest other rows of every row, by cosine; all others where there are fewer.

    Each block of cosines is computed once: what it says of its rows it says, transposed, of its
    columns. Every row keeps the best `k` that it has met, and of a block only what beats the last
    of them is looked at again.
    """
    shape = len(vectors), min(at_least_one(k), max(len(vectors) - 1, 0))
    best = Neighbors(np.zeros(shape, np.int32), np.full(shape, -np.inf, np.float32))
    starts = range(0, len(vectors) if shape[1] else 0, block)
    for first, top in enumerate(starts):
        for left in starts[first:]:  # so that every row meets the others in ascending order
            rows, columns = vectors[top : top + block], vectors[left : left + block]
            is_small = len(vectors) <= _BLOCK  # and added in float64
            cosines = cosine_similarity(rows, columns) if is_small else rows @ columns.T
            np.clip(cosines, -1, 1, out=cosines)
            if left == top:
                np.fill_diagonal(cosines, -np.inf)  # no item is its own neighbour
            _admit(best, cosines, top, left)
            if left != top:
                _admit(best, cosines.T, left, top)
    return best


def _admit(best: Neighbors, cosines: Vectors, top: int, left: int) -> None:
    """Take over what is better in a block, whose first row is `top` and first column `left`.

    A strip at a time: where all cosines are equal, all of them pass at first.
    """
    k = best.scores.shape[1]
    for start in range(0, len(cosines), _STRIP):
        strip = cosines[start : start + _STRIP]
        least = best.scores[top + start : top + start + len(strip), -1]
        if least[0] == -np.inf and strip.shape[1] >= 6 * k:
            # The k-th of the best of 3 k parts of each row is a bound that is found fast.
            parts = strip[:, : strip.shape[1] // (3 * k) * 3 * k].reshape(len(strip), -1, 3 * k)
            least = np.nextafter(np.partition(parts.max(axis=1), -k)[:, -k], np.float32(-2))
        is_better = strip > least[:, None]
        if is_better.flags.c_contiguous:
            rows, columns = np.divmod(np.flatnonzero(is_better), strip.shape[1])
        else:  # transposed
            columns, rows = np.divmod(np.flatnonzero(is_better.T), len(strip))
        if rows.size:
            _merge(best, top + start + rows, left + columns, strip[rows, columns])


def _merge(
    best: Neighbors, rows: NDArray[np.intp], columns: NDArray[np.intp], scores: Vectors
) -> None:
    """Sort entries in with the best of their rows, which come before them in the set."""
    k = best.scores.shape[1]
    order = np.argsort(rows, kind="stable")
    touched, starts, counts = np.unique(rows[order], return_index=True, return_counts=True)
    lines = np.repeat(np.arange(touched.size), counts)
    places = k + np.arange(order.size) - starts[lines]
    all_scores = np.full((touched.size, k + counts.max()), -np.inf, np.float32)
    all_indices = np.zeros(all_scores.shape, np.int32)
    all_scores[:, :k], all_indices[:, :k] = best.scores[touched], best.indices[touched]
    all_scores[lines, places], all_indices[lines, places] = scores[order], columns[order]
    highest = np.argsort(-all_scores, kind="stable")[:, :k]  # of equal ones the first stays first
    best.scores[touched] = np.take_along_axis(all_scores, highest, axis=1)
    best.indices[touched] = np.take_along_axis(all_indices, highest, axis=1)
