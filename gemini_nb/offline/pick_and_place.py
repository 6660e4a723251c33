"""The calls with which an arm picks a thing and places it, whatever its functions are called."""

from __future__ import annotations

import json
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.offline.conversation import Function
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import FunctionCall
from gemini_nb.offline.structured.filling import UnknownError
from gemini_nb.offline.structured.schema import valid
from gemini_nb.offline.structured.stated import spelled
from gemini_nb.offline.tasks import UNIT, unclear
from gemini_nb.offline.words import stem, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.offline.conversation import Conversation
    from gemini_nb.offline.tasks import Task


def _stems(said: str) -> frozenset[str]:
    return frozenset(map(stem, said.split()))


_UP = _stems("high up upper upwards lift lifted raise raised above hover elevated")
_DOWN = _stems("low down lower lowered downwards descend ground")
_OPEN = _stems("open opened opening opens release released releases loose")
_CLOSED = _stems("close closed closing closes shut grip grasp grab hold squeeze pinch")
_HANDS = _stems("gripper hand claw finger fingers jaw pincer tongs")
_GRIPS = _HANDS | _OPEN | _CLOSED
_HOMES = _stems("origin home return")
_SETS = _stems("set state to control the robot robot's arm")
_MOVES = _stems("move go goto reach drive travel position pos point place xy") | _HANDS | _SETS
_BACK = _stems("back start initial park rest pose") | _HOMES | _MOVES
_NEGATED = _stems("not no never")
_HEIGHTS = _stems("z height altitude level depth")
_NUMBERS = {"integer", "number"}
_AXIS = re.compile(r"\b([xy])(?: ?[=:] ?| is )(-?\d{1,4}(?:\.\d{1,4})?)")
_PAIR = re.compile(r"([\[(]) ?(-?\d{1,4}(?:\.\d{1,4})?), ?(-?\d{1,4}(?:\.\d{1,4})?) ?[\])]")
_ORDER = re.compile(r"(?<!\w)\(([xy]), ?[xy]\)")
_RELATIVE = re.compile(r"relative[^\d-]{0,20}(-?\d{1,4}), ?(-?\d{1,4})")
_ORIGIN = re.compile(r"\b[Oo]rigin\b[^.;]{0,80}")
_COUNTED = re.compile(r"(?i)\brelative\b|\boffset|\bfrom (?:the |its |your )?(?:\w+ )?origin\b")
_FOREIGN = re.compile(  # what other functions count: units, fractions, steps, other origins
    rf"(?i){UNIT}|\b0(?:\.0)? ?(?:to|and|-) ?1(?:\.0)?(?![\d,.]*\d)|\"maximum\": 1(?![\d.])"
    r"|\bby\b|\bcurrent|\bwhere it is|\bbottom|\bmiddle|\bcent(?:er|re)\b|\bcounted up|\bsquare"
    r"|\b0, ?0\b"
)
_BESIDE = _stems("is are lies lying sits located at point normalized coordinates position the a")
_API = re.compile(r"(?m)^[ *-]{0,9}(?:def )?(\w{2,40})\(([\w, :=]{0,120})\)")
_BEYOND = re.compile(
    r"\n\n(?!Args)|\n(?=(?:The |Its )?(?:robot's )?[Oo]rigin\b|(?:Answer|Give|Provide|Please)\b)"
)
_ARTICLE = re.compile(r"(?i)\A(?:the|an?|my|your|that|this|its) ")
_AFTER_NAME = re.compile(
    r"(?i) ?[\[(,;]| (?:at|that|which|on|in|from|out|off|near|next|by|of|with|to|under)\b"
)
_TRUTH = re.compile(
    r"(?i)\b(true|false|whether|[01])\b((?:(?!\b(?:true|false|otherwise|[01])\b)[^.;,\n])*)"
)
_ACROSS = {"x": r"(?i)\bdown|\bbelow|\brow|\bvertical", "y": r"(?i)\bright|\bcolumn|\bhorizontal"}
"""What says that an axis is the other one."""
_ITEM = re.compile(r"\{[^{}]{1,300}\}")
FAILED = re.compile(
    r"(?i)\b(?:nothing|no object|empty|out of reach|knock|slip|missed|fell|fail|colli|blocked|stuck"
    r"|jam|not|unable|refused|dropped|lost|toppled|obstacle|timeout|abort|error|emergency|invalid"
    r"|overload|human|off the table|pushed|returned false)|n't\b|\"(?:success|ok)\": (?:false|0)"
)
"""Says in a function's result that something went wrong, so that no plan goes on."""
_NEAR = 40  # thousandths, within which what is told is what is seen


@dataclass(frozen=True, slots=True)
class Arm:
    """How an arm is commanded."""

    move: Function
    axes: dict[str, str]
    """Its parameters for x and y."""
    height: dict[str, tuple[Any, Any]]
    """Those that lift it, with what stands for high and for low."""
    let: FunctionCall
    grip: FunctionCall
    home: list[FunctionCall]
    """Empty where no function goes there."""


def arm_of(functions: Sequence[Function]) -> Arm | None:
    """The arm that `functions` command, by the words of names and parameters; None: no arm.

    Raises:
        ApiError: they command one, and what one of them or a parameter means isn't clear.
    """
    movers = [each for each in functions if len(_axes(each)) == len("xy") and _is(each, _MOVES)]
    rest = [each for each in functions if each not in movers]
    hands = [e for e in rest if _is(e, _GRIPS | _SETS) and {*spelled(e.name)} & _GRIPS]
    if not (movers and hands):
        return None
    height = _understood(movers[0], _UP, _DOWN, but=_axes(movers[0]).values())
    lifts = [e for e in rest if not height and {*spelled(e.name)} & (_UP | _DOWN)]
    if others := [*movers[1:], *movers[: len(height) > 1], *lifts]:
        raise _unclear(others[0])
    foreign = _FOREIGN.search(" ".join(map(_about, [movers[0], *hands])))
    for axis, name in _axes(movers[0]).items():
        if foreign := foreign or re.search(_ACROSS[axis], _told(name, movers[0]).split(",")[0]):
            raise _unclear(movers[0], f"x and y ({foreign[0]})")
    ways: tuple[list[FunctionCall], ...] = ([], [])
    for hand in hands:
        named = _understood(hand, _OPEN, _CLOSED)
        own = {*spelled(hand.name)}
        for calls, side, n in zip(ways, (_OPEN, _CLOSED), (0, 1), strict=True):
            if named or (own & side and not own & (_OPEN | _CLOSED) - side):
                args = {name: values[n] for name, values in named.items()}
                calls.append(FunctionCall(name=hand.name, args=args))
    if [*map(len, ways)] != [1, 1]:
        raise _unclear(hands[0])
    homes = [e for e in rest if _is(e, _BACK) and {*spelled(e.name)} & _HOMES]
    home = [FunctionCall(name=e.name) for e in homes if not e.parameters.get("required")][:1]
    return Arm(movers[0], _axes(movers[0]), height, ways[0][0], ways[1][0], home)


def _is(function: Function, role: frozenset[str]) -> bool:
    """Whether all words of its name are words of a role."""
    return {*spelled(function.name)} <= role


def _about(function: Function) -> str:
    return f"{function.description} {json.dumps(_parameters(function))}"


def _unclear(function: Function, name: str = "") -> ApiError:
    what = f'what "{name}" of {function.name} means' if name else f"what {function.name} does"
    tell = "say it in its docstring, as in: high: True to pass above all things"
    return ApiError(400, f"I move no arm: I can't tell {what}; {tell}.")


def _parameters(function: Function) -> dict[str, dict[str, Any]]:
    """The schema of each; where it may be null, with the type that it has otherwise."""
    found: dict[str, dict[str, Any]] = {}
    for name, schema in function.parameters.get("properties", {}).items():
        kinds: Any = schema.get("type")
        named = cast("list[Any]", kinds) if isinstance(kinds, list) else [kinds]
        found[name] = {**schema, "type": next((kind for kind in named if kind != "null"), None)}
    return found


def _understood(
    function: Function, yes: frozenset[str], no: frozenset[str], but: Iterable[str] = ()
) -> dict[str, tuple[Any, Any]]:
    """What each parameter takes for `yes` and for `no`.

    Raises:
        ApiError: one isn't understood and can't be left out.
    """
    found: dict[str, tuple[Any, Any]] = {}
    for name in _parameters(function).keys() - {*but}:
        if meant := _meant(name, function, yes, no):
            found[name] = meant
        elif name in function.parameters.get("required", ()) or _HEIGHTS & {*spelled(name)}:
            raise _unclear(function, name)
    return found


def _axes(function: Function) -> dict[str, str]:
    """The parameters that are numbers for x and y."""
    numbers = [n for n, schema in _parameters(function).items() if schema.get("type") in _NUMBERS]
    return {axis: name for axis in "xy" for name in numbers if axis in spelled(name)}


def _meant(
    name: str, function: Function, yes: frozenset[str], no: frozenset[str]
) -> tuple[Any, Any] | None:
    """What a parameter takes for `yes` and for `no`; None where that isn't clear."""
    schema, own = _parameters(function)[name], {*spelled(name)}
    told = _told(name, function)
    if schema.get("type") == "string":
        options = schema.get("enum") or dict.fromkeys(re.findall(r"[\"'](\w{1,20})[\"']", told))
        fits = [[one for one in options if {*spelled(str(one))} & side] for side in (yes, no)]
        return (fits[0][0], fits[1][0]) if [*map(len, fits)] == [1, 1] else None
    known = not own & (yes | no) or own <= yes | no | _HANDS | _SETS | {"is"}
    if schema.get("type") != "boolean" or not known:
        return None
    ways = {bool(own & yes)} if bool(own & yes) != bool(own & no) else set[bool]()
    for value, said in _TRUTH.findall(told):
        meant = {*map(stem, words(said))}
        if bool(meant & yes) != bool(meant & no):
            way = bool(meant & yes) == (value.lower() in {"true", "whether", "1"})
            ways |= {way, way != bool(meant & _NEGATED)}
    way = next(iter(ways), None)
    return (way, not way) if len(ways) == 1 else None


def _told(name: str, function: Function) -> str:
    """What is said of a parameter."""
    line = re.search(rf"\b{re.escape(name)}\b(?!\()[^\n]*", function.description)
    return f"{_parameters(function)[name].get('description', '')}{line[0] if line else ''}"


def described(text: str) -> tuple[tuple[Function, ...], str]:
    r"""The functions that a prompt describes as code, `def move(x, y, high):`; and the rest of it.

    Example:
        >>> found, rest = described("def home():\n# Goes home.\n\nPut the lid on the pot.")
        >>> found[0].name, rest
        ('home', 'Put the lid on the pot.')
    """
    before, *parts = _API.split(text[:20_000])
    *parts, rest = [*parts[:-1], *_BEYOND.split(f"{parts[-1]}\n\n", maxsplit=1)] if parts else [""]
    functions: list[Function] = []
    for name, given, about in zip(parts[::3], parts[1::3], parts[2::3], strict=True):
        kinds: dict[str, Any] = {}
        for each, kind in re.findall(r"(\w+)(?: ?: ?(\w+))?[^,]*", given):
            numeric = each in "xyz" or kind in {"int", "float"}
            kinds[each] = {
                "type": "number" if numeric else "string" if kind == "str" else "boolean"
            }
        functions.append(Function(name, about, {"properties": kinds, "required": [*kinds]}))
    return tuple(functions), (before + rest).strip()


def plan(
    conversation: Conversation, arm: Arm, tasks: Sequence[Task], others: Sequence[str]
) -> list[FunctionCall]:
    """All calls that do `tasks`, one after the other, where the prompt says nothing else.

    Raises:
        ApiError: where a thing is isn't known, or a sentence isn't a plain order, or known.
    """
    if said := unclear(tasks, others):
        raise _no_order(said)

    def go(place: tuple[float, float], *, up: bool) -> FunctionCall:
        values: dict[str, Any] = dict(zip((arm.axes["y"], arm.axes["x"]), place, strict=True))
        values |= {name: ways[not up] for name, ways in arm.height.items()}
        args = {name: values[name] for name in _parameters(arm.move) if name in values}
        if not valid(args, arm.move.parameters):
            raise _unclear(arm.move, "x and y")
        return FunctionCall(name=arm.move.name, args=args)

    steps: list[FunctionCall] = []
    for task in tasks:
        a, b = _place(conversation, arm, task.thing), _place(conversation, arm, task.goal)
        if a == b:
            raise _no_order(f"{task.thing} to {task.goal}")
        steps += [arm.let, go(a, up=True), go(a, up=False), arm.grip]
        steps += [go(a, up=True), go(b, up=True), arm.let]
    steps = [each for n, each in enumerate(steps) if not n or each != steps[n - 1]]
    return [*steps, *arm.home]


def _no_order(said: str) -> ApiError:
    tell = "I take one thing to one place in each sentence, and do nothing else"
    return ApiError(400, f'I call no function: "{said.strip()[:80]}" is no plain order; {tell}.')


def _place(conversation: Conversation, arm: Arm, said: str) -> tuple[int, int]:
    """Where a thing is, y and x as the arm counts them: as said, as told before, or as seen.

    Raises:
        UnknownError: that isn't known.
    """
    name = _ARTICLE.sub("", _AFTER_NAME.split(said, maxsplit=1)[0])
    if relative := _RELATIVE.search(said):
        return int(relative[2]), int(relative[1])
    order = _ORDER.search(conversation.request)
    first = order[1] if order else ""
    points = _points(said, first)
    if len(points) != 1 and (known := _known(conversation, said, name)):
        points = [p for p in points or [known] if math.dist(p, known) < _NEAR]
    if not points:
        raise UnknownError(f"the place of the {name or 'things'}")
    if len(points) > 1:
        raise UnknownError(f"the order of x and y in the place of the {name}")
    about = _about(arm.move)
    earlier = [turn.text for turn in conversation.turns[::-1] if turn.role == "user"]
    texts = [conversation.request, conversation.system, about, *earlier]
    stated = [{p for found in _ORIGIN.finditer(text) for p in _points(found[0], first)}
              for text in texts]  # fmt: skip
    origins = next(filter(None, stated), set[tuple[float, float]]())
    if len(origins) > 1 or (not origins and _COUNTED.search(about)):
        raise UnknownError("the origin from which the arm counts")
    (y, x), point = next(iter(origins), (0, 0)), points[0]
    return round(point[0] - y), round(point[1] - x)


def _points(said: str, first: str) -> list[tuple[float, float]]:
    """The y and x that a text names first; in round brackets both orders, unless one is `first`."""
    axes = dict(reversed(_AXIS.findall(said)))
    if len(axes) == len("xy"):
        return [(float(axes["y"]), float(axes["x"]))]
    if not (pair := _PAIR.search(said)):
        return []
    a, b = float(pair[2]), float(pair[3])
    if pair[1] == "[" or first == "y" or a == b:
        return [(a, b)]
    return [(b, a)] if first else [(a, b), (b, a)]


def _known(conversation: Conversation, said: str, name: str) -> tuple[float, float] | None:
    """Where the latest turn that tells or shows anything has the thing."""
    from gemini_nb.offline.vision.answers import locate  # noqa: PLC0415 - loads scipy

    wanted = spelled(name)
    for turn in conversation.turns[::-1]:
        places: list[tuple[list[str], tuple[float, float]]] = []
        for item in _ITEM.findall(turn.text):
            with suppress(ValueError, TypeError, IndexError, KeyError):
                read = json.loads(item)
                y, x = read["point"] if "point" in read else (read["y"], read["x"])
                places.append((spelled(read["label"]), (float(y), float(x))))
        text = _ITEM.sub("", turn.text)
        for pair in _PAIR.finditer(text):
            before = spelled(text[max(0, pair.start() - 80) : pair.start()])
            kept = [word for word in before if word not in _BESIDE]
            point = _points(pair[0], "")
            places += [(kept[-len(wanted) :], point[0])] if len(point) == 1 and wanted else []
        exact = [point for label, point in places if label == wanted]
        fitting = exact or [point for label, point in places if wanted and {*wanted} <= {*label}]
        if fitting:
            return fitting[-1] if exact or len(fitting) == 1 else None
        if turn.pictures:
            phrase = said.partition(" at ")[0] if _PAIR.search(said) else said
            seen = locate(turn.pictures[-1], phrase)
            return seen.point if seen else None
    return None
