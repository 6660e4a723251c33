"""The items of a set that are nearest to one query, as a table."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.display import Table
from gemini_nb.embeddings.items import Modality, shortened
from gemini_nb.embeddings.neighbors import at_least_one

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.embeddings.embeddings import Embeddings

_SLACK: Final = 1e-5  # more than the rounding of a float32 product of unit vectors


@dataclass(frozen=True, slots=True)
class Hit:
    """An item that was found."""

    index: int
    """Its position in the set."""
    item: object
    label: str
    modality: Modality
    cosine: float
    """-1 to 1."""
    score: float
    """What it is ranked by: the cosine, less the mean of its kind in a set of several kinds."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ranking:
    """The items nearest to a query, best first, as a table; `Embeddings.nearest` makes it."""

    query: str
    """Its label."""
    query_modality: Modality
    hits: tuple[Hit, ...]
    """Of equal ones, the first in the set comes first."""
    is_centred: bool
    """Whether the query's mean with the items of its kind was taken off each cosine."""
    searched: Embeddings

    @property
    def margin(self) -> float | None:
        """How far the first hit's score is ahead of the second's; None without a second."""
        return self.hits[0].score - self.hits[1].score if len(self) > 1 else None

    @property
    def remarks(self) -> tuple[str, ...]:
        """What helps to read the table."""
        lines: list[str] = []
        if round(self.hits[0].cosine, 6) == 1:
            lines.append("the first is equal to the query")
        elif self.margin is not None:
            lead = f"the first leads the second by {self.margin:.3f}"
            lines.append(lead if round(self.margin, 3) else "the first two are equally near")
        if self.is_centred:
            lines.append("score: the cosine less the query's mean with all items of its kind")
            counts = Counter(self.searched.modalities)
            lines += [f"the only {kind} has score 0" for kind in counts if counts[kind] == 1]
        elif self.query_modality == self.hits[0].modality and (usual := self.searched.typical):
            lines.append(
                "for comparison: two items of this set taken at random have a cosine of about "
                f"{usual.median:z.2f}, an item and its nearest about {usual.nearest:z.2f}"
            )
        return tuple(lines)

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[Hit]:
        return iter(self.hits)

    def __getitem__(self, rank: int) -> Hit:
        return self.hits[rank]

    def __repr__(self) -> str:
        return self._table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table().bundle()

    def _table(self) -> Table:
        heading = f"{len(self)} nearest to {shortened(self.query)!r}"
        columns = ("", "item", "cosine", "score", "kind")[: 5 if self.is_centred else 3]
        rows: list[tuple[str, ...]] = []
        for hit in self:
            numbers = f"{hit.cosine:z.3f}", f"{hit.score:+.3f}"
            row = (str(hit.index), shortened(hit.label), *numbers, hit.modality)
            rows.append(row[: len(columns)])
        numeric = frozenset({"", "cosine", "score"})
        return Table(heading, columns, tuple(rows), self.remarks, numeric)


def rank(query: Embeddings, searched: Embeddings, k: int) -> Ranking:
    """The `k` items nearest to `query`, one embedded item; all where there are fewer.

    Vectors of pictures lie nearer to those of other pictures than to any text's (the modality gap,
    Liang et al. 2022), so that cosines with items of two kinds are no ranking. In a set of several
    kinds an item is ranked by how much nearer it is than the mean of its kind.
    """
    wanted = min(at_least_one(k), len(searched))
    asked = query.vectors[0]
    rough = searched.vectors @ asked
    kinds, means = set(searched.modalities), np.zeros(len(searched))
    for kind in kinds if len(kinds) > 1 else ():
        is_kind = np.array(searched.modalities) == kind
        means[is_kind] = rough[is_kind].mean(dtype=np.float64)
    least = np.partition(rough - means, -wanted)[-wanted] - _SLACK
    near = np.flatnonzero(rough - means >= least)
    # Again in float64, so that which of two comes first is the same on every machine.
    cosines = np.einsum("ij,j->i", searched.vectors[near], asked, dtype=np.float64).clip(-1, 1)
    scores = (cosines - means[near]).astype(np.float32)
    hits: list[Hit] = []
    for place in np.argsort(-scores, kind="stable")[:wanted]:
        at = int(near[place])
        item, label, modality = searched.items[at], searched.labels[at], searched.modalities[at]
        cosine = float(cosines[place].astype(np.float32))
        hits.append(Hit(at, item, label, modality, cosine, float(scores[place])))
    return Ranking(query.labels[0], query.modalities[0], tuple(hits), len(kinds) > 1, searched)
