"""A growing answer in a notebook's cell: outputs that are replaced as long as they change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gemini_nb.replies.page import footer_of
from gemini_nb.streaming.notebook import current
from gemini_nb.streaming.output_blocks import (
    OutputBlocks,
    final_bundle,
    live_bundle,
    may_differ,
    settled_bundle,
)
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.live_overlay import LiveOverlay


class Output:
    """One output of a cell, that can be replaced while the cell runs."""

    def __init__(self) -> None:
        self._handle: Any = None
        self._shown: object = None

    def show(self, content: object) -> None:
        """Show `content` in this place, unless it stands there already.

        Args:
            content: a MIME bundle, or something that makes its own.
        """
        display = import_module("IPython.display").display  # a script may have no IPython
        if content == self._shown:
            return
        # Never `Markdown(text)`: it fetches what looks like an address, and reads a file's name.
        is_bundle = isinstance(content, dict)
        if self._handle is None:
            self._handle = display(content, raw=is_bundle, display_id=True)
        else:
            self._handle.update(content, raw=is_bundle)
        self._shown = content


class CellScreen:
    """Shows an answer in the cell that is being executed."""

    def __init__(self, overlay: LiveOverlay | None, *, has_badge: bool, has_timing: bool) -> None:
        self._overlay = overlay
        self._picture = Output()
        self._has_badge, self._has_timing = has_badge, has_timing
        self._blocks = OutputBlocks()
        self._outputs: list[Output] = []

    @property
    def shown_in(self) -> str:
        """The execution of a cell in which the answer can be seen."""
        return current()

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come, and `status` below it."""
        if self._overlay is not None and (overlay := self._overlay.fresh(reply)) is not None:
            self._picture.show(overlay)
        for number in self._blocks.update(reply):
            self._output(number).show(settled_bundle(self._blocks.settled[number], reply))
        bundle = live_bundle(self._blocks.live, reply, status)
        self._output(len(self._blocks.settled)).show(bundle)
        return len(bundle["text/markdown"])

    def finish(self, answer: Answer) -> None:
        """Show all that was said, on what it rests, how it ended, and what it cost."""
        reply = answer.reply
        if self._overlay is not None:
            self._picture.show(self._overlay.final(reply))
        self._blocks.update(reply, is_final=True)
        for number, stretches in enumerate(self._blocks.settled):
            if may_differ(stretches, reply):
                self._output(number).show(final_bundle(stretches, reply))
        ends: list[object] = []
        markdown, plain = footer_of(reply, answer.stopped)
        if markdown:
            ends.append({"text/markdown": markdown, "text/plain": plain})
        if self._has_badge and answer.usage is not None:
            ends.append(badge(answer, timing=self._has_timing))
        first = len(self._blocks.settled)
        unused = len(self._outputs) - first  # a place where something was awaited
        for number, end in enumerate(ends or [{"text/plain": ""}] * unused, first):
            self._output(number).show(end)

    def _output(self, number: int) -> Output:
        while len(self._outputs) <= number:
            self._outputs.append(Output())
        return self._outputs[number]
