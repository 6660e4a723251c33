"""The interactions API: its requests as contents, answers as steps and events, and the store."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from pydantic import Field

from gemini_nb.offline.answer import Answer, CallPart, Candidate, TextPart
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.messages import Content, GenerateContentRequest, Message
from gemini_nb.offline.api.replies import group_words
from gemini_nb.offline.api.validation import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_INTERACTIONS = 1000
"""How many interactions are kept; the oldest are forgotten first."""

JSONObject = dict[str, Any]
Event = tuple[str, JSONObject]


class InteractionConfig(Message):
    """`generation_config` of an interaction."""

    temperature: Any = None
    top_p: Any = None
    seed: Any = None
    max_output_tokens: Any = None
    stop_sequences: Any = None
    thinking_level: str | None = None
    thinking_summaries: str | None = None
    tool_choice: str | JSONObject | None = None
    image_config: Any = None
    speech_config: Any = None
    video_config: Any = None
    transcription_config: Any = None


class InteractionRequest(Message):
    """Body of interactions create."""

    model: str | None = None
    input: str | JSONObject | list[JSONObject] | None = None
    system_instruction: str | None = None
    generation_config: InteractionConfig = InteractionConfig()
    tools: list[JSONObject] = Field(default_factory=list[JSONObject])
    previous_interaction_id: str | None = None
    response_format: JSONObject | list[JSONObject] | None = None
    response_mime_type: str | None = None
    stream: bool = False
    store: bool = True
    background: bool | None = None
    labels: dict[str, str] = Field(default_factory=dict[str, str])
    agent: Any = None
    agent_config: Any = None
    cached_content: str | None = None
    continuation_token: Any = None
    environment: Any = None
    response_modalities: Any = None
    safety_settings: Any = None
    service_tier: Any = None
    webhook_config: Any = None


@dataclass(frozen=True, slots=True)
class Interaction:
    """An answered request, and the conversation up to it."""

    id: str
    resource: JSONObject
    contents: tuple[Content, ...]
    """All turns so far, this answer included."""
    candidate: Candidate


class InteractionStore:
    """The latest interactions by id."""

    def __init__(self) -> None:
        self._interactions: dict[str, Interaction] = {}
        self._created = 0

    def new_id(self, body: bytes) -> str:
        """An id that the same requests in the same order get again."""
        self._created += 1
        digest = hashlib.sha256(str(self._created).encode() + b"|" + body)
        return "v1_" + digest.hexdigest()[:24]

    def add(self, interaction: Interaction) -> None:
        """Keep `interaction`, forgetting the oldest when there are too many."""
        self._interactions[interaction.id] = interaction
        if len(self._interactions) > MOST_INTERACTIONS:
            del self._interactions[next(iter(self._interactions))]

    def get(self, interaction_id: str) -> Interaction:
        """The interaction with that id.

        Raises:
            ApiError: 404 if it was never stored, was deleted, or was forgotten.
        """
        if interaction_id not in self._interactions:
            text = f"Interaction {interaction_id[:60]} not found: create it with store=true first."
            raise ApiError(404, text)
        return self._interactions[interaction_id]

    def delete(self, interaction_id: str) -> None:
        """Forget an interaction; raises as `get` does."""
        del self._interactions[self.get(interaction_id).id]


def as_generate_request(
    request: InteractionRequest, history: tuple[Content, ...]
) -> GenerateContentRequest:
    """`request` in the form of generateContent, after the turns of `history`.

    Raises:
        ApiError: 400 for an input or a setting that is malformed.
    """
    names: dict[str, str] = {
        part.function_call.id or "": part.function_call.name
        for content in history
        for part in content.parts
        if part.function_call
    }
    body: JSONObject = {
        "contents": _contents(request.input, names),
        "generation_config": _generation_config(request),
        "tools": [_tool(tool) for tool in request.tools],
        "cached_content": request.cached_content,
    }
    if request.system_instruction:
        body["system_instruction"] = {"parts": [{"text": request.system_instruction}]}
    body["tool_config"] = {"function_calling_config": _calling(request.generation_config)}
    converted = check(body, GenerateContentRequest)
    return converted.model_copy(update={"contents": [*history, *converted.contents]})


def _contents(
    given: str | JSONObject | list[JSONObject] | None, names: dict[str, str]
) -> list[Any]:
    if given is None or given in ("", []):
        raise ApiError(400, "* input: input is not specified")
    if isinstance(given, str):
        return [{"role": "user", "parts": [{"text": given}]}]
    items = [given] if isinstance(given, dict) else given
    contents: list[JSONObject] = []
    for item in items:
        role, parts = _turn(item, names)
        if contents and contents[-1]["role"] == role:
            contents[-1]["parts"] += parts
        elif parts:
            contents.append({"role": role, "parts": parts})
    return contents


def _turn(item: JSONObject, names: dict[str, str]) -> tuple[str, list[JSONObject]]:
    """A step, a turn with a role, or bare content, as a role and parts."""
    kind = item.get("type")
    if kind == "function_call":
        call = {"name": item.get("name"), "args": item.get("arguments"), "id": item.get("id")}
        names[str(item.get("id"))] = str(item.get("name"))
        return "model", [{"function_call": call}]
    if kind == "function_result":
        name = item.get("name") or names.get(str(item.get("call_id"))) or "function"
        response = {"result": item.get("result")}
        return "user", [{"function_response": {"name": name, "response": response}}]
    if kind == "model_output" or item.get("role") == "model":
        return "model", _parts(item.get("content", []))
    if kind == "user_input" or "role" in item:
        return "user", _parts(item.get("content", []))
    if kind == "thought":
        return "model", []
    return "user", _parts(item)


def _parts(content: Any) -> list[JSONObject]:  # noqa: ANN401 - whatever the caller sent
    if isinstance(content, str):
        return [{"text": content}]
    items: list[Any] = cast("list[Any]", content) if isinstance(content, list) else [content]
    return [_part(item) for item in items]


def _part(item: Any) -> JSONObject:  # noqa: ANN401 - whatever the caller sent
    if not isinstance(item, dict):
        raise ApiError(
            400, f"Invalid value at 'input': {str(item)[:80]!r} is not a content object."
        )
    content = cast("JSONObject", item)
    kind = content.get("type")
    if kind == "text":
        return {"text": content.get("text", "")}
    if kind not in {"image", "audio", "video", "document"}:
        raise ApiError(400, f"Invalid value at 'input.type', {str(kind)[:80]!r}: unknown content.")
    mime_type = content.get("mime_type") or f"{kind}/*"
    if content.get("uri"):
        return {"file_data": {"file_uri": content["uri"], "mime_type": mime_type}}
    return {"inline_data": {"data": content.get("data"), "mime_type": mime_type}}


def _generation_config(request: InteractionRequest) -> JSONObject:
    given = request.generation_config
    names = ("temperature", "top_p", "seed", "max_output_tokens", "stop_sequences")
    config: JSONObject = {name: getattr(given, name) for name in names}
    thinks = given.thinking_summaries not in (None, "none")
    config["thinking_config"] = {"include_thoughts": thinks}
    formats = request.response_format
    form = formats if isinstance(formats, dict) else next(iter(formats or []), None)
    if form is not None and (form.get("type") == "text" or "schema" in form):
        config["response_mime_type"] = form.get("mime_type") or request.response_mime_type
        config["response_json_schema"] = form.get("schema")
    elif form is not None:  # the schema itself, as before google-genai 2.9
        config["response_mime_type"] = "application/json"
        config["response_json_schema"] = form
    elif request.response_mime_type:
        config["response_mime_type"] = request.response_mime_type
    return config


def _tool(tool: JSONObject) -> JSONObject:
    kind = str(tool.get("type"))
    if kind != "function":
        return {kind: {}}
    declaration = {
        "name": tool.get("name"),
        "description": tool.get("description"),
        "parameters_json_schema": tool.get("parameters"),
    }
    return {"function_declarations": [declaration]}


def _calling(config: InteractionConfig) -> JSONObject:
    choice = config.tool_choice
    if isinstance(choice, str):
        return {"mode": choice}
    allowed: JSONObject = (choice or {}).get("allowed_tools") or {}
    return {
        "mode": allowed.get("mode", "auto"),
        "allowed_function_names": allowed.get("tools", []),
    }


def as_interaction(
    request: InteractionRequest,
    contents: Iterable[Content],
    answer: Answer,
    *,
    interaction_id: str,
    created: str,
) -> Interaction:
    """`answer` as an interaction."""
    candidate = answer.candidates[0]
    calls = any(isinstance(part, CallPart) for part in candidate.parts)
    status = "incomplete" if candidate.finish_reason == "MAX_TOKENS" else "completed"
    resource: JSONObject = {
        "id": interaction_id,
        "object": "interaction",
        "model": request.model,
        "status": "requires_action" if calls else status,
        "created": created,
        "updated": created,
        "steps": [_step(part) for part in candidate.parts],
        "usage": _usage(answer, candidate),
        "labels": {**request.labels, "answered-by": answer.model_version},
    }
    if request.previous_interaction_id:
        resource["previous_interaction_id"] = request.previous_interaction_id
    said = Content.model_validate(
        {"role": "model", "parts": [_history(p) for p in candidate.parts]}
    )
    return Interaction(interaction_id, resource, (*contents, said), candidate)


def events(interaction: Interaction, words_per_chunk: int) -> Iterator[Event]:
    """`interaction` as its server-sent events, without the closing `done`."""
    unfinished: JSONObject = {"status": "in_progress", "steps": []}
    started = {k: v for k, v in interaction.resource.items() if k != "usage"} | unfinished
    yield "interaction.created", {"interaction": started}
    for index, part in enumerate(interaction.candidate.parts):
        yield "step.start", {"index": index, "step": _opening(part)}
        for delta in _deltas(part, words_per_chunk):
            yield "step.delta", {"index": index, "delta": delta}
        yield "step.stop", {"index": index}
    yield "interaction.completed", {"interaction": interaction.resource}


def _step(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return {"type": "function_call", "id": part.id, "name": part.name, "arguments": part.args}
    content = [{"type": "text", "text": part.text}]
    if part.thought:
        return {"type": "thought", "summary": content}
    return {"type": "model_output", "content": content}


def _opening(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return _step(part) | {"arguments": {}}
    return {"type": "thought"} if part.thought else {"type": "model_output"}


def _deltas(part: TextPart | CallPart, words_per_chunk: int) -> Iterator[JSONObject]:
    if isinstance(part, CallPart):
        yield {"type": "arguments_delta", "arguments": json.dumps(part.args, ensure_ascii=False)}
        return
    for text in group_words(part.pieces, words_per_chunk):
        content = {"type": "text", "text": text}
        yield {"type": "thought_summary", "content": content} if part.thought else content


def _history(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return {"function_call": {"name": part.name, "args": part.args, "id": part.id}}
    return {"text": part.text, "thought": part.thought}


def _usage(answer: Answer, candidate: Candidate) -> JSONObject:
    prompt = answer.prompt_tokens
    by_modality = (("text", prompt.text), ("image", prompt.image))
    return {
        "total_tokens": prompt.total + candidate.output_tokens + candidate.thought_tokens,
        "total_input_tokens": prompt.total,
        "input_tokens_by_modality": [{"modality": m, "tokens": n} for m, n in by_modality if n],
        "total_output_tokens": candidate.output_tokens,
        "total_thought_tokens": candidate.thought_tokens,
        "total_cached_tokens": prompt.cached,
        "total_tool_use_tokens": 0,
    }
