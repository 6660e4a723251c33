"""Interactions: their steps, and the events that they stream in, as parts of a response.

REST's JSON of one becomes REST's JSON of the other, so that one door reads both. A delta has the
same shape as the step or the content that it adds to: one table reads them all. The deltas of a
step carry only its number, and what is yielded tells which step it belongs to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, cast

from gemini_nb.display import words
from gemini_nb.replies.segments import ALL_ARGUMENTS, CONTENT, UNKNOWN, json_text

Told = Mapping[str, Any]
"""A step, a content of one, or a delta, as REST's JSON; told apart by its `type`."""
Fields = dict[str, Any]
"""Fields of a `Chunk`, its `response` as REST's JSON."""

USER_INPUT: Final = "user_input"
THOUGHT: Final = "thought"
_THOUGHTS: Final = (THOUGHT, "thought_summary")
_MEDIA: Final = ("image", "audio", "video", "document")
_ANNOTATIONS: Final = ("text_annotation", "text_annotation_delta")
_SAY_NOTHING: Final = (USER_INPUT, "thought_signature")
_CITATIONS: Final = ("url_citation", "file_citation", "place_citation")
_COUNTS: Final = {
    "promptTokenCount": "total_input_tokens",
    "cachedContentTokenCount": "total_cached_tokens",
    "thoughtsTokenCount": "total_thought_tokens",
    "toolUsePromptTokenCount": "total_tool_use_tokens",
    "candidatesTokenCount": "total_output_tokens",
    "totalTokenCount": "total_tokens",
}
_DETAILS: Final = {
    "promptTokensDetails": "input_tokens_by_modality",
    "cacheTokensDetails": "cached_tokens_by_modality",
    "toolUsePromptTokensDetails": "tool_use_tokens_by_modality",
    "candidatesTokensDetails": "output_tokens_by_modality",
}
_ANSWERED_BY: Final = "answered-by"
"""Label by which the embedded server says who answered, beside the model that was asked for."""


def event_fields(event: Told) -> Iterator[Fields]:
    """What one event of a stream says; one of an unknown type is a part of that name.

    Example:
        >>> event = {"event_type": "error", "error": {"code": 503, "message": "Overloaded."}}
        >>> [fields["failure"] for fields in event_fields(event)]
        ['503: Overloaded.']
    """
    kind = str(event.get("event_type") or "")
    index = event.get("index")
    step = index if type(index) is int else None
    if kind == "UNKNOWN":  # how the SDK wraps what is newer than itself
        event = _members(event.get("raw"))
        kind = str(event.get("event_type") or "")
    if kind == "step.delta":
        yield from step_fields(_members(event.get("delta")), step)
        if told := _members(event.get("metadata")):
            yield from _about({"metadata": told})
    elif kind == "step.start":
        begun = _members(event.get("step"))
        yield _said(step=step, opens=str(begun.get("type") or "step"))
        yield from step_fields(begun, step)
    elif kind == "interaction.completed":
        told = interaction_fields(_members(event.get("interaction")))
        yield from (fields | {"repeats": True} for fields in told)
    elif kind.startswith("interaction."):
        yield from _about({**event, **_members(event.get("interaction"))})
    elif kind == "error":
        yield _said(failure=error_words(event.get("error") or event))
    elif kind != "step.stop" and event:
        yield _said(unknown(kind or "event", event))


def interaction_fields(interaction: Told) -> Iterator[Fields]:
    """What a whole interaction holds, step by step; what the user put in is left out."""
    yield from _about(interaction)
    for number, step in enumerate(_objects(interaction.get("steps"))):
        if step.get("type") != USER_INPUT:
            yield _said(step=number, opens=str(step.get("type") or "step"))
            yield from step_fields(step, number)
    for error in _objects(interaction.get("errors")):
        yield _said(failure=error_words(error))


def is_step(told: Told) -> bool:
    """Whether JSON with a `type` is a step, a content of one, or a delta that is known here.

    Example:
        >>> is_step({"type": "text", "text": "Hi"}), is_step({"type": "mug", "point": [1, 2]})
        (True, False)
    """
    kind = str(told.get("type"))
    known = ("text", "model_output", *_THOUGHTS, *_ANNOTATIONS, *_SAY_NOTHING, *_PARTS)
    return kind in known or kind.endswith(("_call", "_result"))


def step_fields(told: Told, step: int | None, *, thinking: bool = False) -> Iterator[Fields]:
    """What a step, a content of one, or a delta says.

    Args:
        told: REST's JSON of it.
        step: its number.
        thinking: whether its texts are thoughts.
    """
    kind = str(told.get("type") or "")
    if kind == "UNKNOWN":
        raw = _members(told.get("raw"))
        if raw.get("type") != "UNKNOWN":
            yield from step_fields(raw, step, thinking=thinking)
    elif kind in ("model_output", *_THOUGHTS):
        said: Any = told.get("summary") or told.get("content") or []
        contents: list[Any] = cast("list[Any]", said) if isinstance(said, list) else [said]
        yield from _contents(contents, step, thinking=thinking or kind in _THOUGHTS)
        if told.get("error") is not None:
            yield _said(failure=error_words(told["error"]))
    elif kind in ("text", *_ANNOTATIONS):
        if text := told.get("text"):
            yield _said({"text": text, "thought": thinking or None}, step=step)
        yield from _cited(told, step, 0)
    elif kind not in _SAY_NOTHING and told:
        parts = list(_parts_of(told, kind))
        if parts:
            yield _said(*(part | ({"thought": True} if thinking else {}) for part in parts),
                        step=step)  # fmt: skip


def unknown(kind: str, content: object) -> dict[str, Any]:
    """A part of a kind that nobody here knows: its name, and what it holds as JSON."""
    return {"partMetadata": {UNKNOWN: kind, CONTENT: json_text(content)}}


def error_words(error: object) -> str:
    """What an error object of the API says, in a line without keys.

    Example:
        >>> error_words({"code": 503, "message": "Overloaded.", "status": "UNAVAILABLE"})
        '503 UNAVAILABLE: Overloaded.'
    """
    if not isinstance(error, Mapping):
        return words(error, 1000)
    told = cast("Mapping[str, Any]", error)
    code = " ".join(str(told[name]) for name in ("code", "status") if told.get(name))
    said = ": ".join(str(each) for each in (code, told.get("message")) if each)
    return words(said or json_text(told), 1000)


def _said(*parts: dict[str, Any], **fields: Any) -> Fields:  # noqa: ANN401 - fields of Chunk
    content = {"role": "model", "parts": list(parts)}
    response = {"candidates": [{"content": content}]} if parts else {}
    return {"response": response, **fields}


def _contents(contents: list[Any], step: int | None, *, thinking: bool) -> Iterator[Fields]:
    """What contents say; the citations of each count from the start of its own text."""
    before = 0
    for content in contents:
        told = {"type": "text", "text": content} if isinstance(content, str) else _members(content)
        text = told.get("text")
        bare = {name: told[name] for name in told if name != "annotations"}
        yield from step_fields(bare, step, thinking=thinking)
        yield from _cited(told, step, before)
        # Another kind of content ends the run of text that citations are counted in.
        before = before + len(text.encode("utf-8", "replace")) if isinstance(text, str) else 0


def _about(told: Told) -> Iterator[Fields]:
    """Who answers, where the interaction stands, and what it took."""
    label = _members(told.get("labels")).get(_ANSWERED_BY)
    model = label or told.get("model") or told.get("agent")  # an agent takes a model's place
    counts = _members(told.get("usage") or _members(told.get("metadata")).get("total_usage"))
    usage: dict[str, Any] = {ours: counts.get(name) for ours, name in _COUNTS.items()}
    for ours, name in _DETAILS.items():
        details = [
            {"modality": str(each.get("modality")).upper(), "tokenCount": each.get("tokens")}
            for each in _objects(counts.get(name))
        ]
        usage[ours] = details or None
    yield {
        "response": {"modelVersion": model, "usageMetadata": usage if counts else None},
        "interaction_id": str(told.get("id") or told.get("interaction_id") or ""),
        "status": str(told.get("status") or ""),
    }


def _cited(told: Told, step: int | None, offset: int) -> Iterator[Fields]:
    """Annotations that cite a source, as grounding: stretches of the step's latest text."""
    notes = [note for note in _objects(told.get("annotations")) if note.get("type") in _CITATIONS]
    if not notes:
        return
    sources: dict[tuple[str, str], int] = {}
    supports: list[dict[str, Any]] = []
    for note in notes:
        number = sources.setdefault(_source(note), len(sources))
        span = {
            ours: offset + max(0, note[name]) if type(note.get(name)) is int else offset
            for ours, name in (("startIndex", "start_index"), ("endIndex", "end_index"))
        }
        supports.append({"segment": span, "groundingChunkIndices": [number]})
    chunks = [{"web": {"title": title, "uri": uri}} for title, uri in sources]
    grounding = {"groundingChunks": chunks, "groundingSupports": supports}
    yield {"response": {"candidates": [{"groundingMetadata": grounding}]}, "step": step}


def _source(note: Told) -> tuple[str, str]:
    names = ("title", "name", "file_name", "source")
    title = next((str(note[name]) for name in names if note.get(name)), "")
    page = note.get("page_number")
    uri = str(note.get("url") or note.get("document_uri") or "")
    return (f"{title}, page {page}" if type(page) is int else title), uri


def _parts_of(told: Told, kind: str) -> Iterator[dict[str, Any]]:
    """A step of any other kind; pictures and sounds in a result come after it."""
    result = told.get("result")
    media: list[dict[str, Any]] = []
    if isinstance(result, list):
        listed = cast("list[Any]", result)
        media = [each for each in _objects(listed) if each.get("type") in _MEDIA]
        result = [each for each in listed if each not in media]
    if kind in _PARTS:
        yield from _PARTS[kind](told, result)
    elif kind.endswith("_call"):
        tool = _tool(told, kind.removesuffix("_call"))
        asked = _members(told.get("arguments"))
        yield {"toolCall": {"toolType": tool, "args": asked, "id": told.get("id")}}
    elif kind.endswith("_result"):
        tool = _tool(told, kind.removesuffix("_result"))
        found = {"toolType": tool, "response": _wrapped(told, result), "id": told.get("call_id")}
        yield {"toolResponse": found}
    else:
        yield unknown(kind or "step", told)
    for each in media:
        yield from _media(each, None)


def _media(told: Told, _: object) -> Iterator[dict[str, Any]]:
    mime_type = told.get("mime_type")
    if told.get("data"):
        yield {"inlineData": {"mimeType": mime_type, "data": told["data"]}}
    elif told.get("uri"):
        yield {"fileData": {"mimeType": mime_type, "fileUri": told["uri"]}}


def _function_call(told: Told, _: object) -> Iterator[dict[str, Any]]:
    call = {"name": told.get("name"), "args": _members(told.get("arguments")), "id": told.get("id")}
    yield {"functionCall": call}
    yield from _arguments(told, _)


def _arguments(told: Told, _: object) -> Iterator[dict[str, Any]]:
    """A stretch of a call's arguments: JSON, cut anywhere."""
    if isinstance(text := told.get("arguments"), str) and text:
        stretch = {"jsonPath": ALL_ARGUMENTS, "stringValue": text}
        yield {"functionCall": {"partialArgs": [stretch], "willContinue": True}}


def _function_result(told: Told, result: object) -> Iterator[dict[str, Any]]:
    name = told.get("name") or told.get("server_name")
    response = {"name": name, "response": _wrapped(told, result), "id": told.get("call_id")}
    yield {"functionResponse": response}


def _code(told: Told, _: object) -> Iterator[dict[str, Any]]:
    arguments = _members(told.get("arguments"))
    if arguments.get("code"):
        yield {"executableCode": {name: arguments.get(name) for name in ("code", "language")}}


def _code_output(told: Told, result: object) -> Iterator[dict[str, Any]]:
    if isinstance(result, list):
        outputs = _objects(cast("list[Any]", result))
        result = "".join(str(each.get("text") or json_text(each)) for each in outputs)
    is_error = told.get("is_error") is True
    if result or is_error:
        text = result if isinstance(result, str) else json_text(result) if result else ""
        outcome = "OUTCOME_FAILED" if is_error else "OUTCOME_OK"
        yield {"codeExecutionResult": {"outcome": outcome, "output": text}}


def _tool(told: Told, kind: str) -> str:
    """The tool by the API's name, or a server's function as "server: function"."""
    named = [str(told[name]) for name in ("server_name", "name") if told.get(name)]
    return ": ".join(named) if named else kind


def _wrapped(told: Told, result: object) -> dict[str, Any]:
    """What was returned, as the SDK has it."""
    return {"error" if told.get("is_error") is True else "result": result}


def _members(value: object) -> dict[str, Any]:
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _objects(value: object) -> list[dict[str, Any]]:
    listed = cast("list[object]", value) if isinstance(value, list) else []
    return [cast("dict[str, Any]", each) for each in listed if isinstance(each, dict)]


_PARTS: Final[dict[str, Callable[[Told, object], Iterator[dict[str, Any]]]]] = {
    **dict.fromkeys(_MEDIA, _media),
    "arguments_delta": _arguments,
    "function_call": _function_call,
    "function_result": _function_result,
    "mcp_servertool_result": _function_result,
    "code_execution_call": _code,
    "code_execution_result": _code_output,
}
