"""Bowls, cups, jars and other things that hold something; lengths in metres."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from forms import blade, block, cut, mesh, rectangle, rounded, smooth_line, tube, turned
from materials import bread, ceramic, fabric, plain
from thing import Part

if TYPE_CHECKING:
    import bpy

Parts = tuple[Part, ...]


def bowl(colour: str, radius: float = 0.075, height: float = 0.055) -> Parts:
    """An open bowl on a low foot."""
    foot = [
        (0, 0.003),
        (0.4 * radius, 0.003),
        (0.42 * radius, 0),
        (0.46 * radius, 0),
        (0.48 * radius, 0.006),
    ]
    rise = np.linspace(0.12, 1, 14)
    wall = np.stack([radius * (0.42 + 0.58 * rise**0.6), height * rise**1.25], axis=1)
    inside = wall[::-1] - [[0.0042, -0.0012]]
    lip = [
        (radius - 0.0005, height + 0.0012),
        (radius - 0.0021, height + 0.002),
        (radius - 0.0037, height + 0.0014),
    ]
    lower = np.vstack([foot, wall])
    upper = np.vstack([wall[-1:], lip, inside[:1]])
    floor = [(0.3 * radius, 0.0075), (0.15 * radius, 0.0068), (0, 0.0066)]
    glaze = ceramic(colour)
    return (
        Part(turned(lower, glaze)),
        Part(turned(upper, glaze, crease=80), "rim"),
        Part(turned(np.vstack([inside, floor]), glaze)),
    )


def mug(colour: str, radius: float = 0.039, height: float = 0.088, drink: str = "2b1508") -> Parts:
    """A mug of coffee, its handle towards +x."""
    wall, glaze = 0.0042, ceramic(colour)
    outside = rounded([(0, 0.001), (radius - 0.004, 0), (radius, 0.006), (radius, height)], 0.006)
    lip = rounded(
        [
            (radius, height - 0.003),
            (radius, height),
            (radius - wall, height),
            (radius - wall, height - 0.004),
        ],
        0.002,
    )
    inside = [(radius - wall, height - 0.003), (radius - wall, 0.006), (0, 0.006)]
    curve = [
        (radius - 0.003, 0, 0.72 * height),
        (1.45 * radius, 0, 0.78 * height),
        (1.72 * radius, 0, 0.55 * height),
    ]
    curve += [(1.5 * radius, 0, 0.3 * height), (radius - 0.003, 0, 0.22 * height)]
    level = 0.78 * height
    coffee = turned([(0, level), (radius - wall + 0.0002, level)], plain(drink, 0.08))
    return (
        Part(turned(outside, glaze)),
        Part(turned(lip, glaze), "rim"),
        Part(turned(inside, glaze)),
        Part(tube(smooth_line(curve), 0.0052, glaze), "handle"),
        Part(coffee),
    )


def jar(colour: str, radius: float = 0.043, height: float = 0.1, lid: str = "") -> Parts:
    """A bellied jar with a lid and a knob on it."""
    belly = [(0, 0), (0.7 * radius, 0), (0.78 * radius, 0.003), (0.98 * radius, 0.3 * height)]
    belly += [
        (0.98 * radius, 0.6 * height),
        (0.72 * radius, 0.92 * height),
        (0.72 * radius, height),
    ]
    top = [
        (0.8 * radius, height - 0.002),
        (0.82 * radius, height + 0.003),
        (0.5 * radius, height + 0.013),
    ]
    top += [(0.12 * radius, height + 0.017), (0, height + 0.017)]
    knob = smooth_line(
        [
            (0.005, height + 0.014),
            (0.0055, height + 0.02),
            (0.0105, height + 0.027),
            (0.007, height + 0.034),
            (0, height + 0.0355),
        ]
    )
    cover = ceramic(lid or colour)
    return (
        Part(turned(np.clip(smooth_line(belly), 0, None), ceramic(colour))),
        Part(turned(np.clip(smooth_line(top), 0, None), cover), "lid"),
        Part(turned(np.clip(knob, 0, None), cover), "knob"),
    )


def bottle(colour: str, cap: str = "f1efe8", radius: float = 0.033) -> Parts:
    """A drinking bottle with a screw cap and a loop to carry it, 20 cm tall."""
    body = rounded(
        [
            (0, 0),
            (radius, 0),
            (radius, 0.14),
            (0.62 * radius, 0.17),
            (0.6 * radius, 0.178),
            (0, 0.178),
        ],
        0.014,
    )
    lid = rounded([(0, 0.178), (0.7 * radius, 0.178), (0.7 * radius, 0.2), (0, 0.2)], 0.004)
    loop = [
        (-0.013, 0, 0.198),
        (-0.011, 0, 0.212),
        (0, 0, 0.218),
        (0.011, 0, 0.212),
        (0.013, 0, 0.198),
    ]
    screw = plain(cap, 0.4)
    return (
        Part(turned(body, plain(colour, 0.35, Coat_Weight=0.5))),
        Part(turned(lid, screw), "cap"),
        Part(tube(smooth_line(loop), 0.0028, screw), "loop"),
    )


def holder(colour: str, radius: float = 0.042, height: float = 0.1) -> Parts:
    """A beaker for pens, open above."""
    wall = 0.003
    profile = rounded(
        [
            (0, 0),
            (radius, 0),
            (radius, height),
            (radius - wall, height),
            (radius - wall, 0.004),
            (0, 0.004),
        ],
        0.0028,
    )
    return (Part(turned(profile, plain(colour, 0.4))),)


def plant(pot: str, leaf: str = "2f8f3a", leaves: int = 17, length: float = 0.15) -> Parts:
    """A tuft of arching leaves in a tapered pot."""
    shape = [
        (0, 0),
        (0.038, 0),
        (0.052, 0.078),
        (0.056, 0.08),
        (0.056, 0.095),
        (0.05, 0.095),
        (0.049, 0.08),
        (0, 0.08),
    ]
    soil = turned([(0, 0.085), (0.0495, 0.083)], bread("2c1c10", "4a3220"))
    parts = [Part(turned(rounded(shape, 0.004), ceramic(pot)), "pot"), Part(soil)]
    t = np.linspace(0, 1, 16)
    for k in range(leaves):
        around, spread = 2.39996 * k, 0.25 + 0.75 * (k + 0.5) / leaves
        reach = 0.006 + length * spread * (0.25 * t + 0.75 * t**1.7)
        height = 0.084 + length * (1.25 - 0.5 * spread) * (t - 0.55 * spread * t**2.4)
        path = np.stack([reach * np.cos(around), reach * np.sin(around), height], axis=1)
        tone = [leaf, "47a34a", "267a33"][k % 3]
        parts.append(Part(blade(path, 0.027, plain(tone, 0.35)), "leaves"))
    return tuple(parts)


def lunch_box(
    colour: str = "1f8f8a", size: tuple[float, float, float] = (0.21, 0.15, 0.055)
) -> Parts:
    """A lunch box, open, with one divider."""
    width, depth, height = size
    outer, inner = rectangle(width, depth, 0.03), rectangle(width - 0.008, depth - 0.008, 0.027)
    shell = wall_between(outer, inner, 0.0, height, colour)
    floor = cut(rectangle(width - 0.004, depth - 0.004, 0.028), 0.004, plain(colour, 0.4), 0.001)
    divider = block(
        (0.003, depth - 0.01, 0.8 * height), plain(colour, 0.4), (0.03, 0, 0.002), 0.001
    )
    return Part(shell, "wall"), Part(floor), Part(divider, "divider")


def wall_between(
    outer: np.ndarray, inner: np.ndarray, low: float, high: float, colour: str
) -> bpy.types.Object:
    """An upright wall between two outlines of as many points each."""
    rings = [
        np.hstack([line, np.full((len(line), 1), z)])
        for line, z in [
            (outer, low),
            (outer, high - 0.001),
            ((9 * outer + inner) / 10, high),
            ((outer + 9 * inner) / 10, high),
            (inner, high - 0.001),
            (inner, low),
        ]
    ]
    n = len(outer)
    faces = [
        (k * n + i, k * n + (i + 1) % n, k * n + n + (i + 1) % n, k * n + n + i)
        for k in range(len(rings) - 1)
        for i in range(n)
    ]
    return mesh(np.vstack(rings), faces, plain(colour, 0.4), crease=60)


def basket(colour: str = "c8954e", size: tuple[float, float, float] = (0.2, 0.16, 0.11)) -> Parts:
    """A basket of woven cloth."""
    width, depth, height = size
    outer, inner = rectangle(width, depth, 0.03), rectangle(width - 0.014, depth - 0.014, 0.025)
    side = wall_between(outer, inner, 0, height, colour)
    side.data.materials[0] = fabric(colour, 500)
    floor = cut(rectangle(width - 0.01, depth - 0.01, 0.027), 0.006, fabric(colour), 0.001)
    return Part(side), Part(floor)
