"""The form of an answer with places in it, from a schema."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm
from gemini_nb.offline.vision.form_roles import role_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.structured.json_schema import Node, SchemaReader
    from gemini_nb.offline.structured.schema_keywords import RawSchema
    from gemini_nb.offline.vision.answer_form import Form

_DEEPEST: Final = 8
_LONGEST_POINT: Final = 9  # numbers of one place; a longer list is of something else


def spatial_form(reader: SchemaReader) -> Form:
    """The form that the schema asks for.

    Example:
        >>> from gemini_nb.offline.structured.json_schema import SchemaReader
        >>> cup = {"type": "object", "properties": {"y": {"type": "integer"},
        ...     "x": {"type": "integer"}, "name": {"type": "string"}}}
        >>> spatial_form(SchemaReader({"type": "array", "items": cup})).items[0].keys
        ('y', 'x', 'name')

    Raises:
        UnsupportedSchemaError: for keywords that are not followed.
    """
    return _form(reader, reader.root, 0)


def counts(form: Form) -> bool:
    """Whether `form` has a place for how many things there are."""
    if not isinstance(form, ObjectForm):
        return False
    return any(role_of(name, inner) == "count" for name, inner in form.fields)


def _form(reader: SchemaReader, schema: RawSchema, depth: int) -> Form:
    node = reader.read(schema, "$")
    nullable = "null" in node.types
    if depth > _DEEPEST:
        return LeafForm(kind="null", nullable=True)
    options = _alternatives(reader, schema, node, depth)
    if options:
        first = options[0]
        return _or_null(first) if len(options) < len(node.alternatives) else first
    kind = next((kind for kind in node.types if kind != "null"), node.likely_type or "string")
    if kind == "object":
        fields = (
            (name, _form(reader, inner, depth + 1))
            for name, inner in node.properties.items()
            if inner is not None
        )
        return ObjectForm(tuple(fields), nullable)
    if kind == "array":
        listed = _list_form(reader, node, depth)
        return _or_null(listed) if nullable else listed
    choices = tuple(each for each in node.choices or () if isinstance(each, str))
    return LeafForm(kind, text=_about(node), nullable=nullable, choices=choices, given=True)


def _alternatives(
    reader: SchemaReader, schema: RawSchema, node: Node, depth: int
) -> Sequence[Form]:
    """The forms of the alternatives other than null."""
    if not node.alternatives:
        return ()
    nodes = [(each, reader.read(each, "$")) for each in reader.alternatives(schema, "$")]
    return [_form(reader, each, depth + 1) for each, read in nodes if read.types != ("null",)]


def _or_null(form: Form) -> Form:
    match form:
        case ObjectForm():
            return replace(form, nullable=True)
        case LeafForm():
            return replace(form, nullable=True)
        case ListForm():
            return replace(form, nullable=True)


def _list_form(reader: SchemaReader, node: Node, depth: int) -> Form:
    """A list; short lists of numbers are leaves, as a point's two."""
    schemas = [*node.prefix_items]
    if not schemas and node.items is not None:
        schemas = [node.items]
    read = [reader.read(schema, "$") for schema in schemas]
    if read and all({"integer", "number"} & {*each.types} for each in read):
        limit = int(node.max_items) if node.max_items <= _LONGEST_POINT else node.min_items
        size = len(node.prefix_items) or limit
        kind = "integer" if all("integer" in each.types for each in read) else "number"
        about = f"{_about(node)} {_about(read[0])}"
        return LeafForm(kind, numbers=True, names=("",) * size, text=about, given=True)
    options: list[Form] = []
    for schema, each in zip(schemas, read, strict=True):
        options += _alternatives(reader, schema, each, depth) or [_form(reader, schema, depth + 1)]
    return ListForm(tuple(options), most=node.max_items, given=True)


def _about(node: Node) -> str:
    """The description, with what a limit of 1 says of the scale."""
    return (
        f"{node.about} (0 to 1)"
        if node.maximum == 1 and "integer" not in node.types
        else node.about
    )
