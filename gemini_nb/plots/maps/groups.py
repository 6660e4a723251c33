"""The groups of a map: a colour, a shape and a name for each."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.drawing.colours import PALETTE
from gemini_nb.embeddings.labels import shortened
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from numpy.typing import NDArray

MOST_GROUPS: Final = len(PALETTE)
"""With a colour of their own; the smaller ones beyond are drawn as one."""

GREY: Final = "#80868b"
"""Of what belongs to no group."""

SHAPES: Final = (
    ("o", "circle"),
    ("s", "square"),
    ("^", "triangle-up"),
    ("D", "diamond"),
    ("v", "triangle-down"),
    ("P", "cross"),
    (">", "triangle-right"),
    ("<", "triangle-left"),
    ("X", "M-1,-.6L-.6,-1L0,-.4L.6,-1L1,-.6L.4,0L1,.6L.6,1L0,.4L-.6,1L-1,.6L-.4,0Z"),
    ("H", "M-1,0L-.5,-.87L.5,-.87L1,0L.5,.87L-.5,.87Z"),
    ("*", "M0,-1L.24,-.32L.95,-.31L.38,.12L.59,.81L0,.4L-.59,.81L-.38,.12L-.95,-.31L-.24,-.32Z"),
)
"""Of points, as matplotlib and as Vega-Lite call them: colour is not all that tells groups."""

_NO_GROUP: Final = "no group"
_LONGEST: Final = 24


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """Items that look alike on a map."""

    name: str
    items: NDArray[np.intp]
    colour: str
    marker: str
    """Its shape in matplotlib."""
    shape: str
    """Its shape in Vega-Lite."""

    @property
    def title(self) -> str:
        """Its name and its number of items; no two of a map are the same."""
        return f"{self.name} ({len(self.items):,})"


def map_groups(labels: Sequence[Hashable]) -> tuple[Group, ...]:
    """The groups of items that are labelled so, one label an item; in order of first occurrence.

    Beyond eleven, those with the fewest items are one group, named "2 other groups". Items with
    the label None are "no group". Both stand last, in grey.

    Raises:
        EmbeddingError: a label can be no name of a group, as a list.

    Example:
        >>> [group.title for group in map_groups(["tea", None, "tea"])]
        ['tea (2)', 'no group (1)']
    """
    try:
        counts = Counter(label for label in labels if label is not None)
    except TypeError:
        raise EmbeddingError(
            "A label among groups= is no name of a group; pass one str, int or None for each item."
        ) from None
    shown = {label for label, _ in counts.most_common(MOST_GROUPS)}
    rest = set(counts) - shown
    alone = rest if len(rest) == 1 else ()  # it keeps its name
    names = _names([*(label for label in counts if label in shown), *alone])
    groups = [
        Group(name, _where(labels, {label}), colour, *shape)
        for (label, name), colour, shape in zip(names.items(), PALETTE, SHAPES, strict=False)
    ]
    if rest:
        name = f"{len(rest):,} other groups" if len(rest) > 1 else names.popitem()[1]
        groups.append(Group(name, _where(labels, rest), GREY, *SHAPES[0]))
    if None in labels:
        groups.append(Group(_NO_GROUP, _where(labels, {None}), GREY, *SHAPES[1]))
    return tuple(groups)


def _where(labels: Sequence[Hashable], chosen: set[Hashable]) -> NDArray[np.intp]:
    return np.flatnonzero([label in chosen for label in labels])


def _names(labels: Sequence[Hashable]) -> dict[Hashable, str]:
    """Short names, which differ even where only what was cut off did."""
    names: dict[Hashable, str] = {}
    for label in labels:
        name = short = shortened(str(label), _LONGEST)
        turn = 1
        while name in names.values():
            turn += 1
            name = f"{short} #{turn}"
        names[label] = name
    return names
