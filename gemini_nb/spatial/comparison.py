"""Two answers side by side: what is the same, what moved, what came and what went."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

import numpy as np
from scipy import optimize

from gemini_nb.display import Table, words
from gemini_nb.errors import DisagreementError, GeometryError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import Trajectory
from gemini_nb.spatial.label_search import key_words
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from numpy.typing import NDArray

    from gemini_nb.spatial.geometry import Item

TOLERANCE: Final = 15.0
"""Thousandths by which a thing may move and still count as matched."""

MAX_JUMP: Final = 300.0
"""Thousandths: one of several things of the same name that is farther away is another."""


class Pair(NamedTuple):
    """One thing in both answers."""

    before: Item
    after: Item
    distance: float
    """By how much it moved, in thousandths: of a box its farther corner, of a path its farthest
    place; 0 for what has no place in the image."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """How two answers differ; `compare` makes it. It shows itself as a list of differences."""

    matched: tuple[Pair, ...]
    """Things of one kind, name and picture, within the tolerance."""
    moved: tuple[Pair, ...]
    """Such things, farther apart."""
    added: Annotations
    """What only the second answer has."""
    lost: Annotations
    """What only the first answer has."""

    @property
    def differences(self) -> tuple[str, ...]:
        """Each difference in a line: moved, added, lost. None where the answers agree."""
        moved = (f"moved by {gap:.0f}: {_said(a)} to {_said(b)}" for a, b, gap in self.moved)
        added = (f"added: {_said(item)}" for item in self.added)
        lost = (f"lost: {_said(item)}" for item in self.lost)
        return (*moved, *added, *lost)

    def __repr__(self) -> str:
        return self._table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table().bundle()

    def _table(self) -> Table:
        farthest = max((pair.distance for pair in self.matched), default=0.0)
        within = f" within {farthest:.1f} thousandths" if farthest else ""
        counts = {"moved": len(self.moved), "added": len(self.added), "lost": len(self.lost)}
        others = "".join(f", {count} {name}" for name, count in counts.items() if count)
        return Table(f"{len(self.matched)} matched{within}{others}", remarks=self.differences)


def compare(a: Any, b: Any, *, tolerance: float = TOLERANCE) -> Comparison:  # noqa: ANN401 - see `parse`
    """How answer `b` differs from answer `a`: matched, moved, added, lost.

    Things of one kind, name and picture are paired so that they move least in all; the order of
    the items makes no difference. What is alone of its name may move anywhere; one of several that
    is more than 300 thousandths away is another.

    Args:
        a: of any form that `parse` takes.
        b: as `a`.
        tolerance: in thousandths; what moved farther is told.

    Raises:
        GeometryError: `tolerance` is below 0, or not a number.

    Example:
        >>> compare(
        ...     '[{"point": [100, 100], "label": "mug"}, {"point": [9, 9], "label": "pen"}]',
        ...     '[{"point": [104, 103], "label": "mug"}, {"point": [9, 49], "label": "pen"}]',
        ... )
        1 matched within 5.0 thousandths, 1 moved
          moved by 40: 'pen' point [9, 9] to 'pen' point [9, 49]
    """
    if not tolerance >= 0:
        raise GeometryError(f"tolerance={tolerance} is no distance; pass 0 thousandths or more.")
    before, after = by_identity(parse(a)), by_identity(parse(b))
    pairs: list[Pair] = []
    added: list[Item] = []
    lost: list[Item] = []
    for shared in {**before, **after}:
        ones, others = before.get(shared, []), after.get(shared, [])
        farthest = math.inf if len(ones) == len(others) == 1 else max(tolerance, MAX_JUMP)
        near = nearest_pairs([*map(places, ones)], [*map(places, others)], farthest)
        pairs += [Pair(ones[row], others[column], gap) for row, column, gap in near]
        rows, columns = {row for row, _, _ in near}, {column for _, column, _ in near}
        lost += [item for row, item in enumerate(ones) if row not in rows]
        added += [item for column, item in enumerate(others) if column not in columns]
    return Comparison(
        matched=tuple(pair for pair in pairs if pair.distance <= tolerance),
        moved=tuple(pair for pair in pairs if pair.distance > tolerance),
        added=Annotations(tuple(added)),
        lost=Annotations(tuple(lost)),
    )


def assert_close(a: Any, b: Any, *, tol: float = TOLERANCE) -> None:  # noqa: ANN401 - see `parse`
    """Nothing, where two answers say the same within `tol` thousandths; for tests and notebooks.

    Args:
        a: what is expected, in any form that `parse` takes.
        b: what came, likewise.
        tol: in thousandths.

    Raises:
        DisagreementError: they differ; the message lists what moved, came and went.

    Example:
        >>> assert_close('{"point": [1, 2], "label": "mug"}', '{"point": [3, 4], "label": "mug"}')
    """
    found = compare(a, b, tolerance=tol)
    if found.differences:
        raise DisagreementError(
            f"The answers differ by more than {tol:g} thousandths.\n{found!r}\n"
            "Raise tol= if that is close enough."
        )


def by_identity(items: Iterable[Item]) -> dict[Hashable, list[Item]]:
    """The items, by what one thing has in all answers: kind, picture, and name.

    Of a name, word order, case, articles and plurals do not count. What has no place is the same
    only where the same is said of it.
    """
    found: dict[Hashable, list[Item]] = {}
    for item in items:
        name = key_words(item.label) or item.label
        said = "" if item.bounds else str(item.geometry())
        shared = type(item), item.image, name, said
        found.setdefault(shared, []).append(item)
    return found


def places(item: Item) -> NDArray[np.float64]:
    """By which places it is compared, each y and x: two corners, or 16 places along a path.

    What has no place in the image is at one place with all that say the same.
    """
    if isinstance(item, Trajectory):
        return along(item, 16)
    box = item.bounds
    corners = [(box.ymin, box.xmin), (box.ymax, box.xmax)] if box else [(0, 0)]
    return np.array(corners, dtype=float)


def along(path: Trajectory, count: int) -> NDArray[np.float64]:
    """`count` places at even distances along `path`, from its start to its end, each y and x.

    Example:
        >>> from gemini_nb.spatial.geometry import Point
        >>> along(Trajectory((Point(0, 0), Point(0, 30), Point(10, 30))), 5).tolist()
        [[0.0, 0.0], [0.0, 10.0], [0.0, 20.0], [0.0, 30.0], [10.0, 30.0]]
    """
    corners = np.array([(point.y, point.x) for point in path.points], dtype=float)
    gone = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(corners, axis=0).T))])
    wanted = np.linspace(0, float(gone[-1]), count)
    return np.column_stack([np.interp(wanted, gone, corners[:, axis]) for axis in (0, 1)])


def nearest_pairs(
    some: Sequence[NDArray[np.float64]], others: Sequence[NDArray[np.float64]], farthest: float
) -> list[tuple[int, int, float]]:
    """Which of `some` is which of `others`, by position, and how far the two are apart.

    As many as can be are paired, and then those that are nearest: Hungarian assignment.

    Args:
        some: the places of each thing, each y and x; the farthest of them counts.
        others: likewise, as many places of each.
        farthest: what is farther apart is no pair.

    Example:
        >>> left, middle, right = (np.array([[0.0, x]]) for x in (0, 40, 90))
        >>> nearest_pairs([left, middle], [middle, right], farthest=60)
        [(0, 0, 40.0), (1, 1, 50.0)]
    """
    if not some or not others:
        return []
    gaps = np.stack(some)[:, None] - np.stack(others)
    apart = np.hypot(gaps[..., 0], gaps[..., 1]).max(axis=-1)
    never = 1 + float(apart.sum())  # more than all pairs together
    solve = cast("Any", optimize).linear_sum_assignment  # SciPy ships no types
    pairs = np.transpose(solve(np.where(apart <= farthest, apart, never))).tolist()
    found = ((row, column, float(apart[row, column])) for row, column in pairs)
    return [pair for pair in found if pair[-1] <= farthest]


def _said(item: Item) -> str:
    said = ", ".join(f"{key} {value}" for key, value in item.geometry().items())
    return f"{words(repr(item.label)) if item.label else '(no label)'} {words(said, 120)}"
