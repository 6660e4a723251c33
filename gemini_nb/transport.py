"""Options for the SDK's HTTP clients: bearer tokens in, keys out of what is kept of a reply."""

from __future__ import annotations

import asyncio
import os
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from gemini_nb.errors import CredentialsError
from gemini_nb.redaction import REDACTED, keys_in_use, redact, remember

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.auth.credentials import Credentials

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/generative-language.retriever",
)
"""The OAuth scopes that Google's quickstart asks for."""

_SECRET_HEADERS = ("x-goog-api-key", "authorization")
_REDIRECT, _ERROR = 300, 400


def http_arguments(
    base_url: str, before: Callable[[Any], None] | None = None
) -> dict[str, dict[str, Any]]:
    """`client_args` and `async_client_args` for `types.HttpOptions`.

    Replies lose the keys in their headers and, unless they are streams, in their text; those that
    an error carries along lose them in the request, too, so that it can be shown and pickled.

    Args:
        base_url: where the client sends its requests.
        before: called with each request before it is sent; it may change it, or raise.
    """
    from gemini_nb.tokens.meter import observe, observe_later  # noqa: PLC0415 - it is of a room

    hooks: dict[str, list[Any]] = {"response": [observe, _scrub]}
    async_hooks: dict[str, list[Any]] = {"response": [observe_later, _scrub_async]}
    if before is not None:

        async def in_thread(request: Any) -> None:  # noqa: ANN401 - an httpx or httpx2 request
            await asyncio.to_thread(before, request)

        hooks["request"], async_hooks["request"] = [before], [in_thread]
    async_arguments: dict[str, Any] = {"event_hooks": async_hooks}
    if find_spec("aiohttp") is not None:
        # The SDK prefers aiohttp, which knows no hooks; a transport makes it use httpx.
        proxy = _proxy_for(base_url)
        async_arguments["transport"] = _http_library().AsyncHTTPTransport(proxy=proxy)
    return {"client_args": {"event_hooks": hooks}, "async_client_args": async_arguments}


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
        remember(credentials.token or "")
        if project := os.environ.get("GOOGLE_CLOUD_PROJECT"):
            headers.setdefault("x-goog-user-project", project)
        request.headers.pop("x-goog-api-key", None)
        request.headers.update(headers)

    return sign


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
    return is_json or response.status_code >= _ERROR


def _hide_keys(response: Any) -> None:  # noqa: ANN401 - as above
    headers = [(name, redact(value)) for name, value in response.headers.multi_items()]
    if headers != response.headers.multi_items():
        response.headers = type(response.headers)(headers)
    # In an answer, what only looks like a key may be a piece of an image.
    is_error = response.status_code >= _ERROR
    if _is_kept_whole(response) and (
        is_error or any(key.encode() in response.content for key in keys_in_use())
    ):
        # There is no public way to change a body that has been read.
        shown = redact(response.text)
        response._content = shown.encode(response.encoding or "utf-8")  # noqa: SLF001
        del response._text  # noqa: SLF001
    if response.status_code >= _REDIRECT:
        sent = response.request
        headers = {
            name: REDACTED if name in _SECRET_HEADERS else redact(value)
            for name, value in sent.headers.items()
        }
        # A copy: a retry sends the original again.
        response.request = type(sent)(sent.method, redact(str(sent.url)), headers=headers)


def _http_library() -> Any:  # noqa: ANN401 - the module that the SDK uses
    is_new = int(version("google-genai").partition(".")[0]) >= 3  # noqa: PLR2004 - see name
    chosen = os.environ.get("GOOGLE_GENAI_HTTP_CLIENT", "").strip().lower()
    return import_module(chosen if chosen.startswith("httpx") else "httpx2" if is_new else "httpx")


def _proxy_for(base_url: str) -> str | None:
    address = urlsplit(base_url)
    if proxy_bypass(address.netloc):
        return None
    proxies = getproxies()
    return proxies.get(address.scheme) or proxies.get("all")
