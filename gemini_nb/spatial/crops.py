"""The part of an image that was sent to the model, and the way back to the whole image."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Self, TypeVar

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import SCALE, Affine, Box, Item, PixelBox

FoundT = TypeVar("FoundT", bound=Annotations | Item)


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of an image that was sent as an image of its own.

    Its own coordinates run from 0 to 1000 again. A resized copy has those of what it is a copy
    of, so only what was cut away, or padded around, makes a difference.

    Example:
        >>> from gemini_nb.spatial.geometry import Point
        >>> Window(Box(500, 500, 1000, 1000)).to_original(Point(100, 900, label="screw"))
        Point(y=550.0, x=950.0, label='screw')
    """

    box: Box
    """Where it lies in the original, in thousandths; beyond 0 to 1000 where it was padded."""

    def __post_init__(self) -> None:
        if not self.box.area:
            raise GeometryError(f"Window({self.box!r}) has no area; pass a box with one.")

    @classmethod
    def of_pixels(cls, pixels: PixelBox, width: int, height: int) -> Self:
        """The window that `pixels` cut out of an image of `width` by `height` pixels.

        An image that was padded to a square has pixels outside of it:

            >>> Window.of_pixels(PixelBox(0, -200, 800, 600), width=800, height=400).box
            Box(ymin=-500.0, xmin=0.0, ymax=1500.0, xmax=1000.0)
        """
        left, top, right, bottom = pixels
        y, x = SCALE / height, SCALE / width
        return cls(Box(top * y, left * x, bottom * y, right * x))

    def to_original(self, found: FoundT) -> FoundT:
        """What was found in the window, in the original's coordinates."""
        if isinstance(found, Annotations):
            return replace(found, items=tuple(self.to_original(item) for item in found))
        box = self.box
        return found.transform(Affine(box.height / SCALE, box.ymin, box.width / SCALE, box.xmin))

    def inside(self, outer: Window) -> Window:
        """This window, which was cut out of `outer`, as a window of what that was cut out of.

        Example:
            >>> half = Window(Box(0, 0, 500, 1000))
            >>> half.inside(half).box
            Box(ymin=0.0, xmin=0.0, ymax=250.0, xmax=1000.0)
        """
        return Window(outer.to_original(self.box))


def whole_pixels(box: Box, width: int, height: int, *, margin: float = 0.0) -> PixelBox:
    """The whole pixels that `box` and its margin touch, within an image of that size.

    Example:
        >>> whole_pixels(Box(101, 0, 499, 999), width=100, height=10)
        PixelBox(left=0, top=1, right=100, bottom=5)

    Args:
        box: what is to be seen.
        width: of the image, in pixels.
        height: of the image, in pixels.
        margin: added on each side, as a share of the box's height and width.

    Raises:
        GeometryError: the margin is negative, or the box lies outside of the image.
    """
    if not 0 <= margin < math.inf:
        raise GeometryError(f"margin={margin} is not a share; pass 0 or more.")
    if box.distance(Box(0, 0, SCALE, SCALE)) > 0:
        raise GeometryError(f"{box!r} lies outside of the image; nothing is to be seen there.")
    y, x = margin * box.height, margin * box.width
    seen = Box(box.ymin - y, box.xmin - x, box.ymax + y, box.xmax + x).clip()
    # Thousandths do not divide evenly into pixels: 7 of 10 may come as 7.000000000000001.
    left, top, right, bottom = (round(edge, 6) for edge in seen.to_pixels(width, height))
    # A point has no area, and still lies in a pixel.
    left, top = min(math.floor(left), width - 1), min(math.floor(top), height - 1)
    return PixelBox(left, top, max(math.ceil(right), left + 1), max(math.ceil(bottom), top + 1))
