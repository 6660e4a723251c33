"""What all Vega-Lite specifications share: the look, the title, the statement, compact data.

They are written by hand: altair 6 writes version 6, which JupyterLab shows as nothing but text,
and data as lists of objects, which take five times the room in a notebook. The ground is the front
end's, and letters are of one grey on all: JupyterLab knows its theme only when it first draws a
plot, and others never.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.display import clean
from gemini_nb.drawing.lettering import lettering

if TYPE_CHECKING:
    from collections.abc import Iterable

Specification = dict[str, Any]

MIDDLE: Final = "#777777"
"""A grey with a contrast of 4.5 to 1 on white, and of 4.2 to 1 on JupyterLab's dark ground."""

LETTERS: Final = {"type": "text", "color": MIDDLE}
"""Mark of letters on the ground."""

_TITLE_SIZE: Final = 14  # pixels, as all sizes here
_TEXT_SIZE: Final = 11
_LEAST_SIZES: Final = 30.0  # of a line: in a narrow view as wide as one can read
_GUIDES: Final = {
    "labelColor": MIDDLE,
    "titleColor": MIDDLE,
    "labelFontSize": _TEXT_SIZE,
    "titleFontWeight": "normal",
}
_CONFIG: Final = {
    "font": "DejaVu Sans, Verdana, sans-serif",
    "title": {
        "color": MIDDLE,
        "subtitleColor": MIDDLE,
        "fontSize": _TITLE_SIZE,
        "subtitleLineHeight": 15,
    },
    "axis": {**_GUIDES, "domainColor": MIDDLE, "tickColor": MIDDLE, "grid": False},
    "legend": _GUIDES,
    "view": {"stroke": None},
}


def top_level(
    width: float, height: float, *, title: str, statement: str, **content: object
) -> Specification:
    """A whole specification: `content` in a view of `width` by `height` pixels under a heading.

    Example:
        >>> whole = top_level(300, 200, title="Kites", statement="cosine 0.41", mark="rect")
        >>> whole["title"]["text"], whole["mark"]
        (['Kites'], 'rect')
    """
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "background": "transparent",
        "padding": 12,
        "config": _CONFIG,
        "title": {
            "text": _wrapped(clean(title), width / _TITLE_SIZE),
            "subtitle": _wrapped(statement, width / _TEXT_SIZE),
            "anchor": "start",
            "frame": "group",
            "offset": 12,
            "subtitlePadding": 6,
        },
        "width": width,
        "height": height,
        **content,
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
    texts = {name for name, column in values.items() if column and isinstance(column[0], str)}
    kinds = {name: "string" if name in texts else "number" for name in values}
    return {"values": text.getvalue(), "format": {"type": "csv", "parse": kinds}}


def _wrapped(text: str, sizes: float) -> list[str]:
    return list(lettering(text, line_width=max(sizes, _LEAST_SIZES), most_lines=8).lines)
