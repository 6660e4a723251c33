"""What vectors keep and take, in words: shares, correlations, bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gemini_nb.plots.wording import number

if TYPE_CHECKING:
    from gemini_nb.plots.dimensions.truncations import Truncation

_ONE_PER_CENT: Final = 0.01
_KILOBYTE: Final = 1_000
_MEGABYTE: Final = 1_000_000


def percent(share: float) -> str:
    """A share in whole per cent, 100 only if it is all; less than one with a decimal.

    Example:
        >>> percent(0.934), percent(0.999), percent(1), percent(0.005)
        ('93 %', '99 %', '100 %', '0.5 %')
    """
    if 0 < share < _ONE_PER_CENT:
        return f"{100 * share:.1f} %"
    return f"{min(round(100 * share), 99) if share < 1 else 100} %"


def correlation_of(length: Truncation) -> str:
    """The rank correlation that `length` keeps, or that there is none to speak of."""
    if length.correlation is None:
        return "none"
    return number(length.correlation)


def room(size: int) -> str:
    """So many bytes, in words.

    Example:
        >>> room(256_000), room(12_288_000), room(400)
        ('256 kB', '12.3 MB', '400 B')
    """
    if size >= _MEGABYTE:
        return f"{size / _MEGABYTE:.1f} MB"
    return f"{size / _KILOBYTE:.0f} kB" if size >= _KILOBYTE else f"{size} B"
