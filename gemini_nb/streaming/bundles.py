"""What the outputs of a growing answer hold, as MIME bundles."""

from __future__ import annotations

import base64
from html import escape
from typing import TYPE_CHECKING, Final

from gemini_nb.answers.citations import with_citations
from gemini_nb.answers.page import segment_markdown, segment_plain
from gemini_nb.answers.segments import Citation, Media, Text, Thought
from gemini_nb.markdown.closing import closed
from gemini_nb.markdown.guarding import guarded

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Candidate
    from gemini_nb.streaming.slots import Slot

Bundle = dict[str, str]

_LONGEST_PLAIN: Final = 100  # characters: the Markdown beside it reads well enough
_THOUGHTS_SHOWN: Final = 600  # characters of thoughts that are seen while they come
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif")


def settled(slot: Slot) -> Bundle:
    """A slot that is complete."""
    segment = slot.segment
    if isinstance(segment, Media) and segment.data and segment.mime_type in _PICTURES:
        encoded = base64.b64encode(segment.data).decode("ascii")
        return {segment.mime_type: encoded, "text/plain": segment_plain(segment)}
    return _bundle(_title(slot) + segment_markdown(segment), segment_plain(segment))


def live(slot: Slot, status: str) -> Bundle:
    """A slot that still grows, and a line below it."""
    segment = slot.segment
    if isinstance(segment, Thought):
        shown = closed(segment.text[-_THOUGHTS_SHOWN:])
        inside = f"<details open><summary>Thinking</summary>\n\n{guarded(shown)}\n\n</details>"
        return _bundle(f"{_title(slot)}{inside}\n\n{_muted(status)}", status)
    text = segment.text if isinstance(segment, Text) else ""
    return _bundle(f"{_title(slot)}{guarded(closed(text))}\n\n{_muted(status)}", status)


def waiting(status: str) -> Bundle:
    """A place where something is to come."""
    return _bundle(_muted(status), status)


EMPTY: Final[Bundle] = {"text/plain": ""}
"""A place where nothing came after all."""


def cited(slot: Slot, candidate: Candidate) -> Bundle:
    """A text with the numbers of its sources, which are told only at the end of an answer."""
    text = slot.segment.text if isinstance(slot.segment, Text) else ""
    end = slot.start + len(text.encode("utf-8", "surrogatepass"))
    here = [
        Citation(max(0, cite.start - slot.start), cite.end - slot.start, cite.sources)
        for cite in candidate.citations
        if slot.start < cite.end <= end
    ]
    if not here:
        return settled(slot)
    marked = with_citations(text, here, candidate.sources)
    return _bundle(_title(slot) + guarded(marked), text)


def notice(markdown: str, plain: str) -> Bundle:
    """What is to be said after the answer."""
    return {"text/markdown": markdown, "text/plain": plain}


def _bundle(markdown: str, plain: str) -> Bundle:
    return {"text/markdown": markdown, "text/plain": _short(plain)}


def _muted(status: str) -> str:
    return f'<span style="opacity:.7">{escape(status)}</span>'


def _title(slot: Slot) -> str:
    """Tells a second answer from the first."""
    return f"**Candidate {slot.candidate + 1}**\n\n" if slot.candidate and slot.is_first else ""


def _short(plain: str) -> str:
    line = " ".join(plain[: 2 * _LONGEST_PLAIN].split())
    if len(plain) <= _LONGEST_PLAIN:
        return line
    return f"{line[:_LONGEST_PLAIN]}... ({len(plain):,} characters)"
