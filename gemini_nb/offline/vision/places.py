"""Places that an answer tells, and the same as JSON in the form that was asked for."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gemini_nb.offline.vision.forms import CORNERS, SIDES, WHERE, Form, role_of
from gemini_nb.offline.vision.pointing import mask_png, polygon

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.colours import Flags
    from gemini_nb.offline.vision.scene import Box, Point

JsonValue: TypeAlias = "bool | int | float | str | list[JsonValue] | dict[str, JsonValue] | None"


@dataclass(frozen=True, slots=True, eq=False)
class Place:
    """One thing, or one stop of a way, as an answer tells it."""

    label: str
    point: Point | None = None
    """None, with `box` and `until` also None, for what was asked for and is not there."""
    box: Box | None = None
    mask: Flags | None = None
    """Its pixels in the analysed copy; None for a stop of a way."""
    angle: int | None = None
    """Degrees from -90 to 90 at which a gripper closes on it."""
    picture: int = 0
    """Which of several pictures, from 0."""
    seconds: float | None = None
    """When, in a video."""
    until: float | None = None
    """The end of what began at `seconds`."""
    progress: float | None = None
    """How far it has come, in per cent of its way."""
    action: str = ""
    """What is done here, for a step of a plan or a way."""
    colour: str = ""
    shape: str = ""

    @property
    def is_absent(self) -> bool:
        """Whether it stands for what is not there."""
        return self.point is None and self.box is None and self.until is None


def filled(
    form: Form, places: Sequence[Place], text: str = "", sizes: Sequence[tuple[int, int]] = ()
) -> JsonValue:
    """`places` in `form`; what can't be known is null, or left out.

    The whole prompt, `text`, may tell the order and unit of coordinates; `sizes` are the pictures'
    widths and heights. Whether the schema takes what is left is for the caller to see.

    Example:
        >>> from gemini_nb.offline.vision.forms import form_in
        >>> filled(form_in('[{"at": {"x": 0, "y": 0}}]')[0], [Place("red cup", (200.4, 300))])
        [{'at': {'x': 300, 'y': 200}}]
    """
    if form.kind == "object" and not form.type and len(places) > 1 and form.tells_one:
        form = Form("list", items=(form,))  # an example of one item, where there are several
    value = _Filling(tuple(places), text.lower(), tuple(sizes)).value("", form, places)
    if value is not _UNKNOWN:
        return value
    return None if form.nullable or form.type else []


_UNKNOWN: Final[Any] = object()
"""Stands for what can't be known."""
_ONCE: Final = WHERE | CORNERS.keys() | {"count", "present"}
_FRACTIONS: Final = re.compile(r"(?<![\d.])0(?:\.0)? ?(?:-|to|and|\u2013) ?1(?:\.0)?(?![\d.,]*\d)")
_PIXELS: Final = re.compile(r"\b(?:in|as|absolute|image) (?:\w{1,12} )?pixels?\b|\bpixel coord")
_ORDER: Final = re.compile(r"[\[(] ?[\"'`<]?([xy])(?:_?(?:min|max|\d))?[\"'`>]? ?,")


@dataclass(frozen=True, slots=True)
class _Filling:
    """Writes places in a form; Any is JSON, or `_UNKNOWN`."""

    places: tuple[Place, ...]
    text: str
    sizes: tuple[tuple[int, int], ...]

    def value(self, key: str, form: Form, places: Sequence[Place], role: str = "") -> Any:  # noqa: ANN401
        """What the value of `key` says of all `places`."""
        role = role or role_of(key, form)
        seen = [place for place in places if not place.is_absent]
        if role == "polygon":
            if not seen or seen[0].mask is None:
                return _UNKNOWN
            seen = places = [replace(seen[0], point=each) for each in polygon(seen[0].mask)]
        if role in CORNERS:
            ends = [(place, place.box[slice(*CORNERS[role])]) for place in seen[:1] if place.box]
            seen = places = [replace(place, point=end) for place, end in ends]
        if form.kind == "list":
            return self._list(form, places, role)
        if form.kind == "object":
            return self._object(form, (seen or [*places])[:1] if form.tells_one else places)
        if role == "count" or (not key and (form.kind, form.type) == ("leaf", "integer")):
            return len(seen)
        if role == "present" or (not key and form.type == "boolean"):
            return bool(seen)
        return self._leaf(key, form, role or ("" if key else "label"), seen or places)

    def _object(self, form: Form, places: Sequence[Place]) -> Any:  # noqa: ANN401
        result: dict[str, JsonValue] = {}
        placed: list[bool] = []
        uses = Counter(form.own)
        for role, (name, inner) in zip(form.own, form.fields, strict=True):
            # Keys that tell several things apart, as in {"red_count": 0, "blue_count": 0}.
            unclear = uses[role] > 1 and role in _ONCE
            value = _UNKNOWN if unclear else self.value(name, inner, places, role)
            timed = role in {"moment", "progress"} or (role == "seconds" and not form.spatial)
            if value is _UNKNOWN and (inner.nullable or timed):
                value = None
            if value is not _UNKNOWN:
                result[name] = value
            if role in WHERE or inner.spatial:
                placed.append(name in result)
        # A label alone would read as if the thing were there.
        return result if not placed or any(placed) or "present" in form.own else _UNKNOWN

    def _list(self, form: Form, places: Sequence[Place], role: str) -> list[JsonValue]:
        first = form.items[0] if form.items else Form()
        absences = [each for each in form.items if "present" in each.own and not each.spatial]
        others = [each for each in form.items if each not in absences] or [first]
        inner = {"line": "point", "polygon": "point", "": "label"}.get(role, role)
        written: list[JsonValue] = []
        for group in _groups(first, places):
            lost = all(place.is_absent for place in group)
            for each in absences[:1] if absences and lost else others:
                value = self.value("", each, group, role_of("", each) or inner)
                plain = each.kind == "leaf" and (lost or value in written)
                if value is not _UNKNOWN and not plain:
                    written.append(value)
        return written[: form.most]

    def _leaf(self, key: str, form: Form, role: str, places: Sequence[Place]) -> Any:  # noqa: ANN401
        """What is said of the first of `places`, in the type wanted."""
        if not places:
            return _UNKNOWN
        place = places[0]
        if role in {"point", "box"} or form.kind == "numbers":
            return self._numbers(form, role, place)
        value = self._said(key, form, role, places)
        if form.choices and (value is None or value not in form.choices):
            words = f"{place.label} {place.colour} {place.shape}".lower().split()
            value = next((each for each in form.choices if str(each).lower() in words), None)
        if value is None or value == "":
            return _UNKNOWN
        value = round(value) if form.type == "integer" else value
        return str(value) if form.type == "string" else value

    def _said(self, key: str, form: Form, role: str, places: Sequence[Place]) -> Any:  # noqa: ANN401
        """The same as words or a number; None where it can't be known."""
        place = places[0]
        labels = ", ".join(dict.fromkeys(each.label for each in places))
        if role in SIDES:
            return self._side(form, role, place)
        if role == "progress":
            return _bracket(form, place.progress)
        if role in {"start", "end", "seconds", "moment"}:
            return _time(key, form, place.until if role == "end" else place.seconds)
        if role == "mask":
            return mask_png(place.mask, place.box) if place.mask is not None and place.box else None
        told: dict[str, Any] = {
            "label": labels, "description": place.action or labels, "action": place.action,
            "colour": place.colour, "shape": place.shape, "angle": place.angle,
            "picture": place.picture, "reason": place.action,
            "step": [*map(id, self.places), id(place)].index(id(place)) + 1,
        }  # fmt: skip
        return told.get(role)

    def _numbers(self, form: Form, role: str, place: Place) -> Any:  # noqa: ANN401
        """The numbers of a point or box, in the order of their names or else of the prompt's."""
        siblings = [(name, Form()) for name in form.names]
        order = [role_of(name, Form(), siblings) for name in form.names]
        if not order or not SIDES.issuperset(order) or len({*order}) < len(order):
            said = _ORDER.search(f"({','.join(form.names)}, {form.text} {self.text}".lower())
            axes = "xy" if said and said[1] == "x" else "yx"
            ends = ("min", "max") if role == "box" else ("",)
            order = [axis + end for end in ends for axis in axes]
        numbers = [self._side(form, each, place) for each in order]
        return _UNKNOWN if None in numbers else numbers

    def _side(self, form: Form, role: str, place: Place) -> float | None:
        """One coordinate or length, in the unit that the schema, the example or the prompt says."""
        known: dict[str, float] = dict(zip("yx", place.point or (), strict=False))
        if place.box:
            ymin, xmin, ymax, xmax = place.box
            known |= {"ymin": ymin, "ymax": ymax, "height": ymax - ymin}
            known |= {"xmin": xmin, "xmax": xmax, "width": xmax - xmin}
        if role not in known:
            return None
        said, side = f"{form.text.lower()} {self.text}", 1000
        if _FRACTIONS.search(said):
            return round(known[role] / 1000, 4)
        if self.sizes and _PIXELS.search(said):
            side = self.sizes[min(place.picture, len(self.sizes) - 1)][role[0] in "yh"]
        return round(known[role] * side / 1000)


def _groups(item: Form, places: Sequence[Place]) -> Sequence[Sequence[Place]]:
    """The places that go into one item of a list each."""
    holds_many = not item.tells_one and (item.spatial or "count" in item.own)
    if item.kind != "list" and not (item.kind == "object" and holds_many):
        return [[place] for place in places]
    # The stops of one way have labels of their own.
    shared = {"picture", "seconds", *(() if "line" in item.own else ("label",))} & {*item.own}
    groups: dict[object, list[Place]] = {}
    for place in places:
        groups.setdefault(tuple(getattr(place, role) for role in shared), []).append(place)
    return [*groups.values()]


def _time(key: str, form: Form, seconds: float | None) -> float | str | None:
    """A time in seconds or as "01:05", whichever is wanted."""
    wanted = f"{key} {form.type} {form.text}"
    if seconds is None or re.search(r"sec|number|integer|float|int| [\d.]+$", wanted):
        return seconds
    minutes, rest = divmod(round(seconds, 1), 60)
    return f"{int(minutes):02}:{rest:04.1f}".removesuffix(".0")


def _bracket(form: Form, progress: float | None) -> float | str | None:
    """Per cent, or a share of 1, as a number, or as that of the ranges to choose from."""
    if progress is not None and _FRACTIONS.search(form.text):
        return round(progress / 100, 4)
    ranges = [*map(str, form.choices)] or re.findall(r"\d+\D{1,3}\d+", form.text)
    if progress is None or not ranges[1:]:
        return progress
    ends = [float(re.findall(r"\d+", each)[-1]) for each in ranges]
    return next(
        (each for end, each in zip(ends, ranges, strict=True) if progress < end), ranges[-1]
    )


def written(value: JsonValue, *, fenced: bool = True) -> str:
    """`value` as Gemini writes it: each item in a line of its own, in a fence if wanted.

    Example:
        >>> print(written([{"point": [500, 310], "label": "red cup"}], fenced=False))
        [
          {"point": [500, 310], "label": "red cup"}
        ]
    """
    text = json.dumps(value, ensure_ascii=False)
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        lines = [json.dumps(item, ensure_ascii=False) for item in value]
        text = "[\n  " + ",\n  ".join(lines) + "\n]"
    return f"```json\n{text}\n```" if fenced else text
