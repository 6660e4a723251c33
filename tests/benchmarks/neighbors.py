"""The nearest neighbours of every item, and of one query: ours, and those of others.

Run with `python tests/benchmarks/neighbors.py [COUNT ...]`, by default with 1,000 and 20,000 items.
Linux only, after `pip install faiss-cpu scikit-learn`; what is missing is left out.

Each case runs in a process of its own, with one thread, three times in turn; the least CPU time
counts. Imports and the making of the items are not counted, what a library prepares is. Memory is
the highest resident size above that before. Recall is the share of neighbours that are as near as
the true ones, which are found in float64 for 500 of the items. The items are unit vectors of 768
dimensions with a shared mean, in 20 clusters.

The wheel of faiss has an OpenBLAS that does not know newer processors, and falls back to what they
all can. So faiss gets the kernel with which it is fastest here; the query's table uses it for both.

Up to 2,048 items ours adds in float64, so that no output differs between machines; that takes
twice the time of float32, which the others use.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

import numpy as np
from own_process import measured_apart, print_versions, used

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Method = Callable[[Vectors], NDArray[Any]]
    """From the items to the positions of each one's neighbours."""

DIMENSIONS: Final = 768
CLUSTERS: Final = 20
K: Final = 10
CHECKED: Final = 500  # items
AS_NEAR: Final = 2e-6  # of a cosine in float32
ROUNDS: Final = 3
QUERIES: Final = 15
QUERIED: Final = 50_000
KERNELS: Final = ("", "Haswell", "SkylakeX", "Zen")
"""What `OPENBLAS_CORETYPE` is set to for faiss, to find the fastest; "" leaves it unset."""
TRIED: Final = 4000  # items to find it with


def items(count: int) -> Vectors:
    """Unit vectors in clusters around a shared mean."""
    random = np.random.default_rng(count)
    centres = random.standard_normal((CLUSTERS, DIMENSIONS), dtype=np.float32)
    shared = random.standard_normal(DIMENSIONS, dtype=np.float32)
    vectors = random.standard_normal((count, DIMENSIONS), dtype=np.float32)
    vectors *= 0.9
    for cluster, centre in enumerate(centres):
        vectors[cluster::CLUSTERS] += shared + 0.6 * centre
    vectors /= np.linalg.norm(vectors, axis=1)[:, None]
    return vectors


def ours() -> Method:
    """`Embeddings.neighbors`."""
    from gemini_nb.embeddings.neighbors import exact_neighbors

    return lambda vectors: exact_neighbors(vectors, K).indices


def faiss_exact() -> Method:
    """The exact search of faiss, each item among its own neighbours."""
    import faiss

    return lambda vectors: faiss.knn(vectors, vectors, K + 1, metric=faiss.METRIC_INNER_PRODUCT)[1]


def scikit_learn() -> Method:
    """The exact search of scikit-learn; of unit vectors the nearest have the highest cosines."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=K, algorithm="brute")
    return lambda vectors: search.fit(vectors).kneighbors(return_distance=False)


def all_pairs() -> Method:
    """What is written by hand: all cosines, and of each row the highest."""

    def best(vectors: Vectors) -> NDArray[Any]:
        cosines = vectors @ vectors.T
        np.fill_diagonal(cosines, -2)
        return np.argpartition(cosines, -K, axis=1)[:, -K:]

    return best


METHODS: Final[dict[str, Callable[[], Method]]] = {
    "ours": ours,
    "faiss, exact": faiss_exact,
    "scikit-learn, euclidean": scikit_learn,
    "all pairs, argpartition": all_pairs,
}


def recall(vectors: Vectors, found: NDArray[Any]) -> float:
    """The share of neighbours that are as near as the true ones."""
    rows = np.linspace(0, len(vectors) - 1, CHECKED).astype(int)
    cosines = vectors[rows].astype(np.float64) @ vectors.T.astype(np.float64)
    cosines[np.arange(CHECKED), rows] = -2
    least = np.sort(cosines, axis=1)[:, -K] - AS_NEAR
    return float((np.take_along_axis(cosines, found[rows], 1) >= least[:, None]).sum(1).mean() / K)


def measure(name: str, count: int) -> tuple[float, float, float]:
    """CPU seconds, megabytes and recall of one method in this process."""
    find = METHODS[name]()
    find(items(64))  # so that threads and buffers are there
    vectors = items(count)
    seconds, megabytes, found = used(lambda: find(vectors))
    return seconds, megabytes, recall(vectors, found)


def measure_query() -> dict[str, float]:
    """Milliseconds of one query, the medians of rounds that alternate."""
    import faiss

    from gemini_nb.embeddings.embeddings import Embeddings

    embeddings = Embeddings(items(QUERIED), list(map(str, range(QUERIED))), model="none")
    vectors, query = embeddings.vectors, embeddings[7]
    index = faiss.IndexFlatIP(DIMENSIONS)
    index.add(vectors)
    cases: dict[str, Callable[[], object]] = {
        "reading the matrix once": vectors.max,
        "ours": lambda: embeddings.nearest(query, K),
        "faiss, exact": lambda: index.search(query.vectors, K),
    }
    taken: dict[str, list[float]] = {name: [] for name in cases}
    for _ in range(QUERIES):
        for name, case in cases.items():
            began = time.process_time()
            case()
            taken[name].append((time.process_time() - began) * 1000)
    return {name: statistics.median(rounds) for name, rounds in taken.items()}


def apart(kernel: str, *arguments: str) -> Any | None:
    """What is measured in a process of its own, in which OpenBLAS uses a kernel."""
    with patch.dict(os.environ, {"OPENBLAS_CORETYPE": kernel} if kernel else {}):
        return measured_apart(__file__, *arguments)


def fastest_kernel() -> str:
    """The kernel of OpenBLAS with which faiss is fastest on this machine."""
    seconds = {kernel: apart(kernel, "faiss, exact", str(TRIED)) for kernel in KERNELS}
    shown = (f"{kernel or 'unset'} {row[0]:.2f} s" for kernel, row in seconds.items() if row)
    print(f"OPENBLAS_CORETYPE for faiss, {TRIED:,} items:", *shown)
    return min(KERNELS, key=lambda kernel: (seconds[kernel] or [np.inf])[0])


def compare(count: int, kernel: str) -> None:
    """Print the table for one number of items."""
    print(f"\n{count:,} x {DIMENSIONS}, {K} nearest of each; faiss with {kernel or 'its kernel'}")
    print(f"{'':<26}{'CPU s':>9}{'+ MB':>9}{'recall':>9}{'of faiss':>9}")
    rounds = [
        {name: apart(kernel * ("faiss" in name), name, str(count)) for name in METHODS}
        for _ in range(ROUNDS)
    ]
    rows = {name: min(taken[name] for taken in rounds) for name in METHODS if rounds[0][name]}
    for name, (seconds, megabytes, share) in rows.items():
        times = seconds / rows["faiss, exact"][0] if "faiss, exact" in rows else np.nan
        print(f"{name:<26}{seconds:>9.3f}{megabytes:>9.0f}{share:>9.4f}{times:>9.2f}")
    print("aim: at 20,000 items at most the CPU time of faiss, and 300 MB")


def compare_query(kernel: str) -> None:
    """Print the table for one query."""
    measured = apart(kernel, "query")
    if measured is None:
        return
    print(f"\none query against {QUERIED:,} x {DIMENSIONS}, {K} nearest\n{'':<26}{'CPU ms':>9}")
    for name, milliseconds in measured.items():
        print(f"{name:<26}{milliseconds:>9.1f}")
    reached = measured["ours"] / measured["reading the matrix once"]
    print(f"aim: at most 2 x reading the matrix once; reached {reached:.2f}")


def main(arguments: list[str]) -> None:
    """Print a table for each count, and one for a query."""
    if arguments[:2] == ["--child", "query"]:
        print(json.dumps(measure_query()))
    elif arguments[:1] == ["--child"]:
        print(json.dumps(measure(arguments[1], int(arguments[2]))))
    else:
        print_versions("numpy", "faiss-cpu", "scikit-learn")
        kernel = fastest_kernel()
        for count in map(int, arguments or ("1000", "20000")):
            compare(count, kernel)
        compare_query(kernel)


if __name__ == "__main__":
    main(sys.argv[1:])
