"""One call of the SDK's, as far as it has told what it takes."""

from __future__ import annotations

import contextlib

from gemini_nb.catalog import bare_id
from gemini_nb.errors import NotAnAnswerError
from gemini_nb.fields import elements
from gemini_nb.tokens.cost import Cost
from gemini_nb.tokens.origin import answered_by
from gemini_nb.tokens.sources import badge_of
from gemini_nb.tokens.token_badge import TokenBadge
from gemini_nb.tokens.usage import Usage, usage_of


class CallRecord:
    """A call that may still be under way: it remembers the last that told token counts."""

    def __init__(self, model: str, *, is_free: bool) -> None:
        self.is_free = is_free
        """Whether it takes no tokens, as `count_tokens`."""
        self.has_failed = False
        self.hides_calls = False
        """Whether the SDK made further calls for it, and tells nothing of their tokens."""
        self._model = bare_id(model)
        self._last: object = None
        self._badge: TokenBadge | None = None

    def see(self, answer: object) -> bool:
        """Take in a response or the next chunk; whether there is something new in it."""
        if self._last is not None and usage_of(answer) is None:
            return False
        self._last = answer
        if elements(answer, "automatic_function_calling_history"):
            self.hides_calls = True
        return True

    def end(self, *, failed: bool) -> None:
        """Nothing more will come."""
        self.has_failed = failed
        self._badge = self.badge()
        self._last = None  # an answer may hold pictures

    def badge(self) -> TokenBadge:
        """What it took, as far as it is known."""
        if self._badge is not None:
            return self._badge
        name = answered_by(self._last) or self._model
        models = (name,) if name else ()
        if not self.is_free and self._last is not None:
            with contextlib.suppress(NotAnAnswerError):
                return badge_of(self._last, model=self._model)
        if self.is_free or self.has_failed:
            return TokenBadge(Usage(), models, cost=Cost())
        return TokenBadge(Usage(), models, untold=1)
