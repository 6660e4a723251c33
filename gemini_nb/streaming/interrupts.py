"""Ctrl-C and the kernel's stop button, noted between two steps instead of raised within one."""

from __future__ import annotations

import signal
import threading
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType

_PATIENCE: Final = 3  # times to ask; whoever goes on asking gets what they would get without us

_watching: list[Interrupts] = []
_before: list[Callable[[int, FrameType | None], object]] = []  # the handler that was there, if any


class Interrupts:
    """Notes interrupts while a stream is followed, in the main thread.

    An exception that may come anywhere would lose a chunk that was taken and not yet kept, or what
    was to be drawn. Several can be entered, and left in any order: async streams overlap.
    """

    def __init__(self, wake: Callable[[], object]) -> None:
        self._wake = wake
        self._count = 0

    @property
    def happened(self) -> bool:
        """Whether the user wants it to stop."""
        return self._count > 0

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            handler = signal.getsignal(signal.SIGINT)
            if not _watching and callable(handler):
                _before.append(handler)
                signal.signal(signal.SIGINT, _note)
            _watching.append(self)
        return self

    def __exit__(self, *exception: object) -> None:
        if self in _watching:
            _watching.remove(self)
        if not _watching and _before:
            signal.signal(signal.SIGINT, _before.pop())

    def note(self) -> int:
        """Take note of one, and return how many there were."""
        self._count += 1
        self._wake()
        return self._count


def _note(number: int, frame: FrameType | None) -> None:
    counts = [each.note() for each in _watching]
    if max(counts, default=_PATIENCE) >= _PATIENCE and _before:
        _before[-1](number, frame)
