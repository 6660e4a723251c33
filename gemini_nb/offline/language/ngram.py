"""An interpolated n-gram model over weighted texts."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gemini_nb.offline.language.corpus import LINE, is_marker

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ORDER: Final = 5
"""Longest n-gram counted: a token and the four before it."""

# The share of the probability given to the longest context known, the rest going to the next
# shorter one, and so on (Jelinek-Mercer smoothing). High inside a sentence, where grammar hangs
# on the last words; low after a marker, where the next sentence may come from any document.
_TRUST_INSIDE = 0.97
_TRUST_AT_MARKER = 0.5


@dataclass(frozen=True, slots=True)
class NgramModel:
    """Weighted counts of what follows each context of one to four tokens."""

    followers: dict[tuple[str, ...], dict[str, float]]

    @classmethod
    def learn(cls, texts: Iterable[tuple[Sequence[str], float]]) -> NgramModel:
        """The model of `texts`, each a sequence of tokens and a weight above 0.

        Example:
            >>> model = NgramModel.learn([("a b a c".split(), 1.0), ("a b".split(), 2.0)])
            >>> model.distribution(["a"])
            {'b': 0.75, 'c': 0.25}
        """
        followers: defaultdict[tuple[str, ...], defaultdict[str, float]] = defaultdict(
            lambda: defaultdict(float)
        )
        for tokens, weight in texts:
            for index, token in enumerate(tokens):
                for length in range(1, min(ORDER - 1, index) + 1):
                    followers[tuple(tokens[index - length : index])][token] += weight
        return cls({context: dict(counts) for context, counts in followers.items()})

    def distribution(self, history: Sequence[str]) -> dict[str, float]:
        """Probability of each token that may follow `history`; empty if nothing ever did."""
        trust = _TRUST_AT_MARKER if _begins_sentence(history) else _TRUST_INSIDE
        mixed: dict[str, float] = {}
        remaining = 1.0
        counts = [
            self.followers[context]
            for length in range(min(ORDER - 1, len(history)), 0, -1)
            if (context := tuple(history[-length:])) in self.followers
        ]
        for depth, count in enumerate(counts, start=1):
            share = remaining if depth == len(counts) else remaining * trust
            remaining -= share
            scale = share / math.fsum(count.values())
            for token, weight in count.items():
                mixed[token] = mixed.get(token, 0.0) + scale * weight
        return mixed


def _begins_sentence(history: Sequence[str]) -> bool:
    return bool(history) and is_marker(history[-1]) and history[-1] != LINE
