"""Words of a text, as the offline models compare them."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")

STOP_WORDS = frozenset(
    """a about above after again all also am an and any are as at be because been before being
    between both but by can could did do does doing down during each few for from further had has
    have having he her here hers him his how i if in into is it its itself just let me more most my
    no nor not now of off on once only or other our out over own please same she should so some
    such than that the their them then there these they this those through to too under until up
    us very was we were what when where which while who whom why will with would you your yours
    don't i'm it's what's that's let's can't isn't""".split()
)


def words(text: str) -> list[str]:
    """The words of `text`, lower case, in order; punctuation and underscores separate words.

    Example:
        >>> words("What's in the_box, Ana?")
        ["what's", 'in', 'the', 'box', 'ana']
    """
    return [match.replace("\u2019", "'") for match in _WORD.findall(text.lower())]


def content_words(text: str) -> list[str]:
    """The words of `text` that carry its subject: `words` without `STOP_WORDS`.

    Example:
        >>> content_words("Write a story about a magic backpack.")
        ['write', 'story', 'magic', 'backpack']
    """
    return [word for word in words(text) if word not in STOP_WORDS]


def stem(word: str) -> str:
    """`word` without its common English endings, so that "stories" meets "story".

    Three rules are enough to compare words; the result need not be a word itself.

    Example:
        >>> stem("stories"), stem("backpacks"), stem("walking"), stem("walked"), stem("glass")
        ('story', 'backpack', 'walk', 'walk', 'glass')
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    for ending in ("ing", "ed"):
        if len(word) > len(ending) + 3 and word.endswith(ending):
            return word.removesuffix(ending)
    return word
