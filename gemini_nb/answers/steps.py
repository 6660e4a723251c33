"""The steps of an interaction, and the deltas that they stream in, as pieces.

A delta has the same shape as the step or the content that it adds to, so one table reads them all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gemini_nb.answers.grounding import annotated
from gemini_nb.answers.json_text import json_text, members
from gemini_nb.answers.media import media_of
from gemini_nb.answers.pieces import Argued, Failed, Grounded, Said
from gemini_nb.answers.segments import (
    Code,
    FunctionCall,
    Text,
    Thought,
    ToolCall,
    Unknown,
)
from gemini_nb.answers.step_results import MEDIA, code_output, function_result, tool_result
from gemini_nb.answers.surrogates import text_of, well_formed
from gemini_nb.answers.tools import asked, tool_words
from gemini_nb.fields import elements, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from gemini_nb.answers.pieces import Piece

_SAY_NOTHING = ("user_input", "thought_signature")


def step_pieces(
    value: object, step: int | None = None, *, thinking: bool = False
) -> Iterator[Piece]:
    """What a step, a content of one, or a delta says.

    Args:
        value: the SDK's or REST's; told apart by its `type`.
        step: its number.
        thinking: whether its texts are thoughts.

    Example:
        >>> delta = {"type": "thought_summary", "content": {"type": "text", "text": "Hm"}}
        >>> list(step_pieces(delta))
        [Said(candidate=0, segment=Thought(text='Hm'), step=None)]
    """
    kind = field(value, "type")
    if kind == "UNKNOWN":  # how the SDK wraps what is newer than itself
        raw = field(value, "raw")
        if raw is not None and field(raw, "type") != "UNKNOWN":
            yield from step_pieces(raw, step, thinking=thinking)
    elif not isinstance(kind, str):
        yield from _unknown(value, "", step)
    elif kind in MEDIA:
        media = media_of(value, kind, is_thought=thinking)
        if media is not None:
            yield Said(0, media, step)
    elif kind in ("text", "thought", "thought_summary"):
        yield from _words(value, kind, step, thinking=thinking)
    elif kind not in _SAY_NOTHING:
        yield from _reader(kind)(value, kind, step)


def contents_pieces(
    contents: list[Any], step: int | None, *, thinking: bool = False
) -> Iterator[Piece]:
    """What a list of contents says; its citations count from the start of their own content."""
    before = 0
    for content in contents:
        if isinstance(content, str):
            yield from _text(content, step, thinking=thinking)
            continue
        for piece in step_pieces(content, step, thinking=thinking):
            yield _shifted(piece, before)
        text = field(content, "text")
        # Another kind of content ends the run of text that citations are counted in.
        before = before + len(text.encode("utf-8", "replace")) if isinstance(text, str) else 0


def _words(value: object, kind: str, step: int | None, *, thinking: bool) -> Iterator[Piece]:
    if kind == "text":
        yield from _text(field(value, "text"), step, thinking=thinking)
        if elements(value, "annotations"):
            yield annotated(elements(value, "annotations"), step)
        return
    content = field(value, "content")
    said = elements(value, "summary") or elements(value, "content") or [content]
    yield from contents_pieces([each for each in said if each is not None], step, thinking=True)


def _text(text: object, step: int | None, *, thinking: bool) -> Iterator[Piece]:
    if isinstance(text, str) and text:
        yield Said(0, Thought(text) if thinking else Text(text), step)


def _shifted(piece: Piece, offset: int) -> Piece:
    if not offset or not isinstance(piece, Grounded):
        return piece
    claims = tuple(
        type(claim)(claim.start + offset, claim.end + offset, claim.sources)
        for claim in piece.claims
    )
    return Grounded(piece.candidate, piece.sources, claims, piece.lookups, piece.step)


def _model_output(value: object, _: str, step: int | None) -> Iterator[Piece]:
    yield from contents_pieces(elements(value, "content"), step)
    error = field(value, "error")
    if error is not None:
        yield Failed(failure_of(error))


def failure_of(error: object) -> str:
    """What an error object of the API says, in a line.

    Example:
        >>> failure_of({"code": 503, "message": "Overloaded."})
        '503: Overloaded.'
    """
    if isinstance(error, str):
        return well_formed(error)
    told = [field(error, "code"), field(error, "message")]
    return well_formed(": ".join(str(each) for each in told if each)) or json_text(error)


def _annotations(value: object, _: str, step: int | None) -> Iterator[Piece]:
    yield annotated(elements(value, "annotations"), step)


def _arguments(value: object, _: str, step: int | None) -> Iterator[Piece]:
    arguments = field(value, "arguments")
    if isinstance(arguments, str) and arguments:
        yield Argued(step, arguments)


def _function_call(value: object, kind: str, step: int | None) -> Iterator[Piece]:
    arguments = field(value, "arguments")
    call = FunctionCall(text_of(value, "name"), members(arguments), text_of(value, "id"))
    yield Said(0, call, step)
    yield from _arguments(value, kind, step)


def _code(value: object, _: str, step: int | None) -> Iterator[Piece]:
    arguments = field(value, "arguments")
    language = field(arguments, "language")
    code = text_of(arguments, "code")
    if code:
        yield Said(0, Code(code, language.lower() if isinstance(language, str) else ""), step)


def _tool_call(value: object, kind: str, step: int | None) -> Iterator[Piece]:
    server, name = text_of(value, "server_name"), text_of(value, "name")
    tool = ": ".join(each for each in (server, name) if each) or tool_words(kind)
    yield Said(0, ToolCall(tool, asked(field(value, "arguments"))), step)


def _unknown(value: object, kind: str, step: int | None) -> Iterator[Piece]:
    if value is not None:
        yield Said(0, Unknown(well_formed(kind) or type(value).__name__, json_text(value)), step)


def _reader(kind: str) -> Callable[[object, str, int | None], Iterator[Piece]]:
    """What reads a step or a delta of a kind; the API's tools come in pairs of call and result."""
    if kind in _READERS:
        return _READERS[kind]
    if kind.endswith("_call"):
        return _tool_call
    return tool_result if kind.endswith("_result") else _unknown


_READERS: dict[str, Callable[[object, str, int | None], Iterator[Piece]]] = {
    "model_output": _model_output,
    "text_annotation": _annotations,
    "text_annotation_delta": _annotations,
    "arguments_delta": _arguments,
    "function_call": _function_call,
    "function_result": function_result,
    "mcp_servertool_result": function_result,
    "code_execution_call": _code,
    "code_execution_result": code_output,
}
