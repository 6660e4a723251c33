"""Several models' answers to one prompt, asked at once and kept as one value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, cast

from gemini_nb.answers.finish_reasons import Notice
from gemini_nb.errors import StreamFailedError
from gemini_nb.ipython.columns import Column, page_of
from gemini_nb.ipython.failures import one_line
from gemini_nb.markdown.closing import closed
from gemini_nb.markdown.guarding import guarded
from gemini_nb.streaming import executions
from gemini_nb.streaming.endings import INTERRUPTED
from gemini_nb.streaming.interrupts import Interrupts
from gemini_nb.streaming.pump import Pump
from gemini_nb.streaming.run import Run
from gemini_nb.streaming.stream import PATIENCE
from gemini_nb.tokens.badge import badge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gemini_nb.answers.answer import Reply
    from gemini_nb.streaming.answer import Answer

_WAIT: Final = 0.05  # seconds for one stream, while the others wait


@dataclass(frozen=True, slots=True, repr=False, eq=False)
class SideBySide(Mapping[str, "Answer"]):
    """Answers by model; as the last line of a cell it shows them in columns."""

    answers: Mapping[str, Answer]
    columns: tuple[Column, ...]
    """What is shown of each."""
    shown_in: str = ""
    """The execution of a cell that showed them while they came."""

    def __getitem__(self, model: str) -> Answer:
        return self.answers[model]

    def __iter__(self) -> Iterator[str]:
        return iter(self.answers)

    def __len__(self) -> int:
        return len(self.answers)

    def __repr__(self) -> str:
        return page_of(self.columns)["text/plain"]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return page_of(self.columns)

    def _ipython_display_(self) -> None:
        if not executions.is_above(self.shown_in):
            # IPython then asks for the bundle.
            raise NotImplementedError("not shown in this cell yet")


def stream_side_by_side(
    streams: Mapping[str, Iterable[object]], *, with_badge: bool = True
) -> SideBySide:
    """The answers of several models, shown in columns while they arrive.

    All are fetched at the same time. Stopping the cell keeps what has come, and raises nothing.

    Args:
        streams: the chunks of each model's answer.
        with_badge: whether a line below each answer says what it cost in tokens.

    Raises:
        StreamFailedError: the API told of a failure in the midst of an answer.
        Exception: any other error of a stream. The first is raised once all have ended; its
            `answer` is the `SideBySide` of all, as far as they came.
    """
    page = _Page(list(streams))
    lanes = [
        _Lane(model, Pump(chunks), _ColumnScreen(page, number, with_badge=with_badge))
        for number, (model, chunks) in enumerate(streams.items())
    ]
    with ExitStack() as pumps:
        interrupts = pumps.enter_context(Interrupts(lanes[0].pump.wake))
        for lane in lanes:
            pumps.enter_context(lane.pump)
        while any(lane.answer is None for lane in lanes) and not interrupts.happened:
            for lane in lanes:
                lane.step()
        for lane in lanes:
            lane.stop()
    page.draw(is_final=True)
    answers = {lane.model: lane.answer for lane in lanes if lane.answer is not None}
    shown = SideBySide(answers, tuple(page.columns), executions.current())
    for error in (lane.error for lane in lanes if lane.error is not None):
        cast("Any", error).answer = shown
        raise error
    return shown


class _Lane:
    """One stream on its way: the chunks fetched so far, and its answer at last."""

    def __init__(self, model: str, pump: Pump, screen: _ColumnScreen) -> None:
        self.model = model
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self.pump = pump
        self._run = Run(screen)

    def step(self) -> None:
        """Take what has come, if the stream has not ended."""
        if self.answer is not None:
            return
        try:
            self._run.take(self.pump.take(_WAIT))
            self._run.watch(PATIENCE)
            if not self.pump.is_finished:
                return
            self.error = self.pump.error
        except Exception as error:  # noqa: BLE001 - raised once the other streams have ended
            self.error = error
        failed = self.error and Notice("Stopped by an error.", one_line(self.error))
        self.answer = self._run.finish(failed)
        if self.error is None and self.answer.reply.failure:
            # The API has told of it within the stream; the column shows it already.
            message = f"{self.model} reported a failure: {self.answer.reply.failure}"
            self.error = StreamFailedError(message)

    def stop(self) -> None:
        """Keep what has come until now, if the stream has not ended."""
        if self.answer is None:
            self._run.take(self.pump.take(0))
            self.answer = self._run.finish(INTERRUPTED)


class _ColumnScreen:
    """Where one of the answers is shown while it comes."""

    def __init__(self, page: _Page, number: int, *, with_badge: bool) -> None:
        self._page = page
        self._number = number
        self._with_badge = with_badge

    @property
    def shown_in(self) -> str:
        """The execution of a cell in which the answer can be seen."""
        return ""

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come."""
        text = reply.candidates[0].text if reply.candidates else ""
        self._page.write(self._number, guarded(closed(text)), text, status)
        return self._page.draw()

    def finish(self, answer: Answer) -> None:
        """Show the whole answer; the page draws it with the next or with the last."""
        status = badge(answer).text if self._with_badge and answer.usage is not None else ""
        shown = cast("Any", answer)._repr_mimebundle_()
        self._page.write(self._number, shown["text/markdown"], shown["text/plain"], status)


class _Page:
    """One output that holds all columns."""

    def __init__(self, models: Sequence[str]) -> None:
        self.columns = [Column(model, "", "", "asked") for model in models]
        self._handle: Any = None

    def write(self, number: int, markdown: str, plain: str, status: str) -> None:
        """Put new contents into a column."""
        self.columns[number] = Column(self.columns[number].model, markdown, plain, status)

    def draw(self, *, is_final: bool = False) -> int:
        """Show the page; return how many bytes that takes, as often as there are columns."""
        # A terminal can't draw anew what it has printed.
        if not is_final and not executions.in_kernel():
            return 0
        from IPython import display  # noqa: PLC0415 - loaded only where it is used

        bundle = page_of(self.columns)
        if self._handle is None:
            self._handle = cast("Any", display).display(bundle, raw=True, display_id=True)
        else:
            self._handle.update(bundle, raw=True)
        return sum(map(len, bundle.values())) * len(self.columns)
