"""How much two orders of the same things agree."""

# SciPy leaves what it takes and returns without types.
# pyright: reportUnknownVariableType=false

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def rank_correlation(one: ArrayLike, other: ArrayLike) -> float | None:
    """Spearman's rank correlation, -1 to 1; None where either has nothing but equal values.

    Example:
        >>> rank_correlation([1, 2, 3], [10, 100, 1000]), rank_correlation([1, 2], [5, 5])
        (1.0, None)
    """
    from scipy.stats import spearmanr  # noqa: PLC0415 - slow to import

    if np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    result: Any = spearmanr(one, other)
    return float(result.statistic)
