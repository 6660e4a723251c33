"""Several batches in flight at once, in threads or in tasks; what has arrived is always kept."""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING, Final

from gemini_nb.embeddings.asking.retries import StoppedError
from gemini_nb.errors import EmbeddingError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from concurrent.futures import Future

    from gemini_nb.embeddings.asking.batches import Batch

    Ask = Callable[[Batch, threading.Event], object]
    AsyncAsk = Callable[[Batch, asyncio.Event], Awaitable[object]]
    Keep = Callable[[Batch, object], None]

IN_FLIGHT: Final = 4
"""How many batches are asked for at once."""

_LOOK_AFTER: Final = 0.1  # seconds between two looks at what has arrived
_INTERRUPTED_WAIT: Final = 10.0  # seconds for what is in flight when the user wants it to stop


class BatchFailedError(Exception):
    """A batch could not be embedded; the cause says why."""

    def __init__(self, batch: Batch) -> None:
        super().__init__("a batch failed")
        self.batch = batch


def ask_in_threads(batches: Sequence[Batch], ask: Ask, keep: Keep) -> None:
    """Give the answer to each batch to `keep`, which is called in this thread only.

    After a failure or Ctrl-C nothing new is asked, no wait for another try is waited out, and
    what was in flight is waited for and kept; a second Ctrl-C ends that.

    Args:
        batches: what to ask for.
        ask: gets a batch and what is set when all is to stop; called from several threads.
        keep: gets a batch and its answer, after Ctrl-C perhaps a second time.

    Raises:
        BatchFailedError: the first failure of `ask`; and whatever `keep` raises.
    """
    stopped, lock, remaining = threading.Event(), threading.Lock(), iter(batches)
    answers: deque[tuple[Batch, object]] = deque()

    def work() -> None:
        while not stopped.is_set():
            with lock:
                batch = next(remaining, None)
            if batch is None:
                return
            try:
                answers.append((batch, ask(batch, stopped)))
            except StoppedError:
                return
            except Exception as error:
                raise BatchFailedError(batch) from error

    crew, workers, patience = ThreadPoolExecutor(IN_FLIGHT), set["Future[None]"](), None
    try:
        workers.update(crew.submit(work) for _ in range(min(IN_FLIGHT, len(batches))))
        _follow(workers, answers, keep)
    except KeyboardInterrupt:
        patience = _INTERRUPTED_WAIT
        raise
    finally:
        stopped.set()
        crew.shutdown(wait=False)
        try:
            wait(workers, patience)
        finally:
            _keep_all(answers, keep)


def _follow(workers: set[Future[None]], answers: deque[tuple[Batch, object]], keep: Keep) -> None:
    remaining = workers
    while remaining:
        done, remaining = wait(remaining, _LOOK_AFTER, return_when=FIRST_EXCEPTION)
        _keep_all(answers, keep)
        for worker in done:
            worker.result()


def _keep_all(answers: deque[tuple[Batch, object]], keep: Keep) -> None:
    """An answer leaves the queue after it has been kept: Ctrl-C may come in between."""
    while answers:
        try:
            keep(*answers[0])
        except EmbeddingError:
            answers.popleft()
            raise
        answers.popleft()


async def ask_in_tasks(batches: Sequence[Batch], ask: AsyncAsk, keep: Keep) -> None:
    """As `ask_in_threads`, in tasks of the running loop; when cancelled, all of it is.

    Raises:
        BatchFailedError: the first failure of `ask`; and whatever `keep` raises.
    """
    stopped, remaining = asyncio.Event(), iter(batches)

    async def work() -> None:
        while not stopped.is_set() and (batch := next(remaining, None)) is not None:
            try:
                answer = await ask(batch, stopped)
            except StoppedError:
                return
            except Exception as error:
                raise BatchFailedError(batch) from error
            keep(batch, answer)

    workers = [asyncio.create_task(work()) for _ in range(min(IN_FLIGHT, len(batches)))]
    try:
        done, _ = await asyncio.wait(workers, return_when=asyncio.FIRST_EXCEPTION)
        stopped.set()
        await asyncio.wait(workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    for worker in (*done, *workers):  # the first failure before those that it led to
        worker.result()
