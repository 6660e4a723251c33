"""Points, boxes and trajectories in an image: frozen values in thousandths of height and width.

Coordinates are Gemini's: 0 to 1000, y before x, from the top left corner. Values beyond that range
are allowed, since an answer about a crop may reach past it; `clip` brings them back. Pixels come
only from `to_pixels`, in the order in which Pillow and the browser take them: x first.

Source: https://ai.google.dev/gemini-api/docs/image-understanding
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.items import Item, number, require_finite

if TYPE_CHECKING:
    from gemini_nb.spatial.items import Affine

SCALE: Final = 1000.0
"""The whole height, and the whole width, of an image."""


class PixelPoint(NamedTuple):
    """A place in pixels, from the top left corner."""

    x: float
    y: float


class PixelBox(NamedTuple):
    """A box in pixels, in the order of `PIL.Image.Image.crop`."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True, repr=False)
class Point(Item):
    """A keypoint.

    Example:
        >>> Point(500, 250, label="mug").to_pixels(width=800, height=600)
        PixelPoint(x=200.0, y=300.0)
    """

    y: float
    """Thousandths of the image's height, from the top."""
    x: float
    """Thousandths of the image's width, from the left."""

    def __post_init__(self) -> None:
        require_finite("Point", y=self.y, x=self.x)

    @property
    def bounds(self) -> Box:
        return Box(self.y, self.x, self.y, self.x)

    def to_pixels(self, width: int, height: int) -> PixelPoint:
        """The place in an image of `width` by `height` pixels."""
        return PixelPoint(self.x * width / SCALE, self.y * height / SCALE)

    def distance(self, other: Point) -> float:
        """Euclidean distance to `other`, in thousandths."""
        return math.hypot(self.y - other.y, self.x - other.x)

    def transform(self, affine: Affine) -> Self:
        y = self.y * affine.y_scale + affine.y_shift
        return replace(self, y=y, x=self.x * affine.x_scale + affine.x_shift)

    def clip(self) -> Self:
        return replace(self, y=_clipped(self.y), x=_clipped(self.x))

    def geometry(self) -> dict[str, Any]:
        return {"point": pair(self)}


@dataclass(frozen=True, slots=True, repr=False)
class Box(Item):
    """A bounding box, its sides parallel to the image's.

    Example:
        >>> mug, table = Box(100, 200, 300, 500, label="mug"), Box(0, 0, 1000, 1000)
        >>> mug.centre, mug.area, table.contains(mug), round(mug.iou(table), 3)
        (Point(y=200.0, x=350.0), 60000, True, 0.06)
        >>> mug.to_pixels(width=800, height=600)
        PixelBox(left=160.0, top=60.0, right=400.0, bottom=180.0)
    """

    ymin: float
    """Top, in thousandths of the image's height."""
    xmin: float
    """Left, in thousandths of the image's width."""
    ymax: float
    xmax: float

    def __post_init__(self) -> None:
        require_finite("Box", ymin=self.ymin, xmin=self.xmin, ymax=self.ymax, xmax=self.xmax)
        if self.ymin > self.ymax or self.xmin > self.xmax:
            raise GeometryError(
                f"Box(ymin={self.ymin}, xmin={self.xmin}, ymax={self.ymax}, xmax={self.xmax}) ends "
                "before it begins; pass the smaller y and the smaller x first."
            )

    @property
    def bounds(self) -> Box:
        return self

    @property
    def height(self) -> float:
        """In thousandths of the image's height."""
        return self.ymax - self.ymin

    @property
    def width(self) -> float:
        """In thousandths of the image's width."""
        return self.xmax - self.xmin

    @property
    def area(self) -> float:
        """Height times width, in square thousandths: the whole image has 1,000,000."""
        return self.height * self.width

    @property
    def centre(self) -> Point:
        """The point in its middle."""
        return Point((self.ymin + self.ymax) / 2, (self.xmin + self.xmax) / 2)

    def to_pixels(self, width: int, height: int) -> PixelBox:
        """The box in an image of `width` by `height` pixels."""
        left, top = Point(self.ymin, self.xmin).to_pixels(width, height)
        right, bottom = Point(self.ymax, self.xmax).to_pixels(width, height)
        return PixelBox(left, top, right, bottom)

    def intersection(self, other: Box) -> Box | None:
        """The part that both share; None where they do not even touch."""
        ymin, xmin = max(self.ymin, other.ymin), max(self.xmin, other.xmin)
        ymax, xmax = min(self.ymax, other.ymax), min(self.xmax, other.xmax)
        return Box(ymin, xmin, ymax, xmax) if ymin <= ymax and xmin <= xmax else None

    def iou(self, other: Box) -> float:
        """Intersection over union with `other`, 0 to 1; 0 where neither has an area."""
        shared = self.intersection(other)
        overlap = shared.area if shared else 0.0
        union = self.area + other.area - overlap
        return overlap / union if union else 0.0

    def contains(self, other: Point | Box) -> bool:
        """Whether all of `other` lies within this box, its edge included."""
        inner = other.bounds
        return (
            self.ymin <= inner.ymin
            and self.xmin <= inner.xmin
            and self.ymax >= inner.ymax
            and self.xmax >= inner.xmax
        )

    def distance(self, other: Point | Box) -> float:
        """From edge to edge, in thousandths; 0 where they touch or overlap."""
        near = other.bounds
        y_gap = max(near.ymin - self.ymax, self.ymin - near.ymax, 0)
        x_gap = max(near.xmin - self.xmax, self.xmin - near.xmax, 0)
        return math.hypot(y_gap, x_gap)

    def transform(self, affine: Affine) -> Self:
        ends = [Point(y, x).transform(affine) for y, x in _corners(self)]
        box = around(ends)
        return replace(self, ymin=box.ymin, xmin=box.xmin, ymax=box.ymax, xmax=box.xmax)

    def clip(self) -> Self:
        ymin, xmin, ymax, xmax = map(_clipped, (self.ymin, self.xmin, self.ymax, self.xmax))
        return replace(self, ymin=ymin, xmin=xmin, ymax=ymax, xmax=xmax)

    def geometry(self) -> dict[str, Any]:
        return {"box_2d": [number(v) for v in (self.ymin, self.xmin, self.ymax, self.xmax)]}


@dataclass(frozen=True, slots=True, repr=False)
class Trajectory(Item):
    """A path through an image: points in the order in which they are passed.

    Example:
        >>> path = Trajectory((Point(0, 0), Point(300, 400), Point(300, 500)), label="wipe")
        >>> path.length, path.to_dict()
        (600.0, {'trajectory': [[0, 0], [300, 400], [300, 500]], 'label': 'wipe'})
    """

    points: tuple[Point, ...]
    """At least one."""

    def __post_init__(self) -> None:
        if not self.points:
            raise GeometryError("Trajectory(()) has no points; pass at least one.")

    @property
    def bounds(self) -> Box:
        return around(self.points)

    @property
    def length(self) -> float:
        """Along the path, in thousandths."""
        return sum(
            (a.distance(b) for a, b in zip(self.points, self.points[1:], strict=False)), start=0.0
        )

    def to_pixels(self, width: int, height: int) -> tuple[PixelPoint, ...]:
        """Its points in an image of `width` by `height` pixels."""
        return tuple(point.to_pixels(width, height) for point in self.points)

    def transform(self, affine: Affine) -> Self:
        return replace(self, points=tuple(point.transform(affine) for point in self.points))

    def clip(self) -> Self:
        return replace(self, points=tuple(point.clip() for point in self.points))

    def geometry(self) -> dict[str, Any]:
        return {"trajectory": [pair(point) for point in self.points]}


def around(points: tuple[Point, ...] | list[Point]) -> Box:
    """The smallest box around `points`, of which there must be at least one."""
    ys, xs = [point.y for point in points], [point.x for point in points]
    return Box(min(ys), min(xs), max(ys), max(xs))


def pair(point: Point) -> list[float]:
    """`point` as it stands in JSON: [y, x]."""
    return [number(point.y), number(point.x)]


def _corners(box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    return (box.ymin, box.xmin), (box.ymax, box.xmax)


def _clipped(value: float) -> float:
    return min(max(value, 0), SCALE) if not 0 <= value <= SCALE else value
