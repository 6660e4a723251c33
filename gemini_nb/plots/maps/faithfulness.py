"""What a map keeps of the full space: who the nearest neighbours of an item are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.sampling import evenly_spread

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    Reals = NDArray[np.float32] | NDArray[np.float64]

NEIGHBOURS: Final = 10
"""How many of the nearest are compared; fewer where they would be more than half of all."""

_MOST_EXACT: Final = 5_000  # items; beyond, as many as below stand for all
_SAMPLE: Final = 1_000
_FEW_VALUES: Final = 4_000_000  # up to so many, products are taken in float64
_PAIRS_A_BLOCK: Final = 1 << 21
_SAME_COSINE: Final = 1e-6
_DECIMALS: Final = 6
_SAME_PLACE: Final = 1e-12  # squared distance, of a map 2 wide


@dataclass(frozen=True, slots=True, eq=False)
class Surroundings:
    """The true nearest neighbours of items, and what a map keeps of them."""

    measured: NDArray[np.intp]
    """The items that were looked at: all, or 1,000 spread evenly where there are over 5,000."""
    indices: NDArray[np.intp]
    """Shape (measured, k): the nearest other items of each in the full space, nearest first."""
    kept: NDArray[np.float64]
    """For each, the share of its k nearest on the map that are as near in the full space, 0 to 1.

    "As near" is at least as near as its k-th nearest there, so that of several that are equally
    near, any will do. Where several are equally near on the map, it is the mean over the choices.
    """
    beside_their_like: dict[Hashable, float]
    """For each group, the share of its items whose nearest in the full space is of it too, 0 to 1.

    Of several nearest that are equally near, each counts in part. Groups of which no item was
    measured are left out.
    """

    @property
    def k(self) -> int:
        """How many neighbours were compared; 0 for fewer than 3 items."""
        return self.indices.shape[1]

    @property
    def share_kept(self) -> float:
        """The mean of `kept`, by which maps are compared; NaN for fewer than 3 items."""
        return float(self.kept.mean()) if self.k else float("nan")


def surroundings(
    vectors: NDArray[np.float32],
    coordinates: NDArray[np.float64],
    groups: Sequence[Hashable] = (),
) -> Surroundings:
    """The true neighbours of items with these unit `vectors`, and how many of them a map keeps.

    Args:
        vectors: shape (items, dimensions).
        coordinates: where each stands on the map, shape (items, 2).
        groups: what each is said to belong to.

    Example:
        >>> square = np.float32([[1, 0], [0, 1], [-1, 0], [0, -1], [0.8, 0.6], [0.6, 0.8]])
        >>> surroundings(square, square.astype(float)).share_kept
        1.0
    """
    count = len(vectors)
    k = min(NEIGHBOURS, max(count - 1, 0) // 2)
    rows = evenly_spread(count, count if count <= _MOST_EXACT else _SAMPLE)
    indices = np.empty((len(rows), k), np.intp)
    kept, same = np.zeros(len(rows)), np.zeros(len(rows))
    codes = _codes(groups, count)
    if k:
        exact = vectors.astype(np.float64) if vectors.size <= _FEW_VALUES else vectors
        for part in _parts(len(rows), count):
            alike = _cosines(exact, rows[part])
            indices[part] = _largest(alike, k)
            are_near = _as_near(alike, indices[part, -1:])
            on_map = _weights(coordinates, rows[part], k)
            kept[part] = np.einsum("ij,ij->i", on_map, are_near) / k
            are_nearest = _as_near(alike, indices[part, :1])
            of_group = codes[rows[part], None] == codes
            same[part] = (are_nearest & of_group).sum(axis=1) / are_nearest.sum(axis=1)
    return Surroundings(rows, indices, kept, _means(same, groups, rows) if k else {})


def _codes(groups: Sequence[Hashable], count: int) -> NDArray[np.intp]:
    numbers: dict[Hashable, int] = {}
    codes = [numbers.setdefault(group, len(numbers)) for group in groups]
    return np.array(codes or [0] * count, np.intp)


def _means(
    same: NDArray[np.float64], groups: Sequence[Hashable], rows: NDArray[np.intp]
) -> dict[Hashable, float]:
    found: dict[Hashable, list[float]] = {}
    for row, share in zip(rows.tolist() if groups else (), same.tolist(), strict=False):
        found.setdefault(groups[row], []).append(share)
    return {group: sum(shares) / len(shares) for group, shares in found.items()}


def _parts(rows: int, columns: int) -> Iterator[slice]:
    step = max(1, _PAIRS_A_BLOCK // columns)
    return (slice(start, min(start + step, rows)) for start in range(0, rows, step))


def _cosines(vectors: Reals, rows: NDArray[np.intp]) -> Reals:
    """Of `rows` with all, and nothing with themselves."""
    alike = vectors[rows] @ vectors.T
    alike[np.arange(len(rows)), rows] = -np.inf
    return alike


def _largest(alike: Reals, k: int) -> NDArray[np.intp]:
    """The columns of the `k` largest, falling; of those that are equal, the first."""
    count = alike.shape[1]
    later = np.linspace(0, _SAME_COSINE / 2, count)
    keys = later - alike.astype(np.float64).round(_DECIMALS)
    found = np.argpartition(keys, k - 1, axis=1)[:, :k]
    order = np.argsort(np.take_along_axis(keys, found, axis=1), axis=1)
    return np.take_along_axis(found, order, axis=1)


def _as_near(alike: Reals, columns: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Which are at least as near as the one of each row that is named."""
    return alike >= np.take_along_axis(alike, columns, axis=1) - _SAME_COSINE


def _weights(
    coordinates: NDArray[np.float64], rows: NDArray[np.intp], k: int
) -> NDArray[np.float64]:
    """How surely each item is among the `k` nearest on the map: 1, 0, or between for the last."""
    distances = np.zeros((len(rows), len(coordinates)))
    for axis in coordinates.T:
        distances += np.square(axis[rows, None] - axis[None, :])
    distances[np.arange(len(rows)), rows] = np.inf
    last = np.partition(distances, k - 1, axis=1)[:, k - 1 : k]
    nearer = distances < last - _SAME_PLACE
    tied = (distances <= last + _SAME_PLACE) & ~nearer
    places = k - nearer.sum(axis=1, keepdims=True)
    return nearer + tied * (places / tied.sum(axis=1, keepdims=True))
