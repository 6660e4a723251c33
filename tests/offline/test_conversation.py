"""A request taken apart: what models are told, and what it costs."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from gemini_nb.offline.conversation import MOST_IMAGES, collapsed, read
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import GenerateContentRequest

WEATHER = {"name": "weather", "parameters": {"type": "OBJECT", "properties": {}}}
TIME = {"name": "time", "description": "Tells the time."}
TOOLS = [{"functionDeclarations": [WEATHER, TIME]}]


def asked(*contents: dict[str, Any], **fields: Any) -> Any:
    body = {"contents": list(contents) or [said("Hi")], **fields}
    return read(GenerateContentRequest.model_validate(body))


def said(*texts: str, role: str = "user") -> dict[str, Any]:
    return {"role": role, "parts": [{"text": text} for text in texts]}


def picture(width: int = 40, height: int = 30) -> dict[str, Any]:
    held = io.BytesIO()
    Image.new("RGB", (width, height), "red").save(held, "PNG")
    return blob("image/png", held.getvalue())


def blob(mime_type: str, data: bytes) -> dict[str, Any]:
    return {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(data).decode()}}


def test_turns_have_text_without_thoughts_and_collapsed() -> None:
    thought = {"text": "Let me see.", "thought": True}
    turns = asked(said("One   two", "three"), {"role": "model", "parts": [thought, {"text": "4"}]})

    assert [(turn.role, turn.text) for turn in turns.turns] == [
        ("user", "One two\nthree"),
        ("model", "4"),
    ]


def test_text_files_are_read_and_others_are_told() -> None:
    notes, sound = blob("text/csv", b"a,b"), blob("audio/mp3", b"123")
    talk = asked({"parts": [notes, sound, {"text": "Sum up."}]}, tools=[{"googleSearch": {}}])

    assert talk.request == "a,b\nSum up."
    assert talk.unable == (
        "(The offline model can't read audio/mp3.)",
        "(The offline model has no google_search tool.)",
    )


def test_pictures_belong_to_their_turns_and_cost_by_their_tiles() -> None:
    talk = asked(
        {"parts": [picture(), picture(1000, 30)]}, said("A boat.", role="model"), said("Why?")
    )

    assert [image.size for image in talk.pictures] == [(40, 30), (1000, 30)]
    assert talk.tokens.image == 258 + 2 * 258
    assert talk.tokens.details[1] == {"modality": "IMAGE", "tokenCount": 774}


def test_a_picture_that_is_none_is_refused() -> None:
    with pytest.raises(ApiError, match="Unable to process input image"):
        asked({"parts": [{"text": "?"}, blob("image/png", b"no picture")]})


def test_too_many_pictures_are_refused_before_any_is_decoded() -> None:
    with pytest.raises(ApiError, match=f"at most {MOST_IMAGES} images"):
        asked({"parts": [blob("image/png", b"no picture")] * (MOST_IMAGES + 1)})


def calling(mode: str, *names: str) -> dict[str, Any]:
    return {"functionCallingConfig": {"mode": mode, "allowedFunctionNames": list(names)}}


@pytest.mark.parametrize(
    ("config", "names", "must"),
    [
        (calling("AUTO"), ["weather", "time"], False),
        (calling("NONE"), [], False),
        (calling("ANY"), ["weather", "time"], True),
        (calling("ANY", "time"), ["time"], True),
    ],
)
def test_functions_are_those_that_may_be_called(
    config: dict[str, Any], names: list[str], *, must: bool
) -> None:
    talk = asked(tools=TOOLS, toolConfig=config)

    assert [function.name for function in talk.functions] == names
    assert talk.must_call is must
    assert all(function.parameters["type"] == "object" for function in talk.functions)


def test_more_functions_than_gemini_takes_are_refused() -> None:
    tools = [{"functionDeclarations": [{"name": f"f{n}"} for n in range(513)]}]

    with pytest.raises(ApiError, match="At most 512 function declarations can be specified"):
        asked(tools=tools)


def test_parameters_of_a_function_must_be_an_object() -> None:
    tools = [{"functionDeclarations": [{"name": "ring", "parameters": {"type": "NUMBER"}}]}]

    with pytest.raises(ApiError, match="ring functionDeclaration parameters schema should be of"):
        asked(tools=tools)


@pytest.mark.parametrize(
    ("config", "schema", "mime_type"),
    [
        ({}, None, "text/plain"),
        ({"responseMimeType": "application/json"}, None, "application/json"),
        ({"responseSchema": {"type": "STRING"}}, {"type": "string"}, "application/json"),
        ({"responseJsonSchema": {"type": "string"}}, {"type": "string"}, "application/json"),
    ],
)
def test_the_form_of_the_answer_is_normalised(
    config: dict[str, Any], schema: Any, mime_type: str
) -> None:
    talk = asked(generationConfig=config)

    assert (talk.schema, talk.mime_type) == (schema, mime_type)


def test_calls_and_results_since_the_last_words_are_told() -> None:
    call = {"functionCall": {"name": "time", "args": {"zone": "x"}, "id": "1"}}
    result = {"functionResponse": {"name": "time", "response": {"result": "noon"}}}
    talk = asked(said("When?"), {"role": "model", "parts": [call]}, {"parts": [result]})

    assert [(call.name, call.args) for call in talk.turns[1].calls] == [("time", {"zone": "x"})]
    assert len(talk.since_request) == 2
    assert [each.response for each in talk.results] == [{"result": "noon"}]
    assert talk.request == "When?"


def test_without_a_seed_two_calls_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GEMINI_NB_SEED", raising=False)

    assert asked().chance("a").random() != asked().chance("a").random()


@pytest.mark.parametrize("fixed", ["environment", "request"])
def test_with_a_seed_they_are_the_same(monkeypatch: pytest.MonkeyPatch, fixed: str) -> None:
    monkeypatch.setenv("GEMINI_NB_SEED", "7" if fixed == "environment" else "")
    config = {"seed": 7} if fixed == "request" else {}

    first, again = (asked(generationConfig=config).chance("a").random() for _ in range(2))
    assert first == again
    assert first != asked(generationConfig={"seed": 8}).chance("a").random()


def test_two_models_with_the_same_fixed_seed_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_NB_SEED", "7")
    request = GenerateContentRequest.model_validate({"contents": said("Hi")})

    one, other = (read(request, name) for name in ("gemini-3.8-flash", "gemini-3.5-flash-lite"))
    assert one.chance("a").random() != other.chance("a").random()


@pytest.mark.parametrize("config", [{"temperature": 0}, {"topK": 1.0}, {"topP": 0.05}])
def test_where_only_the_likeliest_may_be_drawn_no_seed_plays_a_part(config: Any) -> None:
    assert asked(generationConfig=config).chance("a").random() == (
        asked(generationConfig=config).chance("b").random()
    )


@pytest.mark.parametrize("run", [" ", "\n", " \n", "\t", "\u3000", "a "])
def test_white_space_is_collapsed_in_no_time(run: str) -> None:
    assert len(collapsed(f"x{run * 50_000}y")) < 100_010


@pytest.mark.parametrize(
    ("text", "short"), [("a \n b", "a\nb"), ("a\n\n\n\nb", "a\n\nb"), ("  a\r\nb  ", "a\nb")]
)
def test_at_most_one_empty_line_is_left(text: str, short: str) -> None:
    assert collapsed(text) == short
