"""What a noun phrase says about the things in an image that it means."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import ColourName
    from gemini_nb.offline.vision.everyday_things import Looks
    from gemini_nb.offline.vision.image_areas import Area
    from gemini_nb.offline.vision.phrase_words import Link, Order
    from gemini_nb.offline.vision.picture_words import Side
    from gemini_nb.offline.vision.pointing import Part
    from gemini_nb.offline.vision.shapes import Shape


@dataclass(frozen=True, slots=True)
class ThingPhrase:
    """Which things are meant; what is empty leaves all."""

    text: str
    """The phrase itself, without an article."""
    colours: frozenset[ColourName] = frozenset()
    shade: str = ""
    """"light", "dark" or "": beside others of the same colour."""
    figures: frozenset[Shape] = frozenset()
    slim: bool = False
    looks: tuple[Looks, ...] = ()
    """How what the noun names usually looks; several for a kind, as "fruit"."""
    size: str = ""
    """"large", "small" or ""."""
    sides: frozenset[Side] = frozenset()
    area: Area | None = None
    """The part of the image in which they lie."""
    order: Order | None = None
    nth: int | None = None
    """Which one in that order, from 1."""
    most: int | None = None
    """How many at most."""
    many: bool = False
    """Whether it means all that fit."""
    empty: bool = False
    """Whether they must hold nothing."""
    link: Link | None = None
    anchors: tuple[ThingPhrase, ...] = ()
    """What `link` refers to."""
    part: frozenset[Part] = frozenset()
    """The part of the thing that is meant; empty for the whole."""
    unknown: tuple[str, ...] = ()
    """Words whose meaning can't be seen in pixels."""
    hidden: str = ""
    """A part or state that can't be told from an outline: "handle", "closed"."""

    @property
    def says_looks(self) -> bool:
        """Whether it tells how the things meant look."""
        return bool(self.colours or self.shade or self.figures or self.slim or self.looks)

    @property
    def chooses_among(self) -> bool:
        """Whether it tells which one of several that look alike: by place, order or size."""
        return bool(self.sides or self.area or self.order or self.nth or self.size or self.link)

    @property
    def can_be_told(self) -> bool:
        """Whether colours, shapes, sizes and places are enough to find what is meant."""
        return not self.hidden and (self.says_looks or not self.unknown)

    @property
    def names_things(self) -> bool:
        """Whether it has a name for the things, rather than "things" or "round ones"."""
        return bool(self.unknown or self.looks or (self.figures and self.colours))
