"""Where labels stand: beside what they name, over no other label, within the picture.

Every label has a short list of places beside its mark, from the best to the worst. Labels with
the fewest good places choose first. A label that finds none moves away in rings, with a leader
line; one that finds none there either stays unplaced, and the caller shows a number instead.

The approach is that of cartography: candidate positions, greedy by difficulty. See J. Christensen,
J. Marks, S. Shieber, An empirical study of algorithms for point-feature label placement, 1995.
"""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.labels.label_spots import beside_box, beside_point, leader_line, rings
from gemini_nb.drawing.labels.occupancy import Occupancy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.drawing.labels.label_spots import Leader, Wish
    from gemini_nb.drawing.labels.occupancy import Cells
    from gemini_nb.spatial.geometry import PixelBox, PixelPoint

_CELLS_A_LINE: Final = 4.0  # cells to the height of a letter
_COVERED: Final = 1.0  # price of each cell of a mark that a label hides
_RANK: Final = 0.09  # price of standing at the next best side
_GOOD: Final = 1.0  # below this price, a label hides nothing
_AWAY: Final = 9.0  # price of having a leader line at all
_FURTHER: Final = 2.5  # and of each ring further away


class Place(NamedTuple):
    """Where a label stands."""

    box: PixelBox
    leader: Leader | None = None
    is_clear: bool = True
    """Whether it hides no other mark."""


class _Candidate(NamedTuple):
    x: float
    y: float
    cells: Cells
    price: float


class Layout:
    """A picture in which labels find their places, one batch after another."""

    def __init__(self, width: int, height: int, font_size: float) -> None:
        cell = font_size / _CELLS_A_LINE
        self._size = width, height
        self._cell = cell
        self._gap = cell / 2
        self._labels = Occupancy(width, height, cell)
        self._marks = Occupancy(width, height, cell)

    def avoid(self, box: PixelBox) -> None:
        """Let labels keep off `box` where they can."""
        self._marks.take(self._marks.clipped_cells(*box))

    def avoid_outline(self, box: PixelBox) -> None:
        """Let labels keep off the sides of `box` where they can."""
        self._marks.take_outline(*box)

    def avoid_lines(self, points: Sequence[PixelPoint]) -> None:
        """Let labels keep off the lines from point to point where they can."""
        for start, end in pairwise(points):
            for cells in self._marks.along(start, end):
                self._marks.take(cells)

    def reserve(self, box: PixelBox) -> bool:
        """Take `box` for a label, if it is free and within the picture."""
        if not self._holds(box):
            return False
        cells = self._labels.cells(*box)
        free = self._labels.is_free(cells)
        if free:
            self._labels.take(cells)
        return free

    def place(self, wishes: Sequence[Wish], *, may_move_away: bool = True) -> list[Place | None]:
        """A place for each of `wishes`, in their order; None where there is no room.

        Args:
            wishes: labels that want a place, those of large marks before those of small ones.
            may_move_away: whether a label may stand away from its mark, with a leader line.
        """
        if not may_move_away:
            found = [self._settle(wish, may_move_away=False) for wish in reversed(wishes)]
            return found[::-1]
        return self._place_quickly(wishes) or self._place_with_care(wishes)

    def _place_quickly(self, wishes: Sequence[Wish]) -> list[Place | None]:
        """Each label at the best of its places that is left; nothing if one finds no good one."""
        before = self._labels.snapshot()
        places: list[Place | None] = []
        for wish in wishes:
            choice = self._choice(wish)
            if choice is None or choice.price >= _GOOD:
                self._labels.restore(before)
                return []
            self._labels.take(choice.cells)
            places.append(Place(wish.at(choice.x, choice.y)))
        return places

    def _place_with_care(self, wishes: Sequence[Wish]) -> list[Place | None]:
        """Those labels first that have the fewest good places; some with leader lines."""
        freedom = [self._freedom(wish) for wish in wishes]
        places: list[Place | None] = [None] * len(wishes)
        for at in sorted(range(len(wishes)), key=freedom.__getitem__):
            places[at] = self._settle(wishes[at], may_move_away=True)
        return places

    def _holds(self, box: PixelBox) -> bool:
        left, top, right, bottom = box
        width, height = self._size
        return left >= 0 and top >= 0 and right <= width and bottom <= height

    def _candidates(self, wish: Wish) -> Iterator[_Candidate]:
        """The free places beside the mark, those that read best first."""
        spots = beside_point(wish, self._gap) if wish.is_point else beside_box(wish, self._size)
        for rank, (x, y) in enumerate(spots):
            candidate = self._candidate(x, y, wish, _RANK * rank)
            if candidate is not None:
                yield candidate

    def _choice(self, wish: Wish) -> _Candidate | None:
        """The first free place beside the mark that is good, or else the best of them."""
        best = None
        for candidate in self._candidates(wish):
            if candidate.price < _GOOD:
                return candidate
            if best is None or candidate.price < best.price:
                best = candidate
        return best

    def _freedom(self, wish: Wish) -> int:
        """How many good places there are beside the mark."""
        return sum(candidate.price < _GOOD for candidate in self._candidates(wish))

    def _candidate(self, x: float, y: float, wish: Wish, price: float) -> _Candidate | None:
        """The place with its top left corner in x, y; None if it is taken, or not all within."""
        right, bottom = x + wish.width, y + wish.height
        width, height = self._size
        if x < 0 or y < 0 or right > width or bottom > height:
            return None
        cells = self._labels.cells(x, y, right, bottom)
        if not self._labels.is_free(cells):
            return None
        first, end, columns = cells
        # Labels may touch what they stand beside: the outermost cells don't count.
        hidden = self._marks.count((first + 1, end - 1, columns & columns << 1 & columns >> 1))
        return _Candidate(x, y, cells, price + _COVERED * hidden)

    def _settle(self, wish: Wish, *, may_move_away: bool) -> Place | None:
        best = self._choice(wish)
        if may_move_away and (best is None or best.price > _AWAY):
            moved = self._move_away(wish, best.price if best else math.inf)
            if moved:
                return moved
        if best is None:
            return None
        self._labels.take(best.cells)
        return Place(wish.at(best.x, best.y), is_clear=best.price < _GOOD)

    def _move_away(self, wish: Wish, limit: float) -> Place | None:
        """A place with a leader line, in the nearest ring that has a cheap one, below `limit`."""
        best: tuple[_Candidate, Leader] | None = None
        for ring, x, y in rings(wish):
            price = _AWAY + _FURTHER * ring
            if price >= limit:
                break
            found = self._candidate(x, y, wish, price)
            if found is None or found.price >= limit:
                continue
            leader = leader_line(wish, wish.at(x, y))
            cells = self._labels.along(*leader)
            if all(map(self._labels.is_free, cells)):
                crossed = found.price + _COVERED * sum(map(self._marks.count, cells))
                if crossed < limit:
                    best, limit = (found, leader), crossed
        if best is None:
            return None
        candidate, leader = best
        for cells in (candidate.cells, *self._labels.along(*leader)):
            self._labels.take(cells)
        return Place(wish.at(candidate.x, candidate.y), leader, is_clear=False)
