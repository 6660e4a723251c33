"""How often a thing ends in the holder that it was meant for, in random scenes, by each body.

Run with `python tests/benchmarks/pick_and_place.py [NUMBER OF SCENES] [BODY ...]`. Of each scene
the colours, forms, places and turns are random, and up to two more things lie about. "truth" are
places that the robot's state tells, "points" those that the offline model found in the camera's
picture, asked by a genuine client. A row below the table for each failure: body, places, seed,
task, and what the robot said last. With `PICTURES=folder` the pictures of failures are kept.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import gemini_nb as gnb
from gemini_nb.robot import table_top
from gemini_nb.robot.things import COLOURS, FORMS, HOLDERS

if TYPE_CHECKING:
    from google.genai import Client

    from gemini_nb.robot.robot import Robot
    from gemini_nb.spatial.geometry import Point

FORM = (
    'Answer as JSON: [{"point": [y, x], "label": <name>}, ...]. '
    "Points are [y, x], normalised to 0-1000."
)


def scene(seed: int, body: str) -> tuple[Robot, str, str]:
    """A robot, and the names of the thing to be moved and of the holder that it should end in."""
    chance = Random(seed)
    small, wide = sorted(FORMS.keys() - HOLDERS), sorted(HOLDERS)
    colours = chance.sample(sorted(COLOURS), chance.randint(2, 4))
    forms = [chance.choice(small), chance.choice(wide), *(chance.choice(small) for _ in colours)]
    names = [f"{colour} {form}" for colour, form in zip(colours, forms, strict=False)]
    return table_top(*names, body="2d" if body == "2d" else "mujoco", seed=seed), names[0], names[1]


def found(client: Client, robot: Robot, names: tuple[str, str]) -> list[Point | None]:
    """Where the offline model sees the things."""
    prompt = f"Point to the {names[0]} and the {names[1]}. {FORM}"
    model = gnb.catalog.default("robotics").id
    answer = client.models.generate_content(model=model, contents=[robot.camera(), prompt])
    points = {point.label: point for point in gnb.parse(answer).points}
    return [points.get(name) for name in names]


def why_not(robot: Robot, name: str, goal: str, points: list[Point | None]) -> str:
    """Pick and place; empty if the thing lies in the holder, or what went wrong."""
    for each, point in zip((name, goal), points, strict=True):
        if point is None:
            return f"the {each} isn't found"
    (start, end) = [
        (round(point.x - robot.origin.x), round(point.y - robot.origin.y))
        for point in points if point
    ]  # fmt: skip
    robot.set_gripper_state(opened=True)
    robot.move(*start, high=True)
    told = robot.move(*start, high=False)
    if "holding" not in (closed := robot.set_gripper_state(opened=False)):
        return f"{told}: {closed}"
    robot.move(*start, high=True)
    robot.move(*end, high=True)
    told = robot.set_gripper_state(opened=True)
    robot.return_to_origin()
    x, y, height = robot.state.things[name]
    goal_x, goal_y, _ = robot.state.things[goal]
    half = FORMS[goal.split()[1]] / 2
    inside = abs(x - goal_x) < half and abs(y - goal_y) < half and 0 < height < half
    return "" if inside and not robot.state.held else told


def main() -> None:
    """Print the table, and below it every failure."""
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    bodies = sys.argv[2:] or ["2d", *(["mujoco"] if importlib.util.find_spec("mujoco") else [])]
    pictures, client = os.environ.get("PICTURES"), gnb.connect("offline")
    failures: list[str] = []
    print(f"{'body':<9}{'places':<9}{'success':>9}{'CPU s each':>12}")
    for body in bodies:
        for places in ("truth", "points"):
            succeeded, begun = 0, time.process_time()
            for seed in range(number):
                robot, name, goal = scene(seed, body)
                before = robot.camera()
                points = [robot.to_image(*robot.state.things[each][:2]) for each in (name, goal)]
                if places == "points":
                    points = found(client, robot, (name, goal))
                reason = why_not(robot, name, goal, points)
                succeeded += not reason
                if reason:
                    failures.append(f"{body} {places} {seed}: {name} to {goal}: {reason}")
                    if pictures:
                        before.save(Path(pictures) / f"{body}_{places}_{seed}_before.png")
                        robot.camera().save(Path(pictures) / f"{body}_{places}_{seed}_after.png")
            spent = (time.process_time() - begun) / number
            print(f"{body:<9}{places:<9}{succeeded:>5}/{number}{spent:>12.2f}", flush=True)
    print("\n".join(failures))


if __name__ == "__main__":
    main()
