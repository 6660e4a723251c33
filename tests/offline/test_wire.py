"""What comes in is checked as Google checks it, and refused in Google's words."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from starlette.requests import Request

from gemini_nb.offline import generation as models
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.wire import refuse
from http_requests import COUNT, GENERATE, HELLO, KEY, MODEL, ask

if TYPE_CHECKING:
    from gemini_nb.offline.server import EmbeddedServer


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
        (
            {**HELLO, "generationConfig": {"maxOutputTokens": True}},
            "Invalid value at 'generation_config.max_output_tokens' (TYPE_INT32)",
        ),
        ({"contents": [{"parts": [{"text": 5}]}]}, "(TYPE_STRING), 5"),
        ({"contents": "Hello"}, "Invalid value at 'contents'"),
        (
            {**HELLO, "toolConfig": {"functionCallingConfig": {"mode": 5}}},
            "function_calling_config",
        ),
        (
            {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "!"}}]}]},
            "Base64 decoding failed",
        ),
        (
            {"contents": [{"parts": [{"inlineData": {"mimeType": "image/png", "data": "AAAA"}}]}]},
            "image",
        ),
        ({**HELLO, "tools": [{"functionDeclarations": [{}]}]}, "name is not specified"),
        (b'{"generationConfig": {"temperature": 1e999}}', "1e999 is not a number"),
        ([HELLO], "Not an object"),
    ],
)
def test_malformed_bodies_get_googles_error(
    server: EmbeddedServer, body: Any, message: str
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
        (f"/v1beta/models/{MODEL}:dance", KEY, 404, "NOT_FOUND", "Method 'dance' is not found"),
        ("/v1beta/nothing", KEY, 404, "NOT_FOUND", "/v1beta/nothing was not found"),
    ],
)
def test_refusals_have_googles_code_and_words(  # noqa: PLR0913, PLR0917 - a table of cases
    server: EmbeddedServer, path: str, headers: dict[str, str], code: int, status: str, message: str
) -> None:
    got, reply = ask(server, path, HELLO, headers=headers)

    assert got == code
    assert reply["error"]["status"] == status
    assert message in reply["error"]["message"]


def test_a_key_may_come_in_three_places(server: EmbeddedServer) -> None:
    for path, headers in (
        ("/models", {"x-goog-api-key": "k"}),
        ("/models", {"Authorization": "Bearer t"}),
        ("/models?key=k", {}),
    ):
        assert ask(server, path, method="GET", headers=headers)[0] == 200
    assert ask(server, "/models", method="GET", headers={"Authorization": "Basic t"})[0] == 403


@pytest.mark.parametrize(
    ("error", "header"), [(RuntimeError(), "close"), (ApiError(400, ""), None)]
)
def test_a_failure_says_that_it_ends_the_connection(error: Exception, header: str | None) -> None:
    request = Request({"type": "http", "method": "GET", "path": "/models", "headers": []})

    assert asyncio.run(refuse(request, error)).headers.get("connection") == header


def test_interactions_word_their_errors_differently(server: EmbeddedServer) -> None:
    status, reply = ask(server, "/v1beta/interactions", {"model": MODEL})
    assert (status, reply["error"]["code"]) == (400, "invalid_request")
    status, reply = ask(server, "/v1beta/interactions/v1_none", method="GET")
    assert (status, reply["error"]["code"]) == (404, "not_found")
    status, reply = ask(server, "/v1beta/interactions", {"model": MODEL}, headers={})
    assert (status, reply["error"]["code"]) == (403, "permission_denied")


@pytest.mark.parametrize("query", ["pageSize=-1", "pageSize=x", "pageToken=zzz", "pageToken=999"])
def test_a_page_that_does_not_exist_is_refused(server: EmbeddedServer, query: str) -> None:
    assert ask(server, f"/v1beta/models?{query}", method="GET")[0] == 400


@pytest.mark.parametrize(
    ("name", "method", "day", "answers"),
    [
        ("gemini-2.5-pro", "generateContent", "2026-11-30", "gemini-2.5-pro"),
        ("gemini-2.5-pro", "generateContent", "2026-12-01", "gemini-3.8-flash"),
        ("models/gemini-2.5-flash", "countTokens", "2027-01-01", "gemini-3.5-flash-lite"),
        ("gemini-2.5-pro", None, "2027-01-01", "gemini-2.5-pro"),
        ("gemini-flash-latest", "generateContent", "2026-01-01", "gemini-3.8-flash"),
        ("gemini-3.8-flash", "generateContent", "2026-12-01", "gemini-3.8-flash"),
    ],
)
def test_what_google_reroutes_is_rerouted(
    name: str, method: str | None, day: str, answers: str
) -> None:
    assert models.require(name, method, "v1beta", day).id == answers


def test_a_retired_model_names_its_successor() -> None:
    with pytest.raises(ApiError, match=r"models/gemini-1\.5-pro .* use gemini-3\.1-pro-preview"):
        models.require("gemini-1.5-pro", "generateContent", "v1beta")


def test_a_model_says_that_it_is_not_gemini_and_what_will_answer(server: EmbeddedServer) -> None:
    _, model = ask(server, "/v1beta/models/gemini-2.5-pro", method="GET")

    assert model["description"].startswith("Not Gemini: ")
    assert "From 2026-12-01 on, Gemini answers as gemini-3.8-flash." in model["description"]
    assert model["supportedGenerationMethods"] == [
        "generateContent",
        "streamGenerateContent",
        "countTokens",
        "createCachedContent",
    ]


def test_tokens_are_counted_of_contents_or_of_a_whole_request(server: EmbeddedServer) -> None:
    system = {"systemInstruction": {"parts": [{"text": "Sixteen letters."}]}}
    _, alone = ask(server, COUNT, HELLO)
    _, whole = ask(server, COUNT, {"generateContentRequest": HELLO | system})
    status, _ = ask(server, COUNT, HELLO | {"generateContentRequest": HELLO})

    assert alone["totalTokens"] == 2
    assert whole["totalTokens"] > 4
    assert status == 400
