"""What all Vega-Lite specifications share: the look, the title, the line below, compact data."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.drawing.lettering import lettering
from gemini_nb.plots.figures import INK, MUTED, PAPER
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Specification = dict[str, Any]

_SCHEMA: Final = "https://vega.github.io/schema/vega-lite/v5.json"
_FONT: Final = "DejaVu Sans, Verdana, sans-serif"
_TITLE_SIZE: Final = 14  # pixels, as all sizes here
_TEXT_SIZE: Final = 11
_LINE_HEIGHT: Final = 15
_LEAST_SIZES: Final = 30.0  # of a line
_MOST_LINES: Final = 8


def top_level(
    width: float, height: float, *, title: str, footnote: str, **content: object
) -> Specification:
    """A whole specification: `content` in a view of `width` by `height` pixels, on white paper.

    The title stands above, the footnote below, wrapped to the view's width. A pane for the
    footnote makes it a `vconcat` of two; variables among `params` (those without `select`) are
    lifted to the top, where Vega-Lite wants them, and so are `datasets`.

    Example:
        >>> whole = top_level(300, 200, title="Kites", footnote="cosine 0.41", mark="rect")
        >>> whole["vconcat"][0]
        {'width': 300, 'height': 200, 'mark': 'rect'}
    """
    params: Iterable[Mapping[str, Any]] = content.pop("params", ())  # pyright: ignore[reportAssignmentType]
    variables = [param for param in params if "select" not in param]
    selections = [param for param in params if "select" in param]
    if selections:
        content["params"] = selections
    lifted: Specification = {"params": variables} if variables else {}
    if "datasets" in content:
        lifted["datasets"] = content.pop("datasets")
    heading = _wrapped(redact(title), width / _TITLE_SIZE)
    return {
        "$schema": _SCHEMA,
        "background": PAPER,
        "padding": 12,
        "title": {"text": heading, "anchor": "start", "offset": 10},
        "spacing": 10,
        "config": _config(),
        **lifted,
        "vconcat": [
            {"width": width, "height": height, **content},
            _footnote(_wrapped(footnote, width / _TEXT_SIZE), width),
        ],
    }


def table(**columns: Iterable[str] | Iterable[float]) -> Specification:
    r"""Data of a specification, one row for each element of the columns, as text.

    Notebook files put each number of a list, and each field, on a line of its own; a text stays
    in one piece, and so takes about a fifth of the room.

    Example:
        >>> table(x=[0.5, 1], label=["a, b", "c"])["values"]
        'x,label\n0.5,"a, b"\n1,c\n'
    """
    values = {name: list(column) for name, column in columns.items()}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(values)
    writer.writerows(zip(*values.values(), strict=True))
    kinds = {
        name: "string" if any(isinstance(value, str) for value in column) else "number"
        for name, column in values.items()
    }
    return {"values": text.getvalue(), "format": {"type": "csv", "parse": kinds}}


def stored_size(specification: Specification) -> int:
    """How many bytes `specification` takes in a notebook file."""
    return len(json.dumps(specification, indent=1, ensure_ascii=False).encode("utf-8", "replace"))


def _footnote(lines: list[str], width: float) -> Specification:
    return {
        "width": width,
        "height": _LINE_HEIGHT * len(lines),
        "view": {"stroke": None},
        "data": {"values": [{"text": lines}]},
        "mark": {
            "type": "text",
            "align": "left",
            "baseline": "top",
            "color": MUTED,
            "fontSize": _TEXT_SIZE,
            "lineHeight": _LINE_HEIGHT,
        },
        "encoding": {
            "x": {"value": 0},
            "y": {"value": 0},
            "text": {"field": "text", "type": "nominal"},
        },
    }


def _wrapped(text: str, sizes: float) -> list[str]:
    """The lines of `text`, in a narrow view as wide as one can read."""
    return list(lettering(text, line_width=max(sizes, _LEAST_SIZES), most_lines=_MOST_LINES).lines)


def _config() -> Specification:
    letters = {"labelColor": INK, "titleColor": INK, "titleFontWeight": "normal"}
    sizes = {"labelFontSize": _TEXT_SIZE, "titleFontSize": _TEXT_SIZE}
    return {
        "font": _FONT,
        "title": {"fontSize": _TITLE_SIZE, "color": INK, "fontWeight": "bold"},
        "axis": {**letters, **sizes, "gridColor": "#e4e6e8", "domainColor": MUTED},
        "legend": {**letters, **sizes},
        "view": {"stroke": None},
    }
