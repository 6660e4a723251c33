"""A growing answer as plain text: for scripts, pipes and logs."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Final

from gemini_nb.display import clean
from gemini_nb.replies.page import footer_of, segment_plain
from gemini_nb.replies.segments import Text, Thought
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from gemini_nb.replies.reply import Reply
    from gemini_nb.replies.segments import Segment
    from gemini_nb.streaming.answer import Answer


_UNFINISHED: Final = re.compile(r"[!-~]+\Z")
"""The word that is being written; scripts without blanks have none."""


class PlainScreen:
    """Writes an answer to the standard output, each character once."""

    shown_in = ""

    def __init__(self, *, has_badge: bool, has_timing: bool) -> None:
        self._has_badge, self._has_timing = has_badge, has_timing
        self._written: dict[tuple[int, int], int] = {}  # characters of each segment
        self._ends_line = True

    def draw(self, reply: Reply, status: str) -> int:
        """Write what has come; that one waits is nothing for a log."""
        del status
        self._write_all(reply, is_final=False)
        sys.stdout.flush()
        return 0

    def finish(self, answer: Answer) -> None:
        """Write the rest, how it ended and what it cost."""
        self._write_all(answer.reply, is_final=True)
        if not self._ends_line:
            self._write("\n")
        if said := footer_of(answer.reply, answer.stopped)[1]:
            self._write(f"\n{said}\n")
        if self._has_badge and answer.usage is not None:
            self._write(f"\n{badge(answer, timing=self._has_timing)!r}\n")
        sys.stdout.flush()

    def _write_all(self, reply: Reply, *, is_final: bool) -> None:
        """Write what is new, candidate by candidate; calls and the like when they are complete."""
        for number, candidate in enumerate(reply.candidates):
            is_complete = is_final or bool(candidate.finish_reason)
            last = len(candidate.segments) - 1
            for position, segment in enumerate(candidate.segments):
                grows = position == last and not is_complete
                if isinstance(segment, Text | Thought) or not grows:
                    self._write_new((number, position), segment, grows=grows)
            if not is_complete:
                break

    def _write_new(self, place: tuple[int, int], segment: Segment, *, grows: bool) -> None:
        is_text = isinstance(segment, Text | Thought)
        text = segment.text if is_text else segment_plain(segment)
        if grows:  # half a key would not look like one
            text = _UNFINISHED.sub("", text)
        begins = place not in self._written
        if new := text[self._written.get(place, 0) :] if is_text or begins else "":
            self._write(self._heading(place, segment) + new if begins else new)
            self._written[place] = len(text)

    def _heading(self, place: tuple[int, int], segment: Segment) -> str:
        """What parts a segment from the one before it."""
        gap = "" if not self._written else "\n" if self._ends_line else "\n\n"
        is_another = place[0] > 0 and not any(place[0] == known for known, _ in self._written)
        title = f"Candidate {place[0] + 1}:\n" if is_another else ""
        return gap + title + ("Thoughts: " if isinstance(segment, Thought) else "")

    def _write(self, text: str) -> None:
        text = clean(text)  # a terminal obeys what it is told in control characters
        try:
            sys.stdout.write(text)
        except UnicodeEncodeError:
            encoding = sys.stdout.encoding
            sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        self._ends_line = text.endswith("\n")
