"""The words for colours, shapes, sizes and places that a request about an image may use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.offline.vision.colours import COLOUR_NAMES
from gemini_nb.offline.words import stem

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import ColourName
    from gemini_nb.offline.vision.shapes import Shape

Side = Literal["left", "right", "top", "bottom", "middle"]
Rank = Literal[
    "largest", "smallest", "leftmost", "rightmost", "topmost", "lowest", "large", "small"
]
Relation = Literal["left of", "right of", "above", "below", "nearest to"]

COLOURS: Final[dict[str, ColourName]] = {
    **{name: name for name in COLOUR_NAMES},
    **dict.fromkeys(("crimson", "scarlet", "maroon", "burgundy", "reddish"), "red"),
    **dict.fromkeys(("amber", "coral", "orangish"), "orange"),
    **dict.fromkeys(("gold", "golden", "yellowish"), "yellow"),
    **dict.fromkeys(("lime", "olive", "mint", "greenish"), "green"),
    **dict.fromkeys(("cyan", "turquoise", "aqua"), "teal"),
    **dict.fromkeys(("navy", "azure", "bluish"), "blue"),
    **dict.fromkeys(("violet", "lilac", "indigo"), "purple"),
    **dict.fromkeys(("magenta", "rose", "salmon", "pinkish"), "pink"),
    **dict.fromkeys(("cream", "tan", "ivory"), "beige"),
    **dict.fromkeys(("gray", "silver", "greyish", "grayish"), "grey"),
}

_ROUND: Final[tuple[Shape, ...]] = ("circle", "oval")
_SQUARE: Final[tuple[Shape, ...]] = ("square",)
_OBLONG: Final[tuple[Shape, ...]] = ("rectangle", "bar")
_FOUR_SIDED: Final[tuple[Shape, ...]] = ("square", "rectangle", "bar")
_LONG: Final[tuple[Shape, ...]] = ("bar",)
_TRIANGLE: Final[tuple[Shape, ...]] = ("triangle",)
_RING: Final[tuple[Shape, ...]] = ("ring",)

SHAPES: Final[dict[str, tuple[Shape, ...]]] = {
    **dict.fromkeys(("circle", "circular", "disc", "disk", "dot"), ("circle",)),
    **dict.fromkeys(("round", "ball", "sphere"), _ROUND),
    **dict.fromkeys(("oval", "ellipse", "elliptical"), ("oval",)),
    **dict.fromkeys(("square",), _SQUARE),
    **dict.fromkeys(("rectangle", "rectangular", "oblong"), _OBLONG),
    **dict.fromkeys(("block", "cube", "angular"), _FOUR_SIDED),
    **dict.fromkeys(("bar", "stick", "rod", "stripe"), _LONG),
    **dict.fromkeys(("triangle", "triangular"), _TRIANGLE),
    **dict.fromkeys(("ring", "hoop"), _RING),
}
"""Words by stem. A circle seen at a slant is an oval, so "round" means both."""

SIDES: Final[dict[str, Side]] = {
    **dict.fromkeys(("left", "lefthand"), "left"),
    **dict.fromkeys(("right", "righthand"), "right"),
    **dict.fromkeys(("top", "upper"), "top"),
    **dict.fromkeys(("bottom", "lower"), "bottom"),
    **dict.fromkeys(("middle", "centre", "center", "central"), "middle"),
}

RANKS: Final[dict[str, Rank]] = {
    **dict.fromkeys(("largest", "biggest"), "largest"),
    **dict.fromkeys(("smallest", "tiniest", "littlest"), "smallest"),
    **dict.fromkeys(("large", "larger", "big", "bigger"), "large"),
    **dict.fromkeys(("small", "smaller", "little", "tiny"), "small"),
    "leftmost": "leftmost",
    "rightmost": "rightmost",
    **dict.fromkeys(("topmost", "highest", "uppermost"), "topmost"),
    **dict.fromkeys(("lowest", "bottommost"), "lowest"),
}

RELATIONS: Final[dict[str, Relation]] = {
    "left of": "left of",
    "right of": "right of",
    **dict.fromkeys(("above", "over"), "above"),
    **dict.fromkeys(("below", "under", "beneath", "underneath"), "below"),
    **dict.fromkeys(("next to", "beside", "nearest to", "nearest", "near"), "nearest to"),
    **dict.fromkeys(("closest to", "close to"), "nearest to"),
}
"""Longer phrases stand before the shorter ones that they contain."""

GROUND: Final = frozenset(("background", "backdrop", "surface"))

_GENERAL: Final = """
    thing object item shape figure region area blob piece element form spot patch colour color
    coloured colored picture image photo photograph drawing scene illustration one something
    anything everything nothing exactly total altogether visible shown seen hand side corner part
    half edge place position many much number count list show see look tell describe find locate
    point say give name answer word contain appear lie sit stand located there's where's
"""
GENERAL: Final = frozenset(stem(word) for word in _GENERAL.split())
"""Words by stem that need no knowledge of what things are."""
