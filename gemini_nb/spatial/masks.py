"""Segmentation masks: which pixels of an image belong to a thing."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from PIL import Image, ImageDraw

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.geometry import Box, Item, Point, pair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.spatial.geometry import Affine

THRESHOLD: Final = 127
"""A pixel belongs to the thing where its probability, 0 to 255, is above this.

Source: https://ai.google.dev/gemini-api/docs/image-understanding#segmentation
"""


@dataclass(frozen=True, slots=True, repr=False)
class Mask(Item):
    """The pixels of a thing, as a probability map over its box or as polygons.

    Example:
        >>> corners = (Point(0, 0), Point(0, 500), Point(1000, 500), Point(1000, 0))
        >>> mask = Mask(Box(0, 0, 1000, 500), polygons=(corners,))
        >>> mask.to_array(width=4, height=2).astype(int)
        array([[1, 1, 0, 0],
               [1, 1, 0, 0]])
    """

    box: Box
    png: bytes | None = None
    """A grey PNG of probabilities, 0 to 255, stretched over the box, whatever its size."""
    polygons: tuple[tuple[Point, ...], ...] = ()
    """Outlines in the image's coordinates; used where there is no `png`."""

    def __post_init__(self) -> None:
        Item.__post_init__(self)
        if self.png is None and not self.polygons:
            raise GeometryError("Mask(...) has neither a PNG nor polygons; pass one of them.")

    @property
    def bounds(self) -> Box:
        return self.box

    def to_array(self, width: int, height: int) -> NDArray[np.bool_]:
        """Which pixels of an image of `width` by `height` it covers: shape (height, width)."""
        canvas = Image.new("L", (width, height))
        if self.png is not None:
            left, top, right, bottom = (round(v) for v in self.box.to_pixels(width, height))
            size = max(right - left, 1), max(bottom - top, 1)
            with Image.open(io.BytesIO(self.png)) as image:
                grey = image.convert("L").resize(size, Image.Resampling.BILINEAR)
            canvas.paste(grey, (left, top))
        else:
            draw = ImageDraw.Draw(canvas)
            for polygon in self.polygons:
                # A pixel counts where its centre lies inside, so corners move by half a pixel.
                spots = [point.to_pixels(width, height) for point in polygon]
                draw.polygon([(x - 0.5, y - 0.5) for x, y in spots], fill=255)
        return np.asarray(canvas) > THRESHOLD

    def transform(self, affine: Affine) -> Self:
        polygons = tuple(tuple(p.transform(affine) for p in polygon) for polygon in self.polygons)
        return replace(self, box=self.box.transform(affine), polygons=polygons)

    def clip(self) -> Self:
        """The same mask without what lies outside the image; a PNG is cut with its box."""
        box, png = self.box.clip(), self.png
        if png is not None and box != self.box:
            png = _cut(png, self.box, box)
        polygons = tuple(tuple(p.clip() for p in polygon) for polygon in self.polygons)
        return replace(self, box=box, png=png, polygons=polygons)

    def geometry(self) -> dict[str, Any]:
        if self.png is not None:
            encoded = base64.b64encode(self.png).decode()
            return {**self.box.geometry(), "mask": f"data:image/png;base64,{encoded}"}
        outlines = [[pair(point) for point in polygon] for polygon in self.polygons]
        return {**self.box.geometry(), "mask": outlines[0] if len(outlines) == 1 else outlines}


def _cut(png: bytes, whole: Box, part: Box) -> bytes:
    """What of a probability map over `whole` lies over `part`, as large as it was."""
    with Image.open(io.BytesIO(png)) as image:
        columns, rows = image.width / (whole.width or 1), image.height / (whole.height or 1)
        left, right = ((x - whole.xmin) * columns for x in (part.xmin, part.xmax))
        top, bottom = ((y - whole.ymin) * rows for y in (part.ymin, part.ymax))
        extent = left, top, right, bottom
        cut = image.convert("L").transform(image.size, Image.Transform.EXTENT, extent)
    buffer = io.BytesIO()
    cut.save(buffer, "PNG")
    return buffer.getvalue()
