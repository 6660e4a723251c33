"""A growing answer as plain text: for scripts, pipes and logs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gemini_nb.answers.page import segment_plain
from gemini_nb.answers.segments import Text, Thought
from gemini_nb.streaming.endings import ending
from gemini_nb.streaming.turns import Turns
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.answers.pieces import Piece, Said
    from gemini_nb.answers.segments import Segment
    from gemini_nb.streaming.answer import Answer


class PlainScreen:
    """Writes an answer to the standard output, each character once."""

    def __init__(self, *, has_badge: bool, has_timing: bool) -> None:
        self._has_badge, self._has_timing = has_badge, has_timing
        self._turns = Turns()
        self._kind: object = None
        self._is_at_start = True

    def take(self, pieces: Sequence[Piece]) -> None:
        """Write what has come."""
        self._write(self._turns.in_turn(pieces))

    def draw(self, status: str) -> int:
        """What was written stays; that one waits is nothing for a log."""
        del status
        sys.stdout.flush()
        return 0

    def finish(self, answer: Answer) -> None:
        """Write the rest, how it ended and what it cost."""
        self._write(self._turns.rest())
        self._end_line()
        if (said := ending(answer.reply, answer.stopped)) is not None:
            sys.stdout.write(f"\n{said[1]}\n")
        if self._has_badge and answer.usage is not None:
            sys.stdout.write(f"\n{badge(answer, timing=self._has_timing)!r}\n")
        sys.stdout.flush()

    def _write(self, pieces: Iterable[Said]) -> None:
        for said in pieces:
            kind = said.candidate, type(said.segment)
            goes_on = kind == self._kind and isinstance(said.segment, Text | Thought)
            if self._kind is not None and not goes_on:
                self._end_line()
                sys.stdout.write("\n")
            if isinstance(said.segment, Thought) and not goes_on:
                sys.stdout.write("Thoughts: ")
            text = _words(said.segment)
            sys.stdout.write(text)
            self._kind = kind
            self._is_at_start = text.endswith("\n")

    def _end_line(self) -> None:
        if not self._is_at_start:
            sys.stdout.write("\n")
        self._is_at_start = True


def _words(segment: Segment) -> str:
    return segment.text if isinstance(segment, Text | Thought) else segment_plain(segment)
