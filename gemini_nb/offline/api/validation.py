"""A request body as a checked message, or the error that Google would send."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import ValidationError

from gemini_nb.offline.api.content import Message
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.lenient_json import LenientJSONError, loads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

M = TypeVar("M", bound=Message)

MOST_VIOLATIONS = 10
"""How many malformed fields one reply names; a hostile body may have millions."""

_SHOWN_CHARACTERS = 80
_CAPITAL = re.compile(r"(?<=[a-z0-9])([A-Z])")
_TYPES = {
    "bool": "TYPE_BOOL",
    "bytes": "TYPE_BYTES",
    "float": "TYPE_FLOAT",
    "int": "TYPE_INT32",
    "string": "TYPE_STRING",
}
_PACKAGE = "type.googleapis.com/google.ai.generativelanguage.v1beta"


def parse(body: bytes, message: type[M]) -> M:
    """`body` read leniently and checked as `message`.

    Raises:
        ApiError: 400 INVALID_ARGUMENT in Google's words, naming each malformed field.

    Example:
        >>> from gemini_nb.offline.api.messages import GenerationConfig
        >>> parse(b'{"topP": 0.5, "max_output_tokens": "9",}', GenerationConfig).top_p
        0.5
        >>> parse(b'{"colour": 1}', GenerationConfig)
        Traceback (most recent call last):
        gemini_nb.offline.api.errors.ApiError: Invalid JSON payload received. Unknown name \
"colour": Cannot find field.
    """
    try:
        value = loads(body)
    except LenientJSONError as error:
        raise ApiError(400, f"Invalid JSON payload received. {error}") from None
    return check(value, message)


def check(value: object, message: type[M]) -> M:
    """`value`, parsed JSON, as `message`; raises `ApiError` as `parse` does."""
    if not isinstance(value, dict):
        text = f"Invalid JSON payload received. Expected an object, got {_shown(value)}."
        raise ApiError(400, text)
    try:
        return message.model_validate(value)
    except ValidationError as error:
        found = error.errors(include_url=False)[:MOST_VIOLATIONS]
    except RecursionError:
        raise ApiError(400, "Invalid JSON payload received. Nested too deeply.") from None
    violations = tuple(dict.fromkeys(_violation(detail, message.__name__) for detail in found))
    raise ApiError(400, "\n".join(text for _, text in violations), violations=violations)


def _violation(detail: ErrorDetails, message: str) -> tuple[str, str]:
    """The path of the malformed field, and the sentence about it."""
    location, kind, context = detail["loc"], detail["type"], detail.get("ctx", {})
    path = field_path(location)
    if kind == "extra_forbidden":
        parent = field_path(location[:-1])
        where = f" at '{parent}'" if parent else ""
        name = str(location[-1])[:_SHOWN_CHARACTERS]
        return parent, (
            f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
        )
    if kind == "missing":
        return path, f"* {message}.{path}: {path.rsplit('.', 1)[-1]} is not specified"
    family = kind.split("_", 1)[0]
    shown = _shown(detail["input"])
    if family in _TYPES or kind == "base64":
        name = _TYPES.get(family, "TYPE_BYTES")
        reason = ", Base64 decoding failed for" if kind == "base64" else ","
        return path, f"Invalid value at '{path}' ({name}){reason} {shown}"
    if kind in {"model_type", "model_attributes_type"}:
        return path, f"Invalid value at '{path}' ({_PACKAGE}.{context['class_name']}), {shown}"
    if kind in {"list_type", "dict_type", "literal_error"}:
        expected = context.get("expected", "a list" if kind == "list_type" else "an object")
        return path, f"Invalid value at '{path}', {shown}: expected {expected}"
    rule = detail["msg"].replace("Input", path.rsplit(".", 1)[-1], 1)
    return path, f"* {message}.{path}: {rule}, got {shown}"


def field_path(location: Sequence[int | str]) -> str:
    """A pydantic location as Google writes it: snake_case, indices in brackets.

    Example:
        >>> field_path(("contents", 0, "parts", 1, "inlineData"))
        'contents[0].parts[1].inline_data'
    """
    path = ""
    for step in location:
        if isinstance(step, int):
            path += f"[{step}]"
        else:
            path += ("." if path else "") + _CAPITAL.sub(r"_\1", step).lower()
    return path[: 4 * _SHOWN_CHARACTERS]


def _shown(value: Any) -> str:  # noqa: ANN401 - whatever the caller sent
    text = f'"{value}"' if isinstance(value, str) else str(value)[: 2 * _SHOWN_CHARACTERS]
    return text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + "\u2026"
