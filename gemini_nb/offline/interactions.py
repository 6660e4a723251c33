"""interactions: requests, answers as steps and as events, the store that remembers them.

A request is answered as the generateContent request that says the same.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from starlette.routing import Route

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.files import Store, store_routes, timestamp
from gemini_nb.offline.generation import answered, group_words, require
from gemini_nb.offline.messages import Content, GenerateContentRequest, InteractionRequest
from gemini_nb.offline.validation import check, parse
from gemini_nb.offline.wire import JSONReply, compact, paced, read_body, streamed, work

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.offline.answer import Answer
    from gemini_nb.offline.messages import JSONObject, Part
    from gemini_nb.offline.server import State

_KEPT_FOR = timedelta(days=55)
_UNSIGNED = "skip_thought_signature_validator"  # a step has no place for its signature
_BEFORE_DELTAS: JSONObject = {"arguments": {}, "result": "", "summary": []}


@dataclass(frozen=True, slots=True)
class Interaction:
    """An answered request, and the conversation up to it."""

    id: str
    fields: JSONObject
    """The interaction as the API describes it."""
    contents: tuple[Content, ...]
    """All turns so far, this answer included; files stand in them by their addresses."""
    size: int
    """Bytes of the whole conversation."""
    expires: datetime

    def resource(self, _base_url: str) -> JSONObject:
        """The interaction as the API describes it."""
        return self.fields


def interaction_store() -> Store[Interaction]:
    """The latest interactions by id, bounded by their bytes."""
    return Store("interactions", "Interaction {} not found: create it with store=true.", 404)


async def _create(request: Request) -> Response:
    state: State = request.app.state.offline
    body = await read_body(request)
    name = "v1_" + state.interactions.new_id(body)
    message, done = await work(request, _interact, state, body, name, request.scope["version"])
    if message.store:
        state.interactions.put(done)
    if not message.stream:
        return JSONReply(done.fields)
    return streamed(request, paced(_numbered(done, state.words_per_chunk), state))


ROUTES = [
    Route("/interactions", _create, methods=["POST"]),
    *store_routes("interactions", lambda request: request.app.state.offline.interactions),
]


def _interact(
    state: State, body: bytes, name: str, version: str
) -> tuple[InteractionRequest, Interaction]:
    """What `body` asks for, and the answer, not stored yet."""
    message, now = parse(body, InteractionRequest), datetime.now(UTC)
    if not message.model:
        raise ApiError(400, "* model: model is not specified; agents don't run offline")
    model = require(message.model, "generateContent", version)
    previous = message.previous_interaction_id
    before = state.interactions.get(previous, now) if previous else None
    asked = as_generate_request(message, before.contents if before else ())
    answer = answered(asked, model, state)
    said = Content(role="model", parts=list(answer.candidates[0].parts))
    fields = _fields(message, answer, name, timestamp(now))
    size = len(body) + len(compact(fields)) + (before.size if before else 0)
    return message, Interaction(name, fields, (*asked.contents, said), size, now + _KEPT_FOR)


def _fields(request: InteractionRequest, answer: Answer, name: str, created: str) -> JSONObject:
    """The interaction as the API describes it."""
    candidate, prompt = answer.candidates[0], answer.prompt_tokens
    steps = [_step(part, name) for part in candidate.parts]
    status = "incomplete" if candidate.finish_reason == "MAX_TOKENS" else "completed"
    calls = any(step["type"] == "function_call" for step in steps)
    earlier = request.previous_interaction_id
    return {
        "id": name,
        "object": "interaction",
        "model": request.model,
        "status": "requires_action" if calls else status,
        "created": created,
        "updated": created,
        "steps": steps,
        "usage": {
            "input_tokens_by_modality": [
                {"modality": each["modality"].lower(), "tokens": each["tokenCount"]}
                for each in prompt.details
            ],
            "total_tokens": prompt.total + candidate.output_tokens + candidate.thought_tokens,
            "total_input_tokens": prompt.total,
            "total_output_tokens": candidate.output_tokens,
            "total_thought_tokens": candidate.thought_tokens,
            "total_cached_tokens": prompt.cached,
            "total_tool_use_tokens": 0,
        },
        "labels": {**request.labels, "answered-by": answer.model_version},
        **({"previous_interaction_id": earlier} if earlier else {}),
    }


def _step(part: Part, name: str) -> JSONObject:
    """A part of an answer as a step of the interaction called `name`."""
    if part.thought:
        return {"type": "thought", "summary": [{"type": "text", "text": part.text}]}
    if call := part.function_call:
        return {"type": "function_call", "id": call.id, "name": call.name, "arguments": call.args}
    if code := part.executable_code:
        program = {"language": "python", "code": code["code"]}
        return {"type": "code_execution_call", "id": name, "arguments": program}
    if told := part.code_execution_result:
        result = {"result": told["output"], "is_error": told["outcome"] != "OUTCOME_OK"}
        return {"type": "code_execution_result", "call_id": name, **result}
    blob = part.inline_data and part.inline_data.model_dump(mode="json", exclude_none=True)
    content = {"type": "image", **blob} if blob else {"type": "text", "text": part.text}
    return {"type": "model_output", "content": [content]}


def events(interaction: Interaction, words_per_chunk: int) -> Iterator[tuple[str, JSONObject]]:
    """`interaction` as its server-sent events, without the closing `done`."""
    whole, status = interaction.fields, {"interaction_id": interaction.id}
    begun = {name: whole[name] for name in ("id", "object", "model", "created")}
    yield "interaction.created", {"interaction": begun | {"status": "in_progress"}}
    yield "interaction.status_update", status | {"status": "in_progress"}
    for index, step in enumerate(whole["steps"]):
        deltas = list(_deltas(step, words_per_chunk))
        start = {name: _BEFORE_DELTAS.get(name, value) for name, value in step.items()}
        if "content" in start and deltas:  # the documentation shows text that begins here
            start["content"] = [deltas.pop(0)]
        yield "step.start", {"index": index, "step": start}
        for delta in deltas:
            yield "step.delta", {"index": index, "delta": delta}
        yield "step.stop", {"index": index}
    yield "interaction.status_update", status | {"status": whole["status"]}
    yield "interaction.completed", {"interaction": {k: whole[k] for k in whole if k != "steps"}}


def _deltas(step: JSONObject, words_per_chunk: int) -> Iterator[JSONObject]:
    if step["type"] == "function_call":
        yield {"type": "arguments_delta", "arguments": json.dumps(step["arguments"])}
    elif step["type"].startswith("code_execution"):
        yield {name: value for name, value in step.items() if name not in {"id", "call_id"}}
    for content in step.get("content", step.get("summary", [])):
        for text in group_words(content.get("text", ""), words_per_chunk):
            said = {"type": "text", "text": text}
            yield {"type": "thought_summary", "content": said} if "summary" in step else said
        if content["type"] != "text":
            yield content


def _numbered(interaction: Interaction, words_per_chunk: int) -> Iterator[tuple[str, Any]]:
    """All events as they are sent; unlike generateContent's they end with `done`."""
    for number, (name, fields) in enumerate(events(interaction, words_per_chunk), 1):
        yield name, {"event_type": name, "event_id": f"{interaction.id}-{number}", **fields}
    yield "done", "[DONE]"


def as_generate_request(
    request: InteractionRequest, history: Sequence[Content]
) -> GenerateContentRequest:
    """`request` in the form of generateContent, after the turns of `history`.

    Raises:
        ApiError: 400 for an input or a setting that is malformed.
    """
    if not request.input:
        raise ApiError(400, "* input: input is not specified")
    config = dict(request.generation_config)
    form = next(iter(request.response_format), cast("JSONObject", {}))
    match config.pop("tool_choice", None):
        case None:
            calling = None
        case {"allowed_tools": {"tools": allowed, **rest}}:
            calling = {"allowed_function_names": allowed, **rest}
            if str(rest.get("mode", "auto")).lower() == "auto":  # interactions take names with it
                calling["mode"] = "VALIDATED"
        case mode:
            calling = {"mode": mode}
    names = {c.id: c.name for content in history for p in content.parts if (c := p.function_call)}
    items = request.input if isinstance(request.input, list) else [request.input]
    turns = itertools.groupby((_turn(item, names) for item in items), lambda turn: turn[0])
    body: JSONObject = {
        "contents": [  # steps of one side, one after the other, are one turn
            {"role": role, "parts": parts}
            for role, said in turns
            if (parts := [part for _, parts in said for part in parts])
        ],
        "system_instruction": request.system_instruction
        and {"parts": [{"text": request.system_instruction}]},
        "generation_config": {
            "response_mime_type": form.get("mime_type")
            or request.response_mime_type
            or ("application/json" if "schema" in form else None),
            "response_json_schema": form.get("schema"),
            "thinking_config": {
                "thinking_level": config.pop("thinking_level", None),
                "include_thoughts": config.pop("thinking_summaries", "none") != "none",
            },
            **config,  # what is left of it
        },
        "tools": [_tool(tool) for tool in request.tools],
        "tool_config": {
            "function_calling_config": calling,
            "include_server_side_tool_invocations": True,  # always so with interactions
        },
        "cached_content": request.cached_content,
    }
    converted = check(body, GenerateContentRequest)
    return converted.model_copy(update={"contents": [*history, *converted.contents]})


def _tool(tool: JSONObject) -> JSONObject:
    if tool.get("type") != "function":
        return {str(tool.get("type")): {}}
    named = {name: tool.get(name) for name in ("name", "description")}
    schema = tool.get("parameters")
    return {"function_declarations": {**named, "parameters_json_schema": schema}}


def _turn(item: str | JSONObject, names: dict[str | None, str]) -> tuple[str, list[JSONObject]]:
    """A step, a turn with a role, or bare content, as a role and parts.

    Results may leave the name of their function to its call: `names` has it by the call's id.
    """
    match item:
        case {"type": "function_call"}:
            id_, name = str(item.get("id")), item.get("name")
            names[id_] = str(name)
            call = {"id": id_, "name": name, "args": item.get("arguments")}
            return "model", [{"function_call": call, "thought_signature": _UNSIGNED}]
        case {"type": "function_result"}:
            id_ = str(item.get("call_id"))
            result = {"error" if item.get("is_error") else "result": item.get("result")}
            named = {"name": item.get("name") or names.get(id_), "id": id_}
            return "user", [{"function_response": {**named, "response": result}}]
        case {"type": "thought" | "code_execution_call" | "code_execution_result"}:
            return "model", []
        case {"content": said}:
            role = "model" if item.get("type") == "model_output" else item.get("role", "user")
            several = cast("list[Any]", said if isinstance(said, list) else [said])
            return role, [_part(each) for each in several]
        case _:
            return "user", [_part(item)]


def _part(content: Any) -> JSONObject:  # noqa: ANN401 - whatever the caller sent
    match content:
        case str():
            return {"text": content}
        case {"type": "text"}:
            return {"text": content.get("text", "")}
        case {"type": "image" | "audio" | "video" | "document" as kind}:
            mime_type = content.get("mime_type", f"{kind.replace('document', 'application')}/*")
            if uri := content.get("uri"):
                return {"file_data": {"file_uri": uri, "mime_type": mime_type}}
            return {"inline_data": {"data": content.get("data"), "mime_type": mime_type}}
        case _:
            text = f"Invalid value at 'input': {str(content)[:80]!r} is not a content object."
            raise ApiError(400, text)
