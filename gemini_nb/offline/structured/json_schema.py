"""JSON schemas of both dialects, Gemini's and the standard one, read into one plain form."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.structured.schema_keywords import (
    Json,
    Keywords,
    RawSchema,
    UnsupportedSchemaError,
    as_list,
    as_mapping,
    as_schema,
    merged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_UNSUPPORTED: Final = {
    *("not", "if", "contains", "patternProperties", "propertyNames", "dependencies"),
    *("dependentRequired", "dependentSchemas", "unevaluatedItems", "unevaluatedProperties"),
    *("$dynamicRef", "$recursiveRef"),
}
_SNAKE_CASE: Final = {
    "any_of": "anyOf",
    "min_items": "minItems",
    "max_items": "maxItems",
    "min_length": "minLength",
    "max_length": "maxLength",
    "min_properties": "minProperties",
    "max_properties": "maxProperties",
    "property_ordering": "propertyOrdering",
    "additional_properties": "additionalProperties",
}
_TELLING: Final = {
    "properties": "object",
    "required": "object",
    "additionalProperties": "object",
    "items": "array",
    "prefixItems": "array",
    "minItems": "array",
    "maxItems": "array",
    "pattern": "string",
    "format": "string",
    "minLength": "string",
    "maxLength": "string",
    "minimum": "number",
    "maximum": "number",
    "exclusiveMinimum": "number",
    "exclusiveMaximum": "number",
    "multipleOf": "number",
}
_MOST_REFERENCES: Final = 50


@dataclass(frozen=True, slots=True)
class Node:
    """One schema, with references followed and defaults filled in."""

    types: tuple[str, ...]
    """Declared JSON types in lower case; empty for any type."""
    likely_type: str
    """Without declared types, the one that the keywords speak of; "" if they tell nothing."""
    choices: tuple[Json, ...] | None
    """Values of `enum` or `const`."""
    about: str
    """Title and description."""
    suggestions: tuple[Json, ...]
    """`default`, `example` and `examples`."""
    minimum: float
    maximum: float
    above: float
    """Exclusive lower bound."""
    below: float
    """Exclusive upper bound."""
    multiple_of: float | None
    min_length: int
    max_length: float
    pattern: str | None
    format: str
    items: RawSchema | None
    """Schema of the items after `prefix_items`; None where there may be none."""
    prefix_items: tuple[RawSchema, ...]
    min_items: int
    max_items: float
    unique_items: bool
    properties: Mapping[str, RawSchema | None]
    """In the order in which they are to be written; None where a property is forbidden."""
    required: tuple[str, ...]
    additional: RawSchema | None
    """Schema of further properties; None where there may be none."""
    min_properties: int
    max_properties: float
    alternatives: tuple[RawSchema, ...]
    """Each of `anyOf` or `oneOf`."""
    one_of: bool
    """Whether exactly one of the alternatives must hold."""


@dataclass(frozen=True, slots=True)
class SchemaReader:
    """Reads the schemas of one document, from whose root references are followed."""

    root: RawSchema

    def read(self, schema: RawSchema, path: str) -> Node:
        """The plain form of `schema`.

        Raises:
            UnsupportedSchemaError: for a keyword that is not followed or makes no sense.

        Example:
            >>> raw = {"type": "STRING", "nullable": True, "maxLength": "5"}
            >>> node = SchemaReader(raw).read(raw, "$")
            >>> node.types, node.max_length
            (('string', 'null'), 5.0)
        """
        return _node(Keywords(self._flat(schema, path, 0), path))

    def alternatives(self, schema: RawSchema, path: str) -> list[RawSchema]:
        """The alternatives of `schema`, each joined with the rest of it."""
        raw = self._flat(schema, path, 0)
        rest = {key: value for key, value in raw.items() if key not in {"anyOf", "oneOf"}}
        options = _node(Keywords(raw, path)).alternatives
        return [{"allOf": [rest, option]} for option in options]

    def _flat(self, schema: RawSchema, path: str, depth: int) -> dict[str, object]:
        """The schema with `$ref` and `allOf` merged into it."""
        if depth > _MOST_REFERENCES:
            raise UnsupportedSchemaError("$ref", path, "these references lead in a circle")
        raw = {_SNAKE_CASE.get(key, key): value for key, value in schema.items()}
        parts = as_list(raw.pop("allOf", None))
        if "$ref" in raw:
            parts.append(self._target(raw.pop("$ref"), path))
        for part in parts:
            other = self._flat(as_schema(part, "allOf", path), path, depth + 1)
            raw = merged(other, raw, path)
        return raw

    def _target(self, reference: object, path: str) -> object:
        local = isinstance(reference, str) and reference.startswith("#")
        found: object = self.root if local else None
        for part in str(reference)[1:].split("/")[1:]:
            found = as_mapping(found).get(part.replace("~1", "/").replace("~0", "~"))
        if found is None:
            rule = "only references into this schema, such as '#/$defs/Name', are followed"
            raise UnsupportedSchemaError("$ref", path, f"{reference!r} leads nowhere; {rule}")
        return found


def _node(keywords: Keywords) -> Node:
    raw, path, number = keywords.raw, keywords.path, keywords.number
    unsupported = next((keyword for keyword in raw if keyword in _UNSUPPORTED), None)
    if unsupported or {"anyOf", "oneOf"} <= raw.keys():
        raise UnsupportedSchemaError(unsupported or "oneOf", path, "this is not followed here")
    return Node(
        types=keywords.types(),
        likely_type=next((kind for key, kind in _TELLING.items() if key in raw), ""),
        choices=keywords.choices(),
        about=" ".join(str(raw[key]) for key in ("title", "description") if key in raw),
        suggestions=keywords.suggestions(),
        minimum=number("minimum", -math.inf),
        maximum=number("maximum", math.inf),
        above=number("exclusiveMinimum", -math.inf),
        below=number("exclusiveMaximum", math.inf),
        multiple_of=number("multipleOf", 0.0) or None,
        min_length=keywords.count("minLength"),
        max_length=number("maxLength", math.inf),
        pattern=str(raw["pattern"]) if "pattern" in raw else None,
        format=str(raw.get("format", "")),
        items=keywords.schema("items"),
        prefix_items=tuple(keywords.schemas("prefixItems")),
        min_items=keywords.count("minItems"),
        max_items=number("maxItems", math.inf),
        unique_items=raw.get("uniqueItems") is True,
        properties=keywords.properties(),
        required=tuple(dict.fromkeys(str(name) for name in as_list(raw.get("required")))),
        additional=keywords.schema("additionalProperties"),
        min_properties=keywords.count("minProperties"),
        max_properties=number("maxProperties", math.inf),
        alternatives=tuple(keywords.schemas("oneOf" if "oneOf" in raw else "anyOf")),
        one_of="oneOf" in raw,
    )
