"""What is usual among the pairs of a set: how alike most of them are, and what chance can reach."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_STEEPEST: Final = 1 - 1e-6  # arctanh of 1 is infinite
_NORMAL_MAD: Final = 1.4826  # a normal distribution's deviation, in median absolute deviations

_TAIL: Final = 4  # its slope is measured from n pairs to so many times n


@dataclass(frozen=True, slots=True)
class Bulk:
    """Most pairs of a set, as a normal distribution of arctanh(cosine), Fisher's z."""

    median: float
    deviation: float
    """Both on the scale of z, which spreads out the cosines near 1."""

    @classmethod
    def of(cls, scores: NDArray[np.float32], items: int, rare: float) -> Bulk:
        """The bulk of these cosines, as far as it tells where a share of `rare` lies.

        The median and the median deviation above it are not moved by a few pairs that are much
        alike; of the upper half, since sets of several topics lean to that side. Where few topics
        make up a set, that half is mostly their pairs, and the deviation comes out far too wide:
        then it is the one that the tail implies, continued from its n-th and 4n-th pair as an
        exponential (n items have seldom more than n pairs that say the same).

        Args:
            scores: cosines of the set's pairs or of a fair sample of them.
            items: how many the set has.
            rare: a share of pairs, near 0.

        Example:
            >>> bulk = Bulk.of(np.tanh([-0.5, 0.0, 0.1, 0.2, 0.3, 3.0], dtype=np.float32), 4, 0.01)
            >>> round(bulk.median, 3), round(bulk.deviation, 3)
            (0.15, 0.222)
        """
        z = np.arctanh(np.clip(scores.astype(np.float64), -_STEEPEST, _STEEPEST))
        median = float(np.median(z))
        deviation = _NORMAL_MAD * float(np.median(z[z >= median] - median))
        share = 2 / (items - 1)  # of n pairs
        if _TAIL * share >= 1:
            return cls(median, deviation)
        near, far = (float(end) for end in np.quantile(z, [1 - share, 1 - _TAIL * share]))
        end = near + (near - far) * math.log(share / rare) / math.log(_TAIL)
        return cls(median, min(deviation, (end - median) / -NormalDist().inv_cdf(rare)))

    def reached_by(self, share: float) -> float:
        """The cosine that this share of the bulk has, or more.

        Example:
            >>> round(Bulk(0.5, 0.1).reached_by(0.5), 3), round(Bulk(0.5, 0.1).reached_by(1e-6), 3)
            (0.462, 0.751)
        """
        return math.tanh(self.median - NormalDist().inv_cdf(share) * self.deviation)

    def share_above(self, cosine: float) -> float:
        """The share of the bulk that has this cosine, or more.

        Example:
            >>> bulk = Bulk(0.5, 0.1)
            >>> round(bulk.share_above(bulk.reached_by(1e-6)), 9)
            1e-06
        """
        return math.erfc(self.deviations(math.tanh(self.median), cosine) / math.sqrt(2)) / 2

    def deviations(self, cosine: float, other: float) -> float:
        """How many deviations of the bulk lie between two cosines.

        Example:
            >>> round(Bulk(0.5, 0.1).deviations(0.5, 0.7), 2)
            3.18
        """
        low, high = (math.atanh(max(-_STEEPEST, min(end, _STEEPEST))) for end in (cosine, other))
        if self.deviation == 0:
            return math.copysign(math.inf, high - low) if high != low else 0.0
        return (high - low) / self.deviation
