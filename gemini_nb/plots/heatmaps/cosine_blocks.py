"""The cosines of many pairs in few numbers: mean and largest by block, and the extreme pairs."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Values = NDArray[np.float32]
    Positions = NDArray[np.intp]

BLOCKS: Final = 500
"""A side."""

_CELLS_AT_ONCE: Final = 8_000_000
_DECIMALS: Final = 4  # by which pairs are ranked: more differ between machines
_TIED: Final = 1000  # pairs of the same cosine that are looked at


class AlikePair(NamedTuple):
    """Two items, the first one earlier in its set, and the cosine of the angle between them."""

    cosine: float
    first: int
    second: int


class Extremes(NamedTuple):
    """The pairs at both ends."""

    most: tuple[AlikePair, ...]
    """The most alike first."""
    least: AlikePair


class Blocks(NamedTuple):
    """What blocks of pairs hold, on a grid that is symmetric."""

    means: Values
    maxima: Values
    edges: Positions
    """Where in the order each block of rows starts, and where the last one ends."""
    extremes: Extremes


def cosine_blocks(vectors: Vectors, positions: Positions, most: int = 3) -> Blocks:
    """Mean and largest cosine by block, of pairs of two different items, and the extreme pairs.

    There are 500 x 500 blocks, of as many items as that makes, give or take one. The cosines are
    computed by strips of some millions and not kept.

    Args:
        vectors: rows of length 1 or 0, more than 1,000 of them.
        positions: in which order they stand.
        most: how many of the most alike pairs are wanted.

    Example:
        >>> blocks = cosine_blocks(np.ones((1001, 1), np.float32), np.arange(1001))
        >>> blocks.means.shape, float(blocks.maxima.min()), blocks.extremes.most[0]
        ((500, 500), 1.0, AlikePair(cosine=1.0, first=0, second=1))
    """
    count = len(vectors)
    edges = np.linspace(0, count, BLOCKS + 1).round().astype(np.intp)
    ordered = vectors[positions]
    maxima = np.full((BLOCKS, BLOCKS), -np.inf, np.float32)
    found: Extremes | None = None
    for first, last in _strips(edges):
        start, end = edges[first], edges[last]
        strip = ordered[start:end] @ ordered[start:].T
        strip[np.tril_indices(end - start)] = np.nan
        found = merged(found, extremes(strip, positions[start:end], positions[start:], most), most)
        starts = edges[first:-1] - start
        by_row = np.fmax.reduceat(strip, starts[: last - first], axis=0)
        maxima[first:last, first:] = np.fmax.reduceat(by_row, starts, axis=1)
    assert found is not None  # noqa: S101 - there is a strip wherever there are rows
    maxima = np.fmax(maxima, maxima.T)
    return Blocks(_means(ordered, edges), np.clip(maxima, -1, 1), edges, found)


def extremes(cosines: Values, rows: Positions, columns: Positions, most: int = 3) -> Extremes:
    """The most and the least alike pairs of a strip; of equal ones, those of the first items.

    Args:
        cosines: shape (rows, columns), NaN for what is no pair.
        rows: the items of the rows.
        columns: the items of the columns.
        most: how many of the most alike pairs are wanted.

    Example:
        >>> three = np.float32([[np.nan, 0.5, 0.9], [np.nan, np.nan, 0.25], [np.nan] * 3])
        >>> extremes(three, np.arange(3), np.arange(3), most=1)
        Extremes(most=(AlikePair(cosine=0.9, first=0, second=2),),
                 least=AlikePair(cosine=0.25, first=1, second=2))
    """
    flat = cosines.ravel()
    margin = 10.0**-_DECIMALS
    lowest = np.fmin.reduce(flat)
    by_row = np.fmax.reduce(cosines, axis=1)
    by_row = by_row[~np.isnan(by_row)]
    # As many rows reach this as pairs are wanted, so no pair below it is among them.
    threshold = np.partition(by_row, -most)[-most] if len(by_row) >= most else lowest
    high = np.flatnonzero(flat >= threshold - margin)[:_TIED]
    low = np.flatnonzero(flat <= lowest + margin)[:_TIED]

    def pairs(cells: Positions) -> list[AlikePair]:
        one, other = np.divmod(cells, cosines.shape[1])
        return [
            AlikePair(round(float(flat[cell]), _DECIMALS), *sorted((int(row), int(column))))
            for cell, row, column in zip(cells, rows[one], columns[other], strict=True)
        ]

    return merged(None, Extremes(tuple(pairs(high)), min(pairs(low))), most)


def merged(one: Extremes | None, other: Extremes, most: int) -> Extremes:
    """The extremes of both."""
    pairs = (*(one.most if one else ()), *other.most)
    ranked = sorted(pairs, key=lambda pair: (-pair.cosine, pair.first, pair.second))
    return Extremes(tuple(ranked[:most]), min(one.least, other.least) if one else other.least)


def _strips(edges: Positions) -> Iterator[tuple[int, int]]:
    """First block of each strip, and the first one after it."""
    count = int(edges[-1])
    blocks = max(_CELLS_AT_ONCE // count * (len(edges) - 1) // count, 1)
    firsts = [*range(0, len(edges) - 1, blocks), len(edges) - 1]
    return pairwise(firsts)


def _means(ordered: Vectors, edges: Positions) -> Values:
    """The mean cosine of the pairs of each block: the product of two sums, without the pairs."""
    sums = np.add.reduceat(ordered, edges[:-1], axis=0, dtype=np.float64)
    sizes = np.diff(edges).astype(np.float64)
    totals, pairs = sums @ sums.T, np.outer(sizes, sizes)
    with_themselves = np.add.reduceat(np.einsum("ij,ij->i", ordered, ordered), edges[:-1])
    totals[np.diag_indices(len(sizes))] -= with_themselves
    pairs[np.diag_indices(len(sizes))] -= sizes
    return (totals / pairs).astype(np.float32)
