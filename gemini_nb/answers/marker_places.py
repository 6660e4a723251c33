"""Where in a Markdown text a mark can be put without breaking what stands there."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.markdown.lines import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

_TICKS: Final = re.compile("`+")
_WHOLE: Final = re.compile(
    r"\$\$.{0,2000}?\$\$"  # formulas
    r"|\\\[.{0,2000}?\\\]"
    r"|\\\(.{0,500}?\\\)"
    r"|\$[^\s$][^$\n]{0,500}\$"
    r"|!?\[[^\[\]\n]{0,500}\]\([^()\n]{0,2000}(?:\([^()\n]{0,200}\)[^()\n]{0,500})?\)"  # links
    r"|<[^<>\n]{1,500}>"
    r"|https?://[^\s<>]+"
    r"|&#?\w{1,32};",
    re.DOTALL,
)
_TABLE_DELIMITER: Final = re.compile(r"[\s|:-]+")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a mark goes."""

    at: int
    """Characters of the text before it."""
    is_block: bool = False
    """Whether it must stand in a paragraph of its own: after a piece of code."""


@dataclass(frozen=True, slots=True)
class Places:
    """The stretches of a text that nothing may be put into."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    blocks: frozenset[int]
    """The ends of stretches that are blocks."""
    rules: tuple[tuple[int, int], ...]
    """Lines that would become something else with a mark in them."""
    unclosed: str
    """The fence that would close the code which the text ends in; "" if it does not."""

    def after(self, position: int) -> Place:
        """The nearest good place for a mark that belongs after `position` characters.

        Example:
            >>> places_in("Use `ls -l` here.").after(7)
            Place(at=11, is_block=False)
        """
        at = self._on_words(position)
        index = bisect_right(self.starts, at - 1) - 1
        if index >= 0 and at <= self.ends[index]:
            end = self.ends[index]
            if end in self.blocks:
                return Place(end, is_block=True)
            at = end
        if at <= 0:
            return self.after(len(self.text)) if self.text.strip() and position >= 0 else Place(0)
        return Place(self._in_cell(at))

    def _on_words(self, position: int) -> int:
        """Back over white space, and over lines that are only a rule."""
        at = len(self.text[:position].rstrip()) if position > 0 else 0
        for start, end in reversed(self.rules):
            if start < at <= end:
                at = len(self.text[:start].rstrip())
        return at

    def _in_cell(self, at: int) -> int:
        """Into the last cell of a table's row, where `at` is after its last bar."""
        line = self.text[self.text.rfind("\n", 0, at) + 1 : at]
        if not (line.rstrip().endswith("|") and line.lstrip().startswith("|")):
            return at
        return at - len(line) + len(line.rstrip()[:-1].rstrip())


def places_in(text: str) -> Places:
    """Where marks may stand in `text`; found in one pass."""
    blocks, rules, unclosed = _blocks(text)
    found = sorted([*blocks, *_inline(text, blocks)])
    merged: list[list[int]] = []
    for start, end in found:
        if merged and start < merged[-1][1]:
            merged[-1][1] = max(end, merged[-1][1])
        else:
            merged.append([start, end])
    return Places(
        text=text,
        starts=tuple(start for start, _ in merged),
        ends=tuple(end for _, end in merged),
        blocks=frozenset(end for _, end in blocks),
        rules=tuple(rules),
        unclosed=unclosed,
    )


def _blocks(text: str) -> tuple[list[tuple[int, int]], list[tuple[int, int]], str]:
    """The stretches of code, the lines that are rules, and what closes code at the end."""
    blocks: list[tuple[int, int]] = []
    rules: list[tuple[int, int]] = []
    state, at = Reading(), 0
    for source in text.split("\n"):
        line, state = state.read(source)
        end = min(at + len(source) + 1, len(text))
        if line.kind in ("fence opens", "fence text", "fence closes", "indented"):
            goes_on = blocks and blocks[-1][1] == at and line.kind != "fence opens"
            blocks.append((blocks.pop()[0] if goes_on else at, end))
        elif line.kind in ("underline", "rule") or (
            line.kind == "table" and _TABLE_DELIMITER.fullmatch(source)
        ):
            rules.append((at, end))
        at = end
    fence = state.fence
    return blocks, rules, fence.character * fence.length if fence else ""


def _inline(text: str, blocks: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    for start, end in [*blocks, (len(text), len(text))]:
        between = text[at:start]
        for span in (*_code_spans(between), *(found.span() for found in _WHOLE.finditer(between))):
            yield at + span[0], at + span[1]
        at = end


def _code_spans(text: str) -> Iterator[tuple[int, int]]:
    """Stretches between two equally long runs of backticks in the same paragraph."""
    runs = [run.span() for run in _TICKS.finditer(text)]
    following: dict[int, int] = {}
    closes: list[int | None] = [None] * len(runs)
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        closes[index] = following.get(length)
        following[length] = index
    index = 0
    while index < len(runs):
        close = closes[index]
        if close is not None and "\n\n" not in text[runs[index][1] : runs[close][0]]:
            yield runs[index][0], runs[close][1]
            index = close
        index += 1
