"""The request that the SDK builds for a call, kept instead of sent."""

from __future__ import annotations

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import REDACTED, redact
from gemini_nb.requests.rest_json import documented, is_media

if TYPE_CHECKING:
    from google.genai import Client

    from gemini_nb.requests.sdk_calls import SDKCall

_NOWHERE = "http://request.invalid"
_UNTOLD = frozenset(
    (
        *("accept", "accept-encoding", "connection", "content-length", "content-type", "host"),
        *("user-agent", "x-goog-api-client", "x-goog-api-key", "x-server-timeout"),
    )
)
"""Headers that every client sets for itself."""

_SECRET_HEADER = re.compile("auth|cookie|key|password|secret|token")


@dataclass(frozen=True, slots=True)
class SentRequest:
    """A request as it would go over the wire, but for keys, which are taken out."""

    method: str
    path: str
    """With the query, from "/" on; a whole address where the call itself names one."""
    headers: tuple[tuple[str, str], ...]
    """Without those that every client sets for itself, such as Host and User-Agent."""
    body: bytes
    """JSON in UTF-8, its fields spelt as the REST API documents them; empty without a body."""
    is_stream: bool = False
    """Whether the answer comes as server-sent events."""


class _Kept(BaseException):
    """Carries a request out of the SDK; no `Exception`, so that nothing on its way catches it."""

    def __init__(self, request: object) -> None:
        super().__init__()
        self.request = request


class _Keeper:
    """An HTTP transport that sends nothing; it fits both of the SDK's HTTP libraries."""

    def handle_request(self, request: object) -> None:
        raise _Kept(request)

    async def handle_async_request(self, request: object) -> None:
        raise _Kept(request)

    def close(self) -> None:
        """Nothing is open."""

    async def aclose(self) -> None:
        """Nothing is open."""


def kept_request(call: SDKCall) -> SentRequest:
    """The first request that the SDK would send for a call; nothing is sent.

    The SDK builds it, with a second client whose transport keeps it. Asynchronous methods run in
    a thread of their own, so that it works inside a running event loop.

    Raises:
        InvalidOptionError: the method sends no request of its own.
        Exception: whatever the SDK raises for the arguments.
    """
    try:
        if call.is_async:
            with ThreadPoolExecutor(1) as pool:
                pool.submit(asyncio.run, _acall(call)).result()
        else:
            _call(call)
    except _Kept as kept:
        return _told(kept.request, is_camel_case=call.settings.is_camel_case)
    raise InvalidOptionError(
        f"{call.method} sends no request; what does is, for example, client.models.generate_content"
        " or a chat's send_message."
    )


def _call(call: SDKCall) -> None:
    client = _keeping_client(call)
    try:
        answer: Any = _bound(client, call)
        if hasattr(answer, "__next__"):
            next(answer)  # generators send when they are asked for something
    finally:
        client.close()


async def _acall(call: SDKCall) -> None:
    client = _keeping_client(call)
    try:
        answer: Any = _bound(client, call)
        if hasattr(answer, "__await__"):
            answer = await answer
        if hasattr(answer, "__anext__"):
            await anext(answer)
    finally:
        await client.aio.aclose()
        client.close()


def _keeping_client(call: SDKCall) -> Client:
    from google.genai import Client, types  # noqa: PLC0415 - takes 1.6 s

    told = {name: value for name, value in call.settings.headers if name.lower() not in _UNTOLD}
    keeper = {"transport": _Keeper()}
    options = types.HttpOptions(
        base_url=_NOWHERE,
        api_version=call.settings.api_version,
        headers=told,
        client_args=keeper,
        async_client_args=keeper,
    )
    return Client(api_key="not-sent", vertexai=False, http_options=options)


def _bound(client: Client, call: SDKCall) -> object:
    """The same call of another client."""
    face: Any = client.aio if call.is_async else client
    if call.conversation is None:
        resource = getattr(face, call.resource)
    else:
        said = call.conversation
        resource = face.chats.create(
            model=said.model, config=_copied(said.config), history=list(said.history)
        )
    options = {name: _copied(value) for name, value in call.options.items()}
    return getattr(resource, call.method)(*map(_copied, call.arguments), **options)


def _copied(argument: Any) -> Any:  # noqa: ANN401 - any argument of the SDK's
    """A configuration as a copy, since the SDK writes its own headers into it."""
    if not hasattr(argument, "http_options"):
        return argument
    options = argument.http_options
    return argument.model_copy(update={"http_options": options and options.model_copy(deep=True)})


def _told(request: Any, *, is_camel_case: bool) -> SentRequest:  # noqa: ANN401 - httpx or httpx2
    sent: bytes = request.read()
    body: Any = json.loads(sent) if sent else None
    headers = {name.lower(): value for name, value in request.headers.items()}
    address = str(request.url)
    if is_camel_case:
        body = documented(body)
    return SentRequest(
        method=request.method,
        path=redact(address.removeprefix(_NOWHERE)),
        headers=tuple((n, _shown(n, v)) for n, v in headers.items() if n not in _UNTOLD),
        body=json.dumps(_without_keys(body)).encode() if sent else b"",
        is_stream="alt=sse" in address or headers.get("accept") == "text/event-stream",
    )


def _shown(header: str, value: str) -> str:
    return REDACTED if _SECRET_HEADER.search(header) else redact(value)


def _without_keys(value: object) -> object:
    """JSON whose texts hold no key; the base64 of media is no text, and left alone."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, list):
        return [_without_keys(item) for item in cast("list[object]", value)]
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        media = is_media(members)
        return {
            redact(name): member if media and name == "data" else _without_keys(member)
            for name, member in members.items()
        }
    return value
