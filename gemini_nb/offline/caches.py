"""cachedContents: a long beginning of a prompt that later requests refer to by name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from gemini_nb.offline.answering import count
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.files import Store, store_routes, timestamp
from gemini_nb.offline.generation import CACHING, require
from gemini_nb.offline.messages import CachedContentBody, GenerateContentRequest
from gemini_nb.offline.validation import parse
from gemini_nb.offline.wire import JSONReply, read_body, work

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.offline.server import State

LEAST_TOKENS = {
    "gemini-2.5-flash": 1024,
    "gemini-2.5-flash-lite": 2048,
    "gemini-2.5-pro": 2048,
    "gemini-3-flash-preview": 1024,
}
"""Google's minimum where it is not 4,096: ai.google.dev/gemini-api/docs/caching of October 2026,
and for the 2.5 Flash models what the API itself says (discuss.ai.google.dev/t/178942)."""


@dataclass(frozen=True, slots=True)
class CachedContent:
    """The stored beginning of a prompt."""

    id: str
    body: CachedContentBody
    """With the bytes of its files."""
    model: str
    """Id of the only model that may use it."""
    tokens: int
    size: int
    """Bytes that it holds."""
    created: datetime
    updated: datetime
    expires: datetime

    def resource(self, _base_url: str = "") -> dict[str, Any]:
        """The cached content as the API describes it: without the content itself."""
        name = self.body.display_name
        return {
            "name": f"cachedContents/{self.id}",
            "model": f"models/{self.model}",
            **({} if name is None else {"displayName": name}),
            "createTime": timestamp(self.created),
            "updateTime": timestamp(self.updated),
            "expireTime": timestamp(self.expires),
            "usageMetadata": {"totalTokenCount": self.tokens},
        }


class CacheStore(Store[CachedContent]):
    """Cached contents."""

    def __init__(self) -> None:
        super().__init__("cachedContents", "CachedContent not found (or permission denied)")

    def put_in(
        self, request: GenerateContentRequest, model: str, now: datetime
    ) -> tuple[GenerateContentRequest, int]:
        """`request` with the cached content it names before its own, and its cached tokens."""
        if not request.cached_content:
            return request, 0
        found = self.get(request.cached_content, now)
        if found.model != model:
            text = f"Model used by GenerateContent request (models/{model}) and CachedContent"
            raise ApiError(400, f"{text} (models/{found.model}) has to be the same.")
        if request.model_fields_set & {"system_instruction", "tools", "tool_config"}:
            text = "CachedContent can not be used with GenerateContent request setting"
            remedy = "move those values to CachedContent from GenerateContent request."
            text = f"{text} system_instruction, tools or tool_config.\n\nProposed fix: {remedy}"
            raise ApiError(400, text)
        return _after(found.body, request), found.tokens


async def _create(request: Request) -> Response:
    state, body = request.app.state.offline, await read_body(request)
    name, version = state.caches.new_id(body), request.scope["version"]
    made = await work(request, _made, state, body, name, version)
    return JSONReply(state.caches.put(made).resource())


async def _patch(request: Request) -> Response:
    body, now = parse(await read_body(request), CachedContentBody), datetime.now(UTC)
    store: CacheStore = request.app.state.offline.caches
    found = store.get(request.path_params["id"], now)
    if body.ttl is None and body.expire_time is None:
        raise ApiError(400, "Only ttl or expire_time of a CachedContent can be updated.")
    changed = replace(found, updated=now, expires=_expiry(body, now))
    return JSONReply(store.put(changed).resource())


ROUTES = [
    Route("/cachedContents", _create, methods=["POST"]),
    Route("/cachedContents/{id}", _patch, methods=["PATCH"]),
    *store_routes("cachedContents", lambda request: request.app.state.offline.caches),
]


def _made(state: State, body: bytes, name: str, version: str) -> CachedContent:
    """The cached content that a request's `body` describes; raises `ApiError` as Google does."""
    message, now = parse(body, CachedContentBody), datetime.now(UTC)
    if not message.model:
        raise ApiError(400, "* CreateCachedContentRequest.model: model is not specified")
    model = require(message.model, CACHING, version)
    complete = message.model_copy(update={"contents": state.files.put_in(message.contents)})
    prompt = _after(complete, GenerateContentRequest())
    tokens = count(prompt, model, "CreateCachedContentRequest").total
    if tokens < (least := LEAST_TOKENS.get(model.id, 4096)):
        counts = f"total_token_count={tokens}, min_total_token_count={least}"
        raise ApiError(400, f"Cached content is too small. {counts}")
    parts = [part for content in complete.contents for part in content.parts]
    size = len(body) + sum(len(part.inline_data.data) for part in parts if part.inline_data)
    expires = _expiry(message, now)
    return CachedContent(name, complete, model.id, tokens, size, now, now, expires)


def _after(body: CachedContentBody, request: GenerateContentRequest) -> GenerateContentRequest:
    """`request` with what is cached before its contents."""
    fixed = {name: getattr(body, name) for name in ("system_instruction", "tools", "tool_config")}
    contents = [*body.contents, *request.contents]
    given = {name: value for name, value in fixed.items() if value}
    return request.model_copy(update={"contents": contents, **given})


def _expiry(body: CachedContentBody, now: datetime) -> datetime:
    if body.expire_time is not None and body.ttl is None:
        return body.expire_time
    return now + (timedelta(hours=1) if body.ttl is None else timedelta(seconds=body.ttl))
