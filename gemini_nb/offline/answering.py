"""From a checked request to an answer: which offline model answers, and with what."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.answer import Answer, CallPart, Candidate
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.conversation import Conversation, read
from gemini_nb.offline.drafts import PLANNER, author_of, thoughts
from gemini_nb.offline.language.sampling import Sampling
from gemini_nb.offline.structured import json_answers, planner

if TYPE_CHECKING:
    from gemini_nb.offline.api.messages import GenerateContentRequest, GenerationConfig


def answer(request: GenerateContentRequest, *, cached_tokens: int = 0) -> Answer:
    """The answer to `request`, computed from nothing but the request.

    Declared functions are considered first, then a requested format, then pictures; everything
    else is the text model's. What the offline models can't do is said in the answer.

    Args:
        request: contents complete: files and cached content already put in.
        cached_tokens: how many of the prompt's tokens came from cached content.

    Raises:
        ApiError: 400 for contents that Google refuses too, for a damaged image, and for a
            schema that no offline answer can satisfy.
    """
    conversation = read(request)
    tokens = conversation.tokens(cached_tokens)
    calls = _calls(request, conversation)
    if calls:
        parts = (*thoughts(request, f"The request asks for {_listed(calls)}."), *calls)
        return Answer((Candidate(parts),), tokens, PLANNER)
    version, write = author_of(request, conversation)
    sampling = sampling_of(request.generation_config)
    count = request.generation_config.candidate_count or 1
    drafts = (write(request, conversation, sampling, index) for index in range(count))
    return Answer(tuple(drafts), tokens, version)


def sampling_of(config: GenerationConfig) -> Sampling:
    """The sampling parameters of a request, the text model's defaults where it sets none."""
    chosen: dict[str, Any] = {
        name: value
        for name in (
            "temperature",
            "top_p",
            "seed",
            "max_output_tokens",
            "presence_penalty",
            "frequency_penalty",
        )
        if (value := getattr(config, name)) is not None
    }
    if config.top_k is not None:
        chosen["top_k"] = int(config.top_k)
    return Sampling(**chosen, stop_sequences=tuple(config.stop_sequences))


def _calls(request: GenerateContentRequest, conversation: Conversation) -> tuple[CallPart, ...]:
    config = request.tool_config.function_calling_config
    declarations = [
        declaration.model_dump(exclude_none=True, by_alias=True)
        for tool in request.tools
        for declaration in tool.function_declarations
        # A function that has just answered would be called for ever.
        if config.mode == "ANY" or declaration.name not in conversation.answered_functions
    ]
    if not declarations or config.mode == "NONE":
        return ()
    try:
        planned = planner.plan(
            declarations,
            conversation.prompt,
            mode="AUTO" if config.mode == "MODE_UNSPECIFIED" else config.mode,
            allowed=tuple(config.allowed_function_names),
        )
    except json_answers.UnsupportedSchemaError as error:
        raise ApiError(400, f"* GenerateContentRequest.tools: {error}") from None
    return tuple(
        CallPart(call.name, call.args, _call_id(conversation, position, call.name))
        for position, call in enumerate(planned)
    )


def _call_id(conversation: Conversation, position: int, name: str) -> str:
    said = f"{len(conversation.prompt.turns)}|{position}|{name}|{conversation.prompt.request}"
    return "call_" + hashlib.sha256(said.encode()).hexdigest()[:12]


def _listed(calls: tuple[CallPart, ...]) -> str:
    return " and ".join(f"{call.name}({', '.join(call.args)})" for call in calls)
