"""Keys and tokens: where they come from, how requests carry them, and how replies lose them."""

from __future__ import annotations

import asyncio
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from itertools import chain
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from gemini_nb.errors import CredentialsError, InvalidKeyError
from gemini_nb.redaction import (
    KEY_VARIABLES,
    NAMES_A_SECRET,
    PLACEHOLDER,
    REDACTED,
    Secret,
    keys_in_use,
    redact,
    remember,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.auth.credentials import Credentials
    from google.genai.types import HttpOptions

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/generative-language.retriever",
)
"""The OAuth scopes that Google's quickstart asks for."""

# A user without a password, a password, or what may be a key in a path or query.
_IN_ADDRESS = re.compile(r"[^/:?#@]+(?=@)|(?<!//)(?<=[/=])(?=[^/?#&=]*\d)[^/?#&=:@]{16,}")


def find_key(api_key: str | None = None) -> tuple[Secret | None, str]:
    """The key to use, or None if there is none, and where it is from, for a person to read.

    Looked for in this order: `api_key`; GOOGLE_API_KEY, then GEMINI_API_KEY in the environment,
    as the SDK does; the Colab secrets of the same names. A blank value counts as none, and so
    does the placeholder that `connect` sets while offline.

    Raises:
        InvalidKeyError: a key holds characters that no HTTP header can carry, or is not a str.

    Example:
        >>> find_key("offline-not-a-key"), find_key(" my-key ")
        ((None, ''), ('[key redacted]', 'the api_key argument'))
    """
    places = chain(  # lazily: Colab asks its user before it hands out a secret
        [("the api_key argument", api_key)],
        ((name, os.environ.get(name)) for name in KEY_VARIABLES),
        ((f"the Colab secret {name}", _colab_secret(name)) for name in KEY_VARIABLES),
    )
    for source, found in places:
        key = hidden(found)
        if key and key != PLACEHOLDER:
            if unfit := re.search("[^!-~]", key):
                raise InvalidKeyError(
                    f"The key from {source} holds {unfit[0]!r} at position {unfit.end()} of "
                    f"{len(key)}. A key is one run of letters, digits and signs: copy it again."
                )
            return key, source
    return None, ""


def hidden(key: object) -> Secret | None:
    """`key` as a Secret, which `redact` takes out of every text from now on.

    Raises:
        InvalidKeyError: `key` is not a str.
    """
    remember(key)
    if key is None:
        return None
    if isinstance(key, str):
        return Secret(key.strip())
    remedy = "pass api_key=Path(...).read_text() for one in a file."
    raise InvalidKeyError(f"A key is a str, not {type(key).__name__}: {remedy}")


def hidden_in(options: Any, name: str = "") -> Any:  # noqa: ANN401 - nested as the SDK's options
    """`options` with what is named as a secret hidden, and what is secret in an address."""
    if isinstance(options, Mapping):
        members = cast("Mapping[str, Any]", options)
        return {own: hidden_in(value, f"{name} {own}") for own, value in members.items()}
    if isinstance(options, list):
        return [hidden_in(each, name) for each in cast("list[Any]", options)]
    if isinstance(options, tuple):  # a header, or a user and the password
        pair = cast("tuple[Any, ...]", options)
        return *pair[:1], *(hidden_in(each, f"{name} {pair[0]}") for each in pair[1:])
    is_secret = NAMES_A_SECRET.search(name)
    if isinstance(options, str) and is_secret:
        return hidden(options)
    if isinstance(options, str):
        remember([unquote(found) for found in _IN_ADDRESS.findall(options)])
    elif hasattr(options, "model_fields_set"):  # the SDK's HttpOptions
        hidden_in(dict(options), name)
    elif is_secret:
        remember(options)
    return options


def default_credentials() -> Credentials:
    """Application Default Credentials with the scopes of the Gemini API.

    Raises:
        CredentialsError: there are none on this machine.
    """
    google_auth = import_module("google.auth")
    try:
        credentials, _ = google_auth.default(scopes=list(SCOPES))
    except google_auth.exceptions.DefaultCredentialsError as error:
        raise CredentialsError(
            "No Application Default Credentials were found. Run `gcloud auth application-default "
            f"login --scopes='{','.join(SCOPES)}'`, or pass credentials=... to connect(). "
            f"({error})"
        ) from None
    return credentials


def bearer(credentials: Any) -> Callable[[Any], None]:  # noqa: ANN401 - google-auth is untyped
    """What puts a valid token into a request in place of the API key.

    The token is refreshed when needed; the SDK has no option for that. Sending raises
    CredentialsError where it can't be.
    """
    refresh: Any = import_module("google.auth.transport.requests").Request()
    failure = import_module("google.auth.exceptions").GoogleAuthError

    def sign(request: Any) -> None:  # noqa: ANN401 - an httpx or httpx2 request
        headers: dict[str, str] = {}
        try:
            credentials.before_request(refresh, request.method, str(request.url), headers)
        except failure as error:
            raise CredentialsError(
                f"The OAuth credentials gave no token: {error}. Log in again, or use an API key."
            ) from None
        remember(credentials.token)
        if project := os.environ.get("GOOGLE_CLOUD_PROJECT"):
            headers.setdefault("x-goog-user-project", project)
        request.headers.pop("x-goog-api-key", None)
        request.headers.update(headers)

    return sign


def http_options(
    given: HttpOptions, *, before: Callable[[Any], None] | None, **ours: object
) -> HttpOptions:
    """`ours`, such as `base_url`, with the options `given` over them; hooks of both are kept.

    Replies lose the keys in their headers and, unless they are streams, in their text; those that
    an error carries along lose them in the request, too, so that it can be shown and pickled.

    Args:
        given: the caller's options.
        before: called with each request before it is sent; it may change it, or raise.
        ours: fields of `HttpOptions`.
    """
    from gemini_nb.tokens.meter import observe, observe_later  # noqa: PLC0415 - it is of a room

    hooks: dict[str, dict[str, list[Any]]] = {
        "client_args": {"request": [], "response": [observe, _scrub]},
        "async_client_args": {"request": [], "response": [observe_later, _scrub_async]},
    }
    if before is not None:  # to refresh a token may take a while
        hooks["client_args"]["request"] = [before]
        hooks["async_client_args"]["request"] = [partial(asyncio.to_thread, before)]
    options: dict[str, Any] = ours | {name: getattr(given, name) for name in given.model_fields_set}
    for name, own in hooks.items():
        theirs: dict[str, Any] = options.get(name) or {}
        extra: dict[str, list[Any]] = theirs.get("event_hooks", {})
        merged = {event: [*first, *extra.get(event, [])] for event, first in own.items()}
        options[name] = {**theirs, "event_hooks": merged}
    if find_spec("aiohttp") is not None and "transport" not in options["async_client_args"]:
        # The SDK prefers aiohttp, which knows no hooks; a transport makes it use httpx.
        proxy = _proxy_for(options["base_url"])
        options["async_client_args"]["transport"] = http_library().AsyncHTTPTransport(proxy=proxy)
    made = type(given)(**options)
    made.headers = hidden_in(made.headers)
    return made


def _colab_secret(name: str) -> str | None:
    """The secret called `name` in Colab's secret manager; None elsewhere or without access."""
    if "google.colab" not in sys.modules:
        return None
    userdata = import_module("google.colab.userdata")
    # It raises what Colab alone has: SecretNotFoundError, NotebookAccessError, TimeoutException.
    with suppress(Exception):
        return userdata.get(name)
    return None


def _scrub(response: Any) -> None:  # noqa: ANN401 - an httpx or httpx2 response
    if _is_kept_whole(response):
        response.read()
    _hide_keys(response)


async def _scrub_async(response: Any) -> None:  # noqa: ANN401 - as above
    if _is_kept_whole(response):
        await response.aread()
    _hide_keys(response)


def _is_kept_whole(response: Any) -> bool:  # noqa: ANN401 - as above
    """Whether it is no stream and no file, but an error or JSON."""
    is_json = response.headers.get("content-type", "").startswith("application/json")
    return is_json or response.is_error


def _hide_keys(response: Any) -> None:  # noqa: ANN401 - as above
    shown = [(name, redact(value)) for name, value in response.headers.multi_items()]
    if shown != response.headers.multi_items():
        response.headers = type(response.headers)(shown)
    # In an answer, what only looks like a key may be a piece of an image.
    if response.is_error or (
        _is_kept_whole(response) and any(key.encode() in response.content for key in keys_in_use())
    ):
        # There is no public way to change a body that has been read.
        text = redact(response.text)
        response._content = text.encode(response.encoding or "utf-8")  # noqa: SLF001
        del response._text  # noqa: SLF001
    if not response.is_success:
        sent = response.request
        headers = {
            name: REDACTED if NAMES_A_SECRET.search(name) else redact(value)
            for name, value in sent.headers.items()
        }
        # A copy: a retry sends the original again.
        response.request = type(sent)(sent.method, redact(str(sent.url)), headers=headers)


def http_library() -> Any:  # noqa: ANN401 - the module that the SDK uses
    """The HTTP library that the SDK sends its requests with, `httpx` or `httpx2`.

    Example:
        >>> http_library().__name__.rstrip("2")
        'httpx'
    """
    is_new = int(version("google-genai").partition(".")[0]) >= 3  # noqa: PLR2004 - see name
    chosen = os.environ.get("GOOGLE_GENAI_HTTP_CLIENT", "").strip().lower()
    return import_module(chosen if chosen.startswith("httpx") else "httpx2" if is_new else "httpx")


def _proxy_for(base_url: str) -> str | None:
    address = urlsplit(base_url)
    proxies = {} if proxy_bypass(address.netloc) else getproxies()
    return proxies.get(address.scheme) or proxies.get("all")
