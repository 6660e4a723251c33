"""Boxes, points, paths and masks in one object of an answer, under whatever keys it uses."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, Point, Trajectory, around
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.reading.coordinates import (
    Corners,
    canonical,
    members_of,
    named_corners,
    named_pair,
    pair,
    pairs,
    quantities,
)
from gemini_nb.spatial.reading.json_values import JsonArray, holds_objects, is_list
from gemini_nb.spatial.reading.keys import (
    BOX_KEYS,
    COORDINATE_KEYS,
    COUNT_KEYS,
    MASK_KEYS,
    PATH_KEYS,
    POINT_KEYS,
    SOLID_KEYS,
)
from gemini_nb.spatial.reading.mask_shapes import outlines, png_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.spatial.reading.entries import Entry, Maker

_SIDES: Final = 4
_AXES: Final = 2
_SOLID: Final = 9  # centre, size and rotation


def places(entry: Entry) -> list[Maker]:
    """Makers of all that has a place in the object: boxes or masks, points, paths, solids."""
    families = entry.shape.places
    boxes = _boxes(entry) if not families.isdisjoint(("box", "number")) else []
    found = (_masks(entry, boxes) if "mask" in families else []) or boxes
    if not families.isdisjoint(("point", "number")):
        found = found + _points(entry)
    if "path" in families:
        found = found + _paths(entry)
    return found + _solids(entry) if "solid" in families else found


def corners(values: list[float] | Corners, repair: Callable[[str], None]) -> Corners:
    """Four numbers as a box whose smaller sides come first."""
    ymin, xmin, ymax, xmax = values
    if ymin <= ymax and xmin <= xmax:
        return Corners(ymin, xmin, ymax, xmax)
    repair("corners of a box in the wrong order")
    return Corners(min(ymin, ymax), min(xmin, xmax), max(ymin, ymax), max(xmin, xmax))


def _boxes(entry: Entry) -> list[Maker]:
    found: list[Maker] = []
    for name, value in entry.among(BOX_KEYS):
        if is_list(value) and holds_objects(value):
            continue
        entry.use(name)
        found += _box(entry, value)
    if not found and len(entry.names() & COORDINATE_KEYS) >= _SIDES:
        named = named_corners(entry.values, entry.repair)
        if named is not None:
            entry.use(*COORDINATE_KEYS)
            found.append(partial(Box, *corners(named, entry.repair)))
    return found


def _box(entry: Entry, value: Any) -> list[Maker]:  # noqa: ANN401 - JSON may be anything
    if value is None or value == []:
        return []
    members = members_of(value)
    if members is not None:
        named = named_corners(canonical(members), entry.repair)
        numbers = list(named) if named else []
    else:
        numbers = quantities(value, entry.repair) or []
    if is_list(value) and len(numbers) > _SIDES and all(is_list(each) for each in value):
        return [maker for each in value for maker in _box(entry, each)]
    if len(numbers) == _SIDES:
        return [partial(Box, *corners(numbers, entry.repair))]
    if len(numbers) == _AXES:
        entry.repair("a box of two numbers, read as a point")
        return [partial(Point, *numbers)]
    entry.drop("a box that has not four numbers")
    return []


def _points(entry: Entry) -> list[Maker]:
    found: list[Maker] = []
    for name, value in entry.among(POINT_KEYS):
        made = _point(entry, value)
        if made is not None:
            entry.use(name)
            found.append(made)
        elif name == "point" and not holds_objects(value):
            entry.use(name)
            if value not in (None, []):
                entry.drop("a point that has not two numbers")
    # With other sides, or where the text breaks off, these are the half of a box.
    if not found and entry.closed and entry.names() & COORDINATE_KEYS == {"y", "x"}:
        named = named_pair(entry.values, entry.repair)
        if named is not None:
            entry.use("y", "x")
            found.append(partial(Point, *named))
    return found


def _point(entry: Entry, value: Any) -> Maker | None:  # noqa: ANN401 - JSON may be anything
    if (two := pair(value, entry.repair)) is not None:
        return partial(Point, *two)
    if is_list(value) and any(is_list(each) for each in value):
        inner = value[0] if len(value) == 1 else None
        return None if inner is None else _point(entry, inner)
    numbers = quantities(value, entry.repair) or []
    if len(numbers) == _AXES:
        return partial(Point, *numbers)
    if len(numbers) == _AXES + 1:
        entry.repair("a point of three numbers, read by its first two")
        entry.add("z", numbers[2])
        return partial(Point, *numbers[:2])
    if len(numbers) == _SIDES:
        entry.repair("a point of four numbers, read as a box")
        return partial(Box, *corners(numbers, entry.repair))
    return None


def _paths(entry: Entry) -> list[Maker]:
    found: list[Maker] = []
    for name, value in entry.among(PATH_KEYS):
        paths = _lines(entry, value)
        if paths:
            entry.use(name)
            counted = name in {"points", "keypoints", "coordinates"} and entry.names() & COUNT_KEYS
            found += [
                made
                for path in paths
                for made in (path if counted else [partial(Trajectory, _spots(path))])
            ]
        elif is_list(value) and value and not holds_objects(value):
            entry.use(name)
            entry.drop("a path that is not a list of points")
    return found


def _lines(entry: Entry, value: Any) -> list[list[partial[Point]]]:  # noqa: ANN401 - JSON
    if holds_objects(value) and not _only_places(value):
        return []
    if isinstance(value, JsonArray) and not value.closed:
        return []
    if (path := pairs(value, entry.repair)) is not None:
        return [[partial(Point, *two) for two in path]]
    if is_list(value) and value and all(is_list(each) for each in value):
        lines = [_lines(entry, each) for each in value]
        return [line for each in lines for line in each] if all(lines) else []
    numbers = quantities(value, entry.repair) or []
    if len(numbers) < 2 * _AXES or len(numbers) % 2:
        return []
    return [[partial(Point, *two) for two in zip(numbers[::2], numbers[1::2], strict=True)]]


def _only_places(value: Any) -> bool:  # noqa: ANN401 - JSON may be anything
    """Whether the objects in a list say nothing but where they are."""
    return is_list(value) and all(
        (members := members_of(each)) is not None and set(canonical(members)) <= {"y", "x", "point"}
        for each in value
    )


def _spots(path: list[partial[Point]]) -> tuple[Point, ...]:
    return tuple(make() for make in path)


def _masks(entry: Entry, boxes: list[Maker]) -> list[Maker]:
    made = boxes[0]() if len(boxes) == 1 else None
    box = made if isinstance(made, Box) else None
    found: list[Maker] = []
    for name, value in entry.among(MASK_KEYS):
        if value not in (None, "", []) and not _is_named_list(value):
            found += _mask(entry, value, box)
        entry.use(name)
    return found


def _mask(entry: Entry, value: Any, box: Box | None) -> list[Maker]:  # noqa: ANN401 - JSON
    members = members_of(value)
    if members and ("counts" in members or "size" in members):
        entry.note("unsupported", "a mask as run lengths")
        return []
    if isinstance(value, str) and not _spells_numbers(value):
        png = png_of(value, entry.note)
        if png is not None and box is None:
            entry.drop("a mask without the box that it lies in")
        return [] if png is None or box is None else [partial(Mask, box, png)]
    polygons = outlines(value, box, entry.note)
    if not polygons:
        entry.drop("a mask that is neither a picture nor an outline")
        return []
    own = box or around([point for polygon in polygons for point in polygon])
    return [partial(Mask, own, polygons=polygons)]


def _spells_numbers(value: str) -> bool:
    return quantities(value[:2000].rpartition(",")[0] or value, lambda _: None) is not None


def _is_named_list(value: Any) -> bool:  # noqa: ANN401 - JSON may be anything
    """Whether these are objects with masks of their own, rather than corners."""
    return is_list(value) and holds_objects(value) and not _only_places(value)


def _solids(entry: Entry) -> list[Maker]:
    found: list[Maker] = []
    for name, value in entry.among(SOLID_KEYS):
        numbers = quantities(value, entry.repair) or []
        entry.use(name)
        if len(numbers) == _SOLID:
            a, b, c, d, e, f, g, h, i = numbers
            found.append(partial(Box3D, (a, b, c), (d, e, f), (g, h, i)))
        elif value is not None:
            entry.drop("a 3-D box that has not nine numbers")
    return found
