"""The table as a physical scene: an arm with a gripper, simulated and rendered by MuJoCo."""

from __future__ import annotations

import atexit
import math
import os
import sys
from ctypes.util import find_library
from functools import cache, lru_cache
from importlib import import_module
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from PIL import Image, ImageColor

from gemini_nb.errors import RobotError
from gemini_nb.robot.robot import Robot, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.robot.things import Thing
    from gemini_nb.spatial.geometry import Point

    Numbers = NDArray[np.float64]

# Metres, radians, seconds; millimetres at the doors: `state`, `_move` and the camera's matrix.
_LOW, _HIGH, _REST, _OPEN = 0.022, 0.115, 0.2, 0.043  # of the fingertips: heights, half the gap
_SEEN: Final = 0.022  # height of the middle of most things: a point of the picture lies there
_SPEED, _NEAR, _BLOCKED = 0.35, 0.002, 0.01
_TICK, _FRAME, _SETTLING = 0.02, 6, 15  # seconds of five steps; ticks of a frame, at a move's end
_HOME: Final = np.array([0, -1, 1.9, -0.9, 0])  # the elbow is up
_ADVICE: Final = (
    'The arm needs `pip install "gemini-nb[robot]"`, on Debian, Ubuntu and Colab also `apt-get '
    "install libegl1 libgl1` (or libosmesa6, with MUJOCO_GL=osmesa) and then a new kernel; macOS "
    'and Windows render as they are. body="2d" needs nothing more.'
)
_SCENE: Final = Path(__file__).with_name("arm.xml").read_text(encoding="utf-8")
_FORMS: Final = {
    "block": '<geom {0} type="box" size=".022 .022 .022" pos="0 0 .022"/>',
    "can": '<geom {0} type="cylinder" size=".022 .03" pos="0 0 .03"/>',
    "ball": '<geom {0} type="sphere" size=".022" pos="0 0 .022"/>',
    "bowl": '<geom {0} type="cylinder" size=".052 .002" pos="0 0 .002" mass=".3"/>'
    '<replicate count="24" euler="0 0 .2618"><geom {0} type="box" size=".0092 .0219 .002" '
    'pos=".061 0 .021" xyaxes="0 1 0 .018 0 .04" mass=".004"/></replicate>',
    "plate": '<geom {0} type="cylinder" size=".052 .002" pos="0 0 .002" mass=".3"/>'
    '<replicate count="24" euler="0 0 .2618"><geom {0} type="box" size=".0086 .0082 .002" '
    'pos=".0585 0 .0065" xyaxes="0 1 0 .013 0 .01" mass=".004"/></replicate>',
    "tray": '<geom {0} type="box" size=".069 .05 .002" pos="0 0 .002" mass=".3"/>'
    '<replicate count="2" euler="0 0 3.1416">'
    '<geom {0} type="box" size=".055 .0085 .002" pos=".072 0 .009" xyaxes="0 1 0 .006 0 .016"/>'
    '<geom {0} type="box" size=".075 .0085 .002" pos="0 .052 .009" xyaxes="1 0 0 0 .006 .016"/>'
    "</replicate>",
}
"""Holders have a floor and flat walls: a hollow mesh would collide as if it were full."""


def _body(thing: Thing) -> str:
    colour = " ".join(f"{level / 255:.3f}" for level in ImageColor.getrgb(thing.colour))
    geoms = _FORMS[thing.form].format(f'rgba="{colour} 1"')
    place = f'pos="{thing.x / 1000} {thing.y / 1000} 0" euler="0 0 {math.radians(thing.turn)}"'
    return f'<body name="{thing.name}" {place}><freejoint/>{geoms}</body>'


@cache
def _engine() -> Any:  # noqa: ANN401 - MuJoCo need not be there
    """MuJoCo, told how to render without a screen before it is loaded."""
    if sys.platform == "linux" and not (os.environ.get("MUJOCO_GL") or "mujoco" in sys.modules):
        kind = next((kind for kind in ("EGL", "OSMesa") if find_library(kind)), "")
        if not (kind or "DISPLAY" in os.environ):
            raise RobotError(f"MuJoCo finds nothing to render with. {_ADVICE}")
        os.environ["MUJOCO_GL"] = kind.lower()
    try:
        return import_module("mujoco")
    except Exception as error:  # PyOpenGL's AttributeError where there is no libGL
        raise RobotError(f"MuJoCo can't be loaded: {error}. {_ADVICE}") from error


@cache
def _darkroom() -> ThreadPool:
    """One thread for all rendering, as OpenGL wants it."""
    return ThreadPool(1)


@lru_cache(maxsize=1)
def _eye(model: Any, width: int) -> Any:  # noqa: ANN401 - likewise
    """A renderer, kept for the next pictures; it closes itself when it is forgotten."""
    _eye.cache_clear()  # first: where two are open, MuJoCo 3.17 closes parts of the wrong one
    eye = _engine().Renderer(model, width * 3 // 4, width)
    atexit.unregister(_closed)
    atexit.register(_closed)  # to go before MuJoCo's own end, which the first renderer registers
    return eye


def _closed() -> None:
    with _darkroom() as room:
        room.apply(_eye.cache_clear)


def _miss(miss: float) -> str:
    return f"out of reach by {1000 * miss:.0f} mm" if miss > _NEAR else ""


class MujocoArm(Robot):
    """An arm above a table, simulated: contact and friction decide what it holds."""

    def __init__(self, things: tuple[Thing, ...], origin: Point) -> None:
        self._engine = _engine()
        self._forms = {thing.name: thing.form for thing in things}
        scene = _SCENE.replace("<!-- things -->", "".join(map(_body, things)))
        self._model = model = self._engine.MjModel.from_xml_string(scene)
        self._data = data = self._engine.MjData(model)
        self._trial = self._engine.MjData(model)
        self._engine.mj_forward(model, data)
        turned = data.cam_xmat[0].reshape(3, 3).T
        plane = np.column_stack([turned[:, :2] / 1000, turned @ ([0, 0, _SEEN] - data.cam_xpos[0])])
        lens = 500 / math.tan(math.radians(model.cam_fovy[0]) / 2)
        frame = np.array([[-0.75 * lens, 0, 500], [0, lens, 500], [0, 0, 1]])
        super().__init__(origin, frame @ plane)
        x, y = self.to_table(origin)
        self._start = np.array([x / 1000, y / 1000, _REST])
        angles, miss = self._angles(self._start, _HOME)
        if told := _miss(miss):
            raise RobotError(f"{origin} can't be the origin: {told}.")
        data.qpos[:7] = data.ctrl[:] = *angles, _OPEN, _OPEN
        self._engine.mj_step(model, data, nstep=100)
        try:
            self._record()
        except Exception as error:
            raise RobotError(f"MuJoCo can't render: {error}. {_ADVICE}") from error

    @property
    def state(self) -> State:
        """As simulated."""
        model, data, fallen = self._model, self._data, set[str]()
        things: dict[str, tuple[float, float, float]] = {}
        for name, form in self._forms.items():
            body, pair = data.body(name), (0, model.body(name).geomadr[0])
            height = self._engine.mj_geomDistance(model, data, *pair, 1.0, None)
            things[name] = 1000 * float(body.xpos[0]), 1000 * float(body.xpos[1]), 1000 * height
            if form != "ball" and body.xmat[8] < math.sqrt(0.5):
                fallen.add(name)
        x, y, z = (1000 * self._tip()).tolist()
        held = "" if data.ctrl[5] else self._held()
        return State((x, y, z), held, things, frozenset(fallen))

    def _held(self) -> str:
        """The thing that both fingers touch."""
        model, pairs = self._model, self._model.geom_bodyid[self._data.contact.geom].tolist()
        left, right = (
            {each for pair in pairs if model.body(finger).id in pair for each in pair}
            for finger in ("left", "right")
        )
        return next((name for name in self._forms if model.body(name).id in left & right), "")

    def _seen(self, width: int) -> Image.Image:
        def seen() -> Image.Image:
            eye = _eye(self._model, width)
            eye.update_scene(self._data, "eye")
            return Image.fromarray(eye.render())

        return _darkroom().apply(seen)

    def _beyond(self, x: float, y: float, *, high: bool) -> str:
        place = np.array([x / 1000, y / 1000, _HIGH if high else _LOW])
        return _miss(self._angles(place, self._data.qpos[:5])[1])

    def _move(self, x: float, y: float, *, high: bool) -> str:
        *here, height = self._tip().tolist()
        there, lift = (x / 1000, y / 1000), _HIGH if high else height
        is_home = high and math.dist(there, self._start[:2]) < _NEAR
        end = _REST if is_home else _HIGH if high else _LOW
        return self._travel(np.array([(*here, lift), (*there, lift), (*there, end)]))

    def _grip(self, *, opened: bool) -> None:
        self._data.ctrl[5:] = _OPEN if opened else 0
        self._run(0.7)

    def _tip(self) -> Numbers:
        return self._data.site("tip").xpos.copy()

    def _travel(self, places: Numbers) -> str:
        """Go there in straight lines; what went wrong, if anything."""
        at, path = self._tip(), [self._data.ctrl[:5].copy()]
        for place in places:
            steps = math.ceil(np.linalg.norm(place - at) / 0.03)
            for part in range(1, steps + 1):
                angles, miss = self._angles(at + part / steps * (place - at), path[-1])
                if told := _miss(miss):
                    return told
                path.append(angles)
            at = place
        self._run(0.5 + len(path) * 0.03 / _SPEED, tuple(path))
        off = math.dist(self._tip(), at)
        return f"blocked {1000 * off:.0f} mm before" if off > _BLOCKED else ""

    def _run(self, seconds: float, path: tuple[Numbers, ...] = ()) -> None:
        """Let time pass, along a path of joint angles."""
        ticks = round(seconds / _TICK)
        for tick in range(ticks):
            if len(path) > 1:
                part = min(1.0, tick / (ticks - _SETTLING))
                at = part * part * (3 - 2 * part) * (len(path) - 1)
                start, end = path[int(at)], path[math.ceil(at)]
                self._data.ctrl[:5] = start + at % 1 * (end - start)
            self._engine.mj_step(self._model, self._data, nstep=5)
            if tick % _FRAME == 0:
                self._record()

    def _angles(self, place: Numbers, angles: Numbers) -> tuple[Numbers, float]:
        """Of the joints, for the tip there and pointing down; its miss. By damped least squares."""
        engine, model, trial = self._engine, self._model, self._trial
        along, about = np.zeros((2, 3, model.nv))
        trial.qpos[:5], off, tip = angles, np.zeros(6), trial.site("tip")
        for _ in range(100):
            engine.mj_kinematics(model, trial)
            engine.mj_comPos(model, trial)
            across, _, up = tip.xmat.reshape(3, 3).T
            off[:3] = place - tip.xpos
            off[3:] = 0.3 * (np.cross(up, [0, 0, 1]) + np.cross(across, [1, 0, 0]))
            if np.linalg.norm(off) < _NEAR / 100:
                break
            engine.mj_jacSite(model, trial, along, about, tip.id)
            slopes = np.vstack([along, 0.3 * about])[:, :5]
            step = slopes.T @ np.linalg.solve(slopes @ slopes.T + 1e-4 * np.eye(6), off)
            moved = trial.qpos[:5] + np.clip(step, -0.2, 0.2)
            trial.qpos[:5] = np.clip(moved, *model.jnt_range[:5].T)
        return trial.qpos[:5].copy(), float(np.linalg.norm(off[:3]))
