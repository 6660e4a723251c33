"""Render the tutorials' sample photograph: a tea table, drawn from distance functions.

    python tools/render_sample_image.py            # writes notebooks/images/tea_table.jpg

Each surface is a signed distance function (how far is its nearest point?), rays march through
space by that distance, and a soft shadow falls where a ray to the light passed something
closely. The technique and the formulas for primitives and penumbras are Inigo Quilez's:
https://iquilezles.org/articles/ . The picture depends on this file alone. Lengths are
decimetres, z is up, colours are linear light except where they are written as hexadecimal sRGB.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

Array = np.ndarray
Surface = Callable[[Array], Array]
"""From points (3, n) to one signed distance each (n,), or to one colour each (3, n)."""

FAR = 30.0
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


def nearest(things: tuple[Thing, ...], points: Array) -> tuple[Array, Array]:
    """Distance from each point to the closest surface, and the index of its owner."""
    distances = np.empty((len(things), points.shape[1]), np.float32)
    for row, thing in zip(distances, things, strict=True):
        row[:] = length(points - column(*thing.place, 0)) - thing.reach
        inside = np.flatnonzero(row < 1)
        row[inside] = thing.distance(thing.local(points[:, inside]))
    return distances.min(axis=0), distances.argmin(axis=0)


def march(things: tuple[Thing, ...], start: Array, directions: Array) -> Array:
    """How far each ray gets before it meets a surface, FAR at most."""
    travelled = np.zeros(directions.shape[1], np.float32)
    moving = np.arange(directions.shape[1])
    for _ in range(90):
        step, _ = nearest(things, start + travelled[moving] * directions[:, moving])
        travelled[moving] += step
        moving = moving[(step > CLOSE) & (travelled[moving] < FAR)]
    return travelled


def sunlight(things: tuple[Thing, ...], start: Array, softness: float = 0.16) -> Array:
    """How much of the sun, an apparent `softness` wide, each point sees: 0 to 1."""
    seen, travelled = np.ones((2, start.shape[1]), np.float32)
    travelled *= 0.04
    before = np.full(start.shape[1], 1e9, np.float32)
    moving = np.arange(start.shape[1])
    for _ in range(60):
        along = travelled[moving]
        step, _ = nearest(things, start[:, moving] + along * SUN)
        back = np.where(step < before[moving], step**2 / (2 * before[moving]), 0)
        passed = np.sqrt(np.maximum(step**2 - back**2, 0)) / np.maximum(along - back, 1e-3)
        seen[moving] = np.minimum(seen[moving], np.where(step < CLOSE, 0, passed / softness))
        before[moving] = step
        travelled[moving] += np.clip(step, 0.01, 0.4)
        moving = moving[(seen[moving] > 0) & (travelled[moving] < 6)]
    return ramp(0, 1, seen)


def openness(things: tuple[Thing, ...], points: Array, normal: Array) -> Array:
    """How much of the sky each point sees: 1 in the open, less in corners."""
    heights = (0.06, 0.15, 0.3, 0.6)
    free = (np.clip(nearest(things, points + h * normal)[0] / h, 0, 1) for h in heights)
    return 1 - 0.37 * sum((1 - f) * 0.6**i for i, f in enumerate(free))


def normals(things: tuple[Thing, ...], points: Array) -> Array:
    """The outward direction of the surface at each point, from four samples around it."""
    corners = [column(1, -1, -1), column(-1, -1, 1), column(-1, 1, -1), column(1, 1, 1)]
    slope = sum(c * nearest(things, points + 0.003 * c)[0] for c in corners)
    return slope / length(slope)


SUN = column(-0.58, -0.14, 0.8)
"""Where the light comes from: a window on the left."""


def room(directions: Array) -> Array:
    """What shiny things mirror from `directions`: a window of four panes in a light room."""
    u = np.abs(np.float32([0.24, -0.97, 0.0]) @ directions)
    v = np.abs(np.float32([0.78, 0.19, 0.6]) @ directions)
    panes = ramp(0.3, 0.26, u) * ramp(0.36, 0.32, v) * ramp(0.01, 0.03, u) * ramp(0.01, 0.03, v)
    return 0.25 + 0.35 * np.maximum(directions[2], 0) + 9 * panes * (SUN[:, 0] @ directions > 0)


def shade(things: tuple[Thing, ...], eye: Array, directions: Array) -> Array:
    """The light that reaches `eye` from `directions`, shape (3, n)."""
    points = eye + march(things, eye, directions) * directions
    _, owner = nearest(things, points)
    colour, gloss = np.zeros_like(points), np.zeros(points.shape[1], np.float32)
    for index, thing in enumerate(things):
        mine = np.flatnonzero(owner == index)
        colour[:, mine] = thing.colour(thing.local(points[:, mine]))
        gloss[mine] = thing.gloss
    normal = normals(things, points)
    above = points + 0.015 * normal
    lit, sky = sunlight(things, above), openness(things, points, normal)
    light = (
        2.3 * lit * np.maximum(SUN[:, 0] @ normal, 0) * column(1, 0.94, 0.85)
        + sky * (0.6 + 0.4 * normal[2]) * column(0.5, 0.56, 0.66)
        + sky * (0.5 - 0.5 * normal[2]) * column(0.4, 0.27, 0.15)
    )
    facing = -np.einsum("in,in->n", directions, normal)
    mirrored = directions + 2 * facing * normal
    fresnel = gloss * (0.04 + 0.5 * (1 - np.clip(facing, 0, 1)) ** 5)
    return colour * light + fresnel * room(mirrored) * (0.3 + 0.7 * lit) * sky


def photograph(
    things: tuple[Thing, ...], width: int = 960, height: int = 640, samples: int = 3
) -> Image.Image:
    """`things` as seen from a chair, each pixel the mean of `samples` x `samples` rays."""
    eye, target = column(0.3, -8.2, 6.6), column(0, 0.25, 0.2)
    ahead = (target - eye) / length(target - eye)
    right = column(ahead[1, 0], -ahead[0, 0], 0) / np.hypot(*ahead[:2, 0])
    up = np.cross(right, ahead, axis=0)
    across = (np.arange(width * samples, dtype=np.float32) + 0.5) / samples / width - 0.5
    rows = []
    for row in range(height):
        lines = 0.5 - (row + (np.arange(samples, dtype=np.float32) + 0.5) / samples) / height
        u, v = (grid.ravel() for grid in np.meshgrid(across, lines * height / width))
        rays = ahead + 0.72 * (u * right + v * up)
        light = shade(things, eye, rays / length(rays)) * (1 - 0.9 * (u * u + v * v))
        encoded = (1 - np.exp(-1.15 * np.clip(light, 0, None))) ** (1 / 2.2)
        rows.append(encoded.reshape(3, samples, width, samples).mean(axis=(1, 3)).T)
    return Image.fromarray(np.round(255 * np.stack(rows)).astype(np.uint8))


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


if __name__ == "__main__":
    beside = Path(__file__).parent.parent / "notebooks" / "images" / "tea_table.jpg"
    destination = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    photograph(tea_table()).save(destination, quality=88, optimize=True)
    print(f"{destination.name}: {destination.stat().st_size:,} bytes")
