"""JSON as the REST documentation writes it: field names in camelCase, short things on one line."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeGuard, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WIDTH = 80
_INDENT = 2
_FREE = frozenset(
    (
        *("args", "default", "example", "labels", "response"),
        *("parametersJsonSchema", "responseJsonSchema", "schema"),
    )
)
"""Fields that hold somebody's own JSON: the names in it are theirs."""
_NAMED = frozenset(("properties", "defs"))
"""Fields whose members have names of somebody's own, and API objects as values."""
_UNSEEN = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")


def documented(value: object) -> object:
    """A request's JSON with the fields of the API in camelCase; names of one's own stay.

    The SDK sends both spellings in one body, and the API takes both.

    Example:
        >>> documented({"function_call": {"name": "look_up", "args": {"my_city": "Oslo"}}})
        {'functionCall': {'name': 'look_up', 'args': {'my_city': 'Oslo'}}}
    """
    if isinstance(value, list):
        return [documented(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        return {_camel(name): _member(_camel(name), item) for name, item in members.items()}
    return value


def _member(name: str, value: object) -> object:
    if name in _FREE:
        return value
    if name in _NAMED and isinstance(value, dict):
        named = cast("dict[str, object]", value)
        return {own: documented(item) for own, item in named.items()}
    return documented(value)


def _camel(name: str) -> str:
    return re.sub("(?<=[a-z0-9])_([a-z0-9])", lambda found: found[1].upper(), name)


def is_media(members: Mapping[str, object]) -> TypeGuard[Mapping[str, str]]:
    """Whether a JSON object holds a picture or another file as base64."""
    kind = members.get("mimeType", members.get("mime_type"))
    return isinstance(members.get("data"), str) and isinstance(kind, str)


def scalar(value: object) -> str:
    r"""A text, number, truth value or null as JSON, readable but for characters that don't show.

    Example:
        >>> print(scalar("für\u2028"))
        "für\u2028"
    """
    shown = json.dumps(value, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", shown)


def laid_out(value: object, write: Callable[[object], str] = scalar, room: int = _WIDTH) -> str:
    """JSON over as few lines as fit, two columns deeper at each level.

    Args:
        value: JSON; where other objects stand in it, `write` must know them.
        write: how names and values that are no lists and no objects are written.
        room: columns; what fits is written on one line.

    Example:
        >>> print(laid_out({"contents": [{"text": "Tell me about tides."}]}, room=30))
        {
          "contents": [{
            "text": "Tell me about tides."
          }]
        }
    """
    line = _on_one_line(value, write)
    if len(line) <= room or not isinstance(value, dict | list) or not value:
        return line
    inner = room - _INDENT
    if isinstance(value, list):
        items = cast("list[object]", value)
        only: object = items[0] if len(items) == 1 else None
        if isinstance(only, dict):
            return f"[{laid_out(cast('object', only), write, room)}]"
        opening, closing = "[]"
        parts = [laid_out(item, write, inner) for item in items]
    else:
        opening, closing = "{}"
        members = cast("dict[str, object]", value)
        parts = [
            f"{write(name)}: {laid_out(item, write, inner - len(write(name)) - 2)}"
            for name, item in members.items()
        ]
    body = ",\n".join(parts).replace("\n", "\n" + " " * _INDENT)
    return f"{opening}\n{' ' * _INDENT}{body}\n{closing}"


def _on_one_line(value: object, write: Callable[[object], str]) -> str:
    if isinstance(value, list):
        items = cast("list[object]", value)
        return f"[{', '.join(_on_one_line(item, write) for item in items)}]"
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        parts = (f"{write(name)}: {_on_one_line(item, write)}" for name, item in members.items())
        return f"{{{', '.join(parts)}}}"
    return write(value)
