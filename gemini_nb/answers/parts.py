"""The parts of a message of generate_content, as segments."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, cast

from gemini_nb.answers.json_text import json_text, members
from gemini_nb.answers.media import media_of
from gemini_nb.answers.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Segment,
    Text,
    Thought,
    ToolCall,
    Unknown,
)
from gemini_nb.answers.surrogates import text_of, well_formed
from gemini_nb.answers.tools import asked, tool_words
from gemini_nb.fields import elements, field, name_of

# Of a part, but not what it says; `text` is read on its own.
_ASIDES = {
    "text",
    "thought",
    "thought_signature",
    "thoughtSignature",
    "media_resolution",
    "mediaResolution",
    "media_processing",
    "mediaProcessing",
}
_ASIDE_ENDING = ("_metadata", "Metadata")


def segments_of(part: object) -> Iterator[Segment]:
    """What a part says; nothing for one that only carries a signature.

    Example:
        >>> list(segments_of({"text": "Let me see.", "thought": True}))
        [Thought(text='Let me see.')]
    """
    is_thought = field(part, "thought") is True
    text = field(part, "text")
    if isinstance(text, str) and text:
        yield Thought(text) if is_thought else Text(text)
    known = False
    for name, read in _READERS.items():
        value = field(part, name)
        if value is not None:
            known = True
            yield from read(value, is_thought)
    if not known and isinstance(part, Mapping):
        yield from _unknown(cast("Mapping[str, Any]", part))


def _media(value: object, is_thought: bool) -> Iterator[Segment]:  # noqa: FBT001 - one table of readers
    media = media_of(value, "inline_data", is_thought=is_thought)
    if media is not None:
        yield media


def _call(call: object, _: object) -> Iterator[Segment]:
    partial = elements(call, "partial_args")
    yield FunctionCall(
        name=text_of(call, "name"),
        arguments=members(field(call, "args")) | dict(map(_partial_argument, partial)),
        id=text_of(call, "id"),
        unread=json_text(partial) if field(call, "will_continue") is True else "",
    )


def _partial_argument(argument: object) -> tuple[str, Any]:
    """The name and the value of an argument that streams in; what is nested keeps its path."""
    values = ("string_value", "number_value", "bool_value")
    told = (field(argument, name) for name in values)
    name = text_of(argument, "json_path").removeprefix("$.")
    return name, next((value for value in told if value is not None), None)


def _result(response: object, _: object) -> Iterator[Segment]:
    returned = field(response, "response")
    yield FunctionResult(
        name=text_of(response, "name"),
        result=returned if returned is None else members(returned),
        id=text_of(response, "id"),
        is_error=field(returned, "error") is not None,
    )
    for part in elements(response, "parts"):
        for name in ("inline_data", "file_data"):
            media = media_of(field(part, name), name)
            if media is not None:
                yield media


def _code(code: object, _: object) -> Iterator[Segment]:
    language = name_of(field(code, "language")).lower()
    unspecified = language.endswith("unspecified")
    yield Code(text_of(code, "code"), language="" if unspecified else language)


def _output(result: object, _: object) -> Iterator[Segment]:
    outcome = name_of(field(result, "outcome"))
    failed = outcome not in {"", "OUTCOME_OK", "OUTCOME_UNSPECIFIED"}
    yield CodeOutput(text_of(result, "output"), is_error=failed)


def _tool_call(call: object, _: object) -> Iterator[Segment]:
    yield ToolCall(
        tool=tool_words(name_of(field(call, "tool_type"))), detail=asked(field(call, "args"))
    )


def _tool_result(response: object, _: object) -> Iterator[Segment]:
    returned = members(field(response, "response"))
    returned.pop("search_suggestions", None)  # HTML of a third party
    yield FunctionResult(
        name=tool_words(name_of(field(response, "tool_type"))),
        result=returned,
        id=text_of(response, "id"),
    )


def _unknown(part: Mapping[str, Any]) -> Iterator[Segment]:
    for name, value in part.items():
        if name not in _ASIDES and not name.endswith(_ASIDE_ENDING) and value is not None:
            yield Unknown(kind=well_formed(name), content=json_text(value))


_READERS: dict[str, Callable[[object, bool], Iterator[Segment]]] = {
    "inline_data": _media,
    "file_data": _media,
    "function_call": _call,
    "function_response": _result,
    "executable_code": _code,
    "code_execution_result": _output,
    "tool_call": _tool_call,
    "tool_response": _tool_result,
}
