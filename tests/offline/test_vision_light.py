"""Light, shade, texture and shadows are not things."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from scipy import ndimage

from gemini_nb.offline.vision.looking import describe, look

PROPERTY = settings(max_examples=6, derandomize=True, deadline=None)
COLOURS = {"red": (176, 24, 24), "blue": (36, 84, 200), "green": (70, 150, 40)}
GROUNDS = {"wood": (176, 132, 84), "cloth": (214, 214, 210), "slate": (96, 104, 116)}
PLACES = [(90, 100), (90, 300), (250, 100), (250, 300), (170, 200)]
HEIGHT, WIDTH = 340, 400
SAMPLE = Path(__file__).parents[2] / "notebooks" / "images" / "tea_table.jpg"


@dataclass(frozen=True)
class Ball:
    """A shaded ball that lies on the table."""

    colour: str
    y: int
    x: int
    radius: int


@st.composite
def balls(draw: st.DrawFn) -> list[Ball]:
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=4, unique=True))
    colour, radius = st.sampled_from(sorted(COLOURS)), st.integers(24, 42)
    return [Ball(draw(colour), y, x, draw(radius)) for y, x in places]


def photograph(things: list[Ball], ground: str) -> Image.Image:
    """Balls on a textured table, lit from the upper left, each with a soft shadow."""
    y, x = np.indices((HEIGHT, WIDTH))
    chance = np.random.default_rng(5)
    grain = ndimage.gaussian_filter(chance.normal(size=(HEIGHT, WIDTH)), (1, 12))
    light = 1.1 - 0.3 * (x + y) / (HEIGHT + WIDTH) + 0.3 * grain
    shadows = np.ones((HEIGHT, WIDTH))
    for ball in things:
        shifted = np.hypot(y - ball.y - 0.4 * ball.radius, (x - ball.x - 0.6 * ball.radius) / 1.2)
        shadows -= 0.6 * (shifted < ball.radius)
    light *= np.clip(ndimage.gaussian_filter(shadows, 5), 0.3, 1)
    pixels = light[..., None] * np.array(GROUNDS[ground], float)
    for ball in things:
        dy, dx = (y - ball.y) / ball.radius, (x - ball.x) / ball.radius
        inside = dy**2 + dx**2 < 1
        height = np.sqrt(np.clip(1 - dy**2 - dx**2, 0, 1))
        facing = np.clip(0.55 * height - 0.5 * dy - 0.5 * dx, 0, 1)
        glint = 220 * np.clip(facing - 0.93, 0, 1) / 0.07
        shaded = (0.5 + 0.8 * facing)[..., None] * np.array(COLOURS[ball.colour], float)
        pixels[inside] = (shaded + glint[..., None])[inside]
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


@PROPERTY
@given(balls(), st.sampled_from(sorted(GROUNDS)))
def test_only_the_balls_are_things(things: list[Ball], ground: str) -> None:
    found = look(photograph(things, ground)).regions

    assert sorted(region.colour for region in found) == sorted(ball.colour for ball in things)
    for ball in things:
        centre = np.array([1000 * ball.y / HEIGHT, 1000 * ball.x / WIDTH])
        assert min(np.abs(np.array(region.centre) - centre).max() for region in found) < 25


@PROPERTY
@given(balls(), st.sampled_from(sorted(GROUNDS)))
def test_compression_changes_nothing(things: list[Ball], ground: str) -> None:
    image = photograph(things, ground)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    compressed = look(Image.open(buffer).convert("RGB")).regions

    assert sorted(region.colour for region in compressed) == sorted(b.colour for b in things)


def test_a_table_and_a_wall_are_both_ground() -> None:
    pixels = np.full((HEIGHT, WIDTH, 3), (236, 234, 230), np.uint8)
    pixels[200:] = (130, 84, 46)
    pixels[150:230, 60:130] = (36, 84, 200)
    scene = look(Image.fromarray(pixels))

    assert [ground.colour for ground in scene.grounds] == ["white", "brown"]
    assert [region.colour for region in scene.regions] == ["blue"]


def test_a_ring_shows_the_ground_through_its_hole() -> None:
    y, x = np.indices((HEIGHT, WIDTH))
    away = np.hypot(y - 170, x - 200)
    pixels = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    pixels[(away < 80) & (away > 45)] = (36, 84, 200)
    holed = look(Image.fromarray(pixels)).regions
    pixels[away < 30] = (176, 24, 24)
    with_ball = look(Image.fromarray(pixels)).regions

    assert [(region.colour, region.shape) for region in holed] == [("blue", "ring")]
    assert [(region.colour, region.inside) for region in with_ball] == [("blue", None), ("red", 0)]


def test_the_sample_photograph_is_described_truly() -> None:
    scene = look(Image.open(SAMPLE).convert("RGB"))
    outer = sorted(region.colour for region in scene.regions if region.inside is None)

    assert outer == ["blue", "green", "orange", "red", "white"]


@pytest.mark.parametrize("seed", range(3))
def test_noise_is_looked_at_in_reasonable_time_and_without_an_error(seed: int) -> None:
    noise = np.random.default_rng(seed).integers(0, 256, (190, 256, 3), np.uint8)

    assert "picture of 256 x 190 pixels" in describe(Image.fromarray(noise))
