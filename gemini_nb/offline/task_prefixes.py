"""The task an embedding is for, written before the text: what gemini-embedding-2 goes by.

The prefixes are those of https://ai.google.dev/gemini-api/docs/embeddings: `task: clustering |
query: ...` before a text, and `title: ... | text: ...` before a document to be found.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# Spaces within a line only: a line break would let two parts of a content make one prefix.
_TASK: Final = re.compile(r"\s*task[ \t]*:([^|:\n]*)\|[ \t]*query[ \t]*:\s*", re.IGNORECASE)
_TITLE: Final = re.compile(r"\s*title[ \t]*:(.*?)\|[ \t]*text[ \t]*:\s*", re.IGNORECASE)
_TASK_TYPES: Final = {
    "search result": "RETRIEVAL_QUERY",
    "question answering": "QUESTION_ANSWERING",
    "fact checking": "FACT_VERIFICATION",
    "code retrieval": "CODE_RETRIEVAL_QUERY",
    "classification": "CLASSIFICATION",
    "clustering": "CLUSTERING",
    "sentence similarity": "SEMANTIC_SIMILARITY",
}
_NO_TITLE: Final = "none"


@dataclass(frozen=True, slots=True)
class TextForTask:
    """A text to embed, and what the vector is for."""

    text: str
    task_type: str | None = None
    """One of the API's task types, as CLUSTERING; None for no task in particular."""
    title: str | None = None
    """The title of a document."""


def read_prefix(text: str) -> TextForTask:
    """`text` without the prefix that it begins with, and the task that the prefix names.

    Spaces and case do not matter. A text without a prefix, or with a task that is none of the
    documented ones, is returned as it is, for no task in particular.

    Example:
        >>> read_prefix("task: fact checking | query: Bees have five eyes.")
        TextForTask(text='Bees have five eyes.', task_type='FACT_VERIFICATION', title=None)
        >>> read_prefix("title: none | text: They can see ultraviolet.")
        TextForTask(text='They can see ultraviolet.', task_type='RETRIEVAL_DOCUMENT', title=None)
        >>> read_prefix("A task: query the bees.")
        TextForTask(text='A task: query the bees.', task_type=None, title=None)
    """
    if asked := _TASK.match(text):
        task_type = _TASK_TYPES.get(" ".join(asked[1].lower().split()))
        return TextForTask(text[asked.end() :], task_type) if task_type else TextForTask(text)
    if stored := _TITLE.match(text):
        title = stored[1].strip()
        named = title if title.lower() != _NO_TITLE else None
        return TextForTask(text[stored.end() :], "RETRIEVAL_DOCUMENT", named or None)
    return TextForTask(text)
