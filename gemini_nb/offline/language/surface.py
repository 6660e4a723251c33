"""Tokens of the model as readable text: spacing, capitals, paragraphs, numbered lists."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import (
    CLOSE_QUOTE,
    END,
    ITEM,
    LINE,
    OPEN_QUOTE,
    SENTENCE_ENDS,
    is_marker,
)

if TYPE_CHECKING:
    from gemini_nb.offline.language.wording import Wording

_NO_SPACE_BEFORE: Final = {".", ",", ";", ":", "!", "?", ")", CLOSE_QUOTE}


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the text the next token is written."""

    capital: bool = True
    glued: bool = True
    """Whether no space stands before the next word."""
    quoted: bool = False
    items: int = 0
    mentioned: frozenset[str] = frozenset()
    """Class tokens that were written already."""
    empty: bool = True
    """Whether nothing is written yet."""


def render(token: str, after: str, place: Place, wording: Wording) -> str:
    """The text that `token` adds at `place`; "" for a marker within a paragraph.

    Quotation marks that would not pair are left out.
    """
    if is_marker(token):
        return _marker_text(token, place)
    if token in {OPEN_QUOTE, CLOSE_QUOTE}:
        if (token == OPEN_QUOTE) == place.quoted:
            return ""
        return f'{"" if place.glued or token == CLOSE_QUOTE else " "}"'
    again = (after if after == "{topic}" else token) in place.mentioned
    text = wording.render(token, _following(after, wording), again=again)
    if not text:
        return ""
    if place.capital and text[0].isalpha():
        text = text[0].upper() + text[1:]
    return text if place.glued or token in _NO_SPACE_BEFORE else f" {text}"


def advance(token: str, text: str, place: Place) -> Place:
    """The place after `token` was written as `text`."""
    if token == LINE:
        return replace(place, glued=True)
    if is_marker(token):
        listed = token.startswith(ITEM)
        return replace(
            place,
            capital=True,
            glued=place.empty or (bool(text) and not listed),
            quoted=False,
            items=place.items + listed,
        )
    opens, closes = token == OPEN_QUOTE, token == CLOSE_QUOTE
    ends = opens or token in SENTENCE_ENDS
    return Place(
        capital=ends or (place.capital and (closes or not text)),
        glued=opens if text else place.glued,
        quoted=opens or (place.quoted and not closes),
        items=place.items,
        mentioned=place.mentioned | {token} if token.startswith("{") else place.mentioned,
        empty=place.empty and not text,
    )


def closing_quote(token: str, place: Place) -> str:
    """The quotation mark that is due before `token` ends a sentence; usually ""."""
    return '"' if is_marker(token) and place.quoted else ""


def _marker_text(token: str, place: Place) -> str:
    if token == END or (place.empty and not token.startswith(ITEM)):
        return ""
    if token == LINE:
        return "\n"
    if token.startswith(ITEM):
        breaks = "\n" if place.items else "\n\n"
        return f"{breaks if not place.empty else ''}{place.items + 1}."
    return "\n\n" if token.endswith(" 1>") else ""


def _following(after: str, wording: Wording) -> str:
    """The next token as it will read, except `{topic}`, whose article depends on more."""
    return after if after == "{topic}" or is_marker(after) else wording.render(after)
