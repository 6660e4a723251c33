"""Schemas as they arrive, in either dialect, made JSON Schema; and what is valid for one.

The SDK's own conversion loses `additionalProperties` and refuses `const`, so it is not used.
"""

from __future__ import annotations

import json
import sys
from contextlib import suppress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from gemini_nb.offline.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import Iterator

Schema: TypeAlias = dict[str, Any] | bool

_MOST_PARTS = 2000
_DEEPEST = 40
_INNER = {"items", "additionalProperties", "propertyNames", "unevaluatedProperties", "then", "else"}
_INNERS = {"anyOf", "allOf", "oneOf", "prefixItems"}
_DROPPED = {"nullable", "definitions", "default", "example", "examples"}
_UNFOLLOWED = {"patternProperties", "not", "if", "contains", "dependentSchemas", "unevaluatedItems"}


def refused(reason: str) -> ApiError:
    """The error for a schema that can't be followed."""
    return ApiError(400, f"* GenerateContentRequest: the schema can't be followed: {reason}")


def normalised(schema: object) -> Schema:
    """`schema`, of either dialect, as JSON Schema without references.

    Where a recursive schema meets itself nothing is valid: there lists end, and optional fields
    are left out.

    Raises:
        ApiError: 400 for a malformed schema, one of too many parts, a reference that leads
            nowhere or out of the request, and a keyword that isn't followed.

    Example:
        >>> normalised({"type": "INTEGER", "enum": ["1", "5"], "nullable": True})
        {'type': ['integer', 'null'], 'enum': [1, 5, None]}
    """
    read = _Reader(schema).schema(schema, ())
    if problem := next(_validator()(_validator().META_SCHEMA).iter_errors(read), None):
        where = ".".join(map(str, problem.absolute_path)) or "schema"
        raise refused(f"{where}: {problem.message[:100]}")
    return read


class _Reader:
    """Walks one schema, and counts its parts."""

    def __init__(self, root: object) -> None:
        self.root = root
        self.parts = 0

    def schema(self, raw: Any, references: tuple[str, ...], depth: int = 0) -> Schema:  # noqa: ANN401
        """`raw`, a part of the whole, reached through these references."""
        self.parts += 1
        if self.parts > _MOST_PARTS or depth > _DEEPEST:
            raise refused(f"it has more than {_MOST_PARTS} parts, or nests too deeply")
        if not isinstance(raw, dict):
            return raw  # true or false, or what is found malformed afterwards
        given = cast("dict[str, Any]", raw)
        if unfollowed := _UNFOLLOWED & given.keys():
            raise refused(f"{min(unfollowed)!r} is not followed offline")
        kept = {k: v for k, v in given.items() if k[:1] != "$" and k not in _DROPPED}
        node = {key: self._keyword(key, kept[key], references, depth + 1) for key in kept}
        node = _translated(node, nullable=given.get("nullable") is True)
        if "$ref" not in given:
            return node
        target = self._target(str(given["$ref"]), references, depth + 1)
        return {**target, **node} if isinstance(target, dict) else target

    def _keyword(self, key: str, value: Any, references: tuple[str, ...], depth: int) -> Any:  # noqa: ANN401
        if key in _INNER:
            return self.schema(value, references, depth)
        if key in _INNERS and isinstance(value, list):
            return [self.schema(each, references, depth) for each in cast("list[Any]", value)]
        if key == "properties" and isinstance(value, dict):
            named = cast("dict[str, Any]", value).items()
            return {name: self.schema(each, references, depth) for name, each in named}
        if key == "pattern":
            expression(str(value))
        self.parts += len(cast("list[Any]", value)) // 4 if isinstance(value, list) else 0
        return _number(value) if key.startswith(("min", "max")) else cast("Any", value)

    def _target(self, reference: str, references: tuple[str, ...], depth: int) -> Schema:
        if reference in references:
            return False
        found: Any = self.root if reference.startswith("#") else None
        for step in filter(None, reference[1:].split("/")):
            found = cast("dict[str, Any]", found).get(step) if isinstance(found, dict) else None
        if found is None:
            raise refused(f"{reference[:80]!r} is not in the request, and nothing is fetched")
        return self.schema(found, (*references, reference), depth)


def _number(value: Any) -> Any:  # noqa: ANN401 - unchanged if it is no number
    """Gemini's dialect writes counts, and the numbers of an enumeration, as strings."""
    with suppress(ValueError):
        return json.loads(value) if isinstance(value, str) else value
    return value


def _translated(node: dict[str, Any], *, nullable: bool) -> dict[str, Any]:
    """What Gemini's dialect says in its own way: type, numbers of an enumeration, `nullable`."""
    given: Any = node.pop("type", [])
    listed = cast("list[Any]", given if isinstance(given, list) else [given])
    kinds = [kind for each in listed if (kind := str(each).lower()) != "type_unspecified"]
    if {"integer", "number"} & {*kinds} and isinstance(node.get("enum"), list):
        node["enum"] = [*map(_number, node["enum"])]
    if nullable:
        kinds += ["null"] if kinds else []
        for key, nothing in (("anyOf", {"type": "null"}), ("enum", None)):
            if isinstance(node.get(key), list):
                node[key] = [*node[key], nothing]
    return {"type": kinds if len(kinds) > 1 else kinds[0], **node} if kinds else node


@lru_cache(maxsize=256)
def expression(pattern: str) -> Any:  # noqa: ANN401 - re2 has no types
    """`pattern` compiled by RE2, which takes linear time whatever the pattern.

    Example:
        >>> bool(expression("(a|a){26}$b").search("a" * 50_000))
        False
    """
    import re2  # noqa: PLC0415 - only requests with a pattern pay for it

    engine: Any = re2
    options = engine.Options()
    options.log_errors = False
    try:
        return engine.compile(pattern, options)
    except engine.error:
        raise refused(f"{pattern[:80]!r} is no pattern that RE2 takes in linear time") from None


@lru_cache(maxsize=1)
def _validator() -> Any:  # noqa: ANN401 - a class of jsonschema
    # jsonschema would compile a grammar of IRIs for a second, though no format is checked here.
    # With None in its place that import fails, as where it isn't installed. Afterwards the name
    # is free again: others may need the real module.
    hidden = "rfc3987_syntax" not in sys.modules
    if hidden:
        sys.modules["rfc3987_syntax"] = cast("Any", None)
    try:
        from jsonschema import Draft202012Validator, ValidationError, validators  # noqa: PLC0415
    finally:
        if hidden:
            del sys.modules["rfc3987_syntax"]

    def matches(_: object, pattern: str, value: object, __: object) -> Iterator[Any]:
        if isinstance(value, str) and not expression(pattern).search(value):
            yield ValidationError(f"it does not match {pattern!r}")

    made: Any = validators
    return made.extend(Draft202012Validator, {"pattern": matches})


def valid(value: object, schema: Schema) -> bool:
    r"""Whether `value` is valid for `schema`, which is normalised.

    Example:
        >>> valid("B7", {"type": "string", "pattern": r"^[A-Z]\d$"}), valid(True, False)
        (True, False)
    """
    return _validator()(schema).is_valid(value)
