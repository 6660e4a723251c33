"""What the JSON answers promise: filled from the request, valid, or refused; nothing invented."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.offline.conversation import Conversation, Turn
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.structured.filling import UnknownError, answer, filled
from gemini_nb.offline.structured.schema import normalised, valid

JSON = "application/json"
S, I, N, B = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))  # noqa: E741


def maybe(schema: dict[str, Any]) -> dict[str, Any]:
    return {"type": [schema["type"], "null"]}


def o(**named: Any) -> dict[str, Any]:
    return {"type": "object", "properties": named, "required": [*named]}


def L(items: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - a list of these
    return {"type": "array", "items": items}


def M(values: dict[str, Any]) -> dict[str, Any]:  # noqa: N802 - names with these
    return {"type": "object", "additionalProperties": values}


def E(*options: str) -> dict[str, Any]:  # noqa: N802 - one of these
    return {"type": "string", "enum": [*options]}


CASES = [
    ("My brother Tom turned 12.", o(name=S, age=I), {"name": "Tom", "age": 12}),
    (
        "At 71, Henrik Olsen still repairs clocks.",
        o(name=S, age=I),
        {"name": "Henrik Olsen", "age": 71},
    ),
    ("Order 7 mugs", o(item=S, quantity=I), {"item": "mugs", "quantity": 7}),
    (
        "I want 3 mugs, 7 plates and 12 bowls",
        o(items=L(o(name=S, quantity=I))),
        {
            "items": [
                {"name": "mugs", "quantity": 3},
                {"name": "plates", "quantity": 7},
                {"name": "bowls", "quantity": 12},
            ]
        },
    ),
    ("Find 2 products of the brands Acme and Bolt.", o(brands=L(S)), {"brands": ["Acme", "Bolt"]}),
    (
        "Ann got 3 points and Bob got 5 points. Give the score of each.",
        o(scores={"type": "object", "additionalProperties": I}),
        {"scores": {"Ann": 3, "Bob": 5}},
    ),
    (
        "Extract the data: Ama Boateng, 37, lives in Accra, ama@example.org.",
        o(name=S, age=I, city=S, email=S),
        {
            "name": "Ama Boateng",
            "age": 37,
            "city": "Accra",
            "email": "ama@example.org",
        },
    ),
    (
        "A chair with an age of 12 and a price of 340 euros.",
        o(price=N, age=I),
        {"price": 340, "age": 12},
    ),
    ("I play a brass instrument.", E("woodwind", "brass", "percussion"), "brass"),
    (
        "Is this review positive, negative or neutral? The soup was cold.",
        E("positive", "negative", "neutral"),
        None,
    ),
    ("Was the review positive? It was awful.", o(sentiment=E("positive", "negative")), None),
    ("Invent two lighthouses.", L(o(name=S, height_in_metres=I)), None),
    ("List a few popular cookie recipes", L(o(recipe_name=S, ingredients=L(S))), None),
    (
        "The desk lamp costs $49.90 and is not in stock.",
        o(price=N, in_stock=B),
        {"price": 49.9, "in_stock": False},
    ),
    ("What's the weather like?", o(weather=S, mood=E("calm", "stormy", "icy")), None),
    (
        "Maria Lopez, 34, from Lisbon",
        o(name=S, age=I, city=S),
        {"name": "Maria Lopez", "age": 34, "city": "Lisbon"},
    ),
    (
        "The meeting with Dr. Alice Wong is on 2031-05-04 at 14:30 in Geneva.",
        o(person=S, date=S, time=S, city=S),
        {"person": "Alice Wong", "date": "2031-05-04", "time": "14:30", "city": "Geneva"},
    ),
    (
        "Our part number is AB1234 in the north hall.",
        o(code={"type": "string", "pattern": "^[A-Z]{2}[0-9]{4}$"}),
        {"code": "AB1234"},
    ),
    (
        "Tom is 12 and Ann is 15.",
        L(o(name=S, age=I)),
        [{"name": "Tom", "age": 12}, {"name": "Ann", "age": 15}],
    ),
    ("Tom has 3 cats.", o(name=S, age=maybe(I)), {"name": "Tom", "age": None}),
    ("Tom has 3 cats.", o(name=S, age=I), None),
    (
        "Tom has 3 cats and 2 dogs.",
        o(name=S, cats=I, dogs=I, fish=maybe(I)),
        {"name": "Tom", "cats": 3, "dogs": 2, "fish": None},
    ),
    (
        "The tower is 120 m tall and was built in 1889 by Gustave Blanc.",
        o(height_m=N, builder=maybe(S)),
        {"height_m": 120, "builder": None},
    ),
    (
        "Name: Priya Rao\nAge: 29\nCity: Pune\nHobby: chess",
        o(name=S, age=I, city=S, hobby=S),
        {"name": "Priya Rao", "age": 29, "city": "Pune", "hobby": "chess"},
    ),
    (
        "The book 'The Long Dusk' by Ines Fors has 312 pages.",
        o(title=S, author=S, pages=I),
        {"title": "The Long Dusk", "author": "Ines Fors", "pages": 312},
    ),
    ("Guests: Ola, Chen and Marta.", o(guests=L(S)), {"guests": ["Ola", "Chen", "Marta"]}),
    (
        "She flew from Oslo to Rome on 3 May 2027 with 2 bags.",
        o(origin=S, destination=S, date=S, bags=I),
        {"origin": "Oslo", "destination": "Rome", "date": "3 May 2027", "bags": 2},
    ),
    (
        "The parcel weighs 2.5 kg and is 40 cm long.",
        o(weight_kg=N, length_cm=N),
        {"weight_kg": 2.5, "length_cm": 40},
    ),
    ("The parcel weighs 2500 g.", o(weight_kg=maybe(N)), {"weight_kg": None}),
    ("The room holds two million people.", o(people=maybe(I)), {"people": None}),
    (
        "Write to kim@example.com or bo@example.com",
        o(emails=L(S)),
        {"emails": ["kim@example.com", "bo@example.com"]},
    ),
    ("Summarise: the tide is high.", o(summary=S), None),
    (
        "Tell me about Oslo",
        o(country=maybe(S), population=maybe(I)),
        {"country": None, "population": None},
    ),
    ("What is 2+2?", I, None),
    (
        "The status is in progress, priority high.",
        o(status=E("OPEN", "IN_PROGRESS", "DONE"), priority=E("low", "high")),
        {"status": "IN_PROGRESS", "priority": "high"},
    ),
    ("Alice has a dog named Rex and Bob has a cat.", o(name=S), None),
    (
        "The invoice 2041 for Blue Harbour Ltd is 1,250.50 euros, due 12 March 2031.",
        o(amount=N, due_date=S),
        {"amount": 1250.5, "due_date": "12 March 2031"},
    ),
    (
        "I bought five apples for 3.20 euros.",
        o(item=S, count=I, price=N),
        {"item": "apples", "count": 5, "price": 3.2},
    ),
    ("Is Oslo bigger than Rome?", o(bigger=B), None),
    (
        "He is a vegetarian and has no allergies.",
        o(vegetarian=B, allergies=maybe(B)),
        {"vegetarian": True, "allergies": False},
    ),
    (
        "Sensor A reads 21, sensor B reads 19",
        L(o(sensor=S, reading=N)),
        [{"sensor": "Sensor A", "reading": 21}, {"sensor": "sensor B", "reading": 19}],
    ),
    ("Bananas: 6, apples: 4", M(I), {"Bananas": 6, "apples": 4}),
    (
        "Bananas: 6, apples: 4",
        L(o(fruit=S, count=I)),
        [{"fruit": "Bananas", "count": 6}, {"fruit": "apples", "count": 4}],
    ),
    ("Oslo: -4, Rome: 12", M(I), {"Oslo": -4, "Rome": 12}),
    ("Ann has 3 cats and Bob has 2 dogs.", o(ages=M(I)), None),
    ("Tom has 3 cats and 2 dogs.", M(I), None),
    (
        "The lighthouse of Alba Point is 21 metres high. The one of Corran is 34 metres high.",
        L(o(name=S, height_in_metres=I)),
        [
            {"name": "Alba Point", "height_in_metres": 21},
            {"name": "Corran", "height_in_metres": 34},
        ],
    ),
    ("List the names: Ida, Bo, Max", L(S), ["Ida", "Bo", "Max"]),
    ("The lighthouses are Alba and Corran.", L(S), ["Alba", "Corran"]),
    ("Towns: Brest, Dover and Oslo", L(S), ["Brest", "Dover", "Oslo"]),
    ("Extract all numbers: 4, 8, 15 and 16.", L(I), [4, 8, 15, 16]),
    ("Tom and Ann live in Oslo.", L(S), None),
    ("Alice has a dog named Rex and Bob has a cat.", L(S), None),
    ("Note: please come, it is late", L(S), None),
    ("We saw 4 cats, 8 dogs.", L(I), None),
    ("Rows: 3. Seats: 4, 5", L(I), None),
    ("Mia (9) and Noah (11) sing.", o(ages=L(I)), None),
    ("Anna has 5 apples and gives 2 apples to Ben.", o(apples=I), None),
    ("She went 60 km in 2 hours, then 90 km in 3 hours.", o(distance_km=N), None),
    ("Between 5 and 7 guests will come.", o(guests=I), None),
    ("The table has 4 legs.", o(tables=I), None),
    ("I tested positive for covid, the hotel was awful.", E("positive", "negative"), None),
    ("The mood was calm, they say.", o(mood=E("calm", "stormy")), {"mood": "calm"}),
    ("Calm people stay here.", o(mood=E("calm", "stormy")), None),
    ("Task A is done, task B is open.", o(status=E("open", "done")), None),
    ("Priority is high, risk is low.", o(risk=E("low", "high")), {"risk": "low"}),
    ("Stefan and Ulla have three: Tim, Kai and Mara.", o(children=L(S)), None),
    (
        "Ingredients: flour, eggs, salt",
        o(ingredients=L(S)),
        {"ingredients": ["flour", "eggs", "salt"]},
    ),
    (
        "Vegan: yes. Gluten free: no.",
        o(vegan=B, gluten_free=B),
        {"vegan": True, "gluten_free": False},
    ),
    ("The gate isn't closed.", o(closed=B), {"closed": False}),
    ("Ask whether the gate is closed.", o(closed=B), None),
    ("Parking costs 5 euros.", o(parking=B), None),
    ("Nobody was hurt.", o(hurt=B), {"hurt": False}),
    ("The museum opens at 10:00.", o(opens=S), None),
    ("Tom scored more than 20 points.", o(points=I), None),
    ("Due on 4 March 2026.", o(due={"type": "string", "format": "date"}), None),
    ("Two coffees and three rolls.", L({"properties": {"price": maybe(N)}, **o(name=S)}), None),
    ("Order 3 apples, 2 pears and a melon.", L(o(name=S, quantity=I)), None),
    ("Parking was terrible.", o(parking=B), None),
    ("The flat comes with parking.", o(parking=B), {"parking": True}),
    ("Parking: yes. The flat has no lift.", o(parking=B, lift=B), {"parking": True, "lift": False}),
    ("It is 7 mugs.", o(mugs={"anyOf": [I, L(S)]}), None),
    ("Level 3 please.", o(level={"type": "integer", "enum": [1, 2, 3]}), {"level": 3}),
    ("Level 9 please.", o(level={"type": "integer", "enum": [1, 2, 3]}), None),
    ("See https://a.example/x?y=1.", o(link=S), {"link": "https://a.example/x?y=1"}),
    ("Both AB12 and CD34 fit.", o(code={"type": "string", "pattern": "^[A-Z]{2}[0-9]{2}$"}), None),
    (
        "It is 7 mugs.",
        o(n={"anyOf": [{"type": "null"}, I]}, mugs={"anyOf": [I, {"type": "null"}]}),
        {"n": None, "mugs": 7},
    ),
]


@pytest.mark.parametrize(("text", "schema", "wanted"), CASES)
def test_a_value_is_one_that_the_text_states_or_refused(
    text: str, schema: dict[str, Any], wanted: Any
) -> None:
    if wanted is None:
        with pytest.raises(UnknownError, match="doesn't say what"):
            filled(normalised(schema), text)
    else:
        assert filled(normalised(schema), text) == wanted


def asked(*texts: str, **more: Any) -> Conversation:
    return Conversation(tuple(Turn("user", text) for text in texts), mime_type=JSON, **more)


def told(conversation: Conversation) -> Any:
    return json.loads(answer(conversation, 0).parts[0].text)  # type: ignore[union-attr]


def test_an_answer_is_json_and_an_enumerations_word_is_bare() -> None:
    assert told(asked("Tom is 12.", schema=o(name=S, age=I))) == {"name": "Tom", "age": 12}
    turns = (Turn("user", "I play a brass instrument."),)
    drums = Conversation(turns, schema=E("brass", "wind"), mime_type="text/x.enum")
    assert answer(drums, 0).parts[0].text == "brass"  # type: ignore[union-attr]


def test_earlier_turns_count_where_the_last_says_nothing() -> None:
    schema = o(name=S, age=I)
    assert told(asked("Tom is 12.", "Now as JSON.", schema=schema)) == {"name": "Tom", "age": 12}


def test_the_form_that_is_asked_for_states_no_values() -> None:
    form = 'Null if it never is. Answer in this form: {"seconds": 12.5}'
    schema = o(seconds={"type": ["number", "null"]})
    assert told(asked(form, schema=schema)) == {"seconds": None}


def test_lists_of_objects_may_have_nullable_fields_and_lose_nobody() -> None:
    schema = {"type": "array", "items": o(name=S, age={"anyOf": [I, {"type": "null"}]})}
    pairs = [{"name": "Ann", "age": 20}, {"name": "Bob", "age": 31}]
    assert told(asked("Extract the people: Ann is 20 and Bob is 31.", schema=schema)) == pairs
    with pytest.raises(UnknownError):
        answer(asked("Ann is 20, Bob came by bus.", schema=schema), 0)


def test_a_picture_is_not_described_by_the_words_beside_it() -> None:
    turns = (Turn("user", "Tom is 12.", pictures=(Image.new("RGB", (9, 9)),)),)
    with pytest.raises(ApiError, match="shown"):
        answer(Conversation(turns, schema=o(name=S, age=I)), 0)


def test_a_refusal_names_the_field() -> None:
    with pytest.raises(ApiError, match="what sentiment is") as refusal:
        answer(asked("Fine weather.", schema=o(sentiment=E("good", "bad"))), 0)
    assert refusal.value.code == 400


def test_without_a_form_the_refusal_is_json_too() -> None:
    assert list(told(asked("List three fruits as JSON."))) == ["refusal"]


@pytest.mark.parametrize("text", ["a" * 50_000, "A " * 25_000, "1" * 50_000, "1 " * 25_000,
                                  "A, " * 9_000, "a and " * 9_000, "'" * 50_000, "{" * 50_000,
                                  "a@" * 25_000, "Is a " * 9_000])  # fmt: skip
def test_long_runs_of_one_character_are_read_in_time(text: str) -> None:
    with pytest.raises((UnknownError, ApiError)):
        filled(normalised(o(email=S, ages=L(I), people=L(o(name=S, age=I)), x=E("q"), y=B)), text)
    told(asked(text))


leaves = st.sampled_from(
    [
        *(S, I, N, B, maybe(I), E("red", "blue"), {"const": 1}, {}, {"type": "null"}, False),
        *({"type": "string", "pattern": "^[A-Z]{2}$"}, {"type": "integer", "minimum": 5}),
        *({"type": "string", "format": "date"}, {"type": "integer", "enum": [3, 12]}),
    ]
)
names = st.sampled_from(["name", "age", "city", "is_open", "tags", "price", "a"])


@st.composite
def schemas(draw: Any, depth: int = 3) -> Any:
    kind = draw(st.sampled_from(["leaf", "object", "list", "map", "anyOf", "oneOf", "allOf"]))
    if kind == "leaf" or not depth:
        return draw(leaves)
    inner = schemas(depth - 1)
    if kind == "object":
        named = draw(st.dictionaries(names, inner, max_size=4))
        needed = [name for name in named if draw(st.booleans())]
        return {"type": "object", "properties": named, "required": needed}
    if kind == "list":
        least, more = draw(st.integers(0, 3)), draw(st.integers(0, 3))
        sizes = {"minItems": least, "maxItems": least + more}
        return {"type": "array", "items": draw(inner), **sizes}
    if kind == "map":
        return {"type": "object", "additionalProperties": draw(inner)}
    return {kind: draw(st.lists(inner, min_size=1, max_size=3))}


TEXTS = ["My brother Tom turned 12 in Rome.", "3 red mugs, 7 blue bowls", "AB", ""]


@given(schemas(), st.sampled_from(TEXTS))
@settings(derandomize=True, deadline=None, max_examples=100)
def test_any_schema_gets_a_valid_value_or_a_refusal(schema: Any, text: str) -> None:
    read = normalised(schema)
    try:
        value = filled(read, text)
    except (UnknownError, ApiError):
        return
    assert valid(value, read)
    json.dumps(value)
