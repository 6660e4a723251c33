"""The keys under which models say things: spellings brought together, and what they stand for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

BOX_KEYS: Final = frozenset(
    [
        "box2d",
        "box",
        "bbox",
        "bbox2d",
        "boundingbox",
        "boundingbox2d",
        "rect",
        "rectangle",
        "boxes",
        "bboxes",
        "boxes2d",
        "boundingboxes",
    ]
)
POINT_KEYS: Final = frozenset(
    [
        "point",
        "point2d",
        "keypoint",
        "coordinate",
        "coordinates",
        "coords",
        "position",
        "location",
        "center",
        "centre",
        "points",
        "keypoints",
    ]
)
PATH_KEYS: Final = frozenset(
    [
        "trajectory",
        "path",
        "waypoints",
        "points",
        "keypoints",
        "polyline",
        "route",
        "trajectories",
        "paths",
        "coordinates",
    ]
)
MASK_KEYS: Final = frozenset(
    ["mask", "polygon", "polygons", "segmentation", "segmentationmask", "outline", "contour"]
)
SOLID_KEYS: Final = frozenset(["box3d", "bbox3d", "boundingbox3d"])
LABEL_KEYS: Final = (
    "label",
    "name",
    "class",
    "classname",
    "object",
    "objectname",
    "textlabel",
    "title",
    "category",
    "description",
)
"""The first of these that is there is the label."""
WRAPPER_KEYS: Final = frozenset(
    [
        "answer",
        "answers",
        "annotations",
        "boundingboxes",
        "boxes",
        "bboxes",
        "candidates",
        "data",
        "detections",
        "detected",
        "entities",
        "found",
        "frames",
        "instances",
        "items",
        "json",
        "keypoints",
        "labels",
        "list",
        "masks",
        "objects",
        "output",
        "parts",
        "path",
        "points",
        "predictions",
        "regions",
        "response",
        "result",
        "results",
        "segments",
        "steps",
        "things",
        "trajectory",
        "waypoints",
    ]
)
"""Keys of lists of things, which name none of them."""
COUNT_KEYS: Final = frozenset(["count", "total", "answer", "number"])
START_KEYS: Final = ("starttimestamp", "starttime", "start", "timestamp")
END_KEYS: Final = ("endtimestamp", "endtime", "end")
ANGLE_KEYS: Final = ("angle", "graspangle", "gripperangle")
ARGUMENT_KEYS: Final = ("args", "arguments", "parameters")
_CALL_KEYS: Final = frozenset(["function", "functioncall", *ARGUMENT_KEYS])
_CLEAR_KEYS: Final = frozenset(
    [
        *(*START_KEYS[:2], *END_KEYS[:2], *ANGLE_KEYS),
        *("inframe", "function", "functioncall", "completiontimeseconds", "progresslevel"),
    ]
)
_STATEMENT_KEYS: Final = _CLEAR_KEYS | _CALL_KEYS | {*START_KEYS, *END_KEYS}

SIDES: Final = (
    ("y", "x", "y2", "x2"),
    ("ymin", "xmin", "ymax", "xmax"),
    ("y1", "x1", "y2", "x2"),
    ("y0", "x0", "y1", "x1"),
    ("top", "left", "bottom", "right"),
    ("ystart", "xstart", "yend", "xend"),
)
"""Keys of the four sides of a box."""
SIZED: Final = tuple(
    (*place, *size)
    for place in (("y", "x"), ("ymin", "xmin"), ("top", "left"))
    for size in (("height", "width"), ("h", "w"))
)
"""Keys of its upper left corner and its size."""
CENTRED: Final = tuple(
    (*place, *size)
    for place in (("ycenter", "xcenter"), ("centery", "centerx"), ("cy", "cx"), ("yc", "xc"))
    for size in (("height", "width"), ("h", "w"))
)
"""Keys of its centre and its size."""
COORDINATE_KEYS: Final = frozenset(key for form in (*SIDES, *SIZED, *CENTRED) for key in form)
_FAMILIES: Final = {
    "box": BOX_KEYS,
    "point": POINT_KEYS,
    "path": PATH_KEYS,
    "mask": MASK_KEYS,
    "solid": SOLID_KEYS,
}

_SINGLE: Final = ({"box"}, {"point"})
_LONGEST: Final = 60
_TOKENS: Final = re.compile(r"<[^<>]*+>")
_SIGNS: Final = re.compile(r"[\W_]++")


@dataclass(frozen=True, slots=True)
class Shape:
    """What the keys of an object say about it, before its values are looked at."""

    names: dict[str, str]
    """The object's own keys by canonical key."""
    places: frozenset[str]
    """The families of keys of places that are among them: box, point, path, mask, solid, number."""
    stated: bool
    """Whether an angle, a time, a call or the like may be among them."""
    known: bool
    """Whether any of them leaves no doubt that this is about an image, or a call."""
    usual: tuple[str, str | None] | None
    """The keys of the place and of the label, if it has a box or a point and nothing besides."""


@lru_cache(maxsize=512)
def shape_of(keys: tuple[str, ...]) -> Shape:
    """The shape of an object with these keys; most objects of an answer share one.

    Example:
        >>> shape_of(("box_2d", "label"))
        Shape(names={...}, places=frozenset({'box'}), stated=False, known=True, usual=(...))
    """
    names = {canonical_key(key): key for key in keys}
    found = names.keys()
    places = {family for family, known in _FAMILIES.items() if not known.isdisjoint(found)}
    if len(COORDINATE_KEYS & found) >= len("yx"):
        places.add("number")
    clear = bool(places) or not _CLEAR_KEYS.isdisjoint(found)
    usual = _usual(names) if len(keys) == len(names) and places in _SINGLE else None
    stated = not _STATEMENT_KEYS.isdisjoint(found)
    return Shape(names, frozenset(places), stated, clear, usual)


def _usual(names: dict[str, str]) -> tuple[str, str | None] | None:
    """The keys of a box or a point and of its label, if there are no others."""
    place = [key for name, key in names.items() if name in BOX_KEYS | POINT_KEYS]
    label = [key for name, key in names.items() if name in LABEL_KEYS]
    if len(place) != 1 or len(label) > 1 or len(place) + len(label) < len(names):
        return None
    return place[0], label[0] if label else None


def canonical_key(key: str) -> str:
    """One key in small letters, without signs and without the tokens of masks.

    Example:
        >>> canonical_key("box_2d"), canonical_key("<start_of_mask>_boundingBox")
        ('box2d', 'boundingbox')
    """
    return _SIGNS.sub("", _TOKENS.sub("", key[:_LONGEST])).casefold()
