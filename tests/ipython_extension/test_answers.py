"""What a reader sees of what a model answered: responses, chats, interactions, their tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types
from google.genai._gaos.types.basemodel import BaseModel
from google.genai.interactions import GenerationConfig, Interaction, InteractionSSEEvent
from pydantic import TypeAdapter

from gemini_nb.tokens.badge import badge
from ipython_extension.shells import shown

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from gemini_nb.offline.server import EmbeddedServer

USAGE = {"prompt_token_count": 7, "candidates_token_count": 3, "total_token_count": 10}
INTERACTION = {
    "id": "v1_k3v9",
    "status": "completed",
    "model": "gemini-3.8-flash",
    "steps": [
        {"type": "thought", "summary": [{"type": "text", "text": "Sails, then grain."}]},
        {"type": "model_output", "content": [{"type": "text", "text": "Windmills *turn*."}]},
    ],
    "usage": {"total_input_tokens": 7, "total_output_tokens": 3, "total_tokens": 10},
}


@pytest.fixture
def client(server: EmbeddedServer) -> genai.Client:
    return genai.Client(
        api_key="any-key", vertexai=False, http_options={"base_url": server.base_url}
    )


def content(role: str, *parts: dict[str, Any]) -> types.Content:
    return types.Content.model_validate({"role": role, "parts": list(parts)})


def response(*parts: dict[str, Any], **fields: Any) -> types.GenerateContentResponse:
    said = {"content": {"role": "model", "parts": list(parts)}, "finish_reason": "STOP"}
    return types.GenerateContentResponse.model_validate(
        {"candidates": [said], "model_version": "gemini-3.8-flash", **fields}
    )


def test_a_response_is_its_text_and_its_badge(shell: InteractiveShell) -> None:
    answer = response({"text": "Windmills *turn*."}, usage_metadata=USAGE)
    data = shown(shell, answer)
    assert data["text/plain"] == f"Windmills *turn*.\n\n{badge(answer).text}"
    assert data["text/markdown"].startswith("Windmills *turn*.\n\n<div class='tex2jax_ignore")
    assert "gemini-3.8-flash · 7 in · 3 out" in data["text/markdown"].splitlines()[-1]


def test_a_response_without_counts_says_who_answered(shell: InteractiveShell) -> None:
    assert shown(shell, response({"text": "Yes."}))["text/plain"] == "Yes.\n\ngemini-3.8-flash"


def test_every_kind_of_part_is_shown(shell: InteractiveShell) -> None:
    plain = shown(
        shell,
        response(
            {"text": "I count first.", "thought": True},
            {"executable_code": {"code": "print(6 * 7)", "language": "PYTHON"}},
            {"code_execution_result": {"outcome": "OUTCOME_OK", "output": "42"}},
            {"function_call": {"name": "weather", "args": {"city": "Bern"}}},
            {"inline_data": {"mime_type": "image/png", "data": b"\x89PNG"}},
        ),
    )["text/plain"]
    for told in ("I count first.", "print(6 * 7)", "42", "weather", "Bern", "image/png"):
        assert told in plain


def test_a_refused_prompt_says_so(shell: InteractiveShell) -> None:
    refused = types.GenerateContentResponse.model_validate(
        {"prompt_feedback": {"block_reason": "PROHIBITED_CONTENT"}}
    )
    assert "The prompt was refused." in shown(shell, refused)["text/plain"]


@pytest.mark.parametrize("empty", [types.GenerateContentResponse(), types.Candidate()])
def test_an_answer_of_nothing_says_so(shell: InteractiveShell, empty: Any) -> None:
    assert "The answer is empty" in shown(shell, empty)["text/plain"]


def test_a_part_of_nothing_but_a_signature_is_no_fault(shell: InteractiveShell) -> None:
    signature = types.Part(thought_signature=b"\x01\x02")
    assert shown(shell, signature) == {"text/plain": "(nothing)", "text/markdown": "*(nothing)*"}


def test_candidates_and_parts_are_shown_by_themselves(shell: InteractiveShell) -> None:
    candidate = response({"text": "Yes."}).candidates[0]
    assert shown(shell, candidate)["text/plain"] == "Yes."
    assert shown(shell, candidate.content.parts[0])["text/plain"] == "Yes."


def test_a_content_says_whose_it_is(shell: InteractiveShell) -> None:
    assert shown(shell, content("user", {"text": "Is it?"}))["text/plain"] == "You:\nIs it?"
    assert shown(shell, content("model", {"text": "Yes."}))["text/plain"] == "Model:\nYes."
    assert shown(shell, types.Content())["text/plain"] == "Someone:\n(nothing)"


def test_the_fragments_of_a_turn_are_one_message(
    shell: InteractiveShell, client: genai.Client
) -> None:
    history = [
        content("user", {"text": "Add 2 and 2."}),
        content("model", {"function_call": {"name": "add", "args": {"a": 2, "b": 2}}}),
        content("user", {"function_response": {"name": "add", "response": {"sum": 4}}}),
        *(content("model", {"text": fragment}) for fragment in ("It ", "is ", "4.")),
    ]
    chat = client.chats.create(model="gemini-3.8-flash", history=history)

    plain = shown(shell, chat)["text/plain"]
    assert plain.startswith(
        "Chat · 4 messages · model asked for: gemini-3.8-flash\n\nYou:\nAdd 2 and 2.\n\nModel:\n"
    )
    assert plain.endswith("Model:\nIt is 4.")
    assert "\n\nFunctions:\n" in plain
    assert shown(shell, chat)["text/markdown"].endswith("**Model**\n\nIt is 4.")


def test_a_chat_of_the_async_client_is_shown_alike(
    shell: InteractiveShell, client: genai.Client
) -> None:
    history = [content("user", {"text": "Is it?"}), content("model", {"text": "Yes."})]
    chats = [c.chats.create(model="m", history=history) for c in (client, client.aio)]
    assert shown(shell, chats[0]) == shown(shell, chats[1])


def test_a_turn_ends_where_its_code_fence_does_not(
    shell: InteractiveShell, client: genai.Client
) -> None:
    history = [content("user", {"text": "```python\nx = 1"}), content("model", {"text": "Yes."})]
    chat = client.chats.create(model="m", history=history)
    lines = shown(shell, chat)["text/markdown"].splitlines()
    assert lines.index("> ```") < lines.index("**Model**")


def test_an_interaction_is_its_steps_and_its_badge(shell: InteractiveShell) -> None:
    interaction = Interaction.model_validate(INTERACTION)
    data = shown(shell, interaction)
    assert "Sails, then grain." in data["text/plain"]
    assert data["text/plain"].endswith(f"Windmills *turn*.\n\n{badge(interaction).text}")
    assert "v1_k3v9" not in data["text/plain"]
    assert list(data) == ["text/plain", "text/markdown"]


@pytest.mark.parametrize(
    ("step", "told"),
    [
        (INTERACTION["steps"][0], "Sails, then grain."),
        (INTERACTION["steps"][1], "Windmills *turn*."),
        (
            {"type": "user_input", "content": [{"type": "text", "text": "Tell me."}]},
            "Tell me.",
        ),
        (
            {"type": "function_call", "id": "1", "name": "turn", "arguments": {"n": 2}},
            "Function call: turn(n=2)",
        ),
    ],
)
def test_a_step_is_shown_by_itself(
    shell: InteractiveShell, step: dict[str, Any], told: str
) -> None:
    of_interaction = Interaction.model_validate({**INTERACTION, "steps": [step]}).steps[0]
    data = shown(shell, of_interaction)
    assert told in data["text/plain"]
    assert list(data) == ["text/plain", "text/markdown"]


def test_a_step_that_the_sdk_does_not_know_is_shown_by_its_name(shell: InteractiveShell) -> None:
    step = type("UnknownStep", (BaseModel,), {"__annotations__": {"raw": Any}})
    data = shown(shell, step(raw={"type": "a_step_of_tomorrow", "x": 1}))
    assert "a_step_of_tomorrow" in data["text/plain"]
    assert list(data) == ["text/plain", "text/markdown"]


@pytest.mark.parametrize(
    ("event", "told"),
    [
        ({"event_type": "step.delta", "index": 0, "delta": {"type": "text", "text": "Hi"}}, "Hi"),
        ({"event_type": "step.stop", "index": 0}, "(nothing)"),
        ({"event_type": "error", "error": {"code": "1", "message": "Over."}}, "Over."),
    ],
)
def test_an_event_is_what_it_adds(
    shell: InteractiveShell, event: dict[str, Any], told: str
) -> None:
    assert (
        told in shown(shell, TypeAdapter(InteractionSSEEvent).validate_python(event))["text/plain"]
    )


def test_an_idle_interaction_is_an_answer(shell: InteractiveShell) -> None:
    idle = Interaction.model_validate({**INTERACTION, "status": "idle"})
    assert "Windmills *turn*." in shown(shell, idle)["text/plain"]


def test_what_says_nothing_to_a_reader_is_left_as_it_is(shell: InteractiveShell) -> None:
    config = GenerationConfig(temperature=0.5)
    assert shown(shell, config) == {"text/plain": repr(config)}


def test_counts_are_a_badge(shell: InteractiveShell) -> None:
    counted = shown(shell, types.CountTokensResponse(total_tokens=1_204))
    assert counted["text/plain"] == "1,204 to send"
    used = shown(shell, types.GenerateContentResponseUsageMetadata(**USAGE))
    assert used["text/plain"] == "7 in · 3 out"
    assert list(used) == ["text/plain", "text/html"]
    of_interaction = shown(shell, Interaction.model_validate(INTERACTION).usage)
    assert of_interaction["text/plain"] == "7 in · 3 out"
