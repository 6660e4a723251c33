"""The text and the calls in an answer, whatever form it is at hand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeGuard, cast

from gemini_nb.errors import NotAnAnswerError
from gemini_nb.fields import field, name_of
from gemini_nb.spatial.reading.json_values import is_list, is_mapping
from gemini_nb.spatial.reading.parsed_json import body, convertible, json_text
from gemini_nb.spatial.reading.statement_shapes import arguments
from gemini_nb.spatial.statements import Call

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gemini_nb.spatial.issues import IssueKind

_PROGRAMS: Final = (
    ("executable_code", "code"),
    ("code_execution_result", "output"),
    ("arguments", "code"),
)
_REST_PART: Final = frozenset(
    """text functionCall function_call executableCode executable_code codeExecutionResult
    code_execution_result thought thoughtSignature inlineData type annotations arguments id
    """.split()  # noqa: SIM905 - a list of words reads better
)
_OTHERS_WORDS: Final = frozenset(["user", "function", "user_input", "thought", "function_result"])


@dataclass(frozen=True, slots=True)
class Said:
    """What an answer says: its text, its calls, and what is to be told of reading them."""

    text: str = ""
    calls: tuple[Call, ...] = ()
    remarks: tuple[tuple[IssueKind, str], ...] = ()
    glued: bool = True
    """Whether the text goes on where the one before it stopped, without a new line."""


def read_answer(answer: object) -> Said:
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
    return _known(answer) or _other(answer)


def _other(answer: object) -> Said:
    """What anything says that is no object of the API: JSON, or something with a text."""
    if is_mapping(answer) or _is_sequence(answer) or convertible(answer):
        text = json_text(answer)
        endless = "JSON that contains itself, or is nested without end"
        return Said(remarks=(("dropped", endless),)) if text is None else Said(text)
    if isinstance(text := getattr(answer, "text", None), str):
        return Said(text)
    raise NotAnAnswerError(
        f"{type(answer).__name__} is no answer that can be read; pass its text, the response of "
        "google-genai, or parsed JSON."
    )


def _known(answer: object) -> Said | None:
    """What an object of the API says; None if it is none."""
    if isinstance(answer, Sequence):
        return _chunks(cast("Sequence[object]", answer))
    candidates = field(answer, "candidates")
    if isinstance(candidates, list) or _has(answer, "prompt_feedback"):
        return _response(answer, cast("list[object]", candidates or []))
    for steps in ("steps", "outputs"):
        if isinstance(field(answer, steps), list) and _has(answer, "id"):
            return _interaction(field(answer, steps))
    if _has(answer, "event_type"):
        delta = field(answer, "delta")
        return Said() if delta is None else (_part(delta) or Said())
    return _content(answer)


def _content(answer: object) -> Said | None:
    """What a candidate, a content or a part says; None if it is none of them."""
    content = field(answer, "content")
    if isinstance(content, list) or _has(content, "parts"):
        return _together(_contents(content))
    if isinstance(parts := field(answer, "parts"), list):
        return _together(_part(part) for part in cast("list[object]", parts))
    return _part(answer)


def _chunks(answer: Sequence[object]) -> Said | None:
    """A stream's chunks, or the turns of a chat, together; None for a list of something else."""
    if answer and all(isinstance(chunk, str) for chunk in answer):
        return Said("".join(str(chunk) for chunk in answer))
    if not answer or any(isinstance(chunk, list | tuple | int | float) for chunk in answer):
        return None
    read = [
        Said() if _is_others(chunk) else _known(chunk)
        for chunk in answer
        if chunk is not None and not isinstance(chunk, str)
    ]
    if len(read) < len(answer) or None in read:
        return None
    together = _together(read)
    # That a chunk holds no text is no remark on the whole.
    return together if together.text or together.calls else _last_remarks(together)


def _response(answer: object, candidates: list[object]) -> Said:
    if not candidates:
        reason = name_of(field(field(answer, "prompt_feedback"), "block_reason"))
        why = f": the request was blocked ({reason})" if reason else ""
        return Said(remarks=(("dropped", f"the response holds no answer{why}"),))
    said = _together(_contents(field(candidates[0], "content")))
    remarks: tuple[tuple[IssueKind, str], ...] = said.remarks
    if not said.text and not said.calls:
        reason = name_of(field(candidates[0], "finish_reason")) or "no reason given"
        remarks = (*remarks, ("dropped", f"the response holds no text ({reason})"))
    if (more := len(candidates) - 1) > 0:
        remarks = (*remarks, ("dropped", f"{more} more of the candidates: only the first is read"))
    return Said(said.text, said.calls, remarks)


def _interaction(steps: Any) -> Said:  # noqa: ANN401 - a list of whatever
    said = _together(
        each for step in steps if not _is_others(step) for each in _contents_of_step(step)
    )
    empty: tuple[tuple[IssueKind, str], ...] = (("dropped", "the interaction holds no text"),)
    return said if said.text or said.calls else Said(remarks=empty)


def _contents_of_step(step: object) -> Iterable[Said | None]:
    content = field(step, "content")
    return [_part(step)] if content is None else _contents(content)


def _contents(content: Any) -> Iterable[Said | None]:  # noqa: ANN401 - what APIs call content
    if isinstance(content, str):
        return [Said(content)]
    parts = content if is_list(content) else field(content, "parts")
    return [_part(part) for part in cast("list[object]", parts or [])]


def _part(part: object) -> Said | None:
    """What one part says; None if it is no part."""
    if isinstance(part, str):
        return Said(part)
    if field(part, "thought") is True or _is_others(part):
        return Said()
    if field(part, "type") == "function_call":
        return _function_call(part)
    if is_mapping(part) and not part.keys() <= _REST_PART:
        return None
    if (call := field(part, "function_call")) is not None:
        return _function_call(call)
    text = field(part, "text")
    return _program(part) or (Said(text) if isinstance(text, str) else _silent(part))


def _program(part: object) -> Said | None:
    """The program in a part, or what came of it; None if there is none."""
    for outer, inner in _PROGRAMS:
        if isinstance(text := field(field(part, outer), inner), str):
            return Said(text, glued=False)
    return None


def _silent(part: object) -> Said | None:
    """Nothing, for a part that says nothing, as a picture; None if it is no part."""
    named = bool(part) if is_mapping(part) else isinstance(field(part, "type"), str)
    return Said() if named or _has(part, "inline_data") else None


def _function_call(call: object) -> Said:
    said = field(call, "args")
    given = field(call, "arguments") if said is None else said
    name = str(field(call, "name") or "")
    return Said(calls=(Call(name, arguments(given)),)) if name else Said()


def _together(parts: Iterable[Said | None]) -> Said:
    text: list[str] = []
    calls: list[Call] = []
    remarks: list[tuple[IssueKind, str]] = []
    for part in parts:
        if part is None:
            continue
        text.append(part.text if part.glued else f"\n{part.text}\n")
        calls += part.calls
        remarks += part.remarks
    return Said("".join(text), tuple(calls), tuple(remarks))


def _last_remarks(said: Said) -> Said:
    return Said(remarks=said.remarks[-1:])


def _is_stream(answer: object) -> TypeGuard[Iterator[object]]:
    """Whether these are chunks to come, and not an open file's lines."""
    return isinstance(answer, Iterator) and not hasattr(cast("object", answer), "read")


def _is_sequence(answer: object) -> bool:
    return isinstance(answer, Sequence)


def _is_others(said: object) -> bool:
    """Whether these are not the model's words to the user: a turn of the user's, a thought."""
    return field(said, "role") in _OTHERS_WORDS or field(said, "type") in _OTHERS_WORDS


def _has(value: object, name: str) -> bool:
    return field(value, name) is not None
