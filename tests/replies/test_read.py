from __future__ import annotations

import base64

import pytest
from google.genai import types

from gemini_nb.errors import NotAnAnswerError
from gemini_nb.replies.citations import Citation
from gemini_nb.replies.read import read
from gemini_nb.replies.reply import GrowingReply, whole
from gemini_nb.replies.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Media,
    Text,
    Thought,
    ToolCall,
    Unknown,
)

_PNG = b"\x89PNG\r\n\x1a\n"


def _response(*parts: dict[str, object], **candidate: object) -> dict[str, object]:
    return {"candidates": [{"content": {"role": "model", "parts": list(parts)}, **candidate}]}


@pytest.mark.parametrize("form", ["SDK", "REST"])
@pytest.mark.parametrize(
    ("part", "segment"),
    [
        ({"text": "Hello"}, Text("Hello")),
        ({"text": "Hm", "thought": True}, Thought("Hm")),
        (
            {"executableCode": {"code": "print(1)", "language": "PYTHON"}},
            Code("print(1)", "python"),
        ),
        (
            {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}},
            CodeOutput("1\n"),
        ),
        (
            {"codeExecutionResult": {"outcome": "OUTCOME_FAILED", "output": "NameError"}},
            CodeOutput("NameError", is_error=True),
        ),
        (
            {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(_PNG).decode()}},
            Media("image/png", _PNG),
        ),
        (
            {"fileData": {"mimeType": "video/mp4", "fileUri": "https://a.org/v"}},
            Media("video/mp4", uri="https://a.org/v"),
        ),
        (
            {"functionCall": {"name": "weather", "args": {"city": "Paris"}, "id": "7"}},
            FunctionCall("weather", {"city": "Paris"}, "7"),
        ),
        (
            {"functionResponse": {"name": "weather", "response": {"result": 21}, "id": "7"}},
            FunctionResult("weather", 21, "7"),
        ),
        (
            {"toolCall": {"toolType": "GOOGLE_SEARCH_WEB", "args": {"queries": ["who won"]}}},
            ToolCall("Google Search", "who won"),
        ),
    ],
)
def test_each_kind_of_part_is_read_from_the_sdk_and_from_rest(
    form: str, part: dict[str, object], segment: object
) -> None:
    response = _response(part)
    chunk = types.GenerateContentResponse.model_validate(response) if form == "SDK" else response
    assert whole(chunk).candidates[0].segments == (segment,)


@pytest.mark.parametrize(
    "answer",
    [
        _response({"text": "Hi"}),
        {"content": {"parts": [{"text": "Hi"}]}, "finishReason": "STOP"},
        {"role": "model", "parts": [{"text": "Hi"}]},
        types.Candidate(content=types.Content(parts=[types.Part(text="Hi")])),
        types.Content(role="model", parts=[types.Part(text="Hi")]),
        types.Part(text="Hi"),
        {"text": "Hi"},
        "Hi",
        ["H", "i"],
    ],
)
def test_an_answer_is_known_in_whatever_form_it_comes(answer: object) -> None:
    assert whole(answer).candidates[0].text == "Hi"


def test_a_part_that_only_carries_a_signature_says_nothing() -> None:
    part = {"text": "", "thoughtSignature": "AAAA"}
    (candidate,) = whole(_response(part)).candidates
    assert candidate.segments == ()
    assert [each.thought_signature for each in candidate.parts] == [b"\0\0\0"]


def test_a_part_of_a_kind_of_tomorrow_is_kept_as_json() -> None:
    segment = whole(_response({"hologram": {"depth": 3}})).candidates[0].segments[0]
    assert segment == Unknown("hologram", '{"depth":3}')


def test_a_picture_made_while_thinking_is_known_as_a_draft() -> None:
    part = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}, "thought": True}
    assert whole(_response(part)).candidates[0].segments == (
        Media("image/png", b"\0\0\0", is_thought=True),
    )


def test_a_function_result_brings_its_pictures_along() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    part = {"functionResponse": {"name": "draw", "response": {"ok": True}, "parts": [picture]}}
    assert whole(types.GenerateContentResponse.model_validate(_response(part))).candidates[
        0
    ].segments == (FunctionResult("draw", {"ok": True}), Media("image/png", b"\0\0\0"))


def test_a_chunk_tells_who_answers_and_what_it_took() -> None:
    chunk = _response({"text": "Hi"}, finishReason="STOP") | {
        "modelVersion": "gemini-3.8-flash",
        "usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 3, "totalTokenCount": 11},
    }
    reply = whole(types.GenerateContentResponse.model_validate(chunk))
    assert reply.candidates[0].segments == (Text("Hi"),)
    assert (reply.candidates[0].finish_reason, reply.model) == ("STOP", "gemini-3.8-flash")
    assert reply.usage is not None
    assert reply.usage.total_token_count == 11


def test_a_refused_prompt_is_told_with_its_reason() -> None:
    response = {"promptFeedback": {"blockReason": "SAFETY", "blockReasonMessage": "No."}}
    reply = whole(types.GenerateContentResponse.model_validate(response))
    assert (reply.block_reason, reply.block_message, reply.candidates) == ("SAFETY", "No.", ())


def test_an_unknown_finish_reason_is_kept_by_its_name() -> None:
    reply = whole(_response(finishReason="BRAND_NEW", finishMessage="Because."))
    candidate = reply.candidates[0]
    assert (candidate.finish_reason, candidate.finish_message) == ("BRAND_NEW", "Because.")


def test_candidates_may_come_interleaved_and_without_order() -> None:
    stream = [
        {"candidates": [{"index": 1, "content": {"parts": [{"text": "Two"}]}}]},
        {
            "candidates": [
                {"index": 0, "content": {"parts": [{"text": "One"}]}},
                {"index": 1, "content": {"parts": [{"text": " too"}]}},
            ]
        },
    ]
    assert [each.text for each in whole(stream).candidates] == ["One", "Two too"]


def test_candidates_without_an_index_are_told_apart_by_their_place() -> None:
    response = {"candidates": [{"content": {"parts": [{"text": t}]}} for t in ("a", "b")]}
    assert [each.text for each in whole(response).candidates] == ["a", "b"]


def test_an_error_in_the_place_of_an_answer_is_told() -> None:
    reply = whole({"error": {"code": 503, "message": "Overloaded.", "status": "UNAVAILABLE"}})
    assert reply.failure == "503 UNAVAILABLE: Overloaded."


@pytest.mark.parametrize(
    ("error", "told"),
    [
        ({"code": 404, "message": "No such model.", "status": "NOT_FOUND"},
         "404 NOT_FOUND: No such model."),
        ({"message": "No such model.", "status": "NOT_FOUND"}, "NOT_FOUND: No such model."),
        ({"code": 404, "status": "NOT_FOUND"}, "404 NOT_FOUND"),
        ({"code": 404, "message": "No such model."}, "404: No such model."),
        ("No such model.", "No such model."),
    ],
)  # fmt: skip
def test_the_body_of_an_error_is_a_failure(error: object, told: str) -> None:
    assert whole({"error": error}).failure == told
    assert whole([{"error": error}]).failure == told  # as a stream's array has it


def test_an_error_beside_candidates_is_told_after_what_they_said() -> None:
    chunk = _response({"text": "Half of"}) | {"error": {"code": 503, "message": "Overloaded."}}
    reply = whole(chunk)
    assert reply.candidates[0].segments == (Text("Half of"),)
    assert reply.failure == "503: Overloaded."


@pytest.mark.parametrize(
    "chunk",
    [
        {"error": {"code": 400, "message": "No host for ?key=abc123&alt=sse", "status": "X"}},
        {"error": "No host for ?key=abc123&alt=sse"},
        {"event_type": "error", "error": {"message": "No host for ?key=abc123&alt=sse"}},
        {"steps": [{"type": "model_output", "error": {"message": "?key=abc123&alt=sse"}}]},
        {"id": "i", "steps": [], "errors": [{"message": "?key=abc123&alt=sse"}]},
    ],
)
def test_a_failure_holds_no_key(chunk: object) -> None:
    assert "key=[key redacted]&alt=sse" in whole(chunk).failure


def test_negative_numbers_of_sources_refer_to_none() -> None:
    grounding = {
        "groundingChunks": [{"web": {"uri": "https://a.org", "title": "A"}}],
        "groundingSupports": [
            {"segment": {"endIndex": 2}, "groundingChunkIndices": [-9, -1]},
            {"segment": {"endIndex": 5}, "groundingChunkIndices": [-1, 0]},
        ],
    }
    reply = whole(_response({"text": "Spain"}, groundingMetadata=grounding))
    assert reply.candidates[0].citations == (Citation(0, 5, (0,)),)


@pytest.mark.parametrize("chunk", [None, "", [], {}, types.GenerateContentResponse()])
def test_what_says_nothing_adds_nothing(chunk: object) -> None:
    assert whole(chunk).candidates == ()


@pytest.mark.parametrize(
    "chunk", [7, 2.5, b"bytes", b"\xff", bytearray(b"{}"), object(), {1, 2}, ValueError("odd")]
)
def test_read_refuses_what_is_no_answer(chunk: object) -> None:
    with pytest.raises(NotAnAnswerError, match="no answer"):
        read(chunk)
    growing = GrowingReply()
    growing.add(chunk)
    (segment,) = growing.reply().candidates[0].segments
    assert segment == Unknown(type(chunk).__name__, f'"<{type(chunk).__name__}>"')


@pytest.mark.parametrize("told", [{"box_2d": [1, 2, 3, 4], "label": "mug"}, {"mug": 1}])
def test_read_takes_no_json_for_an_answer_that_is_none(told: object) -> None:
    with pytest.raises(NotAnAnswerError, match="no answer of the API"):
        read(told)


def test_read_refuses_lists_without_end() -> None:
    deep: list[object] = ["deep"]
    for _ in range(5000):
        deep = [deep]
    endless: list[object] = []
    endless.append(endless)
    for odd in (deep, endless):
        with pytest.raises(NotAnAnswerError, match="nested"):
            read(odd)


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ({"candidates": [], "brandNew": 1}, "brandNew"),
        ({"candidates": [{"brand_new": {"x": 1}}]}, "candidates.0.brand_new"),
        ({"candidates": [{"index": "x"}]}, "candidates.0.index"),
        ({"usageMetadata": {"promptTokenCount": 3, "newCount": 1}}, "usageMetadata.newCount"),
    ],
)
def test_read_sets_aside_what_the_sdk_does_not_know(told: object, place: str) -> None:
    (chunk,) = read(told)
    assert chunk.set_aside == (place,)


def test_read_takes_both_spellings() -> None:
    camel = {"candidates": [{"finishReason": "STOP", "content": {"parts": [
        {"functionCall": {"name": "f", "args": {"someKey": 1, "other_key": 2}}}]}}],
        "usageMetadata": {"totalTokenCount": 3}}  # fmt: skip
    snake = {"candidates": [{"finish_reason": "STOP", "content": {"parts": [
        {"function_call": {"name": "f", "args": {"someKey": 1, "other_key": 2}}}]}}],
        "usage_metadata": {"total_token_count": 3}}  # fmt: skip
    assert whole(camel) == whole(snake)
    assert whole(camel).candidates[0].segments == (
        FunctionCall("f", {"someKey": 1, "other_key": 2}),
    )


class _Hostile:
    def __getattr__(self, name: str) -> object:
        raise RuntimeError(name)


def test_an_object_that_raises_does_not_end_the_answer() -> None:
    growing = GrowingReply()
    for chunk in ("Before", _Hostile(), " and after"):
        growing.add(chunk)
    reply = growing.reply()
    assert reply.candidates[0].text == "Before and after"
    assert reply.candidates[0].segments[1] == Unknown("_Hostile", '"<_Hostile>"')


def test_speech_in_stretches_is_one_sound() -> None:
    stretch = {"inlineData": {"mimeType": "audio/L16;rate=24000", "data": "AAAA"}}
    assert whole([_response(stretch), _response(stretch)]).candidates[0].segments == (
        Media("audio/L16;rate=24000", bytes(6)),
    )


def test_two_pictures_stay_two() -> None:
    picture = {"inlineData": {"mimeType": "image/png", "data": "AAAA"}}
    assert len(whole([_response(picture), _response(picture)]).candidates[0].segments) == 2


def test_text_around_a_call_stays_in_order() -> None:
    call = {"functionCall": {"name": "f", "args": {}}}
    stream = [_response({"text": "a"}), _response(call), _response({"text": "b"}, {"text": "c"})]
    assert whole(stream).candidates[0].segments == (Text("a"), FunctionCall("f", {}), Text("bc"))


def test_read_keeps_what_halves_of_characters_stand_beside() -> None:
    call = {"functionCall": {"name": "f", "args": {"\ud83d": "a\ud83d"}}}
    (segment,) = whole(_response(call)).candidates[0].segments
    assert segment == FunctionCall("f", {"\ufffd": "a\ufffd"})


def test_a_part_of_a_kind_of_tomorrow_is_told_once() -> None:
    reply = whole(_response({"hologram": {"depth": 3}}))
    assert reply.set_aside == ()
    assert len(reply.candidates[0].segments) == 1
