"""`import gemini_nb` beside a bare interpreter and beside the SDK, in one run.

Run with `python tests/benchmarks/import_time.py`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

ROUNDS = 15
CASES = {
    "python -c pass": "pass",
    "import gemini_nb": "import gemini_nb",
    "import google.genai": "import google.genai",
}


def milliseconds(code: str) -> float:
    """How long a new interpreter takes to run `code`."""
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Print the table. The cases take turns, so that a busy machine slows all of them."""
    taken: dict[str, list[float]] = {name: [] for name in CASES}
    for _ in range(ROUNDS):
        for name, code in CASES.items():
            taken[name].append(milliseconds(code))
    medians = {name: statistics.median(times) for name, times in taken.items()}
    bare = medians["python -c pass"]
    print(f"{'median of ' + str(ROUNDS):<22}      ms   over bare   ratio")
    for name, median in medians.items():
        print(f"{name:<22} {median:>7.1f} {median - bare:>11.1f} {median / bare:>7.2f}")


if __name__ == "__main__":
    main()
