"""The vectors of a call while they arrive, and the set that they make."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from gemini_nb.embeddings.asking.batches import batches_of
from gemini_nb.embeddings.asking.cache import Origin
from gemini_nb.embeddings.embeddings import Embedder, Embeddings
from gemini_nb.embeddings.fields import elements
from gemini_nb.embeddings.items import label_of
from gemini_nb.embeddings.responses import vectors_of
from gemini_nb.errors import EmbeddingError
from gemini_nb.tokens.usage import answered_by, is_gemini

if TYPE_CHECKING:
    from gemini_nb.embeddings.asking.batches import Batch, Entry, Recipe
    from gemini_nb.embeddings.asking.cache import Cache
    from gemini_nb.embeddings.unit_vectors import Vectors


@dataclass(frozen=True, slots=True)
class Order:
    """What a call is to embed, and how."""

    items: tuple[object, ...]
    recipe: Recipe
    entries: tuple[Entry, ...]


class Collection:
    """What has arrived of an order, the vectors of a cache included."""

    def __init__(self, order: Order, cache: Cache) -> None:
        self._order = order
        self._cache = cache
        found = cache.find([entry.key for entry in order.entries])
        self._vectors: dict[bytes, Vectors] = dict(found.vectors)
        self._origin = found.origin
        self._has_asked = False

    def missing(self) -> list[Batch]:
        """What is still to be asked for."""
        return list(
            batches_of(entry for entry in self._order.entries if entry.key not in self._vectors)
        )

    def keep(self, batch: Batch, response: object) -> None:
        """Take the vectors of a batch, here and in the cache; twice does no harm.

        Vectors of the cache that another author made are let go, and are `missing` again.

        Raises:
            EmbeddingError: there is not one usable vector for each item, or another model
                answered than before.
        """
        given = len(elements(response, "embeddings"))
        if given != len(batch):
            raise EmbeddingError(
                f"A batch of {len(batch)} items was sent, each a content of its own, and the "
                f"number of vectors that came is {given}: which is whose can't be told. What "
                "stands between here and the API, as a proxy, may have joined or cut the batch."
            )
        vectors = vectors_of(response, given)
        self._check(batch, vectors)
        told = answered_by(response)
        origin = Origin("" if is_gemini(told) else told, vectors.shape[1])
        if origin != self._origin:
            if self._has_asked and self._origin is not None:
                raise EmbeddingError(
                    f"Batches of one call were answered differently: {_named(self._origin)} and "
                    f"{_named(origin)}. Their vectors can't be compared; embed the items again."
                )
            self._vectors.clear()
        self._origin, self._has_asked = origin, True
        keys = [entry.key for entry in batch]
        self._vectors.update(zip(keys, vectors, strict=True))
        self._cache.put(keys, vectors, self._order.recipe.model, origin.answered_by)

    @property
    def count(self) -> int:
        """How many items have their vector."""
        return sum(
            len(entry.positions) for entry in self._order.entries if entry.key in self._vectors
        )

    def embeddings(self, embedder: Embedder | None = None) -> Embeddings:
        """The items that have their vector, in their order."""
        recipe = self._order.recipe
        rows: dict[int, Vectors] = {
            position: self._vectors[entry.key]
            for entry in self._order.entries
            if entry.key in self._vectors
            for position in entry.positions
        }
        positions = sorted(rows)
        vectors = np.zeros((0, recipe.dimensions or 0), np.float32)
        if rows:
            vectors = np.stack([rows[position] for position in positions])
        return Embeddings(
            vectors,
            tuple(self._order.items[position] for position in positions),
            model=recipe.model,
            answered_by=self._origin.answered_by if self._origin is not None else "",
            task=recipe.task,
            embedder=embedder,
        )

    def _check(self, batch: Batch, vectors: Vectors) -> None:
        """Before it is kept: what a cache has would be refused each time."""
        asked, model = self._order.recipe.dimensions, self._order.recipe.model
        if asked is not None and vectors.shape[1] != asked:
            raise EmbeddingError(
                f"Vectors of {asked} dimensions were asked for, and vectors of {vectors.shape[1]} "
                f"came: {model} can't shorten them so. Leave out dimensions=..., and use "
                ".truncate()."
            )
        lengths = np.linalg.norm(vectors.astype(np.float64), axis=1)
        for row in np.flatnonzero(~np.isfinite(lengths) | (lengths == 0)).tolist()[:1]:
            position = batch[row].positions[0]
            raise EmbeddingError(
                f"{model} gave item {position} ({label_of(self._order.items[position])[:60]!r}) a "
                f"vector without a direction, of length {lengths[row]}; leave that item out."
            )


def _named(origin: Origin) -> str:
    return f"{origin.dimensions} dimensions by {origin.answered_by or 'Gemini'}"
