"""What is to be told beside an answer: why it was refused, ended early, broke off or repeats."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.display import words
from gemini_nb.replies.segments import Text

if TYPE_CHECKING:
    from gemini_nb.replies.reply import Candidate, Reply

_LOOKED_AT: Final = 4_000  # characters at the end of an answer
_LONGEST_UNIT: Final = 200
_MOST_TIMES: Final = 10
_SHORTEST_LOOP: Final = 100  # characters: a rule of dashes or a row of dots is none


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell beside an answer."""

    heading: str
    """A few words, with their full stop."""
    advice: str
    """What it means and what to do, in a sentence."""

    def __str__(self) -> str:
        return f"{self.heading} {self.advice}".strip()


def finish_notice(reason: str) -> Notice | None:
    """What is to be told about a candidate's finish reason; None where all is well.

    Args:
        reason: the API's name for it. One that is not known is told by its name.

    Example:
        >>> print(finish_notice("MAX_TOKENS").heading, finish_notice("STOP"))
        Stopped at the limit. None
        >>> print(finish_notice("BRAND_NEW"))
        Ended early. The API gave the reason BRAND_NEW, which this package does not know; ...
    """
    if reason in ("", "STOP", "FINISH_REASON_UNSPECIFIED"):
        return None
    return _told(_FINISHED.get(reason), "Ended early.", "reason", reason)


def block_notice(reason: str) -> Notice | None:
    """What is to be told about a refused prompt; None where it was not refused.

    Example:
        >>> print(block_notice("JAILBREAK").heading)
        The prompt was refused.
    """
    heading = "The prompt was refused."
    advice = _REFUSED.get(reason)
    known = advice and f"{heading} {advice}"
    return _told(known, heading, "reason", reason) if reason else None


def status_notice(status: str) -> Notice | None:
    """What is to be told about an interaction's status; None where it is complete.

    Example:
        >>> print(status_notice("requires_action").heading, status_notice("completed"))
        Waits for you. None
    """
    if status in ("", "completed"):
        return None
    return _told(_STATUSES.get(status), "Not complete.", "status", status)


def candidate_notices(candidate: Candidate) -> list[Notice]:
    """Why a candidate ended, if that is worth telling, and whether it says the same for ever.

    Example:
        >>> from gemini_nb.replies.reply import Candidate
        >>> candidate_notices(Candidate(finish_reason="STOP"))
        []
    """
    ended = _quoting(finish_notice(candidate.finish_reason), candidate.finish_message)
    return [notice for notice in (ended, loop_notice(candidate.text)) if notice is not None]


def reply_notices(reply: Reply, stopped: Notice | None = None) -> list[Notice]:
    """What is to be told about an answer as a whole.

    Args:
        reply: all that came.
        stopped: why its stream was left before the end, if it was.

    Example:
        >>> from gemini_nb.replies.reply import Reply
        >>> print(reply_notices(Reply(failure="503: Overloaded."))[0])
        The answer broke off. The API says: 503: Overloaded.
    """
    failure = _quoting(Notice("The answer broke off.", ""), reply.failure)
    told = (
        _quoting(block_notice(reply.block_reason), reply.block_message),
        failure if reply.failure else None if reply.is_cut_off else status_notice(reply.status),
        stopped or (_CUT_OFF if reply.is_cut_off else None),
    )
    notices = [notice for notice in told if notice is not None]
    return notices if notices or any(map(_says_something, reply.candidates)) else [_EMPTY]


def loop_notice(text: str) -> Notice | None:
    """What is to be told of a text that ends in the same words again and again; None if none.

    Models can fall into such a loop, mostly until they reach the limit of tokens. A unit of at most
    200 characters counts, if it has a letter and stands there ten times.

    Example:
        >>> print(loop_notice("Well. " + "I am done. " * 400))
        It repeats itself. It ends with "I am done." 400 times. Unless you asked for that, ...
    """
    tail = text[-_LOOKED_AT:].rstrip()
    for length in range(1, _LONGEST_UNIT + 1):
        unit = tail[-length:]
        times = max(_MOST_TIMES, -(-_SHORTEST_LOOP // length))
        if not tail.endswith(unit * times):
            continue
        if not re.search(r"[^\W\d_]", unit):
            return None
        start = len(tail := text.rstrip()) - length
        while start > 0 and tail[start - 1] == tail[start - 1 + length]:
            start -= 1  # as far back as it is the same
        # As a reader would cut it: from the beginning of a word on.
        word = re.search(r"\b\w", tail[start:])
        start += word.start() if word else 0
        said = words(tail[start : start + length].strip())
        times = round((len(tail) - start) / length)
        return Notice(
            "It repeats itself.",
            f'It ends with "{said}" {times:,} times. Unless you asked for that, the model fell '
            "into a loop; ask again in other words, or for less at a time.",
        )
    return None


def _says_something(candidate: Candidate) -> bool:
    blank = all(isinstance(each, Text) and not each.text.strip() for each in candidate.segments)
    return not blank or finish_notice(candidate.finish_reason) is not None


def _quoting(notice: Notice | None, message: str) -> Notice | None:
    if notice is None or not message:
        return notice
    told = f"{notice.advice} The API says: {words(message, 1000)}"
    return Notice(notice.heading, told.strip())


def _told(known: str | None, heading: str, what: str, name: str) -> Notice:
    if known:
        said, _, advice = known.partition(". ")
        return Notice(f"{said}.", advice)
    return Notice(
        heading,
        f"The API gave the {what} {words(name)}, which this package does not know; look it up in "
        "the API's reference.",
    )


_EMPTY: Final = Notice(
    "Nothing came.", "The answer is empty; send the request again, or change it."
)
_CUT_OFF: Final = Notice(
    "Broke off.",
    "The stream ended without a reason, so the answer may lack its end; ask again, or ask the "
    "model to go on.",
)
_REPHRASE: Final = "rephrase the prompt, or leave out what may have triggered it."
_OTHERWISE: Final = "The API does not say why; try again, and if it stays so, change the"

# A heading, up to its full stop, and what it means.
_FINISHED: Final = {
    "MAX_TOKENS": "Stopped at the limit. The answer was cut off; raise max_output_tokens (thoughts "
    "count towards it), or ask the model to go on.",
    "SAFETY": "Stopped by a safety filter. The answer was rated as harmful; look at its safety "
    "ratings, then rephrase the prompt or change safety_settings.",
    "RECITATION": "Stopped for recitation. The answer came too close to a published text; ask for "
    "a summary or for other words.",
    "LANGUAGE": "Unsupported language. The model does not answer in it; ask in one that it knows.",
    "OTHER": f"Stopped without a stated reason. {_OTHERWISE} prompt.",
    "BLOCKLIST": f"Stopped at a forbidden term. It stands on a blocklist; {_REPHRASE}",
    "PROHIBITED_CONTENT": "Stopped as prohibited content. The usage policy does not allow this "
    "answer, and no setting changes that; ask for something else.",
    "SPII": "Stopped at personal data. The answer may hold sensitive personal information; take "
    "such data out of the prompt.",
    "MALFORMED_FUNCTION_CALL": "The function call was invalid. It can't be read; try again, or "
    "simplify the declaration's schema.",
    "IMAGE_SAFETY": "The picture was held back. A safety filter stopped it; describe another "
    "scene.",
    "IMAGE_PROHIBITED_CONTENT": "The picture was held back. The usage policy does not allow it; "
    "ask for something else.",
    "IMAGE_OTHER": f"No picture came. {_OTHERWISE} description.",
    "NO_IMAGE": "No picture came. The model was to make one; say plainly that you want one.",
    "IMAGE_RECITATION": "The picture was held back. It came too close to a published one; ask for "
    "something more of your own.",
    "UNEXPECTED_TOOL_CALL": "An undeclared tool was called. The request does not offer it; declare "
    "the tool, or tell the model not to use any.",
    "TOO_MANY_TOOL_CALLS": "Too many tool calls. The model called tools over and over; ask for one "
    "thing at a time, or offer fewer tools.",
    "MISSING_THOUGHT_SIGNATURE": "A thought signature is missing. The history lacks signatures "
    "that came with the model's turns; send its parts back unchanged, or use a chat.",
    "MALFORMED_RESPONSE": "The answer was invalid. The API cannot read it; try again.",
    "ESCALATION": "Handed on. The model passed the request on instead of answering it; try again, "
    "or ask another model.",
    "PUP_LIMITED_DISABLED": "Not allowed for this account. The API stopped the answer under its "
    "policy on prohibited use; check the project's status in AI Studio.",
    "CONTINUATION": "To be continued. The answer comes in several responses; send the continuation "
    "token to get the rest, or let a newer SDK do so.",
    "MODEL_ARMOR": "Stopped by Model Armor. A policy of your organisation caught the answer; ask "
    f"whoever looks after it, or {_REPHRASE}",
}

_REFUSED: Final = {
    "SAFETY": "It was rated as harmful; look at the safety ratings in prompt_feedback, then "
    "rephrase it or change safety_settings.",
    "OTHER": f"{_OTHERWISE} prompt.",
    "BLOCKLIST": "It holds a term from a blocklist; leave that term out.",
    "PROHIBITED_CONTENT": "The usage policy does not allow it, and no setting changes that; ask "
    "for something else.",
    "IMAGE_SAFETY": "A safety filter stopped one of its pictures or the picture that it asks for; "
    "use another.",
    "MODEL_ARMOR": "A policy of your organisation's Model Armor caught it; ask whoever looks after "
    "it, or rephrase it.",
    "JAILBREAK": "It looks like an attempt to get around the model's rules; ask plainly for what "
    "you need.",
    "BLOCKED_REASON_UNSPECIFIED": "The API does not say why; rephrase it.",
}

_STATUSES: Final = {
    "in_progress": "Not finished. The interaction was still running; get it again by its id.",
    "queued": "Not started. The interaction waits for its turn; get it again by its id in a while.",
    "idle": "Waits for input. The interaction is open and does nothing; send the next input.",
    "requires_action": "Waits for you. The model asks for function calls to be made; send their "
    "results with previous_interaction_id.",
    "failed": "Failed. The interaction ended with an error; read what it says, and start it again.",
    "cancelled": "Cancelled. Someone stopped the interaction; start it again if need be.",
    "incomplete": "Incomplete. The interaction ended before the answer did, mostly at "
    "max_output_tokens; raise it, or ask the model to go on.",
    "budget_exceeded": "The budget is used up. The interaction took more than it was allowed; "
    "allow more, or ask for less.",
    "requires_continuation": "To be continued. The answer comes in several interactions; send the "
    "continuation token to get the rest, or let a newer SDK do so.",
}
