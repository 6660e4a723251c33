"""Points, boxes and trajectories in an image: frozen values in thousandths of height and width.

Coordinates are Gemini's: 0 to 1000, y before x, from the top left corner. Values beyond that range
are allowed, since an answer about a crop may reach past it; `clip` brings them back. Pixels come
only from `to_pixels`, in the order in which Pillow and the browser take them: x first.

Source: https://ai.google.dev/gemini-api/docs/image-understanding
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self, cast

from gemini_nb.errors import GeometryError

if TYPE_CHECKING:
    from collections.abc import Mapping

SCALE: Final = 1000.0
"""The whole height, and the whole width, of an image."""

_PLAIN: Final = frozenset([int, float])
_LARGEST: Final = 1e300  # beyond, adding two coordinates could overflow
_OF_ALL: Final = ("label", "details", "image", "span")


class Span(NamedTuple):
    """Where in a text something stands: characters `start` to `end`, the last excluded."""

    start: int
    end: int


class Affine(NamedTuple):
    """A scaling and a shift of each axis: `y * y_scale + y_shift`, and likewise for x."""

    y_scale: float
    y_shift: float
    x_scale: float
    x_shift: float


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Item:
    """One thing that an answer says; each kind of thing derives from this."""

    label: str = ""
    """What the model called it; empty where it gave no name."""
    details: Mapping[str, Any] = field(default_factory=dict[str, Any], hash=False)
    """Whatever else the model said about it, by the model's own keys."""
    image: str | int | None = None
    """Which of several pictures it is in: the name that the answer gives it, or its number as the
    answer counts; None where the answer tells of one picture only."""
    span: Span | None = field(default=None, compare=False)
    """Where in the answer's text it stands."""

    def __post_init__(self) -> None:
        if type(self.label) is not str:  # a class number, or None, as detectors give them
            said = cast("object", self.label)
            object.__setattr__(self, "label", "" if said is None else str(said))

    @property
    def bounds(self) -> Box | None:
        """The smallest box around it; None for what has no place in the image."""
        return None

    def distance(self, other: Item) -> float:
        """To the nearest place of `other`, in thousandths; 0 where they touch or overlap.

        A path counts between its points, too; what is neither a point nor a path counts as the
        whole box around it.

        Example:
            >>> path = Trajectory((Point(500, 0), Point(500, 1000)))
            >>> path.distance(Point(400, 500)), path.distance(Box(0, 400, 450, 600))
            (100.0, 50.0)

        Raises:
            GeometryError: one of them has no place.
        """
        lines, others = _lines(self), _lines(other)
        for area, within in ((self, others), (other, lines)):
            box = None if isinstance(area, Point | Trajectory) else area.bounds
            if box is not None and box.contains(within[0][0]):
                return 0.0
        nearest = min(_gap(*line, *side) for line in lines for side in others)
        return round(nearest, 9)  # what touches on a slant is a rounding error apart

    def transform(self, affine: Affine) -> Self:  # noqa: ARG002 - kinds with a place use it
        """The same item with `affine` applied to its coordinates."""
        return self

    def clip(self) -> Self:
        """The same item with all of its coordinates within 0 to 1000."""
        return self

    def geometry(self) -> dict[str, Any]:
        """Its geometry alone, by Gemini's keys."""
        return {}

    def to_dict(self) -> dict[str, Any]:
        """The item in Gemini's own JSON form: geometry, label, and what else was said.

        Example:
            >>> Point(500, 250, label="mug", details={"colour": "blue"}).to_dict()
            {'point': [500, 250], 'label': 'mug', 'colour': 'blue'}
        """
        # Readers of points and boxes look for a label, as Gemini nearly always gives one.
        named = {"label": self.label} if self.label or self.bounds is not None else {}
        said = {**self.geometry(), **named, **self.details}
        if self.image is not None and self.image not in self.details.values():
            said["image"] = self.image
        return said

    def __repr__(self) -> str:
        """As a call that makes it, without what is empty and without its span."""
        own = [each.name for each in fields(self) if each.name not in _OF_ALL]
        own += [name for name in _OF_ALL[:-1] if getattr(self, name) not in ("", {}, None)]
        said = ", ".join(f"{name}={getattr(self, name)!r}" for name in own)
        return f"{type(self).__name__}({said})"


def number(value: float) -> float:
    """`value` as it stands in JSON: an int where it is whole, at most 3 decimals otherwise."""
    rounded = round(float(value), 3)
    return int(rounded) if rounded.is_integer() else rounded


def require_places(item: Item, *names: str) -> None:
    """Make these fields of an item plain numbers, as NumPy's are not.

    Raises:
        GeometryError: one of them is infinite, not a number, or nothing of the kind.
    """
    for name in names:
        said = getattr(item, name)
        if type(said) in _PLAIN and -_LARGEST < said < _LARGEST:  # false for NaN
            continue
        try:
            value = float(said)
        except (TypeError, ValueError, OverflowError):
            value = math.nan
        if not -_LARGEST < value < _LARGEST:
            raise GeometryError(
                f"{type(item).__name__}({name}={said!r}) is no place; pass finite thousandths."
            )
        object.__setattr__(item, name, value)


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
        Item.__post_init__(self)
        require_places(self, "y", "x")

    @property
    def bounds(self) -> Box:
        return Box(self.y, self.x, self.y, self.x)

    def to_pixels(self, width: int, height: int) -> PixelPoint:
        """The place in an image of `width` by `height` pixels."""
        return PixelPoint(self.x * width / SCALE, self.y * height / SCALE)

    def transform(self, affine: Affine) -> Self:
        y = self.y * affine.y_scale + affine.y_shift
        return replace(self, y=y, x=self.x * affine.x_scale + affine.x_shift)

    def clip(self) -> Self:
        if 0 <= self.y <= SCALE and 0 <= self.x <= SCALE:
            return self
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
        Item.__post_init__(self)
        require_places(self, "ymin", "xmin", "ymax", "xmax")
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

    def transform(self, affine: Affine) -> Self:
        corners = Point(self.ymin, self.xmin), Point(self.ymax, self.xmax)
        box = around([corner.transform(affine) for corner in corners])
        return replace(self, ymin=box.ymin, xmin=box.xmin, ymax=box.ymax, xmax=box.xmax)

    def clip(self) -> Self:
        if self.ymin >= 0 <= self.xmin and self.ymax <= SCALE >= self.xmax:
            return self
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
        Item.__post_init__(self)
        if not self.points:
            raise GeometryError("Trajectory(()) has no points; pass at least one.")

    @property
    def bounds(self) -> Box:
        return around(self.points)

    @property
    def length(self) -> float:
        """Along the path, in thousandths."""
        places = [(point.y, point.x) for point in self.points]
        return sum((math.dist(a, b) for a, b in pairwise(places)), start=0.0)

    def crosses(self, box: Box) -> bool:
        """Whether the path touches `box` anywhere, between two of its points too.

        Example:
            >>> Trajectory((Point(500, 0), Point(500, 1000))).crosses(Box(400, 400, 600, 600))
            True
        """
        return self.distance(box) == 0

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


def _clipped(value: float) -> float:
    return min(max(value, 0), SCALE)


def _lines(item: Item) -> list[tuple[Point, Point]]:
    """What an item is drawn with; a point is a line without a length."""
    if isinstance(item, Point | Trajectory):
        points = item.points if isinstance(item, Trajectory) else (item,)
        return list(pairwise(points)) or [(points[0], points[0])]
    if (box := item.bounds) is None:
        raise GeometryError(f"{item!r} has no place in the image, so nothing is far from it.")
    ys = box.ymin, box.ymin, box.ymax, box.ymax, box.ymin
    xs = box.xmin, box.xmax, box.xmax, box.xmin, box.xmin
    return list(pairwise(map(Point, ys, xs)))


def _gap(a: Point, b: Point, c: Point, d: Point) -> float:
    """Between the lines from `a` to `b` and from `c` to `d`; 0 where they cross."""
    sides = _side(a, b, c) * _side(a, b, d), _side(c, d, a) * _side(c, d, b)
    if max(sides) < 0:
        return 0.0
    return min(_to_line(a, c, d), _to_line(b, c, d), _to_line(c, a, b), _to_line(d, a, b))


def _side(a: Point, b: Point, place: Point) -> float:
    """On which side of the line from `a` to `b` a place lies: the sign tells."""
    return (b.x - a.x) * (place.y - a.y) - (b.y - a.y) * (place.x - a.x)


def _to_line(place: Point, a: Point, b: Point) -> float:
    """From a place to the nearest of the line from `a` to `b`."""
    y, x = b.y - a.y, b.x - a.x
    along = ((place.y - a.y) * y + (place.x - a.x) * x) / ((y * y + x * x) or 1)
    share = min(max(along, 0), 1)
    return math.hypot(place.y - a.y - share * y, place.x - a.x - share * x)
