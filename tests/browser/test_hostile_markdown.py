"""What a hostile answer can do in a trusted notebook: nothing; and what a friendly one shows."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from gemini_nb.markdown.guarding import guarded

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from conftest import Lab

STRIKE = "top.strike()"
LURE = "https://attacker.invalid/pixel.png"

HTML = [
    f"<script>{STRIKE}</script>",
    f"<scr<script>ipt>{STRIKE}</scr</script>ipt>",
    f"<img src=x onerror={STRIKE}>",
    f"<img src=x onerror='{STRIKE}'//",
    f'<img src="{LURE}">',
    f"<svg onload={STRIKE}>",
    f"<svg><script>{STRIKE}</script></svg>",
    f"<svg><animate onbegin={STRIKE} attributeName=x dur=1s>",
    f'<iframe src="javascript:{STRIKE}"></iframe>',
    f'<iframe srcdoc="<script>{STRIKE}</script>"></iframe>',
    f'<object data="javascript:{STRIKE}"></object>',
    f'<embed src="javascript:{STRIKE}">',
    f"<details open ontoggle={STRIKE}><summary>x</summary></details>",
    f'<form action="javascript:{STRIKE}"><input autofocus onfocus={STRIKE}></form>',
    f'<button formaction="javascript:{STRIKE}">x</button>',
    f'<meta http-equiv="refresh" content="0;url={LURE}">',
    f'<base href="{LURE}"><link rel="stylesheet" href="{LURE}">',
    f"<style>@import url({LURE}); * {{ background: url({LURE}) }}</style>",
    f'<div style="background:url({LURE})">x</div>',
    f'<a href="javascript:{STRIKE}">x</a>',
    f'<a href="java&#10;script:{STRIKE}">x</a>',
    '<a id="jupyterapp" name="body" href="#">x</a><img name="getElementById">',
    '<input id="attributes"><form id="jp-main-dock-panel"><input name="parentNode"></form>',
    '<button data-commandlinker-command="application:close-all">x</button>',
    f"<math><mtext><table><mglyph><style><img src=x onerror={STRIKE}>",
    f"<noscript><p title='</noscript><img src=x onerror={STRIKE}>'>",
    f"<!-- --><img src=x onerror={STRIKE}><!-- -->",
    f"<!--><img src=x onerror={STRIKE}>-->",
    f"<![CDATA[<img src=x onerror={STRIKE}>]]>",
    f"<?php <img src=x onerror={STRIKE}> ?>",
    f"<video><source onerror={STRIKE}></video>",
    f"<br onclick={STRIKE}><sub onmouseover={STRIKE}>x</sub>",
    f"<sub><img src=x onerror={STRIKE}></sub>",
    f"<https://a.b/onerror={STRIKE}><https://a.b/'\"><img src=x onerror={STRIKE}>>",
    f"&lt;img src=x onerror={STRIKE}&gt; &#60;img src=x onerror={STRIKE}&#62;",
]
LINKS = [
    f"[x](javascript:{STRIKE})",
    f"[x](JaVaScRiPt:{STRIKE})",
    f"[x](java\tscript:{STRIKE})",
    f"[x](<java\nscript:{STRIKE}>)",
    f"[x](  javascript:{STRIKE} )",
    f"[x](\x01javascript:{STRIKE})",
    f"[x](javascript&colon;{STRIKE})",
    f"[x](javascript&#58;{STRIKE})",
    f"[x](&#x6A;avascript:{STRIKE})",
    f"[x](java&Tab;script:{STRIKE})",
    f"[x](javascript\\:{STRIKE})",
    f"[x](javascript%3A{STRIKE})",
    f"[x](//%0Ajavascript:{STRIKE})",
    f"[x](data:text/html,<script>{STRIKE}</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD50b3Auc3RyaWtlKCk8L3NjcmlwdD4=)",
    f"[x](vbscript:{STRIKE}) [x](file:///etc/passwd) [x](blob:x) [x](ftp://a.b)",
    "[x](attachment:a.png) [x](notes.ipynb) [x](/lab/tree/x) [x](?token=1) [x](//a.b)",
    f"![x]({LURE}) ![]({LURE}) [![x]({LURE})](javascript:{STRIKE})",
    f"![x](data:image/svg+xml,<svg onload={STRIKE}>) ![x](javascript:{STRIKE})",
    f"![x][r] [x][r] [r]\n\n[r]: javascript:{STRIKE}",
    f"![x][r] [x][r]\n\n[r]:\njavascript:{STRIKE}\n'title'",
    f"[x][r]\n\n[r]: <javascript:{STRIKE}> 'title'",
    f"[x][r\n]\n\n[r\n]: javascript:{STRIKE}",
    f"> [r]: javascript:{STRIKE}\n\n- [r]: javascript:{STRIKE}\n\n[r]",
    f"![x][i]\n\n[i]: {LURE}",
    f'[x](https://a.b "\\" onmouseover={STRIKE} ")',
    f'[x](https://a.b/"onmouseover={STRIKE}//)',
    f"[x](https://a.b/'onmouseover={STRIKE}//)",
    f"[x](https://a.b/`onmouseover={STRIKE}`//)",
    f"[![x](https://a.b/[x](javascript:{STRIKE}))](https://a.b)",
    f"[a](https://a.b/[x](javascript:{STRIKE}))",
    f"[a](https://a.b/ 'title [x](javascript:{STRIKE})')",
    f"<javascript:{STRIKE}> <JAVASCRIPT:{STRIKE}> <data:text/html,x> <ftp://a.b>",
    "ftp://a.b sftp://a.b FTP://a.b www.a.b me@a.b xmpp:me@a.b",
    f"[^1]\n\n[^1]: javascript:{STRIKE}",
]
MATHEMATICS = [
    rf"$\href{{javascript:{STRIKE}}}{{x}}$",
    rf"\(\href{{javascript:{STRIKE}}}{{x}}\)",
    rf"$$\href {{javascript:{STRIKE}}}{{x}}$$",
    rf"\begin{{align}}\href{{javascript:{STRIKE}}}{{x}}\end{{align}}",
    rf"\\begin{{align}}\href{{javascript:{STRIKE}}}{{x}}\\end{{align}}",
    rf"\\(\href{{javascript:{STRIKE}}}{{x}}\\) \\[\href{{javascript:{STRIKE}}}{{x}}\\]",
    rf"&#36;\href{{javascript:{STRIKE}}}{{x}}&#36; &dollar;\href{{javascript:{STRIKE}}}{{x}}$",
    rf"`$`\href{{javascript:{STRIKE}}}{{x}}`$` \$\href{{javascript:{STRIKE}}}{{x}}\$",
    rf"$\def\alpha{{\href{{javascript:{STRIKE}}}{{x}}}}$ $\alpha + \beta$",
    rf"$\style{{background:url({LURE})}}{{x}}$ $\class{{jp-Cell}}{{x}}$ $\cssId{{body}}{{x}}$",
    rf"$\unicode[a';background:url({LURE})]{{65}}$ $\bbox[background:url({LURE})]{{x}}$",
    rf"$\mmlToken{{mi}}[href='javascript:{STRIKE}']{{x}}$ $\require{{html}}$",
    rf"$<img src=x onerror={STRIKE}>$ $$<img src=x onerror={STRIKE}>$$",
    rf"\(<script>{STRIKE}</script>\) \[x <img src=x onerror={STRIKE}>\]",
    rf'[x](https://a.b "$") $" onmouseover="{STRIKE}" $',
    rf'[x $a](https://a.b/?q=$"onmouseover="{STRIKE}") $',
    rf'```py $" onmouseover="{STRIKE}" $',
    rf"$a$$<img src=x onerror={STRIKE}>$$b$",
    "$ ``` $\n\n```html\n" + f"<img src=x onerror={STRIKE}>\n```\n$",
    f"$$\n\n```html\n<img src=x onerror={STRIKE}>\n```\n\n$$",
    "@@0@@ $x$ [x](https://a.b/@@0@@) `@@0@@`",
]
CODE = [
    f"`<img src=x onerror={STRIKE}>`",
    f"`` ` <img src=x onerror={STRIKE}> ``",
    f"`a <img src=x onerror={STRIKE}>",
    f"\\`<img src=x onerror={STRIKE}>\\`",
    f"`a\n\n<img src=x onerror={STRIKE}>\n\n`",
    f"| a | b |\n|---|---|\n| `x | <img src=x onerror={STRIKE}> |` |\n",
    f"| ` | [x](javascript:{STRIKE}) ` |\n|---|---|\n| \\` | ` |",
    f"```html\n<img src=x onerror={STRIKE}>\n```",
    f"```html\n<img src=x onerror={STRIKE}>",
    f"~~~\n<img src=x onerror={STRIKE}>\n```\n~~~",
    f"````\n```\n<img src=x onerror={STRIKE}>\n```\n````",
    f"- a\n\n  ```html\n  <img src=x onerror={STRIKE}>\n\n  <script>{STRIKE}</script>\n  ```",
    f"1. a\n```html\n<img src=x onerror={STRIKE}>\n   ```\n<script>{STRIKE}</script>",
    f"> ```html\n> <img src=x onerror={STRIKE}>\n<script>{STRIKE}</script>\n> ```",
    f"> - ```\n>   <img src=x onerror={STRIKE}>\n>   ```",
    f"-     <img src=x onerror={STRIKE}>\n\n      [x](javascript:{STRIKE})",
    f"    <img src=x onerror={STRIKE}>\n\n\t[x](javascript:{STRIKE})",
    f"a\n    <img src=x onerror={STRIKE}>\n    [x](javascript:{STRIKE})",
    f"```\u2028<img src=x onerror={STRIKE}>\n```",
    f"```mermaid\n</pre><img src=x onerror={STRIKE}>\n```",
    f'```mermaid\ngraph LR\n  A --> B\n  click A "javascript:{STRIKE}"\n```',
    f"```{{=html}}\n<img src=x onerror={STRIKE}>\n```",
    f'```"onmouseover="{STRIKE}\nx\n```',
    f"``` `\n<img src=x onerror={STRIKE}>\n```",
    f"\x00```\n<img src=x onerror={STRIKE}>\n```",
    f"\ufeff```\r<img src=x onerror={STRIKE}>\r```",
    "```latex\n\\begin{align} x \\end{align} @@0@@ \\\\(x\\\\)\n```\n$x$",
]
HOSTILE = [*HTML, *LINKS, *MATHEMATICS, *CODE]
OWN_ADDRESSES = (
    "http://127.0.0.1",
    "file:",
    "data:",
    "blob:",
    "https://cdnjs.cloudflare.com/",  # where pages of nbconvert look for their own programs
    "https://cdn.jsdelivr.net/",
)
GLUE = [
    "",
    " ",
    "\n",
    "\n\n",
    "\n- ",
    "\n> ",
    "\n    ",
    "`",
    "$",
    "$$",
    "\\",
    "|",
    "[",
    "](",
    "<",
    "```\n",
]

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


def mixtures(count: int) -> list[str]:
    """Pieces of hostile answers put together by chance, the same at every run."""
    chance = random.Random(20261122)
    return [
        "".join(
            chance.choice(GLUE) + cut(chance, chance.choice(HOSTILE))
            for _ in range(chance.randint(2, 6))
        )
        for _ in range(count)
    ]


def cut(chance: random.Random, text: str) -> str:
    return text[: chance.randint(1, len(text))] if chance.random() < 0.25 else text


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
    return [{"text/markdown": guarded(text)} for text in texts]


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
    with lab.opened(raw, trusted=True, watched=Witness()) as page:
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
