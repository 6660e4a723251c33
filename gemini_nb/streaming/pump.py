"""Chunks fetched in a thread of their own, so that whoever shows them can watch the clock."""

from __future__ import annotations

import contextvars
import threading
from collections import deque
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_WAITING: Final = 1000  # chunks; a faster source waits until they are taken
_PATIENCE: Final = 0.05  # seconds after which it looks whether there is room by now


class Pump:
    """Iterates over a source in a thread, and hands over what has come.

    A network read can't be left without an exception, and while one waits for a chunk in the main
    thread nothing can be drawn. Ctrl-C reaches only the main thread: the source never sees it.

    Example:
        >>> came = []
        >>> with Pump(["a", "b"]) as pump:
        ...     while not pump.is_finished:
        ...         came += pump.take(timeout=1.0)
        >>> came
        ['a', 'b']
    """

    def __init__(self, source: Iterable[object]) -> None:
        self._source = source
        self._waiting: deque[object] = deque()
        self._news = threading.Event()
        self._room = threading.Event()
        self._room.set()
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
        self._room.set()

    @property
    def is_finished(self) -> bool:
        """Whether the source has ended and all of it was taken."""
        return self._ended and not self._waiting

    def take(self, timeout: float) -> list[object]:
        """What has come, as soon as there is something; nothing after `timeout` seconds."""
        self._news.wait(timeout)
        self._news.clear()
        taken: list[object] = []
        while self._waiting:
            taken.append(self._waiting.popleft())
        self._room.set()
        return taken

    def wake(self) -> None:
        """Have `take` return at once, with what there is."""
        self._news.set()

    def _fetch(self) -> None:
        try:
            for chunk in self._source:
                self._waiting.append(chunk)
                self._news.set()
                while len(self._waiting) >= _MOST_WAITING and not self._stopped:
                    self._room.clear()
                    self._room.wait(_PATIENCE)
                if self._stopped:
                    break
        except BaseException as error:  # noqa: BLE001 - it is raised where the chunks are taken
            self.error = error
        finally:
            self._close()
            self._ended = True
            self._news.set()

    def _close(self) -> None:
        """Give the connection back; a source that can't be closed needs none."""
        close = getattr(self._source, "close", None)
        if self._stopped and callable(close):
            # It has been left: nobody is there to hear of its troubles.
            with suppress(Exception):
                close()
