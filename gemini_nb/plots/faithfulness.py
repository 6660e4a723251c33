"""What a map keeps of the full space: who the nearest neighbours of an item are."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.similarity import cosine_similarity, evenly_spread

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.similarity import Vectors

_NEIGHBOURS: Final = 10  # that are compared; fewer where they would be more than half of all
_FEWEST: Final = 5  # items; of fewer, nearly all are neighbours of all
_MOST: Final = 1_000  # items that are looked at; of more, so many evenly spread ones
_PAIRS_A_STRIP: Final = 1 << 21
_ROUNDING: Final = 1e-6  # by which cosines of equal vectors, and places of a map, may differ


@dataclass(frozen=True, slots=True)
class Faithfulness:
    """How many true neighbours a map keeps."""

    k: int
    """How many neighbours of each item were compared; 0 for fewer than 5 items."""
    measured: int
    """How many items were looked at: all, or 1,000 spread evenly where there are more."""
    kept: float
    """The share of an item's neighbours that the map keeps, in the mean over the items, 0 to 1."""

    def told(self, count: int) -> str:
        """The same in words, for a map of `count` items; "" where nothing was compared."""
        if not self.k:
            return ""
        sample = f", as measured on {self.measured:,} items" if self.measured < count else ""
        return (
            f"of each item's {self.k} nearest neighbours, {percent(self.kept)} are among its "
            f"{self.k} nearest on the map (by chance {percent(self.k / (count - 1))}){sample}"
        )


def faithfulness(vectors: Vectors, coordinates: NDArray[np.float64]) -> Faithfulness:
    """How many of the true neighbours of items with these unit `vectors` a map keeps.

    Args:
        vectors: shape (items, dimensions).
        coordinates: where each stands on the map, shape (items, 2).

    Example:
        >>> square = np.float32([[1, 0], [0, 1], [-1, 0], [0, -1], [0.8, 0.6], [0.6, 0.8]])
        >>> faithfulness(square, square.astype(float)).kept
        1.0
    """
    count = len(vectors)
    if count < _FEWEST:
        return Faithfulness(0, 0, 0.0)
    k = min(_NEIGHBOURS, (count - 1) // 2)
    rows = evenly_spread(count, _MOST)
    x, y = coordinates.T
    kept: list[float] = []
    for items in np.array_split(rows, math.ceil(len(rows) * count / _PAIRS_A_STRIP)):
        cosines = cosine_similarity(vectors[items], vectors)
        on_map = -np.hypot(x[items, None] - x, y[items, None] - y)
        for nearness in (cosines, on_map):  # no item is its own neighbour
            nearness[np.arange(len(items)), items] = -np.inf
        kept += kept_neighbors(cosines, on_map, k).tolist()
    return Faithfulness(k, len(rows), float(np.mean(kept)))


def kept_neighbors(
    full: NDArray[np.floating], shown: NDArray[np.floating], k: int
) -> NDArray[np.float64]:
    """Of the `k` nearest of each row, the share that `shown` has among its own `k` nearest.

    Of several that are equally near in the full space any will do, and where several are equally
    near in what is shown, it is the mean over the choices.

    Args:
        full: how near each item truly is, by any measure that grows with nearness; -inf for the
            row's own item. Shape (rows, items).
        shown: the same as a map or shorter vectors have it.
        k: fewer than there are others.

    Example:
        >>> kept_neighbors(np.array([[0.9, 0.8, 0.1]]), np.array([[0.5, 0.2, 0.4]]), 2).tolist()
        [0.5]
    """
    true = _largest(full, k)
    nearer = shown > np.partition(shown, -k)[:, -k, None] + _ROUNDING
    tied = _largest(shown, k) & ~nearer
    share = (k - nearer.sum(axis=1)) / tied.sum(axis=1)
    return ((true & nearer).sum(axis=1) + (true & tied).sum(axis=1) * share) / k


def _largest(values: NDArray[np.floating], k: int) -> NDArray[np.bool_]:
    """Which of each row are the `k` largest, or as large as the last of them."""
    return values >= np.partition(values, -k)[:, -k, None] - _ROUNDING


def percent(share: float) -> str:
    """A share in whole per cent, never more than it is, so that 100 % is all.

    Example:
        >>> percent(0.999), percent(0.005), percent(0)
        ('99 %', 'under 1 %', '0 %')
    """
    whole = math.floor(100 * share + 1e-3)  # what rounding may take away
    return f"{whole} %" if whole or not share else "under 1 %"
