"""What a request about an image asks, and which of the things seen it means."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.offline.vision.picture_words import (
    COLOURS,
    GENERAL,
    GROUND,
    RANKS,
    RELATIONS,
    SHAPES,
    SIDES,
    Rank,
    Relation,
    Side,
)
from gemini_nb.offline.words import content_words, stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gemini_nb.offline.vision.colours import ColourName
    from gemini_nb.offline.vision.scene import Region
    from gemini_nb.offline.vision.shapes import Shape

Kind = Literal["describe", "count", "exists", "colour", "shape", "place", "which"]

_KINDS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("count", re.compile(r"\bhow many\b|\bcount\b|\bnumber of\b")),
    (
        "colour",
        re.compile(r"\b(?:what|which)(?:'s| is| are)?(?: the)? colou?rs?\b|\bcolou?rs? of\b"),
    ),
    ("shape", re.compile(r"\b(?:what|which)(?:'s| is| are)?(?: the)? shapes?\b|\bshapes? of\b")),
    ("place", re.compile(r"\bwhere\b|\blocate\b|\bposition of\b")),
    ("exists", re.compile(r"\b(?:is|are) there\b|\b(?:do|can) you see\b|\b(?:contain|any)\b")),
)
_ASKS: Final = re.compile(r"\b(?:what|what's|which)\b")
_HALF: Final = 500  # thousandths
_THIRD: Final = 333
_RELATION: Final = re.compile(rf"\b(?:to the )?({'|'.join(RELATIONS)})\b")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which things are meant; what is empty leaves all."""

    colours: frozenset[ColourName] = frozenset()
    shapes: frozenset[Shape] = frozenset()
    sides: frozenset[Side] = frozenset()
    rank: Rank | None = None

    def __bool__(self) -> bool:
        return self != Wanted()


@dataclass(frozen=True, slots=True)
class Question:
    """A request about an image, understood as far as its words allow."""

    kind: Kind
    wanted: Wanted
    relation: Relation | None = None
    anchor: Wanted = Wanted()
    """The things that `relation` refers to."""
    about_ground: bool = False
    unknown: tuple[str, ...] = ()
    """Words, probably names of things, whose meaning can't be seen in pixels."""


def read_question(request: str) -> Question:
    """The question that `request` asks; "describe" where it asks none that pixels can answer.

    Example:
        >>> question = read_question("How many red cups are left of the blue circle?")
        >>> question.kind, sorted(question.wanted.colours), question.relation, question.unknown
        ('count', ['red'], 'left of', ('cups',))
    """
    text = " ".join(words(request))
    kinds: list[Kind] = [kind for kind, pattern in _KINDS if pattern.search(text)]
    subject, relation, anchor = text, None, Wanted()
    found = _RELATION.search(text)
    if found and _wanted(text[found.end() :]):
        subject, relation = text[: found.start()], RELATIONS[found[1]]
        anchor = _wanted(text[found.end() :])
    wanted = _wanted(subject)
    about_ground = not GROUND.isdisjoint(text.split()) and bool(kinds or _ASKS.search(text))
    pointed = wanted or relation or about_ground
    kind: Kind = kinds[0] if kinds else "which" if pointed else "describe"
    unknown = () if kind == "describe" else tuple(w for w in content_words(text) if _unknown(w))
    return Question(kind, wanted, relation, anchor, about_ground, unknown)


def select(regions: Sequence[Region], question: Question) -> list[Region]:
    """Those of `regions` that `question` means, in their order."""
    found = _matching(regions, question.wanted)
    if question.relation is None:
        return found
    anchors = _matching(regions, question.anchor)
    if not anchors:
        return []
    anchor = anchors[0]
    others = [region for region in found if region is not anchor]
    if question.relation == "nearest to":
        return sorted(others, key=lambda region: math.dist(region.centre, anchor.centre))[:1]
    lies = _LIES[question.relation]
    return [region for region in others if lies(region, anchor)]


def _wanted(text: str) -> Wanted:
    """The things that the words of `text` mean."""
    found = text.split()
    stems = [stem(word) for word in found]
    return Wanted(
        colours=frozenset(COLOURS[word] for word in found if word in COLOURS),
        shapes=frozenset(shape for word in stems for shape in SHAPES.get(word, ())),
        sides=frozenset(SIDES[word] for word in found if word in SIDES),
        rank=next((RANKS[word] for word in found if word in RANKS), None),
    )


def _unknown(word: str) -> bool:
    known = (COLOURS, SIDES, RANKS, GROUND)
    if any(word in table for table in known) or stem(word) in SHAPES or stem(word) in GENERAL:
        return False
    return not any(word in phrase.split() for phrase in RELATIONS)


def _matching(regions: Sequence[Region], wanted: Wanted) -> list[Region]:
    """Those of `regions` that are `wanted`; what lies inside another only where its looks are."""
    alike = [
        region
        for region in regions
        if (not wanted.colours or region.colour in wanted.colours)
        and (not wanted.shapes or region.shape in wanted.shapes)
        and (wanted.colours or wanted.shapes or region.inside is None)
    ]
    found = _at(alike, wanted.sides, _THIRD) or _at(alike, wanted.sides, _HALF)
    return _ranked(found, wanted.rank) if wanted.rank else found


def _at(regions: Sequence[Region], sides: frozenset[Side], limit: int) -> list[Region]:
    """Those of `regions` with their centre within `limit` thousandths of all `sides`."""
    return [region for region in regions if all(_IS_AT[side](region, limit) for side in sides)]


def _ranked(regions: list[Region], rank: Rank) -> list[Region]:
    """Those of `regions` that are first in `rank`, or on its side of the middle size."""
    if not regions:
        return []
    if rank in _FIRST:
        return [min(regions, key=_FIRST[rank])]
    shares = [region.share for region in regions]
    middle = math.sqrt(min(shares) * max(shares))
    return [region for region in regions if (region.share >= middle) == (rank == "large")]


_IS_AT: Final[dict[Side, Callable[[Region, int], bool]]] = {
    "left": lambda region, limit: region.centre[1] < limit,
    "right": lambda region, limit: region.centre[1] > 1000 - limit,
    "top": lambda region, limit: region.centre[0] < limit,
    "bottom": lambda region, limit: region.centre[0] > 1000 - limit,
    "middle": lambda region, _: all(_THIRD < place < 1000 - _THIRD for place in region.centre),
}
_FIRST: Final[dict[Rank, Callable[[Region], float]]] = {
    "largest": lambda region: -region.share,
    "smallest": lambda region: region.share,
    "leftmost": lambda region: region.centre[1],
    "rightmost": lambda region: -region.centre[1],
    "topmost": lambda region: region.centre[0],
    "lowest": lambda region: -region.centre[0],
}
_LIES: Final[dict[Relation, Callable[[Region, Region], bool]]] = {
    "left of": lambda region, anchor: region.centre[1] < anchor.centre[1],
    "right of": lambda region, anchor: region.centre[1] > anchor.centre[1],
    "above": lambda region, anchor: region.centre[0] < anchor.centre[0],
    "below": lambda region, anchor: region.centre[0] > anchor.centre[0],
}
