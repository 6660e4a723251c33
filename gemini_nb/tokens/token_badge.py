"""`TokenBadge`: what calls took in tokens, as a value that shows itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from gemini_nb.tokens.badge_words import headline, pieces
from gemini_nb.tokens.breakdown import breakdown
from gemini_nb.tokens.cost import Cost
from gemini_nb.tokens.pills import SEPARATOR, fold, frame, pill

if TYPE_CHECKING:
    from gemini_nb.tokens.usage import Usage

Scope = Literal["answer", "prompt", "embedding", "conversation"]
"""What was counted: a call, what is yet to be sent, texts that were embedded, or a chat so far."""


@dataclass(frozen=True, slots=True, repr=False)
class TokenBadge:
    """What a call took in tokens, or several together; shows itself as one line with details."""

    usage: Usage
    models: tuple[str, ...] = ()
    """Who answered, by their own account; empty where nothing tells."""
    scope: Scope = "answer"
    calls: int = 1
    untold: int = 0
    """How many of the calls told no counts."""
    turns: int = 0
    """Of a conversation: how often the user spoke."""
    window: int | None = None
    """How many tokens the model can take in at once; None where that says nothing."""
    cost: Cost | None = None
    """None where a price is not known; nothing for what the embedded server answered."""
    finish: str = ""
    """Why it ended, by the API's name, where that is no ordinary end."""
    seconds: float | None = None
    """From the request to the end; None where the badge is to say the same on every run."""
    first_token_seconds: float | None = None
    """From the request to the first words."""

    def __add__(self, other: TokenBadge) -> TokenBadge:
        """Both together: counts, calls and costs add up; what only one call has is left out."""
        if not isinstance(other, TokenBadge):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        known = self.cost is not None and other.cost is not None
        return TokenBadge(
            usage=self.usage + other.usage,
            models=tuple(dict.fromkeys((*self.models, *other.models))),
            scope=self.scope if self.scope == other.scope else "answer",
            calls=self.calls + other.calls,
            untold=self.untold + other.untold,
            cost=(self.cost or Cost()) + (other.cost or Cost()) if known else None,
        )

    @property
    def tokens_per_second(self) -> float | None:
        """How fast it came, thoughts included, once the first words had come; None if not told."""
        if self.seconds is None or self.first_token_seconds is None:
            return None
        lasted = self.seconds - self.first_token_seconds
        return (self.usage.output + self.usage.thoughts) / lasted if lasted > 0 else None

    @property
    def text(self) -> str:
        """The badge as one line of plain text."""
        return headline(self)

    @property
    def html(self) -> str:
        """The badge as pills, with a table that opens at a click."""
        shown = pieces(self)
        pills = SEPARATOR.join(pill(part.words, part.look, part.title) for part in shown)
        return frame(fold(pills, breakdown(self)))

    def to_bundle(self) -> dict[str, str]:
        """What a notebook shows, by MIME type."""
        return {"text/plain": self.text, "text/html": self.html}

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.to_bundle()
