"""An answer that streams into a cell: ours beside others, in a real kernel and a real JupyterLab.

Run with `python tests/benchmarks/streaming.py`; all of it takes some 20 minutes. A part of it:

    python tests/benchmarks/streaming.py --kernel-only --sizes 8k,100k
    python tests/benchmarks/streaming.py --browser-only --sizes 8k --only chatlas,print --rounds 3

Every way to show the stream gets a kernel (and a page) of its own, one after the other, and shows a
line before it is measured. Numbers are medians where there are several rounds. What is not done at
the limit is cut off and marked with `>`: its numbers are those until then.
"""

from __future__ import annotations

import argparse
import contextlib
import platform
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import streaming_browser
import streaming_kernel
import streaming_material as material
import streaming_peers
from streaming_kernel import Case
from streaming_peers import FLOOR, OURS, PEERS
from streaming_table import Column, Row, compare

if TYPE_CHECKING:
    from streaming_browser import Lab

AIMED_PAYLOAD = {"8k": 2.0, "1m": 4.0}  # bytes for each byte of the answer
AIMED_LATE = {"100k": 10.0}  # seconds until the page has caught up
BROWSER_SIZES = ("8k", "100k")  # most of those compared never get to the end of a megabyte

KERNEL = (
    Column("messages", ",.0f"),
    Column("payload", ",.0f"),
    Column("x text", ".2f", is_compared=False),
    Column("sent", ",.0f"),
    Column("cpu s", ".3f"),
    Column("wall s", ".2f", is_compared=False),
    Column("saved", ",.0f"),
    Column("kept %", ".0f", is_compared=False),
)
BROWSER = (
    Column("cpu s", ".2f"),
    Column("late s", ".2f"),
    Column("freeze s", ".3f"),
    Column("states", ".0f", is_compared=False),
    Column("outputs", ".0f", is_compared=False),
    Column("shown %", ".0f", is_compared=False),
    Column("saved", ",.0f"),
)


def in_kernel(peer: str, case: Case) -> Row:
    told, saved, kept = streaming_kernel.run(peer, case)
    numbers = {
        "messages": told.messages,
        "payload": told.payload,
        "x text": told.payload / max(1, told.shown),
        "sent": told.sent,
        "cpu s": told.cpu,
        "wall s": told.wall,
        "saved": saved,
        "kept %": 100 * kept,
    }
    return Row(numbers, told.shown < material.SIZES[case.size].characters)


def in_browser(lab: Lab, peer: str, case: Case, folder: Path | None) -> Row:
    stem = "".join(letter if letter.isalnum() else "_" for letter in peer)
    screenshot = folder and folder / f"{stem}_{case.size}.png"
    found = lab.run(peer, case, screenshot)
    numbers = {
        "cpu s": found.cpu,
        "late s": found.late,
        "freeze s": found.gap,
        "states": found.states,
    }
    if not found.is_over:
        left = {"outputs": found.outputs, "shown %": 100 * found.shown, "saved": found.saved}
        numbers |= left
    return Row(numbers, found.is_over)


def print_aims(title: str, aims: dict[str, float], size: str, reached: float | None) -> None:
    """What was aimed at, beside what was reached."""
    if size in aims and reached is not None:
        print(f"aim: {title} at most {aims[size]:g}; reached {reached:.2f}")


def print_versions() -> list[str]:
    """What is compared, and what is missing; returned is what is there."""
    packages = ("gemini-nb", "ipykernel", "jupyterlab", "chatlas", "ipywidgets", "rich")
    versions = {name: streaming_peers.installed(name) for name in packages}
    there = (f"{name} {version}" for name, version in versions.items() if version)
    print(f"Python {platform.python_version()}", *there, sep=", ")
    for name, install in streaming_peers.INSTALL.items():
        if versions[name] is None:
            print(f"{name} is missing: {install}")
    return [name for name, peer in PEERS.items() if streaming_peers.is_there(peer)]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(material.SIZES))
    parser.add_argument("--only", default="", help=f"beside ours, of: {', '.join(PEERS)}")
    parser.add_argument("--delay", type=float, help="seconds between two chunks")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--plain", action="store_true", help="stream prose only")
    parser.add_argument("--screenshots", type=Path, help="a folder for what the pages showed")
    part = parser.add_mutually_exclusive_group()
    part.add_argument("--kernel-only", action="store_true")
    part.add_argument("--browser-only", action="store_true")
    return parser.parse_args()


def main() -> None:
    """Print a table for the kernel and one for the browser, for each size."""
    wanted = arguments()
    only = set(filter(None, wanted.only.split(",")))
    peers = [name for name in print_versions() if not only or name in {OURS, FLOOR, *only}]
    if wanted.screenshots:
        wanted.screenshots.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        lab = None if wanted.kernel_only else stack.enter_context(streaming_browser.lab())
        for name in wanted.sizes.split(","):
            size = material.SIZES[name]
            delay = size.delay if wanted.delay is None else wanted.delay
            case = Case(name, delay, wanted.limit, wanted.plain)
            kind = "prose" if case.plain else "prose, lists, tables, code, formulas"
            pace = f"{size.chunks:,} chunks, {1000 * delay:g} ms each"
            print(f"\n{size.characters:,} characters of {kind}; {pace}")
            if not wanted.browser_only:
                compare_kernels(peers, case, wanted.rounds)
            if lab is not None and name in BROWSER_SIZES:
                compare_pages(lab, peers, case, wanted)


def compare_kernels(peers: list[str], case: Case, rounds: int) -> None:
    print("in the kernel (payload, sent, saved: bytes)")
    rows = compare(KERNEL, peers, rounds, lambda peer: in_kernel(peer, case))
    reached = rows[OURS].numbers["x text"] if OURS in rows else None
    print_aims("payload over text", AIMED_PAYLOAD, case.size, reached)


def compare_pages(lab: Lab, peers: list[str], case: Case, wanted: argparse.Namespace) -> None:
    print("in JupyterLab (late: from the stream's end until the page has caught up)")
    folder = wanted.screenshots
    rows = compare(BROWSER, peers, wanted.rounds, lambda peer: in_browser(lab, peer, case, folder))
    reached = rows[OURS].numbers["late s"] if OURS in rows else None
    print_aims("seconds late", AIMED_LATE, case.size, reached)


if __name__ == "__main__":
    sys.exit(main())
