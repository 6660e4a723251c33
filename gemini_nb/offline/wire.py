"""Requests in and replies out: bodies, keys, who may ask, and JSON as the Gemini API sends it."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from gemini_nb.offline.errors import ApiError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gemini_nb.offline.server import State

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

MOST_BODY_BYTES = 20_971_520  # Google's limit for a request with its inline data
STREAMING = ":streamGenerateContent"
BODY_SECONDS = 30.0  # how long a body, or the headers, may take to come
ADMITTED = "gemini_nb.admitted"  # in the scope of a request that a class has checked

_PATH = re.compile(r"(?s)^(/upload)?(?:/(v1beta|v1)(?=/))?(.*)")
_LOOPBACK = re.compile(r"(?i)(127\.0\.0\.1|localhost|\[::1\])(:\d*)?")
_NEED_NO_PREFLIGHT = ("text/plain", "multipart/form-data", "application/x-www-form-urlencoded")


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
    """The body of `request`; `ApiError` 408 if it takes too long, 400 if it is too large."""
    body, received = bytearray(), 0
    if number(request.headers.get("content-length", "0"), "Content-Length") > 8 * MOST_BODY_BYTES:
        raise ApiError(413, f"Request payload size exceeds the limit: {most} bytes.")
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for chunk in request.stream():
                received += len(chunk)
                if received <= most:
                    body += chunk
                elif received > 8 * MOST_BODY_BYTES:  # reading on lets the client see the reply
                    break
    except TimeoutError:
        raise ApiError(408, f"The body took longer than {BODY_SECONDS:g} seconds.") from None
    if received > most:
        raise ApiError(400, f"Request payload size exceeds the limit: {most} bytes.")
    return bytes(body)


async def work(request: Request, function: Callable[[*Ts], T], *args: *Ts) -> T:
    """What `function` returns in a thread of its own; never begun once the client has left."""
    state: State = request.app.state.offline
    async with state.workers:
        if await request.is_disconnected():
            raise ClientDisconnect
        return await to_thread.run_sync(function, *args)


def streamed(
    request: Request,
    events: AsyncIterator[tuple[str, Any]],
    headers: Mapping[str, str] | None = None,
) -> StreamingResponse:
    """The reply that streams `events`, each a name or "", and JSON, or what is none, as [DONE].

    They are server-sent events, or one array where generateContent is not asked for these.
    """

    async def array() -> AsyncIterator[str]:
        yield "["
        separator = ""
        async for _, value in events:
            yield separator + pretty(value)
            separator = "\n,\r\n"
        yield "\n]\n"

    async def lines() -> AsyncIterator[str]:
        async for name, value in events:
            text = value if isinstance(value, str) else compact(value)
            # The SDK accepts nothing but this for generateContent, which has no names.
            yield f"event: {name}\ndata: {text}\n\n" if name else f"data: {text}\r\n\r\n"

    alt = request.query_params.get("alt")
    if request.scope["path"].endswith(STREAMING) and alt != "sse":
        return StreamingResponse(array(), headers=headers, media_type=JSONReply.media_type)
    return StreamingResponse(lines(), headers=headers, media_type="text/event-stream")


async def paced(events: Iterable[T], state: State) -> AsyncIterator[T]:
    """`events` with the server's pause before each."""
    for event in events:
        await asyncio.sleep(state.seconds_per_chunk)
        yield event


def page(request: Request, items: Sequence[T]) -> tuple[Sequence[T], dict[str, Any]]:
    """Those of `items` that `pageSize` and `pageToken` ask for, and the reply's next token."""
    asked = request.query_params
    size = number(asked.get("pageSize") or asked.get("page_size") or "0", "page_size") or 50
    start = number(asked.get("pageToken") or asked.get("page_token") or "0", "page_token")
    if start > len(items):
        raise ApiError(400, f"Page token {start} is invalid: there are {len(items)} items.")
    end = start + min(size, 1000)
    return items[start:end], {"nextPageToken": str(end)} if end < len(items) else {}


def number(text: str, name: str) -> int:
    """The natural number that a header or a query writes; `ApiError` 400 if it is none."""
    if not (text.isascii() and text.isdigit() and len(text) < len(str(2**63))):
        raise ApiError(400, f"Invalid value at '{name}' (TYPE_INT32), \"{text[:40]}\"")
    return int(text)


async def refuse(request: Request, error: Exception) -> Response:
    """The reply that tells of `error`; the interactions operations word it differently."""
    if isinstance(error, HTTPException):  # no such path, or not with this method
        asked = f"{request.method[:20]} {request.scope['raw_path'].decode()[:120]}"
        error = ApiError(error.status_code, f"{asked} was not found: try /v1beta/models.")
    elif not isinstance(error, ApiError):
        error = ApiError(500, "An internal error has occurred in the offline server.")
    is_interaction = "/interactions" in request.url.path
    body = error.interaction_body() if is_interaction else error.body()
    # The rest of the body may still come; after a 500 uvicorn closes without saying so.
    headers = {"connection": "close"} if error.code in {408, 413, 500} else {}
    if request.scope["path"] == "/upload/files":  # else the SDK sends the same bytes for 7 seconds
        headers["x-goog-upload-status"] = "final"
    return JSONReply(body, error.code, headers)


class Guard:
    """Middleware: lets in who has a key and is no web page, and says in each reply who answered.

    Args:
        app: what answers.
        mode: how it does, for the header `x-gemini-nb-mode` where `app` does not say so itself.
    """

    def __init__(self, app: ASGIApp, mode: str = "offline") -> None:
        self.app = app
        labels = {"server": f"gemini-nb-{mode}", "x-gemini-nb-mode": mode}
        self._labels = [(name.encode(), value.encode()) for name, value in labels.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass one request on, or refuse it."""

        async def labelled(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = list(message.get("headers", ()))
                names = {name for name, _ in told}
                message["headers"] = told + [own for own in self._labels if own[0] not in names]
            await send(message)

        app, request = self.app, Request(scope)
        # SDK 2.x and curl call v1beta, SDK 3.x v1, litellm no version; the routes know of none.
        upload, scope["version"], rest = _PATH.findall(scope["path"])[0]
        scope["path"] = upload + rest
        try:
            if ADMITTED not in scope:
                check_host(request)
                check_sender(request)
                check_key(request)
        except ApiError as error:
            app = await refuse(request, error)
        await app(scope, receive, labelled)


def check_host(request: Request) -> None:
    """Refuse a foreign `Host`, which a web page has whose name was made to lead to this machine."""
    hosts = request.headers.getlist("host")
    if len(hosts) != 1 or not _LOOPBACK.fullmatch(hosts[0]):
        raise ApiError(403, "The offline server only answers requests to 127.0.0.1 or localhost.")


def check_sender(request: Request) -> None:
    """Refuse requests of other web pages, whatever they ask: `Origin` and `Sec-Fetch-Site` tell.

    Kinds of body that a page may send without asking first are refused, too, as Gemini refuses
    them.
    """
    headers, host = request.headers, request.headers.get("host", "")
    is_own = headers.get("origin", f"//{host}").partition("//")[2] == host
    if not is_own or headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise ApiError(403, "The offline server does not answer requests from other web pages.")
    if headers.get("upgrade", "").lower() == "websocket":
        text = "WebSockets (the Live API, Live Interactions) are not implemented offline:"
        raise ApiError(501, f"{text} use generateContent or interactions.create.")
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    # The pieces of an upload have the file's own type; a page can't send their headers.
    if kind in _NEED_NO_PREFLIGHT and "x-goog-upload-command" not in headers:
        raise ApiError(415, f"Content-Type is {kind}: send application/json.")


def key_of(request: Request) -> str:
    """The key in `x-goog-api-key`, `?key=` or a bearer token; "" if there is none."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    header = request.headers.get("x-goog-api-key", "").encode("latin-1").decode(errors="replace")
    keys = (
        header,
        request.query_params.get("key", ""),
        token if scheme.lower() == "bearer" else "",
    )
    return next((key.strip() for key in keys if key.strip()), "")


def check_key(request: Request) -> None:
    """Refuse a request without any key; those of an upload under way have a secret address."""
    is_upload = request.url.path == "/upload/files" and "upload_id" in request.query_params
    if not (key_of(request) or is_upload):
        text = "Method doesn't allow unregistered callers (callers without established identity)."
        remedy = "Please use API Key or other form of API consumer identity to call this API."
        raise ApiError(403, f"{text} {remedy}")
