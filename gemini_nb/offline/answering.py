"""Which offline model answers a request: the first one that has something to say."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from gemini_nb.offline import conversation, strictness
from gemini_nb.offline.answer import Answer, limited
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import Part

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.catalog import Model
    from gemini_nb.offline.answer import Draft
    from gemini_nb.offline.conversation import Conversation, PromptTokens
    from gemini_nb.offline.messages import GenerateContentRequest


def answer_to(request: GenerateContentRequest, model: Model, *, cached_tokens: int = 0) -> Answer:
    """The answer to `request`, computed from nothing but the request.

    Args:
        request: contents complete: files and cached content already put in.
        model: the Gemini model in whose place an offline model answers.
        cached_tokens: how many of the prompt's tokens came from cached content.

    Raises:
        ApiError: 400 for what `model` would refuse too, for an image, video or schema that can't
            be read, and for a schema that no honest answer can satisfy.
    """
    strictness.check(request, model)
    asked = conversation.read(request, model.id)
    if (total := asked.tokens.total) > model.input_token_limit:
        text = f"The input token count ({total}) exceeds the maximum number of tokens allowed"
        raise ApiError(400, f"{text} ({model.input_token_limit}).")
    config = request.generation_config
    thinks, most = config.thinking_config.include_thoughts, config.max_output_tokens
    drafts = [_draft(asked, index) for index in range(config.candidate_count or 1)]
    candidates = (limited(d, thinks=thinks, most=most, stops=config.stop_sequences) for d in drafts)
    return Answer(tuple(candidates), replace(asked.tokens, cached=cached_tokens), drafts[0].model)


def count(
    request: GenerateContentRequest, model: Model, message: str = "CountTokensRequest"
) -> PromptTokens:
    """What `request` costs to say; refuses contents as `answer` does, in the name of `message`."""
    strictness.check_contents(request.contents, model, message)
    return conversation.read(request, model.id, looks=False).tokens


def _draft(asked: Conversation, index: int) -> Draft:
    """What the first model says that has something to say, with ids and signatures for calls."""
    plain = asked.schema is None and asked.mime_type == "text/plain"
    draft = next(each for each in _drafts(asked, index, plain=plain) if each)
    parts, signed = list(draft.parts), False
    for place, part in enumerate(parts):
        if call := part.function_call:
            said = f"{len(asked.turns)}|{place}|{call.name}|{asked.request}"
            digest = hashlib.sha256(said.encode("utf-8", "surrogatepass")).digest()
            named = call.model_copy(update={"id": f"call_{digest.hex()[:12]}"})
            # Of calls side by side, the first alone is signed, as Gemini does.
            signature = None if signed else digest
            parts[place] = Part(function_call=named, thought_signature=signature)
            signed = True
    text = parts[0].text or ""
    if plain and asked.unable and text[:1] not in "[{`":
        parts[0] = Part(text=" ".join([*asked.unable, text]))
    return replace(draft, parts=tuple(parts))


def _drafts(asked: Conversation, index: int, *, plain: bool) -> Iterator[Draft | None]:
    """What each model that fits the request has to say, if anything; it loads when its turn comes.

    Where the answer must have a form, tools may only call.
    """
    called = asked.functions or asked.results
    if called or "JSON" in f"{asked.request} {asked.system}":
        from gemini_nb.offline import functions  # noqa: PLC0415

        draft = functions.answer(asked)
        calls = draft and any(part.function_call for part in draft.parts)
        yield draft if plain or calls or not called else None
    if asked.code_execution and plain:
        from gemini_nb.offline import code_execution  # noqa: PLC0415

        yield code_execution.answer(asked)
    if asked.pictures or asked.frames:
        from gemini_nb.offline.vision import answers  # noqa: PLC0415

        yield answers.answer(asked, index)
    if plain:
        from gemini_nb.offline.text import answer as model  # noqa: PLC0415
    else:
        from gemini_nb.offline.structured import filling as model  # noqa: PLC0415
    yield model.answer(asked, index)
