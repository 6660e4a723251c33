"""From a checked request to an answer: which offline model answers, and with what."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.offline.answer import Answer, CallPart, Candidate, TextPart
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.conversation import Conversation, read
from gemini_nb.offline.language import text_model
from gemini_nb.offline.language.limits import cut
from gemini_nb.offline.language.sampling import Sampling
from gemini_nb.offline.structured import json_answers, planner
from gemini_nb.offline.vision.looking import describe_all
from gemini_nb.offline.words import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.offline.api.messages import GenerateContentRequest, GenerationConfig

    Author = Callable[[GenerateContentRequest, Conversation, Sampling, int], Candidate]

NGRAM = "offline/ngram"
VISION = "offline/vision"
STRUCTURED = "offline/structured"
PLANNER = "offline/planner"

_WORD_WITH_SPACE = re.compile(r"\s*\S+\s*$|\s*\S+|\s+$")
_PICTURE_WORDS = frozenset(
    words(
        """picture pictures image images photo photos colour colours color colors shape shapes see
    seen left right top bottom middle centre center count many largest smallest red orange yellow
    green blue purple pink brown white grey gray black round circle square rectangle triangle
    describe object objects thing things"""
    )
)


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
        parts = (*_thought(request, f"The request asks for {_listed(calls)}."), *calls)
        return Answer((Candidate(parts),), tokens, PLANNER)
    version, write = _author(request, conversation)
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


def split_words(text: str) -> tuple[str, ...]:
    r"""`text` in pieces of a word each, white space kept.

    Example:
        >>> split_words("One red\ncircle. ")
        ('One', ' red', '\ncircle. ')
    """
    return tuple(_WORD_WITH_SPACE.findall(text))


def _author(request: GenerateContentRequest, conversation: Conversation) -> tuple[str, Author]:
    """Which model answers, and how it writes a candidate."""
    config = request.generation_config
    wants_format = config.response_mime_type in {"application/json", "text/x.enum"}
    if wants_format or _schema(config) is not None:
        return STRUCTURED, _formatted
    if conversation.results:
        return PLANNER, _reported
    if conversation.pictures and (conversation.picture_is_new or _asks_about_picture(conversation)):
        return VISION, _described
    return NGRAM, _sampled


def _asks_about_picture(conversation: Conversation) -> bool:
    return not _PICTURE_WORDS.isdisjoint(words(conversation.prompt.request))


def _sampled(
    request: GenerateContentRequest, conversation: Conversation, sampling: Sampling, index: int
) -> Candidate:
    completion = text_model.complete(conversation.prompt, sampling, candidate=index)
    pieces, finish_reason = completion.pieces, completion.finish_reason
    if conversation.limits:
        notes = split_words(" ".join(conversation.limits) + "\n\n")
        pieces, finish_reason = cut((*notes, *pieces), sampling)
    parts = (*_thought(request, completion.reasoning), TextPart(pieces))
    return Candidate(parts, finish_reason, completion.choices)


def _reported(
    request: GenerateContentRequest, conversation: Conversation, sampling: Sampling, _index: int
) -> Candidate:
    text = " ".join(f"{name} returned {_said(value)}." for name, value in conversation.results)
    reasoning = "The functions have answered; their results are put into a sentence."
    return _written(request, sampling, " ".join([*conversation.limits, text]), reasoning)


def _described(
    request: GenerateContentRequest, conversation: Conversation, sampling: Sampling, _index: int
) -> Candidate:
    text = describe_all(conversation.pictures, conversation.prompt.request)
    reasoning = "Regions of one colour were found in the pixels, measured and counted."
    return _written(request, sampling, " ".join([*conversation.limits, text]), reasoning)


def _formatted(
    request: GenerateContentRequest, conversation: Conversation, sampling: Sampling, index: int
) -> Candidate:
    config = request.generation_config
    schema = _schema(config)
    prompt = conversation.prompt_with_pictures()
    try:
        if schema is None or isinstance(schema, bool):
            value = json_answers.free_json(prompt, sampling, candidate=index)
        else:
            value = json_answers.json_value(schema, prompt, sampling, candidate=index)
    except json_answers.UnsupportedSchemaError as error:
        path = "generation_config.response_schema"
        raise ApiError(400, f"* GenerateContentRequest.{path}: {error}") from None
    is_word = config.response_mime_type == "text/x.enum" and isinstance(value, str)
    text = value if is_word else json.dumps(value, ensure_ascii=False, indent=2)
    reasoning = "The answer was filled in from the schema and the words of the request."
    return _written(request, sampling, str(text), reasoning)


def _written(
    request: GenerateContentRequest, sampling: Sampling, text: str, reasoning: str
) -> Candidate:
    """A candidate that was not sampled word by word."""
    pieces, finish_reason = cut(split_words(text), sampling)
    return Candidate((*_thought(request, reasoning), TextPart(pieces)), finish_reason)


def _schema(config: GenerationConfig) -> Any:  # noqa: ANN401 - JSON Schema also knows booleans
    if config.response_schema is not None:
        return config.response_schema
    return config.response_json_schema


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


def _thought(request: GenerateContentRequest, reasoning: str) -> tuple[TextPart, ...]:
    if not request.generation_config.thinking_config.include_thoughts:
        return ()
    return (TextPart(split_words(reasoning), thought=True),)


def _listed(calls: tuple[CallPart, ...]) -> str:
    return " and ".join(f"{call.name}({', '.join(call.args)})" for call in calls)


def _said(value: Any) -> str:  # noqa: ANN401 - a function may return any JSON value
    if isinstance(value, dict):
        named = cast("dict[str, Any]", value)
        if set(named) == {"result"}:
            return _said(named["result"])
        return ", ".join(f"{name}: {_said(inner)}" for name, inner in named.items()) or "nothing"
    if isinstance(value, list):
        items = cast("list[Any]", value)
        return ", ".join(_said(item) for item in items) or "an empty list"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
