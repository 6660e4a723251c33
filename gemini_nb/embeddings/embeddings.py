"""`Embeddings`: one unit vector for each item, and what can be asked of them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, SupportsFloat, cast

import numpy as np

from gemini_nb.embeddings import dataframe, storage
from gemini_nb.embeddings.comparing.duplicates import Duplicates, find_duplicates
from gemini_nb.embeddings.comparing.neighbors import Neighbors, exact_neighbors, margins
from gemini_nb.embeddings.comparing.pairs import PairScores, pair_scores
from gemini_nb.embeddings.comparing.ranking import Ranking, Searched
from gemini_nb.embeddings.comparing.search import Query, rank, require_item
from gemini_nb.embeddings.comparing.similarity import cosine_similarity
from gemini_nb.embeddings.comparing.thresholds import Threshold, suggest_threshold
from gemini_nb.embeddings.embedded_items import EmbeddedItems, Embedder, require_set
from gemini_nb.embeddings.responses import author_of, vectors_of
from gemini_nb.embeddings.spaces import query_task, require_same, warn_of_tasks
from gemini_nb.embeddings.table import embeddings_table
from gemini_nb.embeddings.tasks import task_named
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable
    from pathlib import Path

    import pandas as pd
    from numpy.typing import NDArray

    from gemini_nb.display import Table
    from gemini_nb.embeddings.unit_vectors import Vectors

__all__ = ["Embedder", "Embeddings", "concatenate", "similarity"]


class Embeddings(EmbeddedItems):
    """One unit vector for each item; `gemini_nb.embed` makes it.

    Slicing, `+` and `truncate` give new sets; nothing is ever changed in place. `numpy.asarray`
    gives the vectors, shape (items, dimensions), float32, each of length 1. A `for` loop gives
    one item after the other, each as a set.

    Raises:
        EmbeddingError: the vectors are not one for each item, or one of them is no direction:
            it is all zeros, or has a value that is not finite.

    Example:
        >>> kites = Embeddings([[3, 4], [0, 2]], ["red", "blue"], model="a-model")
        >>> kites.vectors.tolist(), kites.norms.tolist()
        ([[0.6000000238418579, 0.800000011920929], [0.0, 1.0]], [5.0, 2.0])
        >>> kites[1:].items
        ('blue',)
    """

    def __add__(self, other: Embeddings) -> Embeddings:
        """Both sets as one.

        Raises:
            EmbeddingError: they are of two models, lengths or tasks.
        """
        return concatenate((self, other))

    def similarity(self, other: Embeddings | None = None) -> Vectors:
        """The cosine of each item with each, shape (items, other items), float32.

        Args:
            other: the items to compare with; these themselves by default.

        Raises:
            EmbeddingError: the two sets are of two models or lengths.

        Warns:
            TaskMismatchWarning: they were made for tasks that don't belong together.

        Example:
            >>> kites = Embeddings([[3, 4], [1, 0]], ["red", "blue"], model="a-model")
            >>> kites.similarity().round(1)
            array([[1. , 0.6], [0.6, 1. ]], dtype=float32)
        """
        if other is None:
            return cosine_similarity(self.vectors)
        require_set(other)
        require_same(self.space, other.space)
        warn_of_tasks(self.task, other.task)
        return cosine_similarity(self.vectors, other.vectors)

    @cached_property
    def pair_scores(self) -> PairScores:
        """How alike the pairs of items are: the scale for one cosine of this set."""
        return pair_scores(self.vectors)

    def nearest(self, query: object, k: int = 5) -> Ranking:
        """The `k` items nearest to `query`, best first, with how much their nearness means.

        A `Ranking` shows itself as a table. In a set of several kinds of content, as text and
        images, items are ranked by how much nearer they are than the mean of their kind.

        Args:
            query: text, an image or other content, which is embedded as a query to these items; or
                one embedded item, as `others[0]`.
            k: how many; all items where there are fewer.

        Raises:
            EmbeddingError: the query is none, or of another model; there is nothing to search.

        Example:
            >>> kites = Embeddings([[3, 4], [1, 0]], ["red", "blue"], model="a-model")
            >>> [hit.item for hit in kites.nearest(kites[0])]
            ['red', 'blue']
        """
        asked = self._embedded(query)
        searched = Searched(
            self.vectors,
            self.items,
            self.labels,
            self.modalities,
            pair_scores=lambda: self.pair_scores,
            margins=lambda: self._margins,
        )
        return rank(Query(asked.vectors[0], asked.labels[0], asked.modalities[0]), searched, k)

    def neighbors(self, k: int = 10) -> Neighbors:
        """The `k` nearest other items of each item: exact, with little memory beside the vectors.

        Raises:
            EmbeddingError: `k` is not 1 or more.

        Example:
            >>> kites = Embeddings([[3, 4], [1, 0], [0, 1]], ["a", "b", "c"], model="a-model")
            >>> kites.neighbors(1).indices.tolist()
            [[2], [0], [0]]
        """
        return exact_neighbors(self.vectors, k)

    def duplicates(self, threshold: SupportsFloat | None = None) -> Duplicates:
        """The pairs of items that are at least as alike as `threshold`, as a table.

        Args:
            threshold: a cosine; what `suggest_threshold` finds, by default.
        """
        least = self.suggest_threshold() if threshold is None else threshold
        return find_duplicates(self.vectors, self.labels, least)

    def suggest_threshold(self, same: Iterable[tuple[int, int]] | None = None) -> Threshold:
        """From which cosine on two items of this set count as the same, with the evidence.

        Args:
            same: positions of items that are known to be the same, by twos.

        Raises:
            EmbeddingError: there are too few pairs to tell, or `same` names none of this set.
        """
        return suggest_threshold(self.vectors, self.labels, self.pair_scores.scores, same=same)

    @classmethod
    def from_response(
        cls, response: object, items: Iterable[object], *, model: str, task: str | None = None
    ) -> Embeddings:
        """The embeddings in a response of the API, or vectors that were obtained elsewhere.

        Args:
            response: what `embed_content` returned, REST's JSON of it, an array, lists of numbers,
                or a list of these.
            items: what was embedded; a string is one item.
            model: id of the model that was asked.
            task: the task type they were made for.

        Raises:
            EmbeddingError: there is not one vector for each item.

        Example:
            >>> Embeddings.from_response([[3, 4]], ["a kite"], model="a-model").norms
            array([5.], dtype=float32)
        """
        embedded = (items,) if isinstance(items, str) else tuple(items)
        vectors = vectors_of(response, len(embedded))
        return cls(vectors, embedded, model, answered_by=author_of(response), task=task_named(task))

    def save(self, target: str | os.PathLike[str] | IO[bytes]) -> Path | None:
        """Where the set was saved, as .npz; `load` reads it. Items but text are kept by label."""
        names = storage.Fields.__annotations__
        return storage.save(target, cast("Any", {name: getattr(self, name) for name in names}))

    @classmethod
    def load(cls, source: str | os.PathLike[str] | IO[bytes]) -> Embeddings:
        """The set that `save` wrote. It can't embed queries: embed them with `gemini_nb.embed`.

        Raises:
            EmbeddingError: it is no archive of embeddings, or is damaged.
        """
        return cls(**storage.load(source))

    def to_dataframe(self) -> pd.DataFrame:
        """A pandas data frame with one row for each item and a column for each dimension.

        Raises:
            ImportError: pandas is not installed.
        """
        return dataframe.to_dataframe(self.vectors, self.labels, self.modalities, self.norms)

    @cached_property
    def _margins(self) -> NDArray[np.float32] | None:
        return margins(self.vectors)

    def _embedded(self, query: object) -> EmbeddedItems:
        if not isinstance(query, EmbeddedItems):
            require_item(query)
            if self.embedder is None:
                raise EmbeddingError(
                    "This set has no client to embed the query with, as after load(). Embed it "
                    "with gnb.embed(client, query, ...) and pass that."
                )
            query = self.embedder(query, query_task(self.task))
            if query.dimensions > self.dimensions:  # this set has been truncated since
                query = query.truncate(self.dimensions)
        if len(query) != 1:
            raise EmbeddingError(
                f"The query has {len(query)} items; pick one, as queries[0], or compare all with "
                "similarity(queries)."
            )
        require_same(self.space, query.space)
        warn_of_tasks(self.task, query.task)
        return query

    @property
    def _table(self) -> Table:
        return embeddings_table(self.labels, self.modalities, self.norms, self.space, self.task)

    def __repr__(self) -> str:
        return self._table.plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table.bundle()


def concatenate(sets: Iterable[Embeddings]) -> Embeddings:
    """The items of all `sets`, in their order, as one set.

    Raises:
        EmbeddingError: there is none, or they are of two models, lengths or tasks.

    Example:
        >>> one = Embeddings([[1, 0]], ["red"], model="a-model")
        >>> concatenate([one, one]).items
        ('red', 'red')
    """
    parts = list(sets)
    for part in parts:
        require_set(part)
    parts = [part for part in parts if len(part)] or parts[:1]  # nothing is of any model
    if not parts:
        raise EmbeddingError("There is no set to concatenate; pass at least one.")
    first = parts[0]
    for part in parts[1:]:
        require_same(first.space, part.space)
        if part.task != first.task:
            raise EmbeddingError(
                f"One set was made for the task {first.task}, the other for {part.task}: items of "
                "one set must be made alike. Embed them with the same task=..."
            )
    return replace(
        first,
        vectors=np.concatenate([part.vectors for part in parts]),
        items=tuple(item for part in parts for item in part.items),
        norms=np.concatenate([part.norms for part in parts]),
        labels=tuple(label for part in parts for label in part.labels),
        modalities=tuple(kind for part in parts for kind in part.modalities),
    )


def similarity(embeddings: Embeddings, other: Embeddings | None = None) -> Vectors:
    """The cosine of each item with each, shape (items, other items), float32.

    Args:
        embeddings: the items of the rows.
        other: the items of the columns; the same by default.

    Raises:
        EmbeddingError: the two sets are of two models or lengths.

    Example:
        >>> similarity(Embeddings([[2, 0]], ["kite"], model="a-model"))
        array([[1.]], dtype=float32)
    """
    require_set(embeddings)
    return embeddings.similarity(other)
