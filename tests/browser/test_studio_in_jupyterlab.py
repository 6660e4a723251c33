"""The studio in a real JupyterLab: what the reader sees, does and keeps."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from hostile_markdown import HOSTILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from browser.conftest import Lab
    from browser.live_notebook import LiveNotebook, RunningCell

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
PATIENCE = 40_000  # milliseconds that one thing may take on a loaded machine
SETUP = """
import gemini_nb as gnb
from google import genai

def studio(port, **options):
    url = f"http://127.0.0.1:{port}"
    client = genai.Client(api_key="none-is-needed", http_options={"base_url": url})
    return gnb.studio(client, **options)
"""
LIVE = """place => [...place.querySelectorAll(
  '.widget-html-content *, .jp-RenderedHTMLCommon *'
)].filter(one =>
  one.matches('script, iframe, svg, img:not([src^="data:"]), [href^="javascript:" i]')
  || one.getAttributeNames().some(name => name.startsWith('on'))).map(one => one.outerHTML)"""


class Gemini:
    """A server that streams what a test lets it say, at the pace of one chunk in `pause` s."""

    def __init__(self) -> None:
        self.says = [""]
        self.pause = 0.0
        self.asked: list[dict[str, Any]] = []
        gemini = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gemini.asked.append(json.loads(body))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                for event in gemini.events():
                    self.wfile.write(f"data: {json.dumps(event)}\r\n\r\n".encode())
                    self.wfile.flush()
                    time.sleep(gemini.pause)

            def log_message(self, *args: Any, **_: object) -> None: ...

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # whoever stops an answer hangs up
                    super().handle()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def events(self) -> Iterator[dict[str, Any]]:
        usage = {"promptTokenCount": 12, "candidatesTokenCount": 8, "totalTokenCount": 20}
        for number, text in enumerate(self.says, 1):
            candidate: dict[str, Any] = {"content": {"role": "model", "parts": [{"text": text}]}}
            if number == len(self.says):
                candidate["finishReason"] = "STOP"
            told = {"usageMetadata": usage, "modelVersion": "gemini-3.8-flash"}
            yield {"candidates": [candidate], **told}

    def texts(self) -> list[str]:
        """All texts of the latest request."""
        parts = [part for content in self.asked[-1]["contents"] for part in content["parts"]]
        return [part["text"] for part in parts]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def gemini() -> Iterator[Gemini]:
    server = Gemini()
    yield server
    server.close()


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[LiveNotebook]:
    """One kernel and one page for all; what goes wrong in the page fails the module."""
    with lab.live(watched=lambda page: page.set_default_timeout(PATIENCE)) as opened:
        assert opened.run(SETUP) == []
        yield opened
        assert opened.console_errors == []
        assert opened.outside_requests == []


class Studio:
    """A studio in a cell of its own."""

    def __init__(self, notebook: LiveNotebook, gemini: Gemini, options: str = "") -> None:
        self.page = notebook.page
        self.cell: RunningCell = notebook.begin(f"s = studio({gemini.port}, {options})\ns")
        self.cell.end()
        self.shown: Locator = self.cell.shown
        self.prompt = self.shown.get_by_label("Prompt", exact=True)
        self.prompt.wait_for()

    def press(self, name: str) -> None:
        self.shown.get_by_role("button", name=name, exact=True).first.click()

    def ask(self, text: str) -> None:
        self.prompt.click()
        self.page.keyboard.type(text)
        self.press("Run")
        expect(self.prompt).to_have_value("")  # it was sent

    def wait_for(self, text: str) -> None:
        expect(self.shown).to_contain_text(text, timeout=PATIENCE)

    def wait_for_the_end(self) -> None:
        stop = self.shown.get_by_role("button", name="Stop", exact=True)
        expect(stop).to_be_disabled(timeout=PATIENCE)


def test_what_is_typed_is_answered_edited_and_asked_again(
    notebook: LiveNotebook, gemini: Gemini
) -> None:
    gemini.says, gemini.pause = ["**Io** ", "has ", "volcanoes."], 0.2
    studio = Studio(notebook, gemini, "system='Be brief.'")
    cells = notebook.page.locator(".jp-Notebook .jp-Cell").count()
    studio.shown.get_by_label("System instruction").focus()
    for key in ("Tab", "Enter"):
        notebook.page.keyboard.press(key)
    temperature = studio.shown.get_by_label("Temperature")
    expect(temperature).to_be_visible(timeout=PATIENCE)
    names = ("Safety", "Get code", "curl")
    buttons = [studio.shown.get_by_role("button", name=name, exact=True) for name in names]
    lists = [temperature, *map(studio.shown.get_by_label, ("Thinking", "Dangerous content"))]
    for control in (*buttons, *lists, studio.shown.get_by_label("Code execution")):
        control.click()
        notebook.page.keyboard.type("dd")
    notebook.page.keyboard.press("Space")  # as it was: no code is executed
    studio.prompt.click()
    notebook.page.keyboard.type("add dd moon")
    notebook.page.keyboard.press("Control+Enter")
    studio.wait_for("out so far")
    studio.wait_for_the_end()
    studio.wait_for("volcanoes.")
    studio.wait_for("The chat is 20 tokens, <0.1% of the 1,048,576 that gemini-3.8-flash takes")
    assert notebook.page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert studio.shown.locator("strong", has_text="Io").count() == 1
    assert gemini.texts() == ["add dd moon"]

    studio.ask("More.")
    answers = studio.shown.get_by_text("volcanoes.")
    expect(answers).to_have_count(2, timeout=PATIENCE)
    studio.wait_for_the_end()
    assert gemini.texts() == ["add dd moon", "**Io** has volcanoes.", "More."]
    studio.press("Edit")
    field = studio.shown.get_by_label("New prompt")
    field.fill("A planet.")
    field.press("Control+Enter")
    expect(answers).to_have_count(1, timeout=PATIENCE)
    studio.wait_for_the_end()
    assert gemini.texts() == ["A planet."]
    assert gemini.asked[-1]["systemInstruction"]["parts"][0]["text"] == "Be brief."
    assert "More." not in studio.shown.inner_text()


def test_typing_goes_on_while_two_answers_stream_and_stop_waits_for_no_chunk(
    notebook: LiveNotebook, gemini: Gemini
) -> None:
    gemini.says, gemini.pause = [f"word{number} " * 20 for number in range(400)], 0.02
    studio = Studio(notebook, gemini, "columns=2")
    studio.ask("Go on.")
    expect(studio.shown.get_by_text("word9 ")).to_have_count(2, timeout=PATIENCE)
    studio.prompt.click()
    studio.page.keyboard.type("Is this quick enough?")

    gemini.pause = 3600  # the server falls silent: whoever waited for a chunk would wait for ever
    studio.press("Stop")
    expect(studio.shown.get_by_text("Stopped.")).to_have_count(2, timeout=PATIENCE)
    studio.wait_for_the_end()
    expect(studio.prompt).to_have_value("Is this quick enough?")
    gemini.says, gemini.pause = ["It was."], 0
    studio.press("Run")
    expect(studio.shown.get_by_text("It was.")).to_have_count(2, timeout=PATIENCE)
    assert [text[:5] for text in gemini.texts()] == ["Go on", "word0", "Is th"]


def test_get_code_shows_the_next_call_in_three_languages(
    notebook: LiveNotebook, gemini: Gemini
) -> None:
    studio = Studio(notebook, gemini)
    studio.prompt.fill("How far is Europa?")
    studio.press("Get code")
    for language, said in (
        ("Python", "generate_content_stream"),
        ("curl", "streamGenerateContent"),
        ("JavaScript", "generateContentStream"),
    ):
        studio.press(language)
        shown = studio.shown.locator("pre:visible")
        expect(shown).to_contain_text(said, timeout=PATIENCE)
        expect(shown).to_contain_text("How far is Europa?")


def test_keep_leaves_a_transcript_that_needs_nothing(
    lab: Lab, notebook: LiveNotebook, gemini: Gemini
) -> None:
    gemini.says, gemini.pause = ["\n\n".join(HOSTILE)], 0
    studio = Studio(notebook, gemini, "columns=2")
    studio.ask("Attack <b>me</b>.")
    studio.wait_for("<script>")
    studio.wait_for_the_end()
    assert studio.shown.evaluate(LIVE) == []
    again = notebook.begin("s")
    expect(again.shown.get_by_text("Attack <b>me</b>.")).to_have_count(2, timeout=PATIENCE)
    studio.press("Keep")
    expect(studio.prompt).to_have_count(0, timeout=PATIENCE)
    expect(again.shown.get_by_role("button")).to_have_count(0, timeout=PATIENCE)
    studio.wait_for("Attack <b>me</b>.")
    assert studio.page.evaluate("() => window.struck") is None
    for cell in (again, studio.cell):
        saved = notebook.saved(cell)
        assert [sorted(output.data) for output in saved.outputs] == [["text/html", "text/plain"]]
    with lab.reopened(saved) as page:
        shown = page.locator(".jp-OutputArea").first
        expect(shown).to_contain_text("Attack <b>me</b>.", timeout=PATIENCE)
        assert "model not found" not in shown.inner_text()
        assert shown.evaluate(LIVE) == []
