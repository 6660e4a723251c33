"""A picture cut into connected pieces, and these told apart: grounds, shadows and things."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportArgumentType=false
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from scipy import ndimage, sparse
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import Flags, Floats, Labels, Numbers

_LIGHT_WEIGHT: Final = 0.25
"""Weight of lightness in a tone: enough to part black from white, little enough that shading
and wood grain stay below the difference between two hues."""

_DARKEST: Final = 0.25  # below this lightness, hue is mostly sensor noise
_BLUR: Final = 0.8  # pixels
_EDGE_PEAK: Final = 0.35  # gradient of a step of height one, blurred twice
_LEVELS: Final = 600  # of contrast that are told apart, for a step of height one
_EIGHT_NEIGHBOURS: Final = np.ones((3, 3))
_LEAST_DIFFERENCE: Final = 0.018  # between pieces of a flat drawing
_MOST_DIFFERENCE: Final = 0.05  # asked for where texture is strong
_TEXTURE_WEIGHT: Final = 2.5
_FLAT: Final = 0.25  # of the difference asked for: less contrast parts nothing
_GIANT: Final = 50  # times as large as a speck
_MOST_PIECES: Final = 300
_FASTER: Final = 1.2  # growth of the limit where noise makes too many pieces

_ONE_SIDED: Final = 0.8  # share of a line's outline that one other piece has
_VALLEY: Final = 1.2  # times the least contrast in a line
_REACH: Final = 4  # pixels over which a boundary is moved
_ALL_WAYS: Final = [(-1, -1), (-1, 0), (-1, 1), (0, -1), (0, 1), (1, -1), (1, 0), (1, 1)]
_DOUBTS: Final = (*[0.0004] * 3, *[0.002] * 3, *[0.01] * 3, np.inf)  # squared OKLab distances
_FAR_COST: Final = 1e-5  # decides between equally similar colours

_THING: Final = -1  # in an array of grounds: the piece belongs to none
_SHADOW: Final = (0.48, 1.0)  # lightness of a shadow relative to the surface it falls on
_SHADOW_HUE: Final = 0.06  # a shadow is lit by the sky and by what casts it, so its hue wanders
_SAME_LIGHT: Final = (0.93, 1.07)
_NIGHT: Final = 0.02 * _LIGHT_WEIGHT  # added to both, so that black can be compared too
_WALL: Final = 0.18  # share of the picture's border that makes a piece part of the ground
_CONTACT: Final = 0.02  # share of a shadow's surroundings taken by what casts it

_COLOURED: Final = 0.05  # relative chroma from which a hue can be told
_HUE_STEP: Final = 0.1  # relative chroma by which shades of one thing differ at most
_LIGHT_STEP: Final = 0.22 * _LIGHT_WEIGHT  # likewise, of greys

_SPECK: Final = 0.001  # share of the picture
_ON_GROUND: Final = 0.35  # share of an outline
_OTHER_HUE: Final = 0.15  # relative chroma by which no rim differs from the thing
_STRONG: Final = 0.1  # relative chroma from which a colour is no reflection of a lamp
_STRIP: Final = 3.5  # mean width in pixels of an edge or rim of a thing


@dataclass(frozen=True, slots=True, eq=False)
class _Graph:
    """Pieces with their mean tones, and the boundaries between neighbours."""

    areas: Numbers
    """Pixels of each piece."""
    sums: Numbers
    """The tones of each piece's pixels, added up; shape (pieces, channels)."""
    pairs: Labels
    """The two pieces of each boundary, the smaller number first; shape (boundaries, 2)."""
    lengths: Numbers
    """Pixel sides along each boundary."""
    contrasts: Numbers
    """Contrast along each boundary, added up over its length."""

    @property
    def tones(self) -> Numbers:
        """The mean tone of each piece; shape (pieces, channels)."""
        return self.sums / self.areas[:, None]

    @property
    def differences(self) -> Numbers:
        """How unlike the two pieces of each boundary are.

        The geometric mean of two witnesses, each of which alone is misled: tones far apart may
        be one shaded ball, and an edge between like tones may be the grain of wood.
        """
        first, second = self.tones[self.pairs.T]
        apart = np.linalg.norm(first - second, axis=1)
        return np.sqrt(apart * self.contrasts / self.lengths)

    def around(self, inside: Flags) -> tuple[Labels, Numbers]:
        """The pieces that border on those `inside`, and the length of each such boundary."""
        members = inside[self.pairs]
        crossing = members[:, 0] != members[:, 1]
        return self.pairs[crossing][~members[crossing]], self.lengths[crossing]

    def merged(self, groups: Labels) -> _Graph:
        """This graph with piece `i` in the new piece `groups[i]`."""
        count = int(groups.max()) + 1
        pairs = np.sort(groups[self.pairs], axis=1)
        outer = pairs[:, 0] != pairs[:, 1]
        codes = pairs[outer, 0].astype(np.int64) * count + pairs[outer, 1]
        codes, where = np.unique(codes, return_inverse=True)
        return _Graph(
            areas=np.bincount(groups, self.areas),
            sums=np.stack([np.bincount(groups, column) for column in self.sums.T], axis=1),
            pairs=np.stack([codes // count, codes % count], axis=1).astype(np.int32),
            lengths=np.bincount(where, self.lengths[outer]),
            contrasts=np.bincount(where, self.contrasts[outer]),
        )


def segmented(colours: Floats) -> tuple[tuple[Flags, ...], tuple[Flags, ...]]:
    """The grounds of a small picture, and the things on them without shadows, as masks.

    Both begin with the largest. Basins of the contrast between neighbours are merged, the most
    alike first, until what remains differs by more than this picture's own texture.

    Args:
        colours: OKLab of each pixel, shape (height, width, 3).

    Example:
        >>> colours = np.full((40, 60, 3), (0.9, 0, 0), np.float32)
        >>> colours[10:30, 20:40] = 0.5, 0.2, 0.1
        >>> [[int(mask.sum()) for mask in masks] for masks in segmented(colours)]
        [[2000], [400]]
    """
    tone = _tone(colours)
    smooth = cast("Floats", ndimage.gaussian_filter(tone, (_BLUR, _BLUR, 0)))
    slopes = [
        ndimage.gaussian_filter(smooth, (_BLUR, _BLUR, 0), order=order, truncate=3)
        for order in ((1, 0, 0), (0, 1, 0))
    ]
    edges = np.sqrt(np.square(slopes).sum(axis=(0, -1))) / _EDGE_PEAK
    limit = min(_MOST_DIFFERENCE, _LEAST_DIFFERENCE + _TEXTURE_WEIGHT * float(np.median(edges)))
    fine = _basins(edges, _FLAT * limit)
    labels = _merged(_graph(fine, smooth, edges), limit)[fine]
    labels = _sharpened(labels, colours, _core(labels, edges, 2 * limit))
    return _figures(labels, _graph(labels, tone, edges), limit)


def _tone(colours: Floats) -> Floats:
    """`colours` with lightness played down and chroma taken relative to it.

    Light and shadow scale OKLab's numbers alike, so relative chroma stays the same across both.
    """
    relative = colours[..., 1:] * (0.75 / np.maximum(colours[..., :1], _DARKEST))
    return np.concatenate([_LIGHT_WEIGHT * colours[..., :1], relative], axis=-1)


def _basins(edges: Floats, flat: float) -> Labels:
    """A watershed of `edges`: a number from 0 for each basin.

    They grow from where the contrast is below `flat`, and from each local minimum elsewhere.
    """
    heights = np.minimum(edges * _LEVELS, np.iinfo(np.uint16).max).astype(np.uint16)
    heights[edges < flat] = 0
    markers = np.empty(heights.shape, np.int32)
    ndimage.label(heights == ndimage.minimum_filter(heights, 3), _EIGHT_NEIGHBOURS, output=markers)
    return cast("Labels", ndimage.watershed_ift(heights, markers, _EIGHT_NEIGHBOURS)) - 1


def _graph(labels: Labels, tones: Floats, edges: Floats) -> _Graph:
    """The graph of the pieces of `labels`, from the tone and the contrast of each pixel."""
    flat, pairs, contrasts = labels.ravel(), [], []
    for near, far in ((np.s_[:, 1:], np.s_[:, :-1]), (np.s_[1:], np.s_[:-1])):
        apart = labels[near] != labels[far]
        pairs.append(np.stack([labels[near][apart], labels[far][apart]], axis=1))
        contrasts.append(np.maximum(edges[near][apart], edges[far][apart]))
    sums = [np.bincount(flat, channel) for channel in tones.reshape(flat.size, -1).T]
    sides = np.concatenate(pairs)
    graph = _Graph(
        np.bincount(flat), np.stack(sums, 1), sides, np.ones(len(sides)), np.concatenate(contrasts)
    )
    return graph.merged(np.arange(len(graph.areas), dtype=np.int32))


def _linked(pairs: Labels, count: int) -> Labels:
    """A group, from 0, for each of `count` pieces, the same for all that `pairs` connect."""
    links = sparse.coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(count, count))
    return cast("Labels", csgraph.connected_components(links, directed=False)[1])


def _merged(graph: _Graph, limit: float) -> Labels:
    """The group of each piece, once no two neighbours differ by less than `limit`.

    In each round those pairs meet of which each is the other's most alike neighbour; a speck
    meets a giant that is its own, or the giant would take in thousands one by one.
    """
    groups = np.arange(len(graph.areas), dtype=np.int32)
    while True:
        differences = graph.differences
        closest = np.full(len(groups), limit)
        for side in (0, 1):
            np.minimum.at(closest, graph.pairs[:, side], differences)
        chosen = differences[:, None] <= closest[graph.pairs]
        areas = graph.areas[graph.pairs]
        speck = areas * _GIANT < areas[:, ::-1]
        pairs = graph.pairs[chosen.all(axis=1) | (chosen & speck).any(axis=1)]
        if len(pairs):
            joined = _linked(pairs, len(graph.areas))
            graph, groups = graph.merged(joined), joined[groups]
        elif len(graph.areas) > _MOST_PIECES:
            limit *= _FASTER
        else:
            return groups


def _core(labels: Labels, edges: Floats, most: float) -> Flags:
    """The pixels well inside their piece, whose colour no neighbour's mixes with.

    A piece that is all edge has them, along its middle, where it is a line on one other piece;
    between two it is only what smoothing made of their boundary.
    """
    inner = ndimage.maximum_filter(labels, 3) == ndimage.minimum_filter(labels, 3)
    pieces = np.arange(labels.max() + 1)
    thin = np.bincount(labels[inner], minlength=len(pieces)) == 0
    core = (inner | thin[labels]) & (edges < most)
    lost = np.bincount(labels[core], minlength=len(pieces)) == 0
    graph = _graph(labels, edges[..., None], edges)
    sides, lengths = graph.pairs.T.ravel(), np.tile(graph.lengths, 2)
    longest = np.zeros(len(pieces))
    np.maximum.at(longest, sides, lengths)
    line = lost & (longest > _ONE_SIDED * np.bincount(sides, lengths, len(pieces)))
    valley = _VALLEY * ndimage.minimum(edges, labels, pieces)
    return core | (line[labels] & (edges <= valley[labels]))


def _sharpened(labels: Labels, colours: Floats, core: Flags) -> Labels:
    """`labels` with each boundary moved to where the colour changes.

    Smoothing leaves a band of mixed colours along each boundary, partly as thin pieces of its
    own. Every pixel outside the `core` goes to the piece of the most similar pixel near it, the
    surest first, so that sharp corners grow back from within.
    """
    if not core.any():
        return labels
    stride = labels.shape[1] + 2 * _REACH
    near = ndimage.distance_transform_edt(~core, return_distances=False, return_indices=True)
    result = np.pad(labels[tuple(near)], _REACH).ravel()
    padded = np.pad(colours, ((_REACH, _REACH), (_REACH, _REACH), (0, 0))).reshape(-1, 3)
    unsure = np.flatnonzero(np.pad(~core, _REACH))
    known = np.where(np.pad(core, _REACH).reshape(-1, 1), padded, np.float32(np.inf))
    for doubt in _DOUBTS:
        source, least = unsure.copy(), np.full(len(unsure), np.inf, np.float32)
        own = padded[unsure]
        for far in range(1, _REACH + 1):
            for down, right in _ALL_WAYS:
                there = unsure + far * (down * stride + right)
                difference = own - known[there]
                apart = np.einsum("ij,ij->i", difference, difference)
                apart += _FAR_COST * far**2 * (down**2 + right**2)
                closer = apart < least
                source[closer], least[closer] = there[closer], apart[closer]
        sure = least < doubt
        decided, unsure = unsure[sure], unsure[~sure]
        result[decided], known[decided] = result[source[sure]], padded[decided]
    inner = result.reshape(-1, stride)[_REACH:-_REACH, _REACH:-_REACH]
    return np.unique(inner, return_inverse=True)[1].reshape(labels.shape).astype(np.int32)


def _figures(
    labels: Labels, graph: _Graph, limit: float
) -> tuple[tuple[Flags, ...], tuple[Flags, ...]]:
    """The grounds and the things that the pieces of `labels` make up."""
    ground = _with_shadows(graph, _grounds(labels, graph.tones, limit))
    count = int(ground.max()) + 1
    alike = count + _linked(_of_one_colour(graph, ground), len(ground))
    parts = np.unique(np.where(ground == _THING, alike, ground), return_inverse=True)[1]
    labels = _with_details(graph.merged(parts), count)[parts][labels]
    masks = [labels == part for part in np.unique(labels)]
    ordered = [sorted(part, key=np.sum, reverse=True) for part in (masks[:count], masks[count:])]
    return tuple(ordered[0]), tuple(ordered[1])


def _alike(tones: Numbers, ground: Numbers, light: tuple[float, float], hue: float) -> Flags:
    """Which `tones` are that of `ground` under `light` times as much light."""
    relative = (tones[:, 0] + _NIGHT) / (ground[0] + _NIGHT)
    apart = np.linalg.norm(tones[:, 1:] - ground[1:], axis=1)
    return (apart < hue) & (light[0] < relative) & (relative < light[1])


def _grounds(labels: Labels, tones: Numbers, limit: float) -> Labels:
    """The ground that each piece belongs to, or `_THING`.

    The piece with most of the border is ground, and so is what looks like it anywhere; another
    piece only where it holds as much of the border as a wall above a table does.
    """
    frame = np.concatenate([labels[0], labels[-1], labels[1:-1, 0], labels[1:-1, -1]])
    share = np.bincount(frame, minlength=len(tones)) / len(frame)
    ground = np.full(len(tones), _THING, np.int32)
    for piece in np.argsort(-share, kind="stable"):
        first = ground.max() == _THING
        if ground[piece] == _THING and (first or share[piece] >= _WALL):
            same = _alike(tones, tones[piece], _SAME_LIGHT, limit)
            ground[same & (ground == _THING)] = ground.max() + 1
    return ground


def _with_shadows(graph: _Graph, ground: Labels) -> Labels:
    """`ground` with the shadows that things cast on it.

    A shadow keeps the hue of its ground, is darker, and touches what casts it.
    """
    result = ground.copy()
    for number in range(int(ground.max()) + 1):
        members = ground == number
        lit = np.average(graph.tones[members], axis=0, weights=graph.areas[members])
        dark = _alike(graph.tones, lit, _SHADOW, _SHADOW_HUE) & (ground == _THING)
        shades = _linked(graph.pairs[dark[graph.pairs].all(axis=1)], len(dark))
        for shade in np.unique(shades[dark]):
            around, lengths = graph.around(shades == shade)
            things = ground[around] == _THING
            # Not even beside its ground it may be one: seen through the hole of a ring.
            beside = (ground[around] == number).any() or things.all()
            if beside and lengths[things].sum() > _CONTACT * lengths.sum():
                result[shades == shade] = number
    return result


def _of_one_colour(graph: _Graph, ground: Labels) -> Labels:
    """The pairs that are one thing: pieces that touch and are of one hue, or of one grey."""
    first, second = graph.tones[graph.pairs.T]
    coloured = [np.hypot(*tones[:, 1:].T) > _COLOURED for tones in (first, second)]
    light_step, *hue_step = np.abs(first - second).T
    one_hue = np.hypot(*hue_step) < _HUE_STEP
    same = one_hue & ((coloured[0] & coloured[1]) | (light_step < _LIGHT_STEP))
    return graph.pairs[same & (ground[graph.pairs] == _THING).all(axis=1)]


def _with_details(graph: _Graph, grounds: int) -> Labels:
    """A group for each part: specks and thin edges belong to what they lie on."""
    groups, tones = np.arange(len(graph.areas), dtype=np.int32), graph.tones[:, 1:]
    smallest = _SPECK * graph.areas.sum()
    for part in grounds + np.argsort(graph.areas[grounds:], kind="stable"):
        inside = groups == part
        around, lengths = graph.around(inside)
        contact = np.bincount(groups[around], lengths, len(groups))
        area, outline = graph.areas[inside].sum(), max(contact.sum(), 1)
        if area >= smallest:
            contact[:grounds] = 0
        elif contact[:grounds].sum() > _ON_GROUND * outline:
            contact[grounds:] = 0
        host = int(contact.argmax())
        alien = np.hypot(*(tones[part] - tones[host])) > _OTHER_HUE
        rim = 2 * area <= _STRIP * outline and not (alien and np.hypot(*tones[part]) > _STRONG)
        if contact[host] and (area < smallest or rim):
            groups[inside] = host
    return groups
