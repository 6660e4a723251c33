"""Words of a text, as the offline models compare them."""

from __future__ import annotations

import re
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_SHORTEST_PLURAL = 4
_STOP_WORDS = """
    a about above after again all also am an and any are as at be because been before being
    between both but by can can't could did do does doing don't down during each few for from
    further had has have having he her here hers him his how i i'm if in into is isn't it it's its
    itself just let let's me more most my no nor not now of off on once only or other our out over
    own please same she should so some such than that that's the their them then there these they
    this those through to too under until up us very was we were what what's when where which while
    who whom why will with would you your yours
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words so common that they say nothing about a subject."""


def words(text: str) -> list[str]:
    """The words of `text`, lower case, in order; punctuation and underscores separate words.

    Example:
        >>> words("What's in the_box, Ana?")
        ["what's", 'in', 'the', 'box', 'ana']
    """
    return [match.replace("\u2019", "'") for match in _WORD.findall(text.lower())]


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """`word` without its common English endings, which need not be a word itself.

    Example:
        >>> stem("stories"), stem("movies"), stem("movie"), stem("walking"), stem("glass")
        ('story', 'movy', 'movy', 'walk', 'glass')
    """
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1] if len(word) >= _SHORTEST_PLURAL else word
    if len(word) >= _SHORTEST_PLURAL and word.endswith("ie"):
        return word[:-2] + "y"
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word
