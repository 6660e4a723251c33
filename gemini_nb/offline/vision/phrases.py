"""Phrases that name things in a picture, taken apart: "the two red cups on the tray"."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from gemini_nb.offline.vision.colours import COLOUR_NAMES

WORDS: Final[dict[str, Any]] = json.loads(Path(__file__).with_name("words.json").read_text("utf-8"))
"""English words by what they stand for."""


def meanings(key: str) -> dict[str, str]:
    """What the words of the lists under `key` stand for: "tiny" for "small"."""
    return {word: meaning for meaning, words in WORDS[key].items() for word in words.split()}


COLOURS: Final = {name: name for name in COLOUR_NAMES} | meanings("colours")
SHAPES: Final = meanings("shapes")
"""The form that a word asks for; most of them are nouns too."""
PARTS: Final = meanings("parts")
"""Parts of things, as `pointing.part` calls them."""
CATEGORIES: Final = {name: tuple(each.split()) for name, each in WORDS["categories"].items()}
"""Nouns for kinds of things, with those members whose looks decide."""
NOUNS: Final[dict[str, tuple[str, tuple[str, ...]]]] = {
    name: (form, tuple(colours.split()))
    for names, form, colours in WORDS["nouns"]
    for name in names.split(", ")
}
"""How the things that a singular noun names look: a form, and the colours, usual ones first."""
ORDINALS: Final = {word: number for number, word in enumerate(WORDS["ordinals"].split(), 1)}
NUMBERS: Final = {word: number for number, word in enumerate(WORDS["numbers"].split(), 1)}
_GENERIC: Final = frozenset(WORDS["generic"].split())
_KNOWN: Final = NOUNS.keys() | CATEGORIES.keys()
_ALL: Final = frozenset(WORDS["all"].split())
_SCENE: Final = frozenset(WORDS["scene"].split())
"""Where everything is anyway; nothing that can be found by itself."""
_FILLERS: Final = _ALL | _SCENE | frozenset(WORDS["fillers"].split())
_PLACES: Final = meanings("places")
_ORDERS: Final = _PLACES | meanings("sizes")
_PORTIONS: Final = frozenset(WORDS["portions"].split())
_RELATIONS: Final = {
    tuple(words.split()): relation
    for relation, phrases in WORDS["relations"].items()
    for words in phrases.split(", ")
}
_TOKEN: Final = re.compile(r"[^\W_]+")
_MOST_CHARACTERS, _MOST_WORDS, _MOST_THINGS, _LONGEST_RELATION = 8000, 40, 60, 5
_ARTICLES: Final = re.compile(rf"(?i)\A(?:(?:{'|'.join(WORDS['articles'].split())}) )+")
_HERE: Final = re.compile(r"(?i) (?:in|of) (?:the|this) (?:image|picture|photo|scene|video|film)$")
_AUXILIARY: Final = re.compile(r"(?i)\bcan (?=you|i|we|be|see|find)|(?<=\byou )can\b")
"""A "can" that is no tin."""
_SEPARATOR: Final = re.compile(r"(?i)[,;\n]|\band\b|\bor\b|&")


@dataclass(frozen=True, slots=True)
class Thing:
    """What one phrase names."""

    label: str
    """The user's wording, without article: what an answer calls it."""
    noun: str = ""
    """Singular, in lower case; "thing" or empty for anything."""
    colours: tuple[str, ...] = ()
    """Any of these; empty where no colour is named."""
    shapes: tuple[str, ...] = ()
    """Keys of `SHAPES`."""
    order: tuple[str, ...] = ()
    """By what it is chosen: left, right, top, bottom, middle, row, or a size."""
    nth: int | None = None
    """2 in "the second from the left" or "the second row"."""
    number: int | None = None
    """How many are asked for: 2 in "the two cups"."""
    plural: bool = False
    """Whether all that fit are asked for: "cups", "every cup"."""
    relation: str = ""
    """on (also inside), near, far, between, left, right, top or bottom of; or empty."""
    others: tuple[Thing, ...] = ()
    """What the relation refers to."""
    without: tuple[Thing, ...] = ()
    """What is excluded: "everything but the pens"."""
    part: str = ""
    """"rim", "left end", "centre", "top", ... of the thing; empty for the whole."""
    unknown: tuple[str, ...] = ()
    """Words that pixels can't tell, so that nothing is found."""

    @property
    def is_told(self) -> bool:
        """Whether it is a thing rather than a place: not "the upper left corner"."""
        return bool(self.noun or self.colours or self.shapes or self.nth or self.others)


def singular(word: str) -> str:
    """`word` in the singular, as the lists have it.

    Example:
        >>> [singular(word) for word in ("cherries", "boxes", "knives", "pens", "glass")]
        ['cherry', 'box', 'knife', 'pen', 'glass']
    """
    for ending, instead in WORDS["singulars"].items():
        if word.endswith(ending) and len(word) > len(ending):
            return word.removesuffix(ending) + instead
    return word


def thing(text: str) -> Thing:
    """What the phrase `text` names.

    Example:
        >>> cups = thing("the two small blue cups on the tray")
        >>> cups.noun, cups.colours, cups.order, cups.number, cups.relation, cups.others[0].noun
        ('cup', ('blue',), ('small',), 2, 'on', 'tray')
        >>> thing("the rim of the blue bowl").part, thing("a ripe banana").unknown
        ('rim', ('ripe',))
    """
    label = " ".join(text.split()).strip("'\"`.,:;!?()[] ")
    label = _ARTICLES.sub("", _HERE.sub("", label))
    words = _TOKEN.findall(_AUXILIARY.sub("", text).lower())[:_MOST_WORDS]
    if "s" in words[1:-1]:  # the banana's end
        owner = words.index("s")
        words = [*words[owner + 1 :], "of", *words[:owner]]
    return replace(_phrase(words), label=label)


def things(text: str) -> tuple[Thing, ...]:
    """What a list names: "the red and the blue discs, a pear and the cup between A and B".

    Example:
        >>> [each.label for each in things("the red and the blue discs, and a pear")]
        ['red discs', 'blue discs', 'pear']
    """
    joined: list[str] = []
    for part in map(str.strip, _SEPARATOR.split(text[:_MOST_CHARACTERS])):
        last, words = joined[-1].lower().split() if joined else [], part.lower().split()
        colours = "are" in last and all(word in COLOURS for word in words)  # "red or blue"
        if last and (words[:1] in [["but"], ["except"]] or colours):
            joined[-1] += f" {part}"
        elif last and ({"but", "except"} & {*last} or ("between" in last and "and" not in last)):
            joined[-1] += f" and {part}"
        elif part:
            joined.append(part)
    found = [thing(part) for part in joined[:_MOST_THINGS]]
    for number in range(len(found) - 2, -1, -1):
        found[number] = _completed(found[number], found[number + 1])
    return tuple(each for each in found if each.label)


def _completed(this: Thing, following: Thing) -> Thing:
    """Of "the red and the blue discs", "the red" with the noun that it leaves out."""
    alike = (this.colours and following.colours) or (this.order and following.order)
    if not alike or this.noun or this.shapes:
        return this
    label = f"{this.label} {following.label.partition(' ')[2]}"
    order = this.order or following.order
    return replace(following, label=label, colours=this.colours, order=order)


def _phrase(words: list[str]) -> Thing:
    """A phrase with its relations, of which the first one divides it."""
    for start in range(len(words)):
        for length in range(_LONGEST_RELATION, 0, -1):
            relation = _RELATIONS.get(tuple(words[start : start + length]))
            head, tail = words[:start], words[start + length :]
            if relation and any(not _is_place(word) for word in tail):
                return _related(head, relation, tail)
    return _simple(words)


def _is_place(word: str) -> bool:
    """Whether a word only says where in the picture: "the left half of the image"."""
    return word in _FILLERS or word in _PLACES or word in ORDINALS


def _related(head: list[str], relation: str, tail: list[str]) -> Thing:
    """What `head` names, where `tail` says to what it relates."""
    if relation == "of":  # "the rim of the bowl", "each of the cups"
        whole, said = _phrase(tail), [word for word in head if word not in _FILLERS]
        if said and all(word in PARTS for word in said):
            return replace(whole, part=" ".join(said))
        odd = tuple(word for word in said if singular(word) not in _PORTIONS)
        plural = whole.plural or not _ALL.isdisjoint(head)
        return replace(whole, plural=plural, unknown=whole.unknown + odd)
    cut = tail.index("and") if relation in {"between", "except"} and "and" in tail else len(tail)
    others = tuple(_phrase(part) for part in (tail[:cut], tail[cut + 1 :]) if part)
    if relation == "except":
        return replace(_phrase(head), without=tuple(replace(e, plural=True) for e in others))
    return replace(_simple(head), relation=relation, others=others)


def _simple(words: list[str]) -> Thing:
    """A phrase without relations: adjectives, a noun, and where in the picture."""
    singles = {word: singular(word) for word in words}
    numbers = [NUMBERS.get(word) or int(word[:4]) for word in words
               if word in NUMBERS or word.isdecimal()]  # fmt: skip
    plain = [word for word in words if singles[word] in _GENERIC or singles[word] in SHAPES]
    found = Thing(
        "",
        noun="thing" if any(singles[word] in _GENERIC for word in words) else "",
        colours=tuple(COLOURS[word] for word in words if word in COLOURS),
        shapes=tuple(singles[word] for word in plain if singles[word] in SHAPES),
        order=tuple(_ORDERS[word] for word in words if word in _ORDERS),
        nth=next((ORDINALS[word] for word in words if word in ORDINALS), None),
        number=next(iter(numbers), None),
        plural=not _ALL.isdisjoint(words)
        or max(numbers, default=1) > 1
        or any(singles[word] != word for word in plain),
    )
    rest = [word for word in words if not (_is_place(word) or word in _ORDERS or word in plain
            or word in COLOURS or word in NUMBERS or word.isdecimal())]  # fmt: skip
    bare = not found.is_told and not found.order
    scene = tuple(b for a, b in pairwise(["", *words]) if b in _SCENE and (bare or a in COLOURS))
    if not rest and not plain and scene:  # "the table", "the red counter"
        return replace(found, unknown=scene)
    told = [n for n, word in enumerate(words) if word in COLOURS]
    if told and told[-1] - told[0] >= len(told):  # "is the blue ball red"
        return replace(found, unknown=(words[told[-1]],))
    if not rest and not plain and found.colours[-1:] == ("orange",):
        rest, found = ["orange"], replace(found, colours=found.colours[:-1])
    return _with_noun(found, rest) if rest else found


def _with_noun(found: Thing, rest: list[str]) -> Thing:
    """`found` with the noun that ends `rest`; only nouns may stand before it: "fruit bowl"."""
    names = [singular(word) for word in rest]
    noun = next((n for n in (" ".join(names[-2:]), names[-1]) if n in _KNOWN), names[-1])
    before = names[: -len(noun.split())]
    unknown = tuple(name for name in before if name not in _KNOWN)
    unknown += () if noun in _KNOWN else (noun,)
    mass = noun in CATEGORIES and not found.order and not found.nth  # "the fruit"
    plural = found.plural or rest[-1] != names[-1] or mass
    return replace(found, noun=noun, plural=plural, unknown=unknown)
