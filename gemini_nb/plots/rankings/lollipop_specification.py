"""A ranking as dots on lines, in Vega-Lite: every row shows its text under the pointer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gemini_nb.plots.figures import INK, MUTED
from gemini_nb.plots.rankings.lollipops import BAND, DOT, LEAD, SHARE, WIDTH
from gemini_nb.plots.vega import Specification, table, top_level

if TYPE_CHECKING:
    from gemini_nb.plots.rankings.lollipops import Lollipops


def specification(lollipops: Lollipops, title: str, footnote: str) -> Specification:
    """The ranking in Vega-Lite: the full text under the pointer, anywhere in a row."""
    layers = [*_spread(lollipops), *_lines(lollipops), *_words(lollipops)]
    rows = lollipops.rows
    return top_level(
        WIDTH,
        lollipops.height,
        title=title,
        footnote=footnote,
        data=table(
            row=[row.label for row in rows],
            text=[row.text for row in rows],
            score=[round(row.score, 4) for row in rows],
            shown=[row.shown for row in rows],
            share=[row.share for row in rows],
        ),
        encoding={
            "y": {
                "field": "row",
                "type": "ordinal",
                "sort": None,
                "scale": {"type": "band"},
                "axis": {"title": None, "labelLimit": 300, "domain": False, "ticks": False},
            }
        },
        layer=layers,
    )


def _x(lollipops: Lollipops, field: str) -> dict[str, Any]:
    low, high = (round(end, 4) for end in lollipops.domain)
    return {
        "field": field,
        "type": "quantitative",
        "title": lollipops.score_name,
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"grid": False, "values": lollipops.ticks},
    }


def _spread(lollipops: Lollipops) -> list[Specification]:
    whole_height = {"y": {"value": 0}, "y2": {"value": lollipops.height}}
    layers: list[Specification] = []
    if lollipops.band:
        low, high = (round(end, 4) for end in lollipops.band)
        layers.append(
            {
                "data": {"values": [{"low": low, "high": high}]},
                "mark": {"type": "rect", "color": BAND},
                "encoding": {"x": _x(lollipops, "low"), "x2": {"field": "high"}, **whole_height},
            }
        )
    if lollipops.start is not None:
        start = {"values": [{"start": round(lollipops.start, 4), "name": lollipops.start_name}]}
        at_start = _x(lollipops, "start")
        layers.append(
            {
                "data": start,
                "mark": {"type": "rule", "color": MUTED},
                "encoding": {"x": at_start, **whole_height},
            }
        )
        layers.append(
            {
                "data": start,
                "mark": _letters(MUTED, align="center", baseline="bottom"),
                "encoding": {"x": at_start, "y": {"value": -4}, "text": {"field": "name"}},
            }
        )
    return layers


def _lines(lollipops: Lollipops) -> list[Specification]:
    at_score = _x(lollipops, "score")
    layers: list[Specification] = []
    if lollipops.start is not None:
        layers.append(
            {
                "mark": {"type": "rule", "color": DOT, "strokeWidth": 2},
                "encoding": {"x": at_score, "x2": {"datum": round(lollipops.start, 4)}},
            }
        )
    if lollipops.second is not None:
        best = lollipops.rows[0]
        second, first = round(lollipops.second, 4), round(best.score, 4)
        ends = {"row": best.label, "first": first, "second": second}
        layers.append(
            {
                "data": {"values": [ends]},
                "mark": {"type": "rule", "color": LEAD, "strokeWidth": 6},
                "encoding": {"x": _x(lollipops, "second"), "x2": {"field": "first"}},
            }
        )
    dot = {"type": "point", "filled": True, "opacity": 1, "size": 90, "color": DOT}
    return [*layers, {"mark": dot, "encoding": {"x": at_score}}]


def _words(lollipops: Lollipops) -> list[Specification]:
    layers: list[Specification] = [
        {
            "mark": _letters(INK, align="left", dx=10),
            "encoding": {"x": _x(lollipops, "score"), "text": {"field": "shown"}},
        }
    ]
    tooltip = [
        {"field": "text", "title": "text"},
        {"field": "score", "type": "quantitative", "title": lollipops.score_name},
    ]
    if lollipops.share_name:
        at_the_right = {"value": WIDTH + SHARE / 2}
        tooltip.append({"field": "share", "title": lollipops.share_name})
        layers.append(
            {
                "mark": _letters(INK, align="center"),
                "encoding": {"x": at_the_right, "text": {"field": "share"}},
            }
        )
        layers.append(
            {
                "data": {"values": [{"name": lollipops.share_name}]},
                "mark": _letters(MUTED, align="center", baseline="bottom"),
                "encoding": {"x": at_the_right, "y": {"value": -4}, "text": {"field": "name"}},
            }
        )
    everywhere = {"x": {"value": 0}, "x2": {"value": WIDTH}, "tooltip": tooltip}
    return [*layers, {"mark": {"type": "bar", "opacity": 0}, "encoding": everywhere}]


def _letters(colour: str, **options: object) -> dict[str, Any]:
    return {"type": "text", "color": colour, "fontSize": 11, "tooltip": None, **options}
