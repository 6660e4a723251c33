"""The playground: ask about a picture, see the marks, and take the code along."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from functools import partial
from operator import setitem
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

import ipywidgets

from gemini_nb.display import Table, counted, html, words
from gemini_nb.drawing.picture import Picture, load
from gemini_nb.errors import InvalidOptionError
from gemini_nb.markdown import as_html
from gemini_nb.replies.page import footer_of
from gemini_nb.spatial import prompts
from gemini_nb.spatial.annotations import Annotations, summary
from gemini_nb.streaming.live_overlay import LiveOverlay
from gemini_nb.tokens.badge import badge
from gemini_nb.widgets.columns import Column, Page
from gemini_nb.widgets.controls import WRAPPED, folded, safe_html, text_field
from gemini_nb.widgets.conversation import picture_html, picture_part
from gemini_nb.widgets.picture_input import PictureInput
from gemini_nb.widgets.run_settings import RunSettings, SettingsPanel

if TYPE_CHECKING:
    from collections.abc import Callable

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
_EMPTY: Final = (
    "<div style='padding:3em;border:1px dashed rgba(127,127,127,.8);text-align:center'>"
    "Drop a picture here</div>"
)
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
        return badge(self.answer) if self.answer.usage else None

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

    def _table(self) -> Table:
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

    def to_html(self) -> str:
        """What was asked and found, one row a trial; scrolled where there is little room."""
        return f"<div style='overflow:auto;line-height:1.5'>{self._table().rich()}</div>"

    def __repr__(self) -> str:
        return self._table().plain()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self.to_html()}


class TrialColumn(Column):
    """A picture, and its marks as they come."""

    trial: Trial | None = None

    def __init__(self, page: Playground, panel: SettingsPanel) -> None:
        self._picture, self._status, self._text = safe_html(), safe_html(), safe_html()
        super().__init__(page, panel)
        raw = folded("Answer as it came", self._text)
        self.box.children = [*self.folded, raw, self._picture, self._status]

    def show(self, picture: Picture | None) -> None:
        """Show a picture without marks, or where to drop one."""
        self._picture.value = picture_html(picture, _WIDTH) if picture else _EMPTY
        self._text.value, self.trial = "", None

    def expect(
        self, picture: Picture, title: str, prompt: str, take: Callable[[Trial], object]
    ) -> None:
        """Show a picture that is asked about; `take` is called with the trial, in its thread."""
        self.show(picture)
        self._live, self._title, self._take = LiveOverlay(picture), title, take
        self._trial = partial(Trial, prompt, self.panel.settings)

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come so far."""
        text = "".join(candidate.text for candidate in reply.candidates[:1])
        self._status.value, self._text.value = html(status), _raw(text)
        if overlay := self._live.fresh(reply):
            self._picture.value = self._fitted(overlay).to_html()
        return len(text)

    def finish(self, answer: Answer) -> None:
        """Show the whole answer."""
        self._status.value, self._text.value = "", _raw(answer.text)
        self.trial = self._trial(answer, self._fitted(self._live.final(answer.reply)))
        self._take(self.trial)
        self._picture.value = self.trial.to_html()

    def _fitted(self, overlay: Overlay) -> Overlay:
        return replace(overlay, max_width=_WIDTH, title=self._title)


class Playground(Page[TrialColumn]):
    """A picture and the controls to ask about it; `playground` makes it.

    From Python, `ask` says what to find, and `run` sends it and waits.
    """

    def __init__(self, client: Client, image: object, model: str | None) -> None:
        super().__init__(client)
        self._model, self._image = model, None if image is None else load(image)
        self._history: list[Trial | None] = []  # None until it has ended
        given = PictureInput(lambda data, _: setattr(self, "image", data), self.problem)
        looks: Any = {"layout": {"width": "auto"}, "style": {"description_width": "initial"}}
        self._task: Any = ipywidgets.Dropdown(description="Find", options=[*_HINTS], **looks)
        self._words, self._past = text_field("What", 2), safe_html()
        self._task.observe(self.problem.watched(self._refresh), "value")
        bar: Any = ipywidgets.HBox([given, self._task, *self._buttons], layout=WRAPPED)
        past = folded("History", self._past)
        self.page.children = [bar, self._words, self.problem, self._sides, past]
        self.show_columns(1)

    @property
    def image(self) -> Picture | None:
        """The picture that is asked about; set it to whatever `gnb.draw` takes."""
        return self._image

    @image.setter
    def image(self, image: object) -> None:
        self.check_idle()
        self._image = load(image)
        for column in self._columns:
            column.show(self._image)

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
        return History(filter(None, self._history))

    def ask(self, task: Task, *things: str) -> None:
        """Choose what to find, as the controls do: `ask("boxes", "mug", "pen")`; `run` sends it.

        For the task "own words" the things are one prompt of yours.

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
        self._run()
        self.wait()
        return self._shown

    @property
    def _shown(self) -> History:
        return History(column.trial for column in self._columns if column.trial)

    def _new_column(self) -> TrialColumn:
        column = TrialColumn(self, SettingsPanel("robotics", self._model, full=False))
        column.show(self._image)
        return column

    def _call(self, column: TrialColumn) -> dict[str, Any]:
        if self._image is None:
            raise InvalidOptionError("There is no picture yet: drop one, or set `.image`.")
        prompt, settings = question(self._task.value, self._words.value), column.panel.settings
        if prompt.schema:
            settings = replace(settings, schema=json.dumps(prompt.schema))
        contents = [picture_part(self._image), prompt.text]
        return {"model": settings.model, "contents": contents, "config": settings.config()}

    def _run(self) -> None:
        self.check_idle()
        # All is prepared before anything is sent.
        calls = {column: self._call(column) for column in self._columns}
        title = f"{self._task.value}: {self._words.value.strip() or 'all there is'}"
        for column, options in calls.items():
            take = partial(setitem, self._history, len(self._history))
            self._history.append(None)
            column.expect(load(self._image), title, options["contents"][-1], take)
        self._begin({column: self._method(**options) for column, options in calls.items()})

    def _refresh(self) -> None:
        super()._refresh()
        self._words.placeholder = f"{_HINTS[self._task.value]} (Ctrl+Enter runs it)"
        self._past.value = self.history.to_html()

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        if not self._shown:
            bare = picture_html(self._image, _WIDTH) if self._image else "<p>No picture yet.</p>"
            return {"text/plain": "A playground; nothing is answered yet.", "text/html": bare}
        pages = "".join(f"<div>{trial.to_html()}</div>" for trial in self._shown)
        page = f"<div style='display:flex;flex-wrap:wrap;gap:16px'>{pages}</div>"
        return {"text/plain": "\n".join(map(repr, self._shown)), "text/html": page}


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
    return Playground(client, image, model)


def _raw(text: str) -> str:
    return f"<pre style='{_RAW}'>{html(text)}</pre>"
