"""A growing answer as a row of outputs, of which only the last one is drawn again.

A front end that is given the whole answer for each chunk spends seconds on an answer that takes
one: so what is finished is drawn once and never touched again, and the reader's selection and
folded blocks in it survive. JupyterLab shows 50 outputs of a cell, so their size grows with the
answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.answers.segments import Segment, Text, Thought
from gemini_nb.markdown.blocks import Blocks

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Reply

_SMALLEST: Final = 768  # characters: less is not worth an output of its own
_SHARE: Final = 8  # a block is at least that fraction of what is settled already ...
_MANY: Final = 30  # outputs, after which ...
_LARGER_SHARE: Final = 2  # ... it is at least that fraction
_MOST: Final = 44  # outputs; whatever else comes joins the last one


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment, or a part of a text that was cut between two blocks."""

    segment: Segment
    candidate: int
    start: int = 0
    """Of a text: its offset into the UTF-8 bytes of the candidate's whole text."""
    is_first: bool = False
    """Whether the candidate begins here."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What one output holds."""

    number: int
    """Its place among the answer's outputs, from 0."""
    stretches: tuple[Stretch, ...]
    """Usually one."""


@dataclass(slots=True)
class _Passage:
    """How far a segment of the answer has been divided."""

    blocks: Blocks = field(default_factory=Blocks)
    taken: int = 0  # characters of it that were seen
    finished: list[str] = field(default_factory=list[str])  # blocks that are not settled yet
    place: tuple[int, int] | None = None  # slot and stretch of its settled end


class Slots:
    """Divides an answer into outputs, again and again while it grows.

    Example:
        >>> from gemini_nb.answers.growing import whole
        >>> slots = Slots()
        >>> slots.update(whole("One")), slots.live.stretches[0].segment
        ([], Text(text='One'))
        >>> [slot.stretches[0].segment for slot in slots.update(whole("One two."), is_final=True)]
        [Text(text='One two.')]
    """

    def __init__(self) -> None:
        self.settled: list[Slot] = []
        """What is complete, in its order."""
        self.live: Slot | None = None
        """What still grows, if anything does."""
        self._passages: dict[tuple[int, int], _Passage] = {}
        self._size = 0  # characters that are settled
        self._bytes: dict[int, int] = {}  # of each candidate's settled text

    def update(self, reply: Reply, *, is_final: bool = False) -> list[Slot]:
        """The settled slots that are new or different since the last call.

        A candidate is divided when those before it are complete, however their chunks are mixed.
        """
        before = list(self.settled)
        self.live = None
        for number, candidate in enumerate(reply.candidates):
            is_complete = is_final or bool(candidate.finish_reason)
            last = len(candidate.segments) - 1
            for position, segment in enumerate(candidate.segments):
                self._divide(
                    (number, position), segment, grows=position == last and not is_complete
                )
            if not is_complete:
                break
        return [
            slot
            for slot in self.settled
            if slot.number >= len(before) or slot is not before[slot.number]
        ]

    def _divide(self, key: tuple[int, int], segment: Segment, *, grows: bool) -> None:
        passage = self._passages.setdefault(key, _Passage())
        candidate = key[0]
        if passage.place is not None:
            self._amend(passage, segment)
        elif not isinstance(segment, Text):
            if grows:
                self.live = Slot(len(self.settled), (self._stretch(segment, candidate),))
            else:
                passage.place = self._settle(segment, candidate)
        else:
            self._divide_text(passage, segment.text, candidate, grows=grows)

    def _divide_text(self, passage: _Passage, text: str, candidate: int, *, grows: bool) -> None:
        passage.finished += passage.blocks.feed(text[passage.taken :])
        passage.taken = len(text)
        if grows:
            share = _SHARE if len(self.settled) < _MANY else _LARGER_SHARE
            if sum(map(len, passage.finished)) >= max(_SMALLEST, self._size // share):
                self._settle(Text("".join(passage.finished)), candidate)
                passage.finished = []
            rest = Text("".join(passage.finished) + passage.blocks.unfinished)
            self.live = Slot(len(self.settled), (self._stretch(rest, candidate),))
        elif rest := "".join(passage.finished) + passage.blocks.unfinished:
            passage.place = self._settle(Text(rest), candidate)

    def _amend(self, passage: _Passage, segment: Segment) -> None:
        """What was complete has grown after all: a step of an interaction that goes on."""
        number, at = passage.place or (0, 0)
        stretches = self.settled[number].stretches
        known = stretches[at].segment
        if isinstance(segment, Text) and isinstance(known, Text):
            segment = Text(known.text + segment.text[passage.taken :])
            passage.taken += len(segment.text) - len(known.text)
        if segment != known:
            changed = replace(stretches[at], segment=segment)
            self.settled[number] = Slot(number, (*stretches[:at], changed, *stretches[at + 1 :]))

    def _settle(self, segment: Segment, candidate: int) -> tuple[int, int]:
        stretch = self._stretch(segment, candidate)
        if isinstance(segment, Text | Thought):
            self._size += len(segment.text)
        if isinstance(segment, Text):
            length = len(segment.text.encode("utf-8", "surrogatepass"))
            self._bytes[candidate] = stretch.start + length
        if len(self.settled) < _MOST:
            self.settled.append(Slot(len(self.settled), (stretch,)))
        else:
            last = self.settled[-1]
            self.settled[-1] = Slot(last.number, (*last.stretches, stretch))
        return len(self.settled) - 1, len(self.settled[-1].stretches) - 1

    def _stretch(self, segment: Segment, candidate: int) -> Stretch:
        is_first = all(
            stretch.candidate != candidate
            for slot in self.settled[-1:]
            for stretch in slot.stretches
        )
        return Stretch(segment, candidate, self._bytes.get(candidate, 0), is_first)
