"""One stream from its first chunk to its end: what has come, and when to draw it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from gemini_nb.errors import StreamStalledError
from gemini_nb.replies.reply import GrowingReply
from gemini_nb.streaming.answer import Answer
from gemini_nb.tokens.badge import running_line
from gemini_nb.tokens.usage import of_reply

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.replies.notices import Notice
    from gemini_nb.replies.reply import Reply

_TICK: Final = 0.125  # seconds between two drawings of a short answer
_BYTES_PER_SECOND: Final = 20_000  # drawn again and again; a long tail is drawn more rarely
_SILENCE: Final = 1.0  # seconds without a chunk after which the reader is told that one waits


class Screen(Protocol):
    """Where an answer is shown while it comes."""

    @property
    def shown_in(self) -> str:
        """The execution of a cell in which the answer can be seen; "" if in none."""
        ...

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come, and a line on it; return how many bytes are drawn again each time."""
        ...

    def finish(self, answer: Answer) -> None:
        """Show the final state."""
        ...


class Run:
    """Takes chunks, tells a screen, keeps the time."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._growing = GrowingReply()
        self._began = self._heard = time.monotonic()
        self._first: float | None = None
        self._is_fresh = False
        self._next_drawing = self._began

    @property
    def pause(self) -> float:
        """Seconds until there is something to draw, if nothing comes."""
        if self._is_fresh:
            return max(0.0, self._next_drawing - time.monotonic())
        return _SILENCE

    def take(self, chunks: Sequence[object]) -> None:
        """Take in what has come, and draw it if it is time."""
        for chunk in chunks:
            self._growing.add(chunk)
        if chunks:
            self._heard = time.monotonic()
            self._is_fresh = True
            if self._first is None and self._growing.has_said:
                self._first = self._heard
        if self._is_fresh and time.monotonic() >= self._next_drawing:
            self._draw("", _TICK)

    def watch(self, timeout: float | None) -> None:
        """Tell the reader of a wait.

        Raises:
            StreamStalledError: nothing came for `timeout` seconds.
        """
        silence = time.monotonic() - self._heard
        if timeout is not None and silence >= timeout:
            raise StreamStalledError(
                f"Nothing came from the stream for {timeout:g} seconds. Ask again, or allow more "
                "with timeout=... (in seconds)."
            )
        if silence >= _SILENCE and time.monotonic() >= self._next_drawing:
            self._draw(f" · nothing new for {silence:.0f} s", _SILENCE)

    def finish(self, stopped: Notice | None = None) -> Answer:
        """The answer, shown in its final state; `stopped` says why it was left before its end."""
        self._growing.end(is_stream=stopped is None)
        answer = Answer(
            self._growing.reply(),
            seconds=time.monotonic() - self._began,
            first_token_seconds=None if self._first is None else self._first - self._began,
            stopped=stopped,
            shown_in=self._screen.shown_in,
        )
        self._screen.finish(answer)
        return answer

    def _draw(self, remark: str, pause: float) -> None:
        reply = self._growing.reply()
        seconds = time.monotonic() - self._began
        usage = of_reply(reply)
        status = running_line(reply.model, self._growing.characters, seconds, usage) + remark
        again = self._screen.draw(reply, status)
        self._next_drawing = time.monotonic() + max(pause, again / _BYTES_PER_SECOND)
        self._is_fresh = False
