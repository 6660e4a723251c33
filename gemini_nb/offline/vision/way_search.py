"""The way that a request asks for: from one thing to another, or over all of a kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.finding import Finding, Found
from gemini_nb.offline.vision.path_planning import tour, way
from gemini_nb.offline.vision.pointing import middle, part
from gemini_nb.offline.vision.thing_matching import matching

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.pixel_operations import Flags
    from gemini_nb.offline.vision.pointing import Place, Unsteadiness
    from gemini_nb.offline.vision.sighting import Sighting
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase
    from gemini_nb.offline.vision.way_request import WayRequest

_MARGIN: Final = 40  # thousandths from the image's border, of a way that ends there
_VIEWER: Final = re.compile(r"\b(?:camera|view|viewer|robot|origin|me|us|you|observer|gripper)\b")
_PRONOUN: Final = re.compile(r"(?:it|them|that|this)\b|the (?:object|thing)$", re.IGNORECASE)


def find_way(
    asked: WayRequest, phrases: Sequence[ThingPhrase], sighting: Sighting, unsteady: Unsteadiness
) -> Found | None:
    """A way; None where the request doesn't say where it should lead."""
    start, goal = asked.start, asked.goal
    if start is None and goal is None and asked.covering is None:
        if len(phrases) < 2:  # noqa: PLR2004 - a way needs two ends
            return None
        start, goal = phrases[0], phrases[-1]
    if goal is None or start is None:
        return _tour(asked, phrases, sighting, unsteady)
    if phrases and _PRONOUN.match(start.text):
        start = phrases[0]
    stops = [start, *([asked.via] if asked.via else []), goal]
    ends = [_end(stop, sighting, unsteady) for stop in stops]
    missing = [stop for stop, end in zip(stops, ends, strict=True) if end is None]
    if missing:
        return Found(
            absent=tuple(each for each in missing if each.can_be_told),
            unknown=tuple(each for each in missing if not each.can_be_told),
        )
    known = [end for end in ends if end is not None]
    obstacles = _obstacles(sighting, [index for _, index in known if index is not None])
    places = _stretches([place for place, _ in known], obstacles, asked.steps)
    return Found(_steps(places, asked, start.text, goal.text))


def _stretches(stops: Sequence[Place], obstacles: Flags, steps: int) -> list[Place]:
    """`steps` places along the way through all `stops`."""
    if len(stops) == 2:  # noqa: PLR2004 - straight on, without a stop between
        return way(stops[0], stops[1], obstacles, steps)
    first = max(2, steps // 2 + 1)
    before = way(stops[0], stops[1], obstacles, first)
    return before[:-1] + way(stops[1], stops[2], obstacles, max(1, steps - first + 1))


def _end(
    phrase: ThingPhrase, sighting: Sighting, unsteady: Unsteadiness
) -> tuple[Place, int | None] | None:
    """The place that a phrase means, and the thing that it is on, if it is on one."""
    found = matching(sighting, phrase) if not _is_border(phrase) else []
    if found:
        mask = sighting.masks[found[0]]
        place = part(mask, phrase.part) if phrase.part else middle(mask)
        return unsteady.point(mask, place), found[0]
    if phrase.sides and not phrase.says_looks:
        y = (
            _MARGIN
            if "top" in phrase.sides
            else 1000 - _MARGIN
            if "bottom" in phrase.sides
            else 500
        )
        x = (
            _MARGIN
            if "left" in phrase.sides
            else 1000 - _MARGIN
            if "right" in phrase.sides
            else 500
        )
        return (float(y), float(x)), None
    if _VIEWER.search(phrase.text.lower()):
        return (1000.0 - _MARGIN, 500.0), None
    return None


def _is_border(phrase: ThingPhrase) -> bool:
    """Whether a phrase such as "the left" means a side of the image rather than a thing."""
    return bool(phrase.sides) and not (phrase.says_looks or phrase.link or phrase.unknown)


def _obstacles(sighting: Sighting, ends: Sequence[int]) -> Flags:
    """The pixels of all things but those that a way begins or ends on, in or under."""
    regions = sighting.scene.regions
    free = set(ends)
    free |= {holder for index in ends if (holder := regions[index].inside) is not None}
    free |= {index for index, region in enumerate(regions) if region.inside in ends}
    result = np.zeros(sighting.size, bool)
    for index, mask in enumerate(sighting.masks):
        if index not in free:
            result |= mask
    for index in free:  # what shows through them is part of them
        result &= ~sighting.masks[index]
    return result


def _tour(
    asked: WayRequest, phrases: Sequence[ThingPhrase], sighting: Sighting, unsteady: Unsteadiness
) -> Found | None:
    """A way over all things of a kind, after the tool that is named first, if one is."""
    kind = asked.covering or asked.start or asked.goal
    if kind is None:
        return None
    tools = [
        each for each in phrases if each.can_be_told and each.text.lower() != kind.text.lower()
    ]
    lead = [index for tool in tools[:1] for index in matching(sighting, tool)[:1]]
    chosen = [index for index in matching(sighting, kind) if index not in lead]
    if not chosen and not kind.can_be_told:  # crumbs and beads have no look but being small
        chosen = _smallest(sighting, lead)
    if not chosen:
        unknown = not kind.can_be_told
        return Found(absent=() if unknown else (kind,), unknown=(kind,) if unknown else ())
    places = [unsteady.point(sighting.masks[i], middle(sighting.masks[i])) for i in lead + chosen]
    start = tools[0].text if lead else kind.text
    return Found(_steps(tour(places, asked.steps), asked, start, kind.text))


def _smallest(sighting: Sighting, apart_from: Sequence[int]) -> list[int]:
    """The things that are much smaller than the largest one, or all if none is."""
    regions = sighting.scene.regions
    left = [index for index in range(len(regions)) if index not in apart_from]
    largest = max((regions[index].share for index in left), default=0.0)
    small = [index for index in left if regions[index].share < largest / 4]
    return small if len(small) > 1 else left


def _steps(
    places: Sequence[Place], asked: WayRequest, start: str, goal: str
) -> tuple[Finding, ...]:
    """The places of a way as findings, the first of which holds all of it."""
    last = len(places) - 1
    said = {0: f"start at the {start}", last: f"{asked.action} to the {goal}"}
    return tuple(
        Finding(
            label=str(asked.first_label + number),
            point=place,
            line=tuple(places),
            step=number + (asked.first_label or 1),
            action=said.get(number, f"{asked.action} on"),
            confidence=0.9,
        )
        for number, place in enumerate(places)
    )
