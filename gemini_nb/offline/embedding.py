"""Embeddings: words and their parts, hashed. Lexical, not semantic.

Texts that share words, parts of words or pairs of words come out near each other; texts that say
the same in other words do not. Each feature adds to a few places of the vector that its name
decides, with random signs (feature hashing, Weinberger et al. 2009), so that cosine similarity is
that of the features, with an error of about 1 / sqrt(dimensions).
"""

from __future__ import annotations

import hashlib
import itertools
import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from gemini_nb.offline.vision.looking import look
from gemini_nb.offline.words import STOP_WORDS, stem, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from PIL import Image

    Hashes = NDArray[np.uint64]
    Vector = NDArray[np.float32]
    Numbers = NDArray[np.float64]

DIMENSIONS: Final = 3072
"""The length of a whole vector; shorter ones are its beginning, made unit length again."""

_CAPITAL_INSIDE: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PART_LENGTHS: Final = (3, 4, 5)
_WORD_START, _WORD_END = "\x02", "\x03"  # no word contains them
_NOTHING: Final = "nothing"  # the feature of a text without any word

# A feature has places in every octave of the vector (from six times one power of two to the
# next), so that also its beginning knows of all features. The more places in an octave, the less
# two features disturb each other where they happen to share one; each octave's places together
# weigh as much as its size, as if every feature were spread evenly over all dimensions.
_OCTAVES: Final = ((0, 6), (6, 6), *((6 * 2**n, 6 * 2**n) for n in range(1, 9)))  # start, size
_PLACES: Final = [math.ceil(math.sqrt(size) / 3) for _, size in _OCTAVES]
_STARTS: Final = np.repeat([start for start, _ in _OCTAVES], _PLACES).astype(np.uint64)
_SIZES: Final = np.repeat([size for _, size in _OCTAVES], _PLACES).astype(np.uint64)
_SPREAD: Final = np.sqrt(_SIZES / np.repeat(_PLACES, _PLACES))
_TINY: Final = 1e-6
_AT_ONCE: Final = 16_384  # features whose places are computed together


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
) -> Vector:
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
    vector = _text_vector(text, weights)
    if title and weights.title:
        vector += weights.title * _text_vector(title, weights)
    return _unit(vector[:dimensions])


def embed_image(image: Image.Image, *, dimensions: int = DIMENSIONS) -> Vector:
    """The unit vector of what `look` sees in an RGB `image`, of shape (`dimensions`,).

    The features are the words for the things' colours and shapes, by the room they take, so that
    a picture of a red circle is near the text "a red circle"; a few are the picture's alone.

    Example:
        >>> from PIL import Image
        >>> round(float(np.linalg.norm(embed_image(Image.new("RGB", (40, 30), "red")))), 3)
        1.0
    """
    scene = look(image)
    seen = [(f"{thing.colour} {thing.shape}", thing.share) for thing in scene.regions]
    seen = seen or [(str(scene.background.colour), 1.0)]
    whole = sum(share for _, share in seen)
    vector = sum(math.sqrt(share / whole) * _text_vector(said, _PLAIN) for said, share in seen)
    own = {f"picture on {scene.background.colour}": 1.0, f"picture of {len(scene.regions)}": 0.5}
    return _unit((vector + _spread(*_named(own)))[:dimensions])


def combine(vectors: Sequence[Vector]) -> Vector:
    """One unit vector for content of several parts: the normalised sum of theirs.

    Example:
        >>> cat, dog = embed_text("cat"), embed_text("dog")
        >>> both = combine([cat, dog])
        >>> bool(np.isclose(both @ cat, both @ dog, atol=1e-6))
        True
    """
    return _unit(np.stack(list(vectors)).astype(np.float64).sum(axis=0))


def _text_vector(text: str, weights: Weights) -> Numbers:
    """The features of `text` added up, at full length; a repeated one counts 1 + log n."""
    if weights.splits_identifiers:
        text = _CAPITAL_INSIDE.sub(" ", text)
    found = words(text)
    telling = [word for word in found if word not in STOP_WORDS]
    stems = [stem(word) for word in telling]
    counts = Counter(f"word {word}" for word in stems)
    named = {name: _damped(count) for name, count in counts.items()}
    pairs = Counter(f"pair {first} {second}" for first, second in itertools.pairwise(stems))
    named |= {name: weights.pair * _damped(count) for name, count in pairs.items()}
    common = Counter(f"word {word}" for word in found if word in STOP_WORDS)
    named |= {name: weights.stop_word * _damped(count) for name, count in common.items()}
    if not found:  # signs and emoji are all there is
        signs = Counter(f"sign {sign}" for sign in text if not sign.isspace())
        named = {name: _damped(count) for name, count in signs.items()} or {_NOTHING: 1.0}
    parts, counted = np.unique(_parts(telling), return_counts=True)
    return _spread(*_named(named)) + _spread(parts, weights.part * (1 + np.log(counted)))


def _damped(count: int) -> float:
    return 1 + math.log(count)


def _named(features: dict[str, float]) -> tuple[Hashes, Numbers]:
    """The hashes of the names of `features`, and their weights."""
    digests = b"".join(
        hashlib.blake2b(name.encode("utf-8", "replace"), digest_size=8).digest()
        for name in features
    )
    return np.frombuffer(digests, "<u8").astype(np.uint64), np.array(list(features.values()))


def _parts(found: Sequence[str]) -> Hashes:
    """A hash for each run of 3 to 5 characters in each word, its two ends counted as well."""
    marked = "".join(f"{_WORD_START}{word}{_WORD_END}" for word in found)
    characters = np.frombuffer(marked.encode("utf-32-le", "surrogatepass"), "<u4").astype(np.uint64)
    last = np.flatnonzero(characters == ord(_WORD_END))
    ends = np.repeat(last, np.diff(last, prepend=-1))  # of the word that each character is in
    starts = np.arange(len(characters))
    hashes = [np.empty(0, np.uint64)]
    for length in _PART_LENGTHS:
        whole = starts[starts + length - 1 <= ends]
        run = np.full(len(whole), length, np.uint64)
        for offset in range(length):
            run = _mixed(run + characters[whole + offset])
        hashes.append(run)
    return np.concatenate(hashes)


def _spread(hashes: Hashes, weights: Numbers) -> Numbers:
    """The vector of features with these `hashes` and `weights`, at full length."""
    total = np.zeros(DIMENSIONS)
    for first in range(0, len(hashes), _AT_ONCE):
        some = slice(first, first + _AT_ONCE)
        chosen = _mixed(hashes[some, None] + np.arange(len(_STARTS), dtype=np.uint64))
        places = _STARTS + ((chosen >> np.uint64(32)) * _SIZES >> np.uint64(32))
        signs = 1.0 - 2.0 * (chosen & np.uint64(1))
        values = weights[some, None] * signs * _SPREAD
        total += np.bincount(places.astype(np.intp).ravel(), values.ravel(), DIMENSIONS)
    return total


def _mixed(numbers: Hashes) -> Hashes:
    """`numbers` scrambled one to one, by the finaliser of SplitMix64 (Steele et al. 2014)."""
    numbers = (numbers + np.uint64(0x9E3779B97F4A7C15)) * np.uint64(0xBF58476D1CE4E5B9)
    numbers = (numbers ^ (numbers >> np.uint64(30))) * np.uint64(0x94D049BB133111EB)
    return numbers ^ (numbers >> np.uint64(31))


def _unit(vector: Numbers) -> Vector:
    if vector[0] == 0.0:  # so that even the shortest beginning has a direction
        vector = np.concatenate([[_TINY], vector[1:]])
    return (vector / np.linalg.norm(vector)).astype(np.float32)
