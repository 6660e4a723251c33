"""Token counts, as `client.models.count_tokens` returns them or a response carries them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from gemini_nb.ipython.sdk_objects.wording import words
from gemini_nb.redaction import redact
from gemini_nb.tables import MUTED, UNTYPESET
from gemini_nb.tokens.badge import TokenBadge, badge
from gemini_nb.tokens.origin import answered_by
from gemini_nb.tokens.usage import usage_of


@dataclass(frozen=True, slots=True)
class BadgeView:
    """A badge in the place of the object that it counts."""

    badge: TokenBadge

    def plain(self) -> str:
        """The badge as a line of text."""
        return words(self.badge.text)

    def rich(self) -> str:
        """The badge as HTML."""
        return redact(self.badge.html)


def token_counts(counts: object) -> BadgeView:
    """The badge of a `count_tokens` result or of a call's usage."""
    return BadgeView(badge(counts))


def badge_line(source: object) -> str:
    """What `source` took in tokens, on one line; without counts who answered, if it says that."""
    return words(answered_by(source)) if usage_of(source) is None else token_counts(source).plain()


def muted_line(text: str) -> str:
    """A line of small print above or below Markdown, as HTML within it; "" for no text.

    A dollar sign is written as a character reference: front ends look for mathematics before they
    read the Markdown.

    Example:
        >>> muted_line("$5")
        "<div class='tex2jax_ignore mathjax_ignore' style='...'>&#36;5</div>"
    """
    if not text:
        return ""
    shown = escape(text).replace("$", "&#36;")
    return f"<div {UNTYPESET} style='{MUTED};font-size:85%;margin:6px 0'>{shown}</div>"
