from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import errors, types

import gemini_nb as gnb
from gemini_nb.errors import InvalidOptionError, RobotError
from gemini_nb.robot import table_top
from gemini_nb.spatial.geometry import Box

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.offline.server import EmbeddedServer

TASK = "Put the blue block into the orange bowl."
LOCATED = '[{"point": [627, 280], "label": "blue block"}, {"point": [540, 735], "label": "bowl"}]'
DONE = '{"done": true, "reason": "It lies there."}'
NOT_DONE = '{"done": false, "reason": "It lies beside."}'
ASKED = [
    *(("chat", calls) for calls in ("manual", "automatic", "text")),
    *(("generate_content", calls) for calls in ("manual", "automatic", "text")),
    *(("interactions", calls) for calls in ("manual", "text")),
]

pytestmark = [
    pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*"),
    pytest.mark.filterwarnings("ignore:.*DEPRECATED.*:DeprecationWarning"),
]


@pytest.fixture(scope="module")
def client(server: EmbeddedServer) -> Iterator[genai.Client]:
    options = {"base_url": server.base_url}
    with genai.Client(api_key="any-key", vertexai=False, http_options=options) as made:
        yield made


class Model:
    """Answers as it is told to, in the SDK's own types; the last answer again and again."""

    def __init__(self, *answers: Any) -> None:
        self.chats, self.answers, self.heard = self, list(answers), []

    def create(self, **_: Any) -> Model:
        return self

    def send_message(self, said: list[types.Part], **_: Any) -> types.GenerateContentResponse:
        self.heard.append(said)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, str):
            answer = {"candidates": [{"content": {"parts": [{"text": answer}]}}]}
        return types.GenerateContentResponse.model_validate(answer)


@contextmanager
def answering(*answers: Any) -> Iterator[genai.Client]:
    """The SDK's client, in front of a server that answers as told; the last one again and again."""
    model = Model(*answers)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            body = model.send_message([]).model_dump_json(by_alias=True, exclude_none=True)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        options = {"base_url": f"http://127.0.0.1:{server.server_port}"}
        with genai.Client(api_key="any-key", vertexai=False, http_options=options) as made:
            yield made
        server.shutdown()


def calls(*named: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    parts = [{"functionCall": {"name": name, "args": args}} for name, args in named]
    return {"candidates": [{"content": {"role": "model", "parts": parts}}]}


MOVE = "move", {"x": -220, "y": 327, "high": True}


def responses(said: list[types.Part]) -> list[dict[str, Any]]:
    return [part.function_response.response for part in said]


@pytest.mark.parametrize(("via", "how"), ASKED)
def test_the_block_lands_in_the_bowl(client: genai.Client, via: Any, how: Any) -> None:
    robot = table_top()
    run = gnb.run(client, robot, TASK, via=via, calls=how)
    assert run.done
    assert run.verdict.startswith("done after 8 calls: ")
    assert [step.function for step in run.steps] == [step.function for step in robot.log]
    assert "orange bowl" in run.steps[6].result
    assert run.remarks[0].startswith("located: blue block [")


@pytest.mark.parametrize("how", ["manual", "automatic", "text"])
def test_functions_and_words_of_your_own(client: genai.Client, how: Any) -> None:
    robot = table_top("red ball", "teal tray", seed=3)

    def go_to(x: int, y: int, up: bool) -> None:  # noqa: FBT001 - as people write it
        """Go to a place, counted from the origin; up is False to go down to the table."""
        robot.move(x, y, up)

    def openClaw() -> None:  # noqa: N802 - as robots have it
        """Open the claw."""
        robot.set_gripper_state(opened=True)

    def closeClaw() -> None:  # noqa: N802
        """Close the claw."""
        robot.set_gripper_state(opened=False)

    def home() -> None:
        """Go home."""
        robot.return_to_origin()

    mine = [go_to, openClaw, closeClaw, home]
    task = "Grab the red ball and drop it onto the teal tray"
    run = gnb.run(client, robot, task, functions=mine, calls=how)
    assert run.done, run
    assert {step.function for step in run.steps} == {each.__name__ for each in mine}
    assert run.steps[3].result == "holding the red ball"  # as the robot said


def test_a_dry_run_moves_nothing_until_it_may(client: genai.Client) -> None:
    robot = table_top()
    before, seen = robot.state, []
    run = gnb.run(client, robot, TASK, dry_run=True, confirm=lambda plan: seen.append(plan.plan))
    assert (robot.state, robot.log, run.steps, run.film.steps) == (before, [], [], ())
    assert run.verdict == "planned: 8 calls, nothing moved; execute() carries them out."
    assert [step.result for step in seen[0][:2]] == ["would open", "would go there"]
    marks = run.before.annotations
    assert marks.labels == ("planned way", "blue block", "orange bowl")
    assert [len(way.points) for way in marks.trajectories] == [4]
    planned = list(run.plan)
    assert run.execute() is run
    assert run.done
    assert [str(step) for step in run.steps] == [str(step) for step in planned]
    with pytest.raises(RobotError, match="No calls wait"):
        run.execute()


def test_a_dry_run_that_may_is_carried_out(client: genai.Client) -> None:
    options = {"dry_run": True, "confirm": lambda _: True}
    run, again = (gnb.run(client, table_top(), TASK, **options) for _ in range(2))
    assert run.done
    assert len(run.steps) == 8
    assert run._repr_mimebundle_() == again._repr_mimebundle_()


def test_nothing_moves_where_nobody_can_be_asked() -> None:
    robot = table_top()
    run = gnb.run(Model(LOCATED, calls(MOVE), "So.", DONE), robot, TASK, dry_run=True)
    assert run.verdict.startswith("planned: 1 call, nothing moved")
    assert not robot.log


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        (("fly", {}), "There is no 'fly', only move, set_gripper_state, return_to_origin."),
        (("move", {"x": 1}), "missing a required argument: 'y'"),
        (("move", {"x": 1, "y": 1, "high": True, "z": 1}), "unexpected keyword argument 'z'"),
        (("move", {"x": "left", "y": 1, "high": True}), "x='left' is no whole number"),
        (("move", {"x": 1, "y": 1, "high": "yes"}), "high='yes' is neither true nor false"),
        (("move", {"x": 9000, "y": 1, "high": True}), "outside of the workspace"),
        (("move", {"x": -210, "y": 210, "high": True}), "enters the forbidden box tool"),
    ],
)
def test_nonsense_is_refused_and_told_to_the_model(wanted: Any, told: str) -> None:
    robot, model = table_top(), Model(LOCATED, calls(wanted, MOVE), "I give up.", NOT_DONE)
    before = robot.state
    box = Box(480, 270, 520, 310, label="tool")
    run = gnb.run(model, robot, TASK, forbidden=[box], attempts=1)
    assert robot.state == before
    assert [step.is_error for step in run.steps] == [True]
    assert told in run.steps[0].result
    first, second = responses(model.heard[2])
    assert told in first["error"]
    assert "a call before it was refused" in second["error"]
    assert run.verdict == "not done after 1 call: It lies beside."
    assert "refused: " in repr(run)


@pytest.mark.parametrize("per_turn", [1, 50])
def test_endless_calls_end(per_turn: int) -> None:
    model = Model(LOCATED, calls(*[MOVE] * per_turn))
    run = gnb.run(model, table_top(), TASK, max_calls=5)
    assert [step.is_error for step in run.steps] == [False] * 5 + [True]
    assert run.steps[-1].result == "5 calls were made, and no more may be."
    assert run.done is None
    assert run.film.frames


@pytest.mark.parametrize("via", ["chat", "generate_content"])
def test_endless_automatic_calls_end_too(via: Any) -> None:
    with answering(LOCATED, calls(MOVE)) as client:
        run = gnb.run(client, table_top(), TASK, calls="automatic", via=via, max_calls=12)
    assert [step.is_error for step in run.steps] == [False] * 12 + [True]
    assert run.verdict.startswith("not known whether it is done after 13 calls")


def test_an_unknown_function_ends_automatic_calls_in_words() -> None:
    with answering(LOCATED, calls(("fly", {}))) as client:
        run = gnb.run(client, table_top(), TASK, calls="automatic")
    assert run.verdict == "stopped after 0 calls: there is no function 'fly'."


def test_a_call_that_automatic_calling_skips_is_carried_out() -> None:
    home = {
        "candidates": [{"content": {"parts": [{"functionCall": {"name": "return_to_origin"}}]}}]
    }
    with answering(LOCATED, home, "So.", DONE) as client:
        run = gnb.run(client, table_top(), TASK, calls="automatic")
    assert [step.function for step in run.steps] == ["return_to_origin"]
    assert run.done


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (calls(), "Nothing came."),
        ({"promptFeedback": {"blockReason": "SAFETY"}}, "The prompt was refused."),
        ({"candidates": [{"finishReason": "SAFETY"}]}, "Stopped by a safety filter."),
        ("I only know poems.", "I only know poems."),
        ("<b>[{{", "<b>[{{"),
    ],
)
def test_an_answer_without_calls_is_told(answer: Any, told: str) -> None:
    run = gnb.run(Model(answer), table_top(), TASK)
    assert run.done is None
    assert told in run.remarks[0]
    assert told in run.remarks[1]
    assert told in run.verdict
    assert "<b>" not in run._repr_mimebundle_()["text/html"].replace("<b style", "")


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.ServerError(503, {"error": {"message": "Overloaded.", "status": "UNAVAILABLE"}}),
         "ServerError: Overloaded."),
        (errors.ClientError(400, {"error": {"message": "No tools."}}), "ClientError: No tools."),
        (TimeoutError("too slow"), "TimeoutError: too slow"),
        (KeyboardInterrupt(), "you interrupted it."),
    ],
)  # fmt: skip
def test_what_breaks_off_keeps_the_steps_and_the_film(error: Any, told: str) -> None:
    run = gnb.run(Model(LOCATED, calls(MOVE), error), table_top(), TASK)
    assert run.verdict == f"stopped after 1 call: {told}"
    assert [str(step) for step in run.steps] == ["move(x=-220, y=327, high=True)"]
    assert run.film.frames
    assert "located: blue block [627, 280], bowl [540, 735]" in repr(run)


def test_a_function_that_fails_does_not_end_the_run_and_tells_no_key() -> None:
    def move(x: int) -> float:
        """Divides."""
        raise RuntimeError(f"{x} of https://api.example/v1?key=AIza{'x' * 35}")

    model = Model(LOCATED, calls(("move", {"x": 0})), "So.", DONE)
    run = gnb.run(model, table_top(), TASK, functions=[move])
    assert run.steps[0].result.startswith("0 of https://api.example/v1?key=[")
    assert "AIza" not in str(model.heard)
    assert run.done


@pytest.mark.parametrize("how", ["manual", "text"])
def test_calls_written_as_text_are_carried_out_where_text_was_asked_for(how: Any) -> None:
    move = '{"function": "move", "args": [-220, 327, true]}'
    close = '{"function": "set_gripper_state", "args": {"opened": false}}'
    said = f"Reasoning.\n[{move}, {close}]"
    model = Model(LOCATED, said, DONE)
    run = gnb.run(model, table_top(), TASK, calls=how)
    written = ["move(x=-220, y=327, high=True)", "set_gripper_state(opened=False)"]
    assert [str(step) for step in run.steps] == (written if how == "text" else [])
    assert ("def move(x: int, y: int, high: bool)" in model.heard[1][0].text) == (how == "text")


def test_what_failed_is_tried_again_from_a_new_picture() -> None:
    model = Model(LOCATED, calls(MOVE), "So.", NOT_DONE, LOCATED, calls(MOVE), "So.", DONE)
    run = gnb.run(model, table_top(), TASK)
    assert "tried: not done after 1 call: It lies beside." in run.remarks
    assert run.verdict == "done after 2 calls: It lies there."
    assert "Before, it went wrong: not done" in model.heard[5][0].text
    assert model.heard[4][0].inline_data.data != model.heard[0][0].inline_data.data


def test_what_nobody_can_tell_after_a_refusal_is_tried_again() -> None:
    far = calls(("move", {"x": 900, "y": 0, "high": True}))
    unknown = '{"done": null, "reason": "It is hidden."}'
    model = Model(LOCATED, far, "So.", unknown, LOCATED, calls(MOVE), "So.", unknown, DONE)
    run = gnb.run(model, table_top(), TASK, attempts=3)
    assert run.verdict == "not known whether it is done after 2 calls: It is hidden."
    assert "outside of the workspace" in model.heard[5][0].text


def test_limits_last_as_long_as_the_run_and_what_is_held_is_told() -> None:
    robot = table_top()
    grip = calls(
        ("move", {"x": -220, "y": 327, "high": False}), ("set_gripper_state", {"opened": False})
    )
    run = gnb.run(Model(LOCATED, grip, "So.", DONE), robot, TASK, forbidden=Box(0, 900, 50, 950))
    assert robot.forbidden == ()
    assert run.verdict.endswith("It lies there. The gripper still holds the blue block.")


def test_signatures_and_ids_go_back_with_generate_content(client: genai.Client) -> None:
    sent: list[Any] = []

    class Spy:
        chats = client.chats

        class models:  # noqa: N801 - as the SDK has it
            @staticmethod
            def generate_content(**asked: Any) -> Any:
                sent.append(asked["contents"][:])
                return client.models.generate_content(**asked)

    gnb.run(Spy(), table_top(), TASK, via="generate_content")
    answer, results = sent[2][-2:]
    assert [part.function_call.id for part in answer.parts] == [
        part.function_response.id for part in results.parts
    ]
    assert answer.parts[0].thought_signature


def unknown(where: Nowhere) -> None:  # noqa: F821 - as of a name imported for types only
    """Goes somewhere."""


async def waiting(x: int) -> None:
    """Goes somewhere, later."""


def alike(number: int) -> Any:
    def move() -> int:
        """Goes somewhere."""
        return number

    return move


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"via": "rest"}, "is none of"),
        ({"calls": "none"}, "is none of"),
        ({"via": "interactions", "calls": "automatic"}, "is none of"),
        ({"forbidden": ["the bowl"]}, "are no boxes"),
        ({"functions": ["move"]}, "'move' can't be declared to a model"),
        ({"functions": [unknown]}, "unknown can't be declared to a model"),
        ({"functions": [calls]}, "each of its parameters needs a name"),
        ({"functions": [waiting]}, "must be awaited"),
        ({"functions": [lambda: None]}, "has no name"),
        ({"functions": [alike(1), alike(2)]}, "two functions are called move"),
    ],
)
def test_options_that_do_not_exist(options: Any, told: str) -> None:
    with pytest.raises(InvalidOptionError, match=told):
        gnb.run(Model(""), table_top(), TASK, **options)


def test_what_a_cell_shows_is_small_and_whole(client: genai.Client) -> None:
    run = gnb.run(client, table_top(), TASK)
    bundle = run._repr_mimebundle_()
    assert bundle["text/plain"] == repr(run)
    assert bundle["text/html"].count("<img") == 2
    assert len(bundle["text/html"]) < 60_000
    assert "<script" not in bundle["text/html"]


def test_each_run_has_a_film_of_its_own() -> None:
    robot = table_top()
    first = gnb.run(Model(LOCATED, calls(MOVE), "So.", DONE), robot, TASK)
    run = gnb.run(Model(LOCATED, calls(("return_to_origin", {})), "So.", DONE), robot, TASK)
    assert [step.function for step in first.film.steps] == ["move"]
    assert [step.function for step in run.film.steps] == ["return_to_origin"]
    assert {at for at, _ in run.film.frames} <= {0, 1}
