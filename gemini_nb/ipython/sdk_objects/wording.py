"""What fields hold, in words that are safe and short enough to show."""

from __future__ import annotations

import re

from gemini_nb.redaction import redact

LINE = 200
"""Characters of a field that are shown; what is longer ends with an ellipsis."""
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
# Control characters steer a terminal, and the marks of direction turn the text after them around.
_STEERING = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SIZES = ("bytes", "kB", "MB", "GB", "TB")


def words(value: object, longest: int = LINE) -> str:
    r"""What a field holds, on one line: no keys, no control characters; "" for None.

    Args:
        value: anything.
        longest: how many characters to show at most.

    Example:
        >>> words("a name\n on two lines", longest=10)
        'a name on…'
    """
    if value is None:
        return ""
    # Keys go first: half a key would no longer look like one.
    line = _STEERING.sub("\N{REPLACEMENT CHARACTER}", " ".join(redact(str(value)).split()))
    return line if len(line) <= longest else line[: longest - 1].rstrip() + _ELLIPSIS


def number(value: object) -> str:
    """A count with its thousands separated; whatever else it is in words.

    Example:
        >>> number(1_048_576), number("many")
        ('1,048,576', 'many')
    """
    return f"{value:,}" if isinstance(value, int) else words(value)


def counted(count: int, one: str, several: str = "") -> str:
    """A count and what is counted.

    Example:
        >>> counted(1, "file"), counted(2_000, "file"), counted(2, "batch", "batches")
        ('1 file', '2,000 files', '2 batches')
    """
    return f"{count:,} {one if count == 1 else several or one + 's'}"


def byte_size(count: object) -> str:
    """A size in the largest fitting decimal unit; "" where none is told.

    Example:
        >>> byte_size(5), byte_size("1234567"), byte_size(None)
        ('5 bytes', '1.2 MB', '')
    """
    if not isinstance(count, int | str) or not str(count).isdecimal():
        return ""
    size, unit = float(count), 0
    while size >= 999.5 and unit < len(_SIZES) - 1:  # noqa: PLR2004 - it would round to 1000
        size, unit = size / 1000, unit + 1
    shown = f"{size:.0f}" if unit == 0 or size >= 99.5 else f"{size:.1f}"  # noqa: PLR2004 - 3 digits
    return "1 byte" if (shown, unit) == ("1", 0) else f"{shown} {_SIZES[unit]}"
