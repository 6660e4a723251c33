"""A streamed call that is followed in a thread of its own, so that the page stays alive."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from gemini_nb.replies.notices import Notice
from gemini_nb.streaming.reader_thread import ReaderThread
from gemini_nb.streaming.run import Run
from gemini_nb.streaming.stream import PATIENCE, error_notice, follow

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.run import Screen

STOPPED: Final = Notice("Stopped.", "The answer ends where you stopped it.")


class StreamedCall:
    """One call from its start to its end; what it raises becomes a notice below its answer.

    Args:
        chunks: what comes, as `generate_content_stream` returns it.
        screen: where it is shown while it comes, at most eight times a second, and at its end:
            called in the thread.
        timeout: seconds without a chunk after which it is given up.

    Example:
        >>> from gemini_nb.streaming.screens import screen
        >>> call = StreamedCall(["Kites ", "fly."], screen("off", image=None, badge=False,
        ...                                                timing=False))
        >>> call.wait().text, call.is_running
        ('Kites fly.', False)
    """

    def __init__(
        self, chunks: Iterable[object], screen: Screen, *, timeout: float | None = PATIENCE
    ) -> None:
        self._reader = ReaderThread(chunks)
        self._run = Run(screen)
        self._timeout = timeout
        self._is_stopped = False
        self._answer: Answer | None = None
        self._ended = threading.Event()
        threading.Thread(target=self._follow, daemon=True).start()

    @property
    def is_running(self) -> bool:
        """Whether more may come."""
        return not self._ended.is_set()

    def stop(self) -> None:
        """End it now; what came is kept."""
        self._is_stopped = True
        self._reader.wake()

    def wait(self) -> Answer:
        """The answer, once it is complete; Ctrl-C stops it.

        Raises:
            RuntimeError: the screen failed.
        """
        # Not `Thread.join`: interrupted, it takes the thread for ended (Python 3.11, bpo-45274).
        while not self._ended.is_set():
            try:
                self._ended.wait()
            except KeyboardInterrupt:
                self.stop()
        if self._answer is None:
            raise RuntimeError("The answer could not be shown; its widget says why.")
        return self._answer

    def _follow(self) -> None:
        notice = None
        try:
            with self._reader:
                try:
                    follow(self._run, self._reader, lambda: self._is_stopped, self._timeout)
                    notice = STOPPED if self._is_stopped else None
                except Exception as error:  # noqa: BLE001 - a thread's exceptions are seen nowhere
                    notice = error_notice(error)
            self._answer = self._run.finish(notice)
        finally:
            self._ended.set()
