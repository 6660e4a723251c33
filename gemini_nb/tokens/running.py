"""The line below an answer while it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gemini_nb.tokens.wording import count, estimated_tokens, who

if TYPE_CHECKING:
    from gemini_nb.tokens.usage import Usage


def running_line(
    model: str, characters: int, seconds: float | None = None, usage: Usage | None = None
) -> str:
    """What an answer took so far, in a line of plain text.

    Args:
        model: who answers, as `answered_by` tells it; "" if that is not known yet.
        characters: how many have arrived; counted as a token for 4 until `usage` is told.
        seconds: since the request was sent; None to leave the time out.
        usage: the last one told. Gemini's is cumulative, so it counts up by itself.

    Example:
        >>> running_line("", 1247)
        '≈ 312 tokens so far'
        >>> from gemini_nb.tokens.usage import Usage
        >>> running_line("gemini-3.8-flash", 90, 2.31, Usage(prompt=8, output=23, total=31))
        'gemini-3.8-flash · 8 in · 23 out so far · 2 s'
    """
    words = [who(model)] if model else []
    if usage is None:
        words.append(f"{count(estimated_tokens(characters), is_estimate=True)} tokens so far")
    else:
        told = {"in": usage.prompt, "thoughts": usage.thoughts, "out": usage.output}
        words += [
            f"{count(tokens, is_estimate=usage.is_estimate)} {kind}"
            for kind, tokens in told.items()
            if tokens or kind == "out"
        ]
        words[-1] += " so far"
    if seconds is not None:
        words.append(f"{seconds:.0f} s")
    return " · ".join(words)
