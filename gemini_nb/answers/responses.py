"""What a response of generate_content says, or one chunk of it."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from gemini_nb.answers.grounding import cited, grounded, opened
from gemini_nb.answers.parts import segments_of
from gemini_nb.answers.pieces import Blocked, Failed, Finished, Grounded, Said
from gemini_nb.answers.steps import failure_of
from gemini_nb.answers.surrogates import text_of
from gemini_nb.fields import elements, field, name_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.answers.pieces import Piece

_UNSPECIFIED = (
    "FINISH_REASON_UNSPECIFIED",
    "BLOCKED_REASON_UNSPECIFIED",
    "BLOCK_REASON_UNSPECIFIED",
)


def response_pieces(response: object) -> Iterator[Piece]:
    """What a response, or a chunk of one, says through its candidates and about its prompt."""
    feedback = field(response, "prompt_feedback")
    blocked = _reason(feedback, "block_reason")
    if blocked:
        yield Blocked(blocked, text_of(feedback, "block_reason_message"))
    for position, candidate in enumerate(elements(response, "candidates")):
        yield from candidate_pieces(candidate, position)
    error = field(response, "error")
    if error is not None:
        yield refusal(error)


def refusal(error: object) -> Failed:
    """What REST says of an error, in the place of a response or at the end of a stream.

    Args:
        error: what an error's body holds as `error`.

    Example:
        >>> refusal({"code": 404, "message": "No such model.", "status": "NOT_FOUND"})
        Failed(message='404 NOT_FOUND: No such model.')
    """
    status = text_of(error, "status")
    if not status:
        return Failed(failure_of(error))
    code = " ".join(str(each) for each in (field(error, "code"), status) if each)
    return Failed(failure_of({"code": code, "message": field(error, "message")}))


def candidate_pieces(candidate: object, position: int = 0) -> Iterator[Piece]:
    """What a candidate says.

    Args:
        candidate: the SDK's or REST's.
        position: its number, where it does not tell one itself.
    """
    index = field(candidate, "index")
    number = index if type(index) is int else position
    parts = parts_of(field(candidate, "content"))
    yield from parts_pieces(parts, number)
    yield from (piece for piece in _rests_on(candidate, parts, number) if piece != Grounded(number))
    reason = _reason(candidate, "finish_reason")
    if reason:
        yield Finished(number, reason, text_of(candidate, "finish_message"))


def _rests_on(candidate: object, parts: list[object], number: int) -> Iterator[Grounded]:
    grounding = field(candidate, "grounding_metadata")
    if grounding is not None:
        starts = tuple(accumulate(map(_bytes_of_text, parts), initial=0))
        yield grounded(grounding, number, starts)
    citations = field(candidate, "citation_metadata")
    if citations is not None:
        yield cited(citations, number)
    addresses = field(candidate, "url_context_metadata")
    if addresses is not None:
        yield opened(addresses, number)


def parts_of(content: object) -> list[object]:
    """The parts of a message; REST takes one part in the place of a list, and some send it so.

    Example:
        >>> parts_of({"parts": {"text": "Hi"}})
        [{'text': 'Hi'}]
    """
    only = field(content, "parts")
    if only is None or isinstance(only, list | tuple):
        return elements(content, "parts")
    return [only]


def parts_pieces(parts: list[object], candidate: int = 0) -> Iterator[Said]:
    """What the parts of a message say."""
    for part in parts:
        for segment in segments_of({"text": part} if isinstance(part, str) else part):
            yield Said(candidate, segment)


def _bytes_of_text(part: object) -> int:
    text = field(part, "text")
    shown = isinstance(text, str) and field(part, "thought") is not True
    return len(text.encode("utf-8", "replace")) if shown else 0


def _reason(told: object, name: str) -> str:
    reason = name_of(field(told, name))
    return "" if reason in _UNSPECIFIED else reason
