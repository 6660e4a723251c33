"""What is to be said after an answer: its sources, and why it ended where it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.answers.citations import sources_markdown, sources_plain
from gemini_nb.answers.finish_reasons import Notice
from gemini_nb.answers.notices import candidate_notice, reply_notices
from gemini_nb.answers.page import notice_markdown
from gemini_nb.answers.segment_markdown import segment_markdown
from gemini_nb.answers.segment_plain import segment_plain, visible

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Reply

INTERRUPTED: Final = Notice("Interrupted.", "The answer ends where you stopped it.")
CANCELLED: Final = Notice("Cancelled.", "The program did not wait for the rest.")


def ending(reply: Reply, stopped: Notice | None = None) -> tuple[str, str] | None:
    """The ending of an answer as Markdown and as plain text; None where nothing is to be said.

    Args:
        reply: all that came.
        stopped: why its stream was left before the end, if it was.

    Example:
        >>> from gemini_nb.answers.growing import whole
        >>> ending(whole("All is well.")) is None
        True
        >>> ending(whole("Half of"), INTERRUPTED)[1]
        'Interrupted. The answer ends where you stopped it.'
    """
    markdown: list[str] = []
    plain: list[str] = []
    for candidate in reply.candidates:
        markdown += [*map(segment_markdown, candidate.lookups), sources_markdown(candidate.sources)]
        plain += [*map(segment_plain, candidate.lookups), sources_plain(candidate.sources)]
    notices = [*map(candidate_notice, reply.candidates), *reply_notices(reply, stopped)]
    for notice in notices:
        if notice is not None:
            markdown.append(notice_markdown(notice))
            plain.append(str(notice))
    if not any(plain):
        return None
    return _joined(markdown), visible(_joined(plain))


def _joined(parts: list[str]) -> str:
    return "\n\n".join(part.strip("\n") for part in parts if part.strip())
