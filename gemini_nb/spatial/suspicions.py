"""What looks wrong with an answer's items, and is left as it is: each with its evidence."""

from __future__ import annotations

import statistics
import textwrap
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.spatial.geometry import SCALE, Box, Point, Trajectory, pair
from gemini_nb.spatial.issues import Issue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from gemini_nb.spatial.geometry import Item

_OUTSIDE: Final = 20.0  # thousandths from its box at which a point is no longer on the edge
_ON_CORNER: Final = 5.0  # thousandths
_LATTICE: Final = 9  # points: three rows of three
_SAME: Final = 0.8  # IoU from which two boxes of one label are likely one thing
_COMPARISONS: Final = 500_000  # pairs of boxes; some 40 ms
_FAR: Final = 1e6
_JUMP: Final = SCALE / 2
_USUAL_STEPS: Final = 3  # a jump is this many times as long as the median step
_FEWEST: Final = 4  # a path of fewer points has no usual step
_READABLE: Final = 40  # letters of a label
_DIGITS: Final = 4
_MOSTLY: Final = 1.5  # numbers that are this much sparser are no count


def suspicions(items: Sequence[Item]) -> tuple[Issue, ...]:
    """What looks wrong with `items`, which are in thousandths; at most one issue of each kind.

    Looks for points and boxes of which one has its axes swapped, boxes given by their centre,
    grids that no camera sees, one thing boxed twice, and paths that jump or lack a number.

    Example:
        >>> odd = (Box(100, 600, 200, 700, label="cup"), Point(650, 150, label="cup"))
        >>> print(suspicions(odd)[0].reason)
        1 of 1 points lies in the box of its name only with x and y swapped, such as 'cup' at
        [650, 150]: [x, y] for [y, x]?
    """
    checks = (_swapped_axes, _centre_anchored, _lattice, _twice, _jump, _missing_numbers)
    return tuple(issue for check in checks if (issue := check(items)) is not None)


def _swapped_axes(items: Sequence[Item]) -> Issue | None:
    pairs = list(_points_with_boxes(items))
    swapped = [
        (point, box)
        for point, box in pairs
        if box.distance(point) > _OUTSIDE and box.contains(Point(point.x, point.y))
    ]
    # Where any point lies in its box as it stands, the order of the axes is not what is wrong.
    if not swapped or any(box.contains(point) for point, box in pairs):
        return None
    point, _ = swapped[0]
    lie = "lies" if len(swapped) == 1 else "lie"
    return Issue(
        "suspected",
        f"{len(swapped)} of {len(pairs)} points {lie} in the box of its name only with x and y "
        f"swapped, such as {_named(point)} at {pair(point)}: [x, y] for [y, x]?",
        span=point.span,
    )


def _centre_anchored(items: Sequence[Item]) -> Issue | None:
    pairs = list(_points_with_boxes(items))
    cornered = [(point, box) for point, box in pairs if _on_corner(point, box)]
    if len(cornered) < 2 or 2 * len(cornered) <= len(pairs):  # noqa: PLR2004 - one may be chance
        return None
    point, box = cornered[0]
    return Issue(
        "suspected",
        f"{len(cornered)} of {len(pairs)} points stand on a corner of the box of their name, such "
        f"as {_named(point)} at {pair(point)}: boxes as centre and size?",
        span=box.span,
    )


def _points_with_boxes(items: Sequence[Item]) -> Iterator[tuple[Point, Box]]:
    """Each point with the box of its object, or the only box of its label."""
    boxes = [item for item in items if isinstance(item, Box)]
    by_span = {box.span: box for box in boxes if box.span is not None}
    by_label: defaultdict[str, list[Box]] = defaultdict(list)
    for box in boxes:
        by_label[box.label].append(box)
    for item in items:
        if not isinstance(item, Point):
            continue
        named = by_label.get(item.label, []) if item.label else []
        own = by_span.get(item.span) if item.span else None
        own = own or (named[0] if len(named) == 1 else None)
        if own is not None:
            yield item, own


def _on_corner(point: Point, box: Box) -> bool:
    y_gap = min(abs(point.y - box.ymin), abs(point.y - box.ymax))
    x_gap = min(abs(point.x - box.xmin), abs(point.x - box.xmax))
    # A box no larger than the tolerance has its centre on its corners too.
    large = min(box.height, box.width) > 4 * _ON_CORNER
    return large and y_gap <= _ON_CORNER and x_gap <= _ON_CORNER


def _lattice(items: Sequence[Item]) -> Issue | None:
    corners = [((p.y, p.x), p.label) for p in items if isinstance(p, Point)]
    corners += [((b.ymin, b.xmin), b.label) for b in items if isinstance(b, Box)]
    by_label: defaultdict[str, set[tuple[float, float]]] = defaultdict(set)
    for corner, label in corners:
        by_label[label].add(corner)
    for crossings in ({corner for corner, _ in corners}, *by_label.values()):
        rows, columns = {y for y, _ in crossings}, {x for _, x in crossings}
        full = len(crossings) == len(rows) * len(columns)
        if full and len(crossings) >= _LATTICE and min(len(rows), len(columns)) > 2:  # noqa: PLR2004 - two rows may be real
            return Issue(
                "suspected",
                f"{len(crossings)} places fill a regular grid of {len(rows)} rows and "
                f"{len(columns)} columns, to the thousandth: invented?",
            )
    return None


def _twice(items: Sequence[Item]) -> Issue | None:
    """Boxes of one label that all but coincide."""
    boxes = sorted((i for i in items if isinstance(i, Box)), key=lambda b: (b.label, b.ymin))
    first, second = _neighbours([box.label for box in boxes])
    sides = np.array([(box.ymin, box.xmin, box.ymax, box.xmax) for box in boxes], dtype=float)
    # No image reaches this far, and the product of two sides stays a number.
    sides = np.clip(sides.reshape(-1, 4), -_FAR, _FAR)
    low = np.maximum(sides[first, :2], sides[second, :2])
    high = np.minimum(sides[first, 2:], sides[second, 2:])
    shared = np.prod(np.clip(high - low, 0, None), axis=1)
    areas = np.prod(sides[:, 2:] - sides[:, :2], axis=1)
    union = areas[first] + areas[second] - shared
    found = np.flatnonzero(shared > _SAME * union)
    if not found.size:
        return None
    one, other = boxes[first[found[0]]], boxes[second[found[0]]]
    overlap = shared[found[0]] / union[found[0]]
    return Issue(
        "suspected",
        f"{found.size} pair{'s' * (found.size > 1)} of boxes of one name all but coincide, such as "
        f"{_named(one)} at {one.geometry()['box_2d']} and {other.geometry()['box_2d']} "
        f"(IoU {overlap:.2f}): one thing twice?",
        span=other.span,
    )


def _neighbours(labels: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Pairs of positions in the sorted `labels` that hold the same one.

    All pairs up to half a million; beyond that, each with those that follow it next, so that the
    time stays in proportion to their number.
    """
    positions = np.arange(len(labels))
    codes = np.cumsum([0, *(one != other for one, other in pairwise(labels))])[: len(labels)]
    ahead = np.searchsorted(codes, codes, side="right") - positions - 1
    if ahead.sum() > _COMPARISONS:
        ahead = np.minimum(ahead, max(_COMPARISONS // len(labels), 1))
    first = np.repeat(positions, ahead)
    within = np.arange(first.size) - np.repeat(np.cumsum(ahead) - ahead, ahead)
    return first, first + 1 + within


def _jump(items: Sequence[Item]) -> Issue | None:
    for path in _paths(items):
        steps = [a.distance(b) for a, b in pairwise(path.points)]
        if len(path.points) < _FEWEST:
            continue
        longest = max(steps)
        if longest > _JUMP and longest > _USUAL_STEPS * statistics.median(steps):
            at = steps.index(longest)
            return Issue(
                "suspected",
                f"A path jumps by {longest:.0f} thousandths, from {pair(path.points[at])} to "
                f"{pair(path.points[at + 1])}; its median step is {statistics.median(steps):.0f}",
                span=path.points[at + 1].span or path.span,
            )
    return None


def _paths(items: Sequence[Item]) -> Iterator[Trajectory]:
    """The trajectories, and the points that are numbered by their labels, in that order."""
    yield from (item for item in items if isinstance(item, Trajectory))
    for run in _numbered(items):
        yield Trajectory(tuple(run[number] for number in sorted(run)))


def _missing_numbers(items: Sequence[Item]) -> Issue | None:
    for run in _numbered(items):
        first, last = min(run), max(run)
        if first > 1 or len(run) < _FEWEST or last - first >= _MOSTLY * len(run):
            continue
        if missing := [number for number in range(first, last) if number not in run]:
            named = ", ".join(str(number) for number in missing[:_FEWEST])
            return Issue(
                "suspected",
                f"{len(run)} points are numbered {first} to {last} without {named}: left out?",
                span=run[last].span,
            )
    return None


def _numbered(items: Iterable[Item]) -> list[dict[int, Point]]:
    """Points labelled by numbers, by these; a number that was there begins another run."""
    runs: list[dict[int, Point]] = [{}]
    for item in items:
        label = item.label.strip()
        if not isinstance(item, Point) or not label.isdecimal() or len(label) > _DIGITS:
            continue
        if int(label) in runs[-1]:
            runs.append({})
        runs[-1][int(label)] = item
    return [run for run in runs if run]


def _named(item: Item) -> str:
    return repr(textwrap.shorten(item.label, _READABLE, placeholder="\N{HORIZONTAL ELLIPSIS}"))
