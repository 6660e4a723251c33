"""Formulas in a model's Markdown: where they are, and how all front ends typeset them."""

from __future__ import annotations

import re
from typing import Final

INSERT: Final = "\N{CUNEIFORM PUNCTUATION SIGN DIAGONAL QUADCOLON}"
"""Stands for an insert while the text is parsed: punctuation that no living text has."""
_FARTHEST: Final = 4_000  # characters; a mark that nothing closes is no formula's
ENVIRONMENT: Final = (
    r"\\begin\{((?:[bBpvV]?matrix|smallmatrix|align(?:ed|at|edat)?|array|cases|CD|eqnarray|equation"
    r"|flalign|gather(?:ed)?|multline|split|subarray)\*?)\}"
)
OPENING: Final = re.compile(rf"\$\$?|\\[(\[]|{ENVIRONMENT}")
_MARKS: Final = {"$$": ("$$", "$$"), "$": ("$", "$"), r"\(": (r"\)", "$"), r"\[": (r"\]", "$$")}
_UNSEEN: Final = re.compile(r"(?<!\\)%[^\n]*|\\label\s*\{[^{}]*\}")
_DOLLAR: Final = re.compile(r"(?<!\\)(?:\\\\)*\$")
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_WORD: Final = re.compile(r"[^\W\d_]{3,}")
_SIGN: Final = re.compile(r"[\\^_={}]")
_AMOUNT: Final = re.compile(r"\d[^\\^_={}+*/<>]*\s")
# What reaches beyond a formula: addresses, styles, names of elements, and definitions, which last
# for the whole page. MathJax 2, in pages that nbconvert makes, follows them unasked.
_REACHING: Final = re.compile(
    r"`|@@|\\(?:href|url|class|cssId|style|unicode|require|bbox|data|mmlToken|html\w*|include\w*"
    r"|[a-z]*def|let|futurelet|(?:re)?newcommand|providecommand|(?:re)?newenvironment"
    r"|DeclareMathOperator|DeclarePairedDelimiter\w*|csname|catcode|begingroup|verb|Newextarrow"
    r"|definecolor|input|write|read|special)(?![a-zA-Z])"
)


def formula_at(text: str, at: int) -> tuple[int, str] | None:
    """Where the formula that begins here ends, and how all front ends read it; "" if unsafe.

    Prices are no formulas: a dollar opens one by pandoc's rule (no blank after the opening one,
    none before the closing one, no digit after that), and words between two dollars are words.
    """
    found = OPENING.match(text, at)
    if not found:
        return None
    opening, inside = found[0], found.end()
    closing, mark = _MARKS.get(opening, (f"\\end{{{found[1]}}}", ""))
    unescaped = re.compile(rf"(?<!\\)(?:\\\\)*{re.escape(closing)}")
    limit = inside + _FARTHEST
    is_near = text.find(closing, inside, limit) >= 0  # the quick answer for text without any
    closed = unescaped.search(text, inside, limit) if is_near else None
    end = closed.end() if closed else inside
    stop = end - len(closing)
    body = text[inside:stop].strip()
    if not body or (mark and _is_prose(body.replace(INSERT, ""))):
        return None
    if opening == "$":
        is_tight = len(body) == stop - inside and not text[end : end + 1].isdecimal()
        before = text[at - 1 : at] if at else " "
        if not is_tight or before.isalnum() or before in "$\\" or "`" in body:
            return None
    if mark and opening != closing and opening in body:
        return None
    body = " ".join(_UNSEEN.sub("", body).split("\n"))
    body = body.replace("<", r"\lt ").replace(">", r"\gt ")
    # A reader without mathematics must find no link in there; TeX does not see the blank.
    body = re.sub(r"\](?=[(\[:])|!(?=\[)", r"\g<0> ", body)
    if _REACHING.search(body) or not _is_balanced(body) or (mark == "$" and _DOLLAR.search(body)):
        return end, ""
    return end, f"{mark}{body}{mark}" if mark else f"{opening}{body}{closing}"


def _is_prose(body: str) -> bool:
    """Whether what stands between two marks of mathematics reads as words or prices."""
    if _SIGN.search(body):
        return False
    words = _WORD.findall(body)
    return bool(_AMOUNT.match(body)) or (bool(words) and body.strip() != words[0])


def _is_balanced(body: str) -> bool:
    depth = 0
    for found in _BRACES.findall(body):
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth < 0:
            return False
    return depth == 0
