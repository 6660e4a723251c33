"""Coordinates in the midst of prose: which brackets are places, and what words name them."""

from __future__ import annotations

import re
from typing import Any, Final

from gemini_nb.spatial.reading.coordinates import NUMERIC
from gemini_nb.spatial.reading.json_values import is_list

_LONGEST_LINE: Final = 120  # characters; a name stands near its place
_NEAR: Final = 30
_LARGEST: Final = 1000
_CITED: Final = 50  # footnotes seldom go beyond this, and objects seldom stay below it
_CUE: Final = re.compile(
    r"(?:\b(?:at|point|points|position|coordinates?|location|centre|center|near|from|to)|[:=*`])"
    r"[\s:(*`]*\Z",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"(?:[\w\])\"'.=]|[=+/<>-]\s*|\w\()\Z")
_MARKED: Final = re.compile(
    r"\*\*([^*]{1,80})\*\*|\[([^\[\]]{1,80})\]\([^()]{0,80}\)|`([^`]{1,80})`"
    r"|\"([^\"]{1,80})\"|\u201c([^\u201d]{1,80})\u201d"
)
_CUES: Final = frozenset(
    [
        "is",
        "are",
        "lies",
        "sits",
        "stands",
        "located",
        "found",
        "placed",
        "positioned",
        "around",
        "about",
        "at",
        "in",
        "on",
        "the",
        "a",
        "an",
        "point",
        "points",
        "position",
        "positions",
        "coordinate",
        "coordinates",
        "location",
        "centre",
        "center",
        "with",
        "of",
        "its",
        "box",
        "bounding",
        "near",
    ]
)
"""Words between a name and its place."""
_BREAKS: Final = frozenset(
    [
        "and",
        "or",
        "then",
        "but",
        "while",
        "with",
        "to",
        "from",
        "see",
        "is",
        "are",
        "was",
        "here",
        "there",
        "found",
        "find",
        "have",
        "has",
        "take",
        "grab",
        "pick",
        "move",
        "look",
        "notice",
    ]
)
"""Words before which a name does not reach."""
_ARTICLES: Final = frozenset(["the", "a", "an", "this", "that", "its", "one", "your", "my"])
_NUMERALS: Final = "0123456789.,- "
_SIGNS: Final = " \t.,;:!?()[]{}*_`#>=-\N{EN DASH}\N{EM DASH}\N{BULLET}\"'"
_NUMBERED: Final = re.compile(r"\d+[.)]")
_MOST_WORDS: Final = 6


def is_place(text: str, start: int, end: int, numbers: list[Any]) -> bool:
    """Whether the bracket from `start` to `end` is a place in prose, and no citation or code.

    Counted as places are numbers from 0 to 1000: four of them, or two of which one is 50 or more,
    or which a word such as "at" or a colon goes before. `[1, 2]` on its own is a citation; what
    follows a name, a parenthesis or an operator without a space is code; what is followed by a
    parenthesis is a link.

    Example:
        >>> said = "The mug [412, 305] was described before [1, 2]."
        >>> is_place(said, 8, 18, [412, 305]), is_place(said, 40, 46, [1, 2])
        (True, False)
    """
    flat: list[Any] = [n for value in numbers for n in (value if is_list(value) else [value])]
    before = text[max(line_start(text, start), start - _NEAR) : start]
    if _CODE.search(before[-3:]) or text[end : end + 1] in {"(", "[", ":"} or not _plausible(flat):
        return False
    cited = len(flat) == len("yx") and {*map(type, flat)} == {int} and max(flat) < _CITED
    return not cited or _CUE.search(before) is not None


def label_before(text: str, start: int) -> str:
    """What the words before `start`, on its line, call the thing: marked words, else the last.

    Example:
        >>> label_before("Take the **red mug** at [1, 2]", 24)
        'red mug'
        >>> label_before("Move to the handle of the mug, located at [1, 2]", 42)
        'handle of the mug'
    """
    before = text[line_start(text, start) : start]
    if not (said := before.rstrip()).endswith((")", "]")):
        before = before.rpartition("]")[2]
    elif not said.rstrip("]").rpartition("[")[2].strip(_NUMERALS):
        return ""  # another place
    marked = list(_MARKED.finditer(before))
    if marked:
        return next(group for group in marked[-1].groups() if group).strip(" :")
    return _last_name(before.split())


def _last_name(words: list[str]) -> str:
    """The last few of `words` that may be a name: up to a break, without articles and signs."""
    while words and words[-1].strip(_SIGNS).casefold() in _CUES | {""}:
        words.pop()
    name: list[str] = []
    for word in reversed(words[-_MOST_WORDS:]):
        bare = word.strip(_SIGNS)
        ended = bool(name) and word[-1] in ".,;:!?)]"
        if ended or not bare or bare.casefold() in _BREAKS or _NUMBERED.fullmatch(word):
            break
        name.insert(0, bare)
    while name and name[0].casefold() in _ARTICLES | _CUES:
        name.pop(0)
    return " ".join(name)


def line_start(text: str, at: int) -> int:
    """Where the line begins on which `at` stands, or what counts of it if it is long."""
    since = max(at - _LONGEST_LINE, 0)
    return text.rfind("\n", since, at) + 1 or since


def _plausible(numbers: list[Any]) -> bool:
    plain = NUMERIC.issuperset(map(type, numbers))
    return bool(numbers) and plain and 0 <= min(numbers) <= max(numbers) <= _LARGEST
