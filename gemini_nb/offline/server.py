"""The embedded server: its application, what that remembers, and the thread that runs it."""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import socket
import sys
import threading
import time
from collections import Counter
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import h11
import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.routing import Mount
from uvicorn.protocols.http.h11_impl import H11Protocol

from gemini_nb.offline import caches, files, generation, interactions, wire
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.interactions import Interaction, interaction_store

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from starlette.requests import Request
    from starlette.types import ASGIApp, Receive, Scope, Send

HOST = "127.0.0.1"
_WORKERS = 8
_MOST_CONNECTIONS, _ACCEPTED_AT_ONCE = 2048, 16
_log = logging.getLogger("uvicorn.error")  # uvicorn's own, which all servers of a process share


@dataclass(slots=True)
class State:
    """What one server remembers. The event loop's thread changes it, worker threads only read."""

    words_per_chunk: int
    """How many words a streamed chunk carries."""
    seconds_per_chunk: float
    """Pause before each chunk, so that a reader sees an answer grow."""
    files: files.FileStore = field(default_factory=files.FileStore)
    caches: caches.CacheStore = field(default_factory=caches.CacheStore)
    interactions: files.Store[Interaction] = field(default_factory=interaction_store)
    workers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_WORKERS))
    """Bounds how many requests are computed at once."""


def create_app(
    *,
    mode: str = "offline",
    words_per_chunk: int = 4,
    seconds_per_chunk: float = 0.02,
    most_stored_bytes: int = files.MOST_STORED_BYTES,
    middleware: Sequence[Middleware] = (),
) -> Starlette:
    """The application, with nothing uploaded or stored yet.

    `State` tells of words and seconds, `wire.Guard` of `mode`; what would be more than
    `most_stored_bytes` of files, of caches or of interactions costs the oldest ones. The last
    `middleware` stands before what answers, where a request is let in and `ApiError` is worded.
    """
    groups = (generation, files, caches, interactions)
    routes = [route for group in groups for route in group.ROUTES]
    app = Starlette(
        routes=[Mount("", routes=routes, middleware=middleware)],
        middleware=[Middleware(wire.Guard, mode)],
        exception_handlers={
            ApiError: wire.refuse,
            Exception: wire.refuse,
            HTTPException: wire.refuse,
            ClientDisconnect: _nobody_listens,
        },
    )
    app.state.offline = state = State(words_per_chunk, seconds_per_chunk)
    for store in (state.files, state.caches, state.interactions):
        store.most_bytes = most_stored_bytes
    return app


async def _nobody_listens(_request: Request, _error: Exception) -> Response:
    return Response()


class EmbeddedServer(AbstractContextManager["EmbeddedServer"]):
    """A running server that speaks the Gemini REST API, by default on the loopback address.

    Args:
        port: 0 for a free one; `OSError` or `OverflowError` if it is taken, or no port at all.
        app: the application to serve; by default a new `create_app()`.
        host: the address to listen on; 0.0.0.0 for all that the machine has.

    Example:
        >>> import urllib.request
        >>> with EmbeddedServer() as server:
        ...     reply = urllib.request.urlopen(f"{server.base_url}/v1beta/models?key=any")
        >>> reply.headers["x-gemini-nb-mode"]
        'offline'
    """

    def __init__(self, port: int = 0, app: ASGIApp | None = None, *, host: str = HOST) -> None:
        if not 0 <= port < 2**16:  # else the socket below would stay open
            raise OverflowError("a port is a number from 0 to 65535")
        self._socket = socket.create_server((host, port))
        # With Nagle's algorithm each small reply would wait 40 ms for an acknowledgement.
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.app: ASGIApp = create_app() if app is None else app
        """What answers; another one may be put in its place."""

        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            await self.app(scope, receive, send)

        # h11 behaves alike everywhere; no log, no date, no version: what a cell shows of a reply
        # must be the same on every run.
        config = uvicorn.Config(
            answer,
            http=_Connection,
            backlog=_ACCEPTED_AT_ONCE,
            ws="none",
            loop="asyncio",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=1,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run,
            kwargs={"sockets": [self._socket]},
            name="gemini-nb-offline",
            daemon=True,
        )
        _log.addFilter(self._tells)
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                self.stop()
                raise RuntimeError("the embedded server did not start; run `gemini-nb doctor`")
            time.sleep(0.005)
        # asyncio queues no more than it accepts before it looks at the first; these must be few, or
        # they take what `_most_connections` leaves.
        self._socket.listen(_MOST_CONNECTIONS)

    @property
    def base_url(self) -> str:
        """Where this machine reaches it, without a trailing slash."""
        host, port = self._socket.getsockname()
        return f"http://{HOST if ipaddress.ip_address(host).is_unspecified else host}:{port}"

    @property
    def is_running(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it, cutting streams that don't end within a second."""
        self._server.should_exit = True
        self._thread.join()
        _log.removeFilter(self._tells)
        self._socket.close()

    def forget_after_fork(self) -> None:
        """Let go of the listening socket in a forked child, where no thread serves it."""
        self._socket.close()

    def wait(self) -> None:
        """Block until it stops; a keyboard interrupt passes through."""
        while self._thread.is_alive():
            self._thread.join(timeout=0.5)

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _tells(self, record: logging.LogRecord) -> bool:
        """Whether others should hear of it: not of what was no request, nor of a stream it cuts."""
        is_of_use = record.levelno >= logging.ERROR and not self._server.should_exit
        return is_of_use or record.thread != self._thread.ident


def _most_connections() -> int:
    """How many to keep open: half of the files that this process may have, for it needs others."""
    if sys.platform == "win32":
        return _MOST_CONNECTIONS
    return min(_MOST_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)


class _Connection(H11Protocol):
    """One that ends if no request comes, or others need its place; uvicorn keeps any number."""

    connections: set[_Connection]  # pyright: ignore[reportIncompatibleVariableOverride]
    heard = 0.0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        if len(self.connections) > _most_connections():
            self._make_room()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._wait()

    def rank(self, held: Counter[str]) -> tuple[int, bool, float]:
        """What is least for the one that others can best do without, where machines have `held`."""
        is_asked = self.conn.our_state in {h11.SEND_RESPONSE, h11.SEND_BODY}
        return -held[self.machine], is_asked, self.heard

    @property
    def machine(self) -> str:
        """Who it leads to; "" for one that has hung up already."""
        return self.client[0] if self.client else ""

    def _wait(self) -> None:
        self.heard = self.loop.time()
        if self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None:
            end = self.loop.call_later(wire.BODY_SECONDS, self.timeout_keep_alive_handler)
            self.timeout_keep_alive_task = end

    def _make_room(self) -> None:
        """Cut the longest silent one of the machine that has most: one without a request first."""
        held = Counter(each.machine for each in self.connections)
        least = min(self.connections, key=lambda each: each.rank(held))
        self.connections.discard(least)
        least.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Answer what is no request, where uvicorn does not heed that one may have begun."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            super().send_400_response(msg)
        if self.cycle:
            self.cycle.disconnected = True
        self.transport.close()
