"""JSON schemas of the answers that this package reads, by Gemini's own keys.

They keep to what both dialects share: each is a `response_json_schema` and a `response_schema`.
Source: https://ai.google.dev/gemini-api/docs/structured-output
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from gemini_nb.spatial.geometry import SCALE

if TYPE_CHECKING:
    from collections.abc import Mapping

Schema = dict[str, Any]
Field = Literal[
    "point", "box_2d", "mask", "angle", "label", "in_frame", "frame",
    "start_timestamp", "end_timestamp", "description",
    "completion_time_seconds", "progress_level",
]  # fmt: skip


def listing(
    *keys: Field, otherwise: tuple[Field, ...] = (), least: int = 0, most: int | None = None
) -> Schema:
    """The schema of a list of objects with these keys.

    Example:
        >>> listing("label", most=3)["items"]["required"]
        ['label']

    Args:
        keys: in the order in which the model is to write them.
        otherwise: those of an object of another kind, which may stand among the others.
        least: of the objects.
        most: of the objects; None for any number.
    """
    entry = an_object(*keys)
    if otherwise:
        # Two kinds, rather than keys that may be missing: models fill in all that there are.
        entry = {"anyOf": [entry, an_object(*otherwise)]}
    said: Schema = {"type": "array", "items": entry}
    if least:
        said["minItems"] = least
    if most is not None:
        said["maxItems"] = most
    return said


def an_object(*keys: Field) -> Schema:
    """The schema of one object with these keys.

    Example:
        >>> an_object("progress_level")["properties"]["progress_level"]["enum"][0]
        '0-20'
    """
    return {
        "type": "object",
        "properties": {key: _FIELDS[key]() for key in keys},
        "required": list(keys),
    }


def _numbers(count: int, about: str) -> Schema:
    return {
        "type": "array",
        "description": about,
        "items": {"type": "integer", "minimum": 0, "maximum": int(SCALE)},
        "minItems": count,
        "maxItems": count,
    }


def _text(about: str) -> Schema:
    return {"type": "string", "description": about}


def _outline() -> Schema:
    corners = _numbers(2, "a corner of the outline: [y, x]")
    about = "corners of the outline in order"
    return {"type": "array", "description": about, "items": corners, "minItems": 3}


def _angle() -> Schema:
    about = "degrees; 0 is along the image's width, positive is anticlockwise"
    return {"type": "integer", "description": about, "minimum": -90, "maximum": 90}


def _seconds_or_never() -> Schema:
    about = "seconds from the beginning; null if it never happens"
    return {"description": about, "anyOf": [{"type": "number", "minimum": 0}, {"type": "null"}]}


def _bracket() -> Schema:
    return {"type": "string", "enum": [f"{low}-{low + 20}" for low in range(0, 100, 20)]}


# Made anew for each schema: a caller who changes one changes no other.
_FIELDS: Final[Mapping[Field, Any]] = {
    "point": lambda: _numbers(2, "[y, x]"),
    "box_2d": lambda: _numbers(4, "[ymin, xmin, ymax, xmax]"),
    "mask": _outline,
    "angle": _angle,
    "label": lambda: _text("the thing's name"),
    "in_frame": lambda: {"type": "boolean", "description": "false: it is not in the image"},
    "frame": lambda: {"type": "integer", "description": "from 0 on", "minimum": 0},
    "start_timestamp": lambda: _text("MM:SS"),
    "end_timestamp": lambda: _text("MM:SS"),
    "description": lambda: _text("what happens"),
    "completion_time_seconds": _seconds_or_never,
    "progress_level": _bracket,
}
