"""The shape of a thing, from the pixels that it covers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from gemini_nb.offline.vision.pixel_operations import convex_hull

if TYPE_CHECKING:
    from gemini_nb.offline.vision.pixel_operations import Flags, Numbers

Shape = Literal[
    "circle", "oval", "square", "rectangle", "bar", "triangle", "ring", "irregular shape"
]

_TRIANGLE: Final = 0.78
_QUADRILATERAL: Final = 0.86
"""Share of the hull that the largest triangle or quadrilateral inside must fill to be its name.
In an ellipse they fill 0.41 and 0.64, in a regular pentagon 0.66 and 0.72."""

_RIGHT_ANGLED: Final = 0.88  # share of the smallest box around it, turned to fit, that it fills
_ROUND: Final = 0.96  # `_roundness`: 1 for an ellipse, 0.95 for a rectangle, 0.83 for a triangle
_SOLID: Final = 0.85  # share of its hull that a convex thing fills, with pixels for edges
_SOLID_BAR: Final = 0.6  # the same of a thin line, which is edge all over
_HOLLOW: Final = 0.12  # share of a ring that is hole
_LONG: Final = 1.25  # elongation from which a circle is an oval
_VERY_LONG: Final = 4.0


def shape_of(mask: Flags, whole: Flags, see_through: Flags) -> tuple[Shape, float]:
    """The name of the figure that `mask` is most like, and its elongation.

    Args:
        mask: the pixels of the thing, shape (height, width), at least one.
        whole: the same with its holes.
        see_through: where the ground shows; only such holes make a ring.

    Returns:
        The name holds whichever way the figure is turned. Elongation is the long side over the
        short side of the smallest box around it, turned to fit.

    Example:
        >>> square = np.pad(np.ones((40, 40), bool), 5)
        >>> shape_of(square, square, ~square)
        ('square', 1.0)
    """
    hull = _hull(whole)
    long, short = _sides(hull)
    elongation = long / short
    if (whole & ~mask & see_through).sum() > _HOLLOW * whole.sum():
        return "ring", elongation
    solidity = whole.sum() / _area(hull)
    if elongation > _VERY_LONG and solidity > _SOLID_BAR:
        return "bar", elongation
    if solidity < _SOLID:
        return "irregular shape", elongation
    return _convex_shape(whole, _polygon(hull, long * short), elongation), elongation


def _convex_shape(whole: Flags, polygon: str | None, elongation: float) -> Shape:
    if polygon == "triangle":
        return "triangle"
    if polygon == "quadrilateral":
        return "square" if elongation < _LONG else "rectangle"
    if _roundness(whole) > _ROUND:
        return "circle" if elongation < _LONG else "oval"
    return "irregular shape"


def _polygon(hull: Numbers, box: float) -> Literal["triangle", "quadrilateral"] | None:
    """The polygon that `hull` is, if it has three or four corners; `box` is the area around it."""
    area = _area(hull)
    triangle, quadrilateral = _largest_inside(hull)
    if triangle > _TRIANGLE * area:
        return "triangle"
    if area > _RIGHT_ANGLED * box or quadrilateral > _QUADRILATERAL * area:
        return "quadrilateral"
    return None


def _hull(mask: Flags) -> Numbers:
    """The corners of the convex hull of the pixels, as (x, y), counter-clockwise."""
    rows, columns = np.nonzero(mask)
    corners = [np.stack([columns + x, rows + y], axis=1) for x in (0, 1) for y in (0, 1)]
    return convex_hull(np.concatenate(corners).astype(np.float64))


def _area(polygon: Numbers) -> float:
    x, y = polygon.T
    return float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2)


def _sides(hull: Numbers) -> tuple[float, float]:
    """The long and the short side of the smallest rectangle around `hull`.

    One of its sides lies along a side of the hull (Freeman and Shapira, 1975).
    """
    along = np.roll(hull, -1, axis=0) - hull
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1)
    widths, heights = np.ptp(hull @ along.T, axis=0), np.ptp(hull @ across.T, axis=0)
    best = int(np.argmin(widths * heights))
    first, second = float(widths[best]), float(heights[best])
    return max(first, second), min(first, second)


def _largest_inside(hull: Numbers) -> tuple[float, float]:
    """The areas of the largest triangle and quadrilateral with corners among those of `hull`."""
    first, second, third = hull[:, None, None], hull[None, :, None], hull[None, None]
    side, reach = np.moveaxis(second - first, -1, 0), np.moveaxis(third - first, -1, 0)
    areas = (side[0] * reach[1] - side[1] * reach[0]) / 2
    left, right = areas.max(axis=2), -areas.min(axis=2)
    return float(max(left.max(), right.max())), float((left + right).max())


def _roundness(mask: Flags) -> float:
    """Area over that of the ellipse with the same second moments."""
    spread = np.cov(np.stack(np.nonzero(mask)), bias=True) + np.eye(2) / 12
    return float(mask.sum() / (4 * np.pi * np.sqrt(np.linalg.det(spread))))
