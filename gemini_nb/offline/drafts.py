"""The drafts of an answer: which offline model writes a candidate, and how."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.offline.answer import Candidate, TextPart
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.language import text_model
from gemini_nb.offline.language.limits import cut
from gemini_nb.offline.language.sampling import source_of_chance
from gemini_nb.offline.structured import json_answers
from gemini_nb.offline.structured.spatial_json import places_in_form, spatial_request
from gemini_nb.offline.vision.looking import describe_all
from gemini_nb.offline.vision.pointing import Unsteadiness
from gemini_nb.offline.vision.spatial_answers import located, spatial_text
from gemini_nb.offline.words import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.offline.api.messages import GenerateContentRequest, GenerationConfig
    from gemini_nb.offline.conversation import Conversation
    from gemini_nb.offline.language.sampling import Sampling
    from gemini_nb.offline.vision.spatial_request import SpatialRequest

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


def author_of(request: GenerateContentRequest, conversation: Conversation) -> tuple[str, Author]:
    """The name of the model that answers, and the function by which it writes a candidate.

    A function's results are reported first, then places in images are looked for, then a
    requested format is filled, then pictures are described; all else is the text model's.
    """
    config = request.generation_config
    wants_format = config.response_mime_type in {"application/json", "text/x.enum"}
    wants_format = wants_format or _schema(config) is not None
    if conversation.results and not wants_format:
        return PLANNER, _reported
    spatial = _spatial(config, conversation)
    if spatial:
        return VISION, partial(_located, spatial)
    if wants_format:
        return STRUCTURED, _formatted
    if conversation.pictures and (conversation.picture_is_new or _asks_about_picture(conversation)):
        return VISION, _described
    return NGRAM, _sampled


def thoughts(request: GenerateContentRequest, reasoning: str) -> tuple[TextPart, ...]:
    """`reasoning` as a thought, where the request wants thoughts."""
    if not request.generation_config.thinking_config.include_thoughts:
        return ()
    return (TextPart(split_words(reasoning), thought=True),)


def split_words(text: str) -> tuple[str, ...]:
    r"""`text` in pieces of a word each, white space kept.

    Example:
        >>> split_words("One red\ncircle. ")
        ('One', ' red', '\ncircle. ')
    """
    return tuple(_WORD_WITH_SPACE.findall(text))


def _spatial(config: GenerationConfig, conversation: Conversation) -> SpatialRequest | None:
    """What is asked for that has places in it, if the request is of that kind."""
    if not conversation.pictures or config.response_mime_type == "text/x.enum":
        return None
    turns = [turn.text for turn in conversation.prompt.turns if turn.role == "user"]
    before = "\n".join([conversation.prompt.system, *turns[:-1]])
    return spatial_request(conversation.prompt.request, _schema(config), before=before)


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
    parts = (*thoughts(request, completion.reasoning), TextPart(pieces))
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


def _located(
    spatial: SpatialRequest,
    request: GenerateContentRequest,
    conversation: Conversation,
    sampling: Sampling,
    index: int,
) -> Candidate:
    config, pictures = request.generation_config, conversation.pictures
    chance = source_of_chance(conversation.prompt, sampling, salt=f"places {index}")
    unsteady = Unsteadiness(chance, config.temperature or 0.0)
    if _schema(config) is None and config.response_mime_type != "application/json":
        text = spatial_text(spatial, pictures, unsteady, conversation.prompt.request)
        text = " ".join([*(conversation.limits if spatial.prose else ()), text])
    else:
        text = places_in_form(spatial, pictures, unsteady, _schema(config))
    reasoning = "Regions of one colour were found in the pixels and compared with the words."
    remarks = located(spatial, pictures, unsteady).remarks
    return _written(request, sampling, text, f"{reasoning} {remarks}".strip())


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
    return Candidate((*thoughts(request, reasoning), TextPart(pieces)), finish_reason)


def _schema(config: GenerationConfig) -> Any:  # noqa: ANN401 - JSON Schema also knows booleans
    if config.response_schema is not None:
        return config.response_schema
    return config.response_json_schema


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
