"""What a badge says, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gemini_nb.tokens.origin import is_gemini
from gemini_nb.tokens.pills import SEPARATOR
from gemini_nb.tokens.wording import count, percent, share, who

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.tokens.pills import Look
    from gemini_nb.tokens.token_badge import TokenBadge

_NOT_GEMINI = "Answered by the embedded server of gemini_nb, on this machine: not by Gemini."
_ESTIMATES = "No count of Gemini's tokenizer, but an estimate: about 4 characters a token."


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of a badge."""

    words: str
    look: Look = "plain"
    title: str = ""
    """An explanation for who rests the mouse on it."""


def headline(badge: TokenBadge) -> str:
    """The whole of it in one line."""
    return SEPARATOR.join(piece.words for piece in pieces(badge))


def pieces(badge: TokenBadge) -> list[Piece]:
    """The words of `badge` in their order."""
    told = [*_origin(badge), *_counts(badge), *_shares(badge), *_timing(badge)]
    if badge.finish:
        told.append(Piece(f"ended by {badge.finish}", "warning", "It did not end of itself."))
    return told


def _origin(badge: TokenBadge) -> Iterator[Piece]:
    # What was not answered by Gemini comes first.
    for name in sorted(badge.models, key=is_gemini):
        if is_gemini(name):
            yield Piece(name, "name", "The model that answered, as the answer names it.")
        else:
            yield Piece(who(name), "warning", _NOT_GEMINI)
    if badge.calls > 1:
        yield Piece(f"{badge.calls:,} calls", "plain", "Added up.")


def _counts(badge: TokenBadge) -> Iterator[Piece]:
    if badge.untold < badge.calls:
        estimated = badge.usage.is_estimate
        look: Look = "estimate" if estimated else "plain"
        told = [
            (f"{count(tokens, is_estimate=estimated)} {words}", title)
            for tokens, words, title in _amounts(badge)
        ]
        for number, (words, title) in enumerate(told, 1):
            is_last = estimated and number == len(told)
            note = f" (estimate{'s' * (len(told) > 1)})" if is_last else ""
            yield Piece(words + note, look, _ESTIMATES if estimated else title)
    if badge.untold:
        whole = badge.untold == badge.calls
        words = "no token counts told" if whole else f"{badge.untold:,} of them told no counts"
        yield Piece(words, "warning", "The answer itself says how many tokens it took, or nothing.")


def _amounts(badge: TokenBadge) -> Iterator[tuple[int, str, str]]:
    usage = badge.usage
    words = {"prompt": "to send", "conversation": _turns(badge.turns)}.get(badge.scope, "in")
    cached = f" ({percent(usage.cached, usage.prompt)} cached)" if usage.cached else ""
    reused = f"{usage.cached:,} of them from cached content." if usage.cached else ""
    yield usage.prompt, words + cached, f"Tokens that were sent. {reused}".strip()
    if usage.tool_use:
        yield usage.tool_use, "from tools", "What the API's own tools put into the prompt."
    if usage.thoughts:
        yield usage.thoughts, "thoughts", "Tokens of thought are charged as output."
    if badge.scope == "answer":
        yield usage.output, "out", "Tokens of the answer, all candidates together."


def _turns(turns: int) -> str:
    return f"in {turns:,} turn{'s' * (turns != 1)} so far"


def _shares(badge: TokenBadge) -> Iterator[Piece]:
    if badge.window and not badge.untold:
        words = share(badge.usage.total, badge.window)
        title = f"Of the {badge.window:,} tokens that the model can take in at once."
        yield Piece(words, "plain", title)
    cost = badge.cost
    if cost is not None and cost.amount:
        purpose = " to send" if badge.scope == "prompt" else ""
        prices = f" ({cost.prices})" if cost.prices else ""
        title = "At list prices. Searches, stored caches and free allowances are not in it."
        yield Piece(f"{cost.amount}{purpose}{prices}", "plain", title)


def _timing(badge: TokenBadge) -> Iterator[Piece]:
    if badge.seconds is None:
        return
    first = badge.first_token_seconds
    waited = "" if first is None else f" (first {first:.1f} s)"
    yield Piece(f"{badge.seconds:.1f} s{waited}", "plain", "From the request to the end.")
    if (speed := badge.tokens_per_second) is not None:
        yield Piece(f"{speed:,.0f} tokens/s", "plain", "From the first words on, with thoughts.")
