"""Embeddings: words and their parts, hashed and projected. Lexical, not semantic.

Texts that share words, beginnings of words or pairs of words come out near each other; texts that
say the same in other words do not. Each feature is a fixed random direction (random projection,
Achlioptas 2003), so that cosine similarity is that of the features, with an error of about
1 / sqrt(dimensions).
"""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision import look
from gemini_nb.offline.words import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import Image

DIMENSIONS: Final = 3072
"""The length of a whole vector; shorter ones are its beginning, made unit length again."""

_CAPITAL_INSIDE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PART_LENGTHS: Final = (3, 4, 5)
_NOTHING: Final = "nothing"  # the feature of a text without any word


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each kind of feature counts beside a content word, which counts 1."""

    stop_word: float = 0.15
    pair: float = 0.5
    part: float = 0.12
    title: float = 0.0
    splits_identifiers: bool = False


_PLAIN: Final = Weights()
_TASKS: Final = {
    # A question's "what is the" must not keep it from its answer.
    "RETRIEVAL_QUERY": replace(_PLAIN, stop_word=0.0),
    "QUESTION_ANSWERING": replace(_PLAIN, stop_word=0.0),
    "FACT_VERIFICATION": replace(_PLAIN, stop_word=0.05),
    "RETRIEVAL_DOCUMENT": replace(_PLAIN, stop_word=0.05, title=1.5),
    # Topics are in whole words; what parts of words share is chance.
    "CLASSIFICATION": replace(_PLAIN, stop_word=0.0, pair=0.25, part=0.06),
    "CLUSTERING": replace(_PLAIN, stop_word=0.0, pair=0.25, part=0.06),
    "CODE_RETRIEVAL_QUERY": replace(_PLAIN, splits_identifiers=True),
}


def embed_text(
    text: str,
    *,
    dimensions: int = DIMENSIONS,
    task_type: str | None = None,
    title: str | None = None,
) -> NDArray[np.float32]:
    """The unit vector of `text`, of shape (`dimensions`,).

    Args:
        text: any text; one without words gets a vector of its own.
        dimensions: 1 to 3072. Of a shorter vector the same holds as of the beginning of a longer
            one: `embed_text(t, dimensions=n)` is `embed_text(t)[:n]`, made unit length.
        task_type: one of Gemini's task types, which weigh the features; None weighs them evenly.
        title: title of a document, counted with the task type RETRIEVAL_DOCUMENT.

    Example:
        >>> cat, cats, soup = (embed_text(t) for t in ("a grey cat", "grey cats", "a bowl of soup"))
        >>> bool(cat @ cats > 0.5 > cat @ soup)
        True
    """
    weights = _TASKS.get(task_type or "", _PLAIN)
    counted = _features(text, weights)
    if title and weights.title:
        for name, weight in _features(title, weights).items():
            counted[name] = counted.get(name, 0.0) + weights.title * weight
    return _project(counted, dimensions)


def embed_image(image: Image.Image, *, dimensions: int = DIMENSIONS) -> NDArray[np.float32]:
    """The unit vector of what `look` sees in an RGB `image`, of shape (`dimensions`,).

    The features are the words for the things' colours and shapes, by the room they take, so that
    a picture of a red circle is near the text "a red circle"; a few are the picture's alone.

    Example:
        >>> from PIL import Image
        >>> round(float(np.linalg.norm(embed_image(Image.new("RGB", (40, 30), "red")))), 3)
        1.0
    """
    scene = look(image)
    counted: dict[str, float] = {}
    things = [(f"{thing.colour} {thing.shape}", thing.share) for thing in scene.regions]
    seen = things or [(str(scene.background.colour), scene.background.share)]
    whole = sum(share for _, share in seen) or 1.0
    for said, share in seen:
        for name, weight in _features(said, _PLAIN).items():
            counted[name] = counted.get(name, 0.0) + weight * math.sqrt(share / whole)
    counted[f"picture on {scene.background.colour}"] = 1.0
    counted[f"picture of {len(scene.regions)}"] = 0.5
    return _project(counted, dimensions)


def combine(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float32]:
    """One unit vector for content of several parts: the normalised sum of theirs."""
    return _unit(np.sum(np.stack(list(vectors)), axis=0))


def _features(text: str, weights: Weights) -> dict[str, float]:
    """The names of the features of `text` with their weights; a repeated one counts 1 + log n."""
    if weights.splits_identifiers:
        text = _CAPITAL_INSIDE.sub(" ", text)
    found = words(text)
    counts: Counter[tuple[str, float]] = Counter()
    for word in found:
        counts[f"word {stem(word)}", weights.stop_word if word in STOP_WORDS else 1.0] += 1
        if word not in STOP_WORDS:
            counts.update((f"part {part}", weights.part) for part in _parts(word))
    telling = [stem(word) for word in found if word not in STOP_WORDS]
    pairs = itertools.pairwise(telling)
    counts.update((f"pair {first} {second}", weights.pair) for first, second in pairs)
    if not found and text.strip():  # signs and emoji are all there is
        counts.update((f"sign {sign}", 1.0) for sign in text if not sign.isspace())
    return {name: weight * (1 + math.log(n)) for (name, weight), n in counts.items() if weight}


def _parts(word: str) -> list[str]:
    """The runs of 3 to 5 characters in a word, its ends marked."""
    marked = f"^{word}$"
    return [
        marked[start : start + size]
        for size in _PART_LENGTHS
        for start in range(len(marked) - size + 1)
    ]


def _project(counted: dict[str, float], dimensions: int) -> NDArray[np.float32]:
    counted = counted or {_NOTHING: 1.0}
    total = np.zeros(dimensions, dtype=np.float64)
    for name, weight in counted.items():
        bits = np.unpackbits(_direction(name), count=dimensions)
        total += weight * (2.0 * bits - 1.0)
    return _unit(total)


@lru_cache(maxsize=20_000)
def _direction(name: str) -> NDArray[np.uint8]:
    """The signs of a feature's direction, eight to a byte, the same on every machine."""
    digest = hashlib.shake_128(name.encode("utf-8", "replace")).digest(DIMENSIONS // 8)
    return np.frombuffer(digest, dtype=np.uint8)


def _unit(vector: NDArray[np.floating]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(vector))
    if length == 0.0:  # opposite directions can cancel out in a very short vector
        vector, length = np.eye(1, len(vector))[0], 1.0
    return (vector / length).astype(np.float32)
