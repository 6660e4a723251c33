"""The results of functions and of the API's own tools, among the steps of an interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from gemini_nb.answers.json_text import json_text, members
from gemini_nb.answers.media import media_of
from gemini_nb.answers.pieces import Said
from gemini_nb.answers.segments import CodeOutput, FunctionResult, Media
from gemini_nb.answers.surrogates import text_of, well_formed
from gemini_nb.answers.tools import tool_words
from gemini_nb.fields import elements, field

if TYPE_CHECKING:
    from collections.abc import Iterator

MEDIA = ("image", "audio", "video", "document")
"""The kinds of contents that are no words."""

# Parts of a tool's result that are a third party's HTML, or for the API alone.
_NOT_TO_SHOW = ("search_suggestions", "widget_context_token", "rendered_content")


def function_result(value: object, _: str, step: int | None) -> Iterator[Said]:
    """What a function, or one of an MCP server, returned; pictures in it come after it."""
    result, media = _apart(field(value, "result"))
    yield Said(
        0,
        FunctionResult(
            name=text_of(value, "name") or text_of(value, "server_name"),
            result=result,
            id=text_of(value, "call_id"),
            is_error=field(value, "is_error") is True,
        ),
        step,
    )
    for each in media:
        yield Said(0, each, step)


def code_output(value: object, _: str, step: int | None) -> Iterator[Said]:
    """What came of executing a program; nothing while nothing is told."""
    result, media = _apart(field(value, "result"))
    is_error = field(value, "is_error") is True
    if isinstance(result, list):
        outputs = cast("list[object]", result)
        result = "".join(text_of(each, "text") or json_text(each) for each in outputs)
    if result or is_error:
        text = result if isinstance(result, str) else json_text(result)
        yield Said(0, CodeOutput(text if result else "", is_error), step)
    for each in media:
        yield Said(0, each, step)


def tool_result(value: object, kind: str, step: int | None) -> Iterator[Said]:
    """What one of the API's tools found; nothing where none of it is to be shown."""
    shown = [_shown(each) for each in elements(value, "result")]
    result, media = _apart([each for each in shown if each] or _shown(field(value, "result")))
    is_error = field(value, "is_error") is True
    if result or is_error:
        name = text_of(value, "name") or tool_words(kind)
        yield Said(0, FunctionResult(name, result, text_of(value, "call_id"), is_error), step)
    for each in media:
        yield Said(0, each, step)


def _shown(result: object) -> object:
    if isinstance(result, list | tuple):
        return None  # nothing among them is to be shown
    told = members(result)
    return {name: told[name] for name in told if name not in _NOT_TO_SHOW} if told else result


def _apart(result: Any) -> tuple[Any, list[Media]]:  # noqa: ANN401 - JSON, or the SDK's objects
    """A result as JSON, and the pictures and sounds that are among it."""
    if result is None or isinstance(result, str | int | float):
        return (well_formed(result) if isinstance(result, str) else result), []
    if not isinstance(result, list | tuple):
        return members(result), []
    kept: list[Any] = []
    media: list[Media] = []
    for each in cast("list[object]", result):
        found = media_of(each, "result") if field(each, "type") in MEDIA else None
        if isinstance(found, Media):
            media.append(found)
        else:
            kept.append(members(each) or each)
    return kept, media
