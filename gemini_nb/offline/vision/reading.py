"""What a request about pictures asks for: its text, read once, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from gemini_nb.offline.vision.phrases import NUMBERS, ORDINALS, WORDS, Thing, thing, things

Task: TypeAlias = Literal["places", "way", "tour", "ask", "beyond"]
Geometry: TypeAlias = Literal["point", "box", "mask", "polygon", "grasp"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request about a picture or a film."""

    task: Task
    """places: where things are; way: from start to goal; tour: a path over all the things; ask: a
    question in prose; beyond: what pixels can't tell."""
    geometry: Geometry = "point"
    """What the words ask for; an answer form of the request goes before it."""
    things: tuple[Thing, ...] = ()
    """In order of mention; for a tour those to be visited; none for everything."""
    start: Thing | None = None
    """Of a way."""
    goal: Thing | None = None
    avoid: tuple[Thing, ...] = ()
    """What a way keeps clear of besides what lies between."""
    steps: int | None = None
    """How many points the way shall have, if said."""
    most: int | None = None
    """At most so many places, if said."""
    name: str = ""
    """The label that every place shall bear ("Label them washer"), if said."""
    unique: bool = False
    """Whether no two labels may be alike ("give each a unique name")."""
    picture: int | None = None
    """Which of several pictures, from 1, if said."""


def _any(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?i)\b(?:{words})\b")


def _longest_first(phrases: str) -> str:
    return "|".join(sorted(phrases.split(", "), key=len, reverse=True))


_SAID: Final = {key: _longest_first(said) for key, said in WORDS["requests"].items()}
_GEOMETRIES: Final[dict[Geometry, re.Pattern[str]]] = {
    kind: _any(_longest_first(words)) for kind, words in WORDS["geometries"].items()
}
_FIND: Final = re.compile(
    rf"(?i)(?:(?:^box|\b(?:{_SAID['find']}|(?:{_SAID['holders']}) (?:of|for|around)))[ :]+"
    "(?:and )?)+"
)
_LIST: Final = re.compile(r"[^:,.]{0,60}\b(?:these|following|objects|things|items)\b[^:,.]{0,30}:")
_TALK: Final = re.compile(rf"(?i)\W*(?:{_SAID['talk']})\b")
_END: Final = re.compile(
    r"(?i)[.?!](?: |$)|[\[{(]|:\s*$|\bso that\b|\b(?:if|where) (?:any|there|visible|it)\b|"
    r"[,:] one \w|, (?:largest|smallest|sorted|from|starting)\b|"
    r",? ?\b(?:as|in|using) (?:an? )?(?:json|list|form|format|array|labels?|polygons?|points?)\b|"
    r",? (?:and )?\b(?:labell?ed|label|answer|give|return|explain|name|tell|say)\b|"
    r"\b(?:in (?:every|each) (?:frame|image|picture)|for me|please)\b",
)
_BETWEEN: Final = re.compile(rf"(?i)[,.:?!]|\b(?:{_SAID['between']})\b")
"""What stands between the things of a question."""
_MENTIONED: Final = re.compile(r"(?i)(?:it|them)\b|.{0,80}\byou (?:mention|name|use|talk)\b")
_WHICH: Final = re.compile(r"(?i)\b(?:which|what) ([^?.]{1,200})\?")
_JUDGED: Final = _any("(?:that|which|what) (?:i|we|you|should|needs?|can|could|would)|to make")
_NUMBER: Final = r"(\d{1,4}|[a-z]{3,9})"
_MOST: Final = _any(
    rf"(?:{_SAID['limits']}) {_NUMBER} (?:\w+ )?"
    "(?:points?|things?|items?|objects?|box|boxes|entry|entries|masks?|places?)"
)
_AT_MOST: Final = _any(rf"(?:{_SAID['limits']}) (?={_NUMBER})")
_NAME: Final = re.compile(
    r"(?i)\blabel (?:them|each|it|all) (?:as )?(?!with|by|in)[\"']?([^.,;\"'\n]{1,40})"
)
_UNIQUE: Final = _any("unique|uniquely|different (?:names|labels)")
_PICTURE: Final = _any(
    rf"(?:(?:in|on|from|of) )?(?:the )?(?:({'|'.join(ORDINALS)}) (?:image|picture|photo)|"
    r"(?:image|picture|photo) (?:number |no\. |#)?(\d))"
)
_WAY: Final = _any(rf"{_SAID['ways']}|\d+ points")
_MOVES: Final = [_any(_longest_first(words)) for words in WORDS["moves"]]
_TO: Final = [_any(_longest_first(words)) for words in WORDS["towards"]]
_OVER: Final = _any(r"(?:over|through|visit\w*|cover\w*|connect\w*|touch\w*) (?=every|all|each)")
_AVOID: Final = _any(_SAID["avoid"])
_STOP: Final = re.compile(
    r"(?i)[,:;.!?(\[{]| (?:along|avoid\w*|around|while|without|using|give|via|as|keep|with)\b|"
    r" in \w+ (?:steps|points)\b",
)
_STEPS: Final = _any(rf"(then |another )?{_NUMBER} (?:evenly spaced )?(?:points|steps|waypoints)")
_ABOUT: Final = _any(_SAID["about"])
_QUESTION: Final = _any(_SAID["question"])


def read(text: str, roles: frozenset[str] = frozenset(), system: str = "") -> Request | None:
    """What `text`, without its answer form, asks about a picture; None if it isn't about one.

    Args:
        text: the request.
        roles: those of its answer form, which show that it is about places.
        system: the system instruction, which may set limits and labels, too.

    Example:
        >>> request = read("Point to the red cube and a pear. Only return one point.")
        >>> request.task, [each.label for each in request.things], request.most
        ('places', ['red cube', 'pear'], 1)
        >>> read("Box of the teal mug.").geometry, read("Write a story.")
        ('box', None)
    """
    text = re.sub(r"\n ?(?:[-*\u2022]|\d{1,2}[.)]) ", ", ", text[:8000]).replace("\n", " ")
    rules = f"{text} {system[:8000]}"
    name, picture, most = _NAME.search(rules), _PICTURE.search(text), _MOST.search(rules)
    text = _PICTURE.sub("", _AT_MOST.sub("", text))
    request = _way(text, roles) or _places(text) or _question(text, roles)
    return request and replace(
        request,
        most=_number(most, 1),
        name=name[1].strip() if name else "",
        unique=bool(_UNIQUE.search(rules)),
        picture=_number(picture, 1) or _number(picture, 2),
    )


def _number(found: re.Match[str] | None, group: int) -> int | None:
    word = (found[group] or "").lower() if found else ""
    return int(word) if word.isdecimal() else NUMBERS.get(word, ORDINALS.get(word))


def _after(words: re.Pattern[str], text: str, end: re.Pattern[str]) -> str:
    """What follows `words` in `text` up to `end`; empty if they aren't there."""
    found = words.search(text)
    return end.split(text[found.end() :], maxsplit=1)[0] if found else ""


def _way(text: str, roles: frozenset[str]) -> Request | None:
    """One path, from here to there or over many things."""
    if not _WAY.search(text) and "line" not in roles:
        return None
    said = _STEPS.search(text)
    steps = _number(said, 2)
    if said and said[1] and steps:  # "a point on the pen, then 15 points for ..."
        steps += 1
    if over := _after(_OVER, text, _STOP):
        return Request("tour", things=things(over), steps=steps)
    avoid = things(_after(_AVOID, text, _STOP))
    for clause in (_after(move, text, _STOP) for move in _MOVES):
        for to in _TO:
            start, *goal = to.split(clause, maxsplit=1)
            if goal and start.strip():
                ends = thing(start), thing(goal[0])
                return Request("way", start=ends[0], goal=ends[1], avoid=avoid, steps=steps)
    return None


def _places(text: str) -> Request | None:
    """Where things are."""
    asked = False
    geometry: Geometry = "point"
    named: tuple[Thing, ...] = ()
    for sentence in re.split(r"(?<=[.!?]) ", text):
        found = None if _TALK.match(sentence) else _FIND.search(sentence)
        if not found:
            continue
        for kind, words in _GEOMETRIES.items() if not asked else ():
            geometry = kind if words.search(sentence) else geometry
        asked = True
        after = sentence[found.end() :]
        listed = _LIST.match(after)
        if _MENTIONED.match(after):
            asked_of = _WHICH.search(text)
            named += things(asked_of[1]) if asked_of else known(text)
        elif not _JUDGED.search(after):
            named += things(_END.split(after[listed.end() if listed else 0 :], maxsplit=1)[0])
        if not named and (_MENTIONED.match(after) or _JUDGED.search(after)):
            return Request("beyond", geometry)
    named = tuple(e if e.is_told else replace(e, unknown=(e.label,)) for e in named)
    where = re.match(r"(?i)\W*where\b", text) and "json" not in text.lower()
    return Request("ask" if where else "places", geometry, named) if asked else None


def known(text: str) -> tuple[Thing, ...]:
    """The things in a text that have names and may be told, in order of mention.

    Example:
        >>> [each.label for each in known("How do I put the red cup on a tray?")]
        ['red cup', 'tray']
    """
    found = [thing(part) for part in _BETWEEN.split(text[:8000]) if part.strip()]
    looks = [each for each in found if each.noun not in {"", "thing"} or each.colours]
    return tuple(each for each in looks if not each.unknown)


def _question(text: str, roles: frozenset[str]) -> Request | None:
    """A question in prose; beyond pixels where it has a word that is no colour, form or place."""
    rest = _END.split(_QUESTION.sub(" ", text), maxsplit=1)[0]
    named = tuple(each for each in things(rest) if each.is_told or each.order)
    unknown = any(each.unknown for each in named)
    if not (roles or _ABOUT.search(text)) and (unknown or not _QUESTION.search(text)):
        return None
    return Request("beyond" if unknown and not roles else "ask", things=named)
