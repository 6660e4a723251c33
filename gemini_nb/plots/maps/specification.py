"""A map in Vega-Lite: texts under the pointer, true neighbours, search, zoom, groups on request."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.embeddings.labels import shortened
from gemini_nb.plots.figures import INK, MUTED
from gemini_nb.plots.maps.view import WIDTH
from gemini_nb.plots.vega import Specification, table, top_level

if TYPE_CHECKING:
    from gemini_nb.plots.maps.groups import Group
    from gemini_nb.plots.maps.view import MapView

MOST_ITEMS: Final = 5_000
"""With more, the notebook would be heavy and the page slow."""

_LONGEST: Final = 300  # characters of a text under the pointer
_SHORTEST: Final = 28
_ALL_TEXTS: Final = 50_000  # bytes, so that a map of many long texts stays light
_DECIMALS: Final = 3  # a quarter of a pixel
_UNSEEN: Final = 0.07
_POINTS: Final = "points"


def map_specification(view: MapView) -> Specification | None:
    """The map to look into, without a kernel; None beyond 5,000 items."""
    if len(view.coordinates) > MOST_ITEMS:
        return None
    return top_level(
        WIDTH,
        view.height,
        title=view.title,
        footnote=view.statement,
        params=[
            {
                "name": "searched",
                "value": "",
                "bind": {"input": "search", "placeholder": "in the texts", "name": "search "},
            }
        ],
        data={"name": _POINTS, **_rows(view)},
        transform=[_lookup("group", "code", _named(view.groups), "title")],
        encoding=_place(view),
        layer=[_dots(view), *([_lines()] if len(view.neighbours) else [])],
    )


def _rows(view: MapView) -> Specification:
    """Short names, for they are looked up by the page alone."""
    across, up = (view.coordinates.round(_DECIMALS) + 0.0).T.tolist()
    codes = np.zeros(len(view.labels), np.intp)
    for code, group in enumerate(view.groups):
        codes[group.items] = code
    columns: dict[str, Any] = {
        "item": range(len(view.labels)),
        "x": across,
        "y": up,
        "group": codes.tolist(),
        "text": _texts(view.labels),
    }
    if len(view.neighbours):
        columns["near"] = [" ".join(map(str, row)) for row in view.neighbours.tolist()]
    return table(**columns)


def _texts(labels: tuple[str, ...]) -> list[str]:
    """As much of each as there is room for: what takes three bytes a character gets a third."""
    length = max(_SHORTEST, min(_LONGEST, _ALL_TEXTS // len(labels)))
    texts = [shortened(label, length) for label in labels]
    size = sum(len(text.encode()) for text in texts)
    if size <= _ALL_TEXTS:
        return texts
    length = length * sum(map(len, texts)) // size
    return [shortened(text, length) for text in texts]


def _named(groups: tuple[Group, ...]) -> Specification:
    rows = [{"code": code, "title": group.title} for code, group in enumerate(groups)]
    return {"values": rows}


def _lookup(field: str, key: str, data: Specification, *fields: str) -> Specification:
    return {"lookup": field, "from": {"data": data, "key": key, "fields": list(fields)}}


def _place(view: MapView) -> Specification:
    place: Specification = {}
    for axis, title, domain in zip("xy", view.axis_titles, view.limits, strict=True):
        limits = [round(limit, _DECIMALS) for limit in domain]
        place[axis] = {
            "field": axis,
            "type": "quantitative",
            "scale": {"domain": limits, "nice": False, "zero": False},
            "axis": {"title": title or None, "labels": False, "ticks": False, "grid": False},
        }
    return place


def _dots(view: MapView) -> Specification:
    titles = [group.title for group in view.groups]
    legend = {"title": None, "symbolOpacity": 1, "labelLimit": 260} if view.has_legend else None
    tooltip = [{"field": "text"}, {"field": "item", "type": "quantitative"}]
    seen: list[Any] = ["indexof(lower(datum.text), lower(searched)) >= 0"]
    if view.has_legend:
        tooltip.append({"field": "title", "title": "group", "type": "nominal"})
        seen.append({"param": "chosen"})

    def by_group(values: list[str]) -> Specification:
        scale = {"domain": titles, "range": values}
        return {"field": "title", "type": "nominal", "scale": scale, "legend": legend}

    return {
        "params": _selections(view),
        "mark": {"type": "point", "filled": True, "stroke": INK, "strokeWidth": 0.5, "size": 45},
        "encoding": {
            "color": by_group([group.colour for group in view.groups]),
            "shape": by_group([group.shape for group in view.groups]),
            "opacity": {"condition": {"test": {"and": seen}, "value": 0.9}, "value": _UNSEEN},
            "tooltip": tooltip,
        },
    }


def _selections(view: MapView) -> list[Specification]:
    """What the reader can do: move and zoom, point at an item, choose groups in the legend."""
    pointing = {"type": "point", "fields": ["item"], "on": "mouseover", "clear": "mouseout"}
    choosing = {"type": "point", "fields": ["title"]}
    chosen = [{"name": "chosen", "select": choosing, "bind": "legend"}] if view.has_legend else []
    return [
        {"name": "moved", "select": "interval", "bind": "scales"},
        {"name": "pointed", "select": pointing},
        *chosen,
    ]


def _lines() -> Specification:
    """From the item under the pointer to its nearest in the full space, wherever the map has them.

    The texts of items take no part in it.
    """
    there = _lookup("near", "item", {"name": _POINTS}, "x", "y")
    return {
        "transform": [
            {"filter": {"param": "pointed", "empty": False}},
            {"calculate": "split(datum.near, ' ')", "as": "near"},
            {"flatten": ["near"]},
            {**there, "as": ["to_x", "to_y"]},
        ],
        "mark": {"type": "rule", "color": MUTED, "strokeWidth": 1.5, "tooltip": None},
        "encoding": {"x2": {"field": "to_x"}, "y2": {"field": "to_y"}},
    }
