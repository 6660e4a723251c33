"""Items with their vectors: what they are, where they came from, and which of them are chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np

from gemini_nb.embeddings.items import Modality, label_of, modality_of
from gemini_nb.embeddings.spaces import Space
from gemini_nb.embeddings.unit_vectors import frozen, matrix_of, unit_length
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from gemini_nb.embeddings.unit_vectors import Vectors

Embedder = Callable[[object, str | None], "EmbeddedItems"]
"""Embeds one more item, with the task that is given, as the items of a set were."""


@dataclass(frozen=True, eq=False, repr=False)
class EmbeddedItems:
    """Items, and one unit vector for each; `Embeddings` adds what can be asked of them.

    Raises:
        EmbeddingError: the vectors are not one for each item, or one of them is no direction:
            it is all zeros, or has a value that is not finite.

    Example:
        >>> EmbeddedItems([[3, 4], [0, 2]], ["red", "blue"], model="a-model").dimensions
        2
    """

    vectors: Vectors
    """Shape (items, dimensions); any array or nested lists will do when made. Read-only."""
    items: tuple[object, ...]
    """What was embedded: text, images, contents."""
    model: str
    """Id of the model that was asked."""
    answered_by: str = ""
    """Who answered instead, as "offline"; "" for the model itself."""
    task: str | None = None
    """The task type they were made for, as RETRIEVAL_DOCUMENT."""
    norms: NDArray[np.float32] = field(default=cast("Any", None))
    """The length of each vector before it was made unit length."""
    labels: tuple[str, ...] = ()
    """What stands for each item in tables and plots: its text, by default."""
    modalities: tuple[Modality, ...] = ()
    """What kind of content each item is."""
    embedder: Embedder | None = None
    """What embeds a query like these; None where no client is at hand, as after `load`."""

    def __post_init__(self) -> None:
        items = tuple(self.items)
        vectors, norms = unit_length(matrix_of(self.vectors, len(items)), items)
        model = self.model.removeprefix("models/")
        for name, value in {
            "vectors": vectors,
            "items": items,
            "model": model,
            "norms": norms if cast("Any", self.norms) is None else frozen(self.norms),
            "labels": tuple(self.labels) or tuple(map(label_of, items)),
            "modalities": tuple(self.modalities) or tuple(map(modality_of, items)),
        }.items():
            object.__setattr__(self, name, value)

    @property
    def dimensions(self) -> int:
        """How many values a vector has."""
        return self.vectors.shape[1]

    @property
    def space(self) -> Space:
        """Which other vectors these may be compared with."""
        return Space(self.model, self.dimensions, self.answered_by)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Self]:
        """Each item for itself, as a set of one."""
        return (self[position] for position in range(len(self)))

    def __getitem__(self, chosen: int | slice | ArrayLike) -> Self:
        """Some of the items, always as a set: by position, slice, mask or list of positions."""
        positions = np.arange(len(self))[cast("Any", chosen)].reshape(-1)
        return replace(
            self,
            vectors=self.vectors[positions],
            items=tuple(self.items[position] for position in positions),
            norms=self.norms[positions],
            labels=tuple(self.labels[position] for position in positions),
            modalities=tuple(self.modalities[position] for position in positions),
        )

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401, FBT001 - NumPy's protocol
        return np.array(self.vectors, dtype=dtype, copy=copy)

    def __copy__(self) -> Self:
        """Itself: nothing in it is ever changed."""
        return self

    def __deepcopy__(self, _: object) -> Self:
        return self

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """What is pickled: all but the client, so that what is unpickled can't embed queries."""
        kept = tuple(getattr(self, each.name) for each in fields(self) if each.name != "embedder")
        return type(self), kept

    def truncate(self, dimensions: int) -> Self:
        """The same items with shorter vectors: the first `dimensions` values, unit length again.

        Models trained by Matryoshka representation learning (Kusupati et al. 2022), as Gemini's
        are, put what matters most first. `norms` tells what share of each vector was kept.

        Raises:
            EmbeddingError: there are not as many dimensions.

        Example:
            >>> EmbeddedItems([[3, 4, 12]], ["kite"], model="a-model").truncate(2).vectors.round(1)
            array([[0.6, 0.8]], dtype=float32)
        """
        if dimensions not in range(1, self.dimensions + 1):
            raise EmbeddingError(
                f"These vectors have {self.dimensions} dimensions; truncate() takes a whole number "
                f"from 1 to that, not {dimensions!r}. For longer ones, embed again."
            )
        return replace(self, vectors=self.vectors[:, :dimensions], norms=cast("Any", None))


def require_set(given: object) -> None:
    """Nothing, if `given` is a set of embedded items.

    Raises:
        EmbeddingError: it is something else, as an array, of which nobody knows the model.

    Example:
        >>> require_set(EmbeddedItems([[3, 4]], ["red"], model="a-model"))
        >>> require_set([[0.6, 0.8]])
        Traceback (most recent call last):
        gemini_nb.errors.EmbeddingError: This takes Embeddings, as gnb.embed(client, items) ...
    """
    if not isinstance(given, EmbeddedItems):
        raise EmbeddingError(
            "This takes Embeddings, as gnb.embed(client, items) returns them, not a "
            f"{type(given).__name__}. Vectors of your own become some by "
            "Embeddings.from_response(vectors, items, model=...)."
        )
