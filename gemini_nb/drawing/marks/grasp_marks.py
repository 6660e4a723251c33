"""Marks of grasps: the gripper's line through the point, and its two fingers."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.marks.marks import corners, hull
from gemini_nb.drawing.scene import Disc, Mark, Path
from gemini_nb.drawing.wording import title
from gemini_nb.spatial.geometry import PixelPoint

if TYPE_CHECKING:
    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.scene import Primitive
    from gemini_nb.spatial.statements import Grasp

_REACH: Final = 14.0  # from the point to a finger, in line widths
_FINGER: Final = 5.0  # half the length of a finger, in line widths


def grasp_mark(grasp: Grasp, items: tuple[int, ...], colour: str, canvas: Canvas) -> Mark:
    """The gripper turned by the grasp's angle, and thin and dashed the box it reaches into."""
    centre = canvas.place(grasp.point)
    turn = math.radians(grasp.degrees)
    # Anticlockwise to the eye; pixels count downwards.
    along = math.cos(turn) * canvas.line, -math.sin(turn) * canvas.line
    across = -along[1], along[0]
    ends = [_moved(centre, along, sign * _REACH) for sign in (-1, 1)]
    fingers = [tuple(_moved(end, across, sign * _FINGER) for sign in (-1, 1)) for end in ends]
    drawn: list[Primitive] = []
    if grasp.box is not None:
        thin = canvas.stroke(colour, thickness=0.6, dashed=True)
        drawn.append(Path(corners(canvas.frame(grasp.box)), thin, closed=True))
    drawn.append(Path(tuple(ends), canvas.stroke(colour)))
    drawn += [Path(finger, canvas.stroke(colour, thickness=2.0)) for finger in fingers]
    drawn.append(Disc(centre, canvas.radius, colour, canvas.ring()))
    told = title(
        grasp.point if grasp.point.label or not grasp.box else grasp.box,
        f"grasp at [{grasp.point.y:g}, {grasp.point.x:g}], turned {grasp.degrees:g}°",
    )
    around = hull((*fingers[0], *fingers[1]), canvas.line)
    return Mark(tuple(drawn), colour, told, around, items)


def _moved(start: PixelPoint, direction: tuple[float, float], distance: float) -> PixelPoint:
    x, y = direction
    return PixelPoint(round(start.x + distance * x, 1), round(start.y + distance * y, 1))
