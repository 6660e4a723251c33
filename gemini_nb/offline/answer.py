"""What an offline model answered, and where the limits of the request end it."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gemini_nb.offline.conversation import PromptTokens, count_text
from gemini_nb.offline.messages import Part

if TYPE_CHECKING:
    from collections.abc import Sequence

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
