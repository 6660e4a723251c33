"""A real JupyterLab in a headless Chromium, both started once for each module here.

Nothing waits for a fixed time: the server says its address in a file, the page says by promises
when it is ready. Nothing but the loopback address is reachable.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from browser.live_notebook import LiveNotebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import Browser, Page

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
OUTPUTS_OF_A_CELL = 40  # JupyterLab folds what is beyond 50
PATIENCE = 90  # seconds that a server may take to start
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    # Every cell is in the page, whether one has scrolled to it or not.
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
READY = """async () => {
  const app = window.jupyterapp;
  await app.restored;
  for (;;) {
    const panel = [...app.shell.widgets('main')].find(widget => widget.context);
    if (panel) { await panel.context.ready; await panel.revealed; return; }
    await new Promise(requestAnimationFrame);
  }
}"""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab and a browser to look at it."""

    folder: Path
    url: str
    token: str
    data: Path
    browser: Browser

    @contextlib.contextmanager
    def opened(
        self,
        *outputs: dict[str, Any],
        trusted: bool,
        dark: bool = False,
        watched: Callable[[Page], object] | None = None,
    ) -> Iterator[Page]:
        """The page of a notebook, saved with some outputs and opened again.

        `watched` gets the page before anything is loaded.
        """
        name = self._saved(outputs, trusted=trusted)
        with self._page(name, dark=dark, watched=watched) as page:
            page.locator(".jp-OutputArea-output").first.wait_for(state="attached")
            yield page

    @contextlib.contextmanager
    def reopened(self, cell: NotebookNode) -> Iterator[Page]:
        """The page of a notebook with this cell, as one sees it who got it from somewhere.

        It is not trusted, and no kernel can be had.
        """
        name = self._written([cell])

        def without_kernel(page: Page) -> None:
            page.route("**/api/sessions*", lambda route: route.abort())

        with self._page(name, watched=without_kernel) as page:
            page.locator(".jp-OutputArea-output").first.wait_for(state="attached")
            yield page

    @contextlib.contextmanager
    def live(
        self, *, dark: bool = False, watched: Callable[[Page], object] | None = None
    ) -> Iterator[LiveNotebook]:
        """A notebook without cells whose kernel is ready.

        `watched` gets the page before anything is loaded.
        """
        name = self._written([])
        with self._page(name, dark=dark, watched=watched) as page:
            yield LiveNotebook.connected(page, self.folder / name)

    @contextlib.contextmanager
    def _page(
        self, name: str, *, dark: bool = False, watched: Callable[[Page], object] | None = None
    ) -> Iterator[Page]:
        context = self.browser.new_context(
            viewport={"width": 1000, "height": 900}, reduced_motion="reduce"
        )
        try:
            page = context.new_page()
            if watched:
                watched(page)
            page.goto(f"{self.url}/doc/tree/{name}?token={self.token}", wait_until="commit")
            page.wait_for_function("() => !!window.jupyterapp", timeout=60_000)
            page.evaluate(READY)
            theme = "JupyterLab Dark" if dark else "JupyterLab Light"
            change = "theme => jupyterapp.commands.execute('apputils:change-theme', {theme})"
            page.evaluate(change, theme)
            yield page
        finally:
            context.close()

    def _saved(self, outputs: Sequence[dict[str, Any]], *, trusted: bool) -> str:
        import nbformat
        from nbformat.sign import NotebookNotary

        cells: list[Any] = []
        for number, begin in enumerate(range(0, len(outputs), OUTPUTS_OF_A_CELL), 1):
            shown = [
                nbformat.v4.new_output("execute_result", data=output, execution_count=number)
                for output in outputs[begin : begin + OUTPUTS_OF_A_CELL]
            ]
            cells.append(nbformat.v4.new_code_cell("shown", outputs=shown, execution_count=number))
        name = self._written(cells)
        if trusted:
            # What was read back is what the server will see.
            saved = nbformat.read(self.folder / name, as_version=4)
            notary = NotebookNotary(data_dir=str(self.data))
            notary.sign(saved)
            notary.store.close()
        return name

    def _written(self, cells: Sequence[NotebookNode]) -> str:
        import nbformat

        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        name = f"{secrets.token_hex(8)}.ipynb"
        nbformat.write(notebook, self.folder / name)
        return name


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium.

    It ends with its module: its event loop runs in the main thread, where asyncio's tests need
    there to be none.
    """
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        pytest.skip("there is no Chromium on this machine")
    options = [
        "--no-sandbox",  # which a container's root may not have
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--force-color-profile=srgb",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
    ]
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=program, headless=True, args=options)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with folders of its own."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    home = tmp_path_factory.mktemp("jupyter")
    notebooks = home / "notebooks"
    notebooks.mkdir()
    for name, values in SETTINGS.items():
        file = home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    token = secrets.token_hex(16)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            _command(notebooks), env=_environment(home, token), stdout=log, stderr=log
        )
        try:
            url = _address(home, token, server)
            yield Lab(notebooks, url, token, home / "data", browser)
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _command(notebooks: Path) -> list[str]:
    options = [
        "--no-browser",
        "--ip=127.0.0.1",
        "--port=0",
        "--expose-app-in-browser",
        f"--ServerApp.root_dir={notebooks}",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.news_url=",
        "--ServerApp.terminals_enabled=False",
        "--ContentsManager.allow_hidden=True",
    ]
    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return [sys.executable, "-m", "jupyterlab", *options, *(["--allow-root"] if is_root else [])]


def _environment(home: Path, token: str) -> dict[str, str]:
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    own = {name: str(home / folder) for name, folder in folders.items()}
    return {**os.environ, **own, "JUPYTER_TOKEN": token, "PYDEVD_DISABLE_FILE_VALIDATION": "1"}


def _address(home: Path, token: str, server: subprocess.Popen[bytes]) -> str:
    """Where the server listens, as soon as it answers there."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if server.poll() is not None:
            break
        for file in (home / "runtime").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError, OSError):
                told: dict[str, Any] = json.loads(file.read_text())
                urllib.request.urlopen(f"{told['url']}api?token={token}", timeout=5).close()
                return str(told["url"]).rstrip("/")
        time.sleep(0.05)
    pytest.fail("JupyterLab did not start:\n" + (home / "server.log").read_text()[-3000:])
