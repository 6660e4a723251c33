"""Shapes as stencils: grey images that say how much of each pixel a shape covers.

Pillow draws without anti-aliasing. Here shapes are drawn larger on a small tile around them and
reduced, so that a picture never has to be enlarged as a whole.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from PIL import Image, ImageDraw

from gemini_nb.spatial.geometry import PixelPoint

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.spatial.geometry import PixelBox

DASHES: Final = (3.0, 2.5)
"""Length of a dash and of the gap after it, in line widths."""

_FINE: Final = 4
_COARSE: Final = 2  # times larger; where a tile is large, to save memory
_LARGE: Final = 500_000  # pixels of a tile
_CURVE: Final = 72  # corners of the polygon that stands for an ellipse


class Stencil(NamedTuple):
    """How much of each pixel is covered, 0 to 255, and where the top left one lies."""

    alpha: Image.Image
    left: int
    top: int


class Tile:
    """A part of a picture to draw one shape on, with anti-aliased edges."""

    def __init__(
        self, points: Sequence[PixelPoint], margin: float, picture: tuple[int, int]
    ) -> None:
        """A tile around `points` with a margin, as far as it lies on the picture."""
        xs, ys = [point[0] for point in points], [point[1] for point in points]
        self.left = max(math.floor(min(xs) - margin), 0)
        self.top = max(math.floor(min(ys) - margin), 0)
        width = min(math.ceil(max(xs) + margin), picture[0]) - self.left
        height = min(math.ceil(max(ys) + margin), picture[1]) - self.top
        self.size = max(width, 1), max(height, 1)
        self._scale = _COARSE if width * height > _LARGE else _FINE
        self._canvas = Image.new("L", (self.size[0] * self._scale, self.size[1] * self._scale))
        self._draw = ImageDraw.Draw(self._canvas)

    def polygon(self, points: Sequence[PixelPoint], level: int = 255) -> None:
        """Fill the area within `points`, or clear it where `level` is 0."""
        self._draw.polygon([self._at(point) for point in points], fill=level)

    def rounded_box(self, box: PixelBox, radius: float) -> None:
        """Fill a box with rounded corners."""
        left, top, right, bottom = box
        half = 0.5 / self._scale
        corners = (*self._at((left + half, top + half)), *self._at((right - half, bottom - half)))
        self._draw.rounded_rectangle(corners, radius * self._scale, fill=255)

    def line(self, points: Sequence[PixelPoint], width: float) -> None:
        """Draw from point to point, with round ends and corners."""
        # Pillow's shapes hold their edges: half a pixel more on either side.
        half = (width - 1 / self._scale) / 2
        for start, end in pairwise(points):
            length = math.dist(start, end)
            if length:
                (ax, ay), (bx, by) = start, end
                x, y = (ay - by) / length * half, (bx - ax) / length * half
                corners = (ax + x, ay + y), (bx + x, by + y), (bx - x, by - y), (ax - x, ay - y)
                self._draw.polygon([self._at(corner) for corner in corners], fill=255)
        for x, y in points:
            box = (*self._at((x - half, y - half)), *self._at((x + half, y + half)))
            self._draw.ellipse(box, fill=255)

    def stencil(self) -> Stencil:
        """What has been drawn."""
        return Stencil(self._canvas.reduce(self._scale), self.left, self.top)

    def _at(self, point: tuple[float, float]) -> tuple[int, int]:
        """The pixel of the enlarged tile in which a point lies."""
        x, y = (point[0] - self.left) * self._scale, (point[1] - self.top) * self._scale
        return round(x - 0.5), round(y - 0.5)


def ellipse_outline(
    centre: PixelPoint, x_radius: float, y_radius: float, degrees: float
) -> tuple[PixelPoint, ...]:
    """An ellipse, turned clockwise, as the corners of a polygon."""
    turned = math.radians(degrees)
    cosine, sine = math.cos(turned), math.sin(turned)
    steps = (math.tau * step / _CURVE for step in range(_CURVE))
    spots = ((x_radius * math.cos(at), y_radius * math.sin(at)) for at in steps)
    return tuple(
        PixelPoint(centre.x + x * cosine - y * sine, centre.y + x * sine + y * cosine)
        for x, y in spots
    )


def dashes(points: Sequence[PixelPoint], width: float) -> Iterator[tuple[PixelPoint, ...]]:
    """The line from point to point in dashes, `DASHES` line widths long and apart.

    Example:
        >>> line = (PixelPoint(0, 0), PixelPoint(4, 0), PixelPoint(4, 3))
        >>> [len(dash) for dash in dashes(line, 1)]
        [2, 2]
    """
    drawn, gap = (part * width for part in DASHES)
    left, on = drawn, True
    dash = [points[0]]
    for start, end in pairwise(points):
        length, done = math.dist(start, end), 0.0
        while length - done > left:
            done += left
            share = done / length
            spot = PixelPoint(
                start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share
            )
            if on:
                yield (*dash, spot)
            dash, on = [spot], not on
            left = drawn if on else gap
        left -= length - done
        if on:
            dash.append(end)
    if on and len(dash) > 1:
        yield tuple(dash)
