"""Cosine similarity of unit vectors, the same on every machine where the sets are small."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from gemini_nb.embeddings.unit_vectors import Vectors

_MOST_IN_DOUBLE: Final = 8_000_000  # values, so that the copies stay below 64 MB each


def cosine_similarity(rows: Vectors, columns: Vectors | None = None) -> Vectors:
    """The cosines of the angles between rows, shape (rows, columns), float32, from -1 to 1.

    Sums of products depend on the order in which a processor adds them. Up to some millions of
    values they are added in float64 and then rounded, so that no output flips between machines.

    Args:
        rows: vectors of length 1.
        columns: other vectors of length 1; `rows` themselves by default.

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
