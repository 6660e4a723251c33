"""10,000 malformed and hostile requests: no 5xx, and the server still answers.

Run with `python tests/benchmarks/malformed_requests.py [COUNT [SEED]]`.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from gemini_nb.offline.server import EmbeddedServer
from hostile_requests import Request, hostile_request, send

HELLO = b'{"contents": [{"parts": [{"text": "Hello"}]}]}'


def main() -> int:
    """Print the statuses and the slowest request; 1 if one was a 5xx."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    chance = Random(int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    statuses: Counter[int] = Counter()
    slowest = (0.0, "")
    began = time.perf_counter()
    with EmbeddedServer() as server:
        for number in range(1, count + 1):
            request = hostile_request(chance)
            before = time.perf_counter()
            status = send(server.base_url, request)
            slowest = max(slowest, (time.perf_counter() - before, str(request)))
            statuses[status] += 1
            if status >= 500:
                print(f"{status}: {request}")
            if number % 1000 == 0:
                print(f"{number} sent, {time.perf_counter() - began:.0f} s", file=sys.stderr)
        path = "/v1beta/models/gemini-3.8-flash:generateContent"
        after = send(server.base_url, Request("POST", path, HELLO, {"x-goog-api-key": "any"}))
    for status, times in sorted(statuses.items()):
        print(f"{status}  {times:>6}")
    print(f"slowest: {slowest[0] * 1000:.0f} ms for {slowest[1][:160]}")
    print(f"an ordinary request afterwards: {after}")
    return int(after != 200 or any(status >= 500 for status in statuses))


if __name__ == "__main__":
    sys.exit(main())
