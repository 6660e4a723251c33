"""A reader of JSON that forgives: it keeps what is whole, and tells of each thing it mended.

Whatever is well-formed goes to the standard library's decoder, object by object and array by
array, which is where the speed comes from. The rest is read here, character by character, in
time linear in the text: no place is looked at more than a bounded number of times.
"""

from __future__ import annotations

from typing import Any

from gemini_nb.spatial.geometry import Span
from gemini_nb.spatial.reading.json_cursor import JsonCursor
from gemini_nb.spatial.reading.json_members import member_at
from gemini_nb.spatial.reading.json_scalars import scalar_at
from gemini_nb.spatial.reading.json_strings import QUOTES, UNKNOWN_QUOTES, StringReader
from gemini_nb.spatial.reading.json_values import NOTHING, JsonArray, JsonObject
from gemini_nb.spatial.reading.plain_json import merged, repeats, well_formed


class Reader(JsonCursor):
    """Reads one JSON object or array that begins at `start`, as far as it goes.

    Example:
        >>> reader = Reader("[1, 2,] and more", 0)
        >>> reader.read(), reader.at, [repair.reason for repair in reader.repairs]
        ([1, 2], 7, ['a trailing comma'])
    """

    __slots__ = ("_strings",)

    def __init__(
        self, text: str, start: int, strings: StringReader | None = None, *, comment: bool = False
    ) -> None:
        super().__init__(text, start, comment=comment)
        self._strings = strings or StringReader(text, self.note)

    def read(self) -> JsonObject | JsonArray:
        """The object or array, which `well_formed` does not read; as far as it goes."""
        return self._mended_object() if self.text[self.at] == "{" else self._mended_array()

    def _value(self) -> Any:  # noqa: ANN401 - JSON may be anything
        character = self.text[self.at]
        if character in "{[(":
            if (flat := well_formed(self.text, self.at)) is not None:
                self.at = flat.span.end
                return flat
            if self._give_up():
                return NOTHING
            return self._mended_object() if character == "{" else self._mended_array()
        if character in QUOTES:
            return self._string()
        return self._scalar()

    def _mended_object(self) -> JsonObject | JsonArray:
        start = self.at
        self._open.append("{")
        self.at += 1
        members: list[tuple[str, Any]] = []
        closed = self._members(members)
        self._open.pop()
        span = Span(start, self.at)
        repeated = repeats(members)
        if repeated:
            self.note("braces missing between objects", start, self.at)
            objects = [JsonObject(dict(each), span, closed=closed) for each in repeated]
            return JsonArray(objects, span, closed=closed)
        return JsonObject(merged(members, self.note, start), span, closed=closed)

    def _members(self, members: list[tuple[str, Any]]) -> bool:
        """Read members up to the object's end; whether that end is there."""
        comma = False
        doubled = 0
        while not self.stopped:
            character = self._next()
            if character == "}":
                self._trailing(comma=comma)
                self.at += 1
                self._close_doubled(doubled)
                return True
            if character == ",":
                self.at += 1
                comma = True
            elif character == "{" and not members and not comma:
                doubled += self._pass_braces()
            elif (character == "{" and members) or character == "]":
                if self._ends_object(character):
                    return True
            elif character:
                self._member(members, comma=comma or not members)
                comma = False
        return False

    def _ends_object(self, character: str) -> bool:
        """Whether a bracket where a key should be means that the object's brace is missing."""
        if character == "]" and (self._stray("]") or "[" not in self._open):
            self.note("a bracket too many", self.at, self.at + 1)
            self.at += 1
            return False
        self.note("a missing brace", self.at, self.at)
        return True

    def _member(self, members: list[tuple[str, Any]], *, comma: bool) -> None:
        """Read one key and its value; without a comma before it, a bare word is no key."""
        begin = self.at
        if not comma and self.text[begin] not in QUOTES:
            self._stop()
            return
        usual = member_at(self.text, begin)
        found = (usual.key, usual.end) if usual else self._key(begin)
        if found is None:
            self._stop()
            return
        if not comma:
            self.note("a missing comma", begin, begin)
        key, self.at = found
        if usual and self.text[begin] != '"':
            self.note(UNKNOWN_QUOTES, begin, begin + len(key) + 2)
        if usual and usual.value is not NOTHING:
            members.append((key, usual.value))
            return
        character = self._next()
        if character in {",", "}", "]"}:
            self.note("a key without a value", begin, self.at)
            members.append((key, None))
        elif character:
            value = self._value()
            if value is not NOTHING:
                members.append((key, value))

    def _key(self, begin: int) -> tuple[str, int] | None:
        """A key that has anything to mend about it, and where its value begins."""
        found = self._strings.key(begin)
        if found is None:
            return None
        key, self.at = found
        self._next()
        self._pass_colon()
        return key, self.at

    def _mended_array(self) -> JsonArray:
        start = self.at
        if self.text[start] == "(":
            self.note("parentheses for brackets", start, start + 1)
        self._open.append("[")
        self.at += 1
        values: list[Any] = []
        closed = self._elements(values)
        self._open.pop()
        return JsonArray(values, Span(start, self.at), closed=closed)

    def _elements(self, values: list[Any]) -> bool:
        """Read elements up to the array's end; whether that end is there."""
        comma = True
        while not self.stopped:
            character = self._next()
            if character in {"]", ")"}:
                self._trailing(comma=comma and bool(values))
                self.at += 1
                return True
            if character == ",":
                self.at += 1
                comma = True
            elif character == "}":
                if "{" in self._open and not self._stray("}"):
                    self.note("a missing bracket", self.at, self.at)
                    return True
                self.note("a brace too many", self.at, self.at + 1)
                self.at += 1
            elif self.text.startswith(("...", "\N{HORIZONTAL ELLIPSIS}"), self.at):
                self.note("an ellipsis", self.at, self.at + 1)
                self.at += 3 if character == "." else 1
            elif character:
                if not comma:
                    self.note("a missing comma", self.at, self.at)
                comma = False
                value = self._value()
                if value is not NOTHING:
                    values.append(value)
        return False

    def _string(self) -> Any:  # noqa: ANN401 - a string, or NOTHING
        begin = self.at
        if self.text[begin] == "\\" and not self.text.startswith('\\"', begin):
            self._stop()
            return NOTHING
        said, self.at, whole = self._strings.value(begin)
        if not whole:
            self._end_of_text()
        return said

    def _scalar(self) -> Any:  # noqa: ANN401 - a number, a word, or NOTHING
        said = scalar_at(self.text, self.at, self._open[-1])
        if said is None:
            self._stop()
            return NOTHING
        begin, self.at = self.at, said.end
        if said.bare:
            self.note("words without quotes", begin, said.end)
        elif said.end == len(self.text):
            self._end_of_text()  # more digits may have been to come
            return NOTHING
        return said.value
