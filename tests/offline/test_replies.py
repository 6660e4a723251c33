"""Answers as generateContent sends them: whole, and in chunks that add up."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gemini_nb.offline.answer import Answer, Candidate
from gemini_nb.offline.conversation import PromptTokens
from gemini_nb.offline.generation import chunks, group_words, whole
from gemini_nb.offline.messages import Blob, FunctionCall, Part

THOUGHT = Part(text="The prompt asks for a story about a kite.", thought=True)
STORY = Part(text="Once upon a time, a kite\nflew over 東京タワー.  It came  home.")
MOVE = FunctionCall(name="move", args={"x": 1}, id="call_1")
CALL = Part(function_call=MOVE, thought_signature=b"sig")
CODE = Part(executable_code={"language": "PYTHON", "code": "print(1)"})
RESULT = Part(code_execution_result={"outcome": "OUTCOME_OK", "output": "1\n"})
PICTURE = Part(inline_data=Blob(mime_type="image/png", data=b"png"))


def answer(*candidates: Candidate) -> Answer:
    return Answer(candidates, PromptTokens(text=8), "offline/templates")


def parts_of(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The parts of all bodies, text that follows text of its kind joined."""
    joined: list[dict[str, Any]] = [{}]
    for body in bodies:
        for part in body["candidates"][0]["content"].get("parts", []):
            if "text" in part and part.keys() == joined[-1].keys():
                joined[-1] = part | {"text": joined[-1]["text"] + part["text"]}
            else:
                joined.append(part)
    return joined[1:]


@pytest.mark.parametrize("words", [1, 3, 100])
@pytest.mark.parametrize(
    "parts",
    [
        (STORY,),
        (THOUGHT, STORY),
        (THOUGHT, CALL, CALL),
        (Part(text="I look."), CODE, RESULT, STORY),
        (STORY, PICTURE),
        (),
    ],
)
def test_chunks_add_up_to_the_whole(parts: tuple[Part, ...], words: int) -> None:
    asked = answer(Candidate(parts, "STOP", 12, 5 if THOUGHT in parts else 0))
    bodies = list(chunks(asked, "id", words))
    complete = whole(asked, "id")

    assert parts_of(bodies) == parts_of([complete])
    assert bodies[-1]["usageMetadata"] == complete["usageMetadata"]
    finished = ["finishReason" in body["candidates"][0] for body in bodies]
    assert finished == [False] * (len(bodies) - 1) + [True]


@pytest.mark.parametrize("words", [1, 2, 5])
def test_counts_run_along_and_never_beyond_the_final_one(words: int) -> None:
    asked = answer(*[Candidate((THOUGHT, STORY), "MAX_TOKENS", 9, 4)] * 2)
    counts = [body["usageMetadata"] for body in chunks(asked, "id", words)]

    for name, most in (("candidatesTokenCount", 18), ("thoughtsTokenCount", 8)):
        series = [count.get(name, 0) for count in counts]
        assert series == sorted(series)
        assert series[-1] == most
    assert counts[-1]["totalTokenCount"] == 8 + 18 + 8
    assert counts[0]["candidatesTokenCount"] == 0  # the thought comes first


def test_every_kind_of_part_has_googles_form() -> None:
    stop = Part(function_call=FunctionCall(name="stop"))
    parts = (THOUGHT, CALL, stop, CODE, RESULT, PICTURE)
    (candidate,) = whole(answer(Candidate(parts)), "id")["candidates"]

    assert candidate["content"]["parts"] == [
        {"text": THOUGHT.text, "thought": True},
        {
            "functionCall": {"name": "move", "args": {"x": 1}, "id": "call_1"},
            "thoughtSignature": "c2ln",
        },
        {"functionCall": {"name": "stop", "args": {}}},
        {"executableCode": {"language": "PYTHON", "code": "print(1)"}},
        {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}},
        {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(b"png").decode()}},
    ]


def test_an_answer_whose_thoughts_used_the_limit_up_has_no_parts() -> None:
    cut = answer(Candidate((), "MAX_TOKENS", 0, 30))

    (candidate,) = whole(cut, "id")["candidates"]
    assert candidate == {"content": {"role": "model"}, "finishReason": "MAX_TOKENS", "index": 0}
    assert [body["usageMetadata"]["thoughtsTokenCount"] for body in chunks(cut, "id", 4)] == [30]


@pytest.mark.parametrize("text", ["", " ", "a", " a  b\n\nc ", "x" * 50_000, " " * 50_000])
def test_words_are_grouped_without_loss(text: str) -> None:
    assert "".join(group_words(text, 3)) == text
