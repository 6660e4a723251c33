"""Options for the SDK's HTTP clients: bearer tokens in, keys out of what an error keeps."""

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
from gemini_nb.redaction import REDACTED, redact, remember

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

SCOPES = (
    "https://www.googleapis.com/auth/cloud-platform",
    "https://www.googleapis.com/auth/generative-language.retriever",
)
"""The OAuth scopes that Google's quickstart asks for."""

_SECRET_HEADERS = ("x-goog-api-key", "authorization")
_ERROR = 400


def http_arguments(
    base_url: str, credentials: Credentials | None = None
) -> dict[str, dict[str, Any]]:
    """`client_args` and `async_client_args` for `types.HttpOptions`.

    Replies that are errors lose the keys in their text and in the request that they carry along,
    so that an exception can be shown and pickled. With `credentials` each request carries their
    bearer token, refreshed when needed, and no API key; the SDK has no option for that.
    """
    sign = _Bearer(credentials) if credentials is not None else None
    hooks: dict[str, list[Any]] = {"response": [_scrub]}
    async_hooks: dict[str, list[Any]] = {"response": [_scrub_async]}
    if sign is not None:
        hooks["request"] = [sign]
        async_hooks["request"] = [sign.in_thread]
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


class _Bearer:
    """Puts a valid token into a request in place of the API key."""

    def __init__(self, credentials: Credentials) -> None:
        self._credentials: Any = credentials  # google-auth has no complete types
        self._refresh: Any = import_module("google.auth.transport.requests").Request()

    def __call__(self, request: Any) -> None:  # noqa: ANN401 - an httpx or httpx2 request
        headers: dict[str, str] = {}
        try:
            self._credentials.before_request(
                self._refresh, request.method, str(request.url), headers
            )
        except import_module("google.auth.exceptions").GoogleAuthError as error:
            raise CredentialsError(
                f"The OAuth credentials gave no token: {error}. Log in again, or use an API key."
            ) from None
        if token := self._credentials.token:
            remember(token)
        project = os.environ.get("GOOGLE_CLOUD_PROJECT")
        if project:
            headers.setdefault("x-goog-user-project", project)
        request.headers.pop("x-goog-api-key", None)
        request.headers.update(headers)

    async def in_thread(self, request: Any) -> None:  # noqa: ANN401 - as above
        await asyncio.to_thread(self, request)


def _scrub(response: Any) -> None:  # noqa: ANN401 - an httpx or httpx2 response
    if response.status_code >= _ERROR:
        response.read()
        _hide_keys(response)


async def _scrub_async(response: Any) -> None:  # noqa: ANN401 - as above
    if response.status_code >= _ERROR:
        await response.aread()
        _hide_keys(response)


def _hide_keys(response: Any) -> None:  # noqa: ANN401 - as above
    text: str = response.text
    shown = redact(text)
    if shown != text:
        # There is no public way to change a body that has been read.
        response._content = shown.encode(response.encoding or "utf-8")  # noqa: SLF001
        del response._text  # noqa: SLF001
    sent = response.request
    hidden = {name: REDACTED for name in _SECRET_HEADERS if name in sent.headers}
    # A copy: a retry sends the original again.
    response.request = type(sent)(
        sent.method, redact(str(sent.url)), headers={**sent.headers, **hidden}
    )


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
