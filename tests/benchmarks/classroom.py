"""What a class of thirty waits for, beside the same thirty without a class; none may be lost.

Run with `python tests/benchmarks/classroom.py [SECONDS OF EACH CASE]`. The server, `gemini-nb
serve --class`, has a process of its own, and this one asks: thirty clients that keep a connection
each. Times are wall times, so both processes need a core.
"""

from __future__ import annotations

import asyncio
import base64
import itertools
import json
import re
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple

from drawing_material import SIZES, photograph

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

STUDENTS = 30
SECONDS = 10.0
THINKING = 2.0
LIMIT = 50.0
OK, TOO_MANY = 200, 429
MODEL = "/v1beta/models/gemini-3.8-flash"
BOXES = "Detect all objects in this image and return their bounding boxes."


class Case(NamedTuple):
    """What the students do."""

    what: str
    thinking: float = THINKING
    """Seconds between a reply and the next request, on the average."""
    streams: int = 0
    """How many of the students read streams."""
    pictures: int = 0
    """How many of the students send pictures."""


@dataclass(slots=True)
class Measured:
    """What came of a case."""

    milliseconds: list[float] = field(default_factory=list[float])
    """Of each small request."""
    others: int = 0
    """How many streams and pictures were answered."""
    refused: int = 0
    """Requests beyond a student's limit, which were sent again."""
    lost: int = 0


@contextmanager
def serving(*options: str) -> Generator[tuple[str, str]]:
    """The address and the key of a server in its process."""
    command = [sys.executable, "-m", "gemini_nb.command_line", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        lines = itertools.takewhile(lambda line: "Ctrl-C" not in line, process.stdout)
        address, key = re.findall("export .*?=(.*)", "".join(lines))
        yield address, key
        process.terminate()
        process.communicate()


def asked(text: str, picture: str = "") -> dict[str, Any]:
    """A request with a text, and perhaps a JPEG in base64."""
    blob = [{"inlineData": {"mimeType": "image/jpeg", "data": picture}}] if picture else []
    return {"contents": [{"role": "user", "parts": [*blob, {"text": text}]}]}


CASES = (
    Case("closed loop", thinking=0),
    Case(f"with {THINKING:g} s of thinking"),
    Case("the same, 6 read streams", streams=6),
    Case("the same, 3 send pictures too", streams=6, pictures=3),
)


class Student:
    """One keep-alive connection, with as little of a client as there can be: it measures others."""

    def __init__(self, address: str, key: str) -> None:
        self._host = address.removeprefix("http://")
        self._head = f"Host: {self._host}\r\nx-goog-api-key: {key}\r\n"
        self._head += "Content-Type: application/json\r\n"
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def post(self, method: str, body: dict[str, Any]) -> tuple[int, dict[str, str], bytes]:
        """The status, the headers and the body of the reply."""
        name, _, port = self._host.partition(":")
        self._streams = self._streams or await asyncio.open_connection(name, int(port))
        reader, writer = self._streams
        data = json.dumps(body)
        head = f"POST {MODEL}:{method} HTTP/1.1\r\n{self._head}Content-Length: {len(data)}\r\n\r\n"
        writer.write((head + data).encode())
        status, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().strip().split("\r\n")
        told = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        if "content-length" in told:
            reply = await reader.readexactly(int(told["content-length"]))
        else:  # chunked, and no chunk is empty but the last
            reply = await reader.readuntil(b"\r\n0\r\n\r\n")
        return int(status.split()[1]), told, reply

    def close(self) -> None:
        """Hang up."""
        if self._streams:
            self._streams[1].close()


async def send_small(
    student: Student, measured: Measured, texts: Iterator[str], thinking: float, end: float
) -> None:
    """Ask small things, generateContent and countTokens in turn, until `end`."""
    chance, methods = Random(next(texts)), itertools.cycle(["generateContent", "countTokens"])
    await asyncio.sleep(chance.uniform(0, thinking))
    while time.monotonic() < end:
        body, method, began = asked(next(texts)), next(methods), time.perf_counter()
        status, headers, reply = await student.post(method, body)
        if status == TOO_MANY:
            measured.refused += 1
            await asyncio.sleep(float(headers["retry-after"]))
        elif status == OK and (b"candidates" if "C" in method else b"totalTokens") in reply:
            measured.milliseconds.append(1000 * (time.perf_counter() - began))
        else:
            measured.lost += 1
        await asyncio.sleep(chance.uniform(0, 2 * thinking))


async def send_large(
    student: Student, measured: Measured, texts: Iterator[str], picture: str, end: float
) -> None:
    """Read a stream, or have a picture looked at if there is one, every few seconds."""
    chance = Random(next(texts))
    method = "generateContent" if picture else "streamGenerateContent?alt=sse"
    await asyncio.sleep(chance.uniform(0, THINKING))
    while time.monotonic() < end:
        text = BOXES if picture else f"Write a long story about the sea. {next(texts)}"
        status, _, reply = await student.post(method, asked(text, picture))
        is_whole = status == OK and b'"finishReason": "STOP"' in reply
        measured.others += is_whole
        measured.lost += not is_whole
        await asyncio.sleep(chance.uniform(0, 2 * THINKING))


async def measure(address: str, key: str, seconds: float, case: Case) -> Measured:
    """Thirty students at once, of which some read streams or send pictures."""
    measured, end = Measured(), time.monotonic() + seconds
    picture = base64.b64encode(photograph(SIZES[0])).decode()
    students = [Student(address, f"{key}-student{number}") for number in range(STUDENTS)]
    async with asyncio.TaskGroup() as group:
        for number, student in enumerate(students):
            texts = map(f"Hello from {number}, number {{}}".format, itertools.count())
            if number < case.streams + case.pictures:
                sent = picture if number >= case.streams else ""
                group.create_task(send_large(student, measured, texts, sent, end))
            else:
                group.create_task(send_small(student, measured, texts, case.thinking, end))
    for student in students:
        student.close()
    return measured


def main() -> int:
    """Print the table; 1 if one was lost, or the median of a class is over the limit."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else SECONDS
    print(
        f"{'30 students, times in ms':<46}{'median':>8}{'95 %':>8}{'small':>8}{'large':>7}", end=""
    )
    print(f"{'429':>7}{'lost':>6}")
    has_failed = False
    for case in CASES:
        for options in (["--class"], []):
            with serving(*options) as (address, key):
                measured = asyncio.run(measure(address, key, seconds, case))
            times = statistics.quantiles(measured.milliseconds, n=20)
            name = f"{case.what}{'' if options else ', without a class'}"
            print(f"{name:<46}{times[9]:>8.1f}{times[18]:>8.1f}", end="")
            print(f"{len(measured.milliseconds):>8,}{measured.others:>7,}", end="")
            print(f"{measured.refused:>7,}{measured.lost:>6,}", flush=True)
            has_failed |= measured.lost > 0 or (bool(options) and times[9] > LIMIT)
    return int(has_failed)


if __name__ == "__main__":
    sys.exit(main())
