"""Things followed over the frames of a video or an animation, and where they were in between.

A model that is asked about every tenth frame names each thing anew. Here the answers become
tracks: which thing of one frame is which of the next, and where it probably was in frames that
nobody asked about.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final, cast

import numpy as np
from scipy import optimize

from gemini_nb.errors import PictureError
from gemini_nb.spatial.geometry import Point

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from gemini_nb.spatial.annotations import Annotations
    from gemini_nb.spatial.geometry import Span

MAX_JUMP: Final = 300.0
"""Thousandths: one of several things of the same name that moved farther is taken for another."""

_STATE: Final = re.compile(r"(.*\S)\s*\(([^()]*)\)\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Track:
    """One thing through the frames.

    Example:
        >>> pen = Track("pen", (Point(0, 0), Point(0, 5), Point(0, 10), None), frozenset((0, 2, 3)))
        >>> pen.seen, pen.estimated
        ((0, 2), (1,))
    """

    label: str
    """Its name, without the state that an answer adds in brackets; empty where it has none."""
    positions: tuple[Point | None, ...]
    """Where it is in each frame, by the label that the answer gave it there; None where it is
    absent or nothing is known. Between two analysed frames in which it was seen it moves evenly."""
    analysed: frozenset[int]
    """The frames for which there was an answer, whether or not it named this thing."""
    number: int | None = None
    """From 1 on, where several things have the same name."""

    @property
    def title(self) -> str:
        """Its name, with its number where it has one."""
        name = self.label or "(no label)"
        return name if self.number is None else f"{name} {self.number}"

    @property
    def seen(self) -> tuple[int, ...]:
        """The frames in which an answer says where it is."""
        return tuple(at for at in self._placed if at in self.analysed)

    @property
    def estimated(self) -> tuple[int, ...]:
        """The frames in which its position is only interpolated."""
        return tuple(at for at in self._placed if at not in self.analysed)

    @property
    def states(self) -> tuple[str, ...]:
        """What each frame's label adds in brackets; empty where it adds nothing.

        Example:
            >>> moved = Point(1, 1, label="pen (on desk)"), Point(1, 2, label="pen (in holder)")
            >>> Track("pen", moved, frozenset((0, 1))).states
            ('on desk', 'in holder')
        """
        return tuple(name_and_state(at.label)[1] if at else "" for at in self.positions)

    @property
    def _placed(self) -> tuple[int, ...]:
        return tuple(at for at, position in enumerate(self.positions) if position is not None)


def tracks(
    annotations_per_frame: Mapping[int, Annotations] | Sequence[Annotations | None],
    count: int | None = None,
    *,
    max_jump: float = MAX_JUMP,
) -> tuple[Track, ...]:
    """The things in a series of frames, each with its position in every frame.

    What has the same name is the same thing; the state in brackets at the end of a label, as in
    "pen (on desk)", is no part of the name. Among several of a name, each is the one nearest to
    where it was last seen, so that the distances together are smallest. A box stands for its
    centre.

    Args:
        annotations_per_frame: by frame number from 0 on, or one for each frame, None where a
            frame was not analysed.
        count: of the frames; without it as many as there are annotations for.
        max_jump: in thousandths, between two frames in which a thing is seen. It tells apart
            things of the same name; a thing that is alone of its name may move farther.

    Returns:
        In the order in which they are first seen, then of name and place.

    Raises:
        PictureError: there are annotations for a frame that does not exist.

    Example:
        >>> from gemini_nb.spatial.annotations import Annotations
        >>> first = Annotations((Point(100, 100, label="pen (on desk)"),))
        >>> last = Annotations((Point(100, 300, label="pen (in holder)"),))
        >>> [pen] = tracks([first, None, last])
        >>> pen.label, pen.positions[1]
        ('pen', Point(y=100.0, x=200.0, label='pen'))
    """
    answers = _by_frame(annotations_per_frame)
    total = len(annotations_per_frame) if count is None else count
    if count is None and isinstance(annotations_per_frame, Mapping):
        total = max(answers, default=-1) + 1
    for frame in answers:
        if not 0 <= frame < total:
            raise PictureError(f"There is no frame {frame}: there are {total}, from 0 on.")
    sightings: dict[str, list[tuple[int, list[Point]]]] = {}
    for frame, found in answers.items():
        for name, places in _places(found).items():
            sightings.setdefault(name, []).append((frame, places))
    followed = {name: _followed(seen, max_jump) for name, seen in sightings.items()}
    found_things = [
        (_order(name, seen), _track(seen, tuple(answers), total, at if len(all_seen) > 1 else None))
        for name, all_seen in followed.items()
        for at, seen in enumerate(all_seen, 1)
    ]
    return tuple(track for _, track in sorted(found_things, key=lambda each: each[0]))


def name_and_state(label: str) -> tuple[str, str]:
    """A label without what it says in brackets at its end, and that; empty where there is none.

    Example:
        >>> name_and_state("pen (on desk)"), name_and_state("pen"), name_and_state("(lid)")
        (('pen', 'on desk'), ('pen', ''), ('(lid)', ''))
    """
    parts = _STATE.fullmatch(label)
    name, state = parts.groups() if parts else (label, "")
    return " ".join(name.split()), " ".join(state.split())


def _by_frame(
    annotations_per_frame: Mapping[int, Annotations] | Sequence[Annotations | None],
) -> dict[int, Annotations]:
    """The answers by frame number, in the order of the frames."""
    if isinstance(annotations_per_frame, Mapping):
        return dict(sorted(annotations_per_frame.items()))
    numbered = enumerate(annotations_per_frame)
    return {frame: found for frame, found in numbered if found is not None}


def _places(found: Annotations) -> dict[str, list[Point]]:
    """Where things are, by name, from the top down: the order of the answer does not count."""
    things: dict[object, Point] = {}
    for index, item in enumerate(found):
        if item.bounds is None:
            continue
        centre = item.bounds.centre
        name = name_and_state(item.label)[0].casefold()
        # A box and a point of one object are one thing, and its point says more of where it is.
        thing: tuple[str, Span | int] = (name, index if item.span is None else item.span)
        if thing not in things or isinstance(item, Point):
            things[thing] = Point(centre.y, centre.x, label=item.label)
    named: dict[str, list[Point]] = {}
    for point in sorted(things.values(), key=_place):
        named.setdefault(name_and_state(point.label)[0].casefold(), []).append(point)
    return named


def _followed(seen: list[tuple[int, list[Point]]], max_jump: float) -> list[dict[int, Point]]:
    """The things of one name: for each, where it was seen, by frame."""
    things: list[dict[int, Point]] = []
    for frame, places in seen:
        before = [thing[max(thing)] for thing in things]
        alone = len(before) == len(places) == 1
        same = {0: 0} if alone else _nearest(before, places, max_jump)
        for at, place in enumerate(places):
            if at in same:
                things[same[at]][frame] = place
            else:
                things.append({frame: place})
    return things


def _nearest(before: list[Point], places: list[Point], max_jump: float) -> dict[int, int]:
    """Which of `before` each of `places` is, by position; none for those too far from all."""
    if not before:
        return {}
    distances = np.array([[old.distance(new) for new in places] for old in before])
    # Beyond the limit all distances are alike, so that a far pair can't part two near ones.
    rows, columns = cast(
        "tuple[NDArray[np.intp], NDArray[np.intp]]",
        optimize.linear_sum_assignment(np.minimum(distances, max_jump)),  # pyright: ignore[reportUnknownMemberType] - SciPy ships no types
    )
    pairs = zip(map(int, rows), map(int, columns), strict=True)
    return {new: old for old, new in pairs if distances[old, new] <= max_jump}


def _track(
    seen: dict[int, Point], analysed: tuple[int, ...], count: int, number: int | None
) -> Track:
    """The track of one thing, with its positions between the frames in which it was seen."""
    name = name_and_state(seen[min(seen)].label)[0]
    positions: list[Point | None] = [seen.get(frame) for frame in range(count)]
    for before, after in pairwise(analysed):
        if before not in seen or after not in seen:
            continue
        start, end = seen[before], seen[after]
        for frame in range(before + 1, after):
            share = (frame - before) / (after - before)
            y, x = start.y + share * (end.y - start.y), start.x + share * (end.x - start.x)
            positions[frame] = Point(round(y, 3), round(x, 3), label=name)
    return Track(name, tuple(positions), frozenset(analysed), number)


def _order(name: str, seen: dict[int, Point]) -> tuple[int, str, tuple[float, float, str]]:
    """By which tracks are sorted: the frame in which it is first seen, its name, its place."""
    first = min(seen)
    return first, name, _place(seen[first])


def _place(point: Point) -> tuple[float, float, str]:
    return point.y, point.x, point.label
