"""Marks of trajectories: a line with arrowheads, an open start, a filled end, numbered steps."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.colours import WHITE
from gemini_nb.drawing.marks.marks import hull
from gemini_nb.drawing.scene import Disc, Mark, Path
from gemini_nb.drawing.wording import LONGEST, clean, title
from gemini_nb.spatial.geometry import PixelPoint

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.scene import Primitive, Stroke
    from gemini_nb.spatial.geometry import Point, Trajectory

NUMBER_SIZE: Final = 0.72
"""Of the numbers on a path, in font sizes."""

_STEP_RADIUS: Final = 0.6  # of a numbered disc, in font sizes
_CLEAR: Final = 2.4  # from one numbered disc to the next, in radii
_SPARSE: Final = 4.0  # from one dot to the next, in radii
_EVERY: Final = (1, 2, 5, 10, 20, 50, 100)
_MOST_NUMBERS: Final = 200
_LONGEST_NUMBER: Final = 4
_DOT_RADIUS: Final = 1.1  # of a step without its number, in line widths
_ARROW: Final = 4.2  # length of an arrowhead, in line widths
_WING: Final = math.radians(28)  # between an arrowhead's axis and its side
_ARROW_EVERY: Final = 30.0  # line widths along a path whose steps lie close together


class Step(NamedTuple):
    """A numbered disc on a path."""

    text: str
    centre: PixelPoint
    radius: float
    fill: str


def path_mark(
    path: Trajectory,
    items: tuple[int, ...],
    colour: str,
    canvas: Canvas,
    *,
    dashed: bool = False,
) -> tuple[Mark, tuple[Step, ...]]:
    """The mark of `path`, and the discs on it that have room for a number.

    Args:
        path: a trajectory; where its points have labels, these are their numbers.
        items: positions in the annotations of what it is made of.
        colour: of the line.
        canvas: to draw on.
        dashed: whether the line is.
    """
    places = tuple(canvas.place(point) for point in path.points)
    large = step_radius(canvas)
    gap = _usual_gap(places)
    numbers = [_number(point, at) for at, point in enumerate(path.points)]
    shown = _numbered(places, numbers, gap, large)
    dot = round(_DOT_RADIUS * canvas.line, 1)
    small = dot if gap >= _SPARSE * dot else 0.0  # dots as close as that are a line
    radii = [large if at in shown else small for at in range(len(places))]
    drawn: list[Primitive] = []
    if len(places) > 1:
        drawn.append(Path(places, canvas.stroke(colour, dashed=dashed)))
        drawn += _arrowheads(places, radii, colour, canvas)
    drawn += _discs(places, radii, colour, canvas)
    told = title(path, _told(path.points, numbers))
    mark = Mark(tuple(drawn), colour, told, hull(places, large), items)
    return mark, _steps(numbers, places, shown, large, colour)


def step_radius(canvas: Canvas) -> float:
    """Of a disc that holds a number."""
    return round(_STEP_RADIUS * canvas.font_size, 1)


def _usual_gap(places: Sequence[PixelPoint]) -> float:
    """The median distance from one step to the next."""
    gaps = sorted(math.dist(*ends) for ends in pairwise(places))
    return gaps[len(gaps) // 2] if gaps else 0.0


def _number(point: Point, at: int) -> int:
    """What the model numbered `point`, as its step or its label, or else its place in the path."""
    said = str(point.details.get("step", point.label)).strip()
    return int(said) if said.isdecimal() and len(said) <= _LONGEST_NUMBER else at + 1


def _told(points: Sequence[Point], numbers: Sequence[int]) -> str:
    """How many steps there are, and what the model said about each."""
    steps = [f"trajectory of {len(points)} point{'s' * (len(points) != 1)}"]
    for point, number in zip(points, numbers, strict=True):
        said = clean(str(point.details.get("action", point.label))[:LONGEST])
        if said and not said.isdecimal():
            steps.append(f"{number} {said}")
    return " · ".join(steps)


def _numbered(
    places: Sequence[PixelPoint], numbers: Sequence[int], gap: float, radius: float
) -> set[int]:
    """Positions of the steps that get a number: all, or every second, fifth, tenth and so on.

    The ends have one always, the others where their discs stand clear of those before.
    """
    last = len(places) - 1
    apart = _CLEAR * radius
    room = (
        every
        for every in _EVERY
        if every * gap >= apart * min(every, 2) and last <= every * _MOST_NUMBERS
    )
    every = next(room, 0)
    kept = [0, last]
    for at in range(1, last):
        if every and numbers[at] % every == 0:
            clear = (math.dist(places[at], places[other]) >= apart for other in kept)
            if all(clear):
                kept.append(at)
    return set(kept)


def _discs(
    places: Sequence[PixelPoint], radii: Sequence[float], colour: str, canvas: Canvas
) -> list[Primitive]:
    """A disc for every step: the first is open, and the last has a ring around it."""
    last = len(places) - 1
    ring = canvas.ring()
    discs: list[Primitive] = [
        Disc(places[at], radii[at], colour, ring)
        for at in sorted(range(1, last), key=radii.__getitem__)  # numbered ones over mere dots
        if radii[at]
    ]
    if last > 0:
        discs.append(Disc(places[0], radii[0], WHITE, canvas.stroke(colour)))
    end = places[last]
    discs.append(Disc(end, radii[last] + 1.4 * canvas.line, None, canvas.stroke(colour)))
    discs.append(Disc(end, radii[last], colour, ring))
    return discs


def _steps(
    numbers: Sequence[int],
    places: Sequence[PixelPoint],
    shown: set[int],
    radius: float,
    colour: str,
) -> tuple[Step, ...]:
    """The numbered discs; one that lies under the end is not readable and gets no number."""
    last = len(places) - 1
    steps: list[Step] = []
    for at in sorted(shown):
        if at == 0 and last > 0 and math.dist(places[0], places[last]) < 2 * radius:
            continue
        fill = WHITE if at == 0 and last > 0 else colour
        steps.append(Step(str(numbers[at]), places[at], radius, fill))
    return tuple(steps)


def _arrowheads(
    places: Sequence[PixelPoint], radii: Sequence[float], colour: str, canvas: Canvas
) -> list[Primitive]:
    """Arrowheads in the middle of segments: of each that is long, else now and then."""
    heads: list[Primitive] = []
    stroke = canvas.stroke(colour, thickness=0.4)
    length = _ARROW * canvas.line
    since = 0.0
    for at, (start, end) in enumerate(pairwise(places)):
        distance = math.dist(start, end)
        since += distance
        clear = distance - radii[at] - radii[at + 1]
        if clear >= 1.5 * length or (since >= _ARROW_EVERY * canvas.line and clear > 0):
            along = (radii[at] + (clear + length) / 2) / distance
            x, y = start.x + along * (end.x - start.x), start.y + along * (end.y - start.y)
            angle = math.atan2(end.y - start.y, end.x - start.x)
            tip = PixelPoint(round(x, 1), round(y, 1))
            heads.append(_arrowhead(tip, angle, length, colour, stroke))
            since = 0.0
    return heads


def _arrowhead(tip: PixelPoint, angle: float, length: float, colour: str, stroke: Stroke) -> Path:
    """A triangle with its tip in `tip`, pointing along `angle`."""
    wings = (
        PixelPoint(
            round(tip.x - length * math.cos(angle + turn), 1),
            round(tip.y - length * math.sin(angle + turn), 1),
        )
        for turn in (-_WING, _WING)
    )
    return Path((tip, *wings), stroke, closed=True, fill=colour, fill_opacity=1.0)
