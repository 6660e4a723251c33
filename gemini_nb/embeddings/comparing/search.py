"""Finding what is nearest to one query: one pass over the vectors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.embeddings.comparing.neighbors import at_least_one
from gemini_nb.embeddings.comparing.ranking import Ranking
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.comparing.ranking import Searched
    from gemini_nb.embeddings.items import Modality
    from gemini_nb.embeddings.unit_vectors import Vectors

_SLACK: Final = 1e-5  # more than the rounding of a float32 product of unit vectors
_MOST_LOOKED_AT_AGAIN: Final = 4096  # candidates, where very many are equally near


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for."""

    vector: Vectors
    """Shape (dimensions,), of length 1."""
    label: str
    modality: Modality


def require_item(query: object) -> None:
    """Nothing, if `query` can be an item to embed, as text or an image.

    Raises:
        EmbeddingError: it is a vector, several items, or nothing.

    Example:
        >>> require_item("a red kite")
        >>> require_item([0.6, 0.8])
        Traceback (most recent call last):
        gemini_nb.errors.EmbeddingError: The query is a list of numbers or items, and what model...
    """
    if query is None or (isinstance(query, str) and not query.strip()):
        raise EmbeddingError("The query is empty; pass text, an image, or one embedded item.")
    is_array = hasattr(query, "__array__")
    if is_array or (isinstance(query, Sequence) and not isinstance(query, str | bytes)):
        kind = "an array" if is_array else "a list of numbers or items"
        raise EmbeddingError(
            f"The query is {kind}, and what model its vector is from can't be told. Pass one item, "
            "as text; one embedded item, as embeddings[0]; or a vector of your own as "
            "Embeddings.from_response(vector, [item], model=...)."
        )


def rank(query: Query, searched: Searched, k: int) -> Ranking:
    """The `k` items nearest to `query`, by cosine; all items where there are fewer.

    Vectors of pictures lie nearer to those of other pictures than to any text's (the modality gap,
    Liang et al. 2022), so that cosines with items of two kinds are no ranking. In a set of several
    kinds an item is ranked by how much nearer it is than the mean of its kind.

    Raises:
        EmbeddingError: there is nothing to search, or `k` is not 1 or more.
    """
    wanted = at_least_one(k)
    if not len(searched.vectors):
        raise EmbeddingError("There is nothing to search: the set has no items.")
    cosines = searched.vectors @ query.vector
    means = _mean_by_modality(cosines, searched.modalities)
    near = _candidates(cosines if means is None else cosines - means, wanted)
    # Again in float64, so that which of two comes first is the same on every machine.
    exact = (searched.vectors[near].astype(np.float64) @ query.vector).clip(-1, 1)
    scores = (exact if means is None else exact - means[near]).astype(np.float32)
    order = np.argsort(-scores, kind="stable")[:wanted]
    return Ranking(
        query=query.label,
        indices=near[order],
        cosines=exact[order].astype(np.float32),
        scores=scores[order],
        is_centred=means is not None,
        query_modality=query.modality,
        searched=searched,
    )


def _mean_by_modality(
    cosines: Vectors, modalities: Sequence[Modality]
) -> NDArray[np.float64] | None:
    """For each item the mean cosine of the items of its kind; None if all are of one kind."""
    if len(set(modalities)) == 1:
        return None
    _, kinds = np.unique(modalities, return_inverse=True)
    means = np.bincount(kinds, weights=cosines) / np.bincount(kinds)
    return means[kinds]


def _candidates(scores: NDArray[np.floating], k: int) -> NDArray[np.intp]:
    """Where the `k` highest scores are, and those so near to them that rounding decides."""
    if k >= len(scores):
        return np.arange(len(scores))
    least = np.partition(scores, -k)[-k] - _SLACK
    near = np.flatnonzero(scores >= least)
    if near.size > max(k, _MOST_LOOKED_AT_AGAIN):
        best = np.argsort(-scores[near], kind="stable")[: max(k, _MOST_LOOKED_AT_AGAIN)]
        near = np.sort(near[best])
    return near
