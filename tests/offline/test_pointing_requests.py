"""What requests for places mean, in whatever words, and the form that they ask for."""

from __future__ import annotations

import pytest

from gemini_nb.offline.vision.answer_form import LeafForm, ListForm, ObjectForm, forms_in
from gemini_nb.offline.vision.phrase_reading import read_phrase
from gemini_nb.offline.vision.request_clauses import named_things
from gemini_nb.offline.vision.spatial_request import read_spatial
from gemini_nb.offline.vision.way_request import read_way

POINTS = '[{"point": [y, x], "label": <name>}, ...]'


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("Point to the red cube.", ["red cube"]),
        ("Please pinpoint the mug and every spoon in this photo.", ["mug", "spoon"]),
        ("Draw boxes around all green things, labelled by colour.", ["green things"]),
        ("Get points matching these objects: fig, roll, pear. Points are [y, x].", None),
        ("Where is the blue marble? Answer in JSON.", ["blue marble"]),
        ("Could you show me where the tall vase is?", ["tall vase"]),
        ("Segment 'left sock', 'right sock'. Never return text.", ["left sock", "right sock"]),
        ("How many coins lie there? Point to each of them.", ["coins"]),
        ("Mark the red and the blue discs.", ["red discs", "blue discs"]),
        ("Find the ball between the box and the cup.", ["ball between the box and the cup"]),
        ("Point to these:\n- a stapler\n- a ruler", ["stapler", "ruler"]),
        ("If it is dark, say so. The points are in [y, x].", []),
    ],
)
def test_the_things_named_are_read(text: str, things: list[str] | None) -> None:
    expected = ["fig", "roll", "pear"] if things is None else things

    assert [phrase.text for phrase in named_things(text)] == expected


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("Point to the cup.", "points"),
        ("Give the bounding box of the cup.", "boxes"),
        ("Return segmentation masks for the cups.", "masks"),
        ("Trace the cup as a polygon.", "polygons"),
        ("Plan a trajectory from the cup to the tray.", "way"),
        ("Move the cup to the tray in 6 steps; give points.", "way"),
        ("Which thing must go to make room for a laptop?", "room"),
        ("How would you grasp the cup?", "grasp"),
        ('The cup: {"y": 0, "x": 0, "y2": 0, "x2": 0, "label": ""}', "boxes"),
        ('Cup, as [{"trajectory": [[y, x]], "label": ""}] to the tray', "way"),
    ],
)
def test_the_task_is_told_by_the_words_or_the_form(text: str, task: str) -> None:
    request = read_spatial(text)

    assert request is not None
    assert request.task == task


@pytest.mark.parametrize(
    "text",
    ["Describe this picture.", "How many cups are there?", "What is the point of this?", ""],
)
def test_other_requests_ask_for_no_places(text: str) -> None:
    assert read_spatial(text) is None


@pytest.mark.parametrize(
    ("text", "most"),
    [
        ("Point to no more than 7 items.", 7),
        ("Point to up to twelve items.", 12),
        ("Point to the lid. Only return one point.", 1),
        ("Box everything. Limit to 25 objects.", 25),
        ("Point to the cups, one point for each.", None),
    ],
)
def test_limits_are_read(text: str, most: int | None) -> None:
    request = read_spatial(text)

    assert request is not None
    assert request.most == most


def test_examples_give_keys_and_the_order_of_numbers() -> None:
    (form,) = forms_in('Use {"items": [{"name": "...", "at": [x, y]}], "n": 0} please.')

    assert isinstance(form, ObjectForm)
    (items, count) = (inner for _, inner in form.fields)
    assert isinstance(items, ListForm)
    assert isinstance(count, LeafForm)
    (item,) = items.items
    assert isinstance(item, ObjectForm)
    assert dict(item.fields)["at"] == LeafForm(numbers=True, names=("x", "y"))


@pytest.mark.parametrize("text", ["[", "{{{{", '{"a": [', "[[[[]]]]", "{]" * 300, '{"a" "b"}'])
def test_broken_examples_are_passed_over(text: str) -> None:
    assert forms_in(text) == ()


@pytest.mark.parametrize(
    ("text", "fenced"),
    [
        (f"Point to it: {POINTS}", True),
        (f"Point to it: {POINTS} No code fencing.", False),
        ("Point to the cup. Never use markdown.", False),
    ],
)
def test_fences_are_left_out_on_demand(text: str, *, fenced: bool) -> None:
    request = read_spatial(text)

    assert request is not None
    assert request.fenced is fenced


@pytest.mark.parametrize(
    ("text", "steps", "first", "ends"),
    [
        ("Trajectory of 12 points from the pen to the box.", 12, 0, ("pen", "box")),
        ("Carry the pen into the box in 5 waypoints, labelled 1 to 5.", 5, 1, ("pen", "box")),
        ("Start at the pen and end at the box: 9 points.", 9, 0, ("pen", "box")),
        ("Point on the pen, then 6 points for moving it to the box.", 7, 0, ("it", "box")),
        ("Path between the pen and the box, numbered from 3.", 10, 3, ("pen", "box")),
        ("Drag the pen around the cup to the box, labels '0' to '7'.", 8, 0, ("pen", "box")),
    ],
)
def test_ways_are_read(text: str, steps: int, first: int, ends: tuple[str, str]) -> None:
    asked = read_way(text)

    assert asked.start is not None
    assert asked.goal is not None
    assert (asked.steps, asked.first_label) == (steps, first)
    assert asked.start.text.startswith(ends[0])
    assert asked.goal.text == ends[1]


@pytest.mark.parametrize("text", ["giraffe", "the zip of the jacket", "door (closed)", "my aunt"])
def test_what_pixels_cannot_tell_is_known_to_be_so(text: str) -> None:
    assert not read_phrase(text).can_be_told


def test_a_colour_may_be_a_fruit() -> None:
    assert read_phrase("the orange").colours == frozenset()
    assert read_phrase("the orange cup").colours == {"orange"}


@pytest.mark.parametrize(
    "words", ["of the lid ", "between on in by ", "from a to b ", "move ", "[{"]
)
def test_long_and_tangled_requests_are_read_all_the_same(words: str) -> None:
    request = read_spatial(f"Point to the top {words * 2000}")

    assert request is not None
    assert len(request.phrases) <= 60
