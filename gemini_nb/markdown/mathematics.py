r"""Formulas in a model's Markdown: where they are, and what makes them safe to typeset.

Prices are no formulas: a dollar opens one by pandoc's rule only (no blank after the opening one,
none before the closing one, no digit after that), and words between two dollars are words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import Final

_ENVIRONMENTS: Final = frozenset(
    (
        *("align", "alignat", "aligned", "alignedat", "array", "Bmatrix", "bmatrix", "cases", "CD"),
        *("eqnarray", "equation", "flalign", "gather", "gathered", "matrix", "multline"),
        *("pmatrix", "smallmatrix", "split", "subarray", "Vmatrix", "vmatrix"),
    )
)
_BEGIN: Final = re.compile(r"\\begin\{([a-zA-Z]{1,12})(\*?)\}")
_COMMENT: Final = re.compile(r"(?<!\\)%[^\n]*")
_LABEL: Final = re.compile(r"\\label\s*\{[^{}]*\}")
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_LINK: Final = re.compile(r"\](?=[(\[:])|!(?=\[)")
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SIGN: Final = re.compile(r"[\\^_={}]")
_AMOUNT: Final = re.compile(r"\d[^\\^_={}+*/<>]*\s")
# What reaches beyond a formula: addresses, styles, names of elements, and definitions, which last
# for the whole page. MathJax 2, in pages that nbconvert makes, follows them unasked.
_REACHING: Final = re.compile(
    r"\\(?:href|url|class|cssId|style|unicode|require|bbox|data|mmlToken|html\w*|include\w*"
    r"|[a-z]*def|let|futurelet|(?:re)?newcommand|providecommand|(?:re)?newenvironment"
    r"|DeclareMathOperator|DeclarePairedDelimiter\w*|csname|catcode|begingroup|verb|Newextarrow"
    r"|definecolor|input|write|read|special)(?![a-zA-Z])"
)


@dataclass(frozen=True, slots=True)
class Formula:
    """A piece of text that is a formula."""

    end: int
    """The index in the text after its closing mark."""
    markdown: str
    """As JupyterLab, VS Code, Colab and GitHub read formulas; "" where it must be shown as code."""


class Formulas:
    r"""The formulas of one paragraph.

    Example:
        >>> Formulas(r"\(x<y\)").at(0)
        Formula(end=7, markdown='$x\\lt y$')
        >>> Formulas("$5 and $10").at(0) is None
        True
    """

    def __init__(self, text: str, *, in_table: bool = False) -> None:
        self._text = text
        self._in_table = in_table
        self._marks: dict[str, list[int]] = {}

    def at(self, start: int) -> Formula | None:
        """The formula whose opening mark stands at `start`."""
        text = self._text
        if text.startswith("$$", start):
            return self._between(start, "$$", "$$")
        if text.startswith("$", start):
            return self._inline(start)
        if text.startswith("\\[", start):
            return self._between(start, "\\[", "\\]")
        if text.startswith("\\(", start):
            return self._between(start, "\\(", "\\)")
        begin = _BEGIN.match(text, start)
        return self._environment(begin) if begin and begin[1] in _ENVIRONMENTS else None

    def _next(self, mark: str, start: int) -> int:
        """Where `mark` stands next, or -1; all of its places are found once."""
        if mark not in self._marks:
            form = rf"(?<!\\)(?:\\\\)*({re.escape(mark)})"
            self._marks[mark] = [found.start(1) for found in re.finditer(form, self._text)]
        places = self._marks[mark]
        number = bisect_left(places, start)
        return places[number] if number < len(places) else -1

    def _between(self, start: int, opening: str, closing: str) -> Formula | None:
        inside = start + len(opening)
        stop = self._next(closing, inside)
        if stop < 0 or (opening != closing and -1 < self._next(opening, inside) < stop):
            return None
        body = self._text[inside:stop].strip()
        if not body or is_prose(body):
            return None
        mark = "$" if opening == "\\(" else "$$"
        if mark == "$" and "$" in body:
            return Formula(stop + len(closing), "")
        return Formula(stop + len(closing), self._written(mark, body, mark))

    def _inline(self, start: int) -> Formula | None:
        text = self._text
        stop = self._next("$", start + 1)
        body = text[start + 1 : stop] if stop > 0 else ""
        if not body or body != body.strip() or text[stop + 1 : stop + 2].isdecimal():
            return None
        if (start and _is_word(text[start - 1])) or is_prose(body) or "`" in body:
            return None
        return Formula(stop + 1, self._written("$", body, "$"))

    def _environment(self, begin: re.Match[str]) -> Formula | None:
        closing = begin[0].replace("begin", "end", 1)
        stop = self._next(closing, begin.end())
        if stop < 0:
            return None
        written = self._written(begin[0], self._text[begin.end() : stop], closing)
        return Formula(stop + len(closing), written)

    def _written(self, opening: str, body: str, closing: str) -> str:
        body = " ".join(_LABEL.sub("", _COMMENT.sub("", body)).split("\n"))
        body = body.replace("<", r"\lt ").replace(">", r"\gt ")
        # A reader without mathematics must find no link in there; TeX does not see the blank.
        body = _LINK.sub(r"\g<0> ", body)
        if self._in_table:
            body = body.replace("\\|", r"\Vert ").replace("|", r"\vert ")
        unsafe = "`" in body or "@@" in body or _REACHING.search(body) or not _is_balanced(body)
        return "" if unsafe else f"{opening}{body}{closing}"


def is_prose(body: str) -> bool:
    r"""Whether what stands between two marks of mathematics reads as words or prices.

    Example:
        >>> is_prose("5 (or 5"), is_prose("Your name"), is_prose("n + 1"), is_prose(r"\sin x")
        (True, True, False, False)
    """
    if _AMOUNT.match(body) and not _SIGN.search(body):
        return True
    words = _WORD.findall(body)
    return bool(words) and not _SIGN.search(body) and body.strip() != words[0]


def _is_balanced(body: str) -> bool:
    depth = 0
    for found in _BRACES.finditer(body):
        depth += {"{": 1, "}": -1}.get(found[0], 0)
        if depth < 0:
            return False
    return depth == 0


def _is_word(character: str) -> bool:
    return character.isalnum() or character in "$\\"
