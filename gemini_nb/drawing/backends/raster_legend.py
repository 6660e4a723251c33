"""The legend of a scene as pixels, below the picture."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from PIL import Image

from gemini_nb.drawing.colours import BLACK, WHITE, text_on
from gemini_nb.drawing.labels.legends import legend_lines
from gemini_nb.drawing.lettering import lettering, text_width
from gemini_nb.drawing.marks.canvas import canvas_of
from gemini_nb.drawing.scene import Label
from gemini_nb.spatial.geometry import PixelBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.drawing.labels.legends import LegendLine
    from gemini_nb.drawing.scene import Scene

_ROW: Final = 1.8  # height, in font sizes
_COLUMN: Final = 20.0  # width at least, in font sizes
_BADGE: Final = 12.0  # width at most of the numbers, in font sizes
_AIR: Final = 0.35  # at either side of a text, in font sizes


def legend_labels(scene: Scene) -> tuple[tuple[Label, ...], int]:
    """What is written below the picture, as labels, and how many pixels high that is.

    Lines run down in as many columns as the picture is wide; nothing if the legend is empty.
    """
    lines = legend_lines(scene.legend)
    if not lines:
        return (), 0
    size = canvas_of(scene.width, scene.height).font_size
    columns = max(int(scene.width / (_COLUMN * size)), 1)
    rows = math.ceil(len(lines) / columns)
    width = scene.width / columns
    labels: list[Label] = []
    for at, line in enumerate(lines):
        middle = scene.height + (at % rows + 0.8) * _ROW * size
        labels += _entry(line, (at // rows) * width, middle, size, width)
    return tuple(labels), math.ceil((rows + 0.6) * _ROW * size)


def on_white(image: Image.Image, more: int) -> Image.Image:
    """A new image: `image` with `more` white pixels below it."""
    canvas = Image.new(image.mode, (image.width, image.height + more), WHITE)
    canvas.paste(image)
    return canvas


def _entry(
    line: LegendLine, left: float, middle: float, size: float, room: float
) -> Iterator[Label]:
    """The numbers on their colour, and what they stand for."""
    numbers = lettering(line.numbers, line_width=_BADGE, most_lines=1).lines[0]
    badge = _plate(numbers, left + 0.5 * size, middle, size, line.colour)
    yield badge
    fitting = (left + room - badge.box.right) / size - 2 * _AIR - 0.5
    text = lettering(line.text, line_width=max(fitting, 1.0), most_lines=1).lines[0]
    yield _plate(text, badge.box.right + 0.15 * size, middle, size, WHITE)


def _plate(text: str, left: float, middle: float, size: float, fill: str) -> Label:
    width = (text_width(text) + 2 * _AIR) * size
    box = PixelBox(left, middle - 0.7 * size, left + width, middle + 0.7 * size)
    return Label(-1, (text,), box, size, text_on(fill) if fill != WHITE else BLACK, fill)
