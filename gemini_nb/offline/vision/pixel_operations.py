"""The image operations of SciPy that looking needs, with types.

SciPy ships no type information, so what it returns is named here, once.
"""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false, reportArgumentType=false
from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

import numpy as np
from scipy import ndimage, sparse, spatial
from scipy.sparse import csgraph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Flags = NDArray[np.bool_]
    Floats = NDArray[np.float32]
    Labels = NDArray[np.int32]
    Numbers = NDArray[np.float64]

_EIGHT_NEIGHBOURS: Final = np.ones((3, 3))


def blurred(pixels: Floats, sigma: float) -> Floats:
    """`pixels`, shape (height, width, channels), smoothed by a Gaussian of `sigma` pixels."""
    return cast("Floats", ndimage.gaussian_filter(pixels, (sigma, sigma, 0)))


def steepness(pixels: Floats, sigma: float) -> Floats:
    """Length of the gradient over all channels, with derivatives of a Gaussian of `sigma`."""
    slopes = [
        ndimage.gaussian_gradient_magnitude(pixels[..., channel], sigma)
        for channel in range(pixels.shape[-1])
    ]
    return np.sqrt(np.square(slopes).sum(axis=0)).astype(np.float32)


def basins(heights: NDArray[np.uint16]) -> Labels:
    """A watershed of `heights`: a number from 0 for the basin of each local minimum."""
    lowest = heights == ndimage.minimum_filter(heights, 3)
    markers = np.empty(heights.shape, np.int32)
    ndimage.label(lowest, _EIGHT_NEIGHBOURS, output=markers)
    flooded = ndimage.watershed_ift(heights, markers, _EIGHT_NEIGHBOURS)
    return cast("Labels", flooded - 1)


def distance_to(flags: Flags) -> Floats:
    """Distance in pixels from each pixel to the nearest one that is true; infinite without."""
    if not flags.any():
        return np.full(flags.shape, np.inf, np.float32)
    return cast("Floats", ndimage.distance_transform_edt(~flags)).astype(np.float32)


def nearest(flags: Flags) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Row and column of the nearest true pixel, for each pixel."""
    found = ndimage.distance_transform_edt(~flags, return_distances=False, return_indices=True)
    rows, columns = cast("NDArray[np.intp]", found)
    return rows, columns


def largest_of_each(values: Floats, labels: Labels, count: int) -> Numbers:
    """The largest of `values` under each of `count` labels."""
    result = np.zeros(count)
    np.maximum.at(result, labels.ravel(), values.ravel())
    return result


def grown(flags: Flags, pixels: int) -> Flags:
    """`flags` and what is within `pixels` steps of them."""
    return cast("Flags", ndimage.binary_dilation(flags, iterations=pixels))


def shrunk(flags: Flags, pixels: int) -> Flags:
    """What of `flags` is more than `pixels` steps from anything else."""
    return cast("Flags", ndimage.binary_erosion(flags, iterations=pixels))


def filled(flags: Flags) -> Flags:
    """`flags` with their holes; at least one must be true."""
    rows, columns = np.flatnonzero(flags.any(axis=1)), np.flatnonzero(flags.any(axis=0))
    around = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    result = flags.copy()
    result[around] = ndimage.binary_fill_holes(flags[around])
    return result


def convex_hull(points: Numbers) -> Numbers:
    """Those of `points`, shape (n, 2), that are corners of their hull, counter-clockwise."""
    return points[spatial.ConvexHull(points).vertices]


def linked(pairs: Labels, count: int) -> Labels:
    """A group for each of `count` things, the same for all that `pairs` connect.

    Groups are numbered from 0 by their first member.

    Example:
        >>> linked(np.array([[1, 3]], np.int32), 4)
        array([0, 1, 2, 1], dtype=int32)
    """
    links = sparse.coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(count, count))
    components = cast("Labels", csgraph.connected_components(links, directed=False)[1])
    _, first, groups = np.unique(components, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first)).astype(np.int32)[groups]


def cheapest_way(
    cost: Floats, start: tuple[int, int], goal: tuple[int, int]
) -> list[tuple[int, int]]:
    """The cells from `start` to `goal`, both included, that cost least to step onto.

    Steps lead to all eight neighbours; a diagonal one costs as much more as it is longer.
    """
    rows, columns = cost.shape
    numbers = np.arange(rows * columns).reshape(rows, columns)
    links: list[tuple[NDArray[np.intp], NDArray[np.intp], Numbers]] = []
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        near = np.s_[: rows - down, max(0, -right) : columns - max(0, right)]
        far = np.s_[down:, max(0, right) : columns + min(0, right)]
        price = (cost[near] + cost[far]).ravel() / 2 * float(np.hypot(down, right))
        links.append((numbers[near].ravel(), numbers[far].ravel(), price.astype(np.float64)))
    first, second, price = (np.concatenate(each) for each in zip(*links, strict=True))
    graph = sparse.csr_array((price, (first, second)), shape=(numbers.size, numbers.size))
    source, target = int(numbers[start]), int(numbers[goal])
    _, before = csgraph.dijkstra(graph, directed=False, indices=source, return_predecessors=True)
    cells = [target]
    while cells[-1] != source:
        cells.append(int(before[cells[-1]]))
    return [divmod(cell, columns) for cell in reversed(cells)]
