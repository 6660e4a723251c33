"""`embed`: items in, one unit vector for each of them out."""

from __future__ import annotations

from contextlib import contextmanager
from operator import index
from typing import TYPE_CHECKING, cast

from gemini_nb import catalog
from gemini_nb.embeddings.asking.batches import Recipe, entries_of, titles_of
from gemini_nb.embeddings.asking.cache import opened
from gemini_nb.embeddings.asking.collection import Collection, Order
from gemini_nb.embeddings.asking.connection import connection_of
from gemini_nb.embeddings.asking.contents import listed
from gemini_nb.embeddings.asking.flights import BatchFailedError, ask_in_tasks, ask_in_threads
from gemini_nb.embeddings.asking.progress import shown
from gemini_nb.embeddings.fields import field
from gemini_nb.embeddings.tasks import DOCUMENT, task_named
from gemini_nb.errors import (
    EmbeddingError,
    EmbeddingFailedError,
    EmbeddingInterrupt,
    InvalidOptionError,
    ModelError,
)

if TYPE_CHECKING:
    import asyncio
    import os
    import threading
    from collections.abc import Generator, Iterable

    from google.genai import Client
    from google.genai.client import AsyncClient

    from gemini_nb.embeddings.asking.batches import Batch
    from gemini_nb.embeddings.embeddings import Embedder, Embeddings

    CachePath = str | os.PathLike[str]
    Titles = str | Iterable[str | None]


def embed(  # noqa: PLR0913 - what to embed, and how
    client: Client,
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
    what fails in passing (429, 5xx, a broken connection) is asked again after a while. Ctrl-C and
    failures keep what has arrived: the exception has it as `arrived`.

    Args:
        client: as `connect` returns it.
        items: a list, or any iterable, of texts, PIL images, bytes of images, `pathlib.Path`s of
            images, PDFs, recordings and films, `types.Part` and `types.Content`; or one of these.
        model: by default `catalog.default("embedding")`.
        task: what the vectors are for: RETRIEVAL_QUERY, RETRIEVAL_DOCUMENT, SEMANTIC_SIMILARITY,
            CLASSIFICATION, CLUSTERING, QUESTION_ANSWERING, FACT_VERIFICATION or
            CODE_RETRIEVAL_QUERY, in any case. gemini-embedding-001 and older models are told it by
            its name, later ones by the prefixes of
            https://ai.google.dev/gemini-api/docs/embeddings, put before the texts that are sent.
        dimensions: how many values each vector is to have; by default as many as the model makes.
        title: of the documents, for the task RETRIEVAL_DOCUMENT: one for all, or one for each
            (gemini-embedding-001 takes one in a request, so that each then costs a request).
        cache: path of an SQLite file, made if it is missing, that keeps each vector under a hash
            of what it is of. What is in it is not asked for again, so that a call that was
            interrupted goes on from there.

    Raises:
        EmbeddingError: an item can't be embedded (nothing has been sent then), or there was not
            one vector for each.
        EmbeddingFailedError: the API refused a batch, or went on failing.
        EmbeddingInterrupt: Ctrl-C, or the kernel's stop button; it is a KeyboardInterrupt.
        ModelError: the model is retired, or makes no vectors.
        InvalidOptionError: an option can't be used, or does not go with the others.

    Example:
        >>> import gemini_nb as gnb
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> kites = gnb.embed(client, ["a red kite", "a blue kite", "soup"], dimensions=256)
        >>> kites.vectors.shape
        (3, 256)
        >>> bool(kites.vectors[0] @ kites.vectors[1] > kites.vectors[0] @ kites.vectors[2])
        True
        >>> gnb.disconnect()
    """
    connection = connection_of(client)
    if connection.models is None:
        raise InvalidOptionError("client.aio is for `await aembed(...)`; pass the client itself.")
    recipe = _recipe(model, task, dimensions, connection.place)
    order = _order(items, recipe, title)

    def ask(batch: Batch, stopped: threading.Event) -> object:
        return connection.ask(recipe, batch, stopped)

    with opened(cache) as known:
        collection = Collection(order, known)
        with _explained(collection, order, cache):
            while batches := collection.missing():
                with shown(batches, collection.keep) as keep:
                    ask_in_threads(batches, ask, keep)
    return collection.embeddings(_embedder(client, recipe, cache))


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
        >>> import asyncio
        >>> import gemini_nb as gnb
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> async def count():
        ...     async with client.aio as asking:
        ...         return len(await gnb.aembed(asking, ["a red kite", "soup"]))
        >>> asyncio.run(count())
        2
        >>> gnb.disconnect()
    """
    connection = connection_of(client)
    recipe = _recipe(model, task, dimensions, connection.place)
    order = _order(items, recipe, title)

    async def ask(batch: Batch, stopped: asyncio.Event) -> object:
        return await connection.ask_async(recipe, batch, stopped)

    with opened(cache) as known:
        collection = Collection(order, known)
        with _explained(collection, order, cache):
            while batches := collection.missing():
                with shown(batches, collection.keep) as keep:
                    await ask_in_tasks(batches, ask, keep)
    if connection.models is None:
        return collection.embeddings()
    return collection.embeddings(_embedder(cast("Client", client), recipe, cache))


def _recipe(model: str | None, task: str | None, dimensions: int | None, place: str) -> Recipe:
    return Recipe(_embedding_model(model), task_named(task), _whole(dimensions), place)


def _whole(dimensions: int | None) -> int | None:
    if dimensions is None:
        return None
    try:
        count = 0 if isinstance(dimensions, bool) else index(dimensions)  # NumPy's integers too
    except TypeError:
        count = 0
    if count < 1:
        raise InvalidOptionError(
            f"dimensions must be a whole number above 0, or None, not {dimensions!r}."
        )
    return count


def _embedding_model(name: str | None) -> str:
    """The id of the model to ask; one that our table does not know is asked as it is."""
    usual = catalog.default("embedding").id
    if name is None:
        return usual
    if retired := catalog.find_retired(name):
        raise ModelError(f"There is no {retired.id}. {retired.told}")
    known = catalog.find(name)
    if known is not None and known.kind != "embedding":
        raise ModelError(f"{known.id} makes answers, not vectors; ask {usual}.")
    return catalog.bare_id(name)


def _order(items: object, recipe: Recipe, title: Titles | None) -> Order:
    if title is not None and recipe.task != DOCUMENT:
        raise InvalidOptionError(
            f"title goes with task={DOCUMENT!r} only, not with {recipe.task!r}."
        )
    found = listed(items)
    entries = entries_of(found, recipe, titles_of(title, len(found)))
    return Order(tuple(found), recipe, entries)


def _embedder(client: Client, recipe: Recipe, cache: CachePath | None) -> Embedder:
    """What embeds a query with the same model."""

    def embed_one(item: object, task: str | None) -> Embeddings:
        return embed(
            client,
            [item],
            model=recipe.model,
            task=task,
            dimensions=recipe.dimensions,
            cache=cache,
        )

    return embed_one


@contextmanager
def _explained(collection: Collection, order: Order, cache: CachePath | None) -> Generator[None]:
    """Failures and Ctrl-C told with what has arrived."""
    try:
        yield
    except BatchFailedError as failed:
        first, last = failed.batch[0].positions[0], failed.batch[-1].positions[-1]
        which = f"Item {first}" if first == last else f"The batch with items {first} to {last}"
        cause = cast("Exception", failed.__cause__)
        failure = EmbeddingFailedError(
            f"{which} could not be embedded: {_reason(cause)} {_arrived(collection, order, cache)}"
        )
        failure.arrived = collection.embeddings()
        raise failure from cause
    except EmbeddingError as error:
        error.arrived = collection.embeddings()
        raise
    except KeyboardInterrupt:
        interrupt = EmbeddingInterrupt(f"Stopped. {_arrived(collection, order, cache)}")
        interrupt.arrived = collection.embeddings()
        raise interrupt from None


def _reason(error: Exception) -> str:
    """What the API said; its whole answer, with all details, stays in the cause."""
    told = field(error, "message")
    code, status = field(error, "code"), field(error, "status")
    if isinstance(told, str) and told:
        told = " ".join(str(part) for part in (code, status) if part) + f": {told}"
    else:
        told = f"{type(error).__name__}: {error}".rstrip(": ")
    return told if told.endswith(".") else f"{told}."


def _arrived(collection: Collection, order: Order, cache: CachePath | None) -> str:
    if not collection.count:
        return "No item has arrived."
    going_on = (
        'With cache="vectors.sqlite", the same call would go on from there.'
        if cache is None
        else "They are in the cache too: the same call goes on from there."
    )
    return (
        f"{collection.count:,} of {len(order.items):,} items have arrived; they are in this "
        f"exception's `arrived`. {going_on}"
    )
