"""The same scene as SVG, as Pillow's pixels and as matplotlib's artists has the same geometry."""

from __future__ import annotations

import io
import math
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image, ImageDraw
from scipy.ndimage import binary_dilation

from gemini_nb.drawing.backends.axes import show
from gemini_nb.drawing.backends.raster import render
from gemini_nb.drawing.backends.svg import document
from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.scene import Tint
from gemini_nb.spatial.box_3d import Box3D
from gemini_nb.spatial.consensus import Spread
from gemini_nb.spatial.geometry import Box, Point, Trajectory
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gemini_nb.drawing.scene import Scene
    from gemini_nb.spatial.geometry import Item

SIZE = WIDTH, HEIGHT = 640, 480
GREY = Image.new("RGB", SIZE, (120, 130, 125))
SVG = "{http://www.w3.org/2000/svg}"


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


def by_matplotlib(scene: Scene) -> np.ndarray:
    figure = Figure(figsize=(WIDTH / 100, HEIGHT / 100), dpi=100)
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    show(axes, scene, GREY)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())[..., :3]


def changed(pixels: np.ndarray) -> np.ndarray:
    return np.abs(pixels.astype(int) - np.asarray(GREY)).max(axis=2) > 40


def strays(one: np.ndarray, other: np.ndarray) -> int:
    """How many changed pixels of either have none of the other's within two pixels."""
    first, second = changed(one), changed(other)
    square = np.ones((5, 5), bool)
    return int(
        (first & ~binary_dilation(second, square)).sum()
        + (second & ~binary_dilation(first, square)).sum()
    )


def extent(mask: np.ndarray) -> tuple[float, ...]:
    ys, xs = np.nonzero(mask)
    return xs.min(), ys.min(), xs.max() + 1, ys.max() + 1


def svg_extent(scene: Scene) -> tuple[float, ...]:
    """The box around the shapes of an SVG, half a line's width around each included."""
    root = ET.fromstring(document(scene))  # noqa: S314 - our own document
    boxes = [box for element in root.iter() if (box := shape_extent(element))]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return (
        max(min(lefts), 0),
        max(min(tops), 0),
        min(max(rights), WIDTH),
        min(max(bottoms), HEIGHT),
    )


def shape_extent(element: ET.Element) -> tuple[float, ...] | None:
    def read(name: str) -> float:
        return float(element.get(name, 0))

    kind = element.tag.removeprefix(SVG)
    half = read("stroke-width") / 2
    if kind == "path":
        numbers = [float(n) for n in re.findall(r"-?[\d.]+", element.get("d", ""))]
        xs, ys = numbers[::2], numbers[1::2]
        return min(xs) - half, min(ys) - half, max(xs) + half, max(ys) + half
    if kind == "image":
        right, bottom = read("x") + read("width"), read("y") + read("height")
        return read("x"), read("y"), right, bottom
    if kind not in {"circle", "ellipse"}:
        return None
    rx, ry = (read("r"),) * 2 if kind == "circle" else (read("rx"), read("ry"))
    turned = re.search(r"rotate\((-?[\d.]+)", element.get("transform", ""))
    angle = math.radians(float(turned[1])) if turned else 0.0
    x_half = math.hypot(rx * math.cos(angle), ry * math.sin(angle)) + half
    y_half = math.hypot(rx * math.sin(angle), ry * math.cos(angle)) + half
    x, y = read("cx"), read("cy")
    return x - x_half, y - y_half, x + x_half, y + y_half


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_every_mark_reaches_as_far_in_all_three(items: list[Item]) -> None:
    for scene in each_mark(items):
        # A mask's own pixels end a little within its box.
        slack = 30 if isinstance(items[0], Mask) and items[0].png else 1.6
        expected = svg_extent(scene)
        assert extent(changed(by_pillow(scene))) == pytest.approx(expected, abs=slack)
        assert extent(changed(by_matplotlib(scene))) == pytest.approx(expected, abs=slack)


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_no_raster_backend_draws_where_the_other_does_not(items: list[Item]) -> None:
    for scene in each_mark(items):
        assert strays(by_pillow(scene), by_matplotlib(scene)) == 0


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_every_mark_has_its_colour_in_all_three(items: list[Item]) -> None:
    for scene in each_mark(items):
        colour = scene.marks[0].colour
        wanted = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)], float)
        if isinstance(scene.marks[0].primitives[0], Tint):
            wanted = (wanted + GREY.getpixel((0, 0))) / 2  # it is half transparent
        else:
            assert colour in document(scene)
        for pixels in (by_pillow(scene), by_matplotlib(scene)):
            assert np.abs(pixels - wanted).max(axis=2).min() < 50


@pytest.mark.parametrize("items", FIXTURES.values(), ids=FIXTURES)
def test_labels_stand_on_the_same_plates_with_the_same_words(items: list[Item]) -> None:
    scene = replace(
        scene_of(items), marks=tuple(replace(mark, primitives=()) for mark in scene_of(items).marks)
    )
    root = ET.fromstring(document(scene))  # noqa: S314 - our own document
    plates = [
        tuple(float(plate.get(side, 0)) for side in ("x", "y", "width", "height"))
        for plate in root.iter(f"{SVG}rect")
    ]
    words = [text.text for text in root.iter(f"{SVG}text")]
    axes = Figure().add_subplot()
    show(axes, scene, GREY)
    assert sorted(text.get_text() for text in axes.texts) == sorted(words)
    assert sorted(words) == sorted(line for label in scene.labels for line in label.lines)
    for label, (left, top, width, height) in zip(
        sorted(scene.labels, key=lambda label: label.mark), plates, strict=True
    ):
        assert (left, top, left + width, top + height) == pytest.approx(label.box, abs=0.11)
        alone = replace(scene, labels=(replace(label, leader=None),))
        for drawn in (by_pillow(alone), by_matplotlib(alone)):
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
    assert strays(by_pillow(scene), by_matplotlib(scene)) == 0
