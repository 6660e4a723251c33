"""A heatmap as Vega-Lite: each cell's number, and each item's text once, looked up on hover."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.plots.heatmaps.figure import ink_on, palette
from gemini_nb.plots.heatmaps.heatmap import HIDDEN, MOST_ANNOTATED, MOST_NAMED
from gemini_nb.plots.vega import Specification, stored_size, table, top_level
from gemini_nb.plots.wording import LONGEST, numbered

if TYPE_CHECKING:
    from gemini_nb.plots.heatmaps.heatmap import Heatmap

MOST_BYTES: Final = 60_000

_SIDE: Final = 480
_LARGEST_CELL: Final = 60
_ANNOTATED_CELL: Final = 26
_ROOMY_CELL: Final = 32
_DIGIT: Final = 7
_NAMED_CELL: Final = 13
_BARE: Final = {"title": None, "domain": False, "tickSize": 3}
_BOTH_WAYS: Final = (
    {"calculate": "[datum.row, datum.column]", "as": "rows"},
    {"calculate": "[datum.column, datum.row]", "as": "columns"},
    {"flatten": ["rows", "columns"], "as": ["row", "column"]},
)
"""Makes two cells of each pair, which is stored once."""
_SHORTER_TEXTS: Final = (LONGEST, 160, 60)  # characters of the texts under the pointer


def heatmap_specification(heatmap: Heatmap) -> Specification | None:
    """The specification; None where it would have more than 60 rows, or 60 kB.

    Long texts are cut short before it is given up.
    """
    if heatmap.size > MOST_NAMED:
        return None
    for longest in _SHORTER_TEXTS:
        specification = _specification(heatmap, longest)
        if stored_size(specification) <= MOST_BYTES:
            return specification
    return None


def _specification(heatmap: Heatmap, longest: int) -> Specification:
    cell = _cell_pixels(heatmap.size)
    side = heatmap.size * cell
    upright = _DIGIT * len(str(max(heatmap.items))) + 2 > cell
    names = [
        numbered(item, label) for item, label in zip(heatmap.items, heatmap.labels, strict=True)
    ]
    items = [
        {"item": item, "name": name, "text": numbered(item, label, longest)}
        for item, name, label in zip(heatmap.items, names, heatmap.labels, strict=True)
    ]
    return top_level(
        side,
        side,
        title=heatmap.title,
        footnote=heatmap.statement,
        datasets={"items": items},
        data=_cells(heatmap),
        transform=[
            *_BOTH_WAYS,
            _lookup("row", ["name", "text"], ["name", "one"]),
            _lookup("column", ["text"], ["other"]),
        ],
        view={"fill": HIDDEN, "stroke": None},
        encoding={
            "x": {
                "field": "column",
                "type": "ordinal",
                "sort": None,
                "scale": {"domain": list(heatmap.items)},
                "axis": {**_BARE, "labelPadding": 2, "labelAngle": -90 if upright else 0},
            },
            "y": {
                "field": "name",
                "type": "nominal",
                "sort": None,
                "scale": {"domain": names},
                "axis": {**_BARE, "labelLimit": 240},
            },
            "tooltip": [
                {"field": "one", "type": "nominal", "title": "row"},
                {"field": "other", "type": "nominal", "title": "column"},
                {"field": "cosine", "type": "quantitative", "format": ".3f"},
            ],
        },
        resolve={"scale": {"color": "independent"}},  # the numbers have theirs as it is
        layer=[_fills(heatmap), *_numbers(heatmap, cell), *_marks_outside(heatmap, cell)],
    )


def _cell_pixels(size: int) -> int:
    if size > MOST_ANNOTATED:
        return _NAMED_CELL
    return max(_ANNOTATED_CELL, min(_LARGEST_CELL, _SIDE // size))


def _cells(heatmap: Heatmap) -> dict[str, Any]:
    """The pairs above the diagonal."""
    cosines = heatmap.panels[0]
    rows, columns = np.nonzero(np.triu(~np.isnan(cosines)))
    items = np.array(heatmap.items)
    values = cosines[rows, columns].astype(np.float64)
    columns_of: dict[str, Any] = {
        "row": items[rows].tolist(),
        "column": items[columns].tolist(),
        "cosine": [round(value, 4) + 0.0 for value in values.tolist()],
    }
    if heatmap.size <= MOST_ANNOTATED:
        fills = palette(heatmap.scale)[heatmap.scale.levels(values.astype(np.float32))]
        columns_of["ink"] = [ink_on(fill) for fill in fills]
    return table(**columns_of)


def _lookup(key: str, fields: list[str], names: list[str]) -> dict[str, Any]:
    source = {"data": {"name": "items"}, "key": "item", "fields": fields}
    return {"lookup": key, "from": source, "as": names}


def _fills(heatmap: Heatmap) -> dict[str, Any]:
    scale = heatmap.scale
    scheme = {"scheme": "redblue", "reverse": True} if scale.is_diverging else {"scheme": "viridis"}
    return {
        "mark": "rect",
        "encoding": {
            "color": {
                "field": "cosine",
                "type": "quantitative",
                "scale": {**scheme, "domain": [scale.low, scale.high], "clamp": True},
                "legend": {
                    "title": "cosine",
                    "format": f".{scale.decimals}f",
                    "values": [round(v, 3) for v in np.linspace(scale.low, scale.high, 5).tolist()],
                },
            },
        },
    }


def _numbers(heatmap: Heatmap, cell: int) -> list[dict[str, Any]]:
    if heatmap.size > MOST_ANNOTATED:
        return []
    return [
        {
            "mark": {"type": "text", "fontSize": 11 if cell >= _ROOMY_CELL else 9},
            "encoding": {
                "text": {"field": "cosine", "type": "quantitative", "format": ".2f"},
                "color": {"field": "ink", "type": "nominal", "scale": None},
            },
        }
    ]


def _marks_outside(heatmap: Heatmap, cell: int) -> list[dict[str, Any]]:
    """A small triangle in the corner of each cell that the colours don't reach."""
    scale, colours = heatmap.scale, palette(heatmap.scale)
    ends = (("lt", scale.low, "▾", colours[0]), ("gt", scale.high, "▴", colours[-1]))
    corner = {"dx": cell / 2 - 4, "dy": 4 - cell / 2, "fontSize": 8}
    return [
        {
            "transform": [{"filter": {"field": "cosine", comparison: end}}],
            "mark": {"type": "text", "text": sign, "color": ink_on(fill), **corner},
        }
        for comparison, end, sign, fill in ends
    ]
