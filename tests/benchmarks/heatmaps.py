"""Heatmaps of cosine similarity: ours and seaborn's, from vectors to a saved output.

Run with `python tests/benchmarks/heatmaps.py [COUNT ...]`, on Linux, after `pip install seaborn`.
Each case runs in a process of its own, with one thread; of the times of several rounds the median
counts. Imports and one small plot before, for which fonts are loaded, are not counted, but for the
first line: the CPU time of the first plot of a process, with what it imports. Times are CPU times,
which a busy machine stretches less than the clock's; memory is the peak of the first round above
what stood before; bytes are those of the output in a notebook file.

seaborn gets the finished cosines, which ours computes, and the labels shortened as ours shortens
them. It writes the cosine into each cell up to 25 items, as ours does. clustermap orders rows by
average linkage, as ours does, but of distances between whole rows of cosines.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any

import google.genai  # noqa: F401 - which a notebook has imported before
import numpy as np
from own_process import measured_apart, print_versions, used
from stored_output import Bundle, picture, stored_bytes

import gemini_nb as gnb

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COUNTS = (10, 25, 40, 100, 1000, 5000)
DIMENSIONS = 768
CLUSTERS = 20
ANNOTATED = 25
MOST_NAMED = 60  # rows: seaborn takes seconds for the names of more, and overprints them
WARM_UP = 12
MOST_ROUNDS = 5
ENOUGH_SECONDS = 3.0  # of rounds of one case, after which what has been measured must do
FIGURE_SIZE = (7, 6)  # inches, at 100 pixels each
OURS = "ours"
AIMED_BYTES, AIMED_AT = 70_000, 40  # bytes, of a heatmap of as many items
AIMED_FIRST = 0.6  # seconds


def vectors(count: int) -> NDArray[np.float32]:
    """Unit vectors in clusters, in a narrow cone as those of models are."""
    random = np.random.default_rng(count)
    centres = random.standard_normal((CLUSTERS, DIMENSIONS))
    rows = centres[random.integers(0, CLUSTERS, count)] + 1.3 * random.standard_normal(DIMENSIONS)
    rows += 0.8 * random.standard_normal((count, DIMENSIONS))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def labels(count: int) -> list[str]:
    """What stands beside the rows."""
    return [f"{number} · a sentence about kites…" for number in range(count)]


def ours(rows: NDArray[np.float32]) -> Bundle:
    """What the last line of a cell does, on the whole way."""
    made = gnb.Embeddings(rows, labels(len(rows)), model="a-model")
    return gnb.plot_similarity(made)._repr_mimebundle_()


def looks(count: int) -> dict[str, Any]:
    """What seaborn is told."""
    names = labels(count) if count <= MOST_NAMED else "auto"
    return {"annot": count <= ANNOTATED, "fmt": ".2f", "yticklabels": names, "cmap": "viridis"}


def seaborn_heatmap(rows: NDArray[np.float32]) -> Bundle:
    """Rows in input order, as `seaborn.heatmap` leaves them."""
    import seaborn as sns
    from matplotlib.figure import Figure

    figure = Figure(figsize=FIGURE_SIZE, dpi=100)
    sns.heatmap(rows @ rows.T, ax=figure.add_subplot(), **looks(len(rows)))
    return picture(figure)


def seaborn_clustermap(rows: NDArray[np.float32]) -> Bundle:
    """Rows by average linkage, with the trees drawn beside."""
    import seaborn as sns

    return picture(sns.clustermap(rows @ rows.T, figsize=FIGURE_SIZE, **looks(len(rows))).figure)


PEERS: dict[str, Callable[[NDArray[np.float32]], Bundle]] = {
    OURS: ours,
    "seaborn.heatmap": seaborn_heatmap,
    "seaborn.clustermap": seaborn_clustermap,
}


def first() -> float:
    """The CPU time of the first plot of this process."""
    rows = vectors(6)
    began = time.process_time()
    ours(rows)
    return time.process_time() - began


def measure(peer: str, count: int) -> tuple[float, float, int]:
    """The median time of one tool, here, its peak of memory, and the bytes of its output."""
    draw = PEERS[peer]
    draw(vectors(WARM_UP))
    rows = vectors(count)
    rounds = [used(lambda: draw(rows))]
    while len(rounds) < MOST_ROUNDS and sum(seconds for seconds, _, _ in rounds) < ENOUGH_SECONDS:
        rounds.append(used(lambda: draw(rows)))
    _, megabytes, output = rounds[0]
    return statistics.median(seconds for seconds, _, _ in rounds), megabytes, stored_bytes(output)


def compare(count: int) -> None:
    """Print the table of one count."""
    print(f"\n{count:,} items of {DIMENSIONS} dimensions")
    print(f"{'':<22}{'CPU s':>9}{'+MB':>8}{'bytes':>13}{'x ours':>8}")
    own = 0.0
    for peer in PEERS:
        taken = measured_apart(__file__, peer, str(count))
        if taken is None:
            continue
        seconds, megabytes, stored = taken
        own = own or seconds
        print(f"{peer:<22}{seconds:>9.3f}{megabytes:>8.0f}{stored:>13,}{seconds / own:>8.1f}")
        if (peer, count) == (OURS, AIMED_AT):
            print(f"aim: at most {AIMED_BYTES:,} bytes")


def main(arguments: list[str]) -> None:
    """Print a table for each count."""
    match arguments:
        case ["--child", "first"]:
            print(json.dumps(first()))
        case ["--child", peer, count]:
            print(json.dumps(measure(peer, int(count))))
        case _:
            print_versions("numpy", "matplotlib", "seaborn")
            taken = sorted(measured_apart(__file__, "first") or 0.0 for _ in range(MOST_ROUNDS))
            print(f"first plot of a process: {taken[0]:.2f} to {taken[-1]:.2f} CPU s", end=", ")
            print(f"aim: {AIMED_FIRST}")
            for count in tuple(map(int, arguments)) or COUNTS:
                compare(count)


if __name__ == "__main__":
    main(sys.argv[1:])
