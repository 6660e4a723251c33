from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*"),
    # google-genai 2.12 marks interactions.get so.
    pytest.mark.filterwarnings("ignore:.*DEPRECATED.*:DeprecationWarning"),
]


def test_an_interaction_answers(client: genai.Client) -> None:
    interaction = client.interactions.create(model=MODEL, input="Tell me about windmills.")

    assert interaction.status == "completed"
    assert interaction.output_text
    usage = interaction.usage
    assert usage.total_tokens == usage.total_input_tokens + usage.total_output_tokens
    assert client.interactions.get(id=interaction.id).output_text == interaction.output_text


def test_a_stream_carries_the_text_and_ends_without_it(client: genai.Client) -> None:
    asked = {"input": "Write a story about windmills.", "generation_config": {"seed": 3}}
    events = list(client.interactions.create(model=MODEL, stream=True, **asked))

    kinds = [event.event_type for event in events]
    assert kinds[:2] == ["interaction.created", "interaction.status_update"]
    assert kinds[-1] == "interaction.completed"
    assert not events[-1].interaction.steps
    begun = [event.step for event in events if event.event_type == "step.start"]
    deltas = [event.delta for event in events if event.event_type == "step.delta"]
    text = begun[0].content[0].text + "".join(delta.text for delta in deltas)
    assert text == client.interactions.create(model=MODEL, **asked).output_text


def test_the_previous_interaction_is_remembered(client: genai.Client) -> None:
    first = client.interactions.create(model=MODEL, input="My boat is called Marit.")
    second = client.interactions.create(
        model=MODEL, input="Write a story about it.", previous_interaction_id=first.id
    )

    assert second.usage.total_input_tokens > first.usage.total_tokens
    client.interactions.delete(id=first.id)
    with pytest.raises(Exception, match="not found"):
        client.interactions.get(id=first.id)


def test_a_function_is_called_and_its_result_told(client: genai.Client) -> None:
    tools = [
        {
            "type": "function",
            "name": "ring_bell",
            "description": "Ring the bell of the tower several times.",
            "parameters": {
                "type": "object",
                "properties": {"times": {"type": "integer"}},
                "required": ["times"],
            },
        }
    ]
    asked = client.interactions.create(
        model=MODEL, input="Ring the tower bell 4 times.", tools=tools
    )
    assert asked.status == "requires_action"
    (call,) = [step for step in asked.steps if step.type == "function_call"]
    assert call.arguments == {"times": 4}

    told = client.interactions.create(
        model=MODEL,
        previous_interaction_id=asked.id,
        tools=tools,
        input=[
            {
                "type": "function_result",
                "call_id": call.id,
                "name": call.name,
                "result": "rang 4 times",
            }
        ],
    )
    assert told.status == "completed"
    assert "rang 4 times" in told.output_text


def test_a_schema_is_kept(client: genai.Client) -> None:
    import json

    interaction = client.interactions.create(
        model=MODEL,
        input="Ann is 52 years old.",
        response_format={
            "type": "text",
            "mime_type": "application/json",
            "schema": {"type": "object", "properties": {"age": {"type": "integer"}}},
        },
    )

    assert json.loads(interaction.output_text) == {"age": 52}
