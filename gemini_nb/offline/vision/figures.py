"""What of an image is ground, what is shadow, and which pieces together are one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.pieces import LIGHT_WEIGHT, Pieces, depths
from gemini_nb.offline.vision.pixel_operations import grown, largest_of_each, linked, shrunk

if TYPE_CHECKING:
    from gemini_nb.offline.vision.pixel_operations import Flags, Floats, Labels, Numbers
    from gemini_nb.offline.vision.region_graph import RegionGraph

_THING: Final = -1
"""In an array of grounds: the piece belongs to none."""

_SHADOW: Final = (0.48, 1.0)  # lightness of a shadow relative to the surface it falls on
_SHADOW_HUE: Final = 0.05  # a shadow is lit by the sky and by what casts it, so its hue wanders
_SAME_LIGHT: Final = (0.93, 1.07)
_PATCHY_LIGHT: Final = (0.8, 1.25)  # of one surface, from edge to edge of the image
_NIGHT: Final = 0.02 * LIGHT_WEIGHT  # added to both, so that black can be compared too
_WALL: Final = 0.2  # share of the image's border that makes a piece part of the ground
_NEAR: Final = 3  # pixels
_CONTACT: Final = 0.02  # share of a shadow's surroundings taken by what casts it
_PAINTED: Final = 0.0015  # lightness varies less than this over half of a painted area

_COLOURED: Final = 0.05  # relative chroma from which a hue can be told
_HUE_STEP: Final = np.radians(22)
_CHROMA_STEP: Final = 0.14
_LIGHT_STEP: Final = 0.22
_SHADING: Final = 0.4  # greater steps of lightness than these two are not of one thing
_SOFT: Final = 0.85  # contrast at a boundary relative to the difference of what it parts

_SPECK: Final = 0.001  # share of the image
_FEWEST_PIXELS: Final = 9
_GLINT: Final = 0.06  # share of a thing's area that the mirror image of a lamp takes at most
_ENCLOSED: Final = 0.7  # share of an outline
_ALONGSIDE: Final = 0.4
_ON_GROUND: Final = 0.35
_HALF: Final = 0.5
_OTHER_HUE: Final = 0.15  # relative chroma by which no rim differs from the thing
_STRONG: Final = 0.1  # relative chroma from which a colour is no reflection of a lamp
_STRIP: Final = 4.5  # depth in pixels of an edge or rim of a thing


@dataclass(frozen=True, slots=True)
class Figures:
    """The parts that an image was divided into, as masks of the analysed copy.

    Attributes:
        grounds: what fills the image's border, as a table and a wall; the largest first.
        things: what lies on it, without shadows; the largest first.
    """

    grounds: tuple[Flags, ...]
    things: tuple[Flags, ...]


def figures(pieces: Pieces) -> Figures:
    """The grounds and things that `pieces` make up."""
    ground = _with_shadows(pieces, _grounds(pieces))
    count = int(ground.max()) + 1
    own = count + np.arange(len(ground), dtype=np.int32)
    parts = _renumbered(np.where(ground == _THING, own, ground))
    graph = pieces.graph.merged(parts)
    alike = _renumbered(_of_one_colour(graph, count))
    parts, graph = alike[parts], graph.merged(alike)
    labels = parts[pieces.labels]
    deepest = largest_of_each(depths(labels), labels, len(graph.areas))
    labels = _with_details(graph, deepest, count)[labels]
    masks = sorted((labels == part for part in np.unique(labels)), key=np.sum, reverse=True)
    return Figures(
        grounds=tuple(mask for mask in masks if labels[mask][0] < count),
        things=tuple(mask for mask in masks if labels[mask][0] >= count),
    )


def _renumbered(groups: Labels) -> Labels:
    """`groups` numbered without gaps, in the same order."""
    return np.unique(groups, return_inverse=True)[1].astype(np.int32)


def _alike(tones: Numbers, ground: Numbers, light: tuple[float, float], hue: float) -> Flags:
    """Which `tones` are that of `ground` under `light` times as much light."""
    relative = (tones[:, 0] + _NIGHT) / (ground[0] + _NIGHT)
    apart = np.linalg.norm(tones[:, 1:] - ground[1:], axis=1)
    return (apart < hue) & (light[0] < relative) & (relative < light[1])


def _grounds(pieces: Pieces) -> Labels:
    """The ground that each piece belongs to, or `_THING`.

    The piece with most of the border is ground, and so is what looks like it anywhere; another
    piece only where it holds much of the border, or two corners, as a wall above a table does.
    """
    labels, tones = pieces.labels, pieces.graph.tones
    frame = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    share = np.bincount(frame, minlength=len(tones)) / len(frame)
    corners = np.bincount(labels[[0, 0, -1, -1], [0, -1, 0, -1]], minlength=len(tones))
    ground = np.full(len(tones), _THING, np.int32)
    for piece in np.argsort(-share, kind="stable"):
        first = ground.max() == _THING
        if ground[piece] == _THING and (first or share[piece] >= _WALL or corners[piece] > 1):
            same = _alike(tones, tones[piece], _SAME_LIGHT, pieces.limit)
            same |= _alike(tones, tones[piece], _PATCHY_LIGHT, pieces.limit) & (share > 0)
            ground[same & (ground == _THING)] = ground.max() + 1
    return ground


def _with_shadows(pieces: Pieces, ground: Labels) -> Labels:
    """`ground` with the shadows that things cast on it.

    A shadow keeps the hue of its ground, is darker, shades off, and touches what casts it.
    """
    graph, result = pieces.graph, ground.copy()
    for number in range(int(ground.max()) + 1):
        members = ground == number
        lit = np.average(graph.tones[members], axis=0, weights=graph.areas[members])
        dark = _alike(graph.tones, lit, _SHADOW, _SHADOW_HUE) & (ground == _THING)
        shades = linked(graph.pairs[dark[graph.pairs].all(axis=1)], len(dark))
        for shade in np.unique(shades[dark]):
            inside = (shades == shade)[pieces.labels]
            near = ground[pieces.labels[grown(inside, _NEAR) & ~inside]]
            # Not even beside its ground it may be one: seen through the hole of a ring.
            beside = (near == number).any() or (near == _THING).all()
            cast = (near == _THING).mean() > _CONTACT and beside
            if cast and not _painted(pieces.colours[..., 0], inside):
                result[shades == shade] = number
    return result


def _painted(lightness: Floats, inside: Flags) -> bool:
    """Whether what is `inside` is of one flat colour, as no shadow in a photograph is."""
    core = shrunk(inside, 2)
    if not core.any():
        return False
    low, high = np.quantile(lightness[core], (0.25, 0.75))
    return bool(high - low < _PAINTED)


def _of_one_colour(graph: RegionGraph, grounds: int) -> Labels:
    """A group for each part: things that touch and are of one hue, or of one grey, are one."""
    first, second = (graph.tones[graph.pairs[:, side]] for side in (0, 1))
    chroma = np.stack([np.hypot(tones[:, 1], tones[:, 2]) for tones in (first, second)])
    hues = [np.arctan2(tones[:, 2], tones[:, 1]) for tones in (first, second)]
    turn = np.abs((hues[0] - hues[1] + np.pi) % (2 * np.pi) - np.pi)
    lighter = np.abs(first[:, 0] - second[:, 0]) / LIGHT_WEIGHT
    one_hue = (turn < _HUE_STEP) & (np.abs(chroma[0] - chroma[1]) < _CHROMA_STEP)
    soft = graph.contrasts / graph.lengths < _SOFT * np.linalg.norm(first - second, axis=1)
    one_grey = lighter < np.where(soft, _SHADING, _LIGHT_STEP)
    coloured = chroma > _COLOURED
    same = np.where(coloured.all(axis=0), one_hue, one_grey & ~coloured.any(axis=0))
    same &= (graph.pairs >= grounds).all(axis=1)
    return linked(graph.pairs[same], len(graph.areas))


def _with_details(graph: RegionGraph, deepest: Numbers, grounds: int) -> Labels:
    """A group for each part: specks, glints and thin edges belong to what they lie on."""
    groups = np.arange(len(graph.areas), dtype=np.int32)
    smallest = max(_FEWEST_PIXELS, _SPECK * graph.areas.sum())
    tones = graph.tones
    for part in np.argsort(graph.areas, kind="stable"):
        if part < grounds:
            continue
        inside = groups == part
        around, lengths = graph.around(inside)
        contact = np.bincount(groups[around], lengths, len(groups))
        area, outline = graph.areas[inside].sum(), max(contact.sum(), 1)
        if area >= smallest:
            contact[:grounds] = 0
        elif contact[:grounds].sum() > _ON_GROUND * outline:
            contact[grounds:] = 0
        host = int(contact.argmax())
        share, size = contact[host] / outline, area / graph.areas[groups == host].sum()
        apart = float(np.linalg.norm((tones[part] - tones[host])[1:]))
        alien = apart > _OTHER_HUE and float(np.hypot(*tones[part][1:])) > _STRONG
        glint = share > _ENCLOSED and size < _GLINT and not alien
        strip = share > _ALONGSIDE and size < _HALF and deepest[part] <= _STRIP
        if contact[host] and (area < smallest or glint or (strip and not alien)):
            groups[inside] = host
    return groups
