"""A contact sheet: small pictures in a grid, each with a caption below."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PIL import Image

from gemini_nb.drawing.backends.raster import render
from gemini_nb.drawing.lettering import lettering
from gemini_nb.drawing.scene import Label, Mark, Scene
from gemini_nb.spatial.geometry import PixelBox

if TYPE_CHECKING:
    from collections.abc import Sequence

THUMBNAIL: Final = 128
"""Pixels: how wide a picture on the sheet is, at most."""

_GAP: Final = 6
_CAPTION: Final = 16
_FONT_SIZE: Final = 10.5
_INK: Final = "#333333"
_PAPER: Final = "#ffffff"


def grid(pictures: Sequence[Image.Image], captions: Sequence[str], columns: int) -> Image.Image:
    """A new image: `pictures`, all of one size, row by row on white paper.

    Args:
        pictures: at least one, in mode "RGB".
        captions: one for each, shortened where it is too long.
        columns: of the grid.

    Example:
        >>> frame = Image.new("RGB", (64, 48))
        >>> grid([frame, frame], ["0", "5"], columns=2).size
        (146, 76)
    """
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    whole = _GAP + columns * (width + _GAP), _GAP + rows * (height + _CAPTION + _GAP)
    sheet = Image.new("RGB", whole, _PAPER)
    labels: list[Label] = []
    for at, (picture, caption) in enumerate(zip(pictures, captions, strict=True)):
        left = _GAP + at % columns * (width + _GAP)
        top = _GAP + at // columns * (height + _CAPTION + _GAP)
        sheet.paste(picture, (left, top))
        room = PixelBox(left, top + height + 1, left + width, top + height + _CAPTION)
        text = lettering(caption, line_width=width / _FONT_SIZE, most_lines=1)
        labels.append(Label(0, text.lines, room, _FONT_SIZE, _INK, _PAPER))
    paper = Mark((), _INK, "contact sheet", PixelBox(0, 0, *whole))
    return render(Scene(*whole, (paper,), tuple(labels)), sheet)


def stacked(above: Image.Image, below: Image.Image) -> Image.Image:
    """A new image: one above the other on white paper, both at the left."""
    size = max(above.width, below.width), above.height + below.height
    sheet = Image.new("RGB", size, _PAPER)
    sheet.paste(above, (0, 0))
    sheet.paste(below, (0, above.height))
    return sheet
