"""Items on a plane: by principal components, t-SNE or UMAP."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import numpy as np

from gemini_nb.errors import EmbeddingError, InvalidOptionError
from gemini_nb.plots.maps.principal_components import principal_components

if TYPE_CHECKING:
    from numpy.typing import NDArray

Method = Literal["pca", "tsne", "umap"]
NAMES: Final[dict[Method, str]] = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}

_FEWEST_TO_LEARN: Final = 5  # items; with fewer, a method that learns neighbourhoods has none
_MOST_WHOLE: Final = 10_000  # items; with more, a map of whole vectors takes many minutes
_COMPONENTS: Final = 50
_PERPLEXITY: Final = 30.0
_UMAP_NEIGHBOURS: Final = 15
_RANDOM_START_BELOW: Final = 20  # items; a spectral start needs more
_LITTLE: Final = 1e-4  # how far the start of t-SNE spreads, as its authors advise


@dataclass(frozen=True, slots=True, eq=False)
class Projection:
    """Where each item stands on a map."""

    coordinates: NDArray[np.float64]
    """Shape (items, 2): right and up, each -1 to 1, with the same scale."""
    shares: tuple[float, float] | None = None
    """What part of the variance each axis has; None where axes mean nothing."""
    remarks: tuple[str, ...] = ()
    """How it was made, as "perplexity 30"."""


def projection(vectors: NDArray[np.float32], method: Method = "pca", seed: int = 0) -> Projection:
    """A place on a plane for each of `vectors`, of shape (items, dimensions).

    Args:
        vectors: of unit length, so that near by distance is near by cosine.
        method: "pca" keeps what differs most, the same on every machine. "tsne" (van der Maaten and
            Hinton 2008) and "umap" (McInnes et al. 2018) keep who is near whom; they are the same
            for the same seed, versions and machine, and need `pip install "gemini-nb[maps]"`.
        seed: for "tsne" and "umap".

    Raises:
        EmbeddingError: there are too few items for the method, or it is none of the above.
        InvalidOptionError: the package that the method needs is not installed.

    Example:
        >>> projection(np.float32([[1, 0], [0, 1]])).coordinates.tolist()
        [[1.0, 0.0], [-1.0, 0.0]]
    """
    if method not in get_args(Method):
        raise EmbeddingError(
            f'method={method!r} is none of "pca", "tsne" and "umap"; choose one of them.'
        )
    across = principal_components(vectors)
    first, second = across.shares.tolist()
    if method == "pca":
        return Projection(_scaled(across.coordinates), (first, second))
    if 0 < len(vectors) < _FEWEST_TO_LEARN:
        raise EmbeddingError(
            f"{NAMES[method]} learns from neighbourhoods, and {len(vectors)} items have none; pass "
            f'{_FEWEST_TO_LEARN} or more, or method="pca".'
        )
    if first == 0:  # all items are the same, or there are none
        return Projection(across.coordinates)
    remarks: tuple[str, ...] = ()
    if len(vectors) > _MOST_WHOLE and vectors.shape[1] > _COMPONENTS:
        vectors = principal_components(vectors, _COMPONENTS).coordinates.astype(np.float32)
        remarks = (f"of the first {_COMPONENTS} principal components",)
    learn = _tsne if method == "tsne" else _umap
    with warnings.catch_warnings():  # they warn of their own settings, which are chosen here
        warnings.simplefilter("ignore")
        coordinates, setting = learn(vectors, across.coordinates, seed)
    return Projection(_scaled(coordinates), remarks=(setting, *remarks))


def _tsne(
    vectors: NDArray[np.float32], start: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.float64], str]:
    perplexity = min(_PERPLEXITY, (len(vectors) - 1) / 3)
    little = start / start[:, 0].std() * _LITTLE
    manifold = _needed("sklearn.manifold", "scikit-learn")
    learner = manifold.TSNE(perplexity=perplexity, init=little, random_state=seed)
    # Sums that several threads share come out differently each time.
    with _needed("threadpoolctl", "scikit-learn").threadpool_limits(1):
        return learner.fit_transform(vectors), f"perplexity {perplexity:.3g}"


def _umap(
    vectors: NDArray[np.float32], _: NDArray[np.float64], seed: int
) -> tuple[NDArray[np.float64], str]:
    count = min(_UMAP_NEIGHBOURS, len(vectors) - 1)
    learner = _needed("umap", "umap-learn").UMAP(
        n_neighbors=count,
        metric="cosine",
        init="random" if len(vectors) < _RANDOM_START_BELOW else "spectral",
        random_state=seed,
        n_jobs=1,
    )
    return learner.fit_transform(vectors), f"from {count} neighbours"


def _needed(module: str, package: str) -> Any:  # noqa: ANN401 - a module without types
    try:
        return import_module(module)
    except ImportError:
        raise InvalidOptionError(
            f'This map needs {package}: pip install "gemini-nb[maps]", or use method="pca".'
        ) from None


def _scaled(coordinates: NDArray[np.float64]) -> NDArray[np.float64]:
    """In the middle of -1 to 1, the longer side filling it."""
    if not len(coordinates):
        return coordinates
    coordinates = coordinates.astype(np.float64)
    low, high = coordinates.min(axis=0), coordinates.max(axis=0)
    half = float((high - low).max()) / 2
    return (coordinates - (low + high) / 2) / (half or 1)
