"""When two requests ask the same, whoever writes them; and what is told of those that don't."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.recordings.matching import canonical, file_contents, key, told_nearest
from gemini_nb.recordings.recording import Exchange, Recording, Reply, Request, reference

if TYPE_CHECKING:
    from collections.abc import Callable

PATH = "models/gemini-3.8-flash:generateContent"
HASHED = reference(base64.b64decode("AAAA"))
TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)


def _post(body: Any, path: str = PATH) -> Request:
    return Request("POST", path, body)


def _chat(*texts: str, temperature: float | None = None, path: str = PATH) -> Request:
    contents = [{"parts": [{"text": text}]} for text in texts]
    return _post({"contents": contents, "generationConfig": {"temperature": temperature}}, path)


def _recording(*requests: Request) -> Recording:
    exchanges = tuple(Exchange(request, Reply(200, {}), "2026-11-30") for request in requests)
    return Recording(exchanges, {}, (), "lesson.gnb")


@st.composite
def _bodies(draw: st.DrawFn) -> dict[str, Any]:
    """What generateContent takes."""
    picture = {"mimeType": "image/png", "data": base64.b64encode(draw(st.binary())).decode()}
    part = st.fixed_dictionaries({"text": TEXTS}) | st.just({"inlineData": picture})
    content = st.fixed_dictionaries(
        {
            "role": st.sampled_from(["user", "model"]),
            "parts": st.lists(part, min_size=1, max_size=3),
        }
    )
    numbers = st.floats(0, 2) | st.integers(0, 2)
    config = {"temperature": numbers, "topK": st.integers(1, 9), "stopSequences": st.lists(TEXTS)}
    return {
        "contents": draw(st.lists(content, min_size=1, max_size=3)),
        "generationConfig": draw(st.fixed_dictionaries({}, optional=config)),
    }


def _respelt(value: Any, change: Callable[[dict[str, Any]], dict[str, Any]]) -> Any:
    if isinstance(value, dict):
        return change({name: _respelt(member, change) for name, member in value.items()})
    return [_respelt(item, change) for item in value] if isinstance(value, list) else value


def _urlsafe(data: str) -> str:
    return data.replace("+", "-").replace("/", "_").rstrip("=")


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


@pytest.mark.parametrize(
    "change",
    [
        lambda o: dict(reversed(o.items())),
        lambda o: {_snake(name): member for name, member in o.items()},
        lambda o: {**o, "unset": None, "none": {}, "nothing": [], "no": False},
        lambda o: {n: m for n, m in o.items() if (n, m) != ("role", "user")},
        lambda o: {n: m[0] if n == "parts" and len(m) == 1 else m for n, m in o.items()},
        lambda o: {n: m.upper() if n == "role" else m for n, m in o.items()},
        lambda o: {n: float(m) if n == "temperature" else m for n, m in o.items()},
        lambda o: {n: _urlsafe(m) if n == "data" else m for n, m in o.items()},
        lambda o: {n: reference(base64.b64decode(m)) if n == "data" else m for n, m in o.items()},
    ],
    ids=["order", "snake", "unset", "role", "one part", "capitals", "1.0", "base64", "reference"],
)
@settings(max_examples=30, deadline=None)  # of nine
@given(body=_bodies())
def test_canonical_is_equal_however_a_request_is_written(
    change: Callable[[dict[str, Any]], dict[str, Any]], body: dict[str, Any]
) -> None:
    respelt = Request("POST", PATH, _respelt(body, change))

    assert canonical(respelt) == canonical(_post(body))
    assert key(respelt) == key(_post(body))


@settings(deadline=None)
@given(one=_bodies(), other=_bodies(), path=st.sampled_from([PATH, "models/m:generateContent"]))
def test_key_differs_where_prompt_picture_model_or_setting_does(
    one: dict[str, Any], other: dict[str, Any], path: str
) -> None:
    plain = _respelt(one, lambda o: {n: m for n, m in o.items() if m != []})
    also = _respelt(other, lambda o: {n: m for n, m in o.items() if m != []})

    assert (key(_post(one)) == key(_post(other, path))) == (plain == also and path == PATH)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"contents": {"parts": {"text": "Hi"}}},
            {"contents": [{"role": "user", "parts": [{"text": "Hi"}]}]},
        ),
        (
            {"input": "Hi"},
            {"input": [{"type": "user_input", "content": [{"type": "text", "text": "Hi"}]}]},
        ),
        ({"input": [{"type": "text", "text": "Hi"}]}, {"input": {"type": "text", "text": "Hi"}}),
        ({"input": "Hi", "store": True, "stream": False}, {"input": "Hi"}),
        ({"candidate_count": 1}, {}),
        ({"requests": [{"model": "models/m"}]}, {"requests": {"model": "m"}}),
        ({"thinkingLevel": "low"}, {"thinking_level": "LOW"}),
        ({"functionCall": {"name": "f", "id": "1"}}, {"function_call": {"name": "f"}}),
        (
            {"functionResponse": {"response": {"a_b": 1.0}}},
            {"functionResponse": {"response": {"a_b": 1}}},
        ),
        ({"thoughtSignature": "_-8"}, {"thought_signature": "/+8="}),
        (
            {
                "properties": {
                    "result": {"type": "string"},
                    "args": {"min_items": 1, "type": "ARRAY"},
                }
            },
            {
                "properties": {
                    "result": {"type": "STRING"},
                    "args": {"minItems": 1, "type": "array"},
                }
            },
        ),
        (
            {"functionDeclarations": [{"name": "f", "response": {"type": "object"}}]},
            {"function_declarations": [{"name": "f", "response": {"type": "OBJECT"}}]},
        ),
        (
            {"functionResponse": {"response": {"mimeType": "image/png", "data": "AAAA"}}},
            {"functionResponse": {"response": {"mimeType": "image/png", "data": HASHED}}},
        ),
        # A Python function, as google-genai 2.12 and 3.4 declare it.
        (
            {
                "functionDeclarations": [
                    {
                        "name": "f",
                        "parameters": {
                            "type": "OBJECT",
                            "properties": {
                                "a": {"type": "INTEGER"},
                                "b": {"nullable": True, "type": "STRING"},
                            },
                        },
                    }
                ]
            },
            {
                "functionDeclarations": [
                    {
                        "name": "f",
                        "parameters_json_schema": {
                            "type": "object",
                            "properties": {
                                "a": {"type": "integer"},
                                "b": {
                                    "anyOf": [{"type": "string"}, {"type": "null"}],
                                    "default": None,
                                },
                            },
                        },
                        "response_json_schema": {"additionalProperties": {"type": "string"}},
                    }
                ]
            },
        ),
        ({"response_modalities": ["Text", "Image"]}, {"responseModalities": ["TEXT", "IMAGE"]}),
        ({}, None),
        (
            {"fileData": {"fileUri": "http://127.0.0.1:1/v1beta/files/a"}},
            {"fileData": {"fileUri": "https://generativelanguage.googleapis.com/v1/files/a"}},
        ),
        ({"text": "AIza" + 35 * "x"}, {"text": "AIza" + 35 * "y"}),
        (None, None),
    ],
)
def test_canonical_is_equal_for_forms_that_clients_send(one: object, other: object) -> None:
    assert canonical(_post(one)) == canonical(_post(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"tools": [{"googleSearch": {}}]}, {"tools": [{"codeExecution": {}}]}),
        ({"tools": [{"googleSearch": {}}]}, {}),
        ({"thinkingBudget": 0}, {}),
        ({"text": ""}, {}),
        ({"contents": "Hi"}, {"contents": [{"parts": [{"text": "Hi"}]}]}),  # Gemini refuses
        ({"seed": 1}, {"seed": 2}),
        (
            {"functionResponse": {"response": {"on": False}}},
            {"functionResponse": {"response": {"on": []}}},
        ),
        ({"functionCall": {"args": {"a_b": 1}}}, {"functionCall": {"args": {"aB": 1}}}),
        (
            {"input": [{"type": "function_call", "arguments": {"a_b": 1}}]},
            {"input": [{"type": "function_call", "arguments": {"aB": 1}}]},
        ),
        ({"properties": {"meta": {}}}, {"properties": {}}),
        (
            {"functionDeclarations": [{"name": "f", "parametersJsonSchema": {"required": ["a"]}}]},
            {"functionDeclarations": [{"name": "f", "parameters": {"required": ["b"]}}]},
        ),
        (
            {"properties": {"a": {"anyOf": [{"type": "string"}, {"type": "null"}]}}},
            {"properties": {"a": {"type": "string"}}},
        ),
        ({"responseSchema": {"additionalProperties": False}}, {"responseSchema": {}}),
        ({"properties": {"a_b": {"type": "string"}}}, {"properties": {"aB": {"type": "string"}}}),
        (
            {"input": [{"type": "function_result", "result": "a"}]},
            {"input": [{"type": "function_result", "result": "b"}]},
        ),
        ({"mimeType": "image/png"}, {"mimeType": "image/png", "data": ""}),
    ],
)
def test_canonical_differs_where_the_request_does(one: object, other: object) -> None:
    assert canonical(_post(one)) != canonical(_post(other))


def test_canonical_takes_files_by_what_they_hold() -> None:
    upload = _post({"mime_type": "a/b", "display_name": "n", "data": "AAAA"}, "upload/files")
    reply = Reply(200, {"file": {"name": "files/abc", "uri": "https://x/v1beta/files/abc"}})
    damaged = Exchange(_post(None, "upload/files"), Reply(200, None), "2026-11-30")
    files = file_contents([Exchange(upload, reply, "2026-11-30"), damaged])
    asked = _post({"fileData": {"fileUri": "http://127.0.0.1:9/v1beta/files/abc"}})

    assert files == {"files/abc": "AAAA"}
    assert canonical(asked, files)["body"] == {"fileData": {"fileUri": "AAAA"}}
    assert canonical(upload)["body"] == {"data": reference(b"\0\0\0")}
    assert key(_post({"data": reference(b"\0\0\0")}, "upload/files")) == key(upload)


@given(
    value=st.recursive(
        st.none() | st.booleans() | st.floats(allow_nan=False) | TEXTS,
        lambda inner: (
            st.lists(inner)
            | st.dictionaries(
                TEXTS
                | st.sampled_from(
                    ["input", "contents", "data", "mimeType", "parts", "content", "type"]
                ),
                inner,
            )
        ),
    )
)
def test_key_is_found_for_any_json(value: object) -> None:
    assert key(_post(value)) == key(_post(value))
    assert key(_post(value, "upload/files"))


def test_told_nearest_names_what_is_nearest_and_what_to_do() -> None:
    asked = _chat("Describe the fruit on the chair", temperature=1)
    recorded = (
        _chat("Describe the fruits on the table, each in one word", temperature=0.5),
        _chat("Describe the fruit on the table", temperature=0.5),
        _post(asked.body, "models/other:generateContent"),
    )

    assert told_nearest(asked, _recording(*recorded)) == (
        "lesson.gnb holds no answer to this request. Nearest is POST "
        "models/gemini-3.8-flash:generateContent, which differs: contents[0].parts[0].text: "
        "recorded 'Describe the fruit on the table', asked 'Describe the fruit on the chair'; "
        "generationConfig.temperature: recorded 0.5, asked 1. Ask what was recorded, record this, "
        "too, or have the offline models answer what is not recorded: "
        'unmatched="offline" of connect(), --unmatched offline of gemini-nb serve.'
    )


PICTURE = {"mimeType": "image/png", "data": "AAAA"}
LONG = "a" * 300


@pytest.mark.parametrize(
    ("asked", "recorded", "told"),
    [
        (_post({"parts": [{"inlineData": PICTURE | {"data": "BBBB"}}]}),
         _post({"parts": [{"inlineData": PICTURE}]}),
         "parts[0].inlineData.data: another picture or file"),
        (_chat("Hi", "Hello", "And?"), _chat("Hi"),
         "contents[2].parts[0].text: recorded nothing, asked 'And?'"),
        (_chat("Hi"), _chat("Hi", temperature=0),
         "generationConfig.temperature: recorded 0, asked nothing"),
        (_post({"tools": [{"codeExecution": {}}]}), _post({"tools": [{"googleSearch": {}}]}),
         "tools[0].codeExecution: recorded nothing, asked {}"),
        (_chat("Hi", path="models/b:generateContent"), _chat("Hi"),
         "generateContent', asked 'models/b:generateContent'"),
        (_post("Hello"), _chat("Hi"),
         "recorded 'Hi', asked nothing; body: recorded nothing, asked 'Hello'"),
        (_post({"logprobs": True}), _post({"logprobs": 1}), "logprobs: recorded 1, asked True"),
        (_chat(LONG + "c"), _chat(LONG + "b" * 99),
         f"recorded '...{'a' * 20}{'b' * 40}...', asked '...{'a' * 20}c'"),
        (_post(dict.fromkeys("bcdefgh", 1)), _post({}), "f: recorded nothing, asked 1; 2 more"),
    ],
    ids=["picture", "turn", "setting", "tool", "model", "text", "true", "long", "many"],
)  # fmt: skip
def test_told_nearest_tells_what_differs(asked: Request, recorded: Request, told: str) -> None:
    assert f"{told}. Ask what" in told_nearest(asked, _recording(recorded))


def test_key_tells_addresses_of_others_from_files_of_the_api() -> None:
    def asked(uri: str) -> str:
        return key(_post({"contents": [{"parts": [{"fileData": {"fileUri": uri}}]}]}))

    assert asked("http://127.0.0.1:8/v1beta/files/abc") == asked("https://b.example/v1/files/abc")
    assert asked("https://a.example/files/abc") != asked("https://b.example/files/abc")
    assert asked("gs://anna/files/abc") != asked("gs://ben/files/abc")
