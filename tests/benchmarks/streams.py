"""100 streams of 200 chunks at once: nothing lost, nothing mixed, others not kept waiting.

Run with `python tests/benchmarks/streams.py`. The server runs in a process of its own. Every stream
asks for another text, and must come out equal to what the same request gets without streaming.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import statistics
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

STREAMS = 100
CHUNKS = 200
ROUNDS = 3
SECONDS_PER_CHUNK = 0.02
HEADERS = {"x-goog-api-key": "any"}
MODEL = "/v1beta/models/gemini-3.8-flash"
SUBJECTS = (
    "harbour",
    "bridge",
    "clock",
    "garden",
    "train",
    "kite",
    "violin",
    "tower",
    "ferry",
    "oven",
)


def serve(connection: Connection) -> None:
    """Run a server until told to stop, and answer questions about its memory."""
    from gemini_nb.offline.app import create_app
    from gemini_nb.offline.server import EmbeddedServer

    app = create_app(words_per_chunk=1, seconds_per_chunk=SECONDS_PER_CHUNK)
    with EmbeddedServer(app=app) as server:
        connection.send(server.base_url)
        while connection.recv() == "memory":
            connection.send((resident_megabytes(), app.state.offline.open_streams))


def resident_megabytes() -> float:
    """Memory of this process that is in RAM, from Linux's own account of it."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def body(number: int) -> dict[str, object]:
    """A request for a text of at least `CHUNKS` words, another one for each number."""
    subject = f"the {SUBJECTS[number % len(SUBJECTS)]} number {number}"
    prompt = f"Write a story in {CHUNKS + 100} words about {subject}."
    return {"contents": [{"parts": [{"text": prompt}]}]}


def text_of(reply: dict) -> str:
    """The text of one reply or one chunk."""
    return reply["candidates"][0]["content"]["parts"][0]["text"]


async def stream(client: httpx2.AsyncClient, number: int) -> list[str]:
    """The texts of the chunks of one stream."""
    address = f"{MODEL}:streamGenerateContent?alt=sse"
    async with client.stream("POST", address, json=body(number)) as reply:
        lines = [line async for line in reply.aiter_lines() if line]
    return [text_of(json.loads(line.removeprefix("data: "))) for line in lines]


async def small_latencies(client: httpx2.AsyncClient, until: asyncio.Event | None) -> list[float]:
    """Milliseconds of small generateContent calls: 50 of them, or until something has happened."""
    small = {"contents": [{"parts": [{"text": "Hello"}]}]}
    taken = []
    while (until is None and len(taken) < 50) or (until is not None and not until.is_set()):
        began = time.perf_counter()
        (await client.post(f"{MODEL}:generateContent", json=small)).raise_for_status()
        taken.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.02)
    return taken


async def measure(base_url: str, connection: Connection) -> int:
    """Print the table; the number of streams that were not what they should be."""
    limits = httpx2.Limits(max_connections=None)
    async with httpx2.AsyncClient(
        base_url=base_url, headers=HEADERS, timeout=120, limits=limits, trust_env=False
    ) as client:
        expected = [
            text_of((await client.post(f"{MODEL}:generateContent", json=body(n))).json())
            for n in range(STREAMS)
        ]
        alone = statistics.median(await small_latencies(client, None))
        print(f"small generateContent alone: median {alone:.1f} ms")
        print("round  streams  chunks  wrong  seconds  small call, median ms  added ms  server MB")
        wrong = 0
        for number in range(ROUNDS):
            done = asyncio.Event()
            others = asyncio.create_task(small_latencies(client, done))
            began = time.perf_counter()
            streams = await asyncio.gather(*(stream(client, n) for n in range(STREAMS)))
            seconds = time.perf_counter() - began
            done.set()
            beside = statistics.median(await others)
            bad = sum(
                "".join(texts) != whole for texts, whole in zip(streams, expected, strict=True)
            )
            wrong += bad
            fewest = min(map(len, streams))
            connection.send("memory")
            memory, still_open = connection.recv()
            wrong += still_open
            print(
                f"{number + 1:>5}  {len(streams):>7}  {fewest:>5}+  {bad:>5}  {seconds:>7.1f}"
                f"  {beside:>21.1f}  {beside - alone:>8.1f}  {memory:>9.0f}"
            )
        return wrong


def main() -> int:
    """Run it; 1 if a stream was lost or mixed up."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=serve, args=(theirs,))
    process.start()
    try:
        wrong = asyncio.run(measure(ours.recv(), ours))
    finally:
        ours.send("stop")
        process.join()
    print("none lost, none mixed" if not wrong else f"{wrong} streams are wrong")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
