"""How one token is drawn from a distribution: temperature, top-k, top-p and the seed."""

from __future__ import annotations

import hashlib
import heapq
import math
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gemini_nb.offline.prompt import Prompt

_GREEDY_BELOW: Final = 1e-4


@dataclass(frozen=True, slots=True)
class Sampling:
    """The sampling parameters of a request, with Gemini's defaults."""

    temperature: float = 1.0
    """0 always takes the likeliest token; above 1 the unlikely ones gain."""
    top_p: float = 0.95
    """Only the likeliest tokens that together reach this probability may be drawn."""
    top_k: int = 64
    """Only so many of the likeliest tokens may be drawn; 0 or less sets no limit."""
    seed: int | None = None
    """None derives the seed from the request: the same request has the same answer."""
    max_output_tokens: int = 65_536
    """Limit on `tokens.count_text` of the answer."""
    stop_sequences: tuple[str, ...] = ()
    """The answer ends before the first of these."""
    presence_penalty: float = 0.0
    """Subtracted from the logit of every token that has occurred."""
    frequency_penalty: float = 0.0
    """Subtracted from the logit of a token once for each time it has occurred."""

    @property
    def greedy(self) -> bool:
        """Whether nothing is left to chance."""
        return not self.temperature > _GREEDY_BELOW


def source_of_chance(prompt: Prompt, sampling: Sampling, *, salt: str) -> Random:
    """A random source that is the same whenever the arguments are.

    Limits on the length play no part in it, so that a lower limit gives a prefix. At
    temperature 0 neither the seed nor the salt does.

    Args:
        prompt: Enters the seed only if the request gives none.
        sampling: The request's parameters.
        salt: What distinguishes several answers to one request: the candidate's number.
    """
    if sampling.greedy:
        text = "greedy"
    elif sampling.seed is not None:
        text = f"{sampling.seed}/{salt}"
    else:
        settings = (sampling.temperature, sampling.top_p, sampling.top_k)
        turns = [(turn.role, turn.text) for turn in prompt.turns]
        text = f"{turns!r}/{prompt.system!r}/{settings!r}/{salt}"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return Random(int.from_bytes(digest[:8]))  # noqa: S311 - it varies texts and keeps no secret


def draw(probabilities: Mapping[str, float], sampling: Sampling, random: Random) -> str:
    """One token: cut to the `top_k` likeliest, then to `top_p`, then drawn by temperature.

    Gemini documents this order. Ties are broken by the token's text.

    Example:
        >>> draw({"rain": 0.6, "snow": 0.4}, Sampling(temperature=0), Random(1))
        'rain'
        >>> draw({"rain": 0.6, "snow": 0.4}, Sampling(top_k=1), Random(1))
        'rain'
    """
    chance = random.random()
    if sampling.greedy:
        return max(probabilities, key=lambda token: (probabilities[token], token))
    kept = _nucleus(probabilities, sampling)
    likeliest = probabilities[kept[0]]
    weights = [(probabilities[token] / likeliest) ** (1 / sampling.temperature) for token in kept]
    threshold = chance * math.fsum(weights)
    for token, weight in zip(kept, weights, strict=True):
        threshold -= weight
        if threshold < 0:
            return token
    return kept[-1]


def _nucleus(probabilities: Mapping[str, float], sampling: Sampling) -> list[str]:
    limit = sampling.top_k if sampling.top_k > 0 else len(probabilities)
    ranked = heapq.nlargest(limit, probabilities, key=lambda token: (probabilities[token], token))
    kept: list[str] = []
    covered = 0.0
    for token in ranked:
        kept.append(token)
        covered += probabilities[token]
        if covered >= sampling.top_p:
            break
    return kept
