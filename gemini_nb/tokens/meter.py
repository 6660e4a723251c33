"""`meter()`: a running count of what every call takes, read from the HTTP replies.

`observe` is a response hook of each client that `gnb.connect()` has made. While a meter counts, it
reads the bytes of a reply on their way to the SDK: nothing is asked for earlier, kept back, or read
on after the caller has stopped.
"""

from __future__ import annotations

import json
import re
import sys
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial, reduce
from operator import add
from typing import TYPE_CHECKING, Any, Final, Self

from gemini_nb.display import Table, counted
from gemini_nb.errors import InvalidOptionError
from gemini_nb.tokens.badge import TokenBadge, badge_of
from gemini_nb.tokens.price import money
from gemini_nb.tokens.token_badge import percent, who
from gemini_nb.tokens.usage import KINDS, MODE_HEADER, OFFLINE, Usage, recorded_on, replays, told_by

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Generator, Iterator, Sequence

Http = Any  # a response of httpx or httpx2, whichever the SDK uses, or a method of one

_UNSEEN: Final = "calls of clients that gnb.connect() has not made, as for Vertex AI, are not seen"
_CALLED: Final = re.compile(
    r"/(?:models|tunedModels)/(?P<model>[^/:]+):(?P<method>generateContent|streamGenerateContent"
    r"|countTokens|embedContent|batchEmbedContents)$|/(?P<interactions>interactions)$"
)
_TELLING: Final = ("usageMetadata", "modelVersion", "usage", "model", "labels")

_meters: list[Meter] = []  # that count now; changed in one step, as other threads may read it


class Meter:
    """A count of what the calls in a `with` block take, by model; shows itself as a table.

    It counts what the clients made by `gnb.connect()` are answered, in any thread:
    generate_content, streams, chats, embeddings, interactions, and their asynchronous forms, and
    each of the calls that the SDK makes by itself; count_tokens is counted as a call and is free.
    A stream counts up while it arrives, by its last counts. Where something told no counts, as an
    embedding or a broken stream, the meter says so. Meters can be nested, and entered again.

    Args:
        budget: tokens. At 80 % and at 100 % of it a line is printed on stderr; nothing is stopped.

    Raises:
        InvalidOptionError: a budget that is no number of tokens.

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

    def __init__(self, *, budget: int | None = None) -> None:
        if budget is not None and (type(budget) is not int or budget < 1):
            raise InvalidOptionError(f"budget must be a number of tokens above 0, not {budget!r}.")
        self.budget = budget
        """Tokens; None for no limit."""
        self.calls: list[Call] = []
        self._reached = 0

    @property
    def rows(self) -> list[TokenBadge]:
        """A badge for each model and day of recording, in the order of their first calls."""
        rows: dict[object, TokenBadge] = {}
        for badge in [call.badge for call in self.calls]:
            key = (badge.models, badge.recorded)
            rows[key] = rows[key] + badge if key in rows else badge
        return list(rows.values())

    @property
    def total(self) -> TokenBadge:
        """All calls together."""
        return reduce(add, self.rows or [TokenBadge(Usage(), calls=0)])

    def look(self) -> None:
        """See whether the budget is reached, now that a call has told more."""
        if self.budget is None:
            return
        used = sum(call.badge.usage.total for call in self.calls)
        reached = sum(used >= share * self.budget for share in (0.8, 1.0))
        is_news, self._reached = reached > self._reached, max(reached, self._reached)
        if is_news:
            # No Python warning: where warnings are errors, it would cost the answer.
            print(f"gemini_nb: {self._spent()}", file=sys.stderr)  # noqa: T201 - a notice

    def __enter__(self) -> Self:
        _meters.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _meters.remove(self)

    def __repr__(self) -> str:
        return self._table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self._table().bundle()

    def _table(self) -> Table:
        total = self.total
        numbers = {
            "of count_tokens, which takes no tokens": sum(call.is_free for call in self.calls),
            "failed": sum(call.has_failed for call in self.calls),
            "told no token counts": total.untold,
            "replayed, which costs nothing": sum(bool(call.recorded) for call in self.calls),
        }
        remarks = [f"{counted(n, 'call')} {what}" for what, n in numbers.items() if n]
        if total.cost and total.prices_of:
            remarks.append(f"prices of {total.prices_of}, without searches and stored caches")
        spent = [self._spent()] if self.budget is not None else []
        return meter_table(self.rows, (*remarks, *spent, _UNSEEN))

    def _spent(self) -> str:
        used, budget = self.total.usage, self.budget or 0
        over = ": the budget is spent" if used.total >= budget else ""
        share = f"{used.shown(used.total)} tokens of a budget of {budget:,} are used"
        return f"{share} ({percent(used.total, budget)}){over}"


meter = Meter


def meter_table(badges: Sequence[TokenBadge], remarks: tuple[str, ...] = ()) -> Table:
    """A table of what calls took, a row for each badge, and a last one for their sum.

    Example:
        >>> rows = [TokenBadge(Usage(prompt=6, output=1, total=7), (name,)) for name in ("a", "b")]
        >>> print(meter_table(rows).plain())
        2 calls, 14 tokens
          model  calls  prompt  output  total
          a          1       6       1      7
          b          1       6       1      7
          total      2      12       2     14
    """
    if not badges:
        return Table("no calls yet", remarks=remarks)
    total = reduce(add, badges)
    names = [f"{' '.join(map(who, each.models)) or 'unknown'}, {each.replay}" for each in badges]
    rows = [
        (name.removesuffix(", "), _cells(each)) for name, each in zip(names, badges, strict=True)
    ]
    rows += [("total", _cells(total))] if len(badges) > 1 else []
    columns = [name for name in rows[0][1] if any(cells[name] for _, cells in rows)]
    return Table(
        heading=f"{counted(total.calls, 'call')}, {total.usage.shown(total.usage.total)} tokens",
        columns=("model", *columns),
        rows=tuple((name, *(cells[column] for column in columns)) for name, cells in rows),
        remarks=remarks,
        numeric=frozenset(columns),
    )


def _cells(badge: TokenBadge) -> dict[str, str]:
    """Its numbers in words, by column; "" for nothing."""
    counts = {kind.replace("_", " "): getattr(badge.usage, kind) for kind in (*KINDS, "total")}
    shown = {column: badge.usage.shown(count) if count else "" for column, count in counts.items()}
    return {"calls": f"{badge.calls:,}", **shown, "cost": money(badge.cost)}


class Call:
    """One HTTP call, as far as its reply has told what it takes."""

    def __init__(self, response: Http, called: re.Match[str]) -> None:
        self.meters = tuple(_meters)
        self.is_free = called["method"] == "countTokens"
        self.has_failed: bool = response.is_error
        is_offline = "offline" in response.headers.get(MODE_HEADER, "")
        self.recorded = recorded_on(response)
        self._model = OFFLINE[:-1] if is_offline else called["model"] or ""
        self._is_stream = "event-stream" in response.headers.get("content-type", "")
        self._rest = bytearray()  # of the reply, or of its last line
        self._told: dict[str, Any] = {}  # never changed, but put in another's place
        self._known: tuple[dict[str, Any], TokenBadge] | None = None
        if called["interactions"]:
            self._told["object"] = "interaction"
        elif "mbed" in called["method"]:
            self._told["embeddings"] = []

    @property
    def badge(self) -> TokenBadge:
        """What it took, as far as it is known."""
        known, told = self._known, self._told
        if known is None or known[0] is not told:  # other threads may read it, too
            usage = Usage() if self.is_free or self.has_failed else None
            read = told_by(told)
            read = replace(read, usage=read.usage or usage, recorded=self.recorded)
            self._known = known = told, badge_of(read, self._model)
        return known[1]

    def along(self, pieces: Http, chunk_size: int | None = None) -> Iterator[bytes]:
        """The bytes of the reply, seen as they pass."""
        with self._followed():
            for piece in pieces(chunk_size):
                self._take(piece)
                yield piece

    async def alongside(self, pieces: Http, chunk_size: int | None = None) -> AsyncIterator[bytes]:
        """The same for an asynchronous client."""
        with self._followed():
            async for piece in pieces(chunk_size):
                self._take(piece)
                yield piece

    @contextmanager
    def _followed(self) -> Generator[None]:
        try:
            yield
        except Exception:  # and not where the caller stops, or is interrupted
            self.has_failed, self._told = True, dict(self._told)
            raise
        if not self._is_stream:
            self._see(self._rest)
            self._rest = bytearray()  # embeddings are long

    def _take(self, piece: bytes) -> None:
        self._rest += piece
        if self._is_stream and b"\n" in piece:
            *lines, self._rest = self._rest.split(b"\n")
            for line in lines:
                if line.startswith(b"data:") and b"sage" in line:  # usage or usageMetadata
                    self._see(line[5:])

    def _see(self, text: bytearray) -> None:
        with suppress(Exception):  # no count is worth an answer
            body: Any = json.loads(text)
            step: dict[str, Any] = body.get("metadata") or {}  # of an interaction on its way
            told = {"usage": step.get("total_usage"), **(body.get("interaction") or body)}
            if self.recorded:
                replays[str(told.get("id"))] = self.recorded  # of an interaction
            self._told = self._told | {name: told[name] for name in _TELLING if told.get(name)}
            for each in self.meters:
                each.look()


def observe(response: Http) -> None:
    """The hook for the replies to a client: costs nothing while nobody counts or replays."""
    is_watched = _meters or recorded_on(response)
    called = _CALLED.search(response.request.url.path) if is_watched else None
    if called is None or response.request.method != "POST":
        return
    call = Call(response, called)
    for each in call.meters:
        each.calls.append(call)
    if not call.has_failed:
        # Both ways of reading a reply pass here; of its stream below, the bytes may be packed.
        response.iter_bytes = partial(call.along, response.iter_bytes)
        response.aiter_bytes = partial(call.alongside, response.aiter_bytes)


async def observe_later(response: Http) -> None:
    """The same for an asynchronous client."""
    observe(response)
