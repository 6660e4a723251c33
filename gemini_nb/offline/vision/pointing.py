"""Where to point at a thing: its middle, one of its ends, and where a gripper would take it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from gemini_nb.offline.vision.pixel_operations import distance_to

if TYPE_CHECKING:
    from random import Random

    from gemini_nb.offline.vision.pixel_operations import Flags, Floats, Numbers

Place = tuple[float, float]
"""y and x, in thousandths of the image's height and width."""
Bounds = tuple[float, float, float, float]
"""ymin, xmin, ymax and xmax, in thousandths."""
Part = Literal["top", "bottom", "left", "right", "tip", "middle", "corner", "hole"]

_DEEP: Final = 0.75  # of the greatest depth, from which a pixel is well inside
_UPRIGHT: Final = 0.15  # preference for a place straight above or below the middle
_UPPER: Final = 0.02  # and of those two, for the upper one
_TOWARDS: Final = {"top": (-1, 0), "bottom": (1, 0), "left": (0, -1), "right": (0, 1)}
_TIE: Final = 0.5  # pixels of distance that chance decides
_END: Final = 0.12  # share of a thing's extent that is its top, bottom or tip
_POINT_SPREAD: Final = 0.04  # of a thing's size, at temperature 1
_BOX_SPREAD: Final = 0.003  # likewise; three times as much is as good as never exceeded
_TRIES: Final = 20
_WHOLE: Final = 1000  # thousandths


@dataclass(frozen=True, slots=True)
class Unsteadiness:
    """How much answers to one request differ: not at all at temperature 0."""

    random: Random
    temperature: float = 0.0

    def point(self, mask: Flags, place: Place) -> Place:
        """A place near `place` that is still on `mask`."""
        if self.temperature <= 0:
            return place
        rows, columns = mask.shape
        spread = _POINT_SPREAD * self.temperature * math.sqrt(mask.sum())
        for _ in range(_TRIES):
            y = place[0] + self.random.gauss(0, spread) * 1000 / rows
            x = place[1] + self.random.gauss(0, spread) * 1000 / columns
            if 0 <= min(y, x) <= max(y, x) < _WHOLE and mask[_pixel((y, x), mask)]:
                return y, x
        return place

    def box(self, bounds: Bounds) -> Bounds:
        """`bounds` with each side moved by up to about a hundredth of its length."""
        if self.temperature <= 0:
            return bounds
        sides = (bounds[2] - bounds[0], bounds[3] - bounds[1]) * 2
        limit = 3 * _BOX_SPREAD
        moved = [
            min(max(edge + side * min(max(self._step(), -limit), limit), 0), 1000)
            for edge, side in zip(bounds, sides, strict=True)
        ]
        return moved[0], moved[1], moved[2], moved[3]

    def _step(self) -> float:
        return self.random.gauss(0, _BOX_SPREAD * min(self.temperature, 2))


def middle(mask: Flags) -> Place:
    """The place on `mask` that is nearest to its centre of mass, but well inside it.

    For a solid thing that is the centre itself; for a ring, the place straight above it.

    Example:
        >>> square = np.zeros((10, 20), bool)
        >>> square[2:6, 5:15] = True
        >>> middle(square)
        (400.0, 500.0)
    """
    centre = np.argwhere(mask).mean(axis=0)
    depth = _depth(mask)
    y, x = (round(float(value)) for value in centre)
    if depth[y, x] >= min(_DEEP * depth.max(), depth.max() - 0.5):
        return _place(centre, mask)
    deep = np.argwhere(depth >= _DEEP * depth.max())
    down, right = (deep - centre).T
    far = np.hypot(down, right) + _UPRIGHT * np.abs(right) + _UPPER * down
    best = deep[far <= far.min() + _TIE].mean(axis=0)
    nearest = np.linalg.norm(deep - best, axis=1).argmin()
    return _place(deep[int(nearest)].astype(np.float64), mask)


def part(mask: Flags, names: frozenset[Part]) -> Place:
    """The place on `mask` that is its top, its left end, its tip, its upper left corner, ...

    A tip is the end of the long axis that is further from the centre of mass; a corner without
    a side, the pixel that is furthest from it. The middle of a hole is the only place off the
    mask.
    """
    pixels = np.argwhere(mask).astype(np.float64)
    centre = pixels.mean(axis=0)
    if "hole" in names:
        return _place(centre, mask)
    sides = [np.array(_TOWARDS[name], np.float64) for name in sorted(names & _TOWARDS.keys())]
    towards = np.sum(sides, axis=0) if sides else np.zeros(2)
    if "corner" in names:
        away = pixels - centre
        far = away @ towards if sides else np.linalg.norm(away, axis=1)
        return _place(pixels[far.argmax()], mask)
    if "tip" not in names and not sides:
        return middle(mask)
    along = pixels @ (_unit(towards) if sides else _towards_tip(pixels))
    end = pixels[along >= along.max() - max(1.0, _END * np.ptp(along))]
    target = end.mean(axis=0)
    return _place(end[np.linalg.norm(end - target, axis=1).argmin()], mask)


def grasp_angle(mask: Flags) -> int:
    """The turn of a gripper that closes across the short side of `mask`.

    Degrees from -90 to 90 between the image's horizontal and the line from one finger to the
    other, counter-clockwise; 0 where the thing is as wide as it is high.

    Example:
        >>> pen = np.zeros((20, 40), bool)
        >>> pen[9:11, 5:35] = True
        >>> grasp_angle(pen), grasp_angle(pen.T)
        (90, 0)
    """
    pixels = np.argwhere(mask).astype(np.float64)
    down, right = _long_axis(pixels)
    long = math.degrees(math.atan2(-down, right))
    across = long + 90
    turned = round((across + 90) % 180 - 90)
    return 90 if turned == -90 else turned  # noqa: PLR2004 - the same line


def slimness(mask: Flags) -> float:
    """How many times as long as wide `mask` is, by its second moments."""
    pixels = np.argwhere(mask).astype(np.float64)
    spread = np.linalg.eigvalsh(np.cov(pixels.T, bias=True) + np.eye(2) / 12)
    return float(math.sqrt(spread[1] / spread[0]))


def _depth(mask: Flags) -> Floats:
    """How far each pixel is inside `mask`; the image's border ends it too."""
    return distance_to(~np.pad(mask, 1))[1:-1, 1:-1]


def _unit(direction: Numbers) -> Numbers:
    """`direction` at length one; up where opposite sides leave none."""
    length = float(np.linalg.norm(direction))
    return direction / length if length else np.array([-1.0, 0.0])


def _towards_tip(pixels: Numbers) -> Numbers:
    """The unit vector (down, right) along the long axis towards the end that reaches further."""
    axis = _long_axis(pixels)
    along = (pixels - pixels.mean(axis=0)) @ axis
    return axis if along.max() >= -along.min() else -axis


def _long_axis(pixels: Numbers) -> Numbers:
    values, vectors = np.linalg.eigh(np.cov(pixels.T, bias=True) + np.eye(2) / 12)
    if values[1] < 1.05 * values[0]:  # as wide as it is high
        return np.array([1.0, 0.0])
    return vectors[:, 1].astype(np.float64)


def _pixel(place: Place, mask: Flags) -> tuple[int, int]:
    rows, columns = mask.shape
    return int(place[0] * rows / 1000), int(place[1] * columns / 1000)


def _place(pixel: Numbers, mask: Flags) -> Place:
    rows, columns = mask.shape
    y, x = pixel
    return float(1000 * (y + 0.5) / rows), float(1000 * (x + 0.5) / columns)
