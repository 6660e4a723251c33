"""`connect()`: a genuine `google.genai.Client`, for Gemini or for the embedded server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from inspect import signature
from threading import Event, RLock
from typing import TYPE_CHECKING, Any, Literal, get_args

from gemini_nb import catalog, errors
from gemini_nb.keys import bearer, default_credentials, find_key, hidden, hidden_in, http_options
from gemini_nb.redaction import KEY_VARIABLES, PLACEHOLDER, Secret, hide_keys, redact, remember

if TYPE_CHECKING:
    from collections.abc import Mapping

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

_MODES: tuple[str, ...] = get_args(Mode)
_LONG = 16  # characters; a mode or option of this length is more likely a key than a slip


@dataclass(frozen=True, slots=True)
class Plan:
    """What `connect` is going to do, decided before anything is started."""

    is_live: bool
    why: str
    """For a person to read: who is asked with what, or why nobody is; never the key."""
    secret: Secret | None = None
    """The API key; None offline and with OAuth credentials."""

    @property
    def summary(self) -> str:
        """Who will answer, and why."""
        if self.is_live:
            return f"live, answered by Gemini with {self.why}"
        return f"offline, answered by the embedded server ({self.why})"


@dataclass(slots=True)
class _Session:
    """What `connect` has started and changed in this process."""

    server: EmbeddedServer | None = None
    is_stopped: Event = field(default_factory=Event)
    """Set when `disconnect` stops `server`."""
    variables: tuple[tuple[str, str | None, str], ...] = ()
    """Environment variables: the name, what stood there before, and what was set."""
    # `connect().models.x()` in one expression would otherwise lose the client, which closes the
    # connection, before the request is sent: googleapis/python-genai issues 1763 and 1489.
    clients: dict[object, Client] = field(default_factory=dict[object, "Client"])


_session = _Session()
_lock = RLock()


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
        InvalidOptionError: options that are unknown or contradict each other.
        CredentialsError: "adc" without credentials on this machine.

    Example:
        >>> client = connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> reply = client.models.generate_content(model="gemini-3.8-flash", contents="Hello!")
        >>> reply.model_version
        'offline/templates'
        >>> disconnect()
    """
    hide_keys()
    for told in (mode, timeout, api_version, credentials):  # a key may have strayed into these
        remember(told if len(str(told)) >= _LONG else None)
    client_options, api_key = hidden_in(client_options), hidden(api_key)
    given = _checked_options(timeout, client_options)
    from google.genai import Client  # noqa: PLC0415 - takes 1.6 s

    with _lock:
        _restore_environment()
        plan = decide(mode, api_key=api_key, credentials=credentials)
        if plan.is_live and plan.secret is None and credentials is None:
            credentials = default_credentials()
        base_url = live_url() if plan.is_live else _embedded_server().base_url
        _set_environment(plan, base_url)
        print(f"gemini_nb: {plan.summary}")  # noqa: T201 - the one line that says who answers
        same: object = (plan, base_url, api_version, timeout, id(credentials))
        if client_options:
            same = object()
        if same not in _session.clients:
            refuse = None if plan.is_live else partial(_refuse, _session.is_stopped)
            client_options["http_options"] = http_options(
                given,
                before=bearer(credentials) if credentials else refuse,
                base_url=base_url,
                api_version=api_version,
                timeout=round(timeout * 1000),  # the SDK counts milliseconds
            )
            key = plan.secret or Secret("oauth" if plan.is_live else PLACEHOLDER)
            # vertexai=False: a switch in the environment would send the requests elsewhere.
            _session.clients[same] = Client(api_key=key, vertexai=False, **client_options)
        return _session.clients[same]


def disconnect() -> None:
    """Put the environment back as `connect` found it, and stop the embedded server.

    Clients made by `connect` offline raise DisconnectedError from then on; calling it without a
    connection does nothing.
    """
    with _lock:
        _restore_environment()
        _session.clients.clear()
        if _session.server is not None:
            _session.is_stopped.set()
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
    chosen = str(mode or os.environ.get(MODE_VARIABLE, "").strip() or "auto").lower()
    origin = "mode" if mode else MODE_VARIABLE
    if chosen not in _MODES:
        told = f"not {chosen!r}."
        if len(chosen) >= _LONG or redact(chosen) != chosen:
            told = "not what looks like a key: pass api_key=... or set GEMINI_API_KEY."
            remember(chosen)
        raise errors.InvalidModeError(f"{origin} must be one of {', '.join(_MODES)}, {told}")
    if credentials is not None:
        if api_key is not None or mode == "offline":
            raise errors.InvalidOptionError(
                "credentials go with neither api_key nor the offline mode."
            )
        return Plan(is_live=True, why="the credentials given")
    if chosen == "adc":
        return Plan(is_live=True, why="Application Default Credentials")
    if chosen == "offline":
        return Plan(is_live=False, why=f'{origin} "offline"')
    key, source = find_key(api_key)
    if key:
        return Plan(is_live=True, why=f"the key from {source}", secret=key)
    if chosen == "live":
        raise errors.MissingKeyError(
            "Live mode needs an API key: pass api_key=..., or set GEMINI_API_KEY (in Colab, add it "
            "as a secret and allow this notebook to read it). Without one, use connect('offline')."
        )
    return Plan(is_live=False, why="no API key found")


def _checked_options(timeout: float, client_options: Mapping[str, Any]) -> HttpOptions:
    """The caller's `http_options`, where all options are fit."""
    from google.genai import Client, types  # noqa: PLC0415 - takes 1.6 s

    if "vertexai" in client_options or "enterprise" in client_options:
        message = "connect() speaks to the Gemini Developer API; for Vertex AI use"
        raise errors.InvalidOptionError(
            f"{message} google.genai.Client(vertexai=True, ...) itself."
        )
    if unknown := sorted(client_options.keys() - set(signature(Client).parameters)):
        remember([value for value in client_options.values() if len(str(value)) >= _LONG])
        raise errors.InvalidOptionError(
            f"connect() has no option {unknown[0]!r}: pass api_key=... for a key, and http_options="
            "{...} for what the SDK's client takes."
        )
    is_number = isinstance(timeout, int | float)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not is_number or not 0 < timeout < float("inf"):
        raise errors.InvalidOptionError(
            f"timeout must be seconds, a number above 0, not {timeout!r}."
        )
    try:
        return types.HttpOptions.model_validate(client_options.get("http_options") or {})
    except ValueError as error:
        raise errors.InvalidOptionError(f"http_options can't be read: {error}") from None


def _refuse(is_stopped: Event, _: object) -> None:
    """Keep a request from going where no server is any more."""
    if is_stopped.is_set():
        raise errors.DisconnectedError(
            "disconnect() stopped this client's server: run client = gnb.connect() again."
        )


def live_url() -> str:
    """Where a live client sends its requests: GOOGLE_GEMINI_BASE_URL, or Gemini itself."""
    address = os.environ.get(BASE_URL_VARIABLE, "").strip().rstrip("/")
    # A parent process that is offline leaves its own server's address to its children.
    inherited = any(os.environ.get(name) == PLACEHOLDER for name in KEY_VARIABLES)
    return GEMINI_URL if inherited or not address else address


def _set_environment(plan: Plan, base_url: str) -> None:
    """Have curl cells and child processes reach the same place."""
    ours = {BASE_URL_VARIABLE: base_url}
    ours |= {name: catalog.default(kind).id for kind, name in catalog.VARIABLES.items()}
    key = plan.secret if plan.is_live else PLACEHOLDER
    for name in KEY_VARIABLES:
        # The SDK prefers GOOGLE_API_KEY: it must not hold another key, nor a real one offline.
        if key is not None and (name == "GEMINI_API_KEY" or os.environ.get(name)):
            ours[name] = key
    # A proxy for everything would catch what goes to the loopback address.
    for name in () if plan.is_live else ("NO_PROXY", "no_proxy"):
        hosts = (os.environ.get(name, "").strip(), "127.0.0.1", "localhost")
        ours[name] = "*" if "*" in hosts else ",".join(filter(None, hosts))
    _session.variables = tuple((name, os.environ.get(name), new) for name, new in ours.items())
    os.environ.update(ours)


def _restore_environment() -> None:
    """Put back what stood there; what somebody has changed meanwhile stays as it is."""
    for name, before, ours in _session.variables:
        if os.environ.get(name) == ours:
            del os.environ[name]
            os.environ.update({} if before is None else {name: before})
    _session.variables = ()


def _embedded_server() -> EmbeddedServer:
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models

    if _session.server is None or not _session.server.is_running:
        _session.server = EmbeddedServer()
        _session.is_stopped = Event()
    return _session.server


def _forget_server_after_fork() -> None:
    """A child has no thread to serve; its clients reach the parent's server while that runs."""
    global _lock  # noqa: PLW0603 - a fork
    _lock = RLock()  # another thread of the parent's may have held it
    if _session.server is not None:
        _session.server.forget_after_fork()
        _session.server = None
        _session.clients.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_server_after_fork)
