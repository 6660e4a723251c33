"""The nearest neighbours of every item: exact, without ever holding all pairs at once."""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.unit_vectors import Vectors

_BLOCK_ROWS: Final = 2048  # its square of cosines, 16 MB, is large enough for BLAS at full speed
_STRIP_ROWS: Final = 256  # with a block's columns, 2 MB: it stays in a processor's cache
_MOST_IN_DOUBLE: Final = 2048  # items
_FEWEST_WITH_MARGINS: Final = 3
_MOST_WITH_MARGINS: Final = 2000
_CHUNKS_PER_NEIGHBOR: Final = 3  # to guess a threshold from; with more, more entries pass it


@dataclass(frozen=True, slots=True, eq=False)
class Neighbors:
    """The nearest other items of each item, the nearest first; of equal ones, the first in order.

    Example:
        >>> found = exact_neighbors(np.float32([[1, 0], [0, 1], [0.6, 0.8]]), k=1)
        >>> found.indices.tolist(), found.scores.round(1).tolist()
        ([[2], [2], [1]], [[0.6000000238418579], [0.800000011920929], [0.800000011920929]])
    """

    indices: NDArray[np.int32]
    """Shape (items, k): the position of each neighbour."""
    scores: NDArray[np.float32]
    """Shape (items, k): its cosine, -1 to 1."""

    def __len__(self) -> int:
        return len(self.indices)


def exact_neighbors(vectors: Vectors, k: int, *, block_rows: int = _BLOCK_ROWS) -> Neighbors:
    """The `k` nearest other rows of every row, by cosine; all others where there are fewer.

    The cosines are computed a block at a time, and each block once: what it says of its rows it
    says, transposed, of its columns. Every row keeps the best `k` that it has met, and of a block
    only what beats the last of them is looked at again.

    Args:
        vectors: rows of length 1.
        k: how many neighbours.
        block_rows: rows and columns of a block; more take more memory.

    Raises:
        EmbeddingError: `k` is no whole number, or not 1 or more.
    """
    count = len(vectors)
    best = _Best(count, min(at_least_one(k), max(count - 1, 0)))
    starts = range(0, count if best.width else 0, block_rows)
    for first, top in enumerate(starts):
        for left in starts[first:]:  # so that every row meets the others in ascending order
            cosines = _block(vectors, slice(top, top + block_rows), slice(left, left + block_rows))
            if left == top:
                np.fill_diagonal(cosines, -np.inf)  # no item is its own neighbour
            best.admit(cosines, top, left)
            if left != top:
                best.admit(cosines.T, left, top)
    return Neighbors(best.indices, best.scores)


def at_least_one(k: int) -> int:
    """`k`, if so many neighbours can be asked for.

    Raises:
        EmbeddingError: it is no whole number, or not 1 or more.

    Example:
        >>> at_least_one(5)
        5
    """
    try:
        whole = index(k)  # NumPy's integers too
    except TypeError:
        whole = 0
    if whole < 1:
        raise EmbeddingError(f"k={k!r} asks for no neighbour; pass a whole number, 1 or more.")
    return whole


def margins(vectors: Vectors) -> NDArray[np.float32] | None:
    """How far the nearest of each row is ahead of its second nearest, by cosine.

    None where no row has two others, and beyond 2,000 rows, which take more than a moment.

    Args:
        vectors: rows of length 1.

    Example:
        >>> margins(np.float32([[1, 0], [0, 1], [1, 0]]))
        array([1., 0., 1.], dtype=float32)
    """
    if not _FEWEST_WITH_MARGINS <= len(vectors) <= _MOST_WITH_MARGINS:
        return None
    scores = exact_neighbors(vectors, 2).scores
    return scores[:, 0] - scores[:, 1]


def _block(vectors: Vectors, rows: slice, columns: slice) -> Vectors:
    if len(vectors) <= _MOST_IN_DOUBLE:
        return cosine_similarity(vectors[rows], None if rows == columns else vectors[columns])
    return vectors[rows] @ vectors[columns].T


class _Best:
    """The best neighbours that each row has met so far, best first."""

    def __init__(self, count: int, width: int) -> None:
        self.width = width
        self.scores = np.full((count, width), -np.inf, np.float32)
        self.indices = np.zeros((count, width), np.int32)

    def admit(self, cosines: Vectors, top: int, left: int) -> None:
        """Take over what is better in a block, whose first row is `top` and first column `left`.

        A strip at a time: where all cosines are equal, all of them pass at first.
        """
        for start in range(0, len(cosines), _STRIP_ROWS):
            strip = cosines[start : start + _STRIP_ROWS]
            last = self.scores[top + start : top + start + len(strip), -1]
            rows, columns = _entries(strip > self._threshold(strip, last)[:, None])
            if rows.size:
                found = np.minimum(strip[rows, columns], 1)
                self._merge(top + start + rows, left + columns, found)

    def _threshold(self, strip: Vectors, last: Vectors) -> Vectors:
        """What a cosine must exceed to be among the best of its row.

        At first that is just less than the lowest of some `width` cosines of the row, which are
        the best of as many parts of the strip: no better guess comes as cheap.
        """
        # Rounding can make a cosine of equal rows a little more than 1; it beats no other 1.
        threshold = np.where(last >= 1, np.float32(np.inf), last)
        size = strip.shape[1] // (_CHUNKS_PER_NEIGHBOR * self.width)
        if size > 1 and np.isneginf(last).any():
            chunks = strip.shape[1] // size
            parts = strip[:, : size * chunks].reshape(len(strip), size, chunks).max(axis=1)
            lowest = np.partition(parts, chunks - self.width, axis=1)[:, chunks - self.width]
            just_less = np.nextafter(np.minimum(lowest, 1), np.float32(-np.inf))
            threshold = np.maximum(threshold, just_less)
        return threshold

    def _merge(self, rows: NDArray[np.intp], columns: NDArray[np.intp], scores: Vectors) -> None:
        """Sort entries, which are ordered by row and column, in with those of the same rows."""
        touched, line, counts = np.unique(rows, return_inverse=True, return_counts=True)
        place = self.width + np.arange(rows.size) - (np.cumsum(counts) - counts)[line]
        shape = (touched.size, self.width + int(counts.max()))
        all_scores = np.full(shape, -np.inf, np.float32)
        all_indices = np.zeros(shape, np.int32)
        all_scores[:, : self.width] = self.scores[touched]
        all_indices[:, : self.width] = self.indices[touched]
        all_scores[line, place] = scores
        all_indices[line, place] = columns
        # A stable sort keeps the lower index of equal scores first: it was met first.
        order = np.argsort(-all_scores, axis=1, kind="stable")[:, : self.width]
        self.scores[touched] = np.take_along_axis(all_scores, order, axis=1)
        self.indices[touched] = np.take_along_axis(all_indices, order, axis=1)


def _entries(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The rows and columns that are set, ordered by row, then by column."""
    if mask.flags.c_contiguous:
        rows, columns = np.divmod(np.flatnonzero(mask), mask.shape[1])
        return rows, columns
    columns, rows = np.divmod(np.flatnonzero(mask.T), mask.shape[0])
    order = np.argsort(rows, kind="stable")
    return rows[order], columns[order]
