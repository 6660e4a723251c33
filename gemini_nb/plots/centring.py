"""Take away what all vectors share, or all of one kind: differences then stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Centre = Literal["none", "mean", "modality"]
"""What is taken away: nothing, the mean of all vectors, or of those of the same modality."""

_NOTHING_LEFT = 1e-6
"""Shorter than this, what is left of a unit vector is rounding, and no direction."""

_FEWEST_OF_A_KIND = 3
"""Of two items of a kind, taking away their mean leaves opposites, of one it leaves nothing."""


def chosen_centre(modalities: Sequence[str], how: Centre | Literal["auto"]) -> Centre:
    """What `centred` will take away.

    "auto" is "modality" where items are of several modalities, with 3 items or more of each, and
    "none" otherwise: the cosine of a text and a picture is lower than that of two texts, whatever
    they show (Liang et al. 2022, https://arxiv.org/abs/2203.02053).

    Raises:
        EmbeddingError: there is no such way.

    Example:
        >>> chosen_centre(["text", "text"], "auto"), chosen_centre(["text", "image"] * 3, "auto")
        ('none', 'modality')
    """
    if how == "auto":
        counts = [modalities.count(kind) for kind in set(modalities)]
        mixed = len(counts) > 1 and min(counts) >= _FEWEST_OF_A_KIND
        return "modality" if mixed else "none"
    if how not in get_args(Centre):
        raise EmbeddingError(
            f'centre={how!r} is none of "auto", "none", "mean" and "modality"; choose one of them.'
        )
    return how


def centred(
    vectors: NDArray[np.float32], modalities: Sequence[str], how: Centre | Literal["auto"]
) -> NDArray[np.float32]:
    """The vectors without the mean that they share, each of unit length again.

    Args:
        vectors: unit vectors, shape (items, dimensions).
        modalities: the kind of content of each item.
        how: whose mean to take away, see `chosen_centre`.

    Returns:
        The same array where there is nothing to take away. A vector that is the mean itself, as
        that of a lone item, has no direction left: all its values are zero.

    Example:
        >>> centred(np.float32([[1, 0], [0, 1]]), ["text", "text"], "mean").round(2).tolist()
        [[0.7099999785423279, -0.7099999785423279], [-0.7099999785423279, 0.7099999785423279]]
    """
    chosen = chosen_centre(modalities, how)
    if chosen == "none" or not len(vectors):
        return vectors
    kinds = np.array(modalities if chosen == "modality" else [""] * len(vectors))
    result = np.empty_like(vectors)
    for kind in np.unique(kinds):
        rows = np.flatnonzero(kinds == kind)
        mean = vectors[rows].mean(axis=0, dtype=np.float64)
        result[rows] = vectors[rows] - mean.astype(np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", result, result, dtype=np.float64))
    kept = lengths > _NOTHING_LEFT
    result[~kept] = 0
    result[kept] /= lengths[kept, None].astype(np.float32)
    return result
