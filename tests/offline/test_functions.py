"""What the planner promises: what is asked for is called, with arguments from the request."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from gemini_nb.offline import functions
from gemini_nb.offline.conversation import Conversation, Function, Turn
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import FunctionCall, FunctionResponse
from gemini_nb.offline.structured.schema import valid

TEXT, WHOLE, NUMBER, FLAG = ({"type": kind} for kind in ("string", "integer", "number", "boolean"))
Calls = list[tuple[str, dict[str, Any]]]


def declare(name: str, about: str, needed: str = "", **named: Any) -> Function:
    parameters = {"type": "object", "properties": named, "required": needed.split()}
    return Function(name, about, parameters)


UNIT = {"type": "string", "enum": ["celsius", "fahrenheit"]}
DAYS = {"type": "integer", "minimum": 1, "maximum": 14}
WEATHER = declare(
    "get_weather", "Gets the weather at a place.", "location", location=TEXT, unit=UNIT, days=DAYS
)
OVEN = declare(
    "set_oven", "Sets the temperature of the oven and how long it bakes.", "temperature",
    temperature=WHOLE, minutes=WHOLE, fan=FLAG,
)  # fmt: skip
LAMP = declare("switch_lamp", "Switches a lamp on or off.", "power", power=FLAG, room=TEXT)
MAIL = declare("send_mail", "Sends a mail.", "recipient text", recipient=TEXT, text=TEXT)
TRAIN = declare(
    "book_train", "Books a train ticket.", "origin destination", origin=TEXT, destination=TEXT,
    date=TEXT, passengers=WHOLE,
)  # fmt: skip
MULTIPLY = declare("multiply", "Returns a * b.", "a b", a=NUMBER, b=NUMBER)
MEAN = declare("mean", "Returns the mean.", "values", values={"type": "array", "items": NUMBER})
ADD = declare("add", "Returns the sum.", "first second", first=NUMBER, second=NUMBER)
ORDER = declare("order", "Order an item", "item quantity", item=TEXT, quantity=WHOLE)
FORECAST = declare(
    "forecast", "weather forecast", "city days", city=TEXT,
    days={"type": "integer", "enum": [1, 5, 10, 15]},
)  # fmt: skip
BRANDS = declare(
    "find_products", "Search products of brands", brands={"type": "array", "items": TEXT}
)
MAYBE = {"anyOf": [{"type": "array", "items": TEXT}, {"type": "null"}]}
OPTIONAL = declare("find_products", "Search products of brands", brands=MAYBE)
TIMER = declare("set_timer", "Set a timer.", "minutes", minutes=WHOLE, label=TEXT)
PLAY = declare("play", "Plays a song.", "song", song=TEXT)
LIGHT = declare("set_light", "Sets a light.", "room brightness", room=TEXT, brightness=WHOLE)
STOCK = declare("get_stock", "How many are left.", "product", product=TEXT)
MONEY = declare("send_money", "Sends money.", "amount to", amount=WHOLE, to=TEXT)
HEATING = declare("set_thermostat", "Sets the thermostat.", "degrees", degrees=WHOLE)
DIM = declare("set_brightness", "Dims the lights", "brightness", brightness=WHOLE)
HOUSE = (WEATHER, OVEN, LAMP, MAIL, TRAIN, MULTIPLY)


def planned(*turns: Turn | str, offered: tuple[Function, ...] = HOUSE, **more: Any) -> Any:
    """The calls as pairs, or the words, or None."""
    said = tuple(Turn("user", turn) if isinstance(turn, str) else turn for turn in turns)
    draft = functions.answer(Conversation(said, functions=offered, **more))
    if draft is None:
        return None
    calls = [part.function_call for part in draft.parts if part.function_call]
    return [(call.name, call.args) for call in calls] or draft.parts[0].text


def weather(*places: str) -> Calls:
    return [("get_weather", {"location": place}) for place in places]


CASES: list[tuple[str, tuple[Function, ...], Calls]] = [
    ("How is the weather in Lagos?", HOUSE, weather("Lagos")),
    ("What weather do you expect in Santa Fe, NM over the next 3 days, in fahrenheit?", HOUSE,
     [("get_weather", {"location": "Santa Fe, NM", "unit": "fahrenheit", "days": 3})]),
    ("weather in oslo please", HOUSE, weather("oslo")),
    ("How is the weather in Lagos, New York and Pune?", HOUSE,
     weather("Lagos", "New York", "Pune")),
    ("What's the weather in Paris and in Oslo?", HOUSE, weather("Paris", "Oslo")),
    ("Set the oven to 190 degrees for 25 minutes without the fan.", HOUSE,
     [("set_oven", {"temperature": 190, "minutes": 25, "fan": False})]),
    ("For 25 minutes I need the oven at 190 degrees.", HOUSE,
     [("set_oven", {"temperature": 190, "minutes": 25})]),
    ("How is the weather in Pune? Set the oven to 200 degrees as well.", HOUSE,
     [*weather("Pune"), ("set_oven", {"temperature": 200})]),
    ("Set a timer for 5 minutes and another for 20 minutes.", (TIMER,),
     [("set_timer", {"minutes": 5}), ("set_timer", {"minutes": 20})]),
    ("Set timers for 3, 5 and 8 minutes.", (TIMER,),
     [("set_timer", {"minutes": each}) for each in (3, 5, 8)]),
    ('Send a mail to Zainab saying "the boat is late"', HOUSE,
     [("send_mail", {"recipient": "Zainab", "text": "the boat is late"})]),
    ("Book a train from Basel to Milan for 2 passengers on 2031-05-04.", HOUSE,
     [("book_train", {"origin": "Basel", "destination": "Milan", "date": "2031-05-04",
                      "passengers": 2})]),
    ("What is 12 times 31?", HOUSE, [("multiply", {"a": 12, "b": 31})]),
    ("Add 3 and 4.", (ADD,), [("add", {"first": 3, "second": 4})]),
    ("Add 3 and 4 please", (ADD, WEATHER), [("add", {"first": 3, "second": 4})]),
    ("Give the mean of 3, 5 and 8 please", (MEAN,), [("mean", {"values": [3, 5, 8]})]),
    ("What is 3 plus 5?", (ADD,), [("add", {"first": 3, "second": 5})]),
    ("Compute 1.5 * 8", HOUSE, [("multiply", {"a": 1.5, "b": 8})]),
    ("5 day forecast for Oslo please", (FORECAST,),
     [("forecast", {"city": "Oslo", "days": 5})]),
    ("Order 7 mugs", (ORDER,), [("order", {"item": "mugs", "quantity": 7})]),
    ("Order 7 mugs and 3 plates", (ORDER,), [("order", {"item": "mugs", "quantity": 7}),
                                             ("order", {"item": "plates", "quantity": 3})]),
    ("Find 2 products of the brands Acme and Bolt.", (BRANDS,),
     [("find_products", {"brands": ["Acme", "Bolt"]})]),
    ("Find 2 products of the brands Acme and Bolt.", (OPTIONAL,),
     [("find_products", {"brands": ["Acme", "Bolt"]})]),
    ("Dim the lights to 30 percent", (DIM,), [("set_brightness", {"brightness": 30})]),
    ("Set the light in the study to 30 and play Bolero.", (LIGHT, PLAY),
     [("set_light", {"room": "study", "brightness": 30}), ("play", {"song": "Bolero"})]),
    ("Set the light in the kitchen to 40.", (LIGHT,),
     [("set_light", {"room": "kitchen", "brightness": 40})]),
    ("How many lamps are in stock?", (STOCK,), [("get_stock", {"product": "lamps"})]),
    ("What is the weather in Paris, Texas?", HOUSE, weather("Paris, Texas")),
    ("Can you set the thermostat to 19?", (HEATING,), [("set_thermostat", {"degrees": 19})]),
    ("I'd like the oven at 190 degrees.", HOUSE, [("set_oven", {"temperature": 190})]),
    ("How is the weather in Lagos? Should I set the oven to 190 degrees?", HOUSE,
     weather("Lagos")),
    ('Send a mail to Zainab saying "Did you call? If not, call me."', HOUSE,
     [("send_mail", {"recipient": "Zainab", "text": "Did you call? If not, call me."})]),
    ("Ring the bell", (FORECAST, declare("ring_bell", "Rings the bell.")), [("ring_bell", {})]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "offered", "calls"), CASES)
def test_a_request_becomes_the_calls_it_asks_for(
    text: str, offered: tuple[Function, ...], calls: Calls
) -> None:
    assert planned(text, offered=offered) == calls


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("How many are in stock?", (STOCK,)),
        ("Send a mail to Ida saying See you at noon.", (MAIL,)),
        ("Calculate 5 + 5. Then multiply the result by 3", (MULTIPLY,)),
        ("Send a mail to Ida about the picnic.", (MAIL,)),
        ("Multiply 2 and 3 and 4.", (MULTIPLY,)),
    ],
)
def test_no_call_is_better_than_half_or_a_guess(text: str, offered: tuple[Function, ...]) -> None:
    assert "doesn't say what" in planned(text, offered=offered)


@pytest.mark.parametrize(
    "text",
    [
        "Hello!",
        "Don't switch on the lamp.",
        "Write a poem about rain.",
        "Who are you?",
        "",
        "Thank you, that was nice.",
    ],
)
def test_a_request_for_something_else_calls_nothing(text: str) -> None:
    assert planned(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "Should I send 20 to Ida?",
        "Did you send 20 to Ida?",
        "Cancel: send 20 to Ida.",
        "Ida asked me to send 20 to Bob.",
        "How do I set the thermostat to 19?",
        "Could you tell me how to set the thermostat to 19?",
        "Is the thermostat set to 19?",
        "Yesterday I set the thermostat to 19.",
        "I have already set the thermostat to 19.",
        "The thermostat was set to 19.",
        "When it gets dark, set the thermostat to 19.",
        "Set the thermostat to 19 once I leave.",
        "As soon as it rains, set the thermostat to 19.",
        "Send 20 to Ida after she calls.",
        "It is said that Ida should send 20 to Bob.",
        "I forgot to send 20 to Ida.",
        "Translate: set the thermostat to 19.",
        "Unless it rains, set the thermostat to 19.",
        "If it's warmer than 20 degrees, set the thermostat to 20, otherwise to 18.",
    ],
)
def test_what_is_asked_told_or_depends_is_no_order(text: str) -> None:
    offered = (MONEY, HEATING, WEATHER)
    assert "I call no function" in planned(text, offered=offered)


def test_where_a_call_is_demanded_what_is_told_is_its_matter() -> None:
    calls = planned("Yesterday I set the thermostat to 19.", offered=(HEATING,), must_call=True)
    assert calls == [("set_thermostat", {"degrees": 19})]


@pytest.mark.parametrize("piece", ["a", "A ", '"', ". ", "? ", "I set ", "and 1 "])
def test_long_runs_are_read_in_time(piece: str) -> None:
    planned(piece * (50_000 // len(piece)))


def test_what_is_missing_is_asked_for_or_refused_where_a_call_is_demanded() -> None:
    assert "doesn't say what temperature is" in planned("Set the oven, please.")
    with pytest.raises(ApiError, match="doesn't say what"):
        planned("Good morning!", must_call=True)
    assert planned("Hi!", offered=(declare("ring", "Rings."),), must_call=True) == [("ring", {})]


def test_arguments_are_an_object_whatever_was_declared() -> None:
    odd = Function("ring", "Rings.", {"type": "number", "properties": {}, "required": ["x"]})
    assert planned("Hi!", offered=(odd,), must_call=True) == [("ring", {"x": None})]


def called(name: str, **args: Any) -> Turn:
    return Turn("model", calls=(FunctionCall(name=name, args=args),))


def returned(name: str, **response: Any) -> Turn:
    return Turn("user", results=(FunctionResponse(name=name, response=response),))


def test_results_are_told_and_an_error_ends_the_plan() -> None:
    ask, call = "How is the weather in Lagos?", called("get_weather", location="Lagos")
    warm = returned("get_weather", result="31 degrees.")
    assert planned(ask, call, warm) == "get_weather returned 31 degrees."
    assert planned(ask, call, warm, offered=()) == "get_weather returned 31 degrees."
    broken = returned("get_weather", error="no such place")
    assert planned(ask, call, broken) == "get_weather failed: no such place. So I stop here."


def test_a_function_may_be_called_again_for_a_new_request() -> None:
    turns = ("Weather in Lagos?", called("get_weather", location="Lagos"),
             returned("get_weather", result="warm"), Turn("model", "Warm."))  # fmt: skip
    assert planned(*turns, "And the weather in Pune?") == weather("Pune")


ROBOT = (
    declare("move", "Moves the arm", "x y high", x=WHOLE, y=WHOLE, high=FLAG),
    declare("set_gripper_state", "Opens or closes it.", "opened", opened=FLAG),
    declare("return_to_origin", "Brings the arm back"),
)
POINTS = '[{"point": [727, 663], "label": "blue block"}, {"point": [389, 252], "label": "bowl"}]'
TASK = "The origin is at y=300, x=500. Pick up the blue block and place it in the bowl."
STEPS: Calls = [
    ("set_gripper_state", {"opened": True}),
    ("move", {"x": 163, "y": 427, "high": True}),
    ("move", {"x": 163, "y": 427, "high": False}),
    ("set_gripper_state", {"opened": False}),
    ("move", {"x": 163, "y": 427, "high": True}),
    ("move", {"x": -248, "y": 89, "high": True}),
    ("set_gripper_state", {"opened": True}),
    ("return_to_origin", {}),
]


@pytest.mark.parametrize(
    "turns",
    [
        ("Point.", Turn("model", POINTS), TASK),
        ("Origin y=300, x=500. Put the block at [727, 663] into the bowl at [389, 252].",),
        ("Move the block (relative coordinates: 163, 427) to the bowl (relative: -248, 89).",),
    ],
)  # fmt: skip
def test_a_robot_picks_and_places(turns: tuple[Any, ...]) -> None:
    assert planned(*turns, offered=ROBOT) == STEPS


def test_a_robot_takes_parameters_that_may_be_null() -> None:
    whole, flag, texts = ({"type": [kind, "null"]} for kind in ("integer", "boolean", "array"))
    move = declare("move", "Moves the arm", "x y high", x=whole, y=whole, high=flag)
    lights = declare("set_lights", "Sets the colours of lights.", colours=texts)
    turns = ("Point.", Turn("model", POINTS), TASK)
    assert planned(*turns, offered=(move, lights, *ROBOT[1:])) == STEPS


def test_a_caller_of_one_call_at_a_time_gets_one_at_a_time() -> None:
    turns: list[Any] = ["Point.", Turn("model", POINTS), TASK]
    for name, args in STEPS:
        turns += [called(name, **args), returned(name, result="done")]
        step = len(turns) // 2 - 1
        expected = STEPS[step : step + 1] or "All 8 calls are done. The last one returned: done."
        assert planned(*turns, offered=ROBOT) == expected


@pytest.mark.parametrize("mirrored", [False, True])
def test_places_of_a_picture_are_picked_and_placed(*, mirrored: bool) -> None:
    picture = Image.new("RGB", (400, 300), "white")
    draw = ImageDraw.Draw(picture)
    draw.rectangle((60, 45, 100, 75), fill="blue")
    draw.ellipse((260, 170, 340, 250), fill="red")
    picture = ImageOps.mirror(picture) if mirrored else picture
    ask = "Pick up the blue block and place it on the red circle."
    calls = planned(Turn("user", ask, (picture,)), offered=ROBOT)
    places = [(args["x"], args["y"]) for name, args in calls if name == "move"]
    block, circle = ((800, 200), (250, 700)) if mirrored else ((200, 200), (750, 700))
    assert places == [pytest.approx(place, abs=6) for place in [block] * 3 + [circle]]
    ask = ask.replace("blue block", "banana")
    assert "place of the banana" in planned(Turn("user", ask, (picture,)), offered=ROBOT)


def test_a_thing_that_is_nowhere_is_not_picked() -> None:
    assert "place of the red pen" in planned(
        "Pick up the red pen, put it in the bowl.", offered=ROBOT
    )


API = """You have these functions:
def goTo(x, y, high):
 # Moves the arm.
def setGripper(closed):
 # Closes the gripper.
The origin is at y=0, x=0. Pick up the block at [20, 10] and place it in the bowl at [40, 30].
Give the calls as a JSON list of objects with "function" and "args"."""


def test_a_robot_that_the_prompt_describes_is_driven_by_json_text() -> None:
    text = planned(API, offered=())
    assert '[{"function": "setGripper", "args": [false]}, {"function": "goTo"' in text
    assert '"args": [10, 20, false]' in text
    assert planned("Write JSON for my function.", offered=()) is None


@given(st.integers(30, 300), st.integers(1, 29))
@settings(derandomize=True, deadline=None, max_examples=20)
def test_other_numbers_in_the_request_are_other_arguments(degrees: int, minutes: int) -> None:
    calls = planned(f"Set the oven to {degrees} degrees for {minutes} minutes.")
    assert calls == [("set_oven", {"temperature": degrees, "minutes": minutes})]


@given(st.text(max_size=120) | st.text("0123456789 .,oven lamp weather'\"", max_size=60))
@settings(derandomize=True, deadline=None, max_examples=60)
def test_arguments_are_valid_whatever_the_request(text: str) -> None:
    calls = planned(text)
    pairs: Any = [] if calls is None or isinstance(calls, str) else calls
    for name, args in pairs:
        assert valid(args, next(each.parameters for each in HOUSE if each.name == name))
