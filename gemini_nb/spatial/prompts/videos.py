"""Prompts about several frames, or about a video: where things are, what happens and when."""

from __future__ import annotations

from gemini_nb.spatial.answer_schemas import an_object, listing
from gemini_nb.spatial.prompts.prompt import Prompt
from gemini_nb.spatial.prompts.wording import (
    COORDINATES,
    POINT,
    answered_as,
    asked,
    lines,
    naming,
    plain_names,
)


def frames(*things: str) -> Prompt:
    """A prompt for points in each of several frames, by `frame`, `point` and `label`.

    Send the frames as images, in order.

    Example:
        >>> frames("the pen (on the desk)").schema["items"]["required"]
        ['frame', 'point', 'label']
    """
    return Prompt(
        lines(
            f"{asked('Point to', things).removesuffix('.')}, in every frame.",
            naming(things),
            "Leave out what is not in a frame. The first image is frame 0.",
            answered_as(f'[{{"frame": 0, "point": {POINT}, "label": "..."}}]'),
            COORDINATES,
        ),
        listing("frame", "point", "label"),
    )


def segments(task: str = "") -> Prompt:
    """A prompt for the steps of a video, by `start_timestamp`, `end_timestamp`, `description`.

    Args:
        task: what is done in it: "clearing the table"; nothing for whatever happens.

    Example:
        >>> print(segments("clearing the table").text.splitlines()[0])
        List the steps of clearing the table in the video, in order.
    """
    of = f"the steps of {plain_names((task,))[0]}" if task else "what happens"
    times = '"start_timestamp": "MM:SS", "end_timestamp": "MM:SS"'
    return Prompt(
        lines(
            f"List {of} in the video, in order.",
            answered_as(f'[{{{times}, "description": "..."}}]'),
        ),
        listing("start_timestamp", "end_timestamp", "description"),
    )


def moment(event: str) -> Prompt:
    """A prompt for when something is completed in a video, by `completion_time_seconds`.

    Example:
        >>> print(moment("the lid is closed").text.splitlines()[0])
        When in the video is this completed: the lid is closed?
    """
    return Prompt(
        lines(
            f"When in the video is this completed: {plain_names((event,))[0]}?",
            "Give seconds from the beginning, or null if it never is.",
            answered_as('{"completion_time_seconds": 12.5}'),
        ),
        an_object("completion_time_seconds"),
    )


def progress(task: str) -> Prompt:
    """A prompt for how far a task has come, as a bracket of per cent: `progress_level`.

    Example:
        >>> print(progress("setting the table").text.splitlines()[0])
        How much of this task is done: setting the table?
    """
    return Prompt(
        lines(
            f"How much of this task is done: {plain_names((task,))[0]}?",
            "Give a bracket of per cent: 0-20, 20-40, 40-60, 60-80 or 80-100.",
            answered_as('{"progress_level": "0-20"}'),
        ),
        an_object("progress_level"),
    )
