"""What gripping, pushing and dropping do in 2-D: all of it follows from where things are."""

from __future__ import annotations

import math
from dataclasses import replace
from random import Random

import pytest

from gemini_nb.robot import table_top
from gemini_nb.robot.table_2d import Table2D
from gemini_nb.robot.things import COLOURS, FORMS, HOLDERS, Thing
from gemini_nb.spatial.geometry import Point

ORIGIN = Point(0, 0)
MIRRORED = Point(0, 1000)


def table(*things: Thing, origin: Point = ORIGIN) -> Table2D:
    return Table2D(things, origin)


def go(robot: Table2D, x: float, y: float, *, high: bool) -> str:
    """To a place of the table; what happened on the way, without where it is."""
    place = robot.to_image(x, y)
    told = robot.move(round(place.x - robot.origin.x), round(place.y - robot.origin.y), high=high)
    return told.partition("; ")[2]


def grip(robot: Table2D, x: float, y: float) -> str:
    """Come down there with open fingers and close them."""
    robot.set_gripper_state(opened=True)
    on_the_way = go(robot, x, y, high=True), go(robot, x, y, high=False)
    told = robot.set_gripper_state(opened=False)
    return "; ".join(filter(None, (*on_the_way, told)))


def drop(robot: Table2D, x: float, y: float) -> str:
    """Carry what is held to a place, high, and open the fingers."""
    told = go(robot, *robot.state.gripper[:2], high=True), go(robot, x, y, high=True)
    return "; ".join(filter(None, (*told, robot.set_gripper_state(opened=True))))


BLOCK, BOWL = Thing("blue block"), Thing("orange bowl", 160, 0)


@pytest.mark.parametrize(
    ("x", "y", "told"),
    [
        (0, 0, "holding the blue block"),
        (10, 8, "holding the blue block"),
        (0, 20, "holding the blue block"),  # badly: see below
        (0, 45, "nothing gripped"),
        (90, 0, "nothing gripped"),
        (35, 0, "knocked over the blue block; nothing gripped"),
        (-35, 0, "knocked over the blue block; nothing gripped"),
    ],
)
def test_the_fingers_close_on_what_is_between_them(x: float, y: float, told: str) -> None:
    robot = table(BLOCK)
    assert grip(robot, x, y) == told
    assert (robot.state.held == "blue block") == told.startswith("holding")
    assert robot.state.fallen == ({"blue block"} if "over" in told else set())


def test_what_is_knocked_over_lies_beside_the_fingers() -> None:
    robot = table(Thing("red can"))
    grip(robot, 35, 0)
    x, y, height = robot.state.things["red can"]
    assert x < -20
    assert (abs(y) < 1, height) == (True, 0)
    assert grip(robot, x, y) == "holding the red can"


def test_a_ball_is_pushed_away_and_doesn_t_fall() -> None:
    robot = table(Thing("green ball"))
    assert grip(robot, 35, 0).startswith("pushed the green ball")
    assert robot.state.fallen == frozenset()


def test_a_turned_block_takes_more_room_and_is_straightened_by_the_fingers() -> None:
    turned = replace(BLOCK, turn=45)
    assert grip(table(BLOCK), 16, 0) == "holding the blue block"
    assert grip(table(turned), 16, 0).startswith("knocked over the blue block")
    assert grip(table(turned), 0, 0) == "holding the blue block"


def test_closed_fingers_knock_over_what_they_come_down_on() -> None:
    robot = table(BLOCK)
    robot.set_gripper_state(opened=False)
    go(robot, 0, 0, high=True)
    assert go(robot, 0, 0, high=False) == "knocked over the blue block"


def test_high_above_the_table_nothing_is_gripped_and_nothing_hit() -> None:
    robot = table(BLOCK, BOWL)
    go(robot, -200, 0, high=True)
    assert go(robot, 0, 0, high=True) == ""
    assert robot.set_gripper_state(opened=False) == "nothing gripped"
    assert robot.state.things["blue block"] == (0, 0, 0)


@pytest.mark.parametrize("form", sorted(HOLDERS))
def test_a_holder_is_too_wide(form: str) -> None:
    robot = table(Thing(f"teal {form}"))
    told = grip(robot, 0, 0)
    assert told.endswith("nothing gripped")


@pytest.mark.parametrize("form", ["block", "can", "ball"])
def test_low_fingers_push_what_is_in_the_way(form: str) -> None:
    robot = table(Thing(f"red {form}"))
    go(robot, -120, 0, high=False)
    assert go(robot, 100, 0, high=False) == f"pushed the red {form}"
    x, y, _ = robot.state.things[f"red {form}"]
    assert x > 170
    assert y == pytest.approx(0, abs=1)


def test_what_is_pushed_pushes_the_next_and_takes_along_what_lies_in_it() -> None:
    robot = table(Thing("red ball"), BLOCK, replace(BOWL, x=110))
    grip(robot, 0, 0)
    drop(robot, 110, 0)
    go(robot, -120, 0, high=False)
    told = go(robot, 50, 0, high=False)
    assert "pushed the red ball" in told
    things = robot.state.things
    assert things["orange bowl"][0] > 130
    assert things["red ball"][0] < things["orange bowl"][0] - 85
    if things["blue block"][2]:
        assert things["blue block"][0] == pytest.approx(things["orange bowl"][0], abs=3)


def test_a_bowl_is_pushed_with_what_lies_at_its_rim() -> None:
    robot = table(BLOCK, BOWL)
    grip(robot, 0, 0)
    assert "in the orange bowl" in drop(robot, 120, 0)
    go(robot, 290, 0, high=True)
    go(robot, 290, 0, high=False)
    told = go(robot, 250, 0, high=False)
    assert told == "pushed the blue block; pushed the orange bowl"
    bowl, block = (robot.state.things[name][0] for name in ("orange bowl", "blue block"))
    assert block - bowl == pytest.approx(-40, abs=1)


def test_what_is_pushed_off_the_table_is_told() -> None:
    robot = table(Thing("red ball", 250, 0))
    go(robot, 150, 0, high=False)
    assert go(robot, 310, 0, high=False) == "pushed the red ball off the table"


def test_low_fingers_around_a_thing_pass_it_by() -> None:
    robot = table(BLOCK)
    go(robot, 0, -120, high=False)
    assert go(robot, 0, 0, high=False) == ""
    assert robot.set_gripper_state(opened=False) == "holding the blue block"


def test_what_is_held_far_off_its_middle_slips_out_on_the_way() -> None:
    robot = table(BLOCK, BOWL)
    assert grip(robot, 0, 20) == "holding the blue block"
    go(robot, 0, 20, high=True)
    told = go(robot, -160, 0, high=True)
    assert told == "the blue block slipped out: it lies on the table, fallen"
    x, _, height = robot.state.things["blue block"]
    assert -120 < x < -40
    assert height == 0
    assert robot.state.held == ""
    assert robot.set_gripper_state(opened=True) == "open"


@pytest.mark.parametrize(
    ("x", "told", "height"),
    [
        (160, "it lies in the orange bowl", 6),
        (120, "it lies in the orange bowl", 6),
        (95, "it lies beside the orange bowl, fallen", 0),
        (75, "it lies beside the orange bowl, fallen", 0),
        (30, "it lies on the table, fallen", 0),
    ],
)
def test_what_is_let_go_falls_into_the_bowl_or_off_its_rim(
    x: float, told: str, height: int
) -> None:
    robot = table(replace(BLOCK, x=-100), BOWL)
    grip(robot, -100, 0)
    assert drop(robot, x, 0) == f"let go of the blue block: {told}"
    assert robot.state.things["blue block"][2] == height
    if not height:  # clear of the bowl
        assert robot.state.things["blue block"][0] <= 160 - 70 - 20


def test_what_is_put_down_gently_stands() -> None:
    robot = table(Thing("red can"))
    grip(robot, 0, 0)
    go(robot, -100, 50, high=True)
    go(robot, -100, 50, high=False)
    assert robot.set_gripper_state(opened=True) == "let go of the red can: it lies on the table"
    assert robot.state.things["red can"] == pytest.approx((-100, 50, 0), abs=1)
    assert robot.state.fallen == frozenset()


def test_a_bowl_holds_two_things() -> None:
    robot = table(BLOCK, Thing("red ball", -120, 60), BOWL)
    for name in ("blue block", "red ball"):
        assert grip(robot, *robot.state.things[name][:2]) == f"holding the {name}"
        assert drop(robot, 160, 0) == f"let go of the {name}: it lies in the orange bowl"
    first, second = (robot.state.things[name][:2] for name in ("blue block", "red ball"))
    assert math.dist(first, second) > 40
    assert max(math.dist(each, (160, 0)) for each in (first, second)) < 50


def test_what_lies_in_a_bowl_can_be_taken_out_again() -> None:
    robot = table(BLOCK, BOWL)
    grip(robot, 0, 0)
    drop(robot, 160, 0)
    assert grip(robot, 160, 0) == "holding the blue block"
    assert drop(robot, -100, 0) == "let go of the blue block: it lies on the table, fallen"


def test_fingers_come_to_stand_on_a_bowl_s_rim() -> None:
    robot = table(BOWL)
    assert go(robot, 142, 0, high=False) == "stopped by the orange bowl"
    assert robot.state.gripper[2] == 40
    assert robot.state.things["orange bowl"][:2] == (160, 0)


def mirrored(thing: Thing) -> Thing:
    return replace(thing, x=-thing.x, turn=-thing.turn)


@pytest.mark.parametrize("seed", range(8))
def test_a_mirrored_table_gives_mirrored_results(seed: int) -> None:
    chance = Random(seed)
    placed = [
        Thing("red can", -100, chance.randint(-40, 40), chance.randint(-45, 45)),
        Thing("blue block", 10, chance.randint(-40, 40), chance.randint(-45, 45)),
        Thing("teal tray", 160, chance.randint(-40, 40), chance.randint(-45, 45)),
    ]
    one = table(*placed)
    other = table(*map(mirrored, placed), origin=MIRRORED)
    for _ in range(8):
        x, y = chance.randint(-200, 200), chance.randint(-50, 50)
        high, opened = chance.random() < 0.4, chance.random() < 0.5
        place = one.to_image(x, y)
        x, y = round(place.x), round(place.y)
        assert (
            one.move(x, y, high=high).partition("; ")[2]
            == (other.move(-x, y, high=high).partition("; ")[2])
        )
        assert one.set_gripper_state(opened=opened) == other.set_gripper_state(opened=opened)
    for name, (x, y, height) in one.state.things.items():
        assert other.state.things[name] == pytest.approx((-x, y, height), abs=0.01)
    assert one.state.fallen == other.state.fallen


def test_no_two_things_end_up_in_one_place_however_the_gripper_moves() -> None:
    for seed in range(4):
        chance = Random(seed)
        robot = table_top("red can", "blue block", "green ball", "teal bowl", seed=seed)
        for _ in range(10):
            x, y = chance.randint(-400, 400), chance.randint(-200, 600)
            robot.move(x, y, high=chance.random() < 0.3)
            robot.set_gripper_state(opened=chance.random() < 0.6)
        robot.set_gripper_state(opened=True)
        lying = [place for place in robot.state.things.values() if not place[2]]
        apart = [math.dist(a, b) for a in lying for b in lying if a is not b]
        assert min(apart, default=99) > 30, seed


@pytest.mark.parametrize("seed", range(40))
def test_pick_and_place_from_ground_truth(seed: int) -> None:
    chance = Random(seed)
    small = chance.choice(sorted(FORMS.keys() - HOLDERS))
    colours = chance.sample(sorted(COLOURS), 3)
    name, goal = f"{colours[0]} {small}", f"{colours[1]} {chance.choice(sorted(HOLDERS))}"
    robot = table_top(name, goal, f"{colours[2]} block", seed=seed)
    assert isinstance(robot, Table2D)
    there, end = robot.state.things[name], robot.state.things[goal]
    assert grip(robot, *there[:2]) == f"holding the {name}"
    assert (
        drop(robot, *end[:2])
        == f"let go of the {name}: it lies {HOLDERS[goal.split()[1]]} the {goal}"
    )
    assert math.dist(robot.state.things[name][:2], end[:2]) < 3
