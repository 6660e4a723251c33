"""Vectors as rows of length 1: what all comparing starts from."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from gemini_nb.embeddings.items import label_of
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

Vectors = NDArray[np.float32]
"""Shape (items, dimensions), float32."""
_RANGE: Final = np.finfo(np.float32)  # of lengths that can be divided by
_ROUNDING: Final = 2.5e-7  # how far from 1 the length of a row can be that was divided by its own


def matrix_of(vectors: ArrayLike, count: int) -> Vectors:
    """The vectors of `count` items as rows.

    Raises:
        EmbeddingError: they differ in length, are not numbers, or are not one for each item.

    Example:
        >>> matrix_of([[3, 4], [0, 2]], count=2).shape
        (2, 2)
    """
    try:
        with np.errstate(over="ignore"):  # what becomes infinite is refused, by its item's name
            matrix = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError):
        raise EmbeddingError(
            "The vectors differ in length, or are not numbers; pass rows of equal length."
        ) from None
    if count == 0 and matrix.size == 0:
        return matrix.reshape(0, matrix.shape[1] if matrix.ndim > 1 else 0)
    if matrix.ndim != 2 or len(matrix) != count or matrix.shape[1] == 0:  # noqa: PLR2004 - rows and columns
        raise EmbeddingError(
            f"{count} items need vectors of shape ({count}, dimensions), not {matrix.shape}."
        )
    return matrix


def unit_length(matrix: Vectors, items: Sequence[object]) -> tuple[Vectors, NDArray[np.float32]]:
    """The rows made unit length, and how long they were; neither can be written to.

    Raises:
        EmbeddingError: a row is all zeros, has a value that is not finite, or a length that
            float32 can't hold.

    Example:
        >>> unit, norms = unit_length(np.float32([[3, 4]]), ["kite"])
        >>> unit.round(1).tolist(), norms.tolist()
        ([[0.6000000238418579, 0.800000011920929]], [5.0])
    """
    norms = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))
    for position in np.flatnonzero(~((norms >= _RANGE.tiny) & (norms <= _RANGE.max)))[:1]:
        what = _fault(float(norms[position]))
        raise EmbeddingError(
            f"The vector of item {position} ({label_of(items[position])[:60]!r}) {what}, so it has "
            "no direction to compare; leave that item out, or embed it again."
        )
    # Unit rows keep their bits, so that slicing, saving and joining sets changes no number.
    divisors = np.where(np.abs(norms - 1) < _ROUNDING, 1, norms).astype(np.float32)
    return frozen(matrix / divisors[:, None]), frozen(norms.astype(np.float32))


def _fault(norm: float) -> str:
    if not math.isfinite(norm):
        return "has a value that is not finite"
    if norm > 1:
        return "is too long for float32"
    return "is all but zero" if norm else "is all zeros"


def frozen(array: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same numbers, not to be written to.

    Example:
        >>> frozen(np.ones(2, np.float32)).flags.writeable
        False
    """
    view = array.view()
    view.flags.writeable = False
    return view
