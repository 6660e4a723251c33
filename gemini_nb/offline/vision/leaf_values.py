"""What is said of a finding apart from its place: its label, colour, size, confidence, ..."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm
from gemini_nb.offline.vision.picture_phrases import LARGE, SMALL, place, thing_there
from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from gemini_nb.offline.vision.answer_form import Form, JsonValue
    from gemini_nb.offline.vision.coordinates import Units
    from gemini_nb.offline.vision.finding import Finding
    from gemini_nb.offline.vision.form_roles import Role

_WORDS = frozenset(("string", "boolean"))
"""JSON types that hold no measure."""


def said_of(role: Role | None, form: LeafForm, finding: Finding, units: Units) -> JsonValue:
    """What is said of a finding other than its place; None where there is nothing to say."""
    region = finding.region
    values: dict[Role, JsonValue] = {
        "angle": finding.angle,
        "present": finding.present,
        "frame": finding.frame,
        "step": finding.step,
        "action": finding.action or None,
        "confidence": None if form.kind in _WORDS else round(finding.confidence, 2),
        "picture height": units.height,
        "picture width": units.width,
        "area": round(region.share, 4) if region else None,
        "count": 1,
    }
    said = values.get(role) if role else None
    return said if said is not None else text_of(finding, role) or None


def text_of(finding: Finding, role: Role | None) -> str:
    """What is said in words; empty where there is nothing to say."""
    region = finding.region
    if role == "label" or region is None:
        return finding.label if role in {"label", "description", "action"} else ""
    values: dict[Role, str] = {
        "colour": region.colour,
        "shape": region.shape,
        "size": _size(region.share),
        "place": place(region.centre).removeprefix("at the ").removeprefix("in the "),
        "description": thing_there(region),
        "action": thing_there(region),
    }
    return values.get(role, "") if role else ""


def _size(share: float) -> str:
    return "large" if share >= LARGE else "small" if share < SMALL else "medium"


def unseen(form: Form) -> JsonValue:
    """What stands where an image tells nothing: null, "unknown", 0 or an empty list.

    Example:
        >>> unseen(LeafForm("string", given=True)), unseen(LeafForm("string", nullable=True))
        ('unknown', None)
    """
    match form:
        case ListForm():
            return []
        case ObjectForm():
            return None if form.nullable else {name: unseen(inner) for name, inner in form.fields}
        case LeafForm():
            if form.nullable or not form.given:
                return None
            if form.numbers:
                return []
            plain: dict[str, JsonValue] = {
                "integer": 0,
                "number": 0,
                "boolean": False,
                "null": None,
            }
            return form.choices[0] if form.choices else plain.get(form.kind, "unknown")


def choice_for(form: LeafForm, finding: Finding) -> JsonValue:
    """The one of the texts allowed that says most of what is known of the finding."""
    if not form.choices:
        return None
    region = finding.region
    looks = f"{region.colour} {region.shape} {place(region.centre)}" if region else ""
    known = {stem(word) for word in words(f"{finding.label} {looks}")}
    shared = [
        len({stem(word) for word in name_words} & known) for name_words in map(words, form.choices)
    ]
    return form.choices[shared.index(max(shared))] if any(shared) else None


def in_kind(value: JsonValue, form: LeafForm) -> JsonValue:
    """`value` in the type that a schema asks for."""
    if form.kind == "string" and isinstance(value, int | float):
        return str(value)
    if form.kind == "integer" and isinstance(value, float):
        return round(value)
    if form.kind == "integer" and isinstance(value, str):
        return int(value) if value.isdecimal() else 0
    return value
