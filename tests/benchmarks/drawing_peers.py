"""The same answer on the same photo by other tools: what a person would write with each.

Each takes the answer's text and the JPEG's bytes to a cell's finished output, as ours does. A peer
that is not installed is left out, and the benchmark says how to install it.
"""

from __future__ import annotations

import base64
import io
import json
import warnings
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

Bundle = dict[str, Any]

INSTALL = {
    "matplotlib": "pip install matplotlib",
    "supervision": "pip install supervision==0.31.2",
    "cv2": "pip install opencv-python-headless; without it supervision draws with NumPy, slower",
}
SUPERVISION = "supervision"
COLOURS = ("red", "green", "blue", "orange", "magenta", "cyan", "purple", "brown", "navy", "olive")
COOKBOOK_WIDTH = 800
DOTS_PER_INCH = 100


class Peer(NamedTuple):
    """Another tool's way from answer and photo to output."""

    name: str
    draw: Callable[[str, bytes], Bundle]


def installed(module: str) -> str | None:
    """The version of `module`; None where it is missing."""
    if find_spec(module) is None:
        return None
    with warnings.catch_warnings():  # supervision warns where OpenCV is missing; the table says so
        warnings.simplefilter("ignore")
        return import_module(module).__version__


def peers() -> list[Peer]:
    """Those that can run here."""
    found = [Peer("Pillow, cookbook style", cookbook_pillow)]
    if installed("matplotlib"):
        found.append(Peer("matplotlib", matplotlib_figure))
    if installed("supervision"):
        ways: dict[str, dict[str, Any]] = {
            SUPERVISION: {},
            "  PNG as `save` writes it": {"encode": saved_png},
            "  PNG by OpenCV": {"encode": opencv_png},
            "  smart_position": {"smart_position": True},
        }
        if installed("cv2") is None:
            del ways["  PNG by OpenCV"]
        found += [Peer(name, partial(supervision_picture, **way)) for name, way in ways.items()]
    return found


def items_of(answer: str) -> list[dict[str, Any]]:
    """The JSON between the fences, as the cookbook reads it."""
    return json.loads(answer.removeprefix("```json").removesuffix("```"))


def shown(png: bytes) -> Bundle:
    """The output of a cell that shows a PNG."""
    return {"image/png": base64.b64encode(png).decode("ascii"), "text/plain": "<picture>"}


def cookbook_pillow(answer: str, photo: bytes) -> Bundle:
    """Rectangles, dots and names on the photo at 800 pixels, shown as a PIL image shows itself."""
    image = Image.open(io.BytesIO(photo))
    height = COOKBOOK_WIDTH * image.height // image.width
    image = image.resize((COOKBOOK_WIDTH, height), Image.Resampling.LANCZOS)
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(14)
    for number, item in enumerate(items_of(answer)):
        colour = COLOURS[number % len(COLOURS)]
        top, left, *corner = item.get("box_2d") or item["point"]
        x, y = left * COOKBOOK_WIDTH / 1000, top * height / 1000
        if corner:
            right, bottom = corner[1] * COOKBOOK_WIDTH / 1000, corner[0] * height / 1000
            pen.rectangle((x, y, right, bottom), outline=colour, width=4)
        else:
            pen.circle((x, y), 5, fill=colour)
        pen.text((x + 8, y + 6), item["label"], fill=colour, font=font)
    return shown(image._repr_png_())


def matplotlib_figure(answer: str, photo: bytes) -> Bundle:
    """The photo on axes at its own resolution, with patches and text, saved as PNG."""
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    image = Image.open(io.BytesIO(photo))
    inches = image.width / DOTS_PER_INCH, image.height / DOTS_PER_INCH
    figure = Figure(figsize=inches, dpi=DOTS_PER_INCH)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    axes.imshow(image)
    for number, item in enumerate(items_of(answer)):
        colour = f"C{number % 10}"
        top, left, *corner = item.get("box_2d") or item["point"]
        x, y = left * image.width / 1000, top * image.height / 1000
        if corner:
            wide = (corner[1] - left) * image.width / 1000
            high = (corner[0] - top) * image.height / 1000
            axes.add_patch(Rectangle((x, y), wide, high, fill=False, edgecolor=colour, lw=2))
        else:
            axes.plot(x, y, "o", color=colour)
        axes.text(x, y, item["label"], color="white", backgroundcolor=colour)
    file = io.BytesIO()
    figure.savefig(file, format="png")
    return shown(file.getvalue())


def shown_png(pixels: NDArray[np.uint8]) -> bytes:
    """What a notebook stores of a PIL image at the end of a cell: Pillow's fastest compression."""
    return Image.fromarray(pixels[..., ::-1])._repr_png_()


def saved_png(pixels: NDArray[np.uint8]) -> bytes:
    """What `Image.save` writes: Pillow's default compression."""
    file = io.BytesIO()
    Image.fromarray(pixels[..., ::-1]).save(file, "PNG")
    return file.getvalue()


def opencv_png(pixels: NDArray[np.uint8]) -> bytes:
    """OpenCV's own encoder, which no notebook uses by itself, but the fastest there is."""
    import cv2

    return cv2.imencode(".png", pixels)[1].tobytes()


def supervision_picture(
    answer: str,
    photo: bytes,
    *,
    smart_position: bool = False,
    encode: Callable[[NDArray[np.uint8]], bytes] = shown_png,
) -> Bundle:
    """Its parser for the boxes, its annotators for boxes, dots and names."""
    import supervision as sv

    image = sv.pillow_to_cv2(Image.open(io.BytesIO(photo)))
    size = (image.shape[1], image.shape[0])
    boxes = sv.Detections.from_vlm(sv.VLM.GOOGLE_GEMINI_2_5, result=answer, resolution_wh=size)
    dots, names = supervision_points(answer, size)
    image = sv.BoxAnnotator(color_lookup=sv.ColorLookup.INDEX).annotate(image, boxes)
    image = sv.DotAnnotator(color_lookup=sv.ColorLookup.INDEX).annotate(image, dots)
    everything = sv.Detections(np.concatenate((boxes.xyxy, dots.xyxy)))
    labels = [*boxes.data["class_name"], *names]
    named = sv.LabelAnnotator(color_lookup=sv.ColorLookup.INDEX, smart_position=smart_position)
    image = named.annotate(image, everything, labels)
    return shown(encode(image))


def supervision_points(answer: str, size: tuple[int, int]) -> tuple[Any, list[str]]:
    """The points, which its parser does not read, as detections without extent; and their names."""
    import supervision as sv

    points = [item for item in items_of(answer) if "point" in item]
    y_x = np.array([item["point"] for item in points], np.float32)
    places = y_x[:, ::-1] * np.array(size, np.float32) / 1000
    return sv.Detections(np.tile(places, 2)), [item["label"] for item in points]
