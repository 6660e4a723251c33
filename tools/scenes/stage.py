"""Where things stand and what lights them: a table, a window, a camera."""

from __future__ import annotations

from dataclasses import dataclass

import bpy
import numpy as np
from forms import mesh
from materials import linear
from mathutils import Matrix, Vector

Point3 = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Camera:
    """Where the camera stands and looks, in metres, z up, and how wide it sees."""

    position: Point3
    look_at: Point3
    field_of_view: float = 38.0
    """Degrees from the left edge to the right."""
    sharp_at: Point3 | None = None
    """What is in focus; `look_at` by default."""
    aperture: float = 11.0


@dataclass(frozen=True, slots=True)
class Light:
    """A window at `window`, and the room that fills its shadows; colours in sRGB."""

    window: Point3 = (-1.3, 0.55, 1.35)
    towards: Point3 = (0.0, 0.0, 0.0)
    strength: float = 50.0
    fill: float = 0.76
    warmth: str = "fff1dc"
    sky: str = "dfe6f0"


def clear() -> None:
    """Forget all that was built before."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.world = bpy.data.worlds.new("room")


def surface(
    material: bpy.types.Material, corners: tuple[Point3, ...] = (), turn: float = 0.0
) -> None:
    """A table top around the origin, or the flat piece between four `corners`.

    Its grain is turned by `turn` degrees.
    """
    whole = ((-3, -3, 0), (3, -3, 0), (3, 3, 0), (-3, 3, 0))
    made = mesh(corners or whole, [(0, 1, 2, 3)], material)
    made.rotation_euler[2] = np.radians(turn)


def look_through(camera: Camera) -> bpy.types.Object:
    """Set up `camera` with a little depth of field."""
    data = bpy.data.cameras.new("camera")
    data.sensor_fit, data.angle = "HORIZONTAL", np.radians(camera.field_of_view)
    data.clip_start, data.clip_end = 0.02, 50.0
    data.dof.use_dof, data.dof.aperture_fstop = True, camera.aperture
    eye = Vector(camera.position)
    data.dof.focus_distance = (Vector(camera.sharp_at or camera.look_at) - eye).length
    made = bpy.data.objects.new("camera", data)
    bpy.context.scene.collection.objects.link(made)
    made.matrix_world = _facing(eye, Vector(camera.look_at))
    bpy.context.scene.camera = made
    return made


def illuminate(light: Light) -> None:
    """A window of two by two panes, and an even glow from the room."""
    frame = _facing(Vector(light.window), Vector(light.towards))
    pane, gap = 0.42, 0.04
    for x in (-1, 1):
        for y in (-1, 1):
            data = bpy.data.lights.new("pane", "AREA")
            data.shape, data.size = "SQUARE", pane
            data.energy, data.color = light.strength / 4, linear(light.warmth)[:3]
            made = bpy.data.objects.new("pane", data)
            bpy.context.scene.collection.objects.link(made)
            made.matrix_world = frame @ Matrix.Translation(
                ((pane + gap) / 2 * x, (pane + gap) / 2 * y, 0)
            )
    _glow(light)


def _glow(light: Light) -> None:
    """A room whose ceiling is brighter than its walls, so that metal has something to mirror."""
    world = bpy.context.scene.world
    world.use_nodes = True
    tree = world.node_tree
    direction, axes, height = (
        tree.nodes.new(f"ShaderNode{kind}") for kind in ("TexCoord", "SeparateXYZ", "MapRange")
    )
    darkest, brightest = height.inputs["To Min"], height.inputs["To Max"]
    height.inputs["From Min"].default_value = -0.2
    darkest.default_value, brightest.default_value = 0.6 * light.fill, 1.2 * light.fill
    background = tree.nodes["Background"].inputs
    tree.links.new(direction.outputs["Generated"], axes.inputs[0])
    tree.links.new(axes.outputs["Z"], height.inputs["Value"])
    tree.links.new(height.outputs[0], background["Strength"])
    background["Color"].default_value = linear(light.sky)


def _facing(eye: Vector, target: Vector) -> Matrix:
    """The pose at `eye` that looks at `target` along its -z, its y pointing up."""
    turn = (target - eye).to_track_quat("-Z", "Y")
    return Matrix.Translation(eye) @ turn.to_matrix().to_4x4()
