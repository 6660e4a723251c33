"""The wordings by which a request for places says what it wants, and how it wants it told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, cast

from gemini_nb.offline.vision.phrase_words import NUMBERS

if TYPE_CHECKING:
    from gemini_nb.offline.vision.phrase_words import Order

Task = Literal["points", "boxes", "masks", "polygons", "way", "grasp", "room"]

_NUMBER: Final = rf"(\d{{1,4}}|{'|'.join(NUMBERS)})"
TASKS: Final[tuple[tuple[Task, re.Pattern[str]], ...]] = tuple(
    (cast("Task", task), re.compile(pattern, re.IGNORECASE))
    for task, pattern in (
        (
            "way",
            (
                r"\btrajector(?:y|ies)\b|\bway\s?points?\b|\b(?:path|route)\b(?=.*\b(?:to|from|between|"
                r"around|avoid\w*|points?)\b)|\bplan (?:a|the) (?:motion|way|path|route)"
                r"|\bpoints? (?:along|to move)\b|\bpoints covering\b"
            ),
        ),
        ("grasp", r"\bgrasp\w*|\bgripper|\bgrip (?:the|it|angle|point)"),
        (
            "room",
            (
                r"\bmake (?:some |more |enough )?(?:room|space)|\bfree up\b|\bclear (?:a "
                r"|some )?(?:space|room)|\b(?:room|space) for\b|\bto fit (?:a|an|my|the)\b"
                r"|\b(?:re)?move\b.*\bfits?\b"
            ),
        ),
        ("polygons", r"\bpolygons?\b|\boutlines?\b|\bcontours?\b"),
        ("masks", r"\bsegment\w*|\bmasks?\b"),
        (
            "boxes",
            (
                r"^\W*box\b|\bbounding|\bbox_2d\b|\bbox(?:es)? (?:for|around|of|on)\b|\bdetect\w*"
                r"|\bbbox"
            ),
        ),
        (
            "points",
            (
                r"\bpoint(?:s|ing)? (?:to|at|out|on|onto|for|matching|covering)\b|\bpoints of\b"
                r"|\bpinpoint\b"
                r"|\b(?:place|put|give|get|return|mark|draw|provide|with|one|single|set) "
                r"(?:[\w'-]+ ){0,3}points?\b|^\W*locate\b|[.:,]\s*locate\b|\band locate\b"
                r"|\bas (?:a |an? list of )?points?\b|^\W*(?:please )?(?:find|mark|highlight)\b"
                r"|\b(?:put|place|draw) an? (?:dot|cross|pin|marker)\b|\bcoordinates? of\b"
                r"|\bcent(?:er|re) point|\bcount\b.*\bpoint"
            ),
        ),
    )
)
NOT_WANTED: Final = re.compile(
    r"\b(?:never|don't|do not|without|no|not)\s+(?:\w+\s+){0,3}?(?:masks?|box(?:es)?|code|polygons?"
    r"|outlines?)[^.]*",
    re.IGNORECASE,
)
WHERE: Final = re.compile(r"^\W*(?:where\b|where's\b)", re.IGNORECASE)
BARE: Final = re.compile(
    r"\b(?:no|never|without|don't|do not|avoid|not)\b[^.]{0,60}(?:fenc|markdown|code block"
    r"|backtick|```)"
    r"|\b(?:raw|plain|bare|pure) json\b",
    re.IGNORECASE,
)
LIMITS: Final = (
    re.compile(
        rf"\b(?:up to|no more than|not more than|at most|a maximum of|maximum(?: of)?|max|limit"
        rf"(?:ed)?(?: (?:it|the answer|yourself))? to)\s+{_NUMBER}\b(?!\s*(?:words|tokens|,?000))",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:only|exactly|just|a single|single)\b(?:\s+(?:return|give|output|one|mark"
        rf"|show))*?\s+"
        rf"{_NUMBER}\s+(?:points?|box(?:es)?|items?|objects?|masks?|results?|entr(?:y|ies)"
        rf"|of them)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:only (?:return )?|just |exactly |a )(one|single) (?:point|box|object|item|mask"
        r"|result)"
        r"\b(?! (?:per|for each|for every|each|on each|on every))",
        re.IGNORECASE,
    ),
)
LIST: Final = re.compile(
    r"\b(?:lists?|arrays?|each|every|all|entries|points|boxes|items)\b|\.\.\.", re.IGNORECASE
)
UNIQUE: Final = re.compile(
    r"\bunique|\bdistinguish|\btell (?:them )?apart|\bdifferent (?:name|label)", re.IGNORECASE
)
LABEL_TEXT: Final = re.compile(
    r"\blabel(?:led|ed|s)?\b(?:\s+(?:it|them|each|every|one|all|should|must|be|is|are|as|with|the"
    r"|point|points|box|boxes|of|to|value|=))*:?\s+['\"\u201c]([^'\"\u201d\n]{1,60})['\"\u201d]",
    re.IGNORECASE,
)
LABEL_COLOUR: Final = re.compile(
    r"\blabel\w*\b[^.]*\bcolou?r\b(?!ed)(?![^.]*\b(?:shape|name|object|type)\b)", re.IGNORECASE
)
LABEL_NUMBER: Final = re.compile(
    r"\bnumber (?:them|the|each)\b|\blabel\w*\b[^.]*\b(?:numbers?\b|numerals?|numeric|in order)",
    re.IGNORECASE,
)
EACH_IMAGE: Final = re.compile(
    r"\b(?:each|every|all|both|per|these)\s+(?:of\s+)?(?:the\s+)?(?:\w+\s+)?(?:image|frame"
    r"|picture|photo)s?\b",
    re.IGNORECASE,
)
WHICH_IMAGE: Final = re.compile(
    r"\b(first|second|third|last|final|1st|2nd|3rd)\s+(?:image|picture|frame|photo)\b"
    r"|\b(?:image|picture|frame|photo)\s+(\d{1,2})\b",
    re.IGNORECASE,
)
EXPLAINS: Final = re.compile(
    r"\b(?:explain|describe|instructions?|step[- ]by[- ]step|list the steps|steps to|how to"
    r"|how (?:do|can|could|would|should) (?:i|you|we|one))\b",
    re.IGNORECASE,
)
ORDERS: Final[tuple[tuple[Order, re.Pattern[str]], ...]] = tuple(
    (
        cast("Order", order),
        re.compile(
            rf",?\s*\b(?:(?:in order|sorted|ordered|listed)\s+)?(?:{pattern})", re.IGNORECASE
        ),
    )
    for order, pattern in (
        ("leftmost", r"(?:from )?left to right|leftmost first"),
        ("rightmost", r"(?:from )?right to left|rightmost first"),
        ("topmost", r"(?:from )?top to bottom|topmost first"),
        ("lowest", r"(?:from )?bottom to top|lowest first"),
        ("largest", r"(?:from )?(?:largest|biggest) to smallest|(?:largest|biggest) first|by size"),
        ("smallest", r"(?:from )?smallest to (?:largest|biggest)|smallest first"),
    )
)
