"""The things that a question names when it asks how something is done."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.phrase_reading import read_phrase
from gemini_nb.offline.vision.phrase_words import FILLERS
from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase

_HOW: Final = re.compile(
    r"\b(?:how (?:do|can|could|would|should|might|to)|(?:steps|instructions) (?:to|for|on))\b\s+"
    r"(?:(?:i|you|we|one|someone|somebody|(?:a|the) \w+)\s+(?=\w+\s))?(?P<task>.+)",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(
    r"[,;:.?!]|\b(?:the|an?|my|your|our|its|all|each|every|some|these|those|this|that|both|any"
    r"|and|or|then|with|into|in|inside|onto|on|to|from|using|for|of|by|under|so|without|next"
    r"|beside|around|over|up|away|out|off|it|them|after|before|first|put|place)\b",
    re.IGNORECASE,
)
"""What stands between two things, as articles and prepositions do."""
_TAKES_ALL: Final = re.compile(
    r"^(?:pack|fill|load|tidy|clean|clear|organi[sz]e|arrange|sort|set|empty)\b"
    r"(?!.*\b(?:with|into|in|from|using)\b)",
    re.IGNORECASE,
)
"""Work whose other things are not named: what is packed into a box that is."""


def things_of_task(sentence: str) -> list[ThingPhrase]:
    """The things that `sentence` names where it asks how something is done; else none.

    Where the work takes more than is named, everything else is meant as well.

    Example:
        >>> [each.text for each in things_of_task("How do I fill a red bag with the two lemons?")]
        ['red bag', 'two lemons']
        >>> [each.text for each in things_of_task("Explain how to tidy the blue tray.")]
        ['blue tray', 'things']
        >>> things_of_task("Point to the bag.")
        []
    """
    asked = _HOW.search(sentence)
    if asked is None:
        return []
    task = asked["task"]
    chunks = [" ".join(chunk.split()) for chunk in _BETWEEN.split(task.partition(" ")[2])]
    named = [read_phrase(chunk) for chunk in dict.fromkeys(chunks) if _names(chunk)]
    return [*named, read_phrase("things")] if named and _TAKES_ALL.match(task) else named


def _names(chunk: str) -> bool:
    return any(stem(word) not in FILLERS for word in words(chunk))
