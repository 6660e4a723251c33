"""Requests of the interactions API, and the same asked as generateContent asks it."""

from __future__ import annotations

from typing import Any, cast

from pydantic import Field

from gemini_nb.offline.api.content import Content, Message
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.messages import GenerateContentRequest
from gemini_nb.offline.api.validation import check

JSONObject = dict[str, Any]


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
    if item.get("role", "user") not in ("user", "model"):
        raise ApiError(400, f"Please use a valid role: user, model. Got {item['role']!r:.80}.")
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
    kind = str(content.get("type"))
    if kind == "text":
        return {"text": content.get("text", "")}
    if kind not in {"image", "audio", "video", "document"}:
        raise ApiError(400, f"Invalid value at 'input.type', {kind[:80]!r}: unknown content.")
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
    allowed: Any = (choice or {}).get("allowed_tools") or {}
    if not isinstance(allowed, dict):
        raise ApiError(400, "Invalid value at 'generation_config.tool_choice.allowed_tools'.")
    allowed = cast("JSONObject", allowed)
    return {
        "mode": allowed.get("mode", "auto"),
        "allowed_function_names": allowed.get("tools", []),
    }
