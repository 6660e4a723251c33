"""Boxes in space: their corners, and where these fall on the image."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.spatial.box_3d import EDGES, Box3D

quick = settings(derandomize=True, deadline=None, max_examples=40)
metres = st.floats(-2, 2)
degrees = st.integers(-180, 180)
sizes = st.floats(0.1, 2)


@quick
@given(st.tuples(metres, metres, metres), st.tuples(sizes, sizes, sizes), degrees, degrees, degrees)
def test_a_box_in_space_has_edges_of_its_size_however_it_is_turned(
    centre: tuple[float, float, float],
    size: tuple[float, float, float],
    roll: int,
    pitch: int,
    yaw: int,
) -> None:
    corners = np.array(Box3D(centre, size, (roll, pitch, yaw)).corners())
    lengths = sorted(float(np.linalg.norm(corners[a] - corners[b])) for a, b in EDGES)
    assert lengths == pytest.approx(sorted(4 * list(size)), abs=1e-6)
    assert corners.mean(axis=0) == pytest.approx(centre, abs=1e-6)


def test_a_quarter_turn_about_the_vertical_swaps_width_and_depth() -> None:
    one, other = Box3D((0, 5, 0), (2, 1, 3), (0, 0, 90)), Box3D((0, 5, 0), (1, 2, 3), (0, 0, 0))
    assert {tuple(np.round(corner, 6)) for corner in one.corners()} == {
        tuple(np.round(corner, 6)) for corner in other.corners()
    }


@quick
@given(metres, st.floats(3, 9), metres)
def test_what_is_mirrored_in_space_is_mirrored_on_the_image(x: float, y: float, z: float) -> None:
    right = Box3D((x, y, z), (0.5, 0.5, 0.5), (0, 0, 0)).project(800, 600)
    left = Box3D((-x, y, z), (0.5, 0.5, 0.5), (0, 0, 0)).project(800, 600)
    for corner, place in enumerate(right):
        other = left[corner ^ 4]  # the corner on the other side, at the same depth and height
        assert place is not None
        assert other is not None
        assert (800 - place.x, place.y) == pytest.approx(other, abs=1e-6)


def test_what_is_farther_away_looks_smaller() -> None:
    widths = []
    for distance in (3, 6):
        seen = Box3D((0, distance, 0), (1, 1, 1), (0, 0, 0)).project(800, 600)
        widths.append(max(p.x for p in seen if p) - min(p.x for p in seen if p))
    assert widths[1] < widths[0] / 1.9


def test_a_wider_view_shows_things_nearer_to_the_middle() -> None:
    crate = Box3D((1, 4, 0), (1, 1, 1), (0, 0, 0))
    near, far = (crate.project(800, 600, field_of_view=view)[7] for view in (50, 90))
    assert near is not None
    assert far is not None
    assert abs(far.x - 400) < abs(near.x - 400)


def test_what_is_behind_the_camera_is_nowhere() -> None:
    assert set(Box3D((0, -5, 0), (1, 1, 1), (0, 0, 0)).project(800, 600)) == {None}
