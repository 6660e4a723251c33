"""Things followed over the frames of a video or an animation, and where they were in between.

A model that is asked about every tenth frame names each thing anew. Here the answers become
tracks: which thing of one frame is which of the next, and where it probably was in frames that
nobody asked about.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from gemini_nb.spatial.comparison import MAX_JUMP, nearest_pairs, places
from gemini_nb.spatial.geometry import Point, number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.geometry import Span

_STATE: Final = re.compile(r"(.*\S)\s*\(([^()]*)\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Track:
    """One thing through the frames.

    Example:
        >>> pen = Track("pen", (Point(0, 0), Point(0, 5), Point(0, 10), None), seen=(0, 2))
        >>> pen.title, pen.estimated
        ('pen', (1,))
    """

    label: str
    """Its name, without the state that an answer adds in brackets; empty where it has none."""
    positions: tuple[Point | None, ...]
    """Where it is in each frame, by the label that the answer gave it there; None where it is
    absent or nothing is known. Between two analysed frames in which it was seen it moves evenly."""
    seen: tuple[int, ...]
    """The frames in which an answer says where it is."""
    number: int = 0
    """From 1 on, where several things have the same name; 0 for one that is alone."""

    @property
    def title(self) -> str:
        """Its name, with its number where it has one."""
        name = self.label or "(no label)"
        return f"{name} {self.number}" if self.number else name

    @property
    def estimated(self) -> tuple[int, ...]:
        """The frames in which its position is only interpolated."""
        return tuple(at for at, p in enumerate(self.positions) if p and at not in self.seen)


def tracks(
    answers: Mapping[int, Annotations], count: int, *, max_jump: float = MAX_JUMP
) -> tuple[Track, ...]:
    """The things in a series of frames, in the order in which they are first seen.

    What has the same name is the same thing; the state in brackets at the end of a label, as in
    "pen (on desk)", is no part of the name. Among several of a name, each is the one nearest to
    where it was last seen, so that the distances together are smallest.

    Args:
        answers: by frame number from 0 on, for the frames that were analysed.
        count: of all frames.
        max_jump: in thousandths, between two frames in which a thing is seen; of several things
            of one name. A thing that is alone of its name may move farther.

    Example:
        >>> from gemini_nb.spatial.annotations import Annotations
        >>> first, last = (Annotations((Point(9, x, label="pen"),)) for x in (100, 300))
        >>> tracks({0: first, 2: last}, count=3)[0].positions[1]
        Point(y=9, x=200, label='pen')
    """
    things: dict[str, list[dict[int, Point]]] = {}
    for frame, found in sorted(answers.items()):
        for name, spots in _spots(found).items():
            known = things.setdefault(name, [])
            last = [places(thing[max(thing)]) for thing in known]
            farthest = math.inf if len(known) == len(spots) == 1 else max_jump
            pairs = nearest_pairs(last, [places(spot) for spot in spots], farthest)
            same = {at: known[thing] for thing, at, _ in pairs}
            for at, spot in enumerate(spots):
                if at not in same:
                    known.append(same.setdefault(at, {}))
                same[at][frame] = spot
    followed = [
        Track(*_course(seen, sorted(answers), count), tuple(seen), number)
        for known in things.values()
        for number, seen in enumerate(known, 1 if len(known) > 1 else 0)
    ]
    return tuple(sorted(followed, key=lambda track: track.seen[0]))


def name_and_state(label: str) -> tuple[str, str]:
    """A label without what it says in brackets at its end, and that; empty where there is none.

    Example:
        >>> name_and_state("pen (on desk)"), name_and_state("pen"), name_and_state("(lid)")
        (('pen', 'on desk'), ('pen', ''), ('(lid)', ''))
    """
    parts = _STATE.fullmatch(label)
    name, state = parts.groups() if parts else (label, "")
    return " ".join(name.split()), " ".join(state.split())


def _spots(found: Annotations) -> dict[str, list[Point]]:
    """Where things are, by name, from the top down: the order of the answer does not count."""
    things: dict[tuple[str, Span | int], Point] = {}
    for index, item in enumerate(found):
        if item.bounds is not None:
            name, centre = name_and_state(item.label)[0].casefold(), item.bounds.centre
            # A box and a point of one object are one thing.
            things[name, item.span or index] = Point(centre.y, centre.x, label=item.label)
    named: dict[str, list[Point]] = {}
    for spot in sorted(things.values(), key=lambda at: (at.y, at.x, at.label)):
        named.setdefault(name_and_state(spot.label)[0].casefold(), []).append(spot)
    return named


def _course(
    seen: dict[int, Point], frames: list[int], count: int
) -> tuple[str, tuple[Point | None, ...]]:
    """The name of a thing, and where it is in each frame, with what lies between two sightings."""
    name = name_and_state(seen[min(seen)].label)[0]
    positions = [seen.get(frame) for frame in range(count)]
    for before, after in pairwise(frames):
        if before in seen and after in seen:
            start, end = seen[before], seen[after]
            for frame in range(before + 1, after):
                share = (frame - before) / (after - before)
                y, x = start.y + share * (end.y - start.y), start.x + share * (end.x - start.x)
                positions[frame] = Point(number(y), number(x), label=name)
    return name, tuple(positions)
