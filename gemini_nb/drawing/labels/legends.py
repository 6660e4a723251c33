"""The legend in few words: marks of one name share a line."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.drawing.scene import LegendEntry


class LegendLine(NamedTuple):
    """What several numbers stand for."""

    numbers: str
    """As a reader writes them: "1, 4-6"."""
    text: str
    colour: str


def legend_lines(entries: Sequence[LegendEntry]) -> tuple[LegendLine, ...]:
    """The entries, with those of the same text and colour in one line, by their first number.

    Example:
        >>> from gemini_nb.drawing.scene import LegendEntry
        >>> named = [(1, "bread"), (2, "bowl"), (3, "bread"), (4, "bread"), (5, "bread")]
        >>> [line[:2] for line in legend_lines([LegendEntry(n, t, "#0072b2") for n, t in named])]
        [('1, 3-5', 'bread'), ('2', 'bowl')]
    """
    grouped: dict[tuple[str, str], list[int]] = {}
    for entry in sorted(entries, key=lambda entry: entry.number):
        grouped.setdefault((entry.text, entry.colour), []).append(entry.number)
    return tuple(
        LegendLine(_ranges(numbers), text, colour) for (text, colour), numbers in grouped.items()
    )


def _ranges(numbers: Sequence[int]) -> str:
    """Rising numbers, with three or more that follow each other as a range."""
    told: list[str] = []
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        together = [number for _, number in run]
        if len(together) > 2:  # noqa: PLR2004 - "1, 2" is no longer than "1-2"
            told.append(f"{together[0]}-{together[-1]}")
        else:
            told += map(str, together)
    return ", ".join(told)
