"""Pages that ask a model in one column, or in two to compare: what playground and studio share."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import ipywidgets

from gemini_nb.display import html
from gemini_nb.errors import InvalidOptionError
from gemini_nb.replies.notices import Notice
from gemini_nb.requests.curl import as_curl
from gemini_nb.requests.javascript import as_javascript
from gemini_nb.requests.python import as_python
from gemini_nb.streaming.reader_thread import ReaderThread
from gemini_nb.streaming.run import Run, Screen
from gemini_nb.streaming.stream import PATIENCE, error_notice, follow
from gemini_nb.widgets.cell_display import CellDisplay
from gemini_nb.widgets.controls import WRAPPED, Problem, button, folded, safe_html
from gemini_nb.widgets.run_settings import RunSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from google.genai import Client

    from gemini_nb.requests.call_code import CallCode
    from gemini_nb.widgets.run_settings import SettingsPanel

_LANGUAGES: Final = {"Python": as_python, "curl": as_curl, "JavaScript": as_javascript}
_CODE: Final = "margin:0;max-height:24em;overflow:auto;white-space:pre;line-height:1.4"
STOPPED: Final = Notice("Stopped.", "The answer ends where you stopped it.")


class Column(Screen):
    """One side of a page: run settings, code, and an answer while it comes; `box` is the widget.

    What a call raises becomes a notice below what came of its answer.
    """

    def __init__(self, page: Page[Any], panel: SettingsPanel) -> None:
        self.panel, self._page, self._code = panel, page, safe_html()
        looks: Any = {"options": [*_LANGUAGES], "style": {"button_width": "auto"}}
        self._language: Any = ipywidgets.ToggleButtons(**looks)
        code = folded("Get code", ipywidgets.VBox([self._language, self._code]))
        for control in (code.children[0], self._language):
            control.observe(page.problem.watched(self._write_code), "value")
        self.folded = folded("Run settings", panel.box), code
        layout = {"flex": "1 1 300px", "min_width": "0", "padding": "0 8px 0 0"}
        self.box: Any = ipywidgets.VBox(layout=layout)

    @property
    def shown_in(self) -> str:
        """In no cell: a widget may be shown in several."""
        return ""

    def begin(self, chunks: Iterable[object]) -> None:
        """Let an answer come, in a thread: the page and the next cells stay usable."""
        self._reader, self._is_stopped = ReaderThread(chunks), False
        threading.Thread(target=self._follow, daemon=True).start()

    def stop(self) -> None:
        """End the answer now; what came stays."""
        self._is_stopped = True
        self._reader.wake()

    def _write_code(self) -> None:
        self._code.value = ""  # what it was is wrong by now
        if self.folded[1].children[0].value:
            code = self._page.code(self, self._language.value)
            self._code.value = f"<pre style='{_CODE}'>{html(str(code))}</pre>"

    def _follow(self) -> None:
        run, notice = Run(self), None
        try:
            with self._reader:
                try:
                    follow(run, self._reader, lambda: self._is_stopped, PATIENCE)
                    notice = STOPPED if self._is_stopped else None
                except Exception as error:  # noqa: BLE001 - it is shown
                    notice = error_notice(error)
            run.finish(notice)
        except Exception as error:  # noqa: BLE001 - a thread's exceptions are seen nowhere
            self._page.problem.tell(error)
        finally:
            self._page.ended(self)


ColumnKind = TypeVar("ColumnKind", bound=Column)


class Page(ABC, Generic[ColumnKind]):
    """One column or two, and the buttons that act on all; `page` is the widget.

    Whatever would change it raises an InvalidOptionError while an answer is coming.
    """

    def __init__(self, client: Client) -> None:
        self._client, self.problem = client, Problem()
        self._columns: list[ColumnKind] = []
        self._busy: set[ColumnKind] = set()
        self._lock, self._is_idle = threading.Lock(), threading.Event()
        self._is_idle.set()
        acts = {
            "Run": lambda: self._busy or self._run(),  # a double click is one
            "Stop": self.stop,
            "Two columns": lambda: self.show_columns(3 - len(self._columns)),
            "Keep": self.keep,
        }
        self._buttons = [button(name, act, self.problem) for name, act in acts.items()]
        self._buttons[0].button_style = "primary"
        self._buttons[0].add_class("gnb-run")  # what Ctrl+Enter clicks
        # So it is in ipykernel 6, which Colab has.
        self._buttons[1].tooltip = "While a cell runs, it may take the notebook's own stop button"
        self._sides: Any = ipywidgets.HBox(layout=WRAPPED)
        self.page: Any = ipywidgets.VBox()
        """To be placed in a widget of yours."""
        self._display = CellDisplay(self.page)

    @abstractmethod
    def _new_column(self) -> ColumnKind:
        """A column that begins as the first one stands, or the first."""

    @abstractmethod
    def _run(self) -> None:
        """Ask for what the controls say."""

    @abstractmethod
    def _call(self, column: ColumnKind) -> dict[str, Any]:
        """What the SDK is called with for what the controls say."""

    @abstractmethod
    def _repr_mimebundle_(self, **_: object) -> dict[str, str]:
        """The page with nothing live."""

    @property
    def settings(self) -> tuple[RunSettings, ...]:
        """The run settings of each column; set a list with one for each, or one for all."""
        return tuple(column.panel.settings for column in self._columns)

    @settings.setter
    def settings(self, settings: RunSettings | Sequence[RunSettings]) -> None:
        is_one = isinstance(settings, RunSettings)
        given = [settings] * len(self._columns) if is_one else [*settings]
        self.show_columns(len(given))
        for column, each in zip(self._columns, given, strict=True):
            column.panel.settings = each

    def show_columns(self, count: int) -> None:
        """Show one column, or two to compare: the second begins as a copy of the first.

        Raises:
            InvalidOptionError: `count` is neither 1 nor 2.
        """
        if count not in {1, 2}:
            raise InvalidOptionError(f"There can be 1 column or 2, not {count!r}.")
        self.check_idle()
        while len(self._columns) < count:
            column = self._new_column()
            column.panel.settings = (self._columns or [column])[0].panel.settings
            self._columns.append(column)
        del self._columns[count:]
        self._refresh()

    def wait(self) -> None:
        """Return when no answer is coming any more; Ctrl-C stops them all."""
        while not self._is_idle.is_set():
            try:
                self._is_idle.wait()
            except KeyboardInterrupt:
                self.stop()

    def stop(self) -> None:
        """End the answers that are coming; what came stays."""
        for column in tuple(self._busy):
            column.stop()

    def keep(self) -> None:
        """Put what is shown in the place of the widget, to stay in the saved notebook."""
        self.check_idle()
        self._display.replace(self._repr_mimebundle_())

    def as_python(self) -> CallCode:
        """The call that Run would make in the first column, as Python.

        Raises:
            InvalidOptionError: there is nothing to send. So with `as_curl` and `as_javascript`.
        """
        return self.code(self._columns[0], "Python")

    def as_curl(self) -> CallCode:
        """The same call for curl."""
        return self.code(self._columns[0], "curl")

    def as_javascript(self) -> CallCode:
        """The same call in JavaScript."""
        return self.code(self._columns[0], "JavaScript")

    def code(self, column: ColumnKind, language: str) -> CallCode:
        """The call that Run would make in a column."""
        return _LANGUAGES[language](self._method, **self._call(column))

    def check_idle(self) -> None:
        """Raise an InvalidOptionError while an answer is coming."""
        if self._busy:
            raise InvalidOptionError("An answer is still coming: stop it, or wait for its end.")

    def ended(self, column: Column) -> None:
        """Take note, in its thread, that a column's answer has come."""
        with self._lock:
            self._busy = {each for each in self._busy if each is not column}
            try:
                self._refresh()
            finally:
                if not self._busy:
                    self._is_idle.set()

    def __repr__(self) -> str:
        return self._repr_mimebundle_()["text/plain"]

    def _ipython_display_(self) -> None:
        self._display.show(self._repr_mimebundle_())

    @property
    def _method(self) -> Callable[..., Any]:
        return self._client.models.generate_content_stream

    def _begin(self, chunks: dict[ColumnKind, Iterable[object]]) -> None:
        """Let answers come; what the SDK returns asks for nothing until the first is taken."""
        with self._lock:
            self._busy = set(chunks)
            self._is_idle.clear()
            self._refresh()
        for column, coming in chunks.items():
            column.begin(coming)

    def _refresh(self) -> None:
        run, stop, columns, *_ = self._buttons
        run.disabled, stop.disabled = bool(self._busy), not self._busy
        columns.description = "One column" if len(self._columns) > 1 else "Two columns"
        self._sides.children = [column.box for column in self._columns]
