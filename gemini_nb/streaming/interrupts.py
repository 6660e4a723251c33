"""Whether a cancelled task was stopped by the user, or by the program it belongs to."""

from __future__ import annotations

import asyncio
import signal
import threading
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import FrameType


class Interrupts:
    """Notes Ctrl-C and the kernel's stop button while an async stream is followed.

    Both cancel the running task, as a timeout of the program's own does: only the signal tells one
    from the other.
    """

    def __init__(self) -> None:
        self.happened = False
        self._before: object = None

    def __enter__(self) -> Self:
        before = signal.getsignal(signal.SIGINT)
        if threading.current_thread() is threading.main_thread() and callable(before):

            def note(number: int, frame: FrameType | None) -> None:
                self.happened = True
                before(number, frame)

            self._before = before
            signal.signal(signal.SIGINT, note)
        return self

    def __exit__(self, *exception: object) -> None:
        if callable(self._before):
            signal.signal(signal.SIGINT, self._before)

    def settle(self) -> None:
        """Take back the cancelling that a signal brought about: it was heeded."""
        task = asyncio.current_task()
        if self.happened and task is not None:
            task.uncancel()
