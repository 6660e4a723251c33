"""What Google refuses is refused, in the same shape; nothing hostile gets through or breaks it."""

from __future__ import annotations

import http.client
import json
import random
import time
from typing import TYPE_CHECKING, Any

import pytest

from gemini_nb.offline.server import EmbeddedServer
from hostile_requests import hostile_request, send

if TYPE_CHECKING:
    from gemini_nb.offline.routes.state import State

MODEL = "gemini-3.8-flash"
GENERATE = f"/v1beta/models/{MODEL}:generateContent"
KEY = {"x-goog-api-key": "any"}


def ask(
    server: EmbeddedServer,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=30)
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection.request(method, path, data, KEY if headers is None else headers)
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply.status, json.loads(text)


HELLO = {"contents": [{"parts": [{"text": "Hello"}]}]}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({}, "contents is not specified"),
        ({"contents": []}, "contents is not specified"),
        ({"contents": [{"parts": []}]}, "contents.parts must not be empty"),
        ({"contents": [{"parts": [{}]}]}, "must have one initialized field"),
        ({"contents": [{"role": "wizard", "parts": [{"text": "x"}]}]}, "valid role: user, model"),
        ({**HELLO, "foo": 1}, 'Unknown name "foo": Cannot find field.'),
        (
            {**HELLO, "generationConfig": {"foo": 1}},
            "Unknown name \"foo\" at 'generation_config': Cannot find field.",
        ),
        (
            {**HELLO, "generationConfig": {"temperature": "hot"}},
            "Invalid value at 'generation_config.temperature' (TYPE_FLOAT), \"hot\"",
        ),
        ({**HELLO, "generationConfig": {"temperature": 3}}, "temperature"),
        ({"contents": [{"parts": [{"text": 5}]}]}, "(TYPE_STRING), 5"),
        ({"contents": "Hello"}, "Invalid value at 'contents'"),
        (
            {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "!"}}]}]},
            "Base64 decoding failed",
        ),
        (
            {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}]},
            "image",
        ),
        ({**HELLO, "tools": [{"functionDeclarations": [{}]}]}, "name is not specified"),
    ],
)
def test_malformed_bodies_get_googles_error(
    server: EmbeddedServer, body: dict[str, Any], message: str
) -> None:
    status, reply = ask(server, GENERATE, body)

    assert status == 400
    assert reply["error"]["code"] == 400
    assert reply["error"]["status"] == "INVALID_ARGUMENT"
    assert message in reply["error"]["message"]


def test_an_unknown_field_is_listed_as_a_violation(server: EmbeddedServer) -> None:
    _, reply = ask(server, GENERATE, {**HELLO, "generationConfig": {"foo": 1}})

    (detail,) = reply["error"]["details"]
    assert detail["@type"] == "type.googleapis.com/google.rpc.BadRequest"
    assert detail["fieldViolations"][0]["field"] == "generation_config"


@pytest.mark.parametrize(
    ("path", "headers", "code", "status", "message"),
    [
        (GENERATE, {}, 403, "PERMISSION_DENIED", "unregistered callers"),
        (GENERATE, {"x-goog-api-key": " "}, 403, "PERMISSION_DENIED", "unregistered callers"),
        (
            "/v1beta/models/no-such:generateContent",
            KEY,
            404,
            "NOT_FOUND",
            (
                "models/no-such is not found for API version v1beta, or is not supported for "
                "generateContent. Call ListModels"
            ),
        ),
        (
            "/v1beta/models/gemini-embedding-2:generateContent",
            KEY,
            404,
            "NOT_FOUND",
            "not supported for generateContent",
        ),
        (
            "/v1/models/gemini-flash-latest:generateContent",
            KEY,
            404,
            "NOT_FOUND",
            "for API version v1,",
        ),
        (
            "/v1beta/models/embedding-001:embedContent",
            KEY,
            404,
            "NOT_FOUND",
            "use gemini-embedding-2 instead",
        ),
        ("/v1beta/nothing", KEY, 404, "NOT_FOUND", "/v1beta/nothing was not found"),
        (GENERATE, {**KEY, "Host": "evil.example"}, 403, "PERMISSION_DENIED", "127.0.0.1"),
    ],
)
def test_refusals_have_googles_code_and_words(  # noqa: PLR0913, PLR0917 - a table of cases
    server: EmbeddedServer, path: str, headers: dict[str, str], code: int, status: str, message: str
) -> None:
    got, reply = ask(server, path, HELLO, headers=headers)

    assert got == code
    assert reply["error"]["status"] == status
    assert message in reply["error"]["message"]


def test_too_large_a_body_is_refused_with_a_reply(server: EmbeddedServer) -> None:
    status, reply = ask(server, GENERATE, b'{"contents": "' + b"x" * 21_000_000 + b'"}')

    assert status == 400
    assert "payload size exceeds the limit: 20971520 bytes" in reply["error"]["message"]


def test_more_tokens_than_the_model_takes_are_refused(server: EmbeddedServer) -> None:
    text = "word " * 900_000
    status, reply = ask(server, GENERATE, {"contents": [{"parts": [{"text": text}]}]})

    assert status == 400
    assert "exceeds the maximum number of tokens allowed (1048576)" in reply["error"]["message"]


def test_interactions_word_their_errors_differently(server: EmbeddedServer) -> None:
    status, reply = ask(server, "/v1beta/interactions", {"model": MODEL})
    assert (status, reply["error"]["code"]) == (400, "invalid_request")
    status, reply = ask(server, "/v1beta/interactions/v1_none", method="GET")
    assert (status, reply["error"]["code"]) == (404, "not_found")
    status, reply = ask(server, "/v1beta/interactions", {"model": MODEL}, headers={})
    assert (status, reply["error"]["code"]) == (403, "permission_denied")


@pytest.mark.parametrize(
    "fields",
    [
        {"input": {"type": {"content": 2}}},
        {"input": [{"type": "function_result", "call_id": {}, "result": []}, {"role": 5}]},
        {"input": "Hi", "generation_config": {"tool_choice": {"allowed_tools": "any"}}},
        {"input": "Hi", "tools": [{"type": ["function"]}]},
        {"input": "Hi", "response_format": [{"type": "text", "schema": 5}]},
    ],
)
def test_malformed_interactions_are_refused(server: EmbeddedServer, fields: dict[str, Any]) -> None:
    status, reply = ask(server, "/v1beta/interactions", {"model": MODEL, **fields})
    assert (status, reply["error"]["code"]) == (400, "invalid_request")


def test_a_file_over_the_limits_is_refused(server: EmbeddedServer) -> None:
    start = {
        **KEY,
        "X-Goog-Upload-Protocol": "resumable",
        "X-Goog-Upload-Command": "start",
        "X-Goog-Upload-Header-Content-Type": "text/plain",
    }
    upload = "/upload/v1beta/files"
    status, reply = ask(server, upload, {"file": {"sizeBytes": "999999999999"}}, headers=start)
    assert status == 400
    assert "exceeds the offline limit" in reply["error"]["message"]
    status, _ = ask(server, upload, {"file": {"name": "files/../../etc"}}, headers=start)
    assert status == 400
    sent = {"X-Goog-Upload-Command": "upload, finalize"}
    status, _ = ask(server, f"{upload}?upload_id=guess", b"data", headers=sent)
    assert status == 404


def test_the_number_of_files_is_bounded() -> None:
    with EmbeddedServer() as own:
        start = {**KEY, "X-Goog-Upload-Command": "start"}
        codes = [ask(own, "/upload/v1/files", {"file": {}}, headers=start)[0] for _ in range(60)]
        assert codes[0] == 200
        assert codes[-1] == 429
        assert ask(own, "/v1/models", method="GET")[0] == 200


def test_a_client_that_hangs_up_frees_its_stream() -> None:
    from gemini_nb.offline.app import create_app

    app = create_app(words_per_chunk=1, seconds_per_chunk=0.05)
    state: State = app.state.offline
    with EmbeddedServer(app=app) as slow:
        connection = http.client.HTTPConnection(slow.base_url.removeprefix("http://"))
        path = f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"
        body = {"contents": [{"parts": [{"text": "Write a long story about a train."}]}]}
        connection.request("POST", path, json.dumps(body), KEY)
        reply = connection.getresponse()
        reply.read(200)
        assert state.open_streams == 1
        reply.close()
        connection.close()
        deadline = time.monotonic() + 10
        while state.open_streams and time.monotonic() < deadline:
            time.sleep(0.02)
        assert state.open_streams == 0


def test_malformed_requests_never_break_it(server: EmbeddedServer) -> None:
    chance = random.Random(20261122)
    for number in range(400):
        request = hostile_request(chance)
        status = send(server.base_url, request)
        assert 200 <= status < 500, f"request {number} got {status}: {request}"
    assert ask(server, GENERATE, HELLO)[0] == 200
