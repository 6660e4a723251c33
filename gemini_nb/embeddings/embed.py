"""`embed`: items in, one unit vector for each of them out."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Iterable
from threading import Event
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import numpy as np
import tqdm.std  # the text bar: a widget's, in a notebook that is opened again, is an error message

from gemini_nb import catalog
from gemini_nb.display import words
from gemini_nb.embeddings.batches import Batch, ask_in_threads, batches_of, entries_of
from gemini_nb.embeddings.cache import find, opened, put
from gemini_nb.embeddings.embeddings import Embeddings
from gemini_nb.embeddings.items import label_of, listed, shortened, warn_of_names
from gemini_nb.embeddings.similarity import Vectors, lengths
from gemini_nb.embeddings.tasks import DOCUMENT, takes_task_types, task_named
from gemini_nb.errors import (
    EmbeddingError,
    EmbeddingFailedError,
    EmbeddingInterrupt,
    InvalidOptionError,
    ModelError,
)
from gemini_nb.tokens.usage import answered_by, is_gemini

if TYPE_CHECKING:
    import os

    from google.genai import Client
    from google.genai.client import AsyncClient
    from google.genai.types import EmbedContentResponse

    Ended = EmbeddingError | EmbeddingFailedError | EmbeddingInterrupt
    CachePath = str | os.PathLike[str]
    Titles = str | Iterable[str | None]

# Waits of 1, 2, 4, 8, 16 and 32 seconds: what a quota for a minute refuses gets through.
_RETRIES: Final = {"attempts": 7, "initial_delay": 1.0, "exp_base": 2.0, "max_delay": 60.0}
_TRIES: Final = 3  # of a batch whose connection breaks; these errors the SDK does not retry
_BREAKS: Final = frozenset({"NetworkError", "RemoteProtocolError"})
_QUIET: Final = 2.0  # seconds before the progress bar is shown


def embed(  # noqa: PLR0913 - what to embed, and how
    client: Client | AsyncClient,
    items: object,
    *,
    model: str | None = None,
    task: str | None = None,
    dimensions: int | None = None,
    title: Titles | None = None,
    cache: CachePath | None = None,
) -> Embeddings:
    """One unit vector for each item, in their order: `Embeddings`, to compare and to plot.

    Items that are alike are sent once. They go in batches of up to 100, four batches at a time;
    what fails in passing (429, 5xx) is asked again for about a minute, and at once twice where the
    connection breaks. Ctrl-C and failures keep what has arrived: the exception's `arrived`.

    Args:
        client: as `connect` returns it.
        items: a list, or any iterable, of texts, PIL images, bytes of images, `pathlib.Path`s of
            images, PDFs, recordings and films, `types.Part` and `types.Content`; or one of these.
        model: by default `catalog.default("embedding")`.
        task: what the vectors are for: RETRIEVAL_QUERY, RETRIEVAL_DOCUMENT, SEMANTIC_SIMILARITY,
            CLASSIFICATION, CLUSTERING, QUESTION_ANSWERING, FACT_VERIFICATION or
            CODE_RETRIEVAL_QUERY, in any case. Models after gemini-embedding-001 are told it by the
            prefixes of https://ai.google.dev/gemini-api/docs/embeddings before the texts.
        dimensions: how many values each vector is to have; by default as many as the model makes.
        title: of the documents, for the task RETRIEVAL_DOCUMENT: one for all, or one for each
            (each is then a request of its own with gemini-embedding-001).
        cache: path of an SQLite file, made if it is missing, that keeps each vector under a hash
            of what it is of. What is in it is not asked for again.

    Raises:
        EmbeddingError: an item can't be embedded, a vector is none, or the cache can't be used.
        EmbeddingFailedError: the API refused a batch, or went on failing.
        EmbeddingInterrupt: Ctrl-C, or the kernel's stop button; it is a KeyboardInterrupt.
        ModelError, InvalidOptionError: the model, or another option, can't be used.

    Example:
        >>> import gemini_nb as gnb
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> kites = gnb.embed(client, ["a red kite", "a blue kite", "soup"], dimensions=256)
        >>> bool(kites.vectors[0] @ kites.vectors[1] > kites.vectors[0] @ kites.vectors[2])
        True
        >>> gnb.disconnect()
    """
    return _Collection(client, items, model, task, dimensions, title, cache).embeddings_of_all()


async def aembed(  # noqa: PLR0913 - as above
    client: Client | AsyncClient,
    items: object,
    *,
    model: str | None = None,
    task: str | None = None,
    dimensions: int | None = None,
    title: Titles | None = None,
    cache: CachePath | None = None,
) -> Embeddings:
    """As `embed`, to be awaited; it takes a client, or its `aio`.

    When the task is cancelled, what has arrived is in the cache.

    Example:
        >>> import asyncio, gemini_nb as gnb
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> len(asyncio.run(gnb.aembed(client, ["a red kite", "soup"])))
        2
        >>> gnb.disconnect()
    """
    call = _Collection(client, items, model, task, dimensions, title, cache)
    try:
        return await asyncio.to_thread(call.embeddings_of_all)
    finally:
        call.stop.set()


class _Collection:
    """All of a call that is not waiting: what is to be embedded, and what has arrived of it."""

    def __init__(  # noqa: PLR0913, PLR0917 - as above
        self,
        client: Client | AsyncClient,
        items: object,
        model: str | None,
        task: str | None,
        dimensions: int | None,
        title: Titles | None,
        cache: CachePath | None,
    ) -> None:
        inner: Any = getattr(client, "_api_client", None)  # there is no public way to its options
        if inner is None:
            kind = type(client).__name__
            raise InvalidOptionError(f"The client must be one of connect(), not a {kind}.")
        from google.genai.models import Models  # noqa: PLC0415 - takes 1.6 s

        self._models: Any = Models(inner)  # of `client.aio` too: they are asked in threads
        self._client, self._path = client, cache
        if dimensions is not None and not (hasattr(dimensions, "__index__") and dimensions > 0):
            raise InvalidOptionError(f"dimensions must be a whole number, not {dimensions!r}.")
        options = inner._http_options  # noqa: SLF001 - see above
        self._retries = None if options.retry_options else {"retry_options": _RETRIES}
        self._model, self._task = _model_id(model), task_named(task)
        self._dimensions = dimensions and int(dimensions)  # NumPy's integers too
        self._items = listed(items)
        self._entries = entries_of(
            self._items,
            _titles(title, len(self._items), self._task),
            model=self._model,
            task=self._task,
            dimensions=self._dimensions,
            place=urlsplit(options.base_url or "").hostname or "",  # at whatever port
        )
        self._vectors: dict[bytes, Vectors] = {}
        self._author = ""
        self._breaks = Counter[bytes]()
        self.stop = Event()
        warn_of_names(self._items)

    def embeddings_of_all(self) -> Embeddings:
        """Ask for what is not in the cache, and show progress; failures have what has arrived."""
        try:
            with opened(self._path) as self._cache:
                if self._cache is not None:
                    keys = [entry.key for entry in self._entries]
                    self._vectors, self._author = find(self._cache, keys, self._dimensions)
                batches = self._missing()
                bar = cast("Any", tqdm.std).tqdm  # which tells type checkers next to nothing
                # Passed as False it would overrule TQDM_DISABLE.
                quiet = {"disable": True} if len(batches) <= 1 else {"delay": _QUIET}
                count = sum(map(len, batches))
                with bar(total=count, unit="items", leave=False, **quiet) as self._bar:
                    while batches and not self.stop.is_set():
                        ask_in_threads(batches, self._ask, self._keep, self.stop)
                        batches = self._missing()
        except (EmbeddingError, EmbeddingFailedError) as error:
            raise self._ended(type(error), str(error)) from error.__cause__
        except KeyboardInterrupt:
            raise self._ended(EmbeddingInterrupt, "Stopped.") from None
        return self._arrived()

    def _missing(self) -> list[Batch]:
        """What is still to be asked for, alike items once."""
        missing = {each.key: each for each in self._entries if each.key not in self._vectors}
        return list(batches_of(missing.values()))

    def _ask(self, batch: Batch) -> object:
        config = {
            "task_type": self._task if takes_task_types(self._model) else None,
            "title": batch[0].title,
            "output_dimensionality": self._dimensions,
            "http_options": self._retries,
        }
        contents = [entry.content for entry in batch]
        return self._models.embed_content(model=self._model, contents=contents, config=config)

    def _keep(self, batch: Batch, answer: object) -> None:
        """Take the vectors of a batch, here and in the cache, and raise what is wrong with it.

        After a broken connection, for which the SDK gives up at once, the batch stays `missing`.
        """
        if isinstance(answer, Exception):
            self._breaks[batch[0].key] += 1
            names = {kind.__name__ for kind in type(answer).__mro__}
            if _BREAKS & names and self._breaks[batch[0].key] < _TRIES:
                return
            raise EmbeddingFailedError(_failure(batch, answer)) from answer
        rows, author = self._rows(batch, cast("EmbedContentResponse", answer))
        is_usable = lengths(rows)[1]
        usable = {batch[n].key: rows[n] for n in np.flatnonzero(is_usable)}
        self._author = author
        self._vectors.update(usable)
        if self._cache is not None:
            try:
                put(self._cache, usable, self._model, author)
            except sqlite3.Error:
                self._cache = None  # what is in flight would wait for a locked one again
                raise
        self._bar.update(len(usable))
        for position in (batch[n].position for n in np.flatnonzero(~is_usable)):
            label = shortened(label_of(self._items[position]))
            raise EmbeddingError(
                f"The vector that came for item {position} ({label!r}) is all zeros, or a value is "
                "not finite. Leave that item out, or embed it again."
            )

    def _rows(self, batch: Batch, answer: EmbedContentResponse) -> tuple[Vectors, str]:
        """A vector for each entry, comparable with those before, and by whom: "" for Gemini."""
        rows = [each.values or [] for each in answer.embeddings or []]
        if len(rows) != len(batch):
            raise EmbeddingError(
                f"{len(batch)} contents were sent and {len(rows)} vectors came, so that which is "
                "whose can't be told: a proxy between here and the API may have joined them."
            )
        name = answered_by(answer)
        author = "" if is_gemini(name) else name
        length = self._dimensions or len(next(iter(self._vectors.values()), rows[0]))
        before = self._author if self._vectors else author
        for wrong in (row for row in rows if (len(row), author) != (length, before)):
            raise EmbeddingError(
                f"A vector of {len(wrong)} dimensions by {author or 'Gemini'} came, not {length} "
                f"by {before or 'Gemini'}: they can't be compared. Embed all items again, without "
                "dimensions=..., and with another cache or none."
            )
        with np.errstate(over="ignore"):  # what becomes infinite is refused, by its item's name
            return np.array(rows, np.float32), author

    def _arrived(self) -> Embeddings:
        """The items that have their vector, in their order."""
        client, model = self._client, self._model
        length, cache = self._dimensions, self._path
        places = [n for n, entry in enumerate(self._entries) if entry.key in self._vectors]
        rows = [self._vectors[self._entries[place].key] for place in places]

        def embed_query(item: object, task: str | None) -> Embeddings:  # holds no vectors
            return embed(client, [item], model=model, task=task, dimensions=length, cache=cache)

        return Embeddings(
            np.array(rows or np.zeros((0, length or 0)), np.float32),
            tuple(self._items[place] for place in places),
            model=model,
            answered_by=self._author,
            task=self._task,
            embedder=embed_query,
        )

    def _ended(self, kind: type[Ended], reason: str) -> Ended:
        """An error with what has arrived."""
        arrived = self._arrived()
        remedy = "would go on from there" if self._path is None else "goes on from what is in it"
        kept = "No item has arrived."
        if len(arrived):
            kept = f"{len(arrived):,} of {len(self._items):,} items have arrived, as `arrived`. "
            kept += f"With cache={str(self._path or 'vectors.db')!r}, the same call {remedy}."
        error = kind(f"{reason} {kept}")
        error.arrived = arrived
        return error


def _model_id(name: str | None) -> str:
    """Of the model to ask; one that our table does not know is asked as it is."""
    usual = catalog.default("embedding").id
    name = catalog.bare_id(str(name or usual))
    if retired := catalog.find_retired(name):
        raise ModelError(f"There is no {retired.id}. {retired.told}")
    known = catalog.find(name)
    if known is not None and known.kind != "embedding":
        raise ModelError(f"{known.id} makes answers, not vectors; ask {usual}.")
    return name


def _titles(title: Titles | None, count: int, task: str | None) -> list[str | None]:
    """A title for each of `count` items."""
    if title is not None and task != DOCUMENT:
        raise InvalidOptionError(f"title goes with task={DOCUMENT!r} only, not with {task!r}.")
    given: Any = title  # a notebook may pass anything
    is_one = isinstance(given, str) or not isinstance(given, Iterable)
    titles: list[Any] = [given] * count if is_one else list(cast("Any", given))
    are_texts = all(isinstance(each, str | None) for each in titles)
    if len(titles) != count or not are_texts:
        raise InvalidOptionError(
            f"title must be a string, or a string or None for each of {count:,} items, not "
            f"{len(titles):,}: {words(titles)}."
        )
    return titles


def _failure(batch: Batch, error: Any) -> str:  # noqa: ANN401 - the API's have more to tell
    """What the API said; its whole answer, with all details, stays in the cause."""
    first, last = batch[0].position, batch[-1].position
    which = f"Item {first}" if first == last else f"The batch with items {first} to {last}"
    reason = f"{type(error).__name__}: {error}"
    if hasattr(error, "status"):  # an APIError, of which the text is the whole answer
        reason = f"{error.code} {error.status}: {error.message}"
    return f"{which} could not be embedded: {reason.rstrip(': .')}."
