"""Whether a JSON value meets a schema, for the keywords that the offline models follow."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Final, cast

if TYPE_CHECKING:
    from gemini_nb.offline.structured.json_schema import Node, SchemaReader
    from gemini_nb.offline.structured.schema_keywords import Json, RawSchema

_DEEPEST: Final = 60
_PYTHON_TYPES: Final = {
    "null": type(None),
    "boolean": bool,
    "string": str,
    "array": list,
    "object": dict,
}


def accepts(reader: SchemaReader, schema: RawSchema, value: Json, *, depth: int = 0) -> bool:
    """Whether `value` meets `schema`.

    Raises:
        UnsupportedSchemaError: for keywords that are not followed.

    Example:
        >>> from gemini_nb.offline.structured.json_schema import SchemaReader
        >>> reader = SchemaReader({})
        >>> accepts(reader, {"type": "INTEGER", "minimum": 3}, 4), accepts(reader, {"const": 1}, 2)
        (True, False)
    """
    if depth > _DEEPEST:
        return False
    node = reader.read(schema, "$")
    return (
        (not node.types or any(has_type(value, kind) for kind in node.types))
        and (node.choices is None or any(same(value, choice) for choice in node.choices))
        and _accepts_scalar(node, value)
        and _accepts_parts(reader, node, value, depth)
        and _accepts_alternatives(reader, node, value, depth)
    )


def has_type(value: Json, kind: str) -> bool:
    """Whether `value` has the JSON type `kind`; 3.0 is an integer, True is none."""
    if kind == "integer":
        return is_number(value) and float(cast("float", value)).is_integer()
    if kind == "number":
        return is_number(value)
    return isinstance(value, _PYTHON_TYPES[kind])


def is_number(value: Json) -> bool:
    """Whether `value` is a JSON number; Python's booleans are not."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def same(first: Json, second: Json) -> bool:
    """Whether two values are the same in JSON, where 1 is 1.0 but not true."""
    if is_number(first) and is_number(second):
        return first == second
    return json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)


def is_multiple(number: float, step: float) -> bool:
    """Whether `number` is a multiple of `step`, by the exact division that validators use."""
    quotient = number / step
    return math.isfinite(quotient) and quotient == int(quotient)


def _accepts_scalar(node: Node, value: Json) -> bool:
    if isinstance(value, str):
        fits = node.min_length <= len(value) <= node.max_length
        return fits and (node.pattern is None or re.search(node.pattern, value) is not None)
    if isinstance(value, int | float) and not isinstance(value, bool):
        within = node.minimum <= value <= node.maximum and node.above < value < node.below
        return within and (node.multiple_of is None or is_multiple(value, node.multiple_of))
    return True


def _accepts_parts(reader: SchemaReader, node: Node, value: Json, depth: int) -> bool:
    if isinstance(value, list):
        texts = [json.dumps(item, sort_keys=True) for item in value]
        counted = node.min_items <= len(value) <= node.max_items
        distinct = not node.unique_items or len(set(texts)) == len(texts)
        schemas = [*node.prefix_items[: len(value)]]
        rest = len(value) - len(schemas)
        if rest and node.items is None:
            return False
        schemas += [node.items or {}] * rest
        return (
            counted
            and distinct
            and all(
                accepts(reader, schema, item, depth=depth + 1)
                for schema, item in zip(schemas, value, strict=True)
            )
        )
    if isinstance(value, dict):
        counted = node.min_properties <= len(value) <= node.max_properties
        return (
            counted
            and value.keys() >= set(node.required)
            and all(
                (schema := node.properties.get(name, node.additional)) is not None
                and accepts(reader, schema, each, depth=depth + 1)
                for name, each in value.items()
            )
        )
    return True


def _accepts_alternatives(reader: SchemaReader, node: Node, value: Json, depth: int) -> bool:
    if not node.alternatives:
        return True
    met = [accepts(reader, each, value, depth=depth + 1) for each in node.alternatives]
    return met.count(True) == 1 if node.one_of else any(met)
