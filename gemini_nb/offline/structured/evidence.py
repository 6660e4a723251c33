"""Values that a request states itself, found for a named field: numbers, names, places, choices."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from gemini_nb.offline.language.noun_phrase import NUMERALS, read_noun_phrase
from gemini_nb.offline.language.topic import readable
from gemini_nb.offline.structured import evidence_patterns as patterns
from gemini_nb.offline.structured.evidence_patterns import NUMBER, PERSON, ROLES, TITLE, Role
from gemini_nb.offline.words import content_words, stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from gemini_nb.offline.prompt import Prompt

Reading = Literal["close", "names", "loose"]
"""Where a text is looked for: "close" where a field of its role usually stands, "names" also among
the other names, "loose" anywhere and at last in the subject of the request."""

_Choice = TypeVar("_Choice")
_NEAR: Final = 40
"""Characters within which a number belongs to a word."""
_NEGATION: Final = 20
_UNIT: Final = 14


def name_words(identifier: str) -> list[str]:
    """The words of a property's name.

    Example:
        >>> name_words("recipeName"), name_words("max_price")
        (['recipe', 'name'], ['max', 'price'])
    """
    return words(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", identifier).replace("_", " "))


@dataclass(slots=True)
class Evidence:
    """The facts of one request; each is handed out once, so that two fields get two of them."""

    text: str
    subject: str | None
    """What the request is about."""
    _used: set[tuple[int, int]] = field(default_factory=set[tuple[int, int]])

    def number(
        self, about: Sequence[str], fits: Callable[[float], bool], *, strict: bool
    ) -> float | None:
        """The number that stands nearest to one of the words `about`, or to their unit.

        Args:
            about: Words of the field's name.
            fits: Whether a number is acceptable.
            strict: Whether a number that is near to none of them is left alone.

        Example:
            >>> Evidence("Set it to 21 degrees at 7", None).number(
            ...     ["temperature"], lambda number: True, strict=True)
            21
        """
        numbers = [
            (self._closeness(match, about), -match.start(), match)
            for match in NUMBER.finditer(self.text)
            if self._free(match.span()) and fits(_value(match[0]))
        ]
        closest = max(numbers, default=None, key=lambda number: number[:2])
        if closest is None or (strict and not closest[0]):
            return None
        self._used.add(closest[2].span())
        return _value(closest[2][0])

    def choice(self, options: Sequence[_Choice]) -> _Choice | None:
        """The option whose words the request uses, the longest if several, or None."""
        plain = f" {' '.join(words(self.text))} "
        known = {stem(word) for word in words(self.text)}
        parts = {str(option): name_words(str(option)) for option in options}
        named = [each for each in options if f" {' '.join(parts[str(each)])} " in plain]
        alike = [
            each
            for each in options
            if (telling := content_words(" ".join(parts[str(each)])))
            and known.issuperset(map(stem, telling))
        ]
        return max(named or alike, key=lambda option: len(str(option)), default=None)

    def truth(self, about: Sequence[str]) -> bool | None:
        """Whether the request says yes or no to what is called by the words `about`.

        Example:
            >>> Evidence("Play loud music, nothing fast", None).truth(["loud"])
            True
        """
        for word in about:
            match = re.search(rf"\b{re.escape(stem(word))}", self.text, re.IGNORECASE)
            if match and word not in patterns.SWITCHES | {"is", "has"}:
                before = self.text[max(0, match.start() - _NEGATION) : match.start()]
                return not patterns.NO.search(before)
        if patterns.SWITCHES.isdisjoint(about):
            return None
        if patterns.NO.search(self.text):
            return False
        return True if patterns.YES.search(self.text) else None

    def wording(
        self, name: Sequence[str], description: Sequence[str], reading: Reading
    ) -> str | None:
        """What the request says for a field of text, by the role its name or description has.

        Args:
            name: Words of the field's name.
            description: Words of its description.
            reading: How far to look.

        Example:
            >>> Evidence("Is it raining in Rio de Janeiro?", None).wording(["city"], [], "close")
            'Rio de Janeiro'
        """
        role = _role(name) or _role_of(description) or patterns.OTHER
        found = self._take(_places(role, name, reading))
        if found or reading != "loose" or not role.subject_will_do:
            return found
        return self._take((patterns.QUOTED,)) or self.subject

    def several(self, about: Sequence[str]) -> list[str]:
        """The texts that the request lists: quoted ones, names, or "a, b and c".

        Example:
            >>> Evidence("Invite Ana, Ben and Cleo", None).several(["guests"])
            ['Ana', 'Ben', 'Cleo']
        """
        quoted = [match[1] or match[2] for match in patterns.QUOTED.finditer(self.text)]
        if len(quoted) > 1:
            return quoted
        match = patterns.LISTED.search(self.text)
        parts = re.split(r",\s*(?:and\s+)?|\s+and\s+", match[1]) if match else []
        if not parts and _role_of(about) is PERSON:
            parts = [match[1] for match in patterns.CALLED.finditer(self.text)]
        return [part.strip() for part in parts if part.strip()]

    def _take(self, places: Sequence[re.Pattern[str]]) -> str | None:
        """The first text at one of these places that was not handed out yet."""
        for place in places:
            for match in place.finditer(self.text):
                group = next((i for i, text in enumerate(match.groups(), 1) if text), 0)
                start, text = match.start(group), match[group]
                if place in (patterns.ANY_TEXT, patterns.ANY_PLACE, patterns.KNOWN_PLACE):
                    phrase = read_noun_phrase(text)
                    text = phrase.text if phrase else ""
                if text and self._free((start, start + len(text))):
                    self._used.add((start, start + len(text)))
                    return text.strip()
        return None

    def _free(self, span: tuple[int, int]) -> bool:
        return not any(start < span[1] and span[0] < end for start, end in self._used)

    def _closeness(self, number: re.Match[str], about: Sequence[str]) -> float:
        """0 if the number has nothing to do with the words, else more the nearer it is."""
        named = {stem(word) for word in about}
        after = self.text[number.end() : number.end() + _UNIT]
        before = self.text[max(0, number.start() - 2) : number.start()]
        for name in sorted(named & patterns.UNITS.keys()):
            unit = patterns.UNITS[name]
            if re.match(rf"\s?(?:{unit})(?!\w)", after, re.IGNORECASE):
                return 2.0
            if re.search(rf"(?:{unit})\s?$", before, re.IGNORECASE):
                return 2.0
        distances = [
            max(number.start() - word.end(), word.start() - number.end())
            for word in re.finditer(r"[^\W\d_]+", self.text)
            if stem(word[0].lower()) in named
        ]
        return max(0.0, 1.0 - min(distances, default=_NEAR) / _NEAR)


def read_evidence(prompt: Prompt, subject: str | None) -> Evidence:
    """The evidence in the last user turn of `prompt`, outside of braces and brackets."""
    return Evidence(patterns.NOTATION.sub(" ", readable(prompt.request)), subject)


def _role(name: Sequence[str]) -> Role | None:
    """The role of a field with this name: "city_name" is a place, "name" a person."""
    telling = [word for word in name if word not in patterns.NAME_PARTS]
    if name and not telling:
        return PERSON
    return _role_of(telling[::-1]) or (TITLE if "name" in name else None)


def _role_of(telling: Sequence[str]) -> Role | None:
    """The role of the first of these words that has one."""
    return next((role for word in telling for role in ROLES if stem(word) in role.names), None)


def _places(role: Role, name: Sequence[str], reading: Reading) -> Sequence[re.Pattern[str]]:
    """Where to look for a field of this role, the best place first."""

    def wanted() -> Iterator[re.Pattern[str]]:
        if role in (patterns.PLACE, patterns.OTHER) and patterns.ORIGINS & {*name}:
            yield patterns.FROM
        if role in (patterns.PLACE, patterns.OTHER) and patterns.GOALS & {*name}:
            yield patterns.TO
        yield from role.close
        if reading != "close":
            yield from role.further
        if reading == "loose":
            yield from role.desperate

    return tuple(wanted())


def _value(text: str) -> float:
    plain = text.lower().replace(",", "")
    if plain in NUMERALS:
        return NUMERALS[plain]
    return float(plain) if "." in plain else int(plain)
