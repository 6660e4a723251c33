"""The interactions operations over HTTP: steps, events, what is remembered, what is refused."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

import pytest

from gemini_nb.offline.interactions import Interaction, events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.offline.server import EmbeddedServer

MODEL = "gemini-3.8-flash"
BELL = {
    "type": "function",
    "name": "ring_bell",
    "description": "Ring the bell of the tower several times.",
    "parameters": {
        "type": "object",
        "properties": {"times": {"type": "integer"}},
        "required": ["times"],
    },
}


def sent(server: EmbeddedServer, path: str = "", body: Any = None, method: str = "") -> Any:
    request = urllib.request.Request(
        f"{server.base_url}/v1beta/interactions{path}",
        None if body is None else json.dumps(body).encode(),
        {"x-goog-api-key": "any", "Content-Type": "application/json"},
        method=method or ("GET" if body is None else "POST"),
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as reply:
            return reply.status, reply.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def made(server: EmbeddedServer, given: Any, **fields: Any) -> dict[str, Any]:
    status, text = sent(server, "", {"model": MODEL, "input": given, **fields})
    assert status == 200, text
    return json.loads(text)


def streamed(server: EmbeddedServer, given: Any, **fields: Any) -> Iterator[tuple[str, Any]]:
    _, text = sent(server, "", {"model": MODEL, "input": given, "stream": True, **fields})
    for block in text.strip().split("\n\n"):
        name, data = block.split("\n", 1)
        yield name.removeprefix("event: "), data.removeprefix("data: ")


def text_of(interaction: dict[str, Any]) -> str:
    steps = [step for step in interaction["steps"] if step["type"] == "model_output"]
    return "".join(content["text"] for step in steps for content in step["content"])


def test_a_stream_has_the_documented_events_and_no_steps_at_the_end(server: EmbeddedServer) -> None:
    told = list(streamed(server, "Write a story about a bridge."))

    names = [name for name, _ in told]
    assert names[:3] == ["interaction.created", "interaction.status_update", "step.start"]
    assert names[-4:] == ["step.stop", "interaction.status_update", "interaction.completed", "done"]
    assert told[-1][1] == "[DONE]"
    completed = json.loads(told[-2][1])["interaction"]
    assert "steps" not in completed
    assert completed["status"] == "completed"
    assert completed["usage"]["total_output_tokens"] > 0
    created = json.loads(told[0][1])["interaction"]
    assert set(created) == {"id", "object", "model", "created", "status"}


def test_what_starts_and_what_follows_is_the_text(server: EmbeddedServer) -> None:
    fields = {"generation_config": {"seed": 4}}
    text = ""
    for name, data in streamed(server, "Write a story about a bridge.", **fields):
        if name == "step.start":
            text += json.loads(data)["step"]["content"][0]["text"]
        elif name == "step.delta":
            text += json.loads(data)["delta"]["text"]

    assert text == text_of(made(server, "Write a story about a bridge.", **fields))


def test_steps_of_every_kind_are_streamed() -> None:
    program = {"language": "python", "code": "print(1)"}
    steps: list[dict[str, Any]] = [
        {"type": "thought", "summary": [{"type": "text", "text": "One two three"}]},
        {"type": "function_call", "id": "c", "name": "ring_bell", "arguments": {"times": 4}},
        {"type": "code_execution_call", "id": "v", "arguments": program},
        {"type": "code_execution_result", "call_id": "v", "result": "1\n", "is_error": False},
        {"type": "model_output", "content": [{"type": "image", "data": "AA=="}]},
    ]
    fields = {"object": "interaction", "model": MODEL, "created": "", "status": "completed"}
    whole = {"id": "v", **fields, "steps": steps}
    told = list(events(Interaction("v", whole, (), 0, None), 2))  # type: ignore[arg-type]

    starts = [data["step"] for name, data in told if name == "step.start"]
    deltas = [data["delta"] for name, data in told if name == "step.delta"]
    assert starts == [
        {"type": "thought", "summary": []},
        {"type": "function_call", "id": "c", "name": "ring_bell", "arguments": {}},
        {"type": "code_execution_call", "id": "v", "arguments": {}},
        {"type": "code_execution_result", "call_id": "v", "result": "", "is_error": False},
        {"type": "model_output", "content": [{"type": "image", "data": "AA=="}]},
    ]
    assert deltas == [
        {"type": "thought_summary", "content": {"type": "text", "text": "One two"}},
        {"type": "thought_summary", "content": {"type": "text", "text": " three"}},
        {"type": "arguments_delta", "arguments": '{"times": 4}'},
        {"type": "code_execution_call", "arguments": program},
        {"type": "code_execution_result", "result": "1\n", "is_error": False},
    ]


def test_what_is_stored_is_found_until_it_is_deleted(server: EmbeddedServer) -> None:
    kept = made(server, "Write a poem about a bridge.")
    path = f"/{kept['id']}"

    assert json.loads(sent(server, path)[1]) == kept
    assert sent(server, path, method="DELETE") == (200, "{}\n")
    assert sent(server, path)[0] == 404
    unkept = made(server, "Write a poem about a bridge.", store=False)
    assert sent(server, f"/{unkept['id']}")[0] == 404


def test_a_function_is_called_and_its_result_told(server: EmbeddedServer) -> None:
    asked = made(server, "Ring the tower bell 4 times.", tools=[BELL])
    (call,) = [step for step in asked["steps"] if step["type"] == "function_call"]
    assert asked["status"] == "requires_action"
    assert call["arguments"] == {"times": 4}

    result = {"type": "function_result", "call_id": call["id"], "result": "rang 4 times"}
    told = made(server, [result], tools=[BELL], previous_interaction_id=asked["id"])
    assert told["status"] == "completed"
    assert "rang 4 times" in text_of(told)
    assert told["previous_interaction_id"] == asked["id"]

    steps = [{"type": "user_input", "content": "Ring the tower bell 4 times."}, call, result]
    assert "rang 4 times" in text_of(made(server, steps, tools=[BELL]))


@pytest.mark.parametrize(
    "given",
    [
        "Write a story about a bridge.",
        [{"type": "text", "text": "Write a story about a bridge."}],
        {"type": "text", "text": "Write a story about a bridge."},
        [{"role": "user", "content": "Write a story about a bridge."}],
        [
            {
                "type": "user_input",
                "content": [{"type": "text", "text": "Write a story about a bridge."}],
            }
        ],
    ],
)
def test_every_form_of_input_is_the_same_question(server: EmbeddedServer, given: Any) -> None:
    config = {"generation_config": {"temperature": 0}}

    assert text_of(made(server, given, **config)) == text_of(
        made(server, "Write a story about a bridge.", **config)
    )


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"input": {"type": {"content": 2}}},
        {"input": [{"type": "function_result", "call_id": {}, "result": []}, {"role": 5}]},
        {"input": [{"type": "function_result", "call_id": "none", "result": "x"}]},
        {"input": "Hi", "generation_config": {"tool_choice": {"allowed_tools": "any"}}},
        {"input": "Hi", "generation_config": {"thinking_level": "minimal"}},
        {"input": "Hi", "generation_config": {"temperature": 9}},
        {"input": "Hi", "tools": [{"type": ["function"]}]},
        {"input": "Hi", "response_format": [{"type": "text", "schema": 5}]},
        {"input": "Hi", "colour": "red"},
        {"input": "Hi", "model": ""},
    ],
)
def test_malformed_interactions_are_refused(server: EmbeddedServer, fields: dict[str, Any]) -> None:
    status, text = sent(server, "", {"model": MODEL, **fields})

    assert (status, json.loads(text)["error"]["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("mode", "status"), [({}, 200), ({"mode": "auto"}, 200), ({"mode": "none"}, 400)]
)
def test_allowed_tools_may_be_named_where_calls_are_free(
    server: EmbeddedServer, mode: dict[str, str], status: int
) -> None:
    choice = {"allowed_tools": {"tools": ["bell"], **mode}}
    body = {
        "model": MODEL,
        "input": "Hi",
        "tools": [{"type": "function", "name": "bell"}],
        "generation_config": {"tool_choice": choice},
        "response_format": {"type": "text", "schema": {"enum": ["yes", "Hi"]}},
    }

    assert sent(server, "", body)[0] == status
