"""What each key of an answer stands for: a point, one side of a box, a label, ..."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.answer_form import Form

Role = Literal[
    "point", "box", "mask", "polygon", "line", "start", "end",
    "y", "x", "ymin", "xmin", "ymax", "xmax", "height", "width",
    "label", "colour", "shape", "size", "place", "description", "confidence", "area",
    "angle", "step", "action", "frame", "present", "count", "picture height", "picture width",
]  # fmt: skip

_GEOMETRY: Final = """
    point box mask polygon line start end y x ymin xmin ymax xmax
"""
GEOMETRY: Final = frozenset(_GEOMETRY.split())

_KEYS: Final[dict[Role, str]] = {
    "point": "point pt points center centre centroid centerpoint centrepoint coordinate "
    "coordinates coord coords location position keypoint pixel xy yx pos midpoint pointyx pointxy "
    "grasppoint pointing pick place target loc",
    "box": "box2d box bbox boundingbox boundingbox2d boundingboxes boxes bboxes rect bounds "
    "boxcoordinates box2dcoordinates detection",
    "mask": "mask segmentationmask segmentation maskpng pngmask masks",
    "polygon": "polygon contour outline vertices polygonpoints boundary",
    "line": "trajectory path waypoints route polyline line trajectories trajectorypoints",
    "start": "start startpoint from origin source",
    "end": "end endpoint to destination goal",
    "y": "y cy centery ycenter centrey row",
    "x": "x cx centerx xcenter centrex column col",
    "ymin": "ymin y1 top y0 miny topy ystart",
    "xmin": "xmin x1 left x0 minx leftx xstart",
    "ymax": "ymax y2 bottom maxy bottomy yend",
    "xmax": "xmax x2 right maxx rightx xend",
    "height": "height h boxheight",
    "width": "width w boxwidth",
    "label": "label name object class category item title type text labels names classname thing "
    "objectname labelname query caption objects items",
    "colour": "color colour colors colours colorname",
    "shape": "shape shapes form",
    "size": "size",
    "place": "region where area",
    "description": "description describe details explanation reason note appearance attributes "
    "reasoning rationale summary answer analysis comment text_description",
    "confidence": "confidence score probability certainty conf",
    "angle": "angle rotation orientation graspangle gripperangle",
    "step": "step order index id number idx rank",
    "action": "action instruction command",
    "frame": "frame image frameindex imageindex frameid picture view",
    "present": "inframe visible found present exists detected inimage",
    "count": "count total howmany quantity amount numberofobjects objectcount totalcount",
    "area": "areafraction share",
    "picture height": "imageheight",
    "picture width": "imagewidth",
}
_ROLES: Final[dict[str, Role]] = {key: role for role, keys in _KEYS.items() for key in keys.split()}
_POINT_SIZE: Final = 2
_BOX_SIZE: Final = 4


def role_of(key: str, form: Form, siblings: Sequence[str] = ()) -> Role | None:
    """What the value of `key` is, in an object with the keys `siblings`; None if unclear.

    Example:
        >>> role_of("box_2d", LeafForm(numbers=True)), role_of("y", LeafForm())
        ('box', 'y')
        >>> role_of("y", LeafForm(), ["label", "y", "x", "y2", "x2"])
        'ymin'
        >>> role_of("position", LeafForm(kind="string"))
        'place'
    """
    plain = re.sub(r"[^a-z0-9]", "", key.lower())
    role = _ROLES.get(plain)
    others = {re.sub(r"[^a-z0-9]", "", other.lower()) for other in siblings}
    if role is None:
        role = _by_ending(plain)
    if plain in {"x", "y"} and others & {"x2", "y2", "width", "w", "height", "h", "xmax", "ymax"}:
        return "ymin" if plain == "y" else "xmin"
    if isinstance(form, ListForm):
        return _of_list(role, form)
    if isinstance(form, LeafForm) and form.numbers:
        return _of_numbers(role, form)
    is_text = isinstance(form, LeafForm) and (form.kind == "string" or form.text[:1] in {'"', "'"})
    if is_text and role in {"point", "start", "end", "ymin", "xmin", "ymax", "xmax"}:
        return "place" if plain in {"position", "location", "place", "pos", "loc"} else "label"
    return role


def _by_ending(plain: str) -> Role | None:
    endings = ("label", "name", "color", "colour", "count", "box2d", "bbox", "point", "angle")
    return next((_ROLES[each] for each in endings if plain.endswith(each)), None)


def _of_numbers(role: Role | None, form: LeafForm) -> Role | None:
    """The role of a list of numbers: by its length where the key tells nothing of a place."""
    if role in {"point", "box", "polygon", "start", "end", "colour"}:
        if role == "point" and len(form.names) == _BOX_SIZE and form.names[0][:1] in "yx":
            return "box"
        return role
    if role == "line":
        return "line"
    by_size: dict[int, Role] = {_POINT_SIZE: "point", _BOX_SIZE: "box"}
    return by_size.get(len(form.names))


def _of_list(role: Role | None, form: ListForm) -> Role | None:
    if role == "mask" and any(isinstance(item, LeafForm) and item.numbers for item in form.items):
        return "polygon"
    return role


def shows_place(form: Form, key: str = "", siblings: Sequence[str] = ()) -> bool:
    """Whether a value of this form says where something is.

    Example:
        >>> shows_place(ObjectForm((("items", ListForm((LeafForm(numbers=True, names=("y", "x")),
        ...     ))),)))
        True
        >>> shows_place(ObjectForm((("name", LeafForm()),)))
        False
    """
    match form:
        case ListForm():
            return any(shows_place(item, key) for item in form.items)
        case ObjectForm():
            # A lone y, or something called "start", need not be a place.
            roles = [role_of(name, inner, form.keys) for name, inner in form.fields]
            plain = [
                role
                for role, (_, inner) in zip(roles, form.fields, strict=True)
                if isinstance(inner, LeafForm) and not inner.numbers
            ]
            if {"y", "x"} <= {*roles} or {"ymin", "xmin"} <= {*roles}:
                return True
            if {"point", "box", "mask", "polygon"} & {*plain}:
                return True
            return any(
                shows_place(inner, name, form.keys)
                for name, inner in form.fields
                if not isinstance(inner, LeafForm) or inner.numbers
            )
        case LeafForm():
            return form.numbers and role_of(key, form, siblings) in GEOMETRY
