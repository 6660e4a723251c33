"""What is to be told beside an answer: why it was refused, ended early or broke off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.answers.finish_reasons import Notice, block_notice, finish_notice, status_notice
from gemini_nb.answers.segments import Text
from gemini_nb.redaction import redact

if TYPE_CHECKING:
    from gemini_nb.answers.answer import Candidate, Reply

_EMPTY = Notice("Nothing came.", "The answer is empty; send the request again, or change it.")


def candidate_notice(candidate: Candidate) -> Notice | None:
    """Why a candidate ended, if that is worth telling.

    Example:
        >>> from gemini_nb.answers.answer import Candidate
        >>> print(candidate_notice(Candidate(finish_reason="STOP")))
        None
    """
    return _quoting(finish_notice(candidate.finish_reason), candidate.finish_message)


def reply_notices(reply: Reply, stopped: Notice | None = None) -> tuple[Notice, ...]:
    """What is to be told about an answer as a whole.

    Args:
        reply: all that came.
        stopped: why its stream was left before the end, if it was.

    Example:
        >>> from gemini_nb.answers.answer import Reply
        >>> print(reply_notices(Reply(failure="503: Overloaded."))[0])
        The answer broke off. The API says: 503: Overloaded.
    """
    failure = None
    if reply.failure:
        failure = _quoting(Notice("The answer broke off.", ""), reply.failure)
    told = (
        _quoting(block_notice(reply.block_reason), reply.block_message),
        failure,
        None if failure else status_notice(reply.status),
        stopped,
    )
    notices = tuple(notice for notice in told if notice is not None)
    return notices if notices or any(map(_says_something, reply.candidates)) else (_EMPTY,)


def _says_something(candidate: Candidate) -> bool:
    blank = all(isinstance(each, Text) and not each.text.strip() for each in candidate.segments)
    return not blank or finish_notice(candidate.finish_reason) is not None


def _quoting(notice: Notice | None, message: str) -> Notice | None:
    if notice is None or not message:
        return notice
    words = " ".join(redact(message).split())
    return Notice(notice.heading, f"{notice.advice} The API says: {words}".strip())
