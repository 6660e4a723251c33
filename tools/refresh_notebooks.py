"""Run the tutorials again and save them in one stable form, the same bytes on every run."""

import argparse
import hashlib
import sys
import time
from pathlib import Path

import nbformat
from nbclient.exceptions import DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from notebook_testing.comparison import differences  # noqa: E402 - needs the path above
from notebook_testing.environment import (  # noqa: E402 - as above
    drifts,
    notebook_environment,
    why_not_mujoco,
    workplace,
)
from notebook_testing.front_end import FrontEnd  # noqa: E402 - as above

METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
KEPT_METADATA = {"colab"}
KEPT_CELL_METADATA = {"cellView", "tags"}


class CellFailedError(Exception):
    """A cell of a tutorial raised an exception, took too long, or ended the kernel."""


def refreshed(text: str, folder: Path) -> str:
    """Return the file of a notebook of `folder`, given its old text, after running it.

    Raises:
        CellFailedError: A cell did not run to its end; names it.
    """
    notebook = nbformat.v4.reads(text)
    with workplace(folder) as place, FrontEnd(place) as front_end:
        cells = [
            _refreshed_cell(cell, number, front_end)
            for number, cell in enumerate(notebook.cells, 1)
        ]
    kept = {name: value for name, value in notebook.metadata.items() if name in KEPT_METADATA}
    saved = nbformat.v4.new_notebook(cells=cells, metadata={**METADATA, **kept})
    return nbformat.writes(saved).rstrip("\n") + "\n"


def _refreshed_cell(cell: NotebookNode, number: int, front_end: FrontEnd) -> NotebookNode:
    common = {
        "id": cell.get("id") or _derived_id(number, cell.source),
        "metadata": {k: v for k, v in cell.metadata.items() if k in KEPT_CELL_METADATA},
    }
    if cell.cell_type != "code" or (drifts(cell) and why_not_mujoco()):
        cell.update(common)
        return cell
    try:
        ran = front_end.run(cell.source)
    except (TimeoutError, DeadKernelError) as error:
        raise CellFailedError(f"cell {number}: {error}\n\n{cell.source}") from error
    for output in ran.outputs:
        if output.output_type == "error":
            traceback = "\n".join(output.traceback)
            raise CellFailedError(f"cell {number} raised an exception\n\n{traceback}")
    # Pictures and films that only drift, as they do between machines, stay as they were saved.
    if not differences(cell.get("outputs", []), ran.outputs, may_drift=drifts(cell)):
        ran.outputs = cell.get("outputs", [])
    ran.update(common)
    return ran


def _derived_id(number: int, source: str) -> str:
    return hashlib.sha256(f"{number}\n{source}".encode()).hexdigest()[:8]


def refresh(path: Path, *, check: bool) -> bool:
    """Write the notebook at `path` anew, unless `check`; return whether it changed or would."""
    print(f"{path.name}: ", end="", file=sys.stderr, flush=True)
    began = time.monotonic()
    before = path.read_bytes()
    now = refreshed(before.decode(), path.resolve().parent).encode()
    changed = now != before
    if changed and not check:
        path.write_bytes(now)
    verdict = ("differs" if check else "refreshed") if changed else "unchanged"
    print(f"{verdict}, {time.monotonic() - began:.1f} s", file=sys.stderr)
    return changed


def main() -> int:
    """Refresh or check the notebooks named on the command line; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "notebooks",
        nargs="*",
        type=Path,
        metavar="NOTEBOOK",
        default=sorted((ROOT / "notebooks").glob("*.ipynb")),
        help="default: all in notebooks/",
    )
    parser.add_argument(
        "--check",
        action="store_true",
        help="change nothing; exit with 1 and name the notebooks that would change",
    )
    options = parser.parse_args()
    try:
        with notebook_environment():
            changed = [path for path in options.notebooks if refresh(path, check=options.check)]
    except CellFailedError as error:
        print(error, file=sys.stderr)
        return 1
    if options.check and changed:
        print("Run tools/refresh_notebooks.py, or mend what changed:", *changed)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
