"""The SDK itself, talking to the embedded server: what it yields is read without loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from google import genai
from google.genai import types

from gemini_nb.offline.server import EmbeddedServer
from gemini_nb.replies.page import markdown_of, plain_of
from gemini_nb.replies.reply import GrowingReply, whole
from gemini_nb.replies.segments import FunctionCall

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODEL = "gemini-3.8-flash"
_WEATHER = {
    "name": "get_weather",
    "description": "The weather in a city.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    with EmbeddedServer() as server:
        yield genai.Client(
            api_key="any-key", vertexai=False, http_options={"base_url": server.base_url}
        )


def test_a_streamed_answer_is_read_whole(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=_MODEL, contents="Tell me a story"))
    reply = whole(chunks)
    assert len(chunks) > 1
    assert reply.candidates[0].text == "".join(chunk.text or "" for chunk in chunks)
    assert reply.candidates[0].finish_reason == "STOP"
    assert reply.model.startswith("offline/")
    assert reply.usage is not None
    assert reply.usage.total_token_count == chunks[-1].usage_metadata.total_token_count


def test_a_whole_response_reads_as_its_own_json(client: genai.Client) -> None:
    response = client.models.generate_content(
        model=_MODEL, contents="Tell me a story", config={"candidate_count": 2, "seed": 3}
    )
    reply = whole(response)
    assert len(reply.candidates) == 2
    dumped = response.model_dump(mode="json", exclude_none=True, exclude={"sdk_http_response"})
    assert whole(dumped) == reply
    assert markdown_of(reply).count("**Candidate") == 2


def test_an_answer_cut_off_says_so(client: genai.Client) -> None:
    stream = client.models.generate_content_stream(
        model=_MODEL, contents="Tell me a long story", config={"max_output_tokens": 8}
    )
    assert "Stopped at the limit." in plain_of(whole(list(stream)))


def test_a_chats_turns_are_read(client: genai.Client) -> None:
    chat = client.chats.create(model=_MODEL)
    chunks = list(chat.send_message_stream("Hello there"))
    turns = [turn for turn in chat.get_history() if turn.role == "model"]
    assert whole(turns).candidates[0].text == whole(chunks).candidates[0].text != ""


@pytest.mark.filterwarnings("default:.*nteractions.*:UserWarning")
@pytest.mark.filterwarnings("ignore:.*DEPRECATED:DeprecationWarning")  # in SDK 2.12.1's own `get`
def test_a_streamed_interaction_says_what_it_completes_with(client: genai.Client) -> None:
    growing = GrowingReply()
    for event in client.interactions.create(model=_MODEL, input="Hello there", stream=True):
        growing.add(event)
    reply = growing.reply()
    complete = whole(client.interactions.get(id=reply.interaction_id))
    assert reply.status == complete.status == "completed"
    assert reply.candidates[0].segments == complete.candidates[0].segments != ()
    assert reply.usage == complete.usage


@pytest.mark.filterwarnings("default:.*nteractions.*:UserWarning")
def test_calls_read_the_same_from_both_apis(client: genai.Client) -> None:
    question = "What is the weather in Paris?"
    tool = types.Tool(function_declarations=[types.FunctionDeclaration.model_validate(_WEATHER)])
    response = client.models.generate_content(
        model=_MODEL,
        contents=question,
        config=types.GenerateContentConfig(
            tools=[tool], automatic_function_calling={"disable": True}
        ),
    )
    events = client.interactions.create(
        model=_MODEL, input=question, tools=[{"type": "function"} | _WEATHER], stream=True
    )
    calls = [
        [
            (segment.name, segment.arguments, segment.unread)
            for segment in whole(answer).candidates[0].segments
            if isinstance(segment, FunctionCall)
        ]
        for answer in (response, list(events))
    ]
    assert calls == [[("get_weather", {"city": "Paris"}, "")]] * 2


@pytest.mark.filterwarnings("default:.*nteractions.*:UserWarning")
def test_who_answered_a_streamed_interaction_is_told(client: genai.Client) -> None:
    events = list(client.interactions.create(model=_MODEL, input="Hello there", stream=True))
    assert whole(events).model.startswith("offline/")
