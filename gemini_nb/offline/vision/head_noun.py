"""The noun that a phrase turns on, and how what it names usually looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.everyday_things import kind_of, looks_of
from gemini_nb.offline.vision.phrase_words import (
    COLOUR_GROUPS,
    DARK,
    FIGURES,
    FILLERS,
    LIGHT,
    NUMBERS,
    ORDERS,
    ORDINALS,
    SLIM,
)
from gemini_nb.offline.vision.picture_words import COLOURS, RANKS, SIDES
from gemini_nb.offline.words import stem

if TYPE_CHECKING:
    from gemini_nb.offline.vision.everyday_things import Looks

_AFTER: Final = """
    that which who whose where for to from with in on at by of near next beside used lying
    standing sitting closest nearest
"""
_AFTER_HEAD: Final = frozenset(_AFTER.split())


def looks_of_head(found: list[str]) -> tuple[tuple[Looks, ...], tuple[str, ...]]:
    """How what a noun names usually looks, and the stems of that noun."""
    roots = tuple(stem(word) for word in to_head(found))
    named = looks_of(roots)
    if kinds := kind_of(roots):
        return kinds, ()
    return ((named[0],), named[1]) if named and named[1][0] not in FIGURES else ((), ())


def to_head(found: list[str]) -> list[str]:
    """The words of a noun phrase up to its head, without what only chooses or comes after it.

    Example:
        >>> to_head(["yellow", "lemon", "squeezer", "that", "is", "left"])
        ['yellow', 'lemon', 'squeezer']
    """
    after = (index for index, word in enumerate(found) if index and word in _AFTER_HEAD)
    noun = found[: next(after, len(found))]
    while noun and is_known(noun[-1], stem(noun[-1])):
        if looks_of((stem(noun[-1]),)) and not _says_which(noun[-1]):
            break
        noun = noun[:-1]
    return noun


def _says_which(word: str) -> bool:
    return word in SIDES or word in RANKS or word in ORDERS or word in ORDINALS


def is_known(word: str, root: str) -> bool:
    """Whether `word`, whose stem is `root`, says something that can be seen, or chooses nothing."""
    tables = (COLOURS, COLOUR_GROUPS, SIDES, RANKS, ORDERS, ORDINALS, NUMBERS)
    if any(word in table for table in tables) or word in LIGHT | DARK | SLIM | {"empty"}:
        return True
    return root in FIGURES or root in FILLERS or word in FILLERS or word.isdecimal()
