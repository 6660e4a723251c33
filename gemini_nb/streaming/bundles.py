"""What the outputs of a growing answer hold, as MIME bundles."""

from __future__ import annotations

import base64
import re
from html import escape
from typing import TYPE_CHECKING, Final

from gemini_nb.answers.citations import with_citations
from gemini_nb.answers.page import segment_markdown, segment_plain
from gemini_nb.answers.segment_markdown import text_markdown
from gemini_nb.answers.segments import Citation, Media, Text, Thought
from gemini_nb.markdown.blocks import definitions
from gemini_nb.markdown.closing import closed
from gemini_nb.markdown.guarding import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from gemini_nb.answers.answer import Reply
    from gemini_nb.streaming.slots import Slot, Stretch

Bundle = dict[str, str]

_LONGEST_PLAIN: Final = 100  # characters: the Markdown beside it reads well enough
_THOUGHTS_SHOWN: Final = 600  # characters of thoughts that are seen while they come
_PICTURES: Final = ("image/png", "image/jpeg", "image/gif")


def settled(slot: Slot) -> Bundle:
    """A slot that is complete."""
    segment = slot.stretches[0].segment if len(slot.stretches) == 1 else None
    if isinstance(segment, Media) and segment.data and segment.mime_type in _PICTURES:
        encoded = base64.b64encode(segment.data).decode("ascii")
        return {segment.mime_type: encoded, "text/plain": segment_plain(segment)}
    return _bundle(slot, lambda stretch: segment_markdown(stretch.segment))


def live(slot: Slot, status: str) -> Bundle:
    """A slot that still grows, and a line below it."""
    stretch = slot.stretches[0]
    segment = stretch.segment
    shown = ""  # calls and pictures are shown when they are complete
    if isinstance(segment, Thought):
        # Nothing to fold yet: what is drawn again would open under the reader's hands.
        thought = guarded(closed(segment.text[-_THOUGHTS_SHOWN:]))
        shown = "> **Thinking**\n>\n" + re.sub("(?m)^", "> ", thought)
    elif isinstance(segment, Text):
        shown = text_markdown(segment.text, is_growing=True)
    return {
        "text/markdown": f"{_title(stretch)}{shown}\n\n{_muted(status)}",
        "text/plain": status,
    }


def waiting(status: str) -> Bundle:
    """A place where something is to come."""
    return {"text/markdown": _muted(status), "text/plain": status}


EMPTY: Final[Bundle] = {"text/plain": ""}
"""A place where nothing came after all."""


def revised(slots: Iterable[Slot], reply: Reply) -> Iterator[tuple[int, Bundle]]:
    """The slots with what is known only at the end: sources of texts, and where links lead.

    Yields:
        The number of each slot in which a text may differ from what was shown, and its bundle.
    """
    addresses = [definitions(candidate.text).splitlines() for candidate in reply.candidates]
    if any(addresses) or any(candidate.citations for candidate in reply.candidates):
        for slot in slots:
            if any(isinstance(stretch.segment, Text) for stretch in slot.stretches):
                yield (
                    slot.number,
                    _bundle(slot, lambda each: _revised(each, reply, addresses[each.candidate])),
                )


def _revised(stretch: Stretch, reply: Reply, addresses: list[str]) -> str:
    if not isinstance(stretch.segment, Text):
        return segment_markdown(stretch.segment)
    text = stretch.segment.text
    candidate = reply.candidates[stretch.candidate]
    end = stretch.start + len(text.encode("utf-8", "surrogatepass"))
    is_last = end >= len(candidate.text.encode("utf-8", "surrogatepass"))
    here = [
        Citation(max(0, cite.start - stretch.start), cite.end - stretch.start, cite.sources)
        for cite in candidate.citations
        if stretch.start < cite.end and (cite.end <= end or is_last)
    ]
    # The address of a link may stand in another output.
    used = [line for line in addresses if _is_used(line, text)]
    if not here and not used:
        return segment_markdown(stretch.segment)
    return guarded("\n\n".join((with_citations(text, here, candidate.sources), *used)))


def _is_used(definition: str, text: str) -> bool:
    """Whether a text has a link whose address stands in a line outside of it."""
    label = definition.partition("]:")[0].casefold() + "]"
    return label in text.casefold() and definition not in text


def notice(markdown: str, plain: str) -> Bundle:
    """What is to be said after the answer."""
    return {"text/markdown": markdown, "text/plain": plain}


def _bundle(slot: Slot, written: Callable[[Stretch], str]) -> Bundle:
    markdown = "\n\n".join(_title(stretch) + written(stretch) for stretch in slot.stretches)
    plain = "\n".join(segment_plain(stretch.segment) for stretch in slot.stretches)
    return {"text/markdown": markdown, "text/plain": _short(plain)}


def _muted(status: str) -> str:
    return f'<span style="opacity:.7">{escape(status)}</span>'


def _title(stretch: Stretch) -> str:
    """Tells a second answer from the first."""
    is_another = stretch.candidate > 0 and stretch.is_first
    return f"**Candidate {stretch.candidate + 1}**\n\n" if is_another else ""


def _short(plain: str) -> str:
    line = " ".join(plain[: 2 * _LONGEST_PLAIN].split())
    if len(plain) <= _LONGEST_PLAIN:
        return line
    return f"{line[:_LONGEST_PLAIN]}... ({len(plain):,} characters)"
