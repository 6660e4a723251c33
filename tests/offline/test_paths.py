"""Ways around what lies in a picture, by what a straight edge would say of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageOps

from gemini_nb.offline.vision.paths import along, tour, way
from gemini_nb.offline.vision.scene import Scene, scene_of

PROPERTY = settings(max_examples=4, derandomize=True, deadline=None)
WIDTH, HEIGHT = 480, 360
START, GOAL = (500.0, 100.0), (500.0, 900.0)
Box = tuple[int, int, int, int]
"""Left, top, right and bottom, in pixels."""
WALL = (220, 120, 260, 260)


def picture(*boxes: Box, ends: bool = True) -> Image.Image:
    """A red disc on the left, a green one on the right, and blue boxes."""
    paper = Image.new("RGB", (WIDTH, HEIGHT), "#efe9dc")
    pen = ImageDraw.Draw(paper)
    for x, colour in ((48, "#cf2b2b"), (432, "#2f9c3c")) if ends else ():
        pen.ellipse((x - 18, 162, x + 18, 198), fill=colour)
    for box in boxes:
        pen.rectangle(box, fill="#2a5bd2")
    return paper


def colours(scene: Scene, colour: str) -> list[int]:
    return [n for n, region in enumerate(scene.regions) if region.colour == colour]


def room(stops: tuple[tuple[float, float], ...], box: Box) -> float:
    """The least distance of the line through `stops` from the box, in pixels; 0 inside it."""
    shares = np.linspace(0, 1, 200)[:, None]
    line = np.concatenate([np.array(a) + shares * np.subtract(b, a) for a, b in pairwise(stops)])
    y, x = (line / 1000 * (HEIGHT, WIDTH)).T
    away = np.hypot(
        np.maximum(0, np.maximum(box[0] - x, x - box[2])),
        np.maximum(0, np.maximum(box[1] - y, y - box[3])),
    )
    return float(away.min())


@st.composite
def walls(draw: st.DrawFn) -> Box:
    left, top = draw(st.integers(110, 300)), draw(st.integers(40, 170))
    return left, top, left + draw(st.integers(20, 70)), top + draw(st.integers(20, 140))


@PROPERTY
@given(walls(), st.integers(6, 20))
def test_the_stretches_between_stops_keep_room_to_what_lies_between(wall: Box, count: int) -> None:
    stops = way(scene_of(picture(wall)), START, GOAL, points=count)

    assert len(stops) == count
    assert stops[0] == pytest.approx(START)
    assert stops[-1] == pytest.approx(GOAL)
    assert room(stops, wall) >= 6


@PROPERTY
@given(walls())
def test_a_way_bends_only_where_something_is_in_the_way(wall: Box) -> None:
    scene = scene_of(picture(wall))
    stops = way(scene, START, GOAL, colours(scene, "blue"))
    straight = room((START, GOAL), wall) > 18

    assert (max(abs(y - 500) for y, _ in stops) < 1) == straight or room((START, GOAL), wall) > 8


@PROPERTY
@given(walls())
def test_mirrored_pictures_give_mirrored_ways(wall: Box) -> None:
    image = picture(wall)
    stops = way(scene_of(image), START, GOAL)
    mirrored = way(scene_of(ImageOps.mirror(image)), GOAL, START)

    assert room(mirrored, (WIDTH - wall[2], wall[1], WIDTH - wall[0], wall[3])) >= 6
    for (y, x), (other_y, other_x) in zip(stops, mirrored, strict=True):
        if abs(wall[1] + wall[3] - HEIGHT) > 30:  # or both ways around are as long
            assert (other_y, 1000 - other_x) == pytest.approx((y, x), abs=60)


@pytest.mark.parametrize("count", [3, 4, 5, 9, 16])
def test_few_stops_lead_around_an_obstacle_too(count: int) -> None:
    scene = scene_of(picture(WALL))
    stops = way(scene, START, GOAL, colours(scene, "blue"), count)
    lengths = [np.hypot((d - b) * WIDTH, (c - a) * HEIGHT) for (a, b), (c, d) in pairwise(stops)]

    assert room(stops, WALL) >= 6
    assert max(lengths) <= 2.1 * min(lengths)


def test_what_holds_the_ends_or_lies_in_them_is_not_in_the_way() -> None:
    image = picture()
    ImageDraw.Draw(image).ellipse((42, 174, 54, 186), fill="#2a5bd2")

    assert way(scene_of(image), START, GOAL, points=3)[1] == pytest.approx((500, 500))


def test_a_thing_without_a_gap_beside_it_is_crossed_unless_it_is_to_be_avoided() -> None:
    scene = scene_of(picture((220, 0, 260, HEIGHT)))

    assert len(way(scene, START, GOAL, points=5)) == 5
    assert way(scene, START, GOAL, colours(scene, "blue")) == ()


@pytest.mark.parametrize(("points", "avoided"), [(2, "blue"), (9, "red")])
def test_what_cannot_be_done_is_not_done(points: int, avoided: str) -> None:
    scene = scene_of(picture(WALL))

    assert way(scene, START, GOAL, colours(scene, avoided), points) == ()


def test_one_stop_is_the_goal() -> None:
    assert way(scene_of(picture(WALL)), START, GOAL, points=1) == (GOAL,)


@pytest.mark.parametrize(
    ("line", "count", "stops"),
    [
        ([(0, 0), (0, 900)], 4, [(0, 0), (0, 300), (0, 600), (0, 900)]),
        ([(0, 0), (0, 100), (0, 900)], 4, [(0, 0), (0, 100), (0, 500), (0, 900)]),
        ([(0, 0), (0, 100), (0, 900)], 2, [(0, 0), (0, 900)]),
        ([(7, 8)], 2, [(7, 8), (7, 8)]),
        ([(0, 0), (9, 9)], 1, [(9, 9)]),
    ],
)
def test_stops_are_about_equally_far_apart(
    line: list[tuple[float, float]], count: int, stops: list[tuple[float, float]]
) -> None:
    assert along(line, count) == tuple(stops)


@PROPERTY
@given(st.lists(st.tuples(st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=12))
def test_a_tour_visits_every_place_once_and_is_no_longer_than_the_list(
    places: list[tuple[int, int]],
) -> None:
    order = tour(places)

    def length(line: list[int]) -> float:
        return sum(float(np.hypot(*np.subtract(places[a], places[b]))) for a, b in pairwise(line))

    assert order[0] == 0
    assert sorted(order) == list(range(len(places)))
    assert length([*order]) <= length([*range(len(places))]) + 1e-6 or len(places) > 4


def test_a_tour_does_not_cross_itself() -> None:
    square = [(0, 0), (900, 900), (0, 900), (900, 0), (450, 950)]

    assert tour(square) in {(0, 3, 1, 4, 2), (0, 2, 4, 1, 3)}
