"""Orders for an arm: in everyday words, with functions of any name, and refused where unclear."""

from typing import Any

import pytest

from gemini_nb.offline import functions
from gemini_nb.offline.conversation import Conversation, Function, Turn
from gemini_nb.offline.messages import FunctionCall, FunctionResponse

NUMBER, FLAG, TEXT = ({"type": kind} for kind in ("number", "boolean", "string"))
SEEN = """[{"point": [435, 338], "label": "blue block"}, {"label": "bowl", "point": [385, 659]},
{"point": [100, 200], "label": "red can"}, {"point": [700, 800], "label": "teal tray"}]"""


def declare(name: str, about: str = "", **named: Any) -> Function:
    return Function(name, about, {"type": "object", "properties": named, "required": [*named]})


MOVE = declare("move", "Moves the arm.", x=NUMBER, y=NUMBER, high=FLAG)
GRIP = declare("set_gripper_state", "Opens or closes the gripper.", opened=FLAG)
HOME = declare("return_to_origin")


def planned(text: str, *more: Turn, offered: tuple[Function, ...] = (MOVE, GRIP, HOME)) -> Any:
    """The calls in a line, or the words, or None."""
    turns = (Turn("user", "Point to all."), Turn("model", SEEN), Turn("user", text), *more)
    draft = functions.answer(Conversation(turns, functions=offered))
    if draft is None:
        return None
    calls = [part.function_call for part in draft.parts if part.function_call]
    shown = [f"{call.name}({', '.join(map(str, call.args.values()))})" for call in calls]
    return " ".join(shown) or draft.parts[0].text


def steps(thing: str, goal: str) -> str:
    """What a plan looks like from `thing` to `goal`, each an x and a y."""
    return (
        f"set_gripper_state(True) move({thing}, True) move({thing}, False) "
        f"set_gripper_state(False) move({thing}, True) move({goal}, True) "
        "set_gripper_state(True) return_to_origin()"
    )


BLOCK, BOWL, CAN, TRAY = "338, 435", "659, 385", "200, 100", "800, 700"


@pytest.mark.parametrize(
    ("text", "thing", "goal"),
    [
        ("Put the blue block into the bowl", BLOCK, BOWL),
        ("Could you drop the red can in the teal tray?", CAN, TRAY),
        ("grab the red can and set it down on the teal tray", CAN, TRAY),
        ("Pick up the lid at [1, 2] and place it in the pot at [3, 4].", "2, 1", "4, 3"),
        ("Take the lid [1, 2]. Then carefully put it onto the tray [3, 4].", "2, 1", "4, 3"),
        ("Put the red can (100, 200) on the teal tray (800, 700)", CAN, TRAY),
        ("stow the red can in the teal tray", CAN, TRAY),
        ("Get the red can over to the teal tray, please.", CAN, TRAY),
        ("Would you mind putting the block in the bowl?", BLOCK, BOWL),
        ("Take the red can and put it in the bowl, then return home.", CAN, BOWL),
        ("The lid is at [1, 2], the pot at [3, 4]. Put the lid on the pot.", "2, 1", "4, 3"),
        ("The origin is y=100, x=200. Put the red can into the bowl.", "0, 0", "459, 285"),
        ("Put the block into the bowl.\nBefore, it went wrong: nothing gripped", BLOCK, BOWL),
    ],
)
def test_orders_in_everyday_words_become_calls(text: str, thing: str, goal: str) -> None:
    assert planned(text) == steps(thing, goal)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Don't put the red can on the teal tray.", "no plain order"),
        ("Should I put the red can on the teal tray?", "no plain order"),
        ("Put the red can on the teal tray if it is empty.", "no plain order"),
        ("How do I put the red can on the teal tray?", "no plain order"),
        ("Put the red can and the block in the bowl", "one thing to one place"),
        ("Put the block in the bowl and the red can on the teal tray", "one thing to one place"),
        ("Put everything into the bowl", "one thing to one place"),
        ("Put the red can next to the bowl.", "one thing to one place"),
        ("Put the red can in the bowl without touching the block.", "one thing to one place"),
        ("Put the can in the box", "place of the box"),
        ("Put the red can to the left of the bowl.", "one thing to one place"),
        ("The origin is the red can. Put the red can in the bowl.", "no plain order"),
        ("The origin is at y=0.3, x=0.5. Put the red can in the bowl.", "no plain order"),
        ("The origin is not [3, 5] but [4, 4]. Put the red can in the bowl.", "no plain order"),
        ("The arm is at [3, 5]. Put the red can in the bowl.", "no plain order"),
        ("Its origin is [3, 5]. The origin is [1, 1]. Put the block in the bowl.", "the origin"),
        ("Put the lid (1, 2) on the bowl.", "order of x and y"),
        ("Put the red can at pixel [1, 2] in the bowl.", "no plain order"),
        ("Put the block in the bowl. No wait, don't.", "no plain order"),
        ("Please avoid putting the block in the bowl.", "no plain order"),
        ('The sign says "Put the block in the bowl".', "no plain order"),
        ("In five minutes, put the block in the bowl.", "no plain order"),
        ("Put the block at [385, 659] into the bowl.", "no plain order"),
    ],
)
def test_what_is_no_plain_order_is_refused_in_words(text: str, said: str) -> None:
    assert said in planned(text)


@pytest.mark.parametrize(
    "text",
    [
        "Is this task done: put the red can into the bowl?",
        "Point to what this task is about: put the red can into the bowl.",
    ],
)
def test_an_order_that_is_only_spoken_of_moves_nothing(text: str) -> None:
    assert planned(text) is None


def test_two_orders_are_done_one_after_the_other() -> None:
    both = planned("Put the block in the bowl. Put the red can on the teal tray.")
    first, second = steps(BLOCK, BOWL), steps(CAN, TRAY)
    once = first.removesuffix("set_gripper_state(True) return_to_origin()")
    assert both == f"{once}{second}"


@pytest.mark.parametrize(
    ("offered", "calls"),
    [
        (
            (
                declare("go_to", x=NUMBER, y=NUMBER, lift=FLAG),
                declare("closeClaw", closed=FLAG),
                declare("home"),
            ),
            "closeClaw(False) go_to(338, 435, True) go_to(338, 435, False) closeClaw(True)",
        ),
        (
            (
                declare("moveArm", pos_x=NUMBER, pos_y=NUMBER, low=FLAG),
                declare("openClaw"),
                declare("closeClaw"),
            ),
            "openClaw() moveArm(338, 435, False) moveArm(338, 435, True) closeClaw()",
        ),
        (
            (
                declare("goto", "flag: True to stay above all.", x=NUMBER, y=NUMBER, flag=FLAG),
                declare("gripper", 'state: "open" or "closed"', state=TEXT),
            ),
            "gripper(open) goto(338, 435, True) goto(338, 435, False) gripper(closed)",
        ),
        (
            (
                declare("reach", "From the origin y=400, x=300.", x=NUMBER, y=NUMBER),
                declare("fingers", "value: True closes them.", value=FLAG),
            ),
            "fingers(False) reach(38, 35) fingers(True)",
        ),
    ],
)
def test_functions_are_told_by_their_parameters(offered: tuple[Function, ...], calls: str) -> None:
    assert planned("Put the block into the bowl", offered=offered).startswith(calls)


@pytest.mark.parametrize(
    ("offered", "said"),
    [
        ((declare("move", x=NUMBER, y=NUMBER, z=NUMBER), GRIP), '"z" of move'),
        ((declare("move", x=NUMBER, y=NUMBER, mode=FLAG), GRIP), '"mode" of move'),
        ((MOVE, declare("gripper", "Opens it.", width=NUMBER)), '"width" of gripper'),
        ((declare("move", "In mm.", x=NUMBER, y=NUMBER, high=FLAG), GRIP), "x and y (mm)"),
        ((declare("move", x=NUMBER, y=NUMBER, not_high=FLAG), GRIP), '"not_high" of move'),
        ((MOVE, declare("claw", opened={**FLAG, "description": "True closes"})), "of claw means"),
        ((MOVE, GRIP, declare("open_hand"), declare("close_hand")), "what set_gripper_state does"),
        ((declare("move", x=NUMBER, y={**NUMBER, "maximum": 1}, high=FLAG), GRIP), "x and y"),
        ((declare("move", x=NUMBER, y=NUMBER, high_speed=FLAG), GRIP), '"high_speed" of move'),
        ((declare("move", x=NUMBER, y=NUMBER, high=FLAG, low=FLAG), GRIP), "what move does"),
        ((declare("move", "high: 0 is up", x=NUMBER, y=NUMBER, high=FLAG), GRIP), '"high" of move'),
        ((declare("move", "x in m", x=NUMBER, y=NUMBER, high=FLAG), GRIP), "x and y (m)"),
        ((declare("move", "x down, y right", x=NUMBER, y=NUMBER, high=FLAG), GRIP), "x and y (do"),
        ((MOVE, declare("claw", "opened: whether to close", opened=FLAG)), '"opened" of claw'),
        ((declare("move", "Moves by x, y.", x=NUMBER, y=NUMBER, high=FLAG), GRIP), "x and y (by)"),
        ((declare("move", "Relative.", x=NUMBER, y=NUMBER, high=FLAG), GRIP), "the origin"),
        ((declare("move", x=NUMBER, y=NUMBER), declare("lower"), GRIP), "what lower does"),
    ],
)
def test_functions_that_are_not_understood_are_not_called(
    offered: tuple[Function, ...], said: str
) -> None:
    assert said in planned("Put the block into the bowl", offered=offered)


@pytest.mark.parametrize(
    "offered",
    [
        (declare("cut", "Cuts there.", x=NUMBER, y=NUMBER), MOVE, GRIP, HOME),
        (MOVE, GRIP, declare("start_laser"), declare("home_and_shutdown"), HOME),
        (MOVE, declare("open_door", "Lets the hand out."), GRIP, declare("release_all"), HOME),
    ],
)
def test_other_functions_are_left_alone(offered: tuple[Function, ...]) -> None:
    assert planned("Put the block into the bowl", offered=offered) == steps(BLOCK, BOWL)


@pytest.mark.parametrize(
    "result", ["at x=3; nothing gripped", "knocked over the red can", "did not close", "timeout"]
)
def test_a_plan_ends_where_a_result_tells_of_a_failure(result: str) -> None:
    call = Turn("model", calls=(FunctionCall(name="move", args={}),))
    there = Turn("user", results=(FunctionResponse(name="move", response={"result": result}),))
    assert planned("Put the block into the bowl", call, there).endswith("So I stop here.")


def test_the_latest_answer_tells_where_a_thing_is() -> None:
    later = (
        Turn("model", '[{"point": [9, 8], "label": "blue block"}]'),
        Turn("user", "Again: put the blue block into the bowl."),
    )
    assert planned("Point again.", *later) == steps("8, 9", BOWL)
