"""`badge()`: what calls took in tokens, and what they cost."""

from __future__ import annotations

import inspect
import math
import re
from dataclasses import replace
from datetime import date
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, Any, Final

from gemini_nb import catalog
from gemini_nb.display import SEPARATOR, counted, words
from gemini_nb.errors import InvalidOptionError, NotAnAnswerError
from gemini_nb.tokens.price import cost_of
from gemini_nb.tokens.token_badge import TokenBadge, who
from gemini_nb.tokens.usage import Told, Usage, is_gemini, told_by

if TYPE_CHECKING:
    from gemini_nb.catalog import Price

_ISO_DATE: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", re.ASCII)


def badge(
    *sources: object,
    model: str = "",
    price: Price | None = None,
    on: str = "",
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
        on: ISO date of the calls, as prices change; by default today, or their recording's.
        timing: whether to say how long it took, for an answer of `gnb.stream`. By default not, so
            that a notebook that is run again stays the same.

    Raises:
        NotAnAnswerError: something that tells no token counts.
        InvalidOptionError: nothing was given, a client without one thing to send, no ISO date.

    Example:
        >>> usage = {"promptTokenCount": 1204, "candidatesTokenCount": 482}
        >>> badge({"usageMetadata": usage, "modelVersion": "gemini-3.8-flash"}, on="2026-11-29")
        gemini-3.8-flash · 1,204 in · 482 out · 0.2% of 1M · ≈ $0.0027 (prices of 2026-10-14)
    """
    if not sources:
        raise InvalidOptionError("badge() needs something that tells its tokens, as a response.")
    if on and not _ISO_DATE.fullmatch(on):
        raise InvalidOptionError(f'on must be an ISO date, as "2026-11-29", not {on!r}.')
    if (models := _counting(getattr(sources[0], "models", None))) is not None:
        if len(sources) != 2:  # noqa: PLR2004 - the client and its contents
            raise InvalidOptionError("Beside a client, give what to send: badge(client, contents).")
        asked = catalog.bare_id(model or catalog.default("text").id)
        told = told_by(models.count_tokens(model=asked, contents=sources[1]))
        return replace(badge_of(told, asked, price, on), window=_window(asked))
    known = [
        _badge_of(source, model, price, on, timing=timing)
        for source, following in zip(sources, (*sources[1:], None), strict=True)
        if not _goes_on(source, following)
    ]
    return reduce(add, known)


def badge_of(told: Told, model: str = "", price: Price | None = None, on: str = "") -> TokenBadge:
    """The badge of what one call told; parameters as those of `badge`."""
    name, usage = told.model or catalog.bare_id(model), told.usage
    if usage is None or not is_gemini(name):
        usage, price = usage and replace(usage, is_estimate=True), None
    else:
        on = on or told.recorded or date.today().isoformat()  # noqa: DTZ011 - the reader's own day
        price = price.on(on) if price else catalog.find_price(name, on)
    return TokenBadge(
        usage=usage or Usage(),
        models=(name,) if name else (),
        scope=told.scope,
        untold=int(usage is None),
        recorded=(told.recorded,),
        window=_window(name),
        cost=cost_of(usage, price) if usage and price else None if is_gemini(name) else 0.0,
        prices_of=price.read_on if price else "",
        finish=told.finish,
    )


def running_line(
    model: str, characters: int, seconds: float | None = None, usage: Usage | None = None
) -> str:
    """What an answer took so far, in a line of plain text.

    Args:
        model: who answers, as `answered_by` tells it; "" if that is not known yet.
        characters: how many have arrived; counted as a token for 4 until `usage` is told.
        seconds: since the request was sent; None to leave the time out.
        usage: the last one told. Gemini's is cumulative, so it counts up by itself.

    Example:
        >>> running_line("", 1247)
        '≈ 312 tokens so far'
        >>> running_line("gemini-3.8-flash", 90, 2.31, Usage(prompt=8, output=23, total=31))
        'gemini-3.8-flash · 8 in · 23 out so far · 2 s'
    """
    if usage is None:
        told = [words(who(model)), f"≈ {counted(math.ceil(characters / 4), 'token')} so far"]
    else:
        told = [TokenBadge(usage, (model,) if model else ()).text + " so far"]
    waited = "" if seconds is None else f"{seconds:.0f} s"
    return SEPARATOR.join(filter(None, (*told, waited)))


def _badge_of(
    source: object, model: str, price: Price | None, on: str, *, timing: bool
) -> TokenBadge:
    if isinstance(source, TokenBadge):
        return source
    if callable(getattr(source, "get_history", None)):
        return _conversation(source, model)
    told = told_by(source)
    if told.usage is None and not told.is_call:
        raise NotAnAnswerError(
            f"badge() found no token counts in this {type(source).__name__}. It takes an answer, "
            "the list of a stream's chunks, a chat, a result of count_tokens, the usage of any of "
            "these; or a client and what is to be sent: badge(client, contents, model=...)."
        )
    times = ("seconds", "first_token_seconds") if timing else ()
    return replace(badge_of(told, model, price, on), **{n: getattr(source, n, None) for n in times})


def _conversation(chat: Any, model: str) -> TokenBadge:  # noqa: ANN401 - the SDK's Chat
    # The SDK's chats keep no usage. What can be told is how much the next turn sends again; the
    # chat has no public name for its own client.
    models, asked = _counting(getattr(chat, "_modules", None)), model or getattr(chat, "_model", "")
    if models is None:
        raise NotAnAnswerError(
            f"badge() can't count for this {type(chat).__name__}: await client.aio.models."
            "count_tokens(model=..., contents=chat.get_history()) and pass the result."
        )
    history: list[Any] = chat.get_history(curated=True)
    told = told_by(models.count_tokens(model=asked, contents=history)) if history else Told(Usage())
    shown = badge_of(replace(told, scope="conversation"), asked)
    turns = sum(content.role == "user" for content in history)
    return replace(shown, turns=turns, window=_window(asked), cost=None)


def _counting(models: Any) -> Any:  # noqa: ANN401 - the SDK's Models, of a client or a chat
    count = getattr(models, "count_tokens", None)
    return models if callable(count) and not inspect.iscoroutinefunction(count) else None


def _goes_on(chunk: object, following: object) -> bool:
    """Whether the next chunk of the same stream tells the counts of both."""
    candidates: list[Any] = getattr(chunk, "candidates", None) or []
    stream = getattr(chunk, "response_id", None)
    # The embedded server gives the same id to the same request: an id alone tells no chunk.
    is_open = bool(candidates) and not any(each.finish_reason for each in candidates)
    return is_open and bool(stream) and stream == getattr(following, "response_id", None)


def _window(name: str) -> int | None:
    return getattr(catalog.find(name), "input_token_limit", None)
