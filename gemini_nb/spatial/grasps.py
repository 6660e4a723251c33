"""Grasps: the box, the point and the angle that an answer gives for one gripper, joined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.spatial.geometry import Box, Point
from gemini_nb.spatial.statements import Angle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.spatial.items import Item

_REACH: Final = 100
"""How many items away an angle may stand from what it belongs to."""


@dataclass(frozen=True, slots=True)
class Grasp:
    """Where a gripper closes, and how far it is turned."""

    point: Point
    degrees: float
    """As the model gave it: 0 lies along the image's width, positive turns anticlockwise."""
    box: Box | None = None
    """The thing to be grasped, where the answer gives it."""
    parts: tuple[int, ...] = ()
    """Positions in the sequence of items of what was joined."""

    @property
    def label(self) -> str:
        """What the model called it."""
        return self.point.label or (self.box.label if self.box else "")


def join(items: Sequence[Item]) -> tuple[Grasp, ...]:
    """The grasps in `items`: each angle with the nearest point, or box, of its label.

    An angle belongs to a point of the same label, or of none, nearest to it in the answer; where
    there is only a box, its centre is the point.

    Example:
        >>> [grasp] = join([Box(100, 100, 300, 200), Point(180, 150), Angle(30)])
        >>> grasp.point, grasp.degrees, grasp.box
        (Point(y=180, x=150), 30, Box(ymin=100, xmin=100, ymax=300, xmax=200))
    """
    taken: set[int] = set()
    found: list[Grasp] = []
    for index, item in enumerate(items):
        if not isinstance(item, Angle):
            continue
        point, box = (_partner(items, index, kind, taken) for kind in (Point, Box))
        parts = tuple(sorted(position for position in (point, box) if position is not None))
        if not parts:
            continue
        taken.update(parts)
        around = items[box] if box is not None else None
        outline = around if isinstance(around, Box) else None
        spot = items[point] if point is not None else None
        if isinstance(spot, Point):
            found.append(Grasp(spot, item.degrees, outline, (*parts, index)))
        elif outline is not None:
            found.append(Grasp(outline.centre, item.degrees, outline, (*parts, index)))
    return tuple(found)


def _partner(items: Sequence[Item], index: int, kind: type[Item], taken: set[int]) -> int | None:
    """Position of the `kind` that the angle at `index` belongs to: the nearest of its label."""
    label = items[index].label
    for distance in range(1, _REACH):
        for position in (index - distance, index + distance):
            if not 0 <= position < len(items) or position in taken:
                continue
            item = items[position]
            if isinstance(item, kind) and (item.label == label or not item.label or not label):
                return position
    return None
