"""Orders to pick one thing and place it somewhere, in everyday words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be moved, and where to."""

    thing: str
    """As it is said, with its article and the place that is told with it: "the can at [4, 8]"."""
    goal: str
    lead: str
    """What its sentence says before: it may also ask about the task, or forbid it."""
    rest: str
    """What its sentence says after the goal."""


def _verbs(verbs: str) -> str:
    """`verbs` as alternatives, with their forms in -ing."""
    return "|".join(
        f"{verb[:-1]}(?:e|ing)" if verb[-1] == "e" else f"{verb}(?:{verb[-1]}?ing)?"
        for verb in verbs.split()
    )


_GRAB = _verbs("pick grab grasp take lift get fetch")
_DROP = _verbs("put place drop set move lay bring carry release stow transfer")
_PREPOSITIONS = r"(?:in ?to|on ?to|inside|on top of)", r"(?:in|on|to)"
"""Those that can't belong to the thing go first: "Put the can on the left into the tray"."""
_NAME = rf"((?:(?!\b(?:and|then) (?:{_GRAB}|{_DROP})\b)(?:[^.;:!?]|[.:](?= ?-?\d))){{1,200}}?)"
_IT = r"(?:it|that|this)"
_TASK = re.compile(
    "(?i)"
    + "|".join(
        rf"\b(?:{_GRAB})(?: up)? {_NAME}(?: up)?(?:[,.;]|,? and|,? then)+"
        rf"(?: (?:next|\w{{3,12}}ly))* (?:{_DROP}) {_IT}(?: (?:\w{{3,12}}ly|down|over))*"
        rf" {into} (.{{1,300}})"
        rf"|\b(?:{_DROP}|{_GRAB}) (?:up )?(?!{_IT}\b){_NAME}(?: (?:down|over))?"
        rf" {into} (.{{1,300}})"
        for into in _PREPOSITIONS
    )
)
_NO_TASK = re.compile(
    r"(?i)\bpick[ -]and[ -]place\b|\b(?:example|e\.g\.|such as)[:,]?\s*[\"\u201c][^\"\u201d]*"
    r"|\bbefore, it went wrong:(?s:.*)"
)
"""A name for all such orders, how an answer might begin, and what became of an earlier one."""
_LINE = re.compile(r"[.:;,]?\s*\n(?=\s*(?:[A-Z#*-]|\n))")
"""Where a line ends a sentence, rather than being wrapped."""
_END = re.compile(
    r"(?i)[.;!?](?: |$)|[\"\u201c\u201d]|'(?!\w)|,(?! ?(?:-?\d|[xy] ?[=:]))| [-\u2013\u2014] "
    r"|,? (?:and|then|or|but|please|now|for me|as|using|by|with|without|if|when|while|once|until"
    r"|unless|after|before|because|instead|carefully|gently|so that|did|does|come|is)\b"
)
_SENTENCE_END = re.compile(r"[.!?](?: |$)")

_SENTENCE = re.compile(r"\S(?:[^.!?]|[.!?](?! |$))*[.!?]*")
UNIT = (
    r"(?<![a-z'])(?:mm|cm|m|px|(?:milli|centi)?met(?:er|re)s?|inch(?:es)?|pixels?|steps?|degrees?"
    r"|percent)(?![a-z])"
)
"""Of length or angle: what a picture doesn't have."""
_LEAD = re.compile(  # what an order may begin with
    r"(?i)(?:(?:please|now|robot|ok|okay|hey|first|then|next|again|and|carefully|(?:your )?task"
    r"(?: is)?(?: to)?|(?:can|could|will|would) you(?: mind)?|i(?: want|'d like| would like) you to"
    r"|perform an? operation where you)\W*)*"
)
_REST = re.compile(  # what it may end with, or be followed by
    r"(?i)(?:\W*(?:please|for me|now|carefully|gently|and|then|(?:return|go|come|move)(?: back)?"
    r"(?: to)?(?: the| its)? ?(?:home|origin|start|back)|open the (?:gripper|hand|claw)"
    r"|with (?:the|your) (?:\w+ )?(?:arm|robot|gripper|hand|claw|functions?|tools?))\b)*\W*"
)
_AT = r"[\[(]?(?:[xy] ?= ?)?-?(?!0\.\d)\d[\d.]*, ?(?:[xy] ?= ?)?-?(?!0\.\d)\d[\d.]*[\])]?"
_KNOWN = re.compile(  # other sentences that a prompt may have
    r"(?i)(?!.*\b(?:not|don't|never|if|unless|until)\b)(?:and |then |also,? )*"
    r"(?:you are an? [\w -]*(?:robot|arm)|you (?:have|can call|may call)\b.* functions"
    r"|these functions can be called|use (?:this|the) .*\(0, ?0\)"
    r"|(?:the |its |your )?(?:robot'?s? |arm'?s? )?origin(?: point)?(?: for calculating the moves)?"
    rf"(?: is| lies)?(?: at)?(?: normalized)?(?: point)? {_AT}(?: of the picture)?\W*$"
    r"|(?:explain|give|provide|answer|include|list)\b.*\b(?:json|reasoning|plan|calls?)\b"
    rf"|(?:(?:and )?the (?!robot|arm|base)[\w ]+ at {_AT}\W*)+$|the gripper must stay out of"
    r"|(?:make )?one (?:function )?call\b|step by step|for\W*$|\{)"
)
_MANY = re.compile(rf"(?i){UNIT}|,(?! ?-?\d| ?[xy] ?[=:])|\b(?:and|or|both|all|each|every\w*)\b")
_NEARBY = re.compile(
    r"(?i)\b(?:next|close|closer|near|nearer|adjacent|beside|between|above|below|under|behind|front"
    r"|side|edge|half|(?:left|right|top|bottom|middle|corner|rim) of)\b|\bthe (?:left|right)$"
)


def tasks(text: str) -> tuple[list[Task], list[str]]:
    """What `text` orders, asks or tells about things to be moved; and its other sentences.

    Example:
        >>> found, others = tasks("Grab the green ball and set it down on the plate, please. Now!")
        >>> [(each.thing, each.goal, each.rest) for each in found], others
        ([('the green ball', 'the plate', ', please')], ['Now!'])
    """
    said = " ".join(_LINE.sub(". ", _NO_TASK.sub("", text[:20_000])).split())
    found: list[Task] = []
    others = ""
    at = 0
    while match := _TASK.search(said, at):
        last = match.lastindex or 0
        goal = _END.split(match[last], maxsplit=1)[0]
        ends = [end.end() for end in _SENTENCE_END.finditer(said, at, match.start())]
        begin, end = max(ends, default=at), match.start(last) + len(goal)
        stop = _SENTENCE_END.search(said, end)
        rest = said[end : stop.start() if stop else len(said)]
        following = _TASK.search(rest)
        others += said[at:begin]
        at = end if following else stop.end() if stop else len(said)
        lead = said[begin : match.start()]
        found.append(Task(match[last - 1], goal, lead, "" if following else rest))
    return found, [each for each in _SENTENCE.findall(others + said[at:]) if each.strip(" .")]


def unclear(found: Sequence[Task], others: Sequence[str]) -> str:
    """What of a prompt is no plain order to move one thing, nor known to belong to a prompt.

    Example:
        >>> unclear(*tasks("Now put the lid on the pot, please.")), unclear(*tasks("No, stop!"))
        ('', 'No, stop!')
    """
    for task in found:
        toward = f"{task.thing.rpartition(' ')[2]} {task.goal}"  # "next", "the bowl"
        plain = _LEAD.fullmatch(task.lead.strip(" ,")) and _REST.fullmatch(task.rest)
        if not plain or _MANY.search(f"{task.thing} {task.goal}") or _NEARBY.search(toward):
            return f"{task.lead}... {task.thing} to {task.goal}{task.rest}"
    unknown = (said for said in others if not (_KNOWN.match(said) or _REST.fullmatch(said)))
    return next(unknown, "")
