"""Which vectors may be compared: those of one model, of one length."""

from __future__ import annotations

import inspect
import warnings
from dataclasses import dataclass
from typing import Final

from gemini_nb.embeddings.tasks import DOCUMENT
from gemini_nb.errors import EmbeddingError

_PACKAGE: Final = __name__.partition(".")[0] + "."
_QUERIES: Final = frozenset(
    {"RETRIEVAL_QUERY", "CODE_RETRIEVAL_QUERY", "QUESTION_ANSWERING", "FACT_VERIFICATION"}
)


class TaskMismatchWarning(UserWarning):
    """Vectors are compared that were made for tasks that don't belong together."""


@dataclass(frozen=True, slots=True)
class Space:
    """Where vectors live. Cosines between two spaces are noise, and no error tells so.

    Example:
        >>> Space("gemini-embedding-2", dimensions=768)
        Space(model='gemini-embedding-2', dimensions=768, answered_by='')
    """

    model: str
    """Id of the model that was asked, without `models/`."""
    dimensions: int
    answered_by: str = ""
    """Who answered instead, as "offline"; "" for the model itself."""

    @property
    def author(self) -> str:
        """Who made the vectors, for a person to read."""
        return f"{self.model}, answered {self.answered_by}" if self.answered_by else self.model


def require_same(one: Space, other: Space) -> None:
    """Nothing, if vectors of the two may be compared.

    Raises:
        EmbeddingError: they are of two models, or of two lengths.

    Example:
        >>> require_same(Space("a-model", 768), Space("a-model", 256))
        Traceback (most recent call last):
        gemini_nb.errors.EmbeddingError: One set has 768 dimensions, the other 256: ...
    """
    if (one.model, one.answered_by) != (other.model, other.answered_by):
        raise EmbeddingError(
            f"One set is from {one.author}, the other from {other.author}: vectors of two models "
            "have nothing to do with each other. Embed both with the same model."
        )
    if one.dimensions != other.dimensions:
        least = min(one.dimensions, other.dimensions)
        raise EmbeddingError(
            f"One set has {one.dimensions} dimensions, the other {other.dimensions}: shorten the "
            f"longer one with .truncate({least}), or embed both with dimensions={least}."
        )


def query_task(task: str | None) -> str | None:
    """The task to embed a query with that is to find items made for `task`.

    Example:
        >>> query_task("RETRIEVAL_DOCUMENT"), query_task("CLUSTERING"), query_task(None)
        ('RETRIEVAL_QUERY', 'CLUSTERING', None)
    """
    return "RETRIEVAL_QUERY" if task == DOCUMENT else task


def are_for_each_other(one: str | None, other: str | None) -> bool:
    """Whether vectors of the two tasks are meant to be compared.

    They are if the tasks are the same, if one is not known, or if one is for documents and the
    other for what is asked of documents.

    Example:
        >>> are_for_each_other("QUESTION_ANSWERING", "RETRIEVAL_DOCUMENT")
        True
        >>> are_for_each_other("CLUSTERING", "RETRIEVAL_DOCUMENT")
        False
    """
    if one is None or other is None or one == other:
        return True
    return DOCUMENT in (one, other) and not _QUERIES.isdisjoint((one, other))


def warn_of_tasks(one: str | None, other: str | None) -> None:
    """Nothing, if vectors of the two tasks are meant to be compared; else a warning.

    Example:
        >>> warn_of_tasks("RETRIEVAL_QUERY", "RETRIEVAL_DOCUMENT")
    """
    if not are_for_each_other(one, other):
        warnings.warn(
            f"One set was made for the task {one}, the other for {other}: their cosines are lower "
            "than those of vectors made for one task. Embed both with the same task=..., or "
            "documents with RETRIEVAL_DOCUMENT and queries with RETRIEVAL_QUERY.",
            TaskMismatchWarning,
            stacklevel=_calls_within() + 1,  # the user's line that compares
        )


def _calls_within() -> int:
    """How many calls deep this package is, from what is not of it, for the one that asks."""
    frame, depth = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame, depth = frame.f_back, depth + 1
    return depth - 1
