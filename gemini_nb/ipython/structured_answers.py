"""Answers that were asked for in a form, as the objects that they describe."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_origin

from gemini_nb.errors import MisfitAnswerError

if TYPE_CHECKING:
    from pydantic import ValidationError

_SHOWN = 3  # of the places that do not fit


def object_of(text: str, schema: Any, finish_reason: str = "") -> Any:  # noqa: ANN401 - JSON
    """What an answer in JSON says: an object of the schema's class, or plain JSON values.

    Args:
        text: the whole answer.
        schema: a pydantic class, or any other type that pydantic can read, as `list[Class]`; a
            JSON schema or None for plain values.
        finish_reason: why the answer ended, which may be why it is no JSON.

    Raises:
        MisfitAnswerError: it is no JSON, or not of the schema's type.

    Example:
        >>> object_of('{"name": "Ann"}', None), object_of('["2"]', list[int])
        ({'name': 'Ann'}, [2])
    """
    try:
        values = json.loads(text)
    except ValueError as error:
        cut = finish_reason == "MAX_TOKENS"
        advice = " It was cut off at its limit; raise --max-output-tokens." if cut else ""
        start = f" It begins with {text[:60]!r}." if text.strip() else " It is empty."
        raise MisfitAnswerError(f"The answer is no JSON ({error}).{start}{advice}") from error
    # JSON schemas, and the SDK's own `Schema` objects, describe plain values.
    if not isinstance(schema, type) and get_origin(schema) is None:
        return values
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - few ask for objects

    try:
        return TypeAdapter(schema).validate_json(text)
    except ValidationError as error:
        name = getattr(schema, "__name__", schema)
        raise MisfitAnswerError(f"The answer is no {name}: {_misfits(error)}.") from error


def _misfits(error: ValidationError) -> str:
    found = [
        f"{'.'.join(map(str, one['loc'])) or 'as a whole'}: {one['msg']}" for one in error.errors()
    ]
    more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    return "; ".join(found[:_SHOWN]) + more
