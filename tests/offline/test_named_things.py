"""What things are called, and which of those in a picture are then meant."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from pydantic import BaseModel, Field

import gemini_nb as gnb
from gemini_nb.offline.vision.phrase_reading import read_phrase
from gemini_nb.offline.vision.request_clauses import named_things

if TYPE_CHECKING:
    from gemini_nb.offline.server import EmbeddedServer

    Box = tuple[int, int, int, int]

WIDTH, HEIGHT = 600, 400
PROPERTY = settings(
    max_examples=8,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
RED, GREEN, BLUE, YELLOW, PURPLE = "#cc2a2a", "#2f9c3c", "#2a5bd2", "#f0c419", "#7d35b5"


@pytest.fixture(scope="module")
def client(server: EmbeddedServer) -> genai.Client:
    return genai.Client(api_key="none", http_options=types.HttpOptions(base_url=server.base_url))


def picture(*things: tuple[str, str, Box]) -> Image.Image:
    paper = Image.new("RGB", (WIDTH, HEIGHT), "#efe9dc")
    pen = ImageDraw.Draw(paper)
    for shape, colour, box in things:
        figure = pen.ellipse if shape == "round" else pen.rectangle
        figure(box, fill=colour)
    return paper


def ask(client: genai.Client, image: Image.Image, prompt: str, **config: Any) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    part = types.Part.from_bytes(data=buffer.getvalue(), mime_type="image/png")
    reply = client.models.generate_content(
        model="gemini-robotics-er-2-preview",
        contents=[part, prompt],
        config=types.GenerateContentConfig(**config),
    )
    assert reply.model_version == "offline/vision"
    return reply.text


def points(client: genai.Client, image: Image.Image, what: str) -> list[tuple[int, int]]:
    """The places found, as x and y in pixels of the picture."""
    found = re.search(r"```json\n(.*?)```", ask(client, image, f"Point to {what}."), re.DOTALL)
    assert found is not None
    places = [each["point"] for each in json.loads(found[1])]
    return [(round(x * image.width / 1000), round(y * image.height / 1000)) for y, x in places]


def near(*centres: tuple[int, int]) -> list[Any]:
    return [pytest.approx(centre, abs=6) for centre in centres]


@pytest.mark.parametrize(
    ("text", "things"),
    [
        ("Point to the lime and the carrot.", ["lime", "carrot"]),
        ("Point to a lemon, an orange and a green cup.", ["lemon", "orange", "green cup"]),
        ("Point to the orange and blue discs.", ["orange discs", "blue discs"]),
        ("Point to the orange and the blue discs.", ["orange discs", "blue discs"]),
        ("Point to the green and the purple ring.", ["green ring", "purple ring"]),
        ("Point to the blue spoon and to the kettle.", ["blue spoon", "kettle"]),
        ("How do I load a grey bin with the pears? Mark what you mention.", ["grey bin", "pears"]),
    ],
)
def test_an_article_begins_a_new_thing(text: str, things: list[str]) -> None:
    assert [phrase.text for phrase in named_things(text)] == things


@pytest.mark.parametrize("text", ["cherry stoner", "lime juice", "orange peel", "banana republic"])
def test_the_last_noun_decides_what_is_meant(text: str) -> None:
    assert not read_phrase(text).can_be_told


@pytest.mark.parametrize("text", ["lime bowl", "cherry box", "orange ring"])
def test_what_stands_before_a_known_noun_does_not_change_it(text: str) -> None:
    assert read_phrase(text).looks == read_phrase(text.rpartition(" ")[2]).looks


STILL_LIFE = picture(
    ("round", RED, (40, 40, 110, 110)),
    ("square", BLUE, (200, 30, 240, 150)),
    ("square", YELLOW, (330, 60, 480, 95)),
    ("round", BLUE, (60, 220, 260, 330)),
    ("round", PURPLE, (330, 230, 400, 300)),
    ("round", GREEN, (480, 260, 540, 320)),
)


@pytest.mark.parametrize(
    ("what", "centres"),
    [
        ("the flask", [(220, 90)]),
        ("the pencil", [(405, 78)]),
        ("the saucer", [(160, 275)]),
        ("the cherry crusher", []),
        ("the lime and the plum", [(510, 290), (365, 265)]),
        ("all the fruit", [(75, 75), (365, 265), (510, 290)]),
        ("everything in the right half", [(405, 78), (365, 265), (510, 290)]),
        ("all round things in the lower left quarter", [(160, 275)]),
        ("the things in the top row", [(75, 75), (220, 90), (405, 78)]),
        ("all but the blue things", [(75, 75), (405, 78), (365, 265), (510, 290)]),
        ("the thing below the red circle", [(160, 275)]),
    ],
)
def test_names_and_places_choose_among_things(
    client: genai.Client, what: str, centres: list[tuple[int, int]]
) -> None:
    found = sorted(points(client, STILL_LIFE, what))

    assert found == near(*sorted(centres))


def test_the_hole_of_a_small_ring_is_seen(client: genai.Client) -> None:
    rings = picture(*(("round", "#9a9a9a", (x, 150, x + 60, 200)) for x in range(40, 520, 90)))
    pen = ImageDraw.Draw(rings)
    for x in range(40, 520, 90):
        pen.ellipse((x + 17, 165, x + 43, 187), fill="#efe9dc")

    assert len(points(client, rings, "each gasket")) == 6


@PROPERTY
@given(left=st.integers(0, 30), upper=st.integers(0, 30), right=st.integers(545, WIDTH))
def test_places_move_by_what_is_cut_off(
    client: genai.Client, left: int, upper: int, right: int
) -> None:
    cut = STILL_LIFE.crop((left, upper, right, HEIGHT))

    for what in ("the yellow bar", "the purple circle"):
        ((x, y),) = points(client, STILL_LIFE, what)
        assert points(client, cut, what) == near((x - left, y - upper))


@PROPERTY
@given(before=st.sampled_from([RED, GREEN]), after=st.sampled_from([BLUE, YELLOW, PURPLE]))
def test_a_thing_painted_over_answers_to_its_new_colour(
    client: genai.Client, before: str, after: str
) -> None:
    names = {RED: "red", GREEN: "green", BLUE: "blue", YELLOW: "yellow", PURPLE: "purple"}
    was, now = (f"the {names[colour]} block" for colour in (before, after))
    box = (120, 90, 220, 190)

    assert points(client, picture(("square", before, box)), was) == near((170, 140))
    assert points(client, picture(("square", after, box)), was) == []
    assert points(client, picture(("square", after, box)), now) == near((170, 140))


def test_steps_are_numbered_and_each_has_its_place(client: genai.Client) -> None:
    text = ask(
        client,
        STILL_LIFE,
        "How can I serve the plum and the lime on the saucer? Explain each step and point to "
        'everything that you mention, as [{"point": [y, x], "label": <name>}].',
    )

    assert re.findall(r"^\d\. [\w ]+ the (\w+):.*\.$", text, re.MULTILINE) == [
        "plum",
        "lime",
        "saucer",
    ]
    assert [each["label"] for each in gnb.parse(text).to_dicts()] == ["plum", "lime", "saucer"]


class Spot(BaseModel):
    label: str
    box_2d: list[int] | None


class Spots(BaseModel):
    spots: list[Spot] = Field(min_length=2)


class Corner(BaseModel):
    y: int
    x: int


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (Spots, {"spots": []}),
        (Spot, {"label": "unknown", "box_2d": None}),
        (Corner, {"y": -1, "x": -1}),
    ],
)
def test_no_place_is_made_up_to_meet_a_schema(
    client: genai.Client, schema: type[BaseModel], value: object
) -> None:
    text = ask(
        client,
        STILL_LIFE,
        "Find the teal triangle.",
        response_mime_type="application/json",
        response_schema=schema,
    )

    assert json.loads(text) == value
