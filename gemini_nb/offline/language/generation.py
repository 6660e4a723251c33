"""The loop that writes tokens: predict, adjust, draw, until the text ends."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import (
    CLOSE_QUOTE,
    END,
    ITEM,
    LAST_POSITION,
    LINE,
    OPEN_QUOTE,
    SENTENCE_ENDS,
    is_marker,
)
from gemini_nb.offline.language.length import Length, Progress, instead, permits
from gemini_nb.offline.language.sampling import Sampling, draw
from gemini_nb.offline.words import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from random import Random

    from gemini_nb.offline.language.ngram import NgramModel
    from gemini_nb.offline.language.wording import Wording

_MOST_TOKENS: Final = 4000
_REPEAT: Final = 5
"""No n-gram of this length is written twice, which also keeps temperature 0 out of loops."""
_ALTERNATIVES: Final = 5
_PROMPT_BOOST: Final = 1.5
_LARGEST_PENALTY: Final = 300.0  # its exponential is still a number
_START: Final = "<start>"
_START_WORDS: Final = 3
"""No two sentences begin with the same so many tokens."""
_ANYWHERE: Final = {"<middle 1>", "<closing 1>", LINE, END}


@dataclass(frozen=True, slots=True)
class Step:
    """One token of an answer."""

    token: str
    log_probability: float
    """As the model saw it, penalties included, before truncation and temperature."""
    alternatives: tuple[tuple[str, float], ...]
    """The likeliest tokens at this step with their log probabilities, best first."""


@dataclass(frozen=True, slots=True)
class Setting:
    """All that one answer is written from."""

    model: NgramModel
    """What may follow what."""
    wording: Wording
    """Tells how many words a class token has."""
    sampling: Sampling
    length: Length
    favoured: frozenset[str] = frozenset()
    """Roots of the prompt's words; tokens with such a root gain a little."""
    start: str = "<opening 1>"
    """The marker that the text begins after."""


@dataclass(slots=True)
class _Text:
    """What is written so far."""

    tokens: list[str]
    marker: str
    """The marker of the sentence being written."""
    progress: Progress = field(default_factory=Progress)
    counts: Counter[str] = field(default_factory=Counter[str])
    written: set[tuple[str, ...]] = field(default_factory=set[tuple[str, ...]])
    quoted: bool = False

    def is_new(self, model: NgramModel) -> Callable[[str], bool]:
        """Tells of a token whether neither an n-gram nor a sentence would come a second time."""
        begun = self._begun()
        if begun:
            return lambda token: self._opens_new((*begun, token), model)
        last = tuple(self.tokens[1 - _REPEAT :])
        return lambda token: (*last, token) not in self.written

    def add(self, token: str, words: int) -> None:
        """Append `token`, which reads as so many words."""
        self.written.add((*self.tokens[1 - _REPEAT :], token))
        self.written.add((_START, *self._begun()[1:], token))
        closed = token == CLOSE_QUOTE and self.tokens[-1] in SENTENCE_ENDS
        self.quoted = token == OPEN_QUOTE or (
            self.quoted and token != CLOSE_QUOTE and not is_marker(token)
        )
        self.tokens.append(token)
        self.counts[token] += 1
        if is_marker(token) and token != LINE:
            self.marker = token
        ended = (token in SENTENCE_ENDS or closed) and not self.quoted
        self.progress = Progress(
            words=self.progress.words + words,
            sentences=self.progress.sentences + ended,
            paragraphs=self.progress.paragraphs + (is_marker(token) and token.endswith(" 1>")),
            items=self.progress.items + token.startswith(ITEM),
        )

    def _begun(self) -> tuple[str, ...]:
        """The last marker and the tokens since, as long as these are the start of a sentence."""
        for length in range(1, min(_START_WORDS, len(self.tokens)) + 1):
            if is_marker(self.tokens[-length]):
                return tuple(self.tokens[-length:])
        return ()

    def _opens_new(self, begun: tuple[str, ...], model: NgramModel) -> bool:
        """Whether a sentence that begins like this may still become a new one."""
        if len(begun) > _START_WORDS:
            return (_START, *begun[1:]) not in self.written
        following = model.followers.get(begun, ())
        return any(self._opens_new((*begun, token), model) for token in following)


def write(setting: Setting, random: Random) -> list[Step]:
    """The tokens of one answer, up to and without the end."""
    text = _Text([setting.start], setting.start)
    steps: list[Step] = []
    while len(steps) < _MOST_TOKENS:
        probabilities = _predict(setting, text)
        token = draw(probabilities, setting.sampling, random)
        if token == END:
            break
        steps.append(_step(token, probabilities))
        text.add(token, 0 if is_marker(token) else _words(token, setting.wording))
    return steps


def _predict(setting: Setting, text: _Text) -> Mapping[str, float]:
    """The model's distribution without what may not follow, adjusted and normalised."""
    model, length = setting.model, setting.length
    allowed = {
        token: probability * _factor(token, text, setting)
        for token, probability in model.distribution(text.tokens).items()
        if _fits(token, text, length)
    }
    is_new = text.is_new(model)
    adjusted = {token: weight for token, weight in allowed.items() if is_new(token)}
    begins = is_marker(text.tokens[-1])
    if not adjusted and not begins:
        adjusted = allowed  # nothing but a repetition finishes the sentence that is begun
    total = math.fsum(adjusted.values())
    if total > 0:
        return {token: weight / total for token, weight in adjusted.items()}
    marker = instead(length, text.progress)
    return {END if begins or (marker,) not in model.followers else marker: 1.0}


def _fits(token: str, text: _Text, length: Length) -> bool:
    if token in (OPEN_QUOTE, CLOSE_QUOTE):
        return (token == CLOSE_QUOTE) == text.quoted
    return not is_marker(token) or (
        _leads_on(text.marker, token) and permits(length, text.progress, token)
    )


def _leads_on(last: str, marker: str) -> bool:
    """Whether `marker` may follow the marker before it: the next sentence, or a new paragraph."""
    if marker in _ANYWHERE or marker.startswith(ITEM):
        return True
    stage, _, position = last.removesuffix(">").partition(" ")
    following = min(int(position) + 1, LAST_POSITION) if position.isdigit() else position
    return marker == f"{stage} {following}>"


def _factor(token: str, text: _Text, setting: Setting) -> float:
    """What the probability of `token` is multiplied by: the prompt's favour and the penalties."""
    if is_marker(token):
        return 1.0
    boost = _PROMPT_BOOST if setting.favoured and stem(token) in setting.favoured else 1.0
    count = text.counts[token]
    if not count:
        return boost
    sampling = setting.sampling
    penalty = sampling.presence_penalty + sampling.frequency_penalty * count
    return boost * math.exp(-max(-_LARGEST_PENALTY, min(_LARGEST_PENALTY, penalty)))


def _step(token: str, probabilities: Mapping[str, float]) -> Step:
    best = heapq.nlargest(_ALTERNATIVES, probabilities, key=lambda key: (probabilities[key], key))
    return Step(
        token,
        _log(probabilities[token]),
        tuple((other, _log(probabilities[other])) for other in best),
    )


def _log(probability: float) -> float:
    return math.log(max(probability, 1e-30))


def _words(token: str, wording: Wording) -> int:
    text = wording.render(token)
    return len(text.split()) if any(character.isalnum() for character in text) else 0
