"""A table-top robot for a model to command: in 2-D without more, in MuJoCo with an extra."""

from __future__ import annotations

from importlib import import_module
from random import Random
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.errors import RobotError
from gemini_nb.robot.things import Thing, scattered
from gemini_nb.spatial.geometry import Point

if TYPE_CHECKING:
    from gemini_nb.robot.robot import Robot

__all__ = ["table_top"]

_BODIES: Final = {"2d": ("table_2d", "Table2D"), "mujoco": ("mujoco_arm", "MujocoArm")}
_STANDARD: Final = Thing("blue block", -140, -60), Thing("orange bowl", 150, -20)


def table_top(
    *things: str,
    body: Literal["2d", "mujoco"] = "2d",
    seed: int | None = None,
    origin: tuple[int, int] = (300, 500),
) -> Robot:
    """A robot above a table with things on it.

    Args:
        things: names of a colour and a form each, no two alike; without them a blue block and an
            orange bowl, as in Google's Robotics guide.
        body: "2d" is drawn from above and needs nothing more; "mujoco" is an arm with physics and a
            camera in perspective, and needs `pip install "gemini-nb[robot]"`.
        seed: puts the things in places of its own; without it, the guide's two lie where they
            always do, and others as with seed 0.
        origin: y and x of the camera's picture, 0 to 1000, from where a model counts.

    Raises:
        RobotError: a thing or body has another name, there is no room for so many things, the
            origin is out of reach, or MuJoCo is missing.

    Example:
        >>> table_top("red can", "teal tray", seed=4).state.held
        ''
    """
    names = things or tuple(thing.name for thing in _STANDARD)
    if len(set(names)) < len(names):
        raise RobotError(f"Two things have one name: {', '.join(names)}; give each its own.")
    placed = _STANDARD
    if things or seed is not None:
        placed = scattered(names, Random(seed or 0))  # noqa: S311 - for no secret
    if body not in _BODIES:
        raise RobotError(f"body={body!r} is none of {', '.join(_BODIES)}.")
    module, kind = _BODIES[body]
    make = getattr(import_module(f"gemini_nb.robot.{module}"), kind)
    return make(placed, Point(*origin))
