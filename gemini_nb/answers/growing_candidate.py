"""One candidate while it arrives: its segments, and what they rest on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.answer import Candidate
from gemini_nb.answers.passages import Passage
from gemini_nb.answers.segments import Citation, FunctionCall, Source, Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.answers.pieces import Claim, Finished, Grounded
    from gemini_nb.answers.segments import Segment, ToolCall


class GrowingCandidate:
    """The passages of a candidate in their order, and where each is to be continued."""

    __slots__ = ("_claims", "_finish", "_lookups", "_open", "_passages", "_sources")

    def __init__(self) -> None:
        self._passages: list[Passage] = []
        self._open: dict[int | None, Passage] = {}
        self._sources: dict[Source, int] = {}
        self._claims: dict[tuple[Claim, tuple[int, ...], Passage | None], None] = {}
        self._lookups: dict[ToolCall, None] = {}
        self._finish = ("", "")

    @property
    def has_segments(self) -> bool:
        """Whether it said anything."""
        return bool(self._passages)

    @property
    def has_sources(self) -> bool:
        """Whether it is known what it rests on."""
        return bool(self._sources)

    def begin(self, step: int) -> None:
        """A step of this number begins: what had it before is complete."""
        self._open.pop(step, None)

    def say(self, segment: Segment, step: int | None) -> tuple[Segment, ...]:
        """Takes a segment or more of one; returns what can be shown of it."""
        latest = self._open.get(step)
        if latest is not None and latest.continues_with(segment, step):
            return (latest.extend(segment),)
        closed = latest.end() if latest is not None else None
        passage = Passage(segment, step)
        self._passages.append(passage)
        self._open[step] = passage
        if step is not None:
            self._open.pop(None, None)  # what follows without a number is not of the text before
        return (passage.opening,) if closed is None else (closed, passage.opening)

    def argue(self, json: str, step: int | None) -> None:
        """Takes more of the arguments of the call that is being made in `step`."""
        call = self._open.get(step)
        if call is None or not call.is_call:
            call = Passage(FunctionCall(name="", arguments={}), step)
            self._passages.append(call)
            self._open[step] = call
        call.argue(json)

    def rest_on(self, grounded: Grounded) -> None:
        """Takes sources and claims; what is repeated with later chunks counts once."""
        for source in grounded.sources:
            self._sources.setdefault(source, len(self._sources))
        self._lookups |= dict.fromkeys(grounded.lookups)
        known = tuple(self._sources.values())
        place = [self._sources[source] for source in grounded.sources]
        text = self._open.get(grounded.step) if grounded.step is not None else None
        for claim in grounded.claims:
            # A stream may count the chunks of grounding on from those that came before.
            numbers = [
                place[index] if index < len(place) else index
                for index in claim.sources
                if 0 <= index < max(len(place), len(known))
            ]
            if numbers:
                self._claims[claim, tuple(dict.fromkeys(numbers)), text] = None

    def finish(self, finished: Finished) -> None:
        """Takes why it ended; the last counts."""
        self._finish = (finished.reason, finished.message)

    def end(self) -> list[Segment]:
        """What is still to be shown of halves of characters."""
        ends = [passage.end() for passage in self._passages]
        return [segment for segment in ends if segment is not None]

    def candidate(self) -> Candidate:
        """All of it so far."""
        segments = [passage.segment() for passage in self._passages]
        return Candidate(
            segments=tuple(segments),
            finish_reason=self._finish[0],
            finish_message=self._finish[1],
            sources=tuple(self._sources),
            citations=self._citations(segments),
            lookups=tuple(self._lookups),
        )

    def _citations(self, segments: Sequence[Segment]) -> tuple[Citation, ...]:
        if not self._claims:
            return ()
        texts = [part.text.encode() if isinstance(part, Text) else b"" for part in segments]
        starts = [0]
        for text in texts:
            starts.append(starts[-1] + len(text))
        start_of = dict(zip(self._passages, starts, strict=False))
        whole = b"".join(texts)
        citations: list[Citation] = []
        for claim, numbers, passage in self._claims:
            if passage is not None:
                base = start_of.get(passage, 0)
            else:
                part_start = starts[claim.part] if claim.part < len(segments) else 0
                base = _base(claim, whole, (claim.offset, part_start, 0))
            citations.append(Citation(base + claim.start, base + claim.end, numbers))
        return tuple(sorted(set(citations), key=lambda each: (each.end, each.start, each.sources)))


def _base(claim: Claim, text: bytes, possible: tuple[int, ...]) -> int:
    """From where a claim counts: where its quote is, or else the likeliest place.

    The API counts from the start of a part. A stream cuts parts anywhere and counts from the start
    of all their text together.
    """
    quote = claim.quote.encode("utf-8", "replace")
    if not quote:
        return possible[0]
    for base in possible:
        if text[base + claim.start : base + claim.end] == quote:
            return base
    found = text.find(quote)
    return found - claim.start if found >= 0 else possible[0]
