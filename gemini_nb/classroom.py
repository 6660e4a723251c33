"""The application for a room: one machine serves a class, and nothing leaves the room.

Each student has an application of their own. So what one does can't reach another, and a limit that
one meets holds up nobody else.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import math
import re
import secrets
import sys
import time
from collections import Counter, deque
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from starlette.requests import Request
from starlette.responses import HTMLResponse

from gemini_nb.catalog import find_price
from gemini_nb.display import Table, counted, words
from gemini_nb.offline import wire
from gemini_nb.offline.errors import ApiError
from gemini_nb.tokens.price import cost_of, money
from gemini_nb.tokens.usage import Usage

if sys.platform != "win32":
    import resource

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MOST_STUDENTS: Final = 100
MOST_STORED_BYTES: Final = 50 * 2**20  # of a student, of each kind of thing that is stored
_AT_ONCE, _WAITING = 2, 64  # requests of a student
_FORGOTTEN_AFTER = 6 * 3600.0  # seconds of silence
_OPEN_FILES = 4096  # the server takes half of them for connections: enough for thirty times 66
_LONGEST_NAME = 64
_WORDS = """
acorn amber apple birch cedar cherry clover cloud coral daisy falcon fern forest garden hazel heron
ivory juniper lemon lily maple meadow ocean olive otter pebble plum raven river robin summer willow
"""
_CALLED = re.compile(r"/models/([^/:]+):")
_MODEL = re.compile(r'"model":\s*"(?:models/)?([^"]+)"')
_UPLOAD = re.compile(r"upload_id=([^&]+)")
_USAGE = re.compile(r'"usage(?:Metadata)?":\s*(?={)')
_HEAD, _TAIL = 2**11, 2**16  # bytes of a reply that tell its model, and its tokens
_COUNTS = {
    "prompt": ("promptTokenCount", "total_input_tokens"),
    "cached": ("cachedContentTokenCount", "total_cached_tokens"),
    "tool_use": ("toolUsePromptTokenCount", "total_tool_use_tokens"),
    "thoughts": ("thoughtsTokenCount", "total_thought_tokens"),
    "output": ("candidatesTokenCount", "total_output_tokens"),
}
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Class</title>
<meta http-equiv="refresh" content="5"><meta name="viewport" content="width=device-width"><style>
:root {{color-scheme: light dark; font: 16px system-ui}} body {{margin: 1em 5%}}
th, td {{white-space: nowrap}}
td:first-child {{white-space: normal !important; overflow-wrap: anywhere; min-width: 7em}}
</style><h1>{heading}</h1><div style="overflow-x: auto">{table}</div><p>Refused are requests beyond
the limits; clients try these again. {strangers} came with a wrong code. Costs are what Gemini would
have asked for these tokens, by the prices that gemini_nb knows; nothing was paid.</p></html>"""
_PRIVATE = {
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
}


def new_code() -> str:
    """A code that a class can read off the board; it holds 36 bits of chance.

    Example:
        >>> len(new_code().split("-"))
        4
    """
    words = _WORDS.split()
    return "-".join(f"{secrets.choice(words)}-{secrets.randbelow(10_000):04}" for _ in range(2))


def create_classroom(
    make_app: Callable[[], ASGIApp], *, code: str, per_minute: int = 600
) -> Classroom:
    """The application for a class, which asks for `code`, or `code` and a name, as the key.

    It answers by whatever name it is reached: a web page that has its own name lead here can know
    neither the code nor where the page is. This process may open more files from then on.

    Args:
        make_app: makes the application that answers one student.
        code: what `new_code` returns: without capitals.
        per_minute: how many requests a student may send.

    Example:
        >>> from gemini_nb.offline.server import create_app
        >>> room = create_classroom(create_app, code=new_code())
        >>> room.page_path.startswith("/class/")
        True
    """
    if sys.platform != "win32":
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, _OPEN_FILES)), hard))
    return Classroom(make_app, code, per_minute)


@dataclass(slots=True)
class _Student:
    """Who asks: the application that answers them alone, and what the page tells."""

    who: str
    address: str
    app: ASGIApp
    allowance: float
    """How many requests they may send at once now."""
    heard: float
    """When they last asked, on the monotonic clock."""
    slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(_AT_ONCE))
    under_way: int = 0
    uploads: deque[str] = field(default_factory=lambda: deque[str](maxlen=256))
    """Ids of the latest uploads: what follows the first request of one carries no key."""
    requests: int = 0
    refused: int = 0
    tokens: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    """In dollars; None once a model has answered whose price is not known."""

    def add(self, usage: Usage, model: str) -> None:
        """Count what a call has used, for which `model` was asked."""
        price = find_price(model, datetime.now(UTC).date().isoformat())
        cost = cost_of(usage, price) if price else None
        self.cost = None if cost is None or self.cost is None else self.cost + cost
        self.tokens += usage

    def rank(self, held: Counter[str]) -> tuple[int, bool, bool, float]:
        """What is least for who makes room: of the address that has most names, as `held` tells.

        Rather one for whom nothing is under way, then who asked but once, then the longest silent.
        """
        return -held[self.address], self.under_way > 0, self.requests > 1, self.heard

    def row(self, now: float) -> dict[str, str]:
        """Their line of the page."""
        minutes = int((now - self.heard) / 60)
        return {
            "who": words(self.who),
            "requests": f"{self.requests:,}",
            "refused": f"{self.refused:,}",
            "tokens in": f"{self.tokens.prompt + self.tokens.tool_use:,}",
            "tokens out": f"{self.tokens.output + self.tokens.thoughts:,}",
            "at Gemini": "unknown" if self.cost is None else money(self.cost),
            "last heard": f"{counted(minutes, 'minute')} ago" if minutes else "now",
        }


class Classroom:
    """What `create_classroom` returns: an ASGI application."""

    def __init__(self, make_app: Callable[[], ASGIApp], code: str, per_minute: int) -> None:
        self.page_path = f"/class/{secrets.token_urlsafe(12)}"
        """Where the teacher sees who asks; a secret."""
        self._make_app = make_app
        self._code = code
        self._per_minute = per_minute
        self._students: dict[tuple[str, str], _Student] = {}
        self._strangers = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, as its student's application does, or refuse it."""
        request = Request(scope)
        try:
            wire.check_sender(request)
            if hmac.compare_digest(scope["path"].encode(), self.page_path.encode()):
                answer: ASGIApp = HTMLResponse(self._page(), headers=_PRIVATE)
            else:
                student = self._student(request)
                self._admit(student)
                answer = partial(_serve, student)
        except ApiError as error:
            answer = refusal = await wire.refuse(request, error)
            if delay := (error.detail or {}).get("retryDelay", ""):
                refusal.headers["retry-after"] = delay.rstrip("s")
        await answer(scope, receive, send)

    def _student(self, request: Request) -> _Student:
        """Whose request it is; raises `ApiError` for one without the code."""
        key, upload = wire.key_of(request).lower(), request.query_params.get("upload_id", "")
        if upload and not key:
            owners = (each for each in self._students.values() if upload in each.uploads)
            if owner := next(owners, None):
                return owner
            raise ApiError(404, "Upload not found: it has ended, or was never started.")
        wire.check_key(request)
        code, rest = key[: len(self._code)], key[len(self._code) :]
        has_code = hmac.compare_digest(code.encode(), self._code.encode()) and rest[:1] in {"", "-"}
        name, address = rest[1:].strip(), (request.client.host if request.client else "")
        if not has_code or len(name) > _LONGEST_NAME:
            self._strangers += not has_code
            text = "API key not valid. Please pass a valid API key. For this class, it is the code"
            text = f"{text}, or the code, a dash and your name ({_LONGEST_NAME} letters at most)."
            reason = {"@type": "ErrorInfo", "reason": "API_KEY_INVALID"}
            raise ApiError(400, text, detail=reason)
        who = (name, "" if name else address)
        if who not in self._students:
            self._make_room()
            self._students[who] = _Student(
                name or address, address, self._make_app(), self._per_minute, time.monotonic()
            )
        return self._students[who]

    def _make_room(self) -> None:
        """Forget who has long been silent, and if the class is still full, the least by `rank`."""
        since, all_of_them = time.monotonic() - _FORGOTTEN_AFTER, self._students.items()
        kept = {who: each for who, each in all_of_them if each.under_way or each.heard > since}
        if len(kept) >= MOST_STUDENTS:
            held = Counter(each.address for each in kept.values())
            del kept[min(kept, key=lambda who: kept[who].rank(held))]
        self._students = kept

    def _admit(self, student: _Student) -> None:
        """Count a request; raises `ApiError` 429 if it is one too many."""
        now, per_second = time.monotonic(), self._per_minute / 60
        grown = student.allowance + (now - student.heard) * per_second
        student.allowance, student.heard = min(self._per_minute, grown), now
        student.requests += 1
        is_full = student.under_way >= _AT_ONCE + _WAITING
        if is_full or student.allowance < 1:
            student.refused += 1
            text = f"at most {self._per_minute} requests a minute, and {_WAITING} that wait."
            text = f"Resource has been exhausted: for each student, {text}"
            wait = 1 if is_full else math.ceil((1 - student.allowance) / per_second)
            raise ApiError(429, text, detail={"@type": "RetryInfo", "retryDelay": f"{wait}s"})
        student.allowance -= 1

    def _page(self) -> str:
        now, all_of_them = time.monotonic(), self._students.values()
        rows = sorted((each.row(now) for each in all_of_them), key=lambda row: row["who"])
        columns, cells = tuple(rows[0]) if rows else (), tuple(tuple(row.values()) for row in rows)
        return _PAGE.format(
            heading=counted(len(rows), "student"),
            table=Table("", columns, cells, numeric=frozenset(columns[1:])).rich(),
            strangers=counted(self._strangers, "request"),
        )


async def _serve(student: _Student, scope: Scope, receive: Receive, send: Send) -> None:
    """Have the student's application answer, and note what that took."""
    head, tail, counts = b"", b"", scope["method"] == "POST"
    computing = AsyncExitStack()

    async def noted(message: Message) -> None:
        nonlocal head, tail
        if message["type"] == "http.response.start":
            await computing.aclose()  # a stream that is on its way holds up nobody
            urls = [value for name, value in message["headers"] if name == b"x-goog-upload-url"]
            student.uploads.extend(found for url in urls for found in _UPLOAD.findall(url.decode()))
        elif counts and (body := message.get("body", b"")):
            head = head or body[:_HEAD]
            tail = (tail + body[-_TAIL:])[-_TAIL:]
        await send(message)

    student.under_way += 1
    try:
        async with computing:
            await computing.enter_async_context(student.slots)
            await student.app({**scope, wire.ADMITTED: True}, receive, noted)
    finally:
        student.under_way -= 1
        if usage := _usage(tail.decode(errors="replace")):
            told = _CALLED.search(scope["path"]) or _MODEL.search(head.decode(errors="replace"))
            student.add(usage, told[1] if told else "")


def _usage(text: str) -> Usage | None:
    """The last counts that a reply, or the end of one, tells; None where it tells of none."""
    counts: dict[str, Any] = {}
    for found in _USAGE.finditer(text):
        with suppress(ValueError):  # a reply that broke off in its counts
            counts, _ = json.JSONDecoder().raw_decode(text, found.end())
    told = {kind: [counts.get(name) for name in names] for kind, names in _COUNTS.items()}
    sums = {kind: sum(n for n in all_ if isinstance(n, int)) for kind, all_ in told.items()}
    return replace(Usage(), **sums) if any(sums.values()) else None
