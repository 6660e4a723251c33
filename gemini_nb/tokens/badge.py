"""`badge()`: what calls took in tokens, and what they cost."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from gemini_nb.errors import InvalidOptionError
from gemini_nb.fields import elements, field
from gemini_nb.tokens.sources import badge_of, before_sending, is_client
from gemini_nb.tokens.token_badge import TokenBadge

if TYPE_CHECKING:
    from gemini_nb.catalog import Price

__all__ = ["TokenBadge", "badge"]


def badge(
    *sources: object,
    model: str | None = None,
    price: Price | None = None,
    timing: bool = False,
) -> TokenBadge:
    """A `TokenBadge`: what calls took in tokens; it shows itself as the last line of a cell.

    It names the model that answered, and says so first when it was not Gemini. Counts that no
    tokenizer of Gemini's made look like estimates. The share is that of the model's context
    window. A cost is shown where `catalog.PRICES` has a price, with the date of the price; correct
    or add one for all badges by `gnb.catalog.PRICES[model] = gnb.catalog.Price(...)`.

    Args:
        sources: responses, answers of `gnb.stream`, interactions, results of `count_tokens` or
            `embed_content`, usages of any of these; several are added up. A list stands for the
            chunks of one stream, whose last counts are those of all of it. A chat keeps no
            counts: its badge counts what its next turn will send again, which is not what its
            turns took. A client and something to send, `badge(client, contents)`, are counted by
            the client's `count_tokens`.
        model: the model to count for, before sending; or who answered, where nothing tells.
        price: what the tokens cost, in place of the one in `catalog.PRICES`.
        timing: whether to say how long it took, for an answer of `gnb.stream`. By default not, so
            that a notebook that is run again stays the same.

    Raises:
        NotAnAnswerError: something that tells no token counts.
        InvalidOptionError: nothing was given, or a client with anything but contents.

    Example:
        >>> usage = {"promptTokenCount": 1204, "cachedContentTokenCount": 1024,
        ...          "thoughtsTokenCount": 310, "candidatesTokenCount": 482}
        >>> badge({"usageMetadata": usage, "modelVersion": "gemini-3.6-flash"})
        gemini-3.6-flash · 1,204 in (85% cached) · 310 thoughts · 482 out · 0.2% of 1M
    """
    if not sources:
        raise InvalidOptionError("badge() needs something that tells its tokens, as a response.")
    if is_client(sources[0]):
        if len(sources) != 2:  # noqa: PLR2004 - the client and its contents
            message = "With a client, badge() takes what is to be sent: badge(client, contents)."
            raise InvalidOptionError(message)
        return before_sending(*sources, model=model, price=price)
    whole = _without_earlier_chunks(sources)
    return reduce(add, (badge_of(each, model=model, price=price, timing=timing) for each in whole))


def _without_earlier_chunks(sources: tuple[object, ...]) -> list[object]:
    """Of the chunks of one stream only the last, as each tells the counts of all before it."""
    whole: list[object] = []
    for source in sources:
        stream = field(source, "response_id")
        before = whole[-1] if whole else None
        if stream and stream == field(before, "response_id") and _is_unfinished(before):
            whole.pop()
        whole.append(source)
    return whole


def _is_unfinished(source: object) -> bool:
    # The embedded server gives the same id to the same request: an id alone tells no chunk.
    candidates = elements(source, "candidates")
    return bool(candidates) and not any(field(each, "finish_reason") for each in candidates)
