"""From the items of an answer to marks: which of them belong together, and what each is named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from gemini_nb.drawing.marks.grasp_marks import grasp_mark
from gemini_nb.drawing.marks.marks import (
    around,
    box_mark,
    ellipse_reach,
    hull,
    mask_mark,
    point_mark,
    spread_ellipse,
)
from gemini_nb.drawing.marks.path_marks import path_mark, step_radius
from gemini_nb.drawing.marks.solid_marks import solid_mark
from gemini_nb.drawing.wording import LONGEST, clean
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, Item, PixelBox, PixelPoint, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.number_order import numbered_runs
from gemini_nb.spatial.statements import Grasp, grasps_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.marks.marks import Spread
    from gemini_nb.drawing.marks.path_marks import Step
    from gemini_nb.drawing.scene import Mark


Thing = Item | Grasp
"""What gets one mark."""


class Group(NamedTuple):
    """A thing, and the positions of the items that it consists of."""

    thing: Thing
    parts: tuple[int, ...] = ()
    spread: Spread | None = None
    hollow: bool = False
    """Whether it stands apart from what the answers agree on."""


class Subject(NamedTuple):
    """A mark, and what its label could say."""

    mark: Mark
    kind: str
    """The name of the thing's class."""
    name: str
    """What the model called it, made safe to show; empty where it gave no name."""
    number: int
    """Its place in the answer, from 1 on; 0 for what gets no label."""
    anchor: PixelBox
    """What the label stands beside."""
    is_point: bool
    """Whether the label stands beside it, rather than at its corners."""
    steps: tuple[Step, ...] = ()


def groups_of(items: Sequence[Item], spreads: Sequence[Spread | None] = ()) -> list[Group]:
    """The things that `items` show: points numbered through are one path, and so is a grasp.

    Example:
        >>> path = [Point(500, 100 * step, label=str(step)) for step in range(3)]
        >>> [type(group.thing).__name__ for group in groups_of([*path, Box(0, 0, 9, 9)])]
        ['Trajectory', 'Box']
    """
    position = {id(item): at for at, item in reversed(list(enumerate(items)))}
    joined = [Group(grasp, grasp.parts) for grasp in grasps_in(items)]
    joined += [
        Group(path, tuple(sorted(position[id(point)] for point in path.points)))
        for path in numbered_runs(items)
    ]
    first = {group.parts[0]: group for group in joined}
    taken = {part for group in joined for part in group.parts}
    spread = dict(enumerate(spreads))
    return [
        first.get(at) or Group(item, (at,), spread.get(at))
        for at, item in enumerate(items)
        if at in first or at not in taken
    ]


def subject_of(group: Group, colour: str, canvas: Canvas) -> Subject | None:
    """The subject of a thing; None for what has no place in the picture."""
    thing, parts, spread, dashed = group
    steps: tuple[Step, ...] = ()
    if isinstance(thing, Point):
        mark = point_mark(thing, parts, colour, canvas, dashed=dashed)
    elif isinstance(thing, Box):
        mark = box_mark(thing, parts, colour, canvas, dashed=dashed)
    elif isinstance(thing, Trajectory):
        mark, steps = path_mark(thing, parts, colour, canvas, dashed=dashed)
    elif isinstance(thing, Mask):
        mark = mask_mark(thing, parts, colour, canvas, dashed=dashed)
    elif isinstance(thing, Box3D):
        mark = solid_mark(thing, parts, colour, canvas, dashed=dashed)
    elif isinstance(thing, Grasp):
        mark = grasp_mark(thing, parts, colour, canvas)
    else:
        return None
    if mark is None:
        return None
    if spread is not None:
        mark = _with_spread(mark, spread, canvas)
    anchor = _anchor(thing, mark, canvas)
    is_point = isinstance(thing, Point | Trajectory | Grasp)
    kind, name = type(thing).__name__, clean(thing.label[:LONGEST])
    return Subject(mark, kind, name, parts[0] + 1 if parts else 0, anchor, is_point, steps)


def _anchor(thing: Thing, mark: Mark, canvas: Canvas) -> PixelBox:
    """What a label stands beside: a path's start, a box's outer edge, a polygon's top."""
    if isinstance(thing, Trajectory):
        return around(canvas.place(thing.points[0]), step_radius(canvas) + canvas.line)
    if isinstance(thing, Box):
        left, top, right, bottom = mark.hot_spot
        half = canvas.line / 2
        return PixelBox(left - half, top - half, right + half, bottom + half)
    if isinstance(thing, Mask) and thing.png is None:
        peak = min((canvas.place(p) for outline in thing.polygons for p in outline), key=_height)
        left, _, right, bottom = mark.hot_spot
        return PixelBox(max(left, peak.x - canvas.font_size), peak.y, right, bottom)
    return mark.hot_spot


def _height(place: PixelPoint) -> float:
    return place.y


def _with_spread(mark: Mark, spread: Spread, canvas: Canvas) -> Mark:
    """The mark over an ellipse, both of which are one thing to point at, or to stand beside."""
    left, top, right, bottom = mark.hot_spot
    centre = canvas.at((left + right) / 2, (top + bottom) / 2)
    ellipse = spread_ellipse(spread, centre, mark.colour, canvas)
    upper_left, lower_right = ellipse_reach(spread, centre, canvas)
    return replace(
        mark,
        primitives=(ellipse, *mark.primitives),
        title=f"{mark.title} · spread y {spread.y:.3g}, x {spread.x:.3g}",
        hot_spot=hull((PixelPoint(left, top), PixelPoint(right, bottom), upper_left, lower_right)),
    )
