"""The items nearest to a query, and how much their nearness means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import floor
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.display import Table
from gemini_nb.embeddings.comparing.pairs import PairScores, pair_scores, pair_scores_between
from gemini_nb.embeddings.labels import shortened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from gemini_nb.embeddings.items import Modality
    from gemini_nb.embeddings.unit_vectors import Vectors

_ALL: Final = 100  # per cent
_ROUNDING: Final = 1e-6  # of the cosine of a vector with itself


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What is searched: the items of a set, and what to measure nearness by."""

    vectors: Vectors
    """Shape (items, dimensions), each of length 1."""
    items: Sequence[object]
    labels: Sequence[str]
    modalities: Sequence[Modality]
    pair_scores: Callable[[], PairScores]
    """The cosines of the set's pairs, when they are asked for."""
    margins: Callable[[], NDArray[np.float32] | None]
    """How far each item's nearest is ahead of its second; None if there are too many, or few."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that was found."""

    index: int
    """Its position in the set."""
    item: object
    label: str
    cosine: float
    """-1 to 1."""
    score: float
    """What it is ranked by: the cosine, less the mean of its modality in a set of several."""
    percentile: float | None
    """The share of the set's pairs with a lower cosine, 0 to 100; None where there is no pair."""


@dataclass(frozen=True, eq=False, repr=False)
class Ranking:
    """The items nearest to a query, best first; `Embeddings.nearest` makes it.

    It shows itself as a table; iterating gives the hits. What takes longer than the search, the
    percentiles, is computed when it is first looked at.
    """

    query: str
    """What stands for the query."""
    indices: NDArray[np.intp]
    """Positions in the set, best first; of equal ones, the first in order."""
    cosines: NDArray[np.float32]
    scores: NDArray[np.float32]
    """What the items are ranked by; the cosines themselves unless `is_centred`."""
    is_centred: bool
    """Whether the mean cosine of its modality was taken off each item's."""
    query_modality: Modality
    searched: Searched

    @cached_property
    def hits(self) -> tuple[Hit, ...]:
        """The items that were found, best first."""
        scales = {kind: self._scale(kind) for kind in set(self._modalities)}
        return tuple(
            Hit(
                index=index,
                item=self.searched.items[index],
                label=self.searched.labels[index],
                cosine=cosine,
                score=score,
                percentile=scales[kind].percentile(cosine) if len(scales[kind]) else None,
            )
            for index, cosine, score, kind in zip(
                map(int, self.indices),
                map(float, self.cosines),
                map(float, self.scores),
                self._modalities,
                strict=True,
            )
        )

    @property
    def margin(self) -> float | None:
        """How far the first hit's score is ahead of the second's; None without a second."""
        return float(self.scores[0] - self.scores[1]) if len(self) > 1 else None

    @cached_property
    def margin_percentile(self) -> float | None:
        """How much `margin` is, beside that of the set's own items, each asked for its two nearest.

        0 to 100: the share of items whose nearest is less far ahead, equal ones counting half.
        None for sets of fewer than 3 or more than 2,000 items, and of several modalities; and where
        the first is the query itself, which no item's nearest is.
        """
        is_beside = self.is_centred or self.margin is None or self._finds_itself
        margins = None if is_beside else self.searched.margins()
        if margins is None:
            return None
        return PairScores(np.sort(margins), is_exact=True).percentile(self.margin or 0.0)

    @property
    def _finds_itself(self) -> bool:
        return bool(self.cosines[0] >= 1 - _ROUNDING)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What must be known to read the table."""
        return tuple(self._remarks())

    def __len__(self) -> int:
        return len(self.indices)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __getitem__(self, rank: int) -> Hit:
        return self.hits[rank]

    def __repr__(self) -> str:
        return self._table.plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table.bundle()

    @property
    def _modalities(self) -> list[Modality]:
        return [self.searched.modalities[index] for index in self.indices]

    def _scale(self, modality: Modality) -> PairScores:
        """The cosines of pairs such as the query and an item of that modality are."""
        if not self.is_centred:
            return self.searched.pair_scores()
        kinds = np.array(self.searched.modalities)
        items = self.searched.vectors[kinds == modality]
        if modality == self.query_modality:
            scale = pair_scores(items)
        else:
            scale = pair_scores_between(items, self.searched.vectors[kinds == self.query_modality])
        return scale if len(scale) else self.searched.pair_scores()

    def _remarks(self) -> Iterator[str]:
        if self.margin == 0:
            yield "the first two are equally near"
        elif self.margin_percentile is not None:
            share = floor(self.margin_percentile)
            others = f"{share} % of the items here are ahead of theirs"
            if share == _ALL:
                others = "any item here is ahead of its second"
            yield f"the first is {self.margin:.3f} ahead of the second, more than {others}"
        elif self.margin is not None:
            yield f"the first is {self.margin:.3f} ahead of the second"
        if self._finds_itself:
            yield "the first is equal to the query"
        kinds = set(self.searched.modalities)
        if self.is_centred:
            yield "scores: the cosine less the query's mean with all items of that kind"
        elif self.query_modality not in kinds:
            yield f"the query is of kind {self.query_modality}, the pairs of kind {kinds.pop()}"
        for kind in sorted(kinds) if self.is_centred else ():
            if self.searched.modalities.count(kind) == 1:
                yield f"the only item of kind {kind} has no other to be better than: its score is 0"

    @property
    def _table(self) -> Table:
        return Table(
            heading=f"{len(self)} nearest to {shortened(self.query)!r}",
            columns=(
                *("", "item", "cosine", "percentile"),
                *(("score", "kind") if self.is_centred else ()),
            ),
            rows=tuple(
                (
                    str(hit.index),
                    shortened(hit.label),
                    f"{hit.cosine:.3f}",
                    "" if hit.percentile is None else f"{hit.percentile:.1f}",
                    *((f"{hit.score:+.3f}", kind) if self.is_centred else ()),
                )
                for hit, kind in zip(self.hits, self._modalities, strict=True)
            ),
            remarks=self.remarks,
            numeric=frozenset({"", "cosine", "percentile", "score"}),
        )
