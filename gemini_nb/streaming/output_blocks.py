"""A growing answer as a row of outputs, of which only the last one is drawn again.

A front end that is given the whole answer for each chunk spends seconds on an answer that takes
one: so what is finished is drawn once and never touched again, and the reader's selection and
folded blocks in it survive. JupyterLab shows 50 outputs of a cell, so their size grows with the
answer.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from gemini_nb.display import clean, html
from gemini_nb.markdown import Blocks, definitions, safe
from gemini_nb.replies.citations import marks_in
from gemini_nb.replies.page import segment_markdown, segment_plain, text_markdown
from gemini_nb.replies.segments import Media, Text, Thought

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.replies.reply import Candidate, Reply
    from gemini_nb.replies.segments import Segment

Bundle = dict[str, str]

_SMALLEST: Final = 768  # characters: less is not worth an output of its own
_SHARE: Final = 8  # a block is at least that fraction of what is settled already ...
_MANY: Final = 30  # outputs, after which ...
_LARGER_SHARE: Final = 2  # ... it is at least that fraction
_MOST: Final = 44  # outputs; whatever else comes joins the last one
_LONGEST_PLAIN: Final = 100  # characters: the Markdown beside it reads well enough
_THOUGHTS_SHOWN: Final = 600  # characters of thoughts that are seen while they come
_OUTPUT_TYPES: Final = ("image/png", "image/jpeg", "image/gif")  # of pictures in notebooks


@dataclass(frozen=True, slots=True)
class Stretch:
    """A segment of a reply, or the part of a text that stands between two cuts."""

    candidate: int
    position: int
    """Of the segment among its candidate's, from 0."""
    start: int = 0
    """Of a text: its first character."""
    end: int | None = None
    """Of a text: after its last character; None for all there is."""
    is_first: bool = False
    """Whether the candidate begins here."""

    def of(self, reply: Reply) -> Segment:
        """What it says, as far as `reply` has come."""
        segment = reply.candidates[self.candidate].segments[self.position]
        return Text(segment.text[self.start : self.end]) if isinstance(segment, Text) else segment


@dataclass(slots=True)
class _Passage:
    """How far a segment has been divided."""

    blocks: Blocks = field(default_factory=Blocks)
    taken: int = 0  # characters that were fed
    finished: int = 0  # characters in finished blocks
    settled: int = 0  # characters in outputs
    is_complete: bool = False


class OutputBlocks:
    """Divides a reply into outputs, again and again while it grows.

    Example:
        >>> from gemini_nb.replies.reply import whole
        >>> blocks = OutputBlocks()
        >>> blocks.update(whole("One")), blocks.live.of(whole("One"))
        ([], Text(text='One'))
        >>> blocks.update(whole("One two."), is_final=True)
        [0]
    """

    def __init__(self) -> None:
        self.settled: list[list[Stretch]] = []
        """What is complete: of each output, what it holds."""
        self.live: Stretch | None = None
        """What still grows, if anything does."""
        self._passages: dict[tuple[int, int], _Passage] = {}
        self._size = 0  # characters that are settled

    def update(self, reply: Reply, *, is_final: bool = False) -> list[int]:
        """The numbers of the outputs that are new or hold more since the last call.

        A candidate is divided when those before it are complete, however their chunks are mixed.
        """
        before = [len(output) for output in self.settled]
        self.live = None
        for number, candidate in enumerate(reply.candidates):
            is_complete = is_final or bool(candidate.finish_reason)
            last = len(candidate.segments) - 1
            for position, segment in enumerate(candidate.segments):
                stretch = Stretch(number, position)
                self._divide(stretch, segment, grows=position == last and not is_complete)
            if not is_complete:
                break
        return [
            number
            for number, output in enumerate(self.settled)
            if number >= len(before) or len(output) > before[number]
        ]

    def _divide(self, stretch: Stretch, segment: Segment, *, grows: bool) -> None:
        passage = self._passages.setdefault((stretch.candidate, stretch.position), _Passage())
        if passage.is_complete:
            return
        if isinstance(segment, Text) and grows:
            finished = passage.blocks.feed(segment.text[passage.taken :])
            passage.taken = len(segment.text)
            passage.finished += sum(map(len, finished))
            share = _SHARE if len(self.settled) < _MANY else _LARGER_SHARE
            if passage.finished - passage.settled >= max(_SMALLEST, self._size // share):
                self._settle(replace(stretch, start=passage.settled, end=passage.finished))
                passage.settled = passage.finished
        stretch = replace(stretch, start=passage.settled)
        if grows:
            self.live = self._begun(stretch)
        else:
            passage.is_complete = True
            if not isinstance(segment, Text) or len(segment.text) > passage.settled:
                self._settle(stretch)
            if isinstance(segment, Text | Thought):
                self._size += len(segment.text) - passage.settled

    def _settle(self, stretch: Stretch) -> None:
        self._size += (stretch.end or stretch.start) - stretch.start
        if len(self.settled) < _MOST:
            self.settled.append([self._begun(stretch)])
        else:
            self.settled[-1].append(self._begun(stretch))

    def _begun(self, stretch: Stretch) -> Stretch:
        latest = self.settled[-1][-1].candidate if self.settled else None
        return replace(stretch, is_first=stretch.candidate != latest)


def settled_bundle(stretches: Sequence[Stretch], reply: Reply) -> Bundle:
    """An output that is complete."""
    segments = [stretch.of(reply) for stretch in stretches]
    first = segments[0]
    if len(segments) == 1 and isinstance(first, Media) and first.mime_type in _OUTPUT_TYPES:
        encoded = base64.b64encode(first.data).decode("ascii")
        return {first.mime_type: encoded, "text/plain": segment_plain(first)}
    written = map(segment_markdown, segments)
    return _bundle(stretches, segments, list(written))


def live_bundle(stretch: Stretch | None, reply: Reply, status: str) -> Bundle:
    """An output that still grows, and a line below it; the line alone where nothing has begun."""
    muted = f'<span style="opacity:.7">{html(status)}</span>'
    shown = ""  # calls and pictures are shown when they are complete
    if stretch is not None:
        segment = stretch.of(reply)
        if isinstance(segment, Thought):
            # Nothing to fold yet: what is drawn again would open under the reader's hands.
            thought = safe(clean(segment.text)[-_THOUGHTS_SHOWN:])
            shown = "> **Thinking**\n>\n" + re.sub("(?m)^", "> ", thought)
        elif isinstance(segment, Text):
            shown = text_markdown(segment.text)
        shown = f"{_title(stretch)}{shown}\n\n"
    return {"text/markdown": shown + muted, "text/plain": clean(status)}


def may_differ(stretches: Sequence[Stretch], reply: Reply) -> bool:
    """Whether an output may differ from what was shown of it before the end."""
    candidates = [reply.candidates[stretch.candidate] for stretch in stretches]
    is_open = any(stretch.end is None for stretch in stretches)  # it may have grown
    return is_open or any(each.citations or "]:" in each.text for each in candidates)


def final_bundle(stretches: Sequence[Stretch], reply: Reply) -> Bundle:
    """An output with what is known only at the end: marks of citations, where links lead."""
    segments = [stretch.of(reply) for stretch in stretches]
    if not any(isinstance(segment, Text) for segment in segments):
        return settled_bundle(stretches, reply)
    written: list[str] = []
    for stretch, segment in zip(stretches, segments, strict=True):
        candidate = reply.candidates[stretch.candidate]
        if isinstance(segment, Text):
            marks = _marks(stretch, segment.text, candidate)
            # The address of a link may stand in another output.
            links = definitions(candidate.text) if "]" in segment.text else {}
            written.append(text_markdown(segment.text, marks, links))
        else:
            written.append(segment_markdown(segment))
    return _bundle(stretches, segments, written)


def _marks(stretch: Stretch, text: str, candidate: Candidate) -> list[tuple[int, str]]:
    if not candidate.citations:
        return []
    before = [
        each.text for each in candidate.segments[: stretch.position] if isinstance(each, Text)
    ]
    segment = candidate.segments[stretch.position]
    own = segment.text[: stretch.start] if isinstance(segment, Text) else ""
    start = len("".join((*before, own)).encode())
    is_last = start + len(text.encode()) >= len(candidate.text.encode())
    return marks_in(text, candidate.citations, candidate.sources, start=start, is_last=is_last)


def _bundle(
    stretches: Sequence[Stretch], segments: Sequence[Segment], written: Sequence[str]
) -> Bundle:
    titled = (_title(stretch) + each for stretch, each in zip(stretches, written, strict=True))
    plain = "\n".join(map(segment_plain, segments))
    line = " ".join(plain[: 2 * _LONGEST_PLAIN].split())
    if len(plain) > _LONGEST_PLAIN:
        line = f"{line[:_LONGEST_PLAIN]}... ({len(plain):,} characters)"
    return {"text/markdown": "\n\n".join(titled), "text/plain": line}


def _title(stretch: Stretch) -> str:
    """Tells a second answer from the first."""
    is_another = stretch.candidate > 0 and stretch.is_first
    return f"**Candidate {stretch.candidate + 1}**\n\n" if is_another else ""
