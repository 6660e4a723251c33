"""What an event of a streamed interaction says, and a whole interaction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.json_text import json_text
from gemini_nb.answers.pieces import Failed, Opened, Progressed, Recap, Said
from gemini_nb.answers.segments import Unknown
from gemini_nb.answers.steps import contents_pieces, failure_of, step_pieces
from gemini_nb.answers.surrogates import well_formed
from gemini_nb.fields import elements, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.answers.pieces import Piece

# Names of today, and those of the SDK before 2.0, which some servers still send.
_BEGUN = ("interaction.created", "interaction.start", "interaction.started")
_COMPLETE = ("interaction.completed", "interaction.complete")
_STEP_BEGUN = ("step.start", "content.start")
_STEP_GOES_ON = ("step.delta", "content.delta")
_STEP_ENDED = ("step.stop", "content.stop")
_OF_USER = "user_input"
_STATUS = "interaction.status_update"


def event_pieces(event: object) -> Iterator[Piece]:
    """What one event says; one of an unknown type is told as `Unknown`.

    Example:
        >>> start = {"event_type": "step.start", "index": 0,
        ...          "step": {"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}}
        >>> list(event_pieces(start))[1]
        Said(candidate=0, segment=Text(text='Hi'), step=0)
    """
    kind = event_type(event)
    index = field(event, "index")
    step = index if type(index) is int else None
    if kind in _STEP_GOES_ON:
        delta = field(event, "delta")
        yield from step_pieces(delta, step)
    elif kind in _STEP_BEGUN:
        yield from _begun(event, step)
    elif kind in _COMPLETE:
        yield from _completed(field(event, "interaction"))
    elif kind in _BEGUN:
        yield from _progress(field(event, "interaction"))
    elif kind == _STATUS:
        yield from _progress(event)
    elif kind == "error":
        yield Failed(failure_of(field(event, "error") or event))
    elif kind == "UNKNOWN":
        yield from _wrapped(field(event, "raw"))
    elif kind not in _STEP_ENDED:
        yield Said(0, Unknown(well_formed(kind), json_text(event)))


def interaction_pieces(interaction: object) -> Iterator[Piece]:
    """What a whole interaction holds; what the user put in is left out."""
    yield from _progress(interaction)
    steps = (each for each in elements(interaction, "steps") if field(each, "type") != _OF_USER)
    for number, step in enumerate(steps):
        yield Opened(number, str(field(step, "type") or ""))
        yield from step_pieces(step, number)
    yield from contents_pieces(elements(interaction, "outputs"), None)  # before SDK 2.0
    for error in elements(interaction, "errors"):
        yield Failed(failure_of(error))


def event_type(event: object) -> str:
    """The type of an event of an interaction; "" if it is none."""
    kind = field(event, "event_type")
    return kind if isinstance(kind, str) else ""


def _begun(event: object, step: int | None) -> Iterator[Piece]:
    begun = field(event, "step")
    if begun is None:
        begun = field(event, "content")
    if begun is None:
        return
    kind = str(field(begun, "type") or "")
    if step is not None:
        yield Opened(step, kind)
    yield from step_pieces(begun, step)


def _completed(interaction: object) -> Iterator[Piece]:
    if interaction is None:
        return
    told = tuple(interaction_pieces(interaction))
    yield from (piece for piece in told if isinstance(piece, Progressed | Failed))
    recalled = tuple(piece for piece in told if not isinstance(piece, Progressed | Failed))
    if recalled:
        yield Recap(recalled)


def _progress(interaction: object) -> Iterator[Progressed]:
    name = field(interaction, "id") or field(interaction, "interaction_id")
    status = field(interaction, "status")
    if name or status:
        yield Progressed(str(name or ""), str(status or ""))


def _wrapped(raw: object) -> Iterator[Piece]:
    """How the SDK passes on an event that it does not know."""
    kind = event_type(raw)
    if kind == "UNKNOWN" or (not kind and raw is None):
        return
    if kind:
        yield from event_pieces(raw)
    else:
        yield Said(0, Unknown("event", json_text(raw)))
