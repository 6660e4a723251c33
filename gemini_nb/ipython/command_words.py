"""The words of a magic's line: quotes hold a word together, and so do `{{...}}`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.ipython.interpolation import find_expressions

if TYPE_CHECKING:
    from collections.abc import Collection

# Quotes count only around a whole word or value: an apostrophe is an apostrophe.
_WORD: Final = re.compile(r"""(--[\w-]+=)?(?:"([^"]*)"|'([^']*)')(?=\s|$)|\S+""")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a line."""

    text: str
    """Without the quotes around it."""
    start: int
    """Offset in the line."""


def words_of(line: str) -> list[Word]:
    r"""The words of `line`; backslashes are themselves, as Windows' paths need it.

    Raises:
        InterpolationError: an expression that can't be read.

    Example:
        >>> [word.text for word in words_of('--system "Be brief." C:\\a.png it\'s {{1 + 1}}')]
        ['--system', 'Be brief.', 'C:\\a.png', "it's", '{{1 + 1}}']
    """
    masked = list(line)
    for expression in find_expressions(line):
        masked[expression.start : expression.end] = "x" * (expression.end - expression.start)
    found = _WORD.finditer("".join(masked))
    return [Word(_unquoted(line, word), word.start()) for word in found]


def prompt_start(line: str, flags: Collection[str]) -> int:
    """The offset in `line` at which its leading options end and the prompt begins.

    Args:
        line: of a line magic.
        flags: the options that take no value.

    Example:
        >>> line = "--json --temperature 0 Name --all colours"
        >>> line[prompt_start(line, {"--json"}):]
        'Name --all colours'
    """
    words = words_of(line)
    at = 0
    while at < len(words) and words[at].text.startswith("--"):
        takes_value = words[at].text not in flags and "=" not in words[at].text
        at += 2 if takes_value else 1
    return words[at].start if at < len(words) else len(line)


def _unquoted(line: str, word: re.Match[str]) -> str:
    for quoted in (2, 3):
        if word[quoted] is not None:
            return (word[1] or "") + line[word.start(quoted) : word.end(quoted)]
    return line[word.start() : word.end()]
