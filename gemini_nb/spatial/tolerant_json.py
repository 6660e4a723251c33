r"""JSON as models write it: found in a text, read as far as it goes, and each slip told.

A ladder. What is flat and well-formed goes to the standard library's decoder, many objects at a
time. The rest is read token by token and mended. Where that breaks off, what was read is kept, and
the search goes on behind it. All of it takes time linear in the text.
"""

from __future__ import annotations

import html
import json
import math
import re
from contextlib import suppress
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.display import well_formed
from gemini_nb.spatial.geometry import Span
from gemini_nb.spatial.json_values import (
    Fragment,
    JsonArray,
    JsonObject,
    holds_objects,
    is_list,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.spatial.json_values import Repair

DEEPEST: Final = 20
"""Levels of nesting that are followed; what lies deeper is read as if it stood alone."""
_CUT_OFF: Final = "the answer ends before its JSON does"
_NOTHING: Final = object()  # stands for a value that the text breaks off in


# JSON in a string of JSON, or in a web page: its quotes are escaped, or entities. It has to begin
# with a key, as no label does.
_BETWEEN: Final = r"(?:\s|\\[nrt]){0,40}"
_WRAPPED: Final = re.compile(
    rf"""(?P<opening>"(?:```\w*+)?{_BETWEEN})?(?P<json>(?:\[{_BETWEEN})?\{{{_BETWEEN}"""
    r"""(?P<quote>\\"|&(?:amp;)?(?:quot|apos|\#\w{2,3});)\w[\w ]{0,40}(?P=quote)\s{0,20}:"""
    r"""[^"\\]*+(?:\\.[^"\\]*+)*+)(?(opening)"?)""",
    re.DOTALL,
)
# A list of NumPy's numbers, or an array of them, as the value of a key.
_NUMPY: Final = re.compile(
    r"(?<![\w.])(?:np|numpy)\.(?:u?int|float)\d{1,2}\((?P<number>-?\d[\w.+-]{0,30})\)"
    r"|(?<=:)(?P<space>\s?)(?:(?:np|numpy)\.)?array\("
    r"(?P<list>\[[\d\s.,\[\]-]{1,200}\])(?:, ?dtype=[\w.]+)?\)"
)
_ESCAPE: Final = re.compile(r"""(\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))|["\\]""")


def unwrapped(text: str) -> str:
    r"""`text` with the JSON laid bare that stands in strings of JSON, in HTML, or in NumPy's repr.

    Example:
        >>> unwrapped(r'{"result": "[{\"y\": 1}]"}'), unwrapped("{&quot;y&quot;: 1}")
        ('{"result": [{"y": 1}]}', '{"y": 1}')
    """
    if text[:1] == text[-1:] == '"' and ("[" in text or "{" in text):
        with suppress(ValueError):
            return unwrapped(well_formed(json.loads(text)))
    if '\\"' in text or "&" in text:
        text = _WRAPPED.sub(_laid_bare, text)
    return _NUMPY.sub(r"\g<number>\g<space>\g<list>", text) if "(" in text else text


def _laid_bare(wrapped: re.Match[str]) -> str:
    said = wrapped["json"]
    if wrapped["quote"].startswith("&amp;"):
        said = html.unescape(said)
    unescape = html.unescape if wrapped["quote"][0] == "&" else _unescaped
    return well_formed(unescape(said))


def _unescaped(body: str) -> str:
    """What a string with `body` says; a backslash that JSON does not know is left out."""
    valid = _ESCAPE.sub(lambda it: it[1] or ('\\"' if it[0] == '"' else ""), body)
    return well_formed(json.loads(f'"{valid}"', strict=False))


# Rung 1: an object without braces in it, a list of numbers, or a list of such.
_OBJECT: Final = r"\{\s*+(?:\"[^{}]*+)?\}"
_NUMBERS: Final = r"\[[^\[\]{}\"'()]*+\]"
_FLAT: Final = re.compile(
    rf"{_OBJECT}|{_NUMBERS}|\[\s*+(?P<several>(?:(?:{_OBJECT}|{_NUMBERS})\s*+,?\s*+)++)\]"
)
_ONE_OF_SEVERAL: Final = re.compile(rf"{_OBJECT}|{_NUMBERS}")
_FLAT_OBJECT: Final = re.compile(_OBJECT)
_BRACKETS: Final = re.compile(r"[\[\]]")


def _strict(text: str, start: int) -> JsonObject | JsonArray | None:
    """The object or array at `start`, if it is flat, or an array of flat ones, without a slip."""
    flat = _FLAT.match(text, start)
    # Half of an escaped character may not come alone.
    if flat is None or "\\ud" in (said := flat[0]) or "\\uD" in said or _is_deep(said):
        return None
    try:
        value, _ = _DECODER.raw_decode(said)  # its brackets end where those of `said` do
    except (ValueError, RecursionError):
        return None
    span = Span(*flat.span())
    if flat["several"]:
        places = _ONE_OF_SEVERAL.finditer(text, start + 1, span.end)
        spans = [Span(*each.span()) for each in places]
        if len(spans) != len(value):  # braces in strings
            return None
        value = list(map(_placed, value, spans))
    return _placed(value, span)


def _is_deep(said: str) -> bool:
    """Whether lists stand in lists beyond the levels that are followed."""
    if said.count("[") <= DEEPEST:
        return False
    steps = (1 if bracket == "[" else -1 for bracket in _BRACKETS.findall(said))
    return max(accumulate(steps)) > DEEPEST


def _placed(value: Any, span: Span) -> JsonObject | JsonArray:  # noqa: ANN401 - JSON
    return JsonArray(value, span) if is_list(value) else JsonObject(value, span)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key is repeated")
    return members


def _finite(number: str) -> float:
    if not math.isfinite(value := float(number)):
        raise ValueError(f"{number} is no number")
    return value


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_finite, parse_constant=_finite
)

# Rung 2: tokens. They are looked for in a copy that has the signs of JSON for those of editors.
_QUOTES: Final = str.maketrans("\u201c\u201d\u2018\u2019", "\"\"''")
_SIGNS: Final = str.maketrans("\u2212\uff08\uff09\uff0c\u060c", "-(),,")
# Joiners between other letters are part of words, and of emoji.
_UNSEEN: Final = re.compile(
    r"[\0\x0b\x0c\x85\xa0\xad\u1680\u180e\u2000-\u200b\u200e\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]"
    r"|(?<=[\0-\x7f])[\u200c\u200d]|[\u200c\u200d](?=[\0-\x7f])"
)
# A brace before a key, a bracket before a value: other brackets are the prose's own.
_START: Final = re.compile(
    r"""\{(?=\s*+(?:["'{}]|[A-Za-z_$<][\w$<>]*+\s*+:|\#|/[/*]|\d++\s*+:))"""
    r"""|\[(?=\s*+(?:[{\[\]"'(\#]|/[/*]|[-+.]?\d|\.\.\.|\u2026))"""
)
_COMMENT_LINE: Final = re.compile(r"[ \t]*+(?:\#|//|>)")
_COMMENT: Final = r"//[^\n]*+|\#[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)"
_GAP: Final = re.compile(rf"\s++|(?P<comment>{_COMMENT})|(?P<ellipsis>\.\.\.|\u2026)")
_GAP_IN_COMMENT: Final = re.compile(r"[\s#/>*]++")  # the JSON itself stands in comment lines
_TOKENS: Final = frozenset("\"'{}[](),:0123456789`")  # no gap begins with one
_SILENT: Final = " \t\r\n#/>*"
# What follows the end of a value. A comma ends it only before what may come next: a quote that
# is followed by a comma and more words stands inside the string.
_VALUE_END: Final = r"""(?:
    \s*+ (?: [}\])] | \Z | // | \# | /\* | ```
        | , \s*+ (?: ["'{\[}\]#/,.\u2026] | \Z | -?\d | [A-Za-z_]\w*+\s*+:
                   | (?:null|true|false|None|True|False)\b ) )
  | \s++ (?: [{\[] | ["'] [\w\ ]{1,40} ["'] \s*+ : ) )"""
# A string ends at a quote before such, or without one where the next key, object or array begins.
_NEXT_KEY: Final = r"""["'][\w\ ]{1,40}["']\s{0,20}:"""
_STRING: Final = {
    quote: re.compile(
        rf"""(?P<said>(?:[^,\s}}\]\\{quote}]++|\\.|(?!{quote}(?={_VALUE_END})|,\s{{0,20}}{_NEXT_KEY}
            |[\ \t,}}\]]{{0,20}}[\r\n]\s{{0,20}}(?:[{{\[}}\]]|{_NEXT_KEY})).)*+){quote}?""",
        re.DOTALL | re.VERBOSE,
    )
    for quote in "\"'"
}
_KEY: Final = re.compile(r"""(["'])((?:(?!\1)[^\\]|\\.)*+)\1\s*+:""", re.DOTALL)
_LOOSE_KEY: Final = re.compile(r"""["']?([\w$<>.\ -]{1,60}?)["']?\s{0,20}:""")
_NUMBER: Final = re.compile(
    r"[-+]?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][-+]?[0-9]++)?+"
    r"(?=[^\S\n]*+(?:[,\]}){\[\"'\n`\#]|//|/\*|\Z|(?<=\s)[-+.]?[0-9]))"
)
_PHRASE: Final = re.compile(r"(?:<\w++>\s*+)++|(?:[^,{}()\[\]\"\n`\#/]|/(?![/*]))++")
_WORDS: Final = {"true": True, "false": False, "null": None, "none": None}
_STRAY: Final = {
    "]": re.compile(r"\s*+,\s*+[\"'\w]"),
    "}": re.compile(r"\s*+(?:,\s*+[{\[]|\])"),
}
_BRACES: Final = re.compile(r"\{(?:\s*+\{)*+")


def fragments(text: str) -> Iterator[Fragment]:
    """The pieces of `text` that read as JSON, in their order, each as far as it goes.

    Where a piece breaks off, the search goes on behind it: no part of `text` is read twice.

    Example:
        >>> list(fragments("[1, 2,]"))
        [Fragment(value=[1, 2], repairs=[('a trailing comma', 5, 6)], too_deep=False)]
    """
    reader = _Reader(text)
    at = 0
    while found := _START.search(reader.signs, at):
        start = found.start()
        if (whole := _strict(text, start)) is not None:
            at = whole.span.end
            yield Fragment(whole)
            continue
        line = text.rfind("\n", at, start) + 1 or at
        fragment = reader.read(start, in_comment=bool(_COMMENT_LINE.match(text, line, start)))
        at = reader.at
        yield fragment
        if fragment.too_deep:  # what is innermost may still be read, on its own
            deeper = _FLAT_OBJECT.search(text, at)
            at = deeper.start() if deeper else len(text)


def visible(text: str) -> str:
    r"""`text`, as long as it is, with plain spaces and signs for those of editors.

    Example:
        >>> visible("y =\u00a0\u2212412")
        'y = -412'
    """
    if text.isascii() and not ("\0" in text or "\v" in text or "\f" in text):
        return text
    return _UNSEEN.sub(" ", text).translate(_SIGNS)


class _Reader:
    """Reads one object or array of a text after another, and notes what it mends."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.signs = visible(text).translate(_QUOTES)
        self.at = 0

    def read(self, start: int, *, in_comment: bool) -> Fragment:
        """The object or array at `start`, as far as it goes."""
        self.at = start
        self._repairs: list[Repair] = []
        self._open: list[str] = []
        self._stopped = self._too_deep = False
        self._gap = _GAP_IN_COMMENT if in_comment else _GAP
        value = self._container()
        return Fragment(value, self._repairs, self._too_deep)

    def _note(self, reason: str, start: int) -> None:
        self._repairs.append((reason, start, self.at))

    def _stop(self) -> Any:  # noqa: ANN401 - no value
        if not self._stopped:
            cut_off = self.at == len(self.text)
            self._note(_CUT_OFF if cut_off else "JSON without its end", self.at)
        self._stopped = True
        return _NOTHING

    def _next(self) -> str:
        """The first character of the next token; "" where the reading ends."""
        while (character := self.signs[self.at : self.at + 1]) not in _TOKENS:
            if not (gap := self._gap.match(self.signs, self.at)):
                break
            begin, self.at = gap.span()
            if gap.lastgroup:
                self._note(f"{'an' if gap.lastgroup == 'ellipsis' else 'a'} {gap.lastgroup}", begin)
            elif self.text[begin : self.at].strip(_SILENT):
                self._note("characters between the tokens that JSON does not know", begin)
        if not character or (character == "`" and self.text.startswith("```", self.at)):
            self._stop()
        return "" if self._stopped else character

    def _container(self) -> JsonObject | JsonArray:
        """An object or array that `_strict` does not read."""
        start = self.at
        is_object = self.signs[start] == "{"
        self.at = braces.end() if (braces := _BRACES.match(self.signs, start)) else start + 1
        if self.at > start + 1 or self.signs[start] == "(":
            self._note("a doubled brace" if is_object else "parentheses for brackets", start)
        self._open.append("}" if is_object else "]")
        members: list[tuple[str, Any]] = []
        comma, closed = -1, False
        while not closed and (character := self._next()):
            begin = self.at
            if character in "}])":
                closed = self._closes(character, comma, members)
            elif character == ",":
                self.at += 1
                if comma >= 0:
                    self._note("a comma too many", begin)
                comma = begin
            elif (
                character == "{"
                if is_object
                else ("}" in self._open and _KEY.match(self.signs, begin))
            ):
                self._note("a missing brace" if is_object else "a missing bracket", begin)
                closed = True
            elif is_object and members and comma < 0 and character not in _STRING:
                self._stop()  # a bare word is no key
            else:
                if members and comma < 0:
                    self._note("a missing comma", begin)
                member = self._member() if is_object else ("", self._value(character))
                members += [] if member[1] is _NOTHING else [member]
                comma = -1
        self._open.pop()
        if is_object:
            return JsonObject(self._unique(members, start), Span(start, self.at), closed)
        return JsonArray([value for _, value in members], Span(start, self.at), closed=closed)

    def _closes(self, character: str, comma: int, members: list[tuple[str, Any]]) -> bool:
        """Whether a closing bracket ends what is open; else it is one too many."""
        begin, own = self.at, self._open[-1]
        if character == own or character + own == ")]":
            self.at += 1
            if comma >= 0:
                self._repairs.append(("a trailing comma", comma, comma + 1))
            return True
        ends_numbers = own == "]" and not (members and holds_objects(members[-1][1]))
        if character in self._open and (
            ends_numbers or not _STRAY[character].match(self.signs, begin + 1)
        ):
            self._note("a missing brace" if own == "}" else "a missing bracket", begin)
            return True
        self.at += 1
        self._note("a bracket too many", begin)
        return False

    def _unique(self, members: list[tuple[str, Any]], start: int) -> dict[str, Any]:
        """The members by key; of a repeated key the last value counts, unless it says less."""
        said: dict[str, Any] = {}
        for key, value in members:
            if key in said:
                self._note(f"the key {key!r} twice", start)
                if value in (None, "", []) or (isinstance(value, JsonArray) and not value.closed):
                    continue
            said[key] = value
        return said

    def _member(self) -> tuple[str, Any]:
        begin = self.at
        found = _KEY.match(self.signs, begin) or _LOOSE_KEY.match(self.signs, begin)
        if not found:
            return "", self._stop()
        self.at = found.end()
        if found.re is _LOOSE_KEY:
            self._note("a key without quotes", begin)
        elif self.text[begin] != '"':
            self._note("quotes that JSON does not know", begin)
        key = self._said(*found.span(found.lastindex or 1))
        character = self._next()
        if character and character in ",}]":
            self._note("a key without a value", begin)
            return key, None
        return key, self._value(character) if character else _NOTHING

    def _value(self, character: str) -> Any:  # noqa: ANN401 - JSON may be anything
        if character in _STRING:
            if self.text[self.at] != '"':
                self._note("quotes that JSON does not know", self.at)
            return self._string(character, self.at + 1)
        if character not in "{[(":
            return self._scalar()
        if (flat := _strict(self.text, self.at)) is not None:
            self.at = flat.span.end
            return flat
        if len(self._open) < DEEPEST:
            return self._container()
        self._too_deep = self._stopped = True
        return _NOTHING

    def _string(self, quote: str, start: int) -> str:
        """The string whose first character stands at `start`."""
        found = _STRING[quote].match(self.signs, start)
        begin, end = found.span("said") if found else (start, start)
        self.at = found.end() if found else start
        if quote in (body := self.signs[begin:end]) and quote in body.replace("\\" + quote, ""):
            self._note("quotes inside a string", start)
        if self.at == end == len(self.text):
            self._stop()
        elif self.at == end:
            self._note("a string without its closing quote", start)
        return self._said(begin, end)

    def _said(self, start: int, end: int) -> str:
        """What a string or key says whose characters these are."""
        body = self.text[start:end]
        if "\\" not in body and body.isprintable():
            return body
        try:
            return well_formed(json.loads(f'"{body}"'))
        except ValueError:
            self._note("a backslash or control character in a string", start)
            return _unescaped(body)

    def _scalar(self) -> Any:  # noqa: ANN401 - a number, a word, or no value
        """A number or a word, or words that should have stood in quotes."""
        begin, in_object = self.at, self._open[-1] == "}"
        number = _NUMBER.match(self.signs, begin)
        found = number or _PHRASE.match(self.signs, begin)
        said = found[0].rstrip() if found else ""
        end = found.end() if found else begin
        after = self.signs[end : end + 1]
        self.at = begin + len(said)
        if number and math.isfinite(value := float(said)):
            if self.at == len(self.text):  # more digits may have been to come
                return self._stop()
            if said[0] == "+" or not self.text[begin].isascii():
                self._note("a sign that JSON does not know", begin)
            return int(value) if value.is_integer() else value
        if (word := said.lower()) in _WORDS:
            if word != said:
                self._note("a word that JSON does not know", begin)
            return _WORDS[word]
        if in_object and after in _STRING and not _KEY.match(self.signs, end):
            self._note("a string without its opening quote", begin)
            return self._string(after, begin)
        if not said or not after or after not in (",}]\n#/" if in_object else ",])"):
            return self._stop()
        self._note("words without quotes", begin)
        return self.text[begin : self.at]
