"""Answers about pictures and films: from the request and what is seen to a draft."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, cast

from gemini_nb.offline.answer import Draft
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.structured.schema import valid
from gemini_nb.offline.vision import checking, films, forms, paths, pointing, reading
from gemini_nb.offline.vision.finding import Found, find
from gemini_nb.offline.vision.phrases import NOUNS, PARTS, Thing, thing
from gemini_nb.offline.vision.places import Place, filled, written
from gemini_nb.offline.vision.scene import scene_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PIL.Image import Image

    from gemini_nb.offline.conversation import Conversation
    from gemini_nb.offline.vision.forms import Form
    from gemini_nb.offline.vision.reading import Request
    from gemini_nb.offline.vision.scene import Point, Region, Scene
    from gemini_nb.video import Frame

_MODEL: Final = "offline/vision"
_BEYOND: Final = (
    "That takes knowing what the things in the picture are. I only see colours, forms and places, "
    "so I don't guess; Gemini would recognise the things. Ask me by looks: the red round thing."
)
_UNFIT: Final = (
    "What can be seen doesn't fill the schema: let its fields take null, and its lists be empty."
)
_CONFLICT: Final = "Two of the names fit the same thing, so I don't tell which one it is."
_PLACED: Final = "In a film I follow a thing by its looks, not by where it is or how large."
_NO_WAY: Final = "No way of so many stops leads around what is to be avoided."
_TOLD: Final = frozenset(["start", "count", "colour", "present"])
_EXAMPLES: Final = {
    "point": '[{"point": [y, x], "label": ""}]',
    "box": '[{"box_2d": [ymin, xmin, ymax, xmax], "label": ""}]',
    "mask": '[{"box_2d": [ymin, xmin, ymax, xmax], "label": "", "mask": "png"}]',
    "polygon": '[{"box_2d": [ymin, xmin, ymax, xmax], "label": "", "polygon": [[y, x]]}]',
    "grasp": '[{"box_2d": [ymin, xmin, ymax, xmax], "label": "", "point": [y, x], "angle": 0}]',
}
"""The form of an answer to words for each geometry."""
_EVERYTHING: Final = thing("everything")
_UNFENCED: Final = re.compile(r"(?i)\b(?:no|never|without|not)\b.{0,40}\b(?:fenc|markdown|code)")
_FROM_ONE: Final = re.compile(r"(?i)\b(?:from ['\"]?1|1['\"]? to|step)\b")


def answer(conversation: Conversation, index: int) -> Draft | None:
    """What pictures or film say to the request of `conversation`; None if it isn't about them.

    Args:
        conversation: the request.
        index: the number of the candidate, which tells several answers to it apart.

    Raises:
        ApiError: 400, where a schema obliges to something that can't be known.
    """
    if not conversation.pictures and not conversation.frames:
        return None
    whole, schema = conversation.request, conversation.schema
    form, text = forms.form_in(whole)
    if schema is not None:
        form = forms.form_of(schema)
    elif form is None:
        earlier = [turn.text for turn in conversation.turns[::-1] if turn.role == "user"]
        shown = [*(earlier if " same " in text else []), conversation.system]
        form = next(filter(None, (forms.form_in(said)[0] for said in shown)), None)
    told = form is not None and (form.spatial or bool(form.roles & _TOLD))
    roles = form.roles if form and told else frozenset[str]()
    number, frames = None, conversation.frames
    if frames and "start" not in roles:
        number, text = films.frame_at(text, frames)
    request = reading.read(text, roles, conversation.system)
    prose = schema is None and conversation.mime_type == "text/plain"
    worded = prose and (request is None or request.task in {"ask", "beyond", "check"})
    kind = films.asks(text, form) if frames and (form or worded) else ""
    if kind or number == films.NO_FRAME:
        return _measured(conversation, kind, text, number, form)
    if request and request.task == "check":
        shown = conversation.pictures or [frame.picture for frame in frames]
        last = len(shown) if number is None else number + 1
        picture = shown[min(request.picture or last, last) - 1]
        return Draft.of(checking.told(conversation, request.things, picture, form), _MODEL)
    if request is None or (schema is not None and not told):
        return None
    chosen = frames if number is None else frames[number : number + 1]
    look = _Look(conversation, request, index, chosen, number or 0)
    if prose and (request.task == "beyond" or (request.task == "ask" and not told)):
        return Draft.of(_BEYOND if request.task == "beyond" else look.told(), _MODEL)
    form = form or forms.form_in(_EXAMPLES[request.geometry])[0] or forms.Form()
    places = look.places(form.roles)
    return _draft(conversation, form, places, " ".join(dict.fromkeys(look.remarks)))


def _measured(
    conversation: Conversation, kind: str, text: str, number: int | None, form: Form | None
) -> Draft:
    """When something happens in a film, or how far it has come; in words if not in `form`."""
    place, why = films.measured(kind, text, conversation.frames, number)
    prose = conversation.schema is None and conversation.mime_type == "text/plain"
    if prose and (form is None or place is None):
        return Draft.of(why, _MODEL)
    if form is None or number == films.NO_FRAME:
        raise ApiError(400, why)
    return _draft(conversation, form, [place or Place("")], why)


def _draft(conversation: Conversation, form: Form, places: list[Place], remarks: str) -> Draft:
    """`places` in `form`, if that is what the request's schema takes."""
    whole, schema = conversation.request, conversation.schema
    shown = conversation.pictures or [frame.picture for frame in conversation.frames]
    value = filled(form, places, whole, [picture.size for picture in shown])
    if schema is not None and not valid(value, schema):
        raise ApiError(400, f"{_UNFIT} {remarks}".strip())
    prose = schema is None and conversation.mime_type == "text/plain"
    text = written(value, fenced=prose and not _UNFENCED.search(whole))
    return Draft.of(text, _MODEL, remarks or "I went by colours, forms and places.")


def locate(picture: Image, name: str) -> Place | None:
    """The one thing in `picture` that `name` tells apart from the others, if there is one."""
    scene, named = scene_of(picture), thing(name)
    found = find(scene, named).indices if named.noun or named.colours or named.shapes else ()
    return _place(scene, found[0], named, name) if len(found) == 1 else None


def _place(scene: Scene, n: int, named: Thing, label: str) -> Place:
    """The place of one thing, at the part of it that is named."""
    region = scene.regions[n]
    sides = {PARTS[word] for word in named.part.split() if word in PARTS}
    point = pointing.part(region.mask, cast("frozenset[pointing.Part]", frozenset(sides)))
    place = Place(label, point, region.box, region.mask, pointing.grasp_angle(region.mask))
    return replace(place, colour=region.colour, shape=region.shape)


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the pictures of a conversation."""

    conversation: Conversation
    request: Request
    index: int
    frames: Sequence[Frame] = ()
    """Those of its film that are asked about."""
    first: int = 0
    """The number of the first of them."""
    remarks: list[str] = field(default_factory=list[str])
    """Why things were not found."""

    def _scenes(self) -> list[tuple[int, Scene]]:
        """The pictures that are asked about, with their numbers."""
        frames = [frame.picture for frame in self.frames[:1]]
        shown, first = [*enumerate(self.conversation.pictures or frames)], self.request.picture
        chosen = shown[first - 1 : first] if first else shown
        return [(number, scene_of(picture)) for number, picture in chosen]

    def told(self) -> str:
        """How many things there are of what is asked for, how they look, and where they are."""
        if len(self.frames) > 1 and self.request.things:
            return "\n\n".join(map(self._filmed, self.request.things))
        said = [f"I only describe the frame at {each.seconds:g} s." for each in self.frames[:1]]
        for _, scene in self._scenes():
            for named in self.request.things:
                whole = named if named.order or named.nth else replace(named, plural=True)
                found = find(scene, whole)
                there = [_there(scene.regions[n]) for n in found.indices]
                seen = f'For "{named.label}" I see {len(there)}: {_listed(there)}.'
                said.append(seen if there else found.remark)
            if not self.request.things:
                said.append(_described(scene))
        return "\n\n".join(said)

    def _filmed(self, named: Thing) -> str:
        """In how many frames things of that name are seen, and how many at most."""
        frames, every = self.frames, replace(named, plural=True)
        found = [find(scene_of(frame.picture), every) for frame in frames]
        counts = [len(each.indices) for each in found if each.indices]
        seen = f'For "{named.label}" I see {max(counts, default=0)} at most, in {len(counts)} of'
        return f"{seen} {len(found)} frames." if counts else found[0].remark

    def places(self, roles: frozenset[str]) -> list[Place]:
        """Everything that is asked for, in the order of the request."""
        request, frames = self.request, self.frames
        if frames:
            named = reading.known(self.conversation.request) if "start" in roles else request.things
            return films.in_frames(frames, named, roles, self._at, self.first)
        if request.task in {"way", "tour"}:
            return self._way()
        places: list[Place] = []
        for number, scene in self._scenes():
            asked = () if request.task == "beyond" else request.things or (_EVERYTHING,)
            found = [(each, self._at(scene, each)) for each in asked]
            claims = {(id(p.mask), each.noun) for each, there in found for p in there}
            owners = Counter(mask for mask, noun in claims if noun in NOUNS)
            for each, there in found:
                clear = [p for p in there if owners[id(p.mask)] < 2 or each.noun not in NOUNS]  # noqa: PLR2004
                self.remarks.extend([_CONFLICT] if len(clear) < len(there) else [])
                places += [replace(p, picture=number) for p in clear or [Place(each.label)]]
        return self._labelled(places[: request.most])

    def _at(self, scene: Scene, named: Thing) -> list[Place]:
        """Where the things are that a phrase names; none, with a remark, where it names none."""
        found, heat = find(scene, named), self.conversation.sampling.temperature
        chance = self.conversation.chance(f"{self.index} {named.label}")
        if len(self.frames) > 1 and (named.order or named.nth):  # another one in each frame
            found = Found(remark=_PLACED)
        self.remarks.extend([found.remark] if found.remark else [])
        places: list[Place] = []
        for n in found.indices:
            vague = named.plural and named.noun in {"", "thing"} and not named.part
            label = _name(scene.regions[n]) if vague else named.label
            place = _place(scene, n, named, self.request.name or label)
            if place.point and place.mask is not None and not named.part:
                point = pointing.scattered(place.point, place.mask, chance, heat)
                place = replace(place, point=point)
            places.append(place)
        return places

    def _labelled(self, places: list[Place]) -> list[Place]:
        """`places`, with labels told apart by numbers where they shall be unique."""
        labels = [place.label for place in places]
        for n, label in enumerate(labels if self.request.unique else ()):
            if labels.count(label) > 1:
                places[n] = replace(places[n], label=f"{label} {labels[: n + 1].count(label)}")
        return places

    def _way(self) -> list[Place]:
        """The stops of one way, numbered from 0 or as the request says."""
        request, (number, scene) = self.request, self._scenes()[0]
        if request.task == "tour":
            found = [place for each in request.things for place in self._at(scene, each)]
            points = [place.point for place in found if place.point]
            shape = (scene.height, scene.width)
            line = [points[n] for n in paths.tour(points, shape)] if points else []
            stops = paths.along(line, request.steps or len(line), shape) if points else ()
        else:
            stops = self._between(scene)
        first = 1 if _FROM_ONE.search(self.conversation.request) else 0
        return [Place(str(n), point, picture=number) for n, point in enumerate(stops, first)]

    def _between(self, scene: Scene) -> tuple[Point, ...]:
        """The stops from start to goal; none, with a remark, where there is no way."""
        request = self.request
        ends = [self._at(scene, each) for each in (request.start, request.goal) if each]
        points = [end[0].point for end in ends if len(end) == 1 and end[0].point]
        around = [find(scene, replace(each, plural=True)) for each in request.avoid]
        self.remarks.extend(each.remark for each in around if each.remark)
        if len(points) < 2:  # noqa: PLR2004 - a start and a goal
            return ()
        avoid = [n for each in around for n in each.indices]
        found = paths.way(scene, points[0], points[1], avoid, request.steps or 10)
        self.remarks.extend([] if found else [_NO_WAY])
        return found


_MOST_LISTED = 12
_LARGE, _SMALL = 0.08, 0.01  # share of the picture


def _name(region: Region) -> str:
    """`region` by its looks: "red circle"."""
    shape = "thing" if region.shape == "irregular shape" else region.shape
    return f"{region.colour} {shape}"


def _there(region: Region) -> str:
    """`region` with its size and place: "a large red circle at the top left"."""
    size = "large " if region.share >= _LARGE else "small " if region.share < _SMALL else ""
    noun = f"{size}{_name(region)}"
    row, column = (int(value * 3 / 1000) for value in region.centre)
    where = f"{('top', '', 'bottom')[row]} {('left', '', 'right')[column]}".strip()
    place = f"at the {where}" if where else "in the centre"
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun} {place}"


def _listed(items: list[str]) -> str:
    """`items` as a list in words; beyond twelve they are only counted."""
    more = [f"{len(items) - _MOST_LISTED} more"] if len(items) > _MOST_LISTED else []
    *first, last = [*items[:_MOST_LISTED], *more] or [""]
    return f"{', '.join(first)} and {last}" if first else last


def _described(scene: Scene) -> str:
    """What `scene` shows: the ground, how many things, and each one's looks and place."""
    ground = _listed(list(dict.fromkeys(scene.grounds)))
    things = [_there(region) for region in scene.regions if region.inside is None]
    seen = f"{len(things)} separate thing{'' if len(things) == 1 else 's'}"
    return (
        f"A picture of {scene.width} x {scene.height} pixels. The background is {ground}. "
        f"I see {seen}{': ' if things else ''}{_listed(things)}. "
        "What they are called, colours and forms don't tell me; Gemini would know."
    )
