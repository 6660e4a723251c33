"""Heatmaps of cosine similarity: ours, seaborn's and plotly's, from vectors to a saved output.

Run with `python tests/benchmarks/heatmaps.py [COUNT ...]`, after `pip install seaborn plotly`; with
all counts it takes some minutes, most of them for seaborn. Each case runs in a fresh interpreter on
one thread, and of several rounds the median counts. Imports and one small plot before, for which
fonts are loaded, are not counted. Times are CPU times, which a busy machine stretches less than the
clock's; memory is the peak above what stood before.

seaborn and plotly get the finished cosines, which ours computes, and the labels shortened as ours
shortens them. seaborn writes the cosine into each cell up to 25 items, as ours does. clustermap
orders rows as ours does, and stops at 1,000, where it takes long and then fails (seaborn#1581).
"""

from __future__ import annotations

import base64
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

COUNTS = (10, 100, 1000, 5000)
DIMENSIONS = 768
CLUSTERS = 20
ANNOTATED = 25
MOST_NAMED = 60  # rows: seaborn takes seconds for the names of more, and overprints them
MOST_CLUSTERED = 1000
WARM_UP = 12
MOST_ROUNDS = 5
ENOUGH_SECONDS = 3.0  # of rounds of one case, after which what has been measured must do
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMBA_NUM_THREADS")
FIGURE_SIZE = (7, 6)  # inches, at 100 pixels each
MIB = 1024  # of the kilobytes that Linux counts in
OURS = "ours"

Bundle = dict[str, Any]


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


def ours(rows: NDArray[np.float32]) -> Bundle:
    """What the last line of a cell does, on the whole way."""
    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.similarity_plot import plot_similarity

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
        yticklabels=labels(len(rows)) if len(rows) <= MOST_NAMED else "auto",
        cmap="viridis",
    )
    return shown(figure)


def seaborn_clustermap(rows: NDArray[np.float32]) -> Bundle:
    """Rows by average linkage, with the trees drawn beside."""
    import seaborn as sns

    grid = sns.clustermap(
        rows @ rows.T, figsize=FIGURE_SIZE, cmap="viridis", annot=len(rows) <= ANNOTATED, fmt=".2f"
    )
    return shown(grid.figure)


def plotly_heatmap(rows: NDArray[np.float32]) -> Bundle:
    """The specification alone, which is all that plotly stores: there is no picture beside."""
    import plotly.graph_objects as go

    names = labels(len(rows))
    heatmap = go.Heatmap(z=rows @ rows.T, x=names, y=names, colorscale="Viridis")
    figure = go.Figure(heatmap)
    return {"application/vnd.plotly.v1+json": figure.to_json()}


PEERS: dict[str, Callable[[NDArray[np.float32]], Bundle]] = {
    OURS: ours,
    "seaborn.heatmap": seaborn_heatmap,
    "seaborn.clustermap": seaborn_clustermap,
    "plotly": plotly_heatmap,
}


def shown(figure: Any) -> Bundle:
    """The output of a cell that shows the figure."""
    file = io.BytesIO()
    figure.savefig(file, format="png", dpi=100, bbox_inches="tight")
    return {"image/png": base64.b64encode(file.getvalue()).decode("ascii"), "text/plain": "figure"}


def measure(peer: str, count: int) -> Measured:
    """The median time of one tool, here; it is the child's part."""
    draw = PEERS[peer]
    draw(vectors(WARM_UP))
    rows = vectors(count)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken: list[float] = []
    output: Bundle = {}
    while len(taken) < MOST_ROUNDS and sum(taken) < ENOUGH_SECONDS:
        began = time.process_time()
        output = draw(rows)
        taken.append(time.process_time() - began)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return Measured(statistics.median(taken), peak / MIB, len(json.dumps(output)))


def measured_apart(peer: str, count: int) -> Measured | None:
    """As `measure`, in an interpreter of its own; None where that fails."""
    environment = {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "MPLBACKEND": "agg"}
    child = [sys.executable, "-W", "ignore", __file__, "--child", peer, str(count)]
    done = subprocess.run(child, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{peer:<22}failed: {done.stderr.strip().splitlines()[-1]}")
        return None
    return Measured(*json.loads(done.stdout))


def compare(count: int) -> None:
    """Print the table of one count."""
    print(f"\n{count:,} items of {DIMENSIONS} dimensions")
    print(f"{'':<22}{'CPU s':>9}{'+MB':>8}{'bytes':>13}{'x ours':>8}")
    least: Measured | None = None
    for peer in PEERS:
        if find_spec(peer.partition(".")[0]) is None and peer != OURS:
            print(f"{peer:<22}not installed")
            continue
        if peer == "seaborn.clustermap" and count > MOST_CLUSTERED:
            continue
        taken = measured_apart(peer, count)
        if taken is None:
            continue
        least = least or taken
        print(
            f"{peer:<22}{taken.seconds:>9.3f}{taken.megabytes:>8.0f}{taken.stored:>13,}"
            f"{taken.seconds / least.seconds:>8.1f}",
            flush=True,
        )


def main() -> None:
    """Print a table for each count."""
    if sys.argv[1:2] == ["--child"]:
        print(json.dumps(measure(sys.argv[2], int(sys.argv[3]))))
        return
    for count in tuple(map(int, sys.argv[1:])) or COUNTS:
        compare(count)


if __name__ == "__main__":
    sys.exit(main())
