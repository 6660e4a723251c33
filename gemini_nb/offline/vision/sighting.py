"""An image as it was seen: the scene as values, with the pixels that each part covers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from PIL import Image

from gemini_nb.offline.vision.colours import colour_name
from gemini_nb.offline.vision.figures import figures
from gemini_nb.offline.vision.pieces import cut, reduced
from gemini_nb.offline.vision.pixel_operations import filled
from gemini_nb.offline.vision.scene import Ground, Region, Scene
from gemini_nb.offline.vision.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.pixel_operations import Flags, Floats

_INSIDE: Final = 0.9  # share of a thing that lies within another's outline
_LIT: Final = (0.6, 0.95)  # quantiles of lightness: without shade below and glints above
_REMEMBERED: Final = 16  # images; a prompt for each part of one image is common


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """What was seen in an image, and where its pixels are in the copy that was analysed."""

    scene: Scene
    masks: tuple[Flags, ...]
    """The pixels of each of `scene.regions`, shape (height, width) of the analysed copy."""
    grounds: tuple[Flags, ...]
    """The pixels of each of `scene.grounds`."""
    tints: tuple[Floats, ...]
    """The OKLab colour of the lit side of each of `scene.regions`."""

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns of the analysed copy."""
        rows, columns = self.grounds[0].shape
        return rows, columns


def see(image: Image.Image) -> Sighting:
    """What an RGB `image` shows; the same pixels give the same.

    Example:
        >>> from PIL import ImageDraw
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).rectangle((30, 60, 109, 139), fill="red")
        >>> sighting = see(paper)
        >>> sighting.scene.regions[0].shape, sighting.masks[0].shape == sighting.size
        ('square', True)
    """
    copy = reduced(image)
    return _seen(copy.tobytes(), copy.size, image.size)


@lru_cache(maxsize=_REMEMBERED)
def _seen(pixels: bytes, copied: tuple[int, int], original: tuple[int, int]) -> Sighting:
    pieces = cut(Image.frombytes("RGB", copied, pixels))
    found = figures(pieces)
    see_through = np.logical_or.reduce(found.grounds)
    outlines = [filled(mask) for mask in found.things]
    tints = tuple(_lit_colour(mask, pieces.colours) for mask in found.things)
    regions = tuple(
        _region(mask, outlines[index], tints[index], see_through, outlines[:index])
        for index, mask in enumerate(found.things)
    )
    grounds = tuple(_ground(mask, pieces.colours) for mask in found.grounds)
    scene = Scene(*original, grounds, regions)
    return Sighting(scene, found.things, found.grounds, tints)


def _ground(mask: Flags, colours: Floats) -> Ground:
    return Ground(colour_name(_lit_colour(mask, colours)), float(mask.mean()), _centre(mask))


def _region(
    mask: Flags, whole: Flags, lit: Floats, see_through: Flags, larger: Sequence[Flags]
) -> Region:
    shape, elongation = shape_of(mask, whole, see_through)
    return Region(
        colour=colour_name(lit),
        shape=shape,
        box=_box(mask),
        centre=_centre(mask),
        share=float(mask.mean()),
        elongation=elongation,
        lightness=float(lit[0]),
        inside=_holder(mask, larger),
    )


def _lit_colour(mask: Flags, colours: Floats) -> Floats:
    """The mean OKLab colour under `mask`, of its lighter half but without the highlights."""
    inside = colours[mask]
    low, high = np.quantile(inside[:, 0], _LIT)
    return inside[(inside[:, 0] >= low) & (inside[:, 0] <= high)].mean(axis=0)


def _box(mask: Flags) -> tuple[int, int, int, int]:
    height, width = mask.shape
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return (
        round(1000 * int(rows[0]) / height),
        round(1000 * int(columns[0]) / width),
        round(1000 * (int(rows[-1]) + 1) / height),
        round(1000 * (int(columns[-1]) + 1) / width),
    )


def _centre(mask: Flags) -> tuple[int, int]:
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    y, x = (float(rows.mean()) + 0.5) / height, (float(columns.mean()) + 0.5) / width
    return round(1000 * y), round(1000 * x)


def _holder(mask: Flags, larger: Sequence[Flags]) -> int | None:
    """Which of the `larger` outlines is the smallest that holds `mask`, or None."""
    for index in reversed(range(len(larger))):
        if larger[index][mask].mean() > _INSIDE:
            return index
    return None
