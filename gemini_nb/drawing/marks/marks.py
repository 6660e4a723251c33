"""Marks of points, boxes and masks, and how far several answers about them spread."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, Protocol

from gemini_nb.drawing.scene import Disc, Ellipse, Mark, Path, Tint
from gemini_nb.drawing.wording import title
from gemini_nb.spatial.geometry import SCALE, PixelBox, PixelPoint

if TYPE_CHECKING:
    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.scene import Primitive
    from gemini_nb.spatial.geometry import Box, Point
    from gemini_nb.spatial.masks import Mask

_MASK_OPACITY: Final = 0.5
_DEVIATIONS: Final = 2.0  # standard deviations to the ellipse: it holds 86% of normal spread


class Spread(Protocol):
    """How far several answers lie apart, in thousandths."""

    @property
    def y(self) -> float:
        """Standard deviation along the height."""
        ...

    @property
    def x(self) -> float:
        """Standard deviation along the width."""
        ...

    @property
    def covariance(self) -> float:
        """Of y and x, in square thousandths."""
        ...


def point_mark(
    point: Point, items: tuple[int, ...], colour: str, canvas: Canvas, *, dashed: bool = False
) -> Mark:
    """A disc in a white ring; a dashed circle where `dashed`."""
    centre, radius = canvas.place(point), canvas.radius
    if dashed:
        disc = Disc(centre, 1.6 * radius, None, canvas.stroke(colour, dashed=True))
    else:
        disc = Disc(centre, radius, colour, canvas.ring())
    told = title(point, f"point [{point.y:g}, {point.x:g}]")
    return Mark((disc,), colour, told, around(centre, radius + canvas.line), items)


def box_mark(
    box: Box, items: tuple[int, ...], colour: str, canvas: Canvas, *, dashed: bool = False
) -> Mark:
    """A rectangle."""
    frame = canvas.frame(box)
    told = title(box, f"box [{box.ymin:g}, {box.xmin:g}, {box.ymax:g}, {box.xmax:g}]")
    outline = Path(corners(frame), canvas.stroke(colour, dashed=dashed), closed=True)
    return Mark((outline,), colour, told, frame, items)


def mask_mark(
    mask: Mask, items: tuple[int, ...], colour: str, canvas: Canvas, *, dashed: bool = False
) -> Mark:
    """A tint over the mask's pixels, or its polygons filled."""
    frame = canvas.frame(mask.box)
    drawn: tuple[Primitive, ...]
    if mask.png is not None:
        drawn = (Tint(frame, mask.png, colour, _MASK_OPACITY),)
    else:
        stroke = canvas.stroke(colour, thickness=0.8, dashed=dashed)
        drawn = tuple(
            Path(tuple(map(canvas.place, outline)), stroke, True, colour, _MASK_OPACITY)  # noqa: FBT003 - `closed`, of a tuple
            for outline in mask.polygons
        )
    box = mask.box
    told = title(mask, f"mask in [{box.ymin:g}, {box.xmin:g}, {box.ymax:g}, {box.xmax:g}]")
    return Mark(drawn, colour, told, frame, items)


def spread_ellipse(spread: Spread, centre: PixelPoint, colour: str, canvas: Canvas) -> Ellipse:
    """An ellipse around what lies within two standard deviations of `centre`.

    Its axes are the principal axes of the covariance in pixels.
    """
    x_scale, y_scale = canvas.width / SCALE, canvas.height / SCALE
    x_variance, y_variance = (spread.x * x_scale) ** 2, (spread.y * y_scale) ** 2
    shared = spread.covariance * x_scale * y_scale
    mean, half = (x_variance + y_variance) / 2, (x_variance - y_variance) / 2
    root = math.hypot(half, shared)
    long, short = (_DEVIATIONS * math.sqrt(max(mean + sign * root, 0.0)) for sign in (1, -1))
    degrees = math.degrees(math.atan2(2 * shared, 2 * half)) / 2
    stroke = canvas.stroke(colour, thickness=0.6)
    return Ellipse(centre, round(long, 1), round(short, 1), round(degrees, 1), stroke, colour, 0.2)


def ellipse_reach(
    spread: Spread, centre: PixelPoint, canvas: Canvas
) -> tuple[PixelPoint, PixelPoint]:
    """The top left and the bottom right corner of the box around a spread's ellipse."""
    x = _DEVIATIONS * spread.x * canvas.width / SCALE
    y = _DEVIATIONS * spread.y * canvas.height / SCALE
    return canvas.at(centre.x - x, centre.y - y), canvas.at(centre.x + x, centre.y + y)


def around(centre: PixelPoint, radius: float) -> PixelBox:
    """The square around a disc."""
    x, y = centre
    return PixelBox(x - radius, y - radius, x + radius, y + radius)


def corners(frame: PixelBox) -> tuple[PixelPoint, ...]:
    """The corners of a box, clockwise from the top left."""
    left, top, right, bottom = frame
    return (
        PixelPoint(left, top),
        PixelPoint(right, top),
        PixelPoint(right, bottom),
        PixelPoint(left, bottom),
    )


def hull(points: tuple[PixelPoint, ...], margin: float = 0.0) -> PixelBox:
    """The smallest box around `points`, with a margin."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return PixelBox(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)
