"""HTML that looks right wherever a notebook is read.

Front ends differ in what they leave of an output: JupyterLab drops style sheets and `aria-*` where
a notebook is not trusted, GitHub drops styles altogether, dark themes come without notice. So all
of it is inline, in greys that lie over any background, with no colour of text; the words say
everything, with the separators between them as text; and no dollar sign is taken for mathematics.
"""

from __future__ import annotations

from html import escape
from typing import Literal

Look = Literal["plain", "name", "warning", "estimate"]
CellKind = Literal["words", "number", "note", "heading", "heading of numbers"]

SEPARATOR = " · "

_PILL = "border:1px solid;border-radius:9px;padding:1px 7px;white-space:nowrap;"
_LOOKS: dict[Look, str] = {
    "plain": "border-color:rgba(127,127,127,.35);background:rgba(127,127,127,.10);",
    "name": "border-color:rgba(127,127,127,.55);background:rgba(127,127,127,.20);font-weight:600;",
    "warning": "border-color:rgba(217,119,6,.75);background:rgba(245,158,11,.20);font-weight:600;",
    "estimate": "border-color:rgba(127,127,127,.75);border-style:dashed;",
}
_FRAME = (
    '<div class="tex2jax_ignore mathjax_ignore" style="font-size:90%;line-height:2;'
    'margin:2px 0;">{}</div>'
)
_CELL = "padding:1px 14px 1px 0;vertical-align:top;line-height:1.6;"
_DIGITS = "text-align:right;white-space:pre;font-family:ui-monospace,Menlo,Consolas,monospace;"
_KINDS: dict[CellKind, str] = {
    "words": "text-align:left;",
    "number": _DIGITS,
    "note": "text-align:left;opacity:.75;",
    "heading": "text-align:left;",
    "heading of numbers": _DIGITS,
}
_LINE = "border:0;border-top:1px solid rgba(127,127,127,.45);"


def text(words: str) -> str:
    """Words as HTML, with every dollar sign kept from becoming mathematics.

    Example:
        >>> text("$1 < $2")
        '<span>$</span>1 &lt; <span>$</span>2'
    """
    return escape(words).replace("$", "<span>$</span>")


def pill(words: str, look: Look = "plain", title: str = "") -> str:
    """Words in a pill; `title` explains them to who rests the mouse on it."""
    hint = f' title="{escape(title)}"' if title else ""
    return f'<span style="{_PILL}{_LOOKS[look]}"{hint}>{text(words)}</span>'


def frame(content: str) -> str:
    """HTML in the frame that a badge and a meter share."""
    return _FRAME.format(content)


def fold(summary: str, content: str) -> str:
    """Content that opens below the summary at a click."""
    return f'<details><summary style="cursor:pointer;">{summary}</summary>{content}</details>'


def cell(words: str, kind: CellKind = "words", *, is_sum: bool = False) -> str:
    """A cell of a table; numbers stand on the right, notes are paler, sums have a line above."""
    style = _CELL + _KINDS[kind] + (_LINE if is_sum else "border:0;")
    tag = "th" if "heading" in kind else "td"
    # The space keeps the words of a row apart where all tags are taken out.
    return f'<{tag} style="{style}">{text(words)}</{tag}> '


def bar(part: int, whole: int) -> str:
    """A cell with a thin bar, for `part` of `whole`; it says nothing that the numbers do not."""
    width = min(100, 100 * part / whole) if whole else 0
    outer = "display:inline-block;width:80px;height:6px;background:rgba(127,127,127,.18);"
    inner = f"display:block;width:{width:.0f}%;height:6px;background:rgba(127,127,127,.70);"
    style = f"{_CELL}border:0;"
    return f'<td style="{style}"><span style="{outer}"><span style="{inner}"></span></span></td>'


def note(words: str) -> str:
    """A line of small print below a table."""
    return f'<div style="margin-left:14px;line-height:1.6;opacity:.75;">{text(words)}</div>\n'


def table(rows: list[str]) -> str:
    """Rows of cells, without the stripes that notebooks give their tables."""
    clear = "background:none;border:0;"
    lines = "\n".join(f'<tr style="{clear}">{row}</tr>' for row in rows)
    style = "border-collapse:collapse;border:0;margin:4px 0 2px 14px;"
    return f'\n<table style="{style}"><tbody>{lines}</tbody></table>\n'
