"""Where labels stand: beside what they name, over no other label, within the picture.

Every label has a short list of places beside its mark, from the best to the worst, and takes the
first that is free and hides nothing; or else, where it may, lies over its own mark.

The approach is that of cartography: see J. Christensen, J. Marks, S. Shieber, An empirical study of
algorithms for point-feature label placement, 1995.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gemini_nb.spatial.geometry import PixelBox, PixelPoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_CELLS_A_LINE: Final = 4.0  # cells of the grid to the height of a letter
_SMALL: Final = 2.5  # font sizes: what is smaller has its label all around, not at its corners
_INSIDE: Final = (0.8, 0.35)  # shares of a box: a wider or higher label does not go inside it
Wish = tuple[PixelBox, float, float]
"""A label that wants a place: what it stands beside, its width and its height, in pixels."""

_Cells = tuple[int, int, int]
"""A rectangle of the grid: its first row, the row after its last, and a bit for each column."""


class Layout:
    """A picture in which labels find their places, one after another.

    Two grids of cells, a row of each in the bits of one int, tell what is taken. Whatever touches
    a cell takes it, so that labels never overlap.

    Example:
        >>> layout = Layout(400, 300, font_size=12)
        >>> layout.beside((PixelBox(100, 100, 300, 200), 60, 18))
        PixelBox(left=100, top=82, right=160, bottom=100)
    """

    def __init__(self, width: int, height: int, font_size: float) -> None:
        self._size = width, height
        self._small = _SMALL * font_size
        self._gap = font_size / _CELLS_A_LINE / 2
        self._per_pixel = _CELLS_A_LINE / font_size
        self._columns = int(width * self._per_pixel) + 1
        rows = int(height * self._per_pixel) + 1
        self._labels, self._things = [0] * rows, [0] * rows

    def avoid(self, box: PixelBox) -> None:
        """Let labels keep off `box` where they can."""
        _take(self._things, self._cells(box))

    def avoid_lines(self, points: Sequence[PixelPoint]) -> None:
        """Let labels keep off the lines between points, without their ends, where they can."""
        for (x, y), (x_end, y_end) in pairwise(points):
            steps = int(math.dist((x, y), (x_end, y_end)) * self._per_pixel) + 1
            if steps > 4 * (self._columns + len(self._labels)):
                continue  # a line that leads far out of the picture: the little within is let go
            for at in range(1, steps):
                spot = x + at * (x_end - x) / steps, y + at * (y_end - y) / steps
                self.avoid(PixelBox(*spot, *spot))

    def reserve(self, box: PixelBox) -> bool:
        """Take `box` for a label, if it is free and within the picture."""
        left, top, right, bottom = box
        free = self._free(left, top, right - left, bottom - top)
        if free is None or free[:2] != (left, top):
            return False
        _take(self._labels, free[2])
        return True

    def beside(self, wish: Wish, *, may_hide: bool = False) -> PixelBox | None:
        """Where a label stands beside its anchor: the first place that is free and hides nothing.

        Where there is none, the last that is free, if the label may hide points and lines: that is
        amidst its own anchor, where it can.
        """
        (left, top, right, bottom), width, height = wish
        is_small = max(right - left, bottom - top) < self._small
        places = _around(wish, self._gap) if is_small else _at_corners(wish, self._size)
        best = None
        for x, y in places:
            if free := self._free(x, y, width, height):
                # What had to be moved down or up would lie over what it stands beside.
                if free[1] == y and not self._hides(free[2]):
                    best = free
                    break
                if may_hide:
                    best = free
        if best is None:
            return None
        x, y, cells = best
        _take(self._labels, cells)
        return PixelBox(x, y, x + width, y + height)

    def _free(
        self, x: float, y: float, width: float, height: float
    ) -> tuple[float, float, _Cells] | None:
        """The place at x, y, moved into the picture; None where a label is in the way."""
        x_most, y_most = self._size[0] - width, self._size[1] - height
        if x_most < 0 or y_most < 0:
            return None
        x = x_most if x > x_most else x if x > 0 else 0.0  # max and min take three times as long
        y = y_most if y > y_most else y if y > 0 else 0.0
        scale = self._per_pixel
        columns = (1 << int((x + width) * scale) + 1) - (1 << int(x * scale))
        cells = int(y * scale), int((y + height) * scale) + 1, columns
        return None if _taken(self._labels, cells) else (x, y, cells)

    def _hides(self, cells: _Cells) -> bool:
        """Whether a label there would hide a point or a line.

        Labels may touch what they stand beside: the outermost cells don't count.
        """
        first, end, columns = cells
        inner = first + 1, end - 1, columns & columns << 1 & columns >> 1
        return _taken(self._things, inner)

    def _cells(self, box: PixelBox) -> _Cells:
        """The cells that a rectangle touches, as far as they are in the picture."""
        scale, (left, top, right, bottom) = self._per_pixel, box
        start = min(max(int(left * scale), 0), self._columns)
        stop = min(max(int(right * scale) + 1, start), self._columns)
        end = min(max(int(bottom * scale) + 1, 0), len(self._labels))
        return max(int(top * scale), 0), end, (1 << stop) - (1 << start)


def _taken(grid: list[int], cells: _Cells) -> bool:
    first, end, columns = cells
    return any(row & columns for row in grid[first:end])


def _take(grid: list[int], cells: _Cells) -> None:
    first, end, columns = cells
    for row in range(first, end):
        grid[row] |= columns


def _around(wish: Wish, gap: float) -> Iterator[tuple[float, float]]:
    """Top left corners of a label: right, left, above, below, the diagonals, over the mark."""
    (left, top, right, bottom), width, height = wish
    level, upright = (top + bottom - height) / 2, (left + right - width) / 2
    yield right + gap, level
    yield left - gap - width, level
    yield upright, top - gap - height
    yield upright, bottom + gap
    for x in (right, left - width):
        for y in (top - height, bottom):
            yield x, y
    yield upright, level


def _at_corners(wish: Wish, size: tuple[int, int]) -> Iterator[tuple[float, float]]:
    """Top left corners of a label: above, inside, below, at the box's other corners, amidst it."""
    (left, top, right, bottom), width, height = wish
    left, top, right, bottom = max(left, 0), max(top, 0), min(right, size[0]), min(bottom, size[1])
    yield left, top - height
    if width < _INSIDE[0] * (right - left) and height < _INSIDE[1] * (bottom - top):
        yield left, top
    yield left, bottom
    for y in (top - height, bottom):
        yield right - width, y
    for y in (top, bottom - height):
        for x in (right, left - width):
            yield x, y
    yield (left + right - width) / 2, (top + bottom - height) / 2
