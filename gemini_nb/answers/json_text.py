"""JSON of whatever a chunk may hold, and what partial JSON says so far."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from pydantic_core import from_json, to_json

from gemini_nb.answers.surrogates import well_formed


def json_text(value: object, *, indent: int | None = None) -> str:
    """`value` as JSON: an SDK object, JSON, or anything else, of which only the type is told.

    Example:
        >>> json_text({"raw": b"bytes", "odd": object()})
        '{"raw":"Ynl0ZXM=","odd":"<object>"}'
    """
    try:
        written = to_json(
            value,
            indent=indent,
            exclude_none=True,
            bytes_mode="base64",
            inf_nan_mode="constants",
            fallback=_type_name,
        )
    except (ValueError, RecursionError):  # surrogates, cycles
        return well_formed(str(value)) if isinstance(value, str) else _type_name(value)
    return written.decode()


def members(value: object) -> dict[str, Any]:
    """The members of a JSON object, of an SDK object as well; none of anything else.

    Example:
        >>> members({"city": "Paris"}), members(None)
        ({'city': 'Paris'}, {})
    """
    if isinstance(value, Mapping):
        return {str(name): member for name, member in cast("Mapping[Any, Any]", value).items()}
    if value is None or isinstance(value, str | int | float | list | tuple | bytes):
        return {}
    told = read_partial(json_text(value))
    return told if told is not None else {}


def read_partial(text: str) -> dict[str, Any] | None:
    """The object that JSON cut off anywhere shows so far; None where it is no JSON object.

    Example:
        >>> read_partial('{"city": "Par')
        {'city': 'Par'}
        >>> read_partial("city=Paris") is None
        True
    """
    if not text.strip():
        return {}
    try:
        found: object = from_json(text, allow_partial="trailing-strings")
    except (ValueError, RecursionError):
        return None
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def is_object(text: str) -> bool:
    """Whether `text` is the JSON of an object, complete.

    Example:
        >>> is_object('{"city": "Paris"}'), is_object('{"city": "Par'), is_object("3")
        (True, False, False)
    """
    try:
        return isinstance(from_json(text), dict)
    except (ValueError, RecursionError):
        return False


def is_json(text: str) -> bool:
    """Whether all of `text` is a JSON array or object, perhaps cut off, that holds something.

    Example:
        >>> is_json('[{"point": [1, 2]'), is_json("[a link](https://example.org)"), is_json("42")
        (True, False, False)
    """
    if text.lstrip()[:1] not in {"[", "{"}:
        return False
    try:
        return bool(from_json(text, allow_partial="trailing-strings"))
    except (ValueError, TypeError, RecursionError):
        return False


def _type_name(value: object) -> str:
    return f"<{type(value).__name__}>"
