"""Heatmaps of cosine similarity: ours, seaborn's and plotly's, from vectors to a saved output.

Run with `python tests/benchmarks/heatmaps.py [COUNT ...]`, on Linux, after `pip install seaborn
plotly`, of which what is missing is left out; with all counts it takes some minutes, most of them
for seaborn. Each case runs in a process of its own, with one thread; of the times of several rounds
the median counts. Imports and one small plot before, for which fonts are loaded, are not counted.
Times are CPU times, which a busy machine stretches less than the clock's; memory is the peak of the
first round above what stood before; bytes are those of the output in a notebook file.

seaborn and plotly get the finished cosines, which ours computes, and the labels shortened as ours
shortens them. seaborn writes the cosine into each cell up to 25 items, as ours does. clustermap
orders rows by average linkage, as ours does, but of distances between whole rows of cosines.
"""

from __future__ import annotations

import json
import statistics
import sys
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from own_process import measured_apart, print_versions, used
from stored_output import Bundle, picture, stored_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COUNTS = (10, 100, 1000, 5000)
DIMENSIONS = 768
CLUSTERS = 20
ANNOTATED = 25
MOST_NAMED = 60  # rows: seaborn takes seconds for the names of more, and overprints them
WARM_UP = 12
MOST_ROUNDS = 5
ENOUGH_SECONDS = 3.0  # of rounds of one case, after which what has been measured must do
FIGURE_SIZE = (7, 6)  # inches, at 100 pixels each
OURS = "ours"
AIMED_BYTES = 100_000
AIMED_BYTES_AT = 40  # items
PACKAGES = ("numpy", "matplotlib", "seaborn", "plotly")


class Measured(NamedTuple):
    """What one tool took for one case."""

    seconds: float
    megabytes: float
    stored: int
    """Bytes of the output, as JSON in a notebook file."""


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


def beside(count: int) -> list[str] | str:
    """The labels for seaborn, where there is room for them."""
    return labels(count) if count <= MOST_NAMED else "auto"


def ours(rows: NDArray[np.float32]) -> Bundle:
    """What the last line of a cell does, on the whole way."""
    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.heatmaps.similarity_plot import plot_similarity

    made = Embeddings(rows, labels(len(rows)), model="a-model")
    return plot_similarity(made)._repr_mimebundle_()


def seaborn_heatmap(rows: NDArray[np.float32]) -> Bundle:
    """Rows in input order, as `seaborn.heatmap` leaves them."""
    import seaborn as sns
    from matplotlib.figure import Figure

    figure = Figure(figsize=FIGURE_SIZE, dpi=100)
    sns.heatmap(
        rows @ rows.T,
        ax=figure.add_subplot(),
        annot=len(rows) <= ANNOTATED,
        fmt=".2f",
        yticklabels=beside(len(rows)),
        cmap="viridis",
    )
    return picture(figure)


def seaborn_clustermap(rows: NDArray[np.float32]) -> Bundle:
    """Rows by average linkage, with the trees drawn beside."""
    import seaborn as sns

    grid = sns.clustermap(
        rows @ rows.T,
        figsize=FIGURE_SIZE,
        annot=len(rows) <= ANNOTATED,
        fmt=".2f",
        yticklabels=beside(len(rows)),
        cmap="viridis",
    )
    return picture(grid.figure)


def plotly_heatmap(rows: NDArray[np.float32]) -> Bundle:
    """The specification alone, which is all that plotly stores: there is no picture beside."""
    import plotly.graph_objects as go

    names = labels(len(rows))
    heatmap = go.Heatmap(z=rows @ rows.T, x=names, y=names, colorscale="Viridis")
    figure = go.Figure(heatmap)
    return {"application/vnd.plotly.v1+json": json.loads(figure.to_json())}


PEERS: dict[str, Callable[[NDArray[np.float32]], Bundle]] = {
    OURS: ours,
    "seaborn.heatmap": seaborn_heatmap,
    "seaborn.clustermap": seaborn_clustermap,
    "plotly": plotly_heatmap,
}


def measure(peer: str, count: int) -> Measured:
    """The median time of one tool, here; it is the child's part."""
    draw = PEERS[peer]
    draw(vectors(WARM_UP))
    rows = vectors(count)
    taken: list[float] = []
    peaks: list[float] = []
    output: Bundle = {}
    while len(taken) < MOST_ROUNDS and sum(taken) < ENOUGH_SECONDS:
        seconds, megabytes, output = used(lambda: draw(rows))
        taken.append(seconds)
        peaks.append(megabytes)
    return Measured(statistics.median(taken), peaks[0], stored_bytes(output))


def compare(count: int) -> None:
    """Print the table of one count."""
    print(f"\n{count:,} items of {DIMENSIONS} dimensions")
    print(f"{'':<22}{'CPU s':>9}{'+MB':>8}{'bytes':>13}{'x ours':>8}")
    rows: dict[str, Measured] = {}
    for peer in PEERS:
        if find_spec(peer.partition(".")[0]) is None and peer != OURS:
            continue
        taken = measured_apart(__file__, peer, str(count))
        if taken is None:
            continue
        rows[peer] = row = Measured(*taken)
        print(
            f"{peer:<22}{row.seconds:>9.3f}{row.megabytes:>8.0f}{row.stored:>13,}"
            f"{row.seconds / rows[OURS].seconds:>8.1f}",
            flush=True,
        )
    print_aims(count, rows)


def print_aims(count: int, rows: dict[str, Measured]) -> None:
    """What was aimed at, beside what was reached."""
    if "seaborn.heatmap" in rows:
        reached = rows[OURS].seconds / rows["seaborn.heatmap"].seconds
        print(f"aim: less CPU time than seaborn.heatmap; reached {reached:.2f} of it")
    if count == AIMED_BYTES_AT:
        print(f"aim: below {AIMED_BYTES:,} bytes; reached {rows[OURS].stored:,}")


def main(arguments: list[str]) -> None:
    """Print a table for each count."""
    if arguments[:1] == ["--child"]:
        print(json.dumps(measure(arguments[1], int(arguments[2]))))
        return
    print_versions(*PACKAGES)
    for count in tuple(map(int, arguments)) or COUNTS:
        compare(count)


if __name__ == "__main__":
    main(sys.argv[1:])
