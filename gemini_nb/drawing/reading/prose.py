"""A model's Markdown as simple HTML: what a notebook of unknown origin still shows, and no more.

Paragraphs, headings, lists, quotes, tables, code, bold and italics become elements; every other
character stays a character. Nothing in the text can become an attribute, an address, a script or
a style, and but for the language of a fence no word is lost.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Final

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import paragraph

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

# Addresses stay text, and so do entities: one could spell the marks that stand for mentions.
# Indented lines are prose, since mentions split the lists that they belong to.
_LEFT_AS_TEXT: Final = ("autolink", "code", "entity", "image", "link", "reference")
# In version 3 they take memory and time by the square of the length, and HTML needs neither.
_JOINING: Final = ("fragments_join", "text_join")
_DEEPEST: Final = 12  # lists and quotes in each other; the library drops what is deeper than 20
_LANGUAGE: Final = re.compile(r"\s*[\w+#.-]*\s*")
_BETWEEN_CELLS: Final = re.compile(r"(?<=[^\\])\|(?=.)")


def to_html(markdown: str) -> str:
    r"""`markdown` as HTML; whatever it does not know stays as it is written.

    Example:
        >>> print(to_html("1. **Apples**\n2. <b>pears</b>"), end="")
        <ol>
        <li><strong>Apples</strong></li>
        <li>&lt;b&gt;pears&lt;/b&gt;</li>
        </ol>
    """
    return _READER.render(markdown)


def _reader() -> MarkdownIt:
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    reader.disable([*_LEFT_AS_TEXT, *_JOINING])
    reader.block.ruler.before("table", "deep_text", _deep_text)
    reader.block.ruler.before("table", "uneven_row", _uneven_row, {"alt": ["blockquote"]})
    reader.add_render_rule("text_special", RendererHTML.text)
    reader.add_render_rule("fence", _fence)
    # No <h1>: the notebook's table of contents would list it.
    reader.add_render_rule("heading_open", lambda *_: "<p><strong>")
    reader.add_render_rule("heading_close", lambda *_: "</strong></p>\n")
    return reader


def _fence(_: RendererHTML, tokens: Sequence[Token], at: int, *_others: object) -> str:
    code, info = tokens[at].content, tokens[at].info
    if not _LANGUAGE.fullmatch(info):
        code = f"{info.strip()}\n{code}"
    # Inline, since a frontend's own style sheet would not wrap long lines.
    return f"<pre style='white-space:pre-wrap'><code>{escape(code)}</code></pre>\n"


def _deep_text(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """Lines within too many lists and quotes are text, whatever they begin with."""
    return state.level >= _DEEPEST and paragraph(state, line, end, silent)


def _uneven_row(state: StateBlock, line: int, _: int, silent: bool) -> bool:  # noqa: FBT001 - the library's signature
    """A row that is wider or narrower than the one before ends its table: no cell is dropped."""
    if not silent or state.parentType != "table":
        return False
    before, here = (
        state.getLines(at, at + 1, state.blkIndent, keepLastLF=False).strip()
        for at in (line - 1, line)
    )
    return len(_BETWEEN_CELLS.findall(before)) != len(_BETWEEN_CELLS.findall(here))


_READER: Final = _reader()
