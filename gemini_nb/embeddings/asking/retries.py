"""When a batch that failed is asked for again, and after how long."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

import tenacity

from gemini_nb.embeddings.fields import elements, field

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterator

_PASSING_CODES: Final = frozenset({408, 429, 500, 502, 503, 504})

# Of the libraries that the SDK may send with; all of them errors that another try may not meet.
_PASSING_ERRORS: Final = {
    "httpx": ("TimeoutException", "NetworkError", "RemoteProtocolError"),
    "httpx2": ("TimeoutException", "NetworkError", "RemoteProtocolError"),
    "aiohttp": ("ClientConnectionError", "ClientPayloadError"),
}
_LONGEST_TOLD_WAIT: Final = 120.0  # seconds; a quota for a day says to wait for hours


class StoppedError(Exception):
    """The wait for another try has been broken off, since all is to stop."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to ask, and how long to wait in between; waits double, with chance added."""

    attempts: int = 7
    """The first one included; with the other numbers as they are, within half a minute."""
    first_wait: float = 0.5
    """Seconds."""
    longest_wait: float = 60.0
    """Seconds. What an answer says to wait is waited in any case."""


def patience_told(options: object) -> Patience:
    """What `types.HttpRetryOptions` say, and our own numbers for what they leave open.

    Example:
        >>> patience_told({"attempts": 3}), patience_told(None).attempts
        (Patience(attempts=3, first_wait=0.5, longest_wait=60.0), 7)
    """
    usual = Patience()
    attempts, first, longest = (
        field(options, name) for name in ("attempts", "initial_delay", "max_delay")
    )
    return Patience(
        usual.attempts if attempts is None else max(attempts, 1),
        usual.first_wait if first is None else first,
        usual.longest_wait if longest is None else longest,
    )


def retrying(patience: Patience, stopped: threading.Event) -> tenacity.Retrying:
    """What calls a function until it succeeds, fails for good or `stopped` is set.

    It raises what the function raised, or `StoppedError`.
    """

    def sleep(seconds: float) -> None:
        if stopped.wait(seconds):
            raise StoppedError

    return tenacity.Retrying(sleep=sleep, **_rules(patience))


def async_retrying(patience: Patience, stopped: asyncio.Event) -> tenacity.AsyncRetrying:
    """As `retrying`, for a coroutine function."""

    async def sleep(seconds: float) -> None:
        try:
            await asyncio.wait_for(stopped.wait(), seconds)
        except TimeoutError:
            return
        raise StoppedError

    return tenacity.AsyncRetrying(sleep=sleep, **_rules(patience))


def is_passing(error: BaseException) -> bool:
    """Whether another try may succeed: the server is busy or failing, or the connection broke.

    Example:
        >>> is_passing(ConnectionResetError()), is_passing(KeyError())
        (True, False)
    """
    if isinstance(error, (ConnectionError, TimeoutError, *_transport_errors())):
        return True
    return field(error, "code") in _PASSING_CODES and told_wait(error) <= _LONGEST_TOLD_WAIT


def told_wait(error: object) -> float:
    """Seconds to wait that the API names in an error, in its `RetryInfo`; 0 if it names none.

    Example:
        >>> class Busy(Exception):
        ...     details = {
        ...         "error": {"details": [{"@type": "google.rpc.RetryInfo", "retryDelay": "34s"}]}
        ...     }
        >>> told_wait(Busy())
        34.0
    """
    for detail in elements(field(field(error, "details"), "error"), "details"):
        if isinstance(detail, Mapping):
            told = cast("Mapping[str, object]", detail)
            if str(told.get("@type", "")).endswith("RetryInfo"):
                return _seconds(str(told.get("retryDelay", "")))
    return 0.0


def _rules(patience: Patience) -> dict[str, Any]:
    return {
        "stop": tenacity.stop_after_attempt(patience.attempts),
        "retry": tenacity.retry_if_exception(is_passing),
        "wait": _wait(patience),
        "reraise": True,
    }


def _wait(patience: Patience) -> Callable[[tenacity.RetryCallState], float]:
    growing = tenacity.wait_exponential_jitter(
        initial=patience.first_wait,
        max=patience.longest_wait,
        jitter=patience.first_wait,  # so that those in flight do not come back all at once
    )

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome is not None else None
        return max(growing(state), told_wait(error))

    return wait


def _seconds(duration: str) -> float:
    """The API writes durations as "34s" or "0.5s"."""
    try:
        return max(0.0, float(duration.removesuffix("s")))
    except ValueError:
        return 0.0


def _transport_errors() -> Iterator[type[Exception]]:
    """Those of the libraries that are loaded: what was not imported has raised nothing."""
    for library, names in _PASSING_ERRORS.items():
        if (module := sys.modules.get(library)) is not None:
            yield from (getattr(module, name) for name in names)
