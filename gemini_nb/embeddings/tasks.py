"""Task types, for models that take them, and the prompt prefixes that say the same to others."""

from __future__ import annotations

import re
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

# The names of the first generations; what came after them is told the task in the prompt.
_TAKES_TASK_TYPES: Final = re.compile(r"gemini-embedding-001|(text-)?embedding-.*")


def task_named(name: str | None) -> str | None:
    """The task type called `name`, in whatever case, with spaces or hyphens; None for None.

    Raises:
        InvalidOptionError: there is no such task.

    Example:
        >>> task_named("retrieval document"), task_named("Clustering")
        ('RETRIEVAL_DOCUMENT', 'CLUSTERING')
    """
    if name is None:
        return None
    task = re.sub(r"[\s-]+", "_", name.strip()).upper() if isinstance(name, str) else ""  # pyright: ignore[reportUnnecessaryIsInstance] - a notebook may pass anything
    if task not in TASKS:
        raise InvalidOptionError(f"task must be one of {', '.join(TASKS)}, or None, not {name!r}.")
    return task


def takes_task_types(model: str) -> bool:
    """Whether `model` is told the task by its name; later ones ignore that and need `prefix`.

    Example:
        >>> takes_task_types("gemini-embedding-001"), takes_task_types("gemini-embedding-2")
        (True, False)
    """
    return _TAKES_TASK_TYPES.fullmatch(bare_id(model)) is not None


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
