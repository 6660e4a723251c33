"""The scenes: each function sets one up in an empty Blender and returns what stands there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from desktop import book, eraser, lamp, laptop, marker, notes, organiser, pen, pencil, tape_roll
from food import apple, aubergine, banana, crackers, napkin, orange, pear, sandwich, snack_bag
from materials import fabric, plain, wood
from playthings import board, cube, cylinder, die, disc, pawn, star, washer
from stage import Camera, Light, surface
from thing import Opening, Thing, stand
from vessels import bottle, bowl, holder, jar, lunch_box, mug, plant

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Setting:
    """A scene that stands ready: its things, from where it is seen, what lights it."""

    things: tuple[Thing, ...]
    camera: Camera
    light: Light = field(default_factory=Light)
    openings: tuple[Opening, ...] = ()


def fruit_table() -> Setting:
    """Fruit, two bowls, a mug and a jar on a wooden table."""
    surface(wood(), turn=-5)
    things = (
        stand(bowl("2456a8", 0.085, 0.06), "blue bowl", "blue", (-0.2, 0.13)),
        stand(bowl("e9e6df", 0.078, 0.05), "white bowl", "white", (0.07, -0.035)),
        stand(orange("6fae1f", 0.029), "lime", "green", (0.07, -0.035, 0.0085), 30),
        stand(jar("c0161f"), "red jar", "red", (0.045, 0.2)),
        stand(mug("157f78"), "teal mug", "teal", (0.235, 0.125), -25),
        stand(apple(), "red apple", "red", (-0.255, -0.06), 40),
        stand(orange(), "orange", "orange", (-0.11, -0.02)),
        stand(banana(), "banana", "yellow", (-0.14, -0.215), 8),
        stand(pear(), "green pear", "green", (0.235, -0.05), -15),
        stand(aubergine(), "aubergine", "purple", (0.09, -0.2, 0.033), (-90, 0, -62)),
    )
    return Setting(things, Camera((0.0, -0.78, 0.62), (0.0, -0.015, 0.02), 39))


PAINTS = {"red": "c4161c", "blue": "1d4fb0", "yellow": "f3bd0c", "green": "1f8a3c"}
PIECES = (
    ("pawn", pawn, "red", ((0, 0), (2, 1), (1, 3))),
    ("pawn", pawn, "blue", ((5, 5), (3, 4), (4, 2))),
    ("pawn", pawn, "yellow", ((0, 5), (2, 4), (1, 1))),
    ("pawn", pawn, "green", ((5, 0), (4, 4), (3, 0))),
    ("counter", disc, "red", ((5, 3), (3, 2))),
    ("counter", disc, "blue", ((0, 2), (2, 5))),
    ("counter", disc, "yellow", ((4, 1),)),
    ("counter", disc, "green", ((0, 4),)),
    ("cube", cube, "red", ((4, 5),)),
    ("cube", cube, "blue", ((1, 0),)),
    ("cube", cube, "yellow", ((5, 1), (3, 3))),
    ("cube", cube, "green", ((2, 2),)),
)
"""Kinds of pieces, who makes them, their colours, and columns and rows of the board."""


def game_board() -> Setting:
    """A board, larger than the picture, with pawns, counters and cubes in four colours."""
    surface(wood("7d5a3c", "a17a55"), turn=3)
    chance = np.random.default_rng(5)
    things = [stand(board(12, 8), "board", "beige", (0, -0.05))]
    for kind, build, colour, fields in PIECES:
        for number, field_of_board in enumerate(fields, 1):
            x, y = 0.05 * (np.array(field_of_board) - 2.5) + chance.uniform(-0.005, 0.005, 2)
            label = f"{colour} {kind}" + (f" {number}" if len(fields) > 1 else "")
            parts, turn = build(PAINTS[colour]), chance.uniform(0, 90)
            things.append(stand(parts, label, colour, (x, y, 0.0122), turn))
    things.append(stand(die(), "die", "white", (0.176, -0.026, 0.0122), 20))
    return Setting(tuple(things), Camera((0.02, -0.44, 0.42), (0.008, -0.008, 0.0), 40))


def washers() -> Setting:
    """Eleven steel washers of two sizes on a blue felt mat."""
    surface(fabric("27508a", 1500))
    where = [
        (-0.083, 0.046),
        (-0.03, 0.058),
        (0.032, 0.04),
        (0.088, 0.055),
        (-0.062, -0.002),
        (0.0, 0.003),
        (0.062, -0.006),
        (-0.094, -0.044),
        (-0.03, -0.05),
        (0.028, -0.043),
        (0.092, -0.052),
    ]
    large = {1, 4, 6, 9}
    things = tuple(
        stand(
            washer(0.0165, 0.0078) if n in large else washer(0.0125, 0.0058, 0.002),
            f"washer {n + 1}",
            "grey",
            at,
            31 * n,
        )
        for n, at in enumerate(where)
    )
    light = Light((-0.95, 0.8, 1.1), strength=38.0, fill=0.5)
    return Setting(things, Camera((0.0, -0.19, 0.262), (0.0, -0.003, 0.0), 41), light)


def pen_organiser() -> Setting:
    """A red pen at the left, a tray with pens at the right, an eraser and tape between."""
    surface(wood("ad8f68", "cdb48c"), turn=6)
    tray = (0.175, 0.03)
    things = (
        stand(pen(), "red pen", "red", (-0.225, -0.125, 0.0052), (-90, 0, -14)),
        stand(organiser(), "organiser", "teal", tray),
        stand(
            pencil(),
            "yellow pencil",
            "yellow",
            (tray[0] - 0.055, tray[1] - 0.063, 0.03),
            (-74, 0, 7),
        ),
        stand(
            marker("1d4fb0"),
            "blue marker",
            "blue",
            (tray[0] - 0.015, tray[1] - 0.06, 0.0115),
            (-90, 0, 4),
        ),
        stand(
            cube("8e2fa0", 0.026),
            "purple cube",
            "purple",
            (tray[0] + 0.057, tray[1] + 0.035, 0.003),
            18,
        ),
        stand(eraser(), "eraser", "blue", (-0.05, -0.13), 24),
        stand(tape_roll(), "green tape", "green", (-0.035, 0.075)),
        stand(mug("f0780f", 0.036, 0.08), "orange mug", "orange", (-0.19, 0.17), 200),
    )
    return Setting(things, Camera((0.0, -0.56, 0.54), (0.005, 0.015, 0.01), 42))


def desk() -> Setting:
    """A desk with a closed laptop at the side and other things where it should go."""
    surface(wood("b98f63", "d9b88a"), ((-2, -2, 0), (2, -2, 0), (2, 0.5, 0), (-2, 0.5, 0)))
    surface(plain("e6e2da", 0.9), ((-4, 0.5, -1.5), (4, 0.5, -1.5), (4, 0.5, 3), (-4, 0.5, 3)))
    things = (
        stand(laptop("a9adb4"), "closed laptop", "grey", (-0.265, -0.055), 76),
        stand(lamp(), "orange lamp", "orange", (-0.36, 0.28), -25),
        stand(plant("b5532f"), "potted plant", "green", (0.42, 0.27), 15),
        stand(book("1f4fa3", band="f0c419"), "blue notebook", "blue", (0.02, -0.03), -12),
        stand(mug("c01824"), "red mug", "red", (0.27, 0.06), -30),
        stand(notes(), "sticky notes", "yellow", (0.24, -0.17), 10),
        stand(holder("7b2f95"), "purple pen holder", "purple", (0.14, 0.26)),
        stand(marker("1f8a3c", 0.13), "green marker", "green", (0.135, 0.255, 0.006), (8, 9, 0)),
        stand(pencil(), "yellow pencil", "yellow", (0.15, 0.265, 0.006), (-6, 8, 0)),
        stand(pen("1c9440"), "green pen", "green", (0.02, -0.23, 0.0052), (-90, 0, -80)),
    )
    return Setting(
        things, Camera((0.02, -0.98, 0.62), (0.02, 0.06, 0.09), 47), Light(strength=74.0, fill=0.72)
    )


def lunch() -> Setting:
    """An open lunch box and what may go into it."""
    surface(wood("9c8468", "c2ab8b"), turn=4)
    things = (
        stand(lunch_box(), "lunch box", "teal", (-0.02, 0.09), 4),
        stand(napkin("e9e2d2"), "napkin", "white", (-0.28, 0.12), 14),
        stand(sandwich(), "sandwich", "brown", (-0.21, -0.1), 16),
        stand(apple(), "red apple", "red", (-0.055, -0.115), 10),
        stand(banana(), "banana", "yellow", (0.12, -0.19), 12),
        stand(snack_bag(), "pink snack bag", "pink", (0.25, -0.045), -16),
        stand(bottle("1d56b8"), "blue bottle", "blue", (0.2, 0.17), 20),
        stand(orange(), "orange", "orange", (0.09, -0.075)),
        stand(crackers(), "crackers", "brown", (0.3, 0.11), 0),
    )
    return Setting(things, Camera((0.0, -0.8, 0.66), (0.0, -0.005, 0.025), 41))


def block_and_bowl() -> Setting:
    """A blue block and an orange bowl, with three other things."""
    surface(wood("957b5b", "b99f79"), turn=-9)
    things = (
        stand(cube("1b4fb5", 0.052, 0.003), "blue block", "blue", (-0.14, -0.06), 22),
        stand(bowl("f58220", 0.082, 0.055), "orange bowl", "orange", (0.13, 0.06)),
        stand(cylinder("1f8a3c"), "green cylinder", "green", (-0.07, 0.13)),
        stand(star("f2c40f"), "yellow star", "yellow", (0.08, -0.14), 12),
        stand(cube("cc1a1e", 0.034, 0.003), "small red block", "red", (-0.25, 0.08), -14),
    )
    return Setting(things, Camera((-0.02, -0.6, 0.47), (-0.03, 0.0, 0.02), 42))


def pen_moving(step: int, steps: int) -> Setting:
    """A pen on its way from the desk into a holder: `step` 0 is the start, `steps` - 1 the end."""
    surface(wood("ad8f68", "cdb48c"), turn=6)
    things = (
        _pen_under_way(step / (steps - 1)),
        stand(holder("1f7fb0", 0.04, 0.09), "blue holder", "blue", (0.16, 0.06)),
        stand(notes(), "sticky notes", "yellow", (-0.17, 0.12), 14),
        stand(tape_roll(), "green tape", "green", (0.1, -0.13)),
    )
    return Setting(things, Camera((0.0, -0.56, 0.42), (0.0, 0.02, 0.055), 43))


def pen_film(seconds: float) -> Setting:
    """The same way as a film, at a time: the pen lies, is carried over in an arc, and stands."""
    surface(wood("ad8f68", "cdb48c"), turn=6)
    begins, ends = CARRIED
    things = (
        _pen_under_way(float(np.clip((seconds - begins) / (ends - begins), 0, 1))),
        stand(holder("1f7fb0", 0.04, 0.09), "blue holder", "blue", (0.16, 0.06)),
        stand(mug("1f8a3c", 0.036, 0.08), "green mug", "green", (0.01, -0.13), -30),
    )
    return Setting(things, Camera((0.0, -0.56, 0.42), (0.0, 0.02, 0.055), 43))


CARRIED = (1.5, 5.0)
"""Seconds of the film: when the pen leaves the desk, and when it stands in the holder."""


def _pen_under_way(t: float) -> Thing:
    """The red pen between the desk, `t` 0, and the blue holder, `t` 1."""
    start, end = np.array([-0.2, -0.1, 0.0052]), np.array([0.158, 0.058, 0.006])
    lifted = np.clip((t - 0.05) / 0.5, 0, 1)
    across = np.clip((t - 0.1) / 0.6, 0, 1)
    lowered = np.clip((t - 0.7) / 0.3, 0, 1)
    ease = [a * a * (3 - 2 * a) for a in (lifted, across, lowered)]
    ground = (1 - ease[1]) * start + ease[1] * end
    height = start[2] + (0.103 - start[2]) * ease[0] - (0.103 - end[2]) * ease[2]
    upright = ease[0]
    turn = (-90 + 98 * upright, 4 * upright, -25 * (1 - upright))
    return stand(pen(), "red pen", "red", (ground[0], ground[1], height), turn)


SCENES: dict[str, Callable[[], Setting]] = {
    made.__name__: made
    for made in (fruit_table, game_board, washers, pen_organiser, desk, lunch, block_and_bowl)
}
