"""What a model is asked: the system instruction and the turns, as plain text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation, its text parts joined."""

    role: Literal["user", "model"]
    text: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """Everything textual that conditions an answer, oldest turn first.

    Example:
        >>> Prompt((Turn("user", "Hi"), Turn("model", "Hello!"), Turn("user", "Why?"))).request
        'Why?'
    """

    turns: tuple[Turn, ...]
    system: str = ""

    @property
    def request(self) -> str:
        """The text of the last user turn, or an empty string."""
        return next((turn.text for turn in reversed(self.turns) if turn.role == "user"), "")
