"""Which colours stand for which cosines: fitted to what is shown, and what lies outside."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float32]

LEVELS: Final = 64
"""Steps of colour: more can't be told apart, and make a picture of many cells heavy."""

_HUNDREDTH: Final = 0.01
_ROUNDING: Final = 1e-4  # of a hundredth, that is: what float32 may be off by
_NARROW: Final = 0.1
_FEW: Final = 45  # pairs, of ten items: below, the range is that of all
_ENDS: Final = (1, 99)  # percentiles


class CosineScale(NamedTuple):
    """A range of cosines with a colour for each, by step; what lies outside takes the end's."""

    low: float
    high: float
    is_diverging: bool = False
    """Whether 0 is the middle, and so a colour of its own: for centred vectors."""

    @property
    def colour_map(self) -> str:
        """Its name, as matplotlib calls it. Both are safe for the colour-blind."""
        return "RdBu_r" if self.is_diverging else "viridis"

    @property
    def decimals(self) -> int:
        """How many tell the steps of a legend apart."""
        return 2 if self.high - self.low >= _NARROW else 3

    def levels(self, values: Values) -> NDArray[np.uint8]:
        """The step of each value, from 0; of a value that is none, 0."""
        share = (np.nan_to_num(values, nan=self.low) - self.low) / (self.high - self.low)
        return np.clip(share * LEVELS, 0, LEVELS - 1).astype(np.uint8)

    def outside(self, values: Values) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Which values lie below, and which above."""
        rounding = _ROUNDING * _HUNDREDTH
        return values < self.low - rounding, values > self.high + rounding


def fitted_scale(
    values: Values, value_range: tuple[float, float] | None = None, *, is_diverging: bool = False
) -> CosineScale:
    """The scale that spreads its colours over `values`, from hundredth to hundredth.

    It reaches from the 1st to the 99th percentile, of fewer than 45 values over all of them. One
    that is diverging is symmetric about 0.

    Args:
        values: the cosines of pairs, without those of items with themselves.
        value_range: lowest and highest cosine, instead.
        is_diverging: whether 0 has a meaning, as it has for centred vectors. Where `value_range`
            does not have it in the middle, no colour can stand for it, and the scale runs one way.

    Raises:
        EmbeddingError: `value_range` is none.

    Example:
        >>> fitted_scale(np.float32([0.413, 0.5, 0.779]))
        CosineScale(low=0.41, high=0.78, is_diverging=False)
    """
    if value_range is not None:
        low, high = _range(value_range)
        return CosineScale(low, high, is_diverging and low == -high)
    ends = (0, 100) if len(values) < _FEW else _ENDS
    low, high = map(float, np.percentile(values, ends))
    if is_diverging:
        most = max(_up(max(-low, high)), _HUNDREDTH)
        return CosineScale(-most, most, is_diverging)
    low, high = -_up(-low), _up(high)
    if high - low < _HUNDREDTH / 2:  # all alike
        low, high = (low - _HUNDREDTH, high) if low > 0 else (low, high + _HUNDREDTH)
    return CosineScale(round(low, 2), round(high, 2))


def _range(told: tuple[float, float]) -> tuple[float, float]:
    try:
        low, high = map(float, told)
    except (TypeError, ValueError):
        low = high = math.nan
    if not -math.inf < low < high < math.inf:
        raise EmbeddingError(
            f"value_range={told!r} is no range; pass the lowest and the highest cosine, as "
            "(0.3, 0.9)."
        )
    return low, high


def _up(value: float) -> float:
    """The hundredth at or above `value`."""
    return round(math.ceil(value / _HUNDREDTH - 100 * _ROUNDING) * _HUNDREDTH, 2)
