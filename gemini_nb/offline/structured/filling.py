"""Values for a schema: objects, lists and choices, filled with single values."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.structured.evidence import name_words
from gemini_nb.offline.structured.schema_check import accepts
from gemini_nb.offline.structured.schema_keywords import Json, RawSchema, UnsupportedSchemaError
from gemini_nb.offline.words import stem, stems

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.structured.field_values import FieldValues, Spot
    from gemini_nb.offline.structured.json_schema import Node, SchemaReader

_DEEPEST: Final = 24
_FULL_DEPTH: Final = 4
"""Below this depth only what is required is written, so that recursive schemas end."""
_MOST_VALUES: Final = 1000
_MOST_ITEMS: Final = 300
_USUAL_ITEMS: Final = (2, 3)
_TRIES_FOR_A_NEW_ITEM: Final = 8
_READ_OF_A_SCHEMA: Final = 2000


class TooLargeError(Exception):
    """More values were tried than one answer may have."""


@dataclass(slots=True)
class Filling:
    """Fills in one value for a schema, and counts what that takes."""

    reader: SchemaReader
    fields: FieldValues
    count: int | None = None
    """How many items the request asks for."""
    spent: int = 0

    def value(self, schema: RawSchema, spot: Spot) -> Json:
        """A value for `schema`.

        Raises:
            UnsupportedSchemaError: if none is found.
            TooLargeError: if the search takes too long.
        """
        self.spent += 1
        if self.spent > _MOST_VALUES:
            raise TooLargeError
        if spot.depth > _DEEPEST:
            rule = f"values nest at most {_DEEPEST} deep here"
            raise UnsupportedSchemaError("properties", f"{spot.path[:60]}...", rule)
        node = self.reader.read(schema, spot.path)
        if node.alternatives:
            return self._alternative(schema, node, spot)
        if node.choices is not None:
            return self._choice(schema, node, spot)
        kinds = [kind for kind in node.types if kind != "null"]
        if "null" in node.types and (not kinds or spot.depth > _FULL_DEPTH):
            return None
        return self._first(kinds or [node.likely_type or "string"], node, spot)

    def stated(self, schema: RawSchema, spot: Spot) -> Json:
        """A value that the request itself states, or None."""
        node = self.reader.read(schema, spot.path)
        kind = next((kind for kind in node.types if kind != "null"), node.likely_type)
        found: Json = None
        if node.choices is not None:
            found = self.fields.evidence.choice([each for each in node.choices if each is not None])
        elif kind == "boolean":
            found = self.fields.stated_truth(spot)
        elif kind in {"integer", "number"}:
            found = self.fields.stated_number(node, spot, whole=kind == "integer")
        elif kind == "string":
            found = self.fields.stated_text(node, spot)
        elif kind == "array":
            found = self._stated_list(node, spot)
        return found if found is not None and accepts(self.reader, schema, found) else None

    def _alternative(self, schema: RawSchema, node: Node, spot: Spot) -> Json:
        """A value for the alternative that has most words in common with the request."""
        asked = stems(self.fields.evidence.text)
        options = self.reader.alternatives(schema, spot.path)
        shared = [len(asked & _words_of(option)) for option in node.alternatives]
        ranked = sorted(zip(shared, options, strict=True), key=lambda pair: -pair[0])
        failure = UnsupportedSchemaError("oneOf", spot.path, "no value meets exactly one of these")
        for _, option in ranked:
            try:
                value = self.value(option, spot.deeper())
            except UnsupportedSchemaError as error:
                failure = error
                continue
            if accepts(self.reader, schema, value):
                return value
        raise failure

    def _choice(self, schema: RawSchema, node: Node, spot: Spot) -> Json:
        allowed = [each for each in node.choices or () if accepts(self.reader, schema, each)]
        if not allowed:
            raise UnsupportedSchemaError("enum", spot.path, "none of its values meets the schema")
        stated = self.fields.evidence.choice([each for each in allowed if isinstance(each, str)])
        return self.fields.random.choice(allowed) if stated is None else stated

    def _first(self, kinds: Sequence[str], node: Node, spot: Spot) -> Json:
        """A value of the first type for which there is one."""
        for kind in kinds[:-1]:
            try:
                return self._typed(kind, node, spot)
            except UnsupportedSchemaError:
                continue
        return self._typed(kinds[-1], node, spot)

    def _typed(self, kind: str, node: Node, spot: Spot) -> Json:
        match kind:
            case "object":
                return self._object(node, spot)
            case "array":
                return self._array(node, spot)
            case "boolean":
                return self.fields.truth(spot)
            case "integer" | "number":
                return self.fields.number(node, spot, whole=kind == "integer")
            case _:
                return self.fields.text(node, spot)

    def _array(self, node: Node, spot: Spot) -> list[Json]:
        most = int(min(node.max_items, _MOST_ITEMS))
        if node.min_items > most:
            rule = f"a list has at most {most} items here"
            raise UnsupportedSchemaError("minItems", spot.path, rule)
        stated = self._stated_list(node, spot)
        if stated and len(stated) >= node.min_items:
            return stated
        schemas = [*node.prefix_items[:most]]
        if node.items is not None:
            wanted = min(max(self._usual_items(node, spot), node.min_items), most)
            schemas += [node.items] * (wanted - len(schemas))
        items: list[Json] = []
        for schema in schemas:
            try:
                items.append(self._new_item(schema, spot.item(len(items)), items, node))
            except UnsupportedSchemaError:
                if len(items) < max(node.min_items, len(node.prefix_items)):
                    raise
                break
        if len(items) < node.min_items:
            raise UnsupportedSchemaError("minItems", spot.path, "not so many items are possible")
        return items

    def _stated_list(self, node: Node, spot: Spot) -> list[Json]:
        if node.items is None or node.prefix_items:
            return []
        if self.reader.read(node.items, spot.path).types[:1] != ("string",):
            return []
        texts: list[Json] = [*dict.fromkeys(self.fields.stated_texts(spot))]
        accepted = all(accepts(self.reader, node.items, text) for text in texts)
        return texts[: int(min(node.max_items, _MOST_ITEMS))] if accepted else []

    def _usual_items(self, node: Node, spot: Spot) -> int:
        if spot.depth > _FULL_DEPTH:
            return node.min_items
        if self.count and not spot.listed:
            return self.count
        return self.fields.random.randint(*_USUAL_ITEMS)

    def _new_item(self, schema: RawSchema, spot: Spot, others: list[Json], node: Node) -> Json:
        """An item that is not among the others, if there is one."""
        known = {json.dumps(other, sort_keys=True) for other in others}
        item = self.value(schema, spot)
        for _ in range(_TRIES_FOR_A_NEW_ITEM):
            if json.dumps(item, sort_keys=True) not in known:
                return item
            item = self.value(schema, spot)
        if node.unique_items:
            raise UnsupportedSchemaError("uniqueItems", spot.path, "no further value was found")
        return item

    def _object(self, node: Node, spot: Spot) -> dict[str, Json]:
        result: dict[str, Json] = {}
        room = node.max_properties - len(node.required)
        for name in dict.fromkeys([*node.properties, *node.required]):
            schema = node.properties.get(name, node.additional)
            needed = name in node.required
            if needed and schema is None:
                raise UnsupportedSchemaError("required", spot.path, f"{name!r} may not be there")
            if schema is None or not (needed or (room >= 1 and spot.depth <= _FULL_DEPTH)):
                continue
            inner = spot.property(name, required=needed)
            if needed:
                result[name] = self.value(schema, inner)
            elif self._add_optional(result, schema, inner):
                room -= 1
        return self._enlarged(result, node, spot)

    def _add_optional(self, result: dict[str, Json], schema: RawSchema, spot: Spot) -> bool:
        """Put an optional property into `result`, and tell whether there is a value for it."""
        try:
            if self.fields.sparing:
                value = self.stated(schema, spot)
                if value is None:
                    return False
            else:
                value = self.value(schema, spot)
        except UnsupportedSchemaError:
            return False
        result[spot.name] = value
        return True

    def _enlarged(self, result: dict[str, Json], node: Node, spot: Spot) -> dict[str, Json]:
        """The object with further properties up to the number it must have."""
        if len(node.required) > node.max_properties or node.min_properties > node.max_properties:
            raise UnsupportedSchemaError("maxProperties", spot.path, "more of them are required")
        for number in range(1, node.min_properties + 1):
            if len(result) >= node.min_properties:
                break
            if node.additional is None:
                raise UnsupportedSchemaError("minProperties", spot.path, "too few are declared")
            inner = spot.property(f"property_{number}", required=True)
            if inner.name not in node.properties:
                result[inner.name] = self.value(node.additional, inner)
        return result


def _words_of(schema: RawSchema) -> set[str]:
    """Roots of all words in a schema, its property names among them."""
    text = json.dumps(schema, default=str)[:_READ_OF_A_SCHEMA]
    return {stem(word) for word in name_words(text)}
