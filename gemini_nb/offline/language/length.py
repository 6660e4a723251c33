"""How long an answer should be: what the prompt asks, and which markers that leaves open."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import END, ITEM
from gemini_nb.offline.language.noun_phrase import NUMERALS
from gemini_nb.offline.language.topic import readable, recent

if TYPE_CHECKING:
    from gemini_nb.offline.prompt import Prompt

_FEW_WORDS: Final = 14
_SHORT_WORDS: Final = 70
_LONG_WORDS: Final = 320
_WORDS_A_SENTENCE: Final = 14
_LONGEST_PARAGRAPH: Final = 4  # sentences that are still printed as one paragraph
_MOST: Final = 5000
_LAST_SENTENCE: Final = "<closing 2>"
_SENTENCES_WITHOUT_END: Final = 2  # so few sentences are all taken from the beginning
_CLOSING_WORDS: Final = 45  # a long text may begin its end this many words early


@dataclass(frozen=True, slots=True)
class Length:
    """What was asked of an answer's length; None where nothing was asked."""

    words: int | None = None
    """At most so many words."""
    least_words: int = 0
    sentences: int | None = None
    paragraphs: int | None = None
    items: int | None = None
    """Entries of a list, or steps."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of an answer is written."""

    words: int = 0
    sentences: int = 0
    paragraphs: int = 1
    items: int = 0


_NUMBER = rf"(\d{{1,4}}|an?|{'|'.join(NUMERALS)}|one|single)"
_ITEM_NUMBER = rf"(\d{{1,3}}|{'|'.join(NUMERALS)})"
_COUNT = re.compile(
    rf"(?P<bound>at least|no less than|minimum(?: of)?|under|less than|fewer than|below|up to|"
    rf"at most|no more than|maximum(?: of)?|max)?\s*\b{_NUMBER}[- ]"
    r"(?:short |long |single |simple |numbered |clear )?"
    r"(?P<unit>word|sentence|paragraph|line)s?\b",
    re.IGNORECASE,
)
_ITEM_NAMES: Final = (
    "tips|ideas|steps|items|things|ways|names|examples|reasons|facts|uses|suggestions|options|"
    "recipes|points|questions|books|games|titles|places|gifts"
)
_ITEMS = re.compile(
    rf"\b{_ITEM_NUMBER} (?:\w+[ -]){{0,2}}?(?:{_ITEM_NAMES})\b|"
    r"\b(?:list|name|top|suggest|recommend|give me)(?: the| me)?(?: top)? "
    rf"{_ITEM_NUMBER} \w+s?\b",
    re.IGNORECASE,
)
_FIRST_LINE = re.compile(
    r"\b(?:first|opening|last|next|closing) (?:line|sentence)\b", re.IGNORECASE
)
_FEW = re.compile(r"\b(?:a |very )?few words\b", re.IGNORECASE)
_SHORT = re.compile(
    r"\b(?:short|shorter|brief|briefly|concise|concisely|in short|tl;?dr|terse)\b", re.IGNORECASE
)
_LONG = re.compile(r"\b(?:long|longer|detailed|in detail|lengthy|in depth)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:continue|go on|more|longer|rest|whole|full)\b", re.IGNORECASE)
_UNDER = ("under", "less", "fewer", "below")
_AT_LEAST = ("at least", "no less", "minimum")


def read_length(prompt: Prompt, *, follow_up: bool = False) -> Length:
    """The length that the last turn asks for, else the system instruction.

    Args:
        prompt: The whole conversation.
        follow_up: Whether the last turn only changes an earlier request, whose length then
            still holds.

    Example:
        >>> from gemini_nb.offline.prompt import Prompt, Turn
        >>> read_length(Prompt((Turn("user", "Explain tides in two sentences."),))).sentences
        2
    """
    texts = [turn.text for turn in reversed(recent(prompt)) if turn.role == "user"]
    asked = texts[:1]
    if follow_up and texts and not _MORE.search(readable(texts[0])):
        asked = texts
    for text in (*asked, prompt.system):
        length = _read(readable(text))
        if length != Length():
            return length
    return Length()


def _read(text: str) -> Length:
    length = Length()
    for match in _COUNT.finditer(text):
        length = _counted(length, _number(match[2]), match["unit"].lower(), match["bound"] or "")
    if _FEW.search(text):
        length = _counted(length, _FEW_WORDS, "word", "at most")
    elif _FIRST_LINE.search(text):
        length = _counted(length, 1, "sentence", "")
    elif length == Length() and _SHORT.search(text):
        length = Length(words=_SHORT_WORDS)
    elif length == Length() and _LONG.search(text):
        length = Length(least_words=_LONG_WORDS)
    items = _ITEMS.search(text)
    return replace(length, items=_number(items[1] or items[2])) if items else length


def _counted(length: Length, number: int, unit: str, bound: str) -> Length:
    least = bound.startswith(_AT_LEAST)
    number = max(1, number - bound.startswith(_UNDER))
    if unit == "word" and least:
        return replace(length, least_words=number)
    if unit == "word":
        sentences = max(1, number // _WORDS_A_SENTENCE) if number <= 4 * _WORDS_A_SENTENCE else None
        paragraphs = 1 if sentences else None
        enough = 0 if bound else number * 2 // 3
        return replace(
            length, words=number, sentences=sentences, paragraphs=paragraphs, least_words=enough
        )
    if unit == "paragraph":
        return replace(length, paragraphs=number)
    return replace(length, sentences=number, paragraphs=1 if number <= _LONGEST_PARAGRAPH else None)


def _number(text: str) -> int:
    word = text.lower()
    return min(int(word), _MOST) if word.isdigit() else NUMERALS.get(word, 1)


def permits(length: Length, progress: Progress, marker: str) -> bool:
    """Whether an answer of `length` may go on with `marker` after `progress`."""
    if finished(length, progress):
        return marker == END
    if marker == END:
        return not _wants_more(length, progress)
    if marker.startswith(ITEM):
        return _permits_item(length, progress, marker)
    if length.items and 0 < progress.items < length.items:
        return False
    if _is_last_of_paragraph(length, progress):
        return marker == _LAST_SENTENCE
    return not marker.endswith(" 1>") or _permits_paragraph(length, progress, marker)


def _is_last_of_paragraph(length: Length, progress: Progress) -> bool:
    """Whether one more sentence ends an answer that is one paragraph of several sentences."""
    sentences = length.sentences or 0
    within = length.paragraphs == 1 and sentences > _SENTENCES_WITHOUT_END
    return within and progress.sentences == sentences - 1


def _permits_paragraph(length: Length, progress: Progress, marker: str) -> bool:
    left = math.inf if length.paragraphs is None else length.paragraphs - progress.paragraphs
    if marker == "<closing 1>":
        enough = progress.words + _CLOSING_WORDS >= length.least_words
        return enough and (left == 1 or math.isinf(left))
    return left > 1


def finished(length: Length, progress: Progress) -> bool:
    """Whether the sentences asked for are written."""
    return length.sentences is not None and progress.sentences >= length.sentences


def instead(length: Length, progress: Progress) -> str:
    """The marker to go on with when the model proposes none that `permits` allows."""
    if length.items and 0 < progress.items < length.items:
        return f"{ITEM}{'closing' if progress.items == length.items - 1 else 'middle'}>"
    if finished(length, progress) or not _wants_more(length, progress):
        return END
    if length.paragraphs is None:
        return "<middle 1>"
    if progress.paragraphs < length.paragraphs:
        return "<closing 1>" if progress.paragraphs == length.paragraphs - 1 else "<middle 1>"
    return _LAST_SENTENCE if _is_last_of_paragraph(length, progress) else "<middle 2>"


def _wants_more(length: Length, progress: Progress) -> bool:
    return (
        progress.words < length.least_words
        or (length.items is not None and 0 < progress.items < length.items)
        or (length.sentences is not None and progress.sentences < length.sentences)
        or (length.paragraphs is not None and progress.paragraphs < length.paragraphs)
    )


def _permits_item(length: Length, progress: Progress, marker: str) -> bool:
    if length.items is None or progress.items == 0:
        return True
    if progress.items >= length.items:
        return False
    return marker.endswith("closing>") == (progress.items == length.items - 1)
