"""Hostile answers: ways to make a page run, load or follow something; and mixtures of them."""

from __future__ import annotations

import random

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
    f"Hello!![i]({LURE})",
    rf"\!![i]({LURE})",
    f"&#33;![i]({LURE})",
    f"wow!![i][r]\n\n[r]: {LURE}",
    f"| !![i]({LURE}) | b |\n|---|---|\n| a!![i]({LURE}) | 2 |",
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
