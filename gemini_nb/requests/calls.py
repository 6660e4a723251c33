"""A call of the SDK's: which it is, and the request that the SDK makes of it. Nothing is sent."""

from __future__ import annotations

import asyncio
import inspect
import json
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from google.genai import Client, types

from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import NAMES_A_SECRET, REDACTED, redact, remember
from gemini_nb.replies.read import camel_case

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_RESOURCES = ("batches", "caches", "chat", "chats", "files", "interactions", "models")
_WANTED = 'such as as_curl(client.models.generate_content, model="...", contents="...")'
_SHORTEST_KEY = 16  # a shorter one may be a word, as what stands for the key beside OAuth
_NOWHERE = "http://request.invalid"
# Headers that every client sets for itself.
_UNTOLD = re.compile(
    "accept(-encoding)?|connection|content-(length|type)|host|user-agent"
    "|x-goog-api-(client|key)|x-server-timeout"
)
# Fields that hold somebody's own JSON; and those whose members have names of somebody's own.
_FREE = re.compile("args|default|example|labels|response|(parameters|response)JsonSchema|schema")
_NAMED = ("properties", "defs")


@dataclass(frozen=True, slots=True)
class SDKCall:
    """A call that could be made, and the first request that it would send, without any key."""

    name: str
    """As "models.generate_content"; of a chat, "chat.send_message"."""
    is_async: bool
    chat: Mapping[str, Any]
    """What `chats.create` must be given for a chat that has got as far as this one; or nothing."""
    api_version: str
    verb: str
    path: str
    """With the query, from "/" on; a whole address where the call itself names one."""
    headers: Mapping[str, str]
    """Without those that every client sets for itself; a secret one says `REDACTED`."""
    body: bytes
    """JSON in UTF-8, its fields spelt as the REST API documents them; empty without a body."""
    item: str
    """What to call one of the things that come back one by one; "" if a single answer does."""


class _Kept(BaseException):
    """Carries a request out of the SDK; no `Exception`, so that nothing on its way catches it."""


class _Keeper:
    """An HTTP transport that sends nothing; it fits both of the SDK's HTTP libraries."""

    async def handle_async_request(self, request: object) -> None:
        raise _Kept(request)

    async def aclose(self) -> None: ...


def read_call(
    method: Callable[..., object], arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> SDKCall:
    """The call of a bound method of the SDK's with these arguments; nothing is sent.

    The SDK builds the request, with a second client whose transport keeps it: an asynchronous one,
    which takes all tools, in a thread, so that it works inside a running event loop.
    """
    owner: Any = getattr(method, "__self__", None)
    kind, name = type(owner).__name__, getattr(method, "__name__", "")
    resource = kind.removeprefix("Async").removeprefix("GeminiNextGen").lower()
    if resource not in _RESOURCES or name.startswith("_"):
        shown = getattr(method, "__qualname__", method)
        raise InvalidOptionError(
            f"The first argument must be a method of a client, {_WANTED}: {shown!r}"
        )
    version, headers = _settings(owner)
    http = types.HttpOptions(
        base_url=_NOWHERE,
        api_version=version,
        headers={own: text for own, text in headers.items() if not _UNTOLD.fullmatch(own.lower())},
        async_client_args={"transport": _Keeper()},
    )
    chat: dict[str, Any] = {}
    if resource == "chat":
        # A chat has no public way to tell its model and configuration.
        chat = {"model": owner._model, "config": owner._config}  # noqa: SLF001 - see above
        chat["history"] = list(owner.get_history(curated=True))

    async def send() -> None:
        async with Client(api_key="not-sent", vertexai=False, http_options=http).aio as face:
            same: Any = face.chats.create(**_copied(chat)) if chat else getattr(face, resource)
            answer: Any = getattr(same, name)(*arguments, **_copied(options))
            if inspect.isawaitable(answer):
                answer = await answer
            if hasattr(answer, "__anext__"):
                await anext(answer)  # generators send when they are asked for something

    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(asyncio.run, send()).result()
    except _Kept as kept:
        sent = kept.args[0]
        # The SDK sends both spellings in one body; REST documents interactions in snake_case.
        spell = str if resource == "interactions" else camel_case
        body = mapped(json.loads(sent.read() or b"null"), spell=spell, text=redact)
        own = {
            n.lower(): REDACTED if NAMES_A_SECRET.search(n) else redact(text)
            for n, text in sent.headers.items()
        }
        path = redact(str(sent.url).removeprefix(_NOWHERE))
        is_stream = "alt=sse" in path or own.get("accept") == "text/event-stream"
        item = ("event" if resource == "interactions" else "chunk") if is_stream else ""
        return SDKCall(
            name=f"{resource}.{name}",
            is_async=kind.startswith("Async"),
            chat=chat,
            api_version=version,
            verb=sent.method,
            path=path,
            headers={n: own[n] for n in own if not _UNTOLD.fullmatch(n)},
            body=json.dumps(body).encode() if body is not None else b"",
            item="item" if name == "list" else item,
        )
    raise InvalidOptionError(
        f"{name} sends no request; client.models.generate_content does, or a chat's send_message."
    )


def _settings(owner: Any) -> tuple[str, Mapping[str, str]]:  # noqa: ANN401 - one of the SDK's many
    """The version of the API, and the client's own headers. Its key is remembered, to hide it."""
    if hasattr(owner, "sdk_configuration"):  # interactions, whose client is a generated one
        generated = owner.sdk_configuration
        key, headers = generated.security.api_key, generated.security.default_headers
        version, is_vertex = generated.globals.api_version, False
    else:
        # The SDK has no public way to tell a client's options.
        inner = getattr(owner, "_modules", owner)._api_client  # noqa: SLF001 - see above
        key, is_vertex, http = inner.api_key, inner.vertexai, inner._http_options  # noqa: SLF001 - as above
        headers, version = http.headers, http.api_version
    if is_vertex or not key:
        raise InvalidOptionError("Vertex AI has requests of its own: give a client of connect()'s.")
    if len(key) >= _SHORTEST_KEY:
        remember(key)
    return version or "", headers or {}


def _copied(options: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments, with a configuration as a copy: the SDK writes its own headers into it."""
    copied = dict(options)
    if own := getattr(options.get("config"), "http_options", None):
        update = {"http_options": own.model_copy(deep=True)}
        copied["config"] = options["config"].model_copy(update=update)
    return copied


def mapped(
    value: object,
    *,
    spell: Callable[[str], str] = str,
    text: Callable[[str], str] = str,
    media: Callable[[str, str], object] = lambda data, _: data,
) -> object:
    """JSON with something made of the API's names, of texts, and of base64 with its media type."""
    again = partial(mapped, spell=spell, text=text, media=media)
    if isinstance(value, str):
        return text(value)
    if isinstance(value, list):
        return [again(item) for item in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    made: dict[str, object] = {}
    for name, item in (members := cast("dict[str, object]", value)).items():
        own = spell(name)
        if own in _NAMED and isinstance(item, dict):
            named = cast("dict[str, object]", item)
            made[own] = {text(key): again(member) for key, member in named.items()}
        else:
            made[text(own)] = again(item, spell=str if _FREE.fullmatch(own) else spell)
    kind, data = members.get("mimeType", members.get("mime_type")), members.get("data")
    if isinstance(kind, str) and isinstance(data, str):
        made["data"] = media(data, kind)
    return made
