"""A method of the SDK's and its arguments, read from the outside; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from gemini_nb.errors import InvalidOptionError
from gemini_nb.redaction import remember

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_WANTED = 'such as as_curl(client.models.generate_content, model="...", contents="...")'
_SHORTEST_KEY = 16  # a shorter one may be a word, as what stands for the key beside OAuth


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """What of a client's options shows in its requests; no key."""

    api_version: str
    headers: tuple[tuple[str, str], ...] = ()
    """The client's own and the SDK's."""
    is_camel_case: bool = True
    """How the REST API documents the fields; those of interactions are in snake_case."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What a chat was made with, and what has been said in it."""

    model: str
    config: Any
    history: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class SDKCall:
    """A call that could be made; making it is up to the reader."""

    resource: str
    """The client's property, as "models"; "chat" for a conversation."""
    method: str
    is_async: bool
    settings: ClientSettings
    arguments: tuple[Any, ...]
    options: Mapping[str, Any]
    """The arguments passed by name."""
    conversation: Conversation | None = None


def read_call(
    method: Callable[..., object], arguments: tuple[Any, ...], options: Mapping[str, Any]
) -> SDKCall:
    """The call of a bound method of the SDK's with these arguments.

    Raises:
        InvalidOptionError: `method` is not a method of one of a client's properties or of a chat,
            or the client is one for Vertex AI.

    Example:
        >>> from google import genai
        >>> client = genai.Client(api_key="any-key", vertexai=False)
        >>> call = read_call(client.aio.models.count_tokens, (), {"model": "m", "contents": "Hi"})
        >>> call.resource, call.method, call.is_async
        ('models', 'count_tokens', True)
    """
    owner: Any = getattr(method, "__self__", None)
    name: str = getattr(method, "__name__", "")
    if owner is None or not callable(method) or name.startswith("_"):
        raise _not_a_method(method)
    if type(owner).__name__ in ("Chat", "AsyncChat"):
        # A chat has no public way to tell its model and configuration.
        told = Conversation(owner._model, owner._config, tuple(owner.get_history(curated=True)))  # noqa: SLF001 - see above
        is_async = type(owner).__name__ == "AsyncChat"
        return SDKCall("chat", name, is_async, _settings(owner), arguments, options, told)
    place = _place(type(owner).__name__)
    if place is None:
        raise _not_a_method(method)
    resource, is_async = place
    return SDKCall(resource, name, is_async, _settings(owner), arguments, options)


def _not_a_method(given: object) -> InvalidOptionError:
    name = getattr(given, "__qualname__", None) or type(given).__qualname__
    shown = repr(given) if isinstance(given, str | int | float | None) else f"{name!r}"
    return InvalidOptionError(
        f"The first argument must be a method of a client, {_WANTED}: {shown}"
    )


def _place(class_name: str) -> tuple[str, bool] | None:
    """The name of the client's property that holds this, and whether it is below `client.aio`.

    Read from annotations: asking a client for a property builds it, and some warn.
    """
    from google.genai import client  # noqa: PLC0415 - takes 1.6 s

    for face, is_async in ((client.Client, False), (client.AsyncClient, True)):
        for name, member in vars(face).items():
            if isinstance(member, property) and not name.startswith("_"):
                kind = getattr(member.fget, "__annotations__", {}).get("return")
                if getattr(kind, "__name__", kind) == class_name:
                    return name, is_async
    return None


def _settings(owner: Any) -> ClientSettings:  # noqa: ANN401 - one of the SDK's many classes
    """What the owner of a method sends along; its key is only remembered, to be taken out."""
    generated = getattr(owner, "sdk_configuration", None)
    if generated is not None:
        key, headers = generated.security.api_key, generated.security.default_headers
        version, is_vertex = generated.globals.api_version, False
    else:
        # The SDK has no public way to tell a client's options.
        inner = getattr(owner, "_modules", owner)._api_client  # noqa: SLF001 - see above
        key, is_vertex, options = inner.api_key, inner.vertexai, inner._http_options  # noqa: SLF001 - as above
        headers, version = options.headers, options.api_version
    if is_vertex or not key:
        raise InvalidOptionError(
            "This client is one for Vertex AI; a request can be shown only for the Gemini "
            f"Developer API, {_WANTED}."
        )
    if len(key) >= _SHORTEST_KEY:
        remember(key)
    told = cast("dict[str, str]", headers or {})
    return ClientSettings(version or "", tuple(told.items()), is_camel_case=generated is None)
