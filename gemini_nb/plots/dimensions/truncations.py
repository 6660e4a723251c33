"""What shorter vectors keep of what the full ones say: neighbours, and the order of the pairs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from gemini_nb.embeddings.comparing.neighbors import at_least_one, exact_neighbors
from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.embeddings.sampling import evenly_spread
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.dimensions.rank_correlation import rank_correlation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.embeddings.unit_vectors import Vectors

_FAMILIAR: Final = (64, 128, 256, 512, 768, 1536, 3072)
_MOST_ITEMS: Final = 2_000
_MOST_ITEMS_FOR_PAIRS: Final = 500
_FEWEST_ITEMS: Final = 3
_BYTES_OF_A_VALUE: Final = 4  # float32
_ROUNDING: Final = 6  # decimals: what float32 computes of equal vectors differs below


@dataclass(frozen=True, slots=True)
class Truncation:
    """What the first values of each vector keep, against all of them."""

    dimensions: int
    kept: float
    """The share, 0 to 1, of the nearest neighbours that are true ones: as near by full length."""
    correlation: float | None
    """Spearman's, of the pairs' cosines, -1 to 1; None where all pairs are alike."""

    @property
    def bytes_per_thousand(self) -> int:
        """What 1,000 such vectors take, in bytes of float32."""
        return self.dimensions * _BYTES_OF_A_VALUE * 1_000


@dataclass(frozen=True, slots=True)
class Truncations:
    """What each of several lengths keeps, the full one last, and how that was measured."""

    lengths: tuple[Truncation, ...]
    neighbours: int
    """How many nearest neighbours of each item were compared."""
    items: int
    """How many items were compared with each other."""
    items_for_pairs: int
    """Among how many items the pairs were ordered."""

    @property
    def chance(self) -> float:
        """The share of neighbours that an order without any meaning would keep, 0 to 1."""
        return self.neighbours / (self.items - 1)


def truncations(vectors: Vectors, lengths: Sequence[int] | int | None, k: int) -> Truncations:
    """What the first values of each vector keep, for each of `lengths`; the full one is added.

    Each shortened vector is made unit length again. Of more than 2,000 items, 2,000 evenly spread
    ones are compared. Of few items, at most half of the others count as near: that all of them
    are kept would say nothing.

    Args:
        vectors: unit length, shape (items, dimensions).
        lengths: how many values to keep, one number or several; None for 64, 128, 256, 512, 768
            and 1536 where that is less than the full length, or its halves if it is 64 or less.
        k: how many nearest neighbours of each item to look for, at least 1.

    Raises:
        EmbeddingError: there are fewer than 3 items, `k` is less than 1, or one of `lengths` is
            none that these vectors can be shortened to.

    Example:
        >>> measured = truncations(np.eye(4, dtype=np.float32), [2], k=1)
        >>> [length.dimensions for length in measured.lengths]
        [2, 4]
    """
    if len(vectors) < _FEWEST_ITEMS:
        raise EmbeddingError(
            f"What truncation keeps shows between neighbours: that needs 3 items, not "
            f"{len(vectors)}."
        )
    full = vectors.shape[1]
    chosen = _chosen(lengths, full)
    sample = vectors[evenly_spread(len(vectors), _MOST_ITEMS)]
    nearest = min(at_least_one(k), max(1, (len(sample) - 1) // 2))
    few = sample[evenly_spread(len(sample), _MOST_ITEMS_FOR_PAIRS)]
    reference = _Reference(sample, few, nearest)
    return Truncations(
        tuple(reference.compared(length) for length in chosen), nearest, len(sample), len(few)
    )


class _Reference:
    """What the full vectors say, to compare shorter ones with."""

    def __init__(self, sample: Vectors, few: Vectors, nearest: int) -> None:
        self.sample = sample
        self.few = few
        self.nearest = nearest
        self.cosines = cosine_similarity(sample)
        self.least = exact_neighbors(sample, nearest).scores[:, -1:] - 10.0**-_ROUNDING
        self.pairs = _pairs(few)

    def compared(self, length: int) -> Truncation:
        if length == self.sample.shape[1]:
            return Truncation(length, 1.0, rank_correlation(self.pairs, self.pairs))
        found = exact_neighbors(_shortened(self.sample, length), self.nearest).indices
        # By score, not by name: which of several equally near items comes first means nothing.
        true = np.take_along_axis(self.cosines, found.astype(np.int64), axis=1) >= self.least
        pairs = _pairs(_shortened(self.few, length))
        return Truncation(length, float(true.mean()), rank_correlation(pairs, self.pairs))


def _shortened(vectors: Vectors, length: int) -> Vectors:
    """The first values of each, unit length again; what is all zeros then stays so."""
    short = vectors[:, :length]
    norms = np.sqrt(np.einsum("ij,ij->i", short, short, dtype=np.float64))
    return short / np.where(norms > 0, norms, 1)[:, None].astype(np.float32)


def _pairs(vectors: Vectors) -> Vectors:
    return cosine_similarity(vectors)[np.triu_indices(len(vectors), 1)].round(_ROUNDING)


def _chosen(lengths: Sequence[int] | int | None, full: int) -> list[int]:
    if isinstance(lengths, int | np.integer):
        lengths = [lengths]
    if lengths is None:
        familiar = [length for length in _FAMILIAR if length < full]
        halves = [full // parts for parts in (8, 4, 2) if full // parts > 1]
        lengths = familiar or halves
    for length in lengths:
        whole = isinstance(cast("object", length), int | np.integer)
        if not whole or isinstance(length, bool) or not 1 <= length <= full:
            raise EmbeddingError(
                f"These vectors have {full} dimensions: dimensions=[...] takes whole numbers from "
                f"1 to that, not {length!r}."
            )
    return sorted({*map(int, lengths), full})
