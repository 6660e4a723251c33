"""The arm in MuJoCo: what contact decides, and what is said where it can't be simulated."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from gemini_nb.errors import RobotError
from gemini_nb.robot import table_top
from gemini_nb.robot.mujoco_arm import MujocoArm
from gemini_nb.robot.things import TABLE, Thing
from gemini_nb.spatial.geometry import Point

if TYPE_CHECKING:
    from gemini_nb.robot.robot import Robot


def arm(*things: Thing) -> Robot:
    try:
        return MujocoArm(things, Point(300, 500))
    except RobotError as error:
        pytest.skip(str(error))


def go(robot: Robot, x: float, y: float, *, high: bool) -> str:
    there = robot.to_image(x, y)
    right, down = round(there.x - robot.origin.x), round(there.y - robot.origin.y)
    return robot.move(right, down, high=high)


@pytest.mark.parametrize("turn", [-45, 20])
def test_a_block_is_gripped_whichever_way_it_lies(turn: float) -> None:
    robot = arm(Thing("green block", -100, 20, turn))
    go(robot, -100, 20, high=False)
    assert robot.set_gripper_state(opened=False) == "holding the green block"
    assert "holding the green block" in go(robot, 120, -60, high=True)
    assert robot.state.things["green block"][2] > 60
    told = robot.set_gripper_state(opened=True)
    assert told == "let go of the green block: it lies on the table"
    assert robot.state.things["green block"][2] == pytest.approx(0, abs=1)


def test_a_can_is_pushed_by_a_hand_that_comes_along_the_table() -> None:
    robot = arm(Thing("red can", 60, 0))
    go(robot, -60, 0, high=False)
    robot.set_gripper_state(opened=False)
    assert "pushed the red can" in go(robot, 60, 0, high=False)
    assert robot.state.things["red can"][0] > 70


def test_what_is_out_of_reach_is_told_in_millimetres_and_nothing_moves() -> None:
    robot = arm()
    before = robot.state
    assert "out of reach by 10 mm" in robot.move(500, 600, high=True)
    assert robot.state.gripper == pytest.approx(before.gripper)


def test_the_whole_table_is_seen_and_places_go_to_the_picture_and_back() -> None:
    robot = arm()
    for x in (-TABLE[0] / 2, 0, TABLE[0] / 2):
        for y in (-TABLE[1] / 2, TABLE[1] / 2):
            there = robot.to_image(x, y)
            assert 0 < there.x < 1000
            assert 0 < there.y < 1000
            assert robot.to_table(there) == pytest.approx((x, y), abs=1e-6)


def test_calls_may_come_from_any_thread_as_those_of_the_sdk_do() -> None:
    robot = arm()

    async def moves() -> list[str]:
        return [await asyncio.to_thread(robot.move, x, 200, high=True) for x in (-50, 50)]

    assert asyncio.run(moves()) == ["at x=-50, y=200", "at x=50, y=200"]
    assert robot.camera().size == (640, 480)


@pytest.mark.parametrize(
    ("missing", "remedy"),
    [
        ("sys.modules['mujoco'] = None", 'pip install "gemini-nb[robot]"'),
        ("ctypes.util.find_library = lambda name: None", "apt-get install libegl1 libgl1"),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_brings_it(
    missing: str, remedy: str
) -> None:
    code = (
        "import os, sys, ctypes.util\n"
        "for name in ('MUJOCO_GL', 'DISPLAY'): os.environ.pop(name, None)\n"
        f"sys.platform = 'linux'\n{missing}\n"
        "from gemini_nb.robot import table_top\ntable_top(body='mujoco')\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1].startswith("gemini_nb.errors.RobotError: MuJoCo")
    assert remedy in ran.stderr


def test_nothing_is_printed_when_python_ends() -> None:
    arm()
    code = "from gemini_nb.robot import table_top; arm = table_top(body='mujoco'); arm.camera()"
    ran = subprocess.run(
        [sys.executable, "-Wdefault", "-c", code], capture_output=True, text=True, check=True
    )
    assert (ran.stdout, ran.stderr) == ("", "")


def test_an_origin_out_of_reach_is_refused() -> None:
    arm()
    with pytest.raises(RobotError, match="out of reach by"):
        table_top(body="mujoco", origin=(1000, 1000))
