"""Halves, quarters, rows and columns of an image, as phrases name them."""

from __future__ import annotations

import re
import statistics
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.scene import Region

_PORTIONS: Final = {"half": 1 / 2, "quarter": 1 / 2, "quadrant": 1 / 2, "third": 1 / 3}
_ROWS: Final = frozenset(("row", "shelf", "level", "tier", "line"))
_SIDE: Final = r"(?:upper|lower|top|bottom|left|right|middle|central|centre|center)"
_ORDINALS: Final = {"first": 0, "second": 1, "third": 2, "fourth": 3, "last": -1}
_AREA: Final = re.compile(
    rf"(?:^|\s)(?:in|on|at|from|within|across|of|inside)\s+(?:the\s+)?"
    rf"(?P<sides>{_SIDE}(?:[\s-]+(?:hand\s+)?{_SIDE})?)[\s-]+(?:hand\s+)?"
    rf"(?P<portion>{'|'.join(_PORTIONS)})\b(?:\s+of\s+(?:the\s+|this\s+)?[\w\s]+)?"
)
_LINE: Final = re.compile(
    rf"(?:^|\s)(?:in|on|at|from|within|of)\s+(?:the\s+)?"
    rf"(?P<which>{_SIDE}(?:most)?|{'|'.join(_ORDINALS)})\s+(?P<line>row|shelf|level|tier|line|column)\b"
    r"(?:\s+(?:of|from the top|from the left)\b[\w\s]*)?"
)
_APART: Final = 0.5  # of the middle height of things, by which the next row is lower


@dataclass(frozen=True, slots=True)
class Area:
    """A part of an image: a rectangle of it, or one row or column of the things in it."""

    box: tuple[float, float, float, float] = (0, 0, 1000, 1000)
    """ymin, xmin, ymax and xmax, in thousandths."""
    line: int | None = None
    """Which row or column, from 0 at the top or left, or from -1 at the other end."""
    middle: bool = False
    """Whether the middle one of all rows or columns is meant."""
    across: bool = True
    """Whether lines are rows rather than columns."""


def read_area(text: str) -> tuple[Area | None, str]:
    """The area that a phrase in small letters names after a preposition, and the rest of it.

    Example:
        >>> area, rest = read_area("cups in the upper left quarter of the table")
        >>> area.box, rest
        ((0, 0, 500.0, 500.0), 'cups')
        >>> read_area("the left half of the banana")
        (None, 'the left half of the banana')
    """
    for pattern, made in ((_AREA, _portion), (_LINE, _line)):
        found = pattern.search(text)
        if found and text[: found.start()].strip():
            return made(found), f"{text[: found.start()]}{text[found.end() :]}".strip()
    return None, text


def inside_area(regions: Sequence[Region], among: list[int], area: Area) -> list[int]:
    """Which of the things at positions `among` have their centre in `area`."""
    if area.line is not None or area.middle:
        lines = _lines(regions, among, axis=0 if area.across else 1)
        number = len(lines) // 2 if area.line is None else area.line
        return lines[number] if -len(lines) <= number < len(lines) else []
    ymin, xmin, ymax, xmax = area.box
    return [
        index
        for index in among
        if ymin <= regions[index].centre[0] <= ymax and xmin <= regions[index].centre[1] <= xmax
    ]


def _lines(regions: Sequence[Region], among: list[int], *, axis: int) -> list[list[int]]:
    """The things in rows (axis 0) or columns (axis 1): a gap between their centres parts two."""
    if not among:
        return []
    sizes = [regions[index].box[axis + 2] - regions[index].box[axis] for index in among]
    gap = _APART * statistics.median(sizes)
    ranked = sorted(among, key=lambda index: regions[index].centre[axis])
    lines = [[ranked[0]]]
    for before, index in pairwise(ranked):
        if regions[index].centre[axis] - regions[before].centre[axis] > gap:
            lines.append([])
        lines[-1].append(index)
    return lines


def _portion(found: re.Match[str]) -> Area:
    size = 1000 * _PORTIONS[found["portion"]]
    ymin, xmin, ymax, xmax = 0.0, 0.0, 1000.0, 1000.0
    for side in re.findall(r"\w+", found["sides"]):
        match side:
            case "upper" | "top":
                ymin, ymax = 0, size
            case "lower" | "bottom":
                ymin, ymax = 1000 - size, 1000
            case "left":
                xmin, xmax = 0, size
            case "right":
                xmin, xmax = 1000 - size, 1000
            case _:
                ymin, ymax = 500 - size / 2, 500 + size / 2
    return Area((ymin, xmin, ymax, xmax))


def _line(found: re.Match[str]) -> Area:
    which, across = found["which"].removesuffix("most"), found["line"] in _ROWS
    if which in _ORDINALS:
        return Area(line=_ORDINALS[which], across=across)
    if which in {"upper", "top", "left"}:
        return Area(line=0, across=across)
    if which in {"lower", "bottom", "right"}:
        return Area(line=-1, across=across)
    return Area(middle=True, across=across)
