"""The annotator without a page: what it says to one, and what it makes of what one says."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from gemini_nb.drawing.overlay import draw
from gemini_nb.errors import PictureError
from gemini_nb.spatial.annotations import Annotations
from gemini_nb.spatial.consensus import consensus
from gemini_nb.spatial.geometry import Box, Point
from gemini_nb.spatial.masks import Mask
from gemini_nb.widgets.annotator import Annotator, annotate

GREY = Image.new("RGB", (80, 60), "grey")
ANSWER = (
    '[{"box_2d": [1, 2, 300, 400], "label": "mug", "x": 1}, {"point": [9, 9], "label": "tea"},]'
)


def _mask() -> Mask:
    file = io.BytesIO()
    Image.fromarray(np.full((8, 8), 255, np.uint8)).save(file, "PNG")
    return Mask(Box(100, 100, 500, 500), file.getvalue(), label="bowl")


def _move(annotator: Annotator, number: int, at: list[list[float]]) -> None:
    """What the page does at the end of a gesture."""
    rows = [dict(row) for row in annotator.items]
    rows[number]["at"] = at
    annotator.items = rows


def test_annotate_takes_any_answer_and_keeps_its_issues_and_text() -> None:
    annotator = annotate(GREY, ANSWER)

    _move(annotator, 1, [[10, 10]])

    before, after = draw(GREY, ANSWER).annotations, annotator.annotations
    assert after.items == (before[0], Point(10, 10, label="tea"))
    assert after.issues == before.issues != ()
    assert after.text == ANSWER
    assert repr(annotator) == repr(draw(GREY, after)) == repr(annotator.overlay)


def test_annotate_refuses_what_is_no_image() -> None:
    with pytest.raises(PictureError, match="pass a path"):
        annotate(object())


def test_annotate_turns_a_file_as_its_exif_says() -> None:
    file, tags = io.BytesIO(), Image.Exif()
    tags[0x0112] = 6  # a quarter turn
    GREY.save(file, "JPEG", exif=tags)

    annotator = annotate(file.getvalue())

    with Image.open(io.BytesIO(annotator.image)) as sent:
        assert annotator.size == [*sent.size] == [60, 80]
        assert 0x0112 not in sent.getexif()


def test_edit_of_a_consensus_takes_what_was_agreed() -> None:
    answers = [f'[{{"point": [{n}, 2], "label": "mug"}}]' for n in range(3)]
    odd = '[{"point": [1, 2], "label": "mug"}, {"point": [900, 900], "label": "odd"}]'
    overlay = draw(GREY, consensus([*answers, odd]))

    assert len(overlay.outliers) == 1
    assert overlay.edit().annotations == overlay.annotations


def test_annotations_assigned_begin_anew() -> None:
    annotator = draw(GREY, ANSWER).edit()
    _move(annotator, 1, [[10, 10]])
    assert len(annotator.changes.moved) == 1

    annotator.annotations = [Box(1, 1, 2, 2)]

    assert annotator.annotations == Annotations((Box(1, 1, 2, 2),))
    assert repr(annotator.changes) == "nothing changed, 1 untouched"


def test_what_can_not_be_edited_is_a_picture_beneath() -> None:
    mask = _mask()
    annotator = annotate(GREY, [mask, Point(9, 9, label="</svg><script>")])

    assert [row["kind"] for row in annotator.items] == ["point"]
    assert "bowl" in annotator.backdrop
    assert "<script" not in annotator.backdrop
    assert annotator.annotations[0] is mask
    assert annotate(GREY, [Point(9, 9)]).backdrop == ""


def test_colours_are_those_of_the_overlay() -> None:
    annotator = annotate(GREY, [Box(1, 2, 300, 400, label="mug"), Point(9, 9, label="red pen")])

    drawn = {mark.items[0]: mark.colour for mark in annotator.overlay.scene.marks}
    assert {f"m{at}": colour for at, colour in drawn.items()} == {
        key: fill for key, (fill, _) in annotator.looks.items()
    }


def test_on_change_hears_each_edit_and_what_it_raises_is_shown() -> None:
    heard: list[Annotations] = []
    annotator = annotate(GREY, ANSWER, on_change=heard.append)

    _move(annotator, 1, [[10, 10]])
    annotator.on_change(lambda found: found[7])
    _move(annotator, 1, [[11, 11]])

    assert [found[1] for found in heard] == [
        Point(10, 10, label="tea"),
        Point(11, 11, label="tea"),
    ]
    assert annotator.problem == "IndexError: tuple index out of range"


def test_a_large_picture_is_sent_smaller() -> None:
    annotator = annotate(Image.effect_noise((2400, 30), 90))

    with Image.open(io.BytesIO(annotator.image)) as sent:
        assert sent.width == 2000
    assert annotator.size == [2400, 30]


def test_done_outside_a_notebook_changes_nothing() -> None:
    annotator = annotate(GREY, ANSWER)

    annotator.done()

    assert repr(annotator.changes) == "nothing changed, 2 untouched"
