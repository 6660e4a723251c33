"""A table of several objects of one kind, under a line that says how many there are."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

MUTED = "opacity:.7"
"""Style of secondary text: it takes the theme's own colour."""
UNTYPESET = "class='tex2jax_ignore mathjax_ignore'"
"""Keeps JupyterLab from setting what stands between two dollar signs as mathematics."""
_PADDING = "padding:3px 12px 3px 4px"


@dataclass(frozen=True, slots=True)
class Picture:
    """A small drawing in a cell of a table."""

    words: str
    """What a terminal shows in its place."""
    svg: str
    """SVG that this package made: it becomes the source of an image, never part of the page."""
    title: str = ""
    """What the drawing shows, for who can't see it."""


@dataclass(frozen=True, slots=True)
class Table:
    """Several objects, one a row. Its texts are ready to be shown: one line each, without keys.

    Example:
        >>> print(Table("2 files", ("name", "size"), (("a.txt", "5 bytes"), ("b", ""))).plain())
        2 files
          name   size
          a.txt  5 bytes
          b
    """

    heading: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str | Picture, ...], ...] = ()
    remarks: tuple[str, ...] = ()
    numeric: frozenset[str] = frozenset()
    """The columns that are set flush right."""

    def plain(self) -> str:
        """The table as lines of text, with a column no wider than it must be."""
        grid = [self.columns, *(tuple(map(_plain_cell, row)) for row in self.rows)]
        widths = [max(map(len, column)) for column in zip(*grid, strict=True)]
        aligned = [
            "  ".join(
                f"{cell:>{width}}" if name in self.numeric else f"{cell:<{width}}"
                for name, cell, width in zip(self.columns, row, widths, strict=True)
            ).rstrip()
            for row in (grid if self.rows else [])
        ]
        return "\n".join([self.heading, *(f"  {line}" for line in (*aligned, *self.remarks))])

    def rich(self) -> str:
        """The table as HTML without style sheets, scripts or colours of text."""
        head = "".join(
            f"<th style='{self._style(name)}'>{escape(name)}</th>" for name in self.columns
        )
        body = "".join(f"<tr>{self._cells(row)}</tr>" for row in self.rows)
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        remarks = "".join(
            f"<div style='{MUTED};font-size:90%'>{escape(remark)}</div>" for remark in self.remarks
        )
        return (
            f"<div {UNTYPESET}><div><strong>{escape(self.heading)}</strong></div>"
            f"{table if self.rows else ''}{remarks}</div>"
        )

    def bundle(self) -> dict[str, str]:
        """The table as a MIME bundle, for `_repr_mimebundle_` of what it tells about."""
        return {"text/plain": self.plain(), "text/html": self.rich()}

    def _cells(self, row: tuple[str | Picture, ...]) -> str:
        return "".join(
            f"<td style='{self._style(name)}'>{_rich_cell(cell)}</td>"
            for name, cell in zip(self.columns, row, strict=True)
        )

    def _style(self, column: str) -> str:
        # A name that is broken in two is hard to copy.
        wrap = ";white-space:nowrap" if column == self.columns[0] else ""
        return f"text-align:{'right' if column in self.numeric else 'left'};{_PADDING}{wrap}"


def _plain_cell(cell: str | Picture) -> str:
    return cell.words if isinstance(cell, Picture) else cell


def _rich_cell(cell: str | Picture) -> str:
    if not isinstance(cell, Picture):
        return escape(cell)
    return f"<img alt='{escape(cell.title)}' src='{_address(cell.svg)}'>"


def _address(svg: str) -> str:
    return "data:image/svg+xml," + quote(svg, safe=" =:/;,()")
