"""What a hostile answer can do in a trusted notebook: nothing; and what a friendly one shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gemini_nb.markdown import safe
from hostile_markdown import HOSTILE, STRIKE, mixtures

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from conftest import Lab

OWN_ADDRESSES = (
    "http://127.0.0.1",
    "file:",
    "data:",
    "blob:",
    "https://cdnjs.cloudflare.com/",  # where pages of nbconvert look for their own programs
    "https://cdn.jsdelivr.net/",
)
DANGERS = """root => {
  const banned = 'script, iframe, frame, object, embed, form, meta, base, link, style, img, video,'
    + 'audio, source, input:not([type=checkbox]), button, textarea, select, template, portal';
  // JupyterLab draws diagrams itself, into pictures that can do nothing.
  const found = [...root.querySelectorAll(banned)].map(one => one.outerHTML)
    .filter(html => !html.startsWith('<img src="data:image/svg+xml,'));
  for (const one of root.querySelectorAll('*')) {
    for (const {name, value} of one.attributes) {
      const is_address = ['href', 'xlink:href', 'action', 'formaction'].includes(name);
      const is_followed = /^(https?:|mailto:|#)/i.test(value);
      const is_wrong = name.startsWith('on') || ['srcdoc', 'name'].includes(name)
        || name.startsWith('data-commandlinker') || (is_address && !is_followed)
        || /url\\(/i.test(value) && name === 'style';
      if (is_wrong) found.push(`${name}=${value} in ${one.outerHTML.slice(0, 300)}`);
    }
  }
  return found;
}"""
MARKDOWN = ".jp-OutputArea-output.jp-RenderedMarkdown"
TYPESET = f"""count => {{
  const all = [...document.querySelectorAll('{MARKDOWN}')];
  return all.length === count && all.every(one => one.childNodes.length);
}}"""


class Witness:
    """What a page asked the network for, beyond the machine itself."""

    def __init__(self) -> None:
        self.addresses: list[str] = []

    def __call__(self, page: Page) -> None:
        page.add_init_script("window.strike = () => { window.struck = true; }")
        page.on("request", lambda request: self._noted(request.url))

    def _noted(self, address: str) -> None:
        if not address.startswith(OWN_ADDRESSES):
            self.addresses.append(address)


def markdown(texts: list[str]) -> list[dict[str, str]]:
    return [{"text/markdown": safe(text)} for text in texts]


def test_nothing_hostile_runs_or_loads_in_a_trusted_notebook(lab: Lab) -> None:
    texts = [*HOSTILE, *mixtures(300)]
    witness = Witness()
    with lab.opened(*markdown(texts), trusted=True, watched=witness) as page:
        page.wait_for_function(TYPESET, arg=len(texts), timeout=60_000)
        settled(page)
        outputs = page.locator(MARKDOWN)
        dangers = {
            texts[number]: found
            for number in range(len(texts))
            if (found := outputs.nth(number).evaluate(DANGERS))
        }
        assert not dangers
        assert page.evaluate("window.struck") is None
        assert not witness.addresses


def test_the_same_text_unguarded_would_run(lab: Lab) -> None:
    raw = {"text/markdown": f"<img src=x onerror={STRIKE}>"}
    with lab.opened(raw, trusted=True) as page:
        page.wait_for_function("window.struck")


def test_nothing_hostile_runs_or_loads_in_a_page_of_nbconvert(
    browser: Browser, tmp_path: Path
) -> None:
    texts = [*HOSTILE, *mixtures(300)]
    page = browser.new_page()
    witness = Witness()
    witness(page)
    try:
        page.goto(converted(texts, tmp_path).as_uri(), wait_until="load")
        assert page.locator(".jp-RenderedMarkdown").count() == len(texts)
        dangers = page.locator(".jp-RenderedMarkdown").evaluate_all(
            f"all => all.map({DANGERS}).filter(found => found.length)"
        )
        assert not dangers
        assert page.evaluate("window.struck") is None
        assert not witness.addresses
    finally:
        page.close()


def converted(texts: list[str], folder: Path) -> Path:
    nbformat = pytest.importorskip("nbformat")
    nbconvert = pytest.importorskip("nbconvert")
    shown = [
        nbformat.v4.new_output("display_data", data=output, metadata={})
        for output in markdown(texts)
    ]
    cell = nbformat.v4.new_code_cell("shown", outputs=shown, execution_count=1)
    page, _ = nbconvert.HTMLExporter().from_notebook_node(nbformat.v4.new_notebook(cells=[cell]))
    file = folder / "page.html"
    file.write_text(page)
    return file


FRIENDLY = {
    # What the model wrote, what the reader sees, and how many formulas that has.
    "It is $5 and $10, or US$30.": ("It is $5 and $10, or US$30.", 0),
    "between $5 and $20\n\n$1": ("between $5 and $20\n\n$1", 0),
    r"either \$5 or \$6 &#36;7 &dollar;8": ("either $5 or $6 $7 $8", 0),
    "a List<int> and <think>well</think>": ("a List<int> and <think>well</think>", 0),
    "`$HOME` and `$PATH` and `a|b` and `<b>`": ("$HOME and $PATH and a|b and <b>", 0),
    r"C:\Users, \\(x\\) and \\begin{align}": (r"C:\Users, \(x\) and \begin{align}", 0),
    r"so \(x^2\) and $y_1$": (None, 2),
    "\\[\na < b\n+ c\n= d\n\\]": (None, 1),
    "- so:\n\n  $$\n  a = b\n  $$\n\n> $$\n> a = b\n> $$": (None, 2),
    r"\begin{align} a &= b \\ c &= d \end{align}": (None, 1),
    r"$n$th for $10, $x$ for $20": (None, 2),
    "H<sub>2</sub>O<br>x": ("H2O\nx", 0),
    "```python\nprint('$a$ <b>', x)\n```": ("print('$a$ <b>', x)", 0),
    "```js\n/\\\\(x\\\\)/ @@0@@\n```": ("/\\\\(x\\\\)/ @@0@@", 0),
    "- a\n\n  ```py\n  x < 1\n\n  y\n  ```\n- b": ("a\nx < 1\n\ny\nb", 0),
    "    <b>\n\n    $x$": ("<b>\n\n$x$", 0),
}


def test_a_friendly_answer_shows_what_it_says(lab: Lab) -> None:
    with lab.opened(*markdown(list(FRIENDLY)), trusted=True) as page:
        page.wait_for_function(TYPESET, arg=len(FRIENDLY), timeout=60_000)
        settled(page)
        for number, (written, (visible, formulas)) in enumerate(FRIENDLY.items()):
            output = page.locator(MARKDOWN).nth(number)
            assert output.locator("mjx-container").count() == formulas, written
            assert output.locator("mjx-merror").count() == 0, written
            if visible is not None:
                assert plain(output.inner_text()) == plain(visible), written
        assert page.locator(f"{MARKDOWN} pre span[class]").count() > 0, "code has its colours"


def plain(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines() if line.strip()]


def settled(page: Page) -> None:
    """Wait for mathematics and coloured code."""
    page.evaluate("""async () => {
      let before = '';
      for (let quiet = 0; quiet < 30;) {
        await new Promise(requestAnimationFrame);
        const now = document.querySelectorAll('*').length + '';
        quiet = now === before ? quiet + 1 : 0;
        before = now;
      }
    }""")
