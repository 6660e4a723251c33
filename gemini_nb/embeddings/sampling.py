"""Some items that stand for all, where all would take too long."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


def evenly_spread(count: int, most: int) -> NDArray[np.intp]:
    """The positions of at most `most` of `count` items, in order and evenly spread.

    Nothing is left to chance, so that the same set is always measured by the same items.

    Example:
        >>> evenly_spread(9, 3).tolist(), evenly_spread(2, 3).tolist()
        ([0, 4, 8], [0, 1])
    """
    return np.linspace(0, count - 1, min(count, most)).round().astype(np.intp)
