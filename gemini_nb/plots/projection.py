"""Items on a plane: by principal components, t-SNE or UMAP."""

from __future__ import annotations

import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from gemini_nb.embeddings.similarity import evenly_spread
from gemini_nb.errors import EmbeddingError, InvalidOptionError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from gemini_nb.embeddings.similarity import Vectors

    Reals = NDArray[np.float64]

Method = Literal["pca", "tsne", "umap"]

_FEW_VALUES: Final = 4_000_000  # up to so many, a copy in float64 makes the result exact
_BLOCK_VALUES: Final = 1 << 17  # 512 kB: read from memory once, then used from the cache
_WIDTH: Final = 6  # directions tried at once: what they cost is reading the vectors
_SAMPLE: Final = 256  # items whose own components are the start
_MOST_READINGS: Final = 8
_CONVERGED: Final = 1e-3  # a reading that adds less to the variance is the last
_NOTHING: Final = 1e-6  # of vectors of length 1: less may be rounding
_FEWEST_TO_LEARN: Final = 5  # items; fewer have no neighbourhoods


def projection(
    vectors: Vectors, method: Method = "pca", seed: int = 0
) -> tuple[Reals, str, tuple[float, ...]]:
    """A place on a plane for each of `vectors`, of shape (items, dimensions) and unit length.

    Args:
        vectors: near by distance is near by cosine, since all are equally long.
        method: "pca" keeps what differs most, the same on every machine. "tsne" (van der Maaten and
            Hinton 2008) and "umap" (McInnes et al. 2018) keep who is near whom; they are the same
            for the same seed, versions and machine.
        seed: for "tsne" and "umap".

    Returns:
        Coordinates right and up, shape (items, 2), each -1 to 1, with the same scale; how they were
        made, as "t-SNE with perplexity 30"; and what part of the variance each axis has, nothing
        where axes mean nothing.

    Example:
        >>> projection(np.float32([[1, 0], [0, 1]]))[0].tolist()
        [[1.0, 0.0], [-1.0, 0.0]]
    """
    if method not in get_args(Method):
        raise EmbeddingError(
            f'method={method!r} is none of "pca", "tsne" and "umap"; choose one of them.'
        )
    if method == "pca":
        coordinates, shares = principal_components(vectors)
        return _scaled(coordinates), "PCA", tuple(shares.tolist()) if shares.any() else ()
    if len(vectors) < _FEWEST_TO_LEARN:
        raise EmbeddingError(
            f"method={method!r} learns from neighbourhoods, and {len(vectors)} items have none; "
            f'pass {_FEWEST_TO_LEARN} or more, or method="pca".'
        )
    if np.ptp(vectors, axis=0).max() < _NOTHING:  # the start of t-SNE would divide by zero
        return np.zeros((len(vectors), 2)), method, ()
    with warnings.catch_warnings():  # they warn of their own settings, which are chosen here
        warnings.simplefilter("ignore")
        coordinates, name = (_tsne if method == "tsne" else _umap)(vectors, seed)
    return _scaled(coordinates), name, ()


def principal_components(vectors: Vectors) -> tuple[Reals, Reals]:
    """The coordinates, shape (items, 2), and what part of the variance each component has, 0 to 1.

    Up to 4 million values they are exact, by eigenvectors in float64. Beyond, they are found by
    block Krylov iteration (Musco and Musco 2015, https://arxiv.org/abs/1504.05477) from those of
    a sample, in a few readings of the vectors, without a copy that is less their mean.

    The side is free in principal components; here the item that is farthest from the middle, the
    first of those that are equally far, stands right of it and above it.

    Example:
        >>> coordinates, shares = principal_components(np.float32([[1, 0], [0, 1]]))
        >>> coordinates.round(2).tolist(), shares.round(2).tolist()
        ([[0.71, 0.0], [-0.71, 0.0]], [1.0, 0.0])
    """
    mean = vectors.mean(axis=0, dtype=np.float64)
    lengths = np.einsum("ij,ij->i", vectors, vectors)
    variance = float(lengths.mean(dtype=np.float64)) - float(mean @ mean)
    found = (_exact if vectors.size <= _FEW_VALUES else _iterated)(vectors, mean)
    coordinates = np.zeros((len(vectors), 2))
    coordinates[:, : found.shape[1]] = found
    shares = np.square(coordinates).mean(axis=0) / max(variance, _NOTHING)
    coordinates[:, shares < _NOTHING] = shares[shares < _NOTHING] = 0
    sizes = np.abs(coordinates)
    farthest = np.argmax(sizes >= sizes.max(axis=0) * (1 - _NOTHING), axis=0)
    return coordinates * np.where(coordinates[farthest, [0, 1]] < 0, -1, 1), shares


def _exact(vectors: Vectors, mean: Reals) -> Reals:
    """The coordinates, by the smaller of the two matrices of products."""
    offsets = vectors - mean
    if len(vectors) >= vectors.shape[1]:
        return offsets @ np.linalg.eigh(offsets.T @ offsets)[1][:, :-3:-1]
    values, sides = np.linalg.eigh(offsets @ offsets.T)
    return (sides * np.sqrt(np.maximum(values, 0)))[:, :-3:-1]


def _iterated(vectors: Vectors, mean: Reals) -> Reals:
    """The coordinates, the best in the span of a start and its products with the vectors."""
    some = vectors[evenly_spread(len(vectors), _SAMPLE)] - mean
    basis = np.linalg.qr(some.T @ np.linalg.eigh(some @ some.T)[1][:, -_WIDTH:])[0]
    scores, found = np.empty((len(vectors), 0)), np.zeros((len(vectors), 2))
    for _ in range(_MOST_READINGS):
        added, images = _products(vectors, mean, basis[:, scores.shape[1] :])
        scores = np.hstack((scores, added), dtype=np.float64)
        before = np.vdot(found, found)
        found = scores @ np.linalg.eigh(scores.T @ scores)[1][:, :-3:-1]
        if np.vdot(found, found) < before * (1 + _CONVERGED):
            break
        basis = np.linalg.qr(np.hstack((basis, images)))[0]
    return found


def _products(vectors: Vectors, mean: Reals, directions: Reals) -> tuple[Vectors, Vectors]:
    """How far the vectors, less their mean, go in `directions`; and that times the vectors."""
    narrow = directions.astype(np.float32)
    shift = (mean @ directions).astype(np.float32)
    scores = np.empty((len(vectors), directions.shape[1]), np.float32)
    images = np.zeros(directions.shape, np.float32)
    step = max(1, _BLOCK_VALUES // vectors.shape[1])
    for start in range(0, len(vectors), step):
        block = vectors[start : start + step]
        scores[start : start + step] = along = block @ narrow - shift
        images += block.T @ along
    return scores, images


def _tsne(vectors: Vectors, seed: int) -> tuple[Reals, str]:
    perplexity = min(30.0, (len(vectors) - 1) / 3)
    manifold = _needed("sklearn.manifold", "scikit-learn")
    learner = manifold.TSNE(perplexity=perplexity, init="pca", random_state=seed)
    # Sums that several threads share come out differently each time.
    with _needed("threadpoolctl", "scikit-learn").threadpool_limits(1):
        return learner.fit_transform(vectors), f"t-SNE with perplexity {perplexity:.3g}"


def _umap(vectors: Vectors, seed: int) -> tuple[Reals, str]:
    count = min(15, len(vectors) - 1)
    fixed: Any = {"metric": "cosine", "init": "pca", "n_jobs": 1}  # spectral, it needs 20 items
    learner = _needed("umap", "umap-learn").UMAP(n_neighbors=count, random_state=seed, **fixed)
    return learner.fit_transform(vectors), f"UMAP of {count} neighbours"


def _needed(module: str, package: str) -> Any:  # noqa: ANN401 - a module without types
    try:
        return import_module(module)
    except ImportError:
        raise InvalidOptionError(
            f'This map needs {package}: pip install "gemini-nb[maps]", or use method="pca".'
        ) from None


def _scaled(coordinates: Reals) -> Reals:
    """In the middle of -1 to 1, the longer side filling it."""
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    half = float((high - low).max()) / 2
    return (coordinates - (low + high) / 2).astype(np.float64) / (half or 1)
