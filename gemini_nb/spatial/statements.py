"""What an answer says besides places: angles, times, calls; and the grasps that angles make."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.spatial.geometry import Box, Item, Point, number, require_places

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REACH: Final = 100  # how many items away an angle may stand from what it belongs to


@dataclass(frozen=True, slots=True, repr=False)
class Angle(Item):
    """How far a gripper is turned.

    Example:
        >>> Angle(30, label="handle").to_dict()
        {'angle': 30, 'label': 'handle'}
    """

    degrees: float

    def __post_init__(self) -> None:
        Item.__post_init__(self)
        require_places(self, "degrees")

    def geometry(self) -> dict[str, Any]:
        return {"angle": number(self.degrees)}


@dataclass(frozen=True, slots=True, repr=False)
class Absence(Item):
    """A thing that was asked for and is not in the image: `in_frame: false`."""

    def geometry(self) -> dict[str, Any]:
        return {"in_frame": False}


@dataclass(frozen=True, slots=True, repr=False)
class Segment(Item):
    """A stretch of time in a video.

    Example:
        >>> step = Segment("00:15", "00:22", description="the arm lifts the lid")
        >>> step.start, step.end
        (15.0, 22.0)
    """

    start_timestamp: str | float | None
    """As the model wrote it."""
    end_timestamp: str | float | None
    description: str = ""

    @property
    def start(self) -> float | None:
        """Seconds from the beginning; None where the model's words are no time."""
        return seconds(self.start_timestamp)

    @property
    def end(self) -> float | None:
        """Seconds from the beginning; None where the model's words are no time."""
        return seconds(self.end_timestamp)

    def geometry(self) -> dict[str, Any]:
        said = {
            "start_timestamp": self.start_timestamp,
            "end_timestamp": self.end_timestamp,
            "description": self.description or None,
        }
        return {key: value for key, value in said.items() if value is not None}


@dataclass(frozen=True, slots=True, repr=False)
class Moment(Item):
    """When something was completed, in seconds; None where it never was."""

    seconds: float | None

    def geometry(self) -> dict[str, Any]:
        done = None if self.seconds is None else number(self.seconds)
        return {"completion_time_seconds": done}


@dataclass(frozen=True, slots=True, repr=False)
class Progress(Item):
    """How far a task has come, as a bracket of per cent: "40-60"."""

    level: str

    def geometry(self) -> dict[str, Any]:
        return {"progress_level": self.level}


@dataclass(frozen=True, slots=True, repr=False)
class Call(Item):
    """A function that the model wants called.

    Example:
        >>> Call("move", (163, 427, True)).to_dict()
        {'function': 'move', 'args': [163, 427, True]}
    """

    function: str
    args: tuple[Any, ...] | Mapping[str, Any] = ()

    def __hash__(self) -> int:
        return hash((self.function, self.label))

    def geometry(self) -> dict[str, Any]:
        args = list(self.args) if isinstance(self.args, tuple) else dict(self.args)
        return {"function": self.function, "args": args}


def seconds(timestamp: str | float | None) -> float | None:
    """A timestamp in seconds: "01:05", "1:00:02.5", "12s" or a number; None for anything else.

    Example:
        >>> seconds("01:05"), seconds("12s"), seconds(3), seconds("soon")
        (65.0, 12.0, 3.0, None)
    """
    if timestamp is None:
        return None
    total = 0.0
    try:
        for part in str(timestamp).strip().removesuffix("s").split(":"):
            total = 60 * total + float(part)
    except ValueError:
        return None
    return total if math.isfinite(total) else None


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


def grasps_in(items: Sequence[Item]) -> tuple[Grasp, ...]:
    """The grasps in `items`: each angle with the nearest point, or box, of its label.

    An angle belongs to a point of the same label, or of none, nearest to it in the answer; where
    there is only a box, its centre is the point.

    Example:
        >>> [grasp] = grasps_in([Box(100, 100, 300, 200), Point(180, 150), Angle(30)])
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
