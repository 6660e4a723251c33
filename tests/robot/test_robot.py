"""What holds for a robot of either body: calls, refusals, log, rehearsal, the camera's geometry."""

from __future__ import annotations

import inspect
import math
from typing import TYPE_CHECKING, Any

import pytest

from gemini_nb.errors import RobotError
from gemini_nb.robot import table_top
from gemini_nb.spatial.geometry import Box, Point

if TYPE_CHECKING:
    from gemini_nb.robot.robot import Robot

BODIES = ["2d", "mujoco"]


def made(body: Any) -> Robot:
    try:
        return table_top(body=body)
    except RobotError as error:  # no MuJoCo here, or nothing that it could render with
        pytest.skip(str(error))


@pytest.fixture(params=BODIES)
def robot(request: pytest.FixtureRequest) -> Robot:
    return made(request.param)


@pytest.fixture(params=BODIES, scope="module")
def still(request: pytest.FixtureRequest) -> Robot:
    """One for all tests that move nothing."""
    return made(request.param)


def place_of(robot: Robot, name: str) -> tuple[int, int]:
    """x and y of a thing, as a model counts them."""
    there = robot.to_image(*robot.state.things[name][:2])
    return round(there.x - robot.origin.x), round(there.y - robot.origin.y)


def bring(robot: Robot, name: str, goal: str) -> str:
    """Pick and place, as the guide's model plans it; what the robot said when it let go."""
    start, end = place_of(robot, name), place_of(robot, goal)
    robot.set_gripper_state(opened=True)
    robot.move(*start, high=True)
    robot.move(*start, high=False)
    robot.set_gripper_state(opened=False)
    robot.move(*start, high=True)
    robot.move(*end, high=True)
    told = robot.set_gripper_state(opened=True)
    robot.return_to_origin()
    return told


def test_the_guides_task_is_done_call_by_call(robot: Robot) -> None:
    before = robot.camera()
    told = bring(robot, "blue block", "orange bowl")
    assert robot.camera().tobytes() != before.tobytes()
    assert told == "let go of the blue block: it lies in the orange bowl"
    x, y, height = robot.state.things["blue block"]
    bowl_x, bowl_y, _ = robot.state.things["orange bowl"]
    assert math.hypot(x - bowl_x, y - bowl_y) < 45
    assert 0 < height < 40
    assert robot.state.held == ""
    assert [step.function for step in robot.log] == [
        "set_gripper_state", "move", "move", "set_gripper_state", "move", "move",
        "set_gripper_state", "return_to_origin",
    ]  # fmt: skip
    assert not any(step.is_error for step in robot.log)


def test_results_tell_where_it_is_and_what_it_holds(robot: Robot) -> None:
    x, y = place_of(robot, "blue block")
    assert robot.move(x, y, high=True) == f"at x={x}, y={y}"
    robot.move(x, y, high=False)
    assert robot.set_gripper_state(opened=False) == "holding the blue block"
    assert robot.state.held == "blue block"
    assert robot.move(x, y, high=True) == f"at x={x}, y={y}, holding the blue block"
    assert robot.state.things["blue block"][2] > 50


def test_closing_on_nothing_is_told_and_is_no_error(robot: Robot) -> None:
    robot.move(0, 100, high=False)
    assert "nothing gripped" in robot.set_gripper_state(opened=False)
    assert not robot.log[-1].is_error
    assert robot.state.held == ""


def test_moves_change_the_camera_s_picture_and_rest_brings_back_the_same(robot: Robot) -> None:
    before = robot.camera()
    assert before.mode == "RGB"
    robot.move(-100, 200, high=True)
    assert robot.camera().tobytes() != before.tobytes()
    robot.return_to_origin()
    x, y, _ = robot.state.gripper
    assert robot.to_image(x, y).distance(robot.origin) < 15


@pytest.mark.parametrize("y", [200, 350, 500, 800])
@pytest.mark.parametrize("x", [150, 500, 850])
def test_a_point_goes_to_the_table_and_back(still: Robot, y: int, x: int) -> None:
    there = still.to_table(Point(y, x))
    back = still.to_table(still.to_image(*there))
    assert math.dist(there, back) < 0.5
    assert still.to_image(*there).distance(Point(y, x)) < 1


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "off the picture": ("move", {"x": 501, "y": 0, "high": True}, "outside of the workspace"),
    "above it": ("move", {"x": 0, "y": -301, "high": True}, "outside of the workspace"),
    "far away": ("move", {"x": 10**400, "y": 0, "high": True}, "outside of the workspace"),
    "endless": ("move", {"x": float("inf"), "y": 0, "high": True}, "x=inf"),
    "no number": ("move", {"x": float("nan"), "y": 0, "high": True}, "x=nan"),
    "half a thousandth": ("move", {"x": 1.5, "y": 0, "high": True}, "x=1.5"),
    "a word": ("move", {"x": "left", "y": 0, "high": True}, "x='left'"),
    "a truth for a number": ("move", {"x": True, "y": 0, "high": True}, "x=True"),
    "nothing": ("move", {"x": 0, "y": None, "high": True}, "y=None"),
    "a number for a truth": ("move", {"x": 0, "y": 0, "high": 1}, "high=1"),
    "a word for a truth": ("set_gripper_state", {"opened": "open"}, "opened='open'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_refused_call_moves_nothing_and_is_in_the_log(still: Robot, case: str) -> None:
    name, arguments, told = REFUSED[case]
    before = still.state
    with pytest.raises(RobotError, match=told):
        getattr(still, name)(**arguments)
    assert still.state == before
    step = still.log[-1]
    assert (step.function, dict(step.arguments), step.is_error) == (name, arguments, True)
    assert told in step.result


def test_whole_numbers_may_come_as_floats(robot: Robot) -> None:
    assert robot.move(100.0, 50.0, high=True) == "at x=100, y=50"  # type: ignore[arg-type]


def test_a_forbidden_box_is_neither_entered_nor_crossed(robot: Robot) -> None:
    robot.forbidden = (Box(350, 400, 450, 600, label="glass"),)
    for y in (100, 300):  # into it, and beyond
        with pytest.raises(RobotError, match="forbidden box glass"):
            robot.move(0, y, high=True)
    robot.move(-200, 0, high=True)
    robot.move(-200, 300, high=True)
    robot.move(0, 300, high=True)
    with pytest.raises(RobotError, match="forbidden box glass"):
        robot.return_to_origin()
    robot.move(-200, 300, high=True)
    robot.move(-200, 0, high=True)
    assert robot.return_to_origin() == "at x=0, y=0"


def test_a_rehearsal_checks_and_lists_but_moves_nothing(robot: Robot) -> None:
    robot.forbidden = (Box(600, 0, 700, 1000),)
    before, picture = robot.state, robot.camera().tobytes()
    with robot.rehearsal() as steps:
        robot.move(100, 200, high=False)
        robot.set_gripper_state(opened=False)
        with pytest.raises(RobotError, match=r"\[600, 0, 700, 1000\]"):
            robot.move(100, 500, high=True)
        robot.return_to_origin()
    assert [(str(step), step.is_error) for step in steps] == [
        ("move(x=100, y=200, high=False)", False),
        ("set_gripper_state(opened=False)", False),
        ("move(x=100, y=500, high=True)", True),
        ("return_to_origin()", False),
    ]
    assert (robot.state, robot.camera().tobytes(), robot.log) == (before, picture, [])


def test_a_rehearsal_within_one_ends_only_itself(still: Robot) -> None:
    before = still.state
    with still.rehearsal() as outer:
        with still.rehearsal():
            still.move(0, 100, high=True)
        assert still.move(50, 100, high=True) == "would go there"
    assert [str(step) for step in outer] == ["move(x=50, y=100, high=True)"]
    assert still.state == before


def test_an_interrupted_move_is_in_the_log_and_forbidden_boxes_hold_from_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    robot = table_top()
    robot.move(-200, 0, high=True)

    def interrupt() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(robot, "_record", interrupt)
        with pytest.raises(KeyboardInterrupt):
            robot.move(-200, 300, high=True)
    assert (robot.log[-1].result, robot.log[-1].is_error) == ("broken off", True)
    there = robot.to_image(*robot.state.gripper[:2])
    assert 300 < there.y < 600
    robot.forbidden = (Box(there.y - 20, 350, there.y + 20, 450),)
    with pytest.raises(RobotError, match="forbidden box"):
        robot.move(0, round(there.y - 300), high=True)


def test_the_same_calls_give_the_same_results_state_and_picture(robot: Robot) -> None:
    other = table_top(body="2d" if type(robot).__name__ == "Table2D" else "mujoco")
    for each in (robot, other):
        each.move(*place_of(each, "blue block"), high=False)
        each.set_gripper_state(opened=False)
    assert robot.log == other.log
    assert robot.state == other.state
    assert robot.camera().tobytes() == other.camera().tobytes()


def test_a_model_is_told_what_each_call_and_argument_means(still: Robot) -> None:
    names = [function.__name__ for function in still.functions]
    assert names == ["move", "set_gripper_state", "return_to_origin"]
    for function in still.functions:
        told = inspect.getdoc(function) or ""
        assert all(f"{name}: " in told for name in inspect.signature(function).parameters)


@pytest.mark.parametrize(
    ("things", "told"),
    [
        (("blue sofa",), "no colour and form"),
        (("mauve ball",), "no colour and form"),
        (("ball",), "no colour and form"),
        (("red ball", "red ball"), "one name"),
        (tuple(f"{c} tray" for c in ("red", "blue", "teal", "pink", "black")), "no room"),
    ],
)
def test_what_can_t_lie_on_the_table_is_told(things: tuple[str, ...], told: str) -> None:
    with pytest.raises(RobotError, match=told):
        table_top(*things)


def test_a_body_or_origin_that_there_is_not_is_refused() -> None:
    with pytest.raises(RobotError, match="'3d' is none of 2d, mujoco"):
        table_top(body="3d")  # type: ignore[arg-type]
    with pytest.raises(RobotError, match="outside of the workspace"):
        table_top(origin=(-10, 5000))


def test_a_seed_puts_the_things_in_places_of_its_own() -> None:
    one, other = (table_top("red can", "teal tray", seed=seed).state.things for seed in (1, 2))
    assert one != other
    assert one == table_top("red can", "teal tray", seed=1).state.things
