"""What a picture shows, as values: coloured things on a ground."""

# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal, cast

import numpy as np
from PIL import Image
from scipy import ndimage

from gemini_nb.offline.vision.colours import ColourName, colour_name, oklab
from gemini_nb.offline.vision.segmentation import segmented

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import Flags, Floats, Numbers

Point = tuple[float, float]
"""y and x, in thousandths of the picture's height and width."""
Box = tuple[float, float, float, float]
"""ymin, xmin, ymax and xmax, in thousandths."""

Shape = Literal[
    "circle", "oval", "square", "rectangle", "bar", "triangle", "ring", "irregular shape"
]

_PIXELS: Final = 49_152  # of the copy that is analysed, as many as 256 x 192
_INSIDE: Final = 0.9  # share of a thing that lies within another's outline
_LIT: Final = (0.6, 0.95)  # quantiles of lightness: without shade below and glints above
_REMEMBERED: Final = 16  # pictures; a prompt for each part of one picture is common

_TRIANGULAR: Final = 0.62  # share of the smallest box around it, of which a triangle fills half
_ROUND: Final = 0.87  # overlap with an ellipse
_ANGULAR: Final = (0.031, 0.05)  # `Region.angularity`: round things below, four corners above
_SOLID: Final = 0.83  # share of its hull that a convex thing fills, with pixels for edges
_SOLID_BAR: Final = 0.5  # the same of a thin line, which is edge all over
_HOLLOW: Final = 0.12  # share of a ring that is hole
_LONG: Final = 1.25  # elongation from which a circle is an oval
_VERY_LONG: Final = 4.0
_ANGLES: Final = np.arange(180) * (np.pi / 90)
_DIRECTIONS: Final = np.stack([np.sin(_ANGLES), np.cos(_ANGLES)])
_WAVES: Final = np.stack([np.ones(90), np.cos(2 * _ANGLES[:90]), np.sin(2 * _ANGLES[:90])], axis=1)


@dataclass(frozen=True, slots=True, eq=False)
class Region:
    """One thing in a picture: connected, of one colour, apart from the ground."""

    colour: ColourName
    shape: Shape
    box: Box
    centre: Point
    """Its centre of mass."""
    share: float
    """Part of the picture's area, 0 to 1."""
    elongation: float
    """Long side over short side, at least 1, whichever way it is turned."""
    tint: Floats
    """OKLab colour of its lit side; the first number is lightness, 0 to 1."""
    mask: Flags
    """Its pixels in the copy that was analysed, shape (height, width)."""
    inside: int | None = None
    """Position in `Scene.regions` of the smallest thing whose outline holds it, if any."""
    solidity: float = 1.0
    """Share of its hull that its outline fills: about 0.5 for a star."""
    roundness: float = 1.0
    """Overlap with the ellipse that has its spread: 1 for an ellipse, 0.85 for a rectangle."""
    angularity: float = 0.0
    """How much its widths differ from an ellipse's: 0.01 to 0.03 for one, 0.04 for the outline of
    a cube seen from above, 0.08 for a rectangle."""
    hole: float = 0.0
    """Share of its outline's inside where the ground shows, as in a washer or a mug's handle."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Everything that was seen in a picture."""

    width: int
    """Of the picture as it was sent, in pixels."""
    height: int
    grounds: tuple[ColourName, ...]
    """The colours of the background, the table, the wall; at least one, the largest first."""
    regions: tuple[Region, ...]
    """The things on them, the largest first."""


def scene_of(picture: Image.Image) -> Scene:
    """What an RGB `picture` shows; the same pixels give the same, mirrored ones the mirrored.

    Example:
        >>> from PIL import ImageDraw
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).ellipse((30, 60, 110, 140), fill="red")
        >>> [(thing.colour, thing.shape) for thing in scene_of(paper).regions]
        [('red', 'circle')]
    """
    scale = min(1.0, math.sqrt(_PIXELS / (picture.width * picture.height)))
    width, height = (max(1, round(side * scale)) for side in picture.size)
    copy = picture.resize((width, height), Image.Resampling.BOX, reducing_gap=2.0)
    return _seen(copy.tobytes(), copy.size, picture.size)


@lru_cache(maxsize=_REMEMBERED)
def _seen(pixels: bytes, copied: tuple[int, int], original: tuple[int, int]) -> Scene:
    colours = oklab(np.frombuffer(pixels, np.uint8).reshape(*copied[::-1], 3))
    ground_masks, things = segmented(colours)
    grounds: list[ColourName] = [colour_name(_lit(colours[mask])) for mask in ground_masks]
    see_through = np.logical_or.reduce(ground_masks)
    outlines: list[Flags] = []
    regions: list[Region] = []
    for mask in things:
        holders = [n for n, outline in enumerate(outlines) if outline[mask].mean() > _INSIDE]
        regions.append(_region(mask, colours, see_through, holders[-1] if holders else None))
        outlines.append(cast("Flags", ndimage.binary_fill_holes(mask)))
    return Scene(*original, tuple(grounds), tuple(regions))


def _region(mask: Flags, colours: Floats, see_through: Flags, inside: int | None) -> Region:
    tint = _lit(colours[mask])
    box, centre = _box_and_centre(mask)
    frame = ndimage.find_objects(mask.astype(np.int8))[0]
    shape, elongation, *evidence = form(mask[frame], see_through[frame])
    share, colour = float(mask.mean()), colour_name(tint)
    return Region(colour, shape, box, centre, share, elongation, tint, mask, inside, *evidence)


def _lit(colours: Floats) -> Floats:
    """The mean of OKLab `colours`, of their lighter half but without the highlights."""
    low, high = np.quantile(colours[:, 0], _LIT)
    return colours[(colours[:, 0] >= low) & (colours[:, 0] <= high)].mean(axis=0)


def _box_and_centre(mask: Flags) -> tuple[Box, Point]:
    pixels, scale = np.argwhere(mask), 1000 / np.array(mask.shape)
    ymin, xmin = (pixels.min(axis=0) * scale).tolist()
    ymax, xmax = ((pixels.max(axis=0) + 1) * scale).tolist()
    y, x = ((pixels.mean(axis=0) + 0.5) * scale).tolist()
    return (ymin, xmin, ymax, xmax), (y, x)


def form(mask: Flags, see_through: Flags) -> tuple[Shape, float, float, float, float, float]:
    """Shape, elongation, solidity, roundness, angularity and hole, as in `Region`.

    They hold whichever way the figure is turned. Only holes that `see_through` to the ground count.
    """
    whole = cast("Flags", ndimage.binary_fill_holes(mask))
    hull = _hull(whole)
    y, x = hull.T
    convex = float(abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
    widths = np.ptp(hull @ _DIRECTIONS[:, :90], axis=0)
    boxes = widths * np.roll(widths, 45)
    smallest = int(boxes.argmin())
    sides = float(widths[smallest]), float(widths[smallest - 45])
    ellipse = _WAVES @ np.linalg.lstsq(_WAVES, widths**2)[0]  # its widths, squared
    elongation, area = max(sides) / min(sides), float(whole.sum())
    solidity, roundness = min(area / convex, 1.0), _roundness(whole)
    angularity = float(np.sqrt(np.square(widths / np.sqrt(ellipse) - 1).mean()))
    hole = float((whole & ~mask & see_through).sum()) / area
    shape: Shape = "irregular shape"
    if hole > _HOLLOW:
        shape = "ring"
    elif elongation > _VERY_LONG and solidity > _SOLID_BAR:
        shape = "bar"
    elif solidity < _SOLID:
        shape = "irregular shape"
    elif convex < _TRIANGULAR * boxes[smallest]:
        shape = "triangle"
    elif roundness > _ROUND and angularity < _ANGULAR[0]:
        shape = "circle" if elongation < _LONG else "oval"
    elif angularity > _ANGULAR[1]:
        shape = "square" if elongation < _LONG else "rectangle"
    return shape, elongation, solidity, roundness, angularity, hole


def _hull(mask: Flags) -> Numbers:
    """The corner of the pixels' hull, as (y, x), that is furthest in each direction, in turn."""
    rows = np.flatnonzero(mask.any(axis=1))
    left, right = mask[rows].argmax(axis=1), mask.shape[1] - mask[rows, ::-1].argmax(axis=1)
    ends = [np.stack([rows + y, x], axis=1) for y in (0, 1) for x in (left, right)]
    corners = np.concatenate(ends).astype(np.float64)
    return corners[(corners @ _DIRECTIONS).argmax(axis=0)]


def _roundness(mask: Flags) -> float:
    pixels = np.argwhere(np.ones_like(mask)).astype(np.float64)
    inside = mask.ravel()
    spread = np.cov(pixels[inside].T, bias=True) + np.eye(2) / 12
    away = pixels - pixels[inside].mean(axis=0)
    ellipse = ((away @ np.linalg.inv(spread)) * away).sum(axis=1) <= 4  # noqa: PLR2004
    return float((ellipse & inside).sum() / (ellipse | inside).sum())
