"""The pairs of a set that are at least so much alike, found block by block."""

# SciPy ships no type information.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from gemini_nb.embeddings.unit_vectors import Vectors

    Positions = NDArray[np.int64]

TOLERANCE: Final = 1e-6
"""How far below a threshold a cosine still counts: equal float32 vectors may reach 1 - 1e-7."""
MOST: Final = 100_000
"""How many pairs are kept, unless told otherwise."""
_BLOCK: Final = 1024  # rows: a block of products takes 4 MB, or 8
_EXACT_CELLS: Final = 2**24  # up to so many products, twice the time for float64 is not felt
_DECIMALS: Final = 9  # further ones differ between processors, and would shuffle equal pairs
_PENDING: Final = 2**20  # pairs that wait to be sorted in


@dataclass(frozen=True, slots=True, eq=False)
class ClosePairs:
    """Pairs of items by cosine, the closest first; equal ones by position.

    Example:
        >>> vectors = np.array([[1, 0], [0, 1], [1, 0]], np.float32)
        >>> found = close_pairs(vectors, 0.9)
        >>> found.first, found.second, found.total, found.groups
        (array([0]), array([2]), 1, ((0, 2),))
    """

    first: Positions
    second: Positions
    """Always after `first`."""
    cosines: NDArray[np.float64]
    """To 9 decimals."""
    total: int
    """How many pairs there are; those that are kept are the closest."""
    groups: tuple[tuple[int, ...], ...]
    """Items that are connected by pairs, whether kept or not, by their first item."""


def close_pairs(vectors: Vectors, threshold: float, most: int = MOST) -> ClosePairs:
    """The pairs with a cosine of `threshold` or more, and the groups that they connect.

    It takes time by the square of the items, and memory of some tens of megabytes.

    Args:
        vectors: unit vectors, shape (items, dimensions).
        threshold: from -1 to 1; counts as reached by what is 1e-6 below.
        most: how many pairs to keep.

    Raises:
        EmbeddingError: the threshold is no cosine.
    """
    if not -1 <= threshold <= 1:
        raise EmbeddingError(f"A threshold is a cosine, from -1 to 1, not {threshold}.")
    found = _Search(len(vectors), most)
    for first, second, cosines in _blocks(vectors, threshold - TOLERANCE):
        found.add(first, second, cosines)
    first, second, _ = found.best()
    cosines = exact_cosines(vectors, first, second)
    order = np.lexsort((second, first, -cosines))
    return ClosePairs(first[order], second[order], cosines[order], found.total, found.groups())


def exact_cosines(vectors: Vectors, first: Positions, second: Positions) -> NDArray[np.float64]:
    """The cosines of chosen pairs of rows, to 9 decimals: of equal rows, exactly 1.

    Example:
        >>> vectors = np.array([[0.6, 0.8], [0.6, 0.8], [1, 0]], np.float32)
        >>> exact_cosines(vectors, np.array([0, 0]), np.array([1, 2])).round(6)
        array([1. , 0.6])
    """
    cosines = np.empty(len(first))
    for start in range(0, len(first), _BLOCK):
        some = slice(start, start + _BLOCK)
        one, other = (vectors[half[some]].astype(np.float64) for half in (first, second))
        products = np.einsum("ij,ij->i", one, other)
        # float32 leaves the length of a unit vector a few 1e-8 off.
        cosines[some] = products / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)
    return np.clip(cosines.round(_DECIMALS), -1, 1)


def _blocks(
    vectors: Vectors, least: float
) -> Iterator[tuple[Positions, Positions, NDArray[np.float64]]]:
    """The pairs of each block of rows with itself and with each later one."""
    count = len(vectors)
    # In float64 the same set gives the same pairs on every machine.
    kind = np.float64 if count * count <= _EXACT_CELLS else np.float32
    for top in range(0, count, _BLOCK):
        rows = vectors[top : top + _BLOCK].astype(kind)
        for left in range(top, count, _BLOCK):
            products = rows @ vectors[left : left + _BLOCK].astype(kind).T
            first, second = np.nonzero(products >= least)
            if left == top:
                first, second = (half[first < second] for half in (first, second))
            if len(first):
                cosines = products[first, second]
                yield first + top, second + left, cosines.astype(np.float64)


@dataclass(slots=True)
class _Search:
    """What was found so far; so many pairs wait, then they are sorted in at once."""

    count: int
    most: int
    total: int = 0
    waiting: int = 0
    parts: list[tuple[Positions, Positions, NDArray[np.float64]]] = field(default_factory=list)
    links: list[tuple[Positions, Positions]] = field(default_factory=list)

    def add(self, first: Positions, second: Positions, cosines: NDArray[np.float64]) -> None:
        self.parts.append((first, second, cosines))
        self.links.append((first, second))
        self.total += len(first)
        self.waiting += len(first)
        if self.waiting >= _PENDING:
            self.parts = [self.best()]
            self.links = [(np.arange(self.count), self.connected())]
            self.waiting = 0

    def best(self) -> tuple[Positions, Positions, NDArray[np.float64]]:
        """The closest pairs, in order."""
        if not self.parts:
            none = np.empty(0, np.int64)
            return none, none, np.empty(0, np.float64)
        first, second, cosines = map(np.concatenate, zip(*self.parts, strict=True))
        order = np.lexsort((second, first, -cosines))[: self.most]
        return first[order], second[order], cosines[order]

    def connected(self) -> Positions:
        """For each item, the first item of those it is connected with."""
        if not self.links:
            return np.arange(self.count)
        from scipy import sparse  # noqa: PLC0415 - slow to import
        from scipy.sparse import csgraph  # noqa: PLC0415 - as above

        first, second = map(np.concatenate, zip(*self.links, strict=True))
        shape = (self.count, self.count)
        graph = sparse.coo_array((np.ones(len(first), np.int8), (first, second)), shape=shape)
        _, component = csgraph.connected_components(graph, directed=False)
        _, heads, place = np.unique(component, return_index=True, return_inverse=True)
        return cast("Positions", heads[place])

    def groups(self) -> tuple[tuple[int, ...], ...]:
        heads = self.connected()
        order = np.argsort(heads, kind="stable")
        starts = np.flatnonzero(np.diff(heads[order], prepend=-1))
        members = np.split(order, starts[1:])
        return tuple(tuple(group.tolist()) for group in members if len(group) > 1)
