"""Fruit and other food, each standing at the origin, lengths in metres."""

from __future__ import annotations

import numpy as np
from forms import block, cushion, cut, rounded, smooth_line, tube, turned
from materials import bread, fabric, foil, peel, plain, skin
from thing import Part

Parts = tuple[Part, ...]


def _stalk(height: float, radius: float, length: float, lean: float = 0.3) -> Part:
    rise = np.linspace(0, 1, 8)
    path = np.stack([lean * length * rise**2, 0 * rise, height + length * rise], axis=1)
    return Part(tube(path, radius * (0.8 + 0.5 * rise**4), plain("4d3519", 0.8)), "stem")


def apple(colour: str = "b8101c", blush: str = "d9532c", radius: float = 0.039) -> Parts:
    """An apple: a torus whose hole has closed, slimmer below, with a stem."""
    hub, pipe = 0.36 * radius, 0.64 * radius
    turn = np.radians(np.linspace(-123.5, 123.5, 48))
    across, height = hub + pipe * np.cos(turn), 1.1 * pipe * (np.sin(turn) + 0.98)
    slim = 1 - 0.17 * np.clip(1 - height / (1.1 * radius), 0, 1) ** 1.5
    profile = np.stack([np.clip(across, 0, None) * slim, height], axis=1)
    profile[0, 0] = profile[-1, 0] = 0
    flesh = turned(profile, skin(colour, blush, streaks=4))
    return Part(flesh), _stalk(profile[-1, 1] - 0.003, 0.0013, 0.021)


def banana(colour: str = "f2c40f") -> Parts:
    """A banana lying on its side, its stem at the +x end."""
    t = np.linspace(-1, 1, 40)
    bend = np.radians(62) * t
    path = np.stack([0.1 * np.sin(bend), 0.1 * (1 - np.cos(bend)), np.full(40, 0.0165)], axis=1)
    girth = 0.0175 * (1 - np.abs(t) ** 5) ** 0.55 + 0.0035
    angles = np.linspace(0, 2 * np.pi, 30, endpoint=False)
    edged = 1 - 0.045 * np.cos(5 * angles)
    outline = np.stack([np.cos(angles), np.sin(angles)], axis=1) * edged[:, None]
    flesh = tube(path, girth, skin(colour, "d9a520", streaks=1, gloss=0.3), outline=outline)
    end, ahead = path[-1], path[-1] - path[-2]
    ahead /= np.linalg.norm(ahead)
    stem = np.array(
        [end - 0.004 * ahead, end + 0.009 * ahead, end + 0.022 * ahead + [0, 0.003, 0.002]]
    )
    stalk = tube(smooth_line(stem), 0.0042, plain("a08a1c", 0.7))
    tip = tube(
        [path[0] + 0.003 * ahead * [1, -1, 0], path[0] - 0.003 * ahead * [1, -1, 0]],
        0.0036,
        plain("33230f", 0.9),
    )
    return Part(flesh), Part(stalk, "stem"), Part(tip)


def orange(colour: str = "f98012", radius: float = 0.038) -> Parts:
    """An orange, or a lime or lemon of another colour."""
    turn = np.linspace(-np.pi / 2, np.pi / 2, 40)
    navel = 1 - 0.05 * np.exp(-(((turn - np.pi / 2) / 0.16) ** 2))
    profile = np.stack([np.cos(turn), 0.95 * (np.sin(turn) * navel + 1)], axis=1) * radius
    profile[0, 0] = profile[-1, 0] = 0
    scar = turned([(0, 0.001), (0.0032, 0.0008), (0.004, -0.001)], plain("6d7a33", 0.9))
    scar.location = (0, 0, profile[-1, 1])
    return Part(turned(profile, peel(colour))), Part(scar)


def pear(colour: str = "86ad1c", blush: str = "b5bd33") -> Parts:
    """A pear with its stem."""
    points = [(0, 0.003), (0.012, 0), (0.03, 0.012), (0.036, 0.032), (0.029, 0.054)]
    points += [(0.0175, 0.073), (0.0125, 0.086), (0.006, 0.0925), (0, 0.0915)]
    profile = np.clip(smooth_line(points), 0, None)
    return Part(turned(profile, skin(colour, blush))), _stalk(0.09, 0.0016, 0.024, 0.5)


def aubergine(colour: str = "4b1559") -> Parts:
    """An aubergine along z, its green cap on top; lay it down."""
    points = [(0, 0), (0.017, 0.004), (0.031, 0.024), (0.034, 0.05), (0.027, 0.085)]
    points += [(0.02, 0.115), (0.015, 0.132), (0, 0.14)]
    flesh = turned(np.clip(smooth_line(points), 0, None), skin(colour, "63257a", gloss=1.0))
    green = plain("5d8a2c", 0.6)
    collar = turned(
        smooth_line([(0.0215, 0.116), (0.0185, 0.131), (0.011, 0.141), (0.005, 0.146)]), green
    )
    stalk = tube(smooth_line([(0, 0, 0.14), (0.001, 0, 0.155), (0.005, 0, 0.168)]), 0.0048, green)
    return Part(flesh), Part(collar, "cap"), Part(stalk, "stem")


def sandwich(filling: str = "3f9a2e") -> Parts:
    """Half a sandwich, cut across: two triangles of bread on lettuce, cheese and tomato."""
    triangle = rounded([(-0.06, -0.035), (0.06, -0.035), (0, 0.06)], 0.014, closed=True, steps=6)
    wider = triangle * [1.06, 1.08]
    layers = [
        (triangle, 0.0, 0.013, bread("e8d0a0", "f3e6c8"), 0.004),
        (wider, 0.0125, 0.004, plain(filling, 0.6), 0.0015),
        (triangle * 1.02, 0.0165, 0.004, plain("f0b51e", 0.5), 0.001),
        (triangle * 0.98, 0.0205, 0.006, plain("cc2a1c", 0.35), 0.002),
        (triangle, 0.0265, 0.013, bread("c98c46", "dcae6c"), 0.004),
    ]
    parts = []
    for outline, height, thickness, material, bevel in layers:
        layer = cut(outline, thickness, material, bevel)
        layer.location = (0, 0, height)
        parts.append(Part(layer))
    return tuple(parts)


def snack_bag(colour: str = "d6247a", badge: str = "f7f2e6") -> Parts:
    """A bag of crisps lying on its back, an oval `badge` printed on it."""
    return (Part(cushion((0.115, 0.155, 0.042), (foil(colour), foil(badge)), seed=4)),)


def crackers(colour: str = "e0b060") -> Parts:
    """A stack of three biscuits."""
    made = []
    for k in range(3):
        biscuit = turned(
            rounded([(0, 0), (0.024, 0), (0.024, 0.007), (0, 0.007)], 0.003),
            bread(colour, "c98f3d"),
        )
        biscuit.location = (0.003 * k, -0.002 * k, 0.0072 * k)
        made.append(Part(biscuit))
    return tuple(made)


def napkin(colour: str = "eeeae0") -> Parts:
    """A folded cloth."""
    leaves = [
        block(
            (0.15 - 0.003 * k, 0.15 - 0.002 * k, 0.003), fabric(colour), (0, 0, 0.003 * k), 0.0014
        )
        for k in range(3)
    ]
    return tuple(Part(leaf) for leaf in leaves)
