"""How alike unit vectors are, and how alike the pairs of one set usually are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Shape (items, dimensions), float32, each row of length 1."""

_RANGE: Final = np.finfo(np.float32)  # of lengths that can be divided by
_MOST_IN_DOUBLE: Final = 8_000_000  # values, so that the copies stay below 64 MB each
_MOST_SAMPLED: Final = 1024
_STRIP: Final = 8192


def cosine_similarity(rows: Vectors, columns: Vectors | None = None) -> Vectors:
    """The cosines of the angles between rows, shape (rows, columns), float32, from -1 to 1.

    Sums of products depend on the order in which a processor adds them. Up to some millions of
    values they are added in float64 and then rounded, so that no output flips between machines.

    Example:
        >>> cosine_similarity(np.float32([[1, 0], [0.6, 0.8]])).round(1).tolist()
        [[1.0, 0.6000000238418579], [0.6000000238418579, 1.0]]
    """
    others = rows if columns is None else columns
    if max(rows.size, others.size, len(rows) * len(others)) <= _MOST_IN_DOUBLE:
        left = rows.astype(np.float64)
        right = left if columns is None else others.astype(np.float64)
        cosines = (left @ right.T).astype(np.float32)
    else:
        cosines = rows @ others.T
    return np.clip(cosines, -1, 1, out=cosines)


def lengths(rows: Vectors) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The length of each row, and whether it can be made 1: not of zeros, nor of what is infinite.

    Example:
        >>> lengths(np.float32([[3, 4], [0, 0], [np.nan, 1]]))
        (array([ 5.,  0., nan]), array([ True, False, False]))
    """
    norms = np.sqrt(np.einsum("ij,ij->i", rows, rows, dtype=np.float64))
    return norms, (norms >= _RANGE.tiny) & (norms <= _RANGE.max)


def evenly_spread(count: int, most: int) -> NDArray[np.intp]:
    """The positions of at most `most` of `count` items, in order and evenly spread.

    Nothing is left to chance, so that the same set is always measured by the same items.

    Example:
        >>> evenly_spread(9, 3).tolist(), evenly_spread(2, 3).tolist()
        ([0, 4, 8], [0, 1])
    """
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.intp)


@dataclass(frozen=True, slots=True)
class Typical:
    """The cosines that are usual in a set: what tells whether one cosine is high."""

    low: float
    """Of 100 pairs of items, 5 have a lower cosine."""
    median: float
    """Of two items taken at random."""
    high: float
    """Of 100 pairs of items, 5 have a higher cosine."""
    nearest: float
    """Of an item and its nearest other, in the median over the items."""


def typical(vectors: Vectors) -> Typical | None:
    """The cosines that are usual in a set; None for fewer than three items.

    Of more than 1,024 items as many, evenly spread, stand for all; their nearest are sought among
    all items, strip by strip.
    """
    count = len(vectors)
    if count <= 2:  # noqa: PLR2004 - two have one pair, and that is typical of nothing
        return None
    positions = evenly_spread(count, _MOST_SAMPLED)
    sample = vectors[positions]
    pairs = cosine_similarity(sample)[np.triu_indices(len(sample), k=1)]
    nearest = np.full(len(sample), -1, np.float32)
    for start in range(0, count, _STRIP):
        cosines = cosine_similarity(sample, vectors[start : start + _STRIP])
        here = np.flatnonzero((start <= positions) & (positions < start + _STRIP))
        cosines[here, positions[here] - start] = -1  # an item is not its own nearest
        np.maximum(nearest, cosines.max(axis=1), out=nearest)
    low, median, high = np.percentile(pairs, (5, 50, 95))
    return Typical(float(low), float(median), float(high), float(np.median(nearest)))
