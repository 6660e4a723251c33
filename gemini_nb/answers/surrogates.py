"""Halves of characters, as JSON's escapes can leave them, put together or replaced."""

from __future__ import annotations

import re

from gemini_nb.fields import field

REPLACEMENT = "\ufffd"
"""What Unicode puts in the place of what cannot be read."""

_HALF = re.compile("[\ud800-\udfff]")
_PAIR = re.compile("([\ud800-\udbff])([\udc00-\udfff])")


def well_formed(text: str) -> str:
    r"""`text` with the halves of a character joined, and a lone half replaced by U+FFFD.

    Example:
        >>> well_formed("\ud83d\ude00") == "\U0001f600", well_formed("a\ud83d")
        (True, 'a\ufffd')
    """
    if text.isascii() or not _HALF.search(text):
        return text
    joined = _PAIR.sub(lambda pair: _joined(*pair.groups()), text)
    return _HALF.sub(REPLACEMENT, joined)


def text_of(value: object, name: str) -> str:
    """A field's text, well formed; "" where it holds none.

    Example:
        >>> text_of({"name": "weather"}, "name"), text_of({"name": 3}, "name")
        ('weather', '')
    """
    found = field(value, name)
    return well_formed(found) if isinstance(found, str) else ""


def ends_in_half(text: str) -> bool:
    r"""Whether `text` stops after the first half of a character.

    Example:
        >>> ends_in_half("a\ud83d"), ends_in_half("a"), ends_in_half("")
        (True, False, False)
    """
    return "\ud800" <= text[-1:] <= "\udbff"


def _joined(high: str, low: str) -> str:
    return (high + low).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
