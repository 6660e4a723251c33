"""Ways from one place to another around what lies between, and over many places."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.offline.vision.pointing import distance_to

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from gemini_nb.offline.vision.scene import Point, Scene

    Cells = NDArray[Any]
    """One value for each pixel of a mask, or one row for each place on it."""

_ROOM: Final = 0.04  # of the shorter side, that a way keeps from things
_BESIDE: Final = 8.0  # what a step beside a thing costs, in steps elsewhere
_ACROSS: Final = 60.0  # a step over a thing that isn't named: only where there is no other way
_FORBIDDEN: Final = 1e4  # a step over a thing that is to be avoided
_EDGE: Final = 2.5  # pixels by which things are larger there, so that no sample misses one
_TURNS_AT: Final = (12, 16)  # rows and columns of the places at which a way may turn
_MOST_TURNS: Final = 6


def way(
    scene: Scene, start: Point, goal: Point, avoid: Iterable[int] = (), points: int = 10
) -> tuple[Point, ...]:
    """`points` stops, about equally far apart, from `start` to `goal` around what lies between.

    What `start` and `goal` are on, in or under is in nobody's way. The straight stretches between
    the stops keep off everything else, with some room where there is any.

    What `avoid` names, by positions in `scene.regions`, is never crossed; other things are where
    there is no way around them, as a hand may reach over them. Nothing comes back where every way
    of so many stops crosses something that is to be avoided.
    """
    if points == 1 or not scene.regions:
        return along([start, goal], points)
    masks = [region.mask for region in scene.regions]
    named, free = {*avoid}, _under(scene, start) | _under(scene, goal)
    if free & named:
        return ()
    others = [each for index, each in enumerate(masks) if index not in free | named]
    groups = others, [masks[index] for index in free], [masks[index] for index in named]
    nothing = np.zeros_like(masks[0])
    blocked, ends, forbidden = (np.logical_or.reduce([nothing, *group]) for group in groups)
    # What shows through the things at both ends is part of them.
    cost = np.maximum(_cost(blocked & ~ends, _ACROSS), _cost(forbidden, _FORBIDDEN))
    scale = np.array(cost.shape) / 1000
    line = _cheapest(np.array([start, goal]) * scale, cost, min(points - 2, _MOST_TURNS))
    if any(_samples(begin, end, forbidden, 400).any() for begin, end in pairwise(line)):
        return ()
    return along([(float(y), float(x)) for y, x in line / scale], points, cost.shape)


def _under(scene: Scene, place: Point) -> set[int]:
    """The things that `place` is on, those that hold these, and what lies in them."""
    regions, pixel = scene.regions, np.array(place) * scene.regions[0].mask.shape / 1000
    found = {n for n, each in enumerate(regions) if _samples(pixel, pixel, each.mask, 1)[0]}
    inner = {n for n, each in enumerate(regions) if each.inside in found}
    for n in reversed(range(len(regions))):  # what holds a thing is larger, and so stands before it
        inside = regions[n].inside if n in found else None
        found |= set() if inside is None else {inside}
    return found | inner


def _cost(blocked: Cells, across: float) -> Cells:
    """What a step onto each pixel costs: the more, the closer a blocked one is."""
    away, room = distance_to(blocked), _ROOM * min(blocked.shape) + _EDGE
    beside = np.where(away > room, 1, _BESIDE * (2 - np.minimum(away, room) / room))
    return np.where(away <= _EDGE, across, beside)


def _samples(start: Cells, ends: Cells, grid: Cells, count: int = 64) -> Cells:
    """The values of `grid` along the straight stretches from `start` to each of `ends`."""
    places = start + np.linspace(0, 1, count)[:, None] * (ends[..., None, :] - start)
    rows, columns = np.moveaxis(places.astype(int), -1, 0)
    return grid[rows.clip(0, grid.shape[0] - 1), columns.clip(0, grid.shape[1] - 1)]


def _cheapest(ends: Cells, cost: Cells, most_turns: int) -> Cells:
    """The corners of the cheapest line between two `ends`, which turns so many times at most.

    It may turn at places that are spread evenly over the picture; each round adds a turn.
    """
    spread = (np.indices(_TURNS_AT).reshape(2, -1).T + 0.5) / _TURNS_AT * cost.shape
    places = np.concatenate([ends, spread])
    lengths = np.linalg.norm(places[:, None] - places, axis=-1)
    stretches = lengths * np.stack([_samples(each, places, cost).mean(axis=-1) for each in places])
    spent, lines = stretches[0], [(0, index) for index in range(len(places))]
    for _ in range(most_turns):
        through = spent[:, None] + stretches + 1  # a turn should spare more than a step
        better = (through.min(axis=0) < spent).tolist()
        before: list[int] = through.argmin(axis=0).tolist()
        spent = np.minimum(spent, through.min(axis=0))
        lines = [
            (*lines[before[index]], index) if better[index] else line
            for index, line in enumerate(lines)
        ]
    return places[[*lines[1]]]


def along(line: Sequence[Point], count: int, shape: tuple[int, ...] = (1, 1)) -> tuple[Point, ...]:
    """`count` stops along the `line` through some places, about equally far apart.

    The places are among them if there are no more than `count`: then the stretches from stop to
    stop keep to the line. One stop alone is the last place. Height and width of the picture, its
    `shape`, say how far a thousandth is.

    Example:
        >>> along([(0, 0), (0, 300), (600, 300)], 4)
        ((0.0, 0.0), (0.0, 300.0), (300.0, 300.0), (600.0, 300.0))
    """
    places: Cells = np.array(line, np.float64)
    steps: Cells = np.diff(places, axis=0) * shape[:2]
    lengths: list[float] = np.linalg.norm(steps, axis=1).tolist()
    if count >= len(places):
        cuts = [1] * len(lengths)
        for _ in range(count - len(places) if cuts else 0):
            cuts[max(range(len(cuts)), key=lambda n: lengths[n] / cuts[n])] += 1
        lengths = [float(each) for each in cuts]  # as if all parts were equally long
    at = np.cumsum([0.0, *lengths])
    stops: Cells = np.linspace(0 if count > 1 else 1, 1, count) * at[-1]
    found = [np.interp(stops, at, places[:, axis]) for axis in (0, 1)]
    return tuple((float(y), float(x)) for y, x in zip(*found, strict=True))


def tour(places: Sequence[Point], shape: tuple[int, ...] = (1, 1)) -> tuple[int, ...]:
    """The positions of all `places` in the order of a short line that begins with the first.

    Each in turn joins the line where it makes it longer by the least.

    Example:
        >>> tour([(0, 0), (0, 900), (0, 100)])
        (0, 2, 1)
    """
    scaled = np.array(places, np.float64) * shape[:2]

    def length(line: Sequence[int]) -> float:
        return float(np.linalg.norm(np.diff(scaled[[*line]], axis=0), axis=1).sum())

    order = [0]
    for n in range(1, len(places)):
        lines = [[*order[:at], n, *order[at:]] for at in range(1, n + 1)]
        order = min(lines, key=length)
    return tuple(order)
