"""What stands for a thing on a picture: discs, frames, tints, paths, grippers, boxes in space."""

from __future__ import annotations

import cmath
import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.display import SEPARATOR, counted, words
from gemini_nb.drawing.colours import WHITE, text_on
from gemini_nb.drawing.scene import Disc, Path, Rectangle, Stroke, Tint
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.box_3d import EDGES, FIELD_OF_VIEW
from gemini_nb.spatial.geometry import SCALE, PixelBox, PixelPoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.drawing.scene import Primitive
    from gemini_nb.spatial.box_3d import Box3D
    from gemini_nb.spatial.consensus import Spread
    from gemini_nb.spatial.geometry import Box, Point, Trajectory
    from gemini_nb.spatial.masks import Mask
    from gemini_nb.spatial.statements import Grasp

_LINES: Final = 400.0  # line widths along the diagonal
_LETTERS: Final = 75.0  # font sizes along the diagonal
_THINNEST: Final = 1.5
_SMALLEST: Final = 11.0
_HALF_TURN: Final = 180.0
_FAR: Final = 1e6  # pixels: a picture has fewer, and every renderer can count to it
_MASK_OPACITY: Final = 0.5
_DEVIATIONS: Final = 2.0  # standard deviations to the ellipse: it holds 86% of normal spread
_CORNERS: Final = 48  # of what stands for an ellipse
_STEP_RADIUS: Final = 0.6  # of a numbered disc, in font sizes
_CLEAR: Final = 2.4  # from one numbered disc to the next, in radii
_MOST_NUMBERS: Final = 100
_LONGEST_NUMBER: Final = 4
# As complex numbers, x + y j in line widths, which one product turns and scales.
_ARROWHEAD: Final = (2.1, -2.1 - 2.2j, -2.1 + 2.2j)
_GRIPPER: Final = (-14 - 5j, -14 + 5j, -14, 14, 14 - 5j, 14 + 5j)


class Canvas(NamedTuple):
    """A picture's size, and the sizes of what is drawn on it, all in pixels."""

    width: int
    height: int
    line: float
    """The usual width of a line."""
    font_size: float
    field_of_view: float = FIELD_OF_VIEW
    """Of the camera, horizontally, in degrees."""
    dashed: bool = False
    """Whether what is drawn is hollow and dashed, as outliers are."""

    def place(self, point: Point) -> PixelPoint:
        """Where `point` falls."""
        return self.at(point.x * self.width / SCALE, point.y * self.height / SCALE)

    def frame(self, box: Box) -> PixelBox:
        """Where `box` falls."""
        x, y = self.width / SCALE, self.height / SCALE
        return PixelBox(*self.at(box.xmin * x, box.ymin * y), *self.at(box.xmax * x, box.ymax * y))

    @staticmethod
    def at(x: float, y: float) -> PixelPoint:
        """A place; one that lies absurdly far away is brought nearer."""
        return PixelPoint(min(max(x, -_FAR), _FAR), min(max(y, -_FAR), _FAR))

    def stroke(self, colour: str, thickness: float = 1.0) -> Stroke:
        """A line of `thickness` times the usual width, with a halo that sets it off a photo."""
        width = thickness * self.line
        return Stroke(colour, width, text_on(colour), 1.6 * width + 0.4, self.dashed)

    def disc(self, centre: PixelPoint, colour: str, radius: float | None = None) -> Disc:
        """A disc in a ring that sets it off a photo; without a radius, that of a point."""
        ring = Stroke(text_on(colour), 0.6 * self.line)
        return Disc(centre, radius or 2.3 * self.line, colour, ring)


def canvas_of(
    width: int,
    height: int,
    *,
    font_size: float | None = None,
    field_of_view: float = FIELD_OF_VIEW,
    reduction: float = 1.0,
) -> Canvas:
    """The sizes for a picture that is shown `reduction` times smaller, so that all is readable.

    Raises:
        GeometryError: the letters have no size, or the field of view is no angle of a camera.

    Example:
        >>> canvas = canvas_of(800, 600)
        >>> canvas.line, canvas.font_size
        (2.5, 13.3)
    """
    if font_size is not None and not font_size >= 1:
        raise GeometryError(f"font_size={font_size} is no size; pass 1 pixel or more.")
    if not 0 < field_of_view < _HALF_TURN:
        raise GeometryError(
            f"field_of_view={field_of_view} is no angle of a camera; pass degrees between 0 and "
            "180, such as 60."
        )
    diagonal = math.hypot(width, height)
    letters = font_size or round(max(diagonal / _LETTERS, _SMALLEST * reduction), 1)
    line = round(max(diagonal / _LINES, _THINNEST * reduction), 2)
    return Canvas(width, height, line, letters, field_of_view)


class Shape(NamedTuple):
    """How a thing is drawn, before it has a name."""

    primitives: tuple[Primitive, ...]
    told: str
    """The thing's geometry in words."""
    hot_spot: PixelBox
    anchor: PixelBox
    """What a label stands beside."""
    steps: tuple[tuple[str, Disc], ...] = ()
    """Discs with numbers in them."""


def point_shape(point: Point, colour: str, canvas: Canvas) -> Shape:
    """A disc in a white ring; a dashed circle for an outlier."""
    disc = canvas.disc(canvas.place(point), colour)
    (x, y), radius, *_ = disc
    if canvas.dashed:
        disc = Disc(disc.centre, 1.6 * radius, None, canvas.stroke(colour))
    radius += canvas.line
    around = PixelBox(x - radius, y - radius, x + radius, y + radius)
    return Shape((disc,), f"point [{point.y:g}, {point.x:g}]", around, around)


def box_shape(box: Box, colour: str, canvas: Canvas) -> Shape:
    """A rectangle."""
    frame = canvas.frame(box)
    told = f"box [{box.ymin:g}, {box.xmin:g}, {box.ymax:g}, {box.xmax:g}]"
    return Shape((Rectangle(frame, canvas.stroke(colour)),), told, frame, frame)


def mask_shape(mask: Mask, colour: str, canvas: Canvas) -> Shape:
    """A tint over the mask's pixels, or its polygons filled; the label stands at their peak."""
    frame, box = canvas.frame(mask.box), mask.box
    told = f"mask in [{box.ymin:g}, {box.xmin:g}, {box.ymax:g}, {box.xmax:g}]"
    if mask.png is not None:
        return Shape((Tint(frame, mask.png, colour, _MASK_OPACITY),), told, frame, frame)
    stroke = canvas.stroke(colour, 0.8)
    outlines = [tuple(map(canvas.place, polygon)) for polygon in mask.polygons]
    peak = min((place for outline in outlines for place in outline), key=lambda place: place.y)
    filled = tuple(
        Path(outline, stroke, closed=True, fill=colour, fill_opacity=_MASK_OPACITY)
        for outline in outlines
    )
    return Shape(filled, told, frame, _hull([peak]))


def path_shape(path: Trajectory, colour: str, canvas: Canvas) -> Shape:
    """A line with arrowheads from an open disc to one in a ring, and in between numbered discs.

    As many steps have one as there is room for, with the number that the model gave them, or else
    their place in the path.
    """
    places = tuple(map(canvas.place, path.points))
    numbers = [_step_number(point, at) for at, point in enumerate(path.points)]
    radius, last, line = _STEP_RADIUS * canvas.font_size, len(places) - 1, canvas.stroke(colour)
    discs = {at: canvas.disc(places[at], colour, radius) for at in _spaced(places, radius)}
    drawn: list[Primitive] = []
    if last:
        drawn += [Path(places, line), *_arrowheads(places, 2 * radius, line, canvas)]
        discs[0] = Disc(places[0], radius, WHITE, line)
    drawn.append(Disc(places[last], radius + 1.4 * canvas.line, None, line))
    drawn += reversed(discs.values())  # the end over a start that lies under it
    steps = tuple((str(numbers[at]), disc) for at, disc in discs.items())
    told = [f"trajectory of {counted(len(places), 'point')}"]
    for point, number in zip(path.points, numbers, strict=True):
        said = words(point.details.get("action", point.label))
        if said and not said.isdecimal():
            told.append(f"{number} {said}")
    start = _hull([places[0]], radius + canvas.line)
    return Shape(tuple(drawn), SEPARATOR.join(told), _hull(places, radius), start, steps)


def _step_number(point: Point, at: int) -> int:
    """What the model numbered `point`, as its step or its label, or else its place in the path."""
    said = str(point.details.get("step", point.label)).strip()
    return int(said) if said.isdecimal() and len(said) <= _LONGEST_NUMBER else at + 1


def _spaced(places: Sequence[PixelPoint], radius: float) -> list[int]:
    """Positions of the last place, and of those whose discs stand clear of each other's."""
    kept = [len(places) - 1]
    for at in range(0, len(places) - 1, len(places) // _MOST_NUMBERS + 1):
        if all(math.dist(places[at], places[other]) >= _CLEAR * radius for other in kept):
            kept.append(at)
    return kept


def _arrowheads(
    places: Sequence[PixelPoint], covered: float, line: Stroke, canvas: Canvas
) -> Iterable[Path]:
    """Arrowheads amid the segments of which discs leave enough to see."""
    thin = line._replace(width=0.4 * line.width)
    for start, end in pairwise(places):
        distance = math.dist(start, end)
        if distance > covered + 6 * canvas.line:
            along = complex(end.x - start.x, end.y - start.y) * canvas.line / distance
            middle = complex(start.x + end.x, start.y + end.y) / 2
            head = _points(middle + along * corner for corner in _ARROWHEAD)
            yield Path(head, thin, closed=True, fill=line.colour, fill_opacity=1.0)


def grasp_shape(grasp: Grasp, colour: str, canvas: Canvas) -> Shape:
    """The gripper turned by the grasp's angle, and thin and dashed the box it reaches into."""
    centre = canvas.place(grasp.point)
    # Anticlockwise to the eye; pixels count downwards.
    along = cmath.rect(canvas.line, -math.radians(grasp.degrees))
    gripper = _points(complex(*centre) + along * corner for corner in _GRIPPER)
    drawn: list[Primitive] = []
    if grasp.box is not None:
        thin = canvas._replace(dashed=True).stroke(colour, 0.6)
        drawn.append(Rectangle(canvas.frame(grasp.box), thin))
    drawn += [Path(gripper, canvas.stroke(colour, 1.4)), canvas.disc(centre, colour)]
    around = _hull(gripper, canvas.line)
    told = f"grasp at [{grasp.point.y:g}, {grasp.point.x:g}], turned {grasp.degrees:g}°"
    return Shape(tuple(drawn), told, around, around)


def solid_shape(solid: Box3D, colour: str, canvas: Canvas) -> Shape | None:
    """A box in space: its edges as a camera sees them, those behind it thin.

    Edges that reach behind the camera are left out; None where all do.
    """
    spots = [
        canvas.at(*spot) if spot else None
        for spot in solid.project(canvas.width, canvas.height, field_of_view=canvas.field_of_view)
    ]
    distances = [math.hypot(*corner) for corner in solid.corners()]
    farthest = distances.index(max(distances))  # the corner that the box itself hides
    drawn = [
        Path((start, end), canvas.stroke(colour, 0.4 if farthest in edge else 1.0))
        for edge in sorted(EDGES, key=lambda edge: farthest not in edge)
        if (start := spots[edge[0]]) and (end := spots[edge[1]])
    ]
    if not drawn:
        return None
    x, y, z = solid.centre
    around = _hull([spot for spot in spots if spot], canvas.line)
    return Shape(tuple(drawn), f"3-D box at [{x:g}, {y:g}, {z:g}] m", around, around)


def with_spread(shape: Shape, spread: Spread, colour: str, canvas: Canvas) -> Shape:
    """The shape over an ellipse around what lies within two standard deviations of its middle.

    Both are one thing to point at.
    """
    left, top, right, bottom = shape.hot_spot
    x, y = (left + right) / 2, (top + bottom) / 2
    across = _DEVIATIONS * spread.x * canvas.width / SCALE
    down = _DEVIATIONS * spread.y * canvas.height / SCALE
    # A circle, stretched as both axes vary, and sheared as they vary together.
    shear = spread.covariance / ((spread.x * spread.y) or 1.0)
    rest = math.sqrt(max(1 - shear**2, 0.0))
    turns = [cmath.rect(1, math.tau * corner / _CORNERS) for corner in range(_CORNERS)]
    ellipse = tuple(
        canvas.at(x + across * turn.real, y + down * (shear * turn.real + rest * turn.imag))
        for turn in turns
    )
    around = _hull((PixelPoint(left, top), PixelPoint(right, bottom), *ellipse))
    told = f"{shape.told}{SEPARATOR}spread y {spread.y:.3g}, x {spread.x:.3g}"
    drawn = Path(ellipse, canvas.stroke(colour, 0.6), closed=True, fill=colour, fill_opacity=0.2)
    return Shape((drawn, *shape.primitives), told, around, around, shape.steps)


def _hull(points: Iterable[PixelPoint], margin: float = 0.0) -> PixelBox:
    """The smallest box around `points`, with a margin."""
    xs, ys = zip(*points, strict=True)
    return PixelBox(min(xs) - margin, min(ys) - margin, max(xs) + margin, max(ys) + margin)


def _points(numbers: Iterable[complex]) -> tuple[PixelPoint, ...]:
    return tuple(PixelPoint(each.real, each.imag) for each in numbers)
