"""Whether a task is done: what the picture shows, and null where it doesn't show it."""

import json
from typing import Any

import pytest
from PIL import Image, ImageDraw, ImageOps

from gemini_nb.offline.conversation import Conversation, Turn
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.vision.answers import answer

TASK = "put the blue block into the orange bowl"
FORM = 'Answer as JSON: {"done": <true, false or null>, "reason": <a short sentence>}'
IN, RIM, BESIDE, GONE = (300, 200), (372, 200), (480, 200), (-90, 200)


def table(block: tuple[int, int], *, mirrored: bool = False) -> Image.Image:
    """A block that is so far from the left and the top, and a bowl around 300, 200."""
    picture = Image.new("RGB", (600, 400), "#efe9dc")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((220, 120, 380, 280), fill="#f28c13")
    x, y = block
    draw.rectangle((x - 24, y - 24, x + 24, y + 24), fill="#1f4fd8")
    return ImageOps.mirror(picture) if mirrored else picture


def say(text: str, *pictures: Image.Image, **config: Any) -> str:
    draft = answer(Conversation((Turn("user", text, pictures),), **config), 0)
    assert draft is not None
    return draft.parts[0].text or ""


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize(
    ("block", "done"), [(IN, True), (RIM, None), (BESIDE, False), (GONE, None)]
)
def test_a_task_is_done_where_the_thing_lies_in_its_goal(
    block: tuple[int, int], *, done: bool | None, mirrored: bool
) -> None:
    told = json.loads(say(f"Is this task done: {TASK}? {FORM}", table(block, mirrored=mirrored)))
    assert told["done"] is done
    assert "blue block" in told["reason"]


def test_what_the_gripper_holds_is_not_placed_yet() -> None:
    for held, done in {"blue block": False, "red can": True}.items():
        ask = f"Is this task done: {TASK}?\nThe gripper holds the {held}.\n{FORM}"
        assert json.loads(say(ask, table(IN)))["done"] is done


@pytest.mark.parametrize(
    ("text", "done", "not_done"),
    [
        ("Is the blue block in the orange bowl?", "Yes. The blue", "No. The blue"),
        ("Does the blue block lie inside of the orange bowl now?", "Yes. The", "No. The"),
        ("Check whether the blue block is in the orange bowl.", "Yes. The", "No. The"),
        (f"Was this order carried out: {TASK}? Answer yes or no.", "Yes", "No"),
        (f"Did the robot {TASK}? Answer only (1) yes or (2) no.", "(1)", "(2)"),
        (f"Task: {TASK}, please. Has it been done?", "Yes. The", "No. The"),
    ],
)
def test_a_verdict_has_the_form_that_is_asked_for(text: str, done: str, not_done: str) -> None:
    assert say(text, table(IN)).startswith(done)
    assert say(text, table(BESIDE)).startswith(not_done)
    assert "can't tell" in say(text, table(RIM))


def test_a_schema_takes_the_verdict_or_is_refused() -> None:
    ask = f"Is this done: {TASK}?"
    assert say(ask, table(IN), schema={"type": "boolean"}, mime_type="application/json") == "true"
    word = {"type": "string", "enum": ["yes", "no"]}
    assert say(ask, table(BESIDE), schema=word, mime_type="text/x.enum") == "no"
    with pytest.raises(ApiError, match="overlap"):
        say(ask, table(RIM), schema={"type": "boolean"}, mime_type="application/json")


@pytest.mark.parametrize(
    "text",
    [
        "Is the blue block not yet in the orange bowl? yes or no",
        "Is the blue block in the left half of the orange bowl?",
        "Is the blue block on the rim of the orange bowl?",
        "Is the blue block in the orange bowl? Answer no if it is, yes if it is not.",
        "Was the blue block in the orange bowl?",
        "Is the big blue block in the orange bowl?",
        f"Is the task not done: {TASK}?",
        f"Is this task still to be done: {TASK}?",
        f"Is this task half done: {TASK}?",
        f"Has the robot failed to {TASK}?",
        f"Is this task done: do not {TASK}?",
        f"Is this task done: {TASK} and take it out again?",
        f"Is this task done: {TASK}. Then return home?",
        "Is this task done: put only the blue block into the orange bowl?",
        "Is this task done: put the blue block to the right of the orange bowl?",
        "Is this task done: put the upper thing into the orange bowl?",
        "Is this task done: put the orange thing into the orange bowl?",
    ],
)
def test_what_is_not_understood_to_the_last_word_is_not_judged(text: str) -> None:
    for block in (IN, BESIDE):
        assert json.loads(say(f"{text} {FORM}", table(block)))["done"] is None


@pytest.mark.parametrize(
    ("key", "said"),
    [("is_done", True), ("success", True), ("inBowl", True), ("in_place", True)]
    + [(key, None) for key in ("failed", "not_done", "incomplete", "outside", "in_danger")],
)
def test_only_a_key_that_says_so_gets_the_verdict(key: str, *, said: bool | None) -> None:
    ask, schema = "Is the blue block in the orange bowl?", {"type": "boolean"}
    fields = {"type": "object", "properties": {key: schema}, "required": [key]}

    assert json.loads(say(f'{ask} {{"{key}": <true, false or null>}}', table(IN))) == {key: said}
    if said is None:
        with pytest.raises(ApiError, match="takes no such answer"):
            say(ask, table(IN), schema=fields, mime_type="application/json")


def test_of_several_pictures_the_last_one_counts_unless_another_is_named() -> None:
    pictures = table(BESIDE), table(IN)
    assert say("Is the blue block in the orange bowl?", *pictures).startswith("Yes")
    asked = "Is the blue block in the orange bowl in the first picture?"
    assert say(asked, *pictures).startswith("No")


@pytest.mark.parametrize(
    "text",
    [
        f"Point to the things that this task is about, the thing to be moved first: {TASK}.",
        f"Locate what is needed for: {TASK}.",
        f"Find the objects named in this instruction: {TASK.capitalize()}.",
        f'My order is "{TASK}". Point to the things that are involved.',
    ],
)
def test_the_things_of_a_task_are_found_in_its_order(text: str) -> None:
    form = 'Answer as JSON: [{"point": [y, x], "label": <name>}, ...]. Points are [y, x].'
    found = json.loads(say(f"{text} {form}", table(BESIDE)).strip("`json\n"))
    assert [each["label"] for each in found] == ["blue block", "orange bowl"]
    assert found[0]["point"] == pytest.approx([500, 800], abs=8)
