"""A timeline: one lane for each thing, with when it was seen, estimated, and absent."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gemini_nb.drawing.colours import WHITE, text_on
from gemini_nb.drawing.lettering import lettering, text_width
from gemini_nb.drawing.marks.marks import corners
from gemini_nb.drawing.scene import Label, Mark, Path, Scene, Stroke
from gemini_nb.drawing.wording import clean
from gemini_nb.spatial.geometry import PixelBox, number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from gemini_nb.spatial.tracks import Track

_FONT_SIZE: Final = 12.0
_SMALL: Final = 10.5
_LANE: Final = 34.0  # pixels from one lane to the next
_BAR: Final = 14.0
_MARGIN: Final = 8.0
_NAMES: Final = 0.3  # of the width, at most, for the names
_INK: Final = "#333333"
_GREY: Final = "#d0d0d0"
_MOST_TOLD: Final = 20  # frames in a line of text; the tracks have them all
_NAME_WIDTH: Final = 24  # letters, up to which the lines of text are aligned
_EDGED: Final = 8.0  # pixels of a frame; narrower ones would be all edge
_TICK_ROOM: Final = 24.0  # pixels that the number of a frame needs


def lanes(followed: Sequence[Track]) -> str:
    """The tracks in words: a line for each that says when, and one that says where.

    Example:
        >>> from gemini_nb.spatial.geometry import Point
        >>> from gemini_nb.spatial.tracks import Track
        >>> places = Point(9, 1, label="pen (up)"), Point(9, 5), Point(9, 9, label="pen (down)")
        >>> print(lanes([Track("pen", places, frozenset((0, 2)))]))
        pen  frames 0-2: seen 0 2, estimated 1
             0 [9, 1] up, 2 [9, 9] down
    """
    names = [clean(track.title) for track in followed]
    width = max((len(name) for name in names if len(name) <= _NAME_WIDTH), default=2)
    return "\n".join(
        f"{name:<{width}}  {_when(track)}\n{'':<{width}}  {_where(track)}"
        for name, track in zip(names, followed, strict=True)
    )


def timeline(
    followed: Sequence[Track], colours: Mapping[str, str], count: int, width: int
) -> Scene:
    """The tracks as lanes over `count` frames, on a white ground `width` pixels wide.

    Filled is where a thing was seen, hollow and dashed where its place is only estimated, and
    empty where it is absent or nobody looked. Below each lane stand its states, below all the
    numbers of the analysed frames.

    Args:
        followed: one lane each.
        colours: "#rrggbb" by the tracks' titles.
        count: of the frames.
        width: in pixels, at least 100.
    """
    height = round(len(followed) * _LANE + 2 * _MARGIN + 1.5 * _SMALL)
    names = [
        lettering(clean(t.title), line_width=_NAMES * width / _FONT_SIZE, most_lines=1)
        for t in followed
    ]
    left = max((name.width for name in names), default=0) * _FONT_SIZE + 3 * _MARGIN
    step = (width - left - _MARGIN) / max(count, 1)
    ground = _box_path(
        PixelBox(0.5, 0.5, width - 0.5, height - 0.5), Stroke(_GREY, 1.0), WHITE, 1.0
    )
    marks = [_mark(ground, _INK, "timeline")]
    labels: list[Label] = []
    for at, (track, name) in enumerate(zip(followed, names, strict=True)):
        top = _MARGIN + at * _LANE
        colour = colours[track.title]
        bars = _bars(track, colour, left, step, top)
        marks.append(
            Mark(bars, colour, f"{clean(track.title)}: {_when(track)}", _hull(left, top, width))
        )
        box = PixelBox(_MARGIN, top - 2, 2 * _MARGIN + name.width * _FONT_SIZE, top + _BAR + 2)
        labels.append(Label(at + 1, name.lines, box, _FONT_SIZE, text_on(colour), colour))
        labels += _state_labels(track, at + 1, left, step, top, width - _MARGIN)
    analysed = sorted(followed[0].analysed) if followed else []
    labels += _tick_labels(analysed, left, step, height - _MARGIN - 1.5 * _SMALL)
    return Scene(
        width, height, tuple(marks), tuple(labels), description=_described(followed, count)
    )


def spans(frames: Iterable[int]) -> str:
    """Frame numbers in words, the consecutive ones as one; of very many the first and the last.

    Example:
        >>> spans([0, 2, 3, 4, 9])
        '0 2-4 9'
    """
    runs = _runs(frames)
    told = [f"{first}" if first == last else f"{first}-{last}" for first, last in runs]
    return " ".join(told if len(told) <= _MOST_TOLD else [*told[: _MOST_TOLD - 1], "...", told[-1]])


def _when(track: Track) -> str:
    placed = sorted((*track.seen, *track.estimated))
    told = f"frames {placed[0]}-{placed[-1]}: seen {spans(track.seen)}"
    estimated = f", estimated {spans(track.estimated)}" if track.estimated else ""
    absent = [at for at in sorted(track.analysed) if track.positions[at] is None]
    return told + estimated + (f", absent {spans(absent)}" if absent else "")


def _where(track: Track) -> str:
    told: list[str] = []
    for at in track.seen:
        place = track.positions[at]
        if place is not None:
            spot = f"{at} [{number(place.y)}, {number(place.x)}] {clean(track.states[at])}"
            told.append(spot.rstrip())
    more = len(told) - _MOST_TOLD
    return ", ".join(told[:_MOST_TOLD]) + (f" and {more} more" if more > 0 else "")


def _described(followed: Sequence[Track], count: int) -> str:
    told = "; ".join(f"{clean(track.title)}, {_when(track)}" for track in followed)
    return f"Timeline of {count} frames: {told or 'nothing found'}"


def _bars(track: Track, colour: str, left: float, step: float, top: float) -> tuple[Path, ...]:
    bars: list[Path] = []
    # One hollow bar from sighting to sighting, and what was seen over it.
    for first, last in _runs(sorted((*track.seen, *track.estimated))):
        if not track.analysed.issuperset(range(first, last + 1)):
            box = PixelBox(left + first * step, top + 1, left + (last + 1) * step, top + _BAR - 1)
            bars.append(_box_path(box, Stroke(colour, 1.5, dashed=True), colour, 0.12))
    for first, last in _runs(track.seen):
        box = PixelBox(left + first * step, top, left + (last + 1) * step, top + _BAR)
        edge = Stroke(_INK if step >= _EDGED else colour, 0.8)
        bars.append(_box_path(box, edge, colour, 1.0))
    return tuple(bars)


def _state_labels(  # noqa: PLR0913, PLR0917 - a lane's place
    track: Track, mark: int, left: float, step: float, top: float, right: float
) -> list[Label]:
    """What the lane's label said in brackets, where it changes and as far as there is room."""
    changes: list[tuple[int, str]] = []
    for at in track.seen:
        state = clean(track.states[at])
        if state != (changes[-1][1] if changes else ""):
            changes.append((at, state))
    labels: list[Label] = []
    ends = [*(left + at * step for at, _ in changes[1:]), right]
    for (at, state), end in zip(changes, ends[: len(changes)], strict=True):
        start = left + at * step
        room = (end - start - 4) / _SMALL
        if not state or room < text_width(state[:2]) + 1:
            continue
        text = lettering(state, line_width=room, most_lines=1)
        box = PixelBox(start, top + _BAR + 1, start + text.width * _SMALL + 4, top + _LANE - 4)
        labels.append(Label(mark, text.lines, box, _SMALL, _INK, WHITE, shortened=text.shortened))
    return labels


def _tick_labels(analysed: Sequence[int], left: float, step: float, top: float) -> list[Label]:
    """The numbers of the analysed frames, as many as there is room for."""
    labels: list[Label] = []
    free_from = 0.0
    for frame in analysed:
        middle = left + (frame + 0.5) * step
        if middle - _TICK_ROOM / 2 < free_from:
            continue
        free_from = middle + _TICK_ROOM / 2
        box = PixelBox(middle - _TICK_ROOM / 2, top, middle + _TICK_ROOM / 2, top + 1.5 * _SMALL)
        labels.append(Label(0, (str(frame),), box, _SMALL, _INK, WHITE))
    return labels


def _runs(frames: Iterable[int]) -> list[tuple[int, int]]:
    """First and last of each run of consecutive numbers in ascending `frames`."""
    ordered = list(frames)
    breaks = [at for at, (one, other) in enumerate(pairwise(ordered), 1) if other != one + 1]
    edges = [0, *breaks, len(ordered)] if ordered else [0]
    return [(ordered[start], ordered[end - 1]) for start, end in pairwise(edges)]


def _box_path(box: PixelBox, stroke: Stroke, fill: str, opacity: float) -> Path:
    tidy = PixelBox(*(round(side, 1) for side in box))
    return Path(corners(tidy), stroke, closed=True, fill=fill, fill_opacity=opacity)


def _mark(path: Path, colour: str, title: str) -> Mark:
    xs, ys = [x for x, _ in path.points], [y for _, y in path.points]
    return Mark((path,), colour, title, PixelBox(min(xs), min(ys), max(xs), max(ys)))


def _hull(left: float, top: float, width: float) -> PixelBox:
    return PixelBox(left, top, width - _MARGIN, top + _BAR)
