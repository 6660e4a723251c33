"""A heatmap drawn with matplotlib: whole pixels for each cell, names at the left, a colour bar."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.drawing.colours import text_on
from gemini_nb.drawing.lettering import text_width
from gemini_nb.plots.figures import (
    INK,
    LABEL_SIZE,
    MUTED,
    PAPER,
    PIXELS_AN_INCH,
    inches_of,
    new_figure,
    plain,
)
from gemini_nb.plots.heatmaps.cosine_scale import LEVELS
from gemini_nb.plots.heatmaps.heatmap import HIDDEN, MOST_ANNOTATED, MOST_NAMED
from gemini_nb.plots.wording import drawable, number, numbered

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gemini_nb.plots.heatmaps.cosine_scale import CosineScale
    from gemini_nb.plots.heatmaps.heatmap import Heatmap

_LARGEST_CELL: Final = 64  # pixels
_ANNOTATED_CELL: Final = 33
_NAMED_CELL: Final = 14
_SIDE: Final = 480
_PITCH: Final = 28  # of the names of some rows, where not all have room
_NUMBER_SIZE: Final = 7.5  # points: of the columns' numbers
_CORNER: Final = 4  # pixels: how far into a cell its mark stands
_BETWEEN: Final = 0.25  # inches: from panel to panel
_BAR: Final = 0.16
_BAR_ROOM: Final = 0.9
_BAR_HEIGHT: Final = 2.4
_BAR_TICKS: Final = 5


def heatmap_figure(heatmap: Heatmap) -> Figure:
    """The figure, with axes for each panel from the left and the colour bar's at the end."""
    cell = _cell_pixels(heatmap.size)
    side = cell * heatmap.size / PIXELS_AN_INCH
    shown = _named_rows(heatmap.size, cell)
    names = [drawable(numbered(heatmap.items[row], heatmap.labels[row])) for row in shown]
    others = len(heatmap.panels) - 1
    figure, axes = new_figure(
        side,
        side,
        title=heatmap.title,
        footnote=heatmap.statement,
        left=inches_of(max(map(text_width, names))) + 0.1,
        right=_BAR_ROOM + others * (side + _BETWEEN),
        above=0.22 if heatmap.groups or any(heatmap.captions) else 0.04,
        below=_room_below(heatmap, cell),
    )
    colours = palette(heatmap.scale)
    for number_of_panel in range(others + 1):
        panel = axes if number_of_panel == 0 else _beside(axes, number_of_panel, side)
        _draw_panel(panel, heatmap, number_of_panel, colours, cell)
    axes.set_yticks([row + 0.5 for row in shown], names, parse_math=False)
    _draw_bar(figure, axes, heatmap, others)
    return figure


def palette(scale: CosineScale) -> NDArray[np.uint8]:
    """The colours of the scale's steps, shape (64, 3)."""
    from matplotlib import colormaps  # noqa: PLC0415 - heavy

    colours = colormaps[scale.colour_map](np.linspace(0, 1, LEVELS), bytes=True)
    return np.asarray(colours)[:, :3]


def _cell_pixels(size: int) -> int:
    if size <= MOST_ANNOTATED:
        return max(_ANNOTATED_CELL, min(_LARGEST_CELL, _SIDE // size))
    if size <= MOST_NAMED:
        return _NAMED_CELL
    return -(-_SIDE // size)


def _named_rows(size: int, cell: int) -> range:
    """Every row, or enough of them to find one's way: to draw letters takes most of the time."""
    return range(0, size, 1 if size <= MOST_NAMED else -(-_PITCH // cell))


def _room_below(heatmap: Heatmap, cell: int) -> float:
    if heatmap.size > MOST_NAMED:
        return 0.08
    digits = len(str(max(heatmap.items)))
    return 0.25 if _fits(digits, cell) else 0.15 + inches_of(0.64 * digits, _NUMBER_SIZE)


def _fits(digits: int, cell: int) -> bool:
    return inches_of(0.64 * digits + 0.4, _NUMBER_SIZE) * PIXELS_AN_INCH <= cell


def _beside(axes: Axes, position: int, side: float) -> Axes:
    """Axes of the same size, further right."""
    figure = axes.get_figure(root=True)
    assert figure is not None  # noqa: S101 - the axes were made on one
    place = axes.get_position()
    step = place.width * (side + _BETWEEN) / side
    beside = figure.add_axes((place.x0 + position * step, place.y0, place.width, place.height))
    plain(beside)
    beside.set_yticks([])
    return beside


def _draw_panel(
    axes: Axes, heatmap: Heatmap, panel: int, colours: NDArray[np.uint8], cell: int
) -> None:
    cosines = heatmap.panels[panel]
    size = heatmap.size
    levels = heatmap.scale.levels(cosines)
    pixels = colours[levels]
    pixels[np.isnan(cosines)] = tuple(bytes.fromhex(HIDDEN[1:]))
    axes.imshow(pixels, extent=(0, size, size, 0), interpolation="nearest", aspect="auto")
    axes.spines[:].set_visible(False)
    axes.set_xticks([])
    if size <= MOST_NAMED:
        digits = len(str(max(heatmap.items)))
        upright = 0 if _fits(digits, cell) else 90
        axes.set_xticks(np.arange(size) + 0.5, list(map(str, heatmap.items)), rotation=upright)
        axes.tick_params(axis="x", labelsize=_NUMBER_SIZE, length=2, pad=2)
        _mark_outside(axes, cosines, heatmap.scale, colours[levels], cell)
    if size <= MOST_ANNOTATED:
        _annotate(axes, cosines, colours[levels])
    for row, _ in heatmap.groups[1:]:
        axes.axhline(row, color=PAPER, linewidth=1.5)
        axes.axvline(row, color=PAPER, linewidth=1.5)
    _caption(axes, heatmap, panel, cell)


def _caption(axes: Axes, heatmap: Heatmap, panel: int, cell: int) -> None:
    """What the panel shows, or the names of the groups that there is room for."""
    caption = heatmap.captions[panel]
    captions = ((0, caption),) if caption or not heatmap.groups else heatmap.groups
    ends = [row for row, _ in captions[1:]] + [heatmap.size]
    for (row, name), end in zip(captions, ends, strict=True):
        if inches_of(text_width(name)) * PIXELS_AN_INCH <= (end - row) * cell:
            axes.annotate(
                name,
                (row, 0),
                (0, 4),
                textcoords="offset points",
                fontsize=LABEL_SIZE,
                color=MUTED,
                parse_math=False,
                annotation_clip=False,
            )


def _annotate(axes: Axes, cosines: NDArray[np.float32], fills: NDArray[np.uint8]) -> None:
    size = len(cosines)
    for row, column in np.argwhere(~np.isnan(cosines)):
        axes.text(
            column + 0.5,
            row + 0.52,
            number(float(cosines[row, column])),
            fontsize=LABEL_SIZE if size <= MOST_ANNOTATED // 2 else LABEL_SIZE - 1,
            ha="center",
            va="center_baseline",
            color=ink_on(fills[row, column]),
            parse_math=False,
        )


def ink_on(fill: NDArray[np.uint8]) -> str:
    """Black or white, whichever is easier to read on the colour."""
    return text_on(f"#{fill.tobytes().hex()}")


def _mark_outside(
    axes: Axes,
    cosines: NDArray[np.float32],
    scale: CosineScale,
    fills: NDArray[np.uint8],
    cell: int,
) -> None:
    """A small triangle in the corner of each cell that the colours don't reach."""
    for marker, where in zip("v^", scale.outside(cosines), strict=True):
        rows, columns = np.nonzero(where)
        if len(rows):
            axes.scatter(
                columns + 1 - _CORNER / cell,
                rows + _CORNER / cell,
                s=8,
                c=[ink_on(fill) for fill in fills[rows, columns]],
                marker=marker,
                linewidths=0,
            )


def _draw_bar(figure: Figure, axes: Axes, heatmap: Heatmap, others: int) -> None:
    from matplotlib.cm import ScalarMappable  # noqa: PLC0415 - heavy
    from matplotlib.colors import ListedColormap, Normalize  # noqa: PLC0415 - heavy

    scale = heatmap.scale
    place = axes.get_position()
    inch = 1 / figure.get_figwidth()
    width = place.width + others * (place.width + _BETWEEN * inch)
    height = min(place.height, _BAR_HEIGHT / figure.get_figheight())
    bar = figure.add_axes((place.x0 + width + 0.2 * inch, place.y1 - height, _BAR * inch, height))
    below, above = (
        any(bool(scale.outside(panel)[end].any()) for panel in heatmap.panels) for end in (0, 1)
    )
    extend = {(False, False): "neither", (True, False): "min", (False, True): "max"}
    figure.colorbar(
        ScalarMappable(Normalize(scale.low, scale.high), ListedColormap(palette(scale) / 255)),
        cax=bar,
        extend=extend.get((below, above), "both"),
        extendfrac=0.04,
    ).outline.set_visible(False)
    ticks = np.linspace(scale.low, scale.high, _BAR_TICKS)
    bar.set_yticks(ticks, [number(tick, scale.decimals) for tick in ticks])
    bar.tick_params(colors=MUTED, labelcolor=INK, labelsize=LABEL_SIZE, width=0.8, length=3)
