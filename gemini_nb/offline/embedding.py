"""Embeddings: words and their parts, hashed. Lexical, not semantic.

Texts that share words, parts of words or pairs of words come out near each other; texts that say
the same in other words do not. Each feature adds to every place of the vector, with signs that its
name decides (random projection, Achlioptas 2003), so that cosine similarity, also of the vectors'
beginnings, is that of the features, with an error of about 1 / sqrt(dimensions).
"""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from gemini_nb.offline import conversation, messages, strictness
from gemini_nb.offline.conversation import PromptTokens
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.validation import parse
from gemini_nb.offline.wire import pretty
from gemini_nb.offline.words import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from PIL.Image import Image

    from gemini_nb.catalog import Model
    from gemini_nb.offline.server import State

    Vector = NDArray[np.float32]

DIMENSIONS: Final = 3072
"""The length of a whole vector; shorter ones are its beginning, made unit length again."""
FIRST_MODEL: Final = "gemini-embedding-001"
"""Takes text alone and task types, and shortens vectors without making them unit length again."""

# What a prefix of gemini-embedding-2 calls each task, https://ai.google.dev/gemini-api/docs/embeddings,
# and how much a stop word counts beside a content word: a question's "what is the" must not keep
# it from its answer.
_TASKS: Final = {
    "RETRIEVAL_QUERY": ("search result", 0.0),
    "RETRIEVAL_DOCUMENT": (None, 0.05),  # a title, not a task
    "SEMANTIC_SIMILARITY": ("sentence similarity", 0.15),
    "CLASSIFICATION": ("classification", 0.0),
    "CLUSTERING": ("clustering", 0.0),
    "QUESTION_ANSWERING": ("question answering", 0.0),
    "FACT_VERIFICATION": ("fact checking", 0.05),
    "CODE_RETRIEVAL_QUERY": ("code retrieval", 0.15),
}
_NAMED: Final = {name: task for task, (name, _) in _TASKS.items()}
_PAIR, _PART, _PART_LENGTHS = 0.5, 0.12, (3, 4)
_AT_ONCE: Final = 1024  # features whose signs are in memory together
_PREFIX: Final = re.compile(
    r"\s*(?:task[ \t]*:(?P<task>[^|:\n]*)\|[ \t]*query|title[ \t]*:(?P<title>.*?)\|[ \t]*text)"
    r"[ \t]*:\s*",
    re.IGNORECASE,
)


def embed_text(text: str, task_type: str | None = None, title: str | None = None) -> Vector:
    """The unit vector of `text`, of shape (3072,).

    Gemini's task types weigh the features; the `title` of a RETRIEVAL_DOCUMENT counts, too.

    Example:
        >>> cat, cats, soup = (embed_text(t) for t in ("a grey cat", "grey cats", "a bowl of soup"))
        >>> bool(cat @ cats > 0.5 > cat @ soup)
        True
    """
    if title and task_type == "RETRIEVAL_DOCUMENT":
        text = f"{title}\n{text}"
    found = words(text)
    telling = [word for word in found if word not in STOP_WORDS]
    stems = [stem(word) for word in telling]
    marked = [f"<{word}>" for word in telling]
    parts = (m[at : at + n] for m in marked for n in _PART_LENGTHS for at in range(len(m) - n + 1))
    _, of_stop_words = _TASKS.get(task_type or "", ("", 0.15))
    counted = (
        (1.0, "word", stems),
        (of_stop_words, "word", [word for word in found if word in STOP_WORDS]),
        (_PAIR, "pair", itertools.pairwise(stems)),
        (_PART, "part", parts),
        # Signs and emoji, where they are all there is.
        (0.0 if found else 1.0, "sign", text.split() or ["nothing"]),
    )
    features = {
        f"{kind} {name}": weight * (1 + math.log(count))
        for weight, kind, names in counted
        for name, count in Counter(names).items()
        if weight
    }
    return unit(_projected(features))


def embed_image(image: Image) -> Vector:
    """The unit vector of the words for the colours and shapes in an RGB `image`."""
    from gemini_nb.offline.vision.scene import scene_of  # noqa: PLC0415 - loads scipy

    scene = scene_of(image)
    seen = [f"{thing.colour} {thing.shape}" for thing in scene.regions]
    return embed_text(" ".join(seen) or f"a picture in {scene.grounds[0]}")


def unit(vector: NDArray[Any]) -> Vector:
    """`vector` with length 1."""
    import numpy as np  # noqa: PLC0415 - slow to load

    if not vector[0]:  # so that even the shortest beginning has a direction
        vector = np.concatenate([[1e-6], vector[1:]])
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def _projected(features: dict[str, float]) -> NDArray[np.float64]:
    """The sum of the features' signs by their weights."""
    import numpy as np  # noqa: PLC0415 - slow to load

    digests = [hashlib.blake2b(n.encode("utf-8", "replace"), digest_size=8) for n in features]
    hashes = np.frombuffer(b"".join(digest.digest() for digest in digests), "<u8")
    weights = np.array(list(features.values()), np.float32)
    total = np.full(DIMENSIONS, -float(weights.sum()))
    for first in range(0, len(hashes), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        # 48 numbers of 64 bits each, scrambled by the finaliser of SplitMix64 (Steele et al. 2014)
        numbers = hashes[some, None] + np.arange(DIMENSIONS // 64, dtype=np.uint64)
        numbers = numbers * np.uint64(0x9E3779B97F4A7C15)
        numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
        bits = np.unpackbits((numbers ^ (numbers >> np.uint64(31))).view(np.uint8), axis=1)
        total += 2.0 * (weights[some] @ bits.astype(np.float32))
    return total


def read_prefix(text: str) -> tuple[str, str | None, str | None]:
    """`text` without the prefix it begins with, and the task type and the title that this tells.

    Example:
        >>> read_prefix("task: fact checking | query: Bees have five eyes.")
        ('Bees have five eyes.', 'FACT_VERIFICATION', None)
        >>> read_prefix("title: none | text: They can see ultraviolet.")
        ('They can see ultraviolet.', 'RETRIEVAL_DOCUMENT', None)
    """
    found = _PREFIX.match(text)
    if found is None:
        return text, None, None
    rest, title = text[found.end() :], (found["title"] or "").strip()
    if found["task"] is None:
        return rest, "RETRIEVAL_DOCUMENT", None if title.lower() in {"", "none"} else title
    task = _NAMED.get(" ".join(found["task"].lower().split()))
    return (rest if task else text), task, None


def _single(body: bytes, model: Model, state: State) -> str:
    """The JSON reply to embedContent."""
    request = parse(body, messages.EmbedContentRequest)
    values, cost = _embed(request, model, state, "EmbedContentRequest")
    return pretty({"embedding": values, "usageMetadata": _usage([cost])})


def _batch(body: bytes, model: Model, state: State) -> str:
    """The JSON reply to batchEmbedContents, in the order of the requests."""
    requests = parse(body, messages.BatchEmbedContentsRequest).requests
    path = "BatchEmbedContentsRequest.requests"
    done = [_embed(each, model, state, f"{path}[{n}]") for n, each in enumerate(requests)]
    values, costs = zip(*done, strict=True)
    return pretty({"embeddings": values, "usageMetadata": _usage(costs)})


OPERATIONS: Final = {"embedContent": _single, "batchEmbedContents": _batch}
"""The JSON that each method of embedding models replies with, from body, model and state."""


def _embed(
    request: messages.EmbedContentRequest, model: Model, state: State, path: str
) -> tuple[messages.JSONObject, PromptTokens]:
    """The embedding of one content, and what the content costs."""
    contents = state.files.put_in([request.content] if request.content else [])
    strictness.check_contents(contents, model, path)
    task, dimensions = (request.task_type or "").upper(), request.output_dimensionality
    if task not in {*_TASKS, "TASK_TYPE_UNSPECIFIED", ""}:
        text = f"Invalid value at '{path}.task_type', \"{task[:40]}\": expected one of"
        raise ApiError(400, f"{text} {', '.join(_TASKS)}")
    asked = conversation.read(messages.GenerateContentRequest(contents=contents))
    # As Gemini, what is too long is cut.
    said, title = asked.turns[0].text[: 4 * model.input_token_limit], request.title
    if model.id == FIRST_MODEL:
        if asked.pictures:
            text = f"{FIRST_MODEL} embeds text; use gemini-embedding-2."
            raise ApiError(400, f"* {path}.content: {text}")
        vector = embed_text(said, task, title)[:dimensions]
    else:
        said, task, title = read_prefix(said)  # the later models ignore task type and title
        vectors = [embed_image(picture) for picture in asked.pictures]
        vectors += [embed_text(said, task, title)] if said or not vectors else []
        beginnings = [unit(vector[:dimensions]) for vector in vectors]
        vector = unit(sum(beginnings[1:], beginnings[0]))
    # All digits of a 32-bit number, and no more.
    return {"values": [float(f"{value:.9g}") for value in vector.tolist()]}, asked.tokens


def _usage(costs: Sequence[PromptTokens]) -> messages.JSONObject:
    prompt = PromptTokens(sum(cost.text for cost in costs), sum(cost.image for cost in costs))
    return {"promptTokenCount": prompt.total, "promptTokenDetails": prompt.details}
