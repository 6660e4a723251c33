"""Task types, for models that take them, and the prompt prefixes that say the same to others."""

from __future__ import annotations

import inspect
import re
import warnings
from typing import Final

from gemini_nb.catalog import bare_id
from gemini_nb.errors import InvalidOptionError

DOCUMENT: Final = "RETRIEVAL_DOCUMENT"

# Google's names for the tasks in prompts: https://ai.google.dev/gemini-api/docs/embeddings
_IN_PROMPTS: Final = {
    "RETRIEVAL_QUERY": "search result",
    "SEMANTIC_SIMILARITY": "sentence similarity",
    "CLASSIFICATION": "classification",
    "CLUSTERING": "clustering",
    "QUESTION_ANSWERING": "question answering",
    "FACT_VERIFICATION": "fact checking",
    "CODE_RETRIEVAL_QUERY": "code retrieval",
}
TASKS: Final = (DOCUMENT, *_IN_PROMPTS)
_QUERIES: Final = {*TASKS} - {DOCUMENT, "SEMANTIC_SIMILARITY", "CLASSIFICATION", "CLUSTERING"}
_PACKAGE: Final = __name__.partition(".")[0] + "."


class TaskMismatchWarning(UserWarning):
    """Vectors are compared that were made for tasks that don't belong together."""


def task_named(name: str | None) -> str | None:
    """The task type called `name`, in whatever case, with spaces or hyphens; None for None.

    Example:
        >>> task_named("retrieval document"), task_named("Clustering")
        ('RETRIEVAL_DOCUMENT', 'CLUSTERING')
    """
    if name is None:
        return None
    task = re.sub(r"[\s-]+", "_", str(name).strip()).upper()
    if task not in TASKS:
        raise InvalidOptionError(f"task must be one of {', '.join(TASKS)}, or None, not {name!r}.")
    return task


def takes_task_types(model: str) -> bool:
    """Whether `model` is told the task by its name; later ones ignore that and need `prefix`."""
    return bare_id(model) == "gemini-embedding-001"  # older ones are retired


def prefix(task: str | None, title: str | None = None) -> str:
    """What to put before a text, to tell the model what its vector is for; "" without a task.

    The forms are those of Google's guide, https://ai.google.dev/gemini-api/docs/embeddings.

    Example:
        >>> prefix("RETRIEVAL_QUERY"), prefix("RETRIEVAL_DOCUMENT", "Kites")
        ('task: search result | query: ', 'title: Kites | text: ')
    """
    if task is None:
        return ""
    if task == DOCUMENT:
        return f"title: {' '.join((title or '').split()) or 'none'} | text: "  # on one line
    return f"task: {_IN_PROMPTS[task]} | query: "


def warn_of_tasks(one: str | None, other: str | None) -> None:
    """A `TaskMismatchWarning`, unless the tasks are one, or those of documents and of queries."""
    if one is None or other is None or one == other:
        return
    if DOCUMENT not in (one, other) or _QUERIES.isdisjoint((one, other)):
        warn_user(
            f"One set was made for the task {one}, the other for {other}: their cosines are low. "
            f"Embed both with one task=..., or documents with {DOCUMENT} and queries with "
            "RETRIEVAL_QUERY.",
            TaskMismatchWarning,
        )


def warn_user(message: str, kind: type[UserWarning]) -> None:
    """Warn at the user's line, however deep in this package the warning arises."""
    frame, depth = inspect.currentframe(), 0
    while frame is not None and frame.f_globals.get("__name__", "").startswith(_PACKAGE):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, kind, stacklevel=depth + 1)
