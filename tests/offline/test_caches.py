"""Cached contents: what may be cached, for which model, how long, and what goes beside them."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image

from http_requests import COUNT, HELLO, MODEL, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.offline.server import EmbeddedServer

CACHES = "/v1beta/cachedContents"
LONG = "The tide table of Port Almond. " * 600


def text(words: str) -> dict[str, Any]:
    return {"contents": [{"role": "user", "parts": [{"text": words}]}]}


def picture(width: int, height: int) -> dict[str, Any]:
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(buffer, "PNG")
    data = base64.b64encode(buffer.getvalue()).decode()
    return {"inlineData": {"mimeType": "image/png", "data": data}}


@pytest.fixture
def cache(server: EmbeddedServer) -> Iterator[dict[str, Any]]:
    status, made = ask(server, CACHES, {"model": f"models/{MODEL}", **text(LONG)})
    assert status == 200, made
    yield made
    ask(server, f"/v1beta/{made['name']}", method="DELETE")


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (text(LONG), 400, "model is not specified"),
        ({"model": MODEL}, 400, "total_token_count=0,"),
        (
            {"model": MODEL, **text("short")},
            400,
            "Cached content is too small. total_token_count=2, min_total_token_count=4096",
        ),
        (
            {"model": "gemini-2.5-flash-lite", **text("short")},
            400,
            "min_total_token_count=2048",
        ),
        (
            {"model": "gemini-4-argon", **text(LONG)},
            404,
            "is not supported for createCachedContent",
        ),
        ({"model": "gemini-embedding-2", **text(LONG)}, 404, "createCachedContent"),
        ({"model": MODEL, **text(LONG), "ttl": "soon"}, 400, "Invalid value at 'ttl'"),
        ({"model": MODEL, **text(LONG), "ttl": "-5s"}, 400, "ttl"),
        ({"model": MODEL, **text(LONG), "expireTime": "later"}, 400, "expire_time"),
        ({"model": MODEL, "contents": [{"parts": []}]}, 400, "CreateCachedContentRequest"),
    ],
)
def test_what_google_does_not_cache_is_refused(
    server: EmbeddedServer, body: Any, code: int, message: str
) -> None:
    status, reply = ask(server, CACHES, body)

    assert status == code
    assert message in reply["error"]["message"]


def test_a_picture_may_be_cached(server: EmbeddedServer) -> None:
    shown = {"role": "user", "parts": [picture(2400, 2400), {"text": "A wall."}]}
    status, made = ask(server, CACHES, {"model": MODEL, "contents": [shown]})
    assert status == 200
    asked = {**text("Which colour?"), "cachedContent": made["name"]}
    _, counted = ask(server, COUNT, {"generateContentRequest": asked})

    assert made["usageMetadata"]["totalTokenCount"] > 4096
    assert counted["cachedContentTokenCount"] == made["usageMetadata"]["totalTokenCount"]
    assert counted["totalTokens"] > counted["cachedContentTokenCount"]


def test_a_system_instruction_alone_may_be_cached(server: EmbeddedServer) -> None:
    system = {"systemInstruction": {"parts": [{"text": LONG}]}}
    assert ask(server, CACHES, {"model": MODEL, **system})[0] == 200


@pytest.mark.parametrize(
    "beside",
    [
        {"systemInstruction": {"parts": [{"text": "Be brief."}]}},
        {"tools": [{"googleSearch": {}}]},
        {"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}},
    ],
)
def test_nothing_that_a_cache_fixes_goes_beside_it(
    server: EmbeddedServer, cache: dict[str, Any], beside: dict[str, Any]
) -> None:
    asked = {**HELLO, **beside, "cachedContent": cache["name"]}
    status, reply = ask(server, f"/v1beta/models/{MODEL}:generateContent", asked)

    assert status == 400
    assert reply["error"]["message"] == (
        "CachedContent can not be used with GenerateContent request setting system_instruction, "
        "tools or tool_config.\n\nProposed fix: move those values to CachedContent from "
        "GenerateContent request."
    )


def test_a_cache_belongs_to_its_model(server: EmbeddedServer, cache: dict[str, Any]) -> None:
    asked = {**HELLO, "cachedContent": cache["name"]}
    status, reply = ask(server, "/v1beta/models/gemini-3.5-flash:generateContent", asked)

    assert status == 400
    assert "has to be the same" in reply["error"]["message"]


def test_a_cache_is_listed_prolonged_and_deleted(
    server: EmbeddedServer, cache: dict[str, Any]
) -> None:
    path = f"/v1beta/{cache['name']}"
    _, listed = ask(server, CACHES, method="GET")
    assert cache in listed["cachedContents"]
    before = datetime.now(UTC)
    status, changed = ask(server, path, {"ttl": "600.5s"}, method="PATCH")
    assert status == 200
    lasting = datetime.fromisoformat(changed["expireTime"]) - before
    assert 600 < lasting.total_seconds() < 630
    moment = "2099-01-02T03:04:05Z"
    _, changed = ask(server, path, {"expireTime": moment}, method="PATCH")
    assert changed["expireTime"] == "2099-01-02T03:04:05.000000Z"
    assert ask(server, path, {"displayName": "x"}, method="PATCH")[0] == 400
    assert ask(server, path, method="DELETE") == (200, {})
    assert ask(server, path, method="GET")[0] == 403


def test_an_expired_cache_is_gone(server: EmbeddedServer) -> None:
    _, made = ask(server, CACHES, {"model": MODEL, **text(LONG), "ttl": "0s"})
    assert ask(server, f"/v1beta/{made['name']}", method="GET")[0] == 403


def test_equal_contents_are_cached_twice(server: EmbeddedServer) -> None:
    names = {ask(server, CACHES, {"model": MODEL, **text(LONG)})[1]["name"] for _ in range(2)}
    assert len(names) == 2
