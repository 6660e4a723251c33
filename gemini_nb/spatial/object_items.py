"""Items from the JSON of an answer: objects under whatever keys, lists, and what wraps them."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import replace
from itertools import groupby, repeat
from operator import attrgetter
from types import NoneType
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.errors import GeometryError
from gemini_nb.spatial import places
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.geometry import SCALE, Box, Point, Trajectory
from gemini_nb.spatial.issues import silent
from gemini_nb.spatial.json_values import (
    JsonArray,
    JsonObject,
    holds_objects,
    is_list,
    is_mapping,
    plain,
    unlooped,
)
from gemini_nb.spatial.keys import ROLES, TIMES, canonical_key, keys_of
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.places import NUMERIC, any_key, bare_items, groups
from gemini_nb.spatial.statements import Absence, Call, Segment
from gemini_nb.spatial.units import from_pixels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.spatial.geometry import Item, Span
    from gemini_nb.spatial.issues import IssueKind, Notes
    from gemini_nb.spatial.keys import Keys, Role

_LONG: Final = 100  # letters of a label, beyond which it may be a loop
_LISTS: Final = (list, JsonArray)
_SCALARS: Final = frozenset([str, int, float, bool, NoneType])
_PLACED: Final = frozenset([Point, Box, Trajectory, Mask, Box3D])
_PICTURE: Final = re.compile(
    r"(?i)(?:image|img|picture|photo|frame|view)[\s_-]*+\d+|.+\.(?:jpe?g|png|webp|gif|heic|bmp)"
    r"|(?:first|second|third|fourth|left|right)[\s_-]?(?:image|picture|photo|frame|view)|before|after"
)
"""Keys that name one of several pictures: "image_1", "a.jpg"."""
_AT: Final = re.compile(r"\w+_at|drag_and_drop")
"""Actions of Gemini's computer use that have an x and a y, 0 to 1000: click_at, scroll_at.

Source: https://ai.google.dev/gemini-api/docs/computer-use
"""


def items_in(
    value: object, span: Span, notes: Notes, label: str = "", image: str | int | None = None
) -> list[Item]:
    """The items that a piece of JSON holds, in its order; `notes` are told of the rest.

    `span`, `label` and `image` are those of things that have none of their own. Where several lists
    of objects stand in one, each is about one of several pictures.
    """
    if isinstance(value, JsonObject):
        keys = keys_of(tuple(value.members))
        usual = _usual(value, keys, label, image) if keys.usual else None
        return [usual] if usual else _Object(value, keys, notes).items(label, image)
    if not is_list(value):
        return []
    if not holds_objects(value):
        return bare_items(value, span, notes, label, image)
    several = image is None and len(value) > 1 and all(map(is_list, value))
    parts = ((part, at if several else image) for at, part in enumerate(value))
    return [item for part, at in parts for item in items_in(part, span, notes, label, at)]


def _usual(value: JsonObject, keys: Keys, name: str, image: str | int | None) -> Item | None:
    """A box or a point with a label, as most objects are: the short way to it."""
    places, named, others = keys.usual or ((), None, ())
    members = value.members
    numbers = members[places[0]] if len(places) == 1 else [members[key] for key in places]
    label = members[named] if named else ""
    details: dict[str, Any] = {key: members[key] for key in others}
    # `is_list` and `groups` take longer than all of this.
    plain_numbers = type(numbers) in _LISTS and NUMERIC.issuperset(map(type, numbers))
    plain_label = type(label) is str and len(label) <= _LONG
    long = details and any(type(it) is str and len(it) > _LONG for it in details.values())
    if long or not (
        plain_numbers and plain_label and _SCALARS.issuperset(map(type, details.values()))
    ):
        return None
    kind = {4: Box, 2: Point}.get(len(numbers))
    other = "point" if kind is Box else "box"
    if kind is None or other in keys.roles or not value.closed:
        return None
    try:
        return kind(*numbers, label=label or name, details=details, image=image, span=value.span)
    except GeometryError:  # corners in the wrong order
        return None


class _Object:
    """One JSON object while it is made into items, and what is left over of its members."""

    def __init__(self, value: JsonObject, keys: Keys, notes: Notes) -> None:
        self.value, self.keys, self.notes = value, keys, notes
        self.rest = dict(value.members)
        self.lost = False

    def items(self, label: str, image: str | int | None) -> list[Item]:
        """What the object itself says, then what the objects in it say."""
        if not self.keys.clear and _SCALARS.issuperset(map(type, self.rest.values())):
            return self._nothing()
        if _names_places(self.value):
            return self._by_name(label, image)
        made = self._own_items() if self.keys.clear else []
        size = self._picture_size(made)
        inner = {key: each for key, each in self.rest.items() if _holds_items(key, each)}
        if not made and not inner:
            return self._nothing()
        self.rest = {key: each for key, each in self.rest.items() if key not in inner}
        names = self._names(len(made))
        label = self._label() or label
        pictures = (self.rest[key] for key in self._unused("image"))
        image = next((said for said in pictures if type(said) in (str, int)), image)
        if not made and image is None and _PICTURE.fullmatch(label):
            label, image = "", label
        details = {key: self._unlooped(plain(each)) for key, each in self.rest.items()}
        about = {"details": details, "image": image, "span": self.value.span}
        pairs = zip(made, names or repeat(label), strict=False)
        found = [replace(item, label=name or item.label, **about) for item, name in pairs]
        for key, member in inner.items():
            picture = key if image is None and _PICTURE.fullmatch(key) else image
            nameless = made or picture == key or canonical_key(key) in ROLES
            name = label if nameless else label or key
            inside = items_in(member, self.value.span, self.notes, name, picture)
            when = {} if made else {k: details[k] for k in details if canonical_key(k) in TIMES}
            found += [replace(it, details={**when, **it.details}) if when else it for it in inside]
        return self._sized(found, size)

    def _by_name(self, label: str, image: str | int | None) -> list[Item]:
        """Items of an object whose keys are names of things, or of pictures."""
        found: list[Item] = []
        for key, value in self.rest.items():
            about = (label, key) if _PICTURE.fullmatch(key) else (key, image)
            found += bare_items(value, self.value.span, self.notes, *about)
        return found

    def _own_items(self) -> list[Item]:
        """What the object says besides the objects in it."""
        made = self._places()
        call = self._call() if not made or "arguments" in self.keys.roles else []
        if made or call:  # a place beside a call that names one is that place, said again
            return [*call[:1], *made] if made else call
        if self._take("absence") in (False, "false"):
            return [Absence()]
        times = [self._take("start"), self._take("end")] if self.keys.timed else []
        said = [time if type(time) in (str, int, float) else None for time in times]
        if not any(time is not None for time in said):
            return []
        described = self.rest.pop(self.keys.names.get("description", ""), "")
        return [Segment(said[0], said[1], label_text(described))]

    def note(self, kind: IssueKind, reason: str) -> None:
        """Note something about this object."""
        self.lost |= kind == "dropped"
        self.notes.add(kind, reason, self.value.span)

    def _unused(self, *roles: Role) -> list[str]:
        """The object's own keys of these roles whose members no item has used."""
        names = [name for role in roles for name in self.keys.roles.get(role, ())]
        return [key for name in names if (key := self.keys.names[name]) in self.rest]

    def _take(self, *roles: Role) -> Any:  # noqa: ANN401 - JSON may be anything
        """The first member of these roles, used from now on; None where there is none."""
        return next((self.rest.pop(key) for key in self._unused(*roles)), None)

    def _places(self) -> list[Item]:
        """What the members say that have a role of their own, each for itself."""
        made: list[Item] = []
        if self.value.closed and (numbers := places.sides(self.value, self.note)):
            for key in self._unused("side"):
                del self.rest[key]
            made.append(places.place(numbers, self.note))
        made += self._composed()
        for role in self.keys.roles:
            for key in self._unused(role):
                if (found := places.read(role, self.rest[key], made, self.note)) is not None:
                    del self.rest[key]
                    made += found
        return made

    def _composed(self) -> list[Item]:
        """A box in space of its parts, or a box of two corners."""
        corners = [self.rest[key] for key in self._unused("corner")]
        solid = {"point", "size"} <= self.keys.roles.keys()
        found = places.read("solid", self.value, [], silent) if solid else []
        if not found and len(corners) == len(("first", "last")):
            found = places.read("box", corners, [], self.note)
        for key in self._unused(*places.PARTS, "corner") if found else ():
            del self.rest[key]
        return found or []

    def _label(self) -> str:
        """What the object calls its thing: the first of label, name, class and the like."""
        for key in self._unused("label"):
            if said := label_text(self.rest.pop(key)):
                return self._unlooped(said)
        return label_text(self.rest.get(self.keys.names.get("action", "")))

    def _names(self, count: int) -> list[str]:
        """The names of so many places, where they are a list beside them."""
        key = self.keys.names.get("labels") or self.keys.names.get("label", "")
        several = is_list(said := self.rest.get(key)) and len(said) == count > 1
        return [label_text(each) for each in self.rest.pop(key)] if several else []

    def _unlooped(self, said: Any) -> Any:  # noqa: ANN401 - JSON may be anything
        """A string, cut where it loops; anything else as it is."""
        if not isinstance(said, str) or len(said) <= _LONG:
            return said
        said, times = unlooped(said)
        if times > 1:
            self.note("duplicate", f"said {times} times in one string, kept once")
        return said

    def _call(self) -> list[Item]:
        """A call: `{"function": "move", "args": [163, 427, true]}`, or a name with arguments."""
        named = "function" if "function" in self.keys.roles else "name"
        called = "function" in self.keys.roles or "arguments" in self.keys.roles
        function = self.rest.get(self.keys.names.get(named, ""))
        if not called or not isinstance(function, str):
            return []
        del self.rest[self.keys.names[named]]
        return call_items(function, plain(self._take("arguments")))

    def _nothing(self) -> list[Item]:
        """No items; and a note of it, if the object says anything."""
        members = self.value.members.values()
        empty = all(isinstance(each, bool) or each in (None, []) for each in members)
        if not self.lost and ("label" in self.keys.names or not empty):
            cut = "the answer breaks off before this is complete"
            none = "an object without a place, a time or a call"
            self.note("dropped", none if self.value.closed else cut)
        return []

    def _picture_size(self, made: list[Item]) -> tuple[float, float, bool]:
        """The picture's size beside places, or zeros; and whether they are surely in pixels."""
        names = self.keys.names
        sizes = [names[name] for name in ("imagesize", "size", "resolution") if name in names]
        if not (sizes or "side" in self.keys.roles or "imagewidth" in names):
            return 0, 0, False
        in_pixels = any_key(self.value, "corners")
        if not in_pixels and made:
            return 0, 0, False
        whole = self.rest.pop(sizes[0], None) if sizes else None
        said = whole if isinstance(whole, JsonObject) else self.value
        names = {canonical_key(key).removeprefix("image"): key for key in said.members}
        pair = whole if is_list(whole) and len(whole) == len("wh") else None
        pair = pair or [said.members.get(names.get(side, "")) for side in ("width", "height")]
        width, height = (places.quantity(each) or 0 for each in pair)
        own = any(isinstance(each, Box) and each.width == width for each in made)  # its own width
        beside = in_pixels or any(any_key(each, "side") for each in self.rest.values())
        return (width, height, in_pixels) if beside and not own else (0, 0, False)

    def _sized(self, found: list[Item], size: tuple[float, float, bool]) -> list[Item]:
        """Items in pixels in thousandths, where the picture's size is told."""
        width, height, in_pixels = size
        if min(width, height) < 1 or not found:
            return found
        ends = [(box.ymax, box.xmax) for item in found if (box := item.bounds)]
        within = all(ymax <= height and xmax <= width for ymax, xmax in ends)
        in_pixels |= within and max(map(max, ends), default=0) > 1.05 * SCALE  # no slip
        kind, unit = ("rescaled", "pixels") if in_pixels else ("suspected", "thousandths")
        of = f"of {width:g} x {height:g}: taken for {unit}"
        self.note(kind, f"places beside a picture's size {of}")
        return [*from_pixels(found, width, height)] if in_pixels else found


def call_items(
    function: str, args: object, label: str = "", span: Span | None = None
) -> list[Item]:
    """A call, and the place that it names if it is one of Gemini's computer use.

    Example:
        >>> call_items("click_at", {"x": 412, "y": 88})[1]
        Point(y=88, x=412, label='click_at')
        >>> call_items("move", [163, 427, True])
        [Call(function='move', args=(163, 427, True))]
    """
    given = args if is_mapping(args) else tuple(args) if is_list(args) else (args,)
    call = Call(function, () if args is None else given, label=label, span=span)
    if not is_mapping(args) or not _AT.fullmatch(function):
        return [call]
    ends = [("y", "x"), ("destination_y", "destination_x")]
    found = [groups([args.get(y), args.get(x)], silent) for y, x in ends]
    spots = [Point(*each[0], label=function, span=span) for each in found if each]
    path = Trajectory(tuple(spots), label=function, span=span) if len(spots) > 1 else None
    return [call, path] if path else [call, *spots]


def without_repetitions(items: Sequence[Item], notes: Notes) -> list[Item]:
    """The items, each object that is there twice only once, and one note for each such.

    Two objects are the same where label, geometry, details and picture are. Things without a
    place, as calls and angles, may well be said twice; points without a label only count as
    repeated where they follow each other, since a path may come back to where it began.
    """
    if len(set(items)) == len(items):
        return list(items)
    kept: list[Item] = []
    counts: Counter[tuple[Item, ...]] = Counter()
    before: tuple[Item, ...] = ()
    for span, group in groupby(items, key=attrgetter("span")):
        said = tuple(group)
        placed = span is not None and _PLACED.issuperset(map(type, said))
        times = counts[said] + placed
        nameless = times > 1 and all(type(each) is Point and not each.label for each in said)
        if times < 2 or (nameless and said != before):  # noqa: PLR2004
            kept += said
            times = min(times, 1)
        counts[said] = times
        before = said
    for said, times in counts.items():
        if times > 1:
            notes.add("duplicate", f"said {times} times, kept once", said[0].span)
    return kept


def label_text(value: object) -> str:
    """A label as text: a number as its digits, a list or an object as the words in it."""
    if isinstance(value, str) or value is None:
        return value or ""
    if isinstance(value, JsonObject):
        value = [*value.members.values()]
    words = map(label_text, value) if is_list(value) else [json.dumps(value)]
    return ", ".join(filter(None, words))


def _holds_items(key: str, member: object) -> bool:
    """Whether a member that is part of no item holds items of its own."""
    if type(member) in _SCALARS:
        return False
    parts = member if is_list(member) else [member]
    known = canonical_key(key) in ROLES or _PICTURE.fullmatch(key)
    named = known and any(is_list(it) or _names_places(it) for it in parts)
    return bool(named) or any_key(member)


def _names_places(value: object) -> bool:
    """Whether an object names things, or pictures, by its keys: `{"mug": [412, 305]}`."""
    if not isinstance(value, JsonObject) or keys_of(tuple(value.members)).roles:
        return False
    arrays = [groups(each, silent) or () for each in filter(is_list, value.members.values())]
    every = len(arrays) == len(value.members) > 0
    return every and all({len(numbers) for numbers in each} in ({2}, {4}) for each in arrays)
