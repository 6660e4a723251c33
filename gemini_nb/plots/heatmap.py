"""A heatmap of cosines: one value that matplotlib draws, and that Vega-Lite draws alike."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.drawing.colours import text_on
from gemini_nb.plots.plot import POINTS, drawable, numbered, page, pixels_of
from gemini_nb.plots.vega import LETTERS, MIDDLE, Specification, table, top_level

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from gemini_nb.embeddings.similarity import Vectors

MOST_NAMED: Final = 60  # rows, up to which each has its name, and the plot is interactive
_MOST_ANNOTATED: Final = 25  # rows, up to which the cosine stands in each cell
_LEVELS: Final = 32  # steps of colour: more can hardly be told apart, and make a picture heavy
_SIDE: Final = 480  # pixels
_PITCH: Final = 28  # pixels from name to name, where not all rows have room
_HIDDEN: Final = 0.25  # share of grey where there is no pair: the ground shows through
_BAR: Final = (16, 240, 85)  # pixels: width and height of the colours, room for all


@dataclass(frozen=True, slots=True)
class Scale:
    """A colour for each cosine of a range; what lies outside has that of the range's end."""

    low: float
    high: float
    is_diverging: bool
    """Whether 0, the middle, has a colour of its own."""

    def outside(self, cosines: Vectors) -> NDArray[np.int8]:
        """-1 for each cosine below the range, 1 for each above, 0 for those within."""
        # A millionth is what float32 may be off by.
        return (cosines > self.high + 1e-6).astype(np.int8) - (cosines < self.low - 1e-6)

    def told(self, cosine: float) -> str:
        """With as many decimals as tell the cosines of a legend apart."""
        return f"{cosine:z.2f}" if self.high - self.low > 0.05 else f"{cosine:z.3f}"  # noqa: PLR2004

    def colours(self) -> Colormap:
        """What is safe for the colour-blind, in steps; where there is no pair, the ground shows."""
        from matplotlib import colormaps  # noqa: PLC0415 - heavy

        colour_map = colormaps["RdBu_r" if self.is_diverging else "viridis"]
        return colour_map.resampled(_LEVELS).with_extremes(bad=(MIDDLE, _HIDDEN))

    def shades(self, cosines: NDArray[Any]) -> list[str]:
        """The colour of each cosine, as "#440154"."""
        shades = self.colours()((cosines - self.low) / (self.high - self.low), bytes=True)
        return [f"#{shade[:3].tobytes().hex()}" for shade in shades]

    def draw(self, axes: Axes, cosines: NDArray[Any], extent: tuple[float, ...]) -> None:
        """Their colours, on axes of which nothing else is seen."""
        look: dict[str, Any] = {"interpolation": "nearest", "aspect": "auto", "extent": extent}
        axes.imshow(cosines, self.colours(), vmin=self.low, vmax=self.high, **look)
        axes.set_axis_off()


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """What a heatmap shows, in the order in which it shows it."""

    cosines: Vectors
    """A square; NaN where there is no pair to show."""
    items: list[tuple[int, str]]
    """The number and the whole label of the item that each row begins with."""
    groups: list[tuple[str, int, int]]
    """The name of each group, and the rows from which and up to which it goes; of one none."""
    scale: Scale
    title: str
    statement: str

    @property
    def cell(self) -> int:
        """The pixels of a cell: a whole number, so that small cells stay even."""
        count = len(self.items)
        if count <= _MOST_ANNOTATED:
            return max(30, min(60, _SIDE // count))
        return 14 if count <= MOST_NAMED else -(-_SIDE // count)

    @property
    def letters(self) -> float:
        """The pixels of the letters in a cell, and below."""
        return max(8.5, min(11, self.cell * 0.29))

    def pairs(self) -> dict[str, list[Any]]:
        """The pairs above the diagonal, as columns of a table; each pair has two cells.

        A triangle in a cell says that the colours end before its cosine.
        """
        rows, columns = np.triu_indices(len(self.items), 1)
        cosines = self.cosines[rows, columns]
        values = (cosines.astype(np.float64).round(4) + 0.0).tolist()
        texts = [("", "▴", "▾")[int(end)] for end in self.scale.outside(cosines)]
        if len(self.items) <= _MOST_ANNOTATED:
            texts = [f"{value:z.2f}{end}" for value, end in zip(cosines, texts, strict=True)]
        places = {"row": rows.tolist(), "column": columns.tolist()}
        shades = self.scale.shades(cosines)
        inks = [text_on(shade) if text else "" for shade, text in zip(shades, texts, strict=True)]
        return {**places, "cosine": values, "text": texts, "ink": inks}


def figure(heatmap: Heatmap) -> Figure:
    """The figure, with axes for the cells and axes for the colours."""
    count, cell, scale = len(heatmap.items), heatmap.cell, heatmap.scale
    side = count * cell
    # Letters take most of the time of drawing, and ticks still more, so there are none.
    step = 1 if count <= MOST_NAMED else -(-_PITCH // cell)
    names = [drawable(numbered(*item)) for item in heatmap.items[::step]]
    drawn, axes = page(
        side,
        side,
        title=heatmap.title,
        statement=heatmap.statement,
        left=max(map(pixels_of, names)) + 12,
        right=_BAR[2],
        above=20 if heatmap.groups else 0,
        below=20,
    )
    for position, name in enumerate(names):
        axes.text(-6 / cell, position * step + 0.5, name, ha="right", va="center_baseline")
    scale.draw(axes, heatmap.cosines, (0, count, count, 0))
    for name, row, end in heatmap.groups:
        if row:
            axes.axhline(row, color=MIDDLE)
            axes.axvline(row, color=MIDDLE)
        if pixels_of(name) <= (end - row) * cell:
            axes.text(row, -5 / cell, name)
    if count <= MOST_NAMED:
        _write(axes, heatmap)
    long = min(1, _BAR[1] / side)
    bar = axes.inset_axes((1 + 20 / side, 1 - long, _BAR[0] / side, long))
    shown = np.linspace(scale.high, scale.low, _LEVELS)[:, None]
    scale.draw(bar, shown, (0, 1, scale.low, scale.high))
    for cosine in np.linspace(scale.low, scale.high, 5).tolist():
        bar.text(1.3, cosine, scale.told(cosine), va="center_baseline")
    return drawn


def _write(axes: Axes, heatmap: Heatmap) -> None:
    """What stands in the cells, and the number of each column below."""
    look: dict[str, Any] = {"ha": "center", "fontsize": heatmap.letters * POINTS}
    for row, column, _, text, ink in zip(*heatmap.pairs().values(), strict=True):
        for x, y in ((row, column), (column, row)) if text else ():
            axes.text(x + 0.5, y + 0.5, text, color=ink, va="center_baseline", **look)
    for column, (item, _) in enumerate(heatmap.items):
        axes.text(column + 0.5, len(heatmap.items) + 4 / heatmap.cell, str(item), va="top", **look)


def specification(heatmap: Heatmap) -> Specification:
    """The heatmap of up to 60 rows as Vega-Lite, in some 50 kB at most."""
    count, cell, scale = len(heatmap.items), heatmap.cell, heatmap.scale
    length = min(400, 6000 // count)  # of the texts under the pointer, in characters
    # They are looked up in a list, so that no label is in an expression.
    cosine = "cosine: format(datum.cosine, '.3f')"
    told = {"expr": f"{{row: texts[datum.row], column: texts[datum.column], {cosine}}}"}
    axis = {"title": None, "domain": False, "ticks": False, "labelPadding": 4, "labelAngle": 0}
    below = {"labelExpr": "parseInt(texts[datum.value])", "labelFontSize": heatmap.letters}
    beside = {"labelExpr": "texts[datum.value]", "labelLimit": 240}
    ends, shades = [scale.low, scale.high], scale.shades(np.linspace(scale.low, scale.high, 17))
    colours = {"range": shades, "domain": ends, "clamp": True}
    fill = {"field": "cosine", "type": "quantitative", "scale": colours, "title": ""}
    ink = {"field": "ink", "type": "nominal", "scale": None}
    guides, once = list[Specification](), {"values": [{}]}
    for name, row, end in heatmap.groups:
        start, none, whole = ({"value": cells * cell} for cells in (row, 0, count))
        named = {**LETTERS, "text": name, "align": "left", "dy": -8, "limit": (end - row) * cell}
        rule = {"type": "rule", "color": MIDDLE}
        guides.append({"data": once, "mark": named, "encoding": {"x": start, "y": none}})
        for one, other in ("xy", "yx") if row else ():
            line = {one: start, other: none, f"{other}2": whole}
            guides.append({"data": once, "mark": rule, "encoding": line})
    return top_level(
        count * cell,
        count * cell,
        title=heatmap.title,
        statement=heatmap.statement,
        params=[{"name": "texts", "value": [numbered(*item, length) for item in heatmap.items]}],
        data=table(**heatmap.pairs()),
        transform=[
            {"calculate": "[datum.row, datum.column]", "as": "rows"},
            {"calculate": "[datum.column, datum.row]", "as": "columns"},
            {"flatten": ["rows", "columns"], "as": ["row", "column"]},
        ],
        view={"fill": MIDDLE, "fillOpacity": _HIDDEN, "stroke": None},
        resolve={"scale": {"color": "independent"}},  # ink is a colour as it is
        encoding={
            "x": {"field": "column", "type": "ordinal", "axis": {**axis, **below}},
            "y": {"field": "row", "type": "ordinal", "axis": {**axis, **beside}},
        },
        layer=[
            {"mark": {"type": "rect", "tooltip": told}, "encoding": {"color": fill}},
            {
                "transform": [{"filter": "datum.text"}],
                "mark": {"type": "text", "fontSize": heatmap.letters, "tooltip": told},
                "encoding": {"text": {"field": "text", "type": "nominal"}, "color": ink},
            },
            *guides,
        ],
    )
