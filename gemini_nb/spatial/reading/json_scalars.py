"""Numbers and words in JSON as models write it, with units, without quotes, with comments."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gemini_nb.spatial.reading.plain_json import literal

_SPACE: Final = re.compile(r"[^\S\n]*+")
_PHRASE: Final = re.compile(r"[^,{}()\[\]\"\n`#]++")
_ENDS: Final = {"[": frozenset(",]"), "{": frozenset(",}]\n#/")}


class Scalar(NamedTuple):
    """A number, a truth value, nothing, or words without quotes."""

    value: float | bool | str | None
    end: int
    """Where in the text it ends."""
    bare: bool
    """Whether it is words that should have stood in quotes."""


def scalar_at(text: str, at: int, inside: str) -> Scalar | None:
    """What stands at `at` in an object, `inside` "{", or an array, "["; None if that is prose.

    Words count as a value where a comma or the end of the line or of the bracket follows.

    Example:
        >>> scalar_at("[412 , 305px]", 1, "[")
        Scalar(value=412, end=4, bare=False)
        >>> scalar_at("[412, 305 px]", 6, "[")
        Scalar(value='305 px', end=12, bare=True)
        >>> scalar_at("[412, and so on", 6, "[")
    """
    phrase = _PHRASE.match(text, at)
    said = phrase.group().split("//")[0].rstrip() if phrase else ""
    word, _, rest = said.partition(" ")
    value = literal(word)
    # Two numbers side by side lack a comma; a number before a word is a quantity.
    if value is not None and (not rest or literal(rest.split()[0]) is not None):
        return Scalar(value[0], at + len(word), bare=False)
    end = at + len(said)
    space = _SPACE.match(text, end)
    after = space.end() if space else end
    if not said or text[after : after + 1] not in _ENDS[inside]:
        return None
    return Scalar(said, end, bare=True)
