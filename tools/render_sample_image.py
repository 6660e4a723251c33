"""Render the tutorials' sample photograph, a tea table.

    python tools/render_sample_image.py            # writes notebooks/images/tea_table.jpg

Rays march through space by the distance to the nearest surface, and a soft shadow falls where a
ray to the light passed something closely; the technique and the formula for penumbras are Inigo
Quilez's: https://iquilezles.org/articles/ . The same code gives the same pixels.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
from PIL import Image
from sample_things import CLOSE, Array, Thing, column, length, ramp, tea_table

FAR = 30.0
SHADOW_REACH = 6  # farther than any thing here throws its shadow


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
        moving = moving[(seen[moving] > 0) & (travelled[moving] < SHADOW_REACH)]
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


if __name__ == "__main__":
    beside = Path(__file__).parent.parent / "notebooks" / "images" / "tea_table.jpg"
    destination = Path(sys.argv[1]) if len(sys.argv) > 1 else beside
    photograph(tea_table()).save(destination, quality=88, optimize=True)
    print(f"{destination.name}: {destination.stat().st_size:,} bytes")
