"""From an answer's text and a JPEG's bytes to a cell's finished output: ours, the floor, and peers.

Run with `python tests/benchmarks/drawing.py [COUNT ...]`; with all counts it takes some minutes,
most of them for matplotlib and smart_position. Everything runs in one process, one after the other.
Times are medians of CPU time, which a busy machine stretches less than it does the clock's. Imports
and the first use of each tool, in which fonts are loaded, are not counted. Every round has an
answer of its own, so that little of what is remembered from one round serves the next.
"""

from __future__ import annotations

import base64
import gc
import platform
import statistics
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import drawing_material as material
import drawing_peers
from drawing_peers import SUPERVISION, Peer
from stored_output import stored_bytes

from gemini_nb.drawing.overlay import draw
from gemini_nb.drawing.picture import HEAVY
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drawing_peers import Bundle

FLOOR = "floor"
PASSED = "ours, original bytes"
SCALED = "ours, scaled"
COUNTS = (10, 100, 1000, 2500)
MOST_FOR_PEERS = 1000
MOST_ROUNDS = 9
ENOUGH_SECONDS = 4.0  # of rounds of one case, after which what has been measured must do
AIMED_MICROSECONDS = 45.0  # for a mark, in all
AIMED_BYTES = 450.0  # for a mark, beyond the picture
AIMED_FASTER = {
    "1280x960": 50.0,
    "3840x2160": 100.0,
}  # than supervision, with AIMED_AT_COUNT of each
AIMED_AT_COUNT = 100


class Measured(NamedTuple):
    """What one tool took for one case."""

    name: str
    milliseconds: float
    """Median of CPU time."""
    stored: int | None = None
    """Bytes of the output in a notebook file; None for a part of the way."""
    rounds: int = 1


def ours(answer: str, photo: bytes, *, scaled: bool) -> Bundle:
    """What the last line of a cell does, on the whole way."""
    overlay = draw(photo, parse(answer), max_width="auto" if scaled else None)
    return overlay._repr_mimebundle_()


def stages(answers: Iterator[str], photo: bytes, rounds: int) -> Iterator[Measured]:
    """The parts of our way where the original passes through."""
    taken: dict[str, list[float]] = {"  parse": [], "  draw": [], "  output": []}
    for _, answer in zip(range(rounds), answers, strict=False):
        gc.collect()
        marks = [time.process_time()]
        found = parse(answer)
        marks.append(time.process_time())
        overlay = draw(photo, found, max_width=None)
        marks.append(time.process_time())
        overlay._repr_mimebundle_()
        marks.append(time.process_time())
        for stage, began, ended in zip(taken.values(), marks, marks[1:], strict=False):
            stage.append((ended - began) * 1000)
    for name, stage in taken.items():
        yield Measured(name, statistics.median(stage), rounds=rounds)


def measured(peer: Peer, answers: Iterator[str], photo: bytes) -> Measured:
    """The median of several rounds; of one, where that takes long enough."""
    taken: list[float] = []
    output: Bundle = {}
    while len(taken) < MOST_ROUNDS and sum(taken) < ENOUGH_SECONDS * 1000:
        answer = next(answers)
        gc.collect()
        began = time.process_time()
        output = peer.draw(answer, photo)
        taken.append((time.process_time() - began) * 1000)
    return Measured(peer.name, statistics.median(taken), stored_bytes(output), len(taken))


def floor(photo: bytes) -> Measured:
    """One base64 pass over the photo."""
    encode = Peer("", lambda _, data: {"image/jpeg": base64.b64encode(data).decode("ascii")})
    passed = measured(encode, iter(lambda: "", None), photo)
    return passed._replace(name=FLOOR)


def answers_of(count: int) -> Iterator[str]:
    """Answers without end, all different."""
    seed = 0
    while True:
        seed += 1
        yield material.answer(count, seed)


def compare(size: material.Size, photo: bytes, count: int) -> None:
    """Print the table of one case."""
    title = f"{size.width}x{size.height}, {len(photo):,} bytes, {count} boxes and {count} points"
    print(f"\n{title}\n{'':<26}{'ms':>9}{'bytes':>12}{'x floor':>9}{'x ours':>9}  rounds")
    answers = answers_of(count)
    least = floor(photo)
    passed = measured(Peer(PASSED, partial(ours, scaled=False)), answers, photo)
    rows = [least, passed, *stages(answers, photo, passed.rounds)]
    if len(photo) > HEAVY:
        scaled = Peer(SCALED, partial(ours, scaled=True))
        rows.append(measured(scaled, answers, photo))
    if count <= MOST_FOR_PEERS:
        rows += [measured(peer, answers, photo) for peer in drawing_peers.peers()]
    for row in rows:
        stored = "" if row.stored is None else f"{row.stored:,}"
        over_floor = row.milliseconds / least.milliseconds
        over_ours = row.milliseconds / passed.milliseconds
        print(
            f"{row.name:<26}{row.milliseconds:>9.2f}{stored:>12}{over_floor:>9.1f}{over_ours:>9.1f}"
            f"{row.rounds:>8}"
        )
    print_aims({row.name: row for row in rows}, size, count, len(photo))


def print_aims(rows: dict[str, Measured], size: material.Size, count: int, photo: int) -> None:
    """What was aimed at, beside what was reached, where the original passes through."""
    ours, least = rows[PASSED], rows[FLOOR]
    drawing = ours.milliseconds - least.milliseconds
    beyond = (ours.stored or 0) - photo * 4 / 3
    print(f"{drawing * 500 / count:.1f} us a mark; aim: {AIMED_MICROSECONDS:g}")
    print(f"{beyond / count / 2:.0f} bytes a mark; aim: {AIMED_BYTES:g}")
    if count == AIMED_AT_COUNT and SUPERVISION in rows:
        reached = rows[SUPERVISION].milliseconds / ours.milliseconds
        aim = AIMED_FASTER[f"{size.width}x{size.height}"]
        print(f"{reached:.0f} times faster than supervision; aim: {aim:g}")


def warm_up(photo: bytes) -> None:
    """Import what is needed, and let each tool load its fonts."""
    answer = material.answer(10, seed=0)
    ours(answer, photo, scaled=True)
    for peer in drawing_peers.peers():
        peer.draw(answer, photo)


def print_versions() -> None:
    """What is compared, and what is missing."""
    versions = {
        name: drawing_peers.installed(name) for name in ("PIL", "numpy", *drawing_peers.INSTALL)
    }
    there = (f"{name} {version}" for name, version in versions.items() if version)
    print(f"Python {platform.python_version()}", *there, sep=", ")
    for name, install in drawing_peers.INSTALL.items():
        if versions[name] is None:
            print(f"{name} is missing: {install}")


def main() -> None:
    """Print a table for each size and count."""
    counts = tuple(map(int, sys.argv[1:])) or COUNTS
    print_versions()
    for size in material.SIZES:
        photo = material.photograph(size)
        warm_up(photo)
        for count in counts:
            compare(size, photo, count)


if __name__ == "__main__":
    sys.exit(main())
