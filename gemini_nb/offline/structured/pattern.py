"""Text that matches a regular expression, for the plain ones that schemas use."""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from random import Random

_CLASSES: Final = {
    "d": string.digits,
    "w": string.ascii_lowercase + string.digits,
    "s": " ",
}
_REPETITION: Final = re.compile(
    r"(?:(?P<sign>[?*+])|\{(?P<least>\d{0,6})(?P<comma>,)?(?P<most>\d{0,6})\})\??"
)
_ANY: Final = string.ascii_lowercase
_OPEN_ENDED: Final = 3
"""How many more than the least a repetition without an upper limit may have."""
_MOST: Final = 200
_DEEPEST: Final = 10


class PatternError(ValueError):
    """A regular expression outside the plain part that is followed here."""


def matching(pattern: str, random: Random) -> str:
    r"""A text that matches `pattern`, which may hold literals, classes, groups and repetitions.

    Raises:
        PatternError: for look-around, back references, nested repetitions and the like.

    Example:
        >>> from random import Random
        >>> text = matching(r"^[A-Z]{3}-\d{2,4}(a|b)?$", Random(1))
        >>> re.fullmatch(r"[A-Z]{3}-\d{2,4}(a|b)?", text) is not None
        True
    """
    reader = _Reader(pattern, random)
    text = reader.alternatives()
    if reader.position < len(pattern):
        raise PatternError(f"unexpected {pattern[reader.position]!r}")
    try:
        if re.search(pattern, text):
            return text
    except re.error as error:
        raise PatternError(str(error)) from None
    raise PatternError("no text was found that matches it")


@dataclass(slots=True)
class _Reader:
    """Reads a pattern from left to right and writes a text for it."""

    pattern: str
    random: Random
    position: int = 0
    depth: int = 0
    """How many groups are open."""

    def alternatives(self) -> str:
        texts = [self._sequence()]
        while self._next() == "|":
            self.position += 1
            texts.append(self._sequence())
        return self.random.choice(texts)

    def _sequence(self) -> str:
        text = ""
        while (character := self._next()) and character not in "|)":
            start = self.position
            piece = self._atom()
            atom = self.pattern[start : self.position]
            least, most = self._repetition()
            end = self.position
            if (least, most) != (1, 1):
                if atom.startswith("(") and re.search(r"(?<!\\)[*+{]", atom):
                    # A matcher could take for ever over it.
                    raise PatternError(f"a repetition within a repetition, {atom!r}")
                piece = ""
                for _ in range(self.random.randint(least, most)):
                    self.position = start
                    piece += self._atom()
                self.position = end
            text += piece
        return text

    def _next(self) -> str:
        return self.pattern[self.position : self.position + 1]

    def _atom(self) -> str:
        character = self._next()
        self.position += 1
        match character:
            case "^" | "$":
                return ""
            case ".":
                return self.random.choice(_ANY)
            case "[":
                return self.random.choice(self._bracket())
            case "(":
                return self._group()
            case "\\":
                return self.random.choice(self._escape())
            case "*" | "+" | "?" | "{":
                raise PatternError(f"unexpected {character!r}")
            case _:
                return character

    def _group(self) -> str:
        opening = re.compile(r"\?:|\?P?<\w+>|(?!\?)").match(self.pattern, self.position)
        if opening is None or self.depth == _DEEPEST:
            raise PatternError(f"the group at {self.pattern[self.position - 1 :][:10]!r}")
        self.position = opening.end()
        self.depth += 1
        text = self.alternatives()
        self.depth -= 1
        if self._next() != ")":
            raise PatternError("a parenthesis is not closed")
        self.position += 1
        return text

    def _escape(self) -> str:
        """The characters that the escape after a backslash stands for."""
        character = self._next()
        self.position += 1
        if character in _CLASSES:
            return _CLASSES[character]
        if not character or character.isalnum():
            raise PatternError(f"the escape \\{character}")
        return character

    def _bracket(self) -> str:
        """The characters of a class such as `[a-f0-9]`."""
        negated = self._next() == "^"
        self.position += negated
        members = ""
        while (character := self._next()) != "]" or not members:
            if not character:
                raise PatternError("a bracket is not closed")
            self.position += 1
            first = self._escape() if character == "\\" else character
            span = re.compile(r"-([^\]\\])").match(self.pattern, self.position)
            if span and len(first) == 1:
                self.position = span.end()
                first = "".join(
                    map(chr, range(ord(first), min(ord(span[1]), ord(first) + 200) + 1))
                )
            members += first
        self.position += 1
        chosen = [c for c in string.printable[:95] if c not in members] if negated else members
        if not chosen:
            raise PatternError("an empty class of characters")
        return "".join(chosen)

    def _repetition(self) -> tuple[int, int]:
        """How often the atom before may stand: `{2,4}`, `?`, `*`, `+`, or once."""
        match = _REPETITION.match(self.pattern, self.position)
        if match is None:
            return 1, 1
        self.position = match.end()
        if match["sign"]:
            least = int(match["sign"] == "+")
            return least, 1 if match["sign"] == "?" else least + _OPEN_ENDED
        least = int(match["least"] or 0)
        most = int(match["most"] or least + _OPEN_ENDED) if match["comma"] else least
        if not least <= most <= _MOST:
            raise PatternError(f"the repetition {match[0]}")
        return least, most
