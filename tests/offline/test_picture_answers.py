"""Answers about pictures: in the form asked for, or in words that say what can't be told."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from PIL import Image, ImageDraw

from gemini_nb.offline.conversation import Conversation, Sampling, Turn
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.video import Frame
from gemini_nb.offline.vision.answers import answer, locate

POINTS = 'Answer as JSON: [{"point": [y, x], "label": <name>}, ...], normalized to 0-1000.'
BOXES = 'Answer as JSON: [{"box_2d": [ymin, xmin, ymax, xmax], "label": <name>}]. No fencing.'


def table() -> Image.Image:
    paper = Image.new("RGB", (600, 400), "#efe9dc")
    pen = ImageDraw.Draw(paper)
    pen.ellipse((40, 40, 110, 110), fill="#cc2a2a")
    pen.rectangle((200, 40, 290, 130), fill="#2a5bd2")
    pen.ellipse((420, 240, 500, 320), fill="#cc2a2a")
    pen.rectangle((60, 260, 150, 350), fill="#2f9c3c")
    return paper


def say(text: str, *pictures: Image.Image, temperature: float = 0, **config: Any) -> str | None:
    sampling = Sampling(temperature=temperature, seed=config.pop("seed", 1))
    turn = Turn("user", text, pictures or (table(),))
    draft = answer(Conversation((turn,), sampling=sampling, **config), 0)
    if draft is None:
        return None
    assert draft.model == "offline/vision"
    (part,) = draft.parts
    return part.text  # type: ignore[union-attr]


def items(text: str | None) -> list[dict[str, Any]]:
    assert text is not None
    return json.loads(re.sub("```(?:json)?", "", text))


@pytest.mark.parametrize(
    ("prompt", "labels"),
    [
        ("Point to the green block and the blue block.", ["green block", "blue block"]),
        ("Point to the red balls.", ["red balls", "red balls"]),
        ("Point to each ring. Label them washer.", []),
        ("Point to the red discs. Label them washer.", ["washer", "washer"]),
        ("Point to at most 2 things.", ["blue square", "green square"]),
        ("Point to the giraffe, the cup and the blue square.", ["blue square"]),
        ("Point to the top of the green block. Only return one point.", ["top of the green block"]),
    ],
)
def test_labels_are_the_words_of_the_request(prompt: str, labels: list[str]) -> None:
    found = items(say(f"{prompt} {POINTS}"))

    assert sorted(each["label"] for each in found) == sorted(labels)


def test_points_and_boxes_are_where_the_things_are() -> None:
    (point,) = items(say(f"Point to the blue square. {POINTS}"))
    (box,) = items(say(f"Bounding box of the blue square. {BOXES}"))

    assert point["point"] == pytest.approx([212, 408], abs=8)
    assert box["box_2d"] == pytest.approx([100, 333, 325, 483], abs=8)


def test_without_a_form_places_are_json_of_what_the_words_ask_for() -> None:
    assert set(items(say("Point to the blue square."))[0]) == {"point", "label"}
    assert set(items(say("Box the blue square."))[0]) == {"box_2d", "label"}
    assert set(items(say("Segment the blue square."))[0]) == {"box_2d", "label", "mask"}


def test_unique_names_are_unique() -> None:
    found = items(say(f"Box everything; give each a unique name. {BOXES}"))

    assert sorted(each["label"] for each in found) == [
        *("blue square", "green square", "red circle 1", "red circle 2"),
    ]


@pytest.mark.parametrize(
    ("prompt", "parts"),
    [
        ("What is in this picture?", ["4 separate things", "a red circle at the top left"]),
        ("How many red things are there, and where?", ["I see 2", "at the bottom right"]),
        ("Is there a green square?", ["I see 1", "at the bottom left"]),
        ("Is there a yellow square?", ['Nothing has the looks of "yellow square"']),
        ("What colour is the thing on the right?", ["red circle"]),
        ("Where is the blue square?", ["at the top"]),
        ("How many cups are there?", ["can't tell a cup"]),
        ("Who are the people in this photo?", ["Gemini"]),
        ("Point to what I should move to make room for a laptop.", ["Gemini"]),
    ],
)
def test_prose_states_what_pixels_tell_and_what_they_do_not(prompt: str, parts: list[str]) -> None:
    said = say(prompt)

    assert said is not None
    for part in parts:
        assert part in said


@pytest.mark.parametrize(
    "prompt", ["Write a story about a dragon.", "What is the capital of Peru?"]
)
def test_what_is_not_about_the_picture_is_left_to_others(prompt: str) -> None:
    assert say(prompt) is None


def test_without_pictures_there_is_nothing_to_say() -> None:
    assert answer(Conversation((Turn("user", "Point to the cup."),)), 0) is None


def test_a_way_leads_from_start_to_goal_around_what_is_between() -> None:
    form = 'Answer as [{"point": [y, x], "label": <number>}], labels from "0".'
    stops = items(say(f"Move the green block to the blue square along 7 points. {form}"))

    assert [each["label"] for each in stops] == [str(number) for number in range(7)]
    assert stops[0]["point"] == pytest.approx([762, 175], abs=10)
    assert stops[-1]["point"] == pytest.approx([212, 408], abs=10)
    assert items(say(f"Move the pink block to the blue square along 7 points. {form}")) == []


def test_a_schema_is_filled_and_nothing_is_made_up_for_it() -> None:
    numbers = {"type": "array", "items": {"type": "integer"}}
    spots = {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"label": {"type": "string"}, "point": numbers},
            "required": ["label", "point"],
        },
    }
    assert len(items(say("Find the red discs.", schema=spots))) == 2
    assert items(say("Find the teal triangle.", schema=spots)) == []
    counted = {"type": "object", "properties": {"count": {"type": "integer"}}}
    assert items(say("How many red things are there?", schema=counted)) == {"count": 2}
    assert (
        say("Rate it.", schema={"type": "object", "properties": {"stars": {"type": "string"}}})
        is None
    )


def test_one_of_several_pictures_may_be_asked_about() -> None:
    blank = Image.new("RGB", (300, 200), "white")

    assert (
        items(say(f"Point to the blue square in the first picture. {POINTS}", blank, table())) == []
    )
    assert items(say(f"Point to the blue square in the second picture. {POINTS}", blank, table()))


def test_a_follow_up_keeps_the_form() -> None:
    form = '[{"where": {"x": 0, "y": 0}, "what": "label"}]'
    turns = (
        Turn("user", f"Point to the red discs: {form}", (table(),)),
        Turn("model", "[]"),
        Turn("user", "Now point to the blue square, same format."),
    )
    draft = answer(Conversation(turns, sampling=Sampling(temperature=0)), 0)

    assert draft is not None
    assert "where" in draft.parts[0].text  # type: ignore[union-attr]


def test_temperature_scatters_points_a_little_and_the_seed_holds_them() -> None:
    def point(temperature: float, seed: int) -> tuple[int, int]:
        text = say(f"Point to the blue square. {POINTS}", temperature=temperature, seed=seed)
        y, x = items(text)[0]["point"]
        return y, x

    scattered = {point(1, seed) for seed in range(6)}
    assert len(scattered) > 2
    assert all(100 < y < 325 and 333 < x < 483 for y, x in scattered)
    assert point(1, 3) == point(1, 3)
    assert point(0, 3) == point(0, 4)


def test_the_reasoning_says_why_something_is_missing() -> None:
    draft = answer(Conversation((Turn("user", "Point to the cup.", (table(),)),)), 0)

    assert draft is not None
    assert "can't tell a cup" in draft.reasoning


def test_a_thing_is_located_only_if_it_is_the_only_one() -> None:
    place = locate(table(), "green block")

    assert place is not None
    assert place.box == pytest.approx((650, 100, 875, 250), abs=10)
    assert locate(table(), "red ball") is None
    assert locate(table(), "cup") is None


def test_frames_of_a_film_are_told_one_by_one() -> None:
    frames = tuple(
        Frame(float(second), table().transform((600, 400), Image.Transform.AFFINE, move))
        for second, move in enumerate([(1, 0, 0, 0, 1, 0), (1, 0, -60, 0, 1, 0)])
    )
    prompt = 'Point to the blue square in every frame: [{"frame": 0, "point": [y, x]}]'
    turn = Turn("user", prompt, frames=frames)
    draft = answer(Conversation((turn,), sampling=Sampling(temperature=0)), 0)

    assert draft is not None
    first, second = items(draft.parts[0].text)  # type: ignore[union-attr]
    assert (first["frame"], second["frame"]) == (0, 1)
    assert second["point"][1] - first["point"][1] == pytest.approx(100, abs=8)


def rolling(*places: int) -> tuple[Frame, ...]:
    """A frame a second of a red ball that is so far from the left, and a blue square."""
    frames: list[Frame] = []
    for second, x in enumerate(places):
        paper = Image.new("RGB", (320, 240), "#efe9dc")
        pen = ImageDraw.Draw(paper)
        pen.rectangle((210, 75, 300, 165), fill="#2a5bd2")
        pen.ellipse((x - 18, 102, x + 18, 138), fill="#cf2b2b")
        frames.append(Frame(float(second), paper))
    return tuple(frames)


@pytest.mark.parametrize(
    ("prompt", "told"),
    [
        (
            "What does the red ball do? Keys: start_timestamp, end_timestamp, description.",
            [
                {"start_timestamp": "00:00", "end_timestamp": "00:02",
                 "description": "the red ball moves to the right"},
                {"start_timestamp": "00:02", "end_timestamp": "00:03",
                 "description": "the red ball lies still"},
            ],
        ),
    ],
)  # fmt: skip
def test_questions_about_a_film_are_answered_from_its_frames(prompt: str, told: Any) -> None:
    turn = Turn("user", prompt, frames=rolling(40, 130, 250, 250))
    draft = answer(Conversation((turn,), sampling=Sampling(temperature=0)), 0)

    assert draft is not None
    assert items(draft.parts[0].text) == told  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("prompt", "said"),
    [
        ("How many red balls are there?", "I see 1 at most, in 2 of 3 frames."),
        ("Is there a red ball in the video?", "I see 1 at most, in 2 of 3 frames."),
        ("How many green balls are there?", "I see none."),
        ("Point to the blue block at 00:01.", '"label": "blue block"'),
        ("Point to the blue block at 00:03.", "ask for one time among these"),
    ],
)
def test_questions_in_prose_are_answered_from_all_frames(prompt: str, said: str) -> None:
    turn = Turn("user", prompt, frames=rolling(-90, 130, 150))
    draft = answer(Conversation((turn,)), 0)

    assert draft is not None
    assert said in draft.parts[0].text  # type: ignore[union-attr]


def test_two_names_for_one_thing_name_neither() -> None:
    assert items(say(f"Point to the red ball and to the red tomato. {POINTS}")) == []
    assert len(items(say(f"Point to the blue block and the green block. {POINTS}"))) == 2


def test_limits_of_the_system_instruction_hold() -> None:
    boxes = f"Box everything. {BOXES}"

    assert len(items(say(boxes, system="Return at most 3 objects."))) == 3
    labels = [each["label"] for each in items(say(boxes, system="Labels must be unique."))]
    assert len({*labels}) == 4


@pytest.mark.parametrize("prompt", ["Point to the blue square.", "What is in this picture?"])
def test_json_asked_for_by_its_type_is_bare(prompt: str) -> None:
    assert json.loads(say(prompt, mime_type="application/json") or "")


@pytest.mark.parametrize(
    "prompt",
    [
        f"Please locate the blue square for me. {POINTS}",
        f"I need the blue square. Show me where it is. {POINTS}",
        f"Which thing is closest to the green square? Point to it. {POINTS}",
        f"Point to the blue square in image 1. {POINTS}",
    ],
)
def test_the_thing_meant_is_found_in_other_words(prompt: str) -> None:
    (found,) = items(say(prompt))

    assert found["point"] == pytest.approx([212, 408], abs=8)


def test_a_schema_that_cannot_be_filled_is_refused() -> None:
    priced = {
        "type": "object",
        "properties": {"point": {"type": "array"}, "price": {"type": "number"}},
        "required": ["point", "price"],
    }
    with pytest.raises(ApiError, match="schema") as refusal:
        say("Point to the blue square.", schema=priced)
    assert refusal.value.code == 400
