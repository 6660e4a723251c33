"""What each line of a Markdown text is: code, heading, list item or plain text, as it comes.

The reader follows CommonMark's containers (quotes and list items) and leaves, with HTML switched
off: a model's tags are text. It reads a line once and looks at nothing that comes later, so that a
growing answer costs no more than its length.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from gemini_nb.markdown.containers import (
    CODE_INDENT,
    QUOTE,
    RULE,
    content_start,
    indent,
    kept,
    list_item,
    may_interrupt,
    width,
    without_tabs,
)
from gemini_nb.markdown.displayed import closing_mark
from gemini_nb.markdown.links import DEFINITION

Kind = Literal[
    "blank", "text", "heading", "underline", "rule", "table",
    "fence opens", "fence text", "fence closes", "indented",
]  # fmt: skip

_FENCE: Final = re.compile(r"( {0,3})(`{3,}(?=[^`]*$)|~{3,})(.*)")
_HEADING: Final = re.compile(r" {0,3}#{1,6}(?:[ \t]|$)")
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_DELIMITERS: Final = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_LONGEST_FORMULA: Final = 60  # lines; a mark that nothing closes is no formula's
_DEEPEST: Final = 20  # containers in each other; what is deeper is read as text


Read: TypeAlias = "tuple[Line, Reading]"


@dataclass(frozen=True, slots=True)
class Line:
    """One line, its place in quotes and lists taken off."""

    kind: Kind
    marks: str
    """The quote and list marks, and the indentation inside them, that stood before `content`."""
    content: str
    containers: tuple[int, ...]
    """The quotes (0) and list items (the width of their indentation) the line stands in."""
    begins: bool
    """Whether a new leaf (paragraph, code, row) begins here, rather than an older one going on."""

    @property
    def continuation(self) -> str:
        """What stands before a further line in the same containers."""
        return "".join("> " if width == 0 else " " * width for width in self.containers)


@dataclass(frozen=True, slots=True)
class Fence:
    """An open code fence."""

    character: str
    length: int
    indent: int

    def is_closed_by(self, content: str) -> bool:
        """Whether a line's content ends the fence."""
        mark = content.strip(" \t")
        return (
            len(mark) >= self.length
            and mark == self.character * len(mark)
            and indent(content) < CODE_INDENT
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What is open after some lines; `read` gives the next line and the state after it.

    Example:
        >>> state = Reading()
        >>> for text in ("- a", "  ```sh", "  ls", "  ```"):
        ...     line, state = state.read(text)
        ...     print(line.kind, repr(line.content))
        text 'a'
        fence opens '```sh'
        fence text 'ls'
        fence closes '```'
    """

    containers: tuple[int, ...] = ()
    fence: Fence | None = None
    leaf: Literal["", "text", "table", "indented", "formula"] = ""
    header: str = ""
    """A paragraph's last line so far: it may be the head of a table."""
    closing: str = ""
    """The mark that ends a formula which fills lines of its own."""
    patience: int = 0
    """How many more lines that formula may have."""
    is_bare: bool = False
    """Whether the last line was a list item's mark and nothing else."""
    is_over: bool = False
    """Whether that item was followed by a blank line, after which it takes nothing more."""

    def read(self, text: str) -> tuple[Line, Reading]:
        """The line that `text`, without its line end, makes here, and what is open after it."""
        if self.fence and not self.containers:
            return _code(self, self.fence, "", text)
        text = without_tabs(text)
        if self.is_over and not text.strip():
            return _line(self, "blank", "", text), self
        return _read(Reading(self.containers[:-1]) if self.is_over else self, text)


def _read(before: Reading, text: str) -> Read:
    stays, at = kept(before.containers, text)
    marks, rest = text[:at], text[at:]
    is_inside = len(stays) == len(before.containers)
    if before.fence and is_inside:
        return _code(before, before.fence, marks, rest)
    reading = before if is_inside else Reading(stays)
    if reading.leaf == "formula" and not _ends_formula(rest):
        return _formula(reading, marks, rest)
    opened, at = _opened(reading, rest)
    if opened != stays:
        line, after = _leaf(Reading(opened), marks + rest[:at], rest[at:])
        return line, replace(after, is_bare=opened[-1] > 0 and not line.content.strip())
    if before.leaf == "text" and not is_inside and _is_lazy(rest):
        return _line(before, "text", marks, rest), replace(before, header="")
    return _leaf(reading, marks, rest)


def _line(reading: Reading, kind: Kind, marks: str, content: str, *, begins: bool = False) -> Line:
    return Line(kind, marks, content, reading.containers, begins)


def _code(reading: Reading, fence: Fence, marks: str, rest: str) -> Read:
    if fence.is_closed_by(rest):
        return _line(reading, "fence closes", marks, rest), Reading(reading.containers)
    taken = min(indent(rest), fence.indent)
    return _line(reading, "fence text", marks + rest[:taken], rest[taken:]), reading


def _formula(reading: Reading, marks: str, rest: str) -> Read:
    """A line of a formula; what looks like a list or an underline in there is none."""
    line = _line(reading, "text", marks, rest)
    if reading.closing in rest or not reading.patience:
        return line, Reading(reading.containers, leaf="text")
    return line, replace(reading, patience=reading.patience - 1)


def _opened(reading: Reading, rest: str) -> tuple[tuple[int, ...], int]:
    """The containers after the marks that open new ones, and where the content begins."""
    containers, at, in_text = reading.containers, 0, reading.leaf == "text"
    while len(containers) < _DEEPEST:
        if quote := QUOTE.match(rest, at):
            containers, at = (*containers, 0), quote.end()
        elif (item := list_item(rest, at)) and not (in_text and not may_interrupt(item, rest)):
            containers, at = (*containers, width(item, rest)), content_start(item, rest)
        else:
            break
        in_text = False
    return containers, at


def _leaf(reading: Reading, marks: str, rest: str) -> Read:
    for read in (_blank, _indented, _fence, _heading, _table, _underline, _rule):
        if found := read(reading, marks, rest):
            return found
    return _text(reading, marks, rest)


def _blank(reading: Reading, marks: str, rest: str) -> Read | None:
    if rest.strip():
        return None
    after = Reading(reading.containers, is_over=reading.is_bare)
    return _line(reading, "blank", marks, rest), reading if reading.leaf == "indented" else after


def _indented(reading: Reading, marks: str, rest: str) -> Read | None:
    if indent(rest) < CODE_INDENT or reading.leaf == "text":
        return None
    begins = reading.leaf != "indented"
    line = _line(reading, "indented", marks, rest[CODE_INDENT:], begins=begins)
    return line, Reading(reading.containers, leaf="indented")


def _fence(reading: Reading, marks: str, rest: str) -> Read | None:
    mark = _FENCE.match(rest)
    if not mark:
        return None
    fence = Fence(mark[2][0], len(mark[2]), len(mark[1]))
    line = _line(reading, "fence opens", marks, rest, begins=True)
    return line, Reading(reading.containers, fence)


def _heading(reading: Reading, marks: str, rest: str) -> Read | None:
    if not _HEADING.match(rest):
        return None
    return _line(reading, "heading", marks, rest, begins=True), Reading(reading.containers)


def _table(reading: Reading, marks: str, rest: str) -> Read | None:
    is_top = reading.leaf == "text" and _is_table(reading.header, rest)
    if not is_top and (reading.leaf != "table" or RULE.match(rest)):
        return None
    return _line(reading, "table", marks, rest), Reading(reading.containers, leaf="table")


def _underline(reading: Reading, marks: str, rest: str) -> Read | None:
    if reading.leaf != "text" or not _UNDERLINE.match(rest):
        return None
    return _line(reading, "underline", marks, rest), Reading(reading.containers)


def _rule(reading: Reading, marks: str, rest: str) -> Read | None:
    if not RULE.match(rest):
        return None
    return _line(reading, "rule", marks, rest, begins=True), Reading(reading.containers)


def _text(reading: Reading, marks: str, rest: str) -> Read:
    begins = reading.leaf != "text"
    line = _line(reading, "text", marks, rest, begins=begins)
    if begins and DEFINITION.match(rest):
        return line, Reading(reading.containers)
    after = Reading(reading.containers, leaf="text", header=rest)
    if closing := closing_mark(rest):
        after = replace(after, leaf="formula", closing=closing, patience=_LONGEST_FORMULA)
    return line, after


def _is_lazy(rest: str) -> bool:
    """Whether a line outside its quote or list goes on with the paragraph in there."""
    starts = (_FENCE, _HEADING, RULE)
    return bool(rest.strip()) and not any(form.match(rest) for form in starts)


def _ends_formula(rest: str) -> bool:
    return bool(_FENCE.match(rest) or _HEADING.match(rest))


def _is_table(header: str, delimiters: str) -> bool:
    """Whether a paragraph's last line and the line after it are the top of a table."""
    if "|" not in header + delimiters or not _DELIMITERS.match(delimiters):
        return False
    return columns(header) == columns(delimiters)


def columns(row: str) -> int:
    r"""How many cells a table's row has.

    Example:
        >>> columns("| a | b \\| c |")
        2
    """
    inner = row.strip().removeprefix("|")
    bars = re.findall(r"(?<!\\)\|", inner)
    return len(bars) + (not re.search(r"(?<!\\)\|$", inner))
