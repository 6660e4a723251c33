"""A growing answer in a terminal: finished blocks scroll by, the last one is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markdown import Markdown
from rich.text import Text as Words

from gemini_nb.answers.segment_plain import segment_plain, visible
from gemini_nb.answers.segments import Code, Text, Thought
from gemini_nb.markdown.closing import closed
from gemini_nb.streaming.endings import ending
from gemini_nb.streaming.slots import Slots
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gemini_nb.answers.answer import Reply
    from gemini_nb.answers.segments import Segment
    from gemini_nb.streaming.answer import Answer


class TerminalScreen:
    """Shows an answer as rich text."""

    shown_in = ""

    def __init__(self, *, has_badge: bool, has_timing: bool) -> None:
        self._has_badge, self._has_timing = has_badge, has_timing
        self._slots = Slots()
        self._printed = 0  # stretches that scrolled by, and can't be changed any more
        self._live = Live(
            console=Console(), auto_refresh=False, transient=True, vertical_overflow="ellipsis"
        )

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come, and `status` below it."""
        self._live.start()
        self._print_settled(reply, is_final=False)
        line = Words(visible(status), style="dim")
        live = self._slots.live
        if live is not None:
            growing = live.stretches[0].segment
            self._live.update(Group(_rendered(growing, is_live=True), line), refresh=True)
        else:
            self._live.update(line, refresh=True)
        return 0

    def finish(self, answer: Answer) -> None:
        """Show the rest, how it ended and what it cost."""
        self._live.update("", refresh=True)
        self._live.stop()
        self._print_settled(answer.reply, is_final=True)
        if (said := ending(answer.reply, answer.stopped)) is not None:
            self._live.console.print(Words(said[1]))
        if self._has_badge and answer.usage is not None:
            self._live.console.print(Words(repr(badge(answer, timing=self._has_timing)), "dim"))

    def _print_settled(self, reply: Reply, *, is_final: bool) -> None:
        self._slots.update(reply, is_final=is_final)
        stretches = [stretch for slot in self._slots.settled for stretch in slot.stretches]
        for stretch in stretches[self._printed :]:
            if stretch.candidate and stretch.is_first:
                self._live.console.print(Words(f"Candidate {stretch.candidate + 1}", style="bold"))
            self._live.console.print(_rendered(stretch.segment, is_live=False))
        self._printed = len(stretches)


def _rendered(segment: Segment, *, is_live: bool) -> RenderableType:
    if isinstance(segment, Text | Thought):
        text = visible(closed(segment.text) if is_live else segment.text)
        return Markdown(text, style="dim" if isinstance(segment, Thought) else "none")
    if is_live:
        return Words("")  # calls and pictures are shown when they are complete
    if isinstance(segment, Code):
        return Markdown(f"```{segment.language}\n{visible(segment.code)}\n```")
    return Words(segment_plain(segment))
