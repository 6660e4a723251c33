"""A thing in a scene: meshes that move as one, some of them parts with a name of their own."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np


@dataclass(frozen=True, slots=True)
class Part:
    """One mesh of a thing; `name`, such as "handle", where one would point to it alone."""

    mesh: bpy.types.Object
    name: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """A thing that stands somewhere: what one would call it, and its colour's plain name."""

    label: str
    colour: str
    root: bpy.types.Object
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Opening:
    """A rectangle in the world, such as a shelf's cubby, and the labels of what it holds."""

    label: str
    corners: tuple[tuple[float, float, float], ...]
    holds: tuple[str, ...] = ()


def stand(
    parts: tuple[Part, ...],
    label: str,
    colour: str,
    at: tuple[float, ...],
    turn: float | tuple[float, float, float] = 0.0,
) -> Thing:
    """The thing that `parts` make at `at`, x, y and height in metres.

    `turn` is in degrees, about the vertical or about x, y and z in this order.
    """
    root = bpy.data.objects.new(label, None)
    bpy.context.scene.collection.objects.link(root)
    for part in parts:
        part.mesh.parent = root
    root.location = (at[0], at[1], at[2] if len(at) > 2 else 0.0)  # noqa: PLR2004 - x, y, height
    root.rotation_euler = np.radians(turn if isinstance(turn, tuple) else (0, 0, turn))
    return Thing(label, colour, root, parts)
