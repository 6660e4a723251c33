"""Regular expressions that find what a request is about; English, and no more than a sketch."""

from __future__ import annotations

import re
from typing import Final

from gemini_nb.offline.language.noun_phrase import NUMERALS
from gemini_nb.offline.words import words


def _any(text: str) -> str:
    """An alternation of the words of `text`."""
    return "|".join(words(text))


FORMATS: Final = _any(
    """story stories tale fable poem haiku verse song limerick sonnet ballad list idea ideas tip
    tips name names recipe recipes letter email essay article description paragraph fact facts
    reason reasons uses suggestion suggestions recommendation recommendations joke slogan tagline
    motto caption title headline plan summary explanation definition example examples steps
    instructions guide invitation card review line sentence chapter scene report outline dialogue
    conversation script"""
)
_REQUESTS: Final = _any(
    """explain describe define introduce discuss review compare imagine summarise summarize
    translate recommend suggest find show list name draw sketch plan invent design"""
)
_COUNTS: Final = rf"a few|\d+|{'|'.join(NUMERALS)}"
_PRAISE: Final = _any("some few best good great popular top different possible new")
_AUXILIARIES: Final = "do|does|did|can|could|are|is|was|were|should|will"
_AT_LENGTH: Final = r"(?: in (?:[\w-]+ ){1,3}?(?:sentences?|words?|lines?|paragraphs?|terms))?"
_TO_ME: Final = rf"(?: to)?(?: me| us)?(?: briefly| simply)?{_AT_LENGTH},?"
_IDEA_OF: Final = "(?: the (?:concept|idea|meaning|process) of)?"
_POSSESSING: Final = _any("have like love want need saw found bought got own keep made")

# What leads to the noun phrase that is the subject, the most telling first.
_LEADS: Final = (
    r"about|regarding|concerning|featuring|starring|on the (?:topic|subject) of",
    rf"(?:{FORMATS})\s+(?:of|for|on|with|between)",
    r"(?:letter|email|message|invitation|card|note) to",
    r"(?:reasons|ways|tips|ideas|things|advice|best way|how) to \w+",
)
# As above, but a verb closes the phrase: "why do (cats) purr".
_VERBAL_LEADS: Final = (
    rf"(?:explain|describe|tell){_TO_ME} (?:how|why)",
    rf"(?:how|why|when|where) (?:{_AUXILIARIES})",
    r"(?:what|which) (?:do|does|did)",
)
_LATER_LEADS: Final = (
    r"(?:what|who|which)(?: (?:is|are|was|were)|'s)|how \w+ (?:is|are|was|were)",
    r"how (?:many|much)|what|which",
    r"who \w+",
    rf"(?:{_REQUESTS}){_TO_ME}{_IDEA_OF}(?:(?: the)? (?:{_COUNTS}|{_PRAISE}))*",
    rf"(?:i|we)(?:'ve)? (?:{_POSSESSING})",
)


def _lead(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\s+", re.IGNORECASE)


SUBJECTS: Final = (
    *((_lead(pattern), False) for pattern in _LEADS),
    *((_lead(pattern), True) for pattern in _VERBAL_LEADS),
    *((_lead(pattern), False) for pattern in _LATER_LEADS),
)
"""Patterns that end where a noun phrase begins, and whether a verb closes that phrase."""

TASK: Final = re.compile(
    r"\b(?:how (?:to|do (?:i|you|we)|can (?:i|we)|should i|would i)|(?:steps|instructions|guide|"
    r"tutorial|teach me|show me|help me|plan|recipe) (?:how )?to)\s+([^.?!,;:\n]{2,80})",
    re.IGNORECASE,
)
RECIPE: Final = re.compile(r"\brecipe (?:for|of)\s+", re.IGNORECASE)
LEADING_WORDS: Final = re.compile(
    rf"^(?:(?:{FORMATS}|[a-z]+er|go on|"
    + _any(
        """please can could would will you write tell give make create generate compose continue
        again more me us some very short brief long quick little simple now and hello hi hey
        thanks do does is are like think want know have ok okay yes no the a an one"""
    )
    + r")\b[\s,.!?]*)+",
    re.IGNORECASE,
)
TRAILING_FORMAT: Final = re.compile(rf"\s+(?:{FORMATS})$", re.IGNORECASE)

_PREPOSITION: Final = "(?:in|on|at|near|under|inside|aboard|beneath|above|by)"
_PLACE_NOUN: Final = _any(
    """village town city forest wood woods jungle island planet moon world ship boat castle palace
    house kitchen school classroom library museum desert mountain mountains hill hills valley sea
    ocean river lake beach coast harbour harbor lighthouse station spaceship farm garden park
    market country kingdom street cave swamp bakery cafe hotel office lab laboratory future past
    century universe galaxy space attic tower train bridge arctic countryside"""
)
_HAPPENS: Final = (
    "(?:set|takes? place|taking place|happens?|live|lives|lived|living|located|based)"
    "(?: (?:it|this|that|them|her|him|the (?:story|scene|poem|tale)))?(?: only| all)?"
)
PLACES: Final = (
    re.compile(rf"\b{_HAPPENS} (?={_PREPOSITION} )", re.IGNORECASE),
    re.compile(
        rf"\b(?={_PREPOSITION} (?:an? |the |my |your )?(?:[\w'-]+ ){{0,2}}?(?:{_PLACE_NOUN})\b)",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?=(?:in|on|at|near) (?:\d{3,4}s )?[A-Z]\w)"),
)
"""Patterns that end where the preposition of a place stands."""
NOT_A_PLACE: Final = re.compile(
    r"\w+ (?:the (?:style|voice|form)|other words|"
    + _any(
        """english french spanish german italian japanese chinese json python markdown html sql
        general total detail short fact monday tuesday wednesday thursday friday saturday sunday
        january february march april may june july august september october november december"""
    )
    + r")\b",
    re.IGNORECASE,
)
PLACE_END: Final = re.compile(
    r"[^\w\s'\u2019-]|\n|\s(?:"
    + _any(
        """who that which where and but with please instead is are was were for about to today
        tonight tomorrow now like using"""
    )
    + r")\b",
    re.IGNORECASE,
)

NAMED: Final = re.compile(r"\b(?:named|called|by the name of) ([A-Z][\w'-]*[a-z])")
_MEN: Final = _any("he his him boy man king prince father brother uncle grandfather son wizard")
MASCULINE: Final = re.compile(rf"\b(?:{_MEN})\b", re.IGNORECASE)
PERSONA: Final = re.compile(
    r"\b(?:you are|you're|act as|act like|pretend (?:to be|you are|that you are|you're)|"
    r"play the role of|imagine you are|"
    r"(?:speak|talk|answer|respond|sound|write|reply)s? (?:like|as))"
    r" (?:[A-Z][\w'-]+, )?(?=(?:an?|the|my) )",
    re.IGNORECASE,
)
PERSONA_NAME: Final = re.compile(
    r"\b(?:[Yy]our name is|[Yy]ou are|[Yy]ou're|[Cc]all yourself) ([A-Z][\w'-]+)"
)
PLAIN_ROLES: Final = {"assistant", "model", "ai", "chatbot", "bot", "system", "tool", "agent"}
"""What every model is: such a role is no persona."""
