"""Take away what all vectors share, or all of one kind: differences then stand out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from gemini_nb.embeddings.similarity import lengths
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.embeddings.similarity import Vectors

Centre = Literal["auto", "none", "mean", "modality"]

_NAMES: Final = {
    "none": "",
    "mean": "less the mean of all",
    "modality": "less the mean of each kind of content",
}
_NOTHING_LEFT: Final = 1e-6  # shorter than this, what is left of a unit vector is rounding
_FEWEST_OF_A_KIND: Final = 3  # of two items, less their mean, opposites are left; of one, nothing


def centred(embeddings: Embeddings, how: Centre) -> tuple[Vectors, str]:
    """The vectors less a mean that they share, each of unit length again; and what was done.

    "auto" is "modality" where items are of several modalities, with 3 items or more of each, and
    "none" otherwise: the cosine of a text and a picture is lower than that of two texts, whatever
    they show (Liang et al. 2022, https://arxiv.org/abs/2203.02053). A vector that is the mean
    itself has no direction left: all its values are zero.

    Raises:
        EmbeddingError: there is no such way.

    Example:
        >>> from gemini_nb.embeddings.embeddings import Embeddings
        >>> kites = Embeddings([[1, 0], [0, 1]], ["red", "blue"], model="a-model")
        >>> centred(kites, "mean")[0].round(2).tolist()
        [[0.7099999785423279, -0.7099999785423279], [-0.7099999785423279, 0.7099999785423279]]
    """
    vectors, modalities = embeddings.vectors, embeddings.modalities
    if how == "auto":
        counts = [modalities.count(kind) for kind in set(modalities)]
        is_mixed = len(counts) > 1 and min(counts) >= _FEWEST_OF_A_KIND
        how = "modality" if is_mixed else "none"
    if how not in _NAMES:
        raise EmbeddingError(f'centre={how!r} is none of "auto", "none", "mean" and "modality".')
    if how == "none":
        return vectors, ""
    kinds = np.array(modalities if how == "modality" else [""] * len(vectors))
    result = np.empty_like(vectors)
    for kind in np.unique(kinds):
        rows = kinds == kind
        result[rows] = vectors[rows] - vectors[rows].mean(axis=0, dtype=np.float64).astype("f4")
    norms = lengths(result)[0][:, None]
    result[norms[:, 0] <= _NOTHING_LEFT] = 0
    return (result / np.maximum(norms, _NOTHING_LEFT)).astype(np.float32), _NAMES[how]
