"""Labels made fit to be shown: they come from users' documents, and may hold anything."""

from __future__ import annotations

from gemini_nb.display import words

_EMPTY = "(empty)"


def shortened(label: str, longest: int = 40) -> str:
    r"""A label on one line, with no key, nor character that a terminal or notebook can't show.

    Example:
        >>> shortened("a red kite\nover the sea", longest=14), shortened(" ")
        ('a red kite ov…', '(empty)')
    """
    return words(label, longest) or _EMPTY
