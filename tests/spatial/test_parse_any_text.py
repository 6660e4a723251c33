from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.parse import parse
from spatial.forms.reference import REFERENCE
from spatial.forms.reports import FURTHER, REPORTS

if TYPE_CHECKING:
    from gemini_nb.spatial.annotations import Annotations

ANSWERS = [
    form.answer
    for form in (*REFERENCE, *REPORTS, *FURTHER)
    if isinstance(form.answer, str) and len(form.answer) < 2000
]
PIECES = st.sampled_from(
    [
        *("{", "}", "[", "]", ",", ":", '"', "'", "\\", "\n", "```", "#", "//", "/*", "(", "null"),
        *('"point"', '"box_2d"', '"mask"', '"label"', '"points"', '"y"', '"x"', '"angle"', "-1"),
        *("412", "0.5", '"mug"', "[1, 2]", "[1, 2, 3, 4]", "true", "NaN", "1e400", " ", "..."),
        *("(", ")", "|", "---", "\t", "y=1", "label,y,x", "- y: ", "<box y='1' x='2'/>", "[x, y]"),
        *("\ud800", "\x00", "&quot;", '\\"', "```py\n", "Image 1:\n", "Image 2:\n"),
    ]
)
quickly = settings(derandomize=True, deadline=None, max_examples=120)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                [
                    *("point", "box_2d", "points", "mask", "label", "y", "x", "start", "args"),
                    *("type", "candidates", "content", "parts", "text", "steps", "event_type"),
                    *("image", "boxes", "xyxy", "width", "height", "box_3d", "angle", "error"),
                ]
            )
            | st.text(max_size=4),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


def check(found: Annotations) -> None:
    """Whatever was said, the items are in the image, and all spans in the text."""
    for said in (*found.items, *found.issues):
        if said.span is not None:
            assert 0 <= said.span.start <= said.span.end <= len(found.text)
    for item in found:
        box = item.bounds
        if box is not None:
            assert box.ymin >= 0
            assert box.xmin >= 0
            assert box.ymax <= 1000
            assert box.xmax <= 1000
        if isinstance(item, Mask):
            item.to_array(width=4, height=4)
    assert repr(found)
    json.dumps(found.to_dicts()).encode()


@quickly
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    check(parse(text))


@quickly
@given(st.lists(PIECES, max_size=40))
def test_any_pieces_of_json_in_any_order_are_read(pieces: list[str]) -> None:
    check(parse("".join(pieces)))


@quickly
@given(JSON)
def test_any_json_is_read(value: Any) -> None:
    if isinstance(value, list | dict):
        check(parse(value))


@quickly
@given(st.sampled_from(ANSWERS), st.data())
def test_an_answer_that_breaks_off_anywhere_is_read(answer: str, data: st.DataObject) -> None:
    found = parse(answer[: data.draw(st.integers(0, len(answer)))])

    check(found)
    assert len(found) <= len(parse(answer)) + 1


@quickly
@given(st.sampled_from(ANSWERS), st.data())
def test_an_answer_with_a_character_lost_or_doubled_is_read(
    answer: str, data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(answer)))

    check(parse(answer[:at] + answer[at + 1 :]))
    check(parse(answer[: at + 1] + answer[at:]))


@quickly
@given(st.sampled_from(ANSWERS))
def test_what_was_read_reads_the_same_again(answer: str) -> None:
    said = parse(answer).to_dicts()

    again = parse(json.dumps(said))

    assert again.to_dicts() == said


@quickly
@given(st.lists(st.sampled_from(ANSWERS), min_size=2, max_size=3))
def test_an_answer_is_read_whatever_stands_beside_it(answers: list[str]) -> None:
    check(parse("\n\n".join(answers)))


POINTS = st.lists(
    st.builds(
        lambda y, x, label: {"point": [y, x], "label": label},
        st.integers(0, 1000),
        st.integers(0, 1000),
        st.from_regex(r"[a-z]{1,8}", fullmatch=True),
    ),
    min_size=1,
    max_size=8,
    unique_by=str,
)


@quickly
@given(
    POINTS, st.sampled_from(["```json\n{}\n```", "Here: {}", '{{"things": {}}}', "- {}", "{} ok"])
)
def test_what_holds_the_points_does_not_matter(points: list[dict[str, Any]], holder: str) -> None:
    found = parse(holder.replace("{{", "{").replace("}}", "}").replace("{}", json.dumps(points)))

    assert found.to_dicts() == points
