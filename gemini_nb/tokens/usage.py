"""How many tokens a call took, by what they were for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from gemini_nb.fields import elements, field, name_of
from gemini_nb.tokens.origin import answered_by, is_gemini

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Usage:
    """Token counts of one call, or of several added up.

    The SDK's own sum: total = prompt + tool use + thoughts + output; what was cached is part of
    the prompt.

    Example:
        >>> (Usage(prompt=8, output=3, total=11) + Usage(prompt=2, total=2)).total
        13
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

    def __add__(self, other: Usage) -> Usage:
        """The counts of both calls; an estimate if either is one."""
        if not isinstance(other, Usage):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        counts = Counter[tuple[str, str]]()  # keeps the order in which they were first met
        for part, modality, count in (*self.modalities, *other.modalities):
            counts[part, modality] += count
        return Usage(
            prompt=self.prompt + other.prompt,
            cached=self.cached + other.cached,
            thoughts=self.thoughts + other.thoughts,
            tool_use=self.tool_use + other.tool_use,
            output=self.output + other.output,
            total=self.total + other.total,
            modalities=tuple((part, kind, count) for (part, kind), count in counts.items()),
            is_estimate=self.is_estimate or other.is_estimate,
        )


# The names of the counts in generate_content and in Interactions.
_NAMES = {
    "prompt": "prompt_token_count",
    "cached": "cached_content_token_count",
    "thoughts": "thoughts_token_count",
    "tool_use": "tool_use_prompt_token_count",
    "output": "candidates_token_count",
}
_DETAILS = {
    "prompt": "prompt_tokens_details",
    "cached": "cache_tokens_details",
    "tool use": "tool_use_prompt_tokens_details",
    "output": "candidates_tokens_details",
}
_INTERACTION_NAMES = {
    "prompt": "total_input_tokens",
    "cached": "total_cached_tokens",
    "thoughts": "total_thought_tokens",
    "tool_use": "total_tool_use_tokens",
    "output": "total_output_tokens",
}
_INTERACTION_DETAILS = {
    "prompt": "input_tokens_by_modality",
    "cached": "cached_tokens_by_modality",
    "tool use": "tool_use_tokens_by_modality",
    "output": "output_tokens_by_modality",
}


def usage_of(source: object) -> Usage | None:
    """What `source` says its call took; None if it says nothing about that.

    Gemini repeats its counts with every chunk of a stream, each time for all of it so far. So a
    list is taken for the chunks of one stream: its last counts are returned, never their sum.
    To add up several calls, add their usages.

    Args:
        source: a response or a chunk, an interaction or an event of one, a count of tokens, the
            usage of any of these, anything with a `usage` that is a `Usage`, as `Answer`; or
            REST's JSON of these.

    Example:
        >>> usage = usage_of({"usageMetadata": {"promptTokenCount": 8, "totalTokenCount": 11,
        ...                                     "candidatesTokenCount": 3}})
        >>> usage.prompt, usage.output, usage.total, usage.is_estimate
        (8, 3, 11, False)
        >>> usage_of([{"usageMetadata": {"totalTokenCount": n}} for n in (9, 12, 15)]).total
        15
    """
    if isinstance(source, Usage):
        return source
    if isinstance(source, list | tuple):
        chunks = reversed(cast("list[object]", source))
        return next((usage for usage in map(usage_of, chunks) if usage is not None), None)
    counts = next(filter(_holds_counts, _places(source)), None)
    if counts is None or isinstance(counts, Usage):
        return counts
    return _read(counts, is_estimate=not is_gemini(answered_by(source)))


def _places(source: object) -> Iterator[object]:
    """Where counts may stand in a response, an interaction, an event of one, or by themselves.

    One after the other: to ask one of the SDK's objects for a field that it lacks takes long, and
    a stream has many chunks.
    """
    yield field(source, "usage_metadata")
    yield field(source, "usage")
    interaction = field(source, "interaction")
    yield None if isinstance(interaction, str) else field(interaction, "usage")
    yield field(field(source, "metadata"), "total_usage")
    yield source


def _holds_counts(place: object) -> bool:
    return isinstance(place, Usage) or (
        place is not None
        and (
            _tells(place, _NAMES) or _tells(place, _INTERACTION_NAMES) or _total(place) is not None
        )
    )


def _tells(place: object, names: dict[str, str]) -> bool:
    """Whether any count stands there under these names, beside a total."""
    return any(_count(place, name) is not None for name in names.values())


def _total(place: object) -> int | None:
    total = _count(place, "total_token_count")
    return _count(place, "total_tokens") if total is None else total


def _read(counts: object, *, is_estimate: bool) -> Usage:
    is_interaction = not _tells(counts, _NAMES) and _tells(counts, _INTERACTION_NAMES)
    names = _INTERACTION_NAMES if is_interaction else _NAMES
    told = {kind: _count(counts, name) for kind, name in names.items()}
    parts = {kind: count or 0 for kind, count in told.items()}
    total = _total(counts)
    if total is not None and told["prompt"] is None and told["output"] is None:
        # A total alone is that of count_tokens or of cached content: something to be sent.
        parts["prompt"] = max(0, total - parts["thoughts"] - parts["tool_use"])
    added = sum(parts[name] for name in ("prompt", "thoughts", "tool_use", "output"))
    details = _INTERACTION_DETAILS if is_interaction else _DETAILS
    return Usage(
        **parts,
        total=added if total is None else total,
        modalities=tuple(_modalities(counts, details)),
        is_estimate=is_estimate,
    )


def _count(counts: object, name: str) -> int | None:
    found = field(counts, name)
    return found if type(found) is int else None


def _modalities(counts: object, names: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    for part, name in names.items():
        for detail in elements(counts, name):
            told = _count(detail, "token_count")
            count = _count(detail, "tokens") if told is None else told
            kind = name_of(field(detail, "modality")).lower()
            if count and kind:
                yield part, kind, count
