"""The things of the sample picture: shapes as signed distances, and their colours.

A signed distance function tells how far a point is from the nearest point of a surface, negative
inside. The formulas for primitives are Inigo Quilez's: https://iquilezles.org/articles/ .
Lengths are decimetres, z is up, things stand on z = 0; colours are linear light except where
they are written as hexadecimal sRGB.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Array = np.ndarray
Surface = Callable[[Array], Array]
"""From points (3, n) to one signed distance each (n,), or to one colour each (3, n)."""

CLOSE = 0.002
LATTICE = np.random.default_rng(7).random((256, 256), np.float32)


@dataclass(frozen=True, slots=True)
class Thing:
    """One object: shape and colour in coordinates of its own, and where it stands."""

    name: str
    distance: Surface
    colour: Surface
    place: tuple[float, float] = (0, 0)
    reach: float = 1.0
    """Radius of a ball around the object's origin, on the table, that holds all of it."""
    turn: float = 0.0
    """Rotation about the vertical, in radians."""
    gloss: float = 0.5

    def local(self, points: Array) -> Array:
        """`points` of the world in the coordinates of this object."""
        cosine, sine = np.cos(self.turn), np.sin(self.turn)
        rotation = np.float32([[cosine, sine, 0], [-sine, cosine, 0], [0, 0, 1]])
        return rotation @ (points - column(*self.place, 0))


def column(*numbers: float) -> Array:
    """`numbers` as one vector, shape (3, 1)."""
    return np.float32(numbers)[:, None]


def linear(colour: str) -> Array:
    """Linear light of a colour written as sRGB, such as "d9821f"; shape (3, 1)."""
    return column(*bytes.fromhex(colour)) ** 2.2 / np.float32(255**2.2)


def length(vectors: Array) -> Array:
    """The length of each vector."""
    return np.sqrt(np.einsum("in,in->n", vectors, vectors))


def ramp(low: float, high: float, value: Array) -> Array:
    """0 below `low`, 1 above `high`, smooth between."""
    t = np.clip((value - low) / (high - low), 0, 1)
    return t * t * (3 - 2 * t)


def noise(u: Array, v: Array) -> Array:
    """Smooth noise between 0 and 1 with features of size 1."""
    i, j = np.floor(u).astype(int), np.floor(v).astype(int)
    s, t = ramp(0, 1, u - i), ramp(0, 1, v - j)
    here, right = LATTICE[i & 255, j & 255], LATTICE[(i + 1) & 255, j & 255]
    below, across = LATTICE[i & 255, (j + 1) & 255], LATTICE[(i + 1) & 255, (j + 1) & 255]
    return (here * (1 - s) + right * s) * (1 - t) + (below * (1 - s) + across * s) * t


def slab(u: Array, half_width: float, v: Array, half_height: float, rounding: float) -> Array:
    """Distance to a rectangle around the origin of the plane (u, v), its corners rounded."""
    du, dv = np.abs(u) - half_width + rounding, np.abs(v) - half_height + rounding
    outside = np.hypot(np.maximum(du, 0), np.maximum(dv, 0))
    return outside + np.minimum(np.maximum(du, dv), 0) - rounding


def table(dark: str = "8c6038", light: str = "bd925f") -> Thing:
    """A surface of planks along x, each cut from another place of the tree."""

    def wood(p: Array) -> Array:
        x, y, _ = p
        plank = np.floor(y / 1.7)
        across, along = y - 1.7 * plank, x + 37 * plank
        waves = 4 * noise(0.22 * along, 1.3 * across + 9 * plank) + noise(0.9 * along, 6 * across)
        grain = 0.5 + 0.5 * np.sin(9 * across + 3 * waves)
        plain = LATTICE[plank.astype(int) & 255, 3]
        tone = 0.3 * grain + 0.35 * noise(1.3 * along, 60 * y) + 0.35 * plain
        joint = ramp(0.03, 0.01, np.minimum(across, 1.7 - across))
        return (linear(dark) + (linear(light) - linear(dark)) * tone) * (1 - 0.65 * joint)

    return Thing("table", lambda p: p[2], wood, reach=100, gloss=0.12)


def orange(place: tuple[float, float], radius: float, colour: str = "ea7009") -> Thing:
    """A ball with the dimples of a peel."""

    def distance(p: Array) -> Array:
        x, y, z = p - column(0, 0, 0.96 * radius)
        dimples = np.sin(37 * x) * np.sin(37 * y + 1) * np.sin(37 * z + 2)
        return np.sqrt(x * x + y * y + (z / 0.96) ** 2) - radius + 0.0015 * dimples

    return Thing("orange", distance, lambda _: linear(colour), place, 2.1 * radius, gloss=0.3)


def apple(place: tuple[float, float], radius: float, colour: str = "86b234") -> Thing:
    """A spindle torus, whose outside has an apple's hollows, and a stem in the upper one."""
    hub, tube = 0.36 * radius, 0.64 * radius
    top = 1.6 * tube

    def fruit_and_stem(p: Array) -> tuple[Array, Array]:
        x, y, z = p
        slim = 1 - 0.16 * ramp(0.8 * radius, 0.0, z)
        fruit = np.hypot(np.hypot(x, y) / slim - hub, (z - 1.08 * tube) / 1.1) - tube
        up = np.clip(z - top, 0, 0.8 * tube)
        stem = np.sqrt((x - 0.3 * up) ** 2 + y * y + (z - top - up) ** 2) - 0.045 * radius
        return 0.8 * fruit, 0.8 * stem

    def colour_of(p: Array) -> Array:
        fruit, stem = fruit_and_stem(p)
        skin = linear(colour) * (0.85 + 0.4 * noise(3 * p[0], 3 * p[1]))
        return np.where(stem < fruit, linear("4a3018"), skin)

    def distance(p: Array) -> Array:
        return np.minimum(*fruit_and_stem(p))

    return Thing("apple", distance, colour_of, place, 2.3 * radius, gloss=0.6)


def mug(place: tuple[float, float], radius: float, colour: str = "2c60ba") -> Thing:
    """A hollow cylinder with a ring for a handle, filled with tea."""
    height, wall = 1.8 * radius, 0.06 * radius

    def distance(p: Array) -> Array:
        x, y, z = p
        around = np.hypot(x, y)
        side = slab(around - radius + wall, wall, z - height / 2, height / 2, 0.8 * wall)
        tea = slab(around, radius - wall, z - 0.4 * height, 0.4 * height, 0.0)
        ring = np.hypot(x - radius, z - height / 2) - 0.52 * radius
        handle = np.maximum(np.hypot(ring, y) - 0.11 * radius, radius - wall - around)
        return np.minimum(np.minimum(side, tea), handle)

    def colour_of(p: Array) -> Array:
        tea = (np.hypot(p[0], p[1]) < radius - 1.9 * wall) & (p[2] < 0.81 * height)
        return np.where(tea, linear("8a4513"), linear(colour))

    return Thing("mug", distance, colour_of, place, 2.3 * radius, turn=-0.5, gloss=0.7)


def plate(place: tuple[float, float], radius: float, colour: str = "ecebe6") -> Thing:
    """A thin disc whose rim rises."""

    def distance(p: Array) -> Array:
        around = np.hypot(p[0], p[1])
        rise = 0.06 + 0.2 * radius * ramp(0.6 * radius, 1.15 * radius, around)
        return 0.85 * slab(around, radius, p[2] - rise, 0.04, 0.03)

    return Thing("plate", distance, lambda _: linear(colour), place, 1.2 * radius, gloss=0.5)


def book(
    place: tuple[float, float], size: tuple[float, float, float], colour: str = "ab1a1c"
) -> Thing:
    """A closed book lying flat: a block of pages between two covers and a spine."""
    half_length, half_width, half_height = (side / 2 for side in size)

    def block(p: Array, smaller: float) -> Array:
        half = column(half_length, half_width, half_height) - smaller
        beyond = np.abs(p - column(0, 0, half_height)) - half
        return length(np.maximum(beyond, 0)) + np.minimum(beyond.max(axis=0), 0)

    def gap(p: Array) -> Array:
        return np.maximum(np.abs(p[2] - half_height) - half_height + 0.04, p[1] - half_width + 0.06)

    def distance(p: Array) -> Array:
        return np.minimum(block(p, 0.06), np.maximum(block(p, 0.02) - 0.02, -gap(p)))

    def colour_of(p: Array) -> Array:
        paper = linear("efe3c4") * (0.85 + 0.15 * np.sin(150 * p[2]))
        return np.where(block(p, 0.06) < CLOSE, paper, linear(colour))

    return Thing("book", distance, colour_of, place, max(size), turn=0.35, gloss=0.3)


def tea_table() -> tuple[Thing, ...]:
    """The things of the sample picture."""
    return (
        table(),
        mug((-1.75, 0.55), 0.62),
        plate((0.35, -0.75), 1.15),
        orange((2.1, 0.4), 0.5),
        apple((0.35, 1.4), 0.52),
        book((-1.9, -1.3), (1.9, 1.3, 0.3)),
    )
