"""Whether one thing lies in or on another, as a picture shows it."""

# pyright: reportUnknownMemberType=false
from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.structured.schema import valid
from gemini_nb.offline.vision.finding import find
from gemini_nb.offline.vision.forms import Form, role_of
from gemini_nb.offline.vision.phrases import thing
from gemini_nb.offline.vision.reading import HOLDS
from gemini_nb.offline.vision.scene import scene_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from gemini_nb.offline.conversation import Conversation
    from gemini_nb.offline.vision.phrases import Thing
    from gemini_nb.offline.vision.scene import Region, Scene

_IN, _OUT = 0.85, 0.3  # share of a thing's lower half within the other's hull
_MARGIN: Final = 1.000001  # pixels
_ANGLES: Final = np.arange(64) * (np.pi / 32)
_DIRECTIONS: Final = np.stack([np.sin(_ANGLES), np.cos(_ANGLES)])
_OPTION: Final = re.compile(r"(?i)\((\w)\)\W*(yes|no)\b")
_DONE: Final = (
    "(?:(?:is)?(?:task)?(?:done|success(?:ful)?|succeeded|completed?)|yes|answer)?"
    "|(?:is)?(?:in|on)(?:the)?(?:place|{})"
)
"""Keys, without signs, of what is true when it is done; {} is the goal's noun."""
_SAID: Final = {True: "yes true done success", False: "no false failure", None: "unknown unclear"}
"""What an enumeration calls each verdict."""
_UNCLEAR: Final = (
    "I judge only what I understand to the last word, with things named by looks, not by place, "
    'as in "Is the red block in the blue bowl?"'
)
_FORM: Final = Form("object", fields=(("done", Form(type="boolean")), ("reason", Form())))


def verdict(scene: Scene, things: Sequence[Thing]) -> tuple[bool | None, str]:
    """Whether the first of `things` is in or on the second, the third in the fourth; and why.

    None where that can't be told.
    """
    if not things:
        return None, _UNCLEAR
    done: list[bool] = []
    told: list[str] = []
    for moved, goal in zip(things[::2], things[1::2], strict=True):
        found = [find(scene, each) for each in (moved, goal)]
        if lost := [each.remark for each in found if not each.indices]:
            return None, lost[0]
        this, other = (scene.regions[each.indices[0]] for each in found)
        inside = lies_within(this, other)
        if inside is None:
            same = "are the same to me" if this is other else "overlap"
            return None, f"The {moved.label} and the {goal.label} {same}, so I can't tell."
        done.append(inside)
        where = "within the outline of" if inside else "beside"
        told.append(f"The {moved.label} lies {where} the {goal.label}.")
    return all(done), " ".join(told)


def lies_within(thing: Region, goal: Region) -> bool | None:
    """Whether the hull of `goal` covers the lower half of `thing`, on which it stands.

    None where it covers a part of that, or where both are one.
    """
    pixels = np.argwhere(thing.mask)
    lower = pixels[pixels[:, 0] >= np.median(pixels[:, 0])]
    hull = (np.argwhere(goal.mask) @ _DIRECTIONS).max(axis=0) + _MARGIN
    share = float((lower @ _DIRECTIONS <= hull).all(axis=1).mean())
    return None if _OUT < share < _IN or thing is goal else share >= _IN


def told(
    conversation: Conversation, things: Sequence[Thing], picture: Image, form: Form | None
) -> str:
    """The verdict in the form that the request asks for, or in words.

    Raises:
        ApiError: 400 where the schema doesn't take it, or takes no null and it isn't known.
    """
    known, reason = verdict(scene_of(picture), things)
    text, schema, kind = conversation.request, conversation.schema, conversation.mime_type
    held = HOLDS.search(text)
    if held and things and replace(thing(held[1]), label="") == replace(things[0], label=""):
        known, reason = False, f"The gripper still holds the {things[0].label}."
    if form or kind != "text/plain":
        keys = re.compile(_DONE.format(things[1].noun if things else "place"))
        value = _value("", form or _FORM, keys, (known, reason))
        if schema is not None and not valid(value, schema):
            raise ApiError(400, f"{reason} The form takes no such answer: let it take null.")
        return str(value) if kind == "text/x.enum" else json.dumps(value, ensure_ascii=False)
    if known is None:
        return reason
    word = "Yes" if known else "No"
    numbers = [f"({number})" for number, said in _OPTION.findall(text) if said.title() == word]
    if numbers or re.search(r"(?i)\byes\W+or\W+no\b", text):
        return (numbers or [word])[0]
    return f"{word}. {reason}"


def _value(key: str, form: Form, keys: re.Pattern[str], judged: tuple[bool | None, str]) -> Any:  # noqa: ANN401
    """What the value of `key` says of a verdict; null where it asks for something else."""
    if form.kind == "object":
        return {name: _value(name, each, keys, judged) for name, each in form.fields}
    role, (known, reason) = role_of(key, form), judged
    if role == "reason" or not keys.fullmatch(re.sub(r"[\W_]", "", key.lower())):
        return reason if role == "reason" else None
    if form.choices:
        return next((e for e in form.choices if str(e).lower() in _SAID[known].split()), None)
    return known if form.type == "boolean" or role == "done" else None
