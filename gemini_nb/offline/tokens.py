"""Token estimates for text and images; the server labels each as an estimate."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

RULE = "chars/4"
"""Name of the rule for text, sent with every estimate in `x-gemini-nb-estimate`."""

_FIRST_WIDE = "\u2e80"  # CJK, kana, hangul and emoji start here: about a token each
_IMAGE_TOKENS = 258
_SMALL_SIDE = 384
_TILE_SIDE = 768


def count_text(text: str) -> int:
    """Estimated tokens of `text`: 4 characters each, but one per ideograph or emoji.

    Google's documentation gives 4 characters a token for English. Gemini's own tokenizer is
    not public, so expect a difference of about 25 % for English and more for other scripts.

    Example:
        >>> count_text("Write a story about a magic backpack."), count_text("")
        (10, 0)
    """
    return next(running_counts([text]))


def running_counts(pieces: Iterable[str]) -> Iterator[int]:
    """The estimate for the text so far after each of its pieces.

    Example:
        >>> list(running_counts(["Once", " upon", " a time"]))
        [1, 3, 4]
    """
    narrow = wide = 0
    for piece in pieces:
        wide_here = sum(character >= _FIRST_WIDE for character in piece)
        narrow += len(piece) - wide_here
        wide += wide_here
        yield math.ceil(narrow / 4) + wide


def count_image(width: int, height: int) -> int:
    """Tokens of an image of `width` x `height` pixels, by the rule published for Gemini 2.x.

    258 for an image that fits 384 x 384, otherwise 258 for each 768 x 768 tile begun.

    Example:
        >>> count_image(384, 300), count_image(1024, 768)
        (258, 516)
    """
    if max(width, height) <= _SMALL_SIDE:
        return _IMAGE_TOKENS
    return _IMAGE_TOKENS * math.ceil(width / _TILE_SIDE) * math.ceil(height / _TILE_SIDE)
