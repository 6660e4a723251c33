"""Shapes as Blender meshes: turned, drawn along a path, cut from a sheet, blown up.

Lengths are metres, z is up. Each function returns a new object linked to the scene.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import bpy
import numpy as np

Array = np.ndarray
Pairs = Sequence[tuple[float, float]]


def mesh(
    vertices: Iterable[Sequence[float]],
    faces: Iterable[Sequence[int]],
    material: bpy.types.Material,
    crease: float = 40,
) -> bpy.types.Object:
    """An object of `faces`, smooth except where two of them meet at more than `crease` degrees."""
    data = bpy.data.meshes.new("shape")
    data.from_pydata([tuple(map(float, v)) for v in vertices], [], [tuple(f) for f in faces])
    data.validate()
    data.polygons.foreach_set("use_smooth", [True] * len(data.polygons))
    data.set_sharp_from_angle(angle=np.radians(crease))
    data.materials.append(material)
    made = bpy.data.objects.new("shape", data)
    bpy.context.scene.collection.objects.link(made)
    return made


def smooth_line(points: Sequence[Sequence[float]], steps: int = 10) -> Array:
    """A Catmull-Rom curve through `points`, shape (n, dimensions)."""
    p = np.asarray(points, float)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    curves = [
        b
        + t * (c - a) / 2
        + t**2 * (a - 2.5 * b + 2 * c - d / 2)
        + t**3 * (3 * (b - c) + d - a) / 2
        for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False)
    ]
    return np.vstack([*curves, p[-2]])


def rounded(corners: Pairs, radius: float, *, closed: bool = False, steps: int = 5) -> Array:
    """The line through `corners` with its corners rounded, the ends of an open line kept."""
    p = np.asarray(corners, float)
    turns = range(len(p)) if closed else range(1, len(p) - 1)
    line = [] if closed else [p[:1]]
    t = np.linspace(0, 1, steps)[:, None]
    for i in turns:
        before, here, after = p[i - 1], p[i], p[(i + 1) % len(p)]
        back, ahead = before - here, after - here
        reach = min(radius, np.hypot(*back) / 2.01, np.hypot(*ahead) / 2.01)
        start, end = here + reach * back / np.hypot(*back), here + reach * ahead / np.hypot(*ahead)
        line.append((1 - t) ** 2 * start + 2 * t * (1 - t) * here + t**2 * end)
    return np.vstack(line if closed else [*line, p[-1:]])


def turned(
    profile: Pairs | Array, material: bpy.types.Material, segments: int = 72, crease: float = 40
) -> bpy.types.Object:
    """The surface of revolution of `profile`, pairs of radius and height, about the z axis."""
    angles = np.linspace(0, 2 * np.pi, segments, endpoint=False)
    vertices, faces, before = [], [], None
    for radius, height in profile:
        ring = angles if radius > 1e-6 else angles[:1]  # noqa: PLR2004 - on the axis, one point
        now = [len(vertices) + i for i in range(len(ring))]
        vertices += [(radius * np.cos(a), radius * np.sin(a), height) for a in ring]
        for i in range(segments if before else 0):
            j = (i + 1) % segments
            corners = [before[i % len(before)], before[j % len(before)]]
            corners += [now[j % len(now)], now[i % len(now)]]
            faces.append(list(dict.fromkeys(corners)))
        before = now
    return mesh(vertices, [f for f in faces if len(f) > 2], material, crease)  # noqa: PLR2004 - a face


def tube(
    path: Array | Sequence[Sequence[float]],
    radii: float | Array,
    material: bpy.types.Material,
    *,
    outline: Array | None = None,
) -> bpy.types.Object:
    """`outline`, a unit circle by default, carried along `path` and scaled by `radii`."""
    path = np.asarray(path, float)
    if outline is None:
        angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
        outline = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    ahead = np.gradient(path, axis=0)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    steep = abs(ahead[0][2]) > 0.9  # noqa: PLR2004 - any way across the path will do
    side = np.cross(ahead[0], [1, 0.2, 0] if steep else [0.3, 0.2, 1])
    rings = []
    for point, along, radius in zip(path, ahead, np.broadcast_to(radii, len(path)), strict=True):
        side = side - along * (side @ along)
        side = side / np.linalg.norm(side)
        up = np.cross(along, side)
        rings.append(point + radius * (outline[:, :1] * side + outline[:, 1:] * up))
    n, last = len(outline), len(path) - 1
    around = [(i, (i + 1) % n) for i in range(n)]
    faces = [
        (k * n + i, k * n + j, k * n + n + j, k * n + n + i) for k in range(last) for i, j in around
    ]
    ends = [tuple(range(n))[::-1], tuple(last * n + i for i in range(n))]
    return mesh(np.vstack(rings), faces + ends, material)


def cut(
    outline: Pairs | Array, height: float, material: bpy.types.Material, bevel: float = 0.002
) -> bpy.types.Object:
    """A plate standing on z = 0, `outline` in plan and `height` thick, its edges rounded."""
    outline = np.asarray(outline, float)
    n = len(outline)
    floor = np.hstack([outline, np.zeros((n, 1))])
    sides = [(i, (i + 1) % n, n + (i + 1) % n, n + i) for i in range(n)]
    faces = [tuple(range(n))[::-1], tuple(range(n, 2 * n)), *sides]
    made = mesh(np.vstack([floor, floor + np.array([0, 0, height])]), faces, material)
    edges = made.modifiers.new("edges", "BEVEL")
    edges.width, edges.segments, edges.harden_normals = bevel, 4, True
    return made


def rectangle(width: float, depth: float, corner: float = 0.0) -> Array:
    """The outline of a rectangle about the origin, its corners rounded."""
    x, y = width / 2, depth / 2
    corners = [(x, -y), (x, y), (-x, y), (-x, -y)]
    return rounded(corners, corner, closed=True, steps=8) if corner else np.array(corners)


def block(
    size: tuple[float, float, float],
    material: bpy.types.Material,
    at: tuple[float, float, float] = (0, 0, 0),
    bevel: float = 0.002,
) -> bpy.types.Object:
    """A box with rounded edges whose floor has its middle `at`."""
    width, depth, height = size
    made = cut(rectangle(width, depth), height, material, bevel)
    made.location = at
    return made


def grid(rows: int, columns: int) -> list[tuple[int, int, int, int]]:
    """The faces between `rows` of `columns` vertices each."""
    return [
        (k, k + 1, k + columns + 1, k + columns)
        for row in range(rows - 1)
        for k in range(row * columns, row * columns + columns - 1)
    ]


def cushion(
    size: tuple[float, float, float],
    materials: tuple[bpy.types.Material, bpy.types.Material],
    seed: int = 0,
) -> bpy.types.Object:
    """A filled bag lying down: sealed flat at both ends of its depth, creased, full between.

    It is of the first of `materials`, with an oval of the second printed on its top.
    """
    n, (width, depth, height) = 150, size
    u, v = np.meshgrid(np.linspace(-1, 1, n), np.linspace(-1, 1, n))
    open_width = np.clip((1 - np.abs(v)) / 0.1 - 0.7, 0, None)
    full = np.sqrt(np.clip(1 - u**2, 0, 1)) * (1 - np.exp(-open_width / 2.2))
    swell = height / 2 * full * (1 + 0.035 * _creases(u, v, seed))
    middle = height / 2 + 0.0012 * np.sin(70 * u) * (open_width == 0)
    x, y = u * width / 2 * (1 - 0.1 * full), v * depth / 2
    sheets = [np.stack([x, y, z]) for z in (middle + swell, middle - 0.0008 - 0.95 * swell)]
    above = grid(n, n)
    below = [tuple(n * n + i for i in reversed(face)) for face in above]
    points = np.hstack([sheet.reshape(3, -1) for sheet in sheets]).T
    made = mesh(points, [*above, *below], materials[0], crease=80)
    made.data.materials.append(materials[1])
    printed = (np.hypot(u / 0.55, v / 0.36) < 1)[:-1, :-1].ravel().astype(int)
    made.data.polygons.foreach_set("material_index", [*printed, *[0] * len(below)])
    return made


def _creases(u: Array, v: Array, seed: int) -> Array:
    """Waves in all directions over the plane (u, v)."""
    chance = np.random.default_rng(seed)
    across, along, start = chance.uniform([[-16], [-9], [0]], [[16], [9], [6]], (3, 9))
    waves = zip(across, along, start, strict=True)
    return np.sum([np.sin(k * u + s * v + p) for k, s, p in waves], axis=0)


def blade(
    path: Array, width: float, material: bpy.types.Material, fold: float = 0.2
) -> bpy.types.Object:
    """A leaf along `path`, pointed at both ends and folded along its middle."""
    path = np.asarray(path, float)
    along = np.gradient(path, axis=0)
    side = np.cross(along, [0, 0, 1.0])
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    t = np.linspace(0, 1, len(path))[:, None]
    half = width / 2 * np.sin(np.pi * t**0.75) ** 0.8 + 0.0006
    raised = np.array([0, 0, 1]) * half * fold
    rows = np.stack([path - side * half + raised, path, path + side * half + raised], axis=1)
    return mesh(rows.reshape(-1, 3), grid(len(path), 3), material, crease=89)
