"""Runs cells in a kernel and keeps what a front end would show of them."""

import subprocess
import time
from contextlib import ExitStack
from pathlib import Path
from queue import Empty
from typing import Any, Self

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete, DeadKernelError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook
from nbval.kernel import CURRENT_ENV_KERNEL_NAME, RunningKernel, start_new_kernel

from notebook_testing.comparison import settled

GRACE = 1.0  # seconds of silence after which to look whether the kernel still lives


class FrontEnd:
    """One notebook's kernel, and the cells it has run so far.

    A kernel only reports events. What a reader sees is what a front end makes of them: a display
    that was updated, an output that was cleared, text that an `Output` widget took away. nbclient
    knows those rules; here they are fed from a blocking connection, because nbclient's own loop
    now and then loses the end of a cell that uses an `Output` widget.

    Args:
        folder: Where the cells run.
        cell_timeout: Seconds that one cell may take.
    """

    def __init__(self, folder: Path, *, cell_timeout: float = 120.0) -> None:
        self._cell_timeout = cell_timeout
        self._kernel = _Kernel(folder)
        self._on_close = ExitStack()
        self._on_close.callback(self._kernel.stop)
        self._screen = NotebookClient(new_notebook(), record_timing=False)
        self._screen.reset_execution_trackers()
        self._screen.kc = self._kernel.kc

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the kernel; a second call does nothing."""
        self._on_close.close()

    def run(self, source: str) -> NotebookNode:
        """Return `source` as an executed code cell, with its outputs and execution count.

        Raises:
            TimeoutError: The cell took longer than the time allowed; the kernel is stopped.
            DeadKernelError: The kernel ended, in this cell or an earlier one.
        """
        if not self._kernel.is_alive():
            raise DeadKernelError("the kernel ended in an earlier cell")
        cell = new_code_cell(source)
        position = len(self._screen.nb.cells)
        self._screen.nb.cells.append(cell)
        self._screen.clear_before_next_output = False
        # With store_history, the kernel numbers its cells and honours a trailing semicolon.
        request = self._kernel.kc.execute(
            source, store_history=True, allow_stdin=False, stop_on_error=False
        )
        deadline = time.monotonic() + self._cell_timeout
        while True:
            message = self._next_message(deadline)
            if message["parent_header"].get("msg_id") != request:
                continue
            try:
                self._screen.process_message(message, cell, position)
            except CellExecutionComplete:
                # A copy: a later cell may still update what this one displayed.
                return NotebookNode({**cell, "outputs": settled(cell.outputs)})

    def _next_message(self, deadline: float) -> dict[str, Any]:
        while time.monotonic() < deadline:
            try:
                return self._kernel.get_message("iopub", timeout=GRACE)
            except Empty:
                if not self._kernel.is_alive():
                    raise DeadKernelError("the kernel ended while it ran this cell") from None
        self.close()
        raise TimeoutError(f"the cell took more than {self._cell_timeout:g} seconds")


class _Kernel(RunningKernel):
    """A kernel of this interpreter, whatever kernels the machine has registered."""

    def __init__(self, folder: Path) -> None:
        # Not nbval's own: it leaves a file open for the kernel's standard error.
        self.km, self.kc = start_new_kernel(
            kernel_name=CURRENT_ENV_KERNEL_NAME, cwd=str(folder), stderr=subprocess.DEVNULL
        )
        self._ensure_iopub_up()
