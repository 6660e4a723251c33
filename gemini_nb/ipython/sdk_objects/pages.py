"""A pager, as the SDK's `list` methods return it: the page that it holds, and no other."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from gemini_nb.fields import elements, field, name_of
from gemini_nb.ipython.sdk_objects.files import kept
from gemini_nb.ipython.sdk_objects.models import lifetime, methods, model_id
from gemini_nb.ipython.sdk_objects.wording import byte_size, counted, number, words
from gemini_nb.tables import Table

Columns = dict[str, Callable[[object], str]]
"""What a column is called, and how it is read from an item."""

_ROWS: Final = 100  # a longer table is no longer read, and makes a notebook heavy
_CELL: Final = 60
_COMPANIONS: Final = frozenset(
    {
        "streamGenerateContent",
        "countTokens",
        "countTextTokens",
        "createCachedContent",
        "batchGenerateContent",
        "batchEmbedContents",
        "asyncBatchEmbedContent",
    }
)
"""Methods that come with another one, which says enough in a table."""
_NUMERIC: Final = frozenset({"tokens in", "tokens out", "size"})


def _named(name: str) -> Callable[[object], str]:
    """Reads the field called `name`."""
    return lambda item: words(name_of(field(item, name)), _CELL)


_MODEL: Final[Columns] = {
    "id": model_id,
    "name": _named("display_name"),
    "tokens in": lambda model: number(field(model, "input_token_limit")),
    "tokens out": lambda model: number(field(model, "output_token_limit")),
    "methods": lambda model: ", ".join(
        words(method) for method in methods(model) if method not in _COMPANIONS
    ),
    "note": lambda model: lifetime(model_id(model)),
}
_FILE: Final[Columns] = {
    "file": lambda file: words(field(file, "display_name") or "(no name given)", _CELL),
    "type": _named("mime_type"),
    "size": lambda file: byte_size(field(file, "size_bytes")),
    "state": _named("state"),
    "kept": kept,
}
# What the API names anew in each run stands in no column.
_OTHER: Final[Columns] = {
    "name": lambda item: words(field(item, "display_name") or "(no name given)", _CELL),
    "model": _named("model"),
    "state": _named("state"),
}
_KINDS: Final = MappingProxyType(
    {
        "models": ("model", "models", _MODEL),
        "files": ("file", "files", _FILE),
        "batch_jobs": ("batch job", "batch jobs", _OTHER),
        "tuning_jobs": ("tuning job", "tuning jobs", _OTHER),
        "cached_contents": ("cached content", "cached contents", _OTHER),
        "file_search_stores": ("file search store", "file search stores", _OTHER),
        "documents": ("document", "documents", _OTHER),
    }
)


def page_table(pager: object) -> Table:
    """The items on the page that a pager holds; the API is asked for nothing."""
    items = elements(pager, "page")
    one, several, columns = _KINDS.get(
        words(name_of(field(pager, "name"))), ("item", "items", _OTHER)
    )
    read = {name: [cell(item) for item in items[:_ROWS]] for name, cell in columns.items()}
    # A column that says nothing about any of these items is not worth its room.
    filled = {name: cells for name, cells in read.items() if any(cells)}
    return Table(
        heading=f"{counted(len(items), one, several)} on this page",
        columns=tuple(filled),
        rows=tuple(zip(*filled.values(), strict=True)),
        remarks=tuple(_remarks(pager, len(items))),
        numeric=_NUMERIC,
    )


def _remarks(pager: object, held: int) -> list[str]:
    rest = [f"and {held - _ROWS:,} more on this page"] if held > _ROWS else []
    if field(field(pager, "config"), "page_token"):
        return [*rest, "There are more pages: loop over the pager, or call its next_page()."]
    return rest
