"""A square of cosines as it will be shown: cells in order, names of rows, colours, and words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from gemini_nb.plots.heatmaps.cosine_scale import CosineScale

HIDDEN: Final = "#d5d8db"
"""The grey of cells that hold no pair."""

MOST_ANNOTATED: Final = 25
"""Rows, up to which the cosine stands in each cell."""

MOST_NAMED: Final = 60
"""Rows, up to which each has its name, and each column its number."""


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """What a heatmap shows, in the order in which it shows it."""

    panels: tuple[NDArray[np.float32], ...]
    """Square, of one size, NaN where there is no pair to show."""
    captions: tuple[str, ...]
    """What stands above each panel."""
    items: tuple[int, ...]
    """The item that each row begins with, as its set counts them from 0."""
    labels: tuple[str, ...]
    """Of those items, whole."""
    scale: CosineScale
    groups: tuple[tuple[int, str], ...]
    """The row with which each group starts, and its name; of one group none."""
    title: str
    statement: str
    """What it shows, in a sentence below."""

    @property
    def size(self) -> int:
        """Rows of a panel, and columns."""
        return len(self.items)
