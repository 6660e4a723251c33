"""Where in an answer's text its JSON stands: the stretches that no reader wants to read."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

if TYPE_CHECKING:
    from gemini_nb.spatial.annotations import Annotations

_BEFORE: Final = re.compile(r"([\[{`])\s*(?:\"[^\"\n]{0,80}\"\s*:\s*)?\Z")
_AFTER: Final = re.compile(r"\s{0,200},?\s{0,200}([\]}`])")
_BETWEEN: Final = re.compile(r"[\s,\[\]{}]*")
_LEFT_OUT: Final = re.compile(r"(?:[\s,]*\{[^{}]*\})*")
_NOTHING: Final = re.compile(r"[\s,]*")
_CLOSING: Final = {"[": "]", "{": "}", "`": "`"}
_NEAR: Final = 300  # characters before a place in which its opening bracket may stand
_SET_ASIDE: Final = frozenset({"duplicate", "dropped", "unsupported"})


class Place(NamedTuple):
    """A stretch of JSON, and the positions in the annotations of what it holds."""

    start: int
    end: int
    items: tuple[int, ...]


def json_places(found: Annotations) -> list[Place]:
    """Where things stand as JSON, from the front; parts of one list as one place.

    Example:
        >>> from gemini_nb.spatial.parse import parse
        >>> json_places(parse('[{"point": [1, 2]}, {"point": [3, 4]}] and {"point": [5, 6]}'))
        [Place(start=1, end=37, items=(0, 1)), Place(start=43, end=60, items=(2,))]
    """
    text = found.text
    spans = [(item.span, (index,)) for index, item in enumerate(found) if item.span is not None]
    # What was left out still stands between what was kept, and goes with it.
    spans += [(note.span, ()) for note in found.issues if note.span and note.kind in _SET_ASIDE]
    joined: list[Place] = []
    for start, end, items in sorted((*span, items) for span, items in spans):
        if joined:
            last = _with_left_out(text, joined[-1], start)
            if start <= last.end or _BETWEEN.fullmatch(text, last.end, start):
                joined[-1] = Place(last.start, max(last.end, end), (*last.items, *items))
                continue
            joined[-1] = last
        joined.append(Place(start, end, items))
    joined = [*joined[:-1], *(_with_left_out(text, last, len(text)) for last in joined[-1:])]
    return [place._replace(items=tuple(sorted(place.items))) for place in joined if place.items]


def with_brackets(text: str, place: Place, limits: tuple[int, int]) -> tuple[int, int]:
    """Start and end of the place with the brackets, keys and code marks that stand around it."""
    start, end = place.start, place.end
    while before := _BEFORE.search(text[max(start - _NEAR, limits[0]) : start]):
        after = _AFTER.match(text, end, limits[1])
        if after and after[1] == _CLOSING[before[1]]:
            end = after.end()
        elif not _NOTHING.fullmatch(text, end, limits[1]):
            break
        start = max(start - _NEAR, limits[0]) + before.start()
    return start, end


def said_besides(text: str) -> str | None:
    """What an object of JSON says besides the things it lists; None for any other text.

    Example:
        >>> said_besides('{"answer": "two mugs", "points": [{"point": [1, 2]}]}')
        'answer: two mugs'
    """
    if not text.lstrip().startswith("{"):
        return None
    try:
        said: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    members = cast("dict[str, Any]", said)
    plain = {key: value for key, value in members.items() if not isinstance(value, dict | list)}
    return "\n\n".join(f"{key}: {value}" for key, value in plain.items())


def _with_left_out(text: str, place: Place, limit: int) -> Place:
    """The place with objects that follow it and were left out, as repetitions are."""
    after = _LEFT_OUT.match(text, place.end, limit)
    return place._replace(end=after.end()) if after else place
