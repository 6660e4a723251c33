"""One stream from its first chunk to its end: what has come, and when to draw it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from gemini_nb.answers.growing import GrowingReply
from gemini_nb.answers.pieces import Said
from gemini_nb.answers.segments import Text, Thought
from gemini_nb.errors import StreamStalledError
from gemini_nb.streaming.answer import Answer
from gemini_nb.streaming.merging import MergedResponse
from gemini_nb.tokens.running import running_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.answers.answer import Reply
    from gemini_nb.answers.finish_reasons import Notice
    from gemini_nb.answers.pieces import Piece

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
        self._merged = MergedResponse()
        self._characters = 0
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
            self._merged.add(chunk)
        if chunks:
            self._heard = time.monotonic()
            self._hear(self._growing.fresh())
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
        self._growing.end()
        answer = Answer(
            self._growing.reply(),
            self._merged.response,
            seconds=time.monotonic() - self._began,
            first_token_seconds=None if self._first is None else self._first - self._began,
            stopped=stopped,
            shown_in=self._screen.shown_in,
        )
        self._screen.finish(answer)
        return answer

    def _hear(self, pieces: Sequence[Piece]) -> None:
        said = [piece for piece in pieces if isinstance(piece, Said)]
        if said and self._first is None:
            self._first = self._heard
        self._characters += sum(
            len(piece.segment.text) for piece in said if isinstance(piece.segment, Text | Thought)
        )
        self._is_fresh = self._is_fresh or bool(pieces)

    def _draw(self, remark: str, pause: float) -> None:
        reply = self._growing.reply()
        seconds = time.monotonic() - self._began
        status = running_line(reply.model, self._characters, seconds, reply.usage) + remark
        again = self._screen.draw(reply, status)
        self._next_drawing = time.monotonic() + max(pause, again / _BYTES_PER_SECOND)
        self._is_fresh = False
