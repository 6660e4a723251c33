"""The small pieces of JSON: what the standard decoder reads at once, words, repeated keys."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from gemini_nb.spatial.geometry import Span
from gemini_nb.spatial.reading.json_values import JsonArray, JsonObject, is_list

if TYPE_CHECKING:
    from collections.abc import Callable

_OBJECT: Final = r"\{\s*+\"[^{}]*+\}"
_ARRAY: Final = r"\[[^\[\]{}\"'()]*+\]"
_FLAT_OBJECT: Final = re.compile(_OBJECT)
_FLAT_ARRAY: Final = re.compile(
    rf"\[\s*+(?:(?P<objects>(?:{_OBJECT}\s*+,?\s*+)++)|(?P<arrays>(?:{_ARRAY}\s*+,?\s*+)++)"
    rf"|[^\[\]{{}}\"'()]*+)\]"
)
_INNER: Final = {"objects": _FLAT_OBJECT, "arrays": re.compile(_ARRAY)}
_NUMBER: Final = re.compile(r"[-+]?(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][-+]?\d++)?\Z")
_LITERALS: Final[dict[str, bool | None]] = {
    "true": True,
    "false": False,
    "null": None,
    "True": True,
    "False": False,
    "None": None,
    "undefined": None,
}
_LONGEST_INT: Final = 18
_TWICE_TWO: Final = 4  # an object has two members at least, or its key may just be repeated


def well_formed(text: str, start: int) -> JsonObject | JsonArray | None:
    """The object or array at `start`, if it is flat, or an array of flat ones, without a slip.

    Example:
        >>> well_formed('[{"a": 1}, {"a": 2}]', 0)
        [JsonObject(members={'a': 1}, span=Span(start=1, end=9), closed=True), JsonObject(...)]
        >>> well_formed("[1, 2,]", 0)
    """
    if text.startswith("{}", start):
        return JsonObject({}, Span(start, start + 2))
    flat = (_FLAT_OBJECT if text[start] == "{" else _FLAT_ARRAY).match(text, start)
    value = decoded(flat.group()) if flat else None
    if flat is None or value is None:
        return None
    span = Span(*flat.span())
    if not is_list(value):
        return JsonObject(value, span)
    within = flat.lastgroup
    elements = value if within is None else _placed(value, within, text, span)
    if elements is None:
        return None
    return JsonArray(elements, span, objects=within == "objects")


def _placed(values: list[Any], kind: str, text: str, within: Span) -> list[Any] | None:
    """The elements of an array with their places; None where brackets in strings hide these."""
    found = _INNER[kind].finditer(text, within.start + 1, within.end)
    spans = [Span(*each.span()) for each in found]
    if len(spans) != len(values):
        return None
    if kind == "objects":
        return list(map(JsonObject, values, spans))
    return [JsonArray(row, at, objects=False) for row, at in zip(values, spans, strict=True)]


def decoded(text: str) -> Any:  # noqa: ANN401 - JSON may be anything
    """What `text` says, if it is one well-formed value; None if there is anything to mend.

    A repeated key, NaN, a number beyond any float and an escaped character, which may be half of
    one, count as things to mend.

    Example:
        >>> decoded('{"point": [1, 2]}'), decoded('{"a": 1, "a": 2}'), decoded("[1, 2,]")
        ({'point': [1, 2]}, None, None)
    """
    if "\\u" in text:
        return None
    try:
        value, end = _DECODER.raw_decode(text)
    except (ValueError, RecursionError):
        return None
    return value if end == len(text) else None


def literal(word: str) -> tuple[float | bool | None] | None:
    """The value of a number, or of a word that stands for one, in a tuple; None for other words.

    Example:
        >>> literal("4.5"), literal("None"), literal("mug"), literal("1e999")
        ((4.5,), (None,), None, None)
    """
    if word in _LITERALS:
        return (_LITERALS[word],)
    if not _NUMBER.match(word):
        return None
    if len(word) <= _LONGEST_INT and word.lstrip("+-").isdecimal():
        return (int(word),)
    value = float(word)
    return (value,) if math.isfinite(value) else None


def repeats(members: list[tuple[str, Any]]) -> list[list[tuple[str, Any]]]:
    """The objects in `members`, if their keys recur as if braces between objects were missing.

    Example:
        >>> repeats([("point", 1), ("label", 2), ("point", 3), ("label", 4)])
        [[('point', 1), ('label', 2)], [('point', 3), ('label', 4)]]
        >>> repeats([("point", 1), ("label", 2), ("label", 4)])
        []
    """
    if len(members) < _TWICE_TWO:
        return []
    keys = [key for key, _ in members]
    period = keys.index(keys[0], 1) if keys and keys[0] in keys[1:] else 0
    whole = period > 1 and len(keys) % period == 0
    if not whole or keys != keys[:period] * (len(keys) // period):
        return []
    return [members[start : start + period] for start in range(0, len(members), period)]


def merged(
    members: list[tuple[str, Any]], note: Callable[[str, int, int], None], at: int
) -> dict[str, Any]:
    """`members` as a dict; of a repeated key the last value counts, unless it says less."""
    said: dict[str, Any] = {}
    for key, value in members:
        if key in said:
            note(f"the key {key!r} twice", at, at)
            cut = isinstance(value, JsonArray) and not value.closed
            if value is None or value in ("", []) or cut:
                continue
        said[key] = value
    return said


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise ValueError("a key is repeated")
    return members


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _refuse(number)


def _refuse(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


_DECODER: Final = json.JSONDecoder(
    object_pairs_hook=_distinct, parse_float=_finite, parse_constant=_refuse
)
