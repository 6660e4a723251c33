"""A request for places in an image: what is to be found, and how it is to be told."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.offline.vision.answer_form import ListForm, ObjectForm, forms_in, without_forms
from gemini_nb.offline.vision.coordinates import units_in
from gemini_nb.offline.vision.form_roles import role_of, shows_place
from gemini_nb.offline.vision.phrase_words import NUMBERS
from gemini_nb.offline.vision.request_clauses import named_things
from gemini_nb.offline.vision.request_patterns import (
    BARE,
    EACH_IMAGE,
    EXPLAINS,
    LABEL_COLOUR,
    LABEL_NUMBER,
    LABEL_TEXT,
    LIMITS,
    LIST,
    NOT_WANTED,
    ORDERS,
    TASKS,
    UNIQUE,
    WHERE,
    WHICH_IMAGE,
)
from gemini_nb.offline.vision.way_request import WayRequest, read_way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from gemini_nb.offline.vision.answer_form import Form
    from gemini_nb.offline.vision.form_roles import Role
    from gemini_nb.offline.vision.phrase_words import Order
    from gemini_nb.offline.vision.request_patterns import Task
    from gemini_nb.offline.vision.thing_phrase import ThingPhrase


_READ: Final = 8000
"""Characters of a text in which what is asked for is looked for."""


@dataclass(frozen=True, slots=True)
class SpatialRequest:
    """What is asked of an image, where the answer has places in it."""

    task: Task
    phrases: tuple[ThingPhrase, ...]
    """The things meant; empty for all that are seen."""
    form: Form | None
    """How the answer is to look; None where that is left open."""
    units: Mapping[str, object] = field(default_factory=dict[str, object])
    """Fields of `finding.Units` that differ from Gemini's usual ones."""
    way: WayRequest | None = None
    most: int | None = None
    """How many answers at most."""
    label: str | None = None
    """What every label is to be."""
    label_by: Literal["name", "colour", "number"] = "name"
    unique: bool = False
    """Whether no two labels may be the same."""
    fenced: bool = True
    """Whether JSON goes into a Markdown fence."""
    prose: bool = False
    """Whether words beside the JSON are welcome."""
    explains: bool = False
    """Whether the words are what was asked for first."""
    order: Order | None = None
    """In which order answers stand; None for any."""
    every_image: bool = False
    image: int | None = None
    """Which image is meant, from 0; None for the last."""


def read_spatial(
    text: str, *, given: Form | None = None, before: str = "", always: bool = False
) -> SpatialRequest | None:
    """The request for places that `text` makes; None if it makes none.

    Args:
        text: what the user says.
        given: the form of the answer, where a schema gives it.
        before: earlier texts of the conversation, where the form may have been shown.
        always: whether to take it as a request for places whatever it says.

    Example:
        >>> asked = read_spatial('Find the cup: [{"box_2d": [ymin, xmin, ymax, xmax]}]')
        >>> asked.task, [phrase.text for phrase in asked.phrases]
        ('boxes', ['cup'])
        >>> read_spatial("What colours are there?") is None
        True
    """
    text, before = text[:_READ], before[-_READ:]
    forms = [form for form in forms_in(text) if _tells(form)]
    said = NOT_WANTED.sub(" ", without_forms(text))
    order, said = _order(said)
    tasks: list[Task] = [task for task, pattern in TASKS if pattern.search(said)]
    if not (forms or tasks or _is_where(said) or always):
        return None
    forms = forms or [form for form in forms_in(before) if _tells(form)]
    phrases = named_things(said)
    singular = len(phrases) == 1 and not phrases[0].many and LIST.search(text) is None
    form = _joined(forms, text, singular=singular)
    task, way = _task(given or form, tasks), read_way(said)
    stepwise = way.counted or _has_role(given or form, "action") or _has_role(given or form, "step")
    if task == "points" and way.start and way.goal and stepwise:
        task = "way"
    return SpatialRequest(
        task=task,
        phrases=phrases,
        form=given or form,
        units={**units_in(before if not forms else ""), **units_in(text)},
        way=way if task == "way" else None,
        most=None if task == "way" else _limit(said),
        label=_label(said, task),
        label_by=_label_by(said),
        unique=UNIQUE.search(said) is not None,
        fenced=BARE.search(f"{before} {text}") is None,
        prose=not forms and given is None and re.search(r"\bjson\b", text, re.IGNORECASE) is None,
        explains=given is None and EXPLAINS.search(said) is not None and task == "points",
        order=order,
        every_image=EACH_IMAGE.search(said) is not None or _has_role(given or form, "frame"),
        image=_image(said),
    )


def _tells(form: Form) -> bool:
    """Whether an example is of places, or of things that have none."""
    return shows_place(form) or _has_role(form, "present") or _loosely(form)


def _loosely(form: Form) -> bool:
    """Whether an example has a key such as "point" whose value is a mere placeholder."""
    wanted = {"point", "box", "mask", "polygon", "line", "angle"}
    return any(_has_role(form, role) for role in wanted)  # type: ignore[arg-type]


def _has_role(form: Form | None, role: Role) -> bool:
    match form:
        case ListForm():
            return any(_has_role(item, role) for item in form.items)
        case ObjectForm():
            return any(
                role_of(name, inner, form.keys) == role or _has_role(inner, role)
                for name, inner in form.fields
            )
        case _:
            return False


def _is_where(said: str) -> bool:
    return WHERE.search(said) is not None


def _joined(forms: Sequence[Form], text: str, *, singular: bool) -> Form | None:
    """The form that several examples make up together, that of absent things among them.

    An object in an example stands for the items of a list, unless one thing is asked for.
    """
    items: list[Form] = []
    for form in forms:
        items += form.items if isinstance(form, ListForm) else [form]
    placed = [form for form in forms if shows_place(form) or _loosely(form)]
    if len(placed) == 1 and isinstance(placed[0], ObjectForm):
        lists = any(isinstance(inner, ListForm) for _, inner in placed[0].fields)
        if len(forms) == 1 and (lists or _wants_object(text) or singular):
            return placed[0]
    return ListForm(tuple(dict.fromkeys(items))) if items else None


def _wants_object(text: str) -> bool:
    single = re.search(
        r"\b(?:a|one|single|an) (?:single )?(?:json )?(?:object|dict)", text, re.IGNORECASE
    )
    return single is not None and re.search(r"\b(?:list|array)\b", text, re.IGNORECASE) is None


def _task(form: Form | None, tasks: Sequence[Task]) -> Task:
    """What is asked: by the words if they go with the form, else by the form's keys."""
    if "way" in tasks or _has_role(form, "line"):
        return "way"
    shown: tuple[tuple[Role, Task], ...] = (
        ("angle", "grasp"),
        ("mask", "masks"),
        ("polygon", "polygons"),
        ("box", "boxes"),
        ("ymin", "boxes"),
    )
    if "room" in tasks:
        return "room"
    for role, task in shown:
        if _has_role(form, role):
            return task
    if form is not None and shows_place(form):
        return "points"
    return tasks[0] if tasks else "points"


def _order(said: str) -> tuple[Order | None, str]:
    """The order that is asked for, and the text without it; ways go "from left to right" too."""
    for order, pattern in ORDERS:
        found = pattern.search(said)
        if found and not TASKS[0][1].search(said):
            return order, f"{said[: found.start()]} {said[found.end() :]}"
    return None, said


def _limit(said: str) -> int | None:
    for pattern in LIMITS:
        found = pattern.search(said)
        if found:
            number = found[1].lower()
            return (
                1 if number == "single" else int(number) if number.isdecimal() else NUMBERS[number]
            )
    return None


def _label(said: str, task: Task) -> str | None:
    found = LABEL_TEXT.search(said) if task != "way" else None
    return found[1] if found and not found[1].isdecimal() else None


def _label_by(said: str) -> Literal["name", "colour", "number"]:
    if LABEL_COLOUR.search(said):
        return "colour"
    return "number" if LABEL_NUMBER.search(said) else "name"


def _image(said: str) -> int | None:
    found = WHICH_IMAGE.search(said)
    if not found:
        return None
    if found[2]:
        return int(found[2]) - 1
    order = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2}
    return order.get(found[1].lower(), -1)
