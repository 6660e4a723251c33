"""Requests in and replies out: bodies, keys and JSON as the Gemini API handles them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import Response

from gemini_nb.offline.api.errors import NO_KEY, ApiError

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_BODY_BYTES = 20_971_520
"""Google's limit for a request with its inline data; files are sent in pieces."""

_MOST_DIGITS = 15
_DRAINED_BYTES = 8 * MOST_BODY_BYTES
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_HEADERS = ((b"server", b"gemini-nb-offline"), (b"x-gemini-nb-mode", b"offline"))
ESTIMATE_HEADER = "x-gemini-nb-estimate"


class JSONReply(Response):
    """Pretty-printed JSON, because tutorials search replies with `grep` and `head`."""

    media_type = "application/json; charset=UTF-8"

    def render(self, content: object) -> bytes:
        """`content` as indented UTF-8; a string is JSON already."""
        return (content if isinstance(content, str) else pretty(content) + "\n").encode()


def pretty(value: object) -> str:
    """`value` as JSON in Google's layout: two spaces of indent, characters as they are."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def compact(value: object) -> str:
    """`value` as JSON on one line, as events carry it."""
    return json.dumps(value, ensure_ascii=False)


async def read_body(request: Request, *, most: int = MOST_BODY_BYTES) -> bytes:
    """The body of `request`.

    Raises:
        ApiError: 400 if it is larger than `most` bytes. What is too much is read and dropped,
            so that the client sees the reply rather than a broken connection.
    """
    body = bytearray()
    received = 0
    async for chunk in request.stream():
        received += len(chunk)
        if received <= most:
            body += chunk
        elif received > _DRAINED_BYTES:
            break
    if received > most:
        raise ApiError(400, f"Request payload size exceeds the limit: {most} bytes.")
    return bytes(body)


def require_key(request: Request) -> None:
    """Refuse a request without any key: in `x-goog-api-key`, `?key=` or a bearer token.

    Raises:
        ApiError: 403 PERMISSION_DENIED in Google's words.
    """
    bearer = request.headers.get("authorization", "").partition(" ")
    has_bearer = bearer[0].lower() == "bearer" and bool(bearer[2].strip())
    key = request.headers.get("x-goog-api-key") or request.query_params.get("key", "")
    if not (has_bearer or key.strip()):
        raise ApiError(403, NO_KEY)


def page(request: Request, count: int, *, default: int, most: int) -> tuple[slice, dict[str, str]]:
    """Which of `count` items `pageSize` and `pageToken` ask for, and the reply's next token.

    Raises:
        ApiError: 400 for a size that is no natural number or a token that was not given out.
    """
    size = _natural(request, ("pageSize", "page_size"), default) or default
    start = _natural(request, ("pageToken", "page_token"), 0)
    if start > count:
        raise ApiError(400, f"Page token {start} is invalid: there are {count} items.")
    end = start + min(size, most)
    return slice(start, end), {"nextPageToken": str(end)} if end < count else {}


def _natural(request: Request, names: tuple[str, ...], default: int) -> int:
    text = next((request.query_params[n] for n in names if n in request.query_params), "")
    if not text:
        return default
    value = natural(text)
    if value is None:
        raise ApiError(400, f"Invalid value at '{names[1]}' (TYPE_INT32), \"{text[:40]}\"")
    return value


def natural(text: str) -> int | None:
    """The natural number that a header or a query writes in ASCII digits; None if it is none.

    Example:
        >>> natural("42"), natural("-1"), natural("9" * 5000)
        (42, None, None)
    """
    is_number = text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS
    return int(text) if is_number else None


class LoopbackOnly:
    """Middleware: refuses a foreign `Host`, and says in each reply who answered.

    A web page that makes its own name resolve to the loopback address (DNS rebinding) is what the
    host check stops.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def labelled(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        if is_loopback(_host(scope)):
            await self.app(scope, receive, labelled)
            return
        error = ApiError(403, "The offline server only answers requests to 127.0.0.1 or localhost.")
        await JSONReply(error.body(), status_code=403)(scope, receive, labelled)


def is_loopback(host: str) -> bool:
    """Whether a `Host` header, with or without a port, names this machine.

    Example:
        >>> is_loopback("localhost:8080"), is_loopback("[::1]:80"), is_loopback("evil.example")
        (True, True, False)
    """
    name = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    return name.lower() in _LOOPBACK


def _host(scope: Scope) -> str:
    headers: list[tuple[bytes, bytes]] = scope["headers"]
    values = [value for name, value in headers if name == b"host"]
    return values[0].decode("latin-1") if len(values) == 1 else ""


def json_vector(values: list[float], indent: int) -> str:
    """A vector as pretty JSON; `json.dumps` with an indent takes ten times as long.

    Example:
        >>> print(json_vector([0.5, -0.25], 2))
        [
            0.5,
            -0.25
          ]
    """
    space = " " * indent
    return "[\n" + ",\n".join(f"{space}  {value:.9g}" for value in values) + f"\n{space}]"
