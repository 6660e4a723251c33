"""The sentences that the text model recombines, and how they are filled with words.

Each file `corpus/*.txt` is a kind of text. Where a sentence would name its subject it holds a class
token such as `{topic}`, and the request decides what stands there. A heading ends with what the
document is about, in groups of words: a request about it has all the words of a group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

from gemini_nb.offline.words import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from collections.abc import Mapping

_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[.!?]\u201d)\s+")
_HEAD_END = re.compile(r" (?:who|that|which|with|of|in|on|at|under|for)\b|,")
_PLURALS = {"was": "were", "is": "are", "has": "have", "it": "them", "its": "their"}
_PRONOUNS = {"she": ("she", "her", "her", "herself"), "he": ("he", "his", "him", "himself")}
_INDEFINITE = re.compile(r"(?i)(^| and )(?:an?|some|one) ")


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A sentence or stanza, with class tokens; equal to nothing but itself."""

    text: str
    title: str
    """Of its document."""
    place: tuple[int, int]
    """Number of its paragraph, and its number there."""
    stems: frozenset[str]
    """Of its words, and of others that it also answers."""


@dataclass(frozen=True, slots=True)
class Document:
    """A text of the corpus."""

    keys: tuple[frozenset[str], ...]
    """The stems of each group of words in its heading."""
    lines: tuple[Line, ...]


@cache
def documents(kind: str) -> tuple[Document, ...]:
    """The documents of the file `corpus/<kind>.txt`.

    Example:
        >>> documents("story")[0].lines[-1].text[-18:]
        'window, and knock.'
    """
    return tuple(_document(kind, block) for block in _read(kind).split("\n== ")[1:])


@cache
def defaults(kind: str, name: str) -> tuple[str, ...]:
    """What the head of the file says under `name`: what a class token stands for by default.

    Example:
        >>> defaults("letter", "reader")
        ('friend',)
    """
    found = re.search(rf"(?m)^{name}: (.*)$", _read(kind).split("\n== ", 1)[0])
    return tuple(found[1].split("; ")) if found else ("",)


@cache
def listed(name: str) -> frozenset[str]:
    """The words of a list in `corpus/lists.txt`.

    Example:
        >>> "cheerful" in listed("tones")
        True
    """
    return frozenset(defaults("lists", name)[0].split(", "))


def pattern(text: str) -> re.Pattern[str]:
    """A pattern, in any case, in which `<name>` stands for one of a list's phrases.

    Example:
        >>> pattern("in <tongues>").findall("Say it in German")
        ['in German']
    """

    def any_of(name: re.Match[str]) -> str:
        return f"(?:{'|'.join(sorted(listed(name[1]), key=lambda word: (-len(word), word)))})"

    return re.compile(re.sub(r"(?<!\?P)<(\w+)>", any_of, text), re.IGNORECASE | re.DOTALL)


def stems(text: str) -> frozenset[str]:
    """The stems of all words of `text`, also of those that say little.

    Example:
        >>> sorted(stems("the ships of Ana's"))
        ['ana', 'of', 'ship', 'the']
    """
    return frozenset(stem(word.removesuffix("'s")) for word in words(text))


COMMON = stems(" ".join(STOP_WORDS))
"""Stems that say nothing about a subject."""


def fill(text: str, names: Mapping[str, str]) -> str:
    """`text` with words for its class tokens, and capitals where sentences begin.

    Example:
        >>> fill("{topic} came. {it} sang.", {"topic": "an owl", "it": "it"})
        'An owl came. It sang.'
    """
    return re.sub(r"(?:^|[.!?] )[a-z]", lambda at: at[0].upper(), text.format_map(names))


def forms(names: Mapping[str, str]) -> dict[str, str]:
    """`names` with what depends on them: the topic said again, its verbs, the person's pronouns.

    Example:
        >>> found = forms({"topic": "two owls in Oslo", "person": "Wen/she"})
        >>> found["the_topic"], found["was"], found["person"], found["him"]
        ('two owls', 'were', 'Wen', 'her')
    """
    whose = {"story": "the", "letter": r"\g<0>"}.get(names.get("kind", ""), "your")
    topic = re.sub(r"(?i)\b(?:my|our|your)\b", whose, names["topic"])
    short = _HEAD_END.split(topic)[0]
    single = _INDEFINITE.match(short) or short.endswith(("ss", "us")) or short[:1].isupper()
    plural = " and " in short or (not single and short.endswith("s"))
    verbs = {one: many if plural else one for one, many in _PLURALS.items()}
    person, _, pronoun = names["person"].partition("/")
    pronouns = dict(zip(("she", "her", "him", "herself"), _PRONOUNS[pronoun or "she"], strict=True))
    again = f"the {short}" if plural and " " not in short else _INDEFINITE.sub(r"\1the ", short)
    return {**names, **verbs, **pronouns, "person": person, "topic": topic, "the_topic": again}


@cache
def _read(kind: str) -> str:
    file = resources.files("gemini_nb.offline.text") / "corpus" / f"{kind}.txt"
    return "\n" + file.read_text(encoding="utf-8")


def _document(kind: str, block: str) -> Document:
    heading, body = block.split("\n", 1)
    title, groups = heading.split(" | ")
    lines: list[Line] = []
    for number, paragraph in enumerate(body.strip().split("\n\n")):
        # Stanzas hold together by rhyme.
        parts = [paragraph] if "\n" in paragraph else _SENTENCE.split(paragraph)
        for position, part in enumerate(paragraph.splitlines() if kind == "explanation" else parts):
            shown, _, also = part.partition(" | ")
            place = (number, -1 if kind == "tone" else position)  # a tone is struck first
            lines.append(Line(shown.replace(" / ", "\n"), title, place, stems(f"{shown} {also}")))
    keys = tuple(stems(phrase) for phrase in groups.split("; "))
    return Document(keys, tuple(lines))
