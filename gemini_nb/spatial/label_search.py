"""Finding labels by their words: "banana stem" finds "the stem of the banana"."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_SMALL_WORDS: Final = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "on",
        "in",
        "at",
        "to",
        "with",
        "and",
        "or",
        "by",
        "for",
        "from",
        "its",
    ]
)
_WORD: Final = re.compile(r"\w+")
_ALIKE: Final = 0.8  # share of equal letters from which two words may be one, misspelt


def matching(query: str, labels: Sequence[str]) -> tuple[int, ...]:
    """Positions of those of `labels` that `query` means.

    Labels with the same words as `query`, in any order, come before labels that hold them among
    others; where there are neither, small misspellings are forgiven. Case, accents, articles,
    prepositions and plural endings do not count.

    Example:
        >>> matching("banana stem", ["banana", "the stem of the banana", "stems"])
        (1,)
    """
    wanted = _key_words(query)
    if not wanted:
        return ()
    named = [_key_words(label) for label in labels]
    known = sorted({word for words in named for word in words})
    forgiven = {(get_close_matches(word, known, 1, _ALIKE) or [word])[0] for word in wanted}
    for asked in (wanted, forgiven):
        same = tuple(index for index, words in enumerate(named) if words == asked)
        if found := same or tuple(index for index, words in enumerate(named) if words > asked):
            return found
    return ()


def _key_words(text: str) -> set[str]:
    plain = unicodedata.normalize("NFKD", text.casefold())
    found = _WORD.findall("".join(c for c in plain if not unicodedata.combining(c)))
    kept = [word for word in found if word not in _SMALL_WORDS] or found
    return {_singular(word) for word in kept}


def _singular(word: str) -> str:
    """`word` without a plural ending, by the regular rules of English."""
    for ending, short in (("ies", "y"), ("ches", "ch"), ("shes", "sh"), ("xes", "x"), ("ses", "s")):
        if word.endswith(ending) and len(word) > len(ending) + 1:
            return word.removesuffix(ending) + short
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us")) else word
