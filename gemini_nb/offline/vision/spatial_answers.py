"""Answers to requests for places in images: JSON in the form asked for, words where welcome."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, cast

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm
from gemini_nb.offline.vision.coordinates import Units
from gemini_nb.offline.vision.finding import Finding, Found
from gemini_nb.offline.vision.form_filling import FormFilling
from gemini_nb.offline.vision.form_roles import role_of, shows_place
from gemini_nb.offline.vision.phrase_reading import read_phrase
from gemini_nb.offline.vision.picture_answers import HONESTY, reply
from gemini_nb.offline.vision.picture_phrases import listed, thing_there
from gemini_nb.offline.vision.sighting import see
from gemini_nb.offline.vision.spatial_search import find_phrase, search

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PIL.Image import Image

    from gemini_nb.offline.vision.answer_form import Form, JsonValue
    from gemini_nb.offline.vision.pointing import Unsteadiness
    from gemini_nb.offline.vision.request_patterns import Task
    from gemini_nb.offline.vision.spatial_request import SpatialRequest

_NO_PLAN: Final = (
    "This is where the things are, in the order of your words; what else the task needs, pixels "
    "don't tell."
)
_POINT: Final = ("point", LeafForm(numbers=True, names=("", "")))
_BOX: Final = ("box_2d", LeafForm(numbers=True, names=("",) * 4))
_LABEL: Final = ("label", LeafForm())
_USUAL: Final[Mapping[Task, tuple[tuple[str, Form], ...]]] = {
    "points": (_POINT, _LABEL),
    "boxes": (_BOX, _LABEL),
    "masks": (_BOX, ("mask", LeafForm()), _LABEL),
    "polygons": (_BOX, ("polygon", ListForm((_POINT[1],))), _LABEL),
    "way": (_POINT, _LABEL),
    "grasp": (_BOX, _POINT, ("angle", LeafForm()), _LABEL),
    "room": (_POINT, _LABEL),
}
"""The keys that Gemini's own examples have."""


@dataclass(frozen=True, slots=True)
class SpatialAnswer:
    """An answer with places in it."""

    value: JsonValue
    remarks: str
    """What was asked for and not found, and what pixels can't tell; often empty."""
    found: tuple[Finding, ...]


def located(
    request: SpatialRequest,
    images: Sequence[Image],
    unsteady: Unsteadiness,
) -> SpatialAnswer:
    """Where in `images` the things are that `request` means, in its form.

    Args:
        request: what is asked.
        images: at least one, in RGB.
        unsteady: how much the answer may differ from the exact one.
    """
    chosen = _chosen(request, images)
    form = _form(request)
    found = [(number, search(request, see(images[number]), unsteady)) for number in chosen]
    filling = _filling(request, images[chosen[-1]], unsteady)
    per_image = [_told(each, number + _first_frame(form), form) for number, each in found]
    if len(chosen) > 1 and not _has_frame(form):
        value: JsonValue = [filling.whole(form, each) for each in per_image]
    else:
        value = filling.whole(form, [finding for each in per_image for finding in each])
    remarks = _remarks([each for _, each in found], len(chosen))
    findings = tuple(finding for _, each in found for finding in each.findings)
    return SpatialAnswer(value, remarks, findings)


def spatial_text(
    request: SpatialRequest, images: Sequence[Image], unsteady: Unsteadiness, text: str
) -> str:
    """The whole answer as text: JSON, in a fence unless unwanted, with words where welcome."""
    answer = located(request, images, unsteady)
    shown = written(answer.value)
    if request.fenced:
        shown = f"```json\n{shown}\n```"
    if not request.prose and not request.explains:
        return shown
    if request.explains and answer.found:
        return _explained(answer)
    words = [answer.remarks]
    if text.strip().lower().startswith("where") and answer.found:
        words = [reply(see(images[-1]).scene, text), *words]
    said = " ".join(each for each in words if each)
    return f"{said}\n\n{shown}" if said else shown


def written(value: JsonValue) -> str:
    """`value` as JSON, one item of a list on a line.

    Example:
        >>> print(written([{"point": [1, 2], "label": "cup"}]))
        [
          {"point": [1, 2], "label": "cup"}
        ]
    """
    if isinstance(value, list) and value and isinstance(value[0], dict | list):
        items = ",\n".join(f"  {json.dumps(item, ensure_ascii=False)}" for item in value)
        return f"[\n{items}\n]"
    return json.dumps(value, ensure_ascii=False)


def _form(request: SpatialRequest) -> Form:
    """The form asked for; Gemini's usual one where examples show only what is absent, or none."""
    usual = ObjectForm(_USUAL[request.task])
    if request.form is None:
        return ListForm((usual,))
    if isinstance(request.form, ListForm) and not request.form.given:
        items = request.form.items
        only_absent = all(not shows_place(item) and _says_absent(item) for item in items)
        return ListForm((usual, *items)) if only_absent else request.form
    return request.form


def _chosen(request: SpatialRequest, images: Sequence[Image]) -> list[int]:
    """The images that are meant."""
    if request.every_image:
        return list(range(len(images)))
    number = -1 if request.image is None else min(request.image, len(images) - 1)
    return [number % len(images)]


def _filling(
    request: SpatialRequest,
    image: Image,
    unsteady: Unsteadiness,
) -> FormFilling:
    def named(words: str) -> list[Finding]:
        return find_phrase(read_phrase(words), see(image), unsteady)

    units = replace(Units(image.width, image.height), **request.units)  # type: ignore[arg-type]
    return FormFilling(units, named)


def _told(found: Found, frame: int, form: Form) -> list[Finding]:
    """The findings, and those that only say that something is not there."""
    absent = [Finding(each.text) for each in (*found.absent, *found.unknown)]
    told = [*found.findings, *(absent if _says_absent(form) else [])]
    return [replace(each, frame=frame) for each in told]


def _says_absent(form: Form) -> bool:
    return any(role_of(key, inner) == "present" for key, inner in _fields(form))


def _has_frame(form: Form) -> bool:
    return any(role_of(key, inner) == "frame" for key, inner in _fields(form))


def _first_frame(form: Form) -> int:
    """From which number images count: as the example does."""
    texts = [
        inner.text
        for key, inner in _fields(form)
        if isinstance(inner, LeafForm) and role_of(key, inner) == "frame"
    ]
    return 1 if "1" in texts and "0" not in texts else 0


def _fields(form: Form) -> list[tuple[str, Form]]:
    match form:
        case ObjectForm():
            inner = [each for _, field in form.fields for each in _fields(field)]
            return [*form.fields, *inner]
        case ListForm():
            return [each for item in form.items for each in _fields(item)]
        case LeafForm():
            return []


def _remarks(found: Sequence[Found], images: int) -> str:
    """What was not found, in a sentence or two."""
    absent = list(dict.fromkeys(each.text for one in found for each in one.absent))
    unknown = list(dict.fromkeys(each.text for one in found for each in one.unknown))
    said: list[str] = []
    if absent:
        where = "images" if images > 1 else "image"
        said.append(f"I see no {_or(absent)} in the {where}.")
    if unknown:
        names = listed([f'"{each}"' for each in unknown])
        said.append(f"I can't tell {names} from pixels. {HONESTY}")
    return " ".join(said)


def _or(names: Sequence[str]) -> str:
    return " or ".join(names)


def _explained(answer: SpatialAnswer) -> str:
    """A numbered sentence about each finding, in the order of the words, each with its JSON."""
    items = cast("list[JsonValue]", answer.value) if isinstance(answer.value, list) else []
    bullets = [f"*   {json.dumps([item], ensure_ascii=False)}" for item in items]
    steps = _steps(answer.found)
    paired = len(bullets) == len(steps)
    lines = (
        [f"{step}\n{bullet}" for step, bullet in zip(steps, bullets, strict=True)]
        if paired
        else [*steps, *bullets]
    )
    return "\n\n".join(part for part in (answer.remarks, _NO_PLAN, "\n".join(lines)) if part)


def _steps(found: Sequence[Finding]) -> list[str]:
    """A sentence for each thing that was found: which it is, how it looks and where it lies."""
    times, seen = Counter(each.label for each in found), Counter[str]()
    steps: list[str] = []
    for number, each in enumerate(found, 1):
        seen[each.label] += 1
        which = f" ({seen[each.label]} of {times[each.label]})" if times[each.label] > 1 else ""
        looks = f": {thing_there(each.region)}" if each.region else ""
        begin = "Start with" if number == 1 else "Go on with"
        steps.append(f"{number}. {begin} the {each.label}{which}{looks}.")
    return steps
