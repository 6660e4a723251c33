"""Ready-made prompts for spatial tasks, each with the schema that keeps its answer readable.

With a schema an answer is JSON of the form that was asked for, and nothing is left to repair:

```python
task = gnb.prompts.points("bread", "starfruit", limit=10)
response = client.models.generate_content(
    model=model, contents=[image, task.text], config=task.config
)
gnb.draw(image, response)
```

Names of things are everyday words in any language: "the mug's handle", "something to cut with".
The schemas keep to what both dialects share: each is a `response_json_schema` and a
`response_schema`. Source: https://ai.google.dev/gemini-api/docs/structured-output
"""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import Any, Final

from gemini_nb.display import counted
from gemini_nb.errors import InvalidOptionError

Things = str | list[str] | tuple[str, ...]
"""One thing, or several in a list."""

_COORDINATE: Final = {"type": "integer", "minimum": 0, "maximum": 1000}
_PAIR: Final = {"type": "array", "items": _COORDINATE, "minItems": 2, "maxItems": 2}
_FOUR: Final = {"type": "array", "items": _COORDINATE, "minItems": 4, "maxItems": 4}
_SECONDS: Final = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]}
_BRACKETS: Final = ["0-20", "20-40", "40-60", "60-80", "80-100"]
_FIELDS: Final[dict[str, tuple[str, dict[str, Any]]]] = {
    "point": ("[y, x]", _PAIR),
    "box_2d": ("[ymin, xmin, ymax, xmax]", _FOUR),
    "mask": ("[[y, x], ...]", {"type": "array", "items": _PAIR, "minItems": 3}),
    "label": ('"..."', {"type": "string"}),
    "frame": ("0", {"type": "integer", "minimum": 0}),
    "step": ("1", {"type": "integer", "minimum": 1}),
    "start_timestamp": ('"MM:SS"', {"type": "string"}),
    "end_timestamp": ('"MM:SS"', {"type": "string"}),
    "description": ('"..."', {"type": "string"}),
    "completion_time_seconds": ("12.5", _SECONDS),
    "progress_level": ('"0-20"', {"type": "string", "enum": _BRACKETS}),
}
"""For each key of an answer: an example, as it stands in the prompt, and its schema."""
_MISSING: Final = "Leave out what is not in the image; answer [] if nothing is."


@dataclass(frozen=True, slots=True)
class Prompt:
    """What to ask, and the form in which to have it answered.

    Example:
        >>> task = Prompt("Name a colour. Answer with JSON only.", {"type": "string"})
        >>> str(task), task.config["response_mime_type"]
        ('Name a colour. Answer with JSON only.', 'application/json')
    """

    text: str
    """The words to send after the image."""
    schema: dict[str, Any] = field(hash=False)
    """JSON Schema of the answer."""

    @property
    def config(self) -> dict[str, Any]:
        """For `generate_content(config=...)`, or to merge with more: `task.config | {...}`."""
        schema = copy.deepcopy(self.schema)
        return {"response_mime_type": "application/json", "response_json_schema": schema}

    def __str__(self) -> str:
        return self.text


def points(*things: Things, limit: int | None = None) -> Prompt:
    """A prompt for points on things, by `point` and `label`.

    Args:
        things: what to point at, one by one or in a list; nothing for whatever the model sees.
        limit: how many points at most.

    Raises:
        InvalidOptionError: a name is empty or none, or the limit below 1; so for all prompts.

    Example:
        >>> print(points("bread", "the banana's stem", limit=10))
        Point to the following things in the image: bread, the banana's stem.
        Use the names above as labels.
        Give at most 10 entries.
        Leave out what is not in the image; answer [] if nothing is.
        Answer with JSON only, in this form: [{"point": [y, x], "label": "..."}]
        Coordinates are whole numbers from 0 to 1000: y ... edge to the right.
    """
    return _located("Point to", ("point", "label"), things, limit)


def boxes(*things: Things, limit: int | None = None) -> Prompt:
    """A prompt for bounding boxes around things, by `box_2d` and `label`.

    Args:
        things: as for `points`, and `limit` too.
        limit: how many boxes at most.

    Example:
        >>> print(boxes(limit=25).text.splitlines()[0])
        Give the bounding box of each thing in the image.
    """
    return _located("Give the bounding box of", ("box_2d", "label"), things, limit)


def masks(*things: Things, limit: int | None = None) -> Prompt:
    """A prompt for segmentation masks as outlines, by `box_2d`, `mask` and `label`.

    Args:
        things: as for `points`, and `limit` too.
        limit: how many masks at most.

    Example:
        >>> masks("the mango").schema["items"]["required"]
        ['box_2d', 'mask', 'label']
    """
    outline = "The mask is the outline of the thing: its corners in order."
    verb = "Give the segmentation mask of"
    return _located(verb, ("box_2d", "mask", "label"), things, limit, outline)


def trajectory(start: str, end: str, *, points: int = 15, avoid: Things = ()) -> Prompt:
    """A prompt for a path from one thing to another, as points that are numbered by `step`.

    Args:
        start: where it begins: "the red pen".
        end: where it ends: "the top of the organiser".
        points: how many, the first and the last included.
        avoid: what the path is to go around, one thing or a list.

    Example:
        >>> print(trajectory("the pen", "the box", avoid=["the cup"]).text.splitlines()[0])
        Give a trajectory of 15 points from the pen to the box, around the cup.

    Raises:
        InvalidOptionError: fewer than 2 points, or a name is empty.
    """
    if points < 2:  # noqa: PLR2004 - a start and an end
        raise InvalidOptionError(f"points={points} make no path; ask for 2 or more.")
    obstacles = " and ".join(_names((avoid,)))
    around = f", around {obstacles}" if obstacles else ""
    return _asked(
        ("step", "point"),
        f"Give a trajectory of {points} points from {_name(start)} to {_name(end)}{around}.",
        "The first point is where it starts, the last where it ends; space the others evenly.",
        f"Number the points by step, 1 to {points}, in the order in which they are passed.",
        least=points,
        most=points,
    )


def frames(*things: Things) -> Prompt:
    """A prompt for points in each of several frames, by `frame`, `point` and `label`.

    Send the frames as images, in order.

    Example:
        >>> frames("the pen (on the desk)").schema["items"]["required"]
        ['frame', 'point', 'label']
    """
    request = _request("Point to", things, "every frame")
    return _asked(("frame", "point", "label"), request, "The first image is frame 0.", _MISSING)


def segments(task: str = "") -> Prompt:
    """A prompt for the steps of a video, by `start_timestamp`, `end_timestamp`, `description`.

    Args:
        task: what is done in it: "clearing the table"; nothing for whatever happens.

    Example:
        >>> print(segments("clearing the table").text.splitlines()[0])
        List the steps of clearing the table in the video, in order.
    """
    of = f"the steps of {_name(task)}" if task else "what happens"
    keys = "start_timestamp", "end_timestamp", "description"
    return _asked(keys, f"List {of} in the video, in order.")


def moment(event: str) -> Prompt:
    """A prompt for when something is completed in a video, by `completion_time_seconds`.

    Example:
        >>> print(moment("the lid is closed").text.splitlines()[0])
        When in the video is this completed: the lid is closed?
    """
    return _asked(
        ("completion_time_seconds",),
        f"When in the video is this completed: {_name(event)}?",
        "Give seconds from the beginning, or null if it never is.",
        listed=False,
    )


def progress(task: str) -> Prompt:
    """A prompt for how far a task has come, as a bracket of per cent: `progress_level`.

    Example:
        >>> print(progress("setting the table").text.splitlines()[0])
        How much of this task is done: setting the table?
    """
    return _asked(
        ("progress_level",),
        f"How much of this task is done: {_name(task)}?",
        f"Give a bracket of per cent: {', '.join(_BRACKETS)}.",
        listed=False,
    )


def _located(
    verb: str, keys: tuple[str, ...], things: tuple[Things, ...], limit: int | None, *said: str
) -> Prompt:
    """The prompt for one place for each of `things`."""
    if limit is not None and limit < 1:
        raise InvalidOptionError(f"limit={limit} leaves nothing to answer; pass 1 or more.")
    at_most = (f"Give at most {counted(limit, 'entry', 'entries')}.",) if limit else ()
    request = _request(verb, things, "the image")
    return _asked(keys, request, *at_most, *said, _MISSING, most=limit)


def _asked(
    keys: tuple[str, ...],
    *sentences: str,
    least: int | None = None,
    most: int | None = None,
    listed: bool = True,
) -> Prompt:
    """The prompt of these sentences, each on a line, for a list of objects with `keys`, or one."""
    fields = {key: copy.deepcopy(_FIELDS[key][1]) for key in keys}
    schema: dict[str, Any] = {"type": "object", "properties": fields, "required": list(keys)}
    form = "{" + ", ".join(f'"{key}": {_FIELDS[key][0]}' for key in keys) + "}"
    if listed:
        limits = {"minItems": least, "maxItems": most}
        given = {name: count for name, count in limits.items() if count is not None}
        schema, form = {"type": "array", "items": schema, **given}, f"[{form}]"
    lines = [*sentences, f"Answer with JSON only, in this form: {form}"]
    if {"point", "box_2d"} & fields.keys():
        lines.append(
            "Coordinates are whole numbers from 0 to 1000: y from the top edge of the image to "
            "the bottom, x from the left edge to the right."
        )
    return Prompt("\n".join(lines), schema)


def _request(verb: str, things: tuple[Things, ...], where: str) -> str:
    """The sentences that say what is asked about, and how to call it."""
    if names := ", ".join(_names(things)):
        return f"{verb} the following things in {where}: {names}.\nUse the names above as labels."
    return f"{verb} each thing in {where}.\nThe label is a short name for the thing."


def _names(things: tuple[Things, ...]) -> list[str]:
    """The names of all things, each on one line."""
    lists = (list(each) if isinstance(each, list | tuple) else [each] for each in things)
    flat: list[object] = [name for each in lists for name in each]
    names = [" ".join(name.split()).rstrip(".") for name in flat if isinstance(name, str)]
    if not all(names) or len(names) < len(flat):
        raise InvalidOptionError(f"{flat!r} has an empty name, or none; name each thing.")
    return names


def _name(thing: str) -> str:
    names = _names((thing,))
    if len(names) != 1:
        raise InvalidOptionError(f"{thing!r} is not one thing; ask about one at a time.")
    return names[0]
