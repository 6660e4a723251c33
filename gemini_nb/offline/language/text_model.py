"""A small n-gram language model that writes about what a prompt asks."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import END, SENTENCE_ENDS, Document, is_marker
from gemini_nb.offline.language.generation import Setting, Step, write
from gemini_nb.offline.language.length import Length, read_length
from gemini_nb.offline.language.limits import FinishReason, cut
from gemini_nb.offline.language.ngram import NgramModel
from gemini_nb.offline.language.relevance import FIELD, Weighting, weigh, weigh_field
from gemini_nb.offline.language.sampling import Sampling, source_of_chance
from gemini_nb.offline.language.surface import Place, advance, closing_quote, render
from gemini_nb.offline.language.topic import Brief, read_brief, readable
from gemini_nb.offline.language.wording import Wording, choose_wording
from gemini_nb.offline.words import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.offline.prompt import Prompt

__all__ = ["Completion", "Sampling", "TokenChoice", "complete", "phrase"]

_CITED_DOCUMENTS: Final = 3
_SHARED_WORD: Final = 8.0
_OPENING: Final = "<opening 1>"
_ITEM: Final = "<item middle>"
_MARKER_AND_STOP: Final = 2  # tokens of a sentence that are no words
_SUBJECT_TOKENS: Final = frozenset({"{topic}", "{subject}", "{task}", "{persona}", "{self}"})


@dataclass(frozen=True, slots=True)
class TokenChoice:
    """One piece of an answer and what else might have stood there."""

    token: str
    """The piece as written, with its leading space."""
    log_probability: float
    """Natural logarithm, before truncation and temperature."""
    alternatives: tuple[tuple[str, float], ...]
    """The five likeliest pieces with their log probabilities, best first."""


@dataclass(frozen=True, slots=True)
class Completion:
    """An answer of the text model."""

    pieces: tuple[str, ...]
    """The answer in the order it was written; joined they are the text."""
    finish_reason: FinishReason
    choices: tuple[TokenChoice, ...]
    """One for each piece."""
    reasoning: str
    """What the model found in the prompt and how it went about the answer."""

    @property
    def text(self) -> str:
        """The whole answer."""
        return "".join(self.pieces)


def complete(prompt: Prompt, sampling: Sampling, *, candidate: int = 0) -> Completion:
    """An answer to `prompt`, drawn word by word from an n-gram model made for it.

    The corpus documents that suit the prompt are weighted and counted; their class tokens read
    as what the prompt is about. The same arguments give the same answer on every machine.

    Args:
        prompt: The conversation and the system instruction.
        sampling: Temperature, truncation, seed, limits and penalties.
        candidate: Number of the answer, when several are asked for.

    Example:
        >>> from gemini_nb.offline.prompt import Prompt, Turn
        >>> ask = Prompt((Turn("user", "Explain tides in one sentence."),))
        >>> answer = complete(ask, Sampling(temperature=0))
        >>> answer.finish_reason, answer.text.count(".")
        ('STOP', 1)
    """
    random = source_of_chance(prompt, sampling, salt=str(candidate))
    brief = read_brief(prompt)
    length = read_length(prompt, follow_up=brief.follow_up)
    weighting = weigh(prompt, brief)
    wording = choose_wording(brief, prompt, weighting.kind, sampling, random)
    setting = Setting(
        _model(weighting.documents, length),
        wording,
        sampling,
        length,
        favoured=stems(readable(prompt.request)),
    )
    steps = write(setting, random)
    choices = _within_words(tuple(_choices(steps, wording)), length.words)
    pieces, finish_reason = cut([choice.token for choice in choices], sampling)
    return Completion(
        pieces=pieces,
        finish_reason=finish_reason,
        choices=tuple(
            replace(choice, token=piece) for choice, piece in zip(choices, pieces, strict=False)
        ),
        reasoning=_account(brief, wording, weighting, length, sampling),
    )


def phrase(about: str, prompt: Prompt, sampling: Sampling, *, salt: str) -> str:
    """A few words for a field of a structured answer.

    Args:
        about: The field's name and description, which choose the kind of phrase.
        prompt: The request, for its subject.
        sampling: Temperature, truncation and seed.
        salt: Distinguishes the fields of one answer.
    """
    if sampling.greedy:  # the likeliest phrase would stand in every field
        sampling = Sampling()
    random = source_of_chance(prompt, sampling, salt=salt)
    wording = choose_wording(read_brief(prompt), prompt, FIELD, sampling, random)
    setting = Setting(_field_model(about, prompt.request), wording, sampling, Length(), start=_ITEM)
    steps = write(setting, random)
    return "".join(choice.token for choice in _choices(steps, wording, Place(capital=False)))


@lru_cache(maxsize=128)
def _field_model(about: str, request: str) -> NgramModel:
    return NgramModel.learn(_items(weigh_field(about, request), stems(readable(request))))


def _items(weighting: Weighting, asked: frozenset[str]) -> Iterator[tuple[Sequence[str], float]]:
    """The single phrases of the documents; those that share words with the request weigh more."""
    for document, weight in weighting.documents:
        for item in _split(document.tokens):
            shared = sum(stem(token.lower()) in asked for token in item)
            yield (*item, END), weight * (1 + _SHARED_WORD * shared)


def _split(tokens: Sequence[str]) -> Iterator[Sequence[str]]:
    """The parts of a document that begin with a marker."""
    starts = [index for index, token in enumerate(tokens) if is_marker(token)]
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        yield tokens[start:end]


@lru_cache(maxsize=128)
def _model(documents: tuple[tuple[Document, float], ...], length: Length) -> NgramModel:
    """The model of weighted documents, learned from the sentences that suit `length`."""
    texts = [([*_suitable(document, length)], weight) for document, weight in documents]
    if not any(_OPENING in tokens for tokens, _ in texts):  # no first sentence is that short
        texts = [([*document.tokens], weight) for document, weight in documents]
    return NgramModel.learn(texts)


def _suitable(document: Document, length: Length) -> Iterator[str]:
    """The tokens of the sentences that are short enough, and that can stand alone if one must."""
    for sentence in _split(document.tokens):
        short = length.words is None or len(sentence) <= length.words + _MARKER_AND_STOP
        telling = document.generic is False or not _SUBJECT_TOKENS.isdisjoint(sentence)
        if sentence == (END,) or (short and (telling or length.sentences != 1)):
            yield from sentence


def _choices(
    steps: Sequence[Step], wording: Wording, place: Place | None = None
) -> Iterator[TokenChoice]:
    """The steps as text; those that add no text are left out."""
    place = place or Place()
    following = [*(step.token for step in steps[1:]), END]
    for step, after in zip(steps, following, strict=False):
        text = render(step.token, after, place, wording)
        next_place = advance(step.token, text, place)
        text += closing_quote(after, next_place)
        if text:
            others = (
                (text if token == step.token else render(token, "", place, wording), log)
                for token, log in step.alternatives
            )
            shown = tuple(other for other in others if other[0])
            yield TokenChoice(text, step.log_probability, shown)
        place = next_place


def _within_words(choices: tuple[TokenChoice, ...], words: int | None) -> tuple[TokenChoice, ...]:
    """The whole sentences that have at most `words` words, or as much of the first."""
    if words is None:
        return choices
    count = 0
    sentence_end = 0
    for index, choice in enumerate(choices):
        count += len(choice.token.split()) if any(map(str.isalnum, choice.token)) else 0
        if count > words:
            return choices[: sentence_end or index]
        if choice.token.strip(' "') in SENTENCE_ENDS:
            sentence_end = index + 1
    return choices


def _account(
    brief: Brief, wording: Wording, weighting: Weighting, length: Length, sampling: Sampling
) -> str:
    """What was found in the prompt and what the answer is made from, for the reader of thoughts."""
    found = {
        "subject": brief.subject.answered() if brief.subject else None,
        "task": brief.task,
        "place": brief.where,
        "person": brief.person,
        "persona": wording.introduction if brief.persona else None,
    }
    named = ", ".join(f'{name} "{value}"' for name, value in found.items() if value)
    asked = ", ".join(
        f"{name.replace('_', ' ')} {value}" for name, value in asdict(length).items() if value
    )
    heaviest = weighting.documents[:_CITED_DOCUMENTS]
    documents = ", ".join(f'"{document.name}" ({weight:.2f})' for document, weight in heaviest)
    seed = "derived from the request" if sampling.seed is None else str(sampling.seed)
    drawn = (
        "always the likeliest token"
        if sampling.greedy
        else f"temperature {sampling.temperature:g}, top_k {sampling.top_k}, "
        f"top_p {sampling.top_p:g}, seed {seed}"
    )
    return (
        f"I am an n-gram model and do not reason; this is what I did.\n"
        f"Kind of text: {weighting.kind}. Found in the prompt: {named or 'nothing to write about'}."
        f"{f' Length asked for: {asked}.' if asked else ''}\n"
        f"Of {len(weighting.documents)} corpus documents these weigh most: {documents}.\n"
        f"Sampling: {drawn}."
    )
