"""Answers that say the same again and again: loops of a model, kept once."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING

from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.masks import Mask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from gemini_nb.spatial.geometry import Item, Span
    from gemini_nb.spatial.reading.notes import Notes

    _Identity = tuple[object, ...]


def without_repetitions(items: Iterable[Item], notes: Notes) -> list[Item]:
    """The items, each object that is there twice only once, and one note for each such.

    Two objects are the same where label, geometry and details are. Things without a place, as
    calls and angles, may well be said twice; points without a label only count as repeated where
    they follow each other, since a path may come back to where it began.
    """
    kept: list[Item] = []
    counts: Counter[_Identity] = Counter()
    first: dict[_Identity, Span | None] = {}
    before: _Identity = ()
    for group in _objects(items):
        identity = tuple(map(_said, group))
        if None in identity:  # a thing without a place is among them
            identity = ()
        follows, before = identity == before, identity
        if identity and identity in first and (follows or not _is_unnamed(group)):
            counts[identity] += 1
            continue
        first[identity] = group[0].span
        kept += group
    for identity, times in counts.items():
        notes.add("duplicate", f"said {times + 1} times, kept once", first[identity])
    return kept


def _is_unnamed(group: Iterable[Item]) -> bool:
    return all(type(item) is Point and not item.label for item in group)


def _said(item: Item) -> _Identity | None:
    """What two objects share if they say the same; None for what may be said again."""
    # Answers are full of the first three: their `geometry` rounds, which takes its time.
    if isinstance(item, Point):
        place: _Identity = (item.y, item.x)
    elif isinstance(item, Box):
        place = (item.ymin, item.xmin, item.ymax, item.xmax)
    elif isinstance(item, Trajectory):
        place = tuple((point.y, point.x) for point in item.points)
    elif isinstance(item, Mask | Box3D):
        place = (str(item.geometry()),)
    else:
        return None
    return (place, item.label, str(item.details) if item.details else "")


def _objects(items: Iterable[Item]) -> Iterator[Sequence[Item]]:
    """The items of one object together, in their order."""
    for span, group in groupby(items, key=attrgetter("span")):
        if span is None:
            yield from ([item] for item in group)
        else:
            yield list(group)
