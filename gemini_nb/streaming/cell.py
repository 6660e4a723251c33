"""A growing answer in a notebook's cell: outputs that are replaced as long as they change."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from gemini_nb.answers.answer import Candidate
from gemini_nb.answers.segments import Text
from gemini_nb.streaming import bundles
from gemini_nb.streaming.endings import ending
from gemini_nb.streaming.slots import Slots
from gemini_nb.streaming.turns import Turns
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.answers.pieces import Piece, Said
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.marks import Marks
    from gemini_nb.streaming.slots import Slot


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
        self._slots, self._turns = Slots(), Turns()
        self._outputs: list[Output] = []
        self._texts: list[Slot] = []

    def take(self, pieces: Sequence[Piece]) -> None:
        """Take in what has come."""
        self._add(self._turns.in_turn(pieces))

    def draw(self, status: str) -> int:
        """Show what has come, and `status` below it."""
        if self._marks is not None and (overlay := self._marks.fresh()) is not None:
            self._picture.show(overlay)
        self._show_settled()
        live = self._slots.live
        if live is not None:
            bundle = bundles.live(live, status)
            self._output(live.number).show(bundle)
            return len(bundle["text/markdown"])
        if status:
            self._output(self._slots.count).show(bundles.waiting(status))
        return 0

    def finish(self, answer: Answer) -> None:
        """Show all that was said, on what it rests, how it ended, and what it cost."""
        self._add(self._turns.rest())
        self._slots.close()
        self._show_settled()
        if self._marks is not None:
            self._picture.show(self._marks.final(answer))
        self._cite(answer)
        ends: list[object] = []
        if (said := ending(answer.reply, answer.stopped)) is not None:
            ends.append(bundles.notice(*said))
        if self._has_badge and answer.usage is not None:
            ends.append(badge(answer, timing=self._has_timing))
        unused = len(self._outputs) - self._slots.count  # a place where something was awaited
        for number, end in enumerate(ends or [bundles.EMPTY] * unused, self._slots.count):
            self._output(number).show(end)

    def _add(self, pieces: Iterable[Said]) -> None:
        for said in pieces:
            self._slots.add(said.candidate, said.segment)
            if self._marks is not None and isinstance(said.segment, Text) and not said.candidate:
                self._marks.add(said.segment.text)

    def _show_settled(self) -> None:
        for slot in self._slots.settled():
            self._output(slot.number).show(bundles.settled(slot))
            if isinstance(slot.segment, Text):
                self._texts.append(slot)

    def _cite(self, answer: Answer) -> None:
        """Show the texts again that rest on sources: these are told last."""
        candidates = answer.reply.candidates
        for slot in self._texts:
            known = slot.candidate < len(candidates)
            candidate = candidates[slot.candidate] if known else Candidate()
            if candidate.citations:
                self._output(slot.number).show(bundles.cited(slot, candidate))

    def _output(self, number: int) -> Output:
        while len(self._outputs) <= number:
            self._outputs.append(Output())
        return self._outputs[number]
