"""Pieces of games, toys and hardware; lengths in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from forms import block, cut, grid, mesh, rectangle, rounded, smooth_line, turned
from materials import fabric, metal, plain, wood
from thing import Part

if TYPE_CHECKING:
    from bpy.types import Material, Object

Parts = tuple[Part, ...]


def pawn(colour: str, size: float = 1.0) -> Parts:
    """A turned pawn, 34 mm tall."""
    outline = [
        (0, 0),
        (0.011, 0),
        (0.0115, 0.004),
        (0.0095, 0.0075),
        (0.006, 0.014),
        (0.0043, 0.0205),
    ]
    outline += [(0.0058, 0.0225), (0.0078, 0.0275), (0.006, 0.0325), (0, 0.0345)]
    profile = np.clip(smooth_line(outline, 6), 0, None) * size
    return (Part(turned(profile, plain(colour, 0.28, Coat_Weight=0.5))),)


def disc(colour: str, radius: float = 0.0135, height: float = 0.007) -> Parts:
    """A flat round counter with a raised edge."""
    top = [
        (0, 0),
        (radius, 0),
        (radius, height),
        (0.78 * radius, height),
        (0.72 * radius, 0.8 * height),
        (0, 0.8 * height),
    ]
    return (Part(turned(rounded(top, 0.0012), plain(colour, 0.3, Coat_Weight=0.4))),)


def cube(colour: str, side: float = 0.018, bevel: float = 0.0018) -> Parts:
    """A painted cube."""
    return (Part(block((side, side, side), plain(colour, 0.35, Coat_Weight=0.3), bevel=bevel)),)


def die(side: float = 0.017, colour: str = "f4f1e8", spot: str = "1b1b1f") -> Parts:
    """A die that shows a five above and a three towards -y."""
    s = side / 2
    parts = [Part(block((side, side, side), plain(colour, 0.25, Coat_Weight=0.5), bevel=0.0028))]
    step = 0.5 * s
    five = [(0, 0), (step, step), (-step, step), (step, -step), (-step, -step)]
    for x, y in five:
        dot = turned([(0.0016, 0), (0.0014, 0.0003), (0, 0.0003)], plain(spot, 0.3))
        dot.location = (x, y, side)
        parts.append(Part(dot))
    for x, z in five[:1] + five[1::3]:
        dot = turned([(0.0016, 0), (0.0014, 0.0003), (0, 0.0003)], plain(spot, 0.3))
        dot.location, dot.rotation_euler = (x, -s, s + z), (np.pi / 2, 0, 0)
        parts.append(Part(dot))
    return tuple(parts)


def board(
    columns: int, rows: int, cell: float = 0.05, field: str = "e6dcc4", frame: str = "5a3520"
) -> Parts:
    """A framed board, its cells parted by fine lines; its top is 12 mm up."""
    width, depth, border = columns * cell, rows * cell, 0.018
    rail, ink = wood(frame, "7a4c2e"), plain("8a7a5c", 0.6)
    across, along = (width + 2 * border, border, 0.016), (border, depth, 0.016)
    parts = [block((width, depth, 0.012), plain(field, 0.5), bevel=0.001)]
    for side in (-0.5, 0.5):
        parts.append(block(across, rail, (0, side * (depth + border), 0), 0.002))
        parts.append(block(along, rail, (side * (width + border), 0, 0), 0.002))
    for k in range(1, columns):
        at = ((k - columns / 2) * cell, 0, 0.012)
        parts.append(block((0.0011, depth, 0.0002), ink, at, 0.00005))
    for k in range(1, rows):
        at = (0, (k - rows / 2) * cell, 0.012)
        parts.append(block((width, 0.0011, 0.0002), ink, at, 0.00005))
    return tuple(Part(part) for part in parts)


def washer(radius: float = 0.016, hole: float = 0.0075, height: float = 0.0024) -> Parts:
    """A steel washer lying flat."""
    ring = [(hole, 0.001), (hole, height), (radius, height), (radius, 0), (hole, 0), (hole, 0.001)]
    return (Part(turned(rounded(ring, 0.0007), metal("c2c5ca", 0.26, 0.3), 96)),)


def ball(colour: str, radius: float = 0.04, stripe: str = "") -> Parts:
    """A rubber ball, with a belt of another colour if `stripe` is given."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 48)
    profile = radius * np.stack([np.cos(turn), np.sin(turn) + 1], axis=1)
    profile[0, 0] = profile[-1, 0] = 0
    parts = [Part(turned(profile, plain(colour, 0.4, Coat_Weight=0.4)))]
    if stripe:
        belt = profile[22:26] * [1.004, 1] + [0.0002, 0]
        parts.append(Part(turned(belt, plain(stripe, 0.4)), "stripe"))
    return tuple(parts)


def cylinder(colour: str, radius: float = 0.024, height: float = 0.06) -> Parts:
    """A wooden cylinder."""
    profile = rounded([(0, 0), (radius, 0), (radius, height), (0, height)], 0.0025)
    return (Part(turned(profile, plain(colour, 0.4, Coat_Weight=0.2))),)


def star(colour: str, radius: float = 0.034, height: float = 0.016) -> Parts:
    """A five-pointed star lying flat."""
    angles = np.radians(np.arange(90, 450, 36))
    reach = np.where(np.arange(10) % 2, 0.5, 1.0) * radius
    outline = np.stack([reach * np.cos(angles), reach * np.sin(angles)], axis=1)
    return (Part(cut(rounded(outline, 0.004, closed=True), height, plain(colour, 0.4), 0.002)),)


def car(colour: str, window: str = "2a2d33", scale: float = 1.0) -> Parts:
    """A toy car along x, 9 cm times `scale` long."""
    side = np.array([(-45, 12), (45, 12), (45, 30), (24, 33), (12, 50), (-26, 50), (-42, 34)]) * (
        scale / 1000
    )
    glass = np.array([(-20, 36), (16, 36), (9, 46), (-20, 46)]) * (scale / 1000)
    body = _upright(
        rounded(side, 0.006 * scale, closed=True),
        0.04 * scale,
        plain(colour, 0.25, Coat_Weight=0.7),
        0.004 * scale,
    )
    panes = _upright(
        rounded(glass, 0.002 * scale, closed=True), 0.0408 * scale, plain(window, 0.1), 0.0002
    )
    tread = np.array([(0, 0), (12, 0), (12, 10), (6, 10), (6, 8), (0, 8)]) * (scale / 1000)
    wheels = []
    for x in (-0.026, 0.027):
        for y in (-0.0115, 0.0215):
            tyre = turned(rounded(tread, 0.002 * scale), plain("222226", 0.6))
            tyre.location, tyre.rotation_euler = (
                (x * scale, y * scale, 0.012 * scale),
                (np.pi / 2, 0, 0),
            )
            wheels.append(Part(tyre, "wheels"))
    return Part(body, "body"), Part(panes, "windows"), *wheels


def _upright(outline: np.ndarray, thickness: float, material: Material, bevel: float) -> Object:
    """A plate that stands along x, `outline` its side view, its middle above the origin."""
    made = cut(outline, thickness, material, bevel)
    made.location, made.rotation_euler = (0, thickness / 2, 0), (np.pi / 2, 0, 0)
    return made


def towels(colours: tuple[str, ...], size: tuple[float, float] = (0.19, 0.15)) -> Parts:
    """A stack of folded towels."""
    return tuple(
        Part(block((size[0], size[1], 0.03), fabric(colour, 700), (0, 0, 0.0305 * k), 0.012))
        for k, colour in enumerate(colours)
    )


def tissue_box(colour: str = "3aa0c8") -> Parts:
    """A box of tissues, one half drawn out."""
    carton = block((0.15, 0.12, 0.085), plain(colour, 0.6), bevel=0.002)
    slot = cut(rectangle(0.08, 0.03, 0.014), 0.0006, plain("1e2a30", 0.8), 0.0001)
    slot.location = (0, 0, 0.085)
    t, h = np.meshgrid(np.linspace(-1, 1, 24), np.linspace(0, 1, 8))
    x, y = 0.045 * t * (1 - 0.25 * h), 0.01 * np.sin(5 * t + 2 * h) * (0.4 + h)
    points = np.stack([x, y, 0.083 + 0.05 * h * (1 - 0.45 * np.abs(t))], axis=-1)
    sheet = mesh(points.reshape(-1, 3), grid(8, 24), plain("f6f4ee", 0.9), crease=80)
    return Part(carton), Part(slot), Part(sheet, "tissue")
