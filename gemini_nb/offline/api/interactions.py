"""Interactions: answers as steps and as events, and the store that remembers them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.answer import Answer, CallPart, Candidate, TextPart
from gemini_nb.offline.api.content import Content
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.replies import group_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from gemini_nb.offline.api.interaction_requests import InteractionRequest

MOST_INTERACTIONS = 1000
"""How many interactions are kept; the oldest are forgotten first."""

JSONObject = dict[str, Any]
Event = tuple[str, JSONObject]


@dataclass(frozen=True, slots=True)
class Interaction:
    """An answered request, and the conversation up to it."""

    id: str
    resource: JSONObject
    contents: tuple[Content, ...]
    """All turns so far, this answer included."""
    candidate: Candidate


class InteractionStore:
    """The latest interactions by id."""

    def __init__(self) -> None:
        self._interactions: dict[str, Interaction] = {}
        self._created = 0

    def new_id(self, body: bytes) -> str:
        """An id that the same requests in the same order get again."""
        self._created += 1
        digest = hashlib.sha256(str(self._created).encode() + b"|" + body)
        return "v1_" + digest.hexdigest()[:24]

    def add(self, interaction: Interaction) -> None:
        """Keep `interaction`, forgetting the oldest when there are too many."""
        self._interactions[interaction.id] = interaction
        if len(self._interactions) > MOST_INTERACTIONS:
            del self._interactions[next(iter(self._interactions))]

    def get(self, interaction_id: str) -> Interaction:
        """The interaction with that id.

        Raises:
            ApiError: 404 if it was never stored, was deleted, or was forgotten.
        """
        if interaction_id not in self._interactions:
            text = f"Interaction {interaction_id[:60]} not found: create it with store=true first."
            raise ApiError(404, text)
        return self._interactions[interaction_id]

    def delete(self, interaction_id: str) -> None:
        """Forget an interaction; raises as `get` does."""
        del self._interactions[self.get(interaction_id).id]


def as_interaction(
    request: InteractionRequest,
    contents: Iterable[Content],
    answer: Answer,
    *,
    interaction_id: str,
    created: str,
) -> Interaction:
    """`answer` as an interaction."""
    candidate = answer.candidates[0]
    calls = any(isinstance(part, CallPart) for part in candidate.parts)
    status = "incomplete" if candidate.finish_reason == "MAX_TOKENS" else "completed"
    resource: JSONObject = {
        "id": interaction_id,
        "object": "interaction",
        "model": request.model,
        "status": "requires_action" if calls else status,
        "created": created,
        "updated": created,
        "steps": [_step(part) for part in candidate.parts],
        "usage": _usage(answer, candidate),
        "labels": {**request.labels, "answered-by": answer.model_version},
    }
    if request.previous_interaction_id:
        resource["previous_interaction_id"] = request.previous_interaction_id
    said = Content.model_validate(
        {"role": "model", "parts": [_history(p) for p in candidate.parts]}
    )
    return Interaction(interaction_id, resource, (*contents, said), candidate)


def events(interaction: Interaction, words_per_chunk: int) -> Iterator[Event]:
    """`interaction` as its server-sent events, without the closing `done`."""
    unfinished: JSONObject = {"status": "in_progress", "steps": []}
    started = {k: v for k, v in interaction.resource.items() if k != "usage"} | unfinished
    yield "interaction.created", {"interaction": started}
    for index, part in enumerate(interaction.candidate.parts):
        yield "step.start", {"index": index, "step": _opening(part)}
        for delta in _deltas(part, words_per_chunk):
            yield "step.delta", {"index": index, "delta": delta}
        yield "step.stop", {"index": index}
    yield "interaction.completed", {"interaction": interaction.resource}


def _step(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return {"type": "function_call", "id": part.id, "name": part.name, "arguments": part.args}
    content = [{"type": "text", "text": part.text}]
    if part.thought:
        return {"type": "thought", "summary": content}
    return {"type": "model_output", "content": content}


def _opening(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return _step(part) | {"arguments": {}}
    return {"type": "thought"} if part.thought else {"type": "model_output"}


def _deltas(part: TextPart | CallPart, words_per_chunk: int) -> Iterator[JSONObject]:
    if isinstance(part, CallPart):
        yield {"type": "arguments_delta", "arguments": json.dumps(part.args, ensure_ascii=False)}
        return
    for text in group_words(part.pieces, words_per_chunk):
        content = {"type": "text", "text": text}
        yield {"type": "thought_summary", "content": content} if part.thought else content


def _history(part: TextPart | CallPart) -> JSONObject:
    if isinstance(part, CallPart):
        return {"function_call": {"name": part.name, "args": part.args, "id": part.id}}
    return {"text": part.text, "thought": part.thought}


def _usage(answer: Answer, candidate: Candidate) -> JSONObject:
    prompt = answer.prompt_tokens
    by_modality = (("text", prompt.text), ("image", prompt.image))
    return {
        "total_tokens": prompt.total + candidate.output_tokens + candidate.thought_tokens,
        "total_input_tokens": prompt.total,
        "input_tokens_by_modality": [{"modality": m, "tokens": n} for m, n in by_modality if n],
        "total_output_tokens": candidate.output_tokens,
        "total_thought_tokens": candidate.thought_tokens,
        "total_cached_tokens": prompt.cached,
        "total_tool_use_tokens": 0,
    }
