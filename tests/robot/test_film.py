from __future__ import annotations

import base64
import io
import random

import pytest
from PIL import Image

from gemini_nb.robot.film import Film
from gemini_nb.robot.robot import Step

STEPS = (
    Step("move", {"x": 1, "y": -2, "high": True}, "at x=1, y=-2"),
    Step("move", {"x": 900, "y": 0, "high": True}, "outside of the workspace", is_error=True),
    Step("say", {"text": "<b>hi</b>"}, "done"),
)


PLAIN = """\
3 calls, 1 refused
     call  arguments              result
  1  move  x=1, y=-2, high=True   at x=1, y=-2
  2  move  x=900, y=0, high=True  refused: outside of the workspace
  3  say   text='<b>hi</b>'       done"""


def noise(seed: int) -> Image.Image:
    return Image.frombytes("RGB", (320, 240), random.Random(seed).randbytes(320 * 240 * 3))


def film(count: int = 9) -> Film:
    shades = [Image.new("RGB", (320, 240), (20 * at, 90, 90)) for at in range(count)]
    return Film(tuple((at * 3 // count, each) for at, each in enumerate(shades)), STEPS)


def test_a_film_tells_its_calls_and_plays() -> None:
    bundle = film()._repr_mimebundle_()
    assert bundle["text/plain"] == PLAIN
    assert "<b>hi" not in bundle["text/html"]
    assert "data:image/webp;base64," in bundle["text/html"]
    still = Image.open(io.BytesIO(base64.b64decode(bundle["image/jpeg"])))
    assert still.format == "JPEG"
    assert bundle == film()._repr_mimebundle_()


def test_an_animation_has_a_strip_and_all_frames_that_fit() -> None:
    played = Image.open(io.BytesIO(film().animation()))
    assert (played.format, played.n_frames) == ("WEBP", 9)
    assert played.width == 320
    assert played.height > 240


@pytest.mark.parametrize("most", [300_000, 45_000])
def test_a_film_is_never_heavy(most: int) -> None:
    heavy = Film(tuple((0, noise(at)) for at in range(8)), STEPS)
    data = heavy.animation(most)
    assert len(data) <= most
    assert Image.open(io.BytesIO(data)).size[0] == 320
    assert len(heavy._repr_mimebundle_()["text/html"]) < 300_000


def test_a_contact_sheet_has_the_end_of_each_call() -> None:
    sheet = film().contact_sheet()
    assert sheet.width > 3 * 160
    assert sheet.height < 200
    many = Film(tuple((at, noise(at)) for at in range(20)), STEPS * 7)
    assert many.contact_sheet().height < 2 * 200


def test_what_did_not_move_is_only_a_table() -> None:
    assert film(0)._repr_mimebundle_().keys() == {"text/plain", "text/html"}


def test_a_film_without_its_first_calls() -> None:
    later = film().since(2)
    assert [step.function for step in later.steps] == ["say"]
    assert [at for at, _ in later.frames] == [0, 0, 0]
