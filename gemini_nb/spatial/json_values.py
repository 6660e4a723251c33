"""What is read from JSON: objects and arrays that know where they stand, and what was mended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeGuard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.spatial.geometry import Span

    Repair = tuple[str, int, int]
    """One thing that was mended while JSON was read: the reason, and where it begins and ends."""

_FLAT: Final = frozenset([int, float, str])
_SHORTEST_LOOP: Final = 100
_FEWEST_ROUNDS: Final = 5
_TAIL: Final = 32


@dataclass(slots=True)
class JsonObject:
    """A JSON object, its place in the text, and whether the text holds all of it."""

    members: dict[str, Any]
    span: Span
    closed: bool = True


class JsonArray(list[Any]):
    """A JSON array with its place in the text, and whether there are objects in it, anywhere."""

    __slots__ = ("closed", "holds_objects", "span")

    def __init__(self, values: list[Any], span: Span, *, closed: bool = True) -> None:
        super().__init__(values)
        self.span = span
        self.closed = closed
        flat = _FLAT.issuperset(map(type, values))  # as nearly always, and quickly seen
        self.holds_objects = not flat and any(map(holds_objects, values))


class Fragment(NamedTuple):
    """One piece of JSON in a text; `too_deep` where it is nested beyond reading to its end."""

    value: JsonObject | JsonArray
    repairs: Sequence[Repair] = ()
    too_deep: bool = False


def is_list(value: object) -> TypeGuard[list[Any]]:
    """Whether `value` is a list, of whatever."""
    return isinstance(value, list)


def is_mapping(value: object) -> TypeGuard[Mapping[str, Any]]:
    """Whether `value` is a dict or the like."""
    return isinstance(value, Mapping)


def holds_objects(value: object) -> bool:
    """Whether there is a JSON object in `value`, at any depth; plain lists never hold any."""
    return isinstance(value, JsonObject) or (isinstance(value, JsonArray) and value.holds_objects)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON may be anything
    """`value` as plain dicts and lists, as `json.loads` would give it."""
    members = value.members if isinstance(value, JsonObject) else value
    if is_mapping(members):
        return {key: plain(member) for key, member in members.items()}
    return [plain(element) for element in value] if is_list(value) else value


def json_text(value: object) -> str | None:
    """`value` as JSON; None where it contains itself, or is nested beyond all reading.

    Arrays become lists, models of pydantic objects, and what JSON does not know its `str`.

    Example:
        >>> json_text({"point": (412, 305)})
        '{"point": [412, 305]}'
    """
    try:
        return json.dumps(value, ensure_ascii=False, skipkeys=True, default=_plainly)
    except (ValueError, RecursionError):
        return None


def _plainly(value: object) -> Any:  # noqa: ANN401 - JSON may be anything
    convert = getattr(value, "model_dump", None) or getattr(value, "tolist", None)
    return convert() if callable(convert) else str(value)


def unlooped(text: str) -> tuple[str, int]:
    """A string that ends in a loop, cut after its first round, and how often that was said.

    Example:
        >>> unlooped("Nuts; bolts; " * 40), unlooped("nuts, bolts")
        (('Nuts; bolts;…', 40), ('nuts, bolts', 1))
    """
    before = text.rfind(text[-_TAIL:], 0, -1) if len(text) >= _SHORTEST_LOOP else -1
    if before < 0:
        return text, 1
    period = len(text) - _TAIL - before
    alike = 0  # characters at the end that are those of the round before
    while alike < len(text) - period and text[~alike] == text[~alike - period]:
        alike += 1
    if alike < (_FEWEST_ROUNDS - 1) * period:
        return text, 1
    return text[: len(text) - alike].rstrip() + "\N{HORIZONTAL ELLIPSIS}", alike // period + 1
