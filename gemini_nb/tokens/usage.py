"""How many tokens a call took, by what they were for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one call, or of several added up.

    The SDK's own sum: total = prompt + tool use + thoughts + output; what was cached is part of
    the prompt.
    """

    prompt: int = 0
    """What was sent, cached content included."""
    cached: int = 0
    """How much of the prompt came from cached content."""
    thoughts: int = 0
    """What the model thought; billed as output."""
    tool_use: int = 0
    """Results of the API's own tools that were put into the prompt."""
    output: int = 0
    """What was answered, all candidates together."""
    total: int = 0
    modalities: tuple[tuple[str, str, int], ...] = ()
    """For "prompt", "cached", "tool use" or "output": the modality (as "image") and its count."""
    is_estimate: bool = False
    """Whether these are no counts of Gemini's tokenizer."""
