"""Answers beside each other: Markdown in a row of HTML columns.

So code stays highlighted and mathematics set; and where a front end takes the style away, as GitHub
does, the answers stand one below the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_ROW: Final = "display:flex;flex-wrap:wrap;gap:0 24px;align-items:flex-start"
_COLUMN: Final = "flex:1 1 18em;min-width:0;overflow-x:auto"
_HEAD: Final = "border-bottom:1px solid rgba(127,127,127,.45);padding-bottom:2px"
_MUTED: Final = "opacity:.7"


@dataclass(frozen=True, slots=True)
class Column:
    """One model's share of the page."""

    model: str
    markdown: str
    """Safe to show."""
    plain: str
    status: str = ""
    """A line below: what it cost, that it still comes, or what went wrong."""


def page_of(columns: Sequence[Column]) -> dict[str, str]:
    """The columns as a MIME bundle.

    Example:
        >>> print(page_of([Column("a", "*One*", "One"), Column("b", "Two", "Two", "2 out")])
        ...       ["text/plain"])
        a
        =
        One
        <BLANKLINE>
        b
        =
        Two
        2 out
    """
    plain = [
        "\n".join(filter(None, (one.model, "=" * len(one.model), one.plain, one.status)))
        for one in columns
    ]
    # Blank lines let Markdown begin and end within the HTML.
    rich = [
        f'<div style="{_COLUMN}">\n<div style="{_HEAD}"><strong>{escape(one.model)}</strong></div>'
        f'\n\n{one.markdown}\n\n<div style="{_MUTED}">{_escaped(one.status)}</div>\n</div>'
        for one in columns
    ]
    page = "\n".join([f'<div style="{_ROW}">', *rich, "</div>"])
    return {"text/plain": "\n\n".join(plain), "text/markdown": page}


def _escaped(text: str) -> str:
    """`text` as HTML on one line; two dollar signs would be taken for mathematics."""
    return escape(text).replace("$", "<span>$</span>").replace("\n", "<br>")
