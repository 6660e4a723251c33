"""The recorder: an application that asks Gemini in its clients' place and records the answers."""

from __future__ import annotations

import asyncio
import base64
import json
import logging
import re
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.middleware import Middleware
from starlette.requests import Request as Asked
from starlette.responses import Response

from gemini_nb.catalog import GEMINI_URL
from gemini_nb.errors import RecordingError
from gemini_nb.keys import http_library
from gemini_nb.offline import wire
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.files import MOST_CHUNK_BYTES, MOST_STORED_BYTES
from gemini_nb.offline.server import create_app
from gemini_nb.offline.validation import loads
from gemini_nb.recordings.recording import (
    Event,
    Exchange,
    Reply,
    Request,
    append,
    check_writable,
    decoded,
    without_keys,
)
from gemini_nb.redaction import PLACEHOLDER, REDACTED, Secret, redact, remember
from gemini_nb.tokens.usage import MODE_HEADER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from httpx import URL
    from httpx import Request as Asking
    from httpx import Response as Answer
    from starlette.types import ASGIApp, Receive, Scope, Send

_KEYS = ("key", "access_token", "oauth_token")  # in a query
_UNKEPT = {*_KEYS, "alt", "$alt", "upload_id", "upload_protocol"}
_KEY = re.compile(r"[^\s=;]{12,}")  # a shorter one is a word of other texts, too, as "any"
_SENT = "content-type|x-goog-upload-(?!url).+|x-server-timeout|api-revision|x-goog-api-client"
_PASSED = "retry-after|x-goog-upload-.+"
_BLANK = re.compile(rb"(?:\r?\n){2}")
_ADDRESS = r"""(?<!\\)"(?:uri|fileUri|file_uri|downloadUri)"\s*:\s*\""""
_FIELD = re.compile(rb"(?m)^(event|data): ?(.*?)\r?$")
_SERVER_ERROR = 500

# A reply that breaks off where Gemini's does is no failure to be reported here.
logging.getLogger("uvicorn.error").addFilter(
    lambda record: "ConnectionResetError" not in str(record.exc_info)
)


def create_recorder(path: Path, *, upstream: str, key: Secret) -> ASGIApp:
    """The application that asks `upstream`, Gemini's address, with `key` and records in `path`.

    What passes by itself (429, 5xx, broken streams) reaches the client, but not the recording.

    Raises:
        RecordingError: `path` can't be written, or is no recording.
    """
    check_writable(path)
    remember(key)
    asking = Middleware(_Recorder, path=path, upstream=upstream, key=key)
    return create_app(mode="record", middleware=[asking])


def request_of(asked: Asked, body: bytes) -> Request:
    """What is asked, as it is recorded and looked for."""
    query = {name: text for name, text in asked.query_params.items() if name not in _UNKEPT}
    try:
        value = loads(body) if body else None
    except ApiError:  # what Gemini says of such a body is an answer, too
        value = body.decode(errors="replace")
    return Request(asked.method, asked.scope["path"].lstrip("/"), value, query)


def moved(data: bytes, address: str, hosts: str = GEMINI_URL) -> bytes:
    """`data`, whose files' addresses, at its start or in a field for them, go to `address`.

    Such an address in somebody's code stays as it is.

    Example:
        >>> moved(b'{"uri": "https://generativelanguage.googleapis.com/v1/files/a"}', "http://b")
        b'{"uri": "http://b/v1/files/a"}'
    """
    pattern = rf"""(^|{_ADDRESS})(?:{hosts})(?=/(?:upload/)?v1\w*/files[/?])"""
    return re.sub(pattern.encode(), rb"\g<1>" + address.rstrip("/").encode(), data)


def shown(value: Any, address: object) -> Any:  # noqa: ANN401 - JSON
    """`value`, as it is recorded, as who has asked at `address` sees it: with its files there."""
    return json.loads(moved(json.dumps(value).encode(), str(address)))


def replied(reply: Reply, asked: Asked, headers: dict[str, str]) -> Response:
    """The response that tells `reply`, which is no stream, and whose media are whole."""
    if reply.mime_type:
        return Response(decoded(reply.body), reply.status, headers, reply.mime_type)
    return wire.JSONReply(shown(reply.body, asked.base_url), reply.status, headers)


class _Recorder:
    """Has Gemini answer in the place of the offline models."""

    def __init__(self, _models: ASGIApp, path: Path, upstream: str, key: Secret) -> None:
        http = http_library()
        url = http.URL(upstream)  # writes hosts in small letters, and leaves out usual ports
        self._path, self._upstream, self._key = path, str(url).rstrip("/"), key
        named = re.escape(self._upstream)
        self._hosts = rf"{named}|{GEMINI_URL}|http://(?:127\.0\.0\.1|localhost):\d+"
        self._uploads: dict[str, bytearray] = {}
        self._origin = _origin(url)
        self._failures: tuple[type[Exception], ...] = (http.HTTPError, RecordingError)
        # Answers may take minutes. A connection kept for the next request may be dead by then.
        timeout, limits = http.Timeout(None, connect=30), http.Limits(max_keepalive_connections=0)
        ours = {"x-goog-api-key": key}
        self._client = http.AsyncClient(
            headers=ours,
            timeout=timeout,
            limits=limits,
            follow_redirects=True,
            event_hooks={"request": [self._check_address]},
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Asked(scope, receive)
        try:
            body = await wire.read_body(asked, most=MOST_CHUNK_BYTES)
            await self._forward(asked, body, send)
        except self._failures as error:
            told = redact(f"Gemini gave no answer that could be recorded: {error}")
            raise ApiError(502, told) from None

    async def _forward(self, asked: Asked, body: bytes, send: Send) -> None:
        """Ask Gemini what is asked here, record what it answers, and pass that on."""
        path, query, fields = asked.scope["path"], dict(asked.query_params), asked.headers
        told = [fields.get(name, "") for name in ("x-goog-api-key", "authorization", "cookie")]
        told += [self._key, *(query.pop(name, "") for name in _KEYS)]
        remember(keys := {*_KEY.findall(" ".join(told))} - {PLACEHOLDER})
        request, began = None, time.monotonic()
        if "upload_id" not in query:  # with it, the body is a piece of a file
            body = moved(body, self._upstream, self._hosts)
            for key in keys:  # what else looks like one belongs to the question
                body = body.replace(key.encode(), REDACTED.encode())
        if path != "/upload/files":
            request = request_of(asked, moved(body, GEMINI_URL, self._hosts))
        query |= {"alt": "sse"} if path.endswith(wire.STREAMING) else {}
        version = "" if asked.scope["version"] else "v1beta/"
        async with self._client.stream(
            asked.method,
            # Without this slash, a path could name another host.
            f"{self._upstream}/{version}{redact(asked.scope['raw_path'].decode().lstrip('/'))}",
            params={name: redact(value) for name, value in query.items()},
            headers={n: redact(value) for n, value in fields.items() if re.fullmatch(_SENT, n)},
            content=body,
        ) as answer:
            headers = {MODE_HEADER: "record; of=offline"} if _answered_by(answer) else {}
            for name, value in answer.headers.items():
                if re.fullmatch(_PASSED, name):
                    ours = moved(value.encode(), str(asked.base_url), self._hosts)
                    headers[name] = ours.decode()
            kind = answer.headers.get("content-type", "")
            if request and answer.is_success and kind.startswith("text/event-stream"):
                events = self._recorded(request, answer, began)
                here = ((event.name, shown(event.data, asked.base_url)) async for event in events)
                # Unlike a call of it, this goes on where the client has left.
                await wire.streamed(asked, here, headers).stream_response(send)
            else:
                reply = await self._whole(answer)
                if request := request or self._uploaded(asked, body, reply.body):
                    await self._record(request, reply)
                await replied(reply, asked, headers)(asked.scope, asked.receive, send)

    async def _check_address(self, asking: Asking) -> None:
        """Refuse to go where Gemini redirects, if that is somewhere else."""
        if _origin(asking.url) != self._origin:
            raise ApiError(502, "Gemini redirects to another address, where no key is sent.")

    async def _recorded(
        self, request: Request, answer: Answer, began: float
    ) -> AsyncIterator[Event]:
        """The events of a stream as they come; it ends once it is recorded."""
        events: list[Event] = []
        try:
            async for name, data in _events(answer):
                began, before = time.monotonic(), began
                events.append(Event(self._value(data), name, round(began - before, 2)))
                if data != b"[DONE]":  # where the SDK stops to read
                    yield events[-1]
            reply = Reply(200, events=tuple(events), answered_by=_answered_by(answer))
            await self._record(request, reply)
        except self._failures as error:
            raise ConnectionResetError from error
        if events and events[-1].data == "[DONE]":
            yield events[-1]

    async def _whole(self, answer: Answer) -> Reply:
        """An answer that is no stream."""
        content, status, by = await answer.aread(), answer.status_code, _answered_by(answer)
        kind = answer.headers.get("content-type", "application/octet-stream")
        is_json = kind.startswith("application/json")
        value = await asyncio.to_thread(self._value, content) if is_json else None
        if isinstance(value, dict | list):
            return Reply(status, value, answered_by=by)
        told = without_keys(base64.b64encode(content).decode(), name="body", mime_type=kind)
        return Reply(status, told, mime_type=kind, answered_by=by)

    def _uploaded(self, asked: Asked, sent: bytes, value: Any) -> Request | None:  # noqa: ANN401
        """Keep what has come of an upload; the whole of it, once Gemini tells of the `file`."""
        data = self._uploads.pop(asked.url.query, bytearray())
        if sent and asked.headers.get("x-goog-upload-command") != "start":
            data[wire.number(asked.headers.get("x-goog-upload-offset", "0"), "Offset") :] = sent
        match value:
            case {"file": {"mimeType": kind, **file}} if file.get("sizeBytes") == str(len(data)):
                told = {"mime_type": kind, "display_name": file.get("displayName")}
                whole = base64.b64encode(data).decode()
                return Request("POST", "upload/files", {**told, "data": whole})
            case _:
                self._uploads[asked.url.query] = data
        while sum(map(len, self._uploads.values())) > MOST_STORED_BYTES:  # some were abandoned
            del self._uploads[next(iter(self._uploads))]
        return None

    async def _record(self, request: Request, reply: Reply) -> None:
        """Append an answer to the recording, unless it is of a kind that passes by itself."""
        told: list[Any] = [event.data for event in reply.events or ()]
        has_failed = any(isinstance(data, dict) and "error" in data for data in told)
        if not has_failed and reply.status < _SERVER_ERROR and reply.status not in {408, 429}:
            exchange = Exchange(request, reply, datetime.now(UTC).date().isoformat())
            await asyncio.to_thread(append, self._path, exchange)

    def _value(self, data: bytes) -> Any:  # noqa: ANN401 - JSON
        """What is shown and recorded for `data`: JSON, or a text that is none."""
        try:
            return without_keys(json.loads(moved(data, GEMINI_URL, self._hosts)))
        except ValueError:
            return without_keys(data.decode(errors="replace"))


def _origin(url: URL) -> URL:
    return url.copy_with(userinfo=b"", raw_path=b"/")


def _answered_by(answer: Answer) -> str:
    return "offline" if "offline" in answer.headers.get(MODE_HEADER, "") else ""


async def _events(answer: Answer) -> AsyncIterator[tuple[str, bytes]]:
    """The name and the data of each event, as they come; an error where one breaks off."""
    rest = bytearray()
    async for chunk in answer.aiter_bytes():
        looked = max(0, len(rest) - 3)  # a large picture comes in many chunks
        rest += chunk
        if not _BLANK.search(rest, looked):
            continue
        *whole, last = _BLANK.split(rest)
        rest = bytearray(last)
        for event in whole:
            found = _FIELD.findall(event)
            if data := b"\n".join(value for name, value in found if name == b"data"):
                yield dict(found).get(b"event", b"").decode(errors="replace"), data
    if rest.strip():
        raise RecordingError("the stream broke off in an event")
