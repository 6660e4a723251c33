"""What the offline server costs beside what it may cost, and whether it stands crowds and attacks.

Run with `python tests/benchmarks/offline_server.py [NUMBER OF MALFORMED REQUESTS]`. Linux only:
memory is read in `/proc`. The server has a process of its own; CPU times are its medians.
"""

from __future__ import annotations

import asyncio
import base64
import io
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

import httpx2
from drawing_material import SIZES, photograph
from PIL import Image, ImageOps

sys.path.insert(0, str(Path(__file__).parents[1]))

from hostile_requests import hostile_request, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from multiprocessing.connection import Connection

MODEL = "/v1beta/models/gemini-3.8-flash"
HEADERS = {"x-goog-api-key": "any"}
STREAMS = 100
SECONDS_PER_CHUNK = 0.01
REQUESTS = 2000
MALFORMED = 2000
ROUNDS = 5
TENFOLD = (1_000, 10_000, 100_000)
SUBJECTS = ("harbour", "bridge", "clock", "garden", "train", "kite", "violin", "tower", "ferry")
SDK = "from google import genai; genai.Client(api_key='any')"
CONNECT = "import gemini_nb; gemini_nb.connect('offline')"


class Row(NamedTuple):
    """One line of the table."""

    what: str
    measured: float
    limit: float
    unit: str = ""

    def __str__(self) -> str:
        verdict = "" if self.measured <= self.limit else "  too much"
        return f"{self.what:<58}{self.measured:>10.2f}{self.limit:>10.2f} {self.unit}{verdict}"


class Server:
    """The server in its process, as seen from this one."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.base_url: str = connection.recv()
        self._client = httpx2.Client(
            base_url=self.base_url, headers=HEADERS, timeout=120, trust_env=False
        )

    def used(self) -> tuple[float, float, int]:
        """CPU seconds and megabytes of its process, and how many replies are on their way."""
        self._connection.send("used")
        return self._connection.recv()

    def post(self, body: dict[str, Any], method: str = "generateContent") -> dict[str, Any]:
        """The reply to one request."""
        return self._client.post(f"{MODEL}:{method}", json=body).raise_for_status().json()

    def milliseconds(self, bodies: Iterable[dict[str, Any]]) -> float:
        """CPU milliseconds of a request, the median over `bodies`."""
        taken: list[float] = []
        for body in bodies:
            began, *_ = self.used()
            self.post(body)
            taken.append(1000 * (self.used()[0] - began))
        return statistics.median(taken)


def serve(connection: Connection) -> None:
    """Run a server until told to stop, and answer questions about its process."""
    from gemini_nb.offline.server import EmbeddedServer, create_app

    app, replies = create_app(words_per_chunk=1, seconds_per_chunk=SECONDS_PER_CHUNK), 0

    async def counted(scope: Any, receive: Any, send: Any) -> None:
        nonlocal replies
        replies += 1
        try:
            await app(scope, receive, send)
        finally:
            replies -= 1

    with EmbeddedServer(app=counted) as server:
        connection.send(server.base_url)
        while connection.recv() == "used":
            status = Path("/proc/self/status").read_text(encoding="ascii")
            resident = int(status.partition("VmRSS:")[2].split()[0]) / 1024
            connection.send((time.process_time(), resident, replies))


def asked(text: str, *pictures: bytes) -> dict[str, Any]:
    """A request with a text and JPEGs."""
    parts: list[dict[str, Any]] = [
        {"inlineData": {"mimeType": "image/jpeg", "data": base64.b64encode(data).decode()}}
        for data in pictures
    ]
    return {"contents": [{"role": "user", "parts": [*parts, {"text": text}]}]}


def connecting() -> Iterable[Row]:
    """CPU of a first cell, in new interpreters that take turns."""

    def seconds(code: str) -> float:
        before = os.times()
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
        after = os.times()
        fields = ("children_user", "children_system")
        return sum(getattr(after, name) - getattr(before, name) for name in fields)

    pairs = [(seconds(SDK), seconds(CONNECT)) for _ in range(ROUNDS)]
    sdk, ours = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield Row("a client of google.genai", sdk, float("inf"), "s CPU")
    yield Row('gemini_nb.connect("offline"), beyond that', ours - sdk, 0.15, "s CPU")


def small(server: Server) -> Iterable[Row]:
    """What the smallest request costs, and whether memory stays."""
    hello = [asked(f"Hello number {number}") for number in range(200)]
    server.milliseconds(hello)
    began = time.perf_counter()
    for body in hello:
        server.post(body)
    taken = 1000 * (time.perf_counter() - began) / len(hello)
    yield Row("a small generateContent, whole", taken, 5, "ms")
    yield Row("a small generateContent", server.milliseconds(hello), 3, "ms CPU")
    *_, before, _ = server.used()
    for number in range(REQUESTS):
        server.post(asked(f"Tell me about the {SUBJECTS[number % 9]} number {number}."))
    yield Row(f"memory that {REQUESTS:,} requests leave", server.used()[1] - before, 10, "MB")


def pictures(server: Server) -> Iterable[Row]:
    """Boxes on pictures that the server hasn't seen; the first one loads what vision needs."""
    size = SIZES[0]
    photo = Image.open(io.BytesIO(photograph(size)))
    turned = [photo, ImageOps.mirror(photo), ImageOps.flip(photo), ImageOps.invert(photo)]
    files: list[bytes] = []
    for shift, image in enumerate(turned * 2):
        file = io.BytesIO()
        cut = image.crop((shift, shift, size.width, size.height)).resize(image.size)
        cut.save(file, "JPEG", quality=90)
        files.append(file.getvalue())
    boxes = "Detect all objects in this image and return their bounding boxes."
    yield Row("the first picture", server.milliseconds([asked(boxes, files[0])]), 1500, "ms CPU")
    taken = server.milliseconds(asked(boxes, file) for file in files[1:])
    yield Row(f"boxes on {size.width}x{size.height}", taken, 150, "ms CPU")
    again = server.milliseconds([asked("Point to the red thing.", files[-1])] * 3)
    yield Row("another question about the same picture", again, 60, "ms CPU")


def growth(server: Server) -> Iterable[Row]:
    """How the time grows when a request becomes ten times as long: ten times is linear."""

    def history(turns: int) -> dict[str, Any]:
        said = [
            {"role": role, "parts": [{"text": f"Tell me about the {SUBJECTS[n % 9]} number {n}."}]}
            for n in range(turns // 20)
            for role in ("user", "model")
        ]
        return {"contents": [*said, *asked("Go on.")["contents"]]}

    def notes(words: int) -> dict[str, Any]:
        lines = "".join(f"Note {n}: the {SUBJECTS[n % 9]} is open.\n" for n in range(words // 7))
        return asked(f"{lines}\nWhen is the harbour open?")

    kinds: dict[str, Callable[[int], dict[str, Any]]] = {
        "of notes": notes,
        "of spaces": lambda words: asked("Tell me about" + " " * words + "the harbour."),
        "of prose": lambda words: asked("The harbour is full of boats. " * (words // 6)),
        "of history": history,
    }
    for name, made in kinds.items():
        times = [server.milliseconds([made(words)] * 3) for words in TENFOLD]
        yield Row(f"{TENFOLD[-1]:,} words {name}", times[-1], 2000, "ms CPU")
        ratio = times[-1] / max(times[-2], 1)
        yield Row(f"{TENFOLD[-1]:,} words {name} beside {TENFOLD[-2]:,}", ratio, 15, "times")


def text_of(reply: dict[str, Any]) -> str:
    """The text of one reply or one chunk."""
    return "".join(part["text"] for part in reply["candidates"][0]["content"]["parts"])


async def crowd(server: Server) -> Iterable[Row]:
    """Many streams at once, each with another text, and small requests beside them."""

    def body(number: int) -> dict[str, Any]:
        told = f"Write a story about the {SUBJECTS[number % 9]} and the {SUBJECTS[number % 7]}."
        return {**asked(told), "generationConfig": {"seed": number}}

    async def stream(client: httpx2.AsyncClient, number: int) -> str:
        address = f"{MODEL}:streamGenerateContent?alt=sse"
        async with client.stream("POST", address, json=body(number)) as reply:
            lines = [line async for line in reply.aiter_lines() if line]
        return "".join(text_of(json.loads(line.removeprefix("data: "))) for line in lines)

    async def waits(client: httpx2.AsyncClient, done: asyncio.Event) -> list[float]:
        taken: list[float] = []
        while not done.is_set():
            began = time.perf_counter()
            reply = await client.post(f"{MODEL}:generateContent", json=asked("Hello"))
            reply.raise_for_status()
            taken.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(0.02)
        return taken

    expected = [text_of(server.post(body(number))) for number in range(STREAMS)]
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(
        base_url=server.base_url, headers=HEADERS, timeout=120, limits=limits, trust_env=False
    ) as client:
        done = asyncio.Event()
        beside = asyncio.create_task(waits(client, done))
        texts = await asyncio.gather(*(stream(client, number) for number in range(STREAMS)))
        done.set()
        waited = await beside
    wrong = sum(text != whole for text, whole in zip(texts, expected, strict=True))
    return (
        Row(f"{STREAMS} streams at once, lost or mixed", wrong, 0),
        Row("streams that are still open", server.used()[2], 0),
        Row("a small generateContent beside them, median", statistics.median(waited), 50, "ms"),
    )


def malformed(server: Server, count: int) -> Iterable[Row]:
    """Requests that are wrong in every way."""
    chance = Random(1)
    failed, slowest = 0, 0.0
    for _ in range(count):
        request = hostile_request(chance)
        began = time.perf_counter()
        status = send(server.base_url, request)
        slowest = max(slowest, time.perf_counter() - began)
        if status >= 500:
            failed += 1
            print(f"{status}: {request}")
    yield Row(f"{count:,} malformed requests, 5xx", failed, 0)
    yield Row("the slowest of them", slowest, 2, "s")
    yield Row("an ordinary request afterwards fails", not server.post(asked("Hello")), 0)


def main() -> int:
    """Print the table; 1 if a limit is passed."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MALFORMED
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    passed = False
    try:
        server = Server(ours)
        print(f"{'':<58}{'measured':>10}{'limit':>10}")
        measures: tuple[Callable[[], Iterable[Row]], ...] = (
            connecting,
            lambda: small(server),
            lambda: pictures(server),
            lambda: growth(server),
            lambda: asyncio.run(crowd(server)),
            lambda: malformed(server, count),
        )
        for measure in measures:
            for row in measure():
                print(row, flush=True)
                passed |= row.measured > row.limit
    finally:
        ours.send("stop")
        process.join()
    return int(passed)


if __name__ == "__main__":
    sys.exit(main())
