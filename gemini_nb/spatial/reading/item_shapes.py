"""Items from the JSON of an answer: single objects, lists, and whatever wraps them."""

from __future__ import annotations

from itertools import starmap
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.reading.coordinates import pairs, quantities
from gemini_nb.spatial.reading.entries import Entry
from gemini_nb.spatial.reading.json_values import JsonArray, JsonObject, holds_objects, is_list
from gemini_nb.spatial.reading.keys import WRAPPER_KEYS, shape_of
from gemini_nb.spatial.reading.place_shapes import corners, places
from gemini_nb.spatial.reading.statement_shapes import statements
from gemini_nb.spatial.reading.usual_objects import usual_item

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item, Span
    from gemini_nb.spatial.reading.keys import Shape
    from gemini_nb.spatial.reading.notes import Notes

_FEWEST: Final = 3  # pairs in a bare list from which it is a path
_AXES: Final = 2
_SIDES: Final = 4
_SILENT: Final = frozenset([bool, NoneType])
_NESTED: Final = frozenset([list, JsonArray, JsonObject])


def items_in(value: Any, span: Span, notes: Notes, label: str = "") -> list[Item]:  # noqa: ANN401
    """The items that a piece of JSON holds, in its order.

    Args:
        value: a JsonObject, a list, or anything else that JSON may be.
        span: where it stands, if it does not know that itself.
        notes: told of what is mended, and of each object that nothing could be made of.
        label: the name of things that have none of their own.
    """
    if isinstance(value, JsonObject):
        return _of_object(value, notes, label)
    if not is_list(value):
        return []
    if not holds_objects(value):
        return bare_items(value, span, notes, label)
    place = value.span if isinstance(value, JsonArray) else span
    return [item for element in value for item in items_in(element, place, notes, label)]


def bare_items(
    values: list[Any], span: Span, notes: Notes, label: str = "", *, told: bool = True
) -> list[Item]:
    """The items in an array without keys: four numbers are a box, two a point, pairs a path.

    Three pairs and more are one trajectory, fewer are points. A name may stand before or behind
    the numbers. Where nothing can be made of it, that is noted, if it is to be `told`.

    Example:
        >>> from gemini_nb.spatial.geometry import Span
        >>> from gemini_nb.spatial.reading.notes import Notes
        >>> bare_items([[1, 2, 3, 4], ["mug", 5, 6]], Span(0, 0), Notes(""))
        [Box(ymin=1, xmin=2, ymax=3, xmax=4), Point(y=5, x=6, label='mug')]
    """
    place = values.span if isinstance(values, JsonArray) else span

    def repair(reason: str) -> None:
        notes.add("repaired", reason, place)

    path = pairs(values, repair) if values and all(map(is_list, values)) else None
    if path is not None:
        points = tuple(starmap(Point, path))
        if len(points) >= _FEWEST:
            return [Trajectory(points, label=label, span=place)]
        return [
            Point(point.y, point.x, label=label, span=_span(value, place))
            for point, value in zip(points, values, strict=True)
        ]
    named, numbers = _named(values)
    said = quantities(numbers, repair) if numbers and not any(map(is_list, numbers)) else None
    if said and len(said) == _SIDES:
        return [Box(*corners(said, repair), label=named or label, span=place)]
    if said and len(said) == _AXES:
        return [Point(*said, label=named or label, span=place)]
    nested = [value for value in values if is_list(value)]
    if not nested and values and told:
        notes.add("dropped", "a list that is neither a box nor a point", place)
    return [item for each in nested for item in bare_items(each, place, notes, named or label)]


def _named(values: list[Any]) -> tuple[str, list[Any]]:
    """A name at either end of a list, and the rest of it."""
    numeric = all(quantities([value], lambda _: None) for value in values)
    if len(values) < _AXES or numeric:
        return "", values
    if isinstance(values[0], str):
        return values[0], values[1:]
    return (values[-1], values[:-1]) if isinstance(values[-1], str) else ("", values)


def _span(value: object, otherwise: Span) -> Span:
    return value.span if isinstance(value, JsonArray) else otherwise


def _of_object(value: JsonObject, notes: Notes, hint: str) -> list[Item]:
    if not value.members:
        return []
    shape = shape_of(tuple(value.members))
    if (usual := usual_item(value, shape, hint)) is not None:
        return [usual]
    if _is_bare(value, shape):
        return _nothing(value, shape, notes)
    entry = Entry(value, notes)
    makers = places(entry) if entry.shape.places else []
    if entry.shape.stated:
        makers += statements(entry, placed=bool(makers))
    inner = [(key, name, member) for key, name, member in entry.unused() if _is_inner(name, member)]
    entry.use(*(name for _, name, _ in inner))
    if not makers and not inner:
        named = _by_name(entry, notes)
        return named if named or entry.tells_of("dropped") else _nothing(value, shape, notes)
    label = entry.label() or hint
    made: list[Item] = []
    if makers:
        details = entry.details()
        made = [make(label=label, details=details, span=value.span) for make in makers]
    for key, name, member in inner:
        passed_on = label if name in WRAPPER_KEYS or makers else label or key
        made += items_in(member, value.span, notes, passed_on)
    return made


def _is_bare(value: JsonObject, shape: Shape) -> bool:
    """Whether there is no key of places or statements, nor anything in it that may have one."""
    said = shape.places or shape.stated
    return not said and _NESTED.isdisjoint(map(type, value.members.values()))


def _is_inner(name: str, member: object) -> bool:
    """Whether a member that is part of no item holds items of its own."""
    if isinstance(member, JsonObject):
        return _may_place(member)
    if not is_list(member):
        return False
    if holds_objects(member):
        return any(map(_may_place, member))
    return name in WRAPPER_KEYS and any(map(is_list, member))


def _may_place(value: object) -> bool:
    """Whether there is a key of places or statements anywhere in `value`."""
    if is_list(value):
        return any(map(_may_place, value))
    if not isinstance(value, JsonObject):
        return False
    return shape_of(tuple(value.members)).known or any(map(_may_place, value.members.values()))


def _by_name(entry: Entry, notes: Notes) -> list[Item]:
    """Items of an object that names things by its keys: `{"mug": [412, 305]}`."""
    lists = [(key, value) for key, _, value in entry.unused() if is_list(value)]
    if not lists or len(lists) < len(entry.members):
        return []
    shapes = [len(value) for _, value in lists if not any(map(is_list, value))]
    if any(shape not in {_AXES, _SIDES} for shape in shapes):
        return []
    return [
        item
        for key, value in lists
        for item in bare_items(value, entry.span, notes, key, told=False)
    ]


def _nothing(value: JsonObject, shape: Shape, notes: Notes) -> list[Item]:
    """No items; and a note of it, if the object says anything."""
    said: list[object] = [member for member in value.members.values() if member != []]
    if "label" in shape.names or not _SILENT.issuperset(map(type, said)):
        cut = "the answer breaks off before this is complete"
        lost = "an object without a place, a time or a call"
        notes.add("dropped", lost if value.closed else cut, value.span)
    return []
