"""What the JSON reader makes: objects and arrays that know where they stand, and plain JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Span


class Repair(NamedTuple):
    """One thing that was mended while JSON was read."""

    reason: str
    start: int
    end: int


class Nothing:
    """Stands for a value that the text breaks off in, or that is none."""


NOTHING: Final = Nothing()


@dataclass(slots=True)
class JsonObject:
    """A JSON object and its place in the text."""

    members: dict[str, Any]
    span: Span
    closed: bool = True
    """Whether the text holds all of it."""


class JsonArray(list[Any]):
    """A JSON array and its place in the text."""

    __slots__ = ("closed", "holds_objects", "span")

    def __init__(
        self, values: list[Any], span: Span, *, closed: bool = True, objects: bool | None = None
    ) -> None:
        super().__init__(values)
        self.span = span
        self.closed = closed
        # Whether there are objects in it, at any depth; looked up where that is not known.
        self.holds_objects = any(map(holds_objects, values)) if objects is None else objects


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether `value` is a list, of whatever."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether `value` is a dict or the like."""
    return isinstance(value, Mapping)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON may be anything
    """`value` as plain dicts and lists, as `json.loads` would give it."""
    if isinstance(value, JsonObject):
        return {key: plain(member) for key, member in value.members.items()}
    if is_mapping(value):
        return {key: plain(member) for key, member in value.items()}
    return [plain(element) for element in value] if is_list(value) else value


def holds_objects(value: object) -> bool:
    """Whether there is a JSON object in `value`, at any depth.

    Plain lists come from the standard decoder, which is only given what holds no objects.
    """
    if isinstance(value, JsonArray):
        return value.holds_objects
    return isinstance(value, JsonObject)
