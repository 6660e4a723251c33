"""What is asked: each content once, in batches that the API takes, several of them at a time."""

from __future__ import annotations

import json
from concurrent import futures
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from gemini_nb.embeddings.items import content_of
from gemini_nb.embeddings.tasks import prefix, takes_task_types

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from threading import Event

    from google.genai.types import Content

MOST_ENTRIES: Final = 100  # in a batch: what the API takes
MOST_BYTES: Final = 4_000_000  # of JSON in a batch, which no front end refuses
IN_FLIGHT: Final = 4  # batches at once
_LOOK_AFTER: Final = 0.1  # seconds: how long Ctrl-C may have to wait
_LAST_WAIT: Final = 5.0  # seconds for what is in flight when all is to stop: it may be asleep


@dataclass(frozen=True, slots=True)
class Entry:
    """A content to embed."""

    content: Content
    """As it is sent."""
    title: str | None
    """Sent beside the content."""
    key: bytes
    """SHA-256 of everything that decides on the vector."""
    size: int
    """Bytes of JSON."""
    position: int
    """Of the first item that it is the content of."""


Batch = tuple[Entry, ...]


def entries_of(  # noqa: PLR0913 - all that decides on a vector
    items: Iterable[object],
    titles: Iterable[str | None],
    *,
    model: str,
    task: str | None = None,
    dimensions: int | None = None,
    place: str = "",
) -> list[Entry]:
    """What to ask for, for each item; the same object for items that are alike.

    Example:
        >>> [entry.position for entry in entries_of(["red", "blue", "red"], [None] * 3, model="m")]
        [0, 1, 0]
    """
    by_key: dict[bytes, Entry] = {}
    entries: list[Entry] = []
    task_type = task if takes_task_types(model) else None  # and the others' is in the text
    for position, (item, title) in enumerate(zip(items, titles, strict=True)):
        title_beside = title if task_type else None
        content = content_of(item, position, "" if task_type else prefix(task, title))
        body = content.model_dump(mode="json", exclude_none=True)
        # This order, and these forms, decide whether vectors of older caches are found.
        deciding = [1, place, model, dimensions, task_type, title_beside, body]
        described = json.dumps(deciding, sort_keys=True).encode()
        entry = Entry(content, title_beside, sha256(described).digest(), len(described), position)
        entries.append(by_key.setdefault(entry.key, entry))
    return entries


def batches_of(entries: Iterable[Entry]) -> Iterator[Batch]:
    """The entries in their order, cut where the API's limits or another title make it needed."""
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


def ask_in_threads(
    batches: Sequence[Batch],
    ask: Callable[[Batch], object],
    keep: Callable[[Batch, object], None],
    stop: Event,
) -> None:
    """Give the answer to each batch, or the error, to `keep`, in the thread that calls this.

    When `keep` raises, on `stop` and on Ctrl-C nothing new is asked, and what is in flight is
    waited for a few seconds and kept, perhaps a second time; a second Ctrl-C ends that.
    """
    crew = ThreadPoolExecutor(IN_FLIGHT)
    asked = {crew.submit(ask, batch): batch for batch in batches}
    waiting = set(asked)
    try:
        while waiting and not stop.is_set():
            done, waiting = futures.wait(waiting, _LOOK_AFTER, futures.FIRST_COMPLETED)
            for answer in done:
                keep(asked[answer], answer.exception() or answer.result())
                del asked[answer]
    finally:
        crew.shutdown(wait=False, cancel_futures=True)
        try:
            futures.wait([answer for answer in asked if not answer.cancelled()], _LAST_WAIT)
        finally:
            for answer, batch in asked.items():
                if answer.done() and not (answer.cancelled() or answer.exception()):
                    with suppress(Exception):  # what ended all is on its way to the user
                        keep(batch, answer.result())
