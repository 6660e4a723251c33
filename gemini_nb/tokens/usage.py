"""How many tokens a call took, by what they were for, and who answered it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from pydantic_core import to_jsonable_python

from gemini_nb.errors import NotAnAnswerError

if TYPE_CHECKING:
    from google.genai import types

    from gemini_nb.replies.reply import Reply

Scope = Literal["answer", "prompt", "embedding", "conversation"]
"""What was counted: a call, what is yet to be sent, texts that were embedded, or a chat so far."""

OFFLINE: Final = "offline/"
"""How the names of the embedded server's models begin."""
MODE_HEADER: Final = "x-gemini-nb-mode"
"""The header by which our servers say who answered: "offline", "replay; recorded=2026-11-30"."""
replays: Final[dict[str, str]] = {}
"""Interactions from recordings, by id: their ISO dates, as the SDK's keep no headers."""
KINDS: Final = {
    "prompt": ("prompt_token_count", "prompt_tokens_details"),
    "cached": ("cached_content_token_count", "cache_tokens_details"),
    "tool_use": ("tool_use_prompt_token_count", "tool_use_prompt_tokens_details"),
    "thoughts": ("thoughts_token_count", ""),
    "output": ("candidates_token_count", "candidates_tokens_details"),
}
"""What tokens are for; where the SDK's usage has their count, and what that is made of."""
_REPLAYED: Final = re.compile(r"replay\b.*\brecorded=(\d{4}-\d\d-\d\d)")
_ORDINARY: Final = ("", "STOP", "completed", "requires_action", "in_progress", "queued")


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
    """For "prompt", "cached", "tool_use" or "output": the modality (as "image") and its count."""
    is_estimate: bool = False
    """Whether these are no counts of Gemini's tokenizer."""

    def shown(self, count: int) -> str:
        """One of these counts in words, as "1,204" or "≈ 12"."""
        return f"≈ {count:,}" if self.is_estimate else f"{count:,}"

    def __add__(self, other: Usage) -> Usage:
        """The counts of both calls; an estimate if either is one."""
        counts = Counter[tuple[str, str]]()  # keeps the order in which they were first met
        for part, modality, count in (*self.modalities, *other.modalities):
            counts[part, modality] += count
        added = {name: getattr(self, name) + getattr(other, name) for name in (*KINDS, "total")}
        kinds = tuple((part, kind, count) for (part, kind), count in counts.items())
        return Usage(**added, modalities=kinds, is_estimate=self.is_estimate or other.is_estimate)


@dataclass(frozen=True, slots=True)
class Told:
    """What something that counts tokens says of a call."""

    usage: Usage | None
    """None where it says nothing of its tokens."""
    model: str = ""
    """Who answered, by the answer's own account; "" where that is not told."""
    scope: Scope = "answer"
    finish: str = ""
    """Why the answer ended, by the API's name, where that is no ordinary end."""
    is_call: bool = False
    """Whether a call was answered by it, even if it tells no counts."""
    recorded: str = ""
    """ISO date of the recording that it was replayed from; "" where nothing tells of one."""


def usage_of(source: object) -> Usage | None:
    """What `source` says its call took; None if it says nothing about that.

    Gemini repeats its counts with every chunk of a stream, each time for all of it so far. So a
    list is taken for the chunks of one stream: its last counts are returned, never their sum.
    To add up several calls, add their usages.

    Args:
        source: an answer in any form that `gnb.parse` takes, a count of tokens, embeddings, cached
            content, the usage of any of these; or REST's JSON of them.

    Example:
        >>> usage = usage_of({"usageMetadata": {"promptTokenCount": 8, "totalTokenCount": 11,
        ...                                     "candidatesTokenCount": 3}})
        >>> usage.prompt, usage.output, usage.total, usage.is_estimate
        (8, 3, 11, False)
        >>> usage_of([{"usageMetadata": {"totalTokenCount": n}} for n in (9, 12, 15)]).total
        15
    """
    return told_by(source).usage


def answered_by(source: object) -> str:
    """The name of the model that answered, as the answer itself tells it; "" if it does not.

    Example:
        >>> answered_by({"modelVersion": "gemini-3.8-flash"})
        'gemini-3.8-flash'
    """
    return told_by(source).model


def is_gemini(name: str) -> bool:
    """Whether `name`, as `answered_by` tells it, is none of the embedded server's models.

    Example:
        >>> is_gemini("gemini-3.8-flash"), is_gemini("offline/templates"), is_gemini("offline")
        (True, False, False)
    """
    return not f"{name}/".startswith(OFFLINE)


def recorded_on(response: Any) -> str:  # noqa: ANN401 - of the SDK, or of its HTTP library
    """ISO date of the recording that a response, by its headers, was replayed from; or ""."""
    headers: Mapping[str, str] = getattr(response, "headers", None) or {}
    found = _REPLAYED.match(headers.get(MODE_HEADER, ""))
    return found[1] if found else ""


def of_reply(reply: Reply) -> Usage | None:
    """What an answer took, as its last counts tell; None if it told none."""
    told: types.GenerateContentResponseUsageMetadata | None = reply.usage
    known = {name: getattr(told, count, None) for name, (count, _) in KINDS.items()}
    if told is None or {told.total_token_count, *known.values()} == {None}:
        return None
    counts = {name: count or 0 for name, count in known.items()}
    parts = sum(counts.values()) - counts["cached"]
    total = parts if told.total_token_count is None else told.total_token_count
    if told.prompt_token_count is None:
        # Where only a total is told, as of cached content, it is of something to be sent.
        counts["prompt"] = max(0, total - parts)
    kinds = tuple(
        (name, each.modality.name.lower(), each.token_count)
        for name, (_, details) in KINDS.items()
        for each in getattr(told, details, None) or ()
        if each.modality and each.token_count
    )
    return Usage(**counts, total=total, modalities=kinds, is_estimate=not is_gemini(reply.model))


def told_by(source: object) -> Told:
    """What `source`, as `usage_of` takes it, says of its call; nothing if it is something else."""
    from gemini_nb.replies.reply import whole  # noqa: PLC0415 - loads the SDK

    count = Told(source) if isinstance(source, Usage) else _count(source)
    if count is not None:
        return count
    try:
        reply = whole(source)
    except NotAnAnswerError:
        return Told(None)
    named = (reply.block_reason, *(each.finish_reason for each in reply.candidates), reply.status)
    finish = next((name for name in named if name not in _ORDINARY), "")
    is_call = any((reply.usage, reply.model, reply.last, reply.status))
    recorded = recorded_on(getattr(reply.last, "sdk_http_response", None))
    recorded = recorded or replays.get(reply.interaction_id, "")
    return Told(of_reply(reply), reply.model, "answer", finish, is_call, recorded)


def _count(source: object) -> Told | None:
    """What a count tells that is no answer, as the SDK's object or as REST's JSON."""
    from gemini_nb.replies.read import camel_case  # noqa: PLC0415 - loads the SDK

    if not isinstance(source, Mapping) and not hasattr(source, "model_fields_set"):
        return None
    fields = dict(cast("Mapping[str, Any]", source))  # of the SDK's objects too
    told = {camel_case(name): value for name, value in fields.items()}
    headers: Mapping[str, str] = getattr(told.get("sdkHttpResponse"), "headers", None) or {}
    is_offline = "offline" in headers.get(MODE_HEADER, "")
    recorded = recorded_on(told.get("sdkHttpResponse"))
    name = str(told.get("modelVersion") or OFFLINE[:-1] * is_offline)
    if "embedding" in told or "embeddings" in told:
        usage = usage_of(told.get("usageMetadata"))
        return Told(usage, name, "embedding", is_call=True, recorded=recorded)
    around = {"usageMetadata": fields}
    if "totalInputTokens" in told or "totalOutputTokens" in told:
        around = {"object": "interaction", "usage": fields}
    elif "usage" in told and "object" not in told and isinstance(source, Mapping):
        around = {"object": "interaction", **fields}
    elif isinstance(total := told.get("totalTokens"), int):
        usage = Usage(prompt=total, total=total, is_estimate=not is_gemini(name))
        return Told(usage, name, "prompt", recorded=recorded)
    elif not told.keys() & {"promptTokenCount", "totalTokenCount"}:
        return None
    return told_by(to_jsonable_python(around, exclude_none=True))
