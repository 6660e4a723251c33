"""models: generateContent, streamGenerateContent, countTokens and the embed methods."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from anyio import to_thread
from starlette.responses import StreamingResponse
from starlette.routing import Route

from gemini_nb.offline import answering, conversation
from gemini_nb.offline.api import replies
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.messages import CountTokensRequest, GenerateContentRequest
from gemini_nb.offline.api.model_resources import require
from gemini_nb.offline.api.validation import parse
from gemini_nb.offline.api.wire import (
    ESTIMATE_HEADER,
    JSONReply,
    compact,
    pretty,
    read_body,
    require_key,
)
from gemini_nb.offline.routes import embedding_requests
from gemini_nb.offline.tokens import RULE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.catalog import Model
    from gemini_nb.offline.answer import Answer
    from gemini_nb.offline.routes.state import State

_ESTIMATED = {ESTIMATE_HEADER: RULE}


def routes(prefix: str) -> list[Route]:
    """The methods of models below `prefix`."""
    version = prefix.strip("/")

    async def call(request: Request) -> Response:
        require_key(request)
        name, _, method = request.path_params["name_and_method"].partition(":")
        body = await read_body(request)
        operation = _OPERATIONS.get(method)
        if operation is None:
            raise ApiError(404, f"Method {method[:40]!r} is not found for models/{name[:80]}.")
        return await operation(request, require(name, method, version), body)

    return [Route(f"{prefix}/models/{{name_and_method}}", call, methods=["POST"])]


async def _generate(request: Request, model: Model, body: bytes) -> Response:
    message, answer = await _answer(request, model, body)
    config = message.generation_config
    alternatives = (config.logprobs or 0) if config.response_logprobs else None
    reply = replies.whole(answer, _response_id(model, body), log_probabilities=alternatives)
    return JSONReply(reply, headers=_ESTIMATED)


async def _stream(request: Request, model: Model, body: bytes) -> Response:
    state: State = request.app.state.offline
    _, answer = await _answer(request, model, body)
    chunks = replies.chunks(answer, _response_id(model, body), state.words_per_chunk)
    if request.query_params.get("alt") == "sse":
        # The SDK accepts nothing but this: no comments, no event names, no [DONE].
        lines = (f"data: {compact(chunk)}\r\n\r\n" for chunk in chunks)
        return StreamingResponse(
            paced(lines, state), media_type="text/event-stream", headers=_ESTIMATED
        )
    return StreamingResponse(
        paced(_array(chunks), state),
        media_type="application/json; charset=UTF-8",
        headers=_ESTIMATED,
    )


async def _count(request: Request, model: Model, body: bytes) -> Response:
    message = parse(body, CountTokensRequest)
    whole = message.generate_content_request
    if whole is not None and message.contents:
        text = "* CountTokensRequest: set contents or generate_content_request, not both"
        raise ApiError(400, text)
    if whole is not None:
        complete, cached = _complete(request, model, whole)
        tokens = (await to_thread.run_sync(conversation.read, complete)).tokens(cached)
    else:
        state: State = request.app.state.offline
        contents = state.files.put_in(message.contents)
        tokens = await to_thread.run_sync(conversation.count, contents)
    reply: dict[str, Any] = {
        "totalTokens": tokens.total,
        "promptTokensDetails": replies.prompt_details(tokens),
    }
    if tokens.cached:
        reply["cachedContentTokenCount"] = tokens.cached
    return JSONReply(reply, headers=_ESTIMATED)


async def _embed(request: Request, model: Model, body: bytes) -> Response:
    reply = await to_thread.run_sync(
        embedding_requests.single, body, model.id, request.app.state.offline.files
    )
    return JSONReply(reply)


async def _embed_batch(request: Request, model: Model, body: bytes) -> Response:
    reply = await to_thread.run_sync(
        embedding_requests.batch, body, model.id, request.app.state.offline.files
    )
    return JSONReply(reply)


_OPERATIONS = {
    "generateContent": _generate,
    "streamGenerateContent": _stream,
    "countTokens": _count,
    "embedContent": _embed,
    "batchEmbedContents": _embed_batch,
}


async def _answer(
    request: Request, model: Model, body: bytes
) -> tuple[GenerateContentRequest, Answer]:
    message, cached = _complete(request, model, parse(body, GenerateContentRequest))
    answer = await to_thread.run_sync(lambda: answering.answer(message, cached_tokens=cached))
    limit = model.input_token_limit
    if (tokens := answer.prompt_tokens.total) > limit:
        text = f"The input token count ({tokens}) exceeds the maximum number of tokens allowed"
        raise ApiError(400, f"{text} ({limit}).")
    return message, answer


def _complete(
    request: Request, model: Model, message: GenerateContentRequest
) -> tuple[GenerateContentRequest, int]:
    """`message` with its files and its cached content put in, and the cached tokens."""
    state: State = request.app.state.offline
    contents = state.files.put_in(message.contents)
    whole = message.model_copy(update={"contents": contents})
    return state.caches.put_in(whole, model.id, datetime.now(UTC))


async def paced(chunks: Iterable[str], state: State) -> AsyncIterator[str]:
    """`chunks` with the server's pause before each, counted as an open stream meanwhile."""
    state.open_streams += 1
    try:
        for chunk in chunks:
            await asyncio.sleep(state.seconds_per_chunk)
            yield chunk
    finally:
        state.open_streams -= 1


def _array(chunks: Iterable[dict[str, Any]]) -> Iterable[str]:
    before = "["
    for chunk in chunks:
        yield before + pretty(chunk)
        before = "\n,\r\n"
    yield "\n]\n"


def _response_id(model: Model, body: bytes) -> str:
    """The same for the same request, so that a notebook shows the same on every run."""
    return hashlib.sha256(model.id.encode() + b"|" + body).hexdigest()[:22]
