"""Finding labels by their words: "banana stem" finds "the stem of the banana"."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL_WORDS: Final = frozenset(
    ("a", "an", "the", "of", "on", "in", "at", "to", "with", "and", "or", "by", "for", "from")
)
_WORD: Final = re.compile(r"\w+")
_PLURALS: Final = {"ies": "y", "ches": "ch", "shes": "sh", "xes": "x", "ses": "s"}


def matching(query: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Positions of those of `labels` that `query` means.

    Those with the same words as `query`, in any order; where there are none, those that hold them
    among others. Case, accents, articles, prepositions and plural endings do not count.

    Example:
        >>> matching("banana stem", ["banana", "the stem of the banana", "stems"])
        (1,)
    """
    if not (wanted := key_words(query)):
        return ()
    named = [key_words(label) for label in labels]
    same = tuple(at for at, words in enumerate(named) if words == wanted)
    return same or tuple(at for at, words in enumerate(named) if words > wanted)


def key_words(text: str) -> frozenset[str]:
    """The words that count: without accents, articles, prepositions and plural endings."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    found = _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    return frozenset(map(_singular, [word for word in found if word not in _SMALL_WORDS] or found))


def _singular(word: str) -> str:
    """`word` without a plural ending, by the regular rules of English."""
    for ending, short in _PLURALS.items():
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + short
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word
