from __future__ import annotations

from itertools import combinations

import pytest

from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.labels import legend_labels
from gemini_nb.drawing.scene import LegendLine, Scene
from gemini_nb.spatial.geometry import Box, Point


def test_of_a_hundred_marks_at_most_five_have_no_label_and_all_are_listed() -> None:
    found = [Point(37 * n % 1000, 91 * n % 1000, label=f"spot {n}") for n in range(50)]
    found += [
        Box(y, x, y + 90, x + 90, label=f"thing {y} {x}")
        for y in range(0, 900, 90)
        for x in range(0, 900, 180)
    ]
    scene = compose(found, 800, 600)
    assert len(scene.labels) >= 95
    assert len(scene.legend) == 100


@pytest.mark.parametrize("spread", [0, 8])
def test_of_many_points_each_has_a_label_or_is_listed(spread: int) -> None:
    found = [Point(spread * n, 0, label=f"bead {n}") for n in range(120)]
    scene = compose(found, 640, 480)
    assert sorted(line.text for line in scene.legend) == sorted(each.label for each in found)
    assert sum(line.placed for line in scene.legend) == len(scene.labels) > 0


def test_in_a_small_crowd_every_point_has_a_name_or_a_number() -> None:
    crowd = [(y, x) for y in (430, 480, 530, 580) for x in (450, 510, 570)]
    scene = compose([Point(*at, label=f"small bead {n}") for n, at in enumerate(crowd)], 800, 600)
    assert {label.mark for label in scene.labels} == set(range(12))


def test_the_legend_has_a_line_for_each_name() -> None:
    found = [Point(300 * n, 500, label=name) for n, name in enumerate(("tea", "pot", "tea", "tea"))]
    found.append(Point(50, 50, label="tea"))
    scene = compose(found, 640, 480, labels="numbers")
    assert [line[:2] for line in scene.legend] == [("1, 3-5", "tea"), ("2", "pot")]


def test_the_legend_stands_below_the_picture_in_columns() -> None:
    entries = tuple(LegendLine(str(n), f"a mug, number {n}", "#0072b2") for n in range(1, 41))
    labels, height = legend_labels(Scene(1280, 960, legend=entries))
    assert len(labels) == 80
    assert all(960 <= label.box.top < label.box.bottom <= 960 + height for label in labels)
    assert all(label.box.right <= 1280 for label in labels)
    for one, other in combinations(labels, 2):
        assert not (
            one.box.left < other.box.right
            and other.box.left < one.box.right
            and one.box.top < other.box.bottom
            and other.box.top < one.box.bottom
        )
