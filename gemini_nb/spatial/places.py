"""What one value says: its numbers, in every form in which models write them, and their place."""

from __future__ import annotations

import base64
import io
import re
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.issues import silent
from gemini_nb.spatial.json_values import JsonArray, JsonObject, holds_objects, is_list
from gemini_nb.spatial.keys import keys_of
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle, Moment, Progress

if TYPE_CHECKING:
    from gemini_nb.spatial.geometry import Item, Span
    from gemini_nb.spatial.issues import Note, Notes
    from gemini_nb.spatial.keys import Role

NUMERIC: Final = frozenset([int, float])
"""Types of numbers; `isinstance` would take True for one."""
PARTS: Final[tuple[Role, ...]] = ("point", "size", "rotation")
"""Roles of the keys of a box in space whose parts are named."""
_AXES: Final = (("x", "y", "z"), ("width", "depth", "height"), ("roll", "pitch", "yaw"))

_QUANTITY: Final = re.compile(r"([-+]?\d++(?:\.\d*+)?(?:[eE][-+]?\d++)?)\s*+(%|px|deg(?:rees)?|°|)")
_BETWEEN: Final = re.compile(r"[\s\[\](),;]++")
_LARGEST: Final = 1e9  # beyond this a coordinate is a slip, and arithmetic with it loses digits
_CONTAINERS: Final = frozenset([list, JsonArray, JsonObject])
_WRAPPERS: Final = {"point", "points", "mask"}  # roles of keys that may stand around numbers
_SEGMENTS: Final = re.compile(r"<seg_?\d|<start_of_mask>")
_MOST_PIXELS: Final = 4096 * 4096  # of a PNG; a probability map has 256 by 256
_FEWEST: Final = 3  # corners of an outline; bare pairs from which they may be meant as a path


def quantity(value: object) -> float | None:
    """The number that `value` is, or spells; None for anything else.

    Example:
        >>> quantity("412px"), quantity("12.5%"), quantity("12 mugs"), quantity(True)
        (412, 125, None, None)
    """
    if isinstance(value, str):
        if (match := _QUANTITY.fullmatch(value.strip()[:50].replace("\u2212", "-"))) is None:
            return None
        value = float(match[1]) * (10 if match[2] == "%" else 1)  # thousandths
        value = int(value) if value.is_integer() else value
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return value if abs(value) <= _LARGEST else None  # false for NaN


def groups(value: object, note: Note) -> list[list[float]] | None:
    """The numbers in a list, in the lists within it, in an object of sides, or in a string.

    None where there is anything else, or the text breaks off.

    Example:
        >>> groups([1, 2], print), groups([[1, 2], [3, 4]], print), groups([1, None], print)
        ([[1, 2]], [[1, 2], [3, 4]], None)
        >>> groups("(1, 2)", print)
        repaired a number in a string
        [[1, 2]]
    """
    if isinstance(value, JsonObject):
        keys = keys_of(tuple(value.members))
        if len(value.members) == 1 and not _WRAPPERS.isdisjoint(keys.roles):
            return groups(next(iter(value.members.values())), note)
        alone = len(keys.roles.get("side", ())) == len(value.members)
        numbers = sides(value, note) if alone else None
        return [numbers] if numbers else None
    if isinstance(value, str):
        words = _BETWEEN.split(value.strip("()[] "))
        value = words if len(words) > 1 else None
    if not is_list(value) or not value or not getattr(value, "closed", True):
        return None
    if _CONTAINERS.isdisjoint(map(type, value)):
        numbers = _numbers(value, note)
        return [numbers] if numbers else None
    found: list[list[float]] = []
    for each in value:
        inner = [_numbers(each, note)] if is_list(each) else groups(each, note) or []
        if len(inner) != 1 or not inner[0]:
            return None
        found.append(inner[0])
    return found


def sides(value: JsonObject, note: Note) -> list[float] | None:
    """The box, or else the point, that an object gives by the names of its sides.

    Example:
        >>> from gemini_nb.spatial.geometry import Span
        >>> sides(JsonObject({"y": 10, "x": 20, "h": 5, "w": 7}, Span(0, 0)), print)
        [10, 20, 15, 27]
    """
    keys = keys_of(tuple(value.members))
    found = _numbers([value.members[keys.names[name]] for name in keys.form], note)
    if found and keys.form[-1] in {"width", "w"}:
        y, x, height, width = found
        return [y, x, y + height, x + width]
    return found or None


def _numbers(values: list[Any], note: Note) -> list[float] | None:
    """The numbers in a list that holds nothing else, and does not break off."""
    if not getattr(values, "closed", True):
        return None
    if NUMERIC.issuperset(map(type, values)):
        return values if max([abs(number) for number in values], default=0) <= _LARGEST else None
    numbers = [quantity(value) for value in values]
    found = [number for number in numbers if number is not None]
    if len(found) < len(values):
        return None
    note("repaired", "a number in a string")
    return found


def read(  # noqa: PLR0911 - one for each kind
    role: Role,
    value: Any,  # noqa: ANN401 - JSON may be anything
    made: list[Item],
    note: Note,
) -> list[Item] | None:
    """The items that a value is, under a key of that role; None where it is something else.

    A mask takes the place of the box among the items `made` so far that it lies in.

    Example:
        >>> read("point", [412, 305], [], print)
        [Point(y=412, x=305)]
    """
    match role:
        case "box" | "corners" | "point" | "points" | "path":
            return _places(role, value, note)
        case "solid":
            return _solids(value, note)
        case "mask":
            return _masks(value, made, note)
        case "angle" | "moment":
            number = quantity(value)
            if isinstance(value, str) and number is not None:
                note("repaired", "a number in a string")
            if role == "moment":
                return [Moment(number)] if number is not None or value is None else None
            return [Angle(number)] if number is not None else None
        case "progress" if value != "" and type(value) in {str, int, float}:
            return [Progress(str(value))]
        case _:
            return None


def _places(role: Role, value: Any, note: Note) -> list[Item] | None:  # noqa: ANN401 - JSON
    """The points, the boxes or the paths under a key that says that it is one of these."""
    found = groups(value, note) or []
    lengths = {len(numbers) for numbers in found}
    boxes = role in {"box", "corners"}
    if boxes and [len(numbers) for numbers in found] == [2, 2]:
        found, lengths = [[*found[0], *found[1]]], {4}
    if role == "path":
        several = [groups(each, note) or [] for each in value] if is_list(value) else []
        paths = [found] if lengths == {2} else several
        if paths and all({len(pair) for pair in path} == {2} for path in paths):
            return [Trajectory(tuple(Point(y, x) for y, x in path)) for path in paths]
    elif lengths == {4} or (not boxes and lengths in ({2}, {3})):
        if not boxes and lengths != {2}:
            how = "as a box" if lengths == {4} else "by its first two"
            note("repaired", f"a point of {len(found[0])} numbers, read {how}")
        if role == "corners":
            found = [[y, x, y2, x2] for x, y, x2, y2 in found]
        return [place(numbers, note) for numbers in found]
    if value in (None, "", []):
        return []
    if holds_objects(value) or not (boxes or is_list(value)):  # "position": "left"
        return None
    note("dropped", f"numbers that make no {'box' if boxes else role}")
    return []


def _solids(value: Any, note: Note) -> list[Item] | None:  # noqa: ANN401 - JSON
    """A box in space: nine numbers, six if it is not turned, or an object of these parts."""
    if isinstance(value, JsonObject):
        keys = keys_of(tuple(value.members))
        parts = [keys.roles[role][0] for role in PARTS if role in keys.roles]
        value = [_by_axis(value.members[keys.names[name]]) for name in parts]
    found = groups(value, note) or []
    numbers = [number for group in found for number in group]
    match numbers:
        case [x, y, z, width, depth, height, roll, pitch, yaw]:
            return [Box3D((x, y, z), (width, depth, height), (roll, pitch, yaw))]
        case [x, y, z, width, depth, height]:
            if len(found) == 1:
                note("suspected", "a 3-D box of six numbers: read as centre and size, not turned")
            return [Box3D((x, y, z), (width, depth, height), (0, 0, 0))]
        case _:
            if value is not None:
                note("dropped", "a 3-D box that has neither nine numbers nor six")
            return []


def _by_axis(part: object) -> object:
    """A part of a box in space as a list: centre, size or rotation along x, y and z."""
    members = part.members if isinstance(part, JsonObject) else {}
    named = (axes for axes in _AXES if members.keys() == {*axes})
    return next(([members[axis] for axis in axes] for axes in named), part)


def bare_items(  # noqa: PLR0913 - all but the first three have their defaults
    values: list[Any],
    span: Span,
    notes: Notes,
    label: str = "",
    image: str | int | None = None,
    *,
    told: bool = True,
) -> list[Item]:
    """The items in an array without keys: four numbers are a box, two a point.

    A word beside the numbers is their name. Three pairs and more may be meant as a path, which
    is told. Where nothing can be made of the array, that is noted, if it is to be `told`.

    Example:
        >>> from gemini_nb.spatial.geometry import Span
        >>> from gemini_nb.spatial.issues import Notes
        >>> bare_items([[1, 2, 3, 4], ["mug", 5, 6]], Span(0, 0), Notes(""))
        [Box(ymin=1, xmin=2, ymax=3, xmax=4), Point(y=5, x=6, label='mug')]
    """
    span = values.span if isinstance(values, JsonArray) else span
    note = partial(notes.add, span=span)
    if type(values[0] if values else None) is str and not values[0][:1].isdecimal():
        label, values = values[0], values[1:]
    found = groups(values, note) or []
    lengths = {len(numbers) for numbers in found}
    if lengths == {2} and len(found) >= _FEWEST:
        said = f"{len(found)} pairs of numbers without a key: taken for points"
        note("suspected", f"{said}; as_trajectory() makes a path of them")
    if lengths in ({2}, {4}):
        spans = [each.span if isinstance(each, JsonArray) else span for each in values]
        made = zip(found, spans, strict=False)  # a flat list holds but one
        return [place(n, note, label=label, image=image, span=at) for n, at in made]
    nested = [each for each in values if is_list(each)]
    if told and len(nested) < len(values):
        note("dropped", "a list that is neither a box nor a point")
    return [i for each in nested for i in bare_items(each, span, notes, label, image, told=told)]


def place(numbers: list[float], note: Note, **about: Any) -> Box | Point:  # noqa: ANN401
    """Four numbers as a box, two or three as a point."""
    if len(numbers) < len("yxyx"):
        return Point(*numbers[:2], **about)
    ymin, xmin, ymax, xmax = numbers
    if ymin > ymax or xmin > xmax:
        note("repaired", "corners of a box in the wrong order")
        (ymin, ymax), (xmin, xmax) = sorted((ymin, ymax)), sorted((xmin, xmax))
    return Box(ymin, xmin, ymax, xmax, **about)


def any_key(value: object, *roles: Role) -> bool:
    """Whether an object anywhere in `value` has a key of these roles, or a clear one of any."""
    if is_list(value):
        return holds_objects(value) and any(any_key(each, *roles) for each in value)
    if not isinstance(value, JsonObject):
        return False
    keys = keys_of(tuple(value.members))
    here = not keys.roles.keys().isdisjoint(roles) if roles else keys.clear
    return here or any(any_key(each, *roles) for each in value.members.values())


def _masks(value: Any, made: list[Item], note: Note) -> list[Item] | None:  # noqa: ANN401 - JSON
    """A mask, as a PNG or as outlines, which takes the place of the box among `made`.

    The axes of outlines are in the order that fits the box: that in which their bounds have the
    larger intersection over union with it. Where there is no box, [x, y] is assumed and told:
    Gemini 3.5 and Gemini Robotics-ER 1.6 write outlines so.
    """
    if any_key(value) and not _outlines(value, silent):
        return None
    boxes = [item for item in made if isinstance(item, Box)]
    box = boxes[0] if len(boxes) == 1 else None
    outlines = [line for line in _outlines(value, note) if len(line) >= _FEWEST]
    png = _png(value) if isinstance(value, str) and not outlines else None
    if isinstance(value, str) and _SEGMENTS.search(value):
        note("unsupported", "a mask of segment tokens, which only the model can decode")
    elif value and not (outlines or png):
        note("dropped", "a mask that is neither a PNG that can be read nor an outline")
    elif png and not box:
        note("dropped", "a mask without the box that it lies in")
    if box and (png or outlines):
        made.remove(box)
    if not outlines:
        return [Mask(box, png)] if box and png else []
    firsts, seconds = zip(*(pair for line in outlines for pair in line), strict=True)
    here = Box(min(firsts), min(seconds), max(firsts), max(seconds))
    there = Box(here.xmin, here.ymin, here.xmax, here.ymax)
    fits, turned_fits = (each.iou(box) if box else 0.0 for each in (here, there))
    named = any_key(value, "side")  # {"x": 305, "y": 412}: read by its names
    turned = not named and (box is None or turned_fits > fits)
    if box is None and not named:
        note("suspected", "an outline without a box: read as [x, y], which is an assumption")
    elif turned:
        note("rescaled", "an outline in [x, y], by its own box")
    elif fits == turned_fits and not named:
        note("suspected", "an outline that fits its box in either order: read as [y, x]")
    polygons = (tuple(Point(*(p[::-1] if turned else p)) for p in line) for line in outlines)
    return [Mask(box or (there if turned else here), polygons=tuple(polygons))]


def _png(value: str) -> bytes | None:
    """The PNG in a data URI or in bare base64, checked by decoding it; None if there is none."""
    try:
        data = base64.b64decode(value.rpartition(",")[2] + "==")  # padding may be missing
        with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
            if image.width * image.height > _MOST_PIXELS:
                return None
            image.load()
    except Exception:  # noqa: BLE001 - Pillow's decoders raise whatever they stumble over
        return None
    return data


def _outlines(value: object, note: Note) -> list[list[list[float]]]:
    """Outlines given as pairs, as lists of outlines, or as flat lists, whole or in chunks."""
    found = groups(value, note)
    if found is None:
        inner = value if is_list(value) else ()
        return [line for each in inner for line in _outlines(each, note)]
    if all(len(group) == len("yx") for group in found):
        return [found]
    if not all(len(group) >= 2 * _FEWEST for group in found):  # chunks of one outline
        found = [[number for group in found for number in group]]
    even = (group for group in found if len(group) % 2 == 0)
    return [[group[at : at + 2] for at in range(0, len(group), 2)] for group in even]
