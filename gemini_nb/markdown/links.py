"""Links in a model's Markdown: which addresses may be followed, and how they are written.

Only the web, mail and places in the page itself: an address of another kind, or without a scheme
(JupyterLab would look for such a file beside the notebook), is text.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

from gemini_nb.markdown.characters import decoded

_TARGET: Final = (
    r"(?:<([^<>\n]{0,2000})>|((?:[^\s()<>\\]|\\[^\s]|\((?:[^\s()<>\\]|\\[^\s]){0,2000}\)){0,2000}))"
)
_TITLE: Final = r"""(?:[ \t\n]{1,9}(?:"[^"]{0,999}"|'[^']{0,999}'|\([^()]{0,999}\)))?"""
TARGET: Final = re.compile(rf"\]\([ \t\n]{{0,9}}{_TARGET}{_TITLE}[ \t\n]{{0,9}}\)")
"""The end of a link, `](address "title")`."""

DEFINITION: Final = re.compile(
    r" {0,3}\[((?:[^\[\]\\\n]|\\.){1,999})\]:[ \t]*(?:<([^<>\n]{0,2000})>|([^\s<]{1,2000}))"
    r"""[ \t]*(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\))?[ \t]*$"""
)
"""A line that gives the address for a label, `[label]: address "title"`."""

AUTOLINK: Final = re.compile(r"<((?:https?://|mailto:)[^\s<>\"'`\\]{1,2000})>", re.IGNORECASE)
MAIL: Final = re.compile(r"<([\w.+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,5})>")

_ALLOWED: Final = re.compile(r"https?://[^/?#]|mailto:[^/]|#", re.IGNORECASE)
_FORBIDDEN: Final = re.compile(r"[\x00-\x20\x7f-\xa0\u2000-\u200f\u2028-\u202f\u2066-\u2069\ufeff]")
_KEPT: Final = "/?#:@!&+,;=%-._~"
_LONE_PERCENT: Final = re.compile(r"%(?![0-9a-fA-F]{2})")


def followed(target: str) -> str:
    """The address a link may have, with everything that could be a mark encoded; "" for none.

    Example:
        >>> followed("https://example.org/a_(b)?x=1&y=$2")
        'https://example.org/a_%28b%29?x=1&amp;y=%242'
        >>> followed("JavaScript&colon;alert(1)"), followed("notes.md")
        ('', '')
    """
    address = decoded(target)
    if _FORBIDDEN.search(address) or not _ALLOWED.match(address):
        return ""
    encoded = quote(_LONE_PERCENT.sub("%25", address), safe=_KEPT)
    return encoded.replace("@@", "%40%40").replace("&", "&amp;")


def definition(line: str) -> tuple[str, str] | None:
    """The label and the address that a line gives, if it may be followed.

    Example:
        >>> definition('[1]: https://example.org "A title"')
        ('1', 'https://example.org')
    """
    found = DEFINITION.match(line)
    if not found or found[1].startswith("^") or not found[1].strip():
        return None
    address = followed(found[2] or found[3] or "")
    return (found[1], address) if address else None
