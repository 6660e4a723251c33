"""The loop around a robot: locate, plan, rehearse, carry out, and check with a new picture."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from functools import partial, wraps
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

from google.genai import types

from gemini_nb import catalog
from gemini_nb.display import Table, counted, html, words
from gemini_nb.drawing.overlay import draw
from gemini_nb.errors import InvalidOptionError, RobotError
from gemini_nb.replies.page import plain_of
from gemini_nb.robot.conversation import (
    Conversation,
    Via,
    declared,
    described,
    wanted,
    written,
)
from gemini_nb.robot.film import Film, beside, table_of
from gemini_nb.robot.robot import Robot, Step
from gemini_nb.spatial.geometry import Box, Point, Trajectory, pair
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.tolerant_json import fragments
from gemini_nb.streaming.cell import Output
from gemini_nb.streaming.notebook import current, is_above
from gemini_nb.streaming.screens import chosen_display
from gemini_nb.widgets.conversation import picture_html, picture_part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from google.genai import Client
    from PIL.Image import Image

    from gemini_nb.drawing.overlay import Overlay
    from gemini_nb.replies.reply import Reply
    from gemini_nb.robot.conversation import Function

Calls = Literal["manual", "automatic", "text"]

_LOCATE: Final = """\
Point to the things that this task is about, the thing to be moved first: {task}
Answer as JSON: [{{"point": [y, x], "label": <name>}}, ...].
Points are [y, x], normalised to 0-1000.\
"""
_PLAN: Final = "The robot's origin is y={y:g}, x={x:g} of the picture. {task}"
_TEXT: Final = """
These functions can be called:
{functions}
Answer as JSON with all calls in their order: [{{"function": <name>, "args": [<values>]}}, ...]\
"""
_CHECK: Final = """\
Is this task done: {task}?{held}
Answer as JSON: {{"done": <true, false or null>, "reason": <a short sentence>}}\
"""
_WIDTH: Final = 400  # pixels of a picture in a cell
_LONGEST, _TOLD = 100, 2000  # characters: of what a model says, and is told of a call
_VERDICTS: Final = {True: "done", False: "not done", None: "not known whether it is done"}


def run(  # noqa: PLR0913 - who does what, how, and within which limits
    client: Client,
    robot: Robot,
    task: str,
    *,
    model: str | None = None,
    via: Via = "chat",
    calls: Calls = "manual",
    functions: Sequence[Function] | None = None,
    dry_run: bool = False,
    confirm: Callable[[Run], bool] | None = None,
    max_calls: int = 20,
    forbidden: Box | Sequence[object] = (),
    attempts: int = 2,
    config: Mapping[str, Any] | types.GenerateContentConfig | None = None,
) -> Run:
    """A task that a model has a robot do: located, planned, carried out, checked in a new picture.

    Args:
        client: of `connect`, or any other of the SDK.
        robot: of `gnb.robot.table_top`.
        task: in a sentence, such as "Put the blue block into the orange bowl."
        model: by default the robotics model of `gnb.catalog`.
        via: how the SDK is asked.
        calls: who carries them out: "manual" this loop, "automatic" the SDK, which has that for
            chats and `generate_content`; "text" has them written as JSON, as in Google's guide.
        functions: what the model may call; by default the robot's own. In a dry run they are
            called as well: they should do nothing but call the robot.
        dry_run: rehearses the calls, draws the way, and asks before anything moves.
        confirm: gets the rehearsed run, and returns True to go on; by default you are asked.
        max_calls: more are refused.
        forbidden: boxes of the picture, or their JSON, that the gripper keeps out of in this run.
        attempts: how often to try while the check says that it is not done, or can't tell after
            a call was refused.
        config: options of the SDK's for each question, such as a thinking level.

    Raises:
        InvalidOptionError: `via` or `calls` is another word, or they do not go together, or what is
            forbidden is no box, or one of the functions can't be declared.

    Example:
        >>> from gemini_nb import connect, disconnect, robot
        >>> client = connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> run(client, robot.table_top(), "Put the blue block into the orange bowl.").done
        True
        >>> disconnect()
    """
    is_known = via in get_args(Via) and calls in get_args(Calls)
    if not is_known or (via, calls) == ("interactions", "automatic"):
        told = f"is none of via={get_args(Via)} and calls={get_args(Calls)}"
        told += "; Interactions have none automatic."
        raise InvalidOptionError(f"via={via!r}, calls={calls!r} {told}")
    given = [forbidden] if isinstance(forbidden, Box) else list(forbidden)
    boxes = parse(given).boxes
    if len(boxes) != len(given):
        told = '{"box_2d": [ymin, xmin, ymax, xmax]} each.'
        raise InvalidOptionError(f"forbidden={forbidden!r} are no boxes; pass gnb.Box or {told}")
    model = model or catalog.default("robotics").id
    most = max_calls + 1 if calls == "automatic" else 0
    talk = partial(Conversation, client, via, model, dict(config or {}), most)
    named: dict[str, Function] = {}
    for function in robot.functions if functions is None else functions:
        try:
            name = declared(function)["name"]
        except Exception as error:  # pydantic's, or of a name in an annotation
            called = getattr(function, "__name__", repr(function))
            told = f"functions: {called} can't be declared to a model: {error}"
            raise InvalidOptionError(told) from error
        if named.setdefault(name, function) is not function:
            raise InvalidOptionError(f"functions: two functions are called {name}; rename one.")
    asked = (confirm or _asked) if dry_run else None
    run = Run(robot, task, talk, named, calls, asked, max_calls, boxes, attempts)
    return run.execute()


@dataclass(slots=True, repr=False, eq=False)
class Run:
    """What a model did with a robot, step by step. It shows itself in a cell."""

    _robot: Robot
    _task: str
    _talk: Callable[[], Conversation]
    _functions: Mapping[str, Function]
    _calls: Calls
    _confirm: Callable[[Run], bool] | None
    _max_calls: int
    _forbidden: tuple[Box, ...]
    _attempts: int
    done: bool | None = None
    """What the model says of the last picture; None where it can't tell, or was not asked."""
    verdict: str = ""
    """How it ended, in words."""
    steps: list[Step] = field(default_factory=list[Step])
    """The calls that were carried out or refused, and what came of each."""
    film: Film = field(default_factory=Film)
    """What the robot did."""
    plan: list[Step] = field(default_factory=list[Step])
    """The calls that were rehearsed, and wait."""
    remarks: list[str] = field(default_factory=list[str])
    """What was located, said, and tried."""
    before: Overlay | None = None
    """The picture in which things were located, with the planned way."""
    after: Image | None = None
    """The picture in which the model looked whether it is done."""
    _output: Output = field(default_factory=Output)
    _shown_in: str = ""

    def execute(self) -> Run:
        """Carry out the calls that were rehearsed, and check what came of them.

        Raises:
            RobotError: there are none.
        """
        if self.verdict and not self.plan:
            raise RobotError("No calls wait: gnb.run(..., dry_run=True) rehearses some.")
        self._output = Output()
        robot, kept, first = self._robot, self._robot.forbidden, len(self._robot.log)
        robot.forbidden += self._forbidden
        try:
            self._try()
        except (KeyboardInterrupt, RobotError) as error:
            self.plan = []  # half a plan is none
            told = str(error) or "you interrupted it."
            self._end(f"stopped after {counted(len(self.steps), 'call')}: {told}")
        finally:
            robot.forbidden, self.film = kept, robot.film().since(first)
        return self

    def _try(self) -> None:
        """Plan, carry out and check, until it is done or trying again can't help."""
        for _ in range(self._attempts):
            before = len(self.steps)
            if not self.plan:
                self._prepare()
                if self.plan and self._confirm and self._confirm(self) is not True:
                    calls = counted(len(self.plan), "call")
                    self._show(f"planned: {calls}, nothing moved; execute() carries them out.")
                    return
            waiting, self.plan = [step for step in self.plan if not step.is_error], []
            for step in waiting:
                if self._call(self.steps, step.function, step.arguments).is_error:
                    break
            self._check()
            made = self.steps[before:]
            may_help = self.done is False or any(step.is_error for step in made)
            if self.done or not made or not may_help or len(self.steps) >= self._max_calls:
                return

    def _prepare(self) -> None:
        """Locate, and have the calls made, or rehearsed: then they are the plan."""
        prompt, talk, picture = self._prompt(), self._talk(), self._robot.camera()
        self.remarks += [f"tried: {self.verdict}"] * bool(self.verdict)
        self._show("locating")
        reply = talk.ask([picture_part(picture), types.Part(text=_LOCATE.format(task=self._task))])
        found = [(item, item.bounds.centre) for item in parse(reply) if item.bounds]
        places = ", ".join(f"{words(item.label)} {pair(place)}" for item, place in found)
        self.remarks.append(f"located: {places or 'nothing: ' + _said(reply)}")
        marks = [*(item for item, _ in found), *self._robot.forbidden]
        self.before = draw(picture, marks, max_width=_WIDTH)
        self._show("planning")
        if self._confirm is None:
            self._converse(talk, prompt, self.steps)
            return
        with self._robot.rehearsal() as log:
            self._converse(talk, prompt, self.plan)
        self.before = draw(picture, [_way(self._robot, log), *marks], max_width=_WIDTH)
        self._show("rehearsed: nothing has moved")

    def _prompt(self) -> str:
        """What is to be done, within which limits, and what went wrong before."""
        origin = self._robot.origin
        lines = [_PLAN.format(y=origin.y, x=origin.x, task=self._task)]
        lines += [
            f"The gripper must stay out of {box.label} {box.to_dict()['box_2d']}."
            for box in self._robot.forbidden
        ]
        if self.verdict:
            refused = [f"{step}: {step.result}" for step in self.steps if step.is_error]
            lines.append(f"Before, it went wrong: {' '.join([self.verdict, *refused])}")
        if self._calls == "text":
            functions = "\n".join(map(described, self._functions.values()))
            lines.append(_TEXT.format(functions=functions))
        return "\n".join(lines)

    def _converse(self, talk: Conversation, prompt: str, made: list[Step]) -> None:
        """Ask for calls, carry them out or rehearse them, and give back what came of them."""
        is_text = self._calls == "text"
        offered = () if is_text else self._functions
        functions = [self._offered(made, name) for name in offered]
        told = [types.Part(text=prompt)]
        while told and len(made) <= self._max_calls:
            reply = talk.ask(told, functions)
            told, is_refused = list[types.Part](), False
            calls = written(reply, self._functions) if is_text else wanted(reply)
            for name, given, id_ in calls:
                result = "Not carried out, since a call before it was refused."
                if not is_refused:  # else it was planned in the belief that the one before is done
                    step = self._call(made, name, given)
                    result, is_refused = step.result, step.is_error
                response = {"error" if is_refused else "result": result}
                part = types.FunctionResponse(id=id_ or None, name=name, response=response)
                told += [types.Part(function_response=part)] * (id_ is not None)
            if not calls:
                self.remarks.append(f"the model: {_said(reply)}")

    def _offered(self, made: list[Step], name: str) -> Callable[..., str]:
        """A function as a model is offered it: a real one, as the SDK copies and inspects it."""

        @wraps(self._functions[name])
        def call(**given: Any) -> str:  # noqa: ANN401 - whatever a model sends
            step = self._call(made, name, given)
            if step.is_error:
                raise RobotError(step.result)
            return step.result

        # Types, not their names: SDK 2 compares arguments with whatever stands there.
        offered: Any = call
        offered.__signature__ = inspect.signature(self._functions[name], eval_str=True)
        return offered

    def _call(self, made: list[Step], name: str, given: Mapping[str, Any]) -> Step:
        """One call as a step of those made; what goes wrong with it is told in words."""
        logged = len(self._robot.log)
        try:
            function = self._allowed(made, name)
            inspect.signature(function).bind(**given)
            result = function(**given)
            if result is None:  # of a function that does not return what the robot says
                result = "; ".join(step.result for step in self._robot.log[logged:])
            step = Step(name, given, words(result, _TOLD))
        except KeyboardInterrupt:
            made.append(Step(name, given, "you interrupted it", is_error=True))
            raise
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a function raises
            told = words(str(error) or type(error).__name__, _TOLD)
            step = Step(name, given, told, is_error=True)
        if len(made) <= self._max_calls:
            made.append(step)
        self._show(self.verdict)
        return step

    def _allowed(self, made: list[Step], name: str) -> Function:
        """The function of that name, unless there is none, or enough calls were made."""
        if len(made) >= self._max_calls:
            raise RobotError(f"{counted(self._max_calls, 'call')} were made, and no more may be.")
        if name not in self._functions:
            raise RobotError(f"There is no {name!r}, only {', '.join(self._functions)}.")
        return self._functions[name]

    def _check(self) -> None:
        """Ask in a new conversation, in which no call is left open, how the new picture looks."""
        self._show("checking")
        self.after = picture = self._robot.camera()
        held = self._robot.state.held
        held = f"\nThe gripper holds the {held}." if held else ""
        question = types.Part(text=_CHECK.format(task=self._task.rstrip(" .!"), held=held))
        reply = self._talk().ask([picture_part(picture), question])
        told: dict[str, Any] = {}
        for piece in fragments(reply.candidates[0].text if reply.candidates else ""):
            told |= getattr(piece.value, "members", {})
        self.done = told["done"] if isinstance(told.get("done"), bool) else None
        reason = told["reason"] if isinstance(told.get("reason"), str) else plain_of(reply)
        made = f"{_VERDICTS[self.done]} after {counted(len(self.steps), 'call')}"
        self._end(f"{made}: {words(reason)}")

    def _end(self, verdict: str) -> None:
        """Tell how it ended; also to the model, if it tries again."""
        held = f"The gripper still holds the {self._robot.state.held}."
        is_news = self._robot.state.held and held not in verdict
        self._show(f"{verdict} {held}" if is_news else verdict)

    def _show(self, verdict: str) -> None:
        """Tell how it goes, in the cell that is executed."""
        self.verdict = verdict
        if chosen_display("auto") == "cell":
            self._shown_in = current()
            self._output.show(self._repr_mimebundle_())

    def __repr__(self) -> str:
        return self._table(self.verdict).plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        shown = [self.before.to_html()] if self.before else []
        shown += [picture_html(self.after, _WIDTH)] if self.after else []
        rich = f"<p><strong>{html(self.verdict)}</strong></p>{beside(*shown, self._table().rich())}"
        return {"text/plain": repr(self), "text/html": f"<div>{rich}</div>"}

    def _table(self, heading: str = "") -> Table:
        return table_of(self.plan or self.steps, heading, tuple(self.remarks))

    def _ipython_display_(self) -> None:
        if not is_above(self._shown_in):
            raise NotImplementedError("not shown in this cell yet")  # IPython asks for the bundle


def _said(reply: Reply) -> str:
    """The beginning of an answer, as a remark on it."""
    return words(plain_of(reply), _LONGEST)


def _way(robot: Robot, log: Sequence[Step]) -> Trajectory:
    """The way of rehearsed calls, from where the gripper is."""
    stops = [robot.to_image(*robot.state.gripper[:2])]
    for step in log:
        if not step.is_error and "opened" not in step.arguments:
            x, y = step.arguments.get("x", 0), step.arguments.get("y", 0)
            stop = Point(robot.origin.y + y, robot.origin.x + x)
            stops += [stop] * (stop != stops[-1])
    return Trajectory(tuple(stops), label="planned way")


def _asked(plan: Run) -> bool:
    """Whether you want it carried out; no, where nobody can be asked."""
    shown = "" if current() else f"{plan!r}\n"
    try:
        said = input(f"{shown}Carry out {counted(len(plan.plan), 'call')}? [y/n] ")
    except (EOFError, OSError, NotImplementedError):  # as in nbconvert
        return False
    return said.strip().lower() in {"y", "yes"}
