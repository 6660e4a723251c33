"""What lies on a desk; lengths in metres."""

from __future__ import annotations

import numpy as np
from forms import block, cut, rectangle, rounded, smooth_line, tube, turned
from materials import fabric, metal, plain
from thing import Part

Parts = tuple[Part, ...]


def pen(colour: str = "c8141c", trim: str = "1c1c20") -> Parts:
    """A ballpoint pen along z, its tip at the origin, 14 cm long."""
    barrel = [
        (0.0026, 0.011),
        (0.0046, 0.022),
        (0.0052, 0.04),
        (0.0052, 0.125),
        (0.0046, 0.128),
        (0, 0.128),
    ]
    cone = [(0, 0), (0.0005, 0.0005), (0.0012, 0.004), (0.0028, 0.0115)]
    button = rounded([(0, 0.128), (0.0026, 0.128), (0.0026, 0.139), (0, 0.139)], 0.001)
    clip = block((0.0034, 0.0016, 0.038), metal(), (0, 0.0072, 0.084), 0.0006)
    bridge = block((0.0034, 0.0045, 0.003), metal(), (0, 0.0052, 0.12), 0.0004)
    return (
        Part(turned(rounded(barrel, 0.003), plain(colour, 0.25, Coat_Weight=0.4)), "barrel"),
        Part(turned(cone, metal(roughness=0.2)), "tip"),
        Part(turned(button, plain(trim, 0.3)), "button"),
        Part(clip, "clip"),
        Part(bridge),
    )


def pencil(colour: str = "f0b410", length: float = 0.16) -> Parts:
    """A six-sided pencil along z, its point at the top."""
    angles = np.radians(np.arange(0, 360, 60))
    outline = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    sharp = length - 0.02
    shaft = tube([(0, 0, 0), (0, 0, sharp)], 0.0038, plain(colour, 0.3), outline=outline)
    cone = turned([(0.0037, sharp), (0.0011, length - 0.005)], plain("dcb484", 0.7))
    lead = turned([(0.0011, length - 0.005), (0, length)], plain("26262a", 0.5))
    return Part(shaft), Part(cone), Part(lead)


def marker(colour: str, length: float = 0.125) -> Parts:
    """A felt pen along z, cap upwards."""
    body = rounded([(0, 0), (0.0075, 0), (0.0075, 0.6 * length), (0, 0.6 * length)], 0.002)
    cap = rounded([(0, 0.6 * length), (0.0082, 0.6 * length), (0.007, length), (0, length)], 0.0015)
    return Part(turned(body, plain("e9e7e2", 0.4))), Part(turned(cap, plain(colour, 0.35)))


def eraser(colour: str = "2f6fd0", rubber: str = "efe9e2") -> Parts:
    """A white eraser in a paper sleeve."""
    return (
        Part(block((0.052, 0.022, 0.0125), plain(rubber, 0.7), bevel=0.0025)),
        Part(
            block((0.034, 0.0228, 0.0133), plain(colour, 0.5), (-0.0075, 0, -0.0003), 0.0008),
            "sleeve",
        ),
    )


def tape_roll(colour: str = "1fa34a", radius: float = 0.034, width: float = 0.019) -> Parts:
    """A roll of coloured tape lying flat."""
    core = 0.58 * radius
    roll = [(core, 0.001), (core, width), (radius, width), (radius, 0), (core, 0), (core, 0.001)]
    ring = [(core - 0.0025, 0), (core - 0.0025, width), (core, width)]
    return Part(turned(rounded(roll, 0.0012), plain(colour, 0.3))), Part(
        turned(ring, plain("c9b18a", 0.8))
    )


def notes(colour: str = "f4dd3a", size: float = 0.076) -> Parts:
    """A pad of sticky notes, the top one curling."""
    pad = block((size, size, 0.011), plain(colour, 0.75), bevel=0.0004)
    t = np.linspace(0, 1, 12)
    lift = np.stack([0 * t, size * (t - 0.5), 0.0113 + 0.012 * t**4], axis=1)
    sheet = tube(
        lift,
        1.0,
        plain(colour, 0.75),
        outline=np.array([(-size / 2, 0), (size / 2, 0), (size / 2, 0.0002), (-size / 2, 0.0002)]),
    )
    return Part(pad), Part(sheet)


def book(
    colour: str,
    size: tuple[float, float, float] = (0.15, 0.21, 0.018),
    band: str = "",
    paper: str = "efe8d6",
) -> Parts:
    """A bound book or notebook lying flat, its spine at -x; `band` is an elastic's colour."""
    width, depth, height = size
    cover, card = plain(colour, 0.55), 0.0024
    pages = block(
        (width - 0.007, depth - 0.007, height - 2 * card),
        plain(paper, 0.9),
        (-0.001, 0, card),
        0.0004,
    )
    parts = [
        Part(block((width, depth, card), cover, bevel=0.0009)),
        Part(pages, "pages"),
        Part(block((width, depth, card), cover, (0, 0, height - card), 0.0009)),
        Part(block((card, depth, height), cover, (-width / 2 + card / 2, 0, 0), 0.0009), "spine"),
    ]
    if band:
        strip = block(
            (0.006, depth + 0.001, height + 0.0016),
            fabric(band),
            (0.38 * width, 0, -0.0003),
            0.0006,
        )
        parts.append(Part(strip, "band"))
    return tuple(parts)


def laptop(colour: str = "b9bcc2") -> Parts:
    """A closed laptop, 31 cm by 22 cm."""
    outline = rectangle(0.31, 0.217, 0.012)
    base = cut(outline, 0.0085, metal(colour, 0.42), 0.002)
    cover = cut(outline, 0.0055, metal(colour, 0.38), 0.002)
    cover.location = (0, 0, 0.0094)
    hinge = block((0.25, 0.006, 0.008), plain("202024", 0.4), (0, 0.1055, 0.004), 0.001)
    return Part(base, "base"), Part(cover, "lid"), Part(hinge)


def lamp(colour: str = "e0601a") -> Parts:
    """A desk lamp that leans over towards +x, 42 cm tall."""
    enamel, steel = plain(colour, 0.3, Coat_Weight=0.6), metal(roughness=0.25)
    foot = [(0, 0), (0.075, 0), (0.075, 0.012), (0.02, 0.019), (0.012, 0.03), (0, 0.03)]
    rise = [(0, 0, 0.02), (-0.03, 0, 0.17), (-0.035, 0, 0.28), (0.02, 0, 0.375), (0.085, 0, 0.385)]
    cone = [(0, 0.075), (0.02, 0.073), (0.025, 0.05), (0.068, 0)]
    cone += [(0.0665, 0), (0.0235, 0.048), (0, 0.06)]
    globe = [(0, 0.012), (0.017, 0.02), (0.02, 0.032), (0.01, 0.05), (0, 0.05)]
    shade = turned(rounded(cone, 0.006), enamel, crease=50)
    bulb = turned(np.clip(smooth_line(globe), 0, None), plain("fbf6e8", 0.2))
    for made in (shade, bulb):
        made.location, made.rotation_euler = (0.12, 0, 0.318), (0, np.radians(-22), 0)
    return (
        Part(turned(rounded(foot, 0.005), enamel), "base"),
        Part(tube(smooth_line(rise), 0.0055, steel), "arm"),
        Part(shade, "shade"),
        Part(bulb),
    )


def organiser(
    colour: str = "2f9d8f", size: tuple[float, float, float] = (0.2, 0.15, 0.042)
) -> Parts:
    """A tray of four compartments: two long ones at -x, two square ones at +x."""
    width, depth, height = size
    material, wall = plain(colour, 0.45), 0.0035
    inner = depth - wall
    planks = [
        ((width, wall, height), (0, (depth - wall) / 2, 0)),
        ((width, wall, height), (0, (wall - depth) / 2, 0)),
        ((wall, inner, height - 0.0005), ((width - wall) / 2, 0, 0.0002)),
        ((wall, inner, height - 0.0005), ((wall - width) / 2, 0, 0.0002)),
        ((wall, inner, 0.9 * height), (-0.22 * width, 0, 0.0002)),
        ((wall, inner, 0.9 * height), (0.06 * width, 0, 0.0002)),
        ((0.43 * width, wall, 0.9 * height), (0.275 * width, 0, 0.0002)),
        ((width - 0.001, inner, 0.003), (0, 0, 0.0002)),
    ]
    return tuple(Part(block(plank, material, at, 0.001)) for plank, at in planks)
