"""The same scene as SVG and as Pillow's pixels has the same geometry, colours and words."""

from __future__ import annotations

import base64
import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Ellipse, PathPatch, Rectangle
from matplotlib.path import Path as Outline
from matplotlib.transforms import Affine2D
from PIL import Image, ImageDraw
from scipy.ndimage import binary_dilation

from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.raster import render
from gemini_nb.drawing.svg import document
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.consensus import Spread
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from matplotlib.axes import Axes

    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.geometry import Item

SIZE = WIDTH, HEIGHT = 640, 480
GREY = Image.new("RGB", SIZE, (120, 130, 125))
SVG = "{http://www.w3.org/2000/svg}"
SHAPES = {f"{SVG}{name}" for name in ("path", "rect", "circle", "ellipse", "image")}
POINTS_A_PIXEL = 0.72  # at 100 dots an inch


def round_mask() -> bytes:
    mask, file = Image.new("L", (64, 64)), io.BytesIO()
    ImageDraw.Draw(mask).ellipse((4, 4, 59, 59), fill=255)
    mask.save(file, "PNG")
    return file.getvalue()


KITE = (Point(200, 500), Point(500, 700), Point(800, 500), Point(500, 300))
FIXTURES: dict[str, list[Item]] = {
    "a point": [Point(400, 300, label="mug")],
    "a box": [Box(200, 300, 700, 800, label="mug")],
    "a box beyond the picture": [Box(-200, 300, 500, 1300, label="mug")],
    "a flat box": [Box(500, 100, 500, 900, label="shelf")],
    "a trajectory": [Trajectory((Point(200, 200), Point(700, 400), Point(300, 800)), label="wipe")],
    "numbered points": [Point(300 + 90 * n, 200 + 120 * n, label=str(n)) for n in range(5)],
    "a mask": [Mask(Box(200, 300, 700, 800), png=round_mask(), label="plate")],
    "a mask beyond the picture": [Mask(Box(-300, -300, 400, 400), png=round_mask(), label="plate")],
    "an outline": [Mask(Box(200, 300, 800, 700), polygons=(KITE,), label="kite")],
    "a box in space": [Box3D((0.1, 3, 0), (0.9, 0.6, 0.6), (0, 0, 30), label="crate")],
    "a grasp": [Box(300, 300, 700, 700, label="pen"), Point(500, 500, label="pen"), Angle(30)],
}


def scene_of(items: Sequence[Item]) -> Scene:
    spreads = [Spread(60, 20, 500) if isinstance(item, Point) else None for item in items]
    return compose(items, *SIZE, spreads=spreads, outliers=[Box(850, 850, 950, 950, label="far")])


def each_mark(items: Sequence[Item]) -> Iterator[Scene]:
    """A scene for each mark, without labels."""
    scene = scene_of(items)
    for mark in scene.marks:
        yield replace(scene, marks=(mark,), labels=())


def by_pillow(scene: Scene) -> np.ndarray:
    return np.asarray(render(scene, GREY))


def by_svg(scene: Scene) -> np.ndarray:
    """The shapes of the SVG document, drawn by matplotlib; texts are left out."""
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, WIDTH), ylim=(HEIGHT, 0), autoscale_on=False)
    axes.set_axis_off()
    axes.imshow(GREY, extent=(0, WIDTH, HEIGHT, 0))
    for element, looks in shapes(ET.fromstring(document(scene)), {}):  # noqa: S314 - our own document
        add_shape(axes, element.tag.removeprefix(SVG), looks)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def shapes(
    element: ET.Element, inherited: dict[str, str]
) -> Iterator[tuple[ET.Element, dict[str, str]]]:
    """Each shape of a document with its presentation attributes and those of its groups."""
    looks = {**inherited, **element.attrib}
    looks["transform"] = inherited.get("transform", "") + element.get("transform", "")
    if element.tag in SHAPES:
        yield element, looks
    for child in element:
        yield from shapes(child, looks)


def add_shape(axes: Axes, kind: str, looks: dict[str, str]) -> None:
    def read(name: str, otherwise: float = 0.0) -> float:
        return float(looks.get(name, otherwise))

    turn, scale = Affine2D(), 1.0
    for name, numbers in re.findall(r"(\w+)\(([^)]*)\)", looks["transform"]):
        if name == "scale":
            scale = float(numbers)
        else:
            degrees, x, y = map(float, numbers.split())
            turn.rotate_deg_around(x, y, degrees)
    to_pixels = turn + Affine2D().scale(scale) + axes.transData
    x, y, width, height = map(read, ("x", "y", "width", "height"))
    if kind == "image":
        picture = Image.open(io.BytesIO(base64.b64decode(looks["href"].partition(",")[2])))
        sides = [scale * side for side in (x, x + width, y + height, y)]
        axes.imshow(picture, extent=sides, interpolation="nearest")
        axes.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
        return
    style: dict[str, Any] = {
        side: to_rgba(looks[paint], read(f"{paint}-opacity", 1))
        if looks.get(paint, "none") != "none"
        else "none"
        for side, paint in (("facecolor", "fill"), ("edgecolor", "stroke"))
    }
    line = read("stroke-width", 1)
    dashes = [float(n) / line for n in looks.get("stroke-dasharray", "").split()]
    style |= {"linewidth": line * scale * POINTS_A_PIXEL, "transform": to_pixels}
    style |= {"linestyle": (0, dashes) if dashes else "solid"}
    style["capstyle"] = looks.get("stroke-linecap", "butt")
    style["joinstyle"] = looks.get("stroke-linejoin", "miter")
    if kind == "path":
        axes.add_patch(PathPatch(outline(looks["d"]), **style))
    elif kind == "rect":
        axes.add_patch(Rectangle((x, y), width, height, **style))
    else:
        radii = (read("r"),) * 2 if kind == "circle" else (read("rx"), read("ry"))
        centre = read("cx"), read("cy")
        axes.add_patch(Ellipse(centre, 2 * radii[0], 2 * radii[1], **style))


def outline(drawn: str) -> Outline:
    """The path of an SVG attribute `d` that has straight lines only."""
    points: list[tuple[float, float]] = []
    codes: list[int] = []
    x = y = 0.0
    start = 0
    for command, numbers in re.findall(r"([A-Za-z])([^A-Za-z]*)", drawn):
        places = [float(n) for n in re.findall(r"-?[\d.]+", numbers)]
        left, top = (x, y) if command.islower() else (0.0, 0.0)
        kind = command.upper()
        assert kind in set("MLHVZ"), f"unknown to this test: {command}"
        if kind == "Z":
            x, y = points[start]
        elif kind in "ML":
            x, y = left + places[0], top + places[1]
            start = len(points) if kind == "M" else start
        elif kind == "H":
            x = left + (places[0] or 0.01)  # what has round ends and no length is a dot
        else:
            y = top + places[0]
        codes.append({"M": Outline.MOVETO, "Z": Outline.CLOSEPOLY}.get(kind, Outline.LINETO))
        points.append((x, y))
    return Outline(points, codes)


def changed(pixels: np.ndarray) -> np.ndarray:
    return np.abs(pixels.astype(int) - np.asarray(GREY)).max(axis=2) > 40


def strays(one: np.ndarray, other: np.ndarray) -> int:
    """How many changed pixels of either have none of the other's within two pixels.

    What lies beyond the picture isn't seen: it may be the other's there.
    """
    first, second = changed(one), changed(other)
    square = np.ones((5, 5), bool)
    return int(
        (first & ~binary_dilation(second, square, border_value=1)).sum()
        + (second & ~binary_dilation(first, square, border_value=1)).sum()
    )


def extent(mask: np.ndarray) -> tuple[float, ...]:
    ys, xs = np.nonzero(mask)
    return xs.min(), ys.min(), xs.max() + 1, ys.max() + 1


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_render_draws_every_mark_where_the_svg_has_it(items: list[Item]) -> None:
    for scene in each_mark(items):
        drawn, expected = by_pillow(scene), by_svg(scene)
        assert strays(drawn, expected) == 0
        assert extent(changed(drawn)) == pytest.approx(extent(changed(expected)), abs=1.6)


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_render_gives_every_mark_the_colours_that_the_svg_has(items: list[Item]) -> None:
    for scene in each_mark(items):
        drawn, expected = by_pillow(scene).astype(float), by_svg(scene).astype(float)
        both = changed(by_pillow(scene)) & changed(by_svg(scene))
        # Edges differ, and thin lines are all edge.
        assert np.percentile(np.abs(drawn - expected).max(axis=2)[both], 20) < 15


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_labels_stand_on_the_same_plates_with_the_same_words(items: list[Item]) -> None:
    scene = scene_of(items)
    scene = replace(scene, marks=tuple(mark._replace(primitives=()) for mark in scene.marks))
    root = ET.fromstring(document(scene))  # noqa: S314 - our own document
    words = sorted(text.text for text in root.iter(f"{SVG}text"))
    assert words == sorted(line for label in scene.labels for line in label.lines)
    for label in scene.labels:
        alone = replace(scene, labels=(label,))
        for drawn in (by_pillow(alone), by_svg(alone)):
            assert extent(changed(drawn)) == pytest.approx(label.box, abs=1.6)


@given(
    st.lists(
        st.tuples(*[st.integers(-100, 900)] * 2, *[st.integers(5, 400)] * 2), min_size=1, max_size=4
    ),
    st.booleans(),
)
@settings(derandomize=True, deadline=None, max_examples=8)
def test_any_boxes_are_drawn_alike(corners: list[tuple[int, ...]], hollow: bool) -> None:  # noqa: FBT001 - hypothesis passes it by position
    boxes = [Box(y, x, y + height, x + width) for y, x, height, width in corners]
    scene = compose([] if hollow else boxes, *SIZE, outliers=boxes if hollow else [], labels="none")
    assert strays(by_pillow(scene), by_svg(scene)) == 0
