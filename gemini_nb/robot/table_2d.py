"""The robot's table drawn from straight above, and a gripper for which geometry is what counts."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageColor, ImageDraw

from gemini_nb.robot.robot import Robot, State
from gemini_nb.robot.things import TABLE, Thing

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Point

_LOW, _ABOVE, _HIGH = 6.0, 62.0, 160.0  # of the fingertips, in mm: above all things is high
_GAP, _PAD = 80.0, 6.0  # between the open fingers; half a finger's width, a quarter of its length
_FIRM, _LOOSE = 14.0, 26.0  # how far off the fingers' middle a thing is held well, or at all
_STEP: Final = 2.0
_FORMS: Final = {  # height, width of a holder's rim, lightness of parts, from outline to middle
    "block": (44, 0, ((1, 0.8), (0.87, 1))),
    "can": (60, 0, ((1, 0.8), (0.92, 1.1), (0.78, 0.8), (0.7, 1))),
    "ball": (44, 0, ((1, 0.85), (0.85, 1), (0.35, 1.1), (0.25, 1.2))),
    "bowl": (40, 8, ((1, 0.85), (0.97, 1.08), (0.88, 0.82), (0.6, 0.92))),
    "tray": (16, 7, ((1, 0.85), (0.97, 1.08), (0.9, 0.8), (0.88, 0.95))),
    "plate": (10, 5, ((1, 0.85), (0.97, 1), (0.78, 0.88), (0.75, 1))),
}
_WOOD, _METAL, _FAINT = "#e4d5bb", "#3a3e45", "#8f8a82"
_SHADOWS: Final = ((1.1, "#dccdb2"), (1.04, "#cfc0a5"))
_ROUND: Final = np.exp(2j * np.pi * np.arange(120) / 120)


@dataclass(eq=False)
class _Body:
    """A thing, and where it is now."""

    thing: Thing
    at: complex
    """x + y * 1j, in millimetres."""
    turn: float
    floor: float = 0.0
    """The height of its lowest point."""
    fallen: bool = False

    def __post_init__(self) -> None:
        self.half = self.thing.width / 2
        self.tall, rim, self.parts = _FORMS[self.thing.form]
        self.inner = rim and self.half - rim  # where a holder's rim begins

    def length(self, way: Any) -> Any:  # noqa: ANN401 - a complex number, or an array of such
        """In a measure by which all places of the outline are `half` from the middle."""
        power = 14 if self.fallen or self.thing.form in {"block", "tray"} else 2
        way = way / 1j ** (self.turn / 90)
        deep = abs(way.imag) * (1.36 if self.thing.form == "tray" else 1)
        return (abs(way.real) ** power + deep**power) ** (1 / power)

    def meets(self, place: complex, reach: float) -> bool:
        """Whether a disc overlaps what is solid."""
        return self.inner - reach < self.length(place - self.at) < self.half + reach

    def outline(self, zoom: int, part: float, lift: float = 0) -> list[float]:
        way = self.half * part * _ROUND / self.length(_ROUND)
        return _pixels(zoom, self.at + lift * (1 - 1j) + way)


class Table2D(Robot):
    """A table seen from straight above; a pixel of its picture is a millimetre."""

    def __init__(self, things: tuple[Thing, ...], origin: Point) -> None:
        width, depth = TABLE
        view = np.array([[1000 / width, 0, 500], [0, -1000 / depth, 500], [0, 0, 1]])
        super().__init__(origin, view)
        self._bodies = [_Body(each, complex(each.x, each.y), each.turn) for each in things]
        self._tip, self._height = complex(*self.to_table(origin)), _HIGH
        self._gap = _GAP
        self._held: _Body | None = None
        self._record()

    @property
    def state(self) -> State:
        """As drawn."""
        return State(
            (self._tip.real, self._tip.imag, self._height),
            self._held.thing.name if self._held else "",
            {body.thing.name: (body.at.real, body.at.imag, body.floor) for body in self._bodies},
            frozenset(body.thing.name for body in self._bodies if body.fallen),
        )

    def _move(self, x: float, y: float, *, high: bool) -> str:
        if high:
            self._glide(self._tip, _HIGH)
        self._glide(complex(x, y), self._height)
        return "" if high else self._lower()

    def _glide(self, end: complex, height: float) -> None:
        """Go there in a straight line; what is in the way is pushed along."""
        way = end - self._tip
        pause = math.ceil((abs(way) + 1) / _STEP / 6)  # steps between two pictures
        for left in range((6 if way else 3 if height != self._height else 0) * pause, 0, -1):
            part, climb = (end - self._tip) / left, (height - self._height) / left
            self._tip, self._height = self._tip + part, self._height + climb
            if held := self._held:
                held.at, held.floor = held.at + part, held.floor + climb
                if way and left < 3 * pause and abs((held.at - self._tip).imag) > _FIRM:
                    self._let_go(held)
            for body in self._bodies if way else ():
                while not body.floor and self._height < body.tall and self._touches(body):
                    self._shift(body, way)
            if left % pause == 1 % pause:
                self._record()

    def _lower(self) -> str:
        """Come down onto the table, a holder's rim, or what lies in it; other things fall over."""
        self._glide(self._tip, min(self._height, _ABOVE))
        height, told = _LOW, ""
        for body in filter(self._touches, self._bodies):
            if body.inner or body.floor:
                height = max(height, body.floor + body.tall)
                told = f"stopped by the {body.thing.name}"
                continue
            body.fallen = body.thing.form != "ball"
            while self._touches(body):
                self._shift(body, body.at - self._tip)
        self._glide(self._tip, height)
        return told

    def _touches(self, body: _Body) -> bool:
        """Whether the fingers, or what they hold, overlap a thing as seen from above."""
        across, along, held = self._gap / 2 + _PAD, _PAD * 1j, self._held
        discs = [(self._tip + x + y, _PAD) for x in (-across, across) for y in (-along, along)]
        discs += [(held.at, held.half)] if held else []
        return body is not held and any(body.meets(*disc) for disc in discs)

    def _shift(self, body: _Body, way: complex) -> None:
        """Move a thing a step, with what lies in it, and what it runs into on the table."""
        way, start = way / abs(way) if way else 1j, body.at
        body.at += _STEP * way
        for other in (each for each in self._bodies if each not in (body, self._held)):
            far = other.at - start
            if other.floor and body.length(far) < body.inner:
                other.at += _STEP * way
            is_on_the_table = not (other.floor or body.floor)
            if is_on_the_table and (far / way).real > 0 and other.meets(start, body.half):
                self._shift(other, way)

    def _grip(self, *, opened: bool) -> None:
        if opened:
            self._gap = _GAP
            if self._held:
                self._let_go(self._held)
        elif not self._held:
            wide, self._gap = self._gap / 2, 0.0
            for body in self._bodies:
                off, top = body.at - self._tip, body.floor + body.tall
                is_between = abs(off.real) < wide and abs(off.imag) < _LOOSE
                if is_between and not body.inner and self._height < top - 8:
                    body.at = complex(self._tip.real, body.at.imag)
                    body.turn = 90 * round(body.turn / 90)
                    self._held, self._gap = body, 2 * body.half
                    break
        self._record()

    def _let_go(self, body: _Body) -> None:
        """What is held falls: into a holder, off its rim, or onto the table."""
        others = [other for other in self._bodies if other is not body]
        is_high, self._held, body.floor = body.floor > _ABOVE, None, 0.0
        if any(each.length(body.at - each.at) < each.inner - 8 for each in others):
            body.floor = _LOW
        elif is_high and body.thing.form != "ball":
            body.fallen = True
        for other in 2 * others:
            while other.floor == body.floor and other.meets(body.at, body.half):
                self._shift(body, body.at - other.at)

    def _seen(self, width: int) -> Image.Image:
        zoom = width // 320  # half pixels for each millimetre: drawn twice as large, then shrunk
        paper = Image.new("RGB", (zoom * int(TABLE[0]), zoom * int(TABLE[1])), _WOOD)
        pen, size = ImageDraw.Draw(paper), 1 + self._height / 600
        bodies = sorted(self._bodies, key=lambda body: body.floor)
        across, lift = self._gap / 2 + _PAD, (3 + self._height / 6) * (1 - 1j)
        gripper = [
            self._tip + size * np.array([middle - corner, middle + corner])
            for middle, corner in ((-across, 6 - 12j), (across, 6 - 12j), (30j, 60 - 8j))
        ]
        for part, colour in _SHADOWS:
            for body in bodies:
                pen.polygon(body.outline(zoom, part, 3 + body.floor / 6), colour)
        for corners in gripper:
            pen.rectangle(_pixels(zoom, corners + lift), _SHADOWS[0][1])
        for body in bodies:
            for part, light in body.parts:
                glint, rgb = 150 * max(0, light - 1), ImageColor.getrgb(body.thing.colour)
                fill = tuple(min(255, int(light * each + glint)) for each in rgb)
                pen.polygon(body.outline(zoom, part), fill)
        for corners in gripper:  # of which the camera sees the outline only while it is high
            fill, line = (None, _FAINT) if self._height > _ABOVE else (_METAL, _METAL)
            pen.rectangle(_pixels(zoom, corners), fill, line, width=2 * zoom)
        return paper.reduce(2)


def _pixels(zoom: int, places: Any) -> list[float]:  # noqa: ANN401 - likewise
    across, down = TABLE[0] / 2 + places.real, TABLE[1] / 2 - places.imag
    return (zoom * np.stack((across, down), axis=1)).ravel().tolist()
