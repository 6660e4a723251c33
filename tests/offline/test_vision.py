"""What stays true of a picture when it is mirrored, turned, recoloured, or loses a thing."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from gemini_nb.offline.vision.looking import describe, describe_all, look

PROPERTY = settings(max_examples=6, derandomize=True, deadline=None)
COLOURS = {"red": "#d62020", "green": "#1fa02c", "blue": "#2456d6", "purple": "#7a2bb0"}
PLACES = [(110, 90), (330, 90), (550, 90), (110, 290), (330, 290), (550, 290)]
SIZE = (660, 380)


@dataclass(frozen=True)
class Drawn:
    """One thing of a drawing."""

    colour: str
    shape: str
    centre: tuple[int, int]
    radius: int = 55


@st.composite
def drawings(draw: st.DrawFn) -> list[Drawn]:
    places = draw(st.lists(st.sampled_from(PLACES), min_size=2, max_size=5, unique=True))
    colour, shape = st.sampled_from(sorted(COLOURS)), st.sampled_from(["circle", "square"])
    return [Drawn(draw(colour), draw(shape), place, draw(st.integers(40, 65))) for place in places]


def picture(things: list[Drawn]) -> Image.Image:
    paper = Image.new("RGB", SIZE, "#f4f1ea")
    pen = ImageDraw.Draw(paper)
    for thing in things:
        x, y = thing.centre
        box = (x - thing.radius, y - thing.radius, x + thing.radius, y + thing.radius)
        figure = pen.ellipse if thing.shape == "circle" else pen.rectangle
        figure(box, fill=COLOURS[thing.colour])
    return paper


def seen(image: Image.Image) -> list[tuple[str, str, int, int]]:
    """Colour, shape and centre (y, x) of each thing, sorted."""
    return sorted((r.colour, r.shape, *r.centre) for r in look(image).regions)


def kinds(image: Image.Image) -> list[tuple[str, str]]:
    return sorted((colour, shape) for colour, shape, *_ in seen(image))


def near(first: list, second: list, tolerance: int = 12) -> bool:
    return len(first) == len(second) and all(
        any(a[:2] == b[:2] and abs(a[2] - b[2]) + abs(a[3] - b[3]) <= tolerance for b in second)
        for a in first
    )


@PROPERTY
@given(drawings())
def test_each_thing_is_found_with_its_colour_shape_and_box(things: list[Drawn]) -> None:
    found = look(picture(things)).regions

    assert sorted((r.colour, r.shape) for r in found) == sorted((t.colour, t.shape) for t in things)
    for thing in things:
        x, y, r = *thing.centre, thing.radius
        expected = np.array(
            [(y - r) / SIZE[1], (x - r) / SIZE[0], (y + r) / SIZE[1], (x + r) / SIZE[0]]
        )
        gaps = [np.abs(np.array(region.box) - 1000 * expected).max() for region in found]
        assert min(gaps) <= 15


@PROPERTY
@given(drawings())
def test_mirrored_pictures_have_mirrored_things(things: list[Drawn]) -> None:
    image = picture(things)
    mirrored = [(c, s, y, 1000 - x) for c, s, y, x in seen(ImageOps.mirror(image))]

    assert near(seen(image), mirrored)


@PROPERTY
@given(drawings())
def test_turned_pictures_have_turned_things(things: list[Drawn]) -> None:
    image = picture(things)
    turned = seen(image.transpose(Image.Transpose.ROTATE_90))

    assert near(seen(image), [(c, s, x, 1000 - y) for c, s, y, x in turned])


@PROPERTY
@given(drawings())
def test_a_thing_that_is_removed_goes(things: list[Drawn]) -> None:
    assert len(look(picture(things[1:])).regions) == len(look(picture(things)).regions) - 1


@PROPERTY
@given(drawings())
def test_size_noise_and_compression_change_nothing(things: list[Drawn]) -> None:
    image = picture(things)
    expected = kinds(image)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    noise = np.random.default_rng(1).normal(0, 6, (*SIZE[::-1], 3))
    noisy = np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8)

    assert kinds(image.resize((2 * SIZE[0], 2 * SIZE[1]))) == expected
    assert kinds(Image.open(buffer).convert("RGB")) == expected
    assert kinds(Image.fromarray(noisy)) == expected


def test_the_description_follows_the_picture() -> None:
    things = [Drawn("red", "circle", PLACES[0]), Drawn("blue", "square", PLACES[5])]
    image = picture(things)

    assert "red circle at the top left" in describe(image)
    assert "red circle at the top right" in describe(ImageOps.mirror(image))
    assert "green" not in describe(image)
    recoloured = picture([Drawn("green", "circle", PLACES[0]), things[1]])
    assert "green circle at the top left" in describe(recoloured)


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("How many red things are there?", "two red"),
        ("How many circles do you see?", "one"),
        ("Is there anything purple?", "no purple"),
        ("What colour is the circle?", "blue"),
    ],
)
def test_questions_are_answered_from_the_regions(question: str, part: str) -> None:
    image = picture(
        [
            Drawn("red", "square", PLACES[0]),
            Drawn("red", "square", PLACES[2]),
            Drawn("blue", "circle", PLACES[4]),
        ]
    )
    assert part in describe(image, question)


def test_it_says_that_it_cannot_name_things() -> None:
    assert "can't tell what" in describe(picture([Drawn("red", "circle", PLACES[0])]))


def test_several_pictures_are_told_apart() -> None:
    first, second = (picture([Drawn(c, "circle", PLACES[1])]) for c in ("red", "blue"))
    text = describe_all([first, second])

    assert text.index("red") < text.index("blue")


def test_an_empty_picture_has_no_things() -> None:
    assert look(Image.new("RGB", (200, 100), "#2060c0")).regions == ()
    assert look(Image.new("RGB", (1, 1))).regions == ()
