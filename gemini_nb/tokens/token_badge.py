"""A badge as a value, and what it says: a line of words, pills, and a table that opens below."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from gemini_nb.display import SEPARATOR, UNTYPESET, Table, counted, html, words
from gemini_nb.tokens.price import money
from gemini_nb.tokens.usage import Scope, Usage, is_gemini

if TYPE_CHECKING:
    from collections.abc import Iterator

Look = Literal["plain", "name", "warning", "estimate"]

_NOT_GEMINI: Final = "the embedded server of gemini_nb, on this machine: not Gemini"
_ESTIMATE: Final = "an estimate, no count of Gemini's tokenizer"
_PILL: Final = "border:1px solid;border-radius:9px;padding:1px 7px;white-space:nowrap"
_LOOKS: Final[dict[Look, str]] = {
    "plain": "border-color:rgba(127,127,127,.35);background:rgba(127,127,127,.10)",
    "name": "border-color:rgba(127,127,127,.55);background:rgba(127,127,127,.20);font-weight:600",
    "warning": "border-color:rgba(217,119,6,.75);background:rgba(245,158,11,.20);font-weight:600",
    "estimate": "border-color:rgba(127,127,127,.75);border-style:dashed",
}


@dataclass(frozen=True, slots=True, repr=False)
class TokenBadge:
    """What a call took in tokens, or several together; shows itself as one line with details."""

    usage: Usage
    models: tuple[str, ...] = ()
    """Who answered, by their own account; empty where nothing tells."""
    scope: Scope = "answer"
    calls: int = 1
    untold: int = 0
    """How many of the calls told no counts."""
    recorded: tuple[str, ...] = ("",)
    """ISO dates of the recordings that answered; "" for what was not replayed."""
    turns: int = 0
    """Of a conversation: how often the user spoke."""
    window: int | None = None
    """How many tokens the model can take in at once; None where that says nothing."""
    cost: float | None = None
    """US dollars; None where a price is not known, 0 for what the embedded server answered."""
    prices_of: str = ""
    """ISO date of the price, the oldest of several; "" where it is not known."""
    finish: str = ""
    """Why it ended, by the API's name, where that is no ordinary end."""
    seconds: float | None = None
    """From the request to the end; None where the badge is to say the same on every run."""
    first_token_seconds: float | None = None
    """From the request to the first words."""

    def __add__(self, other: TokenBadge) -> TokenBadge:
        """Both together: counts, calls and costs add up; what only one call has is left out."""
        costs = (self.cost, other.cost)
        return TokenBadge(
            usage=self.usage + other.usage,
            models=tuple(dict.fromkeys((*self.models, *other.models))),
            scope=self.scope if self.scope == other.scope else "answer",
            calls=self.calls + other.calls,
            untold=self.untold + other.untold,
            recorded=tuple(dict.fromkeys((*self.recorded, *other.recorded))),
            cost=None if None in costs else sum(cost or 0 for cost in costs),
            prices_of=min(filter(None, (self.prices_of, other.prices_of)), default=""),
        )

    @property
    def text(self) -> str:
        """The badge as one line of plain text."""
        return plain_badge(self)

    @property
    def replay(self) -> str:
        """In words, when it was recorded; "" where nothing was replayed."""
        days = ", ".join(filter(None, self.recorded))
        return "partly " * ("" in self.recorded) + f"replayed, recorded on {days}" if days else ""

    @property
    def html(self) -> str:
        """The badge as pills, with a table that opens at a click."""
        return rich_badge(self)

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": self.text, "text/html": self.html}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that a badge says: in the table, and mostly in the line as well."""

    name: str
    value: str
    note: str = ""
    pill: str = ""
    """How the line says it; "" where only the table does."""
    look: Look = "plain"

    def rich(self) -> str:
        """The words of the line in a pill, with the note for who rests the mouse on it."""
        # Where classes are dropped, a pair of dollars would be a formula.
        shown = html(self.pill).replace("$", "<span>$</span>")
        return f"<span style='{_PILL};{_LOOKS[self.look]}' title='{html(self.note)}'>{shown}</span>"


def plain_badge(badge: TokenBadge) -> str:
    """The whole of a badge in one line."""
    return SEPARATOR.join(words(fact.pill) for fact in _facts(badge) if fact.pill)


def rich_badge(badge: TokenBadge) -> str:
    """The same line as pills, with a table of every count that opens at a click."""
    facts = list(_facts(badge))
    line = SEPARATOR.join(fact.rich() for fact in facts if fact.pill)
    rows = tuple((fact.name, fact.value, fact.note) for fact in facts)
    details = Table("In detail", ("part", "tokens", "note"), rows, numeric=frozenset({"tokens"}))
    return (
        f"<div {UNTYPESET} style='font-size:90%;line-height:2;margin:2px 0'><details>"
        f"<summary style='cursor:pointer'>{line}</summary>{details.rich()}</details></div>"
    )


def who(name: str) -> str:
    """The model that answered, saying so when it was not Gemini.

    Example:
        >>> who("offline/templates"), who("gemini-3.8-flash")
        ('offline/templates, not Gemini', 'gemini-3.8-flash')
    """
    return name if is_gemini(name) else f"{name}, not Gemini"


def percent(part: int, whole: int) -> str:
    """A share in percent: whole percents from 10 on, tenths below.

    Example:
        >>> percent(1, 3), percent(1, 30), percent(1, 3000), percent(0, 5), percent(5, 0)
        ('33%', '3.3%', '<0.1%', '0%', '0%')
    """
    if not part or not whole:
        return "0%"
    share = 100 * part / whole
    if share < 0.1:  # noqa: PLR2004 - it would round to nothing
        return "<0.1%"
    return f"{share:.0f}%" if share >= 10 else f"{share:.1f}%"  # noqa: PLR2004 - two figures


def _facts(badge: TokenBadge) -> Iterator[Fact]:
    for name in sorted(badge.models, key=is_gemini):  # what was not Gemini comes first
        note, look = ("", "name") if is_gemini(name) else (_NOT_GEMINI, "warning")
        yield Fact("answered by", name, note, who(name), look)
    if badge.calls > 1:
        yield Fact("calls", f"{badge.calls:,}", "added up", f"{badge.calls:,} calls")
    if badge.replay:
        yield Fact("replayed", "", "replaying costs nothing", badge.replay, "name")
    if badge.scope == "conversation":
        yield Fact("turns", f"{badge.turns:,}", "each further turn sends all of it again")
    if badge.untold < badge.calls:
        yield from _counts(badge)
    if badge.untold:
        some, is_all = f"{badge.untold:,} of them told no counts", badge.untold == badge.calls
        pill = "no token counts told" if is_all else some
        yield Fact("untold", f"{badge.untold:,}", "told no token counts", pill, "warning")
    yield from _cost(badge)
    yield from _timing(badge)
    if badge.finish:
        pill = f"ended by {badge.finish}"
        yield Fact("ended by", badge.finish, "it did not end of itself", pill, "warning")


def _counts(badge: TokenBadge) -> Iterator[Fact]:
    usage, window = badge.usage, badge.window
    so_far = f"in {counted(badge.turns, 'turn')} so far"
    sent = {"prompt": "to send", "conversation": so_far}.get(badge.scope, "in")
    cached = percent(usage.cached, usage.prompt)
    amounts = (
        ("prompt", usage.prompt, "", f"{sent} ({cached} cached)" if usage.cached else sent),
        ("cached", usage.cached, f"{cached} of the prompt", ""),
        ("tool_use", usage.tool_use, "put into the prompt by the API's own tools", "from tools"),
        ("thoughts", usage.thoughts, "charged as output", "thoughts"),
        ("output", usage.output, "", "out" if badge.scope == "answer" else ""),
    )
    facts: list[Fact] = []
    for name, count, note, kind in amounts:
        if count or name == "prompt" or kind == "out":
            shown = usage.shown(count)
            made_of = [f"{each} {part:,}" for what, each, part in usage.modalities if what == name]
            pill = f"{shown} {kind}" if kind else ""
            notes = ", ".join(filter(None, (note, *made_of)))
            facts.append(Fact(name.replace("_", " "), shown, notes, pill))
    if usage.is_estimate:
        facts = [replace(fact, note=fact.note or _ESTIMATE, look="estimate") for fact in facts]
        said = f"{facts[-1].pill} (estimate{'s' * (len(facts) > 1)})"
        facts[-1] = replace(facts[-1], pill=said)
    yield from facts
    share = percent(usage.total, window or 0)
    filled = f"{share} of the {window:,} the model takes" if window else ""
    thousands = (window or 0) // 1_000
    size = f"{thousands // 1_000}M" if thousands >= 1_000 else f"{thousands}k"  # noqa: PLR2004
    pill = f"{share} of {size}" if window and not badge.untold else ""
    yield Fact("total", usage.shown(usage.total), filled, pill)


def _cost(badge: TokenBadge) -> Iterator[Fact]:
    amount = money(badge.cost)
    if badge.models and not any(map(is_gemini, badge.models)):
        yield Fact("cost", "none", "answered on this machine")
    elif amount:
        prices = f"prices of {badge.prices_of}" if badge.prices_of else "at the price given"
        said = f"{amount} to send" if badge.scope == "prompt" else amount
        said += " when recorded" * ("" not in badge.recorded)
        pill = f"{said} ({prices})" if badge.prices_of else said
        yield Fact("cost", amount, f"{prices}, without searches and stored caches", pill)
    elif badge.models:
        yield Fact("cost", "not known", "no price is known for this")


def _timing(badge: TokenBadge) -> Iterator[Fact]:
    seconds, first = badge.seconds, badge.first_token_seconds
    if seconds is None:
        return
    pill = f"{seconds:.1f} s" if first is None else f"{seconds:.1f} s (first {first:.1f} s)"
    yield Fact("time", f"{seconds:.1f} s", "from the request to the end", pill)
    if first is not None and seconds > first:
        speed = f"{(badge.usage.output + badge.usage.thoughts) / (seconds - first):,.0f} tokens/s"
        yield Fact("speed", speed, "from the first words on, with thoughts", speed)
