"""The parser: CommonMark with tables, and rules of our own for formulas and addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from markdown_it import MarkdownIt
from markdown_it.rules_block import paragraph, reference, table

from gemini_nb.markdown.formulas import ENVIRONMENT, INSERT, OPENING, formula_at

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.ruler import RuleOptionsType
    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_inline import StateInline

_DEEPEST: Final = 16  # quotes in each other, or half as many lists; some readers drop the 20th
_LONGEST_FORMULA: Final = 60  # lines
_ALLOWED: Final = re.compile(r"https?://[^/?#]|mailto:[^/]|#", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2066-\u2069\ufeff]")
_LONE_PERCENT: Final = re.compile(r"%(?![0-9a-fA-F]{2})")
_BARE_ADDRESS: Final = re.compile(
    r"https?://(?:[^\s<>\"`|\\^{}()\[\]]|\([^\s<>\"`|\\^{}()\[\]]*\)){1,2000}", re.IGNORECASE
)
_SCHEME: Final = re.compile(r"(?<![a-z0-9.+-])https?$", re.IGNORECASE)
_DISPLAYED: Final = re.compile(rf"(?<!\\)(?:\\\\)*(?=\$\$|\\\[|{ENVIRONMENT})")
_FENCE_OR_HEADING: Final = re.compile(r"`{3}|~{3}|#{1,6}(?:\s|$)")
BAR: Final = "\N{DIVIDES}"
_BARRED: Final = re.compile(r"\$[^$\n]{1,500}\$|\\\([^$\n]{1,500}?\\\)")


def followed(address: str) -> str:
    """The address a link may have, with everything that could be a mark encoded; "" for none.

    Example:
        >>> followed("https://example.org/a_(b)?x=1&y=$2")
        'https://example.org/a_%28b%29?x=1&amp;y=%242'
        >>> followed("JavaScript:alert(1)"), followed("notes.md")
        ('', '')
    """
    if _FORBIDDEN.search(address) or not _ALLOWED.match(address):
        return ""
    encoded = quote(_LONE_PERCENT.sub("%25", address), "/?#:@!&+,;=%-._~", errors="replace")
    return encoded.replace("@@", "%40%40").replace("&", "&amp;")


def _formula_in_text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - as it is called
    found = formula_at(state.src, state.pos) if state.src[state.pos] in "$\\" else None
    if found and not silent:
        token = state.push("formula", "", 0)
        token.content, token.info = found[1], state.src[state.pos : found[0]]
    state.pos = found[0] if found else state.pos
    return found is not None


def _address_in_text(state: StateInline, silent: bool) -> bool:  # noqa: FBT001
    """A bare address, which front ends make a link of: in one piece, whatever marks it has."""
    if silent or state.linkLevel or not state.src.startswith("://", state.pos):
        return False
    scheme = _SCHEME.search(state.pending[-8:])
    found = scheme and _BARE_ADDRESS.match(state.src, state.pos - len(scheme[0]))
    address = found[0].rstrip(f".,;:!?'*_~{INSERT}") if found else ""
    if not scheme or not followed(address.replace(INSERT, "")):
        return False
    state.pending = state.pending[: -len(scheme[0])]
    state.push("address", "", 0).content = address
    state.pos += len(address) - len(scheme[0])
    return True


def _formula_on_lines(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A displayed formula of several lines; what looks like a list in there is none."""
    line = _line(state, start)
    if ("$$" not in line and "\\" not in line) or state.is_code_block(start):
        return False
    lines = [line]
    for number in range(start + 1, min(end, start + _LONGEST_FORMULA)):
        line = _line(state, number)
        if (line and state.sCount[number] < state.blkIndent) or _FENCE_OR_HEADING.match(line):
            break
        lines.append(line)
    # While the text grows, the rest of the formula may be on its way.
    is_last = state.env.get("grows", False) and start + len(lines) == state.lineMax
    count = _lines_offormula_at(lines, may_grow=is_last and len(lines) < _LONGEST_FORMULA)
    if not count:
        return False
    if not silent:
        state.line = start + count
        state.push("paragraph_open", "p", 1).map = [start, state.line]
        token = state.push("inline", "", 0)
        token.content, token.children = "\n".join(lines[:count]), []
        state.push("paragraph_close", "p", -1)
    return True


def _lines_offormula_at(lines: Sequence[str], *, may_grow: bool) -> int:
    """How many lines there are to the end of the formula that the first one leaves open."""
    text, at = "\n".join(lines), 0
    while (opening := _DISPLAYED.search(lines[0], at)) and not lines[0].count("`") % 2:
        begin, after = opening.end(), lines[0][opening.end() :].strip()
        found = formula_at(text, begin)
        if not found and may_grow and (not lines[0][:begin].strip() or OPENING.fullmatch(after)):
            return len(lines)
        at = found[0] if found else begin + 2
        if at > len(lines[0]):
            return 1 + text.count("\n", 0, at)
    return 0


def _formulas_in_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """A table; a bar in a formula is no edge of a cell: the rest would be lost."""
    if not silent and table(state, start, end, True):  # noqa: FBT003
        last = start
        while last + 1 < end and _line(state, last + 1):
            last += 1
        begin, stop = state.bMarks[start], state.eMarks[last]
        rows = _BARRED.sub(
            lambda found: found[0].replace("|", BAR) if formula_at(found[0], 0) else found[0],
            state.src[begin:stop],
        )
        if BAR in rows:
            state.src = state.src[:begin] + rows + state.src[stop:]
    return table(state, start, end, silent)


def _line(state: StateBlock, number: int) -> str:
    return state.src[state.bMarks[number] + state.tShift[number] : state.eMarks[number]].rstrip()


def _definition(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    """An address for a label; but a footnote is text."""
    return not _line(state, start).startswith("[^") and reference(state, start, end, silent)


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001
    return state.level >= _DEEPEST and paragraph(state, start, end, silent)


class _Parser(MarkdownIt):
    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "maxNesting": _DEEPEST + 10})
        self.enable(["table", "strikethrough"])
        ends: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
        self.block.ruler.before("table", "too deep", _too_deep)
        self.block.ruler.before("lheading", "formula", _formula_on_lines, ends)
        self.block.ruler.at("reference", _definition)
        self.block.ruler.at("table", _formulas_in_table, {"alt": ["paragraph", "reference"]})
        self.inline.ruler.before("escape", "formula", _formula_in_text)
        self.inline.ruler.after("text", "address", _address_in_text)

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the parser's name
        return url  # `followed` encodes it

    def validateLink(self, url: str) -> bool:  # noqa: N802
        return bool(followed(url.replace(INSERT, "")))


PARSER: Final = _Parser()
