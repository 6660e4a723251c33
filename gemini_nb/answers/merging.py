"""How more of a segment joins what was there of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from gemini_nb.answers.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Media,
    Segment,
    Text,
    Thought,
    ToolCall,
)

_BARE_SOUND = ("audio/l16", "audio/pcm", "audio/alaw", "audio/mulaw")


def goes_on(before: Segment, after: Segment, *, same_step: bool) -> bool:
    """Whether `after` is more of `before`, rather than the next segment.

    Args:
        before: the latest segment.
        after: what came now.
        same_step: whether both are of one step of an interaction, where a step starts with what
            is known of its segment and deltas tell the rest.

    Example:
        >>> goes_on(Text("Hel"), Text("lo"), same_step=False)
        True
        >>> goes_on(Text("Hel"), Thought("lo"), same_step=False)
        False
    """
    if isinstance(after, Text | Thought):
        return type(before) is type(after)
    if isinstance(before, Media) and isinstance(after, Media):
        return _same_media(before, after, same_step=same_step)
    if isinstance(before, FunctionCall) and isinstance(after, FunctionCall) and before.unread:
        return after.name in ("", before.name)
    return same_step and type(before) is type(after)


def merged(before: Segment, after: Segment) -> Segment:  # noqa: PLR0911 - one case for each kind
    """Both as one segment: the steps of an interaction start empty, grow, or are told again.

    Example:
        >>> merged(ToolCall("Google Search"), ToolCall("Google Search", "who won"))
        ToolCall(tool='Google Search', detail='who won')
    """
    match before, after:
        case (Text(), Text()) | (Thought(), Thought()):
            return replace(before, text=before.text + after.text)
        case Code(), Code():
            return Code(_grown(before.code, after.code), after.language or before.language)
        case CodeOutput(), CodeOutput():
            return CodeOutput(_grown(before.text, after.text), before.is_error or after.is_error)
        case Media(), Media():
            return replace(
                before,
                mime_type=before.mime_type or after.mime_type,
                data=before.data + after.data,
                uri=after.uri or before.uri,
            )
        case FunctionCall(), FunctionCall():
            return FunctionCall(
                name=after.name or before.name,
                arguments=_grown_arguments(before, after),
                id=after.id or before.id,
                unread=after.unread,
            )
        case FunctionResult(), FunctionResult():
            return FunctionResult(
                name=after.name or before.name,
                result=_grown_result(before.result, after.result),
                id=after.id or before.id,
                is_error=before.is_error or after.is_error,
            )
        case ToolCall(), ToolCall():
            lines = dict.fromkeys((before.detail + "\n" + after.detail).split("\n"))
            return ToolCall(after.tool or before.tool, "\n".join(line for line in lines if line))
        case _:
            return after


def _same_media(before: Media, after: Media, *, same_step: bool) -> bool:
    told = after.mime_type.split(";")[0].lower()
    if before.uri or after.uri or before.is_thought != after.is_thought:
        return False
    if told in _BARE_SOUND:  # speech streams in stretches of sound without a head of their own
        return before.mime_type == after.mime_type
    return same_step and not told


def _grown_arguments(before: FunctionCall, after: FunctionCall) -> dict[str, Any]:
    """The arguments of both; strings go on while the call is still being written."""
    grown = before.arguments | after.arguments
    for name, value in before.arguments.items():
        more = after.arguments.get(name)
        if before.unread and isinstance(value, str) and isinstance(more, str):
            grown[name] = value + more
    return grown


def _grown(before: str, after: str) -> str:
    """A text that was told again, whole, replaces its beginning; otherwise it goes on."""
    return after if after.startswith(before) else before + after


def _grown_result(before: object, after: object) -> Any:  # noqa: ANN401 - JSON
    if before in (None, "", [], {}) or before == after:
        return after
    if isinstance(before, str) and isinstance(after, str):
        return _grown(before, after)
    if after in (None, "", [], {}):
        return before
    return [*_listed(before), *_listed(after)]


def _listed(result: object) -> list[Any]:
    return cast("list[Any]", result) if isinstance(result, list) else [result]
