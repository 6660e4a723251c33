"""A model's Markdown made safe and faithful for every page it may be shown in: `guarded`.

JupyterLab renders a cell's own output without a cleaner, and takes formulas out before it reads
the Markdown; nbconvert never cleans; each reads Markdown with a parser of its own. So whatever two
parsers could read differently is written so that no reading of it does harm.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gemini_nb.markdown.characters import verbatim, well_formed
from gemini_nb.markdown.inline import guarded_inline
from gemini_nb.markdown.lines import Line, Reading

if TYPE_CHECKING:
    from collections.abc import Iterator

_INFO: Final = re.compile(r"[\w+#.-]*")
_TICKS: Final = re.compile("`+")
# JupyterLab takes these for formulas, in code as well.
_TAKEN_FROM_CODE: Final = re.compile(r"\\begin\{|\\\\[()\[\]]|@@\d+@@")


def guarded(markdown: str) -> str:
    r"""The same Markdown, in which nothing can run or load, and which shows what it says.

    Tags are visible text, save `<br>` and plain `<sub>` and `<sup>`; dollars are money unless they
    enclose mathematics, and `\(x\)` is mathematics; links lead to the web, to mail, or stay text;
    pictures become links. Fenced code is kept as it is. It takes time linear in the text, and any
    text will do, also an unfinished one.

    Example:
        >>> guarded(r"`List<int>` for $5 or $6, \(x^2\) free")
        '<code>List&lt;int&gt;</code> for <span>&#36;</span>5 or <span>&#36;</span>6, $x^2$ free'
    """
    text = well_formed(markdown)
    ending = "\n" if text.endswith("\n") else ""
    made: list[str] = []
    for leaf in _leaves(text.removesuffix("\n")):
        if leaf[0].kind in {"fence opens", "indented"}:
            if made and made[-1].strip() and not leaf[0].containers:
                made.append("")
            made.extend(_code(leaf))
        else:
            made.extend(_prose(leaf))
    return "\n".join(made) + ending


def _leaves(text: str) -> Iterator[list[Line]]:
    """The lines, those of one paragraph or one piece of code together."""
    reading = Reading()
    leaf: list[Line] = []
    for source in text.split("\n"):
        line, reading = reading.read(source)
        if leaf and not _goes_on(leaf, line):
            yield from _parted(leaf, line)
            leaf = []
        leaf.append(line)
    yield from _parted(leaf, leaf[-1])


def _goes_on(leaf: list[Line], line: Line) -> bool:
    match line.kind:
        case "text":
            return leaf[-1].kind == "text" and not line.begins
        case "fence text" | "fence closes":
            return True
        case "indented":
            return not line.begins
        case "blank":
            return leaf[0].kind == "indented"
        case _:
            return False


def _parted(leaf: list[Line], after: Line) -> Iterator[list[Line]]:
    """A leaf; a table's head known as such, the blank lines after indented code by themselves."""
    if after.kind == "table" and leaf[0].kind == "text":
        yield from filter(None, (leaf[:-1], [replace(leaf[-1], kind="table")]))
        return
    end = len(leaf)
    while leaf[0].kind == "indented" and leaf[end - 1].kind == "blank":
        end -= 1
    yield leaf[:end]
    yield from ([line] for line in leaf[end:])


def _prose(leaf: list[Line]) -> Iterator[str]:
    first = leaf[0]
    text = "\n".join(line.content for line in leaf)
    lines = guarded_inline(text, in_table=first.kind == "table").split("\n")
    if len(lines) == len(leaf):
        yield from (line.marks + shown for line, shown in zip(leaf, lines, strict=True))
        return
    # A formula or a code span took in a line end: which marks the others had is no longer told.
    yield first.marks + lines[0]
    yield from (first.continuation + line for line in lines[1:])


def _code(leaf: list[Line]) -> Iterator[str]:
    """A piece of code: a closed fence, or HTML where a fence could be overlooked."""
    first = leaf[0]
    body, info = [line.content for line in leaf], ""
    if first.kind == "fence opens":
        body = body[1 : -1 if leaf[-1].kind == "fence closes" else None]
        found = _INFO.match(first.content.strip().lstrip("`~").strip())
        info = found[0] if found else ""
    text = "\n".join(body)
    marks = first.marks if first.containers else ""
    if _TAKEN_FROM_CODE.search(text) or (first.containers and guarded_inline(text) != text):
        yield f"{marks}<pre><code>{verbatim(text)}</code></pre>"
        return
    # nbconvert writes a diagram's text into the page as it is.
    info = "" if info.startswith("mermaid") and "<" in text else info
    ticks = "`" * max(3, 1 + max((len(run) for run in _TICKS.findall(text)), default=0))
    before = first.continuation
    yield f"{marks}{ticks}{info}"
    yield from (before + line for line in body)
    yield f"{before}{ticks}"
