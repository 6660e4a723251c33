"""Which mark is drawn over which: lines of one should not strike through the label of another."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.scene import Label, Mark
    from gemini_nb.spatial.geometry import PixelBox

_MOST_PAIRS: Final = 25_000  # beyond, a picture is so crowded that its order no longer helps


def stacking(marks: Sequence[Mark], labels: Sequence[Label]) -> list[int]:
    """Positions of `marks` in the order in which they are best drawn, each with its label.

    A mark whose label is crossed by others comes after them, and otherwise the given order
    stays. Where labels and lines cross in a circle, one of them stays crossed.

    Args:
        marks: in the order in which they would be drawn.
        labels: those that may be crossed.
    """
    later: list[list[int]] = [[] for _ in marks]
    waiting = [0] * len(marks)
    if len(labels) * len(marks) <= _MOST_PAIRS:
        outlines = [(at, mark.hot_spot) for at, mark in enumerate(marks)]
        for label in labels:
            for at in _crossing(label, outlines[label.mark + 1 :]):
                later[at].append(label.mark)
                waiting[label.mark] += 1
    return _sorted(later, waiting)


def _crossing(label: Label, outlines: Sequence[tuple[int, PixelBox]]) -> list[int]:
    """Those `outlines`, by position, that may run through `label`: neither beside nor around it."""
    left, top, right, bottom = label.box
    return [
        at
        for at, (start, upper, end, lower) in outlines
        if start < right
        and end > left
        and upper < bottom
        and lower > top
        and not (start < left and end > right and upper < top and lower > bottom)
    ]


def _sorted(later: Sequence[Sequence[int]], waiting: list[int]) -> list[int]:
    """Kahn's topological sort; in a circle, what the fewest others have to precede goes ahead."""
    ready = [at for at, count in enumerate(waiting) if not count]
    heapify(ready)
    done: list[int] = []
    left = dict.fromkeys(range(len(waiting)))
    while left:
        at = heappop(ready) if ready else min(left, key=waiting.__getitem__)
        if at not in left:
            continue
        del left[at]
        done.append(at)
        for other in later[at]:
            waiting[other] -= 1
            if not waiting[other] and other in left:
                heappush(ready, other)
    return done
