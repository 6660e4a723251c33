"""What is asked: each content once, in batches that the API takes."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.embeddings.asking.contents import content_of, with_prefix
from gemini_nb.embeddings.tasks import prefix, takes_task_types
from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from google.genai.types import Content

MOST_ENTRIES: Final = 100
"""How many contents the API takes in one batch."""

MOST_BYTES: Final = 4_000_000
"""How much JSON goes into one batch, so that no front end refuses it; a longer entry goes alone."""

_FORM: Final = 1  # of the keys: one more, and no vector of an older cache is found


@dataclass(frozen=True, slots=True)
class Recipe:
    """What decides, beside its content, on the vector of an item."""

    model: str
    """Id, without `models/`."""
    task: str | None = None
    dimensions: int | None = None
    """How many are asked for; None for the model's own choice."""
    place: str = ""
    """Who is asked: the host."""

    @property
    def task_type(self) -> str | None:
        """The task, where it is sent by its name."""
        return self.task if takes_task_types(self.model) else None


@dataclass(frozen=True, slots=True)
class Entry:
    """A content to embed, and which items it is the content of."""

    content: Content
    """As it is sent."""
    title: str | None
    """Sent beside the content."""
    positions: tuple[int, ...]
    """Items that are alike are asked for once."""
    key: bytes
    """SHA-256 of everything that decides on the vector."""
    size: int
    """Bytes of JSON."""


Batch = tuple[Entry, ...]


def entries_of(
    items: Sequence[object], recipe: Recipe, titles: Sequence[str | None]
) -> tuple[Entry, ...]:
    """What to ask for, so that each item gets its vector: alike ones once, in their order.

    Raises:
        EmbeddingError: an item is empty, or nothing that can be embedded.

    Example:
        >>> recipe = Recipe("gemini-embedding-2")
        >>> [entry.positions for entry in entries_of(["red", "blue", "red"], recipe, [None] * 3)]
        [(0, 2), (1,)]
    """
    found: dict[bytes, Entry] = {}
    places: dict[bytes, list[int]] = {}
    is_by_name = takes_task_types(recipe.model)
    for position, (item, title) in enumerate(zip(items, titles, strict=True)):
        content = content_of(item, position)
        if not is_by_name:
            content = with_prefix(content, prefix(recipe.task, title))
        entry = _entry(content, title if is_by_name else None, recipe)
        found.setdefault(entry.key, entry)
        places.setdefault(entry.key, []).append(position)
    return tuple(
        Entry(entry.content, entry.title, tuple(places[key]), key, entry.size)
        for key, entry in found.items()
    )


def titles_of(title: str | Iterable[str | None] | None, count: int) -> list[str | None]:
    """A title for each of `count` items, from one for all or one for each.

    Raises:
        InvalidOptionError: there are more or fewer titles than items.

    Example:
        >>> titles_of("Kites", 2), titles_of(["Red", None], 2)
        (['Kites', 'Kites'], ['Red', None])
    """
    if title is None or isinstance(title, str):
        return [title] * count
    titles = list(title)
    for wrong in (title for title in titles if not isinstance(title, str | None)):  # pyright: ignore[reportUnnecessaryIsInstance] - a column of a table may hold anything
        raise InvalidOptionError(f"A title must be a string, or None for none, not {wrong!r}.")
    if len(titles) != count:
        raise InvalidOptionError(
            f"title must be one string, or one for each item: there are {len(titles):,} titles and "
            f"{count:,} items."
        )
    return titles


def batches_of(entries: Iterable[Entry]) -> Iterator[Batch]:
    """The entries in their order, cut where the API's limits or another title make it needed.

    Example:
        >>> alike = entries_of([str(n) for n in range(250)], Recipe("m"), [None] * 250)
        >>> [len(batch) for batch in batches_of(alike)]
        [100, 100, 50]
    """
    batch: list[Entry] = []
    size = 0
    for entry in entries:
        is_full = len(batch) == MOST_ENTRIES or size + entry.size > MOST_BYTES
        if batch and (is_full or batch[0].title != entry.title):
            yield tuple(batch)
            batch, size = [], 0
        batch.append(entry)
        size += entry.size
    if batch:
        yield tuple(batch)


def _entry(content: Content, title: str | None, recipe: Recipe) -> Entry:
    """Who said it (the role) has no part in the vector; fields that are not set are not sent."""
    body = content.model_dump(mode="json", exclude_none=True, exclude={"role"})
    said = [_FORM, recipe.place, recipe.model, recipe.dimensions, recipe.task_type, title, body]
    described = json.dumps(said, sort_keys=True).encode()
    return Entry(content, title, (), hashlib.sha256(described).digest(), len(described))
