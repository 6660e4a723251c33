"""What shorter vectors keep, as curves over their length."""

# matplotlib leaves its keyword arguments without types.
# pyright: reportUnknownMemberType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.drawing.colours import PALETTE
from gemini_nb.plots.dimensions.amounts import correlation_of, percent, room
from gemini_nb.plots.figures import INK, LABEL_SIZE, MUTED, new_figure
from gemini_nb.plots.vega import Specification, table, top_level

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from gemini_nb.plots.dimensions.truncations import Truncation, Truncations

_WIDTH: Final = 480  # pixels, of 1/100 inch
_HEIGHT: Final = 270
_BELOW: Final = 16  # from a point to its words, in pixels
_NAMES: Final = ("true neighbours kept", "rank correlation of pairs")
_COLOURS: Final = (PALETTE[0], "#a34700")  # both at least 5 to 1 on the paper: they colour letters
_DASHES: Final = ([1, 0], [6, 3])
_LENGTH: Final = "dimensions, and what 1,000 items take"
_ALIKE: Final = 0.02  # so near that the words' order need not follow


@dataclass(frozen=True, slots=True)
class Point:
    """One measured value of one length."""

    length: Truncation
    curve: int
    """Which of the two curves it is on."""
    value: float
    shown: str
    is_above: bool
    """Whether its words stand above it, so as not to meet those of the other curve."""


def points(measured: Truncations) -> list[Point]:
    """All values, each with its words on the side where there is room."""
    found: list[Point] = []
    for length in measured.lengths:
        other = length.kept if length.correlation is None else length.correlation
        kept_above = length.kept > other + _ALIKE
        found.append(Point(length, 0, length.kept, percent(length.kept), kept_above))
        if length.correlation is not None:
            shown = correlation_of(length)
            found.append(Point(length, 1, length.correlation, shown, not kept_above))
    return found


def figure(measured: Truncations, title: str, footnote: str) -> Figure:
    """The curves as a matplotlib figure."""
    page, axes = new_figure(
        _WIDTH / 100, _HEIGHT / 100, title=title, footnote=footnote, above=0.35, below=0.65
    )
    shown = points(measured)
    lengths = [length.dimensions for length in measured.lengths]
    axes.set_xscale("log", base=2)
    axes.set_xlim(*_ends(measured))
    axes.set_ylim(_lowest(shown), 1.1)
    axes.set_xticks(lengths, [_tick(length) for length in measured.lengths])
    axes.set_xticks([], minor=True)
    axes.set_xlabel(_LENGTH)
    axes.yaxis.set_major_formatter("{x:.1f}")
    axes.set_yticks(np.arange(_lowest(shown), 1.01, 0.2).round(1))
    axes.grid(axis="y", color="#e4e6e8", linewidth=0.8)
    axes.axhline(measured.chance, color=MUTED, linewidth=1, linestyle=":")
    _write(axes, (_ends(measured)[1], measured.chance), f"chance {percent(measured.chance)}", MUTED)
    for curve, (name, colour) in enumerate(zip(_NAMES, _COLOURS, strict=True)):
        _draw(axes, [point for point in shown if point.curve == curve], name, colour)
    axes.legend(
        loc="lower left",
        bbox_to_anchor=(-0.01, 1.0),
        ncols=2,
        frameon=False,
        fontsize=LABEL_SIZE,
        labelcolor=INK,
    )
    return page


def _draw(axes: Axes, curve: list[Point], name: str, colour: str) -> None:
    dashes = "-" if name == _NAMES[0] else "--"
    axes.plot(
        [point.length.dimensions for point in curve],
        [point.value for point in curve],
        "o",
        linestyle=dashes,
        color=colour,
        label=name,
    )
    for point in curve:
        axes.annotate(
            point.shown,
            (point.length.dimensions, point.value),
            (0, 8 if point.is_above else -8),
            textcoords="offset points",
            color=colour,
            fontsize=LABEL_SIZE,
            ha="center",
            va="bottom" if point.is_above else "top",
        )


def _write(axes: Axes, place: tuple[float, float], text: str, colour: str) -> None:
    axes.annotate(
        text,
        place,
        (0, 2),
        textcoords="offset points",
        color=colour,
        fontsize=LABEL_SIZE - 1,
        ha="right",
        va="bottom",
    )


def specification(measured: Truncations, title: str, footnote: str) -> Specification:
    """The curves in Vega-Lite: all of a length's values under the pointer."""
    shown = points(measured)
    return top_level(
        _WIDTH,
        _HEIGHT,
        title=title,
        footnote=footnote,
        data=table(
            dimensions=[point.length.dimensions for point in shown],
            curve=[_NAMES[point.curve] for point in shown],
            value=[round(point.value, 4) for point in shown],
            shown=[point.shown for point in shown],
            above=["yes" if point.is_above else "no" for point in shown],
            kept=[percent(point.length.kept) for point in shown],
            correlation=[correlation_of(point.length) for point in shown],
            room=[room(point.length.bytes_per_thousand) for point in shown],
        ),
        layer=[*_chance(measured, shown), *_curves(measured, shown)],
    )


def _axes(measured: Truncations, shown: list[Point]) -> dict[str, Any]:
    ticks = {length.dimensions: _tick(length).split("\n") for length in measured.lengths}
    low, high = _ends(measured)
    return {
        "x": {
            "field": "dimensions",
            "type": "quantitative",
            "title": _LENGTH,
            "scale": {"type": "log", "base": 2, "domain": [low, high], "nice": False},
            "axis": {
                "grid": False,
                "values": list(ticks),
                # Only numbers and units of ours: what stands under each tick, in two lines.
                "labelExpr": f"{ticks}[datum.value]",
                "labelOverlap": True,
            },
        },
        "y": {
            "field": "value",
            "type": "quantitative",
            "title": None,
            "scale": {"domain": [_lowest(shown), 1.1], "nice": False},
            "axis": {"values": np.arange(_lowest(shown), 1.01, 0.2).round(1).tolist()},
        },
    }


def _chance(measured: Truncations, shown: list[Point]) -> list[Specification]:
    places = _axes(measured, shown)
    name = f"chance {percent(measured.chance)}"
    data = {"values": [{"value": round(measured.chance, 4), "name": name}]}
    words = {"type": "text", "color": MUTED, "align": "right", "dy": -6, "fontSize": 10}
    at_the_right = {"x": {"value": _WIDTH}, "y": places["y"], "text": {"field": "name"}}
    rule = {"type": "rule", "color": MUTED, "strokeDash": [2, 3]}
    return [
        {"data": data, "mark": rule, "encoding": {"y": places["y"]}},
        {"data": data, "mark": words, "encoding": at_the_right},
    ]


def _curves(measured: Truncations, shown: list[Point]) -> list[Specification]:
    curve = {"field": "curve", "type": "nominal", "title": None, "sort": None}
    colours = {"domain": list(_NAMES), "range": list(_COLOURS)}
    legend = {"orient": "top", "labelLimit": 200, "symbolType": "stroke", "symbolSize": 400}
    places = _axes(measured, shown)
    coloured = {**places, "color": {**curve, "scale": colours, "legend": legend}}
    dashes = {"domain": list(_NAMES), "range": list(_DASHES)}
    tooltip = [
        {"field": "dimensions", "type": "quantitative", "format": ","},
        {"field": "kept", "title": _NAMES[0]},
        {"field": "correlation", "title": _NAMES[1]},
        {"field": "room", "title": "1,000 items take"},
    ]
    line = {
        "mark": {"type": "line"},
        "encoding": {**coloured, "strokeDash": {**curve, "scale": dashes, "legend": legend}},
    }
    dots = {"type": "point", "filled": True, "opacity": 1, "size": 60}
    layers: list[Specification] = [
        line,
        {"mark": dots, "encoding": {**coloured, "tooltip": tooltip}},
    ]
    for side, dy in (("yes", -_BELOW), ("no", _BELOW)):
        layers.append(
            {
                "transform": [{"filter": f"datum.above === '{side}'"}],
                "mark": {"type": "text", "dy": dy, "fontSize": 11},
                "encoding": {**coloured, "text": {"field": "shown"}, "tooltip": tooltip},
            }
        )
    return layers


def _tick(length: Truncation) -> str:
    return f"{length.dimensions:,}\n{room(length.bytes_per_thousand)}"


def _ends(measured: Truncations) -> tuple[float, float]:
    """The scale's ends, a little beyond the shortest and the full length."""
    lengths = [length.dimensions for length in measured.lengths]
    margin = max(lengths[-1] / lengths[0], 2) ** 0.06
    return round(lengths[0] / margin, 3), round(lengths[-1] * margin, 3)


def _lowest(shown: list[Point]) -> float:
    return min(0.0, float(np.floor(5 * min(point.value for point in shown)) / 5))
