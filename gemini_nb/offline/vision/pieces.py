"""An image cut into connected pieces, each of one colour up to light and shade."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from gemini_nb.offline.vision.colours import oklab
from gemini_nb.offline.vision.pixel_operations import (
    basins,
    blurred,
    distance_to,
    largest_of_each,
    nearest,
    steepness,
)
from gemini_nb.offline.vision.region_graph import RegionGraph, merge_alike, region_graph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.offline.vision.pixel_operations import Flags, Floats, Labels, Numbers

PIXELS: Final = 49_152
"""Pixels of the copy that is analysed, as many as 256 x 192; one is then about four thousandths
of the image's longer side."""

LIGHT_WEIGHT: Final = 0.25
"""Weight of lightness in a tone: enough to part black from white, little enough that shading
and wood grain stay below the difference between two hues."""

_DARKEST: Final = 0.25  # below this lightness, hue is mostly sensor noise
_BLUR: Final = 0.8  # pixels
_EDGE_PEAK: Final = 0.35  # gradient of a step of height one, blurred twice
_LEVELS: Final = 600  # of contrast that are told apart, for a step of height one
_LEAST_DIFFERENCE: Final = 0.018  # between pieces of a flat drawing
_MOST_DIFFERENCE: Final = 0.05  # asked for where texture is strong
_TEXTURE_WEIGHT: Final = 2.5
_MOST_PIECES: Final = 300

_THIN: Final = 4.2  # depth in pixels up to which smoothing alone can make a piece
_CORE_DEPTH: Final = 2.0  # pixels deeper than this mix no neighbour's colour
_MIXTURE: Final = 0.05  # OKLab distance from the line between two colours
_REACH: Final = 4  # pixels
_NEARBY: Final = [
    (down, right)
    for down in range(-_REACH, _REACH + 1)
    for right in range(-_REACH, _REACH + 1)
    if 0 < math.hypot(down, right) < _REACH + 0.5
]
_DOUBTS: Final = (0.0004, 0.002, 0.01, np.inf)  # squared OKLab distances
_ROUNDS: Final = 3  # in which a colour spreads by its reach, before more doubt is allowed
_FAR_COST: Final = 1e-5  # decides between equally similar colours


@dataclass(frozen=True, slots=True)
class Pieces:
    """A partition of an image, and what it was computed from.

    Attributes:
        labels: the piece of each pixel, shape (height, width), 0 to `len(areas)` - 1.
        graph: areas, tones and boundaries of the pieces.
        edges: contrast at each pixel, in tone, as the height of a sharp step.
        colours: OKLab of each pixel of the analysed copy, shape (height, width, 3).
        limit: difference in tone up to which neighbours were taken for one piece.
    """

    labels: Labels
    graph: RegionGraph
    edges: Floats
    colours: Floats
    limit: float


def cut(image: Image.Image) -> Pieces:
    """The pieces of an RGB `image`, analysed at no more than about `PIXELS`.

    Basins of the contrast between neighbours are merged, the most alike first, until what
    remains differs by more than this picture's own texture.
    """
    colours = oklab(np.asarray(reduced(image)))
    tone = _tone(colours)
    smooth = blurred(tone, _BLUR)
    edges = steepness(smooth, _BLUR) / _EDGE_PEAK
    fine = basins(np.minimum(edges * _LEVELS, np.iinfo(np.uint16).max).astype(np.uint16))
    limit = min(_MOST_DIFFERENCE, _LEAST_DIFFERENCE + _TEXTURE_WEIGHT * float(np.median(edges)))
    labels = merge_alike(region_graph(fine, smooth, edges), limit, _MOST_PIECES)[fine]
    labels = _sharpened(labels, colours, _cores(labels, colours) & (edges < 2 * limit))
    return Pieces(labels, region_graph(labels, tone, edges), edges, colours, limit)


def reduced(image: Image.Image) -> Image.Image:
    """`image` itself where it is small, or a copy of about `PIXELS`."""
    scale = math.sqrt(PIXELS / (image.width * image.height))
    if scale >= 1:
        return image
    width, height = (max(1, round(side * scale)) for side in image.size)
    return image.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)


def _tone(colours: Floats) -> Floats:
    """`colours` with lightness played down and chroma taken relative to it.

    Light and shadow scale OKLab's numbers alike, so relative chroma stays the same across both.
    """
    relative = colours[..., 1:] * (0.75 / np.maximum(colours[..., :1], _DARKEST))
    return np.concatenate([LIGHT_WEIGHT * colours[..., :1], relative], axis=-1)


def _sharpened(labels: Labels, colours: Floats, core: Flags) -> Labels:
    """`labels` with each boundary moved to where the colour changes.

    Smoothing leaves a band of mixed colours along each boundary, partly as thin pieces of its
    own. Every pixel outside the `core` goes to the piece of the most similar pixel near it, the
    surest first, so that sharp corners grow back from within.
    """
    if not core.any():
        return labels
    height, width = labels.shape
    margin = ((_REACH, _REACH), (_REACH, _REACH))
    result = np.pad(labels[nearest(core)], margin).ravel()
    padded = np.pad(colours, (*margin, (0, 0))).reshape(-1, 3)
    unsure = np.flatnonzero(np.pad(~core, margin))
    known = np.where(np.pad(core, margin).reshape(-1, 1), padded, np.inf).astype(np.float32)
    for doubt in sorted(_DOUBTS * _ROUNDS):
        if not len(unsure):
            break
        source, apart = _most_similar(padded[unsure], known, unsure, width + 2 * _REACH)
        sure = apart < doubt
        decided = unsure[sure]
        result[decided], known[decided] = result[source[sure]], padded[decided]
        unsure = unsure[~sure]
    inner = result.reshape(height + 2 * _REACH, -1)[_REACH:-_REACH, _REACH:-_REACH]
    return np.unique(inner, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)


def _most_similar(
    colours: Floats, known: Floats, places: NDArray[np.intp], stride: int
) -> tuple[NDArray[np.intp], Floats]:
    """Where near each of `places` the most similar known colour is, and its squared distance.

    Args:
        colours: of the pixels at `places`, shape (n, 3).
        known: the colours of all pixels, row after row; infinite where not known.
        places: positions in `known`, at least `_REACH` pixels from its borders.
        stride: pixels in a row of `known`.
    """
    source, least = places.copy(), np.full(len(places), np.inf, np.float32)
    for down, right in _NEARBY:
        there = places + (down * stride + right)
        apart = np.square(colours - known[there]).sum(axis=1) + _FAR_COST * (down**2 + right**2)
        closer = apart < least
        source[closer], least[closer] = there[closer], apart[closer]
    return source, least


def _cores(labels: Labels, colours: Floats) -> Flags:
    """The pixels that surely belong to their piece; none in pieces that are mere boundary."""
    depth = depths(labels)
    graph = region_graph(labels, colours, np.zeros_like(depth))
    deepest = largest_of_each(depth, labels, len(graph.areas))
    core_depth = np.minimum(_CORE_DEPTH, deepest - 0.5)
    neighbours = np.bincount(graph.pairs.ravel(), minlength=len(deepest))
    for piece in np.flatnonzero(deepest <= _THIN):
        pairs = graph.pairs[(graph.pairs == piece).any(axis=1)]
        touching = pairs[pairs != piece]
        # The band along a small hole may be broader than what it leaves of the hole.
        within = (neighbours[touching] == 1) & (deepest[touching] >= _CORE_DEPTH)
        others = touching[(deepest[touching] > deepest[piece]) | within]
        if _mixes(graph.tones[piece], graph.tones[others]):
            core_depth[piece] = np.inf
    return depth > core_depth[labels]


def depths(labels: Labels) -> Floats:
    """How far each pixel lies inside its piece: 1 at the boundary, infinite without one."""
    boundary = np.zeros(labels.shape, bool)
    for near, far in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        differ = labels[near] != labels[far]
        boundary[near] |= differ
        boundary[far] |= differ
    return distance_to(boundary) + 1


def _mixes(colour: Numbers, others: Numbers) -> bool:
    """Whether `colour` is like one of `others`, or lies on the line between two of them."""
    for index, start in enumerate(others):
        along = others[index:] - start
        squared = np.maximum(np.square(along).sum(axis=1), 1e-9)
        share = np.clip(along @ (colour - start) / squared, 0, 1)
        if np.linalg.norm(start + share[:, None] * along - colour, axis=1).min() < _MIXTURE:
            return True
    return False
