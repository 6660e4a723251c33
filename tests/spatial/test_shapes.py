"""Masks, boxes in space and grasps: what their pixels, corners and parts are."""

from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gemini_nb.errors import GeometryError
from gemini_nb.spatial.box_3d import EDGES, Box3D
from gemini_nb.spatial.geometry import Affine, Box, Item, Point
from gemini_nb.spatial.masks import Mask
from gemini_nb.spatial.statements import Angle, grasps_in

quick = settings(derandomize=True, deadline=None, max_examples=40)
metres = st.floats(-2, 2)
degrees = st.integers(-180, 180)
sizes = st.floats(0.1, 2)


def grey(*rows: list[int]) -> bytes:
    """A PNG of these values."""
    file = io.BytesIO()
    Image.fromarray(np.array(rows, np.uint8)).save(file, "PNG")
    return file.getvalue()


def rectangle(ymin: float, xmin: float, ymax: float, xmax: float) -> Mask:
    """A mask with the outline of its box."""
    corners = Point(ymin, xmin), Point(ymin, xmax), Point(ymax, xmax), Point(ymax, xmin)
    return Mask(Box(ymin, xmin, ymax, xmax), polygons=(corners,))


@quick
@given(st.integers(0, 8), st.integers(0, 8), st.integers(1, 8), st.integers(1, 8))
def test_a_polygon_covers_the_pixels_whose_centres_it_holds(
    top: int, left: int, height: int, width: int
) -> None:
    mask = rectangle(*(50 * n for n in (top, left, top + height, left + width)))
    pixels = mask.to_array(width=20, height=20)
    wanted = np.zeros((20, 20), bool)
    wanted[top : top + height, left : left + width] = True
    # Pillow counts the border of a polygon as its inside.
    assert not (wanted & ~pixels).any()
    assert (pixels & ~wanted).sum() <= 2 * (width + height) + 4


@quick
@given(st.integers(0, 500), st.integers(0, 500))
def test_a_png_is_stretched_over_its_box(top: int, left: int) -> None:
    mask = Mask(Box(top, left, top + 500, left + 500), png=grey([255]))
    pixels = mask.to_array(width=100, height=100)
    assert pixels.sum() == pytest.approx(2500, abs=200)
    assert pixels[top // 10 + 25, left // 10 + 25]


def test_only_probabilities_above_a_half_belong_to_the_thing() -> None:
    mask = Mask(Box(0, 0, 1000, 1000), png=grey([0, 127], [128, 255]))
    assert mask.to_array(2, 2).tolist() == [[False, False], [True, True]]


def test_a_png_that_reaches_out_of_the_image_keeps_its_size() -> None:
    mask = Mask(Box(-500, 0, 500, 1000), png=grey([0], [255]))
    assert mask.clip() == mask
    assert mask.to_array(width=2, height=8).sum(axis=1).tolist() == [2, 2, 2, 2, 0, 0, 0, 0]


def test_a_mirrored_polygon_covers_the_mirrored_pixels() -> None:
    mask = Mask(Box(0, 0, 900, 500), polygons=((Point(0, 0), Point(900, 0), Point(900, 500)),))
    mirrored = mask.transform(Affine(1, 0, -1, 1000))
    one, other = mask.to_array(64, 64), mirrored.to_array(64, 64)[:, ::-1]
    assert (one != other).mean() < 0.03
    assert one.mean() == pytest.approx(0.225, abs=0.03)


def test_a_mask_of_nothing_is_refused() -> None:
    with pytest.raises(GeometryError, match="PNG nor polygons"):
        Mask(Box(0, 0, 9, 9))


def test_a_mask_is_written_with_its_box() -> None:
    said = rectangle(0, 0, 10, 20).to_dict()
    assert said["box_2d"] == [0, 0, 10, 20]
    assert said["mask"] == [[0, 0], [0, 20], [10, 20], [10, 0]]
    png = Mask(Box(0, 0, 9, 9), png=grey([255])).to_dict()["mask"]
    assert png.startswith("data:image/png;base64,")


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
        assert (800 - place.x, place.y) == pytest.approx(other, abs=0.11)


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


def test_a_grasp_is_an_angle_with_the_point_and_box_of_its_name() -> None:
    items: list[Item] = [
        Box(0, 0, 100, 100, label="cup"),
        Box(500, 500, 600, 600, label="lid"),
        Point(50, 50, label="cup"),
        Point(550, 550, label="lid"),
        Angle(15, label="lid"),
        Angle(-40, label="cup"),
    ]
    lid, cup = grasps_in(items)
    assert (lid.point, lid.degrees, lid.box, lid.label) == (items[3], 15, items[1], "lid")
    assert (cup.point, cup.degrees, cup.box, cup.parts) == (items[2], -40, items[0], (0, 2, 5))


def test_a_box_alone_is_grasped_in_its_middle() -> None:
    [grasp] = grasps_in([Box(0, 0, 100, 50, label="cup"), Angle(5)])
    assert grasp.point == Point(50, 25)
    assert grasp.label == "cup"


def test_no_point_is_grasped_twice() -> None:
    assert len(grasps_in([Point(5, 5), Angle(1), Angle(2)])) == 1


def test_an_angle_alone_is_no_grasp() -> None:
    assert grasps_in([Angle(5), Point(1, 1, label="lid"), Angle(7, label="cup")])[0].degrees == 5
    assert grasps_in([Angle(7)]) == ()
