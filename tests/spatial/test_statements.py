"""Grasps: each angle with the point and the box that it belongs to."""

from __future__ import annotations

from gemini_nb.spatial.geometry import Box, Item, Point
from gemini_nb.spatial.statements import Angle, grasps_in


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
