"""`meter()`: a running count of what every call takes."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any, Self

from gemini_nb.errors import InvalidOptionError
from gemini_nb.tokens import watching
from gemini_nb.tokens.meter_table import MeterReading, MeterRow

if TYPE_CHECKING:
    from gemini_nb.tokens.call_record import CallRecord
    from gemini_nb.tokens.token_badge import TokenBadge

_WARNING_SHARES = (0.8, 1.0)


def meter(client: object = None, *, budget: int | None = None) -> Meter:
    """A `Meter` for a `with` block: it adds up what the calls within take, by model.

    It sees what is called in any thread: generate_content, streams, chats, embeddings,
    interactions, and their asynchronous forms; count_tokens is counted as a call and is free. A
    stream counts up while it arrives, by its last counts. Where something told no counts, as an
    embedding or a broken stream, or where the SDK called functions by itself and kept what
    that took to itself, the meter says so. It shows itself, within the block and after it; meters
    can be nested; entering one again goes on adding.

    Args:
        client: whose calls to count; by default those of every client in this process.
        budget: tokens. At 80 % and at 100 % of it a line is printed on stderr; nothing is stopped.

    Raises:
        InvalidOptionError: a budget that is no number of tokens, or a client that is none.

    Example:
        >>> import gemini_nb as gnb
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> with meter() as used:
        ...     reply = client.models.generate_content(model="gemini-3.8-flash", contents="Hello!")
        >>> used.total.usage.total == reply.usage_metadata.total_token_count
        True
        >>> gnb.disconnect()
    """
    return Meter(client, budget)


class Meter:
    """A running count of what calls take; made by `meter`."""

    def __init__(self, client: object = None, budget: int | None = None) -> None:
        if budget is not None and (type(budget) is not int or budget < 1):
            raise InvalidOptionError(f"budget must be a number of tokens above 0, not {budget!r}.")
        if client is not None and not hasattr(client, "models"):
            kind = type(client).__name__
            raise InvalidOptionError(f"meter() takes a client, as of gnb.connect(), not a {kind}.")
        self.budget = budget
        """Tokens; None for no limit."""
        self._client: Any = client
        self._lock = threading.Lock()
        self._tokens: dict[CallRecord, int] = {}
        self._used = 0  # the sum of the above, so that a chunk costs no walk through all calls
        self._reached = 0

    @property
    def reading(self) -> MeterReading:
        """What it shows now, as a value."""
        with self._lock:
            records = tuple(self._tokens)
        rows: dict[tuple[str, ...], TokenBadge] = {}
        for record in records:
            badge = record.badge()
            known = rows.get(badge.models)
            rows[badge.models] = badge if known is None else known + badge
        return MeterReading(
            rows=tuple(MeterRow(" ".join(models), badge) for models, badge in rows.items()),
            free_calls=sum(record.is_free for record in records),
            failed_calls=sum(record.has_failed for record in records),
            hides_calls=any(record.hides_calls for record in records),
            budget=self.budget,
        )

    @property
    def total(self) -> TokenBadge:
        """All calls together."""
        return self.reading.total

    def take(self, record: CallRecord, resource: object, name: str) -> bool:
        """Count a call that begins, if it is one of the client's."""
        owners = (self._client, getattr(self._client, "aio", None))
        if self._client is not None and not any(
            getattr(owner, name, None) is resource for owner in owners
        ):
            return False
        with self._lock:
            self._tokens[record] = 0
        return True

    def told(self, record: CallRecord) -> None:
        """See whether the budget is reached, now that a call has told more."""
        if self.budget is None:
            return
        tokens = record.badge().usage.total
        with self._lock:
            self._used += tokens - self._tokens[record]
            self._tokens[record] = tokens
            reached = sum(self._used >= share * self.budget for share in _WARNING_SHARES)
            is_news, self._reached = reached > self._reached, max(reached, self._reached)
        if is_news:
            # No Python warning: where warnings are errors, it would cost the answer.
            notice = self.reading.budget_line
            print(f"gemini_nb: {notice}", file=sys.stderr)  # noqa: T201 - a notice to the reader

    def __enter__(self) -> Self:
        watching.watch(self)
        return self

    def __exit__(self, *_: object) -> None:
        watching.unwatch(self)

    def __repr__(self) -> str:
        return self.reading.text

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.reading.to_bundle()
