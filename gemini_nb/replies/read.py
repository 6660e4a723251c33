"""The one door for answers: whatever form one is at hand in, it becomes the SDK's own types.

Behind it nobody asks what an answer is. The fields of REST's JSON that the installed SDK does not
know, or whose values it can't take, are set aside and listed; a part of a kind that it does not
know stays visible as what it is called.
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from google.genai import chats, types
from pydantic import BaseModel, ValidationError
from pydantic_core import to_jsonable_python

from gemini_nb.display import well_formed, words
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.replies import interactions
from gemini_nb.replies.interactions import error_words

if TYPE_CHECKING:
    from collections.abc import Iterator

_DEEPEST: Final = 8  # lists within lists; one that is deeper, or holds itself, is no answer
_MOST_FAULTS: Final = 50  # rounds of setting aside what the SDK does not take
_OF_RESPONSE: Final = {"candidates", "promptFeedback", "usageMetadata", "modelVersion"}
_OF_CANDIDATE: Final = {"content", "finishReason", "groundingMetadata"}


_OF_PART: Final = re.compile(r"(?:^|\.)parts\.\d+\.\w+$")  # stays visible as what it is called


@dataclass(frozen=True, slots=True)
class Chunk:
    """What an answer, or one chunk of a stream, says: the SDK's response, and what it lacks."""

    response: types.GenerateContentResponse
    """The parts of an interaction's step stand in its first candidate."""
    step: int | None = None
    """The number of the interaction's step that the parts belong to; None outside one."""
    opens: str = ""
    """The API's name for the step that begins here, as "model_output"; "" if none does."""
    repeats: bool = False
    """Whether a finished interaction tells all of it again: news only where nothing was said."""
    interaction_id: str = ""
    status: str = ""
    """Of an interaction, as "completed"."""
    failure: str = ""
    """What went wrong, in the API's words."""
    is_response: bool = False
    """Whether it is of generate_content, whose last chunk says why the answer ends."""
    set_aside: tuple[str, ...] = ()
    """Where in REST's JSON stood what the SDK does not know, as "candidates.0.newField"."""


def read(answer: object) -> list[Chunk]:
    """Any answer in the SDK's own types; None and "" say nothing.

    Args:
        answer: a text; a `GenerateContentResponse` or a chunk of one, a `Candidate`, a `Content`, a
            `Part`; a chat, of which the last answer counts; an interaction, one of its steps, an
            event of one; REST's JSON of any of these in either spelling, an error's body too; or
            a list of these, as the chunks of a stream.

    Raises:
        NotAnAnswerError: it is nothing of the kind, or a list that is nested without end.

    Example:
        >>> [chunk] = read({"candidates": [{"content": {"parts": [{"text": "Hi"}]}}], "neu": 1})
        >>> chunk.response.text, chunk.set_aside
        ('Hi', ('neu',))
    """
    return list(_chunks(answer, 0))


def unknown_chunk(kind: str) -> Chunk:
    """A chunk that says no more than what it is called."""
    part = types.Part.model_validate(interactions.unknown(kind, f"<{kind}>"))
    return _of_content(types.Content(role="model", parts=[part]))


def _chunks(answer: object, depth: int) -> Iterator[Chunk]:
    if isinstance(answer, list | tuple):
        if depth >= _DEEPEST:
            raise NotAnAnswerError("A list that is nested without end is no answer.")
        for each in cast("list[object]", answer):
            yield from _chunks(each, depth + 1)
    elif isinstance(answer, Mapping):
        yield from _of_json(cast("Mapping[str, Any]", answer))
    elif isinstance(answer, str):
        parts = [types.Part(text=well_formed(answer))] if answer else []
        yield from [_of_content(types.Content(role="model", parts=parts))] if parts else ()
    elif answer is not None:
        yield from _of_object(answer)


def _of_object(answer: object) -> Iterator[Chunk]:
    """What an object of the SDK says; nothing else has an answer's fields."""
    if isinstance(answer, types.GenerateContentResponse):
        yield Chunk(answer, is_response=True)
    elif isinstance(answer, types.Candidate):
        yield Chunk(types.GenerateContentResponse(candidates=[answer]))
    elif isinstance(answer, types.Content):
        yield _of_content(answer)
    elif isinstance(answer, types.Part):
        yield _of_content(types.Content(role="model", parts=[answer]))
    elif isinstance(answer, chats.Chat | chats.AsyncChat):
        turns = [turn for turn in answer.get_history() if turn.role == "model"]
        yield from map(_of_content, turns[-1:])
    elif isinstance(answer, BaseModel):  # of interactions: many classes, one shape
        yield from _of_json(_members(answer))
    else:
        raise NotAnAnswerError(
            f"{type(answer).__name__} is no answer; pass a text, a response of google-genai, an "
            "interaction, the JSON of one of these, or a list of a stream's chunks."
        )


def _members(model: BaseModel) -> dict[str, Any]:
    """The fields of an SDK's object, those too that are newer than the SDK."""
    told = {**dict(model), **(model.model_extra or {})}
    return {name: _plain(value) for name, value in told.items() if value is not None}


def _plain(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, BaseModel):
        return _members(value)
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("list[Any]", value)]
    return to_jsonable_python(value, bytes_mode="base64", fallback=str)


def _of_content(content: types.Content) -> Chunk:
    candidate = types.Candidate(content=content)
    return Chunk(types.GenerateContentResponse(candidates=[candidate]))


def _of_json(told: Mapping[str, Any]) -> Iterator[Chunk]:
    names = {camel_case(str(name)) for name in told}
    data = told.get("data")
    if "eventType" in names:
        yield from map(_chunk, interactions.event_fields(told))
    elif isinstance(data, Mapping) and "event_type" in data:  # in the SDK's own envelope
        yield from map(_chunk, interactions.event_fields(cast("Mapping[str, Any]", data)))
    elif names & _OF_RESPONSE:
        failure = error_words(told["error"]) if "error" in told else ""
        rest = {name: value for name, value in told.items() if name != "error"}
        yield _chunk({"response": rest, "failure": failure, "is_response": True})
    elif "steps" in names or told.get("object") == "interaction":
        yield from map(_chunk, interactions.interaction_fields(told))
    elif "type" in names and interactions.is_step(told):
        yield from map(_chunk, interactions.step_fields(told, None))
    elif "error" in names:
        yield _chunk({"response": {}, "failure": error_words(told["error"])})
    elif names:
        yield _chunk({"response": {"candidates": [_candidate(told, names)]}})


def _candidate(told: Mapping[str, Any], names: set[str]) -> Mapping[str, Any]:
    """A candidate, a content or a part as a candidate."""
    if names & _OF_CANDIDATE:
        return told
    if "parts" in names:
        return {"content": told}
    if names <= {camel_case(name) for name in types.Part.model_fields}:
        return {"content": {"parts": [told]}}
    raise NotAnAnswerError(
        f"JSON with the fields {words(', '.join(sorted(names)), 100)} is no answer of the API; "
        "pass a response, an interaction, or the chunks of a stream."
    )


def _chunk(fields: dict[str, Any]) -> Chunk:
    """A chunk from its fields: REST's JSON of the response, without what the SDK does not take.

    Raises:
        NotAnAnswerError: nothing could be read of it.
    """
    told = fields.pop("response")
    # As text, since its bytes are base64; and with the SDK's name for REST's citations.
    try:
        text = well_formed(json.dumps(told, ensure_ascii=False, default=_plain, skipkeys=True))
    except (ValueError, RecursionError):
        raise NotAnAnswerError("JSON that contains itself is no answer.") from None
    text = text.replace('"citationSources":', '"citations":')
    set_aside: dict[str, None] = {}
    for _ in range(_MOST_FAULTS):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # names of enumerations that the SDK does not know
                response = types.GenerateContentResponse.model_validate_json(text)
                return Chunk(response, set_aside=tuple(set_aside), **fields)
        except ValidationError as error:
            plain: Any = json.loads(text)
            places = sorted((fault["loc"] for fault in error.errors()), key=len, reverse=True)
            removed = [place for place in (_set_aside(plain, place) for place in places) if place]
            if not removed:
                break
            set_aside |= dict.fromkeys(at for at in removed if not _OF_PART.search(at))
            text = json.dumps(plain)
        except AttributeError:  # the SDK's enumerations fail at what is no string
            break
    raise NotAnAnswerError(f"{words(text, 100)} is no answer that can be read.")


def _set_aside(plain: Any, place: tuple[int | str, ...]) -> str:  # noqa: ANN401 - JSON
    """Take out what stands at a place, or as near to it as there is something; return its path."""
    path: list[tuple[Any, Any]] = []
    at: Any = plain
    for step in place:
        key: Any = None
        if isinstance(at, dict):
            members = cast("dict[str, Any]", at)
            key = next((name for name in members if step in (name, camel_case(name))), None)
        elif isinstance(at, list) and isinstance(step, int) and step < len(cast("list[Any]", at)):
            key = step
        if key is None:
            break
        path.append((cast("Any", at), key))
        at = cast("Any", at)[key]
    if not path:
        return ""
    holder, key = path[-1]
    value: Any = holder.pop(key)
    if isinstance(key, int) and isinstance(value, dict) and value:
        holder.insert(key, {})  # others count its place
    if len(path) == len(place) and place[-3:-2] == ("parts",):
        holder |= interactions.unknown(str(key), cast("object", value))
    return ".".join(str(name) for _, name in path)


def camel_case(name: str) -> str:
    """A name of Python's as REST and JavaScript spell it."""
    head, *rest = name.split("_")
    return head + "".join(map(str.capitalize, rest))
