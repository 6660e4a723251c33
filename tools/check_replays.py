"""Record every tutorial from a second server, and replay it with nobody to ask.

python tools/check_replays.py [NOTEBOOK...]

What a replayed tutorial shows must be what is saved in it, but for the line of `connect()` and the
words "replayed, recorded on ...": the second server has the models that answered then. It takes
minutes, and so is no test.
"""

import argparse
import copy
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from gemini_nb.offline.server import EmbeddedServer

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from notebook_testing.comparison import differences  # noqa: E402 - needs the path above
from notebook_testing.environment import (  # noqa: E402 - as above
    drifts,
    notebook_environment,
    why_not_mujoco,
    workplace,
)
from notebook_testing.front_end import FrontEnd  # noqa: E402 - as above

KEY = "key-of-the-second-server"

CONNECTED = re.compile(r"(?m)^gemini_nb: (?:offline,|replayed from) .*\n?")
DAYS = r"\d{4}-\d\d-\d\d(?:, \d{4}-\d\d-\d\d)*"
ORIGIN = rf"(?:\d+ calls? replayed, which costs nothing|replayed, recorded on {DAYS})"
REPLAYED = (
    re.compile(rf" · <span [^>]*>{ORIGIN}</span>"),
    re.compile(r"<tr>(?:(?!</tr>).)*replaying costs nothing.*?</tr>"),
    re.compile(rf"<div [^>]*>{ORIGIN}</div>"),
    re.compile(rf"(?: · |, |\n *){ORIGIN}"),
    # Tables are as wide as what stands in them.
    re.compile(r"(?<= ) +"),
)

Outputs = dict[int, list[NotebookNode]]
"""What the code cells show, by their place in the notebook, from 1."""


def replay_differences(path: Path, replays: int) -> list[str]:
    """What replayed runs of the notebook at `path` show otherwise than is saved in it.

    Raises:
        RuntimeError: `gemini-nb record` failed.
    """
    notebook = nbformat.read(path, as_version=4)
    drifting = {n for n, cell in enumerate(notebook.cells, 1) if drifts(cell)}
    with workplace(path.parent) as place:
        recording = place / f"{path.stem}.gnb"
        with asking():
            record(path, place)
        # The second server is gone: whoever asks it is refused.
        replaying = {"GEMINI_NB_MODE": "replay", "GEMINI_NB_RECORDING": str(recording)}
        told: list[str] = []
        for run in range(1, replays + 1):
            with variables(replaying):
                again = outputs(notebook, place)
            for number, shown in again.items():
                found = differences(
                    without_origin(notebook.cells[number - 1].outputs),
                    without_origin(shown),
                    may_drift=number in drifting,
                )
                told += [f"{path.name}, cell {number}, replay {run}:", *found] if found else []
    return told


def record(path: Path, place: Path) -> None:
    """Run `gemini-nb record` on a copy of the notebook in `place`."""
    shutil.copy(path, place)
    command = [sys.executable, "-m", "gemini_nb.command_line", "record", path.name]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command, cwd=place, capture_output=True, text=True, check=False
    )
    if done.returncode or (place / path.name).read_bytes() != path.read_bytes():
        raise RuntimeError(f"{path.name} was not recorded: {done.stdout}{done.stderr}")
    print(f"  {done.stdout.splitlines()[-1]}", end="")
    print(f", {(place / path.stem).with_suffix('.gnb').stat().st_size / 1000:,.0f} kB")


def outputs(notebook: NotebookNode, place: Path) -> Outputs:
    """What the code cells of `notebook` show when they run in `place`."""
    with FrontEnd(place) as front_end:
        return {
            number: front_end.run(cell.source).outputs
            for number, cell in enumerate(notebook.cells, 1)
            if cell.cell_type == "code" and not (drifts(cell) and why_not_mujoco())
        }


def without_origin(shown: list[NotebookNode]) -> list[NotebookNode]:
    """`shown` without the words that tell a replayed answer from the recorded one."""
    kept = copy.deepcopy(shown)
    for output in kept:
        held, names = (output, ["text"]) if "text" in output else (output.get("data", {}), ())
        for name in names or [name for name in held if name.startswith("text/")]:
            text = CONNECTED.sub("", held[name])
            for words in REPLAYED:
                text = words.sub("", text)
            held[name] = text
    return [output for output in kept if output.get("text") != ""]


@contextmanager
def asking() -> Iterator[None]:
    """A second server with nothing uploaded yet, which the environment names as Gemini."""
    with EmbeddedServer() as upstream:
        names = {"GOOGLE_GEMINI_BASE_URL": upstream.base_url, "GEMINI_API_KEY": KEY}
        with variables(names):
            yield


@contextmanager
def variables(new: Mapping[str, str]) -> Iterator[None]:
    """The environment with the variables `new`."""
    before = dict(os.environ)
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]
        os.environ.update(before)


def main() -> int:
    """Check the notebooks named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    every = sorted((ROOT / "notebooks").glob("*.ipynb"))
    parser.add_argument("notebooks", nargs="*", type=Path, metavar="NOTEBOOK", default=every)
    parser.add_argument("--replays", type=int, default=1, help="how often (default: %(default)s)")
    options = parser.parse_args()
    failed = False
    with notebook_environment():
        for path in options.notebooks:
            began = time.monotonic()
            print(f"{path.name}:", flush=True)
            found = replay_differences(path.resolve(), options.replays)
            print(*found or ["  replayed, the same"], sep="\n", end="")
            print(f", {time.monotonic() - began:.0f} s", flush=True)
            failed = failed or bool(found)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
