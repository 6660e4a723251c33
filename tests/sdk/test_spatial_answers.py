"""Pictures sent through the SDK, and answers about where things are in them."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from google.genai import types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps
from pydantic import BaseModel, Field

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-robotics-er-2-preview"
PROPERTY = settings(
    max_examples=3,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
WIDTH, HEIGHT = 640, 480
COLOURS = {"red": "#cf2b2b", "green": "#2f9c3c", "blue": "#2a5bd2", "purple": "#7d35b5"}
PLACES = [(100, 110), (320, 100), (540, 110), (100, 360), (320, 370), (540, 360)]


@dataclass(frozen=True)
class Thing:
    colour: str
    shape: str
    x: int
    y: int
    radius: int = 50

    @property
    def box(self) -> tuple[int, int, int, int]:
        r = self.radius
        return self.x - r, self.y - r, self.x + r, self.y + r

    @property
    def place(self) -> tuple[float, float]:
        return 1000 * self.y / HEIGHT, 1000 * self.x / WIDTH


@st.composite
def tables(draw: st.DrawFn) -> list[Thing]:
    """Things of different colours, in different places."""
    places = draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=4, unique=True))
    colours = draw(st.permutations(sorted(COLOURS)))
    shapes = st.sampled_from(["circle", "square"])
    return [
        Thing(colour, draw(shapes), x, y, draw(st.integers(30, 60)))
        for (x, y), colour in zip(places, colours, strict=False)
    ]


def picture(things: list[Thing]) -> Image.Image:
    paper = Image.new("RGB", (WIDTH, HEIGHT), "#efe9dc")
    pen = ImageDraw.Draw(paper)
    for thing in things:
        figure = pen.ellipse if thing.shape == "circle" else pen.rectangle
        figure(thing.box, fill=COLOURS[thing.colour])
    return paper


def part(image: Image.Image, kind: str = "PNG", **options: Any) -> types.Part:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return types.Part.from_bytes(data=buffer.getvalue(), mime_type=f"image/{kind.lower()}")


def ask(client: genai.Client, image: Any, prompt: str, **config: Any) -> str:
    shown = image if isinstance(image, types.Part) else part(image)
    config = {"temperature": 0, **config}
    reply = client.models.generate_content(
        model=MODEL, contents=[shown, prompt], config=types.GenerateContentConfig(**config)
    )
    assert reply.model_version == "offline/vision"
    return reply.text


def items(text: str) -> list[dict[str, Any]]:
    fenced = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    return json.loads(fenced[1] if fenced else text)


SCENE = [
    Thing("red", "circle", 110, 110),
    Thing("red", "circle", 540, 360, 35),
    Thing("blue", "square", 320, 240, 60),
    Thing("green", "square", 100, 370, 40),
]
FORM = 'as [{"point": [y, x], "label": <name>}, ...], normalized to 0-1000'


@PROPERTY
@given(things=tables())
def test_each_thing_is_pointed_at_by_colour_and_shape(
    client: genai.Client, things: list[Thing]
) -> None:
    asked = " and ".join(f"the {thing.colour} {thing.shape}" for thing in things)
    found = items(ask(client, picture(things), f"Put a point on {asked}, {FORM}."))

    assert [each["label"] for each in found] == [f"{t.colour} {t.shape}" for t in things]
    for each, thing in zip(found, things, strict=True):
        assert each["point"] == pytest.approx(thing.place, abs=8)


@PROPERTY
@given(things=tables())
def test_points_follow_what_is_done_to_the_picture(
    client: genai.Client, things: list[Thing]
) -> None:
    image, prompt = picture(things), f"Point to the {things[0].colour} object."
    (before,) = items(ask(client, image, prompt))
    y, x = before["point"]

    def again(changed: Any) -> list[int]:
        (found,) = items(ask(client, changed, prompt))
        return found["point"]

    assert again(ImageOps.mirror(image)) == pytest.approx([y, 1000 - x], abs=8)
    assert again(image.transpose(Image.Transpose.ROTATE_90)) == pytest.approx([1000 - x, y], abs=8)
    assert again(image.rotate(180)) == pytest.approx([1000 - y, 1000 - x], abs=8)
    assert again(part(image, "JPEG", quality=60)) == pytest.approx([y, x], abs=8)
    padded = ImageOps.expand(image, (0, 0, WIDTH, 0), fill="#efe9dc")
    assert again(padded) == pytest.approx([y, x / 2], abs=8)
    noise = np.random.default_rng(3).normal(0, 6, (HEIGHT, WIDTH, 3))
    noisy = np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)
    assert again(Image.fromarray(noisy)) == pytest.approx([y, x], abs=8)


@PROPERTY
@given(things=tables())
def test_what_was_taken_away_or_painted_over_is_no_longer_found(
    client: genai.Client, things: list[Thing]
) -> None:
    prompt = f"Point to the {things[0].colour} things. If there are none, return []."

    assert len(items(ask(client, picture(things), prompt))) == 1
    assert items(ask(client, picture(things[1:]), prompt)) == []


@pytest.mark.parametrize(
    ("form", "order"),
    [
        ('{"box_2d": [ymin, xmin, ymax, xmax], "label": <name>}', [0, 1, 2, 3]),
        ('{"label": <name>, "y": 0, "x": 0, "y2": 0, "x2": 0}', [0, 1, 2, 3]),
        ('{"ymin": int, "xmin": int, "ymax": int, "xmax": int, "name": str}', [0, 1, 2, 3]),
        ('{"bbox": [xmin, ymin, xmax, ymax], "name": "..."}', [1, 0, 3, 2]),
        ('{"rect": {"left": 0, "top": 0, "right": 0, "bottom": 0}}', [1, 0, 3, 2]),
    ],
)
def test_boxes_come_with_the_keys_of_the_example(
    client: genai.Client, form: str, order: list[int]
) -> None:
    text = ask(client, picture(SCENE), f"Box the blue square: [{form}, ...]")
    (found,) = items(text)

    assert list(found) == [key for key in re.findall(r'"(\w+)":', form) if key in found]
    numbers = [int(number) for number in re.findall(r"\b\d+\b", text)]
    expected = np.array([375, 406, 627, 594])[order]
    assert numbers == pytest.approx(expected, abs=6)


def test_pixels_and_fractions_are_used_on_demand(client: genai.Client) -> None:
    in_pixels = ask(
        client,
        picture(SCENE),
        'The blue square\'s centre as a JSON object {"x": int, "y": int} in pixels',
    )
    in_fractions = ask(
        client,
        picture(SCENE),
        'Point to the blue square, coordinates from 0 to 1, as [{"point": [x, y]}].',
    )

    found = json.loads(in_pixels.strip("`json\n"))
    assert (found["x"], found["y"]) == pytest.approx((320, 240), abs=3)
    assert items(in_fractions)[0]["point"] == pytest.approx([0.5, 0.5], abs=0.01)


@pytest.mark.parametrize(
    ("prompt", "centres"),
    [
        ("Point to the round things.", [(110, 110), (540, 360)]),
        ("Point to the smallest red thing.", [(540, 360)]),
        ("Point to the red thing on the left.", [(110, 110)]),
        ("Point to the thing closest to the bottom right corner.", [(540, 360)]),
        ("Point to whatever is above the blue square.", [(110, 110)]),
        ("Point to the second thing from the left.", [(110, 110)]),
        ("Point to all objects that are not red, largest first.", [(320, 240), (100, 370)]),
        ("Point to the blue and the green square.", [(320, 240), (100, 370)]),
        ("Point to the round thing in the top half and the green block.", [(110, 110), (100, 370)]),
        ("Point to the star.", []),
        ("Point to the white circle.", []),
        ("Point to a giraffe.", []),
    ],
)
def test_the_things_that_words_mean_are_found(
    client: genai.Client, prompt: str, centres: list[tuple[int, int]]
) -> None:
    found = [tuple(each["point"]) for each in items(ask(client, picture(SCENE), prompt))]

    expected = [(1000 * y / HEIGHT, 1000 * x / WIDTH) for x, y in centres]
    assert len(found) == len(expected)
    for place in expected:
        assert any(point == pytest.approx(place, abs=8) for point in found)


def test_an_answer_leaves_out_what_pixels_cannot_tell(client: genai.Client) -> None:
    assert items(ask(client, picture(SCENE), "Point to the giraffe and the blue square.")) == [
        {"point": [500, 500], "label": "blue square"}
    ]


def test_what_is_not_in_the_frame_is_said_in_the_form_shown(client: genai.Client) -> None:
    found = items(
        ask(
            client,
            picture(SCENE),
            'Locate "green square" and "pink ring": {"point": [y, x], "label": ""}, or '
            '{"in_frame": false, "label": ""} where it is not visible. Return a list.',
        )
    )

    assert [set(each) for each in found] == [{"point", "label"}, {"in_frame", "label"}]
    assert found[1] == {"in_frame": False, "label": "pink ring"}


def test_labels_are_unique_on_demand(client: genai.Client) -> None:
    found = items(ask(client, picture(SCENE), "Bounding boxes of all objects, with unique labels."))

    assert sorted(each["label"] for each in found) == [
        *("blue square", "green square", "red circle 1", "red circle 2"),
    ]


def test_masks_cover_the_thing(client: genai.Client) -> None:
    (found,) = items(ask(client, picture(SCENE), "Segmentation mask of the large red circle"))
    data = base64.b64decode(found["mask"].removeprefix("data:image/png;base64,"))
    inside = np.asarray(Image.open(io.BytesIO(data))) > 127
    y, x = np.indices(inside.shape) - 127.5

    assert (inside == (np.hypot(y, x) < 128)).mean() > 0.96


@pytest.mark.parametrize("count", [5, 9, 15])
def test_ways_lead_around_what_lies_between(client: genai.Client, count: int) -> None:
    scene = [Thing("red", "circle", 80, 240, 30), Thing("green", "square", 560, 240, 30)]
    wall = Thing("blue", "square", 320, 240, 80)
    prompt = f"Plan a trajectory of {count} points from the red circle to the green square"
    found = items(ask(client, picture([*scene, wall]), f"{prompt}, labelled '1' to '{count}'."))

    assert [each["label"] for each in found] == [str(n) for n in range(1, count + 1)]
    assert found[0]["point"] == pytest.approx(scene[0].place, abs=8)
    assert found[-1]["point"] == pytest.approx(scene[1].place, abs=8)
    for each in found:
        y, x = each["point"][0] * HEIGHT / 1000, each["point"][1] * WIDTH / 1000
        assert not (240 < x < 400 and 160 < y < 320)
    straight = items(ask(client, picture(scene), prompt))
    assert all(each["point"][0] == pytest.approx(500, abs=8) for each in straight)


class Place(BaseModel):
    y: int
    x: int


class Box(BaseModel):
    label: str
    colour: str
    box_2d: list[int] = Field(min_length=4, max_length=4)
    centre: Place


class Sheet(BaseModel):
    boxes: list[Box]
    count: int


class Way(BaseModel):
    trajectory: list[list[int]]


def test_a_schema_is_filled_from_the_pixels(client: genai.Client) -> None:
    text = ask(
        client,
        picture(SCENE),
        "Detect everything that is red.",
        response_mime_type="application/json",
        response_schema=Sheet,
    )
    sheet = Sheet.model_validate_json(text)

    assert sheet.count == len(sheet.boxes) == 2
    for box, thing in zip(sheet.boxes, SCENE, strict=False):
        assert box.colour == "red"
        assert (box.centre.y, box.centre.x) == pytest.approx(thing.place, abs=8)
        assert box.box_2d[0] < box.centre.y < box.box_2d[2]
        assert box.box_2d[1] < box.centre.x < box.box_2d[3]


def test_json_schemas_and_ways_go_together(client: genai.Client) -> None:
    text = ask(
        client,
        picture(SCENE),
        "Move the green block next to the blue one, 6 points.",
        response_mime_type="application/json",
        response_json_schema=Way.model_json_schema(),
    )

    way = Way.model_validate_json(text).trajectory
    assert len(way) == 6
    assert way[0] == pytest.approx(SCENE[3].place, abs=8)
    assert way[-1] == pytest.approx(SCENE[2].place, abs=8)


def test_temperature_scatters_points_a_little_and_seeds_hold_them(client: genai.Client) -> None:
    def points(**config: Any) -> list[int]:
        return items(ask(client, picture(SCENE), "Point to the blue square.", **config))[0]["point"]

    scattered = {tuple(points(temperature=1.0, seed=seed)) for seed in range(6)}

    assert len(scattered) > 2
    assert all(abs(y - 500) < 126 and abs(x - 500) < 94 for y, x in scattered)
    assert points(temperature=1.0, seed=4) == points(temperature=1.0, seed=4)
    assert (
        points(temperature=0, seed=1)
        == points(temperature=0, seed=2)
        == pytest.approx([500, 500], abs=5)
    )


def test_several_pictures_are_answered_one_by_one_on_demand(client: genai.Client) -> None:
    pictures = [part(picture([Thing("red", "circle", x, 200)])) for x in (100, 300, 500)]
    prompt = 'In each frame, point to the red circle: [{"frame": 0, "point": [y, x], "label": ""}]'
    reply = client.models.generate_content(
        model=MODEL,
        contents=[*pictures, prompt],
        config=types.GenerateContentConfig(temperature=0),
    )
    found = items(reply.text)

    assert [each["frame"] for each in found] == [0, 1, 2]
    assert [each["point"][1] for each in found] == pytest.approx([156, 469, 781], abs=8)


def test_a_follow_up_keeps_the_picture_and_the_form(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL, config=types.GenerateContentConfig(temperature=0))
    first = 'Point to the red circles: [{"where": {"x": 0, "y": 0}, "what": "label"}]'
    chat.send_message([part(picture(SCENE)), first])
    found = items(chat.send_message("Now point to the green square, same format.").text)

    assert found[0]["where"] == {"x": pytest.approx(156, abs=8), "y": pytest.approx(771, abs=8)}
