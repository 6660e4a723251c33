"""The robot that a model commands: what it may do, where it may go, and the log of what it did."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.errors import RobotError
from gemini_nb.robot.film import Film
from gemini_nb.robot.things import HOLDERS, TABLE, Thing
from gemini_nb.spatial.geometry import Box, Point, Trajectory

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping

    from numpy.typing import NDArray
    from PIL import Image

_MOST_FRAMES: Final = 360  # kept; of more, the last
_PUSHED, _CLEAR = 10.0, 2.0  # millimetres that are worth a word: of a way, and of a height
_FAR: Final = 9999  # thousandths: a model may send numbers that no geometry survives
_BY: Final = 30.0  # millimetres from the rim of what a thing lies beside


@dataclass(frozen=True, slots=True)
class Step:
    """One call and what came of it."""

    function: str
    arguments: Mapping[str, Any]
    result: str
    is_error: bool = False
    """Whether it was refused, so that nothing moved, or broken off."""

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.function}({told})"


@dataclass(frozen=True, slots=True)
class State:
    """Where everything is, in millimetres from the middle of the table: x to the right, y away."""

    gripper: tuple[float, float, float]
    """x, y, and the height of the fingertips above the table."""
    held: str
    """The thing between the fingers; empty where there is none."""
    things: Mapping[str, tuple[float, float, float]]
    """Each thing's x, y, and the height of its lowest point, by its name."""
    fallen: frozenset[str] = frozenset()
    """The things that were knocked over."""

    def lies(self, name: str) -> str:
        """Where a thing lies, such as "in the orange bowl" or "on the table, fallen"."""
        x, y, height = self.things[name]
        if max(abs(x) / TABLE[0], abs(y) / TABLE[1]) > 1 / 2:
            return "off the table"

        def gap(other: str) -> float:
            return math.dist((x, y), self.things[other][:2]) - Thing(other).width / 2

        near = sorted((each for each in self.things if each != name and gap(each) < _BY), key=gap)
        for other in near:
            if self.things[other][2] < height - _CLEAR:
                return f"{HOLDERS.get(Thing(other).form, 'on')} the {other}"
        holder = next((each for each in near if Thing(each).form in HOLDERS), "")
        told = f"beside the {holder}" if holder else "on the table"
        return told + ", fallen" * (name in self.fallen)


class Robot(ABC):
    """A gripper above a table, with the mock API of Google's Robotics guide and a camera.

    `move`, `set_gripper_state` and `return_to_origin` are what a model calls: their docstrings are
    the declarations that it reads, their results are sentences for it.

    Args:
        origin: the point of the picture from which a model counts.
        view: from millimetres on the table, x, y and 1, to thousandths of the picture, x, y and a
            divisor of both.
    """

    def __init__(self, origin: Point, view: NDArray[np.float64]) -> None:
        self.origin = origin
        self.forbidden: tuple[Box, ...] = ()
        """Boxes of the picture that the middle of the gripper must not enter or cross; leave room
        for its fingers, 80 thousandths to either side."""
        self.log: list[Step] = []
        self._view = view
        self._rehearsed: Point | None = None
        """How far a rehearsal has come."""
        self._frames: deque[tuple[int, Image.Image]] = deque(maxlen=_MOST_FRAMES)
        self._allow(origin)

    def move(self, x: int, y: int, high: bool) -> str:  # noqa: FBT001 - the guide's API
        """Moves the gripper to a place, counted from the robot's origin.

        Args:
            x: To the right of the origin, in thousandths of the picture's width.
            y: Below the origin in the picture, in thousandths of its height.
            high: True to pass above all things, False to go down to the table.
        """

        def go() -> str:
            _truth("high", high)
            place = Point(self.origin.y + _whole("y", y), self.origin.x + _whole("x", x))
            return self._gone(place, "would go there", high=high)

        return self._logged("move", {"x": x, "y": y, "high": high}, go)

    def set_gripper_state(self, opened: bool) -> str:  # noqa: FBT001 - the guide's API
        """Opens or closes the gripper.

        Args:
            opened: True to open it and let go, False to close it on what is between the fingers.
        """

        def grip() -> str:
            _truth("opened", opened)
            if self._rehearsed:
                return f"would {'open' if opened else 'close'}"
            before = self.state
            self._grip(opened=opened)
            told, held = self._told(before, "let go of the {}"), self.state.held
            if not opened:
                told = [f"holding the {held}" if held else "nothing gripped", *told]
            return "; ".join(told or ["open"])

        return self._logged("set_gripper_state", {"opened": opened}, grip)

    def return_to_origin(self) -> str:
        """Lifts the gripper and brings it back to where it started."""
        back = partial(self._gone, self.origin, "would go back", high=True)
        return self._logged("return_to_origin", {}, back)

    @property
    def functions(self) -> tuple[Callable[..., str], ...]:
        """What a model may call."""
        return self.move, self.set_gripper_state, self.return_to_origin

    @contextmanager
    def rehearsal(self) -> Generator[list[Step]]:
        """Calls within are checked and listed, and move nothing: a dry run.

        Example:
            >>> from gemini_nb.robot import table_top
            >>> robot = table_top()
            >>> with robot.rehearsal() as steps:
            ...     robot.move(100, 50, True)
            'would go there'
            >>> [str(step) for step in steps], robot.log
            (['move(x=100, y=50, high=True)'], [])
        """
        kept = self.log, self._rehearsed
        self.log, self._rehearsed = [], self._rehearsed or self._here()
        try:
            yield self.log
        finally:
            self.log, self._rehearsed = kept

    def film(self) -> Film:
        """What was done so far, as a film with a table of the calls."""
        return Film(tuple(self._frames), tuple(self.log))

    def camera(self) -> Image.Image:
        """The picture to send: 640 x 480, the whole table in it."""
        return self._seen(640)

    def to_table(self, point: Point) -> tuple[float, float]:
        """Where a point of the camera's picture lies on the table, x and y in millimetres."""
        x, y, scale = np.linalg.solve(self._view, [point.x, point.y, 1.0]).tolist()
        return x / scale, y / scale

    def to_image(self, x: float, y: float) -> Point:
        """The other way: where a place of the table is in the camera's picture."""
        across, down, scale = (self._view @ [x, y, 1.0]).tolist()
        return Point(down / scale, across / scale)

    @property
    @abstractmethod
    def state(self) -> State:
        """Where everything is."""

    @abstractmethod
    def _seen(self, width: int) -> Image.Image:
        """What the camera sees, so many pixels wide: mode "RGB", 4 to 3, the whole table in it."""

    @abstractmethod
    def _move(self, x: float, y: float, *, high: bool) -> str:
        """Go to a place of the table in a straight line; what kept it from that, if anything."""

    @abstractmethod
    def _grip(self, *, opened: bool) -> None:
        """Open or close, and let what follows happen."""

    def _beyond(self, _x: float, _y: float, *, high: bool) -> str:  # noqa: ARG002
        """Why a place of the table can't be reached, if it can't."""
        return ""

    def _gone(self, place: Point, would: str, *, high: bool) -> str:
        """Where the gripper is afterwards, for the model, and what happened on the way there."""
        self._allow(place)
        if self._rehearsed:
            self._rehearsed = place
            return self._beyond(*self.to_table(place), high=high) or would
        before = self.state
        kept_off = self._move(*self.to_table(place), high=high)
        told, here, held = self._told(before, "the {} slipped out"), self._here(), self.state.held
        x, y = round(here.x - self.origin.x), round(here.y - self.origin.y)
        at = f"at x={x}, y={y}" + f", holding the {held}" * bool(held)
        return "; ".join(filter(None, [at, kept_off, *told]))

    def _here(self) -> Point:
        return self.to_image(*self.state.gripper[:2])

    def _told(self, before: State, lost: str) -> list[str]:
        """What has happened to the things since then, in sentences."""
        after, words = self.state, list[str]()
        if before.held and not after.held:
            words.append(f"{lost.format(before.held)}: it lies {after.lies(before.held)}")
        for name in sorted(after.things.keys() - {before.held, after.held}):
            if name in after.fallen - before.fallen:
                words.append(f"knocked over the {name}")
            elif math.dist(after.things[name], before.things[name]) > _PUSHED:
                off = " off the table" * (after.lies(name) == "off the table")
                words.append(f"pushed the {name}{off}")
        return words

    def _record(self) -> None:
        self._frames.append((len(self.log), self._seen(320)))

    def _allow(self, place: Point) -> None:
        """Refuse what lies off the picture, or beyond or in a forbidden box."""
        if not (0 <= place.y <= 1000 and 0 <= place.x <= 1000):  # noqa: PLR2004 - thousandths
            raise RobotError(
                f"y={place.y:g}, x={place.x:g} of the picture is outside of the workspace, which "
                "is 0 to 1000: x and y are counted from the origin, "
                f"y={self.origin.y:g}, x={self.origin.x:g}."
            )
        for box in self.forbidden:
            if Trajectory((self._rehearsed or self._here(), place)).crosses(box):
                name = box.label or f"{box.to_dict()['box_2d']}"
                raise RobotError(f"The way there enters the forbidden box {name}: go around it.")

    def _logged(self, function: str, arguments: dict[str, Any], do: Callable[[], str]) -> str:
        try:
            result = do()
        except (RobotError, KeyboardInterrupt) as error:
            self.log.append(Step(function, arguments, str(error) or "broken off", is_error=True))
            raise
        self.log.append(Step(function, arguments, result))
        return result


def _whole(name: str, value: object) -> int:
    """A number of thousandths; a model may also send words, or true and false."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1:
        raise RobotError(f"{name}={value!r} is no whole number of thousandths.")
    return int(max(-_FAR, min(value, _FAR)))


def _truth(name: str, value: object) -> None:
    if not isinstance(value, bool):
        raise RobotError(f"{name}={value!r} is neither true nor false.")
