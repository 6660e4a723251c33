"""Web pages, slow and hostile clients: none of them gets in, breaks it, or holds it up."""

from __future__ import annotations

import http.client
import json
import random
import socket
import threading
from typing import TYPE_CHECKING, Any

import pytest

from gemini_nb.offline import wire
from gemini_nb.offline.server import EmbeddedServer, create_app
from hostile_requests import hostile_request, send
from http_requests import COUNT, GENERATE, HELLO, KEY, MODEL, ask

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

JSON = {"Content-Type": "application/json"}


def until_closed(server: EmbeddedServer, sent: str) -> bytes:
    """All that the server replies before it closes the connection."""
    port = int(server.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(sent.encode())
        return b"".join(iter(lambda: client.recv(65_536), b""))


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        (JSON, 200),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Host": "localhost:1234"}, 200),
        ({"Host": "[::1]"}, 200),
        ({"Host": "evil.example"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "evil.example:127.0.0.1"}, 403),
        ({**JSON, "Origin": "https://evil.example"}, 403),
        ({**JSON, "Origin": "null"}, 403),
        ({**JSON, "Origin": "http://localhost:8888"}, 403),
        ({**JSON, "Sec-Fetch-Site": "cross-site"}, 403),
        ({**JSON, "Sec-Fetch-Site": "same-site"}, 403),
        ({**JSON, "Sec-Fetch-Site": "same-origin"}, 200),
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "text/plain;charset=UTF-8"}, 415),
        ({"Content-Type": "multipart/form-data; boundary=x"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),  # as `curl -d` alone
    ],
)
def test_no_web_page_can_ask(server: EmbeddedServer, headers: dict[str, str], status: int) -> None:
    assert ask(server, COUNT, HELLO, headers={**KEY, **headers})[0] == status


def test_its_own_origin_may_ask(server: EmbeddedServer) -> None:
    headers = {**KEY, **JSON, "Origin": server.base_url}
    assert ask(server, COUNT, HELLO, headers=headers)[0] == 200


@pytest.mark.parametrize("path", ["/v1beta/interactions/live", "/ws/any.BidiGenerateContent"])
def test_a_websocket_is_refused_clearly(
    server: EmbeddedServer, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    upgrade = {
        **KEY,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    }
    status, reply = ask(server, path, method="GET", headers=upgrade)

    assert status == 501
    assert "WebSockets" in reply["error"]["message"]
    assert capfd.readouterr() == ("", "")


def test_a_slow_body_is_closed(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.05)
    head = f"POST {COUNT}?key=k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{{"
    assert until_closed(server, head).startswith(b"HTTP/1.1 408 ")


@pytest.mark.parametrize("head", ["", "G", "GET / HTTP/1.1\r\nHost: local"])
def test_a_connection_on_which_no_request_comes_is_closed(
    server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch, head: str
) -> None:
    monkeypatch.setattr(wire, "BODY_SECONDS", 0.05)
    assert until_closed(server, head) == b""


def test_a_body_that_announces_too_much_is_not_waited_for(server: EmbeddedServer) -> None:
    head = f"POST {COUNT}?key=k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1{'0' * 12}\r\n\r\n"
    assert until_closed(server, head).startswith(b"HTTP/1.1 413 ")


def test_a_client_that_leaves_within_its_body_leaves_no_trace(
    server: EmbeddedServer, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    port = int(server.base_url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(
            f"POST {COUNT}?key=k HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n".encode()
        )
    assert ask(server, COUNT, HELLO)[0] == 200
    assert (capfd.readouterr(), caplog.records) == (("", ""), [])


def test_too_large_a_body_is_refused_with_a_reply(server: EmbeddedServer) -> None:
    status, reply = ask(server, GENERATE, b'{"contents": "' + b"x" * 21_000_000 + b'"}')

    assert status == 400
    assert "payload size exceeds the limit: 20971520 bytes" in reply["error"]["message"]


def test_more_tokens_than_the_model_takes_are_refused(server: EmbeddedServer) -> None:
    long = "word " * 900_000
    status, reply = ask(server, GENERATE, {"contents": [{"parts": [{"text": long}]}]})

    assert status == 400
    assert "exceeds the maximum number of tokens allowed (1048576)" in reply["error"]["message"]


def nested(depth: int) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    for _ in range(depth):
        schema = {"type": "object", "properties": {"a": schema}}
    return schema


@pytest.mark.parametrize(
    "body",
    [
        {
            **HELLO,
            "tools": [
                {"functionDeclarations": [{"name": "f", "parametersJsonSchema": nested(300)}]}
            ],
        },
        {"contents": [1] * 200_000},
        {"contents": [{}] * 200_000},
        {"contents": [{"parts": [{"text": 1}] * 200_000}]},
        {**HELLO, **{f"field{number}": 1 for number in range(100_000)}},
        {**HELLO, "generationConfig": {"stopSequences": ["x"] * 200_000}},
        {**HELLO, "generationConfig": {"topK": 10**400}},
        {**HELLO, "generationConfig": {"maxOutputTokens": 10**400}},
        {**HELLO, "generationConfig": {"seed": 10**400}},
    ],
)
def test_hostile_bodies_are_refused(server: EmbeddedServer, body: Any) -> None:
    status, reply = ask(server, GENERATE, body)

    assert status == 400
    assert len(reply["error"]["message"]) < 5000


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


def test_a_client_that_hangs_up_ends_its_stream() -> None:
    app, ended = create_app(words_per_chunk=1, seconds_per_chunk=0.05), threading.Event()

    async def watched(scope: Scope, receive: Receive, send: Send) -> None:
        await app(scope, receive, send)
        ended.set()

    with EmbeddedServer(app=watched) as slow:
        connection = http.client.HTTPConnection(slow.base_url.removeprefix("http://"))
        path = f"/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"
        body = {"contents": [{"parts": [{"text": "Write a long story about a train."}]}]}
        connection.request("POST", path, json.dumps(body), KEY)
        with connection.getresponse() as reply:
            reply.read(200)
            assert not ended.is_set()
        connection.close()
        assert ended.wait(2)  # the story takes longer


def test_malformed_requests_never_break_it(server: EmbeddedServer) -> None:
    chance = random.Random(20261122)
    for number in range(200):
        request = hostile_request(chance)
        status = send(server.base_url, request)
        assert 200 <= status < 500, f"request {number} got {status}: {request}"
    assert ask(server, GENERATE, HELLO)[0] == 200
