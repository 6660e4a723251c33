"""Findings written in the form that an answer should have."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm
from gemini_nb.offline.vision.coordinates import (
    four_numbers,
    number_of,
    two_numbers,
    units_in,
)
from gemini_nb.offline.vision.finding import Finding
from gemini_nb.offline.vision.form_roles import role_of, shows_place
from gemini_nb.offline.vision.form_templates import fitting, from_example, is_geometry, templates
from gemini_nb.offline.vision.leaf_values import choice_for, in_kind, said_of, text_of, unseen
from gemini_nb.offline.vision.mask_encoding import mask_png, polygon
from gemini_nb.offline.vision.phrase_words import FILLERS
from gemini_nb.offline.vision.picture_phrases import listed, thing_there
from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from gemini_nb.offline.vision.answer_form import Form, JsonValue
    from gemini_nb.offline.vision.coordinates import Units
    from gemini_nb.offline.vision.form_roles import Role
    from gemini_nb.offline.vision.pointing import Place

NOWHERE: Final = -1
"""A coordinate that no place has, where a schema obliges to give that of an absent thing."""
_VAGUE: Final = frozenset(
    [
        "target",
        "object",
        "item",
        "thing",
        "result",
        "answer",
        "detection",
        "location",
        "position",
        "point",
        "box",
        "bbox",
        "data",
    ]
)


@dataclass(frozen=True, slots=True)
class FormFilling:
    """Writes findings; what no finding tells becomes "unknown", null or 0, a place never.

    An absent thing has null for its place where that is allowed, else an empty list, or `NOWHERE`
    for a single coordinate.
    """

    units: Units
    search: Callable[[str], list[Finding]]
    """The findings for what a key names, as in `{"red_block": {...}}`."""

    def whole(self, form: Form, findings: Sequence[Finding], key: str = "") -> JsonValue:
        """All `findings`, in `form`."""
        match form:
            case ListForm():
                return self._list(form, findings, key)
            case ObjectForm():
                return self._whole_object(form, findings)
            case LeafForm():
                return self._whole_leaf(form, findings, key)

    def _list(self, form: ListForm, findings: Sequence[Finding], key: str) -> list[JsonValue]:
        role = role_of(key, form)
        plain = [item for item in form.items if isinstance(item, LeafForm) and not item.numbers]
        if plain and role not in {"mask", "line", "point", "box"}:
            said = dict.fromkeys(text_of(each, role) for each in findings if each.present)
            if role not in {"label", "colour", "shape", "place", "description"}:
                value = unseen(form)
                return value if isinstance(value, list) else []
            return [text for text in said if text]
        kinds = templates(form.items)
        most = int(min(form.most, len(findings) * len(kinds)))
        written: list[JsonValue] = []
        for finding in findings:
            inner = "point" if role in {"line", "polygon"} else None
            written += [self.one(each, finding, key, inner) for each in fitting(kinds, finding)]
        return written[:most]

    def _whole_object(self, form: ObjectForm, findings: Sequence[Finding]) -> JsonValue:
        """An object that holds all findings in its lists, or one of them by itself."""
        if self._tells_one(form):
            finding = next((each for each in findings if each.present), None)
            if finding is None and form.nullable:
                return None
            nothing = findings[0] if findings else Finding("")
            return self.one(form, finding or nothing)
        result: dict[str, JsonValue] = {}
        for name, inner in form.fields:
            role = role_of(name, inner, form.keys)
            named = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).replace("_", " ").lower()
            chosen = findings
            if shows_place(inner, name, form.keys):
                if role in {"start", "end"}:
                    chosen = findings[:1] if role == "start" else findings[-1:]
                elif role is None and not _is_vague(named):
                    chosen = self.search(named)
            result[name] = self.whole(inner, chosen, name)
        return result

    def _tells_one(self, form: ObjectForm) -> bool:
        """Whether the object itself has a place, rather than its parts."""
        roles = {role_of(name, inner, form.keys) for name, inner in form.fields}
        return bool(
            roles & {"y", "x", "ymin", "xmin"}
            or any(
                role_of(name, inner, form.keys) in {"point", "box", "mask"}
                for name, inner in form.fields
                if not isinstance(inner, ListForm)
            )
        )

    def _whole_leaf(self, form: LeafForm, findings: Sequence[Finding], key: str) -> JsonValue:
        """What one value says of all findings together."""
        present = [each for each in findings if each.present]
        role = role_of(key, form)
        value: JsonValue = None
        if role == "count" or (role == "step" and form.kind == "integer"):
            value = len(present)
        elif role == "present":
            value = bool(present)
        elif role == "line" and form.numbers:
            places = [each.point for each in present if each.point]
            value = [number for place in places for number in self.units.pair(place)]
        elif role == "description" and not form.choices:
            said = [thing_there(each.region) for each in present if each.region]
            value = listed(said) if said else "nothing of the kind"
        elif role == "label" and present and present[-1].action:
            value = present[-1].action
        elif role is None and form.kind in {"", "integer"} and not form.numbers:
            value = self._number_of(key)
        elif present or (findings and not form.nullable):
            value = self._leaf(form, role, (present or list(findings))[0])
        return unseen(form) if value is None else value

    def _number_of(self, key: str) -> int | None:
        """How many there are of what a key such as "red_circles" or "num_cups" names."""
        name = re.sub(r"_|\bnum(?:ber)?\b|\bof\b|count", " ", key.lower()).strip()
        return len(self.search(name)) or None

    def one(
        self, form: Form, finding: Finding, key: str = "", role: Role | None = None
    ) -> JsonValue:
        """One finding, in `form`."""
        match form:
            case ObjectForm():
                shown = form.fields
                if not finding.present:
                    shown = tuple(
                        (name, inner)
                        for name, inner in form.fields
                        if not (is_geometry(name, inner, form) and from_example(inner))
                    )
                return {
                    name: self.one(inner, finding, name, role_of(name, inner, form.keys))
                    for name, inner in shown
                }
            case ListForm():
                return self._inner_list(form, finding, key, role)
            case LeafForm():
                return self._leaf(form, role or role_of(key, form), finding)

    def _inner_list(
        self, form: ListForm, finding: Finding, key: str, role: Role | None
    ) -> JsonValue:
        if form.nullable and not finding.present:
            return None
        item = form.items[0] if form.items else LeafForm()
        corners = _corners_of(finding) if role in {"polygon", "mask"} else finding.line
        if role in {"polygon", "mask", "line", "point"} and corners:
            steps = [Finding("", point=corner) for corner in corners]
            return [self.one(item, step, "point", "point") for step in steps]
        if role == "box" and isinstance(item, LeafForm) and not item.numbers:
            return self._leaf(LeafForm(numbers=True), "box", finding)
        if shows_place(form, key) or role in {"point", "box", "label"}:
            inner = role_of(key, item) if role == "label" else role
            return [self.one(item, finding, key, inner)]
        return unseen(form)

    def _leaf(self, form: LeafForm, role: Role | None, finding: Finding) -> JsonValue:
        units = self._units_of(form)
        value: JsonValue = None
        match role:
            case "point" | "start" | "end" if finding.point:
                value = two_numbers(form, finding.point, units)
            case "box" if finding.box:
                value = four_numbers(form, finding.box, units)
            case "mask" if finding.mask is not None and finding.box:
                value = mask_png(finding.mask, finding.box)
            case "polygon" if finding.mask is not None:
                value = [number for each in _corners_of(finding) for number in units.pair(each)]
            case "line":
                value = [number for each in finding.line for number in units.pair(each)]
            case "y" | "x" | "ymin" | "xmin" | "ymax" | "xmax" | "height" | "width":
                value = number_of(role, finding, units)
                if value is None and form.given and not form.nullable:
                    return in_kind(NOWHERE, form)
            case _:
                value = choice_for(form, finding) or said_of(role, form, finding, units)
        return unseen(form) if value is None else in_kind(value, form)

    def _units_of(self, form: LeafForm) -> Units:
        """The units, as the leaf's own names or description have them."""
        units = self.units
        if form.names and form.names[0][:1] in {"y", "x"}:
            units = replace(units, x_first=form.names[0].startswith("x"))
        return replace(units, **units_in(form.text)) if form.text else units


def _is_vague(name: str) -> bool:
    """Whether a key names no kind of thing of its own, as "items" or "spots"."""
    return all(word in FILLERS or word in _VAGUE for word in (stem(each) for each in words(name)))


def _corners_of(finding: Finding) -> tuple[Place, ...]:
    return tuple(polygon(finding.mask)) if finding.mask is not None else ()
