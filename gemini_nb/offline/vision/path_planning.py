"""Ways from one thing to another around what lies between."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, cast

import numpy as np

from gemini_nb.offline.vision.pixel_operations import cheapest_way, distance_to

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.pixel_operations import Flags, Floats, Numbers
    from gemini_nb.offline.vision.pointing import Place

_CELLS: Final = 12_288  # of the grid that is searched, as many as 128 x 96
_COMFORT: Final = 0.05  # share of the image's shorter side that a way keeps from obstacles
_CLOSE: Final = 3.0  # cost of a step right beside an obstacle, in steps elsewhere
_BLOCKED: Final = 200.0  # cost of a step through one: only where there is no other way
_FINE: Final = 0.5  # cells between the places at which a straight stretch is tested


def way(start: Place, goal: Place, obstacles: Flags, count: int) -> list[Place]:
    """`count` places, about equally far apart, along a short way from `start` to `goal`.

    It leads around `obstacles`, with some room, if it can; and otherwise through them by the
    shortest way.

    Args:
        start: y and x in thousandths.
        goal: likewise.
        obstacles: what is to be avoided; start and goal should not be among it.
        count: at least 1; one place alone is the goal.

    Example:
        >>> way((500, 100), (500, 900), np.zeros((30, 40), bool), 3)
        [(500.0, 100.0), (500.0, 500.0), (500.0, 900.0)]
    """
    grid = _reduced(obstacles)
    cost = _cost(grid)
    rows, columns = cost.shape
    ends = [(_cell(place[0], rows), _cell(place[1], columns)) for place in (start, goal)]
    cells = cheapest_way(cost, *ends)
    corners = _straightened(np.array(cells, np.float64), cost)
    places = 1000 * (corners + 0.5) / np.array([rows, columns])
    places[0], places[-1] = start, goal
    if len(places) == 1:
        places = np.array([start, goal], np.float64)
    scale = np.array([rows, columns]) / 1000
    return _spaced(places, scale, count)


def tour(places: Sequence[Place], count: int) -> list[Place]:
    """`count` places along a line from the first of `places` through the nearest next, and on.

    Where there are as many places as that, they are the places themselves.

    Example:
        >>> tour([(0, 0), (0, 900), (0, 100)], 3)
        [(0, 0), (0, 100), (0, 900)]
    """
    left, line = list(places[1:]), [places[0]]
    while left:
        nearest = min(left, key=lambda place: math.dist(place, line[-1]))
        left.remove(nearest)
        line.append(nearest)
    return line if len(line) == count else _spaced(np.array(line, np.float64), np.ones(2), count)


def _reduced(flags: Flags) -> Flags:
    """`flags` in blocks of pixels, each true where one of its pixels is."""
    step = max(1, math.ceil(math.sqrt(flags.size / _CELLS)))
    if step == 1:
        return flags
    rows, columns = (math.ceil(side / step) for side in flags.shape)
    padded = np.zeros((rows * step, columns * step), bool)
    padded[: flags.shape[0], : flags.shape[1]] = flags
    return cast("Flags", padded.reshape(rows, step, columns, step).any(axis=(1, 3)))


def _cost(obstacles: Flags) -> Floats:
    """What a step onto each cell costs: the more, the closer an obstacle is."""
    comfort = max(2.0, _COMFORT * min(obstacles.shape))
    near = np.clip(1 - (distance_to(obstacles) - 1) / comfort, 0, 1)
    return np.where(obstacles, _BLOCKED, 1 + _CLOSE * near).astype(np.float32)


def _cell(thousandths: float, cells: int) -> int:
    return min(max(int(thousandths * cells / 1000), 0), cells - 1)


def _straightened(cells: Numbers, cost: Floats) -> Numbers:
    """`cells` without those that a straight line may leave out at no higher cost."""
    steps = np.linalg.norm(np.diff(cells, axis=0), axis=1)
    spent = np.concatenate([[0.0], np.cumsum(steps * _at(cells[1:], cost))])
    kept, here = [0], 0
    while here < len(cells) - 1:
        reach = len(cells) - 1
        while reach > here + 1:
            straight = _straight_cost(cells[here], cells[reach], cost)
            if straight <= 1.02 * (spent[reach] - spent[here]):
                break
            reach = here + max(1, (reach - here) * 3 // 4)
        kept.append(reach)
        here = reach
    return cells[kept]


def _straight_cost(start: Numbers, end: Numbers, cost: Floats) -> float:
    length = float(np.linalg.norm(end - start))
    shares = np.linspace(0, 1, max(2, math.ceil(length / _FINE)))[:, None]
    return float(_at(start + shares * (end - start), cost).mean()) * length


def _at(cells: Numbers, cost: Floats) -> Numbers:
    rows, columns = np.round(cells).astype(int).T
    return cost[rows, columns].astype(np.float64)


def _spaced(places: Numbers, scale: Numbers, count: int) -> list[Place]:
    """`count` places along the line through `places`, about equally far apart in `scale`d units.

    The corners of the line are among them if there are no more than that: then the straight
    stretches from place to place keep to the line.
    """
    if count == 1:
        return [(float(places[-1, 0]), float(places[-1, 1]))]
    lengths = np.linalg.norm(np.diff(places, axis=0) * scale, axis=1)
    at = np.concatenate([[0.0], np.cumsum(lengths)])
    wanted = np.linspace(0, float(at[-1]), count)
    if count > len(places):
        cuts = np.ones(len(lengths), np.int64)
        for _ in range(count - len(places)):
            cuts[int((lengths / cuts).argmax())] += 1
        # The end of each stretch is the beginning of the next.
        shares = np.concatenate([np.arange(cut) / cut for cut in cuts.tolist()])
        wanted = np.append(np.repeat(at[:-1], cuts) + shares * np.repeat(lengths, cuts), at[-1])
    ys, xs = (np.interp(wanted, at, places[:, axis]) for axis in (0, 1))
    return [(float(y), float(x)) for y, x in zip(ys, xs, strict=True)]
