"""How well the offline model sees things whose places are known, and what a picture costs.

Run with `python tests/benchmarks/vision_accuracy.py [NUMBER OF RANDOM SCENES]`. Errors are in
thousandths of the image; a thing is found where a box overlaps its own by a third; milliseconds
are of CPU. `changed` counts things whose colour or shape is another one when the picture is
mirrored, turned, halved or compressed, in hundredths of all.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageOps
from scipy.optimize import linear_sum_assignment

from gemini_nb.offline.vision.image_data import decode
from gemini_nb.offline.vision.pointing import middle
from gemini_nb.offline.vision.scene import Region, scene_of

SCENES = Path(__file__).parents[2] / "notebooks" / "images" / "scenes"
COLOURS = {
    "red": "#c62828", "orange": "#ef8a17", "yellow": "#ecc81f", "green": "#2e9a3a",
    "blue": "#2b5bd0", "purple": "#7c35b8", "pink": "#ee86b4", "black": "#1c1c1c",
}  # fmt: skip
GROUNDS = ("#f5f2ea", "#d9d2c2", "#b98b5a", "#8fa0ad", "#3d4650")
FOUND = 1 / 3


@dataclass(frozen=True)
class Thing:
    label: str
    box: tuple[float, ...]
    centre: tuple[float, float]
    mask: np.ndarray


@dataclass
class Score:
    point_errors: list[float] = field(default_factory=list)
    in_mask: list[bool] = field(default_factory=list)
    box_ious: list[float] = field(default_factory=list)
    mask_ious: list[float] = field(default_factory=list)
    changed: list[float] = field(default_factory=list)
    missed: int = 0
    extra: int = 0
    seconds: list[float] = field(default_factory=list)


def drawn_scene(seed: int) -> tuple[Image.Image, list[Thing]]:
    """Shapes on a plain or grainy ground that don't touch, and where they are."""
    chance = Random(seed)
    width, height = chance.choice([(800, 600), (640, 640), (1024, 576)])
    paper = Image.new("RGB", (width, height), chance.choice(GROUNDS))
    if chance.random() < 0.5:
        grain = np.random.default_rng(seed).normal(0, 5, (height, width, 1))
        paper = Image.fromarray(np.clip(np.asarray(paper) + grain, 0, 255).astype(np.uint8))
    cells = [(row, column) for row in range(3) for column in range(4)]
    chance.shuffle(cells)
    things: list[Thing] = []
    for row, column in cells[: chance.randint(3, 9)]:
        colour = chance.choice(sorted(COLOURS))
        shape = chance.choice(["circle", "square", "triangle", "bar", "ring"])
        radius = chance.uniform(0.2, 0.42) * min(width / 4, height / 3)
        y, x = (row + 0.5) * height / 3, (column + 0.5) * width / 4
        mask = drawn(shape, (y, x), radius, chance.uniform(0, 360), (width, height))
        paper.paste(COLOURS[colour], mask=mask)
        things.append(known(f"{colour} {shape}", np.asarray(mask) > 127))
    return paper, things


def drawn(
    shape: str, centre: tuple[float, float], radius: float, turn: float, size: tuple[int, int]
) -> Image.Image:
    y, x = centre
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    if shape in {"circle", "ring"}:
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        if shape == "ring":
            inner = radius * 0.55
            pen.ellipse((x - inner, y - inner, x + inner, y + inner), fill=0)
        return mask
    corners = {
        "square": [(45, 1), (135, 1), (225, 1), (315, 1)],
        "triangle": [(90, 1), (210, 1), (330, 1)],
        "bar": [(8, 1), (172, 1), (188, 1), (352, 1)],
    }[shape]
    angles = [np.radians(angle + turn) for angle, _ in corners]
    pen.polygon([(x + radius * np.cos(a), y + radius * np.sin(a)) for a in angles], fill=255)
    return mask


def known(label: str, mask: np.ndarray) -> Thing:
    height, width = mask.shape
    rows, columns = np.nonzero(mask)
    scale = np.array([height, width, height, width]) / 1000
    edges = np.array([rows.min(), columns.min(), rows.max() + 1, columns.max() + 1]) / scale
    centre = (1000 * (rows.mean() + 0.5) / height, 1000 * (columns.mean() + 0.5) / width)
    return Thing(label, tuple(edges), centre, mask)


def sample_scene(path: Path) -> tuple[Image.Image, list[Thing]]:
    """A committed scene with its truth."""
    truth = json.loads(path.read_text())
    image = Image.open(path.parent / truth["image"]).convert("RGB")
    things: list[Thing] = []
    for each in truth["objects"]:
        flat = np.zeros(truth["width"] * truth["height"], bool)
        edges = np.cumsum(each["mask"])
        for start, end in zip(edges[::2], edges[1::2], strict=False):
            flat[start:end] = True
        mask = flat.reshape(truth["height"], truth["width"])
        thing = known(each["label"], mask)
        things.append(Thing(thing.label, thing.box, tuple(each["point"]), mask))
    return image, things


def measure(score: Score, image: Image.Image, things: list[Thing]) -> None:
    began = time.process_time()
    regions = scene_of(image).regions
    score.seconds.append(time.process_time() - began)
    overlaps = np.array([[iou(each.box, thing.box) for each in regions] for thing in things])
    overlaps = overlaps.reshape(len(things), len(regions))
    matched = 0
    for row, column in zip(*linear_sum_assignment(-overlaps), strict=True):
        if overlaps[row, column] < FOUND:
            continue
        matched += 1
        thing, region = things[row], regions[column]
        point = middle(region.mask)
        score.box_ious.append(overlaps[row, column])
        score.mask_ious.append(mask_iou(region.mask, thing.mask))
        if "ring" not in thing.label:  # whose centre is not on it
            score.point_errors.append(float(np.abs(np.array(point) - thing.centre).max()))
        score.in_mask.append(on(point, thing.mask))
    score.missed += len(things) - matched
    score.extra += len(regions) - matched
    score.changed += [changed(regions, other) for other in variants(image)]


def variants(image: Image.Image) -> list[Image.Image]:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=75)
    turned = image.transpose(Image.Transpose.ROTATE_90)
    return [ImageOps.mirror(image), turned, image.reduce(2), decode(buffer.getvalue())]


def changed(regions: tuple[Region, ...], other: Image.Image) -> float:
    before = Counter((region.colour, region.shape) for region in regions)
    after = Counter((region.colour, region.shape) for region in scene_of(other).regions)
    return 50 * ((before - after).total() + (after - before).total()) / max(len(regions), 1)


def iou(first: tuple[float, ...], second: tuple[float, ...]) -> float:
    height = min(first[2], second[2]) - max(first[0], second[0])
    width = min(first[3], second[3]) - max(first[1], second[1])
    shared = max(height, 0) * max(width, 0)
    areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (first, second)]
    return shared / (sum(areas) - shared)


def mask_iou(small: np.ndarray, mask: np.ndarray) -> float:
    size = mask.shape[::-1]
    found = np.asarray(Image.fromarray(small).convert("L").resize(size, Image.Resampling.BILINEAR))
    return float((mask & (found > 127)).sum() / (mask | (found > 127)).sum())


def on(point: tuple[float, float], mask: np.ndarray) -> bool:
    rows, columns = mask.shape
    return bool(
        mask[min(int(point[0] * rows / 1000), rows - 1)][
            min(int(point[1] * columns / 1000), columns - 1)
        ]
    )


def shown(name: str, score: Score) -> str:
    def median(values: list[float]) -> float:
        return float(np.median(values)) if values else float("nan")

    return (
        f"{name:<18}{median(score.point_errors):>9.1f}{100 * np.mean(score.in_mask or [0]):>8.0f} %"
        f"{median(score.box_ious):>8.2f}{median(score.mask_ious):>8.2f}{len(score.in_mask):>7}"
        f"{score.missed:>7}{score.extra:>6}{np.mean(score.changed):>9.0f}"
        f"{1000 * median(score.seconds):>7.0f}"
    )


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    print(
        f"{'scene':<18}{'point +-':>9}{'in mask':>10}{'box IoU':>8}{'mask':>8}{'found':>7}"
        f"{'missed':>7}{'extra':>6}{'changed':>9}{'ms':>7}"
    )
    drawn_score = Score()
    for seed in range(count):
        measure(drawn_score, *drawn_scene(seed))
    print(shown(f"{count} drawn", drawn_score))
    total = Score()
    for path in sorted(SCENES.glob("*.json")):
        truth = json.loads(path.read_text())
        if "objects" not in truth:
            continue
        score = Score()
        for each in (score, total):
            measure(each, *sample_scene(path))
        total.seconds[-1] = score.seconds[-1]  # the second look at a picture costs nothing
        print(shown(path.stem, score))
    print(shown("all samples", total))
    buffer = io.BytesIO()
    Image.open(SCENES / "fruit_table.jpg").resize((1280, 960)).save(buffer, "JPEG", quality=90)
    began = time.process_time()
    scene_of(decode(buffer.getvalue()))
    print(f"a JPEG of 1280 x 960, decoded and seen: {1000 * (time.process_time() - began):.0f} ms")


if __name__ == "__main__":
    main()
