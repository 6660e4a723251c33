"""From which cosine on two items of a set count as the same, and what speaks for it.

A fixed threshold means nothing: in one model's space most texts have a cosine near 0.5, in
another's near 0. This one is read off the set's own pairs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from gemini_nb.display import Table
from gemini_nb.embeddings.comparing.bulk import Bulk
from gemini_nb.embeddings.comparing.close_pairs import TOLERANCE, ClosePairs, close_pairs
from gemini_nb.embeddings.comparing.duplicates import PAIR_COLUMNS, Pair, pair_row
from gemini_nb.embeddings.comparing.known_pairs import best_cut
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gemini_nb.embeddings.unit_vectors import Vectors

_LEAST: Final = 10  # pairs; fewer have no bulk
_FEW: Final = 45
_CHANCE: Final = 0.05  # pairs of the bulk above the limit: 1 set in 20 without duplicates has one
_WIDE: Final = 1.0  # deviations of the bulk: narrower gaps lie between any two pairs of its tail
_EXAMPLES: Final = 3
_LOOKED_AT: Final = 1000  # of the closest pairs, to have some below the threshold too


@dataclass(frozen=True, slots=True, repr=False)
class Threshold:
    """A cosine from which on two items count as the same; it shows its evidence as a table.

    `float(threshold)` is its value, and it can be passed wherever a threshold is asked for.
    """

    value: float
    method: Literal["chance", "gap", "known pairs"]
    """How it was set: at the limit of chance, in a gap above it, or by known pairs."""
    evidence: tuple[str, ...]
    """What speaks for it, in sentences."""
    found: int
    """How many pairs reach it; estimated for known pairs among more than 1,024 items."""
    expected: float | None
    """How many would by chance; None where it was set by known pairs."""
    precision: float | None
    """Share of the pairs above it that are known to be the same; None without known pairs."""
    recall: float | None
    """Share of the known pairs that are above it; None without known pairs."""
    above: tuple[Pair, ...]
    """Up to 3 pairs that just reach it, the closest first."""
    below: tuple[Pair, ...]
    """Up to 3 pairs that just miss it."""
    labels: tuple[str, ...]
    """What stands for each item of the set."""

    def __float__(self) -> float:
        return self.value

    def table(self) -> Table:
        """The pairs just above and just below, under a line that says what the threshold finds."""
        count = math.comb(len(self.labels), 2)
        reached = f"{self.found:,}" if self.found else "none"
        verb = "reach" if self.found > 1 else "reaches"
        return Table(
            heading=f"Threshold {self.value:.3f}: {reached} of {count:,} pairs {verb} it",
            columns=("", *PAIR_COLUMNS),
            rows=tuple(
                (side, *pair_row(pair, self.labels))
                for side, pairs in (("above", self.above), ("below", self.below))
                for pair in pairs
            ),
            remarks=self.evidence,
            numeric=frozenset(PAIR_COLUMNS[:1]),
        )

    def __repr__(self) -> str:
        return self.table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.table().bundle()


def suggest_threshold(
    vectors: Vectors,
    labels: Sequence[str],
    scores: NDArray[np.float32],
    *,
    same: Iterable[tuple[int, int]] | None = None,
) -> Threshold:
    """From which cosine on items of this set count as the same.

    Without known pairs: the bulk of all pairs is described as a normal distribution on Fisher's z
    scale (arctanh), by its median and the median deviation of those above it. The limit of chance
    is where 0.05 pairs of such a bulk are expected. The threshold is the middle of the widest gap
    between pairs above it, if that is as wide as one deviation of the bulk and has no more pairs
    above it than there are items; or else the limit. With known pairs it is the one with the best
    F1, the harmonic mean of precision and recall.

    Args:
        vectors: unit vectors, shape (items, dimensions).
        labels: what stands for each item.
        scores: cosines of the set's pairs or of a fair sample of them, ascending.
        same: positions of the items that are known to be the same, by twos; all others are taken
            to be different.

    Raises:
        EmbeddingError: there are fewer than 10 pairs, or `same` names no pair of this set.

    Example:
        >>> rows = np.random.default_rng(0).normal(size=(7, 50)).astype(np.float32)
        >>> rows[6] = rows[5]
        >>> vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        >>> scores = np.sort((vectors @ vectors.T)[np.triu_indices(7, 1)])
        >>> threshold = suggest_threshold(vectors, list("abcdeff"), scores)
        >>> threshold.method, threshold.above
        ('gap', (Pair(first=5, second=6, cosine=1.0),))
    """
    if same is not None:
        return _from_known_pairs(vectors, labels, scores, same)
    count = math.comb(len(vectors), 2)
    if count < _LEAST:
        raise EmbeddingError(
            f"The pairs of {len(vectors)} items are too few to tell what is usual: it takes 5 "
            "items. Pass a threshold of your own, or pairs that are known to be the same: same=..."
        )
    bulk = Bulk.of(scores, len(vectors), _CHANCE / count)
    limit = bulk.reached_by(_CHANCE / count)
    close = close_pairs(vectors, min(limit, _usual(scores, count)))
    value, method = _gap(close, limit, bulk, most=len(vectors))
    found, above, below = _around(close, value)
    return Threshold(
        value=value,
        method=method,
        evidence=_evidence(bulk, found, count, limit if method == "gap" else None),
        found=found,
        expected=count * bulk.share_above(value),
        precision=None,
        recall=None,
        above=above,
        below=below,
        labels=tuple(labels),
    )


def _usual(scores: NDArray[np.float32], count: int) -> float:
    """A cosine that about a thousand of `count` pairs reach."""
    share = min(1.0, _LOOKED_AT / count)
    place = min(len(scores) - 1, int(len(scores) * (1 - share)))
    return max(-1.0, float(scores[place]) - TOLERANCE)


def _gap(
    close: ClosePairs, limit: float, bulk: Bulk, most: int
) -> tuple[float, Literal["chance", "gap"]]:
    """The middle of the widest gap between pairs above the limit, or the limit if none is wide."""
    high = int(np.count_nonzero(close.cosines > limit + TOLERANCE))
    if not high:
        return limit, "chance"
    neighbours = close.cosines[: min(high, most) + 1]  # more pairs share a topic, and no wording
    if high == close.total <= most:
        neighbours = np.append(neighbours, limit)
    widest = int(np.argmax(neighbours[:-1] - neighbours[1:]))
    upper, lower = float(neighbours[widest]), float(neighbours[widest + 1])
    if (upper + lower) / 2 <= limit or bulk.deviations(lower, upper) < _WIDE:
        return limit, "chance"
    return (upper + lower) / 2, "gap"


def _around(close: ClosePairs, value: float) -> tuple[int, tuple[Pair, ...], tuple[Pair, ...]]:
    """How many pairs reach a threshold, those that just do, and those that just miss it."""
    reached = int(np.count_nonzero(close.cosines >= value - TOLERANCE))
    if reached == len(close.cosines) < close.total:
        return close.total, (), ()  # so many that those next to the threshold were not kept
    columns = (close.first.tolist(), close.second.tolist(), close.cosines.tolist())
    start = max(0, reached - _EXAMPLES)
    above, below = (
        tuple(map(Pair, *(column[some] for column in columns)))
        for some in (slice(start, reached), slice(reached, reached + _EXAMPLES))
    )
    return reached, above, below


def _evidence(bulk: Bulk, found: int, count: int, limit: float | None) -> tuple[str, ...]:
    """Why the threshold is where it is; `limit` is that of chance where the threshold is above."""
    few = ("few pairs, so weak evidence: look at them",) if count < _FEW else ()
    if bulk.deviation < TOLERANCE:
        return ("most pairs are equally alike, so nothing tells what is usual", *few)
    if limit is not None:
        place = f"in the widest gap between pairs above {limit:.3f}, the limit of chance"
    else:
        place = "at the limit of chance: 1 set in 20 has a pair above it without any duplicates"
    if not found:
        what = "no pair stands out"
    elif limit is None:
        what = "no wide gap sets the pairs above apart: they may share a topic and not say the same"
    else:
        what = "what reaches it stands out"
    return (what, place, f"the median of all pairs is {math.tanh(bulk.median):.3f}", *few)


def _from_known_pairs(
    vectors: Vectors,
    labels: Sequence[str],
    scores: NDArray[np.float32],
    same: Iterable[tuple[int, int]],
) -> Threshold:
    cut = best_cut(vectors, scores, same)
    count = math.comb(len(vectors), 2)
    close = close_pairs(vectors, min(cut.cosine, _usual(scores, count)))
    # Halfway to the next pair, where that is among those that were looked at.
    lower = close.cosines[close.cosines < cut.cosine - TOLERANCE][:1]
    value = float(np.append(lower, cut.cosine)[:2].mean())
    _, above, below = _around(close, value)
    return Threshold(
        value=value,
        method="known pairs",
        evidence=(
            f"the best F1, {cut.f1:.2f}, on {cut.known:,} known pair{'s' * (cut.known != 1)}",
            f"precision {cut.precision:.2f}, recall {cut.recall:.2f}",
            *(("few known pairs, so weak evidence",) if cut.known < _LEAST else ()),
        ),
        found=cut.found,
        expected=None,
        precision=cut.precision,
        recall=cut.recall,
        above=above,
        below=below,
        labels=tuple(labels),
    )
