"""A map as a matplotlib figure: points by group, or how many items are where."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.drawing.lettering import text_width
from gemini_nb.plots.figures import INK, LABEL_SIZE, MUTED, inches_of, new_figure, plain
from gemini_nb.plots.maps.labels import SIZE, placed
from gemini_nb.plots.maps.view import WIDTH
from gemini_nb.plots.wording import drawable, numbered

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gemini_nb.plots.maps.view import MapView

MOST_POINTS: Final = 50_000
"""Beyond, points would cover each other, and it is counted how many items are where."""

_MOST_LABELS: Final = 40
_LABEL: Final = 22  # characters
_OUTLINED: Final = 1_000  # items: with more, outlines would be all that one sees
_FADED: Final = 5_000
_CELL: Final = 2  # pixels
_RIGHT: Final = 0.15  # inches, beside which a legend or a scale has its own
_KEY: Final = 0.45  # inches, of a legend's point and the air around it
_SCALE: Final = 0.75


def map_figure(view: MapView) -> Figure:
    """The map: groups in a legend beside it, and short texts at points where they fit."""
    is_dense = len(view.coordinates) > MOST_POINTS
    figure, axes = new_figure(
        WIDTH / 100,
        view.height / 100,
        title=view.title,
        footnote=view.statement,
        left=0.25,
        right=_SCALE if is_dense else _RIGHT + _legend_width(view),
        below=0.35,
    )
    across, up = view.limits
    axes.set_xlim(*across)
    axes.set_ylim(*up)
    axes.set_xticks([])
    axes.set_yticks([])
    across_title, up_title = view.axis_titles
    axes.set_xlabel(across_title)
    axes.set_ylabel(up_title)
    if is_dense:
        _draw_density(figure, axes, view)
    else:
        _draw_points(axes, view)
    return figure


def _draw_points(axes: Axes, view: MapView) -> None:
    count = len(view.coordinates)
    outline = 0.5 if count <= _OUTLINED else 0.0
    for group in view.groups:
        axes.plot(
            *view.coordinates[group.items].T,
            group.marker,
            color=group.colour,
            markeredgecolor=INK,
            markeredgewidth=outline,
            markersize=6 if outline else 3 if count <= _FADED else 2,
            alpha=0.9 if outline else 0.5,
            label=drawable(group.title),
            clip_on=False,
        )
    if view.has_legend:
        legend = axes.legend(
            loc="upper left",
            bbox_to_anchor=(1.0, 1.0),
            frameon=False,
            fontsize=LABEL_SIZE,
            labelcolor=INK,
            borderaxespad=0,
            handlelength=1.2,
        )
        for text in legend.get_texts():
            text.set_parse_math(False)
        for handle in legend.get_lines():
            handle.set_markersize(6)
            handle.set_alpha(1)
    if count <= _MOST_LABELS:
        _write_labels(axes, view)


def _write_labels(axes: Axes, view: MapView) -> None:
    texts = [
        (drawable(numbered(item, label, _LABEL)), str(item))
        for item, label in enumerate(view.labels)
    ]
    size = (WIDTH, view.height)
    for label in placed(_pixels(view), texts, size):
        axes.text(
            label.x / size[0],
            label.y / size[1],
            label.text,
            transform=axes.transAxes,
            fontsize=SIZE,
            color=INK,
            va="center_baseline",
            parse_math=False,
        )


def _pixels(view: MapView) -> list[tuple[float, float]]:
    (left, right), (bottom, top) = view.limits
    return [
        ((x - left) / (right - left) * WIDTH, (y - bottom) / (top - bottom) * view.height)
        for x, y in view.coordinates.tolist()
    ]


def _draw_density(figure: Figure, axes: Axes, view: MapView) -> None:
    """How many items each cell holds, on a logarithmic scale; nothing where there are none."""
    from matplotlib.colors import LogNorm  # noqa: PLC0415 - heavy

    counts = _density(view)
    seen = np.ma.masked_equal(counts, 0)
    most = max(2, int(counts.max()))
    image = axes.imshow(
        seen,
        cmap="viridis_r",
        norm=LogNorm(1, most),
        extent=(*view.limits[0], *view.limits[1]),
        origin="lower",
        aspect="auto",
        interpolation="nearest",
    )
    box = axes.get_position()
    inch = 1 / figure.get_figwidth()
    beside = figure.add_axes((box.x1 + 0.1 * inch, box.y0, 0.12 * inch, box.height))
    plain(beside)
    bar = figure.colorbar(image, cax=beside, format="{x:,.0f}")
    bar.outline.set_visible(False)  # pyright: ignore[reportCallIssue] - its type says Spine's map
    bar.minorticks_off()
    bar.set_ticks([*(10**power for power in range(9) if 10**power < most / 2), most])
    bar.set_label("items in a cell", size=LABEL_SIZE, color=MUTED)


def _density(view: MapView) -> NDArray[np.int64]:
    """How many items lie in each cell of the map, the lowest row first.

    Every item is in one: the sum is the number of items.
    """
    columns, rows = WIDTH // _CELL, view.height // _CELL
    places: list[NDArray[np.intp]] = []
    for axis, (low, high), cells in zip(
        view.coordinates.T, view.limits, (columns, rows), strict=True
    ):
        places.append(np.clip((axis - low) / (high - low) * cells, 0, cells - 1).astype(np.intp))
    cells = np.bincount(places[1] * columns + places[0], minlength=rows * columns)
    return cells.reshape(rows, columns)


def _legend_width(view: MapView) -> float:
    if not view.has_legend:
        return 0.0
    return _KEY + inches_of(max(text_width(drawable(group.title)) for group in view.groups))
