"""An unfinished answer as Markdown that shows sensibly while it grows: `closed`."""

from __future__ import annotations

import re
from typing import Final

from gemini_nb.markdown.half_written import finished_inline
from gemini_nb.markdown.lines import Line, Reading

_BARE_MARK: Final = re.compile(
    r"[ \t]*(?:#{1,6}|[-+]|[-=*_~`|:>$\\]+)?[ \t]*(?:!?\[[ xX]?\]?)?[ \t]*"
)
_DELIMITERS: Final = re.compile(r"[-:| \t]*")
_MOST_PASSES: Final = 50
_FENCE_MARK: Final = re.compile(r"`+|~+")


def closed(tail: str) -> str:
    r"""The Markdown of an unfinished answer, without what is only half there.

    Open code, emphasis and links are closed; marks that have no content yet are left out, and so
    are formulas and the heads of tables until they are whole. It never fails, and closing what is
    closed changes nothing.

    Example:
        >>> closed("Some **bold te"), closed("A [link](https://exam"), closed("- one\n- ")
        ('Some **bold te**', 'A link', '- one\n')
        >>> closed("```py\nprint(1)\n``")
        '```py\nprint(1)\n```'
    """
    text = tail
    for _ in range(_MOST_PASSES):  # what stands before a part held back may be half as well
        shown = _closed_once(text)
        if shown == text:
            break
        text = shown
    return text


def _closed_once(text: str) -> str:
    lines, reading = _read(text)
    if not lines:
        return text
    if reading.fence:
        return _closed_fence(text, lines)
    if not text.endswith("\n") and _is_bare(lines[-1]):
        return _without(text, 1)
    leaf = _last_leaf(lines)
    if rows := _rows_of_half_a_table(leaf, is_ended=text.endswith("\n")):
        return _without(text, rows)
    is_open = leaf and (leaf[0].kind == "text" or not text.endswith("\n"))
    return _closed_leaf(text, leaf) if is_open else text


def _read(text: str) -> tuple[list[Line], Reading]:
    """The lines, and what is open after the last one."""
    reading = Reading()
    lines: list[Line] = []
    for source in text.removesuffix("\n").split("\n") if text else ():
        line, reading = reading.read(source.removesuffix("\r"))
        lines.append(line)
    return lines, reading


def _without(text: str, count: int) -> str:
    """The text without its last lines."""
    end = len(text) - text.endswith("\n")
    for _ in range(count):
        end = text.rfind("\n", 0, end)
    return text[: end + 1]


def _closed_fence(text: str, lines: list[Line]) -> str:
    """The code so far, closed; nothing as long as there is none."""
    opening = max(number for number, line in enumerate(lines) if line.kind == "fence opens")
    mark = _FENCE_MARK.match(lines[opening].content.strip())
    closing = mark[0] if mark else ""
    last = lines[-1].content.strip()
    if not text.endswith("\n") and last and last == closing[: len(last)]:
        return _without(text, 1)
    if not any(line.content.strip() for line in lines[opening + 1 :]):
        return _without(text, len(lines) - opening)
    body = text.removesuffix("\n")
    return f"{body}\n{lines[opening].continuation}{closing}"


def _is_bare(line: Line) -> bool:
    """Whether a line has marks only, so far."""
    if line.kind.startswith("fence") or line.kind == "indented":
        return False
    has_marks = bool((line.marks + line.content).strip())
    return has_marks and bool(_BARE_MARK.fullmatch(line.content))


def _last_leaf(lines: list[Line]) -> list[Line]:
    """The lines of the paragraph, heading or table row at the end."""
    begin = len(lines) - 1
    if lines[begin].kind not in {"text", "heading", "table"}:
        return []
    while begin and lines[begin].kind == "text" and not lines[begin].begins:
        begin -= 1
    return lines[begin:]


def _rows_of_half_a_table(leaf: list[Line], *, is_ended: bool) -> int:
    """How many lines at a paragraph's end look like the head of a table that is not whole yet."""
    if not leaf or leaf[0].kind != "text":
        return 0
    barred = [line.content.lstrip().startswith("|") for line in leaf[-3:]]
    if barred[-1] and barred[-2:-1] != [True]:
        return 1
    is_head = barred[-2:-1] == [True] and barred[-3:-2] != [True]
    return 2 if is_head and not is_ended and _DELIMITERS.fullmatch(leaf[-1].content) else 0


def _closed_leaf(text: str, leaf: list[Line]) -> str:
    ending = "\n" if text.endswith("\n") else ""
    written = "\n".join(line.content for line in leaf) + ending
    finished = finished_inline(written)
    if finished == written:
        return text
    shown = finished.removesuffix("\n").split("\n")
    marked = [line.marks + content for line, content in zip(leaf, shown, strict=False)]
    return _without(text, len(leaf)) + "\n".join(marked) + ending
