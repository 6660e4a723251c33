"""Strings in JSON as models write it: other quotes, quotes inside, line breaks, no end at all."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

QUOTES: Final = {'"': '"', "'": "'", "\u201c": "\u201d", "\u2018": "\u2019", "\\": '\\"'}
"""What opens a string, and what closes it; a backslash begins the quotes of JSON within JSON."""

UNKNOWN_QUOTES: Final = "quotes that JSON does not know"

# What follows the end of a value. A comma ends it only before what may come next: a quote that
# is followed by a comma and more words stands inside the string.
VALUE_END: Final = r"""(?:
    \s*+(?: [}\])] | \Z | // | \# | /\* | ```
        | , \s*+ (?: ["'{\[}\]\\\u201c\u2018#/] | \Z | -?\d | [A-Za-z_]\w*+\s*+[:=]
                   | (?:null|true|false|None|True|False)\b ) )
  | \s++ (?: [{\[] | ["'] [\w\ ]{1,40} ["'] \s*+ : ) )"""
_CONTROL: Final = re.compile(r"[\x00-\x1f]")
_LONE: Final = re.compile(r"[\ud800-\udfff]")
_ESCAPE: Final = re.compile(r"\\(.?)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}


class _Rules(NamedTuple):
    first: re.Pattern[str]
    """A string up to the first of its closing quotes."""
    ending: re.Pattern[str]
    """Where a string ends whose first closing quote is none: a better quote, a key, a new line."""


def _rules(opening: str, closing: str) -> _Rules:
    quote = re.escape(closing)
    if opening == "\\":
        first = r'\\"((?:[^\\]|\\(?!"))*+)\\"'
    else:
        stop = "".join({re.escape(closing), r"\\"})
        first = rf"{re.escape(opening)}([^{stop}]*+(?:\\.[^{stop}]*+)*+){quote}"
    ending = (
        rf"(?P<quote>{quote})(?={VALUE_END})"
        rf"""|(?P<key>,\s{{0,20}}["'][\w\ ]{{1,40}}["']\s{{0,20}}:)|(?P<line>[\r\n])"""
    )
    return _Rules(re.compile(first, re.DOTALL), re.compile(ending, re.VERBOSE))


_RULES: Final = {opening: _rules(opening, closing) for opening, closing in QUOTES.items()}
_AFTER_VALUE: Final = re.compile(VALUE_END, re.VERBOSE)
_AFTER_KEY: Final = re.compile(r"\s*+[:=]")
_LOOSE_KEY: Final = re.compile(r"""["'\u201c]?([\w$<>.\ -]{1,60}?)["'\u201d]?\s{0,20}[:=]""")


class StringReader:
    """Reads the strings of one text; each place is looked at a bounded number of times."""

    def __init__(self, text: str, note: Callable[[str, int, int], None]) -> None:
        self._text = text
        self._note = note
        # The next place where a string may end, by quote: (searched from, match found).
        self._next: dict[str, tuple[int, re.Match[str] | None]] = {}
        self._unclosed: dict[str, int] = {}

    def key(self, at: int) -> tuple[str, int] | None:
        """The key at `at` and where it ends; None where there is none."""
        opening = self._text[at]
        if opening in QUOTES:
            match = self._first(opening, at)
            if match and _AFTER_KEY.match(self._text, match.end()):
                if opening != '"':
                    self._note(UNKNOWN_QUOTES, at, match.end())
                return self._unescaped(match[1], at), match.end()
        loose = _LOOSE_KEY.match(self._text, at)
        if not loose:
            return None
        self._note("a key without quotes", loose.start(), loose.end(1))
        return loose[1], loose.end() - 1

    def value(self, at: int) -> tuple[str, int, bool]:
        """The string at `at`, where it ends, and whether it is whole."""
        text, opening = self._text, self._text[at]
        first = self._first(opening, at)
        if first and _AFTER_VALUE.match(text, first.end()):
            if opening != '"':
                self._note(UNKNOWN_QUOTES, at, first.end())
            return self._unescaped(first[1], at), first.end(), True
        begin = at + len(QUOTES[opening])
        ending = self._ending(opening, begin)
        if ending is None and first is None:
            return self._unescaped(text[begin:], at), len(text), False
        if ending is None:
            return (
                self._unescaped(first[1], at) if first else "",
                first.end() if first else at,
                True,
            )
        body = text[begin : ending.start()]
        if ending.lastgroup == "quote":
            self._note("quotes inside a string", at, ending.end())
            return self._unescaped(body, at), ending.end(), True
        self._note("a string without its closing quote", at, ending.start())
        cut = len(body.rstrip(" \t,}]"))
        return self._unescaped(body[:cut], at), begin + cut, True

    def _first(self, opening: str, at: int) -> re.Match[str] | None:
        if at >= self._unclosed.get(opening, len(self._text)):
            return None
        match = _RULES[opening].first.match(self._text, at)
        if match is None and (opening != "\\" or self._text.startswith('\\"', at)):
            self._unclosed[opening] = at
        return match

    def _ending(self, opening: str, at: int) -> re.Match[str] | None:
        since, found = self._next.get(opening, (at + 1, None))
        if not since <= at <= (found.start() if found else len(self._text)):
            found = _RULES[opening].ending.search(self._text, at)
            self._next[opening] = (at, found)
        return found

    def _unescaped(self, body: str, at: int) -> str:
        if "\\" not in body:
            if _CONTROL.search(body):
                self._note("a line break or control character in a string", at, at + len(body))
            return body
        try:
            said = str(json.loads(f'"{body}"', strict=True))
        except ValueError:
            self._note("a backslash or control character in a string", at, at + len(body))
            said = _ESCAPE.sub(lambda match: _ESCAPES.get(match[1], match[1]), body)
        return without_lone_surrogates(said)


def without_lone_surrogates(text: str) -> str:
    r"""`text` with halves of characters, which no file can hold, replaced by U+FFFD.

    Example:
        >>> without_lone_surrogates("a\ud800b")
        'a\ufffdb'
    """
    return text if text.isascii() else _LONE.sub("\N{REPLACEMENT CHARACTER}", text)
