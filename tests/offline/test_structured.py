"""What the JSON answers promise: valid for any schema, or refused; filled from the request."""

import contextlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gemini_nb.offline.language.sampling import Sampling
from gemini_nb.offline.prompt import Prompt, Turn
from gemini_nb.offline.structured.json_answers import UnsupportedSchemaError, free_json, json_value

quick = settings(derandomize=True, deadline=None, max_examples=60)


def asked(text: str, system: str = "") -> Prompt:
    return Prompt((Turn("user", text),), system)


def fill(schema: Mapping[str, object], text: str = "Tell me about owls.", seed: int = 1) -> Any:
    return json_value(schema, asked(text), Sampling(seed=seed))


def valid(schema: Mapping[str, object], value: object) -> bool:
    return Draft202012Validator(schema).is_valid(value)


names = st.sampled_from(
    ["title", "city", "price", "is_open", "tags", "note", "recipeName", "a", ""]
)
sizes = st.tuples(st.integers(0, 6), st.integers(0, 6)).map(sorted)


def sized(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return sizes.map(lambda pair: {f"min{kind}": pair[0], f"max{kind}": pair[1]})


texts = st.one_of(
    st.just({}),
    sized("Length"),
    st.sampled_from(["date", "email", "uuid", "date-time", "no-such-format"]).map(
        lambda form: {"format": form}
    ),
    st.sampled_from([r"^[A-Z]{2}\d+$", r"(red|blue)-[a-f0-9]{4}", r"^\w+@\w+\.com$"]).map(
        lambda pattern: {"pattern": pattern}
    ),
    st.lists(st.text(max_size=5), min_size=1, max_size=4).map(lambda options: {"enum": options}),
).map(lambda keywords: {"type": "string", **keywords})
numbers = st.builds(
    lambda kind, low, width, step: {
        "type": kind,
        "minimum": low,
        "maximum": low + width,
        **({"multipleOf": step} if step and width >= 2 * step else {}),
    },
    st.sampled_from(["integer", "number"]),
    st.integers(-1000, 1000),
    st.integers(0, 50),
    st.sampled_from([None, 1, 5, 7]),
)
leaves = st.one_of(
    texts,
    numbers,
    st.sampled_from([{"type": "boolean"}, {"type": "null"}, {"const": [1, {"a": None}]}, {}]),
    st.just({"type": ["integer", "null"]}),
)


def containers(inner: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[dict[str, Any]]:
    objects = st.dictionaries(names, inner, max_size=4).flatmap(
        lambda properties: st.builds(
            lambda required, closed: {
                "type": "object",
                "properties": properties,
                "required": required,
                **({"additionalProperties": False} if closed else {}),
            },
            st.lists(st.sampled_from([*properties]), unique=True) if properties else st.just([]),
            st.booleans(),
        )
    )
    lists = st.builds(
        lambda items, size: {"type": "array", "items": items, **size}, inner, sized("Items")
    )
    tuples = st.lists(inner, min_size=1, max_size=3).map(
        lambda items: {"type": "array", "prefixItems": items, "items": False}
    )
    choices = st.lists(inner, min_size=1, max_size=3).map(lambda options: {"anyOf": options})
    return st.one_of(objects, lists, tuples, choices, inner.map(lambda each: {"allOf": [each]}))


satisfiable = st.recursive(leaves, containers, max_leaves=10)


@given(satisfiable, st.integers(0, 9), st.sampled_from(["Owls", "3 of 'Anna', 'Bo' at 7 in Rome"]))
@quick
def test_every_schema_that_can_be_met_is_met(schema: dict[str, Any], seed: int, text: str) -> None:
    assert valid(schema, fill(schema, text, seed))


@given(st.lists(satisfiable, min_size=2, max_size=3), st.sampled_from(["allOf", "oneOf"]))
@quick
def test_a_combination_is_met_or_refused(schemas: list[dict[str, Any]], keyword: str) -> None:
    schema = {keyword: schemas}
    try:
        value = fill(schema)
    except UnsupportedSchemaError:
        reject()
    else:
        assert valid(schema, value)


def in_gemini_dialect(schema: Any) -> Any:
    """The schema as Gemini's own: types in upper case, whole numbers as strings."""
    if isinstance(schema, list):
        return [in_gemini_dialect(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    counts = {"minItems", "maxItems", "minLength", "maxLength"}
    return {
        key: value.upper()
        if key == "type" and isinstance(value, str)
        else str(value)
        if key in counts
        else value
        if key in {"enum", "const", "required"}
        else in_gemini_dialect(value)
        for key, value in schema.items()
    }


@given(satisfiable)
@quick
def test_both_dialects_mean_the_same(schema: dict[str, Any]) -> None:
    assert fill(in_gemini_dialect(schema)) == fill(schema)


def test_the_order_of_properties_is_the_one_asked_for() -> None:
    schema = {
        "type": "OBJECT",
        "properties": {"a": {"type": "STRING"}, "b": {"type": "STRING"}, "c": {"type": "STRING"}},
        "propertyOrdering": ["c", "a"],
    }
    assert list(fill(schema)) == ["c", "a", "b"]


def test_a_nullable_property_is_still_filled() -> None:
    schema = {"type": "OBJECT", "properties": {"n": {"type": "INTEGER", "nullable": True}}}
    assert isinstance(fill(schema)["n"], int)


TREE = {
    "$ref": "#/$defs/Tree",
    "$defs": {
        "Tree": {
            "type": "object",
            "properties": {
                "name": {"type": "string"},
                "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
                "parent": {"anyOf": [{"$ref": "#/$defs/Tree"}, {"type": "null"}]},
            },
            "required": ["name", "children"],
        }
    },
}


def test_a_recursive_schema_ends() -> None:
    value = fill(TREE)
    assert valid(TREE, value)
    assert value["children"]


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}, "required": ["a"]}
    return schema


LOOP = {"type": "object", "properties": {"again": {"$ref": "#"}}, "required": ["again"]}
WIDE = {"type": "array", "minItems": 200, "items": {"type": "array", "minItems": 200, "items": {}}}


@pytest.mark.parametrize(
    ("schema", "keyword"),
    [
        ({"type": "integer", "minimum": 5, "maximum": 3}, "minimum"),
        ({"type": "integer", "exclusiveMinimum": 3, "exclusiveMaximum": 4}, "minimum"),
        ({"type": "array", "items": {}, "minItems": 10**9}, "minItems"),
        ({"type": "array", "items": {}, "minItems": 3, "maxItems": 1}, "minItems"),
        ({"type": "array", "items": {"type": "boolean"}, "uniqueItems": True, "minItems": 3}, ""),
        ({"type": "string", "minLength": 9, "maxLength": 3}, "minLength"),
        ({"type": "string", "minLength": 10**12}, "minLength"),
        ({"type": "string", "pattern": "(a+)+$"}, "pattern"),
        ({"type": "string", "pattern": "(?=x)y"}, "pattern"),
        ({"type": "object", "properties": {"a": False}, "required": ["a"]}, "required"),
        ({"type": "object", "additionalProperties": False, "minProperties": 1}, "minProperties"),
        ({"enum": []}, "enum"),
        ({"type": "fish"}, "type"),
        ({"type": 3}, "type"),
        ({"not": {"type": "string"}}, "not"),
        ({"properties": ["a"]}, "properties"),
        ({"$ref": "#/$defs/Missing"}, "$ref"),
        ({"$ref": "https://example.com/schema"}, "$ref"),
        ({"$ref": "#"}, "$ref"),
        ({"allOf": [{"type": "string"}, {"type": "integer"}]}, "type"),
        ({"oneOf": [{"type": "integer"}, {"type": "integer"}]}, "oneOf"),
        (LOOP, "properties"),
        ({"anyOf": [LOOP, {"$ref": "#"}]}, ""),
        (nested(1000), "properties"),
        (WIDE, "schema"),
    ],
)
def test_what_cannot_be_met_is_refused_with_the_keyword_and_the_place(
    schema: dict[str, Any], keyword: str
) -> None:
    with pytest.raises(UnsupportedSchemaError, match=r" at \$") as refusal:
        fill(schema)
    assert keyword in refusal.value.keyword


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)
keywords = st.sampled_from(
    ["type", "properties", "items", "anyOf", "$ref", "enum", "minimum", "maxItems", "pattern"]
)


@given(st.dictionaries(keywords, json_values, max_size=4))
@quick
def test_a_malformed_schema_is_refused_and_never_breaks(schema: dict[str, Any]) -> None:
    with contextlib.suppress(UnsupportedSchemaError):
        json.dumps(fill(schema))


RECIPES = {
    "type": "ARRAY",
    "items": {
        "type": "OBJECT",
        "properties": {
            "recipe_name": {"type": "STRING"},
            "ingredients": {"type": "ARRAY", "items": {"type": "STRING"}},
            "minutes": {"type": "INTEGER"},
        },
        "required": ["recipe_name", "ingredients"],
    },
}


@given(st.integers(1, 9), st.integers(0, 30))
@quick
def test_a_list_has_as_many_items_as_the_request_says(number: int, seed: int) -> None:
    recipes = fill(RECIPES, f"List {number} soup recipes.", seed)
    assert len(recipes) == number
    assert all(recipe["recipe_name"] and recipe["ingredients"] for recipe in recipes)


def test_the_items_of_a_list_differ() -> None:
    names = [each["recipe_name"] for each in fill(RECIPES, "List 6 soup recipes.")]
    assert len(set(names)) == 6
    greedy = json_value(RECIPES, asked("List 6 soup recipes."), Sampling(temperature=0))
    assert len({json.dumps(each) for each in greedy}) == 6


def test_what_the_request_states_is_taken_from_it() -> None:
    schema = {
        "type": "object",
        "properties": {
            "name": {"type": "string"},
            "age": {"type": "integer"},
            "city": {"type": "string"},
            "occupation": {"type": "string"},
            "email": {"type": "string"},
        },
    }
    text = "Extract the data: Ama Boateng, 37, lives in Accra, is a surveyor, ama@example.org."
    assert fill(schema, text) == {
        "name": "Ama Boateng",
        "age": 37,
        "city": "Accra",
        "occupation": "surveyor",
        "email": "ama@example.org",
    }


@given(st.integers(10, 99), st.integers(100, 999))
@quick
def test_numbers_go_to_the_fields_they_stand_near_to(age: int, price: int) -> None:
    schema = {
        "type": "object",
        "properties": {"price": {"type": "number"}, "age": {"type": "integer"}},
    }
    text = f"A chair with an age of {age} and a price of {price} euros."
    assert fill(schema, text) == {"price": price, "age": age}


def test_a_choice_that_the_request_names_is_chosen() -> None:
    schema = {"type": "STRING", "enum": ["woodwind", "brass", "percussion"]}
    for option in schema["enum"]:
        assert fill(schema, f"I play a {option} instrument.") == option


def test_other_requests_get_other_texts_and_the_same_request_the_same() -> None:
    schema = {"type": "object", "properties": {"summary": {"type": "string"}}}
    owls, kites = (fill(schema, f"Tell me about {subject}.") for subject in ("owls", "kites"))
    assert "owls" in owls["summary"]
    assert "kites" in kites["summary"]
    assert owls == fill(schema, "Tell me about owls.")


def test_temperature_zero_leaves_nothing_to_the_seed() -> None:
    values = [
        json_value(RECIPES, asked("List soups."), Sampling(temperature=0, seed=seed))
        for seed in range(4)
    ]
    assert values == [values[0]] * 4


def test_candidates_differ() -> None:
    prompt = asked("List soups.")
    values = [json_value(RECIPES, prompt, Sampling(), candidate=index) for index in range(3)]
    assert len({json.dumps(value) for value in values}) == 3


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("Use {'dish': str, 'minutes': int} please", {"dish": str, "minutes": int}),
        ('Like {"dish": "...", "cheap": true}.', {"dish": str, "cheap": bool}),
        ("interface Dish { dish: string; steps: string[] }", {"dish": str, "steps": list}),
        ("Answer in JSON with the keys dish and note.", {"dish": str, "note": str}),
        ("Type: {a: {b: number}, c?: Array<string>}", {"a": dict, "c": list}),
    ],
)
def test_keys_that_a_prompt_spells_out_are_used(text: str, keys: dict[str, type]) -> None:
    value = free_json(asked(f"Suggest a soup. {text}"), Sampling())
    assert isinstance(value, dict)
    assert {key: type(each) for key, each in value.items()} == keys


def test_a_list_of_a_spelled_out_type_is_a_list() -> None:
    text = "List 4 soups. Soup = {'name': str, 'steps': list[str]}. Return: list[Soup]"
    value = free_json(asked(text), Sampling())
    assert isinstance(value, list)
    assert len(value) == 4
    assert all(set(each) == {"name", "steps"} for each in value)


@given(st.text(max_size=200) | st.text("{}[]<>:,'\"a ", max_size=60), st.text(max_size=50))
@quick
def test_any_prompt_gets_some_json(text: str, system: str) -> None:
    value = free_json(asked(text, system), Sampling())
    assert isinstance(value, dict | list)
    json.dumps(value)


@pytest.mark.parametrize("step", [0.5, 5e-324, 1e308])
def test_multiples_near_the_largest_number_are_found_or_refused(step: float) -> None:
    schema = {"type": "NUMBER", "minimum": 1.7e308, "multipleOf": step}
    with contextlib.suppress(UnsupportedSchemaError):
        assert json_value(schema, asked("Hi"), Sampling()) >= 1.7e308
