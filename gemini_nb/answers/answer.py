"""An answer, complete or partial: what `gnb.stream` returns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gemini_nb.answers.segments import Citation, Segment, Source, Text, ToolCall

if TYPE_CHECKING:
    from gemini_nb.tokens.usage import Usage


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the answers that were asked for; usually the only one."""

    segments: tuple[Segment, ...] = ()
    finish_reason: str = ""
    """The API's name for it, as "STOP"; "" where none was given."""
    finish_message: str = ""
    """The API's own words on it, if any."""
    sources: tuple[Source, ...] = ()
    citations: tuple[Citation, ...] = ()
    lookups: tuple[ToolCall, ...] = ()
    """What was searched or opened for it, where the API does not tell when."""

    @property
    def text(self) -> str:
        """The words to the reader, exactly as they came."""
        return "".join(part.text for part in self.segments if isinstance(part, Text))


@dataclass(frozen=True, slots=True)
class Reply:
    """What was read from chunks or from a whole response: pure values."""

    candidates: tuple[Candidate, ...] = ()
    usage: Usage | None = None
    """The last one told: Gemini repeats it, cumulative, with every chunk."""
    model: str = ""
    """Who answered, as the answer names it; "offline/..." for the embedded server."""
    block_reason: str = ""
    """Why the prompt was refused, by the API's name for it; "" if it was not."""
    block_message: str = ""
    """The API's own words on it, if any."""
    failure: str = ""
    """What went wrong while the answer came, in the API's words."""
    interaction_id: str = ""
    status: str = ""
    """Of an interaction, as "completed"."""
