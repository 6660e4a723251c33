"""Where reading JSON has come to: gaps and comments passed, slips noted, brackets weighed."""

from __future__ import annotations

import re
from string import ascii_letters, digits
from typing import Final

from gemini_nb.spatial.reading.json_values import Repair

DEEPEST: Final = 64
"""Levels of nesting that are followed; what lies deeper is read as if it stood alone."""

_GAP: Final = re.compile(r"(?:\s++|//[^\n]*+|\#[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z))*+")
_PLAIN: Final = frozenset(f"{ascii_letters}{digits}{{}}[]\",:'-")
"""Characters that begin no gap, and no end of a fence."""
_COLON: Final = re.compile(r"[:=](?:>|((?:\s*+:)++))?+")
_BRACES: Final = re.compile(r"\{[\s{]*+")
_STRAY: Final = {
    "]": re.compile(r"\s*+,\s*+[\"'\w]"),
    "}": re.compile(r"\s*+(?:,\s*+[{\[]|\])"),
}
_GAP_IN_COMMENT: Final = re.compile(r"[\s#/>*]*+")  # the JSON itself stands in comment lines


class JsonCursor:
    """A place in a text that moves on; what `Reader` is built upon."""

    __slots__ = ("_comment", "_gap", "_open", "at", "repairs", "stopped", "text", "too_deep")

    def __init__(self, text: str, start: int, *, comment: bool = False) -> None:
        self.text = text
        self.at = start
        """Where reading has come to; never before `start`, and after it once `read` is done."""
        self.repairs: list[Repair] = []
        self.stopped = False
        """Whether something ended the reading that is no JSON, or the text ended."""
        self.too_deep = False
        self._gap = _GAP_IN_COMMENT if comment else _GAP
        self._comment = comment
        self._open: list[str] = []

    def note(self, reason: str, start: int, end: int) -> None:
        """Note a repair of the characters `start` to `end`."""
        self.repairs.append(Repair(reason, start, end))

    def _next(self) -> str:
        """Go on to the next character that is neither white space nor comment; "" at the end."""
        begin = self.at
        character = self.text[begin : begin + 1]
        if character in _PLAIN:
            return character
        gap = self._gap.match(self.text, begin)
        self.at = gap.end() if gap else begin
        if self.at - begin > 1 and not self._comment:
            said = self.text[begin : self.at]
            if not said.isspace():
                self.note("a comment", begin, self.at)
        character = self.text[self.at : self.at + 1]
        if not character:
            self._end_of_text()
        elif character == "`" and self.text.startswith("```", self.at):
            self._stop()
            return ""
        return character

    def _end_of_text(self) -> None:
        if not self.stopped:
            self.note("the answer ends before its JSON does", self.at, self.at)
        self.stopped = True

    def _stop(self) -> None:
        """End the reading at something that is no JSON."""
        if not self.stopped:
            self.note("JSON without its end", self.at, self.at)
        self.stopped = True

    def _give_up(self) -> bool:
        if len(self._open) >= DEEPEST:
            self.too_deep = self.stopped = True
        return self.too_deep

    def _trailing(self, *, comma: bool) -> None:
        if comma:
            self.note("a trailing comma", self.at - 1, self.at)

    def _pass_colon(self) -> None:
        """Pass what stands between a key and its value, be it `:`, `=>` or `::`."""
        colon = _COLON.match(self.text, self.at)
        begin, self.at = self.at, colon.end() if colon else self.at + 1
        if colon and colon[1]:
            self.note("a doubled colon", begin, self.at)

    def _pass_braces(self) -> int:
        """Pass a run of opening braces, and tell how many there were."""
        run = _BRACES.match(self.text, self.at)
        begin, self.at = self.at, run.end() if run else self.at + 1
        self.note("a doubled brace", begin, self.at)
        return self.text.count("{", begin, self.at)

    def _close_doubled(self, doubled: int) -> None:
        """Pass the second of each closing brace that was doubled, as its opening one was."""
        while doubled and self._next() == "}":
            self.at += 1
            doubled -= 1

    def _stray(self, bracket: str) -> bool:
        """Whether a closing bracket is one too many, judged by what comes after it."""
        return _STRAY[bracket].match(self.text, self.at + 1) is not None
