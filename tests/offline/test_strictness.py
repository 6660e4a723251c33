"""What Gemini refuses is refused with its status and its words, and nothing else is."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from gemini_nb import catalog
from gemini_nb.offline import strictness
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import GenerateContentRequest

MODEL = "gemini-3.8-flash"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WEATHER = {"functionDeclarations": [{"name": "get_weather"}]}
ASKED = {"role": "user", "parts": [{"text": "What's the weather in Paris, Tokyo and New York?"}]}


SIGNATURE = base64.b64encode(b"signed").decode()


def call(*, signed: str | None = "", call_id: str | None = None) -> dict[str, Any]:
    part: dict[str, Any] = {"functionCall": {"name": "get_weather", "id": call_id}}
    return part | ({} if signed is None else {"thoughtSignature": signed or SIGNATURE})


def response(call_id: str | None = None, name: str = "get_weather") -> dict[str, Any]:
    return {"functionResponse": {"name": name, "id": call_id, "response": {"degrees": 3}}}


def model(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "model", "parts": list(parts)}


def user(*parts: dict[str, Any]) -> dict[str, Any]:
    return {"role": "user", "parts": list(parts)}


def checked(model_id: str = MODEL, contents: Any = ASKED, **fields: Any) -> None:
    """Check a request; raises where it is refused."""
    body = {"contents": contents, "tools": WEATHER, **fields}
    chosen = catalog.find(model_id)
    assert chosen
    strictness.check(GenerateContentRequest.model_validate(body), chosen)


def refusal(model_id: str = MODEL, contents: Any = ASKED, **fields: Any) -> str:
    with pytest.raises(ApiError) as caught:
        checked(model_id, contents, **fields)
    assert (caught.value.code, caught.value.status) == (400, "INVALID_ARGUMENT")
    return caught.value.message


ONE = [ASKED, model(call())]
THREE = [ASKED, model(call(call_id="a"), call(signed=None, call_id="b"), call(signed=None))]
NUMBER = "the number of function response parts is equal to the number of function call parts"


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ([*THREE, user(response())], NUMBER),
        ([*THREE, user(*[response()] * 4)], NUMBER),
        ([*THREE, user(response()), user(response()), user(response())], NUMBER),
        (ONE, NUMBER),
        ([*ONE, user({"text": "Well?"})], NUMBER),
        ([*THREE, user(response("a"), response("b"), response("zz"))], "'zz'"),
        ([*ONE, user(response(name="g"))], "'g'"),
        ([*THREE, user(response("b", "g"), response("a"), response())], "'g'"),
        ([*ONE, user(response(name=""))], "contents[2].parts[0].function_response.name: Name"),
        ([user(response())], "function response turn comes immediately after a function call"),
        ([model(call()), user(response())], "function call turn comes immediately after a user"),
        ([user(call())], "function call turn comes immediately after a user"),
    ],
)
def test_responses_that_are_not_those_of_the_calls_are_refused(contents: Any, words: str) -> None:
    assert words in refusal(contents=contents)


@pytest.mark.parametrize(
    "contents",
    [
        [*ONE, user(response())],
        [*THREE, user(*[response()] * 3)],  # automatic calling sends no ids
        [*THREE, user(response("b"), response("a"), response())],
        [ASKED, model(call()), model(call(signed=None)), user(response(), response())],  # streamed
        [ASKED, model({"text": "I look."}), model(call()), user(response(), {"text": "And?"})],
        [*ONE, user(response("my-own"))],  # the call has no id
        [*ONE, user(response()), model({"text": "3 degrees."}), ASKED],
    ],
)
def test_responses_that_fit_pass(contents: Any) -> None:
    checked(contents=contents)


@pytest.mark.parametrize(
    "dummy", ["context_engineering_is_the_way_to_go", "skip_thought_signature_validator"]
)
def test_the_documented_dummies_pass(dummy: str) -> None:
    for written in (dummy, base64.b64encode(dummy.encode()).decode()):
        checked(contents=[ASKED, model(call(signed=written)), user(response())])


@pytest.mark.parametrize("model_id", [MODEL, "gemini-4-neon", "gemini-robotics-er-2-preview"])
def test_a_call_that_lost_its_signature_is_refused_since_gemini_3(model_id: str) -> None:
    contents = [ASKED, model(call(signed=None)), user(response())]

    words = "Function call is missing a thought_signature in functionCall parts."
    assert refusal(model_id, contents).startswith(words)
    checked("gemini-2.5-flash", contents)


def test_the_refusal_names_the_call_and_its_place() -> None:
    contents = [ASKED, model(call(signed=None)), user(response())]

    assert "function call `default_api:get_weather` , position 2." in refusal(contents=contents)


def test_signatures_of_earlier_turns_are_not_asked_for() -> None:
    earlier = [ASKED, model(call(signed=None)), user(response()), model({"text": "3."})]

    checked(contents=[*earlier, ASKED])
    assert "position 6" in refusal(
        contents=[*earlier, ASKED, model(call(signed=None)), user(response())]
    )


def test_each_step_of_a_turn_needs_its_signature() -> None:
    steps = [*ONE, user(response()), model(call(signed=None)), user(response())]

    assert "position 4" in refusal(contents=steps)


def thinking(**config: Any) -> dict[str, Any]:
    return {"generationConfig": {"thinkingConfig": config}}


def declared(name: str) -> dict[str, Any]:
    return {"functionDeclarations": [{"name": name}]}


def calling(mode: str, *names: str) -> dict[str, Any]:
    config = {"mode": mode, "allowedFunctionNames": names}
    return {"toolConfig": {"functionCallingConfig": config}}


@pytest.mark.parametrize(
    ("model_id", "fields", "words"),
    [
        (MODEL, thinking(thinkingLevel="minimal"), "Thinking level MINIMAL is not supported for"),
        (MODEL, thinking(thinkingLevel="XHIGH"), "Thinking level XHIGH is not supported for this"),
        ("gemini-2.5-flash", thinking(thinkingLevel="low"), "Thinking level is not supported for"),
        (MODEL, thinking(thinkingLevel="low", thinkingBudget=9), "only one of thinking budget and"),
        (MODEL, thinking(thinkingBudget=0), "Request contains an invalid argument."),
        ("gemini-4-argon", thinking(thinkingBudget=100), "Thinking budget is not supported"),
        ("gemini-2.5-pro", thinking(thinkingBudget=0), "choose a value between 128 and 32768."),
        ("gemini-2.5-flash-lite", thinking(thinkingBudget=100), "between 512 and 24576."),
        (
            MODEL,
            {"generationConfig": {"responseLogprobs": True}},
            "Logprobs is not enabled for models/gemini-3.8-flash",
        ),
        (MODEL, {"tools": [WEATHER, WEATHER]}, "Duplicate function declaration found: get_weather"),
        (
            MODEL,
            {"tools": [], "toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
            "Function calling config is set without function_declarations.",
        ),
        (
            MODEL,
            {"tools": {"googleSearch": {}}, "toolConfig": {"functionCallingConfig": {}}},
            "Function calling config is set without function_declarations.",
        ),
        (
            MODEL,
            {"tools": declared("1 f")},
            "tools[0].function_declarations[0].name: Invalid funct",
        ),
        (MODEL, {"tools": declared("f" * 129)}, "with a maximum length of 128."),
        (MODEL, calling("AUTO", "get_weather"), "only when function calling mode is ANY."),
        (MODEL, calling("NONE", "get_weather"), "only when function calling mode is ANY."),
        (MODEL, calling("ANY", "get_weather", "zz"), "'zz'"),
        (
            MODEL,
            {"generationConfig": {"responseModalities": ["TEXT", "IMAGE"]}},
            "modalities (TEXT, IMAGE) is not supported by the model. models/gemini-3.8-flash",
        ),
        (MODEL, {"generationConfig": {"responseSchema": {}}}, "needs response_mime_type"),
        (
            "gemini-2.5-flash",
            {"generationConfig": {"responseMimeType": "application/json"}},
            "Function calling with a response mime type: 'application/json' is unsupported",
        ),
        (MODEL, {"generationConfig": {"frequencyPenalty": 0.2}}, "Penalty is not enabled for this"),
        (
            MODEL,
            {"tools": [WEATHER, {"googleSearch": {}}]},
            "enable tool_config.include_server_side_tool_invocations to use Built-in tools",
        ),
        (
            "gemini-2.5-flash",
            {"tools": [WEATHER, {"googleSearch": {}}]},
            "Tool use with function calling is unsupported",
        ),
    ],
)
def test_settings_that_a_model_has_not_are_refused(
    model_id: str, fields: dict[str, Any], words: str
) -> None:
    assert words in refusal(model_id, **fields)


@pytest.mark.parametrize(
    ("model_id", "fields"),
    [
        (MODEL, thinking(thinkingLevel="HIGH", includeThoughts=True)),
        (MODEL, thinking(thinkingLevel="THINKING_LEVEL_UNSPECIFIED")),
        (MODEL, thinking(thinkingBudget=512)),
        (MODEL, thinking(thinkingBudget=-1)),
        (MODEL, {"generationConfig": {"presencePenalty": 0.0, "frequencyPenalty": 0.0}}),
        ("gemini-4-hydrogen", thinking(thinkingLevel="xhigh")),
        ("gemini-2.5-flash", thinking(thinkingBudget=0)),
        ("gemini-2.5-flash-lite", thinking(thinkingBudget=0)),
        ("gemini-robotics-er-2-preview", thinking(thinkingBudget=0)),
        ("gemini-robotics-er-2-preview", thinking(thinkingLevel="minimal")),
        (MODEL, {"tools": [{"googleSearch": {}}, {"urlContext": {}}]}),
        (MODEL, {"tools": declared("_my.mcp:get-it2")}),
        (MODEL, calling("ANY", "get_weather")),
        (MODEL, calling("VALIDATED", "get_weather")),
        (MODEL, {"generationConfig": {"responseModalities": ["TEXT"]}}),
        (MODEL, {"generationConfig": {"responseMimeType": "application/json"}}),
        (
            MODEL,
            {
                "tools": [WEATHER, {"codeExecution": {}}],
                "toolConfig": {"includeServerSideToolInvocations": True},
            },
        ),
    ],
)
def test_settings_that_a_model_has_pass(model_id: str, fields: dict[str, Any]) -> None:
    checked(model_id, **fields)


@pytest.mark.parametrize(
    ("mime_type", "passes"),
    [
        (DOCX, False),
        ("application/zip", False),
        ("application/octet-stream", False),
        ("image/gif", False),
        ("text/vnd.trolltech.linguist", False),
        ("", False),
        ("image/png", True),
        ("image/jpg", False),
        ("image/jpeg", True),
        ("IMAGE/PNG", True),
        ("video/mp4", True),
        ("video/quicktime", True),
        ("video/x-msvideo", True),
        ("video/x-flv", True),
        ("video/x-matroska", False),
        ("audio/mp3", True),
        ("application/pdf", True),
        ("text/plain; charset=utf-8", True),
        ("text/x-python", True),
    ],
)
def test_only_files_of_documented_types_are_taken(mime_type: str, *, passes: bool) -> None:
    contents = user({"inlineData": {"mimeType": mime_type, "data": "UEs="}})

    if passes:
        checked(contents=contents)
    else:
        assert refusal(contents=contents) == f"Unsupported MIME type: {mime_type}"


def test_office_files_are_gemini_4s_and_beyond_the_offline_model() -> None:
    contents = user({"inlineData": {"mimeType": DOCX, "data": "UEs="}})

    assert "this server doesn't" in refusal("gemini-4-neon", contents)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        ([], "contents is not specified"),
        ([{"parts": []}], "contents.parts must not be empty"),
        ([{"parts": [{}]}], "must have one initialized field"),
        ([{"role": "wizard", "parts": [{"text": "x"}]}], "valid role: user, model"),
    ],
)
def test_contents_without_content_are_refused(contents: Any, words: str) -> None:
    assert words in refusal(contents=contents)


def test_thousands_of_parts_are_checked_in_no_time() -> None:
    many = 20_000
    calls = model(call(call_id="0"), *[call(signed=None, call_id=str(n)) for n in range(1, many)])

    checked(contents=[ASKED, calls, user(*[response(str(n)) for n in range(many)])])
