"""Ready-made prompts: what they say, and that their schemas keep answers readable."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import jsonschema
import pytest
from google.genai import types
from google.genai.errors import ClientError
from PIL import Image, ImageDraw

import gemini_nb as gnb
from gemini_nb.errors import InvalidOptionError
from gemini_nb.spatial import prompts
from gemini_nb.spatial.geometry import Point
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from google import genai

    from gemini_nb.spatial.prompts import Prompt

ALL = {
    "points": prompts.points("the red square", "the blue circle"),
    "points of anything": prompts.points(limit=10),
    "boxes": prompts.boxes("the red square", limit=3),
    "masks": prompts.masks("the red square"),
    "trajectory": prompts.trajectory("the red square", "the blue circle", points=7),
    "frames": prompts.frames("the red square"),
    "segments": prompts.segments("clearing the table"),
    "moment": prompts.moment("the lid is closed"),
    "progress": prompts.progress("setting the table"),
}
each_prompt = pytest.mark.parametrize("task", ALL.values(), ids=ALL.keys())
EXAMPLES = {
    "points": [{"point": [10, 20], "label": "the red square"}],
    "boxes": [{"box_2d": [10, 20, 30, 40], "label": "the red square"}],
    "masks": [{"box_2d": [10, 0, 30, 9], "mask": [[10, 0], [30, 0], [30, 9]], "label": "x"}],
    "trajectory": [{"step": n, "point": [n, n]} for n in range(1, 8)],
    "frames": [{"frame": 3, "point": [4, 5], "label": "the red square"}],
    "segments": [{"start_timestamp": "00:01", "end_timestamp": "00:02", "description": "lifts"}],
    "moment": {"completion_time_seconds": None},
    "progress": {"progress_level": "40-60"},
}


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GEMINI_BASE_URL"):
            patch.setenv(name, "")
            patch.delenv(name)
        yield gnb.connect("offline")
        gnb.disconnect()


@pytest.fixture(scope="module")
def picture() -> types.Part:
    """A red square on the left and a blue circle on the right."""
    image = Image.new("RGB", (320, 240), "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((40, 80, 110, 150), fill="#d02020")
    draw.ellipse((200, 90, 270, 160), fill="#2040d0")
    file = io.BytesIO()
    image.save(file, "PNG")
    return types.Part.from_bytes(data=file.getvalue(), mime_type="image/png")


@each_prompt
def test_a_schema_is_one(task: Prompt) -> None:
    jsonschema.Draft202012Validator.check_schema(task.schema)


@each_prompt
def test_a_schema_is_also_one_of_the_sdk_s_own(task: Prompt) -> None:
    assert types.Schema.model_validate(task.schema).type is not None


@each_prompt
def test_the_config_is_one_of_the_sdk_s(task: Prompt) -> None:
    config = types.GenerateContentConfig(**task.config)
    assert config.response_mime_type == "application/json"


def ask(client: genai.Client, picture: types.Part, task: Prompt) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model=gnb.catalog.default("robotics").id,
        contents=[picture, task.text],
        config=types.GenerateContentConfig(**task.config, temperature=0),
    )


def test_points_finds_what_is_there_and_leaves_out_what_is_not(
    client: genai.Client, picture: types.Part
) -> None:
    task = prompts.points(["the red square", "a giraffe"])
    [square] = parse(ask(client, picture, task)).points
    assert square.distance(Point(479, 234)) < 15


def test_trajectory_is_answered_by_what_says_itself_that_it_is_a_path(
    client: genai.Client, picture: types.Part
) -> None:
    found = parse(ask(client, picture, ALL["trajectory"]))
    [path] = found.trajectories
    assert len(path.points) == 7
    assert path.points[0].distance(Point(479, 234)) < 15
    assert path.points[-1].distance(Point(521, 734)) < 15
    assert not found.issues


IN_TIME = ("segments", "moment", "progress")  # a still picture does not tell them


@pytest.mark.parametrize("name", [name for name in ALL if name not in IN_TIME])
def test_an_answer_fits_the_schema(name: str, client: genai.Client, picture: types.Part) -> None:
    task = ALL[name]
    jsonschema.validate(json.loads(ask(client, picture, task).text or ""), task.schema)


@pytest.mark.parametrize("name", IN_TIME)
def test_what_only_a_film_tells_is_refused_of_a_picture(
    name: str, client: genai.Client, picture: types.Part
) -> None:
    with pytest.raises(ClientError, match="schema"):
        ask(client, picture, ALL[name])


@pytest.mark.parametrize(("name", "answer"), EXAMPLES.items(), ids=EXAMPLES.keys())
def test_an_answer_of_the_asked_form_fits_the_schema_and_loses_nothing_when_read(
    name: str, answer: object
) -> None:
    jsonschema.validate(answer, ALL[name].schema)
    found = parse(json.dumps(answer))
    assert not found.issues
    assert found


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("points", [{"point": [10, 1020], "label": "x"}]),
        ("points", [{"point": [10, 20, 30], "label": "x"}]),
        ("points", [{"point": [10, 20]}]),
        ("points of anything", [{"point": [1, 2], "label": "x"}] * 11),
        ("boxes", [{"box_2d": [1, 2, 3], "label": "x"}]),
        ("trajectory", [{"step": n, "point": [n, n]} for n in range(1, 7)]),
        ("progress", {"progress_level": "most"}),
    ],
)
def test_an_answer_of_another_form_does_not_fit(name: str, answer: object) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(answer, ALL[name].schema)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "segments"])
def test_a_prompt_names_the_keys_that_its_schema_wants(name: str) -> None:
    answer = EXAMPLES[name]
    entry = answer[0] if isinstance(answer, list) else answer
    assert all(f'"{key}"' in ALL[name].text for key in entry)


def test_things_and_limits_are_in_the_words() -> None:
    text = str(prompts.points("bread", "the banana's stem", limit=10))
    for said in ("bread, the banana's stem", "at most 10", "[y, x]", "0 to 1000"):
        assert said in text


def test_what_a_path_avoids_is_in_the_words() -> None:
    text = prompts.trajectory("the pen", "the tray", avoid=("the cup", "the lamp")).text
    assert "from the pen to the tray, around the cup and the lamp" in text


@pytest.mark.parametrize("make", [prompts.points, prompts.boxes, prompts.masks, prompts.frames])
def test_things_may_come_in_a_list(make: Callable[..., Prompt]) -> None:
    assert make(["apple", "pear"]) == make("apple", "pear") == make(("apple",), "pear")
    assert make([]) == make()


def test_trajectory_avoids_one_thing_or_several() -> None:
    assert prompts.trajectory("a", "b", avoid="the cup") == prompts.trajectory(
        "a", "b", avoid=["the cup"]
    )


def test_names_over_several_lines_stay_one_name() -> None:
    assert "the  red\n cup" not in prompts.points("the  red\n cup").text
    assert "the red cup" in prompts.points("the  red\n cup").text


def test_changing_a_config_changes_no_prompt() -> None:
    task = prompts.points("bread")
    before = json.dumps(task.schema)
    task.config["response_json_schema"]["items"].clear()
    assert json.dumps(task.schema) == before


@pytest.mark.parametrize(
    "make",
    [
        lambda: prompts.points(limit=0),
        lambda: prompts.boxes("cup", limit=-1),
        lambda: prompts.points("cup", " "),
        lambda: prompts.points(["cup", ""]),
        lambda: prompts.points(["cup", 3]),  # type: ignore[list-item]
        lambda: prompts.points(3),  # type: ignore[arg-type]
        lambda: prompts.trajectory("a", "b", points=1),
        lambda: prompts.trajectory("", "b"),
        lambda: prompts.moment(""),
        lambda: prompts.trajectory([], "b"),  # type: ignore[arg-type]
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[[], Prompt]) -> None:
    with pytest.raises(InvalidOptionError):
        make()
