"""A chat as a transcript: what the person and the model said, turn by turn."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain, groupby
from typing import TYPE_CHECKING, Any

from gemini_nb.fields import elements, field
from gemini_nb.ipython.sdk_objects.answers import Piece, message
from gemini_nb.ipython.sdk_objects.token_counts import muted_line
from gemini_nb.ipython.sdk_objects.wording import counted, words

if TYPE_CHECKING:
    from collections.abc import Iterable

_MODEL = "Model"
_SPEAKERS = {"user": "You", "model": _MODEL}
_FUNCTIONS = "Functions"


@dataclass(frozen=True, slots=True)
class Turn:
    """All that one side said before the other's next words."""

    speaker: str
    piece: Piece


@dataclass(frozen=True, slots=True)
class Transcript:
    """Turns in the order in which they were said."""

    turns: tuple[Turn, ...]
    heading: str = ""

    def plain(self) -> str:
        """The transcript for a terminal: who speaks stands above what they say."""
        said = (f"{turn.speaker}:\n{turn.piece.plain()}" for turn in self.turns)
        return "\n\n".join(filter(None, (self.heading, *said)))

    def rich(self) -> str:
        """The transcript as Markdown that is safe to show."""
        said = [(turn.speaker, f"**{turn.speaker}**\n\n{turn.piece.rich()}") for turn in self.turns]
        # The model's answers stand out, and may be long: the rest is set as a quotation.
        shown = [text if speaker == _MODEL else _quoted(text) for speaker, text in said]
        return "\n\n".join(filter(None, (muted_line(self.heading), *shown)))


def transcript(chat: object) -> Transcript:
    """A chat's history, with the fragments of one turn put together.

    After a streamed answer the SDK's history holds each chunk as a content of its own.
    """
    history: Any = field(chat, "get_history")
    turns = _turns(history())
    # The history does not say who answered: what was asked for may not be what did.
    model = words(field(chat, "_model"))
    asked = f"model asked for: {model}" if model else ""
    heading = f"Chat \N{MIDDLE DOT} {counted(len(turns), 'message')}"
    return Transcript(turns, " \N{MIDDLE DOT} ".join(filter(None, (heading, asked))))


def content_page(content: object) -> Transcript:
    """One content, under the name of who said it."""
    return Transcript(_turns([content]))


def _turns(contents: Iterable[object]) -> tuple[Turn, ...]:
    return tuple(
        Turn(speaker, message(chain.from_iterable(map(_parts, said))))
        for speaker, said in groupby(contents, _speaker)
    )


def _quoted(markdown: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in markdown.split("\n"))


def _parts(content: object) -> list[Any]:
    return elements(content, "parts")


def _speaker(content: object) -> str:
    """Who said it; the results of functions come under the role of the user."""
    parts = _parts(content)
    if parts and all(field(part, "function_response") is not None for part in parts):
        return _FUNCTIONS
    role = words(field(content, "role"), 40)
    # What is no plain word could be read as Markdown.
    return _SPEAKERS.get(role, role.capitalize() if role.isalnum() else "Someone")
