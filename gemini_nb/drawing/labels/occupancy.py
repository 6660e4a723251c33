"""Which parts of a picture are taken: a grid of cells, a row of them in the bits of one int."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import PixelPoint


Cells = tuple[int, int, int]
"""A rectangle of cells: its first row, the row after its last, and a bit for each column."""


class Occupancy:
    """A grid over a picture; whatever touches a cell takes it, so that overlap is never missed.

    Example:
        >>> grid = Occupancy(100, 100, cell=4)
        >>> grid.take(grid.cells(10, 10, 20, 20))
        >>> grid.is_free(grid.cells(18, 18, 30, 30)), grid.is_free(grid.cells(24, 10, 30, 20))
        (False, True)
    """

    def __init__(self, width: int, height: int, cell: float) -> None:
        self._per_pixel = 1 / cell
        self._columns = int(width * self._per_pixel) + 1
        self._rows = [0] * (int(height * self._per_pixel) + 1)

    def snapshot(self) -> tuple[int, ...]:
        """What is taken now, for `restore`."""
        return tuple(self._rows)

    def restore(self, snapshot: tuple[int, ...]) -> None:
        """Take what was taken then, and nothing else."""
        self._rows = list(snapshot)

    def cells(self, left: float, top: float, right: float, bottom: float) -> Cells:
        """The cells that a rectangle of pixels touches; all of it must be in the picture."""
        scale = self._per_pixel
        columns = (1 << int(right * scale) + 1) - (1 << int(left * scale))
        return int(top * scale), int(bottom * scale) + 1, columns

    def clipped_cells(self, left: float, top: float, right: float, bottom: float) -> Cells:
        """The cells that a rectangle touches, as far as they are in the picture."""
        scale = self._per_pixel
        start = min(max(int(left * scale), 0), self._columns)
        stop = min(max(int(right * scale) + 1, start), self._columns)
        first, end = max(int(top * scale), 0), max(int(bottom * scale) + 1, 0)
        return first, end, (1 << stop) - (1 << start)

    def is_free(self, cells: Cells) -> bool:
        """Whether none of `cells` is taken."""
        first, end, columns = cells
        for row in self._rows[first:end]:  # noqa: SIM110 - all() would take twice as long
            if row & columns:
                return False
        return True

    def count(self, cells: Cells) -> int:
        """How many of `cells` are taken."""
        first, end, columns = cells
        taken = 0
        for row in self._rows[first:end]:
            if row & columns:
                taken += (row & columns).bit_count()
        return taken

    def take(self, cells: Cells) -> None:
        """Take `cells`."""
        first, end, columns = cells
        for at in range(first, min(end, len(self._rows))):
            self._rows[at] |= columns

    def take_outline(self, left: float, top: float, right: float, bottom: float) -> None:
        """Take the cells under the four sides of a rectangle, as far as they are in the picture."""
        first, end, columns = self.clipped_cells(left, top, right, bottom)
        end = min(end, len(self._rows))
        if first >= end:
            return
        sides = columns & ~(columns << 1 & columns >> 1)
        self._rows[first] |= columns
        self._rows[end - 1] |= columns
        for at in range(first + 1, end - 1):
            self._rows[at] |= sides

    def along(self, start: PixelPoint, end: PixelPoint) -> list[Cells]:
        """The cells along a line, as far as they are in the picture; those of its ends excluded."""
        (x, y), (x_end, y_end) = start, end
        if x == x_end or y == y_end:
            return [self.clipped_cells(min(x, x_end), min(y, y_end), max(x, x_end), max(y, y_end))]
        steps = int(math.dist(start, end) * self._per_pixel) + 1
        if steps > 4 * (self._columns + len(self._rows)):
            return []  # a line that leads far out of the picture: the little within is let go
        x_step, y_step = (x_end - x) / steps, (y_end - y) / steps
        spots = ((x + at * x_step, y + at * y_step) for at in range(1, steps))
        return [self.clipped_cells(x, y, x, y) for x, y in spots if x >= 0 and y >= 0]
