"""`connect()`: a genuine `google.genai.Client`, for Gemini or for the embedded server."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from inspect import signature
from pathlib import Path
from threading import Event, RLock
from typing import TYPE_CHECKING, Any, Literal, get_args
from urllib.parse import urlsplit

from gemini_nb import catalog, errors
from gemini_nb.catalog import GEMINI_URL
from gemini_nb.keys import bearer, default_credentials, find_key, hidden, hidden_in, http_options
from gemini_nb.redaction import KEY_VARIABLES, PLACEHOLDER, Secret, hide_keys, redact, remember

if TYPE_CHECKING:
    from collections.abc import Mapping

    from google.auth.credentials import Credentials
    from google.genai import Client
    from google.genai.types import HttpOptions

    from gemini_nb.offline.server import EmbeddedServer

Mode = Literal["auto", "live", "offline", "adc", "record", "replay"]
Unmatched = Literal["refuse", "offline"]

BASE_URL_VARIABLE = "GOOGLE_GEMINI_BASE_URL"
MODE_VARIABLE = "GEMINI_NB_MODE"
RECORDING_VARIABLE = "GEMINI_NB_RECORDING"
DEFAULT_TIMEOUT = 120.0
"""Seconds. The SDK's own default is to wait for ever, and one stuck call would hang a class."""

_MODES: tuple[str, ...] = get_args(Mode)
_UNMATCHED = {"refuse": "is refused", "offline": "the offline models answer"}
_LONG = 16  # characters; a mode or option of this length is more likely a key than a slip


@dataclass(frozen=True, slots=True)
class Plan:
    """What `connect` is going to do, decided before anything is started."""

    why: str
    """For a person to read: who is asked with what, or why nobody is; never the key."""
    secret: Secret | None = None
    """The API key; None offline and with OAuth credentials."""
    recording: Path | None = None
    """What a live plan records into, any other replays: a file, or a folder of them."""
    asked: str = "Gemini"
    """Whom a live plan asks: Gemini, or which host, and why."""
    address: str = ""
    """Where a live plan asks, without what may be secret in it."""
    is_live: bool = False

    @property
    def is_local(self) -> bool:
        """Whether clients ask a server of this process, which has no use for their key."""
        return not self.is_live or self.recording is not None

    @property
    def summary(self) -> str:
        """Who will answer, and why."""
        name = self.recording and self.recording.name
        if self.is_live and name:
            return f"recording into {name} what {self.asked} answers, with {self.why}"
        if self.is_live:
            verb = "answered by" if self.asked == "Gemini" else "asking"
            return f"live, {verb} {self.asked} with {self.why}"
        if name:
            return f"replayed from {name}"
        return f"offline, answered by the embedded server ({self.why})"


@dataclass(slots=True)
class _Session:
    """What `connect` has started and changed in this process."""

    servers: dict[object, EmbeddedServer] = field(default_factory=dict[object, "EmbeddedServer"])
    """By what they answer with: None for the offline models."""
    is_stopped: Event = field(default_factory=Event)
    """Set when `disconnect` stops them."""
    variables: tuple[tuple[str, str | None, str], ...] = ()
    """Environment variables: the name, what stood there before, and what was set."""
    # `connect().models.x()` in one expression would otherwise lose the client, which closes the
    # connection, before the request is sent: googleapis/python-genai issues 1763 and 1489.
    clients: dict[object, Client] = field(default_factory=dict[object, "Client"])


_session = _Session()
_lock = RLock()


def connect(  # noqa: PLR0913 - each is an option of its own
    mode: Mode | None = None,
    *,
    api_key: str | None = None,
    credentials: Credentials | None = None,
    api_version: str = "v1beta",
    timeout: float = DEFAULT_TIMEOUT,
    recording: str | Path | None = None,
    unmatched: Unmatched = "refuse",
    pace: bool = False,
    **client_options: Any,  # noqa: ANN401 - the SDK's own options
) -> Client:
    """A `google.genai.Client` that works: with Gemini if there is a key, otherwise offline.

    One printed line says which. The environment of this process is set so that `curl` cells and
    child processes reach the same place: GOOGLE_GEMINI_BASE_URL, GEMINI_API_KEY and the
    GEMINI_NB_*MODEL variables. `disconnect` puts it back.

    Args:
        mode: "auto" (live if a key is found, otherwise offline), "live", "offline", "adc"
            (live with Application Default Credentials), "record" (live, and the answers are kept)
            or "replay" (these answers, without a key). By default GEMINI_NB_MODE, or "auto".
        api_key: used before GOOGLE_API_KEY, GEMINI_API_KEY and the Colab secrets of those names.
        credentials: OAuth credentials to send instead of a key, refreshed when needed.
        api_version: "v1beta" or "v1".
        timeout: seconds after which a request is given up; each call can set its own.
        recording: the file to record into or to replay; by default GEMINI_NB_RECORDING. In a
            folder, what is replayed is called as this notebook is, or else all that is there.
        unmatched: what to do with a request whose answer is not recorded: "refuse" it, naming
            the nearest one that is, or have the "offline" models answer.
        pace: whether replayed streams take the time that they took.
        client_options: passed to `google.genai.Client`, such as `http_options`.

    Raises:
        InvalidModeError: `mode` is unknown.
        MissingKeyError: live mode without a key.
        InvalidKeyError: the key holds characters that can't be sent.
        InvalidOptionError: options that are unknown or contradict each other, or
            GOOGLE_GEMINI_BASE_URL, where it is to be asked, is no address.
        CredentialsError: "adc" without credentials on this machine.
        RecordingError: nothing in the recording can be replayed, or it can't be written.

    Example:
        >>> client = connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> reply = client.models.generate_content(model="gemini-3.8-flash", contents="Hello!")
        >>> reply.model_version
        'offline/templates'
        >>> disconnect()
    """
    hide_keys()
    for value in (mode, timeout, api_version, credentials, unmatched):  # a key may have strayed
        remember(value if len(str(value)) >= _LONG else None)
    client_options, api_key = hidden_in(client_options), hidden(api_key)
    given = _checked_options(timeout, unmatched, client_options)
    from google.genai import Client  # noqa: PLC0415 - takes 1.6 s

    with _lock:
        _restore_environment()
        plan = decide(mode, api_key=api_key, credentials=credentials, recording=recording)
        if plan.is_live and plan.secret is None and credentials is None:
            credentials = default_credentials()
        base_url, told = _reached(plan, unmatched, pace=pace)
        _set_environment(plan, base_url)
        for line in told:
            print(f"gemini_nb: {line}")  # noqa: T201 - the first says who answers
        milliseconds = round(timeout * 1000)
        ours = {"base_url": base_url, "api_version": api_version, "timeout": milliseconds}
        same: object = (plan, id(credentials), *ours.values())
        if client_options:
            same = object()
        if same not in _session.clients:
            refuse = partial(_refuse, _session.is_stopped) if plan.is_local else None
            before = bearer(credentials) if credentials else refuse
            client_options["http_options"] = http_options(given, before=before, **ours)
            key = PLACEHOLDER if plan.is_local else plan.secret or "oauth"
            # vertexai=False: a switch in the environment would send the requests elsewhere.
            _session.clients[same] = Client(api_key=Secret(key), vertexai=False, **client_options)
        return _session.clients[same]


def disconnect() -> None:
    """Put the environment back as `connect` found it, and stop all servers of this process.

    Clients made by `connect` offline, to record or to replay raise DisconnectedError from then on;
    calling it without a connection does nothing.
    """
    with _lock:
        _restore_environment()
        _session.clients.clear()
        _session.is_stopped.set()
        _session.is_stopped = Event()
        while _session.servers:
            _session.servers.popitem()[1].stop()


def decide(
    mode: str | None = None,
    *,
    api_key: str | None = None,
    credentials: Credentials | None = None,
    recording: str | Path | None = None,
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
    path = _recording_path(chosen, recording)

    def live(why: str, secret: Secret | None = None) -> Plan:
        asked, address = _shown(live_url())
        return Plan(why, secret, path, asked, address, is_live=True)

    if credentials is not None:
        if api_key is not None or mode == "offline" or path:
            raise errors.InvalidOptionError(
                "credentials go with neither api_key nor the modes offline, record and replay."
            )
        return live("the credentials given")
    if chosen == "adc":
        return live("Application Default Credentials")
    if chosen in {"offline", "replay"}:
        return Plan(f'{origin} "{chosen}"', recording=path)
    key, source = find_key(api_key)
    if key:
        return live(f"the key from {source}", key)
    if chosen in {"live", "record"}:
        raise errors.MissingKeyError(
            f"{chosen.capitalize()} mode needs an API key: pass api_key=..., or set GEMINI_API_KEY "
            "(in Colab, add it as a secret and allow this notebook to read it). Without one, use "
            "connect('offline')."
        )
    return Plan("no API key found")


def _shown(address: str) -> tuple[str, str]:
    """Who is asked at `address`, and where, both without what may be secret in it."""
    if address == GEMINI_URL:
        return "Gemini", f"{GEMINI_URL} (Gemini)"
    try:
        parts, _ = urlsplit(address), urlsplit(address).port
    except ValueError:  # of a bracket, or a port that is none
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname or " " in address:
        rule = "it must be like https://example.com or http://127.0.0.1:8765"
        raise errors.InvalidOptionError(f"{BASE_URL_VARIABLE} is no address: {rule}")
    # A class or a proxy may stand in for Gemini: nobody is told that Gemini answers then.
    host, origin = redact(parts.netloc.rpartition("@")[2]), f"(from {BASE_URL_VARIABLE})"
    rest = "/..." if parts.path or parts.query or parts.fragment else ""
    return f"{host} {origin}", f"{parts.scheme}://{host}{rest} {origin}"


def _recording_path(mode: str, given: str | Path | None) -> Path | None:
    """What to record into or to replay; None in the other modes."""
    is_asked = mode in {"record", "replay"}
    told = str(given or (os.environ.get(RECORDING_VARIABLE, "") if is_asked else ""))
    if bool(told) != is_asked:
        remedy = f"'record' and 'replay' take recording='lesson.gnb', or {RECORDING_VARIABLE}."
        raise errors.InvalidOptionError(f"Mode {mode!r}, recording {told!r}: {remedy}")
    if not is_asked:
        return None
    path = Path(told).expanduser().absolute()
    own = path / f"{Path(os.environ.get('JPY_SESSION_NAME', '')).stem}.gnb"
    return own if own.is_file() else path


def _checked_options(timeout: float, unmatched: str, options: Mapping[str, Any]) -> HttpOptions:
    """The caller's `http_options`, where all options are fit."""
    from google.genai import Client, types  # noqa: PLC0415 - takes 1.6 s

    if unmatched not in _UNMATCHED:
        raise errors.InvalidOptionError(f"unmatched is 'refuse' or 'offline', not {unmatched!r}.")
    if "vertexai" in options or "enterprise" in options:
        raise errors.InvalidOptionError(
            "connect() speaks to the Gemini Developer API; for Vertex AI use "
            "google.genai.Client(vertexai=True, ...) itself."
        )
    if unknown := sorted(options.keys() - set(signature(Client).parameters)):
        remember([value for value in options.values() if len(str(value)) >= _LONG])
        raise errors.InvalidOptionError(
            f"connect() has no option {unknown[0]!r}: pass api_key=... for a key, and http_options="
            "{...} for what the SDK's client takes."
        )
    is_number = isinstance(timeout, int | float)  # pyright: ignore[reportUnnecessaryIsInstance]
    if not is_number or not 0 < timeout < float("inf"):
        message = f"timeout must be seconds, a number above 0, not {timeout!r}."
        raise errors.InvalidOptionError(message)
    try:
        return types.HttpOptions.model_validate(options.get("http_options") or {})
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
    ours = {name: catalog.default(kind).id for kind, name in catalog.VARIABLES.items()}
    ours[BASE_URL_VARIABLE] = base_url
    if key := (PLACEHOLDER if plan.is_local else plan.secret):
        ours["GEMINI_API_KEY"] = key
        # The SDK prefers GOOGLE_API_KEY: it must not hold another key, nor a real one offline.
        if os.environ.get("GOOGLE_API_KEY"):
            ours["GOOGLE_API_KEY"] = key
    # A proxy for everything would catch what goes to the loopback address.
    for name in ("NO_PROXY", "no_proxy") if plan.is_local else ():
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


def _reached(plan: Plan, unmatched: Unmatched, *, pace: bool) -> tuple[str, list[str]]:
    """The address of who answers by `plan`, and the lines that tell of it."""
    told, app = [plan.summary], None
    if not plan.is_local:
        return live_url(), told
    from gemini_nb.offline.server import EmbeddedServer  # noqa: PLC0415 - loads the models
    from gemini_nb.recordings import player, recorder, recording  # noqa: PLC0415 - as above

    if plan.recording and plan.secret:
        app = recorder.create_recorder(plan.recording, upstream=live_url(), key=plan.secret)
    elif plan.recording:
        played = recording.read(plan.recording)
        app = player.create_player(played, unmatched=unmatched, pace=pace)
        told[0] += f", {played.summary}; what is not in it {_UNMATCHED[unmatched]}"
        told += played.faults
    choice = plan.recording and (plan, unmatched, pace)
    server = _session.servers.get(choice)
    if server is None or not server.is_running:
        server = _session.servers[choice] = EmbeddedServer(app=app)
    elif app:
        server.app = app  # which begins anew
    return server.base_url, told


def _forget_server_after_fork() -> None:
    """A child has no thread to serve; its clients reach the parent's server while that runs."""
    global _lock  # noqa: PLW0603 - a fork
    _lock = RLock()  # another thread of the parent's may have held it
    while _session.servers:
        _session.servers.popitem()[1].forget_after_fork()
        _session.clients.clear()


if hasattr(os, "register_at_fork"):  # not on Windows
    os.register_at_fork(after_in_child=_forget_server_after_fork)
