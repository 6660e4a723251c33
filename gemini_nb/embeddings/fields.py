"""Fields of items, options and errors, whether they are the SDK's objects or REST's JSON."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast


def field(value: object, name: str) -> Any:  # noqa: ANN401 - whatever the API puts there
    """A field of an SDK object, or of the same in REST's JSON; None where there is none.

    Example:
        >>> field({"mimeType": "audio/wav"}, "mime_type")
        'audio/wav'
    """
    if isinstance(value, Mapping):
        members = cast("Mapping[str, Any]", value)
        head, *rest = name.split("_")
        return members.get(name, members.get(head + "".join(map(str.capitalize, rest))))
    return getattr(value, name, None)


def elements(value: object, name: str) -> list[Any]:
    """The elements of a field that holds a list; none where there is no list.

    Example:
        >>> elements({"parts": None}, "parts")
        []
    """
    found = field(value, name)
    return list(cast("list[Any]", found)) if isinstance(found, list | tuple) else []
