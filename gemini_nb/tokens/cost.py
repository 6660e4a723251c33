"""What tokens cost, where a price is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gemini_nb.catalog import Price
    from gemini_nb.tokens.usage import Usage

_MILLION = 1_000_000
_SMALLEST = 0.000_01  # dollars that are worth a number


@dataclass(frozen=True, slots=True)
class Cost:
    """What one call cost, or several together, as far as tokens go.

    Searches, stored caches and free allowances are not in it.
    """

    dollars: float = 0.0
    prices_of: str = ""
    """ISO date of the prices, the oldest where there are several; "" where it is not known."""
    prices_until: str = ""
    """ISO date of the last day on which they were announced to hold; "" if none was named."""

    def __add__(self, other: Cost) -> Cost:
        """The cost of both."""
        if not isinstance(other, Cost):  # pyright: ignore[reportUnnecessaryIsInstance]
            return NotImplemented
        return Cost(
            self.dollars + other.dollars,
            _earliest(self.prices_of, other.prices_of),
            _earliest(self.prices_until, other.prices_until),
        )

    @property
    def amount(self) -> str:
        """In words, as "≈ $0.0021"; "" for nothing."""
        return money(self.dollars) if self.dollars else ""

    @property
    def prices(self) -> str:
        """Whose prices, as "prices of 2026-08-20"; "" where that is not known."""
        return f"prices of {self.prices_of}" if self.prices_of else ""


def cost_of(usage: Usage, price: Price) -> Cost | None:
    """What one call costs that used `usage`; None if a rate that it takes is not known.

    Cached input has its own rate, results of tools are charged as input, thoughts as output. The
    length of the prompt decides about the rates, so add costs of calls, not their usages.

    Example:
        >>> from gemini_nb.catalog import Price
        >>> from gemini_nb.tokens.usage import Usage
        >>> usage = Usage(prompt=2_000_000, cached=1_000_000, output=100_000, total=2_100_000)
        >>> cost_of(usage, Price(input=1.0, output=10.0, cached=0.1)).dollars
        2.1
    """
    rates = price.rates(usage.prompt)
    if usage.cached and rates.cached is None:
        return None
    charges = (
        (usage.prompt - usage.cached + usage.tool_use) * rates.input,
        usage.cached * (rates.cached or 0.0),
        (usage.output + usage.thoughts) * rates.output,
    )
    return Cost(math.fsum(charges) / _MILLION, price.read_on, price.until)


def _earliest(*dates: str) -> str:
    return min(filter(None, dates), default="")


def money(dollars: float) -> str:
    """An amount, in two figures at least.

    Example:
        >>> money(0.00213), money(0.0472), money(12.5), money(0.000001)
        ('≈ $0.0021', '≈ $0.047', '≈ $12.50', '< $0.00001')
    """
    if dollars < _SMALLEST:
        return f"< ${_SMALLEST:.5f}"
    decimals = max(2, 1 - math.floor(math.log10(dollars)))
    return f"≈ ${dollars:,.{decimals}f}"
