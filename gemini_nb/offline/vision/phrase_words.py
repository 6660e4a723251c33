"""Words by which a phrase means some of the things in an image, beyond colours and shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, cast

from gemini_nb.offline.vision.picture_words import SHAPES
from gemini_nb.offline.words import stem

if TYPE_CHECKING:
    from gemini_nb.offline.vision.colours import ColourName
    from gemini_nb.offline.vision.picture_words import Side
    from gemini_nb.offline.vision.shapes import Shape

Link = Literal[
    "left of", "right of", "above", "below", "nearest to", "farthest from",
    "between", "inside", "on", "holding", "except", "like",
]  # fmt: skip
"""How the things meant lie to others; "on" is also meant where they seem to lie on none."""
Order = Literal[
    "largest", "smallest", "leftmost", "rightmost", "topmost", "lowest",
    "longest", "shortest", "lightest", "darkest", "roundest", "central",
]  # fmt: skip

FIGURES: Final[dict[str, frozenset[Shape]]] = {
    **{
        word: frozenset(shapes)
        for word, shapes in SHAPES.items()
        if word not in {"ball", "block", "cube", "stick", "rod", "hoop"}
    },
    **dict.fromkeys(
        ("star", "cross", "heart", "arrow", "crescent"), frozenset({"irregular shape"})
    ),
    **dict.fromkeys(("irregular", "polygon", "blob"), frozenset({"irregular shape"})),
    **dict.fromkeys(("pentagon", "hexagon", "octagon"), frozenset({"circle", "irregular shape"})),
    **dict.fromkeys(("diamond", "rhombus"), frozenset({"square", "rectangle"})),
    **dict.fromkeys(("line", "strip"), frozenset({"bar"})),
    **dict.fromkeys(("donut", "doughnut", "hollow"), frozenset({"ring"})),
}  # type: ignore[assignment] # the checker widens the literals
"""Names of figures by stem: what is meant must look like one of these."""

SLIM: Final = frozenset(("long", "elongated", "thin", "slender", "slim", "narrow"))

COLOUR_GROUPS: Final[dict[str, frozenset[ColourName]]] = {
    "warm": frozenset({"red", "orange", "yellow", "pink", "brown"}),
    "cool": frozenset({"green", "teal", "blue", "purple"}),
    "neutral": frozenset({"white", "grey", "black", "beige"}),
    "colourless": frozenset({"white", "grey", "black"}),
    "colourful": frozenset(
        {"red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"},
    ),
    "colorful": frozenset(
        {"red", "orange", "yellow", "green", "teal", "blue", "purple", "pink"},
    ),
    "primary": frozenset({"red", "yellow", "blue"}),
}
LIGHT: Final = frozenset(("light", "pale", "bright", "lighter"))
DARK: Final = frozenset(("dark", "deep", "darker"))

ORDERS: Final[dict[str, Order]] = {
    **dict.fromkeys(("largest", "biggest"), "largest"),
    **dict.fromkeys(("smallest", "tiniest", "littlest"), "smallest"),
    **dict.fromkeys(("longest", "tallest"), "longest"),
    **dict.fromkeys(("shortest",), "shortest"),
    **dict.fromkeys(("lightest", "brightest", "palest"), "lightest"),
    **dict.fromkeys(("darkest",), "darkest"),
    **dict.fromkeys(("roundest",), "roundest"),
    "leftmost": "leftmost",
    "rightmost": "rightmost",
    **dict.fromkeys(("topmost", "highest", "uppermost"), "topmost"),
    **dict.fromkeys(("lowest", "bottommost"), "lowest"),
}
FROM_SIDE: Final[dict[Side, Order]] = {
    "left": "leftmost",
    "right": "rightmost",
    "top": "topmost",
    "bottom": "lowest",
    "middle": "central",
}
"""What comes first when counting from a side."""

ORDINALS: Final = {
    **{
        word: number
        for number, word in enumerate(["first", "second", "third", "fourth", "fifth"], 1)
    },
    **{word: number for number, word in enumerate(["sixth", "seventh", "eighth", "ninth"], 6)},
    **{
        word: number
        for number, word in enumerate(["1st", "2nd", "3rd", "4th", "5th", "6th", "7th", "8th"], 1)
    },
}
_ONE_TO_TWENTY: Final = """
    one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty
"""
NUMBERS: Final = {
    word: number
    for number, word in enumerate(
        _ONE_TO_TWENTY.split(),
        1,
    )
}

LINKS: Final[tuple[tuple[Link, re.Pattern[str]], ...]] = tuple(
    (cast("Link", link), re.compile(rf"\b(?:{pattern})\b"))
    for link, pattern in (
        (
            "except",
            "except(?: for)?|excluding|other than|apart from|but(?: not| for)?|without|not|non",
        ),
        ("between", "(?:lying |that lies? )?between|in between"),
        ("left of", "(?:directly |immediately )?(?:to the |on the )?left(?: side)? of"),
        ("right of", "(?:directly |immediately )?(?:to the |on the )?right(?: side)? of"),
        ("farthest from", "(?:farthest|furthest|most distant)(?: away)? from"),
        ("nearest to", "(?:nearest|closest)(?: to)?|next to|beside|close to|near|by|touching"),
        ("above", "above|over(?! there)"),
        ("below", "below|under|beneath|underneath"),
        ("like", "(?:of |with |in )?the same (?:colou?r|shape) as"),
        ("inside", "inside(?: of)?|within|contained in|enclosed by"),
        ("holding", "containing|holding|with an?|with the|that (?:has|have|contains?)"),
        ("on", "on top of|on|in|atop"),
    )
)
"""The first of these that a phrase has divides it, if what follows means something."""

PLACES: Final = re.compile(
    r"\b(?:in|on|from|within|across|at|of)\s+(?:(?:this|the|that|my|an?|each|every|your|provided|"
    r"attached|given|above|whole|entire|same)\s+)*(?:image|picture|photo|photograph|scene|frame|"
    r"table|tabletop|desk|floor|ground|surface|background|canvas|drawing|counter|view|workspace|"
    r"mat|paper|page)s?\b(?!'s)",
)
"""Where everything in the image is anyway."""

_FILLERS: Final = """
    the a an all each every any both some of this that these those single only exactly just is
    are it there you can see visible shown present lying sitting standing located placed
    following which who please my your our its whole entire individual separate distinct
    different various other and or to at side row position exact instance instances one ones
    thing object item element piece shape figure things objects items everything anything
    something directly immediately from far very same coloured colored colour color shaped in on
    by has have do does detected identify most least size sized physical drawn seen such kind
    kinds image picture photo looking like target area region spot spots up down with hand
    corner
"""
FILLERS: Final = frozenset(stem(word) for word in _FILLERS.split())
"""Words by stem that choose nothing."""

_PORTIONS: Final = """
    piece slice bunch pair group set pile stack kind type lot number handful heap row cluster
    instance one ones all each any both some most part instances location position centre
    outline shape area picture image mask points point box boxes names name
"""
PORTIONS: Final = frozenset(stem(word) for word in _PORTIONS.split())
"""What "a slice of" something is: the thing itself."""
_STATES: Final = """
    open opened closed shut broken dirty clean full ripe unripe fresh hot cold locked unlocked
    plugged unplugged lit unlit wet dry sharp blunt edible poisonous expensive cheap
"""
STATES: Final = frozenset(_STATES.split())
"""What a thing may be, but doesn't look in its outline and colour."""
_PRODUCTS: Final = """
    juice soda squash oil sauce soup syrup zest peel peels seed seeds tree blossom squeezer juicer
    peeler slicer grater
"""
PRODUCTS: Final = frozenset(_PRODUCTS.split())
"""What is made of a fruit or for it, which pixels don't tell: an orange juice isn't an orange."""
ENDS: Final = {
    **dict.fromkeys(("top", "upper"), "top"),
    **dict.fromkeys(("bottom", "lower", "base", "foot"), "bottom"),
    **dict.fromkeys(("left", "lefthand"), "left"),
    **dict.fromkeys(("right", "righthand"), "right"),
    **dict.fromkeys(("tip", "end", "apex"), "tip"),
    **dict.fromkeys(("edge", "rim", "border", "brim", "lip", "boundary"), "top"),
    **dict.fromkeys(("centre", "center", "middle", "heart", "centroid"), "middle"),
    **dict.fromkeys(("corner", "vertex"), "corner"),
    **dict.fromkeys(("hole", "opening"), "hole"),
    **dict.fromkeys(("side", "half", "part", "surface", "most"), ""),
}
"""Parts of a thing that its outline tells; "" where another word says which."""
