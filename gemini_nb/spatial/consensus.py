"""Several answers to one prompt become one: what most of them see, where, and how sure that is."""

from __future__ import annotations

import json
import math
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.errors import GeometryError
from gemini_nb.spatial import tables
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.clusters import Sighting, clustered
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.number_order import numbered_runs
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.resemblance import along, by_identity, distances, one_name, places

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.spatial.geometry import Item
    from gemini_nb.spatial.resemblance import Places

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

    @property
    def radius(self) -> float:
        """The root of the mean square distance from the mean, in thousandths."""
        return math.hypot(self.y, self.x)


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
        said = tables.plain(self.agreed.items, ()).splitlines()
        rows = zip(said[1 : 1 + len(self.agreed)], self._notes(), strict=False)
        lines = [f"{line}  {note}" for line, note in rows]
        rest = said[1 + len(lines) :]
        apart = tables.plain(self.outliers.items, ()).splitlines()[1:]
        return "\n".join(
            [self._summary(), *lines, *rest, *(["outliers:"] if apart else []), *apart]
        )

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        noted = "".join(
            f"<li>{escape(label or '(no label)')}: {escape(note)}</li>"
            for label, note in zip(self.agreed.labels, self._notes(), strict=True)
        )
        apart = f"<p>Outliers</p>{tables.html(self.outliers.items, ())}" if self.outliers else ""
        shown = f"<p>{escape(self._summary())}</p>{tables.html(self.agreed.items, ())}"
        shown += f"<ul>{noted}</ul>{apart}"
        # Without these classes JupyterLab would set what stands between dollar signs in a label.
        html = f"<div class='tex2jax_ignore mathjax_ignore'>{shown}</div>"
        return {"text/plain": repr(self), "text/html": html}

    def _summary(self) -> str:
        answers = f"{self.of} answer{'s' * (self.of != 1)}"
        return f"{answers}: {len(self.agreed)} agreed, {len(self.outliers)} outliers"

    def _notes(self) -> list[str]:
        """Support and spread of each thing, in words."""
        return [
            f"{count} of {self.of}"
            + (f", \N{PLUS-MINUS SIGN}{spread.radius:.1f}" if spread is not None else "")
            for count, spread in zip(self.support, self.spread, strict=True)
        ]


def consensus(
    answers: Iterable[Any], *, tolerance: float = TOLERANCE, least: int | None = None
) -> Consensus:
    """What several answers to one prompt agree on, with support and spread; outliers apart.

    Things are one where kind and name agree and they are near each other; each answer counts
    once for a thing, so that several things of one name stay several. The order of the answers,
    and of the items in each, makes no difference. Points and boxes are means, and so are paths,
    along their length; a mask is the one nearest to the mean of their boxes. Points that are
    numbered are one path.

    Args:
        answers: of any form that `parse` takes; empty ones count as answers too.
        tolerance: in thousandths, from the mean.
        least: how many answers must see a thing; without it half of them, and at least two where
            there are two answers.

    Raises:
        GeometryError: `tolerance` is below 0, or not a number.

    Example:
        >>> seen = consensus(
        ...     '[{"point": [500, %d], "label": "mug"}]' % x for x in (296, 300, 304, 900)
        ... )
        >>> seen.agreed.points
        (Point(y=500.0, x=300.0, label='mug'),)
        >>> seen
        4 answers: 1 agreed, 1 outliers
          mug  point  point [500, 300]  3 of 4, ±4.0
        outliers:
          mug  point  point [500, 900]
    """
    if not tolerance >= 0:
        raise GeometryError(f"tolerance={tolerance} is no distance; pass 0 thousandths or more.")
    read = [parse(each) for each in answers]
    things = [_things(found.items) for found in read]
    needed = least if least is not None else max(math.ceil(len(read) / 2), min(len(read), 2))
    groups = [
        # In one order, so that sums do not depend on that of the answers in their last digit.
        sorted((things[each.answer][each.position] for each in group), key=_order)
        for group in _groups(things, tolerance)
    ]
    groups.sort(key=lambda members: (-len(members), *_order(_agreed(members))))
    agreed = [members for members in groups if len(members) >= needed]
    apart = [item for members in groups if len(members) < needed for item in members]
    return Consensus(
        Annotations(tuple(_agreed(members) for members in agreed)),
        tuple(len(members) for members in agreed),
        len(read),
        tuple(_spread(members) for members in agreed),
        Annotations(tuple(sorted(apart, key=_order))),
    )


def _things(items: Sequence[Item]) -> tuple[Item, ...]:
    """The items, with numbered points as the paths that they are."""
    runs = numbered_runs(items)
    numbered = {id(point) for run in runs for point in run.points}
    return (*(item for item in items if id(item) not in numbered), *runs)


def _groups(things: Sequence[Sequence[Item]], tolerance: float) -> list[tuple[Sighting, ...]]:
    """The sightings of each thing."""
    names = one_name(item.label for items in things for item in items)
    seen: defaultdict[Any, dict[int, list[Sighting]]] = defaultdict(dict)
    for answer, items in enumerate(things):
        for shared, positions in by_identity(items, names).items():
            seen[shared][answer] = [
                Sighting(answer, position, _compared(items[position])) for position in positions
            ]
    return [group for answers in seen.values() for group in clustered(answers, tolerance)]


def _compared(item: Item) -> Places:
    """Its places; what has none is where all that say the same are."""
    found = places(item)
    return np.zeros((1, 2)) if found is None else found


def _agreed(members: Sequence[Item]) -> Item:
    """One item for all sightings of a thing."""
    typical = _typical(members)
    mean = np.mean([_compared(item) for item in members], axis=0)
    shared = {
        key: value
        for key, value in typical.details.items()
        if all(item.details.get(key) == value for item in members)
    }
    named = replace(typical, label=_commonest(members), details=shared, span=None)
    match named:
        case Point():
            return replace(named, y=float(mean[0, 0]), x=float(mean[0, 1]))
        case Box():
            (ymin, xmin), (ymax, xmax) = mean.tolist()
            return replace(named, ymin=ymin, xmin=xmin, ymax=ymax, xmax=xmax)
        case Trajectory():
            return replace(named, points=_mean_path(members))
        case _:
            return named


def _typical(members: Sequence[Item]) -> Item:
    """The member nearest to the mean; the first in order of those that are equally near."""
    seen = [_compared(item) for item in members]
    return members[int(np.argmin(distances(seen, [np.mean(seen, axis=0)])[:, 0]))]


def _mean_path(members: Sequence[Item]) -> tuple[Point, ...]:
    """As many points as the paths have, halfway; each the mean of theirs at the same distance."""
    paths = [item for item in members if isinstance(item, Trajectory)]
    count = round(statistics.median(len(path.points) for path in paths))
    mean = np.mean([along(path, count) for path in paths], axis=0)
    return tuple(Point(float(y), float(x)) for y, x in mean)


def _commonest(members: Sequence[Item]) -> str:
    counted = Counter(item.label for item in members)
    return min(counted, key=lambda label: (-counted[label], label))


def _spread(members: Sequence[Item]) -> Spread | None:
    centres = [item.bounds.centre for item in members if item.bounds is not None]
    if len(centres) < 2:  # noqa: PLR2004 - the fewest that can lie apart
        return None
    together = np.cov([[point.y, point.x] for point in centres], rowvar=False)
    y, x = np.sqrt(np.diag(together))
    return Spread(float(y), float(x), float(together[0, 1]))


def _order(item: Item) -> tuple[str, str, str]:
    """By what an item says, so that the order of the answers makes no difference."""
    said = json.dumps(item.to_dict(), sort_keys=True, default=str)
    return item.label, type(item).__name__, said
