"""Which documents of the corpus an answer is learned from, and with what weight."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import Document, Section, sections
from gemini_nb.offline.language.topic import Brief, readable, recent
from gemini_nb.offline.words import STOP_WORDS, stem, stems, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gemini_nb.offline.prompt import Prompt

FIELD: Final = "field"
"""The kind of the short phrases that fill the fields of a structured answer."""

_CUE = 3.0
_LONGER_CUE = 0.4  # for each further word of a cue: "first line" says more than "story"
_CUE_IN_SUBJECT = 1.6
_HINT = 1.0
_LATER_CUE = 0.1  # for each word before it: what is asked first decides the kind of text
_PERSONA = 2.2
_IN_CHARACTER = 6.0
_EARLIER = 0.6  # an earlier turn counts so much of the turn after it
_SYSTEM = 0.4
_KIND_CONTRAST = 4.0  # a kind with one point more weighs four times as much
_KIND_REACH = 0.5  # and kinds further below the best are not heard at all
_SPECIFIC = 0.02  # a document about something else is not heard without a reason
_MATCH = 16.0
_MOST_MATCHES = 1.25
_GENERIC_MATCH = 0.5  # every generic document is suitable, these a little more
_STEM_MATCH = 0.01
_UNNAMED_FIELD = 0.1
_REQUEST_SHARE = 0.3
_FIELD_CONTRAST = 3  # a field has one kind of phrase, so the best documents stand out
_MOST_DOCUMENTS = 14
_LEAST_SHARE = 0.2
_LEAST_DOCUMENTS = 2
_SMALL_TALK = {"chat", "limits"}  # short replies, each complete in itself
_SUPPLEMENTED = 5


# A greeting before a request is no reason to chat; quoted words are not addressed to the model.
_GREETING = re.compile(
    r"^(?:(?:hello|hi|hey|good (?:morning|afternoon|evening)|thanks|thank you|great|ok|okay)\b"
    r"[^\w\n]*)+"
    r"(?=(?:\w+\W+){3})",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"[\"\u201c][^\"\u201d]{0,400}[\"\u201d]")
_SUM = re.compile(r"\d\s*[-+*/\u00d7\u00f7^]\s*\d")
_FIRST_FOREIGN = 0x370  # Greek and all that follows; the corpus is English
_SHORTEST_SENTENCE = 4
_KNOWN_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Weighting:
    """The documents an answer is learned from, the heaviest first."""

    kind: str
    """The likeliest kind of text."""
    documents: tuple[tuple[Document, float], ...]


@dataclass(frozen=True, slots=True)
class _Query:
    """The words of one text with the weight of that text in the conversation."""

    text: str
    """Its words between single spaces, lower case."""
    stems: frozenset[str]
    weight: float
    asks: bool
    """Whether it holds a question mark."""


def weigh(prompt: Prompt, brief: Brief) -> Weighting:
    """Documents weighted by the kind of text asked for and by the words they share.

    The last user turn counts most; earlier ones count when it only changes an earlier request,
    and the system instruction counts a little.
    """
    queries = [_query(text, weight) for text, weight in _texts(prompt, follow_up=brief.follow_up)]
    kinds = _kind_weights(queries, brief)
    weights = {
        document: kinds[section.kind] * _affinity(document, queries) * _fitness(document, brief)
        for section in sections()
        if section.kind in kinds
        for document in section.documents
    }
    return _heaviest(weights)


def weigh_field(about: str, request: str) -> Weighting:
    """Documents of short phrases, weighted by a field's name and description and the request."""
    named, asked = _query(about, 1.0), _query(request, 1.0)
    section = next(section for section in sections() if section.kind == FIELD)
    weights = {
        document: (_matches(document, named) or _UNNAMED_FIELD * document.generic)
        * (1 + _REQUEST_SHARE * _matches(document, asked))
        for document in section.documents
    }
    return _heaviest({each: weight**_FIELD_CONTRAST for each, weight in weights.items()})


def _texts(prompt: Prompt, *, follow_up: bool) -> Iterable[tuple[str, float]]:
    weight = 1.0
    for turn in reversed(recent(prompt)):
        if turn.role == "user":
            yield turn.text, weight
            if not follow_up:
                break
            weight *= _EARLIER
    yield prompt.system, _SYSTEM


def _query(text: str, weight: float) -> _Query:
    plain = _QUOTED.sub(" ", readable(text))
    plain = _GREETING.sub("", plain)
    if _mostly_foreign(plain):
        plain = f"{plain} translate language"
    if _SUM.search(plain):
        plain = f"calculate {plain}"
    return _Query(f" {' '.join(words(plain))} ", stems(plain), weight, "?" in plain)


def _mostly_foreign(text: str) -> bool:
    """Whether most letters, or nearly all words of a sentence, are not English."""
    letters = [character for character in text if character.isalpha()]
    if 2 * sum(ord(character) >= _FIRST_FOREIGN for character in letters) > len(letters):
        return True
    known = [word in STOP_WORDS or stem(word) in _rarity() for word in words(text)]
    return len(known) >= _SHORTEST_SENTENCE and sum(known) <= _KNOWN_SHARE * len(known)


def _kind_weights(queries: list[_Query], brief: Brief) -> Mapping[str, float]:
    scores = {
        section.kind: _kind_score(section, queries, brief)
        for section in sections()
        if section.kind != FIELD
    }
    if brief.persona:  # small talk is the model's own voice; a persona answers in its place
        scores["voice"] = max(scores["voice"], scores.pop("chat"), _PERSONA)
    if max(scores.values()) == 0:
        scores["limits" if queries[0].asks else "chat"] = _HINT
    best = max(scores.values())
    return {
        kind: _KIND_CONTRAST**score for kind, score in scores.items() if score > best - _KIND_REACH
    }


def _kind_score(section: Section, queries: list[_Query], brief: Brief) -> float:
    subject = f" {' '.join(words(brief.subject.text))} " if brief.subject else ""
    score = 0.0
    for query in queries:
        named = [
            _cue_score(cue, subject, query) for cue in section.cues if _within(cue, query.text)
        ]
        hinted = [_HINT for hint in section.hints if _within(hint, query.text)]
        score = max(score, query.weight * max((*named, *hinted), default=0.0))
    return score


def _cue_score(cue: str, subject: str, query: _Query) -> float:
    before = query.text[: query.text.find(f" {cue} ")].count(" ")
    score = _CUE_IN_SUBJECT if _within(cue, subject) else _CUE
    return score + _LONGER_CUE * cue.count(" ") - min(_LATER_CUE * before, 2 * _KIND_REACH)


def _within(phrase: str, text: str) -> bool:
    return f" {phrase} " in text


def _affinity(document: Document, queries: list[_Query]) -> float:
    """How well a document suits the words of the conversation; 1 for a generic one without any."""
    rarity = _rarity()
    matches = 0.0
    for query in queries:
        phrases = _matches(document, query)
        shared = math.fsum(rarity[word] for word in document.stems & query.stems)
        matches += query.weight * (phrases + _STEM_MATCH * shared)
    if document.generic:
        return 1.0 + _GENERIC_MATCH * matches
    return _SPECIFIC + _MATCH * min(matches, _MOST_MATCHES)


def _fitness(document: Document, brief: Brief) -> float:
    """A document in character suits an answer in character, and no other."""
    if not document.in_character:
        return 1.0
    return _IN_CHARACTER if brief.persona else 0.0


def _matches(document: Document, query: _Query) -> float:
    return sum(_phrase_match(phrase, query) for phrase in document.subjects)


def _phrase_match(phrase: str, query: _Query) -> float:
    if " " in phrase or "'" in phrase:
        return float(_within(phrase, query.text))
    return float(stem(phrase) in query.stems or _within(phrase, query.text))


@cache
def _rarity() -> dict[str, float]:
    """For each stem of the corpus, how few documents have it: 0 for all of them, 1 for one."""
    documents = [document for section in sections() for document in section.documents]
    counts: dict[str, int] = {}
    for document in documents:
        for word in document.stems:
            counts[word] = counts.get(word, 0) + 1
    most = math.log(len(documents))
    return {word: 1 - math.log(count) / most for word, count in counts.items()}


def _heaviest(weights: Mapping[Document, float]) -> Weighting:
    ranked = sorted(weights.items(), key=lambda item: (-item[1], item[0].name))
    first, heaviest = ranked[0]
    chosen = [item for item in ranked[:_MOST_DOCUMENTS] if item[1] >= _LEAST_SHARE * heaviest]
    if len(chosen) < _LEAST_DOCUMENTS and first.kind not in _SMALL_TALK:
        # Leave chance something to choose from.
        chosen += [item for item in ranked[1:_SUPPLEMENTED] if item[0].generic and item[1] > 0]
    return Weighting(
        first.kind, tuple((document, weight / heaviest) for document, weight in chosen)
    )
