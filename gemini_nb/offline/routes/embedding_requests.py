"""embedContent and batchEmbedContents: from the body to the reply's text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.offline import embedding
from gemini_nb.offline.api.errors import ApiError
from gemini_nb.offline.api.messages import BatchEmbedContentsRequest, EmbedContentRequest
from gemini_nb.offline.api.validation import parse
from gemini_nb.offline.api.wire import json_vector
from gemini_nb.offline.conversation import pictures_of, text_of
from gemini_nb.offline.task_prefixes import TextForTask, read_prefix

if TYPE_CHECKING:
    from gemini_nb.offline.api.content import Content
    from gemini_nb.offline.api.files import FileStore

MOST_REQUESTS = 100
DIMENSIONS = 3072
FIRST_MODEL = "gemini-embedding-001"
"""Takes text alone and task types, and shortens vectors without making them unit length again."""
TASK_TYPES = (
    "TASK_TYPE_UNSPECIFIED",
    "RETRIEVAL_QUERY",
    "RETRIEVAL_DOCUMENT",
    "SEMANTIC_SIMILARITY",
    "CLASSIFICATION",
    "CLUSTERING",
    "QUESTION_ANSWERING",
    "FACT_VERIFICATION",
    "CODE_RETRIEVAL_QUERY",
)


def single(body: bytes, model_id: str, files: FileStore) -> str:
    """The reply to embedContent as pretty-printed JSON."""
    values = _embed(parse(body, EmbedContentRequest), model_id, files, "EmbedContentRequest")
    return f'{{\n  "embedding": {{\n    "values": {json_vector(values, 4)}\n  }}\n}}\n'


def batch(body: bytes, model_id: str, files: FileStore) -> str:
    """The reply to batchEmbedContents as pretty-printed JSON, in the order of the requests."""
    message = parse(body, BatchEmbedContentsRequest)
    if not message.requests:
        raise ApiError(400, "* BatchEmbedContentsRequest.requests: requests is not specified")
    if len(message.requests) > MOST_REQUESTS:
        text = f"at most {MOST_REQUESTS} requests can be in one batch, got {len(message.requests)}"
        raise ApiError(400, f"* BatchEmbedContentsRequest.requests: {text}")
    items = [
        f'    {{\n      "values": {json_vector(_embed(request, model_id, files, path), 6)}\n    }}'
        for number, request in enumerate(message.requests)
        for path in [f"BatchEmbedContentsRequest.requests[{number}]"]
    ]
    return '{\n  "embeddings": [\n' + ",\n".join(items) + "\n  ]\n}\n"


def _embed(request: EmbedContentRequest, model_id: str, files: FileStore, path: str) -> list[float]:
    if request.content is None or not request.content.parts:
        raise ApiError(400, f"* {path}.content: contents is not specified")
    dimensions = _dimensions(request, path)
    task_type = _task_type(request, path)
    (content,) = files.put_in([request.content])
    if model_id == FIRST_MODEL:
        asked = TextForTask(_only_text(content, path), task_type, request.title)
        return _vector(asked, DIMENSIONS)[:dimensions].tolist()
    asked = read_prefix(text_of(content))  # the later models ignore the task type and the title
    pictures = pictures_of([content])[0]
    vectors = [embedding.embed_image(picture, dimensions=dimensions) for picture in pictures]
    if asked.text or not vectors:
        vectors.append(_vector(asked, dimensions))
    combined = vectors[0] if len(vectors) == 1 else embedding.combine(vectors)
    return combined.tolist()


def _dimensions(request: EmbedContentRequest, path: str) -> int:
    dimensions = DIMENSIONS
    if request.output_dimensionality is not None:
        dimensions = request.output_dimensionality
    if not 1 <= dimensions <= DIMENSIONS:
        text = f"must be between 1 and {DIMENSIONS}, got {dimensions}"
        raise ApiError(400, f"* {path}.output_dimensionality: {text}")
    return dimensions


def _task_type(request: EmbedContentRequest, path: str) -> str | None:
    task = request.task_type.upper() if request.task_type else None
    if task and task not in TASK_TYPES:
        text = f"Invalid value at '{path}.task_type', \"{task[:40]}\""
        raise ApiError(400, f"{text}: expected one of {', '.join(TASK_TYPES)}")
    return task


def _only_text(content: Content, path: str) -> str:
    if pictures_of([content])[0]:
        raise ApiError(400, f"* {path}.content: {FIRST_MODEL} embeds text; use gemini-embedding-2.")
    return text_of(content)


def _vector(asked: TextForTask, dimensions: int) -> embedding.Vector:
    return embedding.embed_text(
        asked.text, dimensions=dimensions, task_type=asked.task_type, title=asked.title
    )
