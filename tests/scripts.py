"""Runs scripts of this checkout in this process: one of their own imports for over a second."""

from __future__ import annotations

import contextlib
import io
import runpy
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


def run_script(script: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """What `python script arguments` prints, and the status that it ends with."""
    command = [str(script), *map(str, arguments)]
    with (
        pytest.MonkeyPatch.context() as changed,
        contextlib.redirect_stdout(io.StringIO()) as printed,
        contextlib.redirect_stderr(io.StringIO()) as complained,
    ):
        changed.setattr(sys, "argv", command)
        changed.setattr(sys, "path", [str(script.parent), *sys.path])
        with pytest.raises(SystemExit) as end:
            runpy.run_path(command[0], run_name="__main__")
    status = end.value.code
    assert isinstance(status, int), status
    return subprocess.CompletedProcess(command, status, printed.getvalue(), complained.getvalue())
