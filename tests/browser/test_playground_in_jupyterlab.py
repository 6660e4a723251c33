"""The playground in a real JupyterLab: what is clicked, typed and dropped, shown and kept."""

from __future__ import annotations

import base64
import io
import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

import pytest
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator

    from browser.conftest import Lab
    from browser.live_notebook import LiveNotebook, RunningCell

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
PATIENCE = 40_000  # milliseconds that one thing may take on a loaded machine
STRIKE = "<img src=x onerror=window.struck=true>"
SETUP = """
import gemini_nb as gnb
from google import genai
from PIL import Image, ImageDraw

scene = Image.new("RGB", (640, 480), "white")
pen = ImageDraw.Draw(scene)
pen.rectangle((60, 80, 200, 220), fill=(200, 30, 30))
pen.ellipse((400, 240, 560, 400), fill=(30, 60, 200))
client = gnb.connect("offline")

def slow(port):
    there = {"base_url": f"http://127.0.0.1:{port}"}
    return genai.Client(api_key="no-key", http_options=there)
"""
# What a person does who drops files there, or pastes them.
GIVE = """([kind, files]) => {
  const transfer = new DataTransfer();
  for (const [name, type, content] of files) {
    const bytes = typeof content === 'number'
      ? new Uint8Array(content)
      : Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], name, { type }));
  }
  const place = kind === 'drop' ? 'img, div[style*=dashed]' : '[title^="Choose a picture"]';
  const zone = [...document.querySelectorAll('.jp-Cell:last-of-type .jp-OutputArea-output')]
    .at(-1).querySelector(place);
  const options = { bubbles: true, cancelable: true };
  const event = kind === 'drop'
    ? new DragEvent('drop', { ...options, dataTransfer: transfer })
    : new ClipboardEvent('paste', { ...options, clipboardData: transfer });
  zone.dispatchEvent(event);
  return event.defaultPrevented;
}"""
IMAGES = "output => [...output.querySelectorAll('img')].map(image => image.naturalWidth)"


class Model:
    """A server that speaks as Gemini does when it streams, and says what a test wants, when."""

    def __init__(self) -> None:
        said = self._said = queue.Queue[dict[str, Any] | None]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                while chunk := said.get(timeout=PATIENCE / 1000):
                    self.wfile.write(f"data: {json.dumps(chunk)}\r\n\r\n".encode())
                    self.wfile.flush()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def port(self) -> int:
        return self._server.server_address[1]

    def say(self, text: str, **more: object) -> None:
        content = {"role": "model", "parts": [{"text": text}]}
        self._said.put({"candidates": [{"content": content, **more}]})

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._said.put(None)
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[LiveNotebook]:
    """One kernel and one page for all, with a cell for each; nothing in it may complain."""
    with lab.live(watched=lambda page: page.set_default_timeout(PATIENCE)) as opened:
        opened.run(SETUP)
        yield opened
        assert opened.console_errors == []
        assert opened.outside_requests == []
        assert opened.page.evaluate("() => window.struck") is None


def begun(notebook: LiveNotebook, code: str) -> RunningCell:
    cell = notebook.begin(code)
    cell.end()
    button(cell, "Run").wait_for()
    return cell


def button(cell: RunningCell, name: str) -> Locator:
    return cell.shown.get_by_role("button", name=name, exact=True)


def spots(cell: RunningCell) -> Locator:
    return cell.shown.locator(".gnb-spot")


def picture(name: str, colour: str) -> list[str]:
    file = io.BytesIO()
    Image.new("RGB", (400, 300), colour).save(file, "PNG")
    return [name, "image/png", base64.b64encode(file.getvalue()).decode()]


def told(notebook: LiveNotebook, expression: str) -> str:
    """What the kernel says of an expression, in a cell of its own."""
    return "".join(output["text"] for output in notebook.run(f"print({expression})"))


def test_playground_marks_what_is_asked_for_by_clicks(notebook: LiveNotebook, lab: Lab) -> None:
    cell = begun(notebook, "trying = gnb.playground(client, scene)\ntrying")
    cells = notebook.page.locator(".jp-Cell").count()
    names = ("Run settings", "Get code", "JavaScript", "Get code", "History")
    for control in (*(button(cell, name) for name in names), cell.shown.get_by_label("Find")):
        control.click()
        notebook.page.keyboard.type("dd")
    cell.shown.get_by_label("Find").select_option("boxes")
    words = cell.shown.get_by_label("What")
    words.click()
    notebook.page.keyboard.type("dd, red square")
    words.fill("red square, blue circle")
    words.press("Control+Enter")
    expect(spots(cell)).to_have_count(2, timeout=PATIENCE)
    expect(cell.shown).to_contain_text("estimates", timeout=PATIENCE)
    expect(button(cell, "Stop")).to_be_disabled()
    button(cell, "Get code").click()
    expect(cell.shown).to_contain_text("generateContentStream", timeout=PATIENCE)
    assert notebook.page.locator(".jp-Cell").count() == cells

    button(cell, "Two columns").click()
    models = cell.shown.get_by_label("Model")
    expect(models).to_have_count(2, timeout=PATIENCE)
    button(cell, "Run settings").nth(1).click()
    models.nth(1).select_option("gemini-4-argon")
    button(cell, "Run").dblclick()
    expect(spots(cell)).to_have_count(4, timeout=PATIENCE)
    expect(button(cell, "Run")).to_be_enabled(timeout=PATIENCE)
    said = told(notebook, "trying.found.labels, len(trying.history), trying.history[2].settings")
    assert said == "('red square', 'blue circle') 3 gemini-4-argon\n"

    button(cell, "Keep").click()
    expect(button(cell, "Run")).to_have_count(0, timeout=PATIENCE)
    saved = notebook.saved(cell)
    assert [sorted(output.data) for output in saved.outputs] == [["text/html", "text/plain"]]
    with lab.reopened(saved) as page:
        shown = page.locator(".jp-OutputArea").first
        expect(shown.locator("img")).to_have_count(2, timeout=PATIENCE)
        assert shown.evaluate(IMAGES) == [640, 640]
        for text in ("boxes: red square, blue circle", "gemini-4-argon", "Give the bounding box"):
            expect(shown).to_contain_text(text)
        expect(page.get_by_text("not found")).to_have_count(0)


def test_playground_shows_marks_as_they_come_and_stops_without_waiting_for_more(
    notebook: LiveNotebook,
) -> None:
    with Model() as model:
        cell = begun(notebook, f"slowly = gnb.playground(slow({model.port}), scene)\nslowly")
        words = cell.shown.get_by_label("What")
        words.fill("kites")
        button(cell, "Run").click()
        model.say('[{"point": [200, 200], "label": "kite"}, ')
        expect(spots(cell)).to_have_count(1, timeout=PATIENCE)
        model.say(json.dumps({"point": [600, 700], "label": STRIKE}) + ", ")
        expect(spots(cell)).to_have_count(2, timeout=PATIENCE)
        button(cell, "Stop").click()
        expect(cell.shown).to_contain_text("where you stopped it", timeout=PATIENCE)
        expect(spots(cell).nth(1)).to_have_attribute(
            "title", f"{STRIKE} \N{MIDDLE DOT} point [600, 700]"
        )
        expect(button(cell, "Run")).to_be_enabled()
        cell.shown.get_by_text("Answer as it came").click()
        expect(cell.shown.locator("pre", has_text=STRIKE)).to_be_visible()
    assert told(notebook, "len(slowly.found), slowly.reply.stopped.heading") == "2 Stopped.\n"


def test_picture_input_takes_what_is_dropped_or_pasted_and_tells_what_it_refuses(
    notebook: LiveNotebook,
) -> None:
    cell = begun(notebook, "given = gnb.playground(client)\ngiven")
    button(cell, "Run").click()
    expect(cell.shown).to_contain_text("There is no picture yet", timeout=PATIENCE)
    for kind, colour in (("drop", "teal"), ("paste", "tomato")):
        files = [picture("a.png", colour)]
        assert notebook.page.evaluate(GIVE, [kind, files])
        data = files[0][2]
        expect(cell.shown.locator(f"img[src$='{data}']")).to_be_visible(timeout=PATIENCE)
    expect(cell.shown).not_to_contain_text("no picture")
    notebook.page.evaluate(GIVE, ["paste", []])
    expect(cell.shown).to_contain_text("no file of a picture")
    notebook.page.evaluate(GIVE, ["drop", [["heavy.png", "image/png", 8_000_001]]])
    expect(cell.shown).to_contain_text("heavy.png is over 8 MB")
    noise = base64.b64encode(b"no picture").decode()
    notebook.page.evaluate(GIVE, ["drop", [["a.png", "image/png", noise]]])
    expect(cell.shown).to_contain_text("no image that Pillow can read", timeout=PATIENCE)
    assert told(notebook, "given.image.pixels().getpixel((0, 0))") == "(255, 99, 71)\n"
