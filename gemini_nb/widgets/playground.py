"""The playground: ask about a picture, see the marks, and take the code along."""

from __future__ import annotations

import base64
import json
import threading
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import ipywidgets
from google.genai import types

from gemini_nb.display import Table, counted, html, words
from gemini_nb.drawing.picture import Picture, load
from gemini_nb.errors import InvalidOptionError, NotAnAnswerError
from gemini_nb.markdown import as_html
from gemini_nb.replies.page import footer_of
from gemini_nb.spatial import prompts
from gemini_nb.spatial.annotations import Annotations, summary
from gemini_nb.streaming.live_overlay import LiveOverlay
from gemini_nb.tokens.badge import badge
from gemini_nb.widgets.cell_display import CellDisplay
from gemini_nb.widgets.controls import CodeTabs, Problem, button, safe_html
from gemini_nb.widgets.picture_input import PictureInput
from gemini_nb.widgets.run_settings import RunSettings, SettingsPanel
from gemini_nb.widgets.streamed_call import StreamedCall

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from google.genai import Client

    from gemini_nb.drawing.overlay import Overlay
    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.tokens.token_badge import TokenBadge

Task = Literal["points", "boxes", "masks", "trajectory", "own words"]

_HINTS: Final = dict.fromkeys(get_args(Task), "mug, pen; or nothing, for all there is") | {
    "trajectory": "from, to, what to avoid",
    "own words": "a prompt in your own words",
}
_WIDTH: Final = 800  # pixels: with the marks that come the picture goes to the page again
_RAW: Final = "margin:0;max-height:16em;overflow:auto;white-space:pre-wrap"


def question(task: Task, said: str) -> prompts.Prompt:
    """The prompt for a task: one of `gnb.prompts` for the things in `said`, with commas between.

    Raises:
        InvalidOptionError: something is missing, or there is no such task.

    Example:
        >>> print(question("trajectory", "the pen, the box, the cup").text.splitlines()[0])
        Give a trajectory of 15 points from the pen to the box, around the cup.
    """
    things = [thing for thing in said.split(",") if thing.strip()]
    if task in ("points", "boxes", "masks"):
        return getattr(prompts, task)(*things)
    if task == "trajectory" and len(things) > 1:
        return prompts.trajectory(things[0], things[1], avoid=things[2:])
    if task == "own words" and things:
        return prompts.Prompt(said.strip(), {})
    needed = _HINTS.get(task, f"a task that there is: {', '.join(_HINTS)}")
    raise InvalidOptionError(f"{task!r} needs {needed}; not {said!r}.")


@dataclass(frozen=True, slots=True, repr=False)
class Trial:
    """One question about a picture, with its answer; shows itself as the picture and its marks."""

    prompt: str
    settings: RunSettings
    answer: Answer
    overlay: Overlay
    """Its title says what was asked for, as "boxes: mug, pen"."""

    @property
    def found(self) -> Annotations:
        """What the answer marks."""
        return self.overlay.annotations

    @property
    def tokens(self) -> TokenBadge | None:
        """What it took; None of an answer that broke off before it told."""
        with suppress(NotAnAnswerError):
            return badge(self.answer)
        return None

    def __repr__(self) -> str:
        notices = footer_of(self.answer.reply, self.answer.stopped)[1]
        tokens = self.tokens.text if self.tokens else ""
        return "\n".join(filter(None, (repr(self.overlay), notices, str(self.settings), tokens)))

    def to_html(self) -> str:
        """The picture, what is to be said of the answer, settings and prompt, and the badge."""
        notices = as_html(footer_of(self.answer.reply, self.answer.stopped)[0])
        prompt = f"<summary>{html(str(self.settings))}</summary>{_raw(self.prompt)}"
        page = f"{self.overlay.to_html()}{notices}<details>{prompt}</details>"
        return page + (self.tokens.html if self.tokens else "")

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}


class History(tuple[Trial, ...]):
    """Trials, the first one first; shows itself as a table."""

    __slots__ = ()

    @property
    def table(self) -> Table:
        """What was asked and found, one row a trial."""
        rows = tuple(
            (
                words(trial.overlay.title, 60),
                summary(trial.found.items, trial.overlay.issues),
                str(trial.settings),
                str(trial.answer.stopped or trial.tokens),
            )
            for trial in self
        )
        return Table(counted(len(self), "trial"), ("asked", "found", "settings", "answer"), rows)

    def __repr__(self) -> str:
        return self.table.plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.table.bundle()


class _Column:
    """Run settings, and what is answered with them as it comes: the screen of a `StreamedCall`."""

    shown_in = ""
    trial: Trial | None = None
    call: StreamedCall

    def __init__(self, model: str | None, problem: Problem, end: Callable[[_Column], None]) -> None:
        self.panel = SettingsPanel("robotics", model, full=False)
        self._problem, self._end, self._code = problem, end, CodeTabs()
        self._picture, self._status, self._text = safe_html(), safe_html(), safe_html()
        folded: Any = ipywidgets.Accordion([self._text, self._code.tabs])
        for number, title in enumerate(("Answer as it came", "Get code")):
            folded.set_title(number, title)
        folded.selected_index = None
        layout = ipywidgets.Layout(flex="1 1 300px", min_width="0")
        shown = [self.panel.box, self._picture, self._status, folded]
        self.box: Any = ipywidgets.VBox(shown, layout=layout)

    def show(self, picture: Picture) -> None:
        """Show the picture without marks."""
        self._picture.value, self._text.value, self.trial = _bare(picture), "", None

    def prepare(self, client: Client, picture: Picture, asked: str, prompt: prompts.Prompt) -> Any:  # noqa: ANN401 - the SDK's chunks
        """The chunks of the call, which is sent when the first one is taken."""
        settings, schema = self.panel.settings, prompt.schema and json.dumps(prompt.schema)
        self._trial, self._asked = partial(Trial, prompt.text, settings), asked
        # Of a GIF Gemini takes only the pixels; of all else what is drawn on is what is sent.
        sent = load(picture.pixels() if picture.mime_type == "image/gif" else picture).encoded()
        part = types.Part.from_bytes(data=sent.data, mime_type=sent.mime_type)
        config = (replace(settings, schema=schema) if schema else settings).config()
        contents = [part, prompt.text]
        options: Any = {"model": settings.model, "contents": contents, "config": config}
        # Code is written when the answer is there: it takes a moment, and so the call goes first.
        call = client.models.generate_content_stream
        self._write_code = partial(self._code.show, call, **options)
        self._live = LiveOverlay(picture)
        self.show(picture)
        return call(**options)

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come so far."""
        text = "".join(candidate.text for candidate in reply.candidates[:1])
        self._status.value, self._text.value = html(status), _raw(text)
        if overlay := self._live.fresh(reply):
            self._picture.value = self._fitted(overlay).to_html()
        return len(text)

    def finish(self, answer: Answer) -> None:
        """Show the whole answer, and that it has ended."""
        try:
            self.trial = self._trial(answer, self._fitted(self._live.final(answer.reply)))
            self._picture.value = self.trial.to_html()
            self._status.value, self._text.value = "", _raw(answer.text)
            self._write_code()
        except Exception as error:  # noqa: BLE001 - a thread's exceptions are seen nowhere
            self._problem.tell(error)
        finally:
            self._end(self)

    def _fitted(self, overlay: Overlay) -> Overlay:
        return replace(overlay, max_width=_WIDTH, title=self._asked)


class Playground:
    """A picture and the controls to ask about it; `playground` makes it.

    From Python, `ask` says what to find, and `run` sends it and waits. Buttons are heard between
    cells: while a cell waits in `run`, it is Ctrl-C that stops.
    """

    def __init__(self, client: Client, image: object = None, *, model: str | None = None) -> None:
        self._client, self._problem = client, Problem()
        self._image: Picture | None = None
        self._history = History()
        self._lock, self._is_idle = threading.Lock(), threading.Event()
        self._running: set[_Column] = set()
        self._columns = [_Column(model, self._problem, self._end) for _ in range(2)]
        wrapped = {"flex_flow": "row wrap", "align_items": "center"}
        looks: Any = {"layout": {"width": "auto"}, "style": {"description_width": "initial"}}
        self._task: Any = ipywidgets.Dropdown(description="Find", options=[*_HINTS], **looks)
        # What is typed is sent when it is complete: a click would overtake its last letters.
        self._words: Any = ipywidgets.Textarea(description="What", continuous_update=False, **looks)
        self._compare: Any = ipywidgets.Checkbox(description="Compare", indent=False, **looks)
        # A second click may come before the first one is drawn.
        acts = {"Run": lambda: self._running or self._start(), "Stop": self.stop, "Keep": self.keep}
        self._go, self._stop, keep = (
            button(name, act, self._problem, layout={"width": "auto"}) for name, act in acts.items()
        )
        self._go.button_style, self._stop.disabled = "primary", True
        given = PictureInput(lambda data, _: setattr(self, "image", data), self._problem)
        bar = [given, self._task, self._go, self._stop, self._compare, keep]
        self._side: Any = ipywidgets.HBox(layout=wrapped | {"align_items": "flex-start"})
        self._past = safe_html()
        past: Any = ipywidgets.Accordion([self._past])
        past.set_title(0, "History")
        past.selected_index = None
        page = [ipywidgets.HBox(bar, layout=wrapped), self._words, self._problem, self._side, past]
        self._display = CellDisplay(ipywidgets.VBox(page))
        for control in (self._task, self._compare):
            control.observe(self._problem.watched(self._arrange), "value")
        self._arrange()
        if image is not None:
            self.image = image

    @property
    def image(self) -> Picture | None:
        """The picture that is asked about; set it to whatever `gnb.draw` takes."""
        return self._image

    @image.setter
    def image(self, image: object) -> None:
        self._check_idle()
        self._image = load(image)
        for column in self._columns:
            column.show(self._image)

    @property
    def settings(self) -> tuple[RunSettings, ...]:
        """Run settings, one for each column; set one, or two to compare them."""
        return tuple(column.panel.settings for column in self._shown)

    @settings.setter
    def settings(self, settings: Sequence[RunSettings]) -> None:
        self._check_idle()
        if len(settings) not in (1, 2):
            raise InvalidOptionError(f"Settings are one or two, in a list; not {len(settings)}.")
        self._compare.value = len(settings) > 1
        for column, each in zip(self._shown, settings, strict=True):
            column.panel.settings = each

    @property
    def reply(self) -> Answer | None:
        """The latest answer, of the first column; None before it has come."""
        trial = self._columns[0].trial
        return trial and trial.answer

    @property
    def found(self) -> Annotations:
        """What the latest answer marks, of the first column; nothing before it has come."""
        trial = self._columns[0].trial
        return trial.found if trial else Annotations()

    @property
    def history(self) -> History:
        """All that was asked and answered, the first one first; shows itself as a table."""
        return self._history

    def ask(self, task: Task, *things: str) -> None:
        """Choose what to find, as the controls do: `ask("boxes", "mug", "pen")`; `run` sends it.

        Args:
            task: what to find, or "own words" for a prompt of your own.
            things: as for `question`, in one string or several.

        Raises:
            InvalidOptionError: something is missing, or there is no such task.
        """
        said = ", ".join(things)
        question(task, said)
        self._task.value, self._words.value = task, said

    def run(self) -> History:
        """The new trials, one for each column, once all have come; Ctrl-C stops them.

        Raises:
            InvalidOptionError: there is no picture, the words lack something, or one still runs.
        """
        self._start()
        while not self._is_idle.is_set():
            try:
                self._is_idle.wait()
            except KeyboardInterrupt:
                self.stop()
        return History(column.trial for column in self._shown if column.trial)

    def stop(self) -> None:
        """End what is running; what has come is kept."""
        for column in tuple(self._running):
            column.call.stop()

    def keep(self) -> None:
        """Put the picture with its marks, prompt and tokens in the widget's place, to stay."""
        self._check_idle()
        self._display.replace(self._repr_mimebundle_())

    @property
    def _shown(self) -> list[_Column]:
        return self._columns if self._compare.value else self._columns[:1]

    def _arrange(self) -> None:
        self._words.placeholder = _HINTS[self._task.value]
        self._side.children = [column.box for column in self._shown]

    def _check_idle(self) -> None:
        if self._running:
            raise InvalidOptionError("An answer is still coming; wait for it, or stop it.")

    def _start(self) -> None:
        self._check_idle()
        if self._image is None:
            raise InvalidOptionError("There is no picture yet: drop one, or set `.image`.")
        task, said = self._task.value, self._words.value
        prompt, asked = question(task, said), f"{task}: {said.strip() or 'all there is'}"
        # All is prepared before anything is sent.
        chunks = [each.prepare(self._client, self._image, asked, prompt) for each in self._shown]
        self._running = set(self._shown)
        self._is_idle.clear()
        self._go.disabled, self._stop.disabled, self._compare.disabled = True, False, True
        for column, coming in zip(self._shown, chunks, strict=True):
            column.call = StreamedCall(coming, column)

    def _end(self, column: _Column) -> None:
        """One of the threads is done; the last one leaves all as it was."""
        with self._lock:
            self._running.discard(column)
            if self._running:
                return
        trials = [each.trial for each in self._shown if each.trial]
        self._history = History((*self._history, *trials))
        self._go.disabled, self._stop.disabled, self._compare.disabled = False, True, False
        self._is_idle.set()
        self._past.value = self._history.table.rich()

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        trials = [column.trial for column in self._shown if column.trial]
        if not trials:
            bare = _bare(self._image) if self._image else "<p>No picture yet.</p>"
            return {"text/plain": "A playground; nothing is answered yet.", "text/html": bare}
        pages = [f"<div>{trial.to_html()}</div>" for trial in trials]
        page = f"<div style='display:flex;flex-wrap:wrap;gap:16px'>{''.join(pages)}</div>"
        return {"text/plain": "\n".join(map(repr, trials)), "text/html": page}

    def _ipython_display_(self) -> None:
        self._display.show(self._repr_mimebundle_())


def playground(client: Client, image: object = None, *, model: str | None = None) -> Playground:
    """A playground: ask about a picture, see what the answer marks, and take the code along.

    Args:
        client: of `gnb.connect`, or any of google-genai's.
        image: whatever `gnb.draw` takes; it can be dropped on the widget as well.
        model: the model that is asked; by default the one for robotics.

    Example:
        >>> import gemini_nb as gnb
        >>> from PIL import Image
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> trying = playground(client, Image.new("RGB", (80, 60), "teal"))
        >>> trying.ask("boxes", "red mug")
        >>> trying.run()
        1 trial
          asked           found          settings                      answer
          boxes: red mug  nothing found  gemini-robotics-er-2-preview  offline/vision, ...
        >>> gnb.disconnect()
    """
    return Playground(client, image, model=model)


def _raw(text: str) -> str:
    return f"<pre style='{_RAW}'>{html(text)}</pre>"


def _bare(picture: Picture) -> str:
    """The picture without marks, as HTML."""
    shown = picture.encoded(_WIDTH)
    data = base64.b64encode(shown.data).decode("ascii")
    size = f"{picture.width} x {picture.height}"
    return f"<img alt='{size}' style='max-width:100%' src='data:{shown.mime_type};base64,{data}'>"
