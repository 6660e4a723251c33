"""Addresses that stand in for Gemini's: one that answers, and one that says what it is told to."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from gemini_nb.offline.server import EmbeddedServer, create_app
from gemini_nb.recordings.recorder import create_recorder
from gemini_nb.redaction import Secret

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

    from starlette.types import Message, Receive, Scope, Send

OUR_KEY = "the-teachers-own-key-4711"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nTransfer-Encoding: chunked\r\n\r\n"


class Upstream:
    """An embedded server that keeps what it is sent."""

    def __init__(self) -> None:
        self._app = create_app(seconds_per_chunk=0)
        self.seen = b""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Keep all that a request carries, then answer it."""
        self.seen += repr((scope["raw_path"], scope["query_string"], scope["headers"])).encode()

        async def kept() -> Message:
            message = await receive()
            self.seen += message.get("body", b"")
            return message

        await self._app(scope, kept, send)


class Canned:
    """A listening socket that answers each connection with the next of `answers`, then closes it.

    An answer is made of bytes, and of events that are waited for.
    """

    def __init__(self, *answers: tuple[bytes | threading.Event, ...]) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.seen = b""
        self.base_url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self._thread = threading.Thread(target=self._serve, args=[answers], daemon=True)
        self._thread.start()

    def _serve(self, answers: tuple[Any, ...]) -> None:
        for answer in answers:
            connection, _ = self._socket.accept()
            with connection, connection.makefile("rb") as incoming:
                head = b"".join(iter(incoming.readline, b"\r\n"))
                length = re.search(rb"(?i)content-length: (\d+)", head)
                self.seen += head + incoming.read(int(length[1]) if length else 0)
                for piece in answer:
                    if isinstance(piece, bytes):
                        connection.sendall(piece)
                    else:
                        assert piece.wait(30)

    def stop(self) -> None:
        """Wait until all has been answered, and close."""
        self._thread.join(30)
        self._socket.close()


def chunk(data: bytes) -> bytes:
    """`data` as a chunk of a reply."""
    return b"%x\r\n%b\r\n" % (len(data), data)


def canned(status: str, body: bytes, *headers: str, kind: str = "application/json") -> bytes:
    """A whole reply."""
    fields = (status, f"Content-Type: {kind}", f"Content-Length: {len(body)}", *headers)
    return "\r\n".join([f"HTTP/1.1 {fields[0]}", *fields[1:], "", ""]).encode() + body


@contextmanager
def recorder_of(base_url: str, path: Path) -> Generator[EmbeddedServer]:
    """A server that records in `path` what is answered at `base_url`."""
    app = create_recorder(path, upstream=base_url, key=Secret(OUR_KEY))
    with EmbeddedServer(app=app) as server:
        yield server


@contextmanager
def recorder_of_canned(
    path: Path, *answers: tuple[bytes | threading.Event, ...]
) -> Generator[tuple[EmbeddedServer, Canned]]:
    """The same for an address that says what it is told to."""
    upstream = Canned(*answers)
    with recorder_of(upstream.base_url, path) as server:
        yield server, upstream
    upstream.stop()
