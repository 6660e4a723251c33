"""Clients of the embedded server, watched and made to fail by a wrapper around its application."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest
from google import genai
from google.genai import types

import gemini_nb as gnb
from gemini_nb.offline.server import EmbeddedServer, create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

STATUS = {429: "RESOURCE_EXHAUSTED", 400: "INVALID_ARGUMENT", 503: "UNAVAILABLE"}


@dataclass
class Watched:
    """An application that notes what the one behind it is asked, and fails where it is told to."""

    app: ASGIApp = field(default_factory=create_app)
    refusal: Callable[[int], int | None] = lambda _number: None
    """The status code of a failure, by the number of the request; None to answer it."""
    wait: str = "0.01s"
    """What a failure says to wait."""
    before: Callable[[int], object] = lambda _number: None
    """Called with the number of each request before it is answered."""
    is_gemini: Callable[[int], bool] = lambda _number: False
    """Whether an answer leaves out what tells that it is not Gemini's."""
    count: int = 0
    answered: list[dict[str, Any]] = field(default_factory=list)
    """The bodies of the requests that were answered."""

    @property
    def requests(self) -> list[dict[str, Any]]:
        """One for each content."""
        return [request for body in self.answered for request in body["requests"]]

    @property
    def texts(self) -> Counter[str]:
        return Counter(request["content"]["parts"][0]["text"] for request in self.requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        number, self.count = self.count, self.count + 1
        body = b""
        while (message := await receive())["type"] == "http.request":
            body += message["body"]
            if not message.get("more_body"):
                break
        self.before(number)
        code = self.refusal(number)
        if code is not None:
            await self._refuse(code, send)
            return
        self.answered.append(json.loads(body))

        async def replay() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def tell(message: Message) -> None:
            if self.is_gemini(number) and message["type"] == "http.response.start":
                kept = [pair for pair in message["headers"] if pair[0] != b"x-gemini-nb-mode"]
                message = {**message, "headers": kept}
            await send(message)

        await self.app(scope, replay, tell)

    async def _refuse(self, code: int, send: Send) -> None:
        info = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": self.wait}
        error = {"code": code, "message": "Not now.", "status": STATUS[code], "details": [info]}
        body = json.dumps({"error": error}).encode()
        headers = [(b"content-type", b"application/json")]
        await send({"type": "http.response.start", "status": code, "headers": headers})
        await send({"type": "http.response.body", "body": body})


@dataclass
class Door:
    """An application that is exchanged while the server runs: starting one takes a while."""

    behind: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.behind is not None
        await self.behind(scope, receive, send)


SOON = types.HttpRetryOptions(attempts=4, initial_delay=0.01, jitter=0.01)


@contextmanager
def asking(
    server: EmbeddedServer, retries: types.HttpRetryOptions | None = SOON
) -> Iterator[genai.Client]:
    options = types.HttpOptions(base_url=server.base_url, retry_options=retries)
    with genai.Client(api_key="any-key", vertexai=False, http_options=options) as client:
        yield client


@pytest.fixture
def serve() -> Iterator[Callable[[ASGIApp], genai.Client]]:
    """Gives a client of a server of its own for an application."""
    with ExitStack() as stack:

        def start(app: ASGIApp) -> genai.Client:
            return stack.enter_context(asking(stack.enter_context(EmbeddedServer(app=app))))

        yield start


@pytest.fixture(scope="module")
def client() -> Iterator[genai.Client]:
    """As a notebook has it."""
    yield gnb.connect("offline")
    gnb.disconnect()


@pytest.fixture(scope="module")
def door() -> Iterator[tuple[Door, EmbeddedServer]]:
    opened = Door()
    with EmbeddedServer(app=opened) as server:
        yield opened, server


@pytest.fixture
def watched() -> Watched:
    return Watched()


@pytest.fixture
def watched_client(watched: Watched, door: tuple[Door, EmbeddedServer]) -> Iterator[genai.Client]:
    """Asks `watched`, and tries again soon."""
    opened, server = door
    opened.behind = watched
    with asking(server) as client:
        yield client


@pytest.fixture
def plain_client(watched: Watched, door: tuple[Door, EmbeddedServer]) -> Iterator[genai.Client]:
    """Asks `watched`; made without a word on retries."""
    opened, server = door
    opened.behind = watched
    with asking(server, retries=None) as client:
        yield client
