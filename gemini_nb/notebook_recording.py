"""`gemini-nb record`: run a notebook once, and keep what it was answered beside it."""

from __future__ import annotations

import os
import subprocess
from importlib import import_module
from typing import TYPE_CHECKING, Any

from gemini_nb.client import MODE_VARIABLE, RECORDING_VARIABLE
from gemini_nb.display import words
from gemini_nb.errors import RecordingError
from gemini_nb.recordings.recording import check_writable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def record_notebook(notebook: Path, recording: Path) -> str:
    """What went wrong with a run of `notebook`, on one line; "" where its cells were answered.

    The cells run once, in order, in a kernel and in the notebook's folder; the notebook itself is
    not changed. What they are answered is written to `recording`. A former one is replaced only
    when all of them have run; until then, and where one fails or is interrupted, what was recorded
    is in `unfinished(recording)`.

    Raises:
        RecordingError: it is no notebook, or `recording` can't be written or is none.
        ModuleNotFoundError: nbclient is missing, which gemini-nb[lab] brings.
    """
    nbformat: Any = import_module("nbformat")  # of the extra "lab"; it has no types
    text = notebook.read_bytes()
    try:
        cells = nbformat.reads(text, as_version=4)
    except Exception:  # noqa: BLE001 - of other JSON, its readers raise anything
        raise RecordingError(f"{notebook.name} is no notebook: give an .ipynb file.") from None
    check_writable(recording)  # it is no file of another kind, which would be lost
    beside = unfinished(recording)
    beside.unlink(missing_ok=True)
    variables = {MODE_VARIABLE: "record", RECORDING_VARIABLE: str(beside.resolve())}
    problem = _run(cells, notebook.resolve().parent, {**os.environ, **variables})
    if not problem and not beside.exists():
        problem = "No cell asked anything through gnb.connect()"
    if not problem:
        beside.replace(recording)
    return problem


def unfinished(recording: Path) -> Path:
    """Where a recording stands as long as its notebook has not run to the end.

    Example:
        >>> from pathlib import Path
        >>> unfinished(Path("lesson.gnb")).name
        'lesson.gnb.unfinished'
    """
    return recording.with_name(f"{recording.name}.unfinished")


def _run(notebook: Any, folder: Path, environment: Mapping[str, str]) -> str:  # noqa: ANN401 - as above
    from nbclient import NotebookClient  # noqa: PLC0415 - of the extra "lab"
    from nbclient.exceptions import CellExecutionError, DeadKernelError  # noqa: PLC0415 - as above

    # Gemini may think for minutes: there is no limit of time.
    client = NotebookClient(notebook, timeout=None, kernel_name="python3")
    own = {"env": environment, "cwd": str(folder), "stderr": subprocess.DEVNULL}
    with client.setup_kernel(**own):  # what cells write to stderr comes another way
        for position, cell in enumerate(notebook.cells):
            try:
                client.execute_cell(cell, position)
            except CellExecutionError as error:
                reason = words(f"{error.ename}: {error.evalue}", 200)
                return f"Cell {position + 1} failed: {reason}"
            except DeadKernelError:
                return f"Cell {position + 1} failed: its kernel ended"
    return ""
