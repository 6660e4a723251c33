"""From whatever tells its tokens to a badge."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from gemini_nb import catalog
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.fields import elements, field, name_of
from gemini_nb.tokens.cost import Cost, cost_of
from gemini_nb.tokens.origin import answered_by, is_gemini
from gemini_nb.tokens.token_badge import Scope, TokenBadge
from gemini_nb.tokens.usage import Usage, usage_of

if TYPE_CHECKING:
    from gemini_nb.catalog import Price

_ORDINARY = ("", "STOP", "FINISH_REASON_UNSPECIFIED", "completed", "requires_action")
_UNFINISHED = ("in_progress", "queued")
_ANSWER_FIELDS = ("candidates", "steps", "embeddings", "finish_reason", "prompt_feedback")


def badge_of(
    source: object, *, model: str | None = None, price: Price | None = None, timing: bool = False
) -> TokenBadge:
    """The badge of one source; parameters and errors as those of `badge`."""
    if isinstance(source, TokenBadge):
        return source
    if callable(field(source, "get_history")):
        return _conversation(source, model=model, price=price)
    usage, name = usage_of(source), answered_by(source) or catalog.bare_id(model or "")
    if usage is None and not _is_answer(source):
        raise NotAnAnswerError(
            f"badge() found no token counts in {_described(source)}. It takes a response, an "
            "answer of gnb.stream(), an interaction, a chat, a result of count_tokens, the usage "
            "of any of these, the list of a stream's chunks; or a client and what is to be sent: "
            "badge(client, contents, model=...)."
        )
    if usage is not None and name and not is_gemini(name):
        usage = replace(usage, is_estimate=True)
    seconds, first = field(source, "seconds"), field(source, "first_token_seconds")
    return TokenBadge(
        usage=usage or Usage(),
        models=(name,) if name else (),
        scope=_scope(source),
        untold=int(usage is None),
        window=_window(name),
        cost=None if usage is None else _cost(usage, name, price),
        finish=_finish(source),
        seconds=seconds if timing else None,
        first_token_seconds=first if timing else None,
    )


def before_sending(
    client: object, contents: object, *, model: str | None = None, price: Price | None = None
) -> TokenBadge:
    """The badge of what is to be sent, as the client's own `count_tokens` counts it."""
    asked = catalog.bare_id(model or catalog.default("text").id)
    told = cast("Any", client).models.count_tokens(model=asked, contents=contents)
    return _prompt(told, "prompt", asked, price)


def is_client(source: object) -> bool:
    """Whether `source` is a client of the SDK's, and not an asynchronous one."""
    count_tokens = field(field(source, "models"), "count_tokens")
    return callable(count_tokens) and not inspect.iscoroutinefunction(count_tokens)


def _conversation(chat: Any, *, model: str | None, price: Price | None) -> TokenBadge:  # noqa: ANN401 - the SDK's Chat
    # The SDK's chats keep no usage. What can be told is how much the next turn sends again; the
    # chat has no public name for its own client.
    history: list[Any] = chat.get_history(curated=True)
    turns = sum(field(content, "role") == "user" for content in history)
    models, asked = field(chat, "_modules"), model or field(chat, "_model")
    count_tokens = field(models, "count_tokens")
    if not callable(count_tokens) or inspect.iscoroutinefunction(count_tokens):
        raise NotAnAnswerError(
            f"badge() can't count for this {type(chat).__name__}: await client.aio.models."
            "count_tokens(model=..., contents=chat.get_history()) and pass the result."
        )
    asked = catalog.bare_id(str(asked))
    told = count_tokens(model=asked, contents=history) if history else Usage()
    return _prompt(told, "conversation", asked, price, turns)


def _prompt(
    told: object, scope: Scope, asked: str, price: Price | None, turns: int = 0
) -> TokenBadge:
    usage, name = usage_of(told) or Usage(), answered_by(told) or asked
    return TokenBadge(
        usage=usage,
        models=(name,),
        scope=scope,
        turns=turns,
        window=_window(asked),
        cost=_cost(usage, name, price) if scope == "prompt" else None,
    )


def _cost(usage: Usage, name: str, price: Price | None) -> Cost | None:
    if name and not is_gemini(name):
        return Cost()
    known = price or catalog.find_price(name)
    return None if known is None else cost_of(usage, known)


def _window(name: str) -> int | None:
    known = catalog.find(name)
    return None if known is None else known.input_token_limit


def _scope(source: object) -> Scope:
    if elements(source, "embeddings") or field(source, "embedding") is not None:
        return "embedding"
    is_count = field(source, "total_tokens") is not None
    has_answer = field(source, "total_output_tokens") is not None
    return "prompt" if is_count and not has_answer else "answer"


def _is_answer(source: object) -> bool:
    if isinstance(source, list | tuple):
        return any(map(_is_answer, cast("list[object]", source)))
    told = field(source, "interaction") or source
    return any(field(told, name) is not None for name in _ANSWER_FIELDS)


def _finish(source: object) -> str:
    if isinstance(source, list | tuple):
        ends = [_finish(chunk) for chunk in cast("list[object]", source)]
        return next((end for end in reversed(ends) if end), "")
    told = field(source, "interaction") or source
    blocked = name_of(field(field(told, "prompt_feedback"), "block_reason"))
    first = next(iter(elements(told, "candidates")), None)
    ended = name_of(field(first, "finish_reason") or field(told, "finish_reason"))
    status = field(told, "status")
    reason = blocked or ended or (status if isinstance(status, str) else "")
    return "" if reason in (*_ORDINARY, *_UNFINISHED) else reason


def _described(source: object) -> str:
    kind = type(source)
    return f"this {kind.__module__}.{kind.__qualname__}".replace("this builtins.", "this ")
