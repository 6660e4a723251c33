from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gemini_nb.spatial.parse import parse
from spatial.forms.composed import COMPOSED
from spatial.forms.further import FURTHER
from spatial.forms.reported import REPORTED

if TYPE_CHECKING:
    from spatial.forms.form import Form

FORMS = [*REPORTED, *COMPOSED, *FURTHER]


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_a_form_is_read_as_a_person_would(form: Form) -> None:
    found = parse(form.answer)

    assert found.to_dicts() == form.wanted
    assert {issue.kind for issue in found.issues} == form.issues


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_each_issue_and_item_of_a_form_has_its_place_in_the_text(form: Form) -> None:
    found = parse(form.answer)

    for said in (*found.items, *found.issues):
        if said.span is not None:
            assert 0 <= said.span.start <= said.span.end <= len(found.text)
    assert all(issue.reason and len(issue.text) <= 80 for issue in found.issues)


def test_the_forms_are_at_least_those_that_were_promised() -> None:
    assert len(REPORTED) + len(COMPOSED) == 52
    assert len(FURTHER) >= 60
    assert len({form.name for form in FORMS}) == len(FORMS)
