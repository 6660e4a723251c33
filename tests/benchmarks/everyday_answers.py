"""Milliseconds for `parse` to read what models usually say: boxes in a fence, nothing to mend.

Run with `python tests/benchmarks/everyday_answers.py`. The time is the processor's, the best of
several runs.
"""

from __future__ import annotations

import json
import time
from random import Random

from gemini_nb.spatial.parse import parse


def fenced(count: int) -> str:
    """`count` boxes with names, as Gemini gives them."""
    chance = Random(3)
    boxes = [
        {"box_2d": [y := chance.randrange(800), x := chance.randrange(800), y + 90, x + 120]}
        | {"label": f"thing {i}"}
        for i in range(count)
    ]
    return f"```json\n{json.dumps(boxes, indent=2)}\n```"


def milliseconds(text: str) -> float:
    """The best of some runs."""
    best = float("inf")
    for _ in range(50):
        began = time.process_time()
        parse(text)
        best = min(best, time.process_time() - began)
    return best * 1000


def main() -> None:
    """Print the table."""
    print(f"{'boxes':>6} {'milliseconds':>12}")
    for count in (10, 100, 1000):
        print(f"{count:6} {milliseconds(fenced(count)):12.2f}")


if __name__ == "__main__":
    main()
