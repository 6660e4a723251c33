"""The text that the offline model learns from: documents by kind, split into tokens.

The corpus is a class-based one (P. F. Brown and others, "Class-based n-gram models of natural
language", Computational Linguistics 18, 1992): where a document would name its subject it holds
a class token such as `{topic}` or `{where}`, and the request decides what stands there. A token
such as `is/are` or `she/he` leaves the form open until the subject or the person is known.

Between sentences stand marker tokens that carry the place in the document, `<opening 2>` or
`<item middle>`. They let a model of short contexts begin like a beginning and end like an end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.words import stems

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

END: Final = "<end>"
LINE: Final = "<line>"
ITEM: Final = "<item "
LAST_POSITION: Final = 5
"""Sentences of a paragraph from here on are alike: they share a marker."""
OPEN_QUOTE: Final = "\u201c"
CLOSE_QUOTE: Final = "\u201d"
SENTENCE_ENDS: Final = (".", "!", "?")

_IN_LINES = ("haiku", "verse")
_TOKEN = re.compile(r"\{\w+\}|\w+/\w+|\w+(?:['-]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True, eq=False)
class Document:
    """One text of the corpus, read once and equal only to itself."""

    kind: str
    """Name of its file: "story", "steps", ..."""
    title: str
    generic: bool
    """Whether it suits any subject; such documents start with `*` in the corpus."""
    subjects: tuple[str, ...]
    """Words and phrases that call for it, lower case."""
    tokens: tuple[str, ...]
    """Words, punctuation, class tokens and markers, from the first marker to `END`."""
    stems: frozenset[str]
    """Stems of the content words of its text."""

    @property
    def in_character(self) -> bool:
        """Whether it speaks as a persona, and so needs one."""
        return not {"{persona}", "{self}"}.isdisjoint(self.tokens)

    @property
    def name(self) -> str:
        """Kind and title, as an account of an answer cites the document."""
        return f"{self.kind}/{self.title}"


@dataclass(frozen=True, slots=True)
class Section:
    """All documents of one kind, and the words that ask for that kind."""

    kind: str
    cues: tuple[str, ...]
    """Words and phrases that name the kind: "poem"."""
    hints: tuple[str, ...]
    """Words and phrases that make the kind likely: "why"."""
    fillers: Mapping[str, tuple[str, ...]]
    """What stands for a class token when the request says nothing: `topic`, `where`, `person`."""
    documents: tuple[Document, ...]


def is_marker(token: str) -> bool:
    """Whether `token` is a place in a document rather than text.

    Example:
        >>> is_marker("<opening 2>"), is_marker("{topic}")
        (True, False)
    """
    return token.startswith("<") and token.endswith(">")


def tokenize(text: str) -> list[str]:
    """The words, class tokens and punctuation marks of one paragraph, in order.

    Example:
        >>> tokenize("The {topic} is/are here, at n-gram's end.")
        ['The', '{topic}', 'is/are', 'here', ',', 'at', "n-gram's", 'end', '.']
    """
    return _TOKEN.findall(text)


@cache
def sections() -> tuple[Section, ...]:
    """The corpus, sorted by kind; read once."""
    folder = resources.files("gemini_nb.offline.language").joinpath("corpus")
    files = sorted(folder.iterdir(), key=lambda file: file.name)
    texts = {
        file.name.removesuffix(".txt"): file.read_text(encoding="utf-8")
        for file in files
        if file.name.endswith(".txt")
    }
    names = frozenset(_names(texts.values()))
    return tuple(_section(kind, text, names) for kind, text in texts.items())


def _section(kind: str, text: str, names: frozenset[str]) -> Section:
    header, *blocks = text.split("\n== ")
    fields = dict(line.split(": ", 1) for line in header.splitlines() if line)
    fillers = {
        name: tuple(value.split("; ")) for name, value in fields.items() if name not in _CUE_FIELDS
    }
    return Section(
        kind=kind,
        cues=_phrases(fields["cues"]),
        hints=_phrases(fields.get("hints", "")),
        fillers=fillers,
        documents=tuple(_document(kind, block, names) for block in blocks),
    )


_CUE_FIELDS = ("cues", "hints")


def _phrases(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for phrase in text.split(",") if phrase.strip())


def _document(kind: str, block: str, names: frozenset[str]) -> Document:
    heading, body = block.split("\n", 1)
    title, subjects = heading.split(" | ")
    return Document(
        kind=kind,
        title=title.removeprefix("* "),
        generic=title.startswith("* "),
        subjects=_phrases(subjects),
        tokens=(*_marked(kind, body, names), END),
        stems=stems(body),
    )


def _marked(kind: str, body: str, names: frozenset[str]) -> Iterator[str]:
    """The tokens of a document with a marker before each paragraph, sentence, item and line."""
    paragraphs = body.strip().split("\n\n")
    for index, paragraph in enumerate(paragraphs):
        lines = paragraph.split("\n")
        stage = _stage(index, len(paragraphs))
        items = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
        if items:
            yield from _listed(lines, items, names)
        elif kind in _IN_LINES:
            yield f"<{stage} 1>"
            for number, line in enumerate(lines):
                yield from (LINE,) if number else ()
                yield from _cased(tokenize(line), names)
        else:
            yield from _sentences(" ".join(lines), stage, names)


def _stage(index: int, count: int) -> str:
    if index == 0:
        return "opening"
    return "closing" if index == count - 1 else "middle"


def _listed(lines: list[str], items: list[str], names: frozenset[str]) -> Iterator[str]:
    bare = lines[0].startswith("- ")  # a list without a sentence around it: keep its capitals
    if not bare:
        yield from _sentences(lines[0], "opening", names)
    for index, item in enumerate(items):
        yield f"{ITEM}{'middle' if bare else _stage(index, len(items))}>"
        yield from tokenize(item) if bare else _cased(tokenize(item), names)
    if not lines[-1].startswith("- "):
        yield from _sentences(lines[-1], "closing", names)


def _sentences(text: str, stage: str, names: frozenset[str]) -> Iterator[str]:
    for position, sentence in enumerate(_split(tokenize(text)), start=1):
        yield f"<{stage} {min(position, LAST_POSITION)}>"
        yield from _cased(sentence, names)


def _split(tokens: list[str]) -> Iterator[list[str]]:
    """Sentences; one in quotation marks stays within the sentence that quotes it."""
    sentence: list[str] = []
    quoted = False
    for token in tokens:
        sentence.append(token)
        quoted = token == OPEN_QUOTE or (quoted and token != CLOSE_QUOTE)
        closed = token == CLOSE_QUOTE and sentence[-2] in SENTENCE_ENDS
        ended = token in SENTENCE_ENDS or closed
        if ended and not quoted:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def _cased(sentence: list[str], names: frozenset[str]) -> Iterator[str]:
    """The sentence with capitals only where a word always has one, so that "The" is "the"."""
    initial = True
    for token in sentence:
        yield token.lower() if initial and token not in names else token
        initial = token in (OPEN_QUOTE, *SENTENCE_ENDS)


def _names(texts: Iterable[str]) -> Iterator[str]:
    """Words that have a capital in the middle of a sentence, and "I"."""
    yield "I"
    for text in texts:
        for before, word in re.findall(r"(\S+) ([A-Z][\w'-]*)", text):
            if before[-1].isalnum() or before[-1] in ",;":
                yield word
