"""The order of rows: like beside like, as average linkage finds it, or as they were given."""

# SciPy ships no type information for its clustering.
# pyright: reportUnknownVariableType=false, reportUnknownMemberType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

import numpy as np

from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.embeddings.sampling import evenly_spread
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Positions = NDArray[np.intp]

OrderName = Literal["linkage", "input"]

MOST_OPTIMAL: Final = 500
"""Rows whose leaves are put in the best of all orders that the tree allows; 1,000 take a second."""
MOST_LINKED: Final = 5000
"""Rows that are linked with each other: the distances take 200 MB."""

_LANDMARKS: Final = 2000
_SAME: Final = 6  # decimals of a distance: more differ between machines
_ROWS_AT_ONCE: Final = 4096


class Order(NamedTuple):
    """An order of rows, and how it came about."""

    positions: Positions
    """Which row stands first, second, ..."""
    name: str
    """In a few words, for a reader of the plot."""
    starts: tuple[int, ...] = (0,)
    """Where in the order each group starts."""


def order_of(vectors: Vectors, order: OrderName, groups: Sequence[str] = ()) -> Order:
    """The order in which to show `vectors`.

    "linkage" is the order of the leaves of an average-linkage tree of cosine distances, from
    SciPy; up to 500 rows its branches are turned so that neighbours are as alike as can be
    (Bar-Joseph, Gifford and Jaakkola 2001, doi:10.1093/bioinformatics/17.suppl_1.S22).
    Beyond 5,000, a tree of 2,000 evenly spread rows gives the order, and each of the others stands
    beside that of them which it is most like.

    Args:
        vectors: rows of length 1, or 0.
        order: "linkage", or "input" for the order as it is.
        groups: a name for each row, whose groups stay together in linkage order.

    Raises:
        EmbeddingError: there is no such order.

    Example:
        >>> order_of(np.float32([[1, 0], [0, 1], [0.8, 0.6]]), "linkage").positions.tolist()
        [0, 2, 1]
    """
    if order == "input":
        return Order(np.arange(len(vectors)), "input order")
    if order != "linkage":
        raise EmbeddingError(f'order is "linkage" or "input", not {order!r}.')
    kinds = np.array(list(groups) or [""] * len(vectors))
    members = [np.flatnonzero(kinds == kind) for kind in dict.fromkeys(kinds.tolist())]
    orders = [rows[_linkage_order(vectors[rows])] for rows in members]
    name = _name(max(map(len, members)))
    if len(members) > 1:
        name += " within each modality"
    starts = np.cumsum([0, *map(len, members)])[:-1].tolist()
    return Order(np.concatenate(orders), name, tuple(starts))


def _name(count: int) -> str:
    if count <= MOST_OPTIMAL:
        return "linkage order, optimal leaves"
    if count <= MOST_LINKED:
        return "linkage order"
    return f"linkage order of {_LANDMARKS:,} items, the others beside the most alike of them"


def _linkage_order(vectors: Vectors) -> Positions:
    if len(vectors) < 3:  # noqa: PLR2004 - two rows are alike in either order
        return np.arange(len(vectors))
    if len(vectors) > MOST_LINKED:
        return _beside_landmarks(vectors)
    from scipy.cluster.hierarchy import (  # noqa: PLC0415 - heavy
        leaves_list,
        linkage,
        optimal_leaf_ordering,
    )

    distances = _condensed_distances(vectors)
    tree = linkage(distances, "average")
    if len(vectors) <= MOST_OPTIMAL:
        tree = optimal_leaf_ordering(tree, distances)
    return _from_the_first(leaves_list(tree))


def _from_the_first(leaves: Positions) -> Positions:
    """The one of the two directions of an order in which the first row comes earlier."""
    turned = leaves[::-1]
    return leaves if leaves.argmin() <= turned.argmin() else turned


def _beside_landmarks(vectors: Vectors) -> Positions:
    landmarks = evenly_spread(len(vectors), _LANDMARKS)
    ranks = np.empty(_LANDMARKS, np.intp)
    ranks[_linkage_order(vectors[landmarks])] = np.arange(_LANDMARKS)
    nearest = np.empty(len(vectors), np.intp)
    for start in range(0, len(vectors), _ROWS_AT_ONCE):
        rows = slice(start, start + _ROWS_AT_ONCE)
        nearest[rows] = (vectors[rows] @ vectors[landmarks].T).argmax(axis=1)
    return np.argsort(ranks[nearest], kind="stable")


def _condensed_distances(vectors: Vectors) -> NDArray[np.float64]:
    """1 - cosine of all pairs, row after row above the diagonal, as SciPy wants them."""
    count = len(vectors)
    distances = np.empty(count * (count - 1) // 2)
    at = 0
    for start in range(0, count, _ROWS_AT_ONCE // 4):
        rows = vectors[start : start + _ROWS_AT_ONCE // 4]
        cosines = cosine_similarity(rows, vectors[start:])
        for offset, row in enumerate(cosines):
            above = row[offset + 1 :]
            distances[at : at + len(above)] = above
            at += len(above)
    # Rounded, so that ties are ties on every machine.
    np.subtract(1, distances, out=distances)
    return np.clip(distances.round(_SAME, out=distances), 0, None, out=distances)
