"""A reply with every key taken out of it, before it is made into Markdown or lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Reply


def redacted(reply: Reply) -> Reply:
    """`reply` without keys in any of its texts; the bytes of pictures stay as they are.

    Markdown made of it may need backslashes in the middle of a key, where `redact` would no longer
    know it: so keys go first.

    Example:
        >>> from gemini_nb.answers.answer import Reply
        >>> redacted(Reply(failure="POST /v1beta/models?key=abc123")).failure
        'POST /v1beta/models?key=[key redacted]'
    """
    return cast("Reply", _redacted(reply))


def _redacted(value: Any) -> Any:  # noqa: ANN401 - a value and what it is made of, JSON included
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, Mapping):
        members = cast("Mapping[Any, Any]", value)
        return {_redacted(name): _redacted(member) for name, member in members.items()}
    if isinstance(value, tuple | list):
        inner = [_redacted(each) for each in cast("list[Any]", value)]
        return tuple(inner) if isinstance(value, tuple) else inner
    if is_dataclass(value) and not isinstance(value, type):
        changed = {part.name: _redacted(getattr(value, part.name)) for part in fields(value)}
        return replace(value, **changed)
    return value
