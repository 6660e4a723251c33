"""interactions: create, stream, get, delete and cancel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anyio import to_thread
from starlette.responses import StreamingResponse
from starlette.routing import Route

from gemini_nb.offline import answering
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.files import timestamp
from gemini_nb.offline.api.interaction_requests import InteractionRequest, as_generate_request
from gemini_nb.offline.api.interactions import Interaction, as_interaction, events
from gemini_nb.offline.api.model_resources import require
from gemini_nb.offline.api.validation import parse
from gemini_nb.offline.api.wire import JSONReply, compact, read_body, require_key
from gemini_nb.offline.routes.generation_routes import paced

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.offline.routes.state import State

    Handler = Callable[[Request], Awaitable[Response]]


def routes(prefix: str) -> list[Route]:
    """The operations on interactions below `prefix`."""
    version = prefix.strip("/")

    async def create(request: Request) -> Response:
        body = await read_body(request)
        message = parse(body, InteractionRequest)
        interaction = await _interact(request, message, body, version)
        if message.store:
            _state(request).interactions.add(interaction)
        return _reply(request, interaction, stream=message.stream)

    async def get(request: Request) -> Response:
        found = _state(request).interactions.get(request.path_params["id"])
        stream = request.query_params.get("stream", "").lower() == "true"
        return _reply(request, found, stream=stream)

    async def delete(request: Request) -> Response:
        _state(request).interactions.delete(request.path_params["id"])
        return JSONReply({})

    async def cancel(request: Request) -> Response:
        found = _state(request).interactions.get(request.path_params["id"])
        text = f"Interaction {found.id} is {found.resource['status']}: it can't be cancelled."
        raise ApiError(400, text)

    path = f"{prefix}/interactions"
    return [
        Route(path, _refusing(create), methods=["POST"]),
        Route(f"{path}/{{id}}", _refusing(get)),
        Route(f"{path}/{{id}}", _refusing(delete), methods=["DELETE"]),
        Route(f"{path}/{{id}}/cancel", _refusing(cancel), methods=["POST"]),
    ]


async def _interact(
    request: Request, message: InteractionRequest, body: bytes, version: str
) -> Interaction:
    state = _state(request)
    if message.agent is not None or not message.model:
        raise ApiError(400, "* model: model is not specified; agents don't run offline")
    model = require(message.model, "generateContent", version)
    previous = message.previous_interaction_id
    history = state.interactions.get(previous).contents if previous else ()
    asked = as_generate_request(message, history)
    asked = asked.model_copy(update={"contents": state.files.put_in(asked.contents)})
    now = datetime.now(UTC)
    complete, cached = state.caches.put_in(asked, model.id, now)
    answer = await to_thread.run_sync(lambda: answering.answer(complete, cached_tokens=cached))
    return as_interaction(
        message,
        asked.contents,
        answer,
        interaction_id=state.interactions.new_id(body),
        created=timestamp(now),
    )


def _reply(request: Request, interaction: Interaction, *, stream: bool) -> Response:
    if not stream:
        return JSONReply(interaction.resource)
    state = _state(request)
    lines = _lines(interaction, state.words_per_chunk)
    return StreamingResponse(paced(lines, state), media_type="text/event-stream")


def _lines(interaction: Interaction, words_per_chunk: int) -> Iterator[str]:
    """Server-sent events with names; unlike generateContent's they end with `done`."""
    for number, (name, fields) in enumerate(events(interaction, words_per_chunk), 1):
        event = {"event_type": name, "event_id": f"{interaction.id}-{number}", **fields}
        yield f"event: {name}\ndata: {compact(event)}\n\n"
    yield "event: done\ndata: [DONE]\n\n"


def _refusing(handler: Handler) -> Handler:
    """`handler` with the errors of this API, whose codes are words, and its key check."""

    async def guarded(request: Request) -> Response:
        try:
            require_key(request)
            return await handler(request)
        except ApiError as error:
            return JSONReply(error.interaction_body(), status_code=error.code)

    return guarded


def _state(request: Request) -> State:
    return request.app.state.offline
