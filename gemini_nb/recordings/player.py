"""The player: an application that answers from a recording, and says so in each reply."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Literal

from starlette.middleware import Middleware
from starlette.requests import Request as Asked

from gemini_nb.offline import wire
from gemini_nb.offline.errors import ApiError
from gemini_nb.offline.files import (
    MOST_CHUNK_BYTES,
    MOST_STORED_BYTES,
    FileStore,
    Store,
    StoredFile,
)
from gemini_nb.offline.server import create_app
from gemini_nb.recordings.matching import file_contents, key, told_nearest
from gemini_nb.recordings.recorder import replied, request_of, shown
from gemini_nb.recordings.recording import Exchange, Recording, Request, reference, with_media
from gemini_nb.tokens.usage import MODE_HEADER

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from datetime import datetime

    from starlette.responses import Response
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from gemini_nb.offline.messages import FileMetadata


def create_player(
    recording: Recording,
    *,
    unmatched: Literal["refuse", "offline"] = "refuse",
    pace: bool = False,
    most_stored_bytes: int = MOST_STORED_BYTES,
) -> ASGIApp:
    """The application that answers from `recording`, from its beginning.

    What is not in it is refused, or the offline models answer, as `unmatched` says. With `pace`,
    streams take the time that they took. `create_app` tells of `most_stored_bytes`.
    """
    is_strict = unmatched == "refuse"
    recorded = _Recorded(recording, is_strict=is_strict)
    recorded.most_bytes = most_stored_bytes
    app = create_app(
        mode="replay" if is_strict else "offline",
        most_stored_bytes=most_stored_bytes,
        middleware=[Middleware(_Player, recorded=recorded, pace=pace)],
    )
    text = f"Interaction {{}} is none of the offline models', which answer what {recording.name}"
    text = f"{text} does not hold: ask what it holds, or without previous_interaction_id."
    app.state.offline.files = recorded
    app.state.offline.interactions = Store[Any]("interactions", text, 404)
    return app


@lru_cache(maxsize=1)  # thirty students of a class have a player each, of one recording
def _indexed(recording: Recording) -> tuple[Mapping[str, str], Mapping[str, list[Exchange]]]:
    """What the files of `recording` hold, and its exchanges by what they ask."""
    contents: dict[str, str] = {}
    found: dict[str, list[Exchange]] = {}
    for exchange in recording.exchanges:
        contents |= file_contents([exchange])  # a name may be used again for another file
        found.setdefault(key(exchange.request, contents), []).append(exchange)
    return contents, found


class _Player:
    """Has the offline models answer what is not recorded, and take uploads."""

    def __init__(self, models: ASGIApp, recorded: _Recorded, *, pace: bool) -> None:
        self._models, self._recorded, self._pace = models, recorded, pace

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] == "/upload/files":  # `_Recorded.put` knows what was uploaded
            return await self._models(scope, receive, send)
        asked, answer = Asked(scope, receive), self._models
        body = await wire.read_body(asked, most=MOST_CHUNK_BYTES)
        pieces: list[Message] = [{"type": "http.request", "body": body}]

        async def again() -> Message:
            return pieces.pop() if pieces else await receive()

        # To find what is nearest takes a while: others are answered meanwhile.
        request = await asyncio.to_thread(request_of, asked, body)
        if exchange := await asyncio.to_thread(self._recorded.following, request):
            answer = self._replayed(exchange, asked)
        return await answer(scope, again, send)

    def _replayed(self, exchange: Exchange, asked: Asked) -> Response:
        reply, media = exchange.reply, self._recorded.recording.media
        by = f"; of={reply.answered_by}" if reply.answered_by else ""
        headers = {MODE_HEADER: f"replay; recorded={exchange.recorded}{by}"}
        if reply.events is None:
            whole = with_media({"body": reply.body}, media)
            return replied(replace(reply, **whole), asked, headers)

        async def events() -> AsyncIterator[tuple[str, Any]]:
            for event in reply.events or ():
                await asyncio.sleep(event.after if self._pace else 0)
                yield event.name, shown(with_media(event.data, media), asked.base_url)

        return wire.streamed(asked, events(), headers)


@dataclass(frozen=True, slots=True)
class _RecordedFile(StoredFile):
    """A file that was uploaded now, and while recording: `told` is what Gemini said of it."""

    told: Mapping[str, Any] = field(default_factory=dict[str, Any])

    def resource(self, base_url: str) -> dict[str, Any]:
        return shown(self.told, base_url)


class _Recorded(FileStore):
    """What is recorded: answers, each in its turn, and what became of the files uploaded."""

    def __init__(self, recording: Recording, *, is_strict: bool) -> None:
        super().__init__()
        self.recording, self._is_strict = recording, is_strict
        self._contents, self._exchanges = _indexed(recording)
        self._played, self._turns = Counter[str](), Lock()

    def following(self, request: Request) -> Exchange | None:
        """The next answer to `request`, or the last; None, or ApiError 404, if there is none."""
        asked = key(request, self._contents)
        if recorded := self._exchanges.get(asked):
            with self._turns:
                self._played[asked] += 1
                exchange = recorded[min(self._played[asked], len(recorded)) - 1]
                self._contents = {**self._contents, **file_contents([exchange])}
            return exchange
        if self._is_strict:
            raise ApiError(404, told_nearest(request, self.recording))
        return None

    def start(self, metadata: FileMetadata, now: datetime) -> str:
        name = (metadata.name or "").removeprefix("files/")
        if f"files/{name}" in self._contents:  # it may be uploaded again
            self._kept.pop(name, None)
        return super().start(metadata, now)

    def put(self, item: StoredFile) -> StoredFile:
        exchange = self.following(Request("POST", "upload/files", {"data": reference(item.data)}))
        match exchange and exchange.reply.body:
            case {"file": {"name": str(name), **rest}}:
                id_, told = name.removeprefix("files/"), {"name": name, **rest}
                kept = id_, item.metadata, item.created, item.expires, item.data
                return super().put(_RecordedFile(*kept, told=told))
            case _:
                with self._turns:
                    own = {f"files/{item.id}": reference(item.data)}
                    self._contents = {**self._contents, **own}
                return super().put(item)
