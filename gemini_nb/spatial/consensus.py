"""Several answers to one prompt become one: what most of them see, where, and how sure that is."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.display import counted, words
from gemini_nb.errors import GeometryError, InvalidOptionError
from gemini_nb.spatial.annotations import Annotations, numbered_paths, plain, rich
from gemini_nb.spatial.comparison import along, by_identity, nearest_pairs, places
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from gemini_nb.spatial.geometry import Item

TOLERANCE: Final = 60.0
"""Thousandths: sightings of one name that are farther apart are of two things."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far several sightings of one thing lie apart: what an ellipse is drawn from."""

    y: float
    """Standard deviation of the centre along the height, in thousandths of it."""
    x: float
    """Standard deviation of the centre along the width, in thousandths of it."""
    covariance: float
    """Of y and x, in square thousandths."""


@dataclass(frozen=True, slots=True)
class Consensus:
    """What several answers agree on; `consensus` makes it. It shows itself as a table."""

    agreed: Annotations
    """The mean of each thing that enough answers see, the best supported first."""
    support: tuple[int, ...]
    """How many answers see each of `agreed`."""
    of: int
    """How many answers there were."""
    spread: tuple[Spread | None, ...]
    """How far they lie apart for each of `agreed`; None for what one answer sees, and for what
    has no place in the image."""
    outliers: Annotations
    """What too few answers see, as they see it."""

    def __repr__(self) -> str:
        return "\n".join(self._shown(plain))

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": "".join(self._shown(rich))}

    def _shown(self, table: Callable[..., str]) -> list[str]:
        answers = counted(self.of, "answer")
        heading = f"{answers}: {len(self.agreed)} agreed, {counted(len(self.outliers), 'outlier')}"
        items: list[Item] = []
        for item, count, spread in zip(self.agreed, self.support, self.spread, strict=True):
            apart = f" \N{PLUS-MINUS SIGN}{math.hypot(spread.y, spread.x):.1f}" if spread else ""
            name = words(item.label or "(no label)", 30)
            items.append(replace(item, label=f"{name}, seen by {count} of {self.of}{apart}"))
        outliers = [table(self.outliers.items, heading="outliers:")] if self.outliers else []
        return [table(items, heading=heading), *outliers]


def consensus(
    answers: Iterable[Any], *, tolerance: float = TOLERANCE, least: int | None = None
) -> Consensus:
    """What several answers to one prompt agree on, with support and spread; outliers apart.

    Things are one where kind, name and picture agree and they are near each other; each answer
    counts once for a thing, so that several things of one name stay several. Points and boxes are
    means, and so are paths, along their length; a mask is the one nearest to the mean of their
    boxes.

    Args:
        answers: of any form that `parse` takes, empty ones too; or a response with several
            candidates.
        tolerance: in thousandths, from the mean.
        least: how many answers must see a thing; without it half of them, and at least two where
            there are two answers.

    Raises:
        GeometryError: `tolerance` is below 0, or not a number.
        InvalidOptionError: there is only one answer, and no list of them.

    Example:
        >>> seen = consensus(
        ...     '[{"point": [500, %d], "label": "mug"}]' % x for x in (296, 300, 304, 900)
        ... )
        >>> seen.agreed.points
        (Point(y=500.0, x=300.0, label='mug'),)
        >>> seen
        4 answers: 1 agreed, 1 outlier
          mug, seen by 3 of 4 ±4.0  point [500, 300]
        outliers:
          mug  point [500, 900]
    """
    if not tolerance >= 0:
        raise GeometryError(f"tolerance={tolerance} is no distance; pass 0 thousandths or more.")
    read = [by_identity(_things(parse(each))) for each in _several(answers)]
    needed = least if least is not None else max(math.ceil(len(read) / 2), min(len(read), 2))
    groups: list[list[Item]] = []
    for shared in dict.fromkeys(shared for things in read for shared in things):
        groups += _groups([things[shared] for things in read if shared in things], tolerance)
    agreed = [group for group in groups if len(group) >= needed]
    agreed.sort(key=len, reverse=True)
    return Consensus(
        Annotations(tuple(_agreed(group) for group in agreed)),
        tuple(len(group) for group in agreed),
        len(read),
        tuple(_spread(group) for group in agreed),
        Annotations(tuple(item for group in groups if len(group) < needed for item in group)),
    )


def _several(answers: Any) -> list[Any]:  # noqa: ANN401 - see `parse`
    """The answers one by one; those of a response are its candidates."""
    if len(candidates := getattr(answers, "candidates", None) or ()) > 1:
        return list(candidates)
    # Text and the SDK's objects can be iterated over, too: over characters, over fields.
    single = any(hasattr(answers, name) for name in ("split", "keys", "model_dump", "text"))
    if single or not hasattr(answers, "__iter__"):
        raise InvalidOptionError(
            f"consensus() takes several answers, and {type(answers).__name__} is one at most; pass "
            "a list: consensus([first, second, third])."
        )
    return list(answers)


def _things(found: Annotations) -> tuple[Item, ...]:
    """The items, with numbered points as the paths that they are."""
    paths = numbered_paths(found.items)
    numbered = {id(point) for path in paths for point in path.points}
    return (*(item for item in found if id(item) not in numbered), *paths)


def _groups(answers: list[list[Item]], tolerance: float) -> list[list[Item]]:
    """The sightings of each thing of one identity, of which an answer sees each once at most.

    Each answer's sightings join the nearest things so far, as Hungarian assignment has it; what
    is farther than `tolerance` from all of them is another thing. This is done twice, so that
    what came first is held against the means of all.
    """
    groups: list[list[Item]] = []
    for _ in ("first", "again"):
        means = [_mean(group) for group in groups]
        groups = [[] for _ in means]
        for sightings in answers:
            # The means of before stay where they are: only new things move with their members.
            known = [*means, *(_mean(group) for group in groups[len(means) :])]
            pairs = nearest_pairs([places(item) for item in sightings], known, tolerance)
            home = {row: groups[column] for row, column, _ in pairs}
            for row, item in enumerate(sightings):
                if row not in home:
                    groups.append(home.setdefault(row, []))
                home[row].append(item)
        groups = [group for group in groups if group]
    return groups


def _mean(group: Sequence[Item]) -> NDArray[np.float64]:
    return np.mean([places(item) for item in group], axis=0)


def _agreed(group: Sequence[Item]) -> Item:
    """One item for all sightings of a thing."""
    mean = _mean(group)
    typical = min(group, key=lambda item: float(np.abs(places(item) - mean).max()))
    [(label, _)] = Counter(item.label for item in group).most_common(1)
    shared = {
        key: value
        for key, value in typical.details.items()
        if all(item.details.get(key) == value for item in group)
    }
    named = replace(typical, label=label, details=shared, span=None)
    if isinstance(named, Point):
        y, x = mean[0].tolist()
        return replace(named, y=y, x=x)
    if isinstance(named, Box):
        ymin, xmin, ymax, xmax = mean.ravel().tolist()
        return replace(named, ymin=ymin, xmin=xmin, ymax=ymax, xmax=xmax)
    if isinstance(named, Trajectory):
        # As many points as the paths have, halfway; each the mean of theirs so far along.
        paths = [item for item in group if isinstance(item, Trajectory)]
        count = round(statistics.median(len(path.points) for path in paths))
        means = np.mean([along(path, count) for path in paths], axis=0).tolist()
        return replace(named, points=tuple(Point(y, x) for y, x in means))
    return named


def _spread(group: Sequence[Item]) -> Spread | None:
    centres = [item.bounds.centre for item in group if item.bounds is not None]
    if len(centres) < 2:  # noqa: PLR2004 - the fewest that can lie apart
        return None
    covariance = np.cov([[at.y for at in centres], [at.x for at in centres]])
    y, x = np.sqrt(np.diag(covariance)).tolist()
    return Spread(y, x, float(covariance[0, 1]))
