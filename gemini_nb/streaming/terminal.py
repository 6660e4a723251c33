"""A growing answer in a terminal: finished blocks scroll by, the last one is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console, Group
from rich.live import Live
from rich.markdown import Markdown
from rich.syntax import Syntax
from rich.text import Text as Words

from gemini_nb.display import clean, words
from gemini_nb.replies.page import footer_of, segment_plain
from gemini_nb.replies.segments import Code, Text, Thought
from gemini_nb.streaming.output_blocks import OutputBlocks
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from rich.console import RenderableType

    from gemini_nb.replies.reply import Reply
    from gemini_nb.replies.segments import Segment
    from gemini_nb.streaming.answer import Answer


class TerminalScreen:
    """Shows an answer as rich text."""

    shown_in = ""

    def __init__(self, *, has_badge: bool, has_timing: bool) -> None:
        self._has_badge, self._has_timing = has_badge, has_timing
        self._blocks = OutputBlocks()
        self._printed = 0  # stretches that scrolled by, and can't be changed any more
        self._live = Live(
            console=Console(), auto_refresh=False, transient=True, vertical_overflow="ellipsis"
        )

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come, and `status` below it."""
        self._live.start()
        self._print_settled(reply, is_final=False)
        line = Words(clean(status), style="dim")
        growing = self._blocks.live.of(reply) if self._blocks.live is not None else None
        # Calls and pictures are shown when they are complete.
        is_shown = isinstance(growing, Text | Thought)
        self._live.update(Group(_rendered(growing), line) if is_shown else line, refresh=True)
        return 0

    def finish(self, answer: Answer) -> None:
        """Show the rest, how it ended and what it cost."""
        self._live.update("", refresh=True)
        self._live.stop()
        self._print_settled(answer.reply, is_final=True)
        if said := footer_of(answer.reply, answer.stopped)[1]:
            self._live.console.print(Words(said))
        if self._has_badge and answer.usage is not None:
            self._live.console.print(Words(repr(badge(answer, timing=self._has_timing)), "dim"))

    def _print_settled(self, reply: Reply, *, is_final: bool) -> None:
        self._blocks.update(reply, is_final=is_final)
        stretches = [stretch for output in self._blocks.settled for stretch in output]
        for stretch in stretches[self._printed :]:
            if stretch.candidate and stretch.is_first:
                self._live.console.print(Words(f"Candidate {stretch.candidate + 1}", style="bold"))
            self._live.console.print(_rendered(stretch.of(reply)))
        self._printed = len(stretches)


def _rendered(segment: Segment) -> RenderableType:
    if isinstance(segment, Text | Thought):
        shown = Markdown(segment.text, style="dim" if isinstance(segment, Thought) else "none")
        for token in (each for block in shown.parsed for each in (block, *(block.children or ()))):
            token.content = clean(token.content)  # where entities have become characters
        return shown
    if isinstance(segment, Code):
        return Syntax(clean(segment.code), words(segment.language) or "text")
    return Words(segment_plain(segment))
