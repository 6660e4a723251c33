"""Where a request states a number, a place, a name or a time: regular expressions by role."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from gemini_nb.offline.language.noun_phrase import NUMERALS
from gemini_nb.offline.words import stem, words

NUMBER: Final = re.compile(
    rf"(?<![\w.,])-?\d+(?:,\d{{3}})*(?:\.\d+)?(?!\w*\d)|\b(?:{'|'.join(NUMERALS)})\b",
    re.IGNORECASE,
)
_MONEY: Final = r"dollars?|euros?|pounds?|usd|eur|\$|\u20ac|\u00a3"
_SHARE: Final = r"percent|%"
_LENGTH: Final = r"km|kilomet(?:er|re)s?|miles?|m|met(?:er|re)s?"
_GUESTS: Final = r"people|persons?|guests?"
UNITS: Final = {
    "temperature": r"degrees?|\u00b0|celsius|fahrenheit|kelvin",
    "bright": _SHARE,
    "brightness": _SHARE,
    "percent": _SHARE,
    "percentage": _SHARE,
    "volume": _SHARE,
    "price": _MONEY,
    "cost": _MONEY,
    "budget": _MONEY,
    "amount": _MONEY,
    "duration": r"minutes?|hours?|seconds?|min|h|s",
    "minute": r"minutes?|min",
    "hour": r"hours?|h",
    "second": r"seconds?|s",
    "age": r"years?[- ]old|years? of age|yo",
    "distance": _LENGTH,
    "weight": r"kg|kilos?|grams?|g|pounds?|lbs?",
    "height": r"cm|m|met(?:er|re)s?|feet|ft",
    "day": r"days?",
    "guest": _GUESTS,
    "people": _GUESTS,
    "rating": r"stars?|out of",
}
"""Words beside a number that say what it measures, by the root of a field's name."""

YES: Final = re.compile(
    r"\b(?:on|yes|true|enabled?|activate|with|start|open|please do)\b", re.IGNORECASE
)
NO: Final = re.compile(
    r"\b(?:off|no|not|false|disabled?|deactivate|without|stop|close|never|don't)\b", re.IGNORECASE
)
SWITCHES: Final = {*("power", "on", "enabled", "enable", "state", "status", "active", "switch")}
"""Names of fields that any "on" or "off" is about."""
NOTATION: Final = re.compile(r"[{\[].*[}\]]", re.DOTALL)
"""Braces and brackets: what stands there describes an answer."""

_NAME: Final = r"[A-Z\u00c0-\u00de][\w'\u2019.-]*(?<!\.)"
_NAMES: Final = rf"{_NAME}(?: (?:(?:of|de|del|da|van|von|the|la|le) )?{_NAME})*"
_REGION: Final = r"(?:, (?:[A-Z]{2}\b|[A-Z][a-z]+(?=[.?!]|$)))?"
_LOWER_NAME: Final = r"[a-z]\w+"


def _after(lead: str, found: str, *, any_case: bool = False) -> re.Pattern[str]:
    """`found` after one of the words of `lead`; its group is what is taken."""
    case = "(?i:" if any_case else "(?:"
    return re.compile(rf"\b{case}{lead}) (?:the )?({found})")


QUOTED: Final = re.compile(
    r"[\"\u201c\u2018]([^\"\u201c\u201d\u2019\n]{1,200})[\"\u201d\u2019]"
    r"|(?<!\w)'([^'\n]{1,200})'(?!\w)"
)
CALLED: Final = _after(
    "named|called|titled|name is|i am|i'm|I'm|by|with|for|to|from|[Mm]rs?\\.?|[Mm]s\\.?|[Dd]r\\.?",
    _NAMES,
)
_ACTING: Final = re.compile(
    rf"(?<!\bin )(?<!\bat )(?<!\bfrom )(?<!\bnear )\b({_NAMES})"
    r"(?=,? (?:is|was|has|lives|works|ordered|bought|wants)\b|'s )"
)
_ANYWHERE: Final = re.compile(rf"(?<=[a-z,:;] )({_NAMES})")
_PLACE: Final = _after("in|at|to|from|near|for|of|around|into|over", f"{_NAMES}{_REGION}")
FROM: Final = _after("from", f"{_NAMES}{_REGION}|{_LOWER_NAME}")
TO: Final = _after("to|for", f"{_NAMES}{_REGION}|{_LOWER_NAME}")
ANY_PLACE: Final = _after("in|at|near|to|from", r"[a-z][\w' -]*", any_case=True)
KNOWN_PLACE: Final = re.compile(r"\b(?i:in|at) (?:the|my|our) ([a-z][\w' -]*)")
ANY_TEXT: Final = _after(
    "search(?:ing)? for|look(?:ing)? up|look for|find|saying|that says|says|remind me to|about|"
    "note that|message|play|buy|order|add|called|titled|for",
    ".+",
    any_case=True,
)
_JOB: Final = _after("(?:works? as|is|was|as) an?", r"[a-z]+(?: (?!in\b|at\b|for\b|and\b)[a-z]+)?")
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_LINK: Final = re.compile(r"https?://[^\s\"'<>]+")
_MONTH: Final = (
    "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
)
_WEEKDAY: Final = "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_DAY: Final = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE: Final = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|{_MONTH} {_DAY}(?:,? \d{{4}})?|"
    rf"{_DAY} (?:of )?{_MONTH}(?:,? \d{{4}})?|"
    rf"\d{{1,2}}/\d{{1,2}}/\d{{2,4}}|(?:next |this )?{_WEEKDAY}|today|tomorrow|tonight|yesterday|"
    r"next (?:week|month|year))\b",
    re.IGNORECASE,
)
_CLOCK: Final = re.compile(
    r"\b(?:\d{1,2}:\d\d(?: ?[ap]\.?m\b\.?)?|\d{1,2} ?[ap]\.?m\b\.?|noon|midnight)", re.IGNORECASE
)
_PART: Final = r"[\w'-]+(?: (?!(?:and|for|on|at|in|to|from|by|with|about)\b)[\w'-]+){0,2}"
LISTED: Final = re.compile(
    r"(?:\b(?i:with|of|for|add|buy|order|invite|include|including|are|between|and|list)\b|:)\s+"
    rf"((?:{_PART}, (?:and )?)*{_PART}(?:, and|,? and|,) {_PART})"
)


@dataclass(frozen=True, slots=True)
class Role:
    """The part that a field plays in a request, and where its value stands there."""

    names: frozenset[str]
    """Roots of the words that fields of this role are called by."""
    close: tuple[re.Pattern[str], ...]
    """Where such a value usually stands, the best place first."""
    further: tuple[re.Pattern[str], ...] = ()
    """Where it may stand if it was not there."""
    desperate: tuple[re.Pattern[str], ...] = ()
    """Where it is looked for when it must be found."""
    subject_will_do: bool = False
    """Whether the subject of the request is better than nothing."""


def _called(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text))


PERSON: Final = Role(
    _called(
        """person author artist customer user contact recipient attendee employee patient student
        player director friend guest sender participant owner character hero passenger"""
    ),
    close=(CALLED, _ACTING),
    further=(_ANYWHERE,),
    subject_will_do=True,
)
TITLE: Final = Role(
    _called("title movie film book song show album game restaurant company brand"),
    close=(QUOTED,),
    further=(_ANYWHERE,),
    desperate=(CALLED,),
    subject_will_do=True,
)
OTHER: Final = Role(frozenset(), close=(QUOTED,), subject_will_do=True)
"""The role of a field whose name says nothing."""
PLACE: Final = Role(
    _called(
        """location city place destination country town address origin venue region where state
        departure arrival airport area room zone neighbourhood neighborhood"""
    ),
    close=(_PLACE,),
    further=(KNOWN_PLACE,),
    desperate=(ANY_PLACE, _ANYWHERE),
    subject_will_do=True,
)
ROLES: Final = (
    PLACE,
    PERSON,
    TITLE,
    Role(
        _called("date day when deadline birthday start end due"),
        close=(_DATE,),
        desperate=(_CLOCK,),
    ),
    Role(_called("time hour clock"), close=(_CLOCK,)),
    Role(_called("job occupation profession role position"), close=(_JOB,)),
    Role(_called("email mail"), close=(_EMAIL,)),
    Role(_called("url uri link website"), close=(_LINK,)),
    Role(
        _called(
            """query text message topic subject content question search keyword phrase description
            note task item product expression body prompt theme term dish food ingredient reason
            input genre"""
        ),
        close=(QUOTED,),
        desperate=(ANY_TEXT,),
        subject_will_do=True,
    ),
)
NAME_PARTS: Final = {"name", "first", "last", "full", "middle", "given", "family"}
ORIGINS: Final = {"origin", "from", "departure", "source", "start"}
GOALS: Final = {"destination", "to", "arrival", "target", "end"}
