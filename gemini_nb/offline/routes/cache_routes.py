"""cachedContents: create, get, list, patch and delete."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from starlette.routing import Route

from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.messages import CachedContentBody
from gemini_nb.offline.api.model_resources import require
from gemini_nb.offline.api.validation import parse
from gemini_nb.offline.api.wire import JSONReply, page, read_body, require_key

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.offline.routes.state import State


def routes(prefix: str) -> list[Route]:
    """The operations on cached contents below `prefix`."""
    version = prefix.strip("/")

    async def create(request: Request) -> Response:
        require_key(request)
        state = _state(request)
        body = parse(await read_body(request), CachedContentBody)
        if not body.model:
            raise ApiError(400, "* CreateCachedContentRequest.model: model is not specified")
        require(body.model, "generateContent", version)
        complete = body.model_copy(update={"contents": state.files.put_in(body.contents)})
        return JSONReply(state.caches.create(complete, datetime.now(UTC)).resource())

    async def list_caches(request: Request) -> Response:
        require_key(request)
        caches = _state(request).caches.list(datetime.now(UTC))
        shown, token = page(request, len(caches), default=50, most=1000)
        if not caches:
            return JSONReply({})
        return JSONReply({"cachedContents": [c.resource() for c in caches[shown]], **token})

    async def get(request: Request) -> Response:
        require_key(request)
        found = _state(request).caches.get(request.path_params["id"], datetime.now(UTC))
        return JSONReply(found.resource())

    async def patch(request: Request) -> Response:
        require_key(request)
        body = parse(await read_body(request), CachedContentBody)
        store = _state(request).caches
        changed = store.patch(request.path_params["id"], body, datetime.now(UTC))
        return JSONReply(changed.resource())

    async def delete(request: Request) -> Response:
        require_key(request)
        _state(request).caches.delete(request.path_params["id"], datetime.now(UTC))
        return JSONReply({})

    path = f"{prefix}/cachedContents"
    return [
        Route(path, create, methods=["POST"]),
        Route(path, list_caches),
        Route(f"{path}/{{id}}", get),
        Route(f"{path}/{{id}}", patch, methods=["PATCH"]),
        Route(f"{path}/{{id}}", delete, methods=["DELETE"]),
    ]


def _state(request: Request) -> State:
    return request.app.state.offline
