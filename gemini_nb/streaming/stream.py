"""`stream` and `astream`: an answer shown while it arrives, and returned when it is complete."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, AsyncIterable, Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb.display import words
from gemini_nb.errors import InvalidOptionError, NotAnAnswerError, StreamFailedError
from gemini_nb.replies.notices import Notice
from gemini_nb.streaming.interrupts import Interrupts
from gemini_nb.streaming.reader_thread import ReaderThread
from gemini_nb.streaming.run import Run
from gemini_nb.streaming.screens import screen

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.screens import Display

PATIENCE: Final = 120.0
"""Seconds without a chunk after which a stream is given up."""
INTERRUPTED: Final = Notice("Interrupted.", "The answer ends where you stopped it.")
CANCELLED: Final = Notice("Cancelled.", "The program did not wait for the rest.")

_END: Final = object()


def stream(  # noqa: PLR0913 - what comes, and how it is shown
    chunks: object,
    *,
    image: object | None = None,
    badge: bool = True,
    timing: bool = False,
    timeout: float | None = PATIENCE,
    display: Display = "auto",
) -> Answer:
    """The answer, shown as readable Markdown while it arrives.

    Stopping it with Ctrl-C or the kernel's stop button keeps what has come, and raises nothing. An
    error of the stream keeps it too: it is raised with the partial answer as its `answer`. The
    chunks are fetched in a thread of their own, so that a wait can be shown.

    Args:
        chunks: what `generate_content_stream`, `chat.send_message_stream` or
            `interactions.create(stream=True)` returned, or any iterable of texts.
        image: the image that the answer is about: in a cell, what it points at is drawn on it as it
            comes. A path, bytes, a PIL image, a numpy array or a `types.Part`.
        badge: whether a line below says what the answer cost in tokens.
        timing: whether that line tells seconds and tokens a second too. They differ from run to
            run, so that a saved notebook would.
        timeout: seconds without a chunk after which the stream is given up; None for never.
        display: "auto" for what fits this place, or what GEMINI_NB_DISPLAY says; "cell",
            "terminal" or "plain" to choose; "final" to show only the final state, once, as "auto"
            does in an `Output` widget, which can't replace what it shows; "off" for nothing.

    Raises:
        NotAnAnswerError: `chunks` is no stream.
        StreamStalledError: nothing came for `timeout` seconds.
        StreamFailedError: the API told of a failure in the midst of the answer.
        PictureError: the image can't be read.
        InvalidOptionError: an unknown `display`, or a `timeout` that is no time.

    Example:
        >>> answer = stream(["Kites ", "fly."], display="plain")
        Kites fly.
        >>> answer.text
        'Kites fly.'
    """
    _check_timeout(timeout)
    run = Run(screen(display, image=image, badge=badge, timing=timing))
    reader = ReaderThread(_source(chunks))
    with Interrupts(reader.wake) as interrupts, reader:
        try:
            follow(run, reader, lambda: interrupts.happened, timeout)
        except KeyboardInterrupt:
            return run.finish(INTERRUPTED)
        except BaseException as error:
            _attach(error, run.finish(error_notice(error)))
            raise
        answer = run.finish(INTERRUPTED if interrupts.happened else None)
    return _checked(answer)


async def astream(  # noqa: PLR0913 - as above
    chunks: object,
    *,
    image: object | None = None,
    badge: bool = True,
    timing: bool = False,
    timeout: float | None = PATIENCE,  # noqa: ASYNC109 - between chunks, not for the whole
    display: Display = "auto",
) -> Answer:
    """The answer, shown while it arrives, as `stream` does; for the SDK's async streams.

    Args:
        chunks: what a method of `client.aio` returned for a stream, awaited or not.
        image: as in `stream`.
        badge: as in `stream`.
        timing: as in `stream`.
        timeout: as in `stream`.
        display: as in `stream`.

    Raises:
        NotAnAnswerError, StreamStalledError, StreamFailedError, PictureError: as `stream`.

    Example:
        >>> async def letters():
        ...     for letter in "abc":
        ...         yield letter
        >>> asyncio.run(astream(letters(), display="off")).text
        'abc'
    """
    _check_timeout(timeout)
    run = Run(screen(display, image=image, badge=badge, timing=timing))
    loop = asyncio.get_running_loop()
    stopped: asyncio.Future[None] = loop.create_future()
    with Interrupts(lambda: loop.call_soon_threadsafe(_resolve, stopped)) as interrupts:
        try:
            await _follow(_async_source(chunks), run, timeout, stopped)
        except BaseException as error:
            is_cancelled = isinstance(error, asyncio.CancelledError)
            _attach(error, run.finish(CANCELLED if is_cancelled else error_notice(error)))
            raise
        answer = run.finish(INTERRUPTED if interrupts.happened else None)
    return _checked(answer)


def follow(
    run: Run, reader: ReaderThread, is_stopped: Callable[[], bool], timeout: float | None
) -> None:
    """Give `run` what comes, and the time to draw it, until the source ends or it is stopped.

    Raises:
        StreamStalledError: nothing came for `timeout` seconds.
        BaseException: whatever the source raised.
    """
    while not reader.is_finished and not is_stopped():
        run.take(reader.take(run.pause))
        run.watch(timeout)
    run.take(reader.take(0))
    if reader.error is not None and not is_stopped():
        raise reader.error


async def _follow(
    source: AsyncGenerator[object],
    run: Run,
    timeout: float | None,  # noqa: ASYNC109 - between chunks, not for the whole
    stopped: asyncio.Future[None],
) -> None:
    """Give `run` what comes, and the time to draw it, until the source ends or it is stopped."""
    pending: asyncio.Task[object] | None = None
    try:
        while not stopped.done():
            pending = pending or asyncio.ensure_future(_next(source))
            both = {pending, stopped}
            await asyncio.wait(both, timeout=run.pause, return_when=asyncio.FIRST_COMPLETED)
            came: list[object] = []
            if pending.done():
                came, pending = [pending.result()], None
                if came[0] is _END:
                    return
            run.take(came)
            run.watch(timeout)
    finally:
        if pending is not None and not pending.done():
            pending.cancel()
            await asyncio.wait({pending})
        await source.aclose()


async def _next(source: AsyncGenerator[object]) -> object:
    return await anext(source, _END)


def _resolve(stopped: asyncio.Future[None]) -> None:
    if not stopped.done():
        stopped.set_result(None)


def _check_timeout(timeout: float | None) -> None:
    if timeout is not None and not timeout > 0:
        raise InvalidOptionError(f"timeout must be seconds above 0, or None, not {timeout!r}.")


def _source(chunks: object) -> Iterable[object]:
    if isinstance(chunks, str) or _is_whole(chunks):
        return [chunks]
    if hasattr(chunks, "__aiter__") or inspect.isawaitable(chunks):
        kind = type(chunks).__name__
        raise NotAnAnswerError(f"{kind} is asynchronous: use `await gnb.astream(...)` for it.")
    if isinstance(chunks, Iterable) and not isinstance(chunks, bytes | bytearray):
        return cast("Iterable[object]", chunks)
    raise NotAnAnswerError(
        f"{type(chunks).__name__} is no stream; pass what generate_content_stream, "
        "send_message_stream or interactions.create(stream=True) returned, or an iterable of texts."
    )


async def _async_source(chunks: object) -> AsyncGenerator[object]:
    """The chunks, from the wait for the first one on; left, it closes what it came from."""
    if inspect.isawaitable(chunks):
        chunks = await cast("Awaitable[object]", chunks)
    if not isinstance(chunks, AsyncIterable):
        for chunk in _source(chunks):
            yield chunk
            await asyncio.sleep(0)  # others want to run too
        return
    source = cast("AsyncIterable[object]", chunks)
    try:
        async for chunk in source:
            yield chunk
    finally:
        if isinstance(source, AsyncGenerator):
            await cast("AsyncGenerator[object]", source).aclose()


def _is_whole(answer: object) -> bool:
    """Whether this is a complete answer; the SDK's objects can be iterated over, by field."""
    return isinstance(answer, Mapping) or hasattr(answer, "model_fields_set")


def error_notice(error: BaseException) -> Notice:
    """What a reader is told of an error that ended a stream."""
    # The SDK's errors print as the whole reply, and have the words for a person apart.
    said = words(getattr(error, "message", None) or error, 1000) or "it says no more."
    return Notice("Stopped by an error.", f"{type(error).__name__}: {said}")


def _attach(error: BaseException, answer: Answer) -> None:
    # An exception that takes no attribute goes without; it must not be replaced by another.
    with suppress(Exception):
        cast("Any", error).answer = answer


def _checked(answer: Answer) -> Answer:
    """The answer, unless the API told in it that it failed."""
    if answer.reply.failure:
        failed = StreamFailedError(f"The API reported a failure: {answer.reply.failure}")
        failed.answer = answer
        raise failed
    return answer
