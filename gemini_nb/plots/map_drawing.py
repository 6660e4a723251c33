"""A map as a matplotlib figure and in Vega-Lite: points by group, or how many items are where."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.drawing.layout import Layout
from gemini_nb.drawing.lettering import text_width
from gemini_nb.embeddings.items import shortened
from gemini_nb.plots.plot import MIDDLE, PIXELS_AN_INCH, inches_of, numbered, page
from gemini_nb.plots.vega import LETTERS, Specification, table, top_level
from gemini_nb.spatial.geometry import PixelBox

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

MOST_POINTS: Final = 50_000
"""Beyond, points would cover each other, and it is counted how many items are where."""

SHAPES: Final = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
"""Of points, by their names in Vega-Lite: colour is not all that tells groups."""

_MARKERS: Final[dict[str, str]] = dict(zip(SHAPES, "os^DPv", strict=True))
_SIDE: Final = 430  # of the plotting area, in pixels of 1/100 inch
_LIMIT: Final = 1.18  # where it ends, right and up: points reach 1
_UNIT: Final = _SIDE / 2 / _LIMIT  # pixels
_POINT: Final = 6.0  # half the side of a point with some air, in pixels
_MOST_LABELS: Final = 40
_LABEL: Final = 22  # characters
_LABEL_SIZE: Final = 10.4  # pixels
_LARGE: Final = 1_000  # items: with more, points are smaller
_KEY: Final = 0.55  # inches, of a legend's point and the air around it
_SCALE: Final = 0.75  # inches, of what stands beside a map of counts
_CELLS: Final = _SIDE // 2  # in which items are counted, in a row
_DARK: Final = "#1b1b1b"  # where no items are, whatever the theme
_DARKEST: Final = 0.3  # items in a cell: so that 1 stands out from it

_MOST_INTERACTIVE: Final = 5_000  # items: with more, the notebook is heavy and the page slow
_LONGEST: Final = 400  # characters of a text under the pointer
_SHORTEST: Final = 20
_ALL_TEXTS: Final = 45_000  # bytes, so that a map of many long texts stays light
_UNSEEN: Final = 0.07
_POINTS: Final = "points"


@dataclass(frozen=True, eq=False)
class Map:
    """Where each item is drawn, and what is written about it."""

    title: str
    statement: str
    axes: tuple[str, str]
    """What they mean; empty where they mean nothing."""
    coordinates: NDArray[np.float64]
    """Shape (items, 2): right and up, -1 to 1."""
    labels: tuple[str, ...]
    nearest: NDArray[np.int32]
    """Shape (items, few): the true nearest of each; empty where they are not shown."""
    groups: list[str]
    """The group of each item."""
    looks: dict[str, tuple[str, str]]
    """Colour and shape of each group; of one where there is nothing to tell apart."""

    @cached_property
    def texts(self) -> dict[int, tuple[str, float, float]]:
        """What is written at points, where there is room: never on a point or on other text.

        By item: the text, and how many pixels right of and below the point its left end and middle
        are.
        """
        if len(self.labels) > _MOST_LABELS:
            return {}
        layout = Layout(_SIDE, _SIDE, _LABEL_SIZE)
        layout.avoid(PixelBox(0, 0, _POINT, _SIDE))  # where the axis is drawn
        places = (self.coordinates * (1, -1) * _UNIT + _SIDE / 2).tolist()
        points = [PixelBox(x - _POINT, y - _POINT, x + _POINT, y + _POINT) for x, y in places]
        for point in points:
            layout.avoid(point)
        found: dict[int, tuple[str, float, float]] = {}
        for item, (point, (x, y)) in enumerate(zip(points, places, strict=True)):
            for text in (numbered(item, self.labels[item], _LABEL), str(item)):
                if box := layout.beside((point, text_width(text) * _LABEL_SIZE, 1.2 * _LABEL_SIZE)):
                    middle = (box.top + box.bottom) / 2
                    found[item] = text, round(box.left - x, 1), round(middle - y, 1)
                    break
        return found


def figure_of(view: Map) -> Figure:
    """The map: groups in a legend beside it, and short texts at points where they fit."""
    is_dense = len(view.labels) > MOST_POINTS
    legend = _KEY + inches_of(max(map(text_width, view.looks))) if len(view.looks) > 1 else 0.1
    side, beside = _SIDE / PIXELS_AN_INCH, _SCALE if is_dense else legend
    sides = {"left": 0.25, "right": beside, "below": 0.3}
    figure, axes = page(side, side, title=view.title, statement=view.statement, **sides)
    axes.set(xlim=(-_LIMIT, _LIMIT), ylim=(-_LIMIT, _LIMIT), xticks=[], yticks=[])
    axes.set(xlabel=view.axes[0], ylabel=view.axes[1])
    (_draw_density if is_dense else _draw_points)(axes, view)
    return figure


def _draw_points(axes: Axes, view: Map) -> None:
    groups = np.array(view.groups)
    size = 6 if len(view.labels) <= _LARGE else 4
    for name, (colour, shape) in reversed(view.looks.items()):  # what is grey below all others
        look: Any = {"color": colour, "mec": MIDDLE, "mew": 0.6, "ms": size}
        axes.plot(*view.coordinates[groups == name].T, _MARKERS[shape], **look)
    if len(view.looks) > 1:  # not by labels of lines: those that start with "_" are left out
        axes.legend(
            axes.lines[::-1], view.looks, loc="upper left", bbox_to_anchor=(1, 1), frameon=False
        )
    pixel = 72 / PIXELS_AN_INCH  # in points
    for item, (text, right, down) in view.texts.items():
        offset: Any = {"xytext": (right * pixel, -down * pixel), "textcoords": "offset points"}
        axes.annotate(text, view.coordinates[item], **offset, size=_LABEL_SIZE * pixel, va="center")


def _draw_density(axes: Axes, view: Map) -> None:
    """How many items each cell holds, on a logarithmic scale, light on a dark ground."""
    axes.set_facecolor(_DARK)
    look: Any = {"cmin": 1, "cmap": "viridis", "norm": "log", "vmin": _DARKEST}
    bins = np.linspace(-_LIMIT, _LIMIT, _CELLS + 1)
    image = axes.hist2d(view.coordinates[:, 0], view.coordinates[:, 1], bins, **look)[-1]
    beside = axes.inset_axes((1.03, 0, 0.03, 1))
    axes.figure.colorbar(
        image, cax=beside, format="{x:,.0f}", label="items in a cell"
    ).minorticks_off()
    beside.set_ylim(1)


def specification_of(view: Map) -> Specification | None:
    """The map to look into, without a kernel; None beyond 5,000 items."""
    if len(view.labels) > _MOST_INTERACTIVE:
        return None
    search = {"input": "search", "placeholder": "in the texts", "name": "search "}
    seen: list[Any] = ["indexof(lower(datum.text), lower(searched)) >= 0"]
    if len(view.looks) > 1:
        seen.append({"param": "chosen"})
    place = {
        axis: {
            "field": axis,
            "type": "quantitative",
            "scale": {"domain": [-_LIMIT, _LIMIT], "nice": False},
            "axis": {"title": title, "labels": False, "ticks": False, "grid": False},
        }
        for axis, title in zip("xy", view.axes, strict=True)
    }
    opacity = {"condition": {"test": {"and": seen}, "value": 1}, "value": _UNSEEN}
    return top_level(
        _SIDE,
        _SIDE,
        title=view.title,
        statement=view.statement,
        params=[{"name": "searched", "value": "", "bind": search}],
        data={"name": _POINTS, **_rows(view)},
        encoding={**place, "opacity": opacity},
        layer=[_dots(view), *[_LINES] * bool(view.nearest.size), *[_TEXTS] * bool(view.texts)],
    )


def _rows(view: Map) -> Specification:
    count, letters = len(view.labels), "".join(view.labels)
    bytes_a_letter = (len(letters.encode("utf-8", "replace")) + 1) / (len(letters) + 1)
    length = min(max(int(_ALL_TEXTS / count / bytes_a_letter), _SHORTEST), _LONGEST)
    # What is grey comes first, and so below all others.
    items = sorted(range(count), key=lambda item: view.looks[view.groups[item]][0] != MIDDLE)
    x, y = (view.coordinates[items].round(3) + 0.0).T.tolist()
    columns: dict[str, Any] = {"item": items, "x": x, "y": y}
    columns["group"] = [view.groups[item] for item in items]
    columns["text"] = [shortened(view.labels[item], length) for item in items]
    if view.nearest.size:
        columns["near"] = [" ".join(map(str, row)) for row in view.nearest[items].tolist()]
    if texts := view.texts:
        written = zip(*(texts.get(item, ("", 0, 0)) for item in items), strict=True)
        columns |= dict(zip(("label", "right", "down"), written, strict=True))
    return table(**columns)


def _dots(view: Map) -> Specification:
    """What the reader can do: move and zoom, point at an item, choose groups in the legend."""
    pointing = {"type": "point", "fields": ["item"], "on": "mouseover", "clear": "mouseout"}
    params = [
        {"name": "moved", "select": "interval", "bind": "scales"},
        {"name": "pointed", "select": pointing},
    ]
    tooltip = [{"field": "text"}, {"field": "item", "type": "quantitative"}]
    legend = None
    if len(view.looks) > 1:
        choosing = {"type": "point", "fields": ["group"]}
        params.append({"name": "chosen", "select": choosing, "bind": "legend"})
        tooltip.append({"field": "group"})
        legend = {"title": None, "symbolOpacity": 1, "labelLimit": 260}
    encoding: Specification = {"tooltip": tooltip}
    colours, shapes = zip(*view.looks.values(), strict=True)
    for channel, values in (("color", colours), ("shape", shapes)):
        scale = {"domain": list(view.looks), "range": values}
        encoding[channel] = {"field": "group", "type": "nominal", "scale": scale, "legend": legend}
    size = 45 if len(view.labels) <= _LARGE else 20
    mark = {"type": "point", "filled": True, "stroke": MIDDLE, "strokeWidth": 0.7, "size": size}
    return {"params": params, "mark": mark, "encoding": encoding}


_PLACES: Final = {"data": {"name": _POINTS}, "key": "item", "fields": ["x", "y"]}
_LINES: Final[Specification] = {
    "transform": [
        {"filter": {"param": "pointed", "empty": False}},
        {"calculate": "split(datum.near, ' ')", "as": "near"},
        {"flatten": ["near"]},
        {"lookup": "near", "from": _PLACES, "as": ["to_x", "to_y"]},
    ],
    "mark": {"type": "rule", "color": MIDDLE, "strokeWidth": 1.5, "tooltip": None},
    "encoding": {"x2": {"field": "to_x"}, "y2": {"field": "to_y"}},
}
"""From the item under the pointer to its nearest in the full space, wherever the map has them."""

_LEFT: Final = {"align": "left", "baseline": "middle", "fontSize": _LABEL_SIZE}
_ASIDE: Final = {"dx": {"expr": "datum.right"}, "dy": {"expr": "datum.down"}}
_TEXTS: Final[Specification] = {
    "transform": [{"filter": "datum.label"}],
    "mark": {**LETTERS, "tooltip": None, **_LEFT, **_ASIDE},
    "encoding": {"text": {"field": "label"}},
}
