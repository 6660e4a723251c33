"""Neighbouring regions of an image as a graph, and the merging of those that are alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.pixel_operations import linked

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.offline.vision.pixel_operations import Flags, Floats, Labels, Numbers

_STEPS: Final = 8
"""Rounds of rising limits: the most alike pairs meet first, whatever their order."""

_GIANT: Final = 50
"""A region this many times as large as another is a giant beside a speck."""

_FASTER: Final = 1.2
"""Growth of the limit where there is so much noise that the number of regions decides."""


@dataclass(frozen=True, slots=True)
class RegionGraph:
    """Regions with their mean tones, and the boundaries between them.

    Attributes:
        areas: pixels of each region.
        sums: the tones of each region's pixels, added up; shape (regions, channels).
        pairs: the two regions of each boundary, the smaller number first; shape (boundaries, 2).
        lengths: pixel sides along each boundary.
        contrasts: contrast along each boundary, added up over its length.
    """

    areas: Numbers
    sums: Numbers
    pairs: Labels
    lengths: Numbers
    contrasts: Numbers

    @property
    def tones(self) -> Numbers:
        """The mean tone of each region; shape (regions, channels)."""
        return self.sums / self.areas[:, None]

    @property
    def differences(self) -> Numbers:
        """How unlike the two regions of each boundary are.

        The geometric mean of two witnesses, each of which alone is misled: tones far apart may
        be one shaded ball, and an edge between like tones may be the grain of wood.
        """
        tones = self.tones
        apart = np.linalg.norm(tones[self.pairs[:, 0]] - tones[self.pairs[:, 1]], axis=1)
        return np.sqrt(apart * self.contrasts / self.lengths)

    def around(self, inside: Flags) -> tuple[Labels, Numbers]:
        """The regions that border on those `inside`, and the length of each such boundary."""
        members = inside[self.pairs]
        crossing = members[:, 0] != members[:, 1]
        return self.pairs[crossing][~members[crossing]], self.lengths[crossing]

    def merged(self, groups: Labels) -> RegionGraph:
        """This graph with region `i` in the new region `groups[i]`."""
        count = int(groups.max()) + 1
        pairs = np.sort(groups[self.pairs], axis=1)
        outer = pairs[:, 0] != pairs[:, 1]
        codes = pairs[outer, 0].astype(np.int64) * count + pairs[outer, 1]
        codes, where = np.unique(codes, return_inverse=True)
        return RegionGraph(
            areas=_added(groups, self.areas),
            sums=np.stack([_added(groups, column) for column in self.sums.T], axis=1),
            pairs=np.stack([codes // count, codes % count], axis=1).astype(np.int32),
            lengths=_added(where, self.lengths[outer]),
            contrasts=_added(where, self.contrasts[outer]),
        )


def region_graph(labels: Labels, tones: Floats, edges: Floats) -> RegionGraph:
    """The graph of the regions of `labels`, numbered from 0 without a gap.

    Args:
        labels: region of each pixel, shape (height, width).
        tones: colour of each pixel, shape (height, width, channels).
        edges: contrast at each pixel, shape (height, width).
    """
    sides = [
        (labels[:, 1:], labels[:, :-1], np.maximum(edges[:, 1:], edges[:, :-1])),
        (labels[1:], labels[:-1], np.maximum(edges[1:], edges[:-1])),
    ]
    first, second, contrasts = (np.concatenate([s[i].ravel() for s in sides]) for i in range(3))
    flat = labels.ravel()
    pixels = RegionGraph(
        areas=np.bincount(flat).astype(np.float64),
        sums=np.stack(
            [_added(flat, channel) for channel in tones.reshape(flat.size, -1).T], axis=1
        ),
        pairs=np.stack([first, second], axis=1),
        lengths=np.ones(len(first)),
        contrasts=contrasts.astype(np.float64),
    )
    return pixels.merged(np.arange(len(pixels.areas), dtype=np.int32))


def _added(groups: NDArray[np.signedinteger], values: NDArray[np.floating]) -> Numbers:
    """`values` added up by group."""
    return np.bincount(groups, values).astype(np.float64)


def merge_alike(graph: RegionGraph, limit: float, at_most: int) -> Labels:
    """The group of each region, once no two neighbours differ by less than `limit`.

    Above `at_most` groups the limit keeps rising, so that noise can't flood the caller.
    """
    groups = np.arange(len(graph.areas), dtype=np.int32)
    for level in range(1, _STEPS + 1):
        while len(pairs := _closest_pairs(graph, limit * level / _STEPS)):
            graph, groups = _united(graph, groups, pairs)
    while len(graph.areas) > at_most:
        limit *= _FASTER
        graph, groups = _united(graph, groups, graph.pairs[graph.differences <= limit])
    return groups


def _united(graph: RegionGraph, groups: Labels, pairs: Labels) -> tuple[RegionGraph, Labels]:
    """`graph` with the regions of all `pairs` united, and `groups` renumbered to match."""
    joined = linked(pairs, len(graph.areas))
    return graph.merged(joined), joined[groups]


def _closest_pairs(graph: RegionGraph, limit: float) -> Labels:
    """The pairs within `limit` of which each is the other's most alike neighbour.

    For a speck beside a giant it is enough that the giant is the speck's: it changes nothing
    for the giant, which would otherwise take in thousands of specks one by one.
    """
    differences = graph.differences
    closest = np.full(len(graph.areas), limit)
    for side in (0, 1):
        np.minimum.at(closest, graph.pairs[:, side], differences)
    chosen = differences[:, None] <= closest[graph.pairs]
    areas = graph.areas[graph.pairs]
    speck = areas * _GIANT < areas[:, ::-1]
    return graph.pairs[chosen.all(axis=1) | (chosen & speck).any(axis=1)]
