"""Points that are numbered in their labels or steps, put in order as a trajectory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.spatial.geometry import Point, Trajectory

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from gemini_nb.spatial.geometry import Item

_FEWEST: Final = 3  # fewer numbered points are more likely a list of things than a path


def numbered_runs(items: Sequence[Item]) -> tuple[Trajectory, ...]:
    """The trajectories among `items` that are given as points labelled 0, 1, 2 or 1, 2, 3 and on.

    A run is three or more points next to each other in the answer, whose numbers are all
    different and without a gap; it is put in the order of its numbers.

    Example:
        >>> run = [Point(9, 9, label="1"), Point(5, 5, label="0"), Point(20, 9, label="2")]
        >>> [path.to_dict() for path in numbered_runs(run)]
        [{'trajectory': [[5, 5], [9, 9], [20, 9]], 'label': ''}]
    """
    runs: list[dict[int, Point]] = [{}]
    for item in items:
        number = _number(item) if isinstance(item, Point) else None
        # A number that was there before begins another path.
        if number is None or number in runs[-1]:
            runs.append({})
        if isinstance(item, Point) and number is not None:
            runs[-1][number] = item
    return tuple(
        Trajectory(tuple(run[number] for number in sorted(run)))
        for run in runs
        if len(run) >= _FEWEST and _is_whole(run)
    )


def in_number_order(points: Sequence[Point]) -> Trajectory:
    """`points`, of which there must be at least one, as a path: by number where all have one."""
    if all(_number(point) is not None for point in points):
        return Trajectory(tuple(sorted(points, key=lambda point: _number(point) or 0)))
    return Trajectory(tuple(points))


def _number(item: Item) -> int | None:
    """The number by which `item` is ordered: its step, or its label."""
    step = item.details.get("step")
    said = step if isinstance(step, int | str) else item.label
    text = str(said).strip()
    return int(text) if text.isdecimal() and len(text) <= len("9999") else None


def _is_whole(numbers: Collection[int]) -> bool:
    return min(numbers) in (0, 1) and max(numbers) - min(numbers) == len(numbers) - 1
