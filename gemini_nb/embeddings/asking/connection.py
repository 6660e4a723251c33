"""One batch asked of the SDK's client, as it was told to ask."""

from __future__ import annotations

import inspect
import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from gemini_nb.embeddings.asking.retries import Patience, async_retrying, patience_told, retrying
from gemini_nb.errors import InvalidOptionError

if TYPE_CHECKING:
    import asyncio
    import threading

    from google.genai import Client
    from google.genai.client import AsyncClient

    from gemini_nb.embeddings.asking.batches import Batch, Recipe


@dataclass(frozen=True, slots=True)
class Connection:
    """A client's methods, and what of its options matters here."""

    models: Any
    """`client.models`; None for `client.aio`."""
    async_models: Any
    place: str
    """Who is asked: the host, or "loopback" for this machine, whatever the port."""
    patience: Patience
    retries_itself: bool
    """Whether the client was made with retries; ours then take their place and numbers."""

    def ask(self, recipe: Recipe, batch: Batch, stopped: threading.Event) -> object:
        """The SDK's response to a batch; asked again while another try may help."""
        return retrying(self.patience, stopped)(
            self.models.embed_content, **self._arguments(recipe, batch)
        )

    async def ask_async(self, recipe: Recipe, batch: Batch, stopped: asyncio.Event) -> object:
        """As `ask`, through the client's async methods."""
        return await async_retrying(self.patience, stopped)(
            self.async_models.embed_content, **self._arguments(recipe, batch)
        )

    def _arguments(self, recipe: Recipe, batch: Batch) -> dict[str, Any]:
        from google.genai import types  # noqa: PLC0415 - takes 1.6 s

        # The SDK's own waits can't be broken off, and know nothing of what a 429 says.
        once = types.HttpOptions(retry_options=types.HttpRetryOptions(attempts=1))
        config = types.EmbedContentConfig(
            task_type=recipe.task_type,
            title=batch[0].title,
            output_dimensionality=recipe.dimensions,
            http_options=once if self.retries_itself else None,
        )
        contents = [entry.content for entry in batch]
        return {"model": recipe.model, "contents": contents, "config": config}


def connection_of(client: Client | AsyncClient) -> Connection:
    """What is needed of a client, or of its `aio`.

    Raises:
        InvalidOptionError: it is no client of google-genai's.

    Example:
        >>> from google import genai
        >>> connection_of(genai.Client(api_key="any-key", vertexai=False)).place
        'generativelanguage.googleapis.com'
    """
    models = getattr(client, "models", None)
    inner: Any = getattr(client, "_api_client", None)  # there is no public way to its options
    if inner is None or not hasattr(models, "embed_content"):
        raise InvalidOptionError(
            "The first argument must be a client, as gemini_nb.connect() returns it, not a "
            f"{type(client).__name__}."
        )
    is_async = inspect.iscoroutinefunction(cast("Any", models).embed_content)
    options: Any = inner._http_options  # noqa: SLF001 - see above
    retry_options = options.retry_options
    return Connection(
        models=None if is_async else models,
        async_models=models if is_async else cast("Any", client).aio.models,
        place=_place(options.base_url or ""),
        patience=patience_told(retry_options),
        retries_itself=retry_options is not None,
    )


def _place(base_url: str) -> str:
    """The embedded server gets another port each time; it is the same one nevertheless."""
    host = urlsplit(base_url).hostname or ""
    try:
        is_here = ipaddress.ip_address(host).is_loopback
    except ValueError:
        is_here = host == "localhost"
    return "loopback" if is_here else host
