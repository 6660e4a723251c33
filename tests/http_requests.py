"""Requests as a client without the SDK makes them, one connection each."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from gemini_nb.offline.server import EmbeddedServer

MODEL = "gemini-3.8-flash"
COUNT = f"/v1beta/models/{MODEL}:countTokens"
GENERATE = f"/v1beta/models/{MODEL}:generateContent"
KEY = {"x-goog-api-key": "any"}
HELLO = {"contents": [{"parts": [{"text": "Hello"}]}]}


def ask(
    server: EmbeddedServer,
    path: str,
    body: Any = None,
    *,
    method: str = "POST",
    headers: dict[str, str] | None = None,
) -> tuple[int, Any]:
    """The status and the JSON of the reply."""
    connection = http.client.HTTPConnection(server.base_url.removeprefix("http://"), timeout=30)
    data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
    connection.request(method, path, data, KEY if headers is None else headers)
    reply = connection.getresponse()
    text = reply.read()
    connection.close()
    return reply.status, json.loads(text)
