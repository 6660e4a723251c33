"""What one chunk adds to an answer, whatever the chunk is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.answers.events import event_pieces, event_type, interaction_pieces
from gemini_nb.answers.json_text import json_text
from gemini_nb.answers.parts import segments_of
from gemini_nb.answers.pieces import Counted, Failed, Named, Piece, Said
from gemini_nb.answers.responses import (
    candidate_pieces,
    parts_of,
    parts_pieces,
    refusal,
    response_pieces,
)
from gemini_nb.answers.segments import Text, Unknown
from gemini_nb.answers.steps import step_pieces
from gemini_nb.fields import field
from gemini_nb.redaction import redact
from gemini_nb.tokens.origin import answered_by
from gemini_nb.tokens.usage import usage_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_OF_RESPONSE = ("candidates", "prompt_feedback", "usage_metadata", "model_version")
_OF_CANDIDATE = ("content", "finish_reason")
_OF_INTERACTION = ("steps", "outputs")
_DEEPEST = 8  # lists within lists; one that is deeper, or holds itself, is no answer


def pieces(chunk: object) -> Iterator[Piece]:
    """What a chunk of a stream adds, piece by piece; pure, and never an error.

    Args:
        chunk: a string; a response of generate_content, or a chunk, a candidate or a part of one;
            an event of an interaction, an interaction, or a step of one; of any version of the
            SDK, or as REST's JSON, an error's body too; or a list of these. Anything else, as
            bytes, is told as `Unknown`; None says nothing. What failed is told without keys.

    Example:
        >>> list(pieces("Hello"))
        [Said(candidate=0, segment=Text(text='Hello'), step=None)]
        >>> for piece in pieces({"candidates": [{"content": {"parts": [{"text": "Hi"}]},
        ...                                      "finishReason": "STOP"}]}):
        ...     print(piece)
        Said(candidate=0, segment=Text(text='Hi'), step=None)
        Finished(candidate=0, reason='STOP', message='')
    """
    for single in _single(chunk, 0):
        if not isinstance(single, str):
            yield from _of_object(single)
        elif single:
            yield Said(0, Text(single))


def _single(chunk: object, depth: int) -> Iterator[object]:
    """The chunks in a list, and in the lists within it; one that is no list is the only one."""
    if isinstance(chunk, list | tuple) and depth < _DEEPEST:
        for each in cast("list[object]", chunk):
            yield from _single(each, depth + 1)
    elif chunk is not None:
        yield chunk


def _of_object(chunk: object) -> list[Piece]:
    try:
        return [_without_key(piece) for piece in (*_said(chunk), *_about(chunk))]
    except Exception:  # noqa: BLE001 - a stranger's object raises what it likes; the answer lives on
        return [Said(0, Unknown(type(chunk).__name__, json_text(type(chunk).__name__)))]


def _without_key(piece: Piece) -> Piece:
    """A failure may quote the request, with the key in its address."""
    return Failed(redact(piece.message)) if isinstance(piece, Failed) else piece


def _said(chunk: object) -> Iterator[Piece]:
    if event_type(chunk):
        yield from event_pieces(chunk)
    elif _has(chunk, _OF_RESPONSE):
        yield from response_pieces(chunk)
    elif event_type(field(chunk, "data")):  # an event in the SDK's own envelope
        yield from event_pieces(field(chunk, "data"))
    elif _has(chunk, _OF_INTERACTION) or field(chunk, "object") == "interaction":
        yield from interaction_pieces(chunk)
    elif _has(chunk, _OF_CANDIDATE) and field(chunk, "type") is None:
        yield from candidate_pieces(chunk)
    elif _has(chunk, ("parts",)):
        yield from parts_pieces(parts_of(chunk))
    elif isinstance(field(chunk, "type"), str):
        yield from step_pieces(chunk)
    elif field(chunk, "error") is not None:
        yield refusal(field(chunk, "error"))
    else:
        yield from _rest(chunk)


def _rest(chunk: object) -> Iterator[Said]:
    """A part of a message, or something that is none of the API's."""
    read = [Said(0, segment) for segment in segments_of(chunk)]
    yield from read
    if not read and not isinstance(chunk, Mapping):
        written = json_text(chunk)
        if written.strip('{}[]"'):
            yield Said(0, Unknown(type(chunk).__name__, written))


def _about(chunk: object) -> Iterator[Piece]:
    if field(chunk, "delta") is not None and field(chunk, "metadata") is None:
        return  # by far the most frequent events tell nothing of this
    name = answered_by(chunk)
    if name:
        yield Named(name)
    usage = usage_of(chunk)
    if usage is not None:
        yield Counted(usage)


def _has(chunk: Any, names: tuple[str, ...]) -> bool:  # noqa: ANN401 - whatever was streamed
    if isinstance(chunk, Mapping):
        return any(field(cast("object", chunk), name) is not None for name in names)
    return any(hasattr(chunk, name) for name in names)
