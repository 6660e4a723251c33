"""What an answer says besides places: angles, times, calls; and the grasps that angles make."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.spatial.geometry import Box, Item, Point, number, require_places
from gemini_nb.spatial.keys import TIMES, canonical_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_REACH: Final = 100  # how many items away an angle may stand from what it belongs to

_CLOCK: Final = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,3}):)?(\d{1,6}(?:\.\d{1,9})?) ?s?")


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
        >>> Segment("00:15", "00:22", description="lifts the lid").to_dict()
        {'start_timestamp': '00:15', 'end_timestamp': '00:22', 'description': 'lifts the lid'}
    """

    start_timestamp: str | float | None
    """As the model wrote it."""
    end_timestamp: str | float | None
    description: str = ""

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


def seconds_in(said: object) -> float | None:
    """The seconds of a time as models write it; None where it is none.

    Example:
        >>> [seconds_in(said) for said in ("00:03", "0:03.5", "01:02:03", "3s", 3, "soon")]
        [3.0, 3.5, 3723.0, 3.0, 3.0, None]
    """
    if isinstance(said, int | float) and not isinstance(said, bool):
        return float(said) if 0 <= said < math.inf else None
    clock = _CLOCK.fullmatch(said.strip()) if isinstance(said, str) else None
    if not clock:
        return None
    hours, minutes, seconds = (float(part or 0) for part in clock.groups())
    return 3600 * hours + 60 * minutes + seconds


def time_of(item: Item) -> float | None:
    """When in a video an item is where the answer says, in seconds; None where it doesn't say.

    Example:
        >>> time_of(Point(5, 5, details={"timestamp": "00:03"}))
        3.0
    """
    said = (each for key, each in item.details.items() if canonical_key(key) in TIMES)
    return next((when for each in said if (when := seconds_in(each)) is not None), None)


def grasps_in(items: Sequence[Item]) -> tuple[Grasp, ...]:
    """The grasps in `items`: each angle with the nearest point, or box, of its label.

    An angle belongs to a point of the same label, or of none, nearest to it in the answer; where
    there is only a box, its centre is the point.

    Example:
        >>> [grasp] = grasps_in([Box(100, 100, 300, 200), Point(180, 150), Angle(30)])
        >>> grasp.point, grasp.degrees, grasp.box
        (Point(y=180, x=150), 30, Box(ymin=100, xmin=100, ymax=300, xmax=200))
    """
    points = {at: item for at, item in enumerate(items) if isinstance(item, Point)}
    boxes = {at: item for at, item in enumerate(items) if isinstance(item, Box)}
    found: list[Grasp] = []
    for at, item in enumerate(items):
        if not isinstance(item, Angle):
            continue
        point, box = _nearest(at, item.label, points), _nearest(at, item.label, boxes)
        parts = *sorted(part for part in (point, box) if part is not None), at
        # What is taken belongs to no other angle.
        outline = None if box is None else boxes.pop(box)
        if point is not None:
            found.append(Grasp(points.pop(point), item.degrees, outline, parts))
        elif outline is not None:
            found.append(Grasp(outline.centre, item.degrees, outline, parts))
    return tuple(found)


def _nearest(at: int, label: str, things: Mapping[int, Item]) -> int | None:
    """Position of the one of `things` that an angle belongs to: the nearest of its label."""
    near = range(at - _REACH, at + _REACH) if things else ()
    fitting = [n for n in near if n in things and (not label or things[n].label in ("", label))]
    return min(fitting, key=lambda n: abs(n - at), default=None)
