"""models: list and get."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from gemini_nb.catalog import CURRENT
from gemini_nb.offline.api.model_resources import require, resource
from gemini_nb.offline.api.wire import JSONReply, page, require_key

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


def routes(prefix: str) -> list[Route]:
    """The operations on models below `prefix`."""
    version = prefix.strip("/")

    async def list_models(request: Request) -> Response:
        require_key(request)
        models = [m for m in CURRENT if version != "v1" or not m.id.endswith("-latest")]
        shown, token = page(request, len(models), default=50, most=1000)
        return JSONReply({"models": [resource(model) for model in models[shown]], **token})

    async def get_model(request: Request) -> Response:
        require_key(request)
        return JSONReply(resource(require(request.path_params["name"], None, version)))

    return [
        Route(f"{prefix}/models", list_models),
        Route(f"{prefix}/models/{{name}}", get_model),
    ]
