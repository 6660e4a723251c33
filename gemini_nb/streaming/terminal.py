"""A growing answer in a terminal: finished blocks scroll by, the last one is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markdown import Markdown
from rich.text import Text as Words

from gemini_nb.answers.page import segment_plain
from gemini_nb.answers.segments import Code, Text, Thought
from gemini_nb.markdown.closing import closed
from gemini_nb.streaming.endings import ending
from gemini_nb.streaming.slots import Slots
from gemini_nb.streaming.turns import Turns
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import RenderableType

    from gemini_nb.answers.pieces import Piece
    from gemini_nb.answers.segments import Segment
    from gemini_nb.streaming.answer import Answer


class TerminalScreen:
    """Shows an answer as rich text."""

    def __init__(self, *, has_badge: bool, has_timing: bool) -> None:
        self._has_badge, self._has_timing = has_badge, has_timing
        self._slots, self._turns = Slots(), Turns()
        self._live = Live(
            console=Console(), auto_refresh=False, transient=True, vertical_overflow="ellipsis"
        )

    def take(self, pieces: Sequence[Piece]) -> None:
        """Take in what has come."""
        for said in self._turns.in_turn(pieces):
            self._slots.add(said.candidate, said.segment)

    def draw(self, status: str) -> int:
        """Show what has come, and `status` below it."""
        self._live.start()
        self._print_settled()
        line = Words(status, style="dim")
        live = self._slots.live
        below = Group(_rendered(live.segment, is_live=True), line) if live is not None else line
        self._live.update(below, refresh=True)
        return 0

    def finish(self, answer: Answer) -> None:
        """Show the rest, how it ended and what it cost."""
        self._live.update("", refresh=True)
        self._live.stop()
        for said in self._turns.rest():
            self._slots.add(said.candidate, said.segment)
        self._slots.close()
        self._print_settled()
        if (said := ending(answer.reply, answer.stopped)) is not None:
            self._live.console.print(Words(said[1]))
        if self._has_badge and answer.usage is not None:
            self._live.console.print(Words(repr(badge(answer, timing=self._has_timing)), "dim"))

    def _print_settled(self) -> None:
        for slot in self._slots.settled():
            if slot.candidate and slot.is_first:
                self._live.console.print(Words(f"Candidate {slot.candidate + 1}", style="bold"))
            self._live.console.print(_rendered(slot.segment, is_live=False))


def _rendered(segment: Segment, *, is_live: bool) -> RenderableType:
    if isinstance(segment, Text | Thought):
        text = closed(segment.text) if is_live else segment.text
        return Markdown(text, style="dim" if isinstance(segment, Thought) else "none")
    if isinstance(segment, Code):
        return Markdown(f"```{segment.language}\n{segment.code}\n```")
    return Words(segment_plain(segment))
