"""Limits of an answer, and which offline model gives it."""

from __future__ import annotations

from typing import Any

import pytest

from gemini_nb import catalog
from gemini_nb.offline.answer import Draft, limited
from gemini_nb.offline.answering import answer_to
from gemini_nb.offline.conversation import count_text
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import Blob, FunctionCall, GenerateContentRequest, Part

WORDS = Draft.of(
    "One two three four five six seven eight", "offline/templates", "Numbers in order."
)


def texts(draft: Draft, *, thinks: bool = False, most: int | None = None, stops: Any = ()) -> Any:
    candidate = limited(draft, thinks=thinks, most=most, stops=stops)
    return [p.text for p in candidate.parts if p.text is not None], candidate.finish_reason


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({}, (["One two three four five six seven eight"], "STOP")),
        ({"most": 100}, (["One two three four five six seven eight"], "STOP")),
        ({"most": 4}, (["One two three"], "MAX_TOKENS")),
        ({"most": 1}, (["One"], "MAX_TOKENS")),
        ({"stops": ["four", "two"]}, (["One "], "STOP")),
        ({"stops": ["nine", ""]}, (["One two three four five six seven eight"], "STOP")),
        ({"stops": ["eight"], "most": 4}, (["One two three"], "MAX_TOKENS")),
        ({"stops": ["two"], "most": 4}, (["One "], "STOP")),
        ({"thinks": True, "most": 5}, (["Numbers in order."], "MAX_TOKENS")),
        ({"thinks": True, "most": 3}, (["Numbers in"], "MAX_TOKENS")),
        ({"thinks": True, "stops": ["order", "two"]}, (["Numbers in order.", "One "], "STOP")),
    ],
)
def test_an_answer_ends_where_the_request_says(limits: dict[str, Any], expected: Any) -> None:
    assert texts(WORDS, **limits) == expected


@pytest.mark.parametrize("most", range(1, 20))
def test_thoughts_count_towards_the_limit(most: int) -> None:
    candidate = limited(WORDS, thinks=True, most=most, stops=())

    assert candidate.output_tokens + candidate.thought_tokens <= most
    assert candidate.thought_tokens <= count_text(WORDS.reasoning)


def test_a_stop_sequence_ends_all_that_follows() -> None:
    draft = Draft(
        (
            Part(executable_code={"code": "print(1)"}),
            Part(code_execution_result={"outcome": "OUTCOME_OK", "output": "1"}),
            Part(text="It is 1."),
            Part(text="!"),
        ),
        "offline/code",
    )

    assert texts(draft, stops=["is"]) == (["It "], "STOP")
    assert len(limited(draft, thinks=False, most=None, stops=["1"]).parts) == 3


def test_a_call_is_whole_or_not_there() -> None:
    call = Part(function_call=FunctionCall(name="move", args={"y": 100, "x": 200}))
    draft = Draft((call, Part(inline_data=Blob(mime_type="image/png"))), "offline/planner")

    assert limited(draft, thinks=False, most=2, stops=()).parts == ()
    assert limited(draft, thinks=False, most=50, stops=()).parts == draft.parts


MOVE = {
    "name": "open_window",
    "description": "Open a window by some degrees.",
    "parameters": {"type": "OBJECT", "properties": {"degrees": {"type": "INTEGER"}}},
}


def answered(text: str, **fields: Any) -> Any:
    body = {"contents": [{"parts": [{"text": text}]}], **fields}
    return answer_to(GenerateContentRequest.model_validate(body), catalog.default("text"))


def test_calls_get_ids_and_the_first_a_signature_the_same_each_time() -> None:
    tools = [{"functionDeclarations": [MOVE]}]
    first, again = (
        answered("Open the window by 30 degrees.", tools=tools).candidates[0].parts
        for _ in range(2)
    )

    (part,) = first
    assert part.function_call.args == {"degrees": 30}
    assert part.function_call.id.startswith("call_")
    assert part.thought_signature
    assert first == again


def test_what_nothing_offline_can_do_is_told_first() -> None:
    answer = answered("Tell a story about a bridge.", tools=[{"googleSearch": {}}])

    text = answer.candidates[0].parts[0].text
    assert text.startswith("(The offline model has no google_search tool.) ")
    assert answer.model_version.startswith("offline/")


def test_more_tokens_than_the_model_takes_are_refused() -> None:
    with pytest.raises(ApiError, match=r"exceeds the maximum number of tokens allowed \(1048576\)"):
        answered("word " * 900_000)
