"""What a request for places means in one image: the things, or the way between them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final, cast

from gemini_nb.offline.vision.colours import unlikeness
from gemini_nb.offline.vision.finding import Finding, Found
from gemini_nb.offline.vision.free_space import in_the_way
from gemini_nb.offline.vision.labels import described, numbered, told_apart
from gemini_nb.offline.vision.pointing import grasp_angle, middle, part, slimness
from gemini_nb.offline.vision.thing_matching import MEASURES, matching
from gemini_nb.offline.vision.way_search import find_way

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.offline.vision.phrase_words import Order
    from gemini_nb.offline.vision.pointing import Part, Unsteadiness
    from gemini_nb.offline.vision.sighting import Sighting
    from gemini_nb.offline.vision.spatial_request import SpatialRequest
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase

_CORNERS: Final = (("top", "left"), ("top", "right"), ("bottom", "right"), ("bottom", "left"))
_CLEAR: Final = 0.12  # OKLab distance to the next name from which a colour has only one


def search(request: SpatialRequest, sighting: Sighting, unsteady: Unsteadiness) -> Found:
    """The findings that answer `request`, as many as it wants, in its order."""
    if request.task == "way" and request.way:
        found = find_way(request.way, request.phrases, sighting, unsteady)
        if found is not None:
            return found
    if request.task == "room":
        return _in_the_way(request, sighting, unsteady)
    return _things(request, sighting, unsteady)


def find_phrase(phrase: ThingPhrase, sighting: Sighting, unsteady: Unsteadiness) -> list[Finding]:
    """The things that one phrase means."""
    if _is_general(phrase):
        chosen = _everything(sighting)[: phrase.most]
    else:
        chosen = matching(sighting, phrase)
    named = phrase.names_things or bool(phrase.part)
    if phrase.part == frozenset({"corner"}) and phrase.text.lower().startswith("corners"):
        corners = [frozenset({"corner", *sides}) for sides in _CORNERS]
        phrases = [replace(phrase, part=cast("frozenset[Part]", each)) for each in corners]
    else:
        phrases = [phrase]
    return [
        _finding(
            sighting,
            index,
            unsteady,
            label=phrase.text if named else described(sighting.scene.regions[index]),
            phrase=each,
        )
        for index in chosen
        for each in phrases
    ]


def _things(request: SpatialRequest, sighting: Sighting, unsteady: Unsteadiness) -> Found:
    findings: list[Finding] = []
    absent: list[ThingPhrase] = []
    unknown: list[ThingPhrase] = []
    for phrase in request.phrases:
        found = find_phrase(phrase, sighting, unsteady)
        if _is_general(phrase):  # "and all other things"
            said = {id(each.region) for each in findings}
            found = [each for each in found if id(each.region) not in said]
        findings += [each for each in found if not _is_said(each, findings)]
        if not found:
            (absent if phrase.can_be_told else unknown).append(phrase)
    if not request.phrases:
        findings = [
            _finding(sighting, index, unsteady, label=described(sighting.scene.regions[index]))
            for index in _everything(sighting)
        ]
    kept = _in_order(findings, request.order)[: request.most]
    return Found(tuple(_labelled(kept, request)), tuple(absent), tuple(unknown))


def _in_order(findings: list[Finding], order: Order | None) -> list[Finding]:
    if order is None:
        return findings
    measure = MEASURES[order]
    return sorted(
        findings,
        key=lambda each: (
            measure(each.region, slimness(each.mask))
            if each.region and each.mask is not None
            else 0.0
        ),
    )


def _is_said(finding: Finding, others: Iterable[Finding]) -> bool:
    return any(finding.region is other.region and finding.label == other.label for other in others)


def _is_general(phrase: ThingPhrase) -> bool:
    """Whether a phrase means just "things"."""
    chooses = phrase.says_looks or phrase.chooses_among
    return not (chooses or phrase.unknown or phrase.hidden or phrase.empty)


def _everything(sighting: Sighting) -> list[int]:
    """All things, the largest first, those that lie inside others last."""
    regions = sighting.scene.regions
    return sorted(range(len(regions)), key=lambda index: regions[index].inside is not None)


def _labelled(findings: Sequence[Finding], request: SpatialRequest) -> list[Finding]:
    if request.label is not None:
        return [replace(each, label=request.label) for each in findings]
    if request.label_by == "number":
        return numbered(findings, request.way.first_label if request.way else 1)
    if request.label_by == "colour":
        return [
            replace(each, label=each.region.colour) if each.region else each for each in findings
        ]
    return told_apart(findings) if request.unique else list(findings)


def _finding(
    sighting: Sighting,
    index: int,
    unsteady: Unsteadiness,
    *,
    label: str,
    phrase: ThingPhrase | None = None,
) -> Finding:
    region, mask = sighting.scene.regions[index], sighting.masks[index]
    place = part(mask, phrase.part) if phrase and phrase.part else middle(mask)
    is_hole = phrase is not None and "hole" in phrase.part
    return Finding(
        label=label,
        point=place if is_hole else unsteady.point(mask, place),
        box=unsteady.box(region.box),
        mask=mask,
        region=region,
        angle=grasp_angle(mask),
        confidence=_confidence(sighting, index),
    )


def _confidence(sighting: Sighting, index: int) -> float:
    """How clearly the thing's colour has one name: 0.5 where two names fit as well, up to 0.99."""
    apart = sorted(unlikeness(sighting.tints[index]).values())
    return min(0.99, 0.5 + 0.5 * apart[1] / _CLEAR)


def _in_the_way(request: SpatialRequest, sighting: Sighting, unsteady: Unsteadiness) -> Found:
    """The thing without which the lowest ground, as a table's, has the most room."""
    scene = sighting.scene
    outer = [index for index, region in enumerate(scene.regions) if region.inside is None]
    if not outer:
        return Found()
    lowest = max(range(len(scene.grounds)), key=lambda index: scene.grounds[index].centre[0])
    whole = [sighting.masks[i].copy() for i in outer]
    for position, index in enumerate(outer):
        for inner, region in enumerate(scene.regions):
            if region.inside == index:
                whole[position] |= sighting.masks[inner]
    ranked = in_the_way(whole, sighting.grounds[lowest])
    findings = [
        _finding(sighting, outer[each], unsteady, label=described(scene.regions[outer[each]]))
        for each in ranked[: request.most or 1]
    ]
    return Found(tuple(_labelled(findings, request)))
