"""What a prompt is about: its subject, task, place, person and persona, found by patterns."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language import topic_patterns as patterns
from gemini_nb.offline.language.noun_phrase import NounPhrase, read_noun_phrase

if TYPE_CHECKING:
    from gemini_nb.offline.prompt import Prompt, Turn

_READ_CHARACTERS: Final = 2000
_READ_TURNS: Final = 16
_MOST_PLACE_WORDS: Final = 8
_MOST_PLAIN_WORDS: Final = 5
"""A message this short without any pattern is itself the subject."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a prompt says about its answer; None where it says nothing."""

    subject: NounPhrase | None = None
    task: str | None = None
    """What is to be done, from "how to ...": "bake bread"."""
    where: str | None = None
    """A place with its preposition: "in a quiet village"."""
    person: str | None = None
    """The name of somebody in the answer."""
    masculine: bool = False
    """Whether the prompt speaks of a "he"."""
    persona: NounPhrase | None = None
    """Whom the model is asked to speak as."""
    persona_name: str | None = None
    follow_up: bool = False
    """Whether the last turn names no subject and so changes an earlier request."""


@lru_cache(maxsize=64)
def read_brief(prompt: Prompt) -> Brief:
    """What `prompt` asks for: its last turn first, then what earlier turns leave standing.

    A last turn that names a subject of its own and comes with no "it" starts afresh.

    Example:
        >>> from gemini_nb.offline.prompt import Prompt, Turn
        >>> brief = read_brief(Prompt((
        ...     Turn("user", "Write a story about a magic lamp."),
        ...     Turn("model", "Once there was a lamp."),
        ...     Turn("user", "Can you set it in a port in Peru?"),
        ... )))
        >>> brief.subject.text, brief.where
        ('magic lamp', 'in a port in Peru')
    """
    turns = recent(prompt)
    users = [readable(turn.text) for turn in reversed(turns) if turn.role == "user"]
    brief = _read_turn(users[0]) if users else Brief()
    fresh = brief.subject is not None or brief.task is not None
    for earlier in users[1:]:
        if fresh:
            break
        brief = _fill(brief, _read_turn(earlier))
    system = readable(prompt.system)
    role = _persona(system) or next((p for text in users if (p := _persona(text))), None)
    name = patterns.PERSONA_NAME.search(system)
    if name and not role:
        role, name = NounPhrase(name[1]), None
    answers = " ".join(readable(turn.text) for turn in turns if turn.role == "model")
    told = None if fresh else patterns.NAMED.search(answers)
    return replace(
        brief,
        person=brief.person or (told[1] if told else None),
        where=brief.where or (_where(system) if role else None),
        persona=role,
        persona_name=name[1] if name and role else None,
        follow_up=len(users) > 1 and not fresh,
    )


def recent(prompt: Prompt) -> tuple[Turn, ...]:
    """The last turns of `prompt`, as far as they are read."""
    return prompt.turns[-_READ_TURNS:]


def readable(text: str) -> str:
    """The part of `text` that is searched for a subject: its start and end, in plain spaces."""
    if len(text) > _READ_CHARACTERS:
        half = _READ_CHARACTERS // 2
        text = f"{text[:half]}\n{text[-half:]}"
    printable = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    return re.sub(r"[^\S\n]+", " ", printable).strip()


def _read_turn(text: str) -> Brief:
    task = patterns.TASK.search(text)
    recipe = patterns.RECIPE.search(text)
    dish = read_noun_phrase(text[recipe.end() :]) if recipe else None
    named = patterns.NAMED.search(text)
    doing = task[1].strip() if task else f"make {dish.answered()}" if dish else None
    subject = _subject_of_task(task[1]) if task else _subject(text)
    return Brief(
        subject=_without_person(subject, named[1]) if subject and named else subject,
        task=doing,
        where=_where(text),
        person=named[1] if named else None,
        masculine=patterns.MASCULINE.search(text) is not None,
    )


def _fill(brief: Brief, earlier: Brief) -> Brief:
    return Brief(
        subject=brief.subject or earlier.subject,
        task=brief.task or earlier.task,
        where=brief.where or earlier.where,
        person=brief.person or earlier.person,
        masculine=brief.masculine or earlier.masculine,
    )


def _subject(text: str) -> NounPhrase | None:
    for pattern, verb_last in patterns.SUBJECTS:
        match = pattern.search(text)
        if match:
            phrase = read_noun_phrase(text[match.end() :], verb_last=verb_last)
            named = pattern is patterns.SUBJECTS[0][0]  # "about a late essay" means the essay
            return phrase if named or not phrase else _without_format(phrase)
    return _plain_subject(text)


def _plain_subject(text: str) -> NounPhrase | None:
    """The subject of a message without any of the patterns: what its first words leave over."""
    lead = patterns.LEADING_WORDS.match(text)
    rest = text[lead.end() :] if lead else text
    articles = re.findall(r"\b(?:an?|the)\b", lead[0], re.IGNORECASE) if lead else []
    phrase = read_noun_phrase(f"{articles[-1]} {rest}" if articles else rest)
    if phrase is None or re.search(r"\b(?:it|this|that|them|you)\b", rest[:40], re.IGNORECASE):
        return None
    plain = phrase.article or len(phrase.text.split()) <= _MOST_PLAIN_WORDS
    return _without_format(phrase) if plain else None


def _without_format(phrase: NounPhrase) -> NounPhrase | None:
    """`popular cookie recipes` is about cookies, `a pirate story` about a pirate."""
    text = patterns.TRAILING_FORMAT.sub("", phrase.text)
    alone = re.fullmatch(patterns.FORMATS, text, re.IGNORECASE)
    return None if alone else replace(phrase, text=text)


def _without_person(subject: NounPhrase, person: str) -> NounPhrase | None:
    """`girl named Ida who finds a map`, with Ida known as the person, is about a map."""
    _, named, rest = subject.text.partition(person)
    article = re.search(r"\b(?:an?|the)\s", rest)
    if not named:
        return subject
    return read_noun_phrase(rest[article.start() :]) if article else None


def _subject_of_task(task: str) -> NounPhrase | None:
    _, _, rest = task.partition(" ")
    return read_noun_phrase(rest)


def _where(text: str) -> str | None:
    for pattern in patterns.PLACES:
        for match in pattern.finditer(text):
            place = patterns.PLACE_END.split(text[match.end() :], maxsplit=1)[0].strip()
            several = 1 < len(place.split()) <= _MOST_PLACE_WORDS
            if several and not patterns.NOT_A_PLACE.match(place):
                return place[0].lower() + place[1:]
    return None


def _persona(text: str) -> NounPhrase | None:
    for match in patterns.PERSONA.finditer(text):
        phrase = read_noun_phrase(text[match.end() :])
        if phrase and phrase.short.split()[-1].lower() not in patterns.PLAIN_ROLES:
            return NounPhrase(phrase.short, phrase.article)
    return None
