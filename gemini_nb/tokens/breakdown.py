"""The table that opens below a badge: every count, and what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.tokens.origin import is_gemini
from gemini_nb.tokens.pills import cell, table
from gemini_nb.tokens.wording import count, percent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gemini_nb.tokens.pills import CellKind
    from gemini_nb.tokens.token_badge import TokenBadge

Row = tuple[str, str, str]
"""A name, a number, and a note."""


def breakdown(badge: TokenBadge) -> str:
    """The details of `badge` as an HTML table."""
    rows = [*_count_rows(badge), *_other_rows(badge)]
    return table([_row(*row, is_sum=row[0] == "total") for row in rows])


def _row(name: str, number: str, note: str, *, is_sum: bool) -> str:
    kinds: tuple[tuple[str, CellKind], ...] = ((name, "words"), (number, "number"), (note, "note"))
    return "".join(cell(words, kind, is_sum=is_sum) for words, kind in kinds)


def _count_rows(badge: TokenBadge) -> Iterator[Row]:
    usage = badge.usage
    if badge.untold == badge.calls:
        return
    parts = (
        ("prompt", usage.prompt, ""),
        ("cached", usage.cached, f"{percent(usage.cached, usage.prompt)} of the prompt"),
        ("tool use", usage.tool_use, "put into the prompt by the API's own tools"),
        ("thoughts", usage.thoughts, "" if usage.is_estimate else "charged as output"),
        ("output", usage.output, ""),
    )
    for name, tokens, note in parts:
        if tokens or name == "prompt":
            made_of = ", ".join(
                f"{modality} {amount:,}"
                for part, modality, amount in usage.modalities
                if part == name
            )
            shown = count(tokens, is_estimate=usage.is_estimate)
            yield _NAMES.get(name, name), shown, ", ".join(filter(None, (note, made_of)))
    window = badge.window
    filled = f"{percent(usage.total, window)} of the {window:,} the model takes" if window else ""
    yield "total", count(usage.total, is_estimate=usage.is_estimate), filled


_NAMES = {"cached": "of which cached", "tool use": "results of tools"}


def _other_rows(badge: TokenBadge) -> Iterator[Row]:
    if badge.models and not any(map(is_gemini, badge.models)):
        yield "cost", "none", "answered on this machine"
    elif badge.cost is not None and badge.cost.dollars:
        until = f"announced until {badge.cost.prices_until}" if badge.cost.prices_until else ""
        without = "without searches and stored caches"
        notes = (badge.cost.prices or "at the price given", until, without)
        yield "cost", badge.cost.amount, ", ".join(filter(None, notes))
    elif badge.models:
        yield "cost", "not known", "no price is known for this"
    if badge.scope == "conversation":
        yield "turns", f"{badge.turns:,}", "each further turn sends all of it again"
    if badge.calls > 1:
        yield "calls", f"{badge.calls:,}", ""
    if badge.finish:
        yield "ended by", badge.finish, ""
