"""Which of the things in an image a phrase means."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.image_areas import inside_area
from gemini_nb.offline.vision.pointing import slimness
from gemini_nb.offline.vision.thing_looks import looking_like
from gemini_nb.offline.vision.thing_relations import RELATED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gemini_nb.offline.vision.phrase_words import Order
    from gemini_nb.offline.vision.picture_words import Side
    from gemini_nb.offline.vision.scene import Region
    from gemini_nb.offline.vision.sighting import Sighting
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase

_THIRD: Final = 333  # thousandths
_HALF: Final = 500
_OPEN: Final = frozenset(("left of", "right of", "above", "below"))
"""Links that many things may have to one; a single thing is then the nearest."""


def matching(sighting: Sighting, phrase: ThingPhrase) -> list[int]:
    """Positions in `sighting.scene.regions` of the things that `phrase` means, in their order.

    Words that can't be seen in pixels are left out of account; `phrase.can_be_told` says whether
    anything is left. What fits exactly goes before what fits almost, and where a colour is given,
    the form that a name suggests decides only between things of that colour.
    """
    if not phrase.can_be_told:
        return []
    found = _linked(sighting, phrase, looking_like(sighting, phrase))
    regions = sighting.scene.regions
    if phrase.empty:
        found = [i for i in found if not any(region.inside == i for region in regions)]
    found = _sized(regions, found, phrase.size)
    if phrase.area:
        found = inside_area(regions, found, phrase.area)
    found = _at_sides(regions, found, phrase)
    return _first_ones(sighting, found, phrase)


def _sized(regions: Sequence[Region], found: list[int], size: str) -> list[int]:
    """Those on one side of the middle size, where sizes differ."""
    if not size or len(found) <= 1:
        return found
    shares = [regions[index].share for index in found]
    middle = math.sqrt(min(shares) * max(shares))
    return [index for index in found if (regions[index].share >= middle) == (size == "large")]


def _at_sides(regions: Sequence[Region], found: list[int], phrase: ThingPhrase) -> list[int]:
    """Those at the sides named: the outermost one, or all in that third or half."""
    sides = phrase.sides
    if not sides or not found:
        return found
    if not phrase.many:
        return [max(found, key=lambda index: _outward(regions[index], sides))]
    return [i for i in found if _reaches(regions[i], sides, _THIRD)] or [
        i for i in found if _reaches(regions[i], sides, _HALF)
    ]


def _outward(region: Region, sides: frozenset[Side]) -> float:
    y, x = region.centre
    towards = {"left": -x, "right": x, "top": -y, "bottom": y}
    return sum(towards[side] for side in sides if side in towards) - (
        math.dist(region.centre, (_HALF, _HALF)) if "middle" in sides else 0
    )


def _reaches(region: Region, sides: frozenset[Side], limit: int) -> bool:
    y, x = region.centre
    ways = {
        "left": x < limit,
        "right": x > 1000 - limit,
        "top": y < limit,
        "bottom": y > 1000 - limit,
        "middle": max(abs(y - _HALF), abs(x - _HALF)) < limit / 2,
    }
    return all(ways[side] for side in sides)


def _linked(sighting: Sighting, phrase: ThingPhrase, found: list[int]) -> list[int]:
    """Those of `found` that lie as they should to the things that the phrase refers to."""
    if phrase.link is None:
        return found
    groups = [matching(sighting, anchor) for anchor in phrase.anchors]
    if phrase.link == "except":
        return [index for index in found if index not in groups[0]]
    by_distance = phrase.link in {"nearest to", "farthest from"}
    sides = phrase.anchors[0].sides
    if by_distance and sides and not phrase.anchors[0].says_looks:
        return _by_distance(sighting, found, _image_place(sides), phrase)
    if not all(groups):
        return found if phrase.link == "on" else []
    others = [index for index in found if not any(index in group[:1] for group in groups)]
    if not by_distance:
        others = RELATED[phrase.link](sighting, others, groups)
    if by_distance or (phrase.link in _OPEN and not phrase.many):
        return _by_distance(sighting, others, sighting.scene.regions[groups[0][0]].centre, phrase)
    return others[:1] if phrase.link == "between" and not phrase.many else others


def _by_distance(
    sighting: Sighting, found: list[int], place: tuple[int, int], phrase: ThingPhrase
) -> list[int]:
    scene = sighting.scene
    scale = np.array([scene.height, scene.width])

    def distance(index: int) -> float:
        away = (np.array(scene.regions[index].centre) - place) * scale
        return float(np.linalg.norm(away))

    ranked = sorted(found, key=distance, reverse=phrase.link == "farthest from")
    return ranked[: phrase.most or 1]


def _image_place(sides: frozenset[Side]) -> tuple[int, int]:
    y = 0 if "top" in sides else 1000 if "bottom" in sides else _HALF
    x = 0 if "left" in sides else 1000 if "right" in sides else _HALF
    return y, x


def _first_ones(sighting: Sighting, found: list[int], phrase: ThingPhrase) -> list[int]:
    """The first in the order named, the `nth`, or as many as the phrase says."""
    if phrase.order is None:
        if phrase.nth:
            return found[phrase.nth - 1 : phrase.nth]
        return found[: phrase.most]
    regions, masks = sighting.scene.regions, sighting.masks
    measure = MEASURES[phrase.order]
    ranked = sorted(found, key=lambda index: measure(regions[index], float(slimness(masks[index]))))
    if phrase.nth:
        return ranked[phrase.nth - 1 : phrase.nth]
    return ranked[: phrase.most or 1]


def _length(region: Region) -> float:
    ymin, xmin, ymax, xmax = region.box
    return math.hypot(ymax - ymin, xmax - xmin)


MEASURES: Final[dict[Order, Callable[[Region, float], float]]] = {
    "largest": lambda region, _: -region.share,
    "smallest": lambda region, _: region.share,
    "leftmost": lambda region, _: region.centre[1],
    "rightmost": lambda region, _: -region.centre[1],
    "topmost": lambda region, _: region.centre[0],
    "lowest": lambda region, _: -region.centre[0],
    "longest": lambda region, _: -_length(region),
    "shortest": lambda region, _: _length(region),
    "lightest": lambda region, _: -region.lightness,
    "darkest": lambda region, _: region.lightness,
    "roundest": lambda _, slim: slim,
    "central": lambda region, _: math.dist(region.centre, (_HALF, _HALF)),
}
