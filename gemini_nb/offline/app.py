"""The embedded server's application: every operation under every version prefix."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.wire import JSONReply, LoopbackOnly
from gemini_nb.offline.routes import (
    cache_routes,
    file_routes,
    generation_routes,
    interaction_routes,
    model_routes,
)
from gemini_nb.offline.routes.state import State

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

VERSIONS = ("v1beta", "v1", "")
"""SDK 2.x and curl call v1beta, SDK 3.x v1, litellm no version at all."""


def create_app(*, words_per_chunk: int = 4, seconds_per_chunk: float = 0.02) -> Starlette:
    """The application, with nothing uploaded or stored yet.

    Args:
        words_per_chunk: how many words a streamed chunk carries.
        seconds_per_chunk: pause before each chunk, so that a reader sees the answer grow.
    """
    routes = [Route("/", _about)]
    for version in VERSIONS:
        prefix = f"/{version}" if version else ""
        for group in (
            model_routes,
            generation_routes,
            file_routes,
            cache_routes,
            interaction_routes,
        ):
            routes += group.routes(prefix)
    app = Starlette(
        routes=routes,
        middleware=[Middleware(LoopbackOnly)],
        exception_handlers={
            ApiError: _refuse,
            HTTPException: _unknown_path,
            Exception: _internal,
        },
    )
    app.state.offline = State(words_per_chunk, seconds_per_chunk)
    return app


async def _about(request: Request) -> Response:
    return JSONReply(
        {
            "name": "gemini_nb offline server",
            "description": "Speaks the Gemini REST API. Its models are small and not Gemini.",
            "try": f"{str(request.base_url).rstrip('/')}/v1beta/models?key=any",
        }
    )


async def _refuse(_request: Request, error: Exception) -> Response:
    if not isinstance(error, ApiError):
        raise TypeError from error
    return JSONReply(error.body(), status_code=error.code)


async def _unknown_path(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else HTTPStatus.NOT_FOUND
    path = request.url.path[:120]
    text = f"{path} was not found; paths start with /v1beta/models."
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        text = f"{request.method[:20]} is not allowed for {path}."
    return JSONReply(ApiError(code, text).body(), status_code=code)


async def _internal(_request: Request, _error: Exception) -> Response:
    error = ApiError(500, "An internal error has occurred in the offline server.")
    return JSONReply(error.body(), status_code=500)
