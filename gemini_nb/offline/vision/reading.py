"""What a request about pictures asks for: its text, read once, as a value."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from gemini_nb.offline.tasks import tasks
from gemini_nb.offline.vision.phrases import NUMBERS, ORDINALS, WORDS, Thing, thing, things

Task: TypeAlias = Literal["places", "way", "tour", "ask", "check", "beyond"]
Geometry: TypeAlias = Literal["point", "box", "mask", "polygon", "grasp"]


@dataclass(frozen=True, slots=True)
class Request:
    """A request about a picture or a film."""

    task: Task
    """places: where things are; way: from start to goal; tour: a path over all the things; ask: a
    question in prose; check: whether one thing is in or on another; beyond: what pixels can't
    tell."""
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
_FILLERS: Final = frozenset(WORDS["fillers"].split())
_END: Final = re.compile(
    r"(?i)[.?!](?: |$)|[\[{(]|:\s*$|\bso that\b|\b(?:if|where) (?:any|there|visible|it)\b|"
    r"[,:] one \w|, (?:largest|smallest|sorted|from|starting)\b|"
    r",? ?\b(?:as|in|using) (?:an? )?(?:json|list|form|format|array|labels?|polygons?|points?)\b|"
    r",? (?:and )?\b(?:labell?ed|label|answer|give|return|explain|name|tell|say)\b|"
    r"\b(?:in (?:every|each) (?:frame|image|picture)|through(?:out)? th\w+ \w+|for me|please)\b",
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
_OF_TASK: Final = _any("task|instruction|order|command|needed|involved")
FILMS: Final = {key: rf"(?:{_longest_first(said)})\b" for key, said in WORDS["films"].items()}
"""What films are asked about, by what it is."""
_EVENTS: Final = ("start", "stop", "leave", "appear", "reach")
_NAMED: Final = r"(?:the|my|that|this|an?) [\w -]{2,60}?"
_IS: Final = "(?:is|was|does|did|has)"
_TASK: Final = "(?:task|order|instruction)"
_DONE: Final = (
    rf"(?:it|this|that|(?:this|that|the|my) {_TASK})(?: (?:been|now|already|successfully))*"
    r" (?:done|completed?|finished|carried out|reach(?:ed)? (?:successful )?completion)"
)
_IS_IN: Final = (
    rf"(?P<this>{_NAMED})(?: (?:is|now|already|lies?|sits?|rests?|lands?|falls?|moves?|been|put"
    r"|placed|moved|dropped))* (?:in(?:side)?(?: of)?|on(?: top of)?|in ?to|on ?to) "
    rf"(?P<goal>{_NAMED})(?: now| already)?"
)
_POLITE: Final = _any("please|now|carefully|gently|for me|(?:can|could|will|would) you|robot")
_WHETHER: Final = "(?:check |tell me |say )?(?:whether|if)"
_ASKS: Final = {
    "check": r"(?:(?:did|has) the (?:robot|arm|robot arm)(?: successfully)? (?P<did>.+)"
    rf"|{_IS} {_DONE}|(?:is|does|has|{_WHETHER}) {_IS_IN})",
    "moment": rf"(?:(?:(?:at|in|from|by) )?(?:the )?(?!how){FILMS['when']}|after how many seconds)"
    rf"(?:,? \(?in s(?:econds)?\)?,?)? (?:{_IS} )?(?:{_DONE}|(?P<mover>{_NAMED}) "
    rf"(?:{'|'.join(f'(?P<{does}>{FILMS[does]})' for does in _EVENTS)})(?: (?P<other>{_NAMED}))?"
    rf"|{_IS_IN})",
    "progress": rf"(?:what is )?(?:the )?{FILMS['how far']}(?: (?:is|has|of|(?:this|the) {_TASK}|it"
    r"|this|come|along|done|completed?|'(?P<told>[^']+)'|\"(?P<quoted>[^\"]+)\"))*",
}
"""What may be asked, by its kind; an order stands in it, before or after it."""
_WHOLE: Final = {
    kind: re.compile(
        rf"(?i)(?:(?:(?:the|my|your) )?{_TASK}(?: is| was)?(?: to|:) (?P<first>.+?)[.;!]+ )?"
        rf"{question}(?: (?:in|of) th\w+ (?:clip|film|video))?(?:: (?P<then>.+))?"
    )
    for kind, question in _ASKS.items()
}
_ANSWER: Final = re.compile(rf"(?i)(?:[?.!,;](?:\W*\b(?:{_SAID['answer']})\b)*\W*|\s*)\Z")
"""How a question ends, and what its answer shall be like."""
HOLDS: Final = re.compile(r"(?i)[.?!]\s+The (?:gripper|hand|robot|arm) holds (the [^.?!]{2,60})\.")
"""What a robot feels, which no picture tells."""
_JUDGED_BY: Final = re.compile(
    rf"(?i)(?:\A|[.!?:] )(?:(?:{_IS}|have|{_WHETHER})\b[^.?!]{{0,80}}\b(?:done|complet\w+|finished"
    rf"|success\w*|carried out)\b|(?:did|has) the (?:robot|arm|gripper)|{_IS} ((?:the|my|that|this)"
    r" [^.?!]{2,60}?) (?:in|on|out)\w*(?: of)? ((?:the|my|that|this) [^.?!,]{2,60}))"
)
"""A question whether something is so or done, though perhaps in words that are not known."""


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
    judged = _check(text := _PICTURE.sub("", text), roles)
    text = _AT_MOST.sub("", text)
    request = judged or _way(text, roles) or _named(text) or _places(text) or _question(text, roles)
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


def _check(text: str, roles: frozenset[str]) -> Request | None:
    """Whether a task is done, or one thing is in or on another; no things where it is unclear."""
    text = HOLDS.sub("?", text)
    (_, named), asked = question(text, "check"), None if roles else _JUDGED_BY.search(text)
    judged = asked and all(thing(said).is_told for said in asked.groups() if said)
    return Request("check", things=named) if named or judged else None


def question(text: str, kind: str) -> tuple[str, tuple[Thing, ...]]:
    """What is asked, and of which things; nothing, unless every word of it is understood.

    `kind` is check, moment or progress; what is asked is "in" (or on), or an event.

    Example:
        >>> asked, (pen, holder) = question("Is the red pen in the holder?", "check")
        >>> asked, pen.label, holder.label
        ('in', 'red pen', 'holder')
        >>> question("Is this task done: put the lid on the rim of the pot?", "check")
        ('', ())
    """
    found = _WHOLE[kind].fullmatch(_ANSWER.sub("", " ".join(text[:8000].split()), count=1))
    said = {key: part for key, part in found.groupdict().items() if part} if found else {}
    does = next((each for each in _EVENTS if each in said), "in")
    named = [said[key] for key in ("this", "goal", "mover", "other") if key in said]
    odd: object = len(named) != 1 + (does in {"in", "reach"})
    if said and not named:  # an order
        orders, others = tasks(said.popitem()[1].strip("\"' "))
        around = "".join(f"{each.lead}{each.rest}" for each in orders)
        odd = said or others or _POLITE.sub("", around).strip(" .,!")
        named = [part for each in orders for part in (each.thing, each.goal)]
    asked = tuple(map(thing, named))
    return ("", ()) if odd or not all(map(by_looks, asked)) else (does, asked)


def by_looks(named: Thing) -> bool:
    """Whether a phrase names one thing by looks alone: no place, size, part, or number."""
    looks = Thing(named.label, named.noun, named.colours, named.shapes, unknown=named.unknown)
    return named == looks and named.is_told and _FILLERS.isdisjoint(named.label.lower().split())


def _named(text: str) -> Request | None:
    """Where the things are that an order in the text names."""
    look, (found, _) = _FIND.search(text), tasks(text)
    if not (look and found and _OF_TASK.search(text)):
        return None
    head = text[: text.find(found[0].thing)]
    kinds: list[Geometry] = [kind for kind, words in _GEOMETRIES.items() if words.search(head)]
    named = dict.fromkeys(said for task in found for said in (task.thing, task.goal))
    return Request("places", (kinds or ["point"])[-1], things=tuple(map(thing, named)))


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
