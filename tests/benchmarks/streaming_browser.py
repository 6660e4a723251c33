"""One way to show a stream, in a cell of a real JupyterLab in a headless Chromium.

The processor time is that of Chromium's renderer process, which runs the page. Everything the page
does by itself to tell what it painted (a look at each frame) is the same for all that are compared.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import nbformat
import streaming_kernel as kernel
import streaming_material as material
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright
from playwright.sync_api import Error as PlaywrightError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from streaming_kernel import Case

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_OPTIONS = (
    "--no-sandbox",  # which a container's root may not have
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)
SETTINGS = {
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyterlab/docmanager-extension/plugin": {"autosave": False},
}
FOLDERS = {
    "JUPYTER_CONFIG_DIR": "config",
    "JUPYTER_DATA_DIR": "data",
    "JUPYTER_RUNTIME_DIR": "runtime",
    "JUPYTERLAB_SETTINGS_DIR": "settings",
    "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
}
PAGE_SCRIPT = Path(__file__).with_name("streaming_page.js")
PATIENCE = 90  # seconds that JupyterLab may take to start
QUIET_MILLISECONDS = 1000
QUIET_FRAMES = 20
SETTLED = 1.5  # seconds for the page to finish what getting ready began
LOOK_EVERY = 0.25  # seconds
NOT_SEEN: dict[str, Any] = {"isIdle": False, "changed": 0.0, "gap": 0.0, "states": 0}


class InBrowser(NamedTuple):
    """What showing a stream took, and what the reader saw of it."""

    cpu: float
    """Seconds of the renderer's processor time, until nothing changes any more."""
    late: float
    """Seconds from the end of the stream in the kernel to the last change in the page."""
    gap: float
    """Longest time between two frames, in seconds."""
    states: int
    """Different lengths of text that were there at a frame."""
    outputs: int = 0
    shown: float = 0.0
    """Share of the answer's words that are in the page in the end."""
    saved: int = 0
    """Bytes that JupyterLab adds to the file."""
    is_over: bool = False
    """Whether it was given up at the limit; the numbers are those until then."""


@dataclass(frozen=True)
class Lab:
    """A running JupyterLab, and a browser to look at it."""

    folder: Path
    url: str
    token: str
    browser: Browser

    def run(self, peer: str, case: Case, screenshot: Path | None = None) -> InBrowser:
        """Show a stream in a notebook of its own, in a page and a kernel of its own."""
        file = self.folder / f"{secrets.token_hex(8)}.ipynb"
        report = file.with_suffix(".json")
        nbformat.write(kernel.notebook(peer, case, report), file)
        with self._opened(file.name) as page:
            page.evaluate("index => bench.run(index)", kernel.SETUP)
            page.evaluate("() => bench.save()")
            page.wait_for_timeout(1000 * SETTLED)
            before = file.stat().st_size
            found = self._watched(page, case)
            if found.is_over:
                streamed = case.delay * material.SIZES[case.size].chunks
                return found._replace(late=max(0.0, case.limit - streamed))
            if screenshot:
                page.screenshot(path=screenshot)
            page.evaluate("() => bench.save()")
            saved = file.stat().st_size - before
            outputs = page.evaluate("index => bench.outputs(index).length", kernel.SHOWN)
            text = page.evaluate("index => bench.text(index)", kernel.SHOWN)
            late = max(0.0, found.late - kernel.told_in(report).ended)
            shown = kernel.share_of_words(case, text)
            return found._replace(late=late, outputs=outputs, shown=shown, saved=saved)

    @contextlib.contextmanager
    def _opened(self, name: str) -> Iterator[Page]:
        context = self.browser.new_context(viewport={"width": 1200, "height": 900})
        context.add_init_script(path=PAGE_SCRIPT)
        page = context.new_page()
        page.set_default_timeout(1000 * PATIENCE)
        page.goto(f"{self.url}/doc/tree/{name}?token={self.token}", wait_until="commit")
        try:
            started = page.evaluate("() => bench.ready()")
            yield page
            context.request.delete(f"{self.url}/api/kernels/{started}?token={self.token}")
        finally:
            context.close()

    def _watched(self, page: Page, case: Case) -> InBrowser:
        """What the page took and showed; as `late`, when it last changed, since 1970."""
        processes = self.browser.new_browser_cdp_session()
        before = renderer_times(processes)
        page.evaluate("index => bench.watch(index)", kernel.SHOWN)
        end = time.monotonic() + case.limit
        state = NOT_SEEN
        while not state["isIdle"] and time.monotonic() < end:
            time.sleep(LOOK_EVERY)
            state = state_of(page, end) or state
        after = renderer_times(processes)
        cpu = sum(seconds - before.get(process, 0.0) for process, seconds in after.items())
        gap = state["gap"] / 1000
        return InBrowser(cpu, state["changed"], gap, state["states"], is_over=not state["isIdle"])


def state_of(page: Page, end: float) -> dict[str, Any] | None:
    """What the page says of itself; None while it is frozen beyond the limit."""
    patience = 1000 * max(1.0, end - time.monotonic())
    try:
        # An evaluation would wait for a frozen page without end.
        page.wait_for_function("() => true", timeout=patience)
        return page.evaluate("quiet => bench.state(...quiet)", [QUIET_MILLISECONDS, QUIET_FRAMES])
    except PlaywrightError:
        return None


def renderer_times(processes: CDPSession) -> dict[int, float]:
    """Seconds of processor time that each page's process has taken."""
    found = processes.send("SystemInfo.getProcessInfo")["processInfo"]
    return {each["id"]: each["cpuTime"] for each in found if each["type"] == "renderer"}


@contextlib.contextmanager
def lab() -> Iterator[Lab]:
    """A JupyterLab with folders of its own, and a browser."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        sys.exit("There is no Chromium here: leave the browser out with --kernel-only.")
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home,
        _served(Path(home)) as (url, token),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=program, args=list(BROWSER_OPTIONS))
        yield Lab(Path(home) / "notebooks", url, token, browser)
        browser.close()


@contextlib.contextmanager
def _served(home: Path) -> Iterator[tuple[str, str]]:
    for name, values in SETTINGS.items():
        file = home / "settings" / f"{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values))
    (home / "notebooks").mkdir()
    token = secrets.token_hex(16)
    own = {name: str(home / folder) for name, folder in FOLDERS.items()}
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1"),
        *("--port=0", "--expose-app-in-browser", f"--ServerApp.root_dir={home / 'notebooks'}"),
    ]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, env={**os.environ, **own, "JUPYTER_TOKEN": token}, stdout=log, stderr=log
        )
        try:
            yield _address(home, server), token
        finally:
            server.terminate()
            server.wait(15)


def _address(home: Path, server: subprocess.Popen[bytes]) -> str:
    """Where the server listens, once it has said so in a file."""
    deadline = time.monotonic() + PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        for file in (home / "runtime").glob("jpserver-*.json"):
            with contextlib.suppress(ValueError):
                return str(json.loads(file.read_text())["url"]).rstrip("/")
        time.sleep(0.05)
    raise RuntimeError("JupyterLab did not start:\n" + (home / "server.log").read_text()[-3000:])
