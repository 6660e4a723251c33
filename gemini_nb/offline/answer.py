"""What a model answered, before it takes the shape of a reply."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.tokens import count_text

if TYPE_CHECKING:
    from gemini_nb.offline.language.text_model import TokenChoice


@dataclass(frozen=True, slots=True)
class TextPart:
    """Text as it was made, piece by piece."""

    pieces: tuple[str, ...]
    thought: bool = False
    """Whether it tells how the answer came about rather than being the answer."""

    @property
    def text(self) -> str:
        """The pieces joined."""
        return "".join(self.pieces)


@dataclass(frozen=True, slots=True)
class CallPart:
    """A function that the caller is asked to call."""

    name: str
    args: dict[str, Any]
    id: str
    """Derived from the request, so that the same request gets the same id."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the alternative answers."""

    parts: tuple[TextPart | CallPart, ...]
    finish_reason: str = "STOP"
    choices: tuple[TokenChoice, ...] = ()
    """The words sampled with their probabilities; empty where nothing was sampled."""

    @property
    def output_tokens(self) -> int:
        """Estimated tokens of the answer itself."""
        return sum(part_tokens(part) for part in self.parts if not is_thought(part))

    @property
    def thought_tokens(self) -> int:
        """Estimated tokens of the thoughts."""
        return sum(part_tokens(part) for part in self.parts if is_thought(part))


@dataclass(frozen=True, slots=True)
class PromptTokens:
    """Estimated tokens of a request."""

    text: int = 0
    image: int = 0
    cached: int = 0
    """How many of them came from cached content; they are part of `text` and `image`."""

    @property
    def total(self) -> int:
        """Text and image tokens together."""
        return self.text + self.image


@dataclass(frozen=True, slots=True)
class Answer:
    """The candidates, and what the request and they cost."""

    candidates: tuple[Candidate, ...]
    prompt_tokens: PromptTokens
    model_version: str
    """Which offline model answered; starts with `offline/`."""


def is_thought(part: TextPart | CallPart) -> bool:
    """Whether `part` is a thought."""
    return isinstance(part, TextPart) and part.thought


def part_tokens(part: TextPart | CallPart) -> int:
    """Estimated tokens of one part."""
    if isinstance(part, TextPart):
        return count_text(part.text)
    return count_text(part.name) + count_text(str(part.args))
