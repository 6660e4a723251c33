"""What plots of a query share: how they name it, and how much of each text they show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.lettering import lettering
from gemini_nb.embeddings.labels import shortened
from gemini_nb.plots.wording import LONGEST

if TYPE_CHECKING:
    from gemini_nb.embeddings.comparing.ranking import Ranking

_NAME: Final = 60  # characters
_ALL_TEXTS: Final = 8_000
_LETTER_WIDTH: Final = 0.6  # font sizes, of most letters


def query_name(ranking: Ranking) -> str:
    """What was looked for, on one line."""
    return shortened(ranking.query, _NAME)


def fitted(label: str, length: int) -> str:
    """`label` on one line of at most `length` characters, fewer where they are wide.

    Example:
        >>> fitted("a red kite over the bay", 10), fitted("茶" * 99, 10)
        ('a red kit…', '茶茶茶茶茶…')
    """
    line_width = length * _LETTER_WIDTH
    return lettering(shortened(label, length), line_width=line_width, most_lines=1).lines[0]


def longest_text(count: int) -> int:
    """How many characters of each of `count` texts are shown under the pointer.

    Many long texts share the room, so that a saved plot stays light.

    Example:
        >>> longest_text(10), longest_text(100)
        (400, 80)
    """
    return min(LONGEST, _ALL_TEXTS // max(count, 1))
