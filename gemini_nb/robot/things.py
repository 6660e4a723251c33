"""The things on the table: their forms and colours, and where they lie."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.errors import RobotError

if TYPE_CHECKING:
    from random import Random

COLOURS: Final = {
    "blue": "#1f4fd8", "orange": "#f28c13", "red": "#d62828", "green": "#2e9e44",
    "yellow": "#f2cc0c", "purple": "#8338c9", "pink": "#f06fb0", "teal": "#0a9396",
    "brown": "#7a4a21", "black": "#1d1d1f",
}  # fmt: skip
"""The colours that things may have."""
FORMS: Final = {
    "block": 44.0, "can": 44.0, "ball": 44.0, "bowl": 140.0, "tray": 150.0, "plate": 130.0,
}  # fmt: skip
"""The forms that they may have, and how wide each is, in millimetres."""
HOLDERS: Final = {"bowl": "in", "tray": "on", "plate": "on"}
"""The forms that hold other things, in or on them; they are too wide to be gripped."""
TABLE: Final = 640.0, 480.0
"""The width and depth of the table that the camera sees, in millimetres."""
_EDGE, _APART = 70.0, 30.0  # millimetres: from the rim, and between two things
_TRIES: Final = 5000


@dataclass(frozen=True, slots=True)
class Thing:
    """Something on the table.

    Example:
        >>> Thing("red ball").form, Thing("red ball").width
        ('ball', 44.0)
    """

    name: str
    """A colour and a form: "blue block"."""
    x: float = 0.0
    """Of its middle, in millimetres from the middle of the table: to the right ..."""
    y: float = 0.0
    """... and away."""
    turn: float = 0.0
    """Degrees, anticlockwise from above."""

    def __post_init__(self) -> None:
        colour, _, form = self.name.partition(" ")
        if colour not in COLOURS or form not in FORMS:
            raise RobotError(
                f"{self.name!r} is no colour and form, such as 'blue block'; colours: "
                f"{', '.join(COLOURS)}; forms: {', '.join(FORMS)}."
            )

    @property
    def form(self) -> str:
        """Such as "block"."""
        return self.name.split()[1]

    @property
    def colour(self) -> str:
        """As "#rrggbb"."""
        return COLOURS[self.name.split()[0]]

    @property
    def width(self) -> float:
        """In millimetres."""
        return FORMS[self.form]


def scattered(names: tuple[str, ...], chance: Random) -> tuple[Thing, ...]:
    """Places at random, none too near to another or to the rim."""
    placed: list[Thing] = []
    across, deep = (side / 2 - _EDGE for side in TABLE)
    for name in names:
        thing = Thing(name)
        for _ in range(_TRIES):
            x, y = chance.uniform(-across, across), chance.uniform(-deep, deep)
            if all(
                math.hypot(x - other.x, y - other.y) > (thing.width + other.width) / 1.4 + _APART
                for other in placed
            ):
                turn = chance.uniform(-45, 45)
                placed.append(replace(thing, x=round(x, 1), y=round(y, 1), turn=round(turn, 1)))
                break
        else:
            raise RobotError(f"There is no room for the {name} beside {len(placed)} other things.")
    return tuple(placed)
