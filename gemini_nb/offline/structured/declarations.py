"""Declared functions, and how surely a request speaks of each."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.structured.evidence import name_words
from gemini_nb.offline.structured.schema_keywords import as_list, as_mapping
from gemini_nb.offline.words import content_words, stem, stems, words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from gemini_nb.offline.structured.schema_keywords import RawSchema

# What a shared word counts, by where the declaration has it.
_IN_NAME: Final = 3.0
_IN_ENUM: Final = 1.5
_IN_PARAMETER: Final = 1.2
_IN_DESCRIPTION: Final = 1.0
_IN_PARAMETER_DESCRIPTION: Final = 0.5
_COMMON: Final = frozenset(
    stem(word)
    for word in words(
        """get set find make do run call fetch create update give show tell return function user
        given value use current new information data result specified based request name list add
        like want need know string number"""
    )
)
_COMMON_SHARE: Final = 0.3
"""Words that any declaration might hold count less."""
_SUMS: Final = (
    (re.compile(r"\d\s*[*\u00d7x]\s*\d|\btimes\b|\bproduct of\b", re.IGNORECASE), "multiply"),
    (re.compile(r"\d\s*\+\s*\d|\bplus\b|\bsum of\b", re.IGNORECASE), "add"),
    (re.compile(r"\d\s*-\s*\d|\bminus\b|\bdifference\b", re.IGNORECASE), "subtract"),
    (re.compile(r"\d\s*[/\u00f7]\s*\d|\bdivided by\b", re.IGNORECASE), "divide"),
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A function that may be called."""

    name: str
    parameters: RawSchema
    weights: Mapping[str, float]
    """For each root of its words, what a request gains that uses it."""
    rarity: Mapping[str, float]
    """For each root, 1 if no other declaration has it, less the more have it."""

    def relevance(self, text: str) -> float:
        """How surely `text` speaks of what the function is about."""
        return math.fsum(self.weights.get(each, 0.0) for each in _named(text))

    def distinction(self, text: str) -> float:
        """How much of that the other declarations do not share."""
        shared = _named(text) & self.weights.keys()
        return math.fsum(self.weights[each] * self.rarity[each] for each in shared)


def read_declarations(declarations: Sequence[Mapping[str, object]]) -> list[Declaration]:
    """The declarations with their words weighted.

    Example:
        >>> lamp, door = read_declarations([{"name": "set_lamp"}, {"name": "lock_door"}])
        >>> lamp.relevance("Is the lamp on?"), door.relevance("Is the lamp on?")
        (3.0, 0.0)
    """
    weighted = [dict(_weights(declaration)) for declaration in declarations]
    holders: dict[str, int] = {}
    for weights in weighted:
        for each in weights:
            holders[each] = holders.get(each, 0) + 1
    most = math.log(len(weighted) + 1)
    return [
        Declaration(
            name=str(declaration.get("name", "")),
            parameters=_parameters(declaration),
            weights=weights,
            rarity={each: 1 - math.log(holders[each]) / most for each in weights},
        )
        for declaration, weights in zip(declarations, weighted, strict=True)
    ]


def _weights(declaration: Mapping[str, object]) -> Iterator[tuple[str, float]]:
    """Each root of a declaration's words, last with the weight of its most telling place."""
    places = sorted(_words(declaration), key=lambda place: place[1])
    for telling, weight in places:
        for word in telling:
            share = _COMMON_SHARE if stem(word) in _COMMON else 1.0
            yield stem(word), weight * share


def _words(declaration: Mapping[str, object]) -> Iterator[tuple[list[str], float]]:
    yield name_words(str(declaration.get("name", ""))), _IN_NAME
    yield content_words(str(declaration.get("description", ""))), _IN_DESCRIPTION
    for name, schema in as_mapping(_parameters(declaration).get("properties")).items():
        yield name_words(name), _IN_PARAMETER
        options = as_list(as_mapping(schema).get("enum"))
        yield content_words(" ".join(str(option) for option in options)), _IN_ENUM
        about = str(as_mapping(schema).get("description", ""))
        yield content_words(about), _IN_PARAMETER_DESCRIPTION


def _parameters(declaration: Mapping[str, object]) -> RawSchema:
    schema = declaration.get("parameters") or declaration.get("parametersJsonSchema")
    return {"type": "object", **as_mapping(schema)}


def _named(text: str) -> frozenset[str]:
    """The stems of what a request speaks of, sums by their name."""
    return stems(text) | {stem(name) for pattern, name in _SUMS if pattern.search(text)}
