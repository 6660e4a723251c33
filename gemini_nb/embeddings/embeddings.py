"""`Embeddings`: one unit vector for each item, and what can be asked of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Self, cast

import numpy as np

from gemini_nb.display import Table, counted, words
from gemini_nb.embeddings import storage
from gemini_nb.embeddings.duplicates import Duplicates, find_duplicates
from gemini_nb.embeddings.items import Modality, label_of, listed, modality_of, shortened
from gemini_nb.embeddings.neighbors import Neighbors, exact_neighbors
from gemini_nb.embeddings.ranking import Ranking, rank
from gemini_nb.embeddings.similarity import Typical, Vectors, cosine_similarity, lengths, typical
from gemini_nb.embeddings.tasks import DOCUMENT, task_named, warn_of_tasks
from gemini_nb.errors import EmbeddingError
from gemini_nb.tokens.usage import answered_by, is_gemini

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

_ROUNDING: Final = 2.5e-7  # how far from 1 the length of a row can be that was divided by its own
_PER_ITEM: Final = ("items", "labels", "modalities")
_ROWS: Final = 10  # items
_NEARLY_UNIT: Final = 0.005  # how far from 1 a length is that nobody need be told of


@dataclass(frozen=True, eq=False, repr=False)
class Embeddings:
    """One unit vector for each item; `gemini_nb.embed` makes it.

    Slicing, `+` and `truncate` give new sets; nothing is ever changed in place. `numpy.asarray`
    gives the vectors. A `for` loop gives one item after the other, each as a set.

    Raises:
        EmbeddingError: a vector is missing, is all zeros, or has a value that is not finite.

    Example:
        >>> kites = Embeddings([[3, 4], [0, 2]], ["red", "blue"], model="a-model")
        >>> kites.vectors.round(1).tolist(), kites.norms.tolist(), kites[1:].items
        ([[0.6000000238418579, 0.800000011920929], [0.0, 1.0]], [5.0, 2.0], ('blue',))
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
    embedder: Callable[[object, str | None], Embeddings] | None = None
    """Embeds one more item like these, for a task; None without a client, as after `load`."""

    def __post_init__(self) -> None:
        items = tuple(self.items)
        vectors, norms = _unit_length(self.vectors, items)
        made: dict[str, Any] = {
            "items": items,
            "vectors": vectors,
            "norms": norms if cast("Any", self.norms) is None else np.array(self.norms, np.float32),
            "labels": tuple(map(str, self.labels)) or tuple(map(label_of, items)),
            "modalities": tuple(self.modalities) or tuple(map(modality_of, items)),
        }
        for name, values in made.items():
            if len(values) != len(items):
                raise EmbeddingError(f"{len(items)} items need as many {name}, not {len(values)}.")
            if isinstance(values, np.ndarray):
                values.setflags(write=False)
            object.__setattr__(self, name, values)
        object.__setattr__(self, "model", self.model.removeprefix("models/"))

    @property
    def dimensions(self) -> int:
        """How many values a vector has."""
        return self.vectors.shape[1]

    @cached_property
    def typical(self) -> Typical | None:
        """The cosines that are usual in this set; None for fewer than three items."""
        return typical(self.vectors)

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Self]:
        """Each item for itself, as a set of one."""
        return (self[position] for position in range(len(self)))

    def __getitem__(self, chosen: int | slice | ArrayLike) -> Self:
        """Some of the items, always as a set: by position, slice, mask or list of positions."""
        positions = np.arange(len(self))[cast("Any", chosen)].reshape(-1)
        vectors, norms = self.vectors[positions], self.norms[positions]
        rest = {name: tuple(getattr(self, name)[n] for n in positions) for name in _PER_ITEM}
        return replace(self, vectors=vectors, norms=norms, **rest)

    def __add__(self, other: Embeddings) -> Self:
        """Both sets as one; they must be of one model, length and task."""
        _require_alike(self, other)
        if self.task != other.task:
            raise EmbeddingError(
                f"Sets made for {self.task} and {other.task} can't be one: embed with one task=..."
            )
        vectors = np.concatenate((self.vectors, other.vectors))
        norms = np.append(self.norms, other.norms)
        rest = {name: getattr(self, name) + getattr(other, name) for name in _PER_ITEM}
        return replace(self, vectors=vectors, norms=norms, **rest)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: ANN401, FBT001 - NumPy's protocol
        return np.array(self.vectors, dtype=dtype, copy=copy)

    def __reduce__(self) -> tuple[type[Self], tuple[object, ...]]:
        """What is pickled: all but the client, so that what is unpickled can't embed queries."""
        return type(self), tuple(getattr(self, each.name) for each in fields(self)[:-1])

    def truncate(self, dimensions: int) -> Self:
        """The same items with shorter vectors: the first `dimensions` values, unit length again.

        Models trained by Matryoshka representation learning (Kusupati et al. 2022), as Gemini's
        are, put what matters most first. `norms` tells what share of each vector was kept. For
        more dimensions than there are, an EmbeddingError is raised.

        Example:
            >>> Embeddings([[3, 4, 12]], ["kite"], model="a-model").truncate(2).vectors.round(1)
            array([[0.6, 0.8]], dtype=float32)
        """
        if dimensions not in range(1, self.dimensions + 1):
            raise EmbeddingError(
                f"truncate() takes a whole number from 1 to {self.dimensions}, not {dimensions!r}."
            )
        return replace(self, vectors=self.vectors[:, : int(dimensions)], norms=cast("Any", None))

    def similarity(self, other: Embeddings | None = None) -> Vectors:
        """The cosine of each item with each, or with each of `other`: as `gnb.similarity`.

        Raises an EmbeddingError for sets of two models or lengths, and warns of unlike tasks.
        """
        if other is None:
            return cosine_similarity(self.vectors)
        _require_alike(self, other)
        warn_of_tasks(self.task, other.task)
        return cosine_similarity(self.vectors, other.vectors)

    def nearest(self, query: object, k: int = 5) -> Ranking:
        """The `k` items nearest to `query`, best first, as a table.

        Text and pictures in one set are ranked by how far each is above the mean of its kind.

        Args:
            query: text, an image or other content, which is embedded as a query to these items; or
                one embedded item, as `others[0]`.
            k: how many; all items where there are fewer.

        Raises:
            EmbeddingError: the query is none, several, or of another model; the set is empty.

        Example:
            >>> kites = Embeddings([[3, 4], [1, 0]], ["red", "blue"], model="a-model")
            >>> [hit.item for hit in kites.nearest(kites[0])]
            ['red', 'blue']
        """
        if not len(self):
            raise EmbeddingError("There is nothing to search: this set has no items.")
        given = query if isinstance(query, Embeddings) else listed(query, "The query")
        if len(given) != 1:
            raise EmbeddingError(
                f"The query has {counted(len(given), 'item')}; pick one, as queries[0]. A vector "
                "of your own: Embeddings.from_response(vector, [item], model=...)."
            )
        if not isinstance(given, Embeddings):
            if self.embedder is None:
                raise EmbeddingError("This set has no client; pass gnb.embed(client, query, ...).")
            task = "RETRIEVAL_QUERY" if self.task == DOCUMENT else self.task
            given = self.embedder(given[0], task)
            given = given.truncate(min(given.dimensions, self.dimensions))  # as this set may be
        _require_alike(self, given)
        warn_of_tasks(self.task, given.task)
        return rank(given, self, k)

    def neighbors(self, k: int = 10) -> Neighbors:
        """The `k` nearest other items of each item: exact, and with little memory.

        Example:
            >>> kites = Embeddings([[3, 4], [1, 0], [1, 1]], ["red", "blue", "green"], "a-model")
            >>> kites.neighbors(k=1).indices.tolist()
            [[2], [2], [0]]
        """
        return exact_neighbors(self.vectors, k)

    def duplicates(self, threshold: float) -> Duplicates:
        """The pairs that are at least as alike as `threshold`, and the groups they make.

        Up to 1 it is a cosine; from there to 100 a percentile: 99.9 finds the most alike 0.1 % of
        all pairs.

        Raises:
            EmbeddingError: the threshold is neither, or is reached by more than 100,000 pairs.

        Example:
            >>> kites = Embeddings([[3, 4], [1, 0], [1, 1]], ["red", "blue", "green"], "a-model")
            >>> [(pair.first, pair.second) for pair in kites.duplicates(0.9)]
            [(0, 2)]
        """
        return find_duplicates(self.vectors, self.labels, threshold)

    @classmethod
    def from_response(
        cls, response: object, items: object, *, model: str, task: str | None = None
    ) -> Self:
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
        rows, embedded = cast("Any", _rows(response)), tuple(listed(items))
        is_list = isinstance(response, list | tuple)
        names = map(answered_by, cast("Sequence[Any]", response if is_list else [response]))
        author = next((name for name in names if not is_gemini(name)), "")
        return cls(rows, embedded, model, author, task_named(task))

    def save(self, target: str | Path) -> Path:
        """Where the set was saved, as .npz; `load` reads it. Items but text are kept by label.

        Example:
            >>> from tempfile import TemporaryDirectory
            >>> with TemporaryDirectory() as folder:
            ...     kites = Embeddings([[3, 4]], ["a kite"], model="a-model")
            ...     Embeddings.load(kites.save(f"{folder}/kites")).items
            ('a kite',)
        """
        return storage.save(target, self)

    @classmethod
    def load(cls, source: str | Path) -> Self:
        """The set that `save` wrote, without a client; an EmbeddingError for any other file."""
        return storage.load(source, cls)

    def to_dataframe(self) -> pd.DataFrame:
        """A pandas data frame with one row for each item.

        Its columns are `item`, the label; `modality`; `norm`; and 0, 1, 2, ... for the values, so
        that `frame[range(768)]` is the matrix that scikit-learn takes.
        """
        import pandas as pd  # noqa: PLC0415 - optional, and it takes 0.7 s

        # As objects: pandas' own text type refuses what is not valid Unicode.
        columns = {"item": pd.Series(self.labels, dtype=object), "modality": self.modalities}
        described = pd.DataFrame({**columns, "norm": np.array(self.norms)})
        return pd.concat([described, pd.DataFrame(np.array(self.vectors))], axis=1)

    @property
    def _table(self) -> Table:
        rows = zip(
            map(str, range(_ROWS)), map(shortened, self.labels), self.modalities, strict=False
        )
        columns = 3 if len(set(self.modalities)) > 1 else 2  # one kind is not worth a column
        remarks = [f"and {len(self) - _ROWS:,} more"] if len(self) > _ROWS else []
        if self.task:
            remarks.append(f"made for {shortened(self.task)}")
        if len(self) and np.abs(self.norms - 1).max() > _NEARLY_UNIT:
            span = f"{self.norms.min():.2g} to {self.norms.max():.2g}"
            remarks.append(f"the vectors came with lengths from {span}, and were made unit length")
        return Table(
            heading=f"{counted(len(self), 'embedding')} of {_origin(self)}",
            columns=("", "item", "kind")[:columns],
            rows=tuple(row[:columns] for row in rows),
            remarks=tuple(remarks),
            numeric=frozenset({""}),
        )

    def __repr__(self) -> str:
        return self._table.plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table.bundle()


def similarity(embeddings: Embeddings, other: Embeddings | None = None) -> Vectors:
    """The cosine of each item with each of `other`, or of the same set: shape (items, others).

    Example:
        >>> similarity(Embeddings([[2, 0]], ["kite"], model="a-model"))
        array([[1.]], dtype=float32)
    """
    return require_set(embeddings).similarity(other)


def require_set(given: object) -> Embeddings:
    """What was given, if it is a set of embeddings: of an array nobody knows the model."""
    if not isinstance(given, Embeddings):
        raise EmbeddingError(
            f"This takes Embeddings, as gnb.embed returns them, not a {type(given).__name__}. "
            "Vectors of your own: Embeddings.from_response(vectors, items, model=...)."
        )
    return given


def _require_alike(one: Embeddings, other: Embeddings) -> None:
    if _origin(one) != _origin(require_set(other)):
        raise EmbeddingError(
            f"One set is of {_origin(one)}, the other of {_origin(other)}: cosines between them "
            "say nothing. Embed both with the same model and dimensions, or truncate() the longer."
        )


def _origin(embeddings: Embeddings) -> str:
    """What vectors must share to be compared, in words."""
    instead = f", answered {embeddings.answered_by}, not Gemini" if embeddings.answered_by else ""
    return f"{counted(embeddings.dimensions, 'dimension')}, from {words(embeddings.model)}{instead}"


def _unit_length(vectors: ArrayLike, items: Sequence[object]) -> tuple[Vectors, Vectors]:
    """The vectors of the items as rows of unit length, and how long they were."""
    try:
        with np.errstate(over="ignore"):  # what becomes infinite is refused, by its item's name
            rows = np.asarray(vectors, dtype=np.float32)
    except (TypeError, ValueError):
        raise EmbeddingError("The vectors differ in length, or are not numbers.") from None
    if not items and not rows.size:
        rows = rows.reshape(0, rows.shape[-1])
    elif rows.ndim != 2 or len(rows) != len(items) or not rows.size:  # noqa: PLR2004 - a matrix
        reason = f"{len(items)} items need as many vectors, not an array of shape {rows.shape}."
        if rows.ndim > 0 and len(items) > len(rows) == 1:
            reason += " gemini-embedding-2 makes one vector of a whole list of strings: wrap each"
            reason += " in a types.Content of its own, or use gemini_nb.embed, which does."
        raise EmbeddingError(reason)
    norms, can_be_unit = lengths(rows)
    for position in np.flatnonzero(~can_be_unit)[:1]:
        raise EmbeddingError(
            f"The vector of item {position} ({shortened(label_of(items[position]))!r}) has the "
            f"length {norms[position]:.2g}, so that it has no direction to compare: it is all "
            "zeros, or a value is not finite. Leave that item out, or embed it again."
        )
    # Unit rows keep their bits, so that slicing, saving and joining sets changes no number.
    divisors = np.where(np.abs(norms - 1) < _ROUNDING, 1, norms).astype(np.float32)
    return rows / divisors[:, None], norms.astype(np.float32)


def _rows(source: object) -> list[Any]:
    """The vectors in an answer, or in a list of answers or of vectors, one after the other."""
    is_json = isinstance(source, Mapping)
    for name in ("embeddings", "embedding", "values"):
        held = cast("Any", source).get(name) if is_json else getattr(source, name, None)
        if held is not None and not callable(held):
            return _rows(held)
    if isinstance(source, list | tuple):
        parts = cast("Sequence[Any]", source)
        is_vector = len(parts) > 0 and np.isscalar(parts[0])
        return [parts] if is_vector else [row for part in parts for row in _rows(part)]
    if hasattr(source, "__array__"):
        array = np.atleast_1d(cast("Any", source))  # of objects: a column of vectors
        return _rows(list(array)) if array.dtype == object else [*np.atleast_2d(array)]
    raise EmbeddingError(
        f"No vector in {words(repr(source))}; pass what embed_content returned, or an array."
    )
