"""A chat with settings, as in AI Studio: streamed, edited, compared, and taken along as code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from gemini_nb.display import MUTED, html
from gemini_nb.errors import InvalidOptionError
from gemini_nb.requests.curl import as_curl
from gemini_nb.requests.javascript import as_javascript
from gemini_nb.requests.python import as_python
from gemini_nb.widgets.cell_display import CellDisplay
from gemini_nb.widgets.chat_column import ChatColumn, text_field
from gemini_nb.widgets.controls import Problem, button, safe_html
from gemini_nb.widgets.conversation import Conversation
from gemini_nb.widgets.picture_input import PictureInput
from gemini_nb.widgets.run_settings import RunSettings, SettingsPanel
from gemini_nb.widgets.streamed_call import STOPPED
from gemini_nb.widgets.transcript import Transcript, picture_html

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from google.genai import Client
    from google.genai.chats import Chat

    from gemini_nb.requests.call_code import CallCode

_WRAPPED: Final = {"display": "flex", "flex_flow": "row wrap", "width": "100%"}


def studio(
    client: Client,
    *,
    model: str | None = None,
    system: str = "",
    functions: Sequence[Callable[..., object]] = (),
    columns: int = 1,
) -> Studio:
    """A `Studio`: a chat with its settings, which shows itself as the last line of a cell.

    Args:
        client: of `gnb.connect()`, or any of the SDK's.
        model: the one that answers; by default the catalog's.
        system: what the model is told before all turns.
        functions: Python functions that the model may have called, each with a box to tick.
        columns: 2 to ask two models, or one under two settings, at once.

    Raises:
        InvalidOptionError: `columns` is neither 1 nor 2.

    Example:
        >>> import gemini_nb as gnb
        >>> client = gnb.connect("offline")
        gemini_nb: offline, answered by the embedded server (mode "offline")
        >>> chat = studio(client, system="Be brief.")
        >>> chat.send("Tell me of a moon.")
        >>> [turn.role for turn in chat.conversations[0].turns]
        ['user', 'model']
        >>> gnb.disconnect()
    """
    made = Studio(client, SettingsPanel("text", model, functions=functions))
    made.system = system
    made.show_columns(columns)
    return made


class Studio:
    """A chat with its run settings; `studio` makes it.

    Answers come in threads, so that the page and the next cells stay usable. In ipykernel 6, which
    Colab has, a kernel that runs a cell hears the Stop button only when the cell has ended: there,
    stop `send` with the notebook's own stop button.
    """

    def __init__(self, client: Client, panel: SettingsPanel) -> None:
        self._client, self._problem = client, Problem()
        self._pictures: dict[Any, bytes] = {}  # by the widget that shows each
        self._system, self._prompt = text_field("System instruction", 2), text_field("Prompt", 3)
        acts = {
            "Run": self._send_typed,
            "Stop": self.stop,
            "Two columns": lambda: self.show_columns(3 - len(self._columns)),
            "New chat": self.clear,
            "Get code": self._show_code,
            "Keep": self.keep,
        }
        made = [button(name, acts[name], self._problem, layout={"width": "auto"}) for name in acts]
        self._run, self._stop, self._both, *_ = made
        self._run.button_style = "primary"
        pictures = PictureInput(self._attach, self._problem, several=True)
        self._attached, self._sides = (ipywidgets.HBox(layout=_WRAPPED) for _ in "ab")
        controls: Any = ipywidgets.HBox([*made, pictures], layout=_WRAPPED)
        below = [self._attached, self._prompt, controls, self._problem]
        self.page: Any = ipywidgets.VBox([self._system, self._sides, *below])
        """The widget, to be placed in one of yours."""
        self._display = CellDisplay(self.page)
        self._columns: list[ChatColumn] = []
        self._add_column(panel, Conversation())

    @property
    def system(self) -> str:
        """What the model is told before all turns."""
        return self._system.value

    @system.setter
    def system(self, text: str) -> None:
        self._system.value = text

    @property
    def settings(self) -> tuple[RunSettings, ...]:
        """The run settings of each column; set as many, or one for all."""
        return tuple(column.panel.settings for column in self._columns)

    @settings.setter
    def settings(self, settings: RunSettings | Sequence[RunSettings]) -> None:
        is_one = isinstance(settings, RunSettings)
        given = [settings] * len(self._columns) if is_one else settings
        for column, each in zip(self._columns, given, strict=True):
            column.panel.settings = each

    @property
    def conversations(self) -> tuple[Conversation, ...]:
        """What was said in each column."""
        return tuple(column.conversation for column in self._columns)

    @property
    def transcript(self) -> Transcript:
        """All of it as a page that shows itself, with nothing live."""
        return Transcript(self.system, tuple(zip(self.settings, self.conversations, strict=True)))

    @property
    def chat(self) -> Chat:
        """A chat of the SDK's that goes on from here, with the settings of the first column."""
        turns, settings = self.conversations[0].turns, self.settings[0]
        is_open = bool(turns) and turns[-1].role == "user"
        history: Any = Conversation(turns[:-1] if is_open else turns).contents
        config = settings.config(self.system)
        return self._client.chats.create(model=settings.model, config=config, history=history)

    def send(self, text: str, *images: object) -> None:
        """Let every column answer a prompt, and wait for them; Ctrl-C stops them all.

        What the API refuses is told in the place of the answer.

        Args:
            text: the prompt.
            images: what it is about, each in any form that `gnb.draw` takes.

        Raises:
            InvalidOptionError: there is nothing to send, the JSON schema is none, or an answer is
                still coming.
            PictureError: an image can't be read.
        """
        self._send(text, images)
        self.wait()

    def edit(self, index: int, text: str, *, column: int = 0) -> None:
        """Put other words into a turn: 0 is your first prompt, 1 its answer. What follows stays.

        Raises:
            InvalidOptionError: there is no such turn, or an answer is still coming.
        """
        self._columns[column].edit(index, text)

    def rerun(self, index: int, text: str | None = None, *, column: int = 0) -> None:
        """Have a prompt answered again, as it is or in other words, and wait; later turns go.

        Args:
            index: of the prompt or of its answer, as for `edit`.
            text: the prompt's new words; None to leave them.
            column: 0, or 1 for the second.

        Raises:
            InvalidOptionError: as `send`, or there is no such turn.
        """
        self._rerun(self._columns[column], index, text)
        self.wait()

    def wait(self) -> None:
        """Return when no answer is coming any more; Ctrl-C stops them all."""
        for column in self._columns:
            if column.call is not None and column.call.wait().stopped is STOPPED:
                self.stop()

    def stop(self) -> None:
        """End the answers that are coming; what came stays."""
        for column in self._columns:
            column.stop()

    def clear(self) -> None:
        """Begin a new chat, under the same settings."""
        for column in self._columns:
            column.check_idle()
            column.show(Conversation())

    def keep(self) -> None:
        """Put the transcript in the place of the widget, to stay in the saved notebook."""
        self._display.replace(self._repr_mimebundle_())

    def show_columns(self, count: int) -> None:
        """Show one column, or two to compare: the second begins as a copy of the first.

        Raises:
            InvalidOptionError: `count` is neither 1 nor 2, or an answer is still coming.
        """
        if count not in {1, 2}:
            raise InvalidOptionError(f"A studio has 1 column or 2, not {count!r}.")
        for column in self._columns:
            column.check_idle()
        if count > len(self._columns):
            panel = SettingsPanel("text")
            panel.settings = self.settings[0]
            self._add_column(panel, self.conversations[0])
        del self._columns[count:]
        self._refresh()

    def as_python(self) -> CallCode:
        """The next call of the first column as Python; the last one, where no prompt is typed.

        Raises:
            InvalidOptionError: there is none yet. So with `as_curl` and `as_javascript`.
        """
        return as_python(self._client.models.generate_content_stream, **self._call())

    def as_curl(self) -> CallCode:
        """The same call for curl."""
        return as_curl(self._client.models.generate_content_stream, **self._call())

    def as_javascript(self) -> CallCode:
        """The same call in JavaScript."""
        return as_javascript(self._client.models.generate_content_stream, **self._call())

    def __repr__(self) -> str:
        return repr(self.transcript)

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.transcript.bundle()

    def _ipython_display_(self) -> None:
        self._display.show(self._repr_mimebundle_())

    def _call(self, number: int = 0) -> dict[str, Any]:
        chat, pictures = self.conversations[number], self._pictures.values()
        if self._prompt.value.strip() or pictures or not chat.turns:
            chat = chat.with_prompt(self._prompt.value, pictures)
        return self._columns[number].options(chat.up_to(-1), self.system)

    def _show_code(self) -> None:
        for number, column in enumerate(self._columns):
            column.code.show(self._client.models.generate_content_stream, **self._call(number))
        for column in self._columns:
            column.folded.selected_index = 1

    def _attach(self, data: bytes, name: str) -> None:
        def remove() -> None:
            self._pictures.pop(view)
            self._attached.children = [*self._pictures]

        named = f"{picture_html(data, 96)}<small style='{MUTED}'>{html(name)}</small>"
        removal = button("Remove", remove, self._problem, layout={"width": "auto"})
        view: Any = ipywidgets.VBox([safe_html(named), removal])
        self._pictures[view] = data
        self._attached.children = [*self._pictures]

    def _send_typed(self) -> None:
        self._send(self._prompt.value, [*self._pictures.values()])
        self._pictures.clear()
        self._prompt.value, self._attached.children = "", ()

    def _send(self, text: str, images: Sequence[object]) -> None:
        self._ask([(each, each.conversation.with_prompt(text, images)) for each in self._columns])

    def _rerun(self, column: ChatColumn, index: int, text: str | None) -> None:
        chat = column.conversation
        self._ask([(column, (chat if text is None else chat.edited(index, text)).up_to(index))])

    def _ask(self, asked: list[tuple[ChatColumn, Conversation]]) -> None:
        for column in self._columns:
            column.check_idle()
        calls = [column.options(chat, self.system) for column, chat in asked]
        for (column, chat), options in zip(asked, calls, strict=True):
            column.begin(chat, self._client, options)
        self._refresh()

    def _add_column(self, panel: SettingsPanel, conversation: Conversation) -> None:
        column = ChatColumn(panel, self._problem, self._refresh, self._rerun)
        column.show(conversation)
        self._columns.append(column)
        self._refresh()

    def _refresh(self) -> None:
        is_busy = any(column.is_busy for column in self._columns)
        self._run.disabled, self._stop.disabled = is_busy, not is_busy
        self._both.description = "One column" if len(self._columns) > 1 else "Two columns"
        self._sides.children = [column.box for column in self._columns]


def _is_wanted(record: logging.LogRecord) -> bool:
    # The SDK advises its chats instead, which keep nothing of an answer that was stopped.
    return not record.getMessage().startswith("Direct use of automatic function calling")


logging.getLogger("google_genai.models").addFilter(_is_wanted)
