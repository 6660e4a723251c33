"""A reply: what a model answered, as values, whole or while its chunks arrive."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

from google.genai import types

from gemini_nb.display import well_formed, words
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.replies import interactions
from gemini_nb.replies.citations import Citation, claims_of, grounding_sources, lookups_of, placed
from gemini_nb.replies.growing_part import GrowingPart
from gemini_nb.replies.read import read, unknown_chunk
from gemini_nb.replies.segments import Text, Thought, enum_name, segments_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from gemini_nb.replies.citations import Claim, Source
    from gemini_nb.replies.read import Chunk
    from gemini_nb.replies.segments import Segment, ToolCall

_MANY: Final = 4096  # strings that are taken together: a stream of single characters stays cheap
_UNSPECIFIED: Final = "_UNSPECIFIED"
_UNENDED: Final = (None, "in_progress", "queued")  # what an interaction's stream begins with


@dataclass(frozen=True, slots=True, repr=False)
class Candidate:
    """One of the answers that were asked for; usually the only one."""

    segments: tuple[Segment, ...] = ()
    """What a reader sees, in the order in which it came."""
    finish_reason: str = ""
    """The API's name for it, as "STOP"; "" where none was given."""
    finish_message: str = ""
    """The API's own words on it, if any."""
    sources: tuple[Source, ...] = ()
    citations: tuple[Citation, ...] = ()
    lookups: tuple[ToolCall, ...] = ()
    """What was searched or opened for it, where the API does not tell when."""
    parts: tuple[types.Part, ...] = ()
    """The SDK's, put together, with their signatures: as a chat's history needs them."""
    told: Mapping[str, Any] = field(default_factory=dict[str, Any], compare=False)
    """Whatever else the API told of it: the other fields of the SDK's `Candidate`."""

    @property
    def text(self) -> str:
        """The words to the reader, exactly as they came."""
        return "".join(part.text for part in self.segments if isinstance(part, Text))

    def __repr__(self) -> str:
        kinds = ", ".join(type(segment).__name__ for segment in self.segments)
        return f"{words(self.text, 60)!r} ({words(kinds)})"


@dataclass(frozen=True, slots=True, repr=False)
class Reply:
    """What was read from chunks or from a whole answer: pure values."""

    candidates: tuple[Candidate, ...] = ()
    usage: types.GenerateContentResponseUsageMetadata | None = None
    """The last one told: Gemini repeats it, cumulative, with every chunk."""
    model: str = ""
    """Who answered, as the answer names it; "offline/..." for the embedded server."""
    block_reason: str = ""
    """Why the prompt was refused, by the API's name for it; "" if it was not."""
    block_message: str = ""
    """The API's own words on it, if any."""
    failure: str = ""
    """What went wrong while the answer came, in the API's words."""
    interaction_id: str = ""
    status: str = ""
    """Of an interaction, as "completed"."""
    is_cut_off: bool = False
    """Whether its stream ended and did not say why."""
    set_aside: tuple[str, ...] = ()
    """Where in REST's JSON stood what the installed SDK does not know."""
    last: types.GenerateContentResponse | None = field(default=None, compare=False, repr=False)
    """The last chunk, which tells what holds for all of it, as its id."""

    def __repr__(self) -> str:
        said = " | ".join(map(repr, self.candidates)) or words(self.failure or self.block_reason)
        return f"Reply of {words(self.model) or 'a model'}: {said or 'nothing'}"

    @property
    def response(self) -> types.GenerateContentResponse:
        """All of it as one response, as a call without streaming would have given it."""
        candidates = [
            types.Candidate.model_construct(
                content=types.Content(role="model", parts=list(each.parts)), **dict(each.told)
            )
            for each in self.candidates
        ]
        known = {"candidates": candidates, "usage_metadata": self.usage}
        last = self.last or types.GenerateContentResponse(model_version=self.model or None)
        return last.model_copy(update=known)


class GrowingReply:
    """A reply while it arrives; takes time linear in what is added, and never raises.

    Example:
        >>> growing = GrowingReply()
        >>> growing.add("Hel")
        >>> growing.add({"candidates": [{"content": {"parts": [{"text": "lo"}]}}]})
        >>> growing.reply().candidates[0].text
        'Hello'
    """

    def __init__(self) -> None:
        self._strings: list[str] = []
        self._candidates: dict[int, _GrowingCandidate] = {}
        self._kinds: dict[int | None, str] = {}  # of the steps of an interaction
        self._told: dict[str, Any] = {}  # fields of Reply
        self._set_aside: dict[str, None] = {}
        self._last: types.GenerateContentResponse | None = None
        self._has_said = False
        self._has_steps = False
        self.characters = 0
        """How many characters of words and thoughts have come."""

    def add(self, chunk: object) -> None:
        """Take a chunk of any kind that `read` knows; another stays visible by its type."""
        if isinstance(chunk, str):
            self.characters += len(chunk)
            self._strings.append(chunk)
            if len(self._strings) >= _MANY:
                self._settle()
            return
        self._settle()
        try:
            chunks = read(chunk)
        except NotAnAnswerError:
            chunks = [unknown_chunk(type(chunk).__name__)]
        for each in chunks:
            self.take(each)

    def take(self, chunk: Chunk) -> None:
        """Take a chunk that was read."""
        if not chunk.repeats:
            self._hear(chunk)
            self._has_said = any(growing.parts for growing in self._candidates.values())
        else:
            self._hear(chunk if not self._has_said else replace(chunk, response=_about(chunk)))

    def end(self, *, is_stream: bool = True) -> None:
        """Nothing more comes.

        Args:
            is_stream: whether what came were the chunks of a stream, the last of which says why
                the answer ends.
        """
        self._settle()
        is_untold = self._last is not None and any(
            not growing.finish_reason for growing in self._candidates.values()
        )
        is_open = self._has_steps and self._told.get("status") in _UNENDED
        is_excused = self._told.get("failure") or self._told.get("block_reason")
        self._told["is_cut_off"] = is_stream and (is_untold or is_open) and not is_excused

    def reply(self) -> Reply:
        """All of it so far."""
        self._settle()
        candidates = (growing.candidate() for _, growing in sorted(self._candidates.items()))
        return Reply(
            candidates=tuple(candidates),
            set_aside=tuple(self._set_aside),
            last=self._last,
            **self._told,
        )

    @property
    def has_said(self) -> bool:
        """Whether any part has come."""
        return bool(self._strings) or any(each.parts for each in self._candidates.values())

    def _settle(self) -> None:
        if text := "".join(self._strings):
            self._candidate(0).say(types.Part(text=well_formed(text)), None)
        self._strings.clear()

    def _candidate(self, index: int) -> _GrowingCandidate:
        return self._candidates.setdefault(index, _GrowingCandidate())

    def _hear(self, chunk: Chunk) -> None:
        response = chunk.response
        feedback = response.prompt_feedback
        told = {
            "usage": response.usage_metadata,
            "model": (response.model_version or "").removeprefix("models/"),
            "block_reason": _reason(feedback and feedback.block_reason),
            "block_message": well_formed((feedback and feedback.block_reason_message) or ""),
            "failure": chunk.failure,
            "interaction_id": chunk.interaction_id,
            "status": chunk.status,
        }
        self._told |= {name: value for name, value in told.items() if value}
        self._set_aside |= dict.fromkeys(chunk.set_aside)
        self._has_steps = self._has_steps or chunk.step is not None
        if chunk.opens:
            self._kinds[chunk.step] = chunk.opens
            self._candidate(0).begin(chunk.step)
        if self._kinds.get(chunk.step) == interactions.USER_INPUT:
            return
        if chunk.is_response:
            self._last = response
        for position, candidate in enumerate(response.candidates or []):
            self._say(candidate, chunk.step, position)

    def _say(self, candidate: types.Candidate, step: int | None, position: int) -> None:
        index = position if candidate.index is None else candidate.index
        growing = self._candidate(index)
        parts = (candidate.content.parts if candidate.content else None) or []
        for part in parts:
            self.characters += len(part.text or "")
            if self._kinds.get(step) == interactions.THOUGHT and part.text and not part.thought:
                growing.say(part.model_copy(update={"thought": True}), step)
            else:
                growing.say(part, step)
        growing.learn(candidate, parts, step)


class _GrowingCandidate:
    """One candidate while it arrives: its parts, and what they rest on."""

    def __init__(self) -> None:
        self.parts: list[GrowingPart] = []
        self.finish_reason = ""
        self._steps = 0  # how many have begun
        self._open: dict[int | None, GrowingPart] = {}  # the latest part of each step
        self._sources: dict[Source, int] = {}
        self._claims: dict[tuple[Claim, GrowingPart | int], None] = {}
        self._lookups: dict[ToolCall, None] = {}
        self._told: dict[str, Any] = {}

    def begin(self, step: int | None) -> None:
        """A step begins; its number may have been that of an earlier one."""
        self._open.pop(step, None)
        self._steps += 1

    def say(self, part: types.Part, step: int | None) -> None:
        """Take a part, or more of the one before."""
        latest = self._open.get(step)
        if latest is not None and latest.take(part):
            return
        self._open[step] = GrowingPart(part, None if step is None else (self._steps, step))
        self.parts.append(self._open[step])
        if step is not None:
            self._open.pop(None, None)  # what follows without a number is not of the text before

    def learn(
        self, candidate: types.Candidate, parts: Sequence[types.Part], step: int | None
    ) -> None:
        """Take what a chunk tells of the candidate; what is repeated counts once."""
        for name in candidate.model_fields_set - {"content"}:
            if (value := getattr(candidate, name)) is not None:
                self._told[name] = value
        self.finish_reason = _reason(candidate.finish_reason) or self.finish_reason
        if candidate.grounding_metadata is not None:
            for source in grounding_sources(candidate.grounding_metadata):
                self._sources.setdefault(source, len(self._sources))
        lengths = (0 if part.thought else len((part.text or "").encode("utf-8", "replace"))
                   for part in parts)  # fmt: skip
        starts = tuple(accumulate(lengths, initial=0))
        for claim in claims_of(candidate, tuple(self._sources)):
            for source in claim.sources:
                self._sources.setdefault(source, len(self._sources))
            before = starts[claim.part] if claim.part < len(starts) else 0
            self._claims[claim, self._open.get(step, before) if step is not None else before] = None
        self._lookups |= dict.fromkeys(lookups_of(candidate))

    def candidate(self) -> Candidate:
        """All of it so far."""
        parts = [growing.part() for growing in self.parts]
        segments: list[Segment] = []
        starts: dict[GrowingPart, int] = {}
        segment_starts: list[int] = []
        size = 0
        step: tuple[int, int] | None = None
        for growing, part in zip(self.parts, parts, strict=True):
            starts[growing] = size
            for segment in segments_of(part):
                before = segments[-1] if segments and growing.step == step else None
                if isinstance(before, Text) and isinstance(segment, Text):
                    segments[-1] = Text(before.text + segment.text)
                elif isinstance(before, Thought) and isinstance(segment, Thought):
                    segments[-1] = Thought(before.text + segment.text)
                else:
                    segments.append(segment)
                    segment_starts.append(size)
                if isinstance(segment, Text):
                    size += len(segment.text.encode()) if self._claims else 0
                step = growing.step
        return Candidate(
            segments=tuple(segments),
            finish_reason=self.finish_reason,
            finish_message=well_formed(self._told.get("finish_message", "")),
            sources=tuple(self._sources),
            citations=self._citations(segments, segment_starts, starts),
            lookups=tuple(self._lookups),
            parts=tuple(parts),
            told=dict(self._told),
        )

    def _citations(
        self,
        segments: Sequence[Segment],
        segment_starts: Sequence[int],
        starts: Mapping[GrowingPart, int],
    ) -> tuple[Citation, ...]:
        if not self._claims:
            return ()
        text = "".join(each.text for each in segments if isinstance(each, Text)).encode()
        found: set[Citation] = set()
        for claim, counted_from in self._claims:
            if isinstance(counted_from, GrowingPart):
                start, end = placed(claim, text, [starts[counted_from]])
            else:
                is_part = claim.part < len(segment_starts)
                part_start = segment_starts[claim.part] if is_part else 0
                start, end = placed(claim, text, [counted_from, part_start, 0])
            numbers = tuple(dict.fromkeys(self._sources[source] for source in claim.sources))
            found.add(Citation(start, end, numbers))
        return tuple(sorted(found, key=lambda each: (each.end, each.start, each.sources)))


def whole(answer: object) -> Reply:
    """What a complete answer says.

    Args:
        answer: whatever `read` takes, an `Answer` of `gnb.stream`, or a `Reply`.

    Raises:
        NotAnAnswerError: it is no answer.

    Example:
        >>> whole(["Hel", "lo"]).candidates[0].text
        'Hello'
    """
    reply = getattr(answer, "reply", answer)
    if isinstance(reply, Reply):
        return reply
    growing = GrowingReply()
    for chunk in read(answer):
        growing.take(chunk)
    growing.end(is_stream=isinstance(answer, list))
    return growing.reply()


def follow(chunks: Iterable[object], *, pause: float = 0.08) -> Iterator[Reply]:
    """A reply while it grows, for whoever shows it in a way of their own.

    Args:
        chunks: what a streaming method of the SDK returned, or any iterable of texts.
        pause: seconds that lie between two replies at least. The last one is always there.

    Yields:
        All that has come so far; the last time all of it.

    Example:
        >>> [reply.candidates[0].text for reply in follow(["Kites ", "fly."], pause=0)]
        ['Kites ', 'Kites fly.', 'Kites fly.']
    """
    growing = GrowingReply()
    due = time.monotonic()
    for chunk in chunks:
        growing.add(chunk)
        if (now := time.monotonic()) >= due:
            due = now + pause
            yield growing.reply()
    growing.end()
    yield growing.reply()


def _about(chunk: Chunk) -> types.GenerateContentResponse:
    """What a chunk tells beside its parts."""
    return chunk.response.model_copy(update={"candidates": None})


def _reason(told: object) -> str:
    reason = enum_name(told)
    return "" if reason.endswith(_UNSPECIFIED) else reason
