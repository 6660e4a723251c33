"""Numbers of tokens in words, the same in every badge and table."""

from __future__ import annotations

import math

from gemini_nb.tokens.origin import is_gemini

_THOUSAND = 1_000
_MILLION = 1_000_000
_SMALL_SHARE = 0.001
_WHOLE_SHARE = 0.1


def count(tokens: int, *, is_estimate: bool = False) -> str:
    """A number of tokens.

    Example:
        >>> count(1204), count(12, is_estimate=True)
        ('1,204', '≈ 12')
    """
    return f"≈ {tokens:,}" if is_estimate else f"{tokens:,}"


def share(tokens: int, limit: int) -> str:
    """How much of a context window tokens take up.

    Example:
        >>> share(1996, 1_048_576), share(12, 1_048_576), share(65_536, 131_072)
        ('0.2% of 1M', '<0.1% of 1M', '50% of 131k')
    """
    return f"{percent(tokens, limit)} of {round_number(limit)}"


def percent(part: int, whole: int) -> str:
    """A share in percent: whole percents from 10 on, tenths below.

    Example:
        >>> percent(1, 3), percent(1, 30), percent(1, 3000), percent(0, 5), percent(5, 0)
        ('33%', '3.3%', '<0.1%', '0%', '0%')
    """
    if not part or not whole:
        return "0%"
    ratio = part / whole
    if ratio < _SMALL_SHARE:
        return "<0.1%"
    return f"{100 * ratio:.0f}%" if ratio >= _WHOLE_SHARE else f"{100 * ratio:.1f}%"


def round_number(tokens: int) -> str:
    """A limit as people say it.

    Example:
        >>> round_number(1_048_576), round_number(131_072), round_number(2_048)
        ('1M', '131k', '2k')
    """
    if tokens >= _MILLION:
        return f"{tokens // (_MILLION // 10) / 10:g}M"
    return f"{tokens // _THOUSAND}k" if tokens >= _THOUSAND else str(tokens)


def who(name: str) -> str:
    """The model that answered, saying so when it was not Gemini.

    Example:
        >>> who("offline/ngram"), who("gemini-3.8-flash")
        ('offline/ngram, not Gemini', 'gemini-3.8-flash')
    """
    return name if is_gemini(name) else f"{name}, not Gemini"


def estimated_tokens(characters: int) -> int:
    """Google's rule of thumb for English: a token for 4 characters.

    Example:
        >>> estimated_tokens(0), estimated_tokens(9)
        (0, 3)
    """
    return math.ceil(characters / 4)
