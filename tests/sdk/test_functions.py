"""Functions called by the model.

No postponed annotations here: google-genai 2.12 reads them from functions as they stand.
"""

import pytest
from google import genai
from google.genai import types

MODEL = "gemini-3.8-flash"


def water_plants(bed: str, litres: float) -> dict:
    """Water the plants of one garden bed.

    Args:
        bed: name of the bed.
        litres: how much water to give.
    """
    return {"bed": bed, "given": litres}


def open_greenhouse(degrees: int) -> str:
    """Open the windows of the greenhouse by some degrees."""
    return f"opened by {degrees}"


DECLARATIONS = [
    {
        "name": "water_plants",
        "description": "Water the plants of one garden bed.",
        "parameters": {
            "type": "OBJECT",
            "properties": {"bed": {"type": "STRING"}, "litres": {"type": "NUMBER"}},
            "required": ["bed", "litres"],
        },
    },
    {
        "name": "open_greenhouse",
        "description": "Open the windows of the greenhouse by some degrees.",
        "parameters": {
            "type": "OBJECT",
            "properties": {"degrees": {"type": "INTEGER"}},
            "required": ["degrees"],
        },
    },
]


def test_a_call_is_filled_from_the_request(client: genai.Client) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="Please water the plants in the bed 'north' with 12.5 litres.",
        config={"tools": [{"function_declarations": DECLARATIONS}]},
    )

    (call,) = reply.function_calls
    assert call.name == "water_plants"
    assert call.args == {"bed": "north", "litres": 12.5}


@pytest.mark.parametrize(("mode", "calls"), [("ANY", True), ("NONE", False), ("AUTO", False)])
def test_the_mode_decides_when_nothing_is_asked_for(
    client: genai.Client, mode: str, *, calls: bool
) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="Good morning!",
        config={
            "tools": [{"function_declarations": DECLARATIONS}],
            "tool_config": {"function_calling_config": {"mode": mode}},
        },
    )

    assert bool(reply.function_calls) is calls


def test_automatic_calling_ends_with_the_result_in_words(client: genai.Client) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="Open the greenhouse windows by 30 degrees.",
        config={"tools": [open_greenhouse]},
    )

    assert "opened by 30" in reply.text
    assert len(reply.automatic_function_calling_history) == 3


def test_a_chat_calls_functions_too(client: genai.Client) -> None:
    chat = client.chats.create(
        model=MODEL, config=types.GenerateContentConfig(tools=[water_plants])
    )
    reply = chat.send_message("Water the plants in the bed 'south' with 3 litres.")

    assert "south" in reply.text
    assert "3" in reply.text
