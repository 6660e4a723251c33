"""The scene of each frame of a film: what was found in it, what is estimated, and the way there."""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from gemini_nb.drawing.colours import BLACK, WHITE
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.lettering import text_width
from gemini_nb.drawing.marks.canvas import canvas_of
from gemini_nb.drawing.marks.marks import corners, point_mark
from gemini_nb.drawing.scene import Disc, Label, Mark, Path, Scene, Stroke
from gemini_nb.drawing.wording import clean
from gemini_nb.spatial.geometry import PixelBox, PixelPoint
from gemini_nb.spatial.tracks import name_and_state

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.drawing.marks.canvas import Canvas
    from gemini_nb.drawing.scene import Primitive
    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.geometry import Item, Point
    from gemini_nb.spatial.tracks import Track

STRIP: Final = 18
"""Pixels below each frame of an animation, for its number and how far the film has come."""

_TRAIL: Final = 12  # frames; what is longer ago tells little, and hides the picture
_STRIP_COLOUR: Final = "#222222"
_PROGRESS: Final = 3.0


class Sequel(NamedTuple):
    """A film's answers: what was found in its frames, and what follows from all of them."""

    found: Mapping[int, Annotations]
    """The answers by frame number."""
    followed: tuple[Track, ...]
    length: int
    """How many frames there are."""
    colours: Mapping[str, str]
    """By the titles of the tracks, as "#rrggbb" each."""


def frame_scene(
    sequel: Sequel, frame: int, width: int, height: int, *, named: bool = True
) -> Scene:
    """The scene over one frame: marks as the answer to it says, dashed ones where none was asked.

    Args:
        sequel: what is known of the film.
        frame: from 0 on.
        width: of the frame, in pixels.
        height: of the frame, in pixels.
        named: whether the marks have labels.
    """
    canvas = canvas_of(width, height)
    answer = sequel.found.get(frame)
    if answer is None:
        scene = _estimated(sequel, frame, canvas, named=named)
    else:
        items, colours = _recognised(sequel, frame, answer)
        style = "names" if named else "none"
        scene = compose(items, width, height, labels=style, colours=colours)
    trails = [
        _trail(track, frame, sequel.colours[track.title], canvas) for track in sequel.followed
    ]
    return _below(scene, [trail for trail in trails if trail])


def with_strip(scene: Scene, frame: int, count: int, *, estimated: bool) -> Scene:
    """`scene`, taller by a strip with the frame's number and a bar of how far the film has come."""
    width, top = scene.width, float(scene.height)
    bottom = top + STRIP
    area = corners(PixelBox(0, top + 0.5, width, bottom))
    ground = Path(area, Stroke(_STRIP_COLOUR, 1.0), closed=True, fill=_STRIP_COLOUR, fill_opacity=1)
    done = PixelPoint(round(width * (frame + 1) / count, 1), bottom - _PROGRESS / 2)
    bar = Path((PixelPoint(0, bottom - _PROGRESS / 2), done), Stroke("#56b4e9", _PROGRESS))
    told = f"frame {frame} of 0-{count - 1}" + (": positions estimated" if estimated else "")
    size = min(11.0, (width - 8) / max(text_width(told), 1))
    box = PixelBox(2, top + 1, text_width(told) * size + 10, bottom - _PROGRESS - 1)
    number = Label(len(scene.marks), (told,), box, round(size, 1), WHITE, _STRIP_COLOUR)
    mark = Mark((ground, bar), _STRIP_COLOUR, told, PixelBox(0, top + 0.5, width, bottom))
    return replace(
        scene, height=round(bottom), marks=(*scene.marks, mark), labels=(*scene.labels, number)
    )


def _recognised(
    sequel: Sequel, frame: int, answer: Annotations
) -> tuple[list[Item], dict[str, str]]:
    """The items of an answer under their tracks' titles, and the colours of these.

    States are left to the timeline: labels that change size would jump about from frame to frame.
    """
    items: list[Item] = []
    colours: dict[str, str] = {}
    for item in answer:
        track = _track_of(item, sequel.followed, frame)
        if track is not None:
            label = _name(track)
            colours[label] = sequel.colours[track.title]
            items.append(replace(item, label=label))
        else:
            items.append(item)
    return items, colours


def _track_of(item: Item, followed: tuple[Track, ...], frame: int) -> Track | None:
    """The track of an item: of those of its name in this frame the nearest."""
    if item.bounds is None:
        return None
    centre, name = item.bounds.centre, name_and_state(item.label)[0].casefold()
    fitting = [
        (place.distance(centre), at)
        for at, track in enumerate(followed)
        if (place := track.positions[frame]) and track.label.casefold() == name
    ]
    return followed[min(fitting)[1]] if fitting else None


def _estimated(sequel: Sequel, frame: int, canvas: Canvas, *, named: bool) -> Scene:
    """Hollow, dashed marks where things should be."""
    colours: dict[str, str] = {}
    places: list[Point] = []
    for track in sequel.followed:
        place = track.positions[frame]
        if place is not None:
            label = _name(track)
            colours[label] = sequel.colours[track.title]
            places.append(replace(place, label=label))
    style = "names" if named else "none"
    scene = compose(places, canvas.width, canvas.height, labels=style, colours=colours)
    return replace(scene, marks=tuple(_hollow(mark, places, canvas) for mark in scene.marks))


def _hollow(mark: Mark, places: list[Point], canvas: Canvas) -> Mark:
    """`mark` as dashed circles: one for each of its items, which are several in a path."""
    circles = (point_mark(places[at], (at,), mark.colour, canvas, dashed=True) for at in mark.items)
    return replace(mark, primitives=tuple(part for each in circles for part in each.primitives))


def _name(track: Track) -> str:
    """What stands beside a thing: its title, or its number alone where it has no label."""
    return track.title if track.label else f"#{track.number}" if track.number else ""


def _trail(track: Track, frame: int, colour: str, canvas: Canvas) -> Mark | None:
    """The last places of a thing as a line that fades, to where it is now."""
    first = frame
    while first > max(frame - _TRAIL, 0) and track.positions[first] and track.positions[first - 1]:
        first -= 1
    places = [canvas.place(at) for at in track.positions[first : frame + 1] if at]
    if len(places) < 2:  # noqa: PLR2004 - a line has two ends
        return None
    drawn: list[Primitive] = []
    for step, (start, end) in enumerate(pairwise(places), first + 1):
        opacity = round(max(1 - (frame - step) / _TRAIL, 0.1) * 0.8, 2)
        width = canvas.line
        if math.dist(start, end) >= 1:
            line = Stroke(colour, width, BLACK, width + 1, opacity=opacity)
            drawn.append(Path((start, end), line))
        if step - 1 in track.analysed and math.dist(start, places[-1]) > canvas.radius:
            dot = Stroke(WHITE, round(0.4 * width, 2), opacity=opacity)
            drawn.append(Disc(start, round(1.2 * width, 1), colour, dot))
    xs, ys = [x for x, _ in places], [y for _, y in places]
    around = PixelBox(min(xs), min(ys), max(xs), max(ys))
    return Mark(tuple(drawn), colour, f"the way of {clean(track.title)}", around)


def _below(scene: Scene, marks: list[Mark]) -> Scene:
    """`scene` with `marks` beneath its own."""
    count = len(marks)
    return replace(
        scene,
        marks=(*marks, *scene.marks),
        labels=tuple(replace(label, mark=label.mark + count) for label in scene.labels),
        unplaced=tuple(at + count for at in scene.unplaced),
    )
