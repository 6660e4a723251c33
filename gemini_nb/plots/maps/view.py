"""A map as it will be drawn: places, groups, words, and the room it takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.plots.maps.groups import Group

WIDTH: Final = 480
"""Of the plotting area, in pixels of 1/100 inch."""
_HEIGHTS: Final = (260, 420)
_EDGE: Final = 0.08  # free at each edge, as a part of the width


@dataclass(frozen=True, slots=True, eq=False)
class MapView:
    """Where each item is drawn, and what is written about it."""

    coordinates: NDArray[np.float64]
    """Shape (items, 2): right and up, -1 to 1."""
    labels: tuple[str, ...]
    groups: tuple[Group, ...]
    """One where there is nothing to tell apart."""
    neighbours: NDArray[np.intp]
    """Shape (items, few): the true nearest of each; no rows where they are not shown."""
    axis_titles: tuple[str, str]
    title: str
    statement: str

    @property
    def height(self) -> int:
        """Of the plotting area, in pixels: as the map is wide or high."""
        wide, high = self._extent
        least, most = _HEIGHTS
        return round(min(max(WIDTH * high / wide, least), most)) if wide else most

    @property
    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """What the plotting area shows, across and up: units are equally long on both axes."""
        wide, high = self._extent
        free = WIDTH * (1 - 2 * _EDGE), self.height - 2 * _EDGE * WIDTH
        unit = max(wide / free[0], high / free[1]) or 2 / free[1]  # units a pixel
        across, up = unit * WIDTH / 2, unit * self.height / 2
        return (-across, across), (-up, up)

    @property
    def has_legend(self) -> bool:
        """Whether there are groups to tell apart."""
        return len(self.groups) > 1

    @property
    def _extent(self) -> tuple[float, float]:
        if not len(self.coordinates):
            return 0.0, 0.0
        wide, high = np.ptp(self.coordinates, axis=0).tolist()
        return wide, high
