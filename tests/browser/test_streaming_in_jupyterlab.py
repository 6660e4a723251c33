"""Answers that stream into a cell of a real JupyterLab: what the reader sees, does and keeps."""

from __future__ import annotations

import json
import re
import socket
from typing import TYPE_CHECKING, Any, Self

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Locator, Page

    from browser.conftest import Lab
    from browser.live_notebook import LiveNotebook

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect
PATIENCE = 40_000  # milliseconds that one thing may take on a loaded machine
SETUP = """
import asyncio, json, socket
import gemini_nb as gnb
from google.genai.types import GenerateContentResponse
from PIL import Image

def told(port):
    with socket.create_connection(("127.0.0.1", port)) as line:
        for chunk in line.makefile():
            yield GenerateContentResponse.model_validate_json(chunk)
"""
RUNNING_LINE = re.compile(r"\d+ tokens so far · \d+ s")
STRIKE = "top.strike()"
HOSTILE = [
    f"Well <script>{STRIKE}</script> so.",
    f"Well <img src=x onerror={STRIKE}> so.",
    f"Well [so](javascript:{STRIKE}) so.",
    f"Well <details open ontoggle={STRIKE}>",
    f"```html\n<img src=x onerror={STRIKE}>\n```\n",
    rf"Well $\href{{javascript:{STRIKE}}}{{so}}$ so.",
    f"![so](https://attacker.invalid/a.png) <svg onload={STRIKE}>",
]
# Notes what could run or load as soon as it stands in an output, were it only for a moment.
WATCH = """
window.dangers = [];
window.states = new Set();
const look = () => {
  states.add([...document.querySelectorAll('.jp-OutputArea')].at(-1)?.textContent);
  for (const one of document.querySelectorAll('.jp-OutputArea-output *')) {
    const isLive = one.matches('script, img:not([src^="data:"]), svg, [href^="javascript:" i]');
    if (isLive || one.getAttributeNames().some(name => name.startsWith('on'))) {
      window.dangers.push(one.outerHTML);
    }
  }
};
new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true });
"""
TRUST_AND_KERNEL = """() => {
  const panel = [...jupyterapp.shell.widgets('main')].find(widget => widget.sessionContext);
  const kernel = panel.sessionContext.session?.kernel ?? null;
  return [panel.content.model.cells.get(0).trusted, kernel];
}"""
# Notes how many marks are on the picture in each frame that has the page's attention.
COUNT_SPOTS = """output => {
  window.counts = [];
  const look = () => {
    window.counts.push(output.querySelectorAll('.gnb-spot').length);
    requestAnimationFrame(look);
  };
  look();
}"""


class Model:
    """Says to a cell what a test wants said, when the test wants it."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(PATIENCE / 1000)
        self._line: socket.socket | None = None

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    def say(self, *chunks: dict[str, Any]) -> None:
        if self._line is None:
            self._line, _ = self._listener.accept()
        self._line.sendall("".join(f"{json.dumps(chunk)}\n" for chunk in chunks).encode())

    def end(self) -> None:
        if self._line is not None:
            self._line.close()
        self._listener.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.end()


@pytest.fixture
def model() -> Iterator[Model]:
    with Model() as talking:
        yield talking


@pytest.fixture(scope="module")
def notebook(lab: Lab) -> Iterator[LiveNotebook]:
    """One kernel and one page for all, with a cell for each."""

    def watched(page: Page) -> None:
        page.set_default_timeout(PATIENCE)
        page.add_init_script(WATCH)

    with lab.live(watched=watched) as opened:
        assert opened.run(SETUP) == []
        yield opened


def part(text: str, **fields: object) -> dict[str, Any]:
    """A chunk as the REST API sends it."""
    return {"candidates": [{"content": {"parts": [{"text": text, **fields}]}}]}


def numbered(first: int, last: int) -> str:
    return " ".join(f"word{number}" for number in range(first, last))


def words(shown: Locator) -> list[str]:
    return re.findall(r"word\d+", shown.inner_text())


def pieces(text: str, size: int) -> list[str]:
    return [text[begin : begin + size] for begin in range(0, len(text), size)]


def wait_for(shown: Locator, text: str | re.Pattern[str]) -> None:
    expect(shown).to_contain_text(text, timeout=PATIENCE)


def wait_for_the_end(shown: Locator, last: str) -> None:
    """Until the last state is in the place of that with the running line."""
    expect(shown).not_to_contain_text("so far", timeout=PATIENCE)
    wait_for(shown, last)


def test_the_readers_selection_and_folded_blocks_stay_while_it_streams(
    notebook: LiveNotebook, model: Model
) -> None:
    cell = notebook.begin(f"gnb.stream(told({model.port}))")
    chosen = f"Choose {numbered(0, 20)}"
    model.say(part("It is about kites.", thought=True), part("Well."))
    model.say(part("It flies.", thought=True))
    model.say(part(f"{chosen}\n\n{numbered(20, 200)}\n\nAnd word200"))
    wait_for(cell.shown, "And word200")
    wait_for(cell.shown, RUNNING_LINE)
    opened, folded = cell.shown.locator("details").all()
    opened.locator("summary").click()
    cell.shown.get_by_text(chosen).click(click_count=3)

    def assert_all_is_as_the_reader_left_it() -> None:
        selected = notebook.page.evaluate("() => getSelection().toString()")
        assert selected.strip() == chosen
        assert opened.get_by_text("It is about kites.").is_visible()
        assert not folded.get_by_text("It flies.").is_visible()

    for number in range(201, 204):
        model.say(part(f" word{number}\n\n{numbered(1000 * number, 1000 * number + 90)}"))
        wait_for(cell.shown, f"word{1000 * number + 89}")
        assert_all_is_as_the_reader_left_it()
    model.end()
    cell.end()
    wait_for_the_end(cell.shown, "word203089")
    assert_all_is_as_the_reader_left_it()


TABLE = f"| {numbered(900, 902)} | b |\n|---|---|\n| *word902* | **word903** |"
STORY = "\n\n".join(
    [
        f"# Kites {numbered(0, 3)}",
        numbered(3, 200),
        f"```python\n{numbered(200, 210)}\n\n{numbered(210, 250)}\n```",
        "\n".join(f"- {numbered(n, n + 8)}" for n in range(250, 400, 8)),
        TABLE,
        f"> {numbered(1000, 1100)}",
        rf"It costs $5 or $6: \(x^2\). {numbered(1100, 1300)}",
    ]
)
USAGE = {
    "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 700, "totalTokenCount": 712},
    "modelVersion": "gemini-3.6-flash",
}


def test_what_is_shown_saved_and_shown_again_is_the_text_once(
    lab: Lab, notebook: LiveNotebook, model: Model
) -> None:
    said = re.findall(r"word\d+", STORY)
    cell = notebook.begin(f"gnb.stream(told({model.port}))")
    for block in STORY.split("\n\n"):
        model.say(*map(part, pieces(f"{block}\n\n", 7)))
        wait_for(cell.shown, re.findall(r"word\d+", block)[-1])
    model.say(USAGE)
    model.end()
    outputs = cell.end()
    wait_for(cell.shown, "12 in · 700 out")
    wait_for_the_end(cell.shown, said[-1])
    expect(cell.shown.locator("mjx-container")).to_have_count(1, timeout=PATIENCE)
    assert words(cell.shown) == said
    assert cell.shown.locator("table td").all_inner_texts()[:2] == ["word902", "word903"]
    notebook.page.mouse.move(0, 0)  # a heading that it is on has a sign more
    seen = cell.shown.inner_text()

    saved = notebook.saved(cell)
    assert len(saved.outputs) == len(outputs) > 2
    markdown = "".join(output.data.get("text/markdown", "") for output in saved.outputs)
    assert re.findall(r"word\d+", markdown) == said
    assert "widget" not in str(saved)
    assert not re.search(r"so far|\d s\b|\d\d:\d\d", str(saved))
    assert saved.metadata == {}

    with lab.reopened(saved) as page:
        assert page.evaluate(TRUST_AND_KERNEL) == [False, None]
        shown = page.locator(".jp-OutputArea").first
        expect(shown.locator("mjx-container")).to_have_count(1, timeout=PATIENCE)
        expect(shown).to_have_text(seen, use_inner_text=True, timeout=PATIENCE)


def test_the_answer_as_the_last_line_of_the_cell_is_not_shown_twice(notebook: LiveNotebook) -> None:
    cell = notebook.begin("answer = gnb.stream(['Kites ', 'fly.'])\nanswer")
    assert len(cell.end()) == 1
    later = notebook.begin("answer")
    later.end()
    for each in (cell, later):
        expect(each.shown.locator(".jp-RenderedMarkdown")).to_have_text(
            ["Kites fly."], timeout=PATIENCE
        )


def test_the_interrupt_of_the_notebook_keeps_what_came(
    notebook: LiveNotebook, model: Model
) -> None:
    cell = notebook.begin(f"answer = gnb.stream(told({model.port}))\nprint('It goes on.')")
    model.say(part(f"Half of {numbered(0, 30)}"))
    wait_for(cell.shown, "word29")
    notebook.interrupt()
    outputs = cell.end()
    assert not [output for output in outputs if output["output_type"] == "error"]
    wait_for_the_end(cell.shown, "word29")
    for text in ("Interrupted.", "It goes on."):
        expect(cell.shown.get_by_text(text)).to_be_visible(timeout=PATIENCE)
    assert words(cell.shown) == numbered(0, 30).split()


def test_marks_appear_on_the_picture_while_the_answer_comes(
    notebook: LiveNotebook, model: Model
) -> None:
    cell = notebook.begin(
        f"gnb.stream(told({model.port}), image=Image.new('RGB', (320, 240), 'teal'))"
    )
    items = [{"point": [150 * n, 150 * n], "label": f"kite {n}"} for n in range(1, 6)]
    text = json.dumps(items)
    ends = [match.end() for match in re.finditer("}", text)]
    spots = cell.shown.locator(".gnb-spot")
    cell.shown.evaluate(COUNT_SPOTS)
    for count, (begin, end) in enumerate(zip([0, *ends], ends, strict=False), 1):
        model.say(*map(part, pieces(text[begin:end], 3)))
        expect(spots).to_have_count(count, timeout=PATIENCE)
    model.say(part(text[ends[-1] :]))
    model.end()
    cell.end()
    expect(spots).to_have_count(len(items), timeout=PATIENCE)
    counts = notebook.page.evaluate("() => counts")
    assert counts == sorted(counts)
    assert set(counts) >= set(range(1, 6))


def test_hostile_text_in_pieces_runs_nothing_at_any_time(notebook: LiveNotebook) -> None:
    asked_for: list[str] = []
    notebook.page.on("request", lambda request: asked_for.append(request.url))
    cell = notebook.begin(
        "async def slow(text):\n"
        "    for begin in range(0, len(text), 3):\n"
        "        await asyncio.sleep(0.14)\n"
        "        yield text[begin : begin + 3]\n"
        f"answers = await asyncio.gather(*(gnb.astream(slow(text)) for text in {HOSTILE!r}))"
    )
    outputs = cell.end()
    assert len(outputs) == len(HOSTILE)
    wait_for(cell.shown, "<script>")
    assert notebook.page.evaluate("() => [window.struck, dangers]") == [None, []]
    assert notebook.page.evaluate("() => states.size") > 5
    assert not [address for address in asked_for if "attacker" in address]

    unguarded = {"text/markdown": HOSTILE[1]}
    notebook.run(f"from IPython.display import display\ndisplay({unguarded!r}, raw=True)")
    notebook.page.wait_for_function("() => window.struck && dangers.length")
