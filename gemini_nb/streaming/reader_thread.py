"""Chunks fetched in a thread of their own, so that whoever shows them can watch the clock."""

from __future__ import annotations

import contextvars
import threading
from contextlib import suppress
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

_NEWS: Final = object()  # stands in the queue for no chunk: somebody is to look at what there is


class ReaderThread:
    """Iterates over a source in a thread, and hands over what has come.

    A network read can't be left without an exception, and while one waits for a chunk in the main
    thread nothing can be drawn. Ctrl-C reaches only the main thread: the source never sees it.

    Example:
        >>> came = []
        >>> with ReaderThread(["a", "b"]) as reader:
        ...     while not reader.is_finished:
        ...         came += reader.take(timeout=1.0)
        >>> came
        ['a', 'b']
    """

    def __init__(self, source: Iterable[object]) -> None:
        self._source = source
        # The one queue of the standard library that a signal's handler may put something into.
        self._queue: SimpleQueue[object] = SimpleQueue()
        self._stopped = False
        self._ended = False
        self.error: BaseException | None = None
        """What the source raised, if it did; to be looked at once all is taken."""
        # A copy of the context: the kernel finds in it which cell the output belongs to.
        run = contextvars.copy_context().run
        self._thread = threading.Thread(target=run, args=(self._fetch,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopped = True

    @property
    def is_finished(self) -> bool:
        """Whether the source has ended and all of it was taken."""
        return self._ended and self._queue.empty()

    def take(self, timeout: float) -> list[object]:
        """What has come, as soon as there is something; nothing after `timeout` seconds."""
        taken: list[object] = []
        with suppress(Empty):
            taken.append(
                self._queue.get(timeout=timeout) if timeout > 0 else self._queue.get_nowait()
            )
            while True:
                taken.append(self._queue.get_nowait())
        return [chunk for chunk in taken if chunk is not _NEWS]

    def wake(self) -> None:
        """Have `take` return at once, with what there is."""
        self._queue.put(_NEWS)

    def _fetch(self) -> None:
        try:
            for chunk in self._source:
                self._queue.put(chunk)
                if self._stopped:
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised where the chunks are taken
            self.error = error
        finally:
            self._close()
            self._ended = True
            self.wake()

    def _close(self) -> None:
        """Give the connection back; a source that can't be closed needs none."""
        close = getattr(self._source, "close", None)
        if self._stopped and callable(close):
            # It has been left: nobody is there to hear of its troubles.
            with suppress(Exception):
                close()
