"""A chat with settings, as in AI Studio: streamed, edited, compared, and taken along as code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import ipywidgets

from gemini_nb.display import MUTED, html
from gemini_nb.errors import InvalidOptionError
from gemini_nb.markdown import as_html
from gemini_nb.redaction import redact
from gemini_nb.replies.page import markdown_of
from gemini_nb.widgets.columns import Column, Page
from gemini_nb.widgets.controls import WRAPPED, button, safe_html, text_field
from gemini_nb.widgets.conversation import Conversation, Transcript, picture_html, with_results
from gemini_nb.widgets.picture_input import PictureInput
from gemini_nb.widgets.run_settings import SettingsPanel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from google.genai import Client
    from google.genai.chats import Chat

    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.widgets.conversation import Turn


class ChatColumn(Column):
    """A conversation on a page, and its next answer as it comes."""

    conversation = Conversation()

    def __init__(self, page: Studio, panel: SettingsPanel) -> None:
        super().__init__(page, panel)
        self._studio = page
        self._views: list[tuple[Turn, Any]] = []
        self._turns: Any = ipywidgets.VBox()
        self._coming, self._tokens = safe_html(), safe_html()
        said: Any = ipywidgets.VBox([self._turns, self._coming], layout={"flex": "0 0 auto"})
        # Laid out from its end, a box stays scrolled to its end while it grows.
        ends = {"flex_flow": "column-reverse", "max_height": "480px", "overflow": "auto"}
        self.box.children = [*self.folded, ipywidgets.VBox([said], layout=ends), self._tokens]

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come of the answer."""
        page = f"{as_html(markdown_of(reply))}<small style='{MUTED}'>{html(status)}</small>"
        self._coming.value = f"<div style='line-height:1.5'>{page}</div>"
        return len(page)

    def finish(self, answer: Answer) -> None:
        """Take the answer into the conversation."""
        self.show(self.conversation.with_answer(answer))

    def show(self, conversation: Conversation) -> None:
        """Show a conversation; turns that stand there already are left alone."""
        self.conversation, before = conversation, [*self._views]
        self._views = []
        for number, turn in enumerate(conversation.turns):
            is_there = number < len(before) and before[number][0] is turn
            self._views.append(before[number] if is_there else (turn, self._view(number, turn)))
        self._turns.children = [view for _, view in self._views]
        self._tokens.value = conversation.tokens(self.panel.settings.model)[1]
        self._coming.value = ""

    def put(self, conversation: Conversation) -> None:
        """Show a conversation in place of another, unless an answer is coming to that."""
        self._studio.check_idle()
        self.show(conversation)

    def _view(self, number: int, turn: Turn) -> Any:  # noqa: ANN401 - ipywidgets has no types
        """A turn, with a button that puts a field in its place to edit it in."""
        is_prompt = turn.role == "user"
        field = text_field("New prompt" if is_prompt else "New answer", 4)
        said = safe_html(turn.to_html())
        said.layout.flex = "1 1 0%"

        def write() -> None:
            field.value, view.children = redact(turn.text), [writing]

        def read() -> None:
            view.children = [reading]

        def take() -> None:
            if is_prompt:
                asked = self.conversation.up_to(number).edited(-1, field.value)
                self._studio.ask({self: asked})
            else:
                self.put(self.conversation.edited(number, field.value))
            read()

        acts = {"Edit": write, "Run again" if is_prompt else "Save": take, "Cancel": read}
        made = [button(name, act, self._studio.problem) for name, act in acts.items()]
        made[1].add_class("gnb-run")
        reading: Any = ipywidgets.HBox([said, made[0]])
        writing: Any = ipywidgets.VBox([field, ipywidgets.HBox(made[1:])])
        view: Any = ipywidgets.VBox([reading])
        return view


class Studio(Page[ChatColumn]):
    """A chat with its run settings; `studio` makes it."""

    def __init__(self, client: Client, panel: Callable[[], SettingsPanel]) -> None:
        super().__init__(client)
        self._new_panel = panel
        self._pictures: dict[Any, bytes] = {}  # by the widget that shows each
        self._system, self._prompt = text_field("System instruction", 2), text_field("Prompt", 3)
        self._prompt.placeholder = "Ctrl+Enter runs it"
        given = PictureInput(self._attach, self.problem, several=True)
        self._attached: Any = ipywidgets.HBox(layout=WRAPPED)
        new = button("New chat", self.clear, self.problem)
        bar: Any = ipywidgets.HBox([*self._buttons, new, given], layout=WRAPPED)
        below = [self._attached, self._prompt, bar, self.problem]
        self.page.children = [self._system, self._sides, *below]
        self.show_columns(1)

    @property
    def system(self) -> str:
        """What the model is told before all turns."""
        return self._system.value

    @system.setter
    def system(self, text: str) -> None:
        self._system.value = text

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
            InvalidOptionError: there is nothing to send, or the JSON schema is none.
            PictureError: an image can't be read.
        """
        self._send(text, images)
        self.wait()

    def edit(self, index: int, text: str, *, column: int = 0) -> None:
        """Put other words into a turn: 0 is your first prompt, 1 its answer. What follows stays.

        Raises:
            InvalidOptionError: there is no such turn or column, or nothing is left of the turn.
        """
        chosen = self._column(column)
        chosen.put(chosen.conversation.edited(index, text))

    def rerun(self, index: int, text: str | None = None, *, column: int = 0) -> None:
        """Have a prompt answered again, as it is or in other words, and wait; later turns go.

        Args:
            index: of the prompt or of its answer, as for `edit`.
            text: the prompt's new words; None to leave them.
            column: 0, or 1 for the second.

        Raises:
            InvalidOptionError: as `send`, or there is no such turn or column.
        """
        chosen = self._column(column)
        asked = chosen.conversation.up_to(index)
        self.ask({chosen: asked if text is None else asked.edited(-1, text)})
        self.wait()

    def clear(self) -> None:
        """Begin a new chat, under the same settings."""
        for column in self._columns:
            column.put(Conversation())

    def ask(self, asked: dict[ChatColumn, Conversation]) -> None:
        """Have the last prompts of conversations answered, without waiting."""
        self.check_idle()
        # All is prepared before anything is sent.
        calls = {column: self._options(column, chat) for column, chat in asked.items()}
        coming: dict[ChatColumn, Iterable[object]] = {}
        for column, chat in asked.items():
            column.show(chat)
            coming[column] = with_results(self._method(**calls[column]), len(chat.contents))
        self._begin(coming)

    def _column(self, number: int) -> ChatColumn:
        if number not in range(len(self._columns)):
            raise InvalidOptionError(f"There is no column {number}: there are {len(self._columns)}")
        return self._columns[number]

    def _new_column(self) -> ChatColumn:
        column = ChatColumn(self, self._new_panel())
        if self._columns:
            column.show(self.conversations[0])
        return column

    def _call(self, column: ChatColumn) -> dict[str, Any]:
        chat, pictures = column.conversation, self._pictures.values()
        # Without a new prompt it is the last call again.
        if self._prompt.value.strip() or pictures or not chat.turns:
            chat = chat.with_prompt(self._prompt.value, pictures)
        return self._options(column, chat.up_to(-1))

    def _options(self, column: ChatColumn, conversation: Conversation) -> dict[str, Any]:
        settings, contents = column.panel.settings, conversation.contents
        parts = (contents[0].parts or []) if len(contents) == 1 else []
        # A single question reads best as what it is.
        question = parts[0].text if len(parts) == 1 else None
        config = settings.config(self.system)
        return {"model": settings.model, "contents": question or contents, "config": config}

    def _attach(self, data: bytes, name: str) -> None:
        def remove() -> None:
            self._pictures.pop(view)
            self._attached.children = [*self._pictures]

        named = f"{picture_html(data, 96)}<small style='{MUTED}'>{html(name)}</small>"
        view: Any = ipywidgets.VBox([safe_html(named), button("Remove", remove, self.problem)])
        self._pictures[view] = data
        self._attached.children = [*self._pictures]

    def _run(self) -> None:
        self._send(self._prompt.value, self._pictures.values())
        self._pictures.clear()
        self._prompt.value, self._attached.children = "", ()

    def _send(self, text: str, images: Iterable[object]) -> None:
        pictures = [*images]
        self.ask({each: each.conversation.with_prompt(text, pictures) for each in self._columns})

    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        return self.transcript.bundle()


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
    made = Studio(client, lambda: SettingsPanel("text", model, functions=functions))
    made.system = system
    made.show_columns(columns)
    return made


def _is_wanted(record: logging.LogRecord) -> bool:
    # The SDK advises its chats instead, which keep nothing of an answer that was stopped.
    return not record.getMessage().startswith("Direct use of automatic function calling")


logging.getLogger("google_genai.models").addFilter(_is_wanted)
