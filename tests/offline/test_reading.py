"""What requests about pictures ask for, in whatever words."""

from __future__ import annotations

import pytest

from gemini_nb.offline.vision.phrases import thing, things
from gemini_nb.offline.vision.reading import read


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        ("Point to the red cube.", ["red cube"]),
        ("Please pinpoint the mug and every spoon in this photo.", ["mug", "spoon"]),
        ("Draw boxes around all green things, labelled by colour.", ["green things"]),
        ("Get points matching these objects: fig, roll, pear.", ["fig", "roll", "pear"]),
        ("Could you show me where the tall vase is?", ["tall vase is"]),
        ("Segment 'left sock', 'right sock'. Never return text.", ["left sock", "right sock"]),
        ("Mark the red and the blue discs.", ["red discs", "blue discs"]),
        ("Point to a lemon, an orange and a green cup.", ["lemon", "orange", "green cup"]),
        ("Find the ball between the box and the cup.", ["ball between the box and the cup"]),
        ("Point to these:\n- a spoon\n- a ruler", ["spoon", "ruler"]),
        ("Locate and point to the bowl. The label returned is its name.", ["bowl"]),
        ("Give the bounding box of the following things in the image: red jar, mug.",
         ["red jar", "mug"]),
        ("How do I put a grey box on the tray? Point to each object that you mention.",
         ["grey box", "tray"]),
        ("Outline the banana as a polygon.", ["banana"]),
    ],
)  # fmt: skip
def test_places_are_asked_of_the_things_named(text: str, labels: list[str]) -> None:
    request = read(text)

    assert request is not None
    assert request.task == "places"
    assert [each.label for each in request.things] == labels


@pytest.mark.parametrize(
    ("text", "geometry"),
    [
        ("Point to the cup.", "point"),
        ("Give the bounding box of the cup.", "box"),
        ("Box each thing.", "box"),
        ("Return bounding boxes as a JSON array. Never return masks.", "box"),
        ("Return segmentation masks for the cups.", "mask"),
        ("Trace the cup as a polygon.", "polygon"),
        ("How should a gripper grasp the cup?", "grasp"),
    ],
)
def test_the_words_tell_what_shape_an_answer_has(text: str, geometry: str) -> None:
    request = read(text)

    assert request is not None
    assert (request.task, request.geometry) == ("places", geometry)


@pytest.mark.parametrize(
    ("text", "ends", "steps", "avoid"),
    [
        ("Trajectory of 12 points from the pen to the box.", ("pen", "box"), 12, []),
        ("Carry the pen into the box along 5 waypoints.", ("pen", "box"), 5, []),
        ("Start at the pen and end at the box: 9 points along a path.", ("pen", "box"), 9, []),
        ("A point on the pen, then 6 points for moving the pen to the box.", ("pen", "box"), 7, []),
        ("A path of 4 points between the pen and the box.", ("pen", "box"), 4, []),
        ("Route from the pen to the box, around the cup.", ("pen", "box"), None, ["cup"]),
        ("Move the pen to the box along 8 points, avoiding the cup and the jar.",
         ("pen", "box"), 8, ["cup", "jar"]),
    ],
)  # fmt: skip
def test_ways_have_ends_steps_and_what_they_avoid(
    text: str, ends: tuple[str, str], steps: int | None, avoid: list[str]
) -> None:
    request = read(text)

    assert request is not None
    assert request.task == "way"
    assert request.start is not None
    assert request.goal is not None
    assert (request.start.label, request.goal.label) == ends
    assert request.steps == steps
    assert [each.label for each in request.avoid] == avoid


def test_a_tour_leads_over_every_thing() -> None:
    request = read("Plan a path of a magnet that passes over every washer: 11 points.")

    assert request is not None
    assert (request.task, request.steps) == ("tour", 11)
    assert [each.noun for each in request.things] == ["washer"]


@pytest.mark.parametrize(
    ("text", "most", "name", "unique", "picture"),
    [
        ("Point to no more than 7 items.", 7, "", False, None),
        ("Point to up to twelve things.", 12, "", False, None),
        ("Point to the lid. Only return one point.", 1, "", False, None),
        ("Box everything. Limit to 25 objects; give each a unique name.", 25, "", True, None),
        ("Point to each nut. Label them nut.", None, "nut", False, None),
        ("Point to the cup in the second picture.", None, "", False, 2),
        ("Point to the cup in the fourth image.", None, "", False, 4),
    ],
)
def test_limits_and_labels_are_read(
    text: str, most: int | None, name: str, *, unique: bool, picture: int | None
) -> None:
    request = read(text)

    assert request is not None
    assert (request.most, request.name, request.unique) == (most, name, unique)
    assert request.picture == picture


@pytest.mark.parametrize(
    ("text", "task"),
    [
        ("What is in this picture?", "ask"),
        ("How many red things are there, and where?", "ask"),
        ("Is there a green circle?", "ask"),
        ("Where is the orange?", "ask"),
        ("Point to the object that I should move to make room for a laptop.", "beyond"),
        ("Read the text in the image.", "beyond"),
        ("Are there any people in this photo?", "beyond"),
        ("Write a story about a magic backpack.", None),
        ("What is the capital of France?", None),
        ("Is the banana ripe?", None),
    ],
)
def test_questions_in_prose_are_told_from_what_is_beyond_pixels(
    text: str, task: str | None
) -> None:
    request = read(text)

    assert (request and request.task) == task


@pytest.mark.parametrize(
    ("text", "noun", "part"),
    [
        ("the rim of the blue bowl", "bowl", "rim"),
        ("the banana's left end", "banana", "left end"),
        ("the cup", "cup", ""),
    ],
)
def test_parts_are_told_from_things(text: str, noun: str, part: str) -> None:
    assert (thing(text).noun, thing(text).part) == (noun, part)


@pytest.mark.parametrize(
    "text",
    ["giraffe", "lemon squeezer", "a ripe banana", "the zip of the jacket", "the handle of a mug"],
)
def test_what_pixels_cannot_tell_is_known_to_be_so(text: str) -> None:
    assert thing(text).unknown


def test_a_colour_may_be_a_fruit() -> None:
    assert (thing("the orange").noun, thing("the orange").colours) == ("orange", ())
    assert (thing("the orange cup").noun, thing("the orange cup").colours) == ("cup", ("orange",))


@pytest.mark.parametrize(
    ("text", "relation", "others"),
    [
        ("the thing nearest the bowl", "near", ["bowl"]),
        ("a pen on the tray", "on", ["tray"]),
        ("the cup between the red box and the blue one", "between", ["box", "thing"]),
        ("the cup to the left of the box", "left", ["box"]),
        ("the cup on the left", "", []),
        ("cups in the bottom row of the shelf", "", []),
    ],
)
def test_relations_are_told_from_places(text: str, relation: str, others: list[str]) -> None:
    assert thing(text).relation == relation
    assert [each.noun for each in thing(text).others] == others


@pytest.mark.parametrize(
    "words",
    ["of the lid ", "between on in by ", "from a to b ", "move ", "[{", "the ", "1", "a", "box, "],
)
def test_long_and_tangled_requests_are_read_all_the_same(words: str) -> None:
    text = f"Point to the top {words * 50_000}"

    assert read(text) is not None
    assert len(things(text)) <= 60
