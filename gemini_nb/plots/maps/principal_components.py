"""Principal components of many long vectors, without a copy of them."""

# SciPy leaves the results of its linear algebra without types.
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Reals = NDArray[np.float64]

_FEW_VALUES: Final = 4_000_000
"""Up to so many values in all, a copy in float64 is taken, and the result is exact."""

_ITERATIONS: Final = 7
_EXTRA_COLUMNS: Final = 4  # beside those asked for: they let close components part sooner
_VALUES_A_BLOCK: Final = 1 << 17  # 512 kB: read from memory once, then used from the cache
_SEED: Final = 0
_NO_VARIANCE: Final = 1e-12  # of a mean squared length of 1: rounding, nothing else
_SAME: Final = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class PrincipalComponents:
    """Where items stand along the directions in which they differ most."""

    coordinates: Reals
    """Shape (items, components), of mean 0; zeros for components that the items do not have."""
    shares: Reals
    """What part of the variance each component has, 0 to 1, the largest first."""


def principal_components(vectors: NDArray[np.float32], count: int = 2) -> PrincipalComponents:
    """The first `count` principal components of `vectors`, of shape (items, dimensions).

    Up to 4 million values they are exact, by eigenvectors in float64. Beyond, they are found by
    block Krylov iteration (Musco and Musco 2015, https://arxiv.org/abs/1504.05477) from a seeded
    start, in which the mean is taken away implicitly: 9 readings of the vectors in float32,
    and never a copy.

    Signs are free in principal components; here the largest loading of each is positive, the
    first of those that are equally large.

    Example:
        >>> across = principal_components(np.float32([[1, 0], [0, 1]]))
        >>> across.coordinates.round(2).tolist(), across.shares.round(2).tolist()
        ([[0.71, 0.0], [-0.71, 0.0]], [1.0, 0.0])
    """
    items, dimensions = vectors.shape
    columns = min(count, items, dimensions)
    coordinates, shares = np.zeros((items, count)), np.zeros(count)
    mean, variance = _mean_and_variance(vectors) if items else (np.zeros(dimensions), 0)
    if variance > _NO_VARIANCE:
        find = _exact_directions if vectors.size <= _FEW_VALUES else _krylov_directions
        directions = _turned(find(vectors, mean, columns))
        coordinates[:, :columns] = _coordinates(vectors, mean, directions)
        shares[:columns] = np.square(coordinates[:, :columns]).mean(axis=0) / variance
        coordinates[:, shares < _NO_VARIANCE] = 0
    return PrincipalComponents(coordinates, shares)


def _exact_directions(vectors: NDArray[np.float32], mean: Reals, columns: int) -> Reals:
    """Shape (dimensions, columns), by the smaller of the two matrices of products."""
    offsets = vectors - mean
    if len(vectors) >= vectors.shape[1]:
        return _eigenvectors(offsets.T @ offsets, columns)[1]
    values, across = _eigenvectors(offsets @ offsets.T, columns)
    lengths = np.sqrt(np.maximum(values, 0))
    return offsets.T @ across / np.where(lengths > _SAME, lengths, 1)


def _krylov_directions(vectors: NDArray[np.float32], mean: Reals, columns: int) -> Reals:
    """Shape (dimensions, columns): the best in the span of a start and its repeated products."""
    dimensions = vectors.shape[1]
    width = min(columns + _EXTRA_COLUMNS, dimensions)
    start = np.random.default_rng(_SEED).standard_normal((dimensions, width))
    basis = added = np.linalg.qr(start)[0]
    images = _scattered(vectors, mean, added)
    for _ in range(_ITERATIONS - 1):
        added = _new_directions(images[:, -added.shape[1] :], basis)
        if not added.shape[1]:
            break
        basis = np.hstack((basis, added))
        images = np.hstack((images, _scattered(vectors, mean, added)))
    products = basis.T @ images
    return basis @ _eigenvectors((products + products.T) / 2, columns)[1]


def _scattered(vectors: NDArray[np.float32], mean: Reals, directions: Reals) -> Reals:
    """The product of the scatter matrix, of vectors less their mean, with `directions`."""
    narrow = directions.astype(np.float32)
    shift = (mean @ directions).astype(np.float32)
    product = np.zeros(directions.shape)
    for block in _blocks(vectors):
        product += block.T @ (block @ narrow - shift)
    return product


def _new_directions(images: Reals, basis: Reals) -> Reals:
    """What in `images` is at right angles to `basis`, orthonormal; no column where nothing is."""
    size = np.linalg.norm(images)
    for _ in range(2):  # once is not enough where little is left
        rest = images - basis @ (basis.T @ images)
        left, sizes, _ = np.linalg.svd(rest, full_matrices=False)
        images = left[:, sizes > size * _NO_VARIANCE]
        size = 1
    return images[:, : len(images) - basis.shape[1]]


def _eigenvectors(matrix: Reals, columns: int) -> tuple[Reals, Reals]:
    """The largest eigenvalues of a symmetric matrix and their vectors, falling."""
    from scipy.linalg import eigh  # noqa: PLC0415 - slow to import

    last = len(matrix) - 1
    values, vectors = cast(
        "tuple[Any, Any]", eigh(matrix, subset_by_index=(last - columns + 1, last))
    )
    return values[::-1], vectors[:, ::-1]


def _turned(directions: Reals) -> Reals:
    """Each direction or its opposite, so that the first of its largest loadings is positive."""
    sizes = np.abs(directions)
    first = np.argmax(sizes >= sizes.max(axis=0) * (1 - _SAME), axis=0)
    return directions * np.where(directions[first, np.arange(directions.shape[1])] < 0, -1, 1)


def _coordinates(vectors: NDArray[np.float32], mean: Reals, directions: Reals) -> Reals:
    if vectors.size <= _FEW_VALUES:
        return (vectors - mean) @ directions
    narrow = directions.astype(np.float32)
    blocks = [block @ narrow for block in _blocks(vectors)]
    return np.concatenate(blocks) - mean @ directions


def _mean_and_variance(vectors: NDArray[np.float32]) -> tuple[Reals, float]:
    """The mean, and the mean squared distance from it, in one reading.

    Offsets are taken from the mean of the first rows, which is near: what is small is not lost
    in the difference of what is large.
    """
    total, squares = np.zeros(vectors.shape[1]), 0.0
    near: NDArray[np.float32] = next(_blocks(vectors)).mean(axis=0)
    for block in _blocks(vectors):
        offsets = block - near
        total += np.ones(len(block), np.float32) @ offsets
        squares += float(np.vdot(offsets, offsets))
    shift = total / len(vectors)
    return np.add(near, shift, dtype=np.float64), squares / len(vectors) - float(shift @ shift)


def _blocks(vectors: NDArray[np.float32]) -> Iterator[NDArray[np.float32]]:
    rows = max(1, _VALUES_A_BLOCK // max(1, vectors.shape[1]))
    return (vectors[start : start + rows] for start in range(0, len(vectors), rows))
