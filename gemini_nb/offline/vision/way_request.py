"""What a request says of a way: where it begins and ends, in how many points, how labelled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.phrase_reading import read_phrase
from gemini_nb.offline.vision.phrase_words import NUMBERS
from gemini_nb.offline.words import words

if TYPE_CHECKING:
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase

_USUAL_STEPS: Final = 10
_MOST_STEPS: Final = 200
_NUMBER: Final = rf"(\d{{1,3}}|{'|'.join(NUMBERS)})"
_MOVING: Final = (
    r"(?:mov|drag|push|slid|carry|bring|tak|put|plac|transport|transfer|guid|deliver|lift|roll"
    r"|driv|pull|steer|travel|get|pick|navigat|hand|stack|drop|relocat|shift)(?:e|es|ing|ying|s)?"
)
_INTO: Final = (
    r"(?:all the way )?(?:to|into|in|onto|on|over|towards?|next to|inside|until|near|beside|above"
    r"|on top of)"
)
_END: Final = (
    r"(?=[.;:!?\n]|,|\s(?:while|without|avoid\w*|around|that|with|using|in \d+|as|passing|via"
    r"|through"
    r"|and (?:return|give|label|end|avoid|keep|then)|return|give|by|keeping|so|past|consisting|made"
    r"|going|staying|steering|labell?ed|should|must|needs?|of \w+ points|bypass\w*|clear of)\b|$)"
)
_BETWEEN_ENDS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        (
            rf"\bstart\w*\s+(?:at|on|from|in|with|inside)\s+(.+?)(?:,|\band\b|\bthen\b)+\s*"
            rf"(?:(?:and|must|to|should|it)\s+)*(?:end|finish|stop|arriv|goal|reach)\w*\s+"
            rf"(?:(?:at|on|in|inside|with)\s+)?(.+?){_END}"
        ),
        rf"\bfrom\s+(.+?)\s+(?:{_INTO}|and ending (?:at|on|in))\s+(.+?){_END}",
        rf"\b(?:between|connect(?:s|ing)?|join(?:s|ing)?)\s+(.+?)\s+(?:and|to|with)\s+(.+?){_END}",
        (
            rf"\b{_MOVING}(?:\s+up)?\s+(.+?)\s+(?:and\s+(?:then\s+)?{_MOVING}\s+(?:it|them)\s+)?"
            rf"{_INTO}\s+(.+?){_END}"
        ),
        rf"\b(?:reach|get to|arrive at)\s+(.+?)\s+from\s+(.+?){_END}",
    )
)
_BACKWARDS: Final = 4
"""The position of the pattern that names the end first."""
_NOT_ENDS: Final = frozenset(("point", "points", "waypoints", "label", "labels", "trajectory"))
_VIA: Final = re.compile(
    rf"\b(?:via|passing (?:through|over)|through|by way of)\s+(.+?){_END}", re.IGNORECASE
)
_COVERING: Final = re.compile(
    rf"\b(?:covering|cover|brush\w*|sweep\w*|wip(?:e|ing)|clean(?:ing)?|visit(?:s|ing)?|collect\w*"
    rf"|through|over|across|touch\w*|linking|connecting)\s+(?:up\s+)?(.+?){_END}",
    re.IGNORECASE,
)
_STEPS: Final = re.compile(
    rf"\b{_NUMBER}\s+(?:(?!points?\b)\w+[\s-]+){{0,3}}?(?:points|waypoints|steps|positions"
    rf"|coordinates)\b",
    re.IGNORECASE,
)
_AND_THE_START: Final = re.compile(
    rf"\bpoint (?:on|at|to)\b.{{0,60}}\b(?:then|followed by|and)\s+(?:\w+\s+)?{_NUMBER}\s+"
    rf"(?:more |further |additional |other )?(?:points|waypoints)",
    re.IGNORECASE | re.DOTALL,
)
_LABELS: Final = re.compile(
    r"\b(?:from|start\w*\s+(?:at|with|from)|number\w*\s+(?:them\s+)?(?:from)?|label(?:s"
    r"|l?ed)?\s+(?:(?:as|the|them|points|all|each|with)\s+)*)\s*"
    r"['\"\u2018\u201c<]?(\d{1,3})(?![\d-])['\"\u2019\u201d>]?(?!\s+(?:points|waypoints|steps))"
    r"(?:[^.]{0,40}?\b(?:to|through|up to|until)\s+['\"\u2018\u201c<]?(\d{1,3})?)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WayRequest:
    """A way that is asked for."""

    steps: int
    """How many points."""
    first_label: int
    """Labels count from here."""
    start: ThingPhrase | None = None
    goal: ThingPhrase | None = None
    via: ThingPhrase | None = None
    covering: ThingPhrase | None = None
    """What a way without a goal leads over, as crumbs that are brushed up."""
    action: str = ""
    counted: bool = False
    """Whether the request says how many points or steps there are to be."""


def read_way(text: str) -> WayRequest:
    """What `text` says of a way.

    Example:
        >>> asked = read_way("Plan 8 waypoints to carry the pen to the tray, labelled 1 to 8.")
        >>> asked.steps, asked.first_label, asked.start.text, asked.goal.text
        (8, 1, 'pen', 'tray')
    """
    labels = _LABELS.search(text)
    plain = f"{text[: labels.start()]} {text[labels.end() :]}" if labels else text
    start, goal = _ends(plain)
    via, covering = _VIA.search(plain), _COVERING.search(plain)
    first = int(labels[1]) if labels else 0
    return WayRequest(
        steps=_steps(plain, labels),
        first_label=first,
        start=start,
        goal=goal,
        via=read_phrase(via[1]) if via and goal else None,
        covering=read_phrase(covering[1]) if covering and not goal else None,
        action=_action(plain),
        counted=_STEPS.search(plain) is not None,
    )


def _steps(text: str, labels: re.Match[str] | None) -> int:
    found = _STEPS.search(text)
    if found:
        more = 1 if _AND_THE_START.search(text) else 0
        return min(max(_value(found[1]) + more, 1), _MOST_STEPS)
    if labels and labels[2]:
        return min(max(int(labels[2]) - int(labels[1]) + 1, 1), _MOST_STEPS)
    return _USUAL_STEPS


def _ends(text: str) -> tuple[ThingPhrase | None, ThingPhrase | None]:
    """The phrases for both ends: the first two that can be told, or else the first two."""
    doubtful: tuple[ThingPhrase | None, ThingPhrase | None] = (None, None)
    for index, pattern in enumerate(_BETWEEN_ENDS):
        for found in pattern.finditer(text):
            ends = read_phrase(found[1]), read_phrase(found[2])
            said = {*words(found[1])}
            if said & _NOT_ENDS or found[1].isdecimal() or not all(end.text for end in ends):
                continue
            ordered = ends[::-1] if index == _BACKWARDS else ends
            if all(end.can_be_told for end in ends):
                return ordered[0], ordered[1]
            if doubtful[0] is None:
                doubtful = ordered[0], ordered[1]
    return doubtful


def _action(text: str) -> str:
    found = re.search(rf"\b({_MOVING})\b", text, re.IGNORECASE)
    return found[1].lower() if found else "move"


def _value(number: str) -> int:
    return int(number) if number.isdecimal() else NUMBERS[number.lower()]
