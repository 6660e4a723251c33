"""`stream` and `astream`: an answer shown while it arrives, and returned when it is complete."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterable, AsyncIterator, Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb.answers.finish_reasons import Notice
from gemini_nb.errors import NotAnAnswerError, StreamFailedError
from gemini_nb.fields import elements
from gemini_nb.redaction import redact
from gemini_nb.streaming.endings import INTERRUPTED
from gemini_nb.streaming.interrupts import Interrupts
from gemini_nb.streaming.pump import Pump
from gemini_nb.streaming.run import Run
from gemini_nb.streaming.screens import screen

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from gemini_nb.streaming.answer import Answer
    from gemini_nb.streaming.screens import Display

PATIENCE: Final = 120.0
"""Seconds without a chunk after which a stream is given up."""

_END: Final = object()


def stream(  # noqa: PLR0913 - what comes, and how it is shown
    chunks: object,
    *,
    image: object | None = None,
    badge: bool = True,
    timing: bool = False,
    timeout: float = PATIENCE,
    display: Display = "auto",
) -> Answer:
    """The answer, shown as readable Markdown while it arrives.

    Stopping it with Ctrl-C or the kernel's stop button keeps what has come, and raises nothing. An
    error of the stream keeps it too: it is raised with the partial answer as its `answer`.

    Args:
        chunks: what `generate_content_stream`, `chat.send_message_stream` or
            `interactions.create(stream=True)` returned, or any iterable of texts.
        image: the image that the answer is about: what it points at is drawn on it as it comes.
            A path, bytes, a PIL image, a numpy array or a `types.Part`.
        badge: whether a line below says what the answer cost in tokens.
        timing: whether that line tells seconds and tokens a second too. They differ from run to
            run, so that a saved notebook would.
        timeout: seconds without a chunk after which the stream is given up.
        display: "auto" for what fits this place; "cell", "terminal" or "plain" to choose; "final"
            to show only the final state, once; "off" for nothing.

    Raises:
        NotAnAnswerError: `chunks` is no stream.
        StreamStalledError: nothing came for `timeout` seconds.
        StreamFailedError: the API told of a failure in the midst of the answer.
        PictureError: the image can't be read.

    Example:
        >>> answer = stream(["Kites ", "fly."], display="plain")
        Kites fly.
        >>> answer.text
        'Kites fly.'
    """
    run = Run(screen(display, image=image, badge=badge, timing=timing))
    with Pump(_source(chunks)) as pump:
        try:
            while not pump.is_finished:
                run.take(pump.take(run.pause))
                run.watch(timeout)
            if pump.error is not None:
                raise pump.error  # noqa: TRY301 - as if it had come from the loop
        except KeyboardInterrupt:
            run.take(pump.take(0))
            return run.finish(INTERRUPTED)
        except BaseException as error:
            run.take(pump.take(0))
            _attach(error, run.finish(_told(error)))
            raise
    return _checked(run.finish())


async def astream(  # noqa: PLR0913 - as above
    chunks: object,
    *,
    image: object | None = None,
    badge: bool = True,
    timing: bool = False,
    timeout: float = PATIENCE,  # noqa: ASYNC109 - between chunks, not for the whole
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
    run = Run(screen(display, image=image, badge=badge, timing=timing))
    if inspect.isawaitable(chunks):
        chunks = await cast("Awaitable[object]", chunks)
    following = _follow(_async_source(chunks), run, timeout)
    with Interrupts() as interrupts:
        try:
            await following
        except (KeyboardInterrupt, asyncio.CancelledError):
            answer = run.finish(INTERRUPTED)
            if not interrupts.happened:
                raise
            interrupts.settle()
            return answer
        except BaseException as error:
            _attach(error, run.finish(_told(error)))
            raise
    return _checked(run.finish())


async def _follow(source: AsyncIterator[object], run: Run, timeout: float) -> None:  # noqa: ASYNC109
    """Give `run` what comes, and the time to draw it."""
    pending: asyncio.Task[object] | None = None
    try:
        while True:
            pending = pending or asyncio.ensure_future(_next(source))
            done, _ = await asyncio.wait({pending}, timeout=run.pause)
            came: list[object] = []
            if done:
                came, pending = [pending.result()], None
            if came == [_END]:
                return
            run.take(came)
            run.watch(timeout)
    finally:
        if pending is not None and not pending.done():
            pending.cancel()
            await asyncio.wait({pending})
        close = getattr(source, "aclose", None)
        if close is not None:
            await close()


async def _next(source: AsyncIterator[object]) -> object:
    return await anext(source, _END)


def _source(chunks: object) -> Iterable[object]:
    if isinstance(chunks, str) or _is_whole(chunks):
        return [chunks]
    if hasattr(chunks, "__aiter__") or inspect.isawaitable(chunks):
        kind = type(chunks).__name__
        raise NotAnAnswerError(f"{kind} is asynchronous: use `await gnb.astream(...)` for it.")
    if isinstance(chunks, Iterable):
        return cast("Iterable[object]", chunks)
    raise NotAnAnswerError(
        f"{type(chunks).__name__} is no stream; pass what generate_content_stream, "
        "send_message_stream or interactions.create(stream=True) returned, or an iterable of texts."
    )


def _async_source(chunks: object) -> AsyncIterator[object]:
    if isinstance(chunks, AsyncIterable):
        return aiter(cast("AsyncIterable[object]", chunks))
    return _made_async(_source(chunks))


async def _made_async(chunks: Iterable[object]) -> AsyncIterator[object]:
    for chunk in chunks:
        yield chunk
        await asyncio.sleep(0)  # others want to run too


def _is_whole(answer: object) -> bool:
    """Whether this is a complete answer; the SDK's objects can be iterated over, by field."""
    return bool(elements(answer, "candidates") or elements(answer, "steps")) or hasattr(
        answer, "model_fields_set"
    )


def _told(error: BaseException) -> Notice:
    """What a reader is told of an error."""
    # The SDK's errors print as the whole reply, and have the words for a person apart.
    said = redact(str(getattr(error, "message", None) or error)).strip() or "it says no more."
    return Notice("Stopped by an error.", f"{type(error).__name__}: {said}")


def _attach(error: BaseException, answer: Answer) -> None:
    # An exception of a class with slots takes no attribute, and goes without.
    with suppress(AttributeError):
        cast("Any", error).answer = answer


def _checked(answer: Answer) -> Answer:
    """The answer, unless the API told in it that it failed."""
    if answer.reply.failure:
        failed = StreamFailedError(f"The API reported a failure: {answer.reply.failure}")
        failed.answer = answer
        raise failed
    return answer
