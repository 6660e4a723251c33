"""Schemas of both dialects become one; what can't be followed is a 400 with the reason."""

import contextlib
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.structured.filling import UnknownError, filled
from gemini_nb.offline.structured.schema import expression, normalised, valid

STRING = {"type": "string"}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"type": "STRING"}, STRING),
        ({"type": "TYPE_UNSPECIFIED", "enum": [1]}, {"enum": [1]}),
        ({"type": "ARRAY", "items": {}, "minItems": "2"},
         {"type": "array", "items": {}, "minItems": 2}),
        ({"type": "INTEGER", "enum": ["1", "5"]}, {"type": "integer", "enum": [1, 5]}),
        ({"type": "STRING", "enum": ["1"]}, {"type": "string", "enum": ["1"]}),
        ({"type": "STRING", "nullable": True}, {"type": ["string", "null"]}),
        ({"anyOf": [STRING], "nullable": True}, {"anyOf": [STRING, {"type": "null"}]}),
        ({"$ref": "#/$defs/A", "$defs": {"A": STRING}}, STRING),
        ({"$ref": "#/$defs/A", "title": "T", "$defs": {"A": STRING}},
         {"type": "string", "title": "T"}),
        # properties that are called as keywords are
        ({"properties": {"type": {"type": "STRING"}, "nullable": {"type": "BOOLEAN"}}},
         {"properties": {"type": STRING, "nullable": {"type": "boolean"}}}),
        (True, True),
    ],
)  # fmt: skip
def test_both_dialects_become_one(given: Any, wanted: Any) -> None:
    assert normalised(given) == wanted


def test_a_recursive_schema_ends_where_it_meets_itself() -> None:
    tree = {"properties": {"children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}}}}
    schema = normalised({"$defs": {"Tree": tree}, "$ref": "#/$defs/Tree"})
    assert valid({"children": []}, schema)
    assert not valid({"children": [1]}, schema)


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = STRING
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


CHAIN = {f"a{n}": {"anyOf": [{"$ref": f"#/$defs/a{n + 1}"}] * 2} for n in range(40)}


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        (nested(300), "parts"),
        ({"$ref": "#/$defs/a0", "$defs": {**CHAIN, "a40": STRING}}, "parts"),
        ({"allOf": [{"type": "string"}] * 4000}, "parts"),
        ({"$ref": "https://example.com/schema"}, "nothing is fetched"),
        ({"$ref": "#/$defs/Missing"}, "not in the request"),
        ({"type": "fish"}, "fish"),
        ({"type": 3}, "3"),
        ({"properties": ["a"]}, "properties"),
        ({"minItems": float("nan")}, "minItems"),
        ({"pattern": "(?=x)y"}, "RE2"),
        ({"patternProperties": {"(a+)+$": {}}}, "patternProperties"),
        ([1], "object"),
    ],
)
def test_what_cannot_be_followed_is_refused_with_the_reason(schema: Any, reason: str) -> None:
    with pytest.raises(ApiError, match=reason) as refusal:
        normalised(schema)
    assert refusal.value.code == 400


def test_the_rest_of_the_process_may_still_import_what_was_hidden() -> None:
    assert valid("a", STRING)
    assert sys.modules.get("rfc3987_syntax", sys) is not None


def test_a_pattern_takes_linear_time() -> None:
    assert not expression("(a|a){26}$b").search("a" * 50_000)
    assert not valid("a" * 50_000, {"pattern": "(a+)+$b"})


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
KEYWORDS = """type properties items anyOf $ref enum minimum maxItems pattern allOf required nullable
additionalProperties minItems format not multipleOf const propertyOrdering oneOf"""
keywords = st.sampled_from(KEYWORDS.split())


@given(st.dictionaries(keywords, json_values, max_size=4))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_a_malformed_schema_is_refused_and_never_breaks(schema: dict[str, Any]) -> None:
    with contextlib.suppress(ApiError, UnknownError):
        filled(normalised(schema), "Tom is 12.")
