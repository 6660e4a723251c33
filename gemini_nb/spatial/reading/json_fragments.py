"""The pieces of a text that are JSON, or were meant to be: in fences, in prose, in comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.spatial.reading.json_strings import StringReader
from gemini_nb.spatial.reading.json_values import JsonArray, JsonObject, Repair
from gemini_nb.spatial.reading.plain_json import well_formed
from gemini_nb.spatial.reading.tolerant_json import Reader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.spatial.geometry import Span

# A brace before a key, a bracket before a value: other brackets are the prose's own.
_START: Final = re.compile(
    r"""\{(?=\s*+(?:["'\u201c\u2018{}\\]|[A-Za-z_$][\w$]*+\s*+[:=]|\#|/[/*]|\d++\s*+:))"""
    r"""|\[(?=\s*+(?:[{\[\]"'\u201c\u2018(\\\#]|/[/*]|[-+.]?\d|\.\.\.))"""
)
_COMMENT_LINE: Final = re.compile(r"[ \t]*+(?:\#|//|>)")
_OBJECT: Final = re.compile(r"\{[^{}]*+\}")


class Fragment(NamedTuple):
    """One piece of JSON in a text."""

    value: JsonObject | JsonArray
    repairs: tuple[Repair, ...] = ()
    too_deep: bool = False
    """Whether it is nested so deeply that it was not read to its end."""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.value.span


def fragments(text: str) -> Iterator[Fragment]:
    """The pieces of `text` that read as JSON, in their order, each as far as it goes.

    Where a piece breaks off, the search goes on behind it: no part of `text` is read twice.

    Example:
        >>> [fragment.span for fragment in fragments('The mug [1, 2] and {"label": "pen"}.')]
        [Span(start=8, end=14), Span(start=19, end=35)]
    """
    repairs: list[Repair] = []
    strings = StringReader(text, lambda why, start, end: repairs.append(Repair(why, start, end)))
    at = 0
    while found := _START.search(text, at):
        start = found.start()
        if (whole := well_formed(text, start)) is not None:
            at = whole.span.end
            yield Fragment(whole)
            continue
        repairs.clear()
        reader = Reader(text, start, strings, comment=_in_comment(text, start, at))
        value = reader.read()
        at = max(reader.at, start + 1)
        if reader.too_deep:
            # What is innermost may still be read, on its own.
            deeper = _OBJECT.search(text, at)
            at = deeper.start() if deeper else len(text)
        yield Fragment(value, (*reader.repairs, *repairs), reader.too_deep)


def _in_comment(text: str, start: int, since: int) -> bool:
    """Whether the line on which `start` stands is a comment, or quoted."""
    line = text.rfind("\n", since, start) + 1 or since
    return _COMMENT_LINE.match(text, line, start) is not None
