"""What an image shows, as far as its pixels alone tell: coloured shapes on a ground.

Classical image analysis, without any learned model: it parts things from their ground and
shadows, and knows their colours, shapes and places, but not what they are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.colours import colour_name
from gemini_nb.offline.vision.figures import figures
from gemini_nb.offline.vision.picture_answers import reply
from gemini_nb.offline.vision.pieces import cut
from gemini_nb.offline.vision.pixel_operations import filled
from gemini_nb.offline.vision.scene import Ground, Region, Scene
from gemini_nb.offline.vision.shapes import shape_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL import Image

    from gemini_nb.offline.vision.pixel_operations import Flags, Floats

_INSIDE: Final = 0.9  # share of a thing that lies within another's outline
_LIT: Final = (0.6, 0.95)  # quantiles of lightness: without shade below and glints above


def look(image: Image.Image) -> Scene:
    """The scene that an RGB `image` shows: its grounds, and the things on them.

    The same pixels give the same scene; a mirrored or turned image gives it mirrored or turned.

    Example:
        >>> from PIL import Image, ImageDraw
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).ellipse((30, 60, 110, 140), fill="red")
        >>> scene = look(paper)
        >>> scene.background.colour, [(thing.colour, thing.shape) for thing in scene.regions]
        ('white', [('red', 'circle')])
    """
    pieces = cut(image)
    found = figures(pieces)
    see_through = np.logical_or.reduce(found.grounds)
    outlines = [filled(mask) for mask in found.things]
    regions = [
        _region(mask, outlines[index], pieces.colours, see_through, _holder(mask, outlines[:index]))
        for index, mask in enumerate(found.things)
    ]
    grounds = [_ground(mask, pieces.colours) for mask in found.grounds]
    return Scene(image.width, image.height, tuple(grounds), tuple(regions))


def describe(image: Image.Image, request: str = "") -> str:
    """What an RGB `image` shows, in a few sentences that answer `request`.

    Questions about colours, shapes, counts, sizes and places are answered from the pixels. What
    things are called is not in the pixels: asked for that, the answer says so.

    Example:
        >>> from PIL import Image, ImageDraw
        >>> paper = Image.new("RGB", (300, 200), "white")
        >>> ImageDraw.Draw(paper).ellipse((30, 60, 110, 140), fill="red")
        >>> describe(paper, "How many red circles are there?")
        'I see one red circle: a large red circle at the left.'
    """
    return reply(look(image), request)


def describe_all(images: Sequence[Image.Image], request: str = "") -> str:
    """`describe` for each of `images`, in order, numbered where there are several."""
    if len(images) == 1:
        return describe(images[0], request)
    return "\n\n".join(
        f"Image {number}: {describe(image, request)}" for number, image in enumerate(images, 1)
    )


def _ground(mask: Flags, colours: Floats) -> Ground:
    return Ground(colour_name(_lit_colour(mask, colours)), float(mask.mean()), _centre(mask))


def _region(
    mask: Flags, whole: Flags, colours: Floats, see_through: Flags, inside: int | None
) -> Region:
    lit = _lit_colour(mask, colours)
    shape, elongation = shape_of(mask, whole, see_through)
    return Region(
        colour=colour_name(lit),
        shape=shape,
        box=_box(mask),
        centre=_centre(mask),
        share=float(mask.mean()),
        elongation=elongation,
        lightness=float(lit[0]),
        inside=inside,
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
