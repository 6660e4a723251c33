"""A notebook in a page of JupyterLab, with its kernel: cells are run, and looked at while they run.

Nothing waits for a fixed time: JupyterLab's commands are promises.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import ConsoleMessage, Locator, Page, Request

# Waits for the kernel; `window.live` is then what a test does in the notebook.
CONNECT = """async () => {
  const app = window.jupyterapp;
  const panel = documents().find(widget => widget.sessionContext);
  await panel.sessionContext.ready;
  await panel.sessionContext.session.kernel.info;
  app.shell.activateById(panel.id);
  const cells = panel.content.model.cells;
  window.live = {
    begin(code) {
      const index = cells.length;
      panel.content.model.sharedModel.addCell({ cell_type: 'code', source: code });
      panel.content.activeCellIndex = index;
      panel.content.deselectAll();
      this.ended = app.commands.execute('notebook:run-cell');
      return index;
    },
    outputs: index => cells.get(index).outputs.toJSON(),
    command: name => app.commands.execute(name).then(() => null),
  };
}"""


@dataclass(frozen=True)
class RunningCell:
    """A cell of a notebook in a page, from the moment it was run."""

    page: Page
    index: int

    @property
    def shown(self) -> Locator:
        """What the reader sees below the cell's code."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.index).locator(".jp-OutputArea")

    def end(self) -> list[dict[str, Any]]:
        """The outputs of the cell, once it has run."""
        self.page.evaluate("() => live.ended.then(() => null)")
        return self.page.evaluate("index => live.outputs(index)", self.index)


@dataclass(frozen=True)
class LiveNotebook:
    """A notebook in a page, and its kernel."""

    page: Page
    file: Path
    console_errors: list[str] = field(default_factory=list[str])
    """What the page complained of since its kernel was ready, exceptions included."""
    outside_requests: list[str] = field(default_factory=list[str])
    """The addresses it asked for since then that are not on this machine; none was reached."""

    @classmethod
    def connected(cls, page: Page, file: Path) -> Self:
        """The notebook that `page` shows, once its kernel is ready."""
        page.evaluate(CONNECT)
        notebook = cls(page, file)

        def note_message(message: ConsoleMessage) -> None:
            if message.type == "error":
                notebook.console_errors.append(message.text)

        def note_request(request: Request) -> None:
            address = urlsplit(request.url)
            if address.scheme not in {"about", "blob", "data"} and address.hostname != "127.0.0.1":
                notebook.outside_requests.append(request.url)

        page.on("console", note_message)
        page.on("pageerror", lambda error: notebook.console_errors.append(str(error)))
        page.on("request", note_request)
        return notebook

    def begin(self, code: str) -> RunningCell:
        """A new cell at the end, that runs."""
        return RunningCell(self.page, self.page.evaluate("code => live.begin(code)", code))

    def run(self, code: str) -> list[dict[str, Any]]:
        """The outputs of a new cell at the end."""
        return self.begin(code).end()

    def interrupt(self) -> None:
        """Do what the button with the square does."""
        self.page.evaluate("() => live.command('notebook:interrupt-kernel')")

    def saved(self, cell: RunningCell) -> NotebookNode:
        """The cell as it stands in the file, once the notebook was saved."""
        import nbformat

        self.page.evaluate("() => live.command('docmanager:save')")
        return nbformat.read(self.file, as_version=4).cells[cell.index]
