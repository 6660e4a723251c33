"""Where a label could stand: beside what it names, or further away on a leader line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.spatial.geometry import PixelBox, PixelPoint

if TYPE_CHECKING:
    from collections.abc import Iterator

_RINGS: Final = 9
_DIRECTIONS: Final = tuple(
    (math.cos(turn), math.sin(turn)) for turn in (math.tau * at / 16 for at in range(16))
)
_INSIDE_WIDTH: Final = 0.8  # of a box: a wider label does not go inside it
_INSIDE_HEIGHT: Final = 0.35


class Wish(NamedTuple):
    """A label that wants a place."""

    anchor: PixelBox
    """What it names."""
    width: float
    height: float
    is_point: bool
    """Whether to stand beside it, rather than at its corners."""

    def at(self, x: float, y: float) -> PixelBox:
        """The label with its top left corner in x, y."""
        return PixelBox(x, y, x + self.width, y + self.height)


Leader = tuple[PixelPoint, PixelPoint]
"""A line from a mark to its label."""


def beside_point(wish: Wish, gap: float) -> Iterator[tuple[float, float]]:
    """Top left corners of a point's label: right, left, above, below, then the diagonals."""
    (left, top, right, bottom), width, height = wish.anchor, wish.width, wish.height
    level, upright = (top + bottom - height) / 2, (left + right - width) / 2
    yield right + gap, level
    yield left - gap - width, level
    yield upright, top - gap - height
    yield upright, bottom + gap
    yield right, top - height
    yield right, bottom
    yield left - width, top - height
    yield left - width, bottom


def beside_box(wish: Wish, size: tuple[int, int]) -> Iterator[tuple[float, float]]:
    """Top left corners of a box's label: above, inside, below, then at its other corners.

    Along an edge that reaches out of the picture, which is `size` large, the label slides in.
    """
    (left, top, right, bottom), width, height = wish.anchor, wish.width, wish.height
    start = max(min(left, size[0] - width), 0.0)
    yield start, top - height
    if width < _INSIDE_WIDTH * (right - left) and height < _INSIDE_HEIGHT * (bottom - top):
        yield start, max(top, 0.0)
    yield start, bottom
    end = max(min(right, size[0]) - width, 0.0)
    yield end, top - height
    yield end, bottom
    upper = max(min(top, size[1] - height), 0.0)
    lower = max(min(bottom, size[1]) - height, 0.0)
    yield right, upper
    yield left - width, upper
    yield right, lower
    yield left - width, lower


def rings(wish: Wish) -> Iterator[tuple[int, float, float]]:
    """Rings around a mark, from 1 on, each with top left corners of its label all around."""
    left, top, right, bottom = wish.anchor
    middle = (left + right - wish.width) / 2, (top + bottom - wish.height) / 2
    for ring in range(1, _RINGS + 1):
        reach_x = (right - left + wish.width) / 2 + ring * wish.height
        reach_y = (bottom - top + wish.height) / 2 + ring * wish.height
        for x, y in _DIRECTIONS:
            yield ring, middle[0] + x * reach_x, middle[1] + y * reach_y


def leader_line(wish: Wish, label: PixelBox) -> Leader:
    """From the edge of the mark to the nearest place on its label's edge."""
    left, top, right, bottom = wish.anchor
    if wish.is_point:
        start = PixelPoint((left + right) / 2, (top + bottom) / 2)
    else:
        x, y = (label.left + label.right) / 2, (label.top + label.bottom) / 2
        start = PixelPoint(min(max(x, left), right), min(max(y, top), bottom))
    end = PixelPoint(
        min(max(start.x, label.left), label.right), min(max(start.y, label.top), label.bottom)
    )
    distance = math.dist(start, end)
    if wish.is_point and distance:
        out = min((right - left) / 2 / distance, 1.0)
        x, y = start.x + out * (end.x - start.x), start.y + out * (end.y - start.y)
        start = PixelPoint(x, y)
    return _rounded(start), _rounded(end)


def _rounded(spot: PixelPoint) -> PixelPoint:
    return PixelPoint(round(spot.x, 1), round(spot.y, 1))
