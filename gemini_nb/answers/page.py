"""A whole answer as safe Markdown and as plain text, with what must be told beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.citations import sources_markdown, sources_plain, with_citations
from gemini_nb.answers.escaping import words_markdown
from gemini_nb.answers.notices import candidate_notice, reply_notices
from gemini_nb.answers.segment_markdown import segment_markdown
from gemini_nb.answers.segment_plain import segment_plain, visible
from gemini_nb.answers.segments import Citation, Segment, Text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.answers.answer import Candidate, Reply
    from gemini_nb.answers.finish_reasons import Notice

__all__ = [
    "markdown_of",
    "notice_markdown",
    "plain_of",
    "segment_markdown",
    "segment_plain",
]


def markdown_of(reply: Reply, stopped: Notice | None = None) -> str:
    """The answer as Markdown in which nothing of the model's is live.

    Every segment, with numbered links for citations; the sources; and a quoted notice for a
    refusal, an early end or a failure. Several candidates have a heading each.

    Args:
        reply: all that came.
        stopped: why its stream was left before the end, if it was.

    Example:
        >>> from gemini_nb.answers.growing import whole
        >>> print(markdown_of(whole({"candidates": [
        ...     {"content": {"parts": [{"text": "Once upon"}]}, "finishReason": "MAX_TOKENS"}]})))
        Once upon
        <BLANKLINE>
        > **Stopped at the limit.** The answer was cut off; raise max_output_tokens ...
    """
    parts: list[str] = []
    for number, candidate in enumerate(reply.candidates, 1):
        if len(reply.candidates) > 1:
            parts.append(f"**Candidate {number}**")
        cited = cited_segments(candidate)
        parts += [segment_markdown(segment) for segment in cited]
        parts += [segment_markdown(lookup) for lookup in candidate.lookups]
        parts.append(sources_markdown(candidate.sources))
        notice = candidate_notice(candidate)
        if notice:
            parts.append(notice_markdown(notice))
    parts += [notice_markdown(notice) for notice in reply_notices(reply, stopped)]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def plain_of(reply: Reply, stopped: Notice | None = None) -> str:
    """The answer for a terminal: the model's own text, and the rest in words.

    Args:
        reply: all that came.
        stopped: as in `markdown_of`.

    Example:
        >>> from gemini_nb.answers.growing import whole
        >>> print(plain_of(whole("# Once upon")))
        # Once upon
    """
    parts: list[str] = []
    for number, candidate in enumerate(reply.candidates, 1):
        if len(reply.candidates) > 1:
            parts.append(f"Candidate {number}:")
        cited = cited_segments(candidate, bare=True)
        parts += [segment_plain(segment) for segment in cited]
        parts += [segment_plain(lookup) for lookup in candidate.lookups]
        parts.append(visible(sources_plain(candidate.sources)))
        parts.append(str(candidate_notice(candidate) or ""))
    parts += [visible(str(notice)) for notice in reply_notices(reply, stopped)]
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())


def notice_markdown(notice: Notice) -> str:
    """A notice as a quoted line.

    Example:
        >>> from gemini_nb.answers.finish_reasons import Notice
        >>> notice_markdown(Notice("Stopped.", "Try <again>"))
        '> **Stopped.** Try &lt;again&gt;'
    """
    return f"> **{words_markdown(notice.heading)}** {words_markdown(notice.advice)}".rstrip()


def cited_segments(candidate: Candidate, *, bare: bool = False) -> Iterator[Segment]:
    """The segments of a candidate, with the marks of its citations in the texts.

    Args:
        candidate: what the model said.
        bare: numbers only, no links.
    """
    texts = [segment for segment in candidate.segments if isinstance(segment, Text)]
    last = texts[-1] if texts else None
    start = 0
    for segment in candidate.segments:
        if not isinstance(segment, Text) or not candidate.citations:
            yield segment
            continue
        end = start + len(segment.text.encode("utf-8", "replace"))
        yield Text(
            with_citations(
                segment.text,
                _within(candidate.citations, start, None if segment is last else end),
                candidate.sources,
                bare=bare,
            )
        )
        start = end


def _within(citations: tuple[Citation, ...], start: int, end: int | None) -> Iterator[Citation]:
    """The citations that end in a stretch of the text, counted from its start."""
    for cite in citations:
        if (cite.end > start or start == 0) and (end is None or cite.end <= end):
            yield Citation(cite.start - start, cite.end - start, cite.sources)
