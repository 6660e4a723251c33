"""Which things of several answers can be one thing: the same kind, the same name, places near.

A box is known by two corners, a mask by its box, and a path by places at even distances along
it, so that paths with different numbers of points can be compared.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias, cast

import numpy as np
from scipy import optimize

from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.label_search import matching
from gemini_nb.spatial.masks import Mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from gemini_nb.spatial.geometry import Item

Places: TypeAlias = "NDArray[np.float64]"
"""Where a thing is: shape (places, 2), each y and x in thousandths."""

ALONG_A_PATH: Final = 16
"""Places by which a path is compared with another."""

_NAMES_BY_MEANING: Final = 300  # each name is held against each: more would take seconds


class Identity(NamedTuple):
    """What two things must share to be taken for one."""

    kind: str
    name: str
    saying: str = ""
    """What is said of a thing without a place; it is the same thing only if that is equal."""


def by_identity(items: Iterable[Item], names: Mapping[str, str]) -> dict[Identity, list[int]]:
    """Positions of `items`, by what they would share with the same thing of another answer."""
    found: defaultdict[Identity, list[int]] = defaultdict(list)
    for position, item in enumerate(items):
        found[identity(item, names)].append(position)
    return dict(found)


def identity(item: Item, names: Mapping[str, str]) -> Identity:
    """What `item` shares with the same thing of another answer; `names` is from `one_name`."""
    saying = ""
    if item.bounds is None:
        saying = json.dumps(item.geometry(), sort_keys=True, default=str)
    return Identity(type(item).__name__, names[item.label], saying)


def one_name(labels: Iterable[str]) -> dict[str, str]:
    """For each label the first, by the alphabet, of those that mean the same.

    Word order, case, articles and plurals do not count, as in `Annotations.find`; beyond 300
    different labels, only equal ones are one.

    Example:
        >>> one_name(["the stem of the banana", "banana stem"])
        {'banana stem': 'banana stem', 'the stem of the banana': 'banana stem'}
    """
    known = sorted(set(labels))
    if len(known) > _NAMES_BY_MEANING:
        return {label: label for label in known}
    return {label: known[min(matching(label, known), default=at)] for at, label in enumerate(known)}


def places(item: Item) -> Places | None:
    """By which places it is compared; None for what has none in the image.

    Example:
        >>> places(Box(1, 2, 3, 4)).tolist()
        [[1.0, 2.0], [3.0, 4.0]]
    """
    match item:
        case Point():
            corners: Sequence[Any] = [(item.y, item.x)]
        case Trajectory():
            return along(item, ALONG_A_PATH)
        case Box() | Mask():
            box = item.bounds
            corners = [(box.ymin, box.xmin), (box.ymax, box.xmax)]
        case _:
            return None
    return np.array(corners, dtype=float)


def along(path: Trajectory, count: int) -> Places:
    """`count` places at even distances along `path`, from its start to its end.

    Example:
        >>> along(Trajectory((Point(0, 0), Point(0, 30), Point(10, 30))), 5).tolist()
        [[0.0, 0.0], [0.0, 10.0], [0.0, 20.0], [0.0, 30.0], [10.0, 30.0]]
    """
    corners = np.array([(point.y, point.x) for point in path.points], dtype=float)
    steps = np.hypot(*np.diff(corners, axis=0).T)
    gone = np.concatenate([[0.0], np.cumsum(steps)])
    wanted: Places = np.linspace(0, float(gone[-1]), count)
    return np.column_stack([np.interp(wanted, gone, corners[:, axis]) for axis in (0, 1)])


def distances(some: Sequence[Places], others: Sequence[Places]) -> NDArray[np.float64]:
    """How far each of `some` is from each of `others`: the farthest of its places from its own.

    Of one kind. In thousandths, shape (some, others).
    """
    if not some or not others:
        return np.zeros((len(some), len(others)))
    gaps = np.stack(some)[:, None] - np.stack(others)[None]
    return np.hypot(gaps[..., 0], gaps[..., 1]).max(axis=-1)


def nearest_pairs(
    apart: NDArray[np.float64], farthest: float = math.inf
) -> list[tuple[int, int, float]]:
    """Which row goes with which column, so that as many pairs as can be are near, and then nearest.

    Example:
        >>> nearest_pairs(np.array([[1.0, 2.0], [5.0, 90.0]]), farthest=50)
        [(0, 1, 2.0), (1, 0, 5.0)]

    Args:
        apart: in thousandths, shape (some, others).
        farthest: what is farther apart makes no pair.

    Returns:
        Row, column and distance of each pair, by row; each row and column is in one at most.
    """
    never = 1 + float(apart.sum())  # more than all pairs together
    rows, columns = cast(
        "tuple[NDArray[np.intp], NDArray[np.intp]]",
        optimize.linear_sum_assignment(np.where(apart <= farthest, apart, never)),  # pyright: ignore[reportUnknownMemberType] - SciPy ships no types
    )
    pairs = [(int(r), int(c), float(apart[r, c])) for r, c in zip(rows, columns, strict=True)]
    return [pair for pair in pairs if pair[2] <= farthest]
