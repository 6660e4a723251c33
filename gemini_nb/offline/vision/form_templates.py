"""Which of the item forms that an example shows is for which finding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm
from gemini_nb.offline.vision.form_roles import role_of, shows_place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.vision.answer_form import Form
    from gemini_nb.offline.vision.finding import Finding


def templates(items: Sequence[Form]) -> list[Form]:
    """The forms of a list's items, one for each set of keys."""
    by_keys: dict[object, Form] = {}
    for item in items:
        by_keys.setdefault(item.keys if isinstance(item, ObjectForm) else type(item), item)
    return list(by_keys.values())


def fitting(kinds: Sequence[Form], finding: Finding) -> list[Form]:
    """The templates for this finding: things that are absent may have one of their own."""
    absent = [each for each in kinds if _says_absent(each)]
    without_place = [each for each in absent if not _is_placed(each)]
    if not finding.present:
        return (without_place or absent)[:1]
    return [each for each in kinds if each not in without_place]


def _says_absent(form: Form) -> bool:
    if not isinstance(form, ObjectForm):
        return False
    return any(role_of(name, inner) == "present" for name, inner in form.fields)


def _is_placed(form: Form) -> bool:
    return shows_place(form) or (
        isinstance(form, ObjectForm)
        and any(role_of(name, inner) in {"point", "box", "angle"} for name, inner in form.fields)
    )


def is_geometry(name: str, inner: Form, form: ObjectForm) -> bool:
    """Whether the value of `name` says where something is, or how it is turned."""
    return shows_place(inner, name, form.keys) or role_of(name, inner, form.keys) in {
        *("point", "box", "mask", "polygon", "angle", "y", "x", "ymin", "xmin", "ymax", "xmax"),
    }


def from_example(form: Form) -> bool:
    """Whether a form comes from an example, whose keys are no obligation."""
    match form:
        case ObjectForm():
            return all(from_example(inner) for _, inner in form.fields)
        case ListForm():
            return not form.given
        case LeafForm():
            return not form.given
