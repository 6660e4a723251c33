"""Functions called by the model.

No postponed annotations here: google-genai 2.12 reads them from functions as they stand.
"""

import pytest
from google import genai
from google.genai import errors, types

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


@pytest.mark.parametrize(("mode", "calls"), [("NONE", False), ("AUTO", False)])
def test_the_mode_decides_when_nothing_is_asked_for(
    client: genai.Client, mode: str, *, calls: bool
) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="It is 30 degrees today.",
        config={
            "tools": [{"function_declarations": DECLARATIONS[1:]}],
            "tool_config": {"function_calling_config": {"mode": mode}},
        },
    )

    assert bool(reply.function_calls) is calls


def test_a_question_about_doing_calls_nothing(client: genai.Client) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="Should I open the greenhouse windows by 30 degrees?",
        config={"tools": [open_greenhouse]},
    )

    assert "I call no function" in reply.text
    assert not reply.automatic_function_calling_history


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


def called(client: genai.Client) -> types.Content:
    """The model's turn that asks to call a function, as the API returns it."""
    reply = client.models.generate_content(
        model=MODEL,
        contents="Open the greenhouse windows by 30 degrees.",
        config={"tools": [{"function_declarations": DECLARATIONS}]},
    )
    return reply.candidates[0].content


def answered(client: genai.Client, turn: types.Content, *results: types.Part) -> str:
    question = types.Part(text="Open the greenhouse windows by 30 degrees.")
    returned = types.Part.from_function_response(
        name="open_greenhouse", response={"result": "opened by 30"}
    )
    return client.models.generate_content(
        model=MODEL,
        contents=[
            types.Content(role="user", parts=[question]),
            turn,
            types.Content(role="user", parts=list(results) or [returned]),
        ],
        config={"tools": [{"function_declarations": DECLARATIONS}]},
    ).text


def test_a_turn_that_is_sent_back_whole_is_answered(client: genai.Client) -> None:
    turn = called(client)

    assert turn.parts[0].thought_signature
    assert turn == called(client)
    assert "opened by 30" in answered(client, turn)


def test_a_turn_made_by_hand_needs_its_signature(client: genai.Client) -> None:
    call = called(client).parts[0].function_call
    turn = types.Content(role="model", parts=[types.Part(function_call=call)])

    with pytest.raises(errors.ClientError, match="missing a thought_signature") as caught:
        answered(client, turn)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    turn.parts[0].thought_signature = b"skip_thought_signature_validator"
    assert "opened by 30" in answered(client, turn)


def test_results_must_be_as_many_as_calls(client: genai.Client) -> None:
    result = types.Part.from_function_response(name="open_greenhouse", response={"result": "x"})

    with pytest.raises(errors.ClientError, match="number of function response parts"):
        answered(client, called(client), result, result)


def test_a_streamed_chat_returns_signatures(client: genai.Client) -> None:
    chat = client.chats.create(
        model=MODEL, config=types.GenerateContentConfig(tools=[open_greenhouse])
    )
    text = "".join(
        chunk.text or ""
        for chunk in chat.send_message_stream("Open the greenhouse windows by 30 degrees.")
    )

    assert "opened by 30" in text
    assert chat.send_message("Write a story about a greenhouse.").text
