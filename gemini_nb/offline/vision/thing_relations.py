"""Which of the things in an image lie to others as a phrase says: beside, between, inside, ..."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.pixel_operations import filled

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.offline.vision.phrase_words import Link
    from gemini_nb.offline.vision.sighting import Sighting

    Relation = Callable[[Sighting, list[int], list[list[int]]], list[int]]

_WITHIN: Final = 0.6  # share of a thing that lies within the outline of what it is on
_CORRIDOR: Final = 0.35  # how far off a line a thing between its ends may be, in its length


def _beside(axis: int, sign: int) -> Relation:
    def chosen(sighting: Sighting, found: list[int], groups: list[list[int]]) -> list[int]:
        regions = sighting.scene.regions
        anchor = regions[groups[0][0]]
        edge, centre = anchor.box[axis + (2 if sign > 0 else 0)], anchor.centre[axis]
        beyond = [i for i in found if sign * (regions[i].centre[axis] - edge) > 0]
        return beyond or [i for i in found if sign * (regions[i].centre[axis] - centre) > 0]

    return chosen


def _between(sighting: Sighting, found: list[int], groups: list[list[int]]) -> list[int]:
    regions = sighting.scene.regions
    named = [index for group in groups for index in group]
    ends = [regions[groups[0][0]], regions[groups[-1][0] if len(groups) > 1 else named[-1]]]
    start, end = (np.array(region.centre, float) for region in ends)
    along = end - start
    length = float(np.linalg.norm(along)) or 1.0
    off: dict[int, float] = {}
    for index in found:
        away = np.array(regions[index].centre) - start
        share = float(away @ along) / length**2
        far = abs(float(away[0] * along[1] - away[1] * along[0])) / length**2
        if 0 < share < 1 and far < _CORRIDOR and index not in (groups[0][0], groups[-1][0]):
            off[index] = far
    return sorted(off, key=lambda index: off[index])


def _on(sighting: Sighting, found: list[int], groups: list[list[int]]) -> list[int]:
    return _inside(sighting, found, groups) or found


def _inside(sighting: Sighting, found: list[int], groups: list[list[int]]) -> list[int]:
    regions = sighting.scene.regions
    outlines = [(index, filled(sighting.masks[index])) for index in groups[0]]
    everything = [*range(len(regions))] if len(found) < len(regions) else found
    inner = [
        index
        for index in everything
        if any(
            index != holder and outline[sighting.masks[index]].mean() > _WITHIN
            for holder, outline in outlines
        )
    ]
    return [index for index in inner if index in found]


def _holding(sighting: Sighting, found: list[int], groups: list[list[int]]) -> list[int]:
    regions = sighting.scene.regions
    holders = {regions[index].inside for index in groups[0]}
    return [index for index in found if index in holders]


def _like(sighting: Sighting, found: list[int], groups: list[list[int]]) -> list[int]:
    regions = sighting.scene.regions
    return [index for index in found if regions[index].colour == regions[groups[0][0]].colour]


RELATED: Final[dict[Link, Relation]] = {
    "left of": _beside(1, -1),
    "right of": _beside(1, 1),
    "above": _beside(0, -1),
    "below": _beside(0, 1),
    "between": _between,
    "inside": _inside,
    "on": _on,
    "holding": _holding,
    "like": _like,
}
"""For each link, which of some things lie so to the first of each group of others."""
