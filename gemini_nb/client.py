"""`connect()`: a genuine `google.genai.Client`, for Gemini or for the embedded server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, cast

from gemini_nb import catalog, tracebacks, transport
from gemini_nb.environment import EnvironmentChange, with_loopback_unproxied
from gemini_nb.errors import InvalidModeError, InvalidOptionError, MissingKeyError
from gemini_nb.keys import find_key
from gemini_nb.redaction import KEY_VARIABLES, PLACEHOLDER, Secret

if TYPE_CHECKING:
    from google.auth.credentials import Credentials
    from google.genai import Client
    from google.genai.types import HttpOptions

    from gemini_nb.offline.server import EmbeddedServer

Mode = Literal["auto", "live", "offline", "adc"]

GEMINI_URL = "https://generativelanguage.googleapis.com"
BASE_URL_VARIABLE = "GOOGLE_GEMINI_BASE_URL"
MODE_VARIABLE = "GEMINI_NB_MODE"
DEFAULT_TIMEOUT = 120.0
"""Seconds. The SDK's own default is to wait for ever, and one stuck call would hang a class."""

_MODES = ("auto", "live", "offline", "adc")


@dataclass(frozen=True, slots=True)
class Plan:
    """What `connect` is going to do, decided before anything is started."""

    is_live: bool
    summary: str
    """For a person to read: who will answer, and why; never the key."""
    secret: Secret | None = None
    """The API key; None offline and with OAuth credentials."""
    credentials: Literal["none", "given", "default"] = "none"
    """Where OAuth credentials come from, if they are used."""


@dataclass(slots=True)
class _Session:
    """What `connect` has started and changed in this process."""

    server: EmbeddedServer | None = None
    environment: EnvironmentChange | None = None
    # `connect().models.x()` in one expression would otherwise lose the client, which closes the
    # connection, before the request is sent: googleapis/python-genai issues 1763 and 1489.
    clients: dict[object, Client] = field(default_factory=dict[object, "Client"])


_session = _Session()


def connect(
    mode: Mode | None = None,
    *,
    api_key: str | None = None,
    credentials: Credentials | None = None,
    api_version: str = "v1beta",
    timeout: float = DEFAULT_TIMEOUT,
    **client_options: Any,  # noqa: ANN401 - the SDK's own options
) -> Client:
    """A `google.genai.Client` that works: with Gemini if there is a key, otherwise offline.

    One printed line says which. The environment of this process is set so that `curl` cells and
    child processes reach the same place: GOOGLE_GEMINI_BASE_URL, GEMINI_API_KEY and the
    GEMINI_NB_*MODEL variables. `disconnect` puts it back.

    Args:
        mode: "auto" (live if a key is found, otherwise offline), "live", "offline" or "adc"
            (live with Application Default Credentials). By default GEMINI_NB_MODE, or "auto".
        api_key: used before GOOGLE_API_KEY, GEMINI_API_KEY and the Colab secrets of those names.
        credentials: OAuth credentials to send instead of a key, refreshed when needed.
        api_version: "v1beta" or "v1".
        timeout: seconds after which a request is given up; each call can set its own.
        client_options: passed to `google.genai.Client`, such as `http_options`.

    Raises:
        InvalidModeError: `mode` is unknown.
        MissingKeyError: live mode without a key.
        InvalidKeyError: the key holds characters that can't be sent.
        InvalidOptionError: options that contradict each other.
        CredentialsError: "adc" without credentials on this machine.

    Example:
        >>> client = connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> reply = client.models.generate_content(model="gemini-3.8-flash", contents="Hello!")
        >>> reply.model_version
        'offline/ngram'
        >>> disconnect()
    """
    if "vertexai" in client_options or "enterprise" in client_options:
        message = "connect() speaks to the Gemini Developer API; for Vertex AI use"
        raise InvalidOptionError(f"{message} google.genai.Client(vertexai=True, ...) itself.")
    if not 0 < timeout < float("inf"):
        raise InvalidOptionError(f"timeout must be a number of seconds above 0, not {timeout!r}.")
    _restore_environment()
    plan = decide(mode, api_key=api_key, credentials=credentials)
    if plan.credentials == "default":
        credentials = transport.default_credentials()
    base_url = live_url() if plan.is_live else _embedded_server().base_url
    _session.environment = EnvironmentChange(_variables(plan, base_url))
    tracebacks.hide_keys()
    print(f"gemini_nb: {plan.summary}")  # noqa: T201 - the one line that says who answers
    same = (plan, base_url, api_version, timeout, id(credentials))
    if client_options or same not in _session.clients:
        given = client_options.pop("http_options", None)
        options = _http_options(base_url, api_version, timeout, credentials, given)
        key = plan.secret or Secret("oauth" if plan.is_live else PLACEHOLDER)
        client = _new_client(key, options, client_options)
        _session.clients[client if client_options else same] = client
        return client
    return _session.clients[same]


def disconnect() -> None:
    """Put the environment back as `connect` found it, and stop the embedded server.

    Clients made by `connect` offline stop working; calling it without a connection does nothing.
    """
    _restore_environment()
    _session.clients.clear()
    if _session.server is not None:
        _session.server.stop()
        _session.server = None


def decide(
    mode: str | None = None,
    *,
    api_key: str | None = None,
    credentials: Credentials | None = None,
) -> Plan:
    """What `connect` would do with these arguments here; nothing is started or changed.

    Raises:
        InvalidModeError, MissingKeyError, InvalidKeyError, InvalidOptionError: as `connect`.

    Example:
        >>> decide("live", api_key="my-key").summary
        'live, answered by Gemini with the key from the api_key argument'
    """
    chosen = mode or os.environ.get(MODE_VARIABLE, "").strip().lower() or "auto"
    origin = "mode" if mode else MODE_VARIABLE
    if chosen not in _MODES:
        raise InvalidModeError(f"{origin} must be one of {', '.join(_MODES)}, not {chosen!r}.")
    if credentials is not None:
        if api_key is not None or mode == "offline":
            raise InvalidOptionError("credentials go with neither api_key nor the offline mode.")
        return Plan(
            is_live=True,
            summary="live, answered by Gemini with the credentials given",
            credentials="given",
        )
    if chosen == "adc":
        summary = "live, answered by Gemini with Application Default Credentials"
        return Plan(is_live=True, summary=summary, credentials="default")
    if chosen == "offline":
        return _offline(f'{origin} "offline"')
    found = find_key(api_key)
    if found is not None:
        summary = f"live, answered by Gemini with the key from {found.source}"
        return Plan(is_live=True, summary=summary, secret=found.secret)
    if chosen == "live":
        raise MissingKeyError(
            "Live mode needs an API key: pass api_key=..., or set GEMINI_API_KEY (in Colab, add it "
            "as a secret and allow this notebook to read it). Without one, use connect('offline')."
        )
    return _offline("no API key found")


def _offline(why: str) -> Plan:
    return Plan(is_live=False, summary=f"offline, answered by the embedded server ({why})")


def live_url() -> str:
    """Where a live client sends its requests: GOOGLE_GEMINI_BASE_URL, or Gemini itself."""
    address = os.environ.get(BASE_URL_VARIABLE, "").strip().rstrip("/")
    # A parent process that is offline leaves its own server's address to its children.
    inherited = any(os.environ.get(name) == PLACEHOLDER for name in KEY_VARIABLES)
    return GEMINI_URL if inherited or not address else address


def _variables(plan: Plan, base_url: str) -> dict[str, str]:
    """What curl cells and child processes need to reach the same place."""
    variables = {BASE_URL_VARIABLE: base_url}
    for kind, name in catalog.VARIABLES.items():
        variables[name] = catalog.default(kind).id
    key = str(plan.secret) if plan.secret else None if plan.is_live else PLACEHOLDER
    if key is not None:
        variables["GEMINI_API_KEY"] = key
        if os.environ.get("GOOGLE_API_KEY"):
            # The SDK would prefer it: it must not hold another key, nor a real one offline.
            variables["GOOGLE_API_KEY"] = key
    if not plan.is_live:
        for name in ("NO_PROXY", "no_proxy"):
            variables[name] = with_loopback_unproxied(os.environ.get(name, ""))
    return variables


def _http_options(
    base_url: str,
    api_version: str,
    timeout: float,
    credentials: Credentials | None,
    given: HttpOptions | dict[str, Any] | None,
) -> HttpOptions:
    """Our options with the caller's over them; hooks of both are kept."""
    from google.genai import types  # noqa: PLC0415 - takes 1.6 s

    theirs = types.HttpOptions.model_validate(given or {})
    chosen: dict[str, Any] = {name: getattr(theirs, name) for name in theirs.model_fields_set}
    arguments = transport.http_arguments(base_url, credentials)
    for name, ours in arguments.items():
        chosen[name] = _with_hooks(ours, cast("dict[str, Any]", chosen.get(name) or {}))
    chosen.setdefault("base_url", base_url)
    chosen.setdefault("api_version", api_version)
    chosen.setdefault("timeout", round(timeout * 1000))  # the SDK counts milliseconds
    return types.HttpOptions(**chosen)


def _with_hooks(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    hooks: dict[str, list[Any]] = ours["event_hooks"]
    extra: dict[str, list[Any]] = theirs.get("event_hooks", {})
    merged = {name: [*hooks.get(name, []), *extra.get(name, [])] for name in {*hooks, *extra}}
    return {**ours, **theirs, "event_hooks": merged}


def _new_client(key: Secret, options: HttpOptions, client_options: dict[str, Any]) -> Client:
    from google.genai import Client  # noqa: PLC0415 - takes 1.6 s

    # vertexai=False: a switch in the environment would send the requests elsewhere.
    return Client(api_key=key, vertexai=False, http_options=options, **client_options)


def _embedded_server() -> EmbeddedServer:
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models

    if _session.server is None or not _session.server.is_running:
        _session.server = EmbeddedServer()
    return _session.server


def _restore_environment() -> None:
    if _session.environment is not None:
        _session.environment.undo()
        _session.environment = None


def _forget_server_after_fork() -> None:
    """A child has no thread to serve; its clients reach the parent's server while that runs."""
    if _session.server is not None:
        _session.server.forget_after_fork()
        _session.server = None
        _session.clients.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_server_after_fork)
