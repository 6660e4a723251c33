"""Room on a surface: how much there is, and which thing takes most of it away."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.pixel_operations import Flags

_CELLS: Final = 3072  # of the grid on which room is measured, as many as 64 x 48


def in_the_way(things: Sequence[Flags], surface: Flags) -> list[int]:
    """Positions of `things`, the one first whose removal gives the largest free rectangle.

    Args:
        things: the pixels of each thing that lies on the surface.
        surface: the pixels of the surface that nothing lies on.

    Example:
        >>> table = np.ones((20, 40), bool)
        >>> centre, corner = np.zeros_like(table), np.zeros_like(table)
        >>> centre[8:12, 18:22], corner[:4, :4] = True, True
        >>> in_the_way([corner, centre], table & ~centre & ~corner)
        [1, 0]
    """
    room = [largest_rectangle(surface | thing) for thing in things]
    return sorted(range(len(things)), key=lambda index: -room[index])


def largest_rectangle(free: Flags) -> float:
    """The area of the largest upright rectangle of free cells, as a share of the image.

    Row by row, as the largest rectangle under a histogram of the free heights above.

    Example:
        >>> largest_rectangle(np.array([[1, 1, 0, 1], [1, 1, 1, 1]], bool))
        0.5
    """
    step = max(1, math.ceil(math.sqrt(free.size / _CELLS)))
    cells = free[: free.shape[0] // step * step or None, : free.shape[1] // step * step or None]
    grid = cells.reshape(cells.shape[0] // step, step, cells.shape[1] // step, step)
    rows = cast("Flags", grid.all(axis=(1, 3)))
    heights = np.zeros(rows.shape[1], np.int64)
    best = 0
    for row in rows:
        heights = np.where(row, heights + 1, 0)
        best = max(best, _under(heights.tolist()))
    return best / rows.size


def _under(heights: list[int]) -> int:
    """The largest rectangle under a histogram, by a stack of rising bars."""
    best, rising = 0, [(0, 0)]
    for position, height in enumerate([*heights, 0]):
        begin = position
        while rising and rising[-1][1] >= height:
            begin, bar = rising.pop()
            best = max(best, bar * (position - begin))
        rising.append((begin, height))
    return best
