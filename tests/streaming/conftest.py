"""A real kernel whose every message is kept, as a front end would get them."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass, field
from queue import Empty
from typing import TYPE_CHECKING, Any

import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat.v4 import new_code_cell, new_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PATIENCE = 60  # seconds that a cell may take
SETUP = """
import asyncio
import signal
import time
import gemini_nb as gnb

def pace(chunks, seconds):
    for chunk in chunks:
        time.sleep(seconds)
        yield chunk

async def slow(chunks):
    for chunk in chunks:
        await asyncio.sleep(0.05)
        yield chunk
"""


@dataclass
class Ran:
    """What a cell sent."""

    messages: list[dict[str, Any]] = field(default_factory=list)
    saved: list[Any] = field(default_factory=list)
    """The outputs that a saved notebook has."""

    def of(self, kind: str) -> list[dict[str, Any]]:
        return [message["content"] for message in self.messages if message["msg_type"] == kind]

    @property
    def printed(self) -> str:
        return "".join(content["text"] for content in self.of("stream"))

    @property
    def errors(self) -> list[tuple[str, str]]:
        return [(content["ename"], content["evalue"]) for content in self.of("error")]

    @property
    def displays(self) -> list[dict[str, str]]:
        """All bundles, the first ones and those that replaced them."""
        return [
            message["content"]["data"]
            for message in self.messages
            if message["msg_type"] in {"display_data", "update_display_data"}
        ]

    @property
    def markdown(self) -> list[str]:
        """The Markdown that stays."""
        bundles = [out.get("data", {}) for out in self.saved]
        return [bundle["text/markdown"] for bundle in bundles if "text/markdown" in bundle]


class Kernel:
    """Runs cells, one after another."""

    def __init__(self) -> None:
        self._manager = KernelManager(kernel_name="python3")
        self._manager.start_kernel(stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        self._client = self._manager.blocking_client()
        self._client.start_channels()
        self._client.wait_for_ready(timeout=PATIENCE)
        self._screen = NotebookClient(new_notebook(), record_timing=False)
        self._screen.reset_execution_trackers()
        self._screen.clear_before_next_output = False
        self._screen.kc = self._client

    def run(self, code: str, *, stop_when: Callable[[Ran], bool] | None = None) -> Ran:
        """What `code` sends; interrupted as soon as `stop_when` holds."""
        ran, cell = Ran(), new_code_cell(code)
        position = len(self._screen.nb.cells)
        self._screen.nb.cells.append(cell)
        # A cell that fails must not take the next one with it.
        request = self._client.execute(code, stop_on_error=False)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            try:
                message = self._client.get_iopub_msg(timeout=1)
            except Empty:
                continue
            if message["parent_header"].get("msg_id") != request:
                continue
            ran.messages.append(message)
            try:
                self._screen.process_message(message, cell, position)
            except CellExecutionComplete:
                ran.saved = list(cell.outputs)
                return ran
            if stop_when is not None and stop_when(ran):
                stop_when = None
                self._manager.interrupt_kernel()
        pytest.fail(f"the cell took more than {PATIENCE} seconds: {code}")

    def stop(self) -> None:
        self._client.stop_channels()
        self._manager.shutdown_kernel(now=True)


@pytest.fixture(scope="module")
def kernel() -> Iterator[Kernel]:
    started = Kernel()
    try:
        assert not started.run(SETUP).errors
        yield started
    finally:
        started.stop()
