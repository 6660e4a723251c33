"""Two orders of the same items, before and after: who moved, entered or left."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, cast

import numpy as np

from gemini_nb.embeddings.comparing.ranking import Ranking
from gemini_nb.errors import EmbeddingError
from gemini_nb.plots.dimensions.rank_correlation import rank_correlation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

Kind = Literal["up", "down", "same", "entered", "left"]


@dataclass(frozen=True, slots=True)
class Move:
    """One item's place among the first, before and after; at least one of the two is there."""

    label: str
    before: int | None
    """Its rank, counted from 1; None where the order is not known so far down."""
    after: int | None
    """As `before`."""
    first: int
    """How many places are looked at."""

    @property
    def kind(self) -> Kind:
        """Which way it went."""
        was, is_now = self.was_shown, self.is_shown
        if was and is_now:
            before, after = cast("int", self.before), cast("int", self.after)
            return "same" if before == after else "up" if after < before else "down"
        return "left" if was else "entered"

    @property
    def was_shown(self) -> bool:
        """Whether it was among the first before."""
        return self.before is not None and self.before <= self.first

    @property
    def is_shown(self) -> bool:
        """Whether it is among the first after."""
        return self.after is not None and self.after <= self.first


@dataclass(frozen=True, slots=True)
class Reranking:
    """What became of the first items of an order in another one."""

    moves: tuple[Move, ...]
    """Those that were or are among the first: as they are now, then those that left."""
    places: int
    """How many places are looked at."""
    items: int
    """How many items both orders hold."""
    correlation: float | None
    """Spearman's, of the ranks, -1 to 1; None where one of the orders is not known to its end."""

    def count(self, kind: Kind) -> int:
        """How many of the moves are of one kind."""
        return sum(move.kind == kind for move in self.moves)


def compared(
    before: Sequence[int], after: Sequence[int], labels: Sequence[str], places: int
) -> Reranking:
    """What became of the first `places` of an order in another one.

    Args:
        before: the items' positions in `labels`, the best first; perhaps not all of them.
        after: as `before`.
        labels: one for each item.
        places: how many to look at.

    Example:
        >>> swapped = compared([0, 1, 2], [1, 0, 2], ["red", "blue", "grey"], places=1)
        >>> [(move.label, move.kind) for move in swapped.moves]
        [('blue', 'entered'), ('red', 'left')]
    """
    was = {item: rank for rank, item in enumerate(before, 1)}
    is_now = {item: rank for rank, item in enumerate(after, 1)}
    shown = dict.fromkeys((*after[:places], *before[:places]))
    moves = tuple(Move(labels[item], was.get(item), is_now.get(item), places) for item in shown)
    is_whole = len(was) == len(is_now) == len(labels) > 1
    ranks = [is_now[item] for item in was] if is_whole else []
    correlation = rank_correlation(range(len(ranks)), ranks) if ranks else None
    return Reranking(moves, places, len(labels), correlation)


def order_after(
    reranked: Sequence[float] | Ranking, before: Sequence[int], labels: Sequence[str]
) -> list[int]:
    """The items' positions in the other order, the best first; equal scores keep the order before.

    Raises:
        EmbeddingError: `reranked` is not one finite score for each item, gives all the same
            score, or ranks other items than these.

    Example:
        >>> order_after([0.1, 0.9, 0.1], [2, 0, 1], ["red", "blue", "grey"])
        [1, 2, 0]
    """
    if isinstance(reranked, Ranking):
        return positions(reranked, labels)
    scores = _scores(reranked, len(labels))
    former = dict.fromkeys((*before, *range(len(labels))))
    return sorted(former, key=lambda item: -scores[item])


def positions(ranking: Ranking, labels: Sequence[str]) -> list[int]:
    """Where the hits of a ranking are among the items that have these labels.

    Raises:
        EmbeddingError: the ranking is of other items.
    """
    ranked = ranking.searched.labels
    if tuple(ranked) != tuple(labels):
        differing = (
            at for at, pair in enumerate(zip(ranked, labels, strict=False)) if len({*pair}) > 1
        )
        at = next(differing, min(len(ranked), len(labels)))
        raise EmbeddingError(
            f"The ranking is of {len(ranked)} items, this set has {len(labels)}, and they differ "
            f"from item {at} on: rank the same items in the same order."
        )
    return ranking.indices.tolist()


def _scores(reranked: Sequence[float], count: int) -> NDArray[np.float64]:
    try:
        scores = np.asarray(reranked, dtype=np.float64)
    except (TypeError, ValueError):
        raise EmbeddingError(
            "reranked= takes one score for each item, as numbers, or a Ranking of the same items."
        ) from None
    if scores.shape != (count,):
        found = "a single number" if scores.ndim == 0 else f"an array of shape {scores.shape}"
        raise EmbeddingError(
            f"The re-ranker gave {found} for {count} items; it must give one score for each item, "
            "in their order. A single number is what comes of embedding all items as one content: "
            "the largest of it is always the first, so nothing would be re-ranked."
        )
    if not np.isfinite(scores).all():
        item = int(np.flatnonzero(~np.isfinite(scores))[0])
        raise EmbeddingError(f"The re-ranker's score of item {item} is {scores[item]}, no number.")
    if count > 1 and np.ptp(scores) == 0:
        raise EmbeddingError(
            f"The re-ranker gave all {count} items the same score, {scores[0]:g}: that is no "
            "order. Check that it compares the query with each item on its own."
        )
    return scores
