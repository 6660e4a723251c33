from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

import pytest

from gemini_nb.drawing.composition import compose
from gemini_nb.drawing.mime_bundle import html
from gemini_nb.drawing.picture import Encoded
from gemini_nb.spatial.geometry import Box, Item, Point
from gemini_nb.spatial.issues import Issue

if TYPE_CHECKING:
    from gemini_nb.drawing.scene import Scene

PICTURE = Encoded(b"no picture", "image/png", 640, 480)
SPOT = re.compile(
    r"title='([^']*)' style='position:absolute;left:([\d.]+)%;top:([\d.]+)%;"
    r"width:([\d.]+)%;height:([\d.]+)%'"
)


def spots(scene: Scene) -> list[tuple[str, tuple[float, float, float, float]]]:
    """The title of each spot, and its sides in pixels."""
    found: list[tuple[str, tuple[float, float, float, float]]] = []
    for title, *sides in SPOT.findall(html(scene, PICTURE)):
        left, top, width, height = map(float, sides)
        x, y = scene.width / 100, scene.height / 100
        found.append((title, (left * x, top * y, (left + width) * x, (top + height) * y)))
    return found


def crowd(count: int) -> list[Item]:
    """That many boxes, and as many points."""
    chance = Random(count)
    items: list[Item] = []
    for n in range(count):
        y, x, y_point, x_point = (chance.randrange(900) for _ in range(4))
        items += [
            Box(y, x, y + 99, x + 99, label=f"mug {n}"),
            Point(y_point, x_point, label=f"pot {n}"),
        ]
    return items


@pytest.mark.parametrize("count", [1, 7, 90])
def test_pointing_at_a_mark_leaves_its_label_bright(count: int) -> None:
    scene = compose(crowd(count), 640, 480)
    areas = [area for _, area in spots(scene)]
    assert [title for title, _ in spots(scene)] == [mark.title for mark in scene.marks]
    for label in scene.labels:
        left, top, right, bottom = areas[label.mark]
        assert left - 1 <= label.box.left < label.box.right <= right + 1
        assert top - 1 <= label.box.top < label.box.bottom <= bottom + 1


def test_the_models_words_are_shown_as_text() -> None:
    shown = html(compose([], 640, 480), PICTURE, words="I see <nothing> here.\nSorry.")
    assert "I see &lt;nothing&gt; here.\nSorry." in shown


def test_each_thing_of_a_crowd_is_named_below_the_picture() -> None:
    found = [Point(0, 0, label=f"bead <{n}>") for n in range(120)]
    shown = html(compose(found, 640, 480), PICTURE)
    for n in range(120):
        assert re.search(rf"<li>(<b [^>]*>)?.?{n + 1}.?(</b>)? bead &lt;{n}&gt;", shown)


def test_issues_beyond_two_hundred_are_counted() -> None:
    issues = [Issue("repaired", f"a comma {n}") for n in range(1_300)]
    shown = html(compose([], 640, 480), PICTURE, summary="nothing found", issues=issues)
    assert shown.count("<li>") == 201
    assert "<li>and 1,100 more" in shown


def test_a_mark_of_a_crowd_takes_at_most_450_bytes() -> None:
    shown = html(compose(crowd(100), 1280, 960), PICTURE)
    assert len(shown.encode()) < 200 * 450
