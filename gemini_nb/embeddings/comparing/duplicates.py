"""Items of one set that say nearly the same, as pairs and as groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, SupportsFloat

from gemini_nb.display import Table
from gemini_nb.embeddings.comparing.close_pairs import MOST, close_pairs
from gemini_nb.embeddings.labels import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

_ROWS: Final = 10
_LABEL: Final = 32  # characters: two of them and a number fit into a terminal's line


@dataclass(frozen=True, slots=True)
class Pair:
    """Two items of a set, and how alike they are."""

    first: int
    second: int
    """Position in the set; always after `first`."""
    cosine: float


@dataclass(frozen=True, slots=True, repr=False)
class Duplicates:
    """The pairs that are at least as alike as a threshold; it shows itself as a table.

    It has a length and gives its pairs in a `for` loop or by position.
    """

    pairs: tuple[Pair, ...]
    """The closest first; equal ones by position."""
    groups: tuple[tuple[int, ...], ...]
    """Items that are connected by pairs: two of a group may be less alike than the threshold."""
    threshold: float
    labels: tuple[str, ...]
    """What stands for each item of the set."""
    total: int
    """How many pairs there are: more than `pairs` where not all could be kept."""

    @property
    def redundant(self) -> tuple[int, ...]:
        """Every item of a group but its first: without them, no pair remains."""
        return tuple(sorted(item for group in self.groups for item in group[1:]))

    def __len__(self) -> int:
        return len(self.pairs)

    def __iter__(self) -> Iterator[Pair]:
        return iter(self.pairs)

    def __getitem__(self, position: int) -> Pair:
        return self.pairs[position]

    def table(self) -> Table:
        """The closest 10 pairs, under a line that counts pairs and groups."""
        rest = self.total - min(len(self.pairs), _ROWS)
        kept = f"; the closest {len(self.pairs):,} are kept" if self.total > len(self.pairs) else ""
        return Table(
            heading=self._heading(),
            columns=PAIR_COLUMNS,
            rows=tuple(pair_row(pair, self.labels) for pair in self.pairs[:_ROWS]),
            remarks=(f"and {rest:,} more{kept}",) if rest else (),
            numeric=frozenset(PAIR_COLUMNS[:1]),
        )

    def _heading(self) -> str:
        count = len(self.labels)
        among = f"{count:,} item{'s' * (count != 1)}"
        if not self.total:
            return f"No pair among {among} with a cosine of {self.threshold:.3f} or more"
        pairs = f"{self.total:,} pair{'s' * (self.total != 1)}"
        groups = f"{len(self.groups):,} group{'s' * (len(self.groups) != 1)}"
        return f"{pairs} among {among} with a cosine of {self.threshold:.3f} or more, in {groups}"

    def __repr__(self) -> str:
        return self.table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.table().bundle()


PAIR_COLUMNS: Final = ("cosine", "item", "other item")
"""The columns of a table of pairs."""


def pair_row(pair: Pair, labels: Sequence[str]) -> tuple[str, str, str]:
    """A pair as a row of a table: its cosine, and number and label of both items."""
    one, other = (
        f"{item}  {shortened(labels[item], _LABEL)}" for item in (pair.first, pair.second)
    )
    return f"{pair.cosine:.3f}", one, other


def find_duplicates(
    vectors: NDArray[np.float32],
    labels: Sequence[str],
    threshold: SupportsFloat,
    *,
    most: int = MOST,
) -> Duplicates:
    """The pairs of items with a cosine of `threshold` or more, and the groups they make.

    Args:
        vectors: unit vectors, shape (items, dimensions).
        labels: what stands for each item.
        threshold: a cosine from -1 to 1, or a `Threshold`. What is 1e-6 below counts as reached,
            so that 1 finds the items that are equal.
        most: how many pairs to keep, the closest. Groups are of all pairs.

    Raises:
        EmbeddingError: the threshold is no cosine.

    Example:
        >>> import numpy as np
        >>> kites = np.array([[1, 0], [0, 1], [0.8, 0.6]], np.float32)
        >>> find_duplicates(kites, ["a red kite", "the sea", "a kite"], 0.75)
        1 pair among 3 items with a cosine of 0.750 or more, in 1 group
          cosine  item           other item
           0.800  0  a red kite  2  a kite
    """
    found = close_pairs(vectors, float(threshold), most)
    columns = (found.first.tolist(), found.second.tolist(), found.cosines.tolist())
    return Duplicates(
        pairs=tuple(map(Pair, *columns)),
        groups=found.groups,
        threshold=float(threshold),
        labels=tuple(labels),
        total=found.total,
    )
