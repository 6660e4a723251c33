"""Labels as they are shown: on one line, short, and safe."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.embeddings.labels import shortened

KEY = "AIza" + "k3y_" * 8 + "end"  # of the form of Google's keys


@given(st.text(st.characters(), max_size=60))
@settings(derandomize=True, deadline=None, max_examples=200)
def test_any_label_fits_on_a_line_of_a_saved_notebook(label: str) -> None:
    line = shortened(label, 40)
    assert 0 < len(line) <= 40
    assert len(line.splitlines()) == 1
    assert json.loads(json.dumps(line, ensure_ascii=False).encode("utf-8")) == line


@pytest.mark.parametrize(
    "label",
    ["", " \n\t", "x" * 10_000, "a\nb\x00", "\ud800", "tea\uffff", "\u202eat", "tea " * 9],
)
def test_a_shortened_label_can_be_printed_and_drawn(label: str) -> None:
    line = shortened(label, 28)
    assert 0 < len(line) <= 28
    assert line.isprintable()


@pytest.mark.parametrize("before", ["", " " * 1590, "tea " * 6, "tea " * 1000, " " * 100_000])
def test_no_part_of_a_key_is_shown_wherever_a_label_is_cut(before: str) -> None:
    for longest in (28, 40, 400):
        assert KEY[:6] not in shortened(before + KEY, longest)
