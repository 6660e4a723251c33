"""A real JupyterLab in a headless Chromium, both started once for all modules here.

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
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from browser.live_notebook import LiveNotebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from nbformat import NotebookNode
    from playwright.sync_api import Browser, Page

# In the front end of Colab's generation only the widgets are looked at, which talk to it.
WIDGETS = ("annotator", "playground", "studio")
if version("ipywidgets") < "8":
    collect_ignore = [
        file.name
        for file in Path(__file__).parent.glob("test_*.py")
        if not any(name in file.name for name in WIDGETS)
    ]

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
PAGE_CONFIG = {
    # A saved notebook is looked at without a kernel (JupyterLab 3 starts one all the same).
    "notebookStartsKernel": "false",
    # That of JupyterLab 3, which Colab has not, complains to the console of its own fonts.
    "disabledExtensions": {"@jupyterlab/mathjax2-extension": True},
}
# Lumino 1, of JupyterLab 3, has iterators of its own kind.
DOCUMENTS = """window.documents = () => {
  const widgets = jupyterapp.shell.widgets('main');
  if (widgets[Symbol.iterator]) return [...widgets];
  const found = [];
  for (let one = widgets.next(); one; one = widgets.next()) found.push(one);
  return found;
};
"""
# What hostile text calls if it ever runs.
STRIKE = "window.strike = () => { window.struck = true; };"
# Widgets need the kernel as soon as the notebook is opened: the option is changed once the page is
# parsed, before its scripts run.
START_A_KERNEL = """document.addEventListener('readystatechange', () => {
  const config = document.getElementById('jupyter-config-data');
  config.textContent = config.textContent.replace(/("notebookStartsKernel": )"false"/, '$1"true"');
}, { once: true });
"""
READY = """async () => {
  await jupyterapp.restored;
  for (;;) {
    const panel = documents().find(widget => widget.context);
    if (panel) { await panel.context.ready; await panel.revealed; return; }
    await new Promise(requestAnimationFrame);
  }
}"""
OPEN = """async path => {
  delete window.struck;
  await jupyterapp.commands.execute('docmanager:open', { path });
}"""
CLOSE = """() => {
  for (const widget of documents()) widget.dispose();
}"""
CHANGE_THEME = """async theme => {
  if (document.body.dataset.jpThemeName !== theme) {
    await jupyterapp.commands.execute('apputils:change-theme', { theme });
  }
  while (document.getElementById('jupyterlab-splash')) await new Promise(requestAnimationFrame);
}"""


class Lab:
    """A running JupyterLab and a browser to look at it.

    Loading its page takes seconds, so saved notebooks are opened one after another in one page.
    A test that must watch from the beginning gets a page of its own.
    """

    def __init__(self, home: Path, url: str, token: str, browser: Browser) -> None:
        self.url = url
        self._folder = home / "notebooks"
        self._data = home / "data"
        self._token = token
        self._browser = browser
        self._kept: Page | None = None

    @contextlib.contextmanager
    def opened(
        self,
        *outputs: dict[str, Any],
        trusted: bool,
        dark: bool = False,
        watched: Callable[[Page], object] | None = None,
    ) -> Iterator[Page]:
        """The page of a notebook, saved with some outputs and opened again.

        `watched` gets a page of its own before anything is loaded.
        """
        name = self._saved(outputs, trusted=trusted)
        opening = self._new_page(name, watched) if watched else self._kept_page(name)
        with opening as page:
            page.evaluate(CHANGE_THEME, f"JupyterLab {'Dark' if dark else 'Light'}")
            page.locator(".jp-OutputArea-output").first.wait_for(state="attached")
            yield page

    @contextlib.contextmanager
    def reopened(self, cell: NotebookNode) -> Iterator[Page]:
        """The page of a notebook with this cell, as one sees it who got it from somewhere.

        It is not trusted, and has no kernel.
        """
        with self._kept_page(self._written([cell])) as page:
            page.evaluate(CHANGE_THEME, "JupyterLab Light")
            page.locator(".jp-OutputArea-output").first.wait_for(state="attached")
            yield page

    @contextlib.contextmanager
    def live(self, *, watched: Callable[[Page], object] | None = None) -> Iterator[LiveNotebook]:
        """A notebook without cells whose kernel is ready.

        `watched` gets its page before anything is loaded.
        """
        name = self._written([])

        def prepared(page: Page) -> None:
            page.add_init_script(START_A_KERNEL)
            if watched:
                watched(page)

        with self._new_page(name, prepared) as page:
            page.evaluate(CHANGE_THEME, "JupyterLab Light")
            yield LiveNotebook.connected(page, self._folder / name)

    @contextlib.contextmanager
    def _new_page(self, name: str, watched: Callable[[Page], object] | None) -> Iterator[Page]:
        page = self._blank_page()
        try:
            if watched:
                watched(page)
            self._load(page, name)
            yield page
        finally:
            page.context.close()

    @contextlib.contextmanager
    def _kept_page(self, name: str) -> Iterator[Page]:
        """The page that saved notebooks share; a failing test leaves the next one a new page."""
        page, self._kept = self._kept, None
        if page is None:
            page = self._blank_page()
            self._load(page, name)
        else:
            page.evaluate(OPEN, name)
            page.evaluate(READY)
        yield page
        page.mouse.move(0, 0)
        page.evaluate(CLOSE)
        self._kept = page

    def _blank_page(self) -> Page:
        # In a context of its own: JupyterLab moves a second page of one to another workspace.
        context = self._browser.new_context(
            viewport={"width": 1000, "height": 900}, reduced_motion="reduce"
        )
        context.add_init_script(DOCUMENTS + STRIKE)
        return context.new_page()

    def _load(self, page: Page, name: str) -> None:
        page.goto(f"{self.url}/doc/tree/{name}?token={self._token}", wait_until="commit")
        page.wait_for_function("() => !!window.jupyterapp", timeout=60_000)
        page.evaluate(READY)

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
            saved = nbformat.read(self._folder / name, as_version=4)
            notary = NotebookNotary(data_dir=str(self._data))
            notary.sign(saved)
            notary.store.close()
        return name

    def _written(self, cells: Sequence[NotebookNode]) -> str:
        import nbformat

        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        name = f"{secrets.token_hex(8)}.ipynb"
        nbformat.write(notebook, self._folder / name)
        return name


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """A headless Chromium.

    It ends with the tests of this folder: its event loop runs in the main thread, where asyncio's
    tests need there to be none.
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


@pytest.fixture(scope="package")
def lab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """A JupyterLab with folders of its own."""
    pytest.importorskip("jupyterlab", reason="JupyterLab is not installed")
    home = tmp_path_factory.mktemp("jupyter")
    notebooks = home / "notebooks"
    notebooks.mkdir()
    _write_json(home / "config/labconfig/page_config.json", PAGE_CONFIG)
    for name, values in SETTINGS.items():
        _write_json(home / "settings" / f"{name}.jupyterlab-settings", values)
    token = secrets.token_hex(16)
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            _command(notebooks), env=_environment(home, token), stdout=log, stderr=log
        )
        try:
            yield Lab(home, _address(home, token, server), token, browser)
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _write_json(file: Path, values: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(values))


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
