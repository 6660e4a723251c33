"""What tokens cost, where a price is known."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from gemini_nb.catalog import Price
    from gemini_nb.tokens.usage import Usage

_SMALLEST: Final = 0.000_01  # dollars that are worth a number


def cost_of(usage: Usage, price: Price) -> float | None:
    """What one call costs that used `usage`, in US dollars; None if a rate of it is not known.

    Cached input has its own rate, results of tools are charged as input, thoughts as output. The
    length of the prompt decides about the rates, so add costs of calls, not their usages.
    Searches, stored caches and free allowances are not in it.

    Example:
        >>> from gemini_nb.catalog import Price
        >>> from gemini_nb.tokens.usage import Usage
        >>> usage = Usage(prompt=2_000_000, cached=1_000_000, output=100_000, total=2_100_000)
        >>> cost_of(usage, Price(input=1.0, output=10.0, cached=0.1))
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
    return math.fsum(charges) / 1_000_000  # rates are for a million


def money(dollars: float | None) -> str:
    """An amount, in two figures at least; "" for none.

    Example:
        >>> money(0.00213), money(0.0472), money(12.5), money(0.000001)
        ('≈ $0.0021', '≈ $0.047', '≈ $12.50', '< $0.00001')
    """
    if not dollars:
        return ""
    if dollars < _SMALLEST:
        return f"< ${_SMALLEST:.5f}"
    decimals = max(2, 1 - math.floor(math.log10(dollars)))
    return f"≈ ${dollars:,.{decimals}f}"
