"""Questions about a scene: which things are meant, and what is said of them."""

from __future__ import annotations

import pytest

from gemini_nb.offline.vision.picture_answers import reply
from gemini_nb.offline.vision.picture_questions import read_question, select
from gemini_nb.offline.vision.scene import Ground, Region, Scene


def thing(colour: str, shape: str, y: int, x: int, share: float = 0.04) -> Region:
    box = (y - 50, x - 50, y + 50, x + 50)
    return Region(colour, shape, box, (y, x), share, 1.0, 0.5)  # type: ignore[arg-type]


SCENE = Scene(
    800,
    600,
    (Ground("beige", 0.7, (500, 500)),),
    (
        thing("red", "circle", 200, 150, share=0.1),
        thing("blue", "square", 200, 850, share=0.06),
        thing("red", "square", 800, 150),
        thing("green", "oval", 800, 500),
        thing("blue", "circle", 500, 500, share=0.005),
    ),
)


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        ("How many red things are there?", [0, 2]),
        ("How many circles do you see?", [0, 4]),
        ("Count the round things.", [0, 3, 4]),
        ("What is on the left?", [0, 2]),
        ("What is in the top left corner?", [0]),
        ("What colour is the thing in the middle?", [4]),
        ("What is the largest thing?", [0]),
        ("Which is the smallest blue thing?", [4]),
        ("Where is the rightmost square?", [1]),
        ("Describe the big red one.", [0]),
        ("What is to the right of the green oval?", [1]),
        ("How many things are above the green oval?", [0, 1, 4]),
        ("What is below the red circle?", [2, 3, 4]),
        ("Which thing is next to the green one?", [4]),
        ("Where is the gray cube?", []),
        ("Is there anything cyan?", []),
        ("What is left of the picture's centre?", [0, 2]),
    ],
)
def test_the_things_that_are_meant_are_chosen(request_text: str, expected: list[int]) -> None:
    chosen = select(SCENE.regions, read_question(request_text))

    assert [SCENE.regions.index(region) for region in chosen] == expected


@pytest.mark.parametrize(
    ("request_text", "part"),
    [
        ("How many red things are there?", "two red things"),
        ("How many purple things are there?", "no purple things"),
        ("Is there a green oval?", "Yes. I see one green oval"),
        ("Are there any white circles?", "No. I see no white circles"),
        ("What colour is the oval?", "It is green"),
        ("What shape is the green thing?", "an oval"),
        ("Where is the green thing?", "at the bottom, its centre at y 800 and x 500"),
        ("What is the background colour?", "The background is beige."),
        ("Is there anything beige?", "The background is beige."),
        ("What colours do you see?", "beige (70 %)"),
    ],
)
def test_answers_state_what_was_asked(request_text: str, part: str) -> None:
    assert part in reply(SCENE, request_text)


@pytest.mark.parametrize("request_text", ["How many cups are there?", "What colour is the cup?"])
def test_names_of_things_are_not_guessed_at(request_text: str) -> None:
    answer = reply(SCENE, request_text)

    assert "can't recognise \"cup" in answer
    assert "five separate things" in answer


@pytest.mark.parametrize("request_text", ["", "What is this picture?", "Tell me about this."])
def test_open_requests_get_a_description_that_admits_its_limits(request_text: str) -> None:
    answer = reply(SCENE, request_text)

    assert "a large red circle at the top left" in answer
    assert "a small blue circle in the centre" in answer
    assert "can't tell what the things are" in answer


def test_what_lies_inside_another_thing_counts_only_by_its_looks() -> None:
    mug = thing("blue", "circle", 300, 300)
    tea = Region("brown", "oval", (280, 280, 320, 320), (300, 300), 0.01, 1.5, 0.4, inside=0)
    scene = Scene(800, 600, SCENE.grounds, (mug, tea))

    assert "one thing" in reply(scene, "How many things are there?")
    assert "one brown thing" in reply(scene, "How many brown things are there?")
    assert "with a brown oval inside it" in reply(scene, "")
