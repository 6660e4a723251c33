"""The nearest neighbours of every item, and of one query: ours, and those of others.

Run with `python tests/benchmarks/neighbors.py [COUNT ...]`, for instance with 50000, which takes
some minutes; without counts, with 1,000 and 10,000 items. Linux only, after `pip install faiss-cpu
scikit-learn`; what is missing is left out.

Each case runs in a process of its own, with one thread. Imports and the making of the items are not
counted, what a library prepares is (an index, for instance). Memory is the highest resident size
above that before.
Recall is the share of neighbours that are as near as the true ones, which are found in float64 for
500 of the items. The items are unit vectors of 768 dimensions with a shared mean, in 20 clusters.

Up to 2,048 items ours adds in float64, so that no output differs between machines; that takes
twice the time of float32, which the others use.

The query table counts `nearest` up to the positions and cosines; the percentiles, which are looked
up when a ranking is first shown, are a line of their own. Its times are the medians of many rounds.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from own_process import measured_apart, print_versions, used

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Vectors = NDArray[np.float32]
    Method = Callable[[Vectors], NDArray[Any]]
    """From the items to the positions of each one's neighbours."""

COUNTS: Final = (1000, 10_000)
DIMENSIONS: Final = 768
CLUSTERS: Final = 20
K: Final = 10
CHECKED: Final = 500  # items
AS_NEAR: Final = 2e-6  # of a cosine in float32
MOST_FOR_ALL_PAIRS: Final = 20_000  # items; all cosines of more are gigabytes
ROUNDS: Final = 15
QUERIED: Final = 50_000
AIMED_MEMORY: Final = 300.0
AIMED_OVER_READING: Final = 2.0
PACKAGES: Final = ("numpy", "faiss-cpu", "scikit-learn")


class Measured(NamedTuple):
    """What one method took."""

    seconds: float
    """Of CPU time."""
    megabytes: float
    """Highest resident size, above that of the data."""
    recall: float


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
    from gemini_nb.embeddings.comparing.neighbors import exact_neighbors

    return lambda vectors: exact_neighbors(vectors, K).indices


def faiss_exact() -> Method:
    """The exact search of faiss, each item among its own neighbours."""
    import faiss

    return lambda vectors: faiss.knn(vectors, vectors, K + 1, metric=faiss.METRIC_INNER_PRODUCT)[1]


def scikit_learn(metric: str) -> Method:
    """The exact search of scikit-learn."""
    from sklearn.neighbors import NearestNeighbors

    search = NearestNeighbors(n_neighbors=K, metric=metric, algorithm="brute")
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
    "scikit-learn, cosine": lambda: scikit_learn("cosine"),
    "scikit-learn, euclidean": lambda: scikit_learn("euclidean"),
    "all pairs, argpartition": all_pairs,
}


def recall(vectors: Vectors, found: NDArray[Any]) -> float:
    """The share of neighbours that are as near as the true ones."""
    rows = np.linspace(0, len(vectors) - 1, CHECKED).astype(int)
    cosines = vectors[rows].astype(np.float64) @ vectors.T.astype(np.float64)
    cosines[np.arange(CHECKED), rows] = -2
    least = np.sort(cosines, axis=1)[:, -K] - AS_NEAR
    return float((np.take_along_axis(cosines, found[rows], 1) >= least[:, None]).sum(1).mean() / K)


def measure(name: str, count: int) -> Measured:
    """One method in this process."""
    find = METHODS[name]()
    find(items(64))  # so that threads and buffers are there
    vectors = items(count)
    seconds, megabytes, found = used(lambda: find(vectors))
    return Measured(seconds, megabytes, recall(vectors, found))


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
    for _ in range(ROUNDS):
        for name, case in cases.items():
            began = time.perf_counter()
            case()
            taken[name].append((time.perf_counter() - began) * 1000)
    ranking = embeddings.nearest(query, K)
    began = time.perf_counter()
    ranking.hits  # noqa: B018 - computed when it is looked at
    taken["ours, its percentiles the first time"] = [(time.perf_counter() - began) * 1000]
    return {name: statistics.median(rounds) for name, rounds in taken.items()}


def compare(count: int) -> None:
    """Print the table for one number of items."""
    print(f"\n{count:,} x {DIMENSIONS}, {K} nearest of each")
    print(f"{'':<26}{'CPU s':>9}{'+ MB':>9}{'recall':>9}{'x ours':>9}")
    rows: dict[str, Measured] = {}
    for name in METHODS:
        if name in ("all pairs, argpartition", "scikit-learn, cosine") and (
            count > MOST_FOR_ALL_PAIRS
        ):
            continue
        measured = measured_apart(__file__, name, str(count))
        if measured is not None:
            rows[name] = row = Measured(*measured)
            times = row.seconds / rows["ours"].seconds
            print(
                f"{name:<26}{row.seconds:>9.3f}{row.megabytes:>9.0f}{row.recall:>9.4f}{times:>9.1f}"
            )
    if "faiss, exact" in rows:
        reached = rows["ours"].seconds / rows["faiss, exact"].seconds
        print(f"aim: at most the CPU time of faiss; reached {reached:.2f} of it")
    print(f"aim: below {AIMED_MEMORY:g} MB; reached {rows['ours'].megabytes:.0f}")


def compare_query() -> None:
    """Print the table for one query."""
    measured = measured_apart(__file__, "query")
    if measured is None:
        return
    print(f"\none query against {QUERIED:,} x {DIMENSIONS}, {K} nearest\n{'':<40}{'ms':>9}")
    for name, milliseconds in measured.items():
        print(f"{name:<40}{milliseconds:>9.1f}")
    reached = measured["ours"] / measured["reading the matrix once"]
    print(f"aim: at most {AIMED_OVER_READING:g} x reading the matrix once; reached {reached:.2f}")


def main(arguments: list[str]) -> None:
    """Print a table for each count, and one for a query."""
    if arguments[:2] == ["--child", "query"]:
        print(json.dumps(measure_query()))
    elif arguments[:1] == ["--child"]:
        print(json.dumps(measure(arguments[1], int(arguments[2]))))
    else:
        print_versions(*PACKAGES)
        for count in map(int, arguments or COUNTS):
            compare(count)
        compare_query()


if __name__ == "__main__":
    main(sys.argv[1:])
