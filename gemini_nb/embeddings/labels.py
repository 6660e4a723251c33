"""Labels made fit to be shown: they come from users' documents, and may hold anything."""

from __future__ import annotations

import re
from typing import Final

from gemini_nb.redaction import redact

# Control characters steer a terminal, marks of direction turn the text after them around, and
# lone surrogates and what is no character can't be written to a notebook or an SVG.
_UNFIT: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
_ELLIPSIS: Final = "\N{HORIZONTAL ELLIPSIS}"
_LONGEST_KEY: Final = 4096  # characters, with room to spare: whole books are not searched


def shortened(label: str, longest: int = 40) -> str:
    r"""A label on one line, with no key, nor character that a terminal or notebook can't show.

    Example:
        >>> shortened("a red kite\nover the sea", longest=14), shortened(" ")
        ('a red kite ov…', '(empty)')
    """
    line = " ".join(label.split())[: longest + _LONGEST_KEY]
    # Keys go first: half a key would no longer look like one.
    line = _UNFIT.sub("\N{REPLACEMENT CHARACTER}", redact(line))
    if not line:
        return "(empty)"
    return line if len(line) <= longest else line[: longest - 1].rstrip() + _ELLIPSIS
