"""How well a thing's outline fits the form that everyday things of a name have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.pointing import grasp_angle, slimness

if TYPE_CHECKING:
    from gemini_nb.offline.vision.everyday_things import Form
    from gemini_nb.offline.vision.shapes import Shape
    from gemini_nb.offline.vision.sighting import Sighting

LONG: Final = 2.0  # times as long as wide
ALMOST_LONG: Final = 1.6
_OVAL: Final = (1.1, 2.2)  # times as long as wide
_WIDE: Final = 1.08  # times as wide as high, seen at a slant
_LYING: Final = 12  # degrees by which the long axis of what stands open is off the horizontal
_COMPACT: Final = 1.4  # elongation up to which an uneven outline may be round

_SHAPES: Final[dict[Form, tuple[frozenset[Shape], frozenset[Shape]]]] = {
    "round": (frozenset({"circle"}), frozenset({"oval"})),
    "boxy": (frozenset({"square", "rectangle"}), frozenset({"irregular shape", "bar"})),
    "ring": (frozenset({"ring"}), frozenset()),
    "pointed": (frozenset({"triangle"}), frozenset({"irregular shape"})),
}
"""The shapes that everyday things surely have, and those that they may have at a slant."""

_GROWN: Final = frozenset({"circle", "oval", "irregular shape"})
"""The shapes of what has no angles."""


def misfit(sighting: Sighting, index: int, form: Form) -> int | None:
    """0 where the thing surely has `form`, 1 where it may have it, None where it hasn't."""
    region = sighting.scene.regions[index]
    if form in _SHAPES:
        surely, perhaps = _SHAPES[form]
        uneven = region.shape == "irregular shape" and region.elongation < _COMPACT
        maybe = region.shape in perhaps or (form == "round" and uneven)
        return 0 if region.shape in surely else 1 if maybe else None
    if form == "any":
        return 0
    if form == "wide":
        return _open_misfit(sighting, index)
    slim = float(slimness(sighting.masks[index]))
    if form == "oval":
        surely = region.shape in _SHAPES["round"][0] | _SHAPES["round"][1]
        fits = surely and _OVAL[0] < slim < _OVAL[1]
        return None if region.shape not in _GROWN else 0 if fits else 1
    if form == "upright" and _height_over_width(sighting, index) < 1:
        return None
    return 0 if slim >= LONG else 1 if slim >= ALMOST_LONG else None


def unsuitable(sighting: Sighting, index: int, form: Form) -> float:
    """How far the thing is from the best example of `form`; the least of several is the best."""
    region = sighting.scene.regions[index]
    slim = float(slimness(sighting.masks[index]))
    if form == "long":
        return -slim
    if form == "upright":
        return -_height_over_width(sighting, index)
    if form == "oval":
        return abs(slim - sum(_OVAL) / 2)
    if form == "round":
        return slim
    return -region.share


def _open_misfit(sighting: Sighting, index: int) -> int | None:
    """The misfit of a bowl or plate: what holds something, or is wider than high."""
    regions = sighting.scene.regions
    if regions[index].shape not in {"circle", "oval"}:
        return None
    holds = any(region.inside == index for region in regions)
    lies = 90 - abs(grasp_angle(sighting.masks[index])) < _LYING
    return 0 if holds or (lies and _height_over_width(sighting, index) < 1 / _WIDE) else 1


def _height_over_width(sighting: Sighting, index: int) -> float:
    rows, columns = np.nonzero(sighting.masks[index])
    return float((np.ptp(rows) + 1) / (np.ptp(columns) + 1))
