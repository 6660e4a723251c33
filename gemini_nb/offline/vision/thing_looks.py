"""Which of the things in an image look as a phrase says: by colour, figure, form and shade."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.colours import unlikeness
from gemini_nb.offline.vision.form_fit import ALMOST_LONG, LONG, misfit, unsuitable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from gemini_nb.offline.vision.everyday_things import Form, Looks
    from gemini_nb.offline.vision.scene import Region
    from gemini_nb.offline.vision.shapes import Shape
    from gemini_nb.offline.vision.sighting import Sighting
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase

_ALMOST_COLOUR: Final = 0.02  # OKLab distance by which a neighbouring name is also right
_ANGULAR: Final[frozenset[Shape]] = frozenset({"square", "rectangle", "bar", "triangle"})
_SMALL: Final = 0.6  # of the middle size
_SHADE: Final = 0.06  # lightness from which things of a colour are lighter or darker
_MEDIUM_LIGHT: Final = 0.62

_ALMOST: Final[dict[Shape, frozenset[Shape]]] = {
    "circle": frozenset({"oval"}),
    "oval": frozenset({"circle"}),
    "square": frozenset({"rectangle"}),
    "rectangle": frozenset({"square"}),
}
"""What a figure is taken for at a slant, or by a pixel's breadth."""


def looking_like(sighting: Sighting, phrase: ThingPhrase) -> list[int]:
    """The things that look as `phrase` says."""
    regions = sighting.scene.regions
    found = list(range(len(regions)))
    if not phrase.says_looks:
        return [index for index in found if regions[index].inside is None]
    found = _coloured(sighting, found, phrase.colours)
    if phrase.figures:
        found = _either(
            found,
            lambda index: regions[index].shape in phrase.figures,
            lambda index: _is_almost(regions[index], phrase.figures),
        )
    if phrase.slim:
        found = _by_form(sighting, found, "long")
    if phrase.looks:
        found = _usual(sighting, found, phrase)
    return _shaded(regions, found, phrase.shade)


def _is_almost(region: Region, figures: Iterable[Shape]) -> bool:
    """Whether the thing may be one of `figures`, seen at a slant or a pixel wider."""
    if "bar" in figures and region.shape == "rectangle" and region.elongation >= LONG:
        return True
    almost = frozenset(shape for each in figures for shape in _ALMOST.get(each, ()))
    return region.shape in almost and region.elongation < ALMOST_LONG


def _either(
    found: list[int], exactly: Callable[[int], bool], almost: Callable[[int], bool]
) -> list[int]:
    """Those of `found` that fit exactly, or if none does, those that fit almost."""
    return [i for i in found if exactly(i)] or [i for i in found if almost(i)]


def _coloured(sighting: Sighting, found: list[int], colours: Iterable[str]) -> list[int]:
    names = frozenset(colours)
    if not names:
        return found
    regions = sighting.scene.regions

    def almost(index: int) -> bool:
        apart = unlikeness(sighting.tints[index])
        return any(apart[name] < _ALMOST_COLOUR for name in apart if name in names)

    return _either(found, lambda index: regions[index].colour in names, almost)


def _usual(sighting: Sighting, found: list[int], phrase: ThingPhrase) -> list[int]:
    """Those that look as what the phrase names usually does; the one that does best for one."""
    looks, *others = phrase.looks
    if others:
        return _of_category(sighting, found, phrase.looks)
    fitting = _of_kind(sighting, found, looks)
    if not fitting:
        # Colours and places that the request gives itself outweigh the form a name suggests.
        given = phrase.colours and looks.form not in {"ring", "long"}
        return found if given and len(found) == 1 else []
    if phrase.many or phrase.chooses_among:
        return fitting
    return [min(fitting, key=lambda index: _doubt(sighting, index, looks))]


def _doubt(sighting: Sighting, index: int, looks: Looks) -> tuple[int, int, float]:
    """How unsure it is that the thing is what usually has `looks`; comparable."""
    colour = sighting.scene.regions[index].colour
    rank = looks.colours.index(colour) if colour in looks.colours else len(looks.colours)
    form = misfit(sighting, index, looks.form) or 0
    return form, rank, unsuitable(sighting, index, looks.form)


def _of_category(sighting: Sighting, found: list[int], members: Iterable[Looks]) -> list[int]:
    """Those that surely look as one of `members` does, in colour and form together.

    What comes in any colour and form says nothing, and so tells no member from other things.
    """
    telling = [
        each
        for each in members
        if each.form != "any" and (each.colours or each.form in {"long", "ring"})
    ]
    regions = sighting.scene.regions
    return [
        index
        for index in found
        if any(
            (regions[index].colour in each.colours or not each.colours)
            and misfit(sighting, index, each.form) == 0
            and not (each.kind == "fruits" and regions[index].shape in _ANGULAR)
            and (not each.small or _is_small(sighting, index))
            for each in telling
        )
    ]


def _is_small(sighting: Sighting, index: int) -> bool:
    """Whether the thing is smaller than most things in the image."""
    shares = [region.share for region in sighting.scene.regions]
    return sighting.scene.regions[index].share < _SMALL * statistics.median(shares)


def _of_kind(sighting: Sighting, found: list[int], looks: Looks) -> list[int]:
    return _by_form(sighting, _coloured(sighting, found, looks.colours), looks.form)


def _by_form(sighting: Sighting, found: list[int], form: Form) -> list[int]:
    fits = {index: misfit(sighting, index, form) for index in found}
    return _either(found, lambda index: fits[index] == 0, lambda index: fits[index] == 1)


def _shaded(regions: Sequence[Region], found: list[int], shade: str) -> list[int]:
    """Those that are lighter or darker than the others, or than a medium grey where alike."""
    if not shade or not found:
        return found
    lightness = [regions[index].lightness for index in found]
    middle = (min(lightness) + max(lightness)) / 2
    if max(lightness) - min(lightness) < 2 * _SHADE:
        middle = _MEDIUM_LIGHT
    return [index for index in found if (regions[index].lightness > middle) == (shade == "light")]
