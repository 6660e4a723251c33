"""Maps of embeddings: two principal components, learned maps and points on a page; ours and peers.

Run with `python tests/benchmarks/projections.py [ITEMSxDIMENSIONS ...]`; 20000x3072 and 10000x768
by default, in a minute or two. Linux only, after `pip install scikit-learn umap-learn plotly`; what
is missing is left out.

Each case runs in a process of its own, with one thread, and what it needs is imported and used once
on a little data before. Times are of the CPU, which a busy machine stretches less than it does the
clock's. Memory is the peak of the process above what it was once the data were there; bytes are
those of the output in a notebook file. Our page is all that `plot_map` does, with its measuring;
peers draw two columns of the same rows.
"""

from __future__ import annotations

import json
import sys
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from own_process import measured_apart, print_versions, used
from stored_output import picture, stored_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np

Values = dict[str, Any]

SIZES = ("20000x3072", "10000x768")
SOLVERS = ("randomized", "arpack")
AIM = 1 / 3  # of the time and memory of scikit-learn's randomised way
LEARNED = "1000x768"
POINTS = ("1000x64", "60000x64")
AIMED_BYTES = 145_000
AIMED_BYTES_AT = "1000x64"
PACKAGES = ("numpy", "scikit-learn", "umap-learn", "matplotlib", "plotly")


def vectors(items: int, dimensions: int) -> np.ndarray:
    """Unit vectors around a shared mean and 20 centres, as embeddings lie; never copied whole."""
    import numpy as np

    rng = np.random.default_rng(0)
    shared = rng.standard_normal(dimensions) * 1.1
    centres = shared + rng.standard_normal((20, dimensions)) * 0.55
    rows = np.empty((items, dimensions), np.float32)
    for start in range(0, items, 500):
        block = rows[start : start + 500]
        block[:] = rng.standard_normal(block.shape, dtype=np.float32)
        block += centres[rng.integers(0, 20, len(block))]
        block /= np.linalg.norm(block, axis=1, keepdims=True)
    return rows


def own_components(rows: np.ndarray) -> Values:
    """Ours."""
    from gemini_nb.plots.projection import principal_components

    return {"variance": float(principal_components(rows)[1].sum())}


def components_by(solver: str) -> Callable[[np.ndarray], Values]:
    """Those of scikit-learn."""

    def run(rows: np.ndarray) -> Values:
        from sklearn.decomposition import PCA

        pca = PCA(2, svd_solver=solver, random_state=0)
        pca.fit_transform(rows)
        return {"variance": float(pca.explained_variance_ratio_.sum())}

    return run


def kept(rows: np.ndarray, places: np.ndarray) -> Values:
    """The share of the true 10 nearest neighbours that a map keeps."""
    from gemini_nb.plots.faithfulness import faithfulness

    return {"kept": faithfulness(rows, places.astype(float)).kept}


def learned_by(method: Any) -> Callable[[np.ndarray], Values]:
    """A learned map as ours is made."""

    def run(rows: np.ndarray) -> Values:
        from gemini_nb.plots.projection import projection

        return kept(rows, projection(rows, method)[0])

    return run


def peer_tsne(rows: np.ndarray) -> Values:
    """scikit-learn's, as it comes."""
    from sklearn.manifold import TSNE

    return kept(rows, TSNE(random_state=0).fit_transform(rows))


def peer_umap(rows: np.ndarray) -> Values:
    """umap-learn's, as it comes but for the metric."""
    from umap import UMAP

    return kept(rows, UMAP(metric="cosine", random_state=0, n_jobs=1).fit_transform(rows))


def own_page(rows: np.ndarray, letters: int = 27) -> Values:
    """Ours, from vectors to the output: up to 5,000 points it is interactive."""
    from gemini_nb.embeddings.embeddings import Embeddings
    from gemini_nb.plots.map_plot import plot_map

    count = len(rows)
    texts = [f"{item:5d}, a text of letters, ".ljust(letters, "a") for item in range(count)]
    plot = plot_map(Embeddings(rows, texts, "m"), groups=[item % 5 for item in range(count)])
    return {"bytes": stored_bytes(plot._repr_mimebundle_())}


def peer_scatter(places: np.ndarray) -> Values:
    """matplotlib's `scatter`, coloured by group, as a picture."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4.5), dpi=100)
    figure.subplots().scatter(*places[:, :2].T, c=[item % 5 for item in range(len(places))], s=12)
    return {"bytes": stored_bytes(picture(figure))}


def peer_plotly(places: np.ndarray) -> Values:
    """plotly's points with texts under the pointer; pixels for other front ends are not in it."""
    import plotly.graph_objects as go

    texts = [f"{item:5d}, a text of letters, " for item in range(len(places))]
    colours = [item % 5 for item in range(len(places))]
    marker = {"color": colours}
    scatter = go.Scattergl(x=places[:, 0], y=places[:, 1], mode="markers", marker=marker)
    figure = json.loads(go.Figure(scatter.update(text=texts)).to_json())
    return {"bytes": stored_bytes({"application/vnd.plotly.v1+json": figure})}


CASES: dict[str, tuple[str, Callable[[np.ndarray], Values]]] = {
    "ours": ("numpy", own_components),
    **{f"sklearn {solver}": ("sklearn", components_by(solver)) for solver in SOLVERS},
    "our t-SNE": ("sklearn", learned_by("tsne")),
    "sklearn TSNE": ("sklearn", peer_tsne),
    "our UMAP": ("umap", learned_by("umap")),
    "umap-learn": ("umap", peer_umap),
    "our page": ("matplotlib", own_page),
    "our page, long texts": ("matplotlib", partial(own_page, letters=200)),
    "matplotlib scatter": ("matplotlib", peer_scatter),
    "plotly": ("plotly", peer_plotly),
}
"""What each needs, and what it does."""


def measure(name: str, size: str) -> Values:
    """What the case takes in this process."""
    run = CASES[name][1]
    items, dimensions = map(int, size.split("x"))
    run(vectors(60, dimensions))  # imports, fonts, compiling
    rows = vectors(items, dimensions)
    seconds, megabytes, found = used(lambda: run(rows))
    return {"seconds": seconds, "megabytes": megabytes, **found}


def table(title: str, size: str, names: list[str], column: str) -> dict[str, Values]:
    """Print a table of the cases that can run here."""
    print(f"\n{title}, {size}\n{'':<26}{'CPU s':>9}{'MB above':>10}{column:>12}", flush=True)
    rows: dict[str, Values] = {}
    for name in names:
        missing = find_spec(CASES[name][0]) is None
        row = None if missing else measured_apart(__file__, name, size)
        if row is None:
            continue
        rows[name] = row
        told = f"{row[column]:,}" if column == "bytes" else f"{row[column]:.5f}"
        line = f"{name:<26}{row['seconds']:>9.3f}{row['megabytes']:>10.1f}{told:>12}"
        print(line, flush=True)
    return rows


def print_aim(rows: dict[str, Values]) -> None:
    """What was aimed at, beside what was reached."""
    if "sklearn randomized" not in rows:
        return
    ours, theirs = rows["ours"], rows["sklearn randomized"]
    for what in ("seconds", "megabytes"):
        reached = ours[what] / theirs[what]
        print(f"aim: under {AIM:.2f} of the {what} of sklearn randomized; reached {reached:.2f}")


def main(arguments: list[str]) -> None:
    """Print all tables, or what one case took."""
    if arguments[:1] == ["--child"]:
        print(json.dumps(measure(*arguments[1:])))
        return
    print_versions(*PACKAGES)
    for size in arguments or SIZES:
        names = ["ours", *(f"sklearn {solver}" for solver in SOLVERS)]
        print_aim(table("Two principal components", size, names, "variance"))
    learned = ["our t-SNE", "sklearn TSNE", "our UMAP", "umap-learn"]
    table("Learned maps", LEARNED, learned, "kept")
    for size in POINTS:
        drawn = ["our page", "our page, long texts", "matplotlib scatter", "plotly"]
        rows = table("Points on a page", size, drawn, "bytes")
        if size == AIMED_BYTES_AT:
            print(f"aim: below {AIMED_BYTES:,} bytes; reached {rows['our page']['bytes']:,}")


if __name__ == "__main__":
    main(sys.argv[1:])
