"""From a checked request to an answer: which offline model answers, and where its answer ends."""

from __future__ import annotations

import hashlib
import json
import math
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from gemini_nb.offline import conversation, strictness
from gemini_nb.offline.conversation import PromptTokens, count_text
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import Part

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.catalog import Model
    from gemini_nb.offline.conversation import Conversation
    from gemini_nb.offline.messages import GenerateContentRequest

_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Draft:
    """What a model has to say, before any limit of the request cuts it."""

    parts: tuple[Part, ...]
    model: str
    """Which offline model wrote it: "offline/templates", "offline/vision", ..."""
    reasoning: str = ""
    """A truthful account of how it came about: the thought, where thoughts are asked for."""

    @classmethod
    def of(cls, text: str, model: str, reasoning: str = "") -> Draft:
        """A draft of text alone."""
        return cls((Part(text=text),), model, reasoning)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the alternative answers, within the limits of the request."""

    parts: tuple[Part, ...]
    finish_reason: str = "STOP"
    output_tokens: int = 0
    """Estimated tokens of the answer itself."""
    thought_tokens: int = 0
    """Estimated tokens of the thoughts; together with the answer's within maxOutputTokens."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The candidates, and what the request and they cost."""

    candidates: tuple[Candidate, ...]
    prompt_tokens: PromptTokens
    model_version: str
    """Which offline model answered; starts with `offline/`."""


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
    if asked.functions or asked.results:
        from gemini_nb.offline import functions  # noqa: PLC0415

        draft = functions.answer(asked)
        calls = draft and any(part.function_call for part in draft.parts)
        yield draft if plain or calls else None
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


def limited(draft: Draft, *, thinks: bool, most: int | None, stops: Sequence[str]) -> Candidate:
    """`draft` up to the first of `stops`, and with at most `most` tokens.

    Where it `thinks`, its reasoning is told as a thought before the answer, and counts, too.

    Example:
        >>> told = Draft.of("Once upon a time", "offline/templates", "A story was asked for.")
        >>> limited(told, thinks=False, most=3, stops=()).parts[0].text
        'Once upon a'
        >>> limited(told, thinks=True, most=8, stops=()).thought_tokens
        6
    """
    thoughts = (Part(text=draft.reasoning, thought=True),) if thinks and draft.reasoning else ()
    kept: list[Part] = []
    spent = {True: 0, False: 0}
    for part in (*thoughts, *draft.parts):
        said = _before(part, stops)
        fitting = _fitting(said, (most or math.inf) - sum(spent.values()))
        if fitting is not None:
            kept.append(fitting)
            spent[bool(part.thought)] += cost(fitting)
        if fitting is not said:
            return Candidate(tuple(kept), "MAX_TOKENS", spent[False], spent[True])
        if said is not part:
            break
    return Candidate(tuple(kept), "STOP", spent[False], spent[True])


def _before(part: Part, stops: Sequence[str]) -> Part:
    """`part` up to the first of `stops` in it; itself if there is none."""
    text = "" if part.thought else part.text or ""
    found = [place for stop in stops if stop and (place := text.find(stop)) >= 0]
    return Part(text=text[: min(found)]) if found else part


def _fitting(part: Part, left: float) -> Part | None:
    """`part` itself, its first words that have at most `left` tokens, or nothing."""
    if cost(part) <= left:
        return part
    text = part.text or ""
    ends = [word.end() for word in _WORD.finditer(text)]
    fit = bisect_right(ends, left, key=lambda end: count_text(text[:end]))
    return part.model_copy(update={"text": text[: ends[fit - 1]]}) if fit else None


def cost(part: Part) -> int:
    """Estimated tokens of `part`; a picture counts as nothing.

    Example:
        >>> cost(Part(text="Once upon a time")), cost(Part(executable_code={"code": "print(1)"}))
        (4, 2)
    """
    said, call = part.text or "", part.function_call
    if call:
        said += call.name + json.dumps(call.args, ensure_ascii=False)
    said += (part.executable_code or {}).get("code", "")
    return count_text(said + (part.code_execution_result or {}).get("output", ""))
