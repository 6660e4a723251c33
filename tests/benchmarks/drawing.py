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
import json
import platform
import statistics
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import drawing_material as material
import drawing_peers
from drawing_peers import SUPERVISION, Peer

from gemini_nb.drawing.overlay import draw
from gemini_nb.drawing.pictures.picture import HEAVY
from gemini_nb.spatial.parse import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drawing_peers import Bundle

FLOOR = "floor"
PASSED = "ours, original bytes"
SCALED = "ours, scaled"
COUNTS = (10, 100, 1000)
MOST_ROUNDS = 9
ENOUGH_SECONDS = 4.0  # of rounds of one case, after which what has been measured must do
MICROSECONDS_A_MARK = 2.0
AIMED_OVER_FLOOR = 2.0
AIMED_FASTER = 100.0
AIMED_FASTER_SCALED = 50.0
AIMED_AT_COUNT = 100


class Measured(NamedTuple):
    """What one tool took for one case."""

    name: str
    milliseconds: float
    """Median of CPU time."""
    stored: int | None = None
    """Bytes of the output, as JSON in a notebook file; None for a part of the way."""
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
    return Measured(peer.name, statistics.median(taken), len(json.dumps(output)), len(taken))


def floor(photo: bytes, count: int) -> Measured:
    """One base64 pass over the photo, and 2 microseconds for each of the boxes and points."""
    encode = Peer("", lambda _, data: {"image/jpeg": base64.b64encode(data).decode("ascii")})
    passed = measured(encode, iter(lambda: "", None), photo)
    marks = 2 * count * MICROSECONDS_A_MARK / 1000
    return passed._replace(name=FLOOR, milliseconds=passed.milliseconds + marks)


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
    least = floor(photo, count)
    passed = measured(Peer(PASSED, partial(ours, scaled=False)), answers, photo)
    rows = [least, passed, *stages(answers, photo, passed.rounds)]
    if len(photo) > HEAVY:
        scaled = Peer(SCALED, partial(ours, scaled=True))
        rows.append(measured(scaled, answers, photo))
    rows += [measured(peer, answers, photo) for peer in drawing_peers.peers()]
    for row in rows:
        stored = "" if row.stored is None else f"{row.stored:,}"
        over_floor = row.milliseconds / least.milliseconds
        over_ours = row.milliseconds / passed.milliseconds
        print(
            f"{row.name:<26}{row.milliseconds:>9.2f}{stored:>12}{over_floor:>9.1f}{over_ours:>9.1f}"
            f"{row.rounds:>8}"
        )
    print_aims({row.name: row.milliseconds for row in rows}, count)


def print_aims(taken: dict[str, float], count: int) -> None:
    """What was aimed at, beside what was reached."""
    print(f"aim: at most {AIMED_OVER_FLOOR:g} x floor; reached {taken[PASSED] / taken[FLOOR]:.1f}")
    if count != AIMED_AT_COUNT or SUPERVISION not in taken:
        return
    for name, aim in ((PASSED, AIMED_FASTER), (SCALED, AIMED_FASTER_SCALED)):
        if name in taken:
            reached = taken[SUPERVISION] / taken[name]
            print(f"aim: {name} {aim:g} times faster than supervision; reached {reached:.0f}")


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
