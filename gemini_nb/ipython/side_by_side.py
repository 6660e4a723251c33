"""Several models' answers to one prompt: asked at once, shown in columns, kept as one value."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from gemini_nb.display import MUTED, clean, html, words
from gemini_nb.errors import StreamFailedError
from gemini_nb.replies.page import markdown_of, plain_of
from gemini_nb.streaming.cell import Output
from gemini_nb.streaming.interrupts import Interrupts
from gemini_nb.streaming.notebook import current, is_above
from gemini_nb.streaming.reader_thread import ReaderThread
from gemini_nb.streaming.run import Run
from gemini_nb.streaming.screens import chosen_display
from gemini_nb.streaming.stream import INTERRUPTED, PATIENCE, error_notice
from gemini_nb.tokens.badge import badge as badge_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from gemini_nb.replies.notices import Notice
    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer

_WAIT: Final = 0.05  # seconds for one stream, while the others wait
_ROW: Final = "display:flex;flex-wrap:wrap;gap:0 24px;align-items:flex-start"
_COLUMN: Final = "flex:1 1 18em;min-width:0;overflow-x:auto"
_HEAD: Final = "border-bottom:1px solid rgba(127,127,127,.45);padding-bottom:2px"


class Column(NamedTuple):
    """One model's share of the page; where styles are taken away, they stand below each other."""

    model: str
    markdown: str = ""
    """Safe to show."""
    plain: str = ""
    status: str = "asked"
    """A line below: what it cost, or that it still comes."""


def page_of(columns: Sequence[Column]) -> dict[str, str]:
    """The columns as a MIME bundle: Markdown within HTML, so that code and mathematics are set."""
    plain: list[str] = []
    rich = f'<div style="{_ROW}">\n'
    for one in columns:
        name = words(one.model)
        told = (name, "=" * len(name), one.plain, clean(one.status))
        plain.append("\n".join(filter(None, told)))
        # Two dollar signs would be taken for mathematics.
        status = html(one.status).replace("$", "<span>$</span>").replace("\n", "<br>")
        head = f'<div style="{_HEAD}"><strong>{html(name)}</strong></div>'
        foot = f'<div style="{MUTED}">{status}</div>'
        # Blank lines let Markdown begin and end within the HTML.
        rich += f'<div style="{_COLUMN}">\n{head}\n\n{one.markdown}\n\n{foot}\n</div>\n'
    return {"text/plain": "\n\n".join(plain), "text/markdown": f"{rich}</div>"}


class SideBySide(dict[str, "Answer"]):
    """Answers by model; as the last line of a cell it shows them in columns."""

    def __init__(self, said: dict[str, Answer], columns: Sequence[Column], shown_in: str) -> None:
        super().__init__(said)
        self.columns = tuple(columns)
        self._shown_in = shown_in

    def __repr__(self) -> str:
        return page_of(self.columns)["text/plain"]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return page_of(self.columns)

    def _ipython_display_(self) -> None:
        if not is_above(self._shown_in):
            # IPython then asks for the bundle.
            raise NotImplementedError("not shown in this cell yet")


def stream_side_by_side(
    streams: Mapping[str, Iterable[object]], *, badge: bool = True
) -> SideBySide:
    """The answers of several models, fetched at once and shown in columns while they arrive.

    They are shown as `gnb.stream` with "auto" would: GEMINI_NB_DISPLAY decides, if it is set.
    Stopping the cell keeps what has come, and raises nothing.

    Args:
        streams: the chunks of each model's answer.
        badge: whether a line below each answer says what it cost in tokens.

    Raises:
        InvalidOptionError: GEMINI_NB_DISPLAY is none of the words that `gnb.stream` takes.
        Exception: the first error of a stream, once all have ended; a StreamFailedError where the
            API told of it in the midst of an answer. Its `answer` is the `SideBySide` of all.
    """
    output, display = Output(), chosen_display("auto")

    def draw(*, is_final: bool = False) -> int:
        # Only a cell can draw anew what it has shown.
        if display == "off" or not (is_final or display == "cell"):
            return 0
        # All are drawn again whenever one has news, so that each counts for all.
        page = page_of([lane.column for lane in lanes])
        if display in {"plain", "terminal"}:
            del page["text/markdown"]
        output.show(page)
        return sum(map(len, page.values())) * len(lanes)

    lanes = [_Lane(*one, draw, has_badge=badge) for one in streams.items()]
    with ExitStack() as entered:
        interrupts = entered.enter_context(Interrupts(lanes[0].reader.wake))
        for lane in lanes:
            entered.enter_context(lane.reader)
        while any(lane.answer is None for lane in lanes):
            for lane in lanes:
                lane.step(is_stopped=interrupts.happened)
    draw(is_final=True)
    answers = {lane.column.model: cast("Answer", lane.answer) for lane in lanes}
    shown_in = "" if display == "off" else current()
    shown = SideBySide(answers, [lane.column for lane in lanes], shown_in)
    error: Any = next((lane.error for lane in lanes if lane.error is not None), None)
    if error is not None:
        error.answer = shown
        raise error
    return shown


class _Lane:
    """One stream on its way to its answer, and the column that `Run` shows it in."""

    shown_in = ""

    def __init__(
        self, model: str, chunks: Iterable[object], draw: Callable[[], int], *, has_badge: bool
    ) -> None:
        self.column = Column(model)
        self.reader = ReaderThread(chunks)
        self.answer: Answer | None = None
        self.error: BaseException | None = None
        self._draw_page, self._has_badge, self._run = draw, has_badge, Run(self)

    def step(self, *, is_stopped: bool) -> None:
        """Take what has come, if the stream has not ended."""
        if self.answer is not None:
            return
        try:
            self._run.take(self.reader.take(0 if is_stopped else _WAIT))
            self._run.watch(PATIENCE)
            if not self.reader.is_finished and not is_stopped:
                return
            self.error = self.reader.error
        except Exception as error:  # noqa: BLE001 - raised once the other streams have ended
            self.error = error
        ended = None if self.reader.is_finished else INTERRUPTED
        self.answer = self._run.finish(ended if self.error is None else error_notice(self.error))
        if self.error is None and (failure := self.answer.reply.failure):
            # The API has told of it within the stream; the column shows it already.
            self.error = StreamFailedError(f"{words(self.column.model)} failed: {failure}")

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come."""
        if any(candidate.segments for candidate in reply.candidates):
            self._write(reply, None, status)
        self.column = self.column._replace(status=status)
        return self._draw_page()

    def finish(self, answer: Answer) -> None:
        """Show the whole answer; the page draws it with the next or with the last."""
        status = badge_of(answer).text if self._has_badge and answer.usage is not None else ""
        self._write(answer.reply, answer.stopped, status)

    def _write(self, reply: Reply, stopped: Notice | None, status: str) -> None:
        shown = markdown_of(reply, stopped), plain_of(reply, stopped)
        self.column = Column(self.column.model, *shown, status)
