"""What a model answered: responses, candidates, interactions, and the pieces of these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gemini_nb.answers.growing import whole
from gemini_nb.answers.page import markdown_of, plain_of
from gemini_nb.ipython.sdk_objects.redacted_reply import redacted
from gemini_nb.ipython.sdk_objects.token_counts import badge_line, muted_line

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gemini_nb.answers.answer import Reply

_BREAKS = "\n"  # not spaces: those that a line begins with mean something in Markdown


@dataclass(frozen=True, slots=True)
class AnswerPage:
    """An answer, and below it what it took in tokens."""

    reply: Reply
    badge: str = ""

    def plain(self) -> str:
        """The answer for a terminal; the model's text as it came."""
        return _paragraphs(plain_of(self.reply), self.badge)

    def rich(self) -> str:
        """The answer as Markdown that is safe to show."""
        return _paragraphs(markdown_of(self.reply), muted_line(self.badge))


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer or of a question; that it says nothing is no fault."""

    reply: Reply

    def plain(self) -> str:
        """The piece for a terminal."""
        return plain_of(self.reply).strip(_BREAKS) if self._says_something else "(nothing)"

    def rich(self) -> str:
        """The piece as Markdown that is safe to show."""
        return markdown_of(self.reply).strip(_BREAKS) if self._says_something else "*(nothing)*"

    @property
    def _says_something(self) -> bool:
        return any(candidate.segments for candidate in self.reply.candidates)


def answer_page(answer: object) -> AnswerPage:
    """A response, a candidate or an interaction: what it says and what it took."""
    return AnswerPage(redacted(whole(answer)), badge_line(answer))


def message(parts: Iterable[object]) -> Piece:
    """What the parts of a message say together."""
    return Piece(redacted(whole({"parts": [*parts]})))


def part(of_message: object) -> Piece:
    """What one part of a message says; nothing, if it only carries a signature."""
    return message([of_message])


def step(of_interaction: object) -> Piece:
    """What one step of an interaction says."""
    return Piece(redacted(whole(of_interaction)))


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text.strip(_BREAKS) for text in texts if text)
