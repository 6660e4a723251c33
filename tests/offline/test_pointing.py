"""Points, parts and grips of one thing, from its pixels alone."""

from __future__ import annotations

import base64
import io
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.offline.vision.pointing import (
    grasp_angle,
    mask_png,
    middle,
    part,
    polygon,
    scattered,
)

PROPERTY = settings(max_examples=40, derandomize=True, deadline=None)
ROWS, COLUMNS = 60, 80


@st.composite
def masks(draw: st.DrawFn) -> np.ndarray:
    """A few overlapping rectangles, some with a hole."""
    mask = np.zeros((ROWS, COLUMNS), bool)
    for _ in range(draw(st.integers(1, 3))):
        y, x = draw(st.integers(2, 40)), draw(st.integers(2, 55))
        mask[y : y + draw(st.integers(3, 18)), x : x + draw(st.integers(3, 22))] = True
    rows, columns = np.nonzero(mask)
    if draw(st.booleans()):
        mask[int(rows.mean()), int(columns.mean())] = False
    return mask


def on(place: tuple[float, float], mask: np.ndarray) -> bool:
    rows, columns = mask.shape
    return bool(mask[int(place[0] * rows / 1000), int(place[1] * columns / 1000)])


@PROPERTY
@given(masks())
def test_the_middle_and_every_end_of_a_thing_are_on_it(mask: np.ndarray) -> None:
    assert on(middle(mask), mask)
    for name in ("top", "bottom", "left", "right", "tip", "corner"):
        assert on(part(mask, frozenset({name})), mask)


@PROPERTY
@given(masks())
def test_ends_lie_in_their_direction(mask: np.ndarray) -> None:
    top, bottom = (part(mask, frozenset({name}))[0] for name in ("top", "bottom"))
    left, right = (part(mask, frozenset({name}))[1] for name in ("left", "right"))

    assert top <= bottom
    assert left <= right


@PROPERTY
@given(masks(), st.floats(0.1, 2), st.integers(0, 9))
def test_an_unsteady_point_stays_on_the_thing(mask: np.ndarray, heat: float, seed: int) -> None:
    assert on(scattered(middle(mask), mask, Random(seed), heat), mask)


def test_without_temperature_nothing_moves() -> None:
    assert scattered((500.0, 400.0), np.ones((9, 9), bool), Random(1), 0) == (500.0, 400.0)


def test_a_ring_is_pointed_at_above_its_hole_and_the_hole_inside_it() -> None:
    y, x = np.indices((100, 100))
    away = np.hypot(y - 50, x - 50)
    ring = (away < 40) & (away > 20)

    assert middle(ring)[0] < 350
    assert abs(middle(ring)[1] - 500) < 15
    assert part(ring, frozenset({"hole"})) == pytest.approx((505, 505), abs=6)


@pytest.mark.parametrize("turn", [0, 30, 60, -40])
def test_a_gripper_closes_across_a_rod(turn: int) -> None:
    y, x = np.indices((200, 200)) - 100
    along = np.cos(np.radians(turn)) * x - np.sin(np.radians(turn)) * y
    across = np.sin(np.radians(turn)) * x + np.cos(np.radians(turn)) * y
    rod = (np.abs(along) < 70) & (np.abs(across) < 8)

    off = (grasp_angle(rod) - (turn + 90)) % 180
    assert min(off, 180 - off) <= 2


@PROPERTY
@given(masks())
def test_the_polygon_covers_its_largest_part(mask: np.ndarray) -> None:
    corners = np.array(polygon(mask)) / 1000 * (ROWS, COLUMNS)
    y, x = corners.T
    area = abs(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1))) / 2

    assert area <= (ROWS - 1) * (COLUMNS - 1)
    assert area >= 0.2 * mask.sum()
    assert (corners >= 0).all()


def test_a_mask_is_a_grey_picture_of_its_box() -> None:
    mask = np.zeros((100, 200), bool)
    mask[20:60, 50:90] = True
    mask[20:40, 50:70] = False
    url = mask_png(mask, (200, 250, 600, 450))
    picture = Image.open(io.BytesIO(base64.b64decode(url.removeprefix("data:image/png;base64,"))))
    inside = np.asarray(picture) > 127

    assert (picture.size, picture.mode) == ((256, 256), "L")
    assert not inside[:120, :120].any()
    assert inside[136:].mean() > 0.99
    assert inside.mean() == pytest.approx(0.75, abs=0.02)
