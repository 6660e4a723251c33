"""One column of a studio: a conversation, its run settings, and the place where answers come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import ipywidgets

from gemini_nb.display import MUTED, html
from gemini_nb.errors import InvalidOptionError
from gemini_nb.markdown import as_html
from gemini_nb.replies.page import markdown_of
from gemini_nb.widgets.controls import CodeTabs, Problem, button, safe_html
from gemini_nb.widgets.conversation import Conversation, with_results
from gemini_nb.widgets.streamed_call import StreamedCall
from gemini_nb.widgets.transcript import tokens_of, turn_html

if TYPE_CHECKING:
    from collections.abc import Callable

    from google.genai import Client

    from gemini_nb.replies.reply import Reply
    from gemini_nb.streaming.answer import Answer
    from gemini_nb.widgets.conversation import Turn
    from gemini_nb.widgets.run_settings import SettingsPanel


class ChatColumn:
    """A conversation on a page, with its settings and code; `box` is the widget.

    Args:
        panel: its run settings.
        problem: where errors are told.
        refresh: called when an answer has ended, in its thread.
        rerun: called with the column, the number of a prompt, and its new words.
    """

    shown_in = ""

    def __init__(
        self,
        panel: SettingsPanel,
        problem: Problem,
        refresh: Callable[[], object],
        rerun: Callable[[ChatColumn, int, str], object],
    ) -> None:
        self.panel, self._problem, self._refresh, self._rerun = panel, problem, refresh, rerun
        self.conversation = Conversation()
        self.call: StreamedCall | None = None
        self.is_busy = False
        self.code = CodeTabs()
        self._views: list[tuple[Turn, Any]] = []
        self._turns: Any = ipywidgets.VBox()
        self._coming, self._tokens = safe_html(), safe_html()
        self.folded: Any = ipywidgets.Accordion([panel.box, self.code.tabs])
        for number, title in enumerate(("Run settings", "Code")):
            self.folded.set_title(number, title)
        self.folded.selected_index = None
        said: Any = ipywidgets.VBox([self._turns, self._coming], layout={"flex": "0 0 auto"})
        # Laid out from its end, a box stays scrolled to its end while it grows.
        ends = {"flex_flow": "column-reverse", "max_height": "480px", "overflow": "auto"}
        shown = [self.folded, ipywidgets.VBox([said], layout=ends), self._tokens]
        layout = {"flex": "1 1 300px", "min_width": "0", "padding": "0 8px 0 0"}
        self.box: Any = ipywidgets.VBox(shown, layout=layout)

    def check_idle(self) -> None:
        """Raise an InvalidOptionError while an answer is coming."""
        if self.is_busy:
            raise InvalidOptionError("An answer is still coming: stop it, or wait for its end.")

    def options(self, conversation: Conversation, system: str) -> dict[str, Any]:
        """What the SDK is called with to have a conversation answered."""
        settings, contents = self.panel.settings, conversation.contents
        parts = (contents[0].parts or []) if len(contents) == 1 else []
        # A single question reads best as what it is.
        question = parts[0].text if len(parts) == 1 else None
        config = settings.config(system)
        return {"model": settings.model, "contents": question or contents, "config": config}

    def begin(self, conversation: Conversation, client: Client, options: dict[str, Any]) -> None:
        """Show the conversation, and let its answer come."""
        self.show(conversation)
        self.is_busy = True
        chunks: Any = client.models.generate_content_stream(**options)
        self.call = StreamedCall(with_results(chunks, len(conversation.contents)), self)

    def stop(self) -> None:
        """End the answer that is coming; what came stays."""
        if self.call is not None:
            self.call.stop()

    def draw(self, reply: Reply, status: str) -> int:
        """Show what has come of the answer."""
        page = f"{as_html(markdown_of(reply))}<small style='{MUTED}'>{html(status)}</small>"
        self._coming.value = f"<div style='line-height:1.5'>{page}</div>"
        return len(page)

    def finish(self, answer: Answer) -> None:
        """Take the answer into the conversation."""
        try:
            self.show(self.conversation.with_answer(answer))
        except Exception as error:  # noqa: BLE001 - a thread's exceptions are seen nowhere
            self._problem.tell(error)
        finally:
            self.is_busy = False
            self._refresh()

    def edit(self, index: int, text: str) -> None:
        """Put other words into a turn."""
        self.check_idle()
        self.show(self.conversation.edited(index, text))

    def show(self, conversation: Conversation) -> None:
        """Show a conversation; turns that stand there already are left alone."""
        self.conversation, before = conversation, [*self._views]
        self._views = []
        for number, turn in enumerate(conversation.turns):
            is_there = number < len(before) and before[number][0] is turn
            self._views.append(before[number] if is_there else (turn, self._view(number, turn)))
        self._turns.children = [view for _, view in self._views]
        self._tokens.value = tokens_of(conversation, self.panel.settings.model)[1]
        self._coming.value = ""

    def _view(self, number: int, turn: Turn) -> Any:  # noqa: ANN401 - ipywidgets has no types
        """A turn, with a button that puts a field in its place to edit it in."""
        is_prompt = turn.role == "user"
        field = text_field("New prompt" if is_prompt else "New answer", 4)
        said: Any = safe_html(turn_html(turn))
        said.layout.flex = "1 1 0%"

        def write() -> None:
            field.value, view.children = turn.text, [writing]

        def read() -> None:
            view.children = [reading]

        def take() -> None:
            if is_prompt:
                self._rerun(self, number, field.value)
            else:
                self.edit(number, field.value)

        acts = {"Edit": write, "Run again" if is_prompt else "Save": take, "Cancel": read}
        made = [button(name, acts[name], self._problem, layout={"width": "auto"}) for name in acts]
        reading: Any = ipywidgets.HBox([said, made[0]])
        writing: Any = ipywidgets.VBox([field, ipywidgets.HBox(made[1:])])
        view: Any = ipywidgets.VBox([reading])
        return view


def text_field(name: str, rows: int) -> Any:  # noqa: ANN401 - as above
    """A field for several lines, with its name beside it.

    It tells its text when it is left: a click on a button would overtake the last letters.
    """
    layout = {"width": "calc(100% - 4px)", "max_width": "64em"}
    style = {"description_width": "initial"}
    options: Any = {"layout": layout, "style": style, "rows": rows, "continuous_update": False}
    return ipywidgets.Textarea(description=name, **options)
