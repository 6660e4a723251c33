"""The page that plots are drawn on with matplotlib: paper, title, and the line that explains it.

This module loads matplotlib when a figure is made, never `pyplot`.
"""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.lettering import lettering
from gemini_nb.plots.wording import drawable
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PAPER: Final = "#ffffff"
INK: Final = "#1f1f1f"
MUTED: Final = "#5f6368"
"""6 to 1 on the paper."""

TITLE_SIZE: Final = 11.0  # points, as all sizes of letters
LABEL_SIZE: Final = 8.5
FOOTNOTE_SIZE: Final = 8.5

PIXELS_AN_INCH: Final = 100

_POINTS_AN_INCH: Final = 72
_LEADING: Final = 1.35  # from line to line, in font sizes
_MARGIN: Final = 0.12  # inches, as the others a whole number of pixels
_BOLD: Final = 1.15  # how much wider than plain letters
_SAFE: Final = 0.97  # of a line, since letters are drawn on whole pixels
_MOST_LINES: Final = 8


def new_figure(  # noqa: PLR0913 - the sides of a page
    width_inches: float,
    height_inches: float,
    *,
    title: str,
    footnote: str,
    left: float = 0.75,
    right: float = 0.3,
    above: float = 0.0,
    below: float = 0.5,
) -> tuple[Figure, Axes]:
    """A page, and axes on it of `width_inches` by `height_inches`.

    The page is as much larger as the title above, the footnote below, both wrapped to its
    width, and the room beside the axes need.

    Args:
        width_inches: of the axes.
        height_inches: of the axes.
        title: stands above, from the left edge.
        footnote: what the plot shows, in a sentence, stands below.
        left: room for labels and ticks, in inches.
        right: room beside the axes, in inches.
        above: room between title and axes, in inches.
        below: room for ticks and the axis' name, in inches.

    Example:
        >>> figure, axes = new_figure(4, 3, title="Two kites", footnote="cosine 0.41")
        >>> round(float(axes.get_position().width * figure.get_figwidth()), 6)
        4.0
    """
    from matplotlib.figure import Figure  # noqa: PLC0415 - heavy

    left, right, above, below = map(_whole_pixels, (left, right, above, below))
    width = _MARGIN + left + width_inches + right + _MARGIN
    heading = _lines(redact(title), (width - 2 * _MARGIN) / _BOLD, TITLE_SIZE)
    notes = _lines(footnote, width - 2 * _MARGIN, FOOTNOTE_SIZE)
    over = 2 * _MARGIN + _height(heading, TITLE_SIZE) + above
    under = below + _height(notes, FOOTNOTE_SIZE) + 2 * _MARGIN
    height = over + height_inches + under
    figure = Figure(figsize=(width, height), facecolor=PAPER)
    figure.text(
        _MARGIN / width,
        1 - _MARGIN / height,
        "\n".join(heading),
        {"fontsize": TITLE_SIZE, "fontweight": "bold", "color": INK, "va": "top"},
        linespacing=1.2,
        parse_math=False,
    )
    figure.text(
        _MARGIN / width,
        _MARGIN / height,
        "\n".join(notes),
        {"fontsize": FOOTNOTE_SIZE, "color": MUTED, "va": "bottom"},
        linespacing=1.2,
        parse_math=False,
    )
    place = (
        (_MARGIN + left) / width,
        under / height,
        width_inches / width,
        height_inches / height,
    )
    axes = figure.add_axes(place)
    plain(axes)
    return figure, axes


def plain(axes: Axes) -> None:
    """Give `axes` the look of all plots: paper, thin lines, small dark letters."""
    axes.set_facecolor(PAPER)
    axes.spines[["top", "right"]].set_visible(False)
    for spine in axes.spines.values():
        spine.set_color(MUTED)
        spine.set_linewidth(0.8)
    axes.tick_params(colors=MUTED, labelcolor=INK, labelsize=LABEL_SIZE, width=0.8, length=3)
    for axis in (axes.xaxis, axes.yaxis):
        axis.label.set(color=INK, fontsize=LABEL_SIZE)


def inches_of(width_in_sizes: float, size: float = LABEL_SIZE) -> float:
    """How wide text is that is `width_in_sizes` font sizes wide (`text_width` tells)."""
    return width_in_sizes * size / _POINTS_AN_INCH


def _lines(text: str, width: float, size: float) -> tuple[str, ...]:
    sizes = _SAFE * width * _POINTS_AN_INCH / size
    return lettering(drawable(text), line_width=sizes, most_lines=_MOST_LINES).lines


def _height(lines: tuple[str, ...], size: float) -> float:
    return _whole_pixels(len(lines) * size * _LEADING / _POINTS_AN_INCH)


def _whole_pixels(inches: float) -> float:
    """As many inches as lets the axes begin where a pixel does, so that small cells stay even."""
    return math.ceil(inches * PIXELS_AN_INCH) / PIXELS_AN_INCH
