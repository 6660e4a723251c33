"""Fields of the API's objects, whether they are the SDK's or REST's JSON.

The SDK's objects are known by their fields, since importing google.genai takes more than a second
and REST's JSON has the same fields under other spellings.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast


def field(value: object, name: str) -> Any:  # noqa: ANN401 - whatever the API puts there
    """A field of an SDK object, or of the same in REST's JSON; None where there is none.

    Args:
        value: the object.
        name: as the SDK spells it: in small letters with underscores.

    Example:
        >>> field({"finishReason": "STOP"}, "finish_reason")
        'STOP'
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


def name_of(constant: object) -> str:
    """The name of an enumeration's member, which REST's JSON has as a string; "" for None.

    Example:
        >>> name_of("SAFETY"), name_of(None)
        ('SAFETY', '')
    """
    return str(getattr(constant, "name", None) or constant or "")
