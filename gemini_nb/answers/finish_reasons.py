"""Why an answer ended, was refused or stands still, in words, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from gemini_nb.answers.surrogates import well_formed


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell beside an answer."""

    heading: str
    """A few words, with their full stop."""
    advice: str
    """What it means and what to do, in a sentence."""

    def __str__(self) -> str:
        return f"{self.heading} {self.advice}"


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
    return _FINISHED.get(reason) or _unheard_of("Ended early.", "reason", reason)


def block_notice(reason: str) -> Notice | None:
    """What is to be told about a refused prompt; None where it was not refused.

    Example:
        >>> print(block_notice("JAILBREAK").heading)
        The prompt was refused.
    """
    if not reason:
        return None
    advice = _REFUSED.get(reason)
    if advice is None:
        return _unheard_of("The prompt was refused.", "reason", reason)
    return Notice("The prompt was refused.", advice)


def status_notice(status: str) -> Notice | None:
    """What is to be told about an interaction's status; None where it is complete.

    Example:
        >>> print(status_notice("requires_action").heading, status_notice("completed"))
        Waits for you. None
    """
    if status in ("", "completed"):
        return None
    return _STATUSES.get(status) or _unheard_of("Not complete.", "status", status)


def _unheard_of(heading: str, what: str, name: str) -> Notice:
    return Notice(
        heading,
        f"The API gave the {what} {well_formed(name)}, which this package does not know; "
        "look it up in the API's reference.",
    )


_REPHRASE = "rephrase the prompt, or leave out what may have triggered it"

_FINISHED = {
    "MAX_TOKENS": Notice(
        "Stopped at the limit.",
        "The answer was cut off; raise max_output_tokens (thoughts count towards it), "
        "or ask the model to go on.",
    ),
    "SAFETY": Notice(
        "Stopped by a safety filter.",
        "The answer was rated as harmful; look at its safety ratings, then rephrase the prompt or "
        "change safety_settings.",
    ),
    "RECITATION": Notice(
        "Stopped for recitation.",
        "The answer came too close to a published text; ask for a summary or for other words.",
    ),
    "LANGUAGE": Notice(
        "Unsupported language.",
        "The model does not answer in this language; ask in one that it supports.",
    ),
    "OTHER": Notice(
        "Stopped without a stated reason.",
        "The API does not say why; try again, and if it stays so, change the prompt.",
    ),
    "BLOCKLIST": Notice(
        "Stopped at a forbidden term.",
        "The answer held a term from a blocklist; " + _REPHRASE + ".",
    ),
    "PROHIBITED_CONTENT": Notice(
        "Stopped as prohibited content.",
        "The usage policy does not allow this answer, and no setting changes that; ask for "
        "something else.",
    ),
    "SPII": Notice(
        "Stopped at personal data.",
        "The answer may hold sensitive personal information; take such data out of the prompt.",
    ),
    "MALFORMED_FUNCTION_CALL": Notice(
        "The function call was invalid.",
        "The model wrote a call that cannot be read; try again, simplify the declaration's "
        "schema, or lower the temperature.",
    ),
    "IMAGE_SAFETY": Notice(
        "The picture was held back.",
        "A safety filter stopped the generated picture; describe another scene.",
    ),
    "IMAGE_PROHIBITED_CONTENT": Notice(
        "The picture was held back.",
        "The usage policy does not allow this picture; ask for something else.",
    ),
    "IMAGE_OTHER": Notice(
        "No picture came.",
        "The API does not say why; try again, and if it stays so, change the description.",
    ),
    "NO_IMAGE": Notice(
        "No picture came.",
        "The model was to make a picture and made none; say plainly that you want one.",
    ),
    "IMAGE_RECITATION": Notice(
        "The picture was held back.",
        "It came too close to a published one; ask for something more of your own.",
    ),
    "UNEXPECTED_TOOL_CALL": Notice(
        "An undeclared tool was called.",
        "The model called a tool that the request does not offer; declare the tool, or tell the "
        "model not to use any.",
    ),
    "TOO_MANY_TOOL_CALLS": Notice(
        "Too many tool calls.",
        "The model called tools over and over; ask for one thing at a time, or offer fewer tools.",
    ),
    "MISSING_THOUGHT_SIGNATURE": Notice(
        "A thought signature is missing.",
        "The history that was sent lacks signatures that came with the model's turns; send its "
        "parts back unchanged, or use a chat, which does so.",
    ),
    "MALFORMED_RESPONSE": Notice(
        "The answer was invalid.",
        "The model wrote something that the API cannot read; try again.",
    ),
    "ESCALATION": Notice(
        "Handed on.",
        "The model passed the request on instead of answering it; try again, or ask another model.",
    ),
    "PUP_LIMITED_DISABLED": Notice(
        "Not allowed for this account.",
        "The API stopped the answer under its policy on prohibited use; check the project's "
        "status in AI Studio.",
    ),
    "CONTINUATION": Notice(
        "To be continued.",
        "The answer comes in several responses; send the continuation token to get the rest, or "
        "let a newer SDK do so.",
    ),
    "MODEL_ARMOR": Notice(
        "Stopped by Model Armor.",
        "A policy of your organisation's Model Armor caught the answer; ask whoever looks after "
        "it, or " + _REPHRASE + ".",
    ),
}

_REFUSED = {
    "SAFETY": "It was rated as harmful; look at the safety ratings in prompt_feedback, then "
    "rephrase it or change safety_settings.",
    "OTHER": "The API does not say why; try again, and if it stays so, rephrase it.",
    "BLOCKLIST": "It holds a term from a blocklist; leave that term out.",
    "PROHIBITED_CONTENT": "The usage policy does not allow it, and no setting changes that; ask "
    "for something else.",
    "IMAGE_SAFETY": "A safety filter stopped one of its pictures or the picture that it asks for; "
    "use another.",
    "MODEL_ARMOR": "A policy of your organisation's Model Armor caught it; ask whoever looks "
    "after it, or rephrase it.",
    "JAILBREAK": "It looks like an attempt to get around the model's rules; ask plainly for what "
    "you need.",
    "BLOCKED_REASON_UNSPECIFIED": "The API does not say why; rephrase it.",
}

_STATUSES = {
    "in_progress": Notice(
        "Not finished.",
        "The interaction was still running; get it again by its id to see the rest.",
    ),
    "queued": Notice(
        "Not started.",
        "The interaction waits for its turn; get it again by its id in a while.",
    ),
    "requires_action": Notice(
        "Waits for you.",
        "The model asks for function calls to be made; send their results with "
        "previous_interaction_id.",
    ),
    "failed": Notice(
        "Failed.",
        "The interaction ended with an error; read what it says, and start it again.",
    ),
    "cancelled": Notice(
        "Cancelled.",
        "Someone stopped the interaction; start it again if that was not meant.",
    ),
    "incomplete": Notice(
        "Incomplete.",
        "The interaction ended before the answer did, mostly at max_output_tokens; raise it, or "
        "ask the model to go on.",
    ),
    "budget_exceeded": Notice(
        "The budget is used up.",
        "The interaction took more than it was allowed; allow more, or ask for less.",
    ),
    "requires_continuation": Notice(
        "To be continued.",
        "The answer comes in several interactions; send the continuation token to get the rest, "
        "or let a newer SDK do so.",
    ),
}
