"""What an answer tells of a thing's pixels: where to point and to grasp, a mask, a polygon."""

# pyright: reportUnknownMemberType=false
from __future__ import annotations

import base64
import io
import math
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
from PIL import Image
from scipy import ndimage

if TYPE_CHECKING:
    from random import Random

    from gemini_nb.offline.vision.colours import Flags, Floats, Numbers
    from gemini_nb.offline.vision.scene import Box, Point

Part = Literal["top", "bottom", "left", "right", "tip", "middle", "corner", "hole"]

_DEEP: Final = 0.75  # of the greatest depth, from which a pixel is well inside
_UPRIGHT: Final = 0.15  # preference for a place straight above or below the middle
_UPPER: Final = 0.02  # and of those two, for the upper one
_TOWARDS: Final = {"top": (-1, 0), "bottom": (1, 0), "left": (0, -1), "right": (0, 1)}
_TIE: Final = 0.5  # pixels of distance that chance decides
_END: Final = 0.12  # share of a thing's extent that is its top, bottom or tip
_AS_WIDE: Final = 1.05  # spread along over spread across, up to which neither is longer
_SPREAD: Final = 0.04  # of a thing's size, at temperature 1
_TRIES: Final = 20
_SIDE: Final = 256  # pixels of a mask, whatever its box; as Gemini's are
_TOLERANCE: Final = 0.7  # pixels that a polygon may stray from the outline


def distance_to(flags: Flags) -> Floats:
    """Distance in pixels from each pixel to the nearest one that is true; infinite without.

    Example:
        >>> distance_to(np.array([[True, False, False]]))
        array([[0., 1., 2.]], dtype=float32)
    """
    if not flags.any():
        return np.full(flags.shape, np.inf, np.float32)
    return cast("Floats", ndimage.distance_transform_edt(~flags)).astype(np.float32)


def scattered(place: Point, mask: Flags, random: Random, temperature: float) -> Point:
    """A place near `place` that is still on `mask`: `place` itself at temperature 0."""
    scale = 1000 / np.array(mask.shape)
    spread = _SPREAD * temperature * math.sqrt(mask.sum())
    for _ in range(_TRIES if spread else 0):
        moved = [random.gauss(0, spread) for _ in scale] + place / scale
        if (moved >= 0).all() and (moved < mask.shape).all() and mask[tuple(moved.astype(int))]:
            return float(moved[0] * scale[0]), float(moved[1] * scale[1])
    return place


def middle(mask: Flags) -> Point:
    """The place on `mask` that is nearest to its centre of mass, but well inside it.

    For a solid thing that is the centre itself; for a ring, the place straight above it.

    Example:
        >>> square = np.zeros((10, 20), bool)
        >>> square[2:6, 5:15] = True
        >>> middle(square)
        (400.0, 500.0)
    """
    centre = np.argwhere(mask).mean(axis=0)
    depth = distance_to(~np.pad(mask, 1))[1:-1, 1:-1]  # the picture's border ends a thing too
    if depth[tuple(centre.round().astype(int))] >= min(_DEEP * depth.max(), depth.max() - 0.5):
        return _place(centre, mask)
    deep = np.argwhere(depth >= _DEEP * depth.max()).astype(np.float64)
    down, right = (deep - centre).T
    far = np.hypot(down, right) + _UPRIGHT * np.abs(right) + _UPPER * down
    return _place(_nearest(deep, deep[far <= far.min() + _TIE].mean(axis=0)), mask)


def part(mask: Flags, names: frozenset[Part]) -> Point:
    """The place on `mask` that is its top, its left end, its tip, its upper left corner, ...

    A tip is the end of the long axis that is further from the centre of mass; a corner without
    a side, the pixel that is furthest from it. The middle of a hole is the only place off the
    mask.

    Example:
        >>> square = np.ones((10, 10), bool)
        >>> part(square, frozenset({"corner", "bottom", "right"}))
        (950.0, 950.0)
    """
    pixels = np.argwhere(mask).astype(np.float64)
    away = pixels - pixels.mean(axis=0)
    sides = [_TOWARDS[name] for name in sorted(names & _TOWARDS.keys())]
    towards = np.sum(sides, axis=0) if sides else np.zeros(2)
    if "hole" in names:
        return _place(pixels.mean(axis=0), mask)
    if "corner" in names:
        far = away @ towards if sides else np.linalg.norm(away, axis=1)
        return _place(pixels[far.argmax()], mask)
    if "tip" in names and not sides:
        axis = _long_axis(away)
        towards = axis if (away @ axis).max() >= -(away @ axis).min() else -axis
    if not towards.any():
        return middle(mask)
    along = away @ (towards / np.linalg.norm(towards))
    end = pixels[along >= along.max() - max(1.0, _END * np.ptp(along))]
    return _place(_nearest(end, end.mean(axis=0)), mask)


def grasp_angle(mask: Flags) -> int:
    """The turn of a gripper that closes across the short side of `mask`.

    Degrees from -90 to 90 between the picture's horizontal and the line from one finger to the
    other, counter-clockwise; 0 where the thing is as wide as it is high.

    Example:
        >>> pen = np.zeros((20, 40), bool)
        >>> pen[9:11, 5:35] = True
        >>> grasp_angle(pen), grasp_angle(pen.T)
        (90, 0)
    """
    pixels = np.argwhere(mask).astype(np.float64)
    down, right = _long_axis(pixels - pixels.mean(axis=0))
    across = round(math.degrees(math.atan2(-down, right)) + 90)
    return 90 - (90 - across) % 180


def _long_axis(away: Numbers) -> Numbers:
    """The unit vector (down, right) along which `away` from the centre spreads most."""
    values, vectors = np.linalg.eigh(away.T @ away / len(away) + np.eye(2) / 12)
    return vectors[:, 1] if values[1] > _AS_WIDE * values[0] else np.array([1.0, 0.0])


def _nearest(pixels: Numbers, place: Numbers) -> Numbers:
    return pixels[np.linalg.norm(pixels - place, axis=1).argmin()]


def _place(pixel: Numbers, mask: Flags) -> Point:
    y, x = 1000 * (pixel + 0.5) / mask.shape
    return float(y), float(x)


def mask_png(mask: Flags, box: Box) -> str:
    """`mask` inside `box` as a data URI: an 8-bit grey PNG of 256 x 256 pixels.

    The greys are probabilities: above 127 a pixel belongs to the thing.

    Example:
        >>> mask_png(np.ones((40, 40), bool), (0, 0, 1000, 1000))[:22]
        'data:image/png;base64,'
    """
    rows, columns = mask.shape
    ymin, xmin, ymax, xmax = box
    frame = (xmin * columns / 1000, ymin * rows / 1000, xmax * columns / 1000, ymax * rows / 1000)
    grey = Image.fromarray(mask.astype(np.uint8) * 255)
    buffer = io.BytesIO()
    sized = grey.resize((_SIDE, _SIDE), Image.Resampling.BILINEAR, box=frame)
    sized.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()


def polygon(mask: Flags) -> list[Point]:
    """The outline of the largest connected part of `mask`, simplified, as places in order.

    Example:
        >>> square = np.zeros((10, 10), bool)
        >>> square[2:6, 5:9] = True
        >>> polygon(square)
        [(200.0, 500.0), (200.0, 900.0), (600.0, 900.0), (600.0, 500.0)]
    """
    from contourpy import contour_generator  # noqa: PLC0415 - one answer in a hundred needs it

    # Each pixel as two by two: the line at half height then cuts corners by a quarter of a pixel,
    # and rounded it runs along the sides of pixels.
    fine = np.pad(mask, 1).repeat(2, axis=0).repeat(2, axis=1).astype(np.float64)
    lines = cast("list[Numbers]", contour_generator(z=fine).lines(0.5))
    longest = max(lines, key=len)
    outline = np.rint((longest[:-1, ::-1] - 1.5) / 2)
    corners = _corners(np.concatenate([outline, outline[:1]]))[:-1]
    return [(float(y), float(x)) for y, x in 1000 * corners / mask.shape]


def _corners(line: Numbers) -> Numbers:
    """`line` with only the corners that matter (Douglas and Peucker, 1973)."""
    y, x = (line - line[0]).T
    long = float(np.hypot(y[-1], x[-1]))  # 0 of an outline, whose end is its beginning
    away = np.abs(y * x[-1] - x * y[-1]) / long if long else np.hypot(y, x)
    furthest = int(away.argmax())
    if away[furthest] <= _TOLERANCE:
        return line[[0, -1]]
    return np.concatenate([_corners(line[: furthest + 1])[:-1], _corners(line[furthest:])])
