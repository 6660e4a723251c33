from __future__ import annotations

import pytest

from gemini_nb.spatial.parse import parse
from spatial.forms.reference import REFERENCE, Form
from spatial.forms.reports import FURTHER, REPORTS, UNREAD

FORMS = [*REFERENCE, *REPORTS, *FURTHER]


@pytest.mark.parametrize("form", FORMS, ids=[form.name for form in FORMS])
def test_parse_reads_a_form_as_a_person_would(form: Form) -> None:
    found = parse(form.answer)

    assert found.to_dicts() == form.wanted
    assert {issue.kind for issue in found.issues} == form.issues
    for said in (*found.items, *found.issues):
        if said.span is not None:
            assert 0 <= said.span.start <= said.span.end <= len(found.text)
    assert all(issue.reason and len(issue.text) <= 80 for issue in found.issues)


@pytest.mark.parametrize("answer", UNREAD)
def test_parse_tells_of_numbers_that_look_like_places_and_reads_none(answer: str) -> None:
    found = parse(answer)

    assert len(found) == 0
    assert [issue.kind for issue in found.issues] == ["dropped"]
    assert found.issues[0].reason.startswith("not read: numbers that look like places")
    assert found.issues[0].text in answer


def test_reference_has_all_of_its_forms() -> None:
    assert len(REFERENCE) == 52
    assert len({form.name for form in FORMS}) == len(FORMS)
