"""Prompts about one image: points, boxes, masks, trajectories, counts and grasps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.errors import InvalidOptionError
from gemini_nb.spatial.answer_schemas import listing
from gemini_nb.spatial.prompts.prompt import Prompt
from gemini_nb.spatial.prompts.wording import (
    BOX,
    COORDINATES,
    POINT,
    answered_as,
    asked,
    joined,
    limited,
    lines,
    naming,
    omission,
    plain_names,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

Absent = Literal["omit", "report"]
"""omit: what is not in the image is left out. report: it is named, with `in_frame: false`."""

_FEWEST_POINTS: Final = 2


def points(*things: str, limit: int | None = None, absent: Absent = "omit") -> Prompt:
    """A prompt for points on things, by `point` and `label`.

    Args:
        things: what to point at; nothing for whatever the model sees.
        limit: how many points at most.
        absent: whether what is not in the image is left out, or reported.

    Example:
        >>> print(points("bread", "the banana's stem", limit=10))
        Point to the following things in the image: bread, the banana's stem.
        Give at most 10 entries.
        Use the names above as labels.
        Leave out what is not in the image; answer [] if nothing is.
        Answer with JSON only, in this form: [{"point": [y, x], "label": "..."}]
        Coordinates are whole numbers from 0 to 1000: y ... edge to the right.
    """
    said = [asked("Point to", things), *limited(limit), naming(things)]
    return _located("point", said, things, limit, absent)


def boxes(
    *things: str, limit: int | None = None, unique: bool = False, absent: Absent = "omit"
) -> Prompt:
    """A prompt for bounding boxes around things, by `box_2d` and `label`.

    Args:
        things: what to find; nothing for whatever the model sees.
        limit: how many boxes at most.
        unique: whether several things of one name are to be told apart by their labels.
        absent: whether what is not in the image is left out, or reported.

    Example:
        >>> print(boxes(limit=25, unique=True).text.splitlines()[0])
        Give the bounding box of each thing in the image.
    """
    said = [asked("Give the bounding box of", things), *limited(limit), naming(things)]
    if unique:
        said.append("Give no two things the same label: add how they differ.")
    return _located("box_2d", said, things, limit, absent)


def masks(
    *things: str, limit: int | None = None, form: Literal["polygon", "png"] = "polygon"
) -> Prompt:
    """A prompt for segmentation masks, by `box_2d`, `mask` and `label`.

    Args:
        things: what to segment; nothing for whatever the model sees.
        limit: how many masks at most.
        form: "polygon" for outlines, as current models give; "png" for the probability maps of
            Gemini 2.5. Those are asked for without a schema: with one, the model puts a
            placeholder in the picture's place.

    Example:
        >>> masks("the mango").schema["items"]["required"], masks("the mango", form="png").config
        (['box_2d', 'mask', 'label'], {})
    """
    drawn = "[[y, x], ...]" if form == "polygon" else '"data:image/png;base64,..."'
    meant = (
        "The mask is the outline of the thing: its corners in order."
        if form == "polygon"
        else "The mask is a grey PNG that covers the box, white where the thing is."
    )
    return Prompt(
        lines(
            asked("Give the segmentation mask of", things),
            *limited(limit),
            naming(things),
            omission(things),
            meant,
            answered_as(f'[{{"box_2d": {BOX}, "mask": {drawn}, "label": "..."}}]'),
            COORDINATES,
        ),
        listing("box_2d", "mask", "label", most=limit) if form == "polygon" else None,
    )


def trajectory(start: str, end: str, *, points: int = 15, avoid: Sequence[str] = ()) -> Prompt:
    """A prompt for a path from one thing to another, as points that are numbered by `label`.

    Args:
        start: where it begins: "the red pen".
        end: where it ends: "the top of the organiser".
        points: how many, the first and the last included.
        avoid: what the path is to go around.

    Example:
        >>> print(trajectory("the pen", "the box", avoid=["the cup"]).text.splitlines()[0])
        Give a trajectory of 15 points from the pen to the box, around the cup.

    Raises:
        InvalidOptionError: fewer than 2 points, or a name is empty.
    """
    if points < _FEWEST_POINTS:
        raise InvalidOptionError(f"points={points} make no path; ask for 2 or more.")
    first, last = plain_names((start, end))
    around = f", around {joined(plain_names(avoid))}" if avoid else ""
    return Prompt(
        lines(
            f"Give a trajectory of {points} points from {first} to {last}{around}.",
            "The first point is where it starts, the last where it ends; space the others evenly.",
            f'Label the points "0" to "{points - 1}" in the order in which they are passed.',
            answered_as(f'[{{"point": {POINT}, "label": "0"}}, ...]'),
            COORDINATES,
        ),
        listing("point", "label", least=points, most=points),
    )


def count(thing: str, *, limit: int | None = None) -> Prompt:
    """A prompt to count by pointing: one point for each, so that the count can be checked.

    Args:
        thing: what to count, in the plural: "washers".
        limit: how many points at most.

    Example:
        >>> print(count("washers").text.splitlines()[0])
        Point to each of the washers in the image, exactly once, so that they can be counted.
    """
    [name] = plain_names((thing,))
    return Prompt(
        lines(
            f"Point to each of the {name.removeprefix('the ')} in the image, exactly once, so that "
            "they can be counted.",
            *limited(limit),
            naming((thing,)),
            omission((thing,)),
            answered_as(f'[{{"point": {POINT}, "label": "..."}}]'),
            COORDINATES,
        ),
        listing("point", "label", most=limit),
    )


def grasp(thing: str) -> Prompt:
    """A prompt for where and how turned a gripper takes a thing: `box_2d`, `point`, `angle`.

    Example:
        >>> print(grasp("the mug").text.splitlines()[0])
        Grasp the mug: give its box, a point, and the angle of a gripper with two fingers.
    """
    [name] = plain_names((thing,))
    form = f'"box_2d": {BOX}, "point": {POINT}, "angle": degrees, "label": "..."'
    return Prompt(
        lines(
            f"Grasp {name}: give its box, a point, and the angle of a gripper with two fingers.",
            "The gripper closes at the point.",
            "The angle is a whole number from -90 to 90: how far the line from finger to finger is "
            "turned anticlockwise from the width of the image.",
            omission((thing,)),
            answered_as(f"[{{{form}}}]"),
            COORDINATES,
        ),
        listing("box_2d", "point", "angle", "label", most=1),
    )


def _located(
    key: Literal["point", "box_2d"],
    said: Sequence[str],
    things: Sequence[str],
    limit: int | None,
    absent: Absent,
) -> Prompt:
    """The prompt for one place for each of `things`, after what is `said` of them already."""
    form = f'[{{"{key}": {POINT if key == "point" else BOX}, "label": "..."}}]'
    if absent == "report":
        schema = listing(key, "label", otherwise=("label", "in_frame"), most=limit)
        missing = 'For what is not in the image, give {"label": "...", "in_frame": false}.'
    else:
        schema, missing = listing(key, "label", most=limit), omission(things)
    return Prompt(lines(*said, missing, answered_as(form), COORDINATES), schema)
