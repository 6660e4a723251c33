"""Crops: a part of an image to ask the model about, and the way back for what it answers."""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.picture import load
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.crops import Window, whole_pixels

if TYPE_CHECKING:
    from PIL import Image

    from gemini_nb.spatial.geometry import Item

MARGIN: Final = 0.1
"""Around what is cropped, as a share of its height and width: models see a thing better whole."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Crop(Window):
    """A part of an image, to send in its place; `crop` makes it. It shows itself.

    `to_original` maps back what is found in it, however often it was cropped again.
    """

    image: Image.Image
    """Its pixels: this is what to send."""
    notice: str = ""
    """What a reader should know of how the original stands."""

    def crop(self, around: Item, *, margin: float = MARGIN) -> Crop:
        """A crop of this crop; `around` is in this one's coordinates, as an answer about it is.

        Raises:
            GeometryError: `around` is nowhere in the crop, or the margin is negative.
        """
        inner = crop(self.image, around, margin=margin)
        return replace(inner, box=inner.inside(self).box, notice=self.notice)

    def __repr__(self) -> str:
        box = self.box
        y, x = f"y {box.ymin:.0f} to {box.ymax:.0f}", f"x {box.xmin:.0f} to {box.xmax:.0f}"
        told = f"{self.image.width} x {self.image.height} pixels: {y}, {x} of the original"
        return f"{told}\n  {self.notice}".rstrip()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        shown = load(self.image).encoded("auto")
        return {"text/plain": repr(self), shown.mime_type: base64.b64encode(shown.data).decode()}


def crop(image: object, around: Item, *, margin: float = MARGIN) -> Crop:
    """The part of `image` around an item, to ask about in detail, and the way back.

    It is cut at whole pixels, and maps back from there, not from the box that was asked for.

    Args:
        image: as for `draw`: a path, bytes, a PIL image, a numpy array, or a `types.Part`; or a
            crop, which is cropped again.
        around: a box, or any other item that has a place.
        margin: added on each side, as a share of the item's height and width.

    Raises:
        GeometryError: `around` is nowhere in the image, or the margin is negative.
        PictureError: `image` is no image.

    Example:
        >>> import numpy as np
        >>> from gemini_nb.spatial.geometry import Box, Point
        >>> photo = np.zeros((600, 800, 3), np.uint8)
        >>> detail = crop(photo, Box(500, 250, 750, 500), margin=0)
        >>> detail
        200 x 150 pixels: y 500 to 750, x 250 to 500 of the original
        >>> detail.to_original(Point(1000, 0, label="screw"))
        Point(y=750.0, x=250.0, label='screw')
    """
    if isinstance(image, Crop):
        return image.crop(around, margin=margin)
    bounds = getattr(around, "bounds", None)
    if bounds is None:
        raise GeometryError(
            f"{around!r:.200} does not say where to crop; pass one item with a place, such as "
            "found.boxes[0], or Box(ymin, xmin, ymax, xmax) in thousandths of the image's height "
            "and width."
        )
    picture = load(image)
    edges = whole_pixels(bounds, picture.width, picture.height, margin=margin)
    left, top, right, bottom = (int(edge) for edge in edges)
    box = Window.of_pixels(edges, picture.width, picture.height).box
    return Crop(box, picture.pixels().crop((left, top, right, bottom)), picture.notice)
