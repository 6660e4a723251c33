"""The embedded server's life: a thread with uvicorn on a loopback port."""

from __future__ import annotations

import logging
import socket
import threading
from typing import TYPE_CHECKING, Self

import uvicorn

from gemini_nb.offline.app import create_app

if TYPE_CHECKING:
    from types import TracebackType

    from starlette.types import ASGIApp

HOST = "127.0.0.1"
_START_SECONDS = 30.0
_log = logging.getLogger("uvicorn.error")  # uvicorn's own, which all servers of a process share


class EmbeddedServer:
    """A running server that speaks the Gemini REST API on the loopback address.

    Args:
        port: 0 for a free one.
        app: the application to serve; by default a new `create_app()`.

    Raises:
        OSError: `port` is taken or not allowed.

    Example:
        >>> import urllib.request
        >>> with EmbeddedServer() as server:
        ...     reply = urllib.request.urlopen(f"{server.base_url}/v1beta/models?key=any")
        >>> reply.headers["x-gemini-nb-mode"]
        'offline'
    """

    def __init__(self, port: int = 0, app: ASGIApp | None = None) -> None:
        self._socket = _listen(port)
        self.app: ASGIApp = create_app() if app is None else app
        # h11 behaves alike everywhere; no log, no date, no version: what a cell shows of a reply
        # must be the same on every run.
        config = uvicorn.Config(
            self.app,
            http="h11",
            ws="none",
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
        self._thread.start()
        self._wait_until_started()

    @property
    def base_url(self) -> str:
        """Where it listens, without a trailing slash."""
        return f"http://{HOST}:{self._socket.getsockname()[1]}"

    @property
    def is_running(self) -> bool:
        """Whether it still answers."""
        return self._thread.is_alive()

    def stop(self) -> None:
        """End it, cutting streams that don't end within a second."""
        # uvicorn reports each stream that is cut, with a traceback, as if something had failed.
        _log.addFilter(self._is_of_another_thread)
        try:
            self._server.should_exit = True
            self._thread.join()
        finally:
            _log.removeFilter(self._is_of_another_thread)
        self._socket.close()

    def forget_after_fork(self) -> None:
        """Let go of the listening socket in a forked child, where no thread serves it."""
        self._socket.close()

    def wait(self) -> None:
        """Block until it stops; a keyboard interrupt passes through."""
        while self._thread.is_alive():
            self._thread.join(timeout=0.5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _is_of_another_thread(self, record: logging.LogRecord) -> bool:
        return record.thread != self._thread.ident

    def _wait_until_started(self) -> None:
        pause = threading.Event()
        waited = 0.0
        while not self._server.started:
            if not self._thread.is_alive() or waited > _START_SECONDS:
                self._socket.close()
                message = "the embedded server did not start; run `gemini-nb doctor`"
                raise RuntimeError(message)
            pause.wait(0.005)
            waited += 0.005


def _listen(port: int) -> socket.socket:
    """A listening socket on the loopback address.

    The protocol is named, because asyncio switches Nagle's algorithm off only where it is: without
    that, each small reply would wait 40 ms for an acknowledgement.
    """
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, port))
        listening.listen(256)
    except (OSError, OverflowError):  # taken, or no port at all
        listening.close()
        raise
    return listening
