"""The environment variables that every notebook runs under, in tests and when refreshed."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from nbformat import NotebookNode

PROFILES = Path(__file__).parents[1] / "ipython"

# A developer's keys, proxies and tastes, any of which could change what a cell shows.
PERSONAL = re.compile(
    r"GOOGLE_.*|GEMINI_.*|.*_PROXY|LC_.*|LANG|LANGUAGE|MPLBACKEND|MATPLOTLIBRC"
    r"|PYTHON(STARTUP|WARNINGS|DEVMODE|INSPECT|OPTIMIZE|TRACEMALLOC|UTF8|IOENCODING)",
    re.IGNORECASE,
)

# The discard port, where nothing listens: a program that wants another host is refused at once.
DEAD_END = "http://127.0.0.1:9"

FIXED = {
    "TZ": "UTC",
    "PYTHONHASHSEED": "0",
    "COLUMNS": "100",
    "LC_ALL": "C.UTF-8",
    "TQDM_DISABLE": "1",
    # The offline models answer the same request alike, as saved outputs need it.
    "GEMINI_NB_SEED": "1",
    # Start-up code holds Python to the loopback address; the proxies hold curl to it.
    "http_proxy": DEAD_END,
    "https_proxy": DEAD_END,
    "all_proxy": DEAD_END,
    "no_proxy": "127.0.0.1,localhost,::1",
}


def notebook_variables(ambient: Mapping[str, str], ipython_folder: str) -> dict[str, str]:
    """Return the variables of `ambient` that are not personal, and the fixed ones.

    >>> before = {"PATH": "/bin", "GEMINI_API_KEY": "secret", "HTTPS_PROXY": "http://proxy"}
    >>> after = notebook_variables(before, "profiles")
    >>> after["PATH"], after["TZ"], "GEMINI_API_KEY" in after, "HTTPS_PROXY" in after
    ('/bin', 'UTC', False, False)
    """
    kept = {name: value for name, value in ambient.items() if not PERSONAL.fullmatch(name)}
    return {**kept, **FIXED, "IPYTHONDIR": ipython_folder}


@contextmanager
def notebook_environment() -> Iterator[None]:
    """Give this process, and the kernels it starts, the fixed environment; restore it after.

    Kernels write their history into the profile, so they get a copy of ours.
    """
    ambient = dict(os.environ)
    with tempfile.TemporaryDirectory(prefix="ipython-") as folder:
        shutil.copytree(PROFILES, folder, dirs_exist_ok=True)
        _replace_environment(notebook_variables(ambient, folder))
        try:
            yield
        finally:
            _replace_environment(ambient)


@contextmanager
def workplace(folder: Path) -> Iterator[Path]:
    """A place to run a notebook of `folder`: the folders beside it are there, as links.

    What cells write stays out of the sources, and out of the way of notebooks that run meanwhile.
    """
    with tempfile.TemporaryDirectory(prefix="notebook-") as place:
        for beside in folder.resolve().iterdir():
            if beside.is_dir():
                (Path(place) / beside.name).symlink_to(beside)
        yield Path(place)


def drifts(cell: NotebookNode) -> bool:
    """Whether a cell needs MuJoCo, whose pictures differ a little from machine to machine."""
    return "mujoco" in cell.metadata.get("tags", [])


@cache
def why_not_mujoco() -> str:
    """Why cells with the tag can't run here; empty if they can."""
    code = 'from gemini_nb.robot import table_top; table_top(body="mujoco").camera()'
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    return ran.stderr.strip().rpartition("\n")[2] if ran.returncode else ""


def _replace_environment(variables: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(variables)
