"""Schemas that a prompt spells out in passing: `{'name': str, 'steps': list[str]}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gemini_nb.offline.structured.schema_keywords import RawSchema

_TOKEN: Final = re.compile(r"\"[^\"\n]*\"|'[^'\n]*'|[\w$]+|\.\.\.|[^\s\w]")
_TYPES: Final = {
    "int": "integer",
    "integer": "integer",
    "float": "number",
    "number": "number",
    "double": "number",
    "bool": "boolean",
    "boolean": "boolean",
    "true": "boolean",
    "false": "boolean",
}
_LISTS: Final = {"list", "array", "sequence"}
_RETURNS_LIST: Final = re.compile(
    r"\b(?:return|output|respond|answer|give|reply)\b[^\n{\[]{0,60}?\b(?:list|array)\b",
    re.IGNORECASE,
)
_KEYS: Final = re.compile(
    r"\b(?:keys?|fields?|properties|attributes)\b(?: are| named| called|:)?\s+"
    r"((?:[`\"']?\w+[`\"']?(?:,\s*(?:and\s+)?|\s+and\s+))*[`\"']?\w+[`\"']?)",
    re.IGNORECASE,
)
_BRACES: Final = "{"
_BRACKETS: Final = "["
_DEEPEST: Final = 8
_MOST_KEYS: Final = 40


def read_hint(text: str) -> RawSchema | None:
    """The schema of the first object or list of types in `text`, or of the keys it names.

    Example:
        >>> read_hint("Use {'dish': str, 'minutes': int}. Return: list[Dish]")["items"]["required"]
        ['dish', 'minutes']
        >>> read_hint("Answer as JSON with the keys name and age.")["required"]
        ['name', 'age']
        >>> read_hint("Tell me a story") is None
        True
    """
    for match in re.finditer(r"[{\[]", text):
        tokens = _TOKEN.findall(text[match.start() :])
        schema = _Notation(tokens).whole()
        if schema is not None:
            listed = schema["type"] == "object" and _RETURNS_LIST.search(text)
            return {"type": "array", "items": schema} if listed else schema
    keys = _KEYS.search(text)
    names = re.findall(r"\w+", re.sub(r"\band\b", " ", keys[1])) if keys else []
    return _object({name: {"type": "string"} for name in names}) if names else None


def _object(properties: dict[str, RawSchema]) -> dict[str, object]:
    return {"type": "object", "properties": properties, "required": list(properties)}


class _NoNotationError(Exception):
    """These brackets hold something else."""


@dataclass(slots=True)
class _Notation:
    """Reads types as Python, TypeScript and examples in JSON write them."""

    tokens: list[str]
    position: int = 0
    objects: int = 0
    """How many objects were read."""

    def whole(self) -> dict[str, object] | None:
        """The schema of an object, or of a list of objects; None for anything else."""
        try:
            schema = self._value(0)
        except _NoNotationError:
            return None
        return schema if self.objects else None

    def _value(self, depth: int) -> dict[str, object]:
        if depth > _DEEPEST:
            raise _NoNotationError
        token = self._take()
        if token in _BRACES:
            schema = self._pairs(depth)
        elif token in _BRACKETS:
            schema = self._list("]", depth)
        elif token.lower() in _LISTS and self._peek() in {"[", "<"}:
            schema = self._list("]" if self._take() == "[" else ">", depth)
        else:
            schema = _scalar(token)
        if self._peek() == "[" and self._peek(1) == "]":
            self.position += 2
            return {"type": "array", "items": schema}
        return schema

    def _pairs(self, depth: int) -> dict[str, object]:
        properties: dict[str, RawSchema] = {}
        while self._peek() != "}":
            name = self._take().strip("\"'")
            if self._peek() == "?":
                self._take()
            if not re.fullmatch(r"[\w $-]{1,60}", name) or self._take() != ":":
                raise _NoNotationError
            properties[name] = self._value(depth + 1)
            self._skip_to({",", ";", "}"})
            if len(properties) > _MOST_KEYS:
                raise _NoNotationError
        self._take()
        if not properties:
            raise _NoNotationError
        self.objects += 1
        return _object(properties)

    def _list(self, closing: str, depth: int) -> dict[str, object]:
        empty = self._peek() == closing
        items: dict[str, object] = {"type": "string"} if empty else self._value(depth + 1)
        self._skip_to({closing}, consumed=True)
        return {"type": "array", "items": items}

    def _skip_to(self, ends: set[str], *, consumed: bool = False) -> None:
        """Pass over comments, placeholders and `...`; take a comma, leave a brace."""
        while self._peek() not in ends:
            self._take()
        if consumed or self._peek() in {",", ";"}:
            self._take()

    def _peek(self, ahead: int = 0) -> str:
        index = self.position + ahead
        return self.tokens[index] if index < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        if not token:
            raise _NoNotationError
        self.position += 1
        return token


def _scalar(token: str) -> dict[str, object]:
    if re.fullmatch(r"\d+", token):
        return {"type": "integer"}
    return {"type": _TYPES.get(token.lower(), "string")}
