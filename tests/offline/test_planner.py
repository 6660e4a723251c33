"""What the function planner promises: calls what is asked for, with arguments from the request."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gemini_nb.offline.prompt import Prompt, Turn
from gemini_nb.offline.structured.json_answers import UnsupportedSchemaError
from gemini_nb.offline.structured.planner import FunctionCall, plan

quick = settings(derandomize=True, deadline=None, max_examples=60)


def asked(text: str) -> Prompt:
    return Prompt((Turn("user", text),))


def declare(
    name: str, description: str, required: tuple[str, ...] = (), **properties: Any
) -> dict[str, Any]:
    schema = {"type": "OBJECT", "properties": properties, "required": list(required)}
    return {"name": name, "description": description, "parameters": schema}


STRING = {"type": "STRING"}
NUMBER = {"type": "NUMBER"}
FLAG = {"type": "BOOLEAN"}
WEATHER = declare(
    "get_weather",
    "Gets the weather at a place.",
    ("location",),
    location={"type": "STRING", "description": "City and state, such as Reno, NV"},
    unit={"type": "STRING", "enum": ["celsius", "fahrenheit"]},
    days={"type": "INTEGER", "minimum": 1, "maximum": 14},
)
OVEN = declare(
    "set_oven",
    "Sets the temperature of the oven and how long it bakes.",
    ("temperature",),
    temperature={"type": "INTEGER"},
    minutes={"type": "INTEGER"},
    fan=FLAG,
)
LAMP = declare("switch_lamp", "Switches a lamp on or off.", ("power",), power=FLAG, room=STRING)
MAIL = declare(
    "send_mail",
    "Sends a mail.",
    ("recipient", "text"),
    recipient=STRING,
    text={"type": "STRING", "description": "What the mail says"},
)
TRAIN = declare(
    "book_train", "Books a train ticket.", ("origin", "destination"), origin=STRING,
    destination=STRING, date=STRING, passengers={"type": "INTEGER"},
)  # fmt: skip
MULTIPLY = declare("multiply", "Returns a * b.", ("a", "b"), a=NUMBER, b=NUMBER)
ALL = (WEATHER, OVEN, LAMP, MAIL, TRAIN, MULTIPLY)


@pytest.mark.parametrize(
    ("text", "call"),
    [
        ("How is the weather in Lagos?", FunctionCall("get_weather", {"location": "Lagos"})),
        (
            "What weather do you expect in Santa Fe, NM over the next 3 days, in fahrenheit?",
            FunctionCall(
                "get_weather", {"location": "Santa Fe, NM", "unit": "fahrenheit", "days": 3}
            ),
        ),
        ("weather in oslo please", FunctionCall("get_weather", {"location": "oslo"})),
        (
            "Set the oven to 190 degrees for 25 minutes without the fan.",
            FunctionCall("set_oven", {"temperature": 190, "minutes": 25, "fan": False}),
        ),
        (
            "For 25 minutes I need the oven at 190 degrees.",
            FunctionCall("set_oven", {"temperature": 190, "minutes": 25}),
        ),
        ("Switch the lamp off", FunctionCall("switch_lamp", {"power": False})),
        ("Please turn the lamp on.", FunctionCall("switch_lamp", {"power": True})),
        (
            'Send a mail to Zainab saying "the boat is late"',
            FunctionCall("send_mail", {"recipient": "Zainab", "text": "the boat is late"}),
        ),
        (
            "Book a train from Basel to Milan for 2 passengers on 2031-05-04.",
            FunctionCall(
                "book_train",
                {"origin": "Basel", "destination": "Milan", "date": "2031-05-04", "passengers": 2},
            ),
        ),
        ("What is 12 times 31?", FunctionCall("multiply", {"a": 12, "b": 31})),
        ("Compute 1.5 * 8", FunctionCall("multiply", {"a": 1.5, "b": 8})),
    ],
)
def test_a_request_becomes_the_call_it_asks_for(text: str, call: FunctionCall) -> None:
    assert plan(ALL, asked(text)) == (call,)


@pytest.mark.parametrize(
    "text", ["Hello!", "Write a poem about rain.", "Who are you?", "", "Thank you, that was nice."]
)
def test_a_request_for_something_else_calls_nothing(text: str) -> None:
    assert plan(ALL, asked(text)) == ()


def test_several_clauses_may_ask_for_several_functions() -> None:
    text = "Switch on the lamp in the hall and set the oven to 200 degrees."
    assert plan(ALL, asked(text)) == (
        FunctionCall("switch_lamp", {"power": True, "room": "hall"}),
        FunctionCall("set_oven", {"temperature": 200}),
    )


def test_several_places_get_a_call_each() -> None:
    calls = plan(ALL, asked("How is the weather in Lagos, New York and Pune?"))
    assert [call.args for call in calls] == [
        {"location": "Lagos"},
        {"location": "New York"},
        {"location": "Pune"},
    ]


def test_only_the_last_turn_is_planned() -> None:
    turns = (Turn("user", "Weather in Lagos?"), Turn("model", "Warm."), Turn("user", "Thanks!"))
    assert plan(ALL, Prompt(turns)) == ()


def test_mode_any_always_calls_and_mode_none_never() -> None:
    assert len(plan(ALL, asked("Hello!"), mode="ANY")) == 1
    assert plan(ALL, asked("Weather in Lagos?"), mode="NONE") == ()
    assert plan(ALL, asked("Weather in Lagos?"), mode="VALIDATED") == plan(
        ALL, asked("Weather in Lagos?")
    )


def test_only_allowed_functions_are_called() -> None:
    calls = plan(ALL, asked("How is the weather in Lagos?"), mode="ANY", allowed=("set_oven",))
    assert [call.name for call in calls] == ["set_oven"]
    assert plan(ALL, asked("How is the weather in Lagos?"), allowed=("set_oven",)) == ()


def test_words_that_all_functions_share_do_not_choose_between_them() -> None:
    rooms = [
        declare(f"light_{room}", f"Lights the {room} room of the house.")
        for room in ("blue", "green", "white")
    ]
    calls = plan(rooms, asked("Light the green room of the house"))
    assert [call.name for call in calls] == ["light_green"]


@given(st.integers(30, 300), st.integers(1, 29))
@quick
def test_other_numbers_in_the_request_are_other_arguments(degrees: int, minutes: int) -> None:
    text = f"Set the oven to {degrees} degrees for {minutes} minutes."
    (call,) = plan(ALL, asked(text))
    assert call.args == {"temperature": degrees, "minutes": minutes}


@given(st.sampled_from(["Lima", "New Delhi", "São Paulo", "Ho Chi Minh City", "Ulm"]))
@quick
def test_another_place_in_the_request_is_another_argument(city: str) -> None:
    (call,) = plan(ALL, asked(f"What is the weather like in {city} today?"))
    assert call.args == {"location": city}


def test_a_list_of_names_fills_a_list() -> None:
    guests = {"type": "ARRAY", "items": STRING}
    party = declare("invite_guests", "Invites guests to a party.", ("guests",), guests=guests)
    (call,) = plan([party], asked("Invite Ola, Chen and Marta to the party"))
    assert call.args == {"guests": ["Ola", "Chen", "Marta"]}


def test_the_standard_dialect_and_no_parameters_are_understood() -> None:
    schema = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
    forecast = {"name": "weather_forecast", "parametersJsonSchema": schema}
    bell = {"name": "ring_bell", "description": "Rings the bell."}
    assert plan([forecast, bell], asked("Weather forecast for Cairo")) == (
        FunctionCall("weather_forecast", {"city": "Cairo"}),
    )
    assert plan([forecast, bell], asked("Ring the bell")) == (FunctionCall("ring_bell", {}),)


def lowered(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {key: lowered(value) for key, value in schema.items()}
    return schema.lower() if isinstance(schema, str) and schema.isupper() else schema


@given(st.text(max_size=120) | st.text("0123456789 .,oven lamp weather'\"", max_size=60))
@quick
def test_arguments_are_valid_whatever_the_request(text: str) -> None:
    for call in plan(ALL, asked(text), mode="ANY"):
        declared = next(each for each in ALL if each["name"] == call.name)
        Draft202012Validator(lowered(declared["parameters"])).validate(call.args)


def test_parameters_that_nothing_meets_are_refused() -> None:
    broken = declare("set_lamp", "Sets.", ("level",), level={"type": "INTEGER", "enum": []})
    with pytest.raises(UnsupportedSchemaError, match="enum"):
        plan([broken], asked("Set the lamp"))
