"""The text and the calls in an answer, whatever form it is at hand in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeGuard, cast

from gemini_nb.errors import NotAnAnswerError
from gemini_nb.spatial.reading.parsed_json import body, convertible, json_text
from gemini_nb.spatial.reading.statement_shapes import arguments
from gemini_nb.spatial.statements import Call

if TYPE_CHECKING:
    from gemini_nb.replies.reply import Reply
    from gemini_nb.spatial.issues import IssueKind

_OTHERS: Final = ("user", "function")
"""Roles of turns that are not the model's."""


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says: its text, its calls, and what is to be told of reading them."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    remarks: tuple[tuple[IssueKind, str], ...] = ()


def read_answer(answer: object) -> Said:  # noqa: PLR0911 - one case for each form
    """Text, calls and remarks of an answer in any form that `parse` takes.

    Example:
        >>> read_answer({"candidates": [{"content": {"parts": [{"text": "a mug"}]}}]}).text
        'a mug'
        >>> read_answer([{"point": [1, 2]}]).text
        '[{"point": [1, 2]}]'

    Raises:
        NotAnAnswerError: it has no such form.
    """
    if answer is None:
        return Said(remarks=(("dropped", "there is no answer: it is None"),))
    if isinstance(answer, str):
        return Said(answer)
    if isinstance(answer, bytes | bytearray):
        return read_answer(body(bytes(answer)))
    if _is_stream(answer):
        return read_answer(list(answer))
    if isinstance(answer, list | tuple) and not answer:
        return _json(cast("Sequence[object]", answer))
    from gemini_nb.replies.reply import whole  # noqa: PLC0415 - loads the SDK, which text needs not

    try:
        return _said(whole(_without_turns_of_others(cast("object", answer))))
    except NotAnAnswerError:
        return _json(cast("object", answer))


def _said(reply: Reply) -> Said:
    from gemini_nb.replies.segments import (  # noqa: PLC0415 - loaded with `whole`
        Code,
        CodeOutput,
        FunctionCall,
        Text,
        Unknown,
    )

    remarks: list[tuple[IssueKind, str]] = []
    texts: list[str] = []
    calls: list[Call] = []
    for segment in reply.candidates[0].segments if reply.candidates else ():
        if isinstance(segment, Text):
            texts.append(segment.text)
        elif isinstance(segment, Code | CodeOutput):
            told = segment.code if isinstance(segment, Code) else segment.text
            texts.append(f"\n{told}\n")
        elif isinstance(segment, FunctionCall) and segment.name:
            calls.append(Call(segment.name, arguments(segment.arguments)))
        elif isinstance(segment, Unknown):
            remarks.append(("unsupported", f"a part of an unknown kind: {segment.kind}"))
    text = "".join(texts)
    if "\ufffd" in text:
        remarks.append(("repaired", "halves of characters in the text"))
    if not text and not calls:
        remarks.append(("dropped", _why_nothing(reply)))
    if (more := len(reply.candidates) - 1) > 0:
        remarks.append(("dropped", f"{more} more of the candidates: only the first is read"))
    for place in reply.set_aside:
        remarks.append(("unsupported", f"a field unknown to the SDK: {place}"))  # noqa: PERF401 - typed
    return Said(text, tuple(calls), tuple(remarks))


def _why_nothing(reply: Reply) -> str:
    """Why a reply holds no text."""
    if reply.failure:
        return f"the response is an error: {reply.failure}"
    if reply.interaction_id:
        return "the interaction holds no text"
    if reply.candidates:
        reason = reply.candidates[0].finish_reason or "no reason given"
        return f"the response holds no text ({reason})"
    why = f": the request was blocked ({reply.block_reason})" if reply.block_reason else ""
    return f"the response holds no answer{why}"


def _json(answer: object) -> Said:
    """What anything says that is no object of the API: JSON, or something with a text."""
    if isinstance(answer, Mapping | Sequence) or convertible(answer):
        text = json_text(cast("object", answer))
        endless = "JSON that contains itself, or is nested without end"
        return Said(remarks=(("dropped", endless),)) if text is None else Said(text)
    if isinstance(text := getattr(answer, "text", None), str):
        return Said(text)
    raise NotAnAnswerError(
        f"{type(answer).__name__} is no answer that can be read; pass its text, the response of "
        "google-genai, or parsed JSON."
    )


def _without_turns_of_others(answer: object) -> object:
    """Of a chat's history only what the model said."""
    if not isinstance(answer, list | tuple):
        return answer
    turns = cast("Sequence[object]", answer)
    return [turn for turn in turns if _role(turn) not in _OTHERS]


def _role(turn: object) -> object:
    if isinstance(turn, Mapping):
        return cast("Mapping[str, object]", turn).get("role")
    return getattr(turn, "role", None)


def _is_stream(answer: object) -> TypeGuard[Iterator[object]]:
    """Whether these are chunks to come, and not an open file's lines."""
    return isinstance(answer, Iterator) and not hasattr(cast("object", answer), "read")
