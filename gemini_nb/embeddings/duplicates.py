"""Items of one set that say nearly the same, as pairs and as groups."""

from __future__ import annotations

import math
from dataclasses import dataclass
from numbers import Real
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from gemini_nb.display import Table, counted
from gemini_nb.embeddings.items import shortened
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from gemini_nb.embeddings.similarity import Vectors

_MOST: Final = 100_000  # pairs
_TOLERANCE: Final = 1e-6  # float32 makes the cosine of equal vectors a little less than 1
_BLOCK: Final = 1024  # rows and columns, so that a block's cosines take 8 MB
_BIN: Final = 1e-4  # of a cosine
_BELOW: Final = 20_001  # bins below the threshold, and as many from it on
_STEPS: Final = (10, 20, 30, 50, 100, 200, 300, 500, 1000, 2000)  # bins to a bar
_BARS: Final = 16  # at most
_ROWS: Final = 10
_LABEL: Final = 32  # characters: two of them and a number fit into a terminal's line
_LEGEND: Final = (
    "█ reaches the threshold, ░ does not (bars are logarithmic)",
    "set the threshold where there is a gap between few pairs above and many below",
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items of a set, by position, and how alike they are."""

    first: int
    second: int
    cosine: float


@dataclass(frozen=True, slots=True, repr=False)
class Duplicates:
    """The pairs that are at least as alike as a threshold; `Embeddings.duplicates` makes it.

    It shows the closest pairs, and a histogram of all, which helps to choose the threshold.
    """

    pairs: tuple[Pair, ...]
    """The closest first; equal ones by position."""
    groups: tuple[tuple[int, ...], ...]
    """Items that are connected by pairs: two of a group may be less alike than the threshold."""
    threshold: float
    """A cosine, -1 to 1."""
    labels: tuple[str, ...]
    histogram: tuple[tuple[float, int], ...]
    """From each cosine to the next so many of all pairs."""
    share: float = 0.0
    """Per cent of all pairs that were asked for, where the threshold was not given as a cosine."""

    @property
    def redundant(self) -> tuple[int, ...]:
        """Every item of a group but its first: without them, no pair remains."""
        return tuple(sorted(item for group in self.groups for item in group[1:]))

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def __repr__(self) -> str:
        return "\n".join(table.plain() for table in self._tables())

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        rich = "".join(table.rich() for table in self._tables())
        return {"text/plain": repr(self), "text/html": f"<div>{rich}</div>"}

    def _tables(self) -> tuple[Table, Table]:
        """The closest pairs, and the histogram with the closest on top."""
        found = counted(len(self), "pair")
        if any(group[2:] for group in self.groups):
            found += f" in {counted(len(self.groups), 'group')}"
        share = f", the most alike {self.share:.3g} % of all pairs" if self.share else ""
        found += f" among {counted(len(self.labels), 'item')}{share}"
        found += f": a cosine of {self.threshold:z.3f} or more"
        rest = (f"and {len(self) - _ROWS:,} more",) if len(self) > _ROWS else ()
        closest = tuple(map(self._row, self.pairs[:_ROWS]))
        bars = tuple(self._bar(*part) for part in reversed(self.histogram))
        everything = f"All cosines, of {counted(math.comb(len(self.labels), 2), 'pair')}"
        return (
            Table(found, ("cosine", "item", "other item"), closest, rest, frozenset({"cosine"})),
            Table(everything, ("from", "pairs", ""), bars, _LEGEND, frozenset({"from", "pairs"})),
        )

    def _row(self, pair: Pair) -> tuple[str, ...]:
        ends = [f"{n}  {shortened(self.labels[n], _LABEL)}" for n in (pair.first, pair.second)]
        return (f"{pair.cosine:z.3f}", *ends)

    def _bar(self, start: float, count: int) -> tuple[str, ...]:
        most = max(count for _, count in self.histogram)
        length = math.ceil(24 * math.log1p(count) / math.log1p(most))
        mark = "█" if start >= self.threshold else "░"
        return f"{max(start, -1):z.3f}", f"{count:,}", mark * length


def find_duplicates(vectors: Vectors, labels: Sequence[str], threshold: float) -> Duplicates:
    """The pairs of items that are at least as alike as `threshold`, and the groups they make.

    A threshold up to 1 is a cosine, with 1e-6 for rounding, so that 1 finds equal items; from there
    to 100 it is a percentile of all pairs, found to 0.0001.
    """
    least = _cosine_of(vectors, threshold)
    share = 100 - float(threshold) if threshold > 1 + _TOLERANCE else 0.0
    pairs, counts = _scan(vectors, least)
    reaching = counts[::-1].cumsum()[::-1]  # this bin or one above
    if reaching[_BELOW] > _MOST:
        enough = least + (int(np.argmax(reaching <= _MOST)) - _BELOW) * _BIN
        remedy = f"from {math.ceil(enough * 1000) / 1000:.3f} on there are fewer"
        raise EmbeddingError(
            f"{reaching[_BELOW]:,} of {reaching[0]:,} pairs have a cosine of {least:.3f} or more, "
            f"too many to list; {remedy if enough <= 1 else 'leave out equal items'}."
        )
    bars = _histogram(counts, least)
    return Duplicates(pairs, _groups(pairs), least, tuple(labels), bars, share)


def _cosine_of(vectors: Vectors, threshold: object) -> float:
    given = float(threshold) if isinstance(threshold, Real) else math.nan
    if -1 <= given <= 1 + _TOLERANCE:
        return min(given, 1.0)
    if not 1 < given <= 100:  # noqa: PLR2004 - per cent
        raise EmbeddingError(
            f"threshold={threshold!r} is no cosine, from -1 to 1, and no percentile of all pairs, "
            "above 1 and up to 100; pass 0.9, or 99.9 for the most alike thousandth of all pairs."
        )
    _, counts = _scan(vectors, -1)
    lower = np.count_nonzero(counts.cumsum() < given / 100 * counts.sum())  # bins
    return float((lower - _BELOW) * _BIN - 1) if counts.any() else 1.0


def _scan(vectors: Vectors, threshold: float) -> tuple[tuple[Pair, ...], NDArray[np.int64]]:
    """The pairs that reach a threshold, if not too many, and how many there are in each bin."""
    counts = np.zeros(2 * _BELOW, np.int64)
    found: list[tuple[float, int, int]] = []
    for top in range(0, len(vectors), _BLOCK):
        # In float64 the same set gives the same pairs on every machine.
        rows = vectors[top : top + _BLOCK].astype(np.float64)
        for left in range(top, len(vectors), _BLOCK):
            block = rows @ vectors[left : left + _BLOCK].astype(np.float64).T
            is_pair = np.triu(np.ones(block.shape, bool), k=1 + top - left)  # each pair once
            cosines = block[is_pair].round(6).clip(-1, 1)
            bins = np.floor((cosines - threshold + _TOLERANCE) / _BIN).astype(np.int64)
            counts += np.bincount(bins + _BELOW, minlength=len(counts))
            near = np.flatnonzero(bins >= 0)
            if near.size and counts[_BELOW:].sum() <= _MOST:
                first, second = (half[near] for half in np.nonzero(is_pair))
                columns = (-cosines[near], first + top, second + left)
                found += zip(*(column.tolist() for column in columns), strict=True)
    return tuple(Pair(first, second, -cosine) for cosine, first, second in sorted(found)), counts


def _histogram(counts: NDArray[np.int64], threshold: float) -> tuple[tuple[float, int], ...]:
    """Few and even bins, of which one begins at the threshold."""
    filled = np.flatnonzero(counts)
    if not filled.size:
        return ()
    bins = filled - _BELOW
    step = next(step for step in _STEPS if bins[-1] // step - bins[0] // step < _BARS)
    lowest = int(bins[0] // step)
    sums = np.bincount(bins // step - lowest, weights=counts[filled]).astype(int).tolist()
    return tuple((threshold + bar * step * _BIN, count) for bar, count in enumerate(sums, lowest))


def _groups(pairs: tuple[Pair, ...]) -> tuple[tuple[int, ...], ...]:
    """Items that are connected by pairs, ordered by their first item."""
    from scipy.cluster.hierarchy import DisjointSet  # noqa: PLC0415 - slow to import

    # SciPy ships no type information.
    joined = cast("Any", DisjointSet)(n for pair in pairs for n in (pair.first, pair.second))
    for pair in pairs:
        joined.merge(pair.first, pair.second)
    return tuple(sorted(tuple(sorted(group)) for group in joined.subsets()))
