"""What answers say about a video by its time: places on its frames, and lanes under it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from gemini_nb.display import MUTED, html, words
from gemini_nb.drawing.sampling import clock
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.geometry import pair
from gemini_nb.spatial.issues import Issue
from gemini_nb.spatial.statements import Moment, Progress, Segment, seconds_in, time_of
from gemini_nb.spatial.tracks import name_and_state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gemini_nb.drawing.sampling import Clip
    from gemini_nb.spatial.tracks import Track

_BRACKET: Final = re.compile(r"(\d{1,3}) ?%?(?: ?(?:-|\u2013|to) ?(\d{1,3}) ?%?)?")
_TABLE: Final = "table-layout:fixed;width:100%;max-width:760px;margin:.5em 0;font-size:12px"
_CELL: Final = "border:none;text-align:left;padding:3px 0;white-space:nowrap"
_CUT: Final = "overflow:hidden;text-overflow:ellipsis"
_LANE: Final = "position:relative;height:14px;background:rgba(127,127,127,.2);border-radius:3px"
# The rim tells dark colours from a dark page.
_EVENT: Final = "position:absolute;box-shadow:0 0 0 1px rgba(160,160,160,.7)"
_LOOKS: Final = {
    "bar": "top:1px;height:12px;min-width:3px;border-radius:3px",
    "tick": "top:-1px;height:16px;width:4px;margin-left:-2px;border-radius:2px",
    "dot": "top:2px;height:10px;width:10px;margin-left:-5px;border-radius:5px",
    "share": "top:1px;height:12px;border-radius:3px",
    "bracket": "top:1px;height:12px;border-radius:3px;opacity:.4",
}


class Event(NamedTuple):
    """What a lane shows at a place along it, in shares of its length."""

    kind: Literal["bar", "tick", "dot", "share", "bracket"]
    start: float
    end: float


class Lane(NamedTuple):
    """What is said of one thing, along the time of the clip."""

    name: str
    events: tuple[Event, ...]
    told: str
    """The same in words."""


def in_time(
    answers: Iterable[tuple[float | None, Annotations]], clip: Clip
) -> tuple[dict[int, Annotations], list[Lane], list[Issue]]:
    """Places by frame number, lanes of what happens, and what could not be shown.

    Args:
        answers: each with the second that it is about, or None if it tells the times itself.
        clip: what they are about.
    """
    found: dict[int, Annotations] = {}
    lanes: dict[str, Lane] = {}
    issues: list[Issue] = []
    for when, answer in answers:
        issues += answer.issues
        if when is not None and (at := clip.number(when)) is not None:
            found.setdefault(at, Annotations())
        for item in answer:
            time = time_of(item) if when is None else when
            if time is None and isinstance(item.image, int):
                time = clip.time(str(item.image))
            at = None if time is None else clip.number(time)
            said = "no time that can be read" if time is None else _outside(time)
            if isinstance(item, Segment | Moment | Progress):
                said = _lane(item, time, clip)
            elif at is not None:
                found[at] = found.get(at, Annotations()) + Annotations((item,))
                continue
            if isinstance(said, str):
                issues.append(Issue("dropped", said, str(item.to_dict()), item.span))
                continue
            before = lanes.get(said.name, Lane(said.name, (), ""))
            told = ", ".join(filter(None, (before.told, said.told)))
            lanes[said.name] = Lane(said.name, before.events + said.events, told)
    return dict(sorted(found.items())), [*lanes.values()], issues


def _lane(item: Segment | Moment | Progress, time: float | None, clip: Clip) -> Lane | str:
    """What happens, or why it can't be shown."""
    if isinstance(item, Progress):
        if not (bracket := _BRACKET.fullmatch(item.level.strip())):
            return "no progress that can be read"
        low, high = (min(int(bracket[each] or bracket[1]), 100) / 100 for each in (1, 2))
        name = (item.label or "progress") + ("" if time is None else f" at {clock(time)}")
        events = Event("share", 0, low), Event("bracket", low, high)
        return Lane(name, events, f"{item.level.strip(' %')} %")
    if isinstance(item, Moment):
        start, end, name = item.seconds, None, item.label or "completed"
        if start is None:
            return Lane(name, (), "never")
    else:
        start, end = seconds_in(item.start_timestamp), seconds_in(item.end_timestamp)
        name = ": ".join(filter(None, (item.label, item.description))) or "segment"
        if start is None or (end or start) < start:
            return "no start that can be read, or one after the end"
    if outside := [at for at in (start, end) if at is not None and clip.number(at) is None]:
        return _outside(outside[0])
    told = clock(start) + ("" if end is None else f" to {clock(end)}")
    begin, stop = (min((at - clip.start) / clip.length, 1) for at in (start, end or start))
    return Lane(name, (Event("tick" if end is None else "bar", begin, stop),), told)


def _outside(time: float) -> str:
    return f"{clock(time)} is not in the video"


def seen(track: Track, clip: Clip) -> Lane:
    """When a thing was seen, and where it was first and last."""
    count = len(clip.pictures)
    estimated = f", estimated in {len(track.estimated)}" if track.estimated else ""
    places = [
        f"{clip.name(at)} {pair(place)} {words(name_and_state(place.label)[1])}".rstrip()
        for at in dict.fromkeys((track.seen[0], track.seen[-1]))
        if (place := track.positions[at])
    ]
    dots = tuple(Event("dot", at / count, at / count) for at in track.seen)
    return Lane(track.title, dots, f"seen in {len(dots)}{estimated}: {', '.join(places)}")


def lanes_html(lanes: Sequence[Lane], clip: Clip, colours: Mapping[str, str]) -> str:
    """Lanes over an axis of time, as a table: without its styles it is one of words."""
    times = (clock(clip.start + share * clip.length) for share in (0, 0.5, 1))
    axis = "".join(f"<span>{time}</span>" for time in times)
    rows = [
        (html(words(lane.name)), _lane_html(lane, colours[lane.name]), html(words(lane.told)))
        for lane in lanes
    ]
    rows.append(("", f"<div style='display:flex;justify-content:space-between'>{axis}</div>", ""))
    cells = "".join(
        f"<tr style='background:none'><td style='{_CELL};{_CUT};width:28%' title='{name}'>{name}"
        f"</td><td style='{_CELL}'>{lane}</td><td style='{_CELL};{_CUT};width:27%;{MUTED};"
        f"padding-left:8px' title='{told}'>{told}</td></tr>"
        for name, lane, told in rows
    )
    return f"<table class='gnb-lanes' style='{_TABLE}'><tbody>{cells}</tbody></table>"


def _lane_html(lane: Lane, colour: str) -> str:
    events = "".join(
        f"<div style='{_EVENT};{_LOOKS[kind]};left:{100 * start:.1f}%;background:{colour}"
        + (f";width:{100 * (end - start):.1f}%'></div>" if end > start else "'></div>")
        for kind, start, end in lane.events
    )
    return f"<div style='{_LANE}'>{events}</div>"
