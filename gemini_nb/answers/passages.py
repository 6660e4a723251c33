"""One segment while it arrives: its fragments are kept apart and joined when someone looks."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from gemini_nb.answers.json_text import is_object, read_partial
from gemini_nb.answers.merging import goes_on, merged
from gemini_nb.answers.segments import FunctionCall, Media, Text, Thought
from gemini_nb.answers.surrogates import REPLACEMENT, ends_in_half, well_formed

if TYPE_CHECKING:
    from gemini_nb.answers.segments import Segment


class Passage:
    """A segment that grows, in time linear in what is added.

    Example:
        >>> passage = Passage(Text("Hel"))
        >>> passage.extend(Text("lo"))
        Text(text='lo')
        >>> passage.segment()
        Text(text='Hello')
    """

    __slots__ = ("_fragments", "_held", "_json", "_known", "opening", "step")

    def __init__(self, segment: Segment, step: int | None = None) -> None:
        self.step = step
        self._known = segment
        self._held = ""  # the first half of a character whose second half is to come
        self._fragments: list[str | bytes] = []
        self._json: list[str] = []
        self.opening = segment  # what can be shown of it
        if isinstance(segment, Text | Thought):
            self._known = type(segment)("")
            self.opening = self.extend(segment)

    def continues_with(self, segment: Segment, step: int | None) -> bool:
        """Whether `segment` is more of this one."""
        same_step = step is not None and step == self.step
        return step == self.step and goes_on(self._known, segment, same_step=same_step)

    def extend(self, segment: Segment) -> Segment:
        """Takes more of it; returns what can be shown of that: no half of a character."""
        if isinstance(segment, Text | Thought):
            text = self._held + segment.text
            self._held = text[-1] if ends_in_half(text) else ""
            shown = well_formed(text[:-1] if self._held else text)
            self._fragments.append(shown)
            return segment if shown == segment.text else type(segment)(shown)
        if isinstance(segment, Media) and isinstance(self._known, Media):
            self._fragments.append(segment.data)
            self._known = merged(self._known, replace(segment, data=b""))
            return segment
        self._known = merged(self._known, segment)
        return segment

    def argue(self, json: str) -> None:
        """Takes more of a function call's arguments."""
        self._json.append(json)

    @property
    def is_call(self) -> bool:
        """Whether it can take arguments."""
        return isinstance(self._known, FunctionCall)

    @property
    def is_thought(self) -> bool:
        """Whether it is of the model's thinking."""
        return isinstance(self._known, Thought)

    @property
    def is_text(self) -> bool:
        """Whether it is words to the reader."""
        return isinstance(self._known, Text)

    def end(self) -> Segment | None:
        """What is to be shown at its end for a half of a character that stayed alone."""
        if not self._held:
            return None
        self._held = ""
        return self.extend(Thought(REPLACEMENT) if self.is_thought else Text(REPLACEMENT))

    def segment(self) -> Segment:
        """All of it so far; a half of a character at its end stands as U+FFFD."""
        if self._fragments:
            self._known = self._joined()
            self._fragments.clear()
        if self._json:
            return self._argued()
        if self._held and isinstance(self._known, Text | Thought):
            return type(self._known)(self._known.text + REPLACEMENT)
        return self._known

    def _joined(self) -> Segment:
        known = self._known
        if isinstance(known, Text | Thought):
            return type(known)("".join([known.text, *map(str, self._fragments)]))
        if isinstance(known, Media):
            more = (part for part in self._fragments if isinstance(part, bytes))
            return replace(known, data=b"".join([known.data, *more]))
        return known

    def _argued(self) -> Segment:
        if not isinstance(self._known, FunctionCall):
            return self._known
        self._json = ["".join(self._json)]
        so_far = read_partial(self._json[0]) or {}
        complete = is_object(self._json[0])
        return replace(
            self._known,
            arguments=self._known.arguments | so_far,
            unread="" if complete else well_formed(self._json[0]),
        )
