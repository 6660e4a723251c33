"""A growing answer as a row of outputs, of which only the last one is drawn again.

A front end that is given the whole answer for each chunk spends seconds on an answer that takes
one: so what is finished is drawn once and never touched again, and the reader's selection and
folded blocks in it survive. JupyterLab shows 50 outputs of a cell, so their size grows with the
answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from gemini_nb.answers.segments import Segment, Text, Thought
from gemini_nb.markdown.blocks import Blocks

_SMALLEST: Final = 768  # characters: less is not worth an output of its own
_SHARE: Final = 8  # a block is at least that fraction of what is settled already ...
_MANY: Final = 30  # outputs, after which ...
_LARGER_SHARE: Final = 2  # ... it is at least that fraction


@dataclass(frozen=True, slots=True)
class Slot:
    """One output's content."""

    number: int
    """Its place among the answer's outputs, from 0."""
    segment: Segment
    candidate: int
    is_first: bool
    """Whether it is the candidate's first."""
    start: int = 0
    """Of a text: its offset into the UTF-8 bytes of the candidate's whole text."""


class Slots:
    """Takes an answer's segments as they come, and divides them into outputs.

    Example:
        >>> slots = Slots()
        >>> slots.add(0, Text("One"))
        >>> slots.settled(), slots.live.segment
        ([], Text(text='One'))
        >>> slots.add(0, Text(" two."))
        >>> slots.close()
        >>> [slot.segment for slot in slots.settled()], slots.live
        ([Text(text='One two.')], None)
    """

    def __init__(self) -> None:
        self.count = 0
        """How many slots are settled: the number of the live one, or the next."""
        self._settled: list[Slot] = []  # not told of yet
        self._size = 0  # characters in settled slots
        self._open: list[str] = []  # the live slot's text, as far as its blocks are finished
        self._finished = 0  # characters in these
        self._kind: type[Text | Thought] | None = None
        self._candidate = 0
        self._seen: set[int] = set()  # candidates that have a settled slot
        self._bytes: dict[int, int] = {}  # of each candidate's settled text
        self._blocks = Blocks()

    @property
    def live(self) -> Slot | None:
        """The slot that still grows, if there is one."""
        if self._kind is None:
            return None
        return self._slot(self._kind(self._live_text()), self._candidate)

    def add(self, candidate: int, segment: Segment) -> None:
        """Take in the next segment, or the next fragment of one."""
        if not isinstance(segment, Text | Thought):
            self.close()
            self._settle(segment, candidate)
            return
        if self._kind is not type(segment) or self._candidate != candidate:
            self.close()
            self._kind, self._candidate = type(segment), candidate
        # Thoughts are folded as a whole, so they are not divided.
        more = self._blocks.feed(segment.text) if isinstance(segment, Text) else [segment.text]
        self._open += more
        self._finished += sum(map(len, more))

    def close(self) -> None:
        """Settle what is live: something else follows, or nothing."""
        if self._kind is not None:
            self._settle(self._kind(self._live_text()), self._candidate)
        self._kind, self._blocks = None, Blocks()
        self._open, self._finished = [], 0

    def settled(self) -> list[Slot]:
        """The slots that are complete since the last call, never to change; in their order."""
        self._settle_blocks()
        told, self._settled = self._settled, []
        return told

    def _settle_blocks(self) -> None:
        """Settle the finished blocks of a live text, if they are worth an output."""
        share = _SHARE if self.count < _MANY else _LARGER_SHARE
        if self._kind is Text and self._finished >= max(_SMALLEST, self._size // share):
            self._settle(Text("".join(self._open)), self._candidate)
            self._open, self._finished = [], 0

    def _live_text(self) -> str:
        return "".join(self._open) + self._blocks.unfinished

    def _settle(self, segment: Segment, candidate: int) -> None:
        self._settled.append(self._slot(segment, candidate))
        self._seen.add(candidate)
        self.count += 1
        if isinstance(segment, Text | Thought):
            self._size += len(segment.text)
        if isinstance(segment, Text):
            length = len(segment.text.encode("utf-8", "surrogatepass"))
            self._bytes[candidate] = self._bytes.get(candidate, 0) + length

    def _slot(self, segment: Segment, candidate: int) -> Slot:
        start = self._bytes.get(candidate, 0)
        return Slot(self.count, segment, candidate, candidate not in self._seen, start)
