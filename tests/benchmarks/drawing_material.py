"""What the drawing benchmark draws: photographs and answers, made from seeds."""

from __future__ import annotations

import io
import json
from random import Random
from typing import NamedTuple

import numpy as np
from PIL import Image

JPEG_QUALITY = 90
QUALITIES = (
    "striped",
    "small",
    "blue",
    "cracked",
    "wooden",
    "empty",
    "folded",
    "left-hand",
    "worn",
)
THINGS = (
    "mug",
    "cereal bowl",
    "screwdriver",
    "bread knife",
    "notebook",
    "pear",
    "tea towel",
    "cable reel",
    "paint brush",
    "jar of buttons",
    "door handle",
    "gripper finger",
)
PLACES = ("", " on tray {}", " in slot {}", " behind kettle {}", " {} cm from the edge")


class Size(NamedTuple):
    """A photograph's size in pixels, and how grainy it is, in grey levels of 255."""

    width: int
    height: int
    grain: float


# Chosen so that the files weigh what a phone's and a camera's photos of these sizes do.
SIZES = (Size(1280, 960, 5.2), Size(3840, 2160, 3.8))


def photograph(size: Size) -> bytes:
    """A JPEG of round things on a lit wooden table, with a sensor's noise."""
    chance = np.random.default_rng(7)
    y, x = np.ogrid[0 : 1 : size.height * 1j, 0 : 1 : size.width * 1j]
    veins = np.sin(90 * y + 9 * np.sin(4 * x + 7 * y)) + 0.5 * np.sin(410 * y + 11 * x)
    shade = (0.62 + 0.05 * veins).astype(np.float32)
    pixels = shade[..., np.newaxis] * np.array([205, 150, 100], np.float32)
    for _ in range(24):
        middle_y, middle_x, radius = chance.uniform((0, 0, 0.03), (1, 1, 0.11))
        from_middle = np.hypot((y - middle_y) * size.height / size.width, x - middle_x) / radius
        inside = from_middle < 1
        ball = 1.1 - 0.6 * from_middle[inside, np.newaxis] ** 2
        pixels[inside] = chance.uniform(40, 230, 3) * ball
    light = (1.15 - 0.5 * np.hypot(y - 0.3, x - 0.4)).astype(np.float32)
    noise = chance.standard_normal((size.height, size.width, 3), np.float32) * size.grain
    exposed = np.clip(pixels * light[..., np.newaxis] + noise, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(exposed).save(file, "JPEG", quality=JPEG_QUALITY)
    return file.getvalue()


def answer(count: int, seed: int) -> str:
    """A model's answer with `count` labelled boxes and `count` labelled points, fenced."""
    chance = Random(seed)
    boxes = [{"box_2d": box(chance), "label": label(chance)} for _ in range(count)]
    points = [
        {"point": [chance.randrange(1001), chance.randrange(1001)], "label": label(chance)}
        for _ in range(count)
    ]
    items = ",\n".join(f"  {json.dumps(item)}" for item in boxes + points)
    return f"```json\n[\n{items}\n]\n```"


def box(chance: Random) -> list[int]:
    """[ymin, xmin, ymax, xmax], 4 to 20 % of the picture's height and width."""
    height, width = chance.randint(40, 200), chance.randint(40, 200)
    ymin, xmin = chance.randint(0, 1000 - height), chance.randint(0, 1000 - width)
    return [ymin, xmin, ymin + height, xmin + width]


def label(chance: Random) -> str:
    """A name such as a model gives: "striped mug", "empty jar of buttons on tray 12"."""
    place = chance.choice(PLACES).format(chance.randrange(1000))
    return f"{chance.choice(QUALITIES)} {chance.choice(THINGS)}{place}"
