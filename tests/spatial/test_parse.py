from __future__ import annotations

import io
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types

import gemini_nb as gnb
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.spatial.parse import parse
from gemini_nb.spatial.statements import Call
from spatial.forms.reference import URI
from time_limits import HANGS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from google import genai

JSON = '[{"point": [210, 340], "label": "pear"}]'
PEAR = {"point": [210, 340], "label": "pear"}
MODEL = "gemini-3.8-flash"


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    yield gnb.connect(mode="offline")
    gnb.disconnect()


def _content(*parts: types.Part, role: str = "model") -> types.Content:
    return types.Content(role=role, parts=list(parts))


def _response(*parts: types.Part) -> types.GenerateContentResponse:
    candidate = types.Candidate(content=_content(*parts), finish_reason=types.FinishReason.STOP)
    return types.GenerateContentResponse(candidates=[candidate])


TEXT = types.Part(text=JSON)
ANSWERS = {
    "response": _response(TEXT),
    "candidate": _response(TEXT).candidates[0],  # type: ignore[index]
    "content": _content(TEXT),
    "part": TEXT,
    "REST response": {"candidates": [{"content": {"parts": [{"text": JSON}], "role": "model"}}]},
    "REST response as bytes": json.dumps(
        {"candidates": [{"content": {"parts": [{"text": JSON}]}}]}
    ).encode(),
    "REST content": {"role": "model", "parts": [{"text": JSON}]},
    "REST part": {"text": JSON},
    "chunks": [_response(types.Part(text=JSON[:20])), _response(types.Part(text=JSON[20:]))],
    "iterator of chunks": iter([_response(types.Part(text=JSON))]),
    "pieces of text": [JSON[:9], JSON[9:]],
    "chat history": [
        _content(types.Part(text=JSON.replace("pear", "fig")), role="user"),
        _content(TEXT),
    ],
    "REST interaction": {
        "id": "v1_1",
        "steps": [
            {"type": "user_input", "content": [{"type": "text", "text": '{"point": [1, 2]}'}]},
            {"type": "model_output", "content": [{"type": "text", "text": JSON}]},
        ],
    },
    "stream events of an interaction": [
        {"event_type": "step.start", "index": 0},
        {"event_type": "step.delta", "delta": {"type": "text", "text": JSON[:9]}},
        {"event_type": "step.delta", "delta": {"type": "text", "text": JSON[9:]}},
    ],
    "parsed JSON": json.loads(JSON),
    "parsed JSON in a tuple": tuple(json.loads(JSON)),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_is_read_in_any_form_in_which_it_is_at_hand(answer: Any) -> None:
    assert parse(answer).to_dicts() == [PEAR]


def test_an_annotation_is_an_answer_already() -> None:
    found = parse(JSON)

    assert parse(found) is found


def test_parse_leaves_thoughts_out_and_reads_what_stands_in_programs_and_their_output() -> None:
    thought = types.Part(text='[{"point": [1, 2], "label": "fig"}]', thought=True)
    program = f"# The pear is here:\n# {JSON[0]}\n#   {JSON[1:-1]}\n# {JSON[-1]}\nrun()"
    code = types.Part(executable_code=types.ExecutableCode(code=program, language="PYTHON"))
    output = types.Part(
        code_execution_result=types.CodeExecutionResult(output=JSON.replace("pear", "plum"))
    )

    found = parse(_response(types.Part(text="Let me look."), thought, code, output, TEXT))

    assert found.labels == ("pear", "plum")
    assert [issue.kind for issue in found.issues] == ["duplicate"]  # said in code and in text
    # Fenced, so that a comment is no heading where the text is shown as Markdown.
    assert f"Let me look.\n```python\n{program}\n```\n" in found.text
    assert f"\n```\n{JSON.replace('pear', 'plum')}\n```\n" in found.text


def test_function_calls_become_calls() -> None:
    call = types.Part(function_call=types.FunctionCall(name="move", args={"y": 5}))

    assert parse(_response(TEXT, call)).of(Call) == (Call("move", {"y": 5}),)


def test_only_the_first_candidate_is_read_and_that_is_told() -> None:
    other = types.Candidate(content=_content(types.Part(text='{"point": [1, 2]}')))
    both = types.GenerateContentResponse(candidates=[*_response(TEXT).candidates, other])  # type: ignore[misc]

    found = parse(both)

    assert found.to_dicts() == [PEAR]
    assert "1 more of the candidates" in found.issues[0].reason


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "  \n",
        types.GenerateContentResponse(candidates=[]),
        _response(),
        {"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}]},
        {"promptFeedback": {"blockReason": "SAFETY"}},
        {"id": "v1_1", "steps": []},
    ],
    ids=str,
)
def test_an_answer_without_anything_in_it_is_an_issue(answer: Any) -> None:
    found = parse(answer)

    assert len(found) == 0
    assert [issue.kind for issue in found.issues] == ["dropped"]


def test_why_there_is_no_answer_is_told() -> None:
    cut = {"candidates": [{"content": {"role": "model"}, "finishReason": "MAX_TOKENS"}]}
    blocked = {"promptFeedback": {"blockReason": "SAFETY"}}

    assert "MAX_TOKENS" in parse(cut).issues[0].reason
    assert "SAFETY" in parse(blocked).issues[0].reason


def test_parse_takes_bytes_for_the_text_they_are() -> None:
    assert parse(b"42").text == "42"
    assert parse(f"Here: {JSON}".encode()).to_dicts() == [PEAR]


@pytest.mark.parametrize("answer", [io.StringIO("x"), 3, object()], ids=["file", "int", "object"])
def test_what_is_no_answer_is_refused(answer: object) -> None:
    with pytest.raises(NotAnAnswerError, match="pass its text"):
        parse(answer)


@pytest.mark.filterwarnings("ignore:.*[Ii]nteractions.*")
def test_answers_of_the_embedded_server_are_read(client: genai.Client) -> None:
    said = f"Repeat after me: {JSON}"
    response = client.models.generate_content(model=MODEL, contents=said)
    interaction = client.interactions.create(model=MODEL, input=said)
    streamed = client.models.generate_content_stream(model=MODEL, contents=said)
    events = client.interactions.create(model=MODEL, input=said, stream=True)

    assert parse(response).text == response.text
    assert parse(interaction).text == interaction.output_text
    assert parse(streamed).text == response.text
    assert parse(iter(events)).text == interaction.output_text


def test_items_know_where_they_stand() -> None:
    found = parse(
        f"Two things:\n```json\n{JSON[:-1]}, \n {JSON[1:]}\n```".replace("pear", "fig", 1)
    )

    cut = [found.text[item.span.start : item.span.end] for item in found if item.span]
    assert [json.loads(piece)["label"] for piece in cut] == ["fig", "pear"]


def test_items_of_one_object_share_its_place() -> None:
    found = parse('[{"box_2d": [1, 2, 30, 40], "point": [5, 6], "angle": 10, "label": "pen"}]')

    assert len({item.span for item in found}) == 1
    assert len(found) == 3


def test_pixels_are_put_right_where_the_size_is_known() -> None:
    found = parse('[{"box_2d": [120, 1600, 1080, 1900], "label": "pear"}]', image_size=(1920, 1080))

    assert [issue.kind for issue in found.issues] == ["rescaled"]
    assert found.boxes[0].ymax == 1000


TOON = """words[2]{line,idx,text,x,y,w,h}:
0,0,"Dear",120,88,140,42
0,1,"Madam,",275,90,190,44
"""


def test_parse_takes_columns_of_corner_and_size_for_pixels_of_the_image() -> None:
    found = parse(TOON, image_size=(1600, 2200))

    assert found.labels == ("Dear", "Madam,")
    assert found[0].geometry() == {"box_2d": [40, 75, 59.091, 162.5]}
    assert [issue.kind for issue in found.issues] == ["rescaled"]
    assert [issue.kind for issue in parse(TOON).issues] == ["suspected"]


@pytest.mark.parametrize("answer", [{"type": []}, [{"type": {}}], {"parts": {}}, {"steps": 3}])
def test_parse_never_raises_for_json(answer: Any) -> None:
    assert len(parse(answer)) == 0


def test_parse_tells_once_that_numbered_points_are_a_path_or_none() -> None:
    path = [{"point": [100 + i, 200], "label": str(i)} for i in range(5)]

    [told] = parse(path).issues
    assert told.kind == "suspected"
    assert "5 points numbered 0 to 4" in told.reason
    assert len(parse(path).trajectories) == 1
    assert not parse(path[1:]).trajectories


def test_a_mask_beyond_the_image_is_cut_with_its_box() -> None:
    [mask] = parse(f'[{{"box_2d": [0, -500, 1000, 500], "mask": "{URI}"}}]').masks

    # The left half of the map, where the thing is, lies outside.
    assert (mask.box.xmin, mask.box.xmax) == (0, 500)
    assert not mask.to_array(width=10, height=10).any()


def test_each_of_many_like_slips_is_told_up_to_a_limit() -> None:
    slips = "".join('{"point": [1], "label": "fig"},' for _ in range(80))

    issues = parse(f"[{slips}]").issues

    assert len(issues) < 80
    assert any("more of these" in issue.reason for issue in issues)


@pytest.mark.parametrize(
    "piece", ["\n", "Image 1:\n", "x:\n ", "(1,", "<box y='1' ", "label,y,x\nmug,1,2\n", "x=1,"]
)
def test_parse_takes_time_in_proportion_to_the_text(piece: str) -> None:
    around = piece * (200_000 // len(piece))
    began = time.process_time()

    parse(f"{around}{JSON}{around}")

    assert time.process_time() - began < HANGS


def test_an_issue_of_a_long_text_shows_no_part_of_a_key() -> None:
    key = f"AIza{'x' * 35}"
    for before in range(30, 90):
        label = f"{'y' * before} {key}"
        found = parse(f'[{{"box_2d": [500, 900, 300, 1000], "label": "{label}"}}]')
        assert found.issues
        assert "xxx" not in repr(found.issues)
