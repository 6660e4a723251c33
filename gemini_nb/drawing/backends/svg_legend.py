"""The legend of a scene as SVG, below the picture."""

from __future__ import annotations

import math
from html import escape
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.backends.svg_shapes import FONTS, tenths
from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.labels.legends import legend_lines
from gemini_nb.drawing.lettering import lettering, text_width
from gemini_nb.drawing.marks.canvas import canvas_of

if TYPE_CHECKING:
    from gemini_nb.drawing.labels.legends import LegendLine
    from gemini_nb.drawing.scene import Scene

_ROW: Final = 1.8  # height, in font sizes
_COLUMN: Final = 20.0  # width at least, in font sizes
_BADGE: Final = 12.0  # width at most of the numbers, in font sizes


def legend_markup(scene: Scene) -> tuple[str, int]:
    """The legend, on white beneath the picture, and its height in pixels; nothing if it is empty.

    Its lines run down in as many columns as the picture is wide.
    """
    lines = legend_lines(scene.legend)
    if not lines:
        return "", 0
    size = canvas_of(scene.width, scene.height).font_size
    columns = max(int(scene.width / (_COLUMN * size)), 1)
    rows = math.ceil(len(lines) / columns)
    height = math.ceil((rows + 0.6) * _ROW * size)
    width = scene.width / columns
    entries = "".join(
        _entry(
            line, (at // rows) * width, scene.height + (at % rows + 0.8) * _ROW * size, size, width
        )
        for at, line in enumerate(lines)
    )
    ground = f'<rect y="{scene.height}" width="{scene.width}" height="{height}" fill="#ffffff"/>'
    return f'<g font-family="{FONTS}">{ground}{entries}</g>', height


def _entry(line: LegendLine, left: float, middle: float, size: float, room: float) -> str:
    """The numbers on their colour, and what they stand for."""
    numbers = lettering(line.numbers, line_width=_BADGE, most_lines=1).lines[0]
    badge = (text_width(numbers) + 0.7) * size
    left += 0.5 * size
    text_left = left + badge + 0.5 * size
    fitting = max((left + room - size - text_left) / size, 1.0)
    text = lettering(line.text, line_width=fitting, most_lines=1).lines[0]
    plate = tenths(
        f'<rect x="{left:.1f}" y="{middle - 0.7 * size:.1f}" width="{badge:.1f}"'
        f' height="{1.4 * size:.1f}" rx="{0.2 * size:.1f}" fill="{line.colour}"/>'
    )
    baseline = middle + 0.36 * size
    return (
        plate
        + _text(numbers, left + 0.35 * size, baseline, size, text_on(line.colour))
        + _text(text, text_left, baseline, size, "#000000")
    )


def _text(words: str, x: float, y: float, size: float, colour: str) -> str:
    place = tenths(f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size:.1f}" fill="{colour}">')
    return f"{place}{escape(words, quote=False)}</text>"
