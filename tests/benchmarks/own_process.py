"""Cases that are measured each in a process of its own, in which BLAS and OpenMP have one thread.

So no case warms up memory or imports for the next, and CPU seconds can be compared. Linux only: how
much memory a process had at most is read, and reset, in `/proc`.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Made = TypeVar("Made")

_THREADS: Final = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)
_KIBIBYTES: Final = 1024 / 1e6  # in megabytes; Linux counts in them


def measured_apart(script: str, *arguments: str) -> Any | None:
    """The JSON that `script` prints with `--child` and the arguments; None where it fails."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", script, "--child", *arguments],
        env={**os.environ, **dict.fromkeys(_THREADS, "1"), "MPLBACKEND": "agg"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print(f"{' '.join(arguments)}: {done.stderr.strip().splitlines()[-1]}", flush=True)
        return None
    return json.loads(done.stdout)


def used(case: Callable[[], Made]) -> tuple[float, float, Made]:
    """CPU seconds, megabytes at most above those before, and what `case` made."""
    before = _memory("VmRSS")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # or an older peak would count
    began = time.process_time()
    made = case()
    seconds = time.process_time() - began
    return seconds, _memory("VmHWM") - before, made


def _memory(field: str) -> float:
    """Megabytes: VmRSS are those now, VmHWM those at most."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(field)) * _KIBIBYTES


def print_versions(*packages: str) -> None:
    """What is compared, and what is missing."""
    found = [f"Python {platform.python_version()}"]
    for name in packages:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            print(f"{name} is missing: pip install {name}")
    print(*found, sep=", ")
