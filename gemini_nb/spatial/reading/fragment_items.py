"""The items of one piece of JSON, by where in the answer it stands: in prose or on its own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gemini_nb.spatial.reading.item_shapes import bare_items, items_in
from gemini_nb.spatial.reading.json_cursor import DEEPEST
from gemini_nb.spatial.reading.json_values import JsonArray, JsonObject, holds_objects
from gemini_nb.spatial.reading.keys import shape_of
from gemini_nb.spatial.reading.prose import is_place, label_before, line_start

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item, Span
    from gemini_nb.spatial.reading.json_fragments import Fragment
    from gemini_nb.spatial.reading.notes import Notes

_BEFORE: Final = re.compile(r"[ \t]*+(?:(?:[-*\u2022>#]|//|\d{1,3}[.)])[ \t]*+)*+")
_BULLET: Final = re.compile(r"[ \t]*+(?:[-*\u2022]|\d{1,3}[.)])[ \t]++.*[\w*`)\]\"]\s?[:=-]\s?")
_NAMING: Final = frozenset(":=-")
_AFTER: Final = re.compile(r"[ \t]*+[.,;]?[ \t]*+(?:\r?\n|\Z)")


def fragment_items(fragment: Fragment, text: str, notes: Notes) -> list[Item]:
    """The items of one piece of JSON, named by the words before it where it gives no name.

    What was mended is noted if there are any items; what was lost is noted if the piece was meant
    to be read: numbers in prose that are a citation, and braces in code, are no loss.
    """
    value = fragment.value
    span = value.span
    if isinstance(value, JsonObject):
        if _is_code(value, text, span):
            return []
        items = items_in(value, span, notes, _bullet_label(text, span))
    elif not value.holds_objects:
        items = _bare(value, text, span, notes)
    else:
        items = items_in(value, span, notes)
    meant = bool(items) or text[span.start] == "{" or holds_objects(value)
    if meant:
        notes.mended(fragment.repairs)
    if fragment.too_deep:
        notes.add("dropped", f"brackets more than {DEEPEST} levels deep", span)
    return items


def _bare(value: JsonArray, text: str, span: Span, notes: Notes) -> list[Item]:
    if not value.closed:
        return []
    if _stands_alone(text, span):
        return bare_items(value, span, notes)
    if not is_place(text, span.start, span.end, value):
        return []
    return bare_items(value, span, notes, label_before(text, span.start), told=False)


def _stands_alone(text: str, span: Span) -> bool:
    """Whether nothing else stands on the lines of it, but for bullets and comment signs."""
    line = line_start(text, span.start)
    return bool(_AFTER.match(text, span.end) and _BEFORE.fullmatch(text, line, span.start))


def _bullet_label(text: str, span: Span) -> str:
    """The name before an object on the line of a list: `- mug: {...}`."""
    if text[max(span.start - 2, 0) : span.start].strip()[-1:] not in _NAMING:
        return ""  # as nearly always
    line = line_start(text, span.start)
    named = _BULLET.fullmatch(text, line, span.start)
    return label_before(text, span.start) if named else ""


def _is_code(value: JsonObject, text: str, span: Span) -> bool:
    """Whether it is a brace of a program or a template: bare words in it, and no known key."""
    if not text[span.start + 1 : span.start + 2].isidentifier():
        return False
    unknown = not shape_of(tuple(value.members)).known and "label" not in value.members
    return unknown and not any(map(holds_objects, value.members.values()))
