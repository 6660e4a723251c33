"""A key and its value in one look, as most members are written, whatever their quotes."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gemini_nb.spatial.reading.json_strings import QUOTES, VALUE_END
from gemini_nb.spatial.reading.json_values import NOTHING, Nothing

_CLOSINGS: Final = {
    opening: closing
    for opening, closing in QUOTES.items()
    if len(closing) == len(opening) == 1 and opening != "\\"
}
_INTEGER: Final = r"(-?\d{1,15}+)(?=[^\S\n]*+[,{}()\[\]\"\n`\#])"


class Member(NamedTuple):
    """A key, and its value where that is an integer or a string with nothing to mend in it."""

    key: str
    value: int | str | Nothing
    """NOTHING where it is anything else: that begins at `end`."""
    end: int


def member_at(text: str, at: int) -> Member | None:
    """The member at `at`; None where its key is anything but text in quotes before a colon.

    Example:
        >>> member_at('{"y": 412, "x": 305}', 1)
        Member(key='y', value=412, end=9)
        >>> member_at("{'point': [412, 305]}", 1).end
        10
        >>> member_at("{y: 412}", 1)
    """
    rule = _MEMBERS.get(text[at])
    found = rule.match(text, at) if rule else None
    if found is None:
        return None
    key, integer, said = found.groups()
    value = int(integer) if integer else NOTHING if said is None else said
    return Member(key, value, found.end())


def _member(opening: str, closing: str) -> re.Pattern[str]:
    string = rf"{opening}([^{closing}\\\x00-\x1f]*+){closing}"
    return re.compile(
        rf"{string}\s*+:(?!>|\s*+:)\s*+(?:{_INTEGER}|{string}(?={VALUE_END}))?+", re.VERBOSE
    )


_MEMBERS: Final = {opening: _member(opening, closing) for opening, closing in _CLOSINGS.items()}
