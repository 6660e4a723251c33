"""Answers that are JSON already, back in the text that the other rooms read."""

from __future__ import annotations

import json
from typing import Any


def json_text(value: object) -> str | None:
    """`value` as JSON; None where it contains itself, or is nested beyond all reading.

    Arrays become lists, models of pydantic objects, and what JSON does not know its `str`.

    Example:
        >>> json_text({"point": (412, 305)})
        '{"point": [412, 305]}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, skipkeys=True, default=_converted)
    except (ValueError, RecursionError):
        return None


def body(data: bytes) -> object:
    """What the body of an HTTP response says: its JSON, or else its text."""
    text = data.decode(errors="replace")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def convertible(value: object) -> bool:
    """Whether `value` knows how to become JSON, as an array or a pydantic model."""
    return any(callable(getattr(value, method, None)) for method in _METHODS)


def _converted(value: object) -> Any:  # noqa: ANN401 - JSON may be anything
    for method in _METHODS:
        if callable(convert := getattr(value, method, None)):
            return convert()
    return str(value)


_METHODS = ("model_dump", "tolist")
