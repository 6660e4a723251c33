"""The table of a meter: calls and tokens by model."""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from operator import add
from typing import TYPE_CHECKING

from gemini_nb.tokens.pills import bar, cell, frame, note, table
from gemini_nb.tokens.token_badge import TokenBadge
from gemini_nb.tokens.usage import Usage
from gemini_nb.tokens.wording import count, percent, who

if TYPE_CHECKING:
    from collections.abc import Iterator

_COLUMNS = ("calls", "in", "cached", "from tools", "thoughts", "out", "total", "cost")
_OPTIONAL = ("cached", "from tools", "thoughts", "cost")


def _calls(number: int) -> str:
    return f"{number:,} call{'s' * (number != 1)}"


@dataclass(frozen=True, slots=True)
class MeterRow:
    """What the calls to one model took."""

    model: str
    badge: TokenBadge

    @property
    def name(self) -> str:
        """The model in words."""
        return who(self.model) if self.model else "unknown"

    def cells(self) -> dict[str, str]:
        """The numbers in words, by column; "" for nothing."""
        usage = self.badge.usage
        counts = {
            "in": usage.prompt,
            "cached": usage.cached,
            "from tools": usage.tool_use,
            "thoughts": usage.thoughts,
            "out": usage.output,
            "total": usage.total,
        }
        words = {
            name: count(tokens, is_estimate=usage.is_estimate) if tokens else ""
            for name, tokens in counts.items()
        }
        cost = self.badge.cost.amount if self.badge.cost else ""
        return {"calls": f"{self.badge.calls:,}", **words, "cost": cost}


@dataclass(frozen=True, slots=True, repr=False)
class MeterReading:
    """What a meter has counted up to a moment; shows itself as a table."""

    rows: tuple[MeterRow, ...] = ()
    free_calls: int = 0
    """How many calls were `count_tokens`."""
    failed_calls: int = 0
    hides_calls: bool = False
    """Whether the SDK made calls that it tells nothing of."""
    budget: int | None = None

    @property
    def total(self) -> TokenBadge:
        """All calls together."""
        empty = TokenBadge(Usage(), calls=0)
        return reduce(add, (row.badge for row in self.rows)) if self.rows else empty

    @property
    def budget_line(self) -> str:
        """How much of the budget is used, in words; "" without one."""
        if self.budget is None:
            return ""
        used = self.total.usage
        shown = count(used.total, is_estimate=used.is_estimate)
        over = ": the budget is spent" if used.total >= self.budget else ""
        share = percent(used.total, self.budget)
        return f"{shown} tokens of a budget of {self.budget:,} are used ({share}){over}"

    @property
    def notes(self) -> tuple[str, ...]:
        """What the numbers leave out, a sentence each."""
        return tuple(self._notes())

    @property
    def text(self) -> str:
        """The table in plain text, numbers below each other."""
        if not self.rows:
            return "\n".join(filter(None, ("no calls yet", self.budget_line)))
        columns = self._columns()
        lines = [("model", *columns)]
        lines += [(row.name, *map(row.cells().get, columns)) for row in self._all_rows()]
        widths = [max(len(line[number] or "") for line in lines) for number in range(len(lines[0]))]
        shown = [
            "  ".join(
                (word or "").rjust(width) if number else (word or "").ljust(width)
                for number, (word, width) in enumerate(zip(line, widths, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([*shown, *self.notes])

    @property
    def html(self) -> str:
        """The same as an HTML table, with a thin bar for each model's part."""
        if not self.rows:
            return frame("".join(map(note, self.text.splitlines())))
        columns, total = self._columns(), self.total.usage.total
        head = [cell("model", "heading"), *(cell(name, "heading of numbers") for name in columns)]
        lines = ["".join(head)]
        for number, row in enumerate(self._all_rows()):
            is_sum = number == len(self.rows)
            words = row.cells()
            numbers = [cell(words[name], "number", is_sum=is_sum) for name in columns]
            part = "" if is_sum or len(self.rows) == 1 else bar(row.badge.usage.total, total)
            lines.append("".join([cell(row.name, is_sum=is_sum), *numbers, part]))
        return frame(table(lines) + "".join(map(note, self.notes)))

    def _columns(self) -> list[str]:
        shown = [row.cells() for row in self.rows]
        used = {name for words in shown for name, word in words.items() if word}
        return [name for name in _COLUMNS if name in used or name not in _OPTIONAL]

    def _all_rows(self) -> list[MeterRow]:
        return [*self.rows, MeterRow("total", self.total)] if len(self.rows) > 1 else [*self.rows]

    def _notes(self) -> Iterator[str]:
        if self.free_calls:
            yield f"{_calls(self.free_calls)} of count_tokens, which takes no tokens"
        if self.failed_calls:
            yield f"{_calls(self.failed_calls)} failed"
        if self.total.untold:
            yield f"{_calls(self.total.untold)} told no token counts"
        if self.hides_calls:
            yield "more than this: the SDK called functions by itself and told only the last counts"
        if self.total.cost is not None and self.total.cost.prices:
            yield f"{self.total.cost.prices}, without searches and stored caches"
        if self.budget is not None:
            yield self.budget_line

    def to_bundle(self) -> dict[str, str]:
        """What a notebook shows, by MIME type."""
        return {"text/plain": self.text, "text/html": self.html}

    def __repr__(self) -> str:
        return self.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.to_bundle()
