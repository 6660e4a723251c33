"""The pixels to draw on: where thousandths fall, and how large lines and letters are there."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.colours import BLACK, WHITE, text_on
from gemini_nb.drawing.scene import Stroke
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.box_3d import FIELD_OF_VIEW
from gemini_nb.spatial.geometry import SCALE, PixelBox, PixelPoint

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Box, Point

_LINES: Final = 400.0  # line widths along the diagonal
_LETTERS: Final = 75.0  # font sizes along the diagonal
_THINNEST: Final = 1.5
_SMALLEST: Final = 11.0
_HALF_TURN: Final = 180.0
_FAR: Final = 1e6  # pixels: a picture has fewer, and every renderer can count to it


class Canvas(NamedTuple):
    """A picture's size, and the sizes of what is drawn on it, all in pixels."""

    width: int
    height: int
    line: float
    """The usual width of a line."""
    font_size: float
    field_of_view: float = FIELD_OF_VIEW
    """Of the camera, horizontally, in degrees."""

    @property
    def radius(self) -> float:
        """Of the disc that marks a point."""
        return 2.3 * self.line

    def place(self, point: Point) -> PixelPoint:
        """Where `point` falls."""
        return self.at(point.x * self.width / SCALE, point.y * self.height / SCALE)

    def frame(self, box: Box) -> PixelBox:
        """Where `box` falls."""
        left, top = self.at(box.xmin * self.width / SCALE, box.ymin * self.height / SCALE)
        right, bottom = self.at(box.xmax * self.width / SCALE, box.ymax * self.height / SCALE)
        return PixelBox(left, top, right, bottom)

    @staticmethod
    def at(x: float, y: float) -> PixelPoint:
        """A place to a tenth of a pixel; what lies absurdly far away is brought nearer."""
        if not (-_FAR < x < _FAR and -_FAR < y < _FAR):
            x, y = min(max(x, -_FAR), _FAR), min(max(y, -_FAR), _FAR)
        return PixelPoint(round(x, 1), round(y, 1))

    def stroke(self, colour: str, *, thickness: float = 1.0, dashed: bool = False) -> Stroke:
        """A line of `thickness` times the usual width, with a halo that sets it off a photo."""
        return _stroke(colour, round(thickness * self.line, 2), dashed)

    def ring(self) -> Stroke:
        """The white ring around a disc, dark at its outer edge."""
        return _ring(round(0.5 * self.line, 2))


def canvas_of(
    width: int,
    height: int,
    *,
    font_size: float | None = None,
    field_of_view: float = FIELD_OF_VIEW,
    reduction: float = 1.0,
) -> Canvas:
    """The sizes that suit a picture of `width` by `height` pixels, shown `reduction` times smaller.

    Raises:
        GeometryError: a size is not positive, or the field of view is no angle of a camera.

    Example:
        >>> canvas = canvas_of(800, 600)
        >>> canvas.line, canvas.font_size
        (2.5, 13.3)
    """
    for name, size in (("width", width), ("height", height), ("font_size", font_size)):
        if size is not None and not 0 < size < _FAR:
            raise GeometryError(f"{name}={size} is no size to draw in; pass a number of pixels.")
    if not 0 < field_of_view < _HALF_TURN:
        raise GeometryError(
            f"field_of_view={field_of_view} is no angle of a camera; pass degrees between 0 and "
            "180, such as 60."
        )
    diagonal = math.hypot(width, height)
    letters = font_size or round(max(diagonal / _LETTERS, _SMALLEST * reduction), 1)
    line = round(max(diagonal / _LINES, _THINNEST * reduction), 2)
    return Canvas(width, height, line, letters, field_of_view)


@lru_cache(maxsize=512)
def _stroke(colour: str, width: float, dashed: bool) -> Stroke:  # noqa: FBT001 - a cache's key
    halo = WHITE if text_on(colour) == WHITE else BLACK
    return Stroke(colour, width, halo, round(1.6 * width + 0.4, 2), dashed)


@lru_cache(maxsize=64)
def _ring(width: float) -> Stroke:
    return Stroke(WHITE, width, BLACK, round(width + 1.2, 2))
