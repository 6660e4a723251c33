"""The keywords of a JSON schema: read with their types checked, and two schemas merged."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias, cast

Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"
RawSchema: TypeAlias = "Mapping[str, object]"

TYPES: Final = ("object", "array", "string", "integer", "number", "boolean", "null")
_INFORMING: Final = {
    *("title", "description", "default", "example", "examples", "propertyOrdering"),
    *("$defs", "definitions", "$schema", "$id", "$comment"),
}
_LOWER_BOUNDS: Final = {
    *("minimum", "exclusiveMinimum", "minItems", "minLength", "minProperties"),
}
_UPPER_BOUNDS: Final = {
    *("maximum", "exclusiveMaximum", "maxItems", "maxLength", "maxProperties"),
}
_MOST_COUNTED: Final = 2000
_MOST_ALTERNATIVES: Final = 64


class UnsupportedSchemaError(ValueError):
    """A schema that cannot be met, or not by this model; the message says what and where."""

    def __init__(self, keyword: str, path: str, reason: str) -> None:
        super().__init__(f"{keyword} at {path}: {reason}")
        self.keyword = keyword
        self.path = path


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of one schema, each read as the type that it must have."""

    raw: RawSchema
    path: str

    def number(self, keyword: str, default: float) -> float:
        """A finite number; Gemini's own dialect writes whole ones as strings."""
        return _number(self.raw[keyword], keyword, self.path) if keyword in self.raw else default

    def count(self, keyword: str) -> int:
        """A number of parts, 0 if there is none."""
        value = self.number(keyword, 0)
        if not 0 <= value <= _MOST_COUNTED:
            rule = f"{value:g} is not within 0 and {_MOST_COUNTED}"
            raise UnsupportedSchemaError(keyword, self.path, rule)
        return math.ceil(value)

    def types(self) -> tuple[str, ...]:
        """The declared types in lower case."""
        named = [str(each).lower() for each in as_list(self.raw.get("type"))]
        if "type" in self.raw and not named:
            raise UnsupportedSchemaError("type", self.path, "no type is left that allOf allows")
        named = [each for each in named if each != "type_unspecified"]
        for each in named:
            if each not in TYPES:
                rule = f"{each[:40]!r} is none of {', '.join(TYPES)}"
                raise UnsupportedSchemaError("type", self.path, rule)
        if self.raw.get("nullable") is True and named:
            named.append("null")
        return tuple(dict.fromkeys(named))

    def choices(self) -> tuple[Json, ...] | None:
        """The values of `const` or `enum`."""
        null = [None] if self.raw.get("nullable") is True else []
        values = [*as_list(self.raw["enum"]), *null] if "enum" in self.raw else None
        if "const" in self.raw:
            const = self.raw["const"]
            values = [const] if values is None or const in values else []
        return None if values is None else tuple(cast("list[Json]", values))

    def suggestions(self) -> tuple[Json, ...]:
        """The values of `default`, `example` and `examples`."""
        single = [self.raw[key] for key in ("default", "example") if key in self.raw]
        return tuple(cast("list[Json]", [*single, *as_list(self.raw.get("examples"))]))

    def schema(self, keyword: str) -> RawSchema | None:
        """A schema for further parts; None for `false`, and one that allows all if it is absent."""
        value = self.raw.get(keyword, True)
        return None if value is False else as_schema(value, keyword, self.path)

    def schemas(self, keyword: str) -> list[RawSchema]:
        """A list of schemas; alternatives that are `false` are left out."""
        if keyword not in self.raw:
            return []
        values = as_list(self.raw[keyword])
        if not 0 < len(values) <= _MOST_ALTERNATIVES:
            rule = f"expected a list of 1 to {_MOST_ALTERNATIVES} schemas"
            raise UnsupportedSchemaError(keyword, self.path, rule)
        possible = [each for each in values if each is not False]
        if not possible or (keyword == "prefixItems" and len(possible) < len(values)):
            raise UnsupportedSchemaError(keyword, self.path, "nothing meets `false`")
        return [as_schema(each, keyword, self.path) for each in possible]

    def properties(self) -> dict[str, RawSchema | None]:
        """The schemas of the properties in the order in which they are to be written."""
        declared = as_schema(self.raw.get("properties", {}), "properties", self.path)
        ordering = [str(name) for name in as_list(self.raw.get("propertyOrdering"))]
        ordered = [name for name in ordering if name in declared]
        return {
            name: None if declared[name] is False else as_schema(declared[name], name, self.path)
            for name in dict.fromkeys([*ordered, *declared])
        }


def as_schema(value: object, keyword: str, path: str) -> RawSchema:
    """`value` as a schema; `true` is one that allows everything."""
    if value is True:
        return {}
    if not isinstance(value, Mapping):
        raise UnsupportedSchemaError(keyword, path, "expected a schema here, an object")
    return cast("RawSchema", value)


def as_mapping(value: object) -> RawSchema:
    """`value` if it is an object, else an empty one."""
    return cast("RawSchema", value) if isinstance(value, Mapping) else {}


def as_list(value: object) -> list[object]:
    """`value` if it is a list, a list of it if not, and none if it is None."""
    if value is None:
        return []
    return list(cast("list[object]", value)) if isinstance(value, list | tuple) else [value]


def _number(value: object, keyword: str, path: str) -> float:
    try:
        if isinstance(value, str | int | float) and not isinstance(value, bool):
            number = float(value)
            if math.isfinite(number):
                return value if isinstance(value, int) else number
    except (ValueError, OverflowError):
        pass
    raise UnsupportedSchemaError(keyword, path, f"expected a number, not {str(value)[:40]!r}")


def merged(first: RawSchema, second: RawSchema, path: str) -> dict[str, object]:
    """One schema that asks for what both ask for; where they only inform, the second wins.

    Raises:
        UnsupportedSchemaError: for two different values that are not followed at once.

    Example:
        >>> merged({"minimum": 1, "title": "a"}, {"minimum": 3, "type": "integer"}, "$")
        {'minimum': 3, 'title': 'a', 'type': 'integer'}
    """
    result = {**first, **second}
    for key in sorted(first.keys() & second.keys()):
        if first[key] != second[key] and key not in _INFORMING:
            result[key] = _both(key, first[key], second[key], path)
    if "type" in first and "type" in second:
        result["nullable"] = first.get("nullable") is second.get("nullable") is True
    if "prefixItems" in result and first.keys() & second.keys() & {"items", "prefixItems"}:
        raise UnsupportedSchemaError("prefixItems", path, "lists described twice are not followed")
    if "properties" in result:
        result["properties"] = _properties_of_both(first, second, path)
    return result


def _both(key: str, first: object, second: object, path: str) -> object:
    if key in _LOWER_BOUNDS:
        return max(_number(first, key, path), _number(second, key, path))
    if key in _UPPER_BOUNDS:
        return min(_number(first, key, path), _number(second, key, path))
    if key in {"items", "additionalProperties"}:
        return False if False in (first, second) else {"allOf": [first, second]}
    ours, theirs = as_list(first), as_list(second)
    combined: dict[str, object] = {
        "required": [*ours, *theirs],
        "enum": [each for each in ours if each in theirs],
        "type": _common_types({str(each).lower() for each in ours}, theirs),
        "properties": None,  # merged one by one
        "nullable": False,
    }
    if key not in combined:
        raise UnsupportedSchemaError(key, path, "two different ones are to be met at once")
    return combined[key]


def _common_types(ours: set[str], theirs: list[object]) -> list[str]:
    named = [str(each).lower() for each in theirs]
    wider = {"integer"} if "number" in ours else set[str]()
    narrower = ["integer"] if "number" in named and "integer" in ours else []
    return [*(each for each in named if each in ours | wider), *narrower]


def _properties_of_both(first: RawSchema, second: RawSchema, path: str) -> dict[str, object]:
    """Each property with all that either schema asks of it, by name or as a further one."""
    sides = [
        (
            as_schema(side.get("properties", {}), "properties", path),
            side.get("additionalProperties", True),
        )
        for side in (first, second)
    ]
    names = dict.fromkeys([*sides[0][0], *sides[1][0]])
    result: dict[str, object] = {}
    for name in names:
        asked = [properties.get(name, further) for properties, further in sides]
        told = [each for each in asked if each is not True]
        result[name] = False if False in told else told[0] if len(told) == 1 else {"allOf": told}
    return result
