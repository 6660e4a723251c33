"""A prompt: what to ask, and the schema of the answer."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gemini_nb.spatial.answer_schemas import Schema


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to ask, and the form in which to have it answered.

    Example:
        >>> task = Prompt("Name a colour. Answer with JSON only.", {"type": "string"})
        >>> str(task), task.config["response_mime_type"]
        ('Name a colour. Answer with JSON only.', 'application/json')
    """

    text: str
    """The words to send after the image."""
    schema: Schema | None = field(default=None, hash=False)
    """JSON Schema of the answer; None where a schema would spoil it."""

    @property
    def config(self) -> dict[str, Any]:
        """For `generate_content(config=...)`, or to merge with more: `task.config | {...}`."""
        if self.schema is None:
            return {}
        return {
            "response_mime_type": "application/json",
            "response_json_schema": copy.deepcopy(self.schema),
        }

    def __str__(self) -> str:
        return self.text
