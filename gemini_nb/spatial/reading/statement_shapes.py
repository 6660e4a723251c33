"""Angles, absences, times, progress and calls in one object of an answer."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from gemini_nb.spatial.reading.coordinates import members_of, quantity
from gemini_nb.spatial.reading.entries import label_text
from gemini_nb.spatial.reading.json_values import is_list, is_mapping, plain
from gemini_nb.spatial.reading.keys import ANGLE_KEYS, ARGUMENT_KEYS, END_KEYS, START_KEYS
from gemini_nb.spatial.statements import Absence, Angle, Call, Moment, Progress, Segment, seconds

if TYPE_CHECKING:
    from gemini_nb.spatial.reading.entries import Entry, Maker


def statements(entry: Entry, *, placed: bool) -> list[Maker]:
    """Makers of all that the object states without a place; `placed` if it has a place too."""
    found = [*_angle(entry), *_moment(entry), *_progress(entry)]
    if not placed:
        found += [*_segment(entry), *_call(entry)]
    return found or ([] if placed else _absence(entry))


def _angle(entry: Entry) -> list[Maker]:
    for name in ANGLE_KEYS:
        degrees = quantity(entry.get(name), entry.repair)
        if degrees is not None:
            entry.use(name)
            return [partial(Angle, degrees)]
    return []


def _absence(entry: Entry) -> list[Maker]:
    said = entry.get("inframe")
    if said is False or (isinstance(said, str) and said.casefold() == "false"):
        entry.use("inframe", "point", "box2d", "mask")
        return [Absence]
    return []


def _segment(entry: Entry) -> list[Maker]:
    start, end = _first(entry, START_KEYS), _first(entry, END_KEYS)
    times = [_time(entry.get(name)) if name else None for name in (start, end)]
    named = {start, end} & {*START_KEYS[:2], *END_KEYS[:2]}
    if times == [None, None] or not (named or "description" in entry.names()):
        return []
    entry.use(*(name for name in (start, end) if name))
    description = entry.get("description")
    if isinstance(description, str):
        entry.use("description")
    return [partial(Segment, *times, description if isinstance(description, str) else "")]


def _moment(entry: Entry) -> list[Maker]:
    if "completiontimeseconds" not in entry.names():
        return []
    said = entry.get("completiontimeseconds")
    when = quantity(said, entry.repair)
    entry.use("completiontimeseconds")
    if said is not None and when is None:
        entry.drop("a time of completion that is no number")
        return []
    return [partial(Moment, when)]


def _progress(entry: Entry) -> list[Maker]:
    level = label_text(entry.get("progresslevel"))
    if not level:
        return []
    entry.use("progresslevel")
    return [partial(Progress, level)]


def _call(entry: Entry) -> list[Maker]:
    inner = members_of(entry.get("functioncall"))
    function = entry.get("function") or entry.get("name") or (inner or {}).get("name")
    if not isinstance(function, str):
        return []
    key = _first(entry, ARGUMENT_KEYS)
    said = (
        entry.get(key)
        if key
        else next((inner[k] for k in ARGUMENT_KEYS if inner and k in inner), None)
    )
    if "function" not in entry.names() and said is None:
        return []
    entry.use("functioncall", "function" if "function" in entry.names() else "name", key or "")
    return [partial(Call, function, arguments(plain(said)))]


def arguments(said: Any) -> Any:  # noqa: ANN401 - a mapping, or a tuple of whatever
    """The arguments of a call: by name, or in their order."""
    if is_mapping(said) or said is None:
        return said or ()
    return tuple(said) if is_list(said) else (said,)


def _first(entry: Entry, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in entry.names()), None)


def _time(value: object) -> str | float | None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    return value if seconds(value) is not None or isinstance(value, str) else None
