"""All that is measured of embeddings beside others, in one run: neighbours, heatmaps, maps.

Run with `python tests/benchmarks/embeddings.py`, on Linux, after `pip install scikit-learn
faiss-cpu seaborn umap-learn plotly`; what is missing is left out. It takes some ten minutes and
5 GB of memory. faiss gets the kernel of OpenBLAS with which it is fastest, see `neighbors.py`.
Other sizes: `neighbors.py`, `heatmaps.py` and `projections.py`, each by itself.
"""

from __future__ import annotations

import heatmaps
import neighbors
import projections


def main() -> None:
    """Print every table."""
    neighbors.main(["1000", "20000"])
    heatmaps.main(["10", "25", "40", "100", "1000", "5000"])
    projections.main(["10000x768", "20000x3072"])


if __name__ == "__main__":
    main()
