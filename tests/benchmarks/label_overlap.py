"""Do labels overlap or leave the picture, and how long does placing them take?

Run it on a quiet machine: `python tests/benchmarks/label_overlap.py`. Times are of the processor,
the median of several runs; "compose" is from annotations to the scene, "SVG" the markup of that.
"""

from __future__ import annotations

import math
import random
import statistics
import time
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.svg import document
from gemini_nb.spatial.geometry import Box, Point

if TYPE_CHECKING:
    from collections.abc import Callable

    from gemini_nb.drawing.scene import Label
    from gemini_nb.spatial.geometry import Item

RUNS = 9
CAKES = ("lemon cupcake", "cupcake with cherries", "candied violets", "plum tartlet", "icing")
ADVICE = (
    "the ladle leans on the hot plate, lay it on its rest before the handle gets too warm",
    "dry the puddle under the dishwasher before anybody slips on it",
    "the jug stands half over the edge of the worktop and would break if it were pushed",
    "hang the scissors on their hook, out of reach of the children",
    "the lead of the kettle runs across the way to the door, put the kettle beside the socket",
    "shut the drawer",
)
THINGS = ("lime", "lime", "loaf", "loaf", "loaf", "fig", "jar", "board", "salt cellar", "whisk")


class Case(NamedTuple):
    name: str
    items: list[Item]
    width: int
    height: int


def random_boxes(count: int, seed: int = 5) -> list[Item]:
    chance = random.Random(seed)
    boxes: list[Item] = []
    for number in range(count):
        height, width = chance.randrange(40, 180), chance.randrange(40, 180)
        top, left = chance.randrange(1000 - height), chance.randrange(1000 - width)
        boxes.append(Box(top, left, top + height, left + width, label=f"object {number}"))
    return boxes


def random_points(count: int, seed: int = 6) -> list[Item]:
    chance = random.Random(seed)
    return [
        Point(chance.randrange(1000), chance.randrange(1000), label=f"spot {number}")
        for number in range(count)
    ]


def cases() -> list[Case]:
    cakes: list[Item] = [
        Box(90 + 290 * row, 40 + 190 * column, 350 + 290 * row, 215 + 190 * column, label=name)
        for row in range(3)
        for column in range(5)
        for name in [CAKES[(2 * row + column) % len(CAKES)]]
    ]
    advice: list[Item] = [
        Box(60 + 120 * at, 90 + 170 * at % 600, 260 + 120 * at, 330 + 170 * at % 600, label=text)
        for at, text in enumerate(ADVICE)
    ]
    arc = [
        Point(round(760 - 460 * math.sin(math.pi * at / 15)), 130 + 49 * at, label=str(at))
        for at in range(16)
    ]
    apart: list[Item] = [Point(point.y, point.x, label=f"no. {point.label}") for point in arc]
    chance = random.Random(4)
    table: list[Item] = [
        Point(chance.randrange(250, 950), chance.randrange(50, 950), label=name) for name in THINGS
    ]
    return [
        Case("15 boxes of cupcakes", cakes, 800, 600),
        Case("6 labels of a sentence each", advice, 800, 600),
        Case("16 numbered points, as one path", [*arc], 800, 600),
        Case("16 points of a path, labelled one by one", apart, 800, 600),
        Case("10 points on a table", table, 800, 600),
        Case("40 random boxes", random_boxes(40), 800, 600),
        Case("100 random boxes", random_boxes(100), 800, 600),
        Case("10 boxes and 10 points", random_boxes(10) + random_points(10), 1280, 960),
        Case("100 boxes and 100 points", random_boxes(100) + random_points(100), 1280, 960),
        Case("1000 points", random_points(1000), 1280, 960),
        Case("1000 boxes and 1000 points", random_boxes(1000) + random_points(1000), 1280, 960),
    ]


def main() -> None:
    heads = (
        "labels",
        "as no.",
        "unplaced",
        "overlap",
        "leave",
        "compose",
        "placing",
        "SVG",
    )
    print(f"{'case':<42}" + "".join(f"{head:>9}" for head in heads))
    for case in cases():
        print(row(case))


def row(case: Case) -> str:
    name, items, width, height = case
    scene = compose(items, width, height)
    labels = scene.labels
    overlapping = {
        at
        for pair in combinations(range(len(labels)), 2)
        if overlap(*(labels[i] for i in pair))
        for at in pair
    }
    leaving = sum(
        label.box.left < 0
        or label.box.top < 0
        or label.box.right > width
        or label.box.bottom > height
        for label in labels
    )
    whole = milliseconds(lambda: compose(items, width, height))
    bare = milliseconds(lambda: compose(items, width, height, labels="none"))
    svg = milliseconds(lambda: document(scene))
    counts = (
        len(labels),
        len(scene.legend),
        sum(not line.placed for line in scene.legend),
        len(overlapping),
        leaving,
    )
    times = f"{whole:>6.2f} ms{whole - bare:>6.2f} ms{svg:>6.2f} ms"
    return f"{name:<42}" + "".join(f"{count:>9}" for count in counts) + times


def overlap(one: Label, other: Label) -> bool:
    return (
        one.box.left < other.box.right
        and other.box.left < one.box.right
        and one.box.top < other.box.bottom
        and other.box.top < one.box.bottom
    )


def milliseconds(work: Callable[[], object]) -> float:
    times: list[float] = []
    for _ in range(RUNS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return 1000 * statistics.median(times)


if __name__ == "__main__":
    main()
