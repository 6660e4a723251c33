"""What a picture shows, as numbers: boxes, points, masks and camera, ready for JSON.

`box_2d` is [ymin, xmin, ymax, xmax] and `point` [y, x], integers from 0 to 1000 of the picture's
height and width. `point` is the visible pixel nearest to the centre of mass of all visible ones.
`mask` is the picture's pixels row by row, at full size, as the lengths of runs that are by turns
outside and inside; what remains after the last run is outside. `box_3d` is [x, y, z, width,
depth, height, roll, pitch, yaw] in metres and degrees, in the camera's frame: x to the right, y
forward along the view, z up; turned by roll about x, then pitch about y, then yaw about z.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import bpy
import numpy as np
from mathutils import Matrix, Vector

if TYPE_CHECKING:
    from stage import Camera
    from thing import Opening, Thing

Array = np.ndarray
LEAST = 12
"""Pixels that a part must show to be listed."""


def runs(mask: Array) -> list[int]:
    """`mask` as lengths of runs, row by row, the first of them outside."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask.ravel()])))
    return np.diff(np.concatenate([[0], edges, [mask.size]])).tolist()[
        : len(edges) + len(edges) % 2
    ]


def outline(mask: Array) -> dict[str, Any]:
    """The box, the point and the runs of `mask`."""
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    top, bottom, left, right = rows.min(), rows.max() + 1, columns.min(), columns.max() + 1
    nearest = np.hypot(rows - rows.mean(), columns - columns.mean()).argmin()
    middle = (rows[nearest] + 0.5) / height, (columns[nearest] + 0.5) / width
    sides = top / height, left / width, bottom / height, right / width
    return {
        "box_2d": [round(1000 * float(side)) for side in sides],
        "mask": runs(mask),
        "point": [round(1000 * float(at)) for at in middle],
    }


def describe(thing: Thing, first: int, owner: Array, whole: int) -> dict[str, Any]:
    """What of `thing` is seen, its meshes being numbered from `first` in `owner`."""
    numbers = range(first, first + len(thing.parts))
    seen = np.isin(owner, numbers)
    if not seen.any():
        raise ValueError(f"Nothing of {thing.label!r} is in the picture; move it or the camera.")
    parts = []
    for name in dict.fromkeys(part.name for part in thing.parts if part.name):
        named = [n for n, part in zip(numbers, thing.parts, strict=True) if part.name == name]
        if (mask := np.isin(owner, named)).sum() >= LEAST:
            parts.append({"label": f"{name} of the {thing.label}", **outline(mask)})
    return {
        "label": thing.label,
        "colour": thing.colour,
        "visible_share": round(min(1.0, float(seen.sum() / whole)), 3),
        "box_3d": box_3d(thing),
        "parts": parts,
        **outline(seen),
    }


def box_3d(thing: Thing) -> list[float]:
    """The tightest box in the thing's own axes, in the camera's frame."""
    bpy.context.view_layer.update()
    home = thing.root.matrix_world.inverted()
    corners = np.array(
        [
            home @ part.mesh.matrix_world @ Vector(c)
            for part in thing.parts
            for c in part.mesh.bound_box
        ]
    )
    low, high = corners.min(axis=0), corners.max(axis=0)
    view = _camera_frame() @ thing.root.matrix_world
    middle = view @ Vector((low + high) / 2)
    turn = np.degrees(view.to_euler("XYZ"))
    metres = [round(float(v), 4) + 0.0 for v in (*middle, *(high - low))]
    return [*metres, *(round(float(a), 1) + 0.0 for a in turn)]


def place(opening: Opening, width: int, height: int) -> dict[str, Any]:
    """The box that `opening` spans in the picture, and its middle."""
    camera = bpy.context.scene.camera
    ahead = width / 2 / np.tan(camera.data.angle / 2)
    seen = [_camera_frame() @ Vector(corner) for corner in opening.corners]
    y = [(height / 2 - ahead * v.z / v.y) / height for v in seen]
    x = [(width / 2 + ahead * v.x / v.y) / width for v in seen]
    found = min(y), min(x), max(y), max(x), sum(y) / len(y), sum(x) / len(x)
    box = [min(1000, max(0, round(1000 * float(v)))) for v in found]
    return {
        "label": opening.label,
        "holds": list(opening.holds),
        "box_2d": box[:4],
        "point": box[4:],
    }


def camera_numbers(camera: Camera) -> dict[str, Any]:
    """`camera` as the file states it."""
    return {
        "field_of_view_degrees": camera.field_of_view,
        "look_at": list(camera.look_at),
        "position": list(camera.position),
    }


def text(truth: dict[str, Any]) -> str:
    """`truth` as JSON in one fixed form, with each list of numbers on one line."""
    spread = json.dumps(truth, indent=1, sort_keys=True)
    flat = re.sub(r"\[[\s\d.,-]+\]", lambda m: re.sub(r"\s+", "", m[0]), spread)
    return flat + "\n"


def _camera_frame() -> Matrix:
    """From the world to x right, y forward, z up of the camera."""
    forward = Matrix(((1, 0, 0, 0), (0, 0, -1, 0), (0, 1, 0, 0), (0, 0, 0, 1)))
    return forward @ bpy.context.scene.camera.matrix_world.inverted()
