"""A growing answer in a notebook's cell: outputs that are replaced as long as they change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gemini_nb.streaming import bundles, executions
from gemini_nb.streaming.endings import ending
from gemini_nb.streaming.slots import Slots
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.marks import Marks


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

    def __init__(self, marks: Marks | None, *, has_badge: bool, has_timing: bool) -> None:
        self._marks = marks
        self._picture = Output()
        self._has_badge, self._has_timing = has_badge, has_timing
        self._slots = Slots()
        self._outputs: list[Output] = []

    @property
    def shown_in(self) -> str:
        """The execution of a cell in which the answer can be seen."""
        return executions.current()

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come, and `status` below it."""
        if self._marks is not None and (overlay := self._marks.fresh(reply)) is not None:
            self._picture.show(overlay)
        self._settle(reply)
        if (live := self._slots.live) is not None:
            bundle = bundles.live(live, status)
            self._output(live.number).show(bundle)
            return len(bundle["text/markdown"])
        self._output(len(self._slots.settled)).show(bundles.waiting(status))
        return 0

    def finish(self, answer: Answer) -> None:
        """Show all that was said, on what it rests, how it ended, and what it cost."""
        self._settle(answer.reply, is_final=True)
        if self._marks is not None:
            self._picture.show(self._marks.final(answer))
        for number, bundle in bundles.revised(self._slots.settled, answer.reply):
            self._output(number).show(bundle)
        ends: list[object] = []
        if (said := ending(answer.reply, answer.stopped)) is not None:
            ends.append(bundles.notice(*said))
        if self._has_badge and answer.usage is not None:
            ends.append(badge(answer, timing=self._has_timing))
        first = len(self._slots.settled)
        unused = len(self._outputs) - first  # a place where something was awaited
        for number, end in enumerate(ends or [bundles.EMPTY] * unused, first):
            self._output(number).show(end)

    def _settle(self, reply: Reply, *, is_final: bool = False) -> None:
        for slot in self._slots.update(reply, is_final=is_final):
            self._output(slot.number).show(bundles.settled(slot))

    def _output(self, number: int) -> Output:
        while len(self._outputs) <= number:
            self._outputs.append(Output())
        return self._outputs[number]
