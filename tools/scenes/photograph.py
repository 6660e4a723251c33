"""Pictures of the scene that stands in Blender: as a camera sees it, and whose pixel is whose."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import bpy
import numpy as np
from PIL import Image

if TYPE_CHECKING:
    from thing import Thing

Array = np.ndarray
PALETTE = 256


def photograph(width: int, height: int, samples: int) -> Image.Image:
    """The scene in RGB, path-traced with `samples` rays a pixel and denoised."""
    scene = _size(width, height)
    scene.cycles.samples, scene.cycles.use_denoising = samples, True
    scene.cycles.denoiser, scene.cycles.seed = "OPENIMAGEDENOISE", 0
    scene.cycles.max_bounces, scene.cycles.caustics_reflective = 6, False
    scene.cycles.sample_clamp_indirect = 6.0
    scene.view_settings.view_transform = "Khronos PBR Neutral"
    return _render()


def owners(things: tuple[Thing, ...], width: int, height: int) -> Array:
    """Whose mesh each pixel's middle shows: shape (height, width), -1 for the surroundings.

    Meshes are numbered in the order of `things` and of each thing's parts.
    """
    scene = _size(width, height)
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    scene.cycles.max_bounces, scene.cycles.filter_width = 0, 0.01
    scene.view_settings.view_transform = "Raw"
    scene.camera.data.dof.use_dof = False
    scene.world = None
    for other in bpy.data.objects:
        if other.type == "MESH":
            other.data.materials.clear()
            other.data.materials.append(_flat(0))
    for number, part in enumerate((part for thing in things for part in thing.parts), 1):
        part.mesh.data.materials[0] = _flat(number)
    for light in [light for light in bpy.data.objects if light.type == "LIGHT"]:
        bpy.data.objects.remove(light)
    shown = np.asarray(_render()).astype(int)
    return shown[..., 0] + PALETTE * shown[..., 1] - 1


def alone(things: tuple[Thing, ...], width: int, height: int) -> list[int]:
    """How many pixels each thing would cover with nothing before it; call it after `owners`."""
    _size(width, height)
    meshes = [made for made in bpy.data.objects if made.type == "MESH"]
    counts = []
    for thing in things:
        for made in meshes:
            made.hide_render = made.parent != thing.root
        counts.append(int(np.asarray(_render()).any(axis=-1).sum()))
    return counts


def _size(width: int, height: int) -> bpy.types.Scene:
    scene = bpy.context.scene
    scene.render.engine, scene.cycles.device = "CYCLES", "CPU"
    scene.render.resolution_x, scene.render.resolution_y = width, height
    scene.render.resolution_percentage = 100
    scene.render.image_settings.file_format = "PNG"
    scene.render.image_settings.color_mode = "RGB"
    scene.render.dither_intensity = 0.0
    return scene


def _render() -> Image.Image:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "picture.png"
        bpy.context.scene.render.filepath = str(target)
        bpy.ops.render.render(write_still=True)
        with Image.open(target) as picture:
            return picture.convert("RGB")


def _flat(number: int) -> bpy.types.Material:
    """A material that shines with a colour that spells `number`."""
    made = bpy.data.materials.new("number")
    made.use_nodes = True
    tree = made.node_tree
    tree.nodes.clear()
    glow, out = tree.nodes.new("ShaderNodeEmission"), tree.nodes.new("ShaderNodeOutputMaterial")
    high, low = divmod(number, PALETTE)
    glow.inputs["Color"].default_value = (low / 255, high / 255, 0, 1)
    tree.links.new(glow.outputs[0], out.inputs["Surface"])
    return made
