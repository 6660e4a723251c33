"""Places as numbers: in thousandths, fractions or pixels, y or x first, by the names they have."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.offline.vision.answer_form import LeafForm
from gemini_nb.offline.vision.finding import Finding
from gemini_nb.offline.vision.form_roles import role_of

if TYPE_CHECKING:
    from gemini_nb.offline.vision.answer_form import JsonValue
    from gemini_nb.offline.vision.form_roles import Role
    from gemini_nb.offline.vision.pointing import Bounds, Place

Scale = Literal["thousandths", "fractions", "pixels"]

_BOX_SIZE: Final = 4


@dataclass(frozen=True, slots=True)
class Units:
    """How places are written."""

    width: int
    """Of the image, in pixels."""
    height: int
    scale: Scale = "thousandths"
    x_first: bool = False

    def y(self, thousandths: float) -> float:
        """A height or vertical place as it is written."""
        return self._written(thousandths, self.height)

    def x(self, thousandths: float) -> float:
        """A width or horizontal place as it is written."""
        return self._written(thousandths, self.width)

    def pair(self, place: Place) -> tuple[float, float]:
        """A place as two numbers, in order."""
        y, x = self.y(place[0]), self.x(place[1])
        return (x, y) if self.x_first else (y, x)

    def _written(self, thousandths: float, side: int) -> float:
        match self.scale:
            case "thousandths":
                return round(thousandths)
            case "fractions":
                return round(thousandths / 1000, 4)
            case "pixels":
                return round(thousandths * side / 1000)


def units_in(text: str) -> dict[str, object]:
    """What `text` says of scale and order, as fields of `Units`.

    Example:
        >>> units_in("The centre as [x, y] in pixels"), units_in("normalised to 0-1000")
        ({'scale': 'pixels', 'x_first': True}, {'scale': 'thousandths'})
    """
    plain = text.lower()
    said: dict[str, object] = {}
    if re.search(r"\b(?:0|0\.0)\s*(?:-|to|and|\u2013|\.\.)\s*1,?000\b|\b1,?000\b", plain):
        said["scale"] = "thousandths"
    elif re.search(r"\b0(?:\.0+)?\s*(?:-|to|and|\u2013|\.\.)\s*1(?:\.0+)?(?![\d.]*\d)", plain):
        said["scale"] = "fractions"
    elif re.search(
        r"\b(?:in|as|absolute|image)\s+(?:\w+\s+)?pixels?\b|\bpixel (?:coord|val|unit|pos)", plain
    ):
        said["scale"] = "pixels"
    if re.search(r"[\[(]\s*\W?x\w*\W?\s*,", plain):
        said["x_first"] = True
    elif re.search(r"[\[(]\s*\W?y\w*\W?\s*,", plain):
        said["x_first"] = False
    return said


def two_numbers(form: LeafForm, point: Place, units: Units) -> list[JsonValue]:
    """The numbers of `point`, with a 0 after them where the form has a third."""
    pair = units.pair(point)
    return [*pair, 0] if len(form.names) == len(pair) + 1 else [*pair]


def four_numbers(form: LeafForm, box: Bounds, units: Units) -> list[JsonValue]:
    """The numbers of `box` in the order of the names that the form has for them."""
    ymin, xmin, ymax, xmax = box
    roles: list[Role | None] = [role_of(name, LeafForm(), form.names) for name in form.names]
    numbers: list[JsonValue] = []
    for place_in_list, role in enumerate(roles):
        actual: Role | None = role
        if role in {"ymin", "y"} and role in roles[:place_in_list]:
            actual = "ymax"
        elif role in {"xmin", "x"} and role in roles[:place_in_list]:
            actual = "xmax"
        number = number_of(actual, Finding("", box=box, point=_centre(box)), units)
        if number is None:
            break
        numbers.append(number)
    if len(numbers) == _BOX_SIZE:
        return numbers
    corners = units.pair((ymin, xmin)), units.pair((ymax, xmax))
    return [*corners[0], *corners[1]]


def _centre(box: Bounds) -> Place:
    return (box[0] + box[2]) / 2, (box[1] + box[3]) / 2


def number_of(role: Role | None, finding: Finding, units: Units) -> float | None:
    """A single coordinate or length, as it is written; None for any other role."""
    values: dict[Role, float] = {}
    if finding.point:
        y, x = finding.point
        values |= {"y": units.y(y), "x": units.x(x)}
    if finding.box:
        ymin, xmin, ymax, xmax = finding.box
        values |= {"ymin": units.y(ymin), "ymax": units.y(ymax), "height": units.y(ymax - ymin)}
        values |= {"xmin": units.x(xmin), "xmax": units.x(xmax), "width": units.x(xmax - xmin)}
    return values.get(role) if role else None
