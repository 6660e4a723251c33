"""Keys and tokens taken out of texts that a person or a file may keep."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from urllib.parse import quote

REDACTED = "[key redacted]"
KEY_VARIABLES = ("GOOGLE_API_KEY", "GEMINI_API_KEY")
"""The variables that hold a key; the SDK reads the first that is set."""

PLACEHOLDER = "offline-not-a-key"
"""What stands in a key variable while the embedded server answers; it is no key."""

_FORMS = (
    (re.compile(r"AIza[0-9A-Za-z_-]{35}"), REDACTED),
    (re.compile(r"AQ\.[0-9A-Za-z_-]{20,}"), REDACTED),
    (re.compile(r"ya29\.[0-9A-Za-z._-]+"), REDACTED),
    (re.compile(r"(?i)\b(bearer)\s+[0-9A-Za-z._~+/-]+=*"), rf"\1 {REDACTED}"),
    (re.compile(r"(?i)([?&]key=)(?!\[key redacted\])[^&\s\"'<>)\\]+"), rf"\1{REDACTED}"),
)
_SHORTEST = 4  # a shorter "key" is a word of the text
_MUST_STAND_ALONE = 12  # a shorter one may be part of an ordinary word
_in_use: set[str] = set()


class Secret(str):
    """A key that is sent as it is, but shows and pickles as redacted.

    The SDK keeps the key in plain dictionaries that verbose tracebacks print and that exceptions
    carry along when they are pickled; a string that hides itself closes those leaks.

    Example:
        >>> {"x-goog-api-key": Secret("not-to-be-seen")}
        {'x-goog-api-key': '[key redacted]'}
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return repr(REDACTED)

    def __reduce__(self) -> tuple[type[str], tuple[str]]:
        return str, (REDACTED,)

    def strip(self, chars: str | None = None, /) -> Secret:
        """The SDK strips the key that it is given; what remains is as secret."""
        return Secret(super().strip(chars))


def remember(secret: str) -> None:
    """Have `redact` take out `secret` from now on, whatever its form, and the lines it has."""
    pieces = {piece for piece in secret.split() if len(piece) >= _MUST_STAND_ALONE}
    _in_use.update(map(str, {secret.strip(), *pieces}))


def keys_in_use() -> frozenset[str]:
    """The keys that `redact` takes out whatever they look like."""
    from_environment = {os.environ.get(name, "").strip() for name in KEY_VARIABLES}
    keys = {key for key in _in_use | from_environment if len(key) >= _SHORTEST}
    return frozenset(keys - {PLACEHOLDER})


def redact(text: str) -> str:
    """`text` with every key and token replaced by `[key redacted]`.

    Taken out are the keys in use, whatever they look like (passed to `connect`, or standing in
    GOOGLE_API_KEY or GEMINI_API_KEY), in capitals, in small letters and percent-encoded, too;
    Google's two key formats, `AIza...` and `AQ....`; OAuth access tokens; whatever follows
    `Bearer`; and the value of `?key=` in an address.

    Example:
        >>> redact("GET /v1beta/models?key=abc123&pageSize=2 with Authorization: Bearer x.y")
        'GET /v1beta/models?key=[key redacted]&pageSize=2 with Authorization: Bearer [key redacted]'
        >>> redact(redact("?key=abc123"))
        '?key=[key redacted]'
    """
    if keys := keys_in_use():
        text = _any_of(keys).sub(REDACTED, text)
    for form, replacement in _FORMS:
        text = form.sub(replacement, text)
    return text


@lru_cache(maxsize=8)
def _any_of(keys: frozenset[str]) -> re.Pattern[str]:
    """What finds each of `keys`, the longest first; a short one only where it stands alone."""
    forms = {form for key in keys for form in (key, quote(key), quote(key, ""))}
    ordered = sorted(forms, key=lambda form: (-len(form), form))
    return re.compile("|".join(map(_exactly, ordered)))


def _exactly(key: str) -> str:
    pattern = re.escape(key)
    return rf"(?<![\w-]){pattern}(?![\w-])" if len(key) < _MUST_STAND_ALONE else f"(?i:{pattern})"
