"""Where a growing answer may be cut: blocks that what is still to come can no longer change."""

from __future__ import annotations

import re
from typing import Final

from gemini_nb.markdown.lines import Reading
from gemini_nb.markdown.links import DEFINITION

# What begins a line and goes on with no list before it.
_NO_LIST_ITEM: Final = re.compile(r"[^\s\d*+-]")


class Blocks:
    r"""Markdown as it arrives, cut into finished blocks.

    A block ends with the blank lines after it. It is never cut inside code, a formula, a table, a
    list or a quote, so that the blocks rendered one by one are what the whole would be, but for
    links whose address stands in another block (see `definitions`). Each character is looked at
    once, however small the pieces are that arrive.

    Example:
        >>> blocks = Blocks()
        >>> blocks.feed("# One\n\n- a\n\n- b\n")
        ['# One\n\n']
        >>> blocks.feed("\nTwo"), blocks.unfinished
        (['- a\n\n- b\n\n'], 'Two')
    """

    def __init__(self) -> None:
        self._reading = Reading()
        self._lines: list[str] = []
        self._line: list[str] = []
        self._after_blank = False
        self._has_content = False

    def feed(self, text: str) -> list[str]:
        """The blocks that are finished now, in order; joined with what follows, the text itself."""
        finished: list[str] = []
        *ended, rest = text.split("\n")
        for piece in ended:
            self._add(piece, finished)
            self._end_line(finished)
        self._add(rest, finished)
        return finished

    @property
    def unfinished(self) -> str:
        """The text after the last finished block."""
        return "".join((*self._lines, *self._line))

    def _add(self, piece: str, finished: list[str]) -> None:
        """Add to the line; its first character may already show that a block was finished."""
        if not self._line and _NO_LIST_ITEM.match(piece) and self._may_be_cut():
            finished.append(self._cut())
        if piece:
            self._line.append(piece)

    def _may_be_cut(self) -> bool:
        """Whether a line that is not indented, and continues no list, would begin a block."""
        reading = self._reading
        is_open = not reading.containers and (reading.fence or reading.leaf == "formula")
        return self._after_blank and self._has_content and not is_open

    def _cut(self) -> str:
        block = "".join(self._lines)
        self._lines, self._after_blank, self._has_content = [], False, False
        self._reading = Reading()
        return block

    def _end_line(self, finished: list[str]) -> None:
        line, self._line = "".join(self._line), []
        before = self._reading
        may_be_cut = self._may_be_cut()
        kind = "blank"
        for source in line.removesuffix("\r").split("\r"):
            read, self._reading = self._reading.read(source)
            kind = read.kind
        if may_be_cut and line and not line[0].isspace() and not self._goes_on(before):
            after = self._reading
            finished.append(self._cut())
            self._reading = after
        self._lines.append(line + "\n")
        self._after_blank = kind == "blank"
        self._has_content = self._has_content or kind != "blank"

    def _goes_on(self, before: Reading) -> bool:
        """Whether the line just read is one more item of the list before it."""
        lists = [reading.containers[:1] > (0,) for reading in (before, self._reading)]
        return all(lists)


def definitions(text: str) -> str:
    r"""The lines of a text that give addresses for `[labels]`, to append to a block that uses them.

    Example:
        >>> definitions("See [1].\n\n[1]: https://example.org\n")
        '[1]: https://example.org\n'
        >>> definitions("nothing of the kind")
        ''
    """
    if "]:" not in text:
        return ""
    reading = Reading()
    found: list[str] = []
    for source in text.split("\n"):
        line, reading = reading.read(source.removesuffix("\r"))
        if line.kind == "text" and DEFINITION.match(line.content):
            found.append(line.content.strip() + "\n")
    return "".join(found)
