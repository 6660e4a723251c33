"""Noun phrases read: the colours, figures, places and numbers that their words say."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from PIL import ImageColor

from gemini_nb.offline.vision.colours import colour_name, oklab
from gemini_nb.offline.vision.head_noun import is_known, looks_of_head
from gemini_nb.offline.vision.image_areas import read_area
from gemini_nb.offline.vision.phrase_words import (
    COLOUR_GROUPS,
    DARK,
    ENDS,
    FIGURES,
    FILLERS,
    FROM_SIDE,
    LIGHT,
    LINKS,
    NUMBERS,
    ORDERS,
    ORDINALS,
    PLACES,
    PORTIONS,
    PRODUCTS,
    SLIM,
    STATES,
)
from gemini_nb.offline.vision.picture_words import COLOURS, RANKS, SIDES
from gemini_nb.offline.vision.thing_phrase import ThingPhrase
from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import ColourName
    from gemini_nb.offline.vision.phrase_words import Link, Order
    from gemini_nb.offline.vision.picture_words import Side
    from gemini_nb.offline.vision.pointing import Part

_ARTICLES: Final = re.compile(
    r"^(?:(?:the|an?|all|each|every|any|both|some|of|this|that|these|those|my|your|its|following"
    r"|single|only|just|exactly|(?:up to|no more than|at most|at least|the first)\s+\w+"
    r"|everything that is|anything that is|whatever is)\b[\s:]*)+",
    re.IGNORECASE,
)
_IN_IMAGE: Final = re.compile(
    r"\s+(?:in|on|from|within|across)\s+(?:(?:this|the|that|my|your|each|provided|attached"
    r"|given)\s+)*"
    r"(?:image|picture|photo|photograph|scene|frame)s?$",
    re.IGNORECASE,
)
_FAR: Final = re.compile(
    r"\b(?:furthest|farthest|most|closest|nearest)\s+(?:to\s+)?(?:the\s+)?"
    r"(left|right|top|bottom|up|down)(?:\s+(?:edge|side|border))?\b(?!\s*(?:of the (?!image|pic)"
    r"|\w+ corner))"
)
_TRAILING: Final = re.compile(
    r"\s+(?:please|exactly|precisely|individually|separately|there|that you can (?:see|find)"
    r"|you (?:can )?(?:see|find|detect)|visible|shown|present|if (?:any|there (?:is|are)).*"
    r"|that (?:is|are)|which (?:is|are))$",
    re.IGNORECASE,
)
_WHOLE: Final = frozenset(("of", "cup", "bowl", "plate", "glass", "mug", "bottle", "box", "bag"))
_LONGEST: Final = 200  # characters of a phrase
_MANY: Final = frozenset(("all", "each", "every", "both", "any", "some", "these", "those"))
_SHORTEST_PLURAL: Final = 4


@lru_cache(maxsize=2048)  # the parts of a phrase are read again for each way to divide it
def read_phrase(text: str) -> ThingPhrase:
    """What `text`, a noun phrase, means.

    Example:
        >>> phrase = read_phrase("the small red block to the left of the bowl")
        >>> sorted(phrase.colours), phrase.size, phrase.link, phrase.anchors[0].text
        (['red'], 'small', 'left of', 'bowl')
        >>> read_phrase("the handle of the mug").hidden
        'handle'
        >>> read_phrase("giraffe").can_be_told
        False
    """
    label = _trimmed(text[:_LONGEST])
    area, plain = read_area(_FAR.sub(_outermost, label.lower()))
    if area:
        return replace(read_phrase(plain), text=label, area=area, many=_means_all(text, plain))
    plain = PLACES.sub(" ", f" {plain} ").strip() or plain
    many = bool(_MANY & set(words(text)[:2]))
    for link, pattern in LINKS:
        found = pattern.search(plain)
        if found and (linked := _linked(plain, found, link)):
            return replace(linked, text=label, many=linked.many or many)
    phrase = _of_part(plain) or _simple(plain)
    return replace(phrase, text=label, many=phrase.many or many)


def _means_all(text: str, plain: str) -> bool:
    """Whether a phrase means all things that fit, as its articles or its noun tell."""
    return bool(_MANY & set(words(text)[:2])) or _is_plural(words(plain))


def _outermost(found: re.Match[str]) -> str:
    """A word such as "leftmost" for "furthest to the left"."""
    side = {"up": "top", "down": "bottom"}.get(found[1], found[1])
    return f"{side}most"


def _trimmed(text: str) -> str:
    bare = text.strip().strip("\"'\u201c\u201d`*.,:;!?[]<>{} \n")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    while (shorter := _TRAILING.sub("", _ARTICLES.sub("", bare)).strip(" \"',.")) != bare:
        bare = shorter
    return _IN_IMAGE.sub("", bare) or bare


def _linked(plain: str, found: re.Match[str], link: Link) -> ThingPhrase | None:
    """The phrase on both sides of a link, if something is meant after it."""
    before, after = plain[: found.start()], plain[found.end() :]
    if link == "between":
        anchors = tuple(read_phrase(each) for each in re.split(r"\band\b|,", after) if each.strip())
    elif link == "like" and "shape" in found[0]:
        return None
    else:
        anchors = (read_phrase(after),) if words(after) else ()
    if not anchors or not all(each.can_be_told and _chooses(each) for each in anchors):
        # "on the shelf" says nothing that can be seen, unlike "left of the shelf".
        return _simple(before) if link in {"on", "holding"} and words(before) else None
    if link in {"on", "inside"} and not anchors[0].says_looks and anchors[0].sides:
        subject = read_phrase(before or "things")
        return replace(subject, sides=subject.sides | anchors[0].sides)
    return replace(read_phrase(before or "things"), link=link, anchors=anchors)


def _chooses(phrase: ThingPhrase) -> bool:
    """Whether a phrase means some of the things rather than all, or none that can be told."""
    return phrase.says_looks or bool(phrase.order or phrase.size or phrase.sides or phrase.link)


def _of_part(plain: str) -> ThingPhrase | None:
    """The phrase "the top of the mug" or "the mug's top"; None for one without a part."""
    found = re.fullmatch(r"(.+?)(?:\s+|')(of|s)\s+(.+)", plain)
    if not found or (found[2] == "s" and "'" not in plain):
        return None
    name, whole = (found[1], found[3]) if found[2] == "of" else (found[3], found[1])
    parts = [
        word if word in ENDS else stem(word)
        for word in words(name)
        if stem(word) not in FILLERS or stem(word) in ENDS or word in ENDS
    ]
    inner = read_phrase(whole)
    if not parts or all(stem(word) in PORTIONS and word not in ENDS for word in parts):
        return inner
    if not _chooses(inner) and not inner.unknown:
        return None
    ends = frozenset(ENDS[word] for word in parts if word in ENDS)
    if all(word in ENDS for word in parts):
        return replace(inner, part=cast("frozenset[Part]", ends - {""}))
    if parts[-1] in _WHOLE or any(word in COLOURS for word in parts):
        return _simple(name)
    return replace(inner, hidden=" ".join(parts))


def _simple(plain: str) -> ThingPhrase:
    """A phrase without a link or a part."""
    found = words(plain)
    looks, name = looks_of_head(found)
    colours = _colours(found, name)
    if colours and len(looks) == 1:  # "a green apple" is not red
        looks = (replace(looks[0], colours=()),)
    order, nth, sides = _place_in_order(found)
    sizes = (RANKS.get(word) for word in found)
    return ThingPhrase(
        text=plain,
        colours=colours,
        shade="light" if LIGHT & {*found} else "dark" if DARK & {*found} else "",
        figures=frozenset(shape for word in found for shape in FIGURES.get(stem(word), ())),
        slim=bool(SLIM & {*found}),
        looks=looks,
        size=next((size for size in sizes if size in {"large", "small"}), ""),
        sides=sides,
        order=order,
        nth=nth,
        most=_number(found),
        many=_is_plural(found),
        empty="empty" in found,
        hidden=" ".join(word for word in found if word in STATES or word in PRODUCTS),
        unknown=() if len(looks) > 1 else _unknown(found, name),
    )


def _colours(found: list[str], name: tuple[str, ...]) -> frozenset[ColourName]:
    """The colours named, other than by a noun: "orange" may be a fruit."""
    named = [word for word in found if word in COLOURS and stem(word) not in name]
    said: set[ColourName] = {COLOURS[word] for word in named}
    said |= {_drawn(word) for word in named if word in ImageColor.colormap}
    return frozenset(said).union(*(COLOUR_GROUPS[word] for word in found if word in COLOUR_GROUPS))


def _drawn(word: str) -> ColourName:
    """The colour that a name of CSS has on a screen: its violet is what most call pink."""
    return colour_name(oklab(np.array(ImageColor.getrgb(word)[:3], np.uint8)))


def _place_in_order(
    found: list[str],
) -> tuple[Order | None, int | None, frozenset[Side]]:
    """The order named, the place in it, and the sides that it doesn't count from."""
    sides: frozenset[Side] = frozenset(SIDES[word] for word in found if word in SIDES)
    order: Order | None = next((ORDERS[word] for word in found if word in ORDERS), None)
    nth = next((ORDINALS[word] for word in found if word in ORDINALS), None)
    if nth and order is None and len(sides) == 1:
        return FROM_SIDE[next(iter(sides))], nth, frozenset()
    return order, nth, sides


def _unknown(found: list[str], name: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(word for word in found if not (is_known(word, stem(word)) or stem(word) in name))


def _number(found: list[str]) -> int | None:
    for word in found[:-1]:  # at the end, as in "washer 2", it is part of a name
        if word in NUMBERS and word != "one":
            return NUMBERS[word]
        if word.isdecimal():
            return int(word[:4])
    return None


def _is_plural(found: list[str]) -> bool:
    last = found[-1] if found else ""
    if last in {"everything", "anything", "cutlery", "fruit"} or _number(found):
        return True
    plural = last.endswith("s") and not last.endswith(("ss", "us", "is", "'s"))
    return plural and len(last) >= _SHORTEST_PLURAL
