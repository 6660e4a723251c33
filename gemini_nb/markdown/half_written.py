"""A paragraph that is still being written, without its half-written marks: `finished_inline`."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from gemini_nb.markdown.links import AUTOLINK, MAIL, TARGET
from gemini_nb.markdown.mathematics import Formulas, is_prose

_MARK: Final = re.compile(r"\\(?:begin\{|[^\w\s])|`+|\$\$?|<|!?\[|\]|\*+|_+|~+", re.DOTALL)
_HALF_ENTITY: Final = re.compile(
    r"&(?:#x?[0-9a-fA-F]{0,6}|a(?:mp?|p(?:os?)?)?|[lg]t?|q(?:u(?:ot?)?)?|n(?:b(?:sp?)?)?)?\Z"
)
_HALF_TAG: Final = re.compile(
    r"<+(?:b(?:r(?: ?/?)?)?|s(?:u[bp]?)?|su[bp]>[^<\n]{0,200}(?:<(?:/(?:s(?:u[bp]?)?)?)?)?"
    r"|h(?:t(?:t(?:p(?:s?(?::(?:/(?:/[^\s<>]*)?)?)?)?)?)?)?)?$",
    re.IGNORECASE,
)
_HALF_TARGET: Final = re.compile(r"\](?:\([^)\n]*|\[[^\]\n]*)?\Z")
_LONGEST_INLINE: Final = 300
_LONGEST_FORMULA: Final = 3_000
_MOST_OPEN: Final = 20
_PRICE: Final = re.compile(r"\d[\d.,]*(?:[^\w^_\\=]|$)")


def finished_inline(text: str) -> str:
    r"""The text with its open code and emphasis closed, and without what has only begun.

    Example:
        >>> finished_inline("run `ls -l"), finished_inline("**very *go"), finished_inline("a **")
        ('run `ls -l`', '**very *go***', 'a ')
    """
    return _Half(text).shown()


@dataclass
class _Run:
    """Emphasis marks that may still be closed."""

    mark: str
    at: int


@dataclass
class _Half:
    """A paragraph, and what was found open in it."""

    text: str
    end: int = -1
    suffix: str = ""
    literal: set[str] = field(default_factory=set[str])
    runs: list[_Run] = field(default_factory=list[_Run])
    brackets: list[tuple[int, int]] = field(default_factory=list[tuple[int, int]])

    def shown(self) -> str:
        text = self.text
        half = _HALF_ENTITY.search(text, max(0, len(text) - 9))
        self.end = len(text[: half.start()].rstrip("&")) if half else len(text)
        if text.endswith("\\") and not text.endswith("\\\\"):
            self.end = len(text) - 1
        self.formulas = Formulas(text)
        at = 0
        while at < self.end and (mark := _MARK.search(text, at, self.end)):
            at = self._after(mark)
        return self._composed()

    def _after(self, mark: re.Match[str]) -> int:
        """Take note of a mark; the index after it and all that belongs to it."""
        readers = {
            "`": self._code,
            "$": self._formula,
            "\\": self._backslash,
            "<": self._angle,
            "[": self._open_bracket,
            "!": self._open_bracket,
            "]": self._bracket,
        }
        return readers.get(mark[0][0], self._emphasis)(mark.start(), mark[0])

    def _backslash(self, at: int, mark: str) -> int:
        is_formula = mark in {"\\(", "\\[", "\\begin{"}
        return self._formula(at, mark) if is_formula else at + len(mark)

    def _open_bracket(self, at: int, mark: str) -> int:
        self.brackets.append((at, len(mark)))
        return at + len(mark)

    def _stop(self, at: int) -> int:
        self.end = at
        return at

    def _code(self, at: int, ticks: str) -> int:
        after = at + len(ticks)
        closing = re.compile(rf"(?<!`){ticks}(?!`)").search(self.text, after)
        if closing:
            return closing.end()
        body = self.text[after : self.end].rstrip("`")
        if not body.strip():
            return self._stop(at)
        self.end, self.suffix = after + len(body), ticks
        return self.end

    def _formula(self, at: int, mark: str) -> int:
        formula = self.formulas.at(at)
        if formula:
            return formula.end
        longest = _LONGEST_INLINE if mark == "$" else _LONGEST_FORMULA
        rest = self.text[at + len(mark) : at + longest]
        is_long = len(self.text) > at + longest
        is_literal = _is_money(rest) if mark == "$" else _closing(mark) in rest
        if is_long:
            self.literal.add(mark)  # so are later ones, or each would be held back in its turn
        if is_literal or mark in self.literal:
            return at + len(mark)
        return self._stop(at)

    def _angle(self, at: int, _: str) -> int:
        if link := AUTOLINK.match(self.text, at) or MAIL.match(self.text, at):
            return link.end()
        return self._stop(at) if _HALF_TAG.match(self.text, at) else at + 1

    def _bracket(self, at: int, _: str) -> int:
        target = TARGET.match(self.text, at)
        if target or not self.brackets:
            self.brackets = self.brackets[:-1]
            return target.end() if target else at + 1
        if _HALF_TARGET.match(self.text, at):
            return self._stop(at)
        self.brackets.pop()
        return at + 1

    def _emphasis(self, at: int, mark: str) -> int:
        end = at + len(mark)
        after = self.text[end : end + 1]
        before = self.text[at - 1 : at] if at else " "
        is_last = end == self.end
        in_word = before.isalnum() and after.isalnum()
        if mark == "~" and not is_last:
            return end
        if not before.isspace() and not (in_word and mark[0] == "_"):
            mark = self._closed(mark, at, is_last=is_last)
        if mark and is_last:
            self.end = at
        elif mark and not after.isspace() and not (in_word and (mark[0] == "_" or len(mark) == 1)):
            self.runs = [*self.runs[-_MOST_OPEN:], _Run(mark, at)]
        return end

    def _closed(self, mark: str, at: int, *, is_last: bool) -> str:
        """What is left of a run of marks after it closed what it can."""
        while mark and self.runs:
            alike = [n for n, run in enumerate(self.runs) if run.mark[0] == mark[0]]
            if not alike:
                break
            number = alike[-1]
            opened = self.runs[number]
            if is_last and len(mark) < len(opened.mark):
                self.end = at  # half of the closing marks
                return ""
            used = min(len(mark), len(opened.mark))
            mark = mark[used:]
            self.runs[number:] = [_Run(opened.mark[used:], opened.at)] if opened.mark[used:] else []
        return mark

    def _composed(self) -> str:
        text = self.text[: self.end]
        stripped = text.rstrip()
        closing = "".join(run.mark for run in reversed(self.runs))
        for at, length in reversed(self.brackets):
            stripped = stripped[:at] + stripped[at + length :]
        gap = text[len(text.rstrip()) :]
        return stripped + self.suffix + closing + gap


def _closing(mark: str) -> str:
    return {"\\(": "\\)", "\\[": "\\]", "\\begin{": "\\end{"}.get(mark, mark)


def _is_money(rest: str) -> bool:
    """Whether what follows a dollar is no formula that is being written."""
    return bool(_PRICE.match(rest)) or rest[:1].isspace() or is_prose(rest)
