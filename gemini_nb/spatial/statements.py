"""What an answer about images says without a place in the picture: angles, times, calls."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gemini_nb.spatial.items import Item, number, require_finite

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, repr=False)
class Angle(Item):
    """How far a gripper is turned.

    Example:
        >>> Angle(30, label="handle").to_dict()
        {'angle': 30, 'label': 'handle'}
    """

    degrees: float

    def __post_init__(self) -> None:
        require_finite("Angle", degrees=self.degrees)

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
