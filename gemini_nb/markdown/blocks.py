"""Where a growing answer may be cut: blocks that what is still to come can no longer change."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.display import clean
from gemini_nb.markdown.parser import PARSER

if TYPE_CHECKING:
    from markdown_it.token import Token

_DEFINES: Final = re.compile(r"^[ \t>*+-]*\[(?!\^)[^\[\]\n]+\]:", re.MULTILINE)
_NO_LIST_ITEM: Final = re.compile(r"[^\s\d*+-]")


def definitions(text: str) -> dict[str, Any]:
    r"""The addresses that a text gives for `[labels]`, for `safe` of another that uses them.

    Example:
        >>> found = definitions("See [one].\n\n[one]: https://example.org 'A title'\n")
        >>> found["ONE"]["href"], definitions("nothing of the kind")
        ('https://example.org', {})
    """
    if not _DEFINES.search(text):
        return {}
    found: dict[str, Any] = {}
    PARSER.block.parse(clean(text), PARSER, found, [])
    return found.get("references", {})


class Blocks:
    r"""Markdown as it arrives, cut into finished blocks.

    A block ends with the blank lines after it. It is never cut inside code, a formula, a table, a
    list or a quote, so that the blocks made `safe` one by one are what the whole would be, but for
    links whose address stands in another block (see `definitions`).

    Example:
        >>> blocks = Blocks()
        >>> blocks.feed("# One\n\n- a\n\n- b\n")
        ['# One\n\n']
        >>> blocks.feed("\nTwo"), blocks.unfinished
        (['- a\n\n- b\n\n'], 'Two')
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._line: list[str] = []
        self._size = 0  # characters in the lines
        self._enough = 0  # characters there must be before it is worth looking again
        self._is_after_blank = False

    def feed(self, text: str) -> list[str]:
        """The blocks that are finished now, in order; joined with what follows, the text itself."""
        finished: list[str] = []
        for number, piece in enumerate(text.split("\n")):
            if number:
                finished += self._end_line()
            # The first character may already show that no list goes on.
            if not self._line and self._is_after_blank and _NO_LIST_ITEM.match(piece):
                finished += self._cut(piece[0])
            self._line += [piece] if piece else []
        return finished

    @property
    def unfinished(self) -> str:
        """The text after the last finished block."""
        return "".join((*self._lines, *self._line))

    def _end_line(self) -> list[str]:
        line, self._line = "".join((*self._line, "\n")), []
        is_undecided = self._is_after_blank and line[0] in "*+-0123456789"
        finished = self._cut(line) if is_undecided else []
        self._lines.append(line)
        self._size += len(line)
        self._is_after_blank = line.isspace()
        return finished

    def _cut(self, beginning: str) -> list[str]:
        """The blocks before the last one of the text with the beginning of its next line."""
        if self._size < self._enough:
            return []
        tokens: list[Token] = []
        source = "".join((*self._lines, beginning)).replace("\r", " ")
        PARSER.block.parse(source, PARSER, {"grows": True}, tokens)
        starts = [token.map[0] for token in tokens if token.map and not token.level]
        is_one = len(starts) <= 1
        self._enough = self._size * 6 // 5 if is_one else 0
        if is_one:
            return []
        finished = ["".join(self._lines[a:b]) for a, b in pairwise((0, *starts[1:]))]
        self._lines = self._lines[starts[-1] :]
        self._size = sum(map(len, self._lines))
        return finished
