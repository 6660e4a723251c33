"""The part of an image that was sent to the model, and the way back to the whole image."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, overload

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import SCALE, Affine, Box, PixelBox

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item


@dataclass(frozen=True, slots=True)
class Window:
    """A rectangle of an image that was sent as an image of its own.

    Its own coordinates run from 0 to 1000 again. A resized copy has those of what it is a copy
    of, so only what was cut away, or padded around, makes a difference.

    Example:
        >>> from gemini_nb.spatial.geometry import Point
        >>> window = Window(Box(500, 500, 1000, 1000))
        >>> window.to_original(Point(100, 900, label="screw"))
        Point(y=550.0, x=950.0, label='screw')
        >>> window.from_original(Point(550, 950))
        Point(y=100.0, x=900.0)
    """

    box: Box
    """Where it lies in the original, in thousandths; beyond 0 to 1000 where it was padded."""

    def __post_init__(self) -> None:
        if not self.box.area:
            raise GeometryError(f"Window({self.box!r}) has no area; pass a box with one.")

    @classmethod
    def of_pixels(cls, pixels: PixelBox, width: int, height: int) -> Self:
        """The window that `pixels` cut out of an image of `width` by `height` pixels."""
        left, top, right, bottom = pixels
        y, x = SCALE / height, SCALE / width
        return cls(Box(top * y, left * x, bottom * y, right * x))

    @classmethod
    def of_crop(cls, box: Box, width: int, height: int, *, margin: float = 0.0) -> Self:
        """The window around `box` in whole pixels, which never reaches out of the image.

        Example:
            >>> Window.of_crop(Box(101, 0, 499, 999), width=100, height=10, margin=0).box
            Box(ymin=100.0, xmin=0.0, ymax=500.0, xmax=1000.0)

        Args:
            box: what is to be seen.
            width: of the image, in pixels.
            height: of the image, in pixels.
            margin: added on each side, as a share of the box's height and width.
        """
        return cls.of_pixels(whole_pixels(box, width, height, margin=margin), width, height)

    @classmethod
    def of_square(cls, width: int, height: int, *, centred: bool = True) -> Self:
        """The window of an image padded to a square, which is larger than the image.

        Example:
            >>> Window.of_square(800, 400).box
            Box(ymin=-500.0, xmin=0.0, ymax=1500.0, xmax=1000.0)

        Args:
            width: of the image, in pixels.
            height: of the image, in pixels.
            centred: padded on both sides alike; otherwise at the bottom or the right alone.
        """
        side = max(width, height)
        left, top = ((side - width) / 2, (side - height) / 2) if centred else (0, 0)
        return cls.of_pixels(PixelBox(0 - left, 0 - top, side - left, side - top), width, height)

    @property
    def outward(self) -> Affine:
        """From the window's coordinates to those of the original."""
        box = self.box
        return Affine(box.height / SCALE, box.ymin, box.width / SCALE, box.xmin)

    @property
    def inward(self) -> Affine:
        """From the original's coordinates to those of the window."""
        y, x = SCALE / self.box.height, SCALE / self.box.width
        return Affine(y, -self.box.ymin * y, x, -self.box.xmin * x)

    @overload
    def to_original(self, found: Annotations) -> Annotations: ...
    @overload
    def to_original(self, found: Item) -> Item: ...
    def to_original(self, found: Annotations | Item) -> Annotations | Item:
        """What was found in the window, in the original's coordinates."""
        return _transformed(found, self.outward)

    @overload
    def from_original(self, found: Annotations) -> Annotations: ...
    @overload
    def from_original(self, found: Item) -> Item: ...
    def from_original(self, found: Annotations | Item) -> Annotations | Item:
        """What is known of the original, in the window's coordinates; it may lie outside."""
        return _transformed(found, self.inward)

    def inside(self, outer: Window) -> Window:
        """This window, which was cut out of `outer`, as a window of what that was cut out of.

        Example:
            >>> half = Window(Box(0, 0, 500, 1000))
            >>> half.inside(half).box
            Box(ymin=0.0, xmin=0.0, ymax=250.0, xmax=1000.0)
        """
        return Window(self.box.transform(outer.outward))


def whole_pixels(box: Box, width: int, height: int, *, margin: float = 0.0) -> PixelBox:
    """The whole pixels that `box` and its margin touch, within an image of that size.

    Raises:
        GeometryError: the margin is negative, or the box lies outside of the image.
    """
    if not (margin >= 0 and math.isfinite(margin)):
        raise GeometryError(f"margin={margin} is not a share; pass 0 or more.")
    if box.intersection(Box(0, 0, SCALE, SCALE)) is None:
        raise GeometryError(f"{box!r} lies outside of the image; nothing is to be seen there.")
    y, x = margin * box.height, margin * box.width
    left, top, right, bottom = (
        # Thousandths do not divide evenly into pixels: 7 of 10 may come as 7.000000000000001.
        round(edge, 6)
        for edge in Box(box.ymin - y, box.xmin - x, box.ymax + y, box.xmax + x).to_pixels(
            width, height
        )
    )
    # A point has no area, and still lies in a pixel.
    left, top = min(max(math.floor(left), 0), width - 1), min(max(math.floor(top), 0), height - 1)
    right = max(min(math.ceil(right), width), left + 1)
    return PixelBox(left, top, right, max(min(math.ceil(bottom), height), top + 1))


def _transformed(found: Annotations | Item, affine: Affine) -> Annotations | Item:
    if isinstance(found, Annotations):
        return found.map(lambda item: item.transform(affine))
    return found.transform(affine)
