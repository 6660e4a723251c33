"""The one table of the keys under which models say things, and what each of them stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

Role = Literal["box", "corners", "corner", "mask", "point", "points", "path", "solid", "size",
    "rotation", "side", "label", "angle", "absence", "start", "end", "moment", "progress",
    "function", "arguments", "image", "list"]  # fmt: skip
"""corners: a box [x1, y1, x2, y2]. corner: one of two of a box. points: several points, one by one.
solid: a box in space; size and rotation are parts of one. side: one number of a place. image: which
of several pictures. list: of things, of which it names none."""

_TABLE: Final[dict[Role, str]] = {
    "box": "box2d box bbox bbox2d boundingbox boundingbox2d rect boxes bboxes boundingboxes",
    "corners": "xyxy boxxyxy bboxxyxy",
    "corner": "topleft upperleft bottomright lowerright",
    "mask": "mask polygon polygons segmentation segmentationmask segmentationpolygon maskpolygon"
    " outline contour boundary vertices normalizedvertices",
    "point": "point point2d keypoint coordinate coords position location center centre",
    "points": "points keypoints coordinates",
    "path": "trajectory path waypoints polyline route trajectories paths",
    "solid": "box3d bbox3d boundingbox3d",
    "size": "size dimensions",
    "rotation": "rotation",
    "side": "y0 x0 y1 x1 y x y2 x2 ymin xmin ymax xmax top left bottom right height width h w"
    " centery centerx centerz ycenter xcenter zcenter cy cx cz",
    "label": "label name class classname object objectname textlabel title category text item"
    " description",
    "angle": "angle graspangle gripperangle",
    "absence": "inframe",
    "start": "starttimestamp starttime start timestamp",
    "end": "endtimestamp endtime end",
    "moment": "completiontimeseconds",
    "progress": "progresslevel",
    "function": "function",
    "arguments": "args arguments parameters",
    "image": "image imageindex imageidx imgidx imageid imagename imagenumber imagefile filename"
    " file frame frameindex framenumber picture photo view",
    "list": "actions annotations answer calls data detections entities found frames functioncall"
    " images instances items json list objects output outputs predictions regions response result"
    " results segments steps things toolcalls words",
}
ROLES: Final[dict[str, Role]] = {key: role for role, keys in _TABLE.items() for key in keys.split()}
"""Of each key, in small letters and without signs; the first of several labels is the label."""
TIMES: Final = frozenset(["timestamp", "time", "seconds", "timeseconds", "timestampseconds"])
"""Keys, likewise, of when in a video something is where the answer says."""

_SIZES: Final = (("height", "width"), ("h", "w"))
_FORMS: Final = (
    *(("y", "x", "y2", "x2"), ("ymin", "xmin", "ymax", "xmax"), ("y1", "x1", "y2", "x2")),
    *(("y0", "x0", "y1", "x1"), ("top", "left", "bottom", "right")),
    *((*place, *size) for place in (("y", "x"), ("top", "left")) for size in _SIZES),
    *(("y", "x"), ("centery", "centerx"), ("ycenter", "xcenter"), ("cy", "cx")),
)
"""Keys of the four sides of a box, of a place and a size, and of a point."""

_ORDER: Final = {key: place for place, key in enumerate(ROLES)}
_VAGUE: Final[frozenset[Role]] = frozenset(
    ["size", "rotation", "side", "label", "start", "end", "arguments", "image", "list"]
)
_LONGEST: Final = 60
_TOKENS: Final = re.compile(r"<[^<>]*+>")
_SIGNS: Final = re.compile(r"[\W_]++")
_COORDINATE: Final = re.compile(r"\A(?:point|b?box)?([xy](?:min|max|\d)?)(?:coord(?:inate)?s?)?\Z")


@dataclass(frozen=True, slots=True)
class Keys:
    """What the keys of an object say about it, before its values are looked at."""

    names: dict[str, str]
    """The object's own keys by canonical key."""
    roles: dict[Role, tuple[str, ...]]
    """Its canonical keys by role, each in the order of the table."""
    clear: bool
    """Whether any of them leaves no doubt that this is about an image, or a call."""
    timed: bool
    """Whether it is about a stretch of time: a start and an end, or one of them and words."""
    form: tuple[str, ...]
    """Canonical keys of a box by its sides, or of a point: y, x, y, x or y, x, height, width."""
    usual: tuple[tuple[str, ...], str | None, tuple[str, ...]] | None
    """Its own keys of the place, the label and the rest, if nothing else of it is in the table."""


@lru_cache(maxsize=512)
def keys_of(keys: tuple[str, ...]) -> Keys:
    """The keys of an object; most objects of an answer share them.

    Example:
        >>> keys_of(("label", "box_2d")).roles
        {'box': ('box2d',), 'label': ('label',)}
    """
    names = {canonical_key(key): key for key in keys}
    roles: dict[Role, tuple[str, ...]] = {}
    for name in sorted(names.keys() & ROLES.keys(), key=_ORDER.__getitem__):
        roles[ROLES[name]] = (*roles.get(ROLES[name], ()), name)
    called = "name" in names and "arguments" in roles
    timed = len(roles.keys() & {"start", "end"}) + ("description" in names) > 1
    several = len(roles.get("side", ())) > 1
    clear = several or called or timed or not _VAGUE.issuperset(roles)
    form = _form(roles)
    places = form or (*roles.get("box", ()), *roles.get("point", ()))
    labels = roles.get("label", ())
    rest = tuple(key for name, key in names.items() if name not in ROLES)
    usual = None
    # Several places, a size, two labels, an action: all of these need a closer look.
    one = len(places) == 1 or (form and form[-2:] not in _SIZES)
    if one and len(places + labels[:1] + rest) == len(keys) and "action" not in names:
        usual = tuple(names[name] for name in places), names[labels[0]] if labels else None, rest
    return Keys(names, roles, clear, timed, form, usual)


def _form(roles: dict[Role, tuple[str, ...]]) -> tuple[str, ...]:
    """The keys of a place by its sides, where there is no other; a box needs all four."""
    sides = {*roles.get("side", ())}
    if not sides or not roles.keys().isdisjoint(("box", "corners", "point", "points")):
        return ()
    # Beside other sides, y and x alone are the half of a box that breaks off.
    fitting = (form for form in _FORMS if sides.issuperset(form))
    return next((form for form in fitting if len(form) > len("yx") or len(sides) == len("yx")), ())


def canonical_key(key: str) -> str:
    """One key in small letters, without signs and without the tokens of masks.

    Example:
        >>> canonical_key("box_2d"), canonical_key("<start_of_mask>_boundingBox")
        ('box2d', 'boundingbox')
    """
    bare = _SIGNS.sub("", _TOKENS.sub("", key[:_LONGEST])).casefold()
    return _COORDINATE.sub(r"\1", bare)
