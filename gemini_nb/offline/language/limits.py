"""Where a text has to end: before a stop sequence, within the limit of tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from gemini_nb.offline.tokens import running_counts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gemini_nb.offline.language.sampling import Sampling

FinishReason = Literal["STOP", "MAX_TOKENS"]


def cut(pieces: Sequence[str], sampling: Sampling) -> tuple[tuple[str, ...], FinishReason]:
    """The pieces up to the first stop sequence and within the limit, and why they end there.

    A stop sequence may lie across pieces; then the last piece is shortened.

    Example:
        >>> from gemini_nb.offline.language.sampling import Sampling
        >>> cut(["Once", " upon", " a time"], Sampling(stop_sequences=("pon a",)))
        (('Once', ' u'), 'STOP')
        >>> cut(["Once", " upon", " a time"], Sampling(max_output_tokens=3))
        (('Once', ' upon'), 'MAX_TOKENS')
    """
    text = "".join(pieces)
    stops = [text.find(stop) for stop in sampling.stop_sequences if stop]
    end = min((position for position in stops if position >= 0), default=len(text))
    kept: list[str] = []
    written = 0
    for piece, tokens in zip(pieces, running_counts(pieces), strict=True):
        if written >= end:
            break
        if tokens > sampling.max_output_tokens:
            return tuple(kept), "MAX_TOKENS"
        kept.append(piece[: end - written])
        written += len(piece)
    return tuple(kept), "STOP"
