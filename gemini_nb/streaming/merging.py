"""The SDK's own objects for a streamed answer: its chunks put together into one response."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from gemini_nb import fields

if TYPE_CHECKING:
    from google.genai.types import GenerateContentResponse

_LAST = (
    "finish_reason",
    "finish_message",
    "citation_metadata",
    "grounding_metadata",
    "url_context_metadata",
    "safety_ratings",
    "avg_logprobs",
    "token_count",
)


@dataclass(slots=True)
class MergedResponse:
    """Gathers a stream's chunks; `response` is what one call without streaming would have given."""

    _candidates: dict[int, _MergedCandidate] = field(default_factory=dict[int, "_MergedCandidate"])
    _last: Any = None
    _feedback: Any = None
    _usage: Any = None
    _interaction: Any = None

    def add(self, chunk: object) -> None:
        """Take in the next chunk or event; what is neither of the SDK's says nothing here."""
        if fields.field(chunk, "event_type") is not None:
            self._interaction = fields.field(chunk, "interaction") or self._interaction
            return
        if not hasattr(chunk, "model_copy"):
            return  # JSON, which `Reply` has read: the SDK has no object for it
        candidates = fields.elements(chunk, "candidates")
        feedback = fields.field(chunk, "prompt_feedback")
        usage = fields.field(chunk, "usage_metadata")
        if not candidates and feedback is None and usage is None:
            return
        self._last = chunk
        self._feedback = feedback or self._feedback
        self._usage = usage or self._usage
        for position, candidate in enumerate(candidates):
            index = fields.field(candidate, "index")
            number = index if isinstance(index, int) else position
            self._candidates.setdefault(number, _MergedCandidate()).add(candidate)

    @property
    def response(self) -> object:
        """A `GenerateContentResponse`, an Interaction, or None where there was neither."""
        if self._last is None:
            return self._interaction
        last = cast("GenerateContentResponse", self._last)
        candidates = [merged.candidate() for _, merged in sorted(self._candidates.items())]
        return last.model_copy(
            update={
                "candidates": candidates or None,
                "prompt_feedback": self._feedback,
                "usage_metadata": self._usage,
            }
        )


@dataclass(slots=True)
class _MergedCandidate:
    _parts: list[tuple[Any, list[str]]] = field(default_factory=list[tuple[Any, list[str]]])
    """Each with the texts that came after it and belong to it."""
    _content: Any = None
    _last: Any = None
    _values: dict[str, Any] = field(default_factory=dict[str, Any])

    def add(self, candidate: object) -> None:
        self._last = candidate
        self._content = fields.field(candidate, "content") or self._content
        for name in _LAST:
            if (value := fields.field(candidate, name)) is not None:
                self._values[name] = value
        for part in fields.elements(fields.field(candidate, "content"), "parts"):
            before = self._parts[-1][0] if self._parts else None
            if before is not None and _is_plain(part) and _is_same_voice(before, part):
                self._parts[-1][1].append(part.text)
            else:
                self._parts.append((part, []))

    def candidate(self) -> object:
        parts = [
            part.model_copy(update={"text": "".join((part.text, *more))}) if more else part
            for part, more in self._parts
        ]
        content = self._content
        if content is not None:
            content = content.model_copy(update={"parts": parts or None})
        return self._last.model_copy(update={**self._values, "content": content})


def _is_plain(part: object) -> bool:
    """Whether a part has a text and no signature, which would be lost."""
    return isinstance(fields.field(part, "text"), str) and not fields.field(
        part, "thought_signature"
    )


def _is_same_voice(one: object, other: object) -> bool:
    """Whether both are plain texts, and both thoughts or neither."""
    thoughts = [bool(fields.field(part, "thought")) for part in (one, other)]
    return _is_plain(one) and thoughts[0] == thoughts[1]
