"""What a film shows: where things are, what they do and when, and how far a task has come."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Final, TypeAlias

from gemini_nb.offline.vision.checking import lies_within
from gemini_nb.offline.vision.finding import find
from gemini_nb.offline.vision.forms import WHERE
from gemini_nb.offline.vision.phrases import NOUNS
from gemini_nb.offline.vision.places import Place
from gemini_nb.offline.vision.pointing import distance_to
from gemini_nb.offline.vision.reading import FILMS, by_looks, question
from gemini_nb.offline.vision.scene import scene_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gemini_nb.offline.vision.forms import Form
    from gemini_nb.offline.vision.phrases import Thing
    from gemini_nb.offline.vision.scene import Region, Scene
    from gemini_nb.video import Frame

    _Track: TypeAlias = Sequence[Region | None]
NO_FRAME: Final = -1
_STILL: Final = 8  # thousandths, up to which a thing is where it rested
_REST: Final = 0.5  # seconds from which a halt is a rest
_ALIKE: Final = 0.08  # distance in OKLab, within which two things are of one colour
_SAME_TIME: Final = 0.2  # seconds between a frame and the time that is asked about
_TOUCHING: Final = 2.5  # pixels of the analysed copy
_FILM: Final = r"th\w+ (?:clip|film|video)\b"
_TIME: Final = re.compile(
    r"(?i),?\s*\b(?:at|around|after|by|in) (?:the |time(?:stamp)? )*(?:((?:\d+:)+\d\d(?:\.\d+)?)"
    r"|second (\d+(?:\.\d+)?)|(\d+(?:\.\d+)?)[ -]?s(?:ec(?:ond)?s?)?"
    rf"|(first|last|middle)(?: frame\b|(?= of {_FILM})))(?!\w)(?: (?:in|of|into) {_FILM})*"
)
_UNMEASURED: Final = (
    "In a film I measure when a thing that I know by its looks starts to move, comes to rest, "
    "leaves, appears, reaches another, or lies in it, and how far it is on its way there. Ask for "
    'that alone, as in "When is the red pen in the blue holder?"'
)


def asks(text: str, form: Form | None) -> str:
    """What is asked of a film: "moment", "progress", or neither, by its form or in words."""
    roles = form.roles if form else frozenset[str]()
    if "progress" in roles or (form is None and re.search(f"(?i){FILMS['how far']}", text)):
        return "progress"
    timed = "moment" in roles or ("seconds" in roles and not roles & (WHERE | {"start"}))
    return "moment" if timed or (not form and re.search(f"(?i){FILMS['when']}", text)) else ""


def frame_at(text: str, frames: Sequence[Frame]) -> tuple[int | None, str]:
    """The number of the frame whose time `text` names, if any, and `text` without that.

    `NO_FRAME` for a time that none of `frames` has, and for several times.
    """
    numbers: set[int] = set()
    if re.search(r"(?i)\b(?:every|each|all|per) (?:\w+ )?(?:frames?|seconds?|intervals?)\b", text):
        return None, text
    for *clock, frame in (each.groups() for each in _TIME.finditer(text)):
        wanted = {"first": 0, "last": frames[-1].seconds}.get(str(frame).lower(), math.inf)
        if said := next(filter(None, clock), ""):
            wanted = sum(60**n * float(part) for n, part in enumerate(reversed(said.split(":"))))
        near = min(range(len(frames)), key=lambda n: abs(frames[n].seconds - wanted))
        numbers.add(near if abs(frames[near].seconds - wanted) <= _SAME_TIME else NO_FRAME)
    number = None if not numbers else numbers.pop() if len(numbers) == 1 else NO_FRAME
    return number, _TIME.sub("", text)


def measured(
    kind: str, text: str, frames: Sequence[Frame], number: int | None
) -> tuple[Place | None, str]:
    """When it happens what `text` tells, or how far it has come by a frame, and how that shows.

    None, and why, where that can't be known.
    """
    step = frames[1].seconds - frames[0].seconds if len(frames) > 1 else 1.0
    every = f"I looked at {len(frames)} frames, {step:g} s apart"
    if number == NO_FRAME or (number is not None and kind != "progress"):
        last = f"{frames[-1].seconds:g} s"
        return None, f"{every}, to {last}: ask for one time among these, or for all of the film."
    does, named = question(text, kind)
    if not 1 <= len(named) <= 2:  # noqa: PLR2004 - a thing and its goal
        return None, _UNMEASURED
    frames = frames if number is None else frames[: number + 1]
    scenes = [scene_of(frame.picture) for frame in frames]
    tracks = [_followed(scenes, each) for each in named]
    (track, _), (goals, _), label = tracks[0], tracks[-1], named[0].label
    both = zip(track, goals, strict=False) if named[1:] else ()
    one = f"The {label} is its own goal." * any(this and this is goal for this, goal in both)
    if lost := next((lost for _, lost in tracks if lost), one):
        return None, lost
    holds = _holds(does, track, goals, named[-1].noun, step)
    now, goal = track[-1], next(filter(None, reversed(goals)))
    if (now if kind == "progress" else holds[-1]) is None:
        return None, f"I can't tell: the {label} does so more than once, or isn't clear in the end."
    if kind == "progress" and now:
        start = math.dist(next(filter(None, track)).centre, goal.centre) or math.inf
        share = 1.0 if holds[-1] else max(0.0, 1 - math.dist(now.centre, goal.centre) / start)
        said = f"By {frames[-1].seconds:g} s the {label} has come {share:.0%} of the way"
        return Place(label, progress=100 * share, action=said), f"{said}. {every}."
    until = max((n for n, each in enumerate(holds) if each is False), default=-1)
    seconds = next((frames[n].seconds for n, each in enumerate(holds) if each and n > until), None)
    said = "Never, or not to the end" if seconds is None else f"From {seconds:g} s on"
    return Place(label, seconds=seconds, action=said), f"{said}. {every}."


def _followed(scenes: Sequence[Scene], named: Thing) -> tuple[list[Region | None], str]:
    """The one thing of a name in each scene, and why not if it can't be followed."""
    track: list[Region | None] = []
    remark = ""
    for scene in scenes:
        found = find(scene, named)
        if not found.indices and find(scene, replace(named, plural=True)).indices:
            return [None], found.remark  # several look alike
        track.append(scene.regions[found.indices[0]] if found.indices else None)
        remark = remark or found.remark
    if not any(track):
        return track, remark
    # What is covered in part loses its form, but not its colour.
    tint = next(region.tint for region in track if region)
    alike = [[each for each in scene.regions if math.dist(each.tint, tint) < _ALIKE]
             for scene in scenes]  # fmt: skip
    if all(len(each) == 1 for each, here in zip(alike, track, strict=True) if here):
        track = [each[0] if len(each) == 1 else None for each in alike]
    return track, ""


def _holds(does: str, track: _Track, goals: _Track, noun: str, step: float) -> list[bool | None]:
    """Whether it is so in each frame; None where that isn't seen clearly, or not for good."""
    moves, seen = _moves(track), [number for number, region in enumerate(track) if region]
    halts = any((then - n) * step >= _REST for (_, n), (then, _) in pairwise(moves))
    gone = seen[-1] - seen[0] >= len(seen)
    if (does == "stop" and halts) or (does in {"leave", "appear"} and gone):
        return [None] * len(track)
    begins, rests = (moves[0][0], moves[-1][1]) if moves else (math.inf, math.inf)
    rests = math.inf if rests == seen[-1] else rests
    # What stands in a jar and what is held above it look alike from the side.
    upright = NOUNS.get(noun, ("",))[0] in {"upright", "handled"}
    holds: list[bool | None] = []
    goal = next(filter(None, goals), None)
    for n, here in enumerate(track):
        goal = goals[n] or goal  # one that is hidden is where it was
        lies = lies_within(here, goal) if here and goal else None
        if here and goal and not lies and distance_to(goal.mask)[here.mask].min() <= _TOUCHING:
            middle, (top, left, _, right) = (here.box[1] + here.box[3]) / 2, goal.box
            over = here.box[0] < top and left < middle < right
            stays = over and upright and (n >= rests or not moves)
            lies = does == "reach" or stays or (None if over else lies)
        said = {"start": n >= begins, "stop": n >= rests, "leave": not here}
        said |= {"appear": n >= seen[0], "reach": bool(lies) or True in holds}
        holds.append(said.get(does, lies))
    return holds


def _moves(track: _Track) -> list[tuple[int, int]]:
    """The pairs of frames between which a thing leaves the place where it was or rested."""
    seen = [(number, region) for number, region in enumerate(track) if region]
    moves: list[tuple[int, int]] = []
    rested = seen[0][1]
    for (n, _), (m, then) in pairwise(seen):
        # Where shade comes or goes, its middle moves and its box doesn't.
        if min(math.dist(rested.centre, then.centre), math.dist(rested.box, then.box)) > _STILL:
            moves.append((n, m))
            rested = then
    return moves


def in_frames(
    frames: Sequence[Frame],
    things: Sequence[Thing],
    roles: frozenset[str],
    look: Callable[[Scene, Thing], Sequence[Place]],
    first: int = 0,
) -> list[Place]:
    """What `frames` say of `things`, for a form with these `roles`.

    With "start" among them, what each thing does from when until when, if its looks tell it; else,
    where each thing is in each frame, by `look`. Frames are numbered from `first`.
    """
    scenes = [scene_of(frame.picture) for frame in frames]
    if "start" in roles:
        tracks = [(each.label, _followed(scenes, each)[0]) for each in things if by_looks(each)]
        told = [e for label, track in tracks if any(track) for e in _segments(label, track, frames)]
        return sorted(told, key=lambda segment: segment.seconds or 0)
    places: list[Place] = []
    for number, (frame, scene) in enumerate(zip(frames, scenes, strict=True), first):
        for each in things:
            seen = look(scene, each) or [Place(each.label)]
            places += [replace(p, seconds=frame.seconds, picture=number) for p in seen]
    return places


def _segments(label: str, track: _Track, frames: Sequence[Frame]) -> list[Place]:
    """What a thing does, from when until when: it appears, moves, lies still, is gone."""
    segments: list[Place] = []
    moves = _moves(track)
    for (n, here), (m, there) in pairwise(enumerate(track)):
        if not (here and there):
            does = "goes out of sight" if here else "comes into sight" if there else ""
        else:
            does = _way(here, there) if (n, m) in moves else "lies still"
        said, begin, end = f"the {label} {does}", frames[n].seconds, frames[m].seconds
        if segments and (segments[-1].action, segments[-1].until) == (said, begin):
            segments[-1] = replace(segments[-1], until=end)
        elif does:
            segments.append(Place(label, seconds=begin, until=end, action=said))
    return segments


def _way(here: Region, there: Region) -> str:
    down, right = (b - a for a, b in zip(here.centre, there.centre, strict=True))
    if abs(right) >= abs(down):
        return f"moves to the {'right' if right > 0 else 'left'}"
    return "moves down" if down > 0 else "moves up"
