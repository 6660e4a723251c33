"""What things are made of: Blender materials with procedural texture.

Colours are hexadecimal sRGB, such as "c9281f".
"""

from __future__ import annotations

from typing import Literal

import bpy

Socket = bpy.types.NodeSocket
Value = Socket | float | tuple[float, ...]
"""What a socket takes: another's output, or a constant."""
Colour = tuple[float, float, float, float]


def linear(colour: str) -> Colour:
    """`colour` as linear light and an alpha of one."""
    red, green, blue = ((byte / 255) ** 2.2 for byte in bytes.fromhex(colour))
    return red, green, blue, 1.0


class Recipe:
    """A material under construction: each method adds a node and returns its output."""

    def __init__(self, name: str) -> None:
        self.material = bpy.data.materials.new(name)
        self.material.use_nodes = True
        self._tree = self.material.node_tree
        self._surface = self._tree.nodes["Principled BSDF"]

    def add(
        self, kind: str, inputs: dict[str | int, Value], output: str | int = 0, **how: str
    ) -> Socket:
        """A node of `kind`: sockets among `inputs` are linked, other values set."""
        node = self._tree.nodes.new("ShaderNode" + kind)
        for attribute, value in how.items():
            setattr(node, attribute, value)
        self._feed(node, inputs)
        return node.outputs[output]

    def compute(self, operation: str, *values: Socket | float) -> Socket:
        """A number made from `values`."""
        return self.add("Math", dict(enumerate(values)), operation=operation)

    def place(self, scale: tuple[float, float, float] = (1, 1, 1)) -> Socket:
        """Where on the object a point is, in metres times `scale`."""
        here = self.add("TexCoord", {}, "Object")
        return self.add("Mapping", {"Vector": here, "Scale": scale})

    def noise(self, where: Socket, scale: float, detail: float = 4) -> Socket:
        """Noise about 0.5 with features of size 1 / `scale`."""
        return self.add("TexNoise", {"Vector": where, "Scale": scale, "Detail": detail})

    def between(self, low: str, high: str, share: Socket) -> Socket:
        """The colour `share` of the way from `low` to `high`."""
        ends = {"Factor": share, 6: linear(low), 7: linear(high)}
        return self.add("Mix", ends, 2, data_type="RGBA")

    def shaded(self, colour: Value, shade: Socket) -> Socket:
        """`colour` times `shade`."""
        inputs = {"Factor": 1.0, 6: colour, 7: shade}
        return self.add("Mix", inputs, 2, data_type="RGBA", blend_type="MULTIPLY")

    def stretch(self, value: Socket, low: float, high: float) -> Socket:
        """`value` from `low` to `high` as 0 to 1, smooth and clipped."""
        ends = {"Value": value, "From Min": low, "From Max": high}
        return self.add("MapRange", ends, interpolation_type="SMOOTHSTEP")

    def bump(self, height: Socket, depth: float, strength: float = 1.0) -> Socket:
        """The tilt of a surface that `height` raises by up to `depth` metres."""
        return self.add("Bump", {"Height": height, "Distance": depth, "Strength": strength})

    def finish(self, **inputs: Value) -> bpy.types.Material:
        """The material, its surface described by Blender's names with _ for spaces."""
        self._feed(self._surface, {name.replace("_", " "): v for name, v in inputs.items()})
        return self.material

    def _feed(self, node: bpy.types.Node, inputs: dict[str | int, Value]) -> None:
        for name, value in inputs.items():
            if isinstance(value, bpy.types.NodeSocket):
                self._tree.links.new(value, node.inputs[name])
            else:
                node.inputs[name].default_value = value


def plain(colour: str, roughness: float = 0.5, **more: Value) -> bpy.types.Material:
    """An even, slightly mottled surface: paint, plastic, card."""
    recipe = Recipe("plain")
    mottle = recipe.noise(recipe.place(), 60)
    worn = recipe.compute("MULTIPLY_ADD", mottle, 0.16, roughness - 0.08)
    return recipe.finish(Base_Color=linear(colour), Roughness=worn, **more)


def ceramic(colour: str) -> bpy.types.Material:
    """Glazed pottery: deep colour under a clear coat, uneven as if thrown by hand."""
    recipe = Recipe("ceramic")
    waves = recipe.noise(recipe.place(), 25, 1)
    return recipe.finish(
        Base_Color=linear(colour),
        Roughness=0.3,
        Coat_Weight=0.7,
        Coat_Roughness=0.06,
        Normal=recipe.bump(waves, 0.0012, 0.35),
    )


def skin(
    colour: str, blush: str, *, streaks: float = 1.0, gloss: float = 0.6
) -> bpy.types.Material:
    """A fruit's skin of `colour` that turns to `blush` in patches, drawn out by `streaks`."""
    recipe = Recipe("skin")
    patches = recipe.noise(recipe.place((1, 1, 1 / streaks)), 45, 6)
    freckles = recipe.stretch(recipe.noise(recipe.place(), 420, 1), 0.68, 0.78)
    share = recipe.stretch(patches, 0.5, 0.85)
    spotted = recipe.compute("MAXIMUM", share, recipe.compute("MULTIPLY", freckles, 0.5))
    return recipe.finish(
        Base_Color=recipe.between(colour, blush, spotted),
        Roughness=0.42,
        Coat_Weight=gloss * 0.6,
        Coat_Roughness=0.2,
        Subsurface_Weight=0.08,
        Subsurface_Radius=(0.01, 0.004, 0.002),
    )


def peel(colour: str) -> bpy.types.Material:
    """An orange's peel: shiny, with pores."""
    recipe = Recipe("peel")
    pores = recipe.add("TexVoronoi", {"Vector": recipe.place(), "Scale": 380}, "Distance")
    dents = recipe.stretch(pores, 0.0, 0.55)
    return recipe.finish(
        Base_Color=linear(colour),
        Roughness=0.4,
        Subsurface_Weight=0.1,
        Subsurface_Radius=(0.01, 0.005, 0.002),
        Normal=recipe.bump(dents, 0.0006, 0.7),
    )


def metal(
    colour: str = "c9cbd0", roughness: float = 0.3, smudges: float = 0.12
) -> bpy.types.Material:
    """Brushed or turned metal with smudges."""
    recipe = Recipe("metal")
    smudge = recipe.noise(recipe.place(), 90)
    return recipe.finish(
        Base_Color=linear(colour),
        Metallic=1.0,
        Roughness=recipe.compute("MULTIPLY_ADD", smudge, smudges, roughness - smudges / 2),
    )


def fabric(colour: str, thread: float = 900) -> bpy.types.Material:
    """Woven cloth or felt."""
    recipe = Recipe("fabric")
    fibres = recipe.noise(recipe.place(), thread, 3)
    lint = recipe.noise(recipe.place(), 9, 3)
    shade = recipe.compute("MULTIPLY_ADD", lint, 0.3, 0.85)
    return recipe.finish(
        Base_Color=recipe.shaded(linear(colour), shade),
        Roughness=0.95,
        Sheen_Weight=0.15,
        Normal=recipe.bump(fibres, 0.0015, 0.8),
    )


def bread(colour: str, crumb: str) -> bpy.types.Material:
    """Something baked: rough, with holes and browned patches."""
    recipe = Recipe("bread")
    patches = recipe.stretch(recipe.noise(recipe.place(), 70, 5), 0.35, 0.7)
    holes = recipe.noise(recipe.place(), 260, 3)
    return recipe.finish(
        Base_Color=recipe.between(colour, crumb, patches),
        Roughness=0.9,
        Normal=recipe.bump(holes, 0.003, 0.7),
    )


def foil(colour: str) -> bpy.types.Material:
    """Crisp printed film."""
    recipe = Recipe("foil")
    folds = recipe.noise(recipe.place(), 30, 3)
    return recipe.finish(
        Base_Color=linear(colour),
        Roughness=0.32,
        Metallic=0.15,
        Normal=recipe.bump(folds, 0.004, 0.35),
    )


def wood(
    dark: str = "a37a50",
    light: str = "d2ad7d",
    plank: float = 0.13,
    gloss: float = 0.45,
    grain: Literal["x", "z"] = "x",
) -> bpy.types.Material:
    """Planks along `grain`, `plank` metres wide, each cut from another place of the tree."""
    recipe = Recipe("wood")
    compute = recipe.compute
    along, row, chance = _planks(recipe, plank, grain)
    number, across = compute("FLOOR", row), compute("FRACT", row)

    def grained(lengthwise: float, crosswise: float, detail: float) -> Socket:
        u, v = compute("MULTIPLY", along, lengthwise), compute("MULTIPLY", row, crosswise * plank)
        return recipe.noise(recipe.add("CombineXYZ", {0: u, 1: v, 2: number}), 1.0, detail)

    waves = compute("MULTIPLY_ADD", grained(1.1, 9, 2), 26.0, compute("MULTIPLY", across, 9.0))
    rings = compute("MULTIPLY_ADD", compute("SINE", waves), 0.5, 0.5)
    fibres, pores = grained(9, 260, 5), recipe.stretch(grained(45, 900, 2), 0.3, 0.42)
    tone = compute("MULTIPLY_ADD", rings, 0.22, compute("MULTIPLY", fibres, 0.55))
    tone = compute("ADD", tone, compute("MULTIPLY_ADD", chance, 0.22, 0.05))
    edge = compute("MINIMUM", across, compute("SUBTRACT", 1.0, across))
    joint = recipe.stretch(edge, 0.00026 / plank, 0.00156 / plank)
    height = compute("MULTIPLY", joint, compute("MULTIPLY_ADD", pores, 0.12, 0.88))
    shade = compute("MULTIPLY_ADD", height, 0.55, 0.45)
    return recipe.finish(
        Base_Color=recipe.shaded(recipe.between(dark, light, tone), shade),
        Roughness=compute("MULTIPLY_ADD", fibres, 0.25, gloss),
        Normal=recipe.bump(height, 0.0012, 0.5),
    )


def _planks(recipe: Recipe, plank: float, grain: str) -> tuple[Socket, Socket, Socket]:
    """How far along its plank a point is, in which row, a fraction, and a number by plank."""
    axes = [recipe.add("SeparateXYZ", {0: recipe.place()}, i) for i in range(3)]
    if grain == "z":
        axes.reverse()
    sideways = recipe.compute("ADD", axes[1], axes[2])
    row = recipe.compute("MULTIPLY_ADD", sideways, 1 / plank, 0.5)
    number = recipe.compute("FLOOR", row)
    chance = recipe.add("TexWhiteNoise", {"W": number}, "Value", noise_dimensions="1D")
    return recipe.compute("MULTIPLY_ADD", chance, 9.0, axes[0]), row, chance
