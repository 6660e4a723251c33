"""models: which there are, their methods, and the JSON of answers."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.routing import Route

from gemini_nb import catalog
from gemini_nb.offline import embedding
from gemini_nb.offline.answer import Answer
from gemini_nb.offline.answering import answer_to, count
from gemini_nb.offline.conversation import count_text
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.messages import CountTokensRequest, GenerateContentRequest, Part
from gemini_nb.offline.validation import parse
from gemini_nb.offline.wire import JSONReply, paced, page, read_body, streamed, work

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from gemini_nb.offline.server import State

CACHING = "createCachedContent"
_WORDS = "sentences recombined from a corpus, quotations, and pixel analysis for pictures"
_VECTORS = "hashed words and character n-grams: lexical, not semantic"
_ESTIMATED = {"x-gemini-nb-estimate": "chars/4"}  # the rule of `count_text`
_WORD = re.compile(r"\s*\S+|\s+")


def resource(model: catalog.Model) -> dict[str, Any]:
    """`model` as the API describes it, saying that an offline model answers in its place."""
    since = f"From {model.ends} on, Gemini" if model.ends else "Gemini"
    rerouted = f" {since} answers as {model.successor}." if model.successor else ""
    what = _VECTORS if model.kind == "embedding" else _WORDS
    sampling = {"temperature": 1, "maxTemperature": 2, "topP": 0.95, "topK": 64, "thinking": True}
    return {
        "name": f"models/{model.id}",
        "version": "offline",
        "displayName": f"{model.display_name} (offline stand-in)",
        "description": f"Not Gemini: {what}, on this machine, in place of {model.id}.{rerouted}",
        "inputTokenLimit": model.input_token_limit,
        "outputTokenLimit": model.output_token_limit,
        "supportedGenerationMethods": _methods(model),
        **(sampling if model.kind != "embedding" else {}),
    }


def require(name: str, method: str | None, version: str, today: str = "") -> catalog.Model:
    """The model that answers under `name` on `today`, if it supports `method` in that version.

    An alias, and a model that Google reroutes, lead to another one, unless `method` is None, which
    asks for the model itself. `ApiError` 404 in Google's words names a retired one's replacement.

    Example:
        >>> require("gemini-2.5-pro", "generateContent", "v1beta", "2026-12-01").id
        'gemini-3.8-flash'
    """
    shown = f"models/{catalog.bare_id(name)[:80]}"
    retired = catalog.find_retired(name)
    if retired and retired.existed:
        text = f"This model {shown} is no longer available to new users."
        raise ApiError(404, f"{text} {retired.told}")
    model = catalog.find(name)
    # Aliases exist only on v1beta since google-genai 3.0 made v1 its default.
    if model is not None and version == "v1" and model.id.endswith("-latest"):
        model = None
    day = today or datetime.now(UTC).date().isoformat()
    if model is not None and method and model.successor and (model.ends or "") <= day:
        model = catalog.find(model.successor)
    if model is None or (method is not None and method not in _methods(model)):
        support = f", or is not supported for {method}" if method else ""
        text = f"{shown} is not found for API version {version or 'v1beta'}{support}. Call"
        remedy = "ListModels to see the list of available models and their supported methods."
        raise ApiError(404, f"{text} {remedy}")
    return model


def _methods(model: catalog.Model) -> list[str]:
    """Gemini 4 caches by itself alone."""
    caches = "generateContent" in model.methods and not model.id.startswith("gemini-4")
    return [*model.methods, CACHING] if caches else list(model.methods)


async def _list(request: Request) -> Response:
    on_v1 = request.scope["version"] == "v1"
    models = [m for m in catalog.CURRENT if not (on_v1 and m.id.endswith("-latest"))]
    shown, token = page(request, models)
    return JSONReply({"models": [resource(model) for model in shown], **token})


async def _get(request: Request) -> Response:
    return JSONReply(resource(require(request.path_params["name"], None, request.scope["version"])))


async def _call(request: Request) -> Response:
    name, _, method = request.path_params["name_and_method"].partition(":")
    body = await read_body(request)
    if method not in _OPERATIONS:
        raise ApiError(404, f"Method {method[:40]!r} is not found for models/{name[:80]}.")
    model = require(name, method, request.scope["version"])
    state: State = request.app.state.offline
    done = await work(request, _OPERATIONS[method], body, model, state)
    if not isinstance(done, Answer):
        return JSONReply(done, headers=_ESTIMATED)
    # The same answer to the same request has the same id: notebooks show it.
    response_id = hashlib.sha256(body + repr(done).encode()).hexdigest()[:22]
    if method == "generateContent":
        return JSONReply(whole(done, response_id), headers=_ESTIMATED)
    events = (("", chunk) for chunk in chunks(done, response_id, state.words_per_chunk))
    return streamed(request, paced(events, state), _ESTIMATED)


def _answer(body: bytes, model: catalog.Model, state: State) -> Answer:
    return answered(parse(body, GenerateContentRequest), model, state)


def answered(request: GenerateContentRequest, model: catalog.Model, state: State) -> Answer:
    """The answer to `request`; the files and the cached content that it names are in `state`."""
    complete, cached = _complete(request, model, state)
    return answer_to(complete, model, cached_tokens=cached)


def _count(body: bytes, model: catalog.Model, state: State) -> dict[str, Any]:
    message = parse(body, CountTokensRequest)
    request = message.generate_content_request
    if request is not None and message.contents:
        raise ApiError(400, "* CountTokensRequest: set contents or generate_content_request")
    request = request or GenerateContentRequest(contents=message.contents)
    complete, cached = _complete(request, model, state)
    tokens = count(complete, model)
    cache = {"cachedContentTokenCount": cached} if cached else {}
    return {"totalTokens": tokens.total, "promptTokensDetails": tokens.details, **cache}


_OPERATIONS: dict[str, Callable[[bytes, catalog.Model, State], object]] = {
    "generateContent": _answer,
    "streamGenerateContent": _answer,
    "countTokens": _count,
    **embedding.OPERATIONS,
}

ROUTES = [
    Route("/models", _list),
    Route("/models/{name}", _get),
    Route("/models/{name_and_method}", _call, methods=["POST"]),
]


def _complete(
    message: GenerateContentRequest, model: catalog.Model, state: State
) -> tuple[GenerateContentRequest, int]:
    """`message` with its files and its cached content put in, and the cached tokens."""
    whole = message.model_copy(update={"contents": state.files.put_in(message.contents)})
    return state.caches.put_in(whole, model.id, datetime.now(UTC))


def whole(answer: Answer, response_id: str) -> dict[str, Any]:
    """`answer` as the body of a generateContent reply."""
    candidates = [
        _candidate(candidate.parts, index, candidate.finish_reason)
        for index, candidate in enumerate(answer.candidates)
    ]
    counts = [(c.output_tokens, c.thought_tokens) for c in answer.candidates]
    return _body(answer, candidates, [sum(kind) for kind in zip(*counts, strict=True)], response_id)


def chunks(answer: Answer, response_id: str, words_per_chunk: int) -> Iterator[dict[str, Any]]:
    """`answer` as the successive bodies of a streamGenerateContent reply.

    The usage runs along. The final one and the finish reason come with the last part: the SDK's
    chats take a later chunk without text for an invalid turn.
    """
    sent, most = [0, 0], [0, 0]  # tokens of answers, of thoughts
    for index, candidate in enumerate(answer.candidates):
        most = [most[0] + candidate.output_tokens, most[1] + candidate.thought_tokens]
        pieces = [part for whole in candidate.parts for part in _pieces(whole, words_per_chunk)]
        for piece in pieces[:-1]:
            sent[bool(piece.thought)] += count_text(piece.text or "")
            so_far = [min(pair) for pair in zip(sent, most, strict=True)]
            yield _body(answer, [_candidate([piece], index)], so_far, response_id)
        sent = list(most)
        ending = [_candidate(pieces[-1:], index, candidate.finish_reason)]
        yield _body(answer, ending, sent, response_id)


def group_words(text: str, words_per_chunk: int) -> Iterator[str]:
    """`text` cut into chunks of so many words, each with the space before it."""
    words = _WORD.findall(text)
    for start in range(0, len(words), words_per_chunk):
        yield "".join(words[start : start + words_per_chunk])


def _body(
    answer: Answer, candidates: list[dict[str, Any]], tokens: Iterable[int], response_id: str
) -> dict[str, Any]:
    """A reply; its total adds `tokens`, of answers and of thoughts, to the prompt's."""
    prompt, (output, thoughts) = answer.prompt_tokens, tokens
    usage: dict[str, Any] = {
        "promptTokenCount": prompt.total,
        "candidatesTokenCount": output,
        "totalTokenCount": prompt.total + output + thoughts,
        "promptTokensDetails": prompt.details,
    }
    rare = {"cachedContentTokenCount": prompt.cached, "thoughtsTokenCount": thoughts}
    return {
        "candidates": candidates,
        "usageMetadata": usage | {name: count for name, count in rare.items() if count},
        "modelVersion": answer.model_version,
        "responseId": response_id,
    }


def _candidate(parts: Sequence[Part], index: int, finish_reason: str = "") -> dict[str, Any]:
    """A candidate; it has no parts where its thoughts used its limit up, as Gemini's."""
    written = [part.model_dump(mode="json", by_alias=True, exclude_none=True) for part in parts]
    said = {"parts": written} if parts else {}
    ended = {"finishReason": finish_reason} if finish_reason else {}
    return {"content": {**said, "role": "model"}, **ended, "index": index}


def _pieces(part: Part, words_per_chunk: int) -> list[Part]:
    """`part` as it is sent: text in groups of words, anything else whole."""
    if part.text is None:
        return [part]
    texts = group_words(part.text, words_per_chunk)
    return [part.model_copy(update={"text": text}) for text in texts]
