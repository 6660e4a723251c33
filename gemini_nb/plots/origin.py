"""Who made the vectors of a plot, where that was not Gemini."""

from __future__ import annotations

from gemini_nb.tokens.usage import is_gemini


def origin(answered_by: str) -> str:
    """What a plot must say of who answered; "" for Gemini.

    The embedded server's model compares letters and words, not meanings.

    Example:
        >>> origin("offline"), origin("")
        ('offline, lexical', '')
    """
    return "" if is_gemini(answered_by) else "offline, lexical"
