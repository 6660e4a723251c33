"""The quotes and list items that a line of Markdown stands in, and the marks that open them.

A container is told by the width of its indentation: 0 for a quote, whose mark stands on each line.
"""

from __future__ import annotations

import re
from typing import Final

CODE_INDENT: Final = 4
QUOTE: Final = re.compile(r" {0,3}> ?")
RULE: Final = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_STRUCTURE: Final = re.compile(r"(?:[ \t>]|[-+*](?=[ \t])|\d{1,9}[.)](?=[ \t]))*")
_ITEM: Final = re.compile(r"( {0,3})([-+*]|(\d{1,9})[.)])( +|$)")


def indent(text: str) -> int:
    """How many blanks a text begins with."""
    return len(text) - len(text.lstrip(" "))


def without_tabs(text: str) -> str:
    """A line whose marks and indentation have no tabs, as CommonMark counts them."""
    if "\t" not in text or not (structure := _STRUCTURE.match(text)):
        return text
    return structure[0].expandtabs(CODE_INDENT) + text[structure.end() :]


def kept(containers: tuple[int, ...], text: str) -> tuple[tuple[int, ...], int]:
    """The open containers that a line stands in as well, and where its content begins."""
    at = 0
    for number, width in enumerate(containers):
        if width == 0:
            quote = QUOTE.match(text, at)
            if not quote:
                return containers[:number], at
            at = quote.end()
        elif text.startswith(" " * width, at):
            at += width
        elif text[at:].strip():
            return containers[:number], at
        else:
            at = len(text)
    return containers, at


def list_item(rest: str, at: int) -> re.Match[str] | None:
    """The mark of a list item at an index, if there is one."""
    item = _ITEM.match(rest, at)
    return None if item and RULE.match(rest, at) else item


def may_interrupt(item: re.Match[str], rest: str) -> bool:
    """Whether a list may begin within a paragraph: not empty, and counting from one."""
    return item[3] in {None, "1"} and bool(rest[item.end() :].strip())


def content_start(item: re.Match[str], rest: str) -> int:
    """Where an item's content begins; a wide gap is one blank and then indented code."""
    is_gap = len(item[4]) <= CODE_INDENT and rest[item.end() :].strip()
    return item.end() if is_gap else min(item.end(2) + 1, len(rest))


def width(item: re.Match[str], rest: str) -> int:
    """How far the further lines of an item are indented."""
    return max(content_start(item, rest), item.end(2) + 1) - item.start()
