"""What one streamed chunk can tell: the pieces that an answer grows from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.answers.segments import Segment, Source, ToolCall
    from gemini_nb.tokens.usage import Usage


@dataclass(frozen=True, slots=True)
class Said:
    """A segment, or more of the one before, of a candidate."""

    candidate: int
    segment: Segment
    step: int | None = None
    """The step of an interaction that it belongs to; None for the answers of generate_content."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A step of an interaction begins. Its number may have been that of an earlier step."""

    step: int
    kind: str
    """The API's name for it, as "model_output"."""


@dataclass(frozen=True, slots=True)
class Argued:
    """More of a function call's arguments."""

    step: int | None
    json: str
    """A stretch of their JSON, cut anywhere."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A candidate ended, and why, by the API's name for it."""

    candidate: int
    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch of text that rests on sources, counted from where the API counts."""

    start: int
    """Offset in UTF-8 bytes, from the start of the part or step that it is about."""
    end: int
    """Offset after its last byte."""
    sources: tuple[int, ...]
    """Positions in the `Grounded.sources` that it came with, from 0."""
    offset: int = 0
    """Bytes of text before its part, in the message that it came with."""
    part: int = 0
    """Which part of the candidate it is about, from 0."""
    quote: str = ""
    """Its text as the API repeats it, if it does."""


@dataclass(frozen=True, slots=True)
class Grounded:
    """Sources of a candidate, the stretches that rest on them, and what was looked up."""

    candidate: int
    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = ()
    lookups: tuple[ToolCall, ...] = ()
    step: int | None = None
    """As in `Said`: the claims count from the start of its latest text."""


@dataclass(frozen=True, slots=True)
class Counted:
    """What the call took so far; replaces what was counted before."""

    usage: Usage


@dataclass(frozen=True, slots=True)
class Named:
    """Who answers."""

    model: str


@dataclass(frozen=True, slots=True)
class Blocked:
    """The prompt was refused, and why, by the API's name for it."""

    reason: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    """Something went wrong, in the API's words."""

    message: str


@dataclass(frozen=True, slots=True)
class Progressed:
    """Where an interaction stands."""

    interaction_id: str
    status: str


@dataclass(frozen=True, slots=True)
class Recap:
    """All that a finished interaction holds: news only where nothing was said before."""

    pieces: tuple[Piece, ...]


Piece = (
    Said
    | Opened
    | Argued
    | Finished
    | Grounded
    | Counted
    | Named
    | Blocked
    | Failed
    | Progressed
    | Recap
)
