"""One stream from its first chunk to its end: what has come, and when to draw it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, Protocol

from gemini_nb.answers.growing import GrowingReply
from gemini_nb.answers.pieces import Counted, Named, Said
from gemini_nb.answers.segments import Text
from gemini_nb.errors import StreamStalledError
from gemini_nb.streaming import executions
from gemini_nb.streaming.answer import Answer
from gemini_nb.streaming.merging import MergedResponse
from gemini_nb.tokens.running import running_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.answers.finish_reasons import Notice
    from gemini_nb.answers.pieces import Piece
    from gemini_nb.tokens.usage import Usage

_TICK: Final = 0.125  # seconds between two drawings of a short answer
_BYTES_PER_SECOND: Final = 20_000  # drawn again and again; a long tail is drawn more rarely
_SILENCE: Final = 1.0  # seconds without a chunk after which the reader is told that one waits


class Screen(Protocol):
    """Where an answer is shown while it comes."""

    def take(self, pieces: Sequence[Piece]) -> None:
        """Take in what has come, in turn; nothing need be shown yet."""
        ...

    def draw(self, status: str) -> int:
        """Show what has come; return how many bytes will be drawn again next time."""
        ...

    def finish(self, answer: Answer) -> None:
        """Show the final state."""
        ...


class Run:
    """Takes chunks, tells a screen, keeps the time."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self._reply = GrowingReply()
        self._merged = MergedResponse()
        self._characters = 0
        self._usage: Usage | None = None
        self._model = ""
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

    def take(self, chunks: Iterable[object]) -> None:
        """Take in what has come, and draw it if it is time."""
        for chunk in chunks:
            self._reply.add(chunk)
            self._merged.add(chunk)
        pieces = self._reply.fresh()
        if pieces:
            self._hear(pieces)
        if self._is_fresh and time.monotonic() >= self._next_drawing:
            self._draw(self._so_far())

    def watch(self, timeout: float) -> None:
        """Tell the reader of a wait.

        Raises:
            StreamStalledError: nothing came for `timeout` seconds.
        """
        silence = time.monotonic() - self._heard
        if silence >= timeout:
            raise StreamStalledError(
                f"Nothing came from the stream for {timeout:g} seconds. Ask again, or allow more "
                "with timeout=... (in seconds)."
            )
        if silence >= _SILENCE and time.monotonic() >= self._next_drawing:
            self._draw(f"{self._so_far()} · nothing new for {silence:.0f} s")
            self._next_drawing = time.monotonic() + _SILENCE

    def _draw(self, status: str) -> None:
        again = self._screen.draw(status)
        self._next_drawing = time.monotonic() + max(_TICK, again / _BYTES_PER_SECOND)
        self._is_fresh = False

    def finish(self, stopped: Notice | None = None) -> Answer:
        """The answer, shown in its final state; `stopped` says why it was left before its end."""
        self._reply.end()
        self._screen.take(self._reply.fresh())
        answer = Answer(
            self._reply.reply(),
            self._merged.response,
            seconds=time.monotonic() - self._began,
            first_token_seconds=None if self._first is None else self._first - self._began,
            stopped=stopped,
            shown_in=executions.current(),
        )
        self._screen.finish(answer)
        return answer

    def _hear(self, pieces: Sequence[Piece]) -> None:
        self._heard = time.monotonic()
        said = [piece for piece in pieces if isinstance(piece, Said)]
        if said and self._first is None:
            self._first = self._heard
        self._characters += sum(
            len(piece.segment.text) for piece in said if isinstance(piece.segment, Text)
        )
        for piece in pieces:
            if isinstance(piece, Counted):
                self._usage = piece.usage
            elif isinstance(piece, Named):
                self._model = piece.model
        self._is_fresh = True
        self._screen.take(pieces)

    def _so_far(self) -> str:
        seconds = time.monotonic() - self._began
        return running_line(self._model, self._characters, seconds, self._usage)
