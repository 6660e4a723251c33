"""Crops: a part of an image to ask the model about, and the way back for what it answers."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, overload

from gemini_nb.drawing.pictures.picture import load
from gemini_nb.errors import GeometryError
from gemini_nb.spatial.windows import Window, whole_pixels

if TYPE_CHECKING:
    from PIL import Image

    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.geometry import Item


MARGIN: Final = 0.1
"""Around what is cropped, as a share of its height and width: models see a thing better whole."""


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Crop:
    """A part of an image, to send in its place; `crop` makes it. It shows itself."""

    image: Image.Image
    """Its pixels, the right way up: this is what to send."""
    window: Window
    """Where it lies in the original, that of all crops where it is a crop of a crop."""

    @overload
    def to_original(self, found: Annotations) -> Annotations: ...
    @overload
    def to_original(self, found: Item) -> Item: ...
    def to_original(self, found: Annotations | Item) -> Annotations | Item:
        """What was found in the crop, in the coordinates of the image that was cropped first."""
        return self.window.to_original(found)

    @overload
    def from_original(self, found: Annotations) -> Annotations: ...
    @overload
    def from_original(self, found: Item) -> Item: ...
    def from_original(self, found: Annotations | Item) -> Annotations | Item:
        """What is known of the whole image, in the crop's coordinates; it may lie outside."""
        return self.window.from_original(found)

    def crop(self, around: Item, *, margin: float = MARGIN) -> Crop:
        """A crop of this crop; `around` is in this one's coordinates, as an answer about it is.

        Raises:
            GeometryError: `around` is nowhere in the crop, or the margin is negative.
        """
        inner = _cut(self.image, around, margin)
        return Crop(inner.image, inner.window.inside(self.window))

    def __repr__(self) -> str:
        said = ", ".join(
            f"{axis} {low:.0f} to {high:.0f}"
            for axis, low, high in (
                ("y", self.window.box.ymin, self.window.box.ymax),
                ("x", self.window.box.xmin, self.window.box.xmax),
            )
        )
        return f"{self.image.width} x {self.image.height} pixels: {said} of the original"

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        shown = load(self.image).encoded("auto")
        return {"text/plain": repr(self), shown.mime_type: base64.b64encode(shown.data).decode()}


def crop(image: Any, around: Item, *, margin: float = MARGIN) -> Crop:  # noqa: ANN401 - see `load`
    """The part of `image` around an item, to ask about in detail, and the way back.

    It is cut at whole pixels, and maps back from there, not from the box that was asked for.

    Args:
        image: as for `draw`: a path, bytes, a PIL image, a numpy array, or a `types.Part`.
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
    return _cut(load(image).pixels(), around, margin)


def _cut(image: Image.Image, around: Item, margin: float) -> Crop:
    if around.bounds is None:
        raise GeometryError(f"{around!r} has no place in the image; pass a box.")
    pixels = whole_pixels(around.bounds, image.width, image.height, margin=margin)
    left, top, right, bottom = (int(edge) for edge in pixels)
    window = Window.of_pixels(pixels, image.width, image.height)
    return Crop(image.crop((left, top, right, bottom)), window)
