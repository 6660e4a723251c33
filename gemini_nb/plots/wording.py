"""The words of plots: numbered labels, numbers, counts, and what the plots' font can write."""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from gemini_nb.drawing.lettering import font_file
from gemini_nb.embeddings.labels import shortened

MISSING: Final = "\N{WHITE VERTICAL RECTANGLE}"
"""Stands for a character that the plots' font lacks."""

LONGEST: Final = 400
"""Of a text shown under the pointer, in characters: more covers the plot."""


def numbered(position: int, label: str, length: int = 28) -> str:
    """`label` after its item's number, from 0 as the set is indexed.

    Example:
        >>> numbered(12, "a red kite")
        '12 · a red kite'
    """
    return f"{position} · {shortened(label, length)}"


def number(value: float, decimals: int = 2) -> str:
    """`value` with `decimals`; never a negative zero.

    Example:
        >>> number(0.4149), number(-0.001)
        ('0.41', '0.00')
    """
    return f"{value:z.{decimals}f}"


def statement(*parts: str) -> str:
    """One line that says what a plot shows, of the parts that are not empty.

    Example:
        >>> statement("cosine 0.41 to 0.78", "", "linkage order")
        'cosine 0.41 to 0.78 · linkage order'
    """
    return " · ".join(part for part in parts if part)


def drawable(text: str) -> str:
    """`text` as DejaVu Sans can draw it: what it lacks is a box, what is invisible is left out.

    Write it with `parse_math=False`, or a pair of dollars would be a formula.

    Example:
        >>> drawable("tea \N{HOT BEVERAGE} 茶")
        'tea ☕ ▯'
    """
    if text.isascii() and text.isprintable():
        return text
    visible = (c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return "".join(c if ord(c) in _characters() else MISSING for c in visible)


@cache
def _characters() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font  # noqa: PLC0415 - heavy, and needed for few labels

    return frozenset(FT2Font(str(font_file())).get_charmap())
