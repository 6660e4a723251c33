"""Which things of a scene a phrase names, if their looks are evidence enough."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.phrases import CATEGORIES, NOUNS, SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.offline.vision.phrases import Thing
    from gemini_nb.offline.vision.scene import Region, Scene

_FORMS: Final = {
    "round": ((1, 1.3), (0.9, 1), (0.9, 1), (0, 0.05), (0, 0.031)),
    "oval": ((1.3, 2.3), (0.89, 1), (0.9, 1), (0, 0.05), (0, 0.031)),
    "bent": ((1.8, 4.5), (0.5, 0.76), (0.5, 0.87), (0, 0.05), (0, 1)),
    "pear": ((1.3, 2.1), (0.74, 0.84), (0.74, 0.95), (0, 0.05), (0, 0.055)),
    "tapered": ((2.1, 6.5), (0.76, 1), (0.7, 1), (0, 0.05), (0, 0.08)),
    "slim": ((4.1, 99), (0.7, 1), (0.5, 1), (0, 0.1), (0, 1)),
    "cubic": ((1, 1.36), (0.7, 0.97), (0.88, 1), (0, 0.05), (0.033, 1)),
    "crate": ((1, 3), (0.8, 0.95), (0.82, 1), (0, 0.05), (0.06, 1)),
    "boxy": ((1.25, 5), (0.76, 0.95), (0.82, 1), (0, 0.05), (0.075, 1)),
    "flat": ((1, 2.6), (0.76, 0.97), (0.82, 1), (0, 0.05), (0.045, 1)),
    "sheet": ((1.3, 2.6), (0.76, 0.95), (0.82, 1), (0, 0.05), (0.058, 1)),
    "ring": ((1, 1.8), (0.8, 1), (0.8, 1), (0.1, 1), (0, 1)),
    "open": ((1, 2.8), (0.87, 1), (0.9, 1), (0, 0.02), (0, 0.031)),
    "handled": ((1, 1.8), (0.75, 1), (0.8, 1), (0.045, 0.2), (0, 0.05)),
    "upright": ((1.34, 3.4), (0.85, 0.98), (0.9, 1), (0, 0.05), (0, 0.068)),
    "waisted": ((1.3, 2), (0.7, 0.84), (0.7, 0.87), (0, 0.05), (0, 1)),
    "star": ((1, 1.4), (0.6, 0.82), (0.4, 0.77), (0, 0.05), (0, 0.031)),
    "long": ((2, 99), (0, 1), (0, 1), (0, 1), (0, 1)),
    "rounded": ((1, 2), (0.87, 1), (0.85, 1), (0, 1), (0, 0.031)),
}
"""From and to which elongation, roundness, solidity, hole and angularity a thing has a form."""
_LARGE: Final = 0.015  # share of the picture, from which a thing may be a bowl, but no pawn
_DISC, _FEW_PIXELS = 0.965, 0.05  # roundness that no cube has; angularity of a disc of 12 pixels
_UPRIGHT: Final = 1.4  # height over width of what stands
_SMALLEST, _SMALLEST_RING = 0.006, 0.002  # from which an outline tells what a thing is
_CLEARLY: Final = 8.0  # times as large as the next: then it is the one meant
_DETOUR: Final = 1.1  # times their distance: a longer way over a thing isn't between two
_ROW_CORE: Final = 0.15  # of a thing's height that may reach into the next row, at both ends
_HALF, _WHOLE = 500, 1000  # thousandths


@dataclass(frozen=True, slots=True)
class Found:
    """What a phrase names in a scene."""

    indices: tuple[int, ...] = ()
    """Positions in `Scene.regions`."""
    remark: str = ""
    """Where nothing was found: why, a sentence."""


def find(scene: Scene, thing: Thing) -> Found:
    r"""The things in `scene` that `thing` names: all of them for a plural, or the one meant.

    Nothing, with a remark, where the looks are no evidence, or where several are alike.

    Example:
        >>> from PIL import Image, ImageDraw
        >>> from gemini_nb.offline.vision.phrases import thing
        >>> from gemini_nb.offline.vision.scene import scene_of
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).ellipse((30, 60, 110, 140), fill="red")
        >>> find(scene_of(paper), thing("the red ball")).indices
        (0,)
        >>> find(scene_of(paper), thing("the cup")).remark
        'I can\'t tell a cup from other things; ask by colour, as in "the blue cup".'
    """
    odd = thing.unknown or ((thing.noun,) if NOUNS.get(thing.noun, " ")[0] == "any" else ())
    if odd:
        return Found(remark=f'Pixels don\'t tell what "{" ".join(odd)}" is: say "the red thing".')
    known = thing.noun in {"", "thing", *CATEGORIES} or NOUNS[thing.noun][1]
    if not (known or thing.colours):
        article = "an" if thing.noun[0] in "aeiou" else "a"
        ask = f'ask by colour, as in "the blue {thing.noun}".'
        return Found(remark=f"I can't tell {article} {thing.noun} from other things; {ask}")
    anchors = [find(scene, other) for other in thing.others]
    for anchor in anchors:
        if not anchor.indices:
            return anchor
    found = _looking(scene, thing)
    others = [scene.regions[n] for anchor in anchors for n in anchor.indices]
    found = _related(scene, found, thing, others) if others else found
    quoted = f'"{thing.label or thing.noun}"'
    if not found:
        return Found(remark=f"Nothing has the looks of {quoted}: I see none.")
    chosen = _chosen(scene, found, thing)
    if not chosen:
        more = "none clearly more than the others; say where it is, or ask for all"
        return Found(remark=f"{len(found)} things have the looks of {quoted}, {more}.")
    return Found(tuple(chosen))


def _has_form(region: Region, form: str) -> bool:
    """Whether the outline of `region` is as that of things of a `form`."""
    if form not in _FORMS or region.shape == "triangle":
        return region.shape == form
    angular = region.angularity
    if form == "round" and region.roundness > _DISC and angular < _FEW_PIXELS:
        angular = 0.0
    told = region.elongation, region.roundness, region.solidity, region.hole, angular
    if any(not low <= each <= high for each, (low, high) in zip(told, _FORMS[form], strict=True)):
        return False
    ymin, xmin, ymax, xmax = region.box
    if form in {"open", "flat", "waisted"} and (region.share > _LARGE) != (form != "waisted"):
        return False  # a ball, a block or a pear
    stands = ymax - ymin > _UPRIGHT * (xmax - xmin)
    return form not in {"upright", "waisted"} or stands


def _looking(scene: Scene, thing: Thing) -> list[int]:
    """The things that look as the phrase says."""
    regions = scene.regions
    found = [n for n, region in enumerate(regions)
             if all(_has_form(region, SHAPES[word]) for word in thing.shapes)]  # fmt: skip
    if thing.colours:
        found = [n for n in found if regions[n].colour in thing.colours]
    nouns = [name for name in CATEGORIES.get(thing.noun, [thing.noun]) if name in NOUNS]
    if nouns:
        fitting = {n for noun in nouns for n in _fitting(scene, found, thing, noun)}
        found = [n for n in found if n in fitting and regions[n].inside not in fitting]
    excluded = {n for each in thing.without for n in find(scene, each).indices}
    if thing.noun in {"", "thing"} and not (thing.colours or thing.shapes or thing.others):
        excluded |= {n for n in found if regions[n].inside is not None}
    return [n for n in found if n not in excluded]


def _fitting(scene: Scene, found: list[int], thing: Thing, noun: str) -> list[int]:
    """Those that look as a `noun` does: by a colour that is named, or by the most usual one."""
    form, usual = NOUNS[noun]
    formed = [n for n in found if any(_has_form(scene.regions[n], each) for each in form.split())]
    if thing.colours and not set(usual) & set(thing.colours):
        return [] if usual else formed
    smallest = _SMALLEST_RING if form == "ring" else _SMALLEST
    told = [n for n in formed if scene.regions[n].share >= smallest]
    coloured = {n: usual.index(scene.regions[n].colour) for n in told
                if scene.regions[n].colour in usual}  # fmt: skip
    best = min(coloured.values(), default=0)
    return [n for n, rank in coloured.items() if form == "ring" or rank == best]


def _related(scene: Scene, found: list[int], thing: Thing, others: list[Region]) -> list[int]:
    """Those that lie to `others` as the phrase says."""
    regions, relation = scene.regions, thing.relation
    found = [n for n in found if regions[n] not in others]

    def away(n: int) -> float:
        return min(_gap(scene, regions[n], other) for other in others)

    if relation in {"near", "far"}:
        return sorted(found, key=away, reverse=relation == "far")[: thing.number or 1]
    if relation == "on":
        return [n for n in found if any(_holds(other, regions[n]) for other in others)]
    if relation == "between":
        ends = others[0].centre, others[-1].centre
        detour = _DETOUR * math.dist(*ends)
        return [n for n in found if sum(math.dist(regions[n].centre, e) for e in ends) < detour]
    side, axis, box = _MEASURES[relation], relation in {"left", "right"}, others[0].box
    edge = side(others[0]) - (box[2 + axis] - box[axis]) / 2
    fitting = [n for n in found if side(regions[n]) < edge]
    if thing.plural:
        return fitting
    beside = [n for n in fitting if max(box[1 - axis], regions[n].box[1 - axis])
              < min(box[3 - axis], regions[n].box[3 - axis])]  # fmt: skip
    # Of several that lie askew none is meant for sure.
    return sorted(beside, key=away)[:1] or (fitting if len(fitting) == 1 else [])


def _gap(scene: Scene, one: Region, other: Region) -> float:
    """How far apart the boxes of two things are, in pixels."""
    a, b = one.box, other.box
    down, right = (max(a[n] - b[n + 2], b[n] - a[n + 2], 0) for n in (0, 1))
    return math.hypot(down * scene.height, right * scene.width)


def _holds(outer: Region, inner: Region) -> bool:
    (y, x), (ymin, xmin, ymax, xmax) = inner.centre, outer.box
    return ymin < y < ymax and xmin < x < xmax and inner.share < outer.share


_MEASURES: Final[dict[str, Callable[[Region], float]]] = {
    "left": lambda region: region.centre[1],
    "right": lambda region: _WHOLE - region.centre[1],
    "top": lambda region: region.centre[0],
    "bottom": lambda region: _WHOLE - region.centre[0],
    "middle": lambda region: 1.5 * math.dist(region.centre, (_HALF, _HALF)),
    "large": lambda region: -region.share,
    "small": lambda region: region.share,
    "long": lambda region: -math.dist(region.box[:2], region.box[2:]),
    "short": lambda region: math.dist(region.box[:2], region.box[2:]),
    "tall": lambda region: region.box[0] - region.box[2],
    "wide": lambda region: region.box[1] - region.box[3],
    "dark": lambda region: float(region.tint[0]),
    "light": lambda region: -float(region.tint[0]),
}
"""What is least for the thing of such a place or size."""
_SIDES: Final = frozenset(["left", "right", "top", "bottom", "middle"])


def _chosen(scene: Scene, found: list[int], thing: Thing) -> list[int]:
    """Those of the size and place that are named; for one thing the one meant, or none."""
    regions, nth, order = scene.regions, thing.nth, thing.order
    if "row" in order:
        row, thing = _row(scene, thing)
        found, nth, order = [n for n in found if n in row], thing.nth, thing.order
    elif not nth:
        sides = [_MEASURES[word] for word in order if word in _SIDES]
        found = [n for n in found if all(side(regions[n]) < _HALF for side in sides)]
    measures = [_MEASURES[word] for word in order or ("left",)]
    ranks = {n: sum(measure(regions[n]) for measure in measures) for n in found}
    ranked = sorted(found, key=ranks.__getitem__)
    if nth:
        return ranked[nth - 1 : nth]
    if thing.plural and not thing.number:
        # How small "the small things" are, nobody says.
        return found if _SIDES.issuperset(order) else found[: len(found) < 2]  # noqa: PLR2004
    if thing.plural:
        return ranked[: thing.number] if order or len(found) == thing.number else found
    if order or len(found) < 2:  # noqa: PLR2004 - nothing to choose
        return ranked[:1]
    largest, second = sorted(found, key=lambda n: -regions[n].share)[:2]
    return [largest] if regions[largest].share > _CLEARLY * regions[second].share else []


def _row(scene: Scene, thing: Thing) -> tuple[list[int], Thing]:
    """The things of the row that is named, and what is asked of them; none where no rows show.

    Rows are what no thing reaches from one to the next of, but by its ends.
    """
    rows: list[list[int]] = []
    end = -1.0
    outer = [n for n, region in enumerate(scene.regions) if region.inside is None]
    for n in sorted(outer, key=lambda n: scene.regions[n].box[0]):
        ymin, _, ymax, _ = scene.regions[n].box
        slack = _ROW_CORE * (ymax - ymin)
        rows += [[]] if ymin + slack > end else []
        rows[-1].append(n)
        end = max(end, ymax - slack)
    counted = [word for word in thing.order if word in {"top", "bottom", "middle"}][:1]
    at = {"top": 0, "bottom": len(rows) - 1, "middle": len(rows) // 2}
    number = at[counted[0]] if counted else (thing.nth or 1) - 1
    row = rows[number] if number < len(rows) > 1 else []
    rest = tuple(word for word in thing.order if word not in {"row", *counted})
    return row, replace(thing, order=rest, nth=thing.nth if counted else None)
