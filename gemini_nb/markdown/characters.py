"""Characters that no reader of Markdown, TeX or HTML takes for anything but themselves."""

from __future__ import annotations

import html
import re
from typing import Final

ENTITY: Final = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_MARKS: Final = re.compile(r"[\n!\"#$&'()*+<=>@\[\\\]_`{|}~^:.-]")
_SEPARATED: Final = frozenset("$\\")
_CONTROL: Final = re.compile("\r\n?|[\x00\x0b\x0c\u2028\u2029]")


def written(character: str) -> str:
    r"""One character as an entity, which nothing takes for a mark.

    MathJax reads the finished page, where entities are characters again: a dollar or a backslash
    stands in an element of its own, since no formula reaches over the edge of an element.

    Example:
        >>> written("<"), written("$")
        ('&lt;', '<span>&#36;</span>')
    """
    if character in _SEPARATED:
        return f"<span>{_entity(character)}</span>"
    return _entity(character)


def verbatim(text: str) -> str:
    """Text in which every mark is an entity, on one line: for the inside of `<code>`.

    Example:
        >>> verbatim("a|b <c>")
        'a&#124;b &lt;c&gt;'
    """
    return _MARKS.sub(lambda mark: _entity(mark[0]), text)


def decoded(text: str) -> str:
    """Text with its entities and its backslashes before punctuation read, as in an address."""
    return html.unescape(re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text))


def well_formed(text: str) -> str:
    r"""Text that can be sent and has `\n` for every line end.

    NUL and halves of surrogate pairs become the replacement character; the rare line ends of
    Unicode, which JavaScript takes for lines and Python does not, become blanks.

    Example:
        >>> well_formed("a\r\nb\x00")
        'a\nb�'
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _CONTROL.sub(lambda found: _PLAIN.get(found[0], " "), text)


_PLAIN: Final = {"\r": "\n", "\r\n": "\n", "\x00": "\ufffd"}


def _entity(character: str) -> str:
    return _NAMED.get(character) or f"&#{ord(character)};"


_NAMED: Final = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
