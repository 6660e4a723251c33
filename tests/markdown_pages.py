"""Markdown by chance, and what a reader sees of Markdown."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import strategies
from markdown_it import MarkdownIt

LINES = [
    "",
    "",
    "",
    "para *x*",
    "text",
    "  text",
    "   cont",
    "# h $6",
    "===",
    "---",
    "* * *",
    "- a",
    "-",
    "+ p",
    "  - b <i>",
    "1. x",
    "2) y `<b>`",
    "10. ten",
    "> q",
    "> - x",
    "lazy $5",
    "```py",
    "```",
    "   ```",
    "> ```",
    "~~~",
    "    code <b>",
    "      deep <q>",
    "\t<tab>",
    "| a | b |",
    "|---|---|",
    "`c",
    "d` e",
    "``a ` b``",
    "[a](http://b.c) [a`b`](https://x.y/z)",
    "](x y",
    "[foo] a@b.c",
    "x <https://a.b/c> y <me@a.bc>",
    "a & b &amp; &lt; &copy",
    "\\* \\< \\$ \\\\ C:\\x",
    "*a **b* c** _em_",
    "List<int> $3/$4",
    "<div> <!-- c --> </div>",
]
DEFINITIONS = ["[foo]: https://a.b", "[foo][foo]"]

documents = strategies.lists(strategies.sampled_from([*LINES, *DEFINITIONS]), max_size=12).map(
    "\n".join
)
documents_without_definitions = strategies.lists(strategies.sampled_from(LINES), max_size=14).map(
    "\n".join
)

as_written = MarkdownIt("commonmark", {"html": False}).enable("table")
with_tags = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


class _Seen(HTMLParser):
    APART = frozenset(("p", "li", "pre", "td", "th", "tr", "h1", "h2", "br"))

    def __init__(self, *, with_addresses: bool) -> None:
        super().__init__()
        self.text: list[str] = []
        self.with_addresses = with_addresses
        self.numbers: list[int | None] = []

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self.APART:
            self.text.append(" ")
        if tag in {"ol", "ul"}:
            self.numbers.append(int(given.get("start") or 1) if tag == "ol" else None)
        if tag == "li" and self.numbers[-1] is not None:
            self.text.append(f"{self.numbers[-1]} ")
            self.numbers[-1] += 1
        if self.with_addresses and given.get("href"):
            self.text.append(f"{given['href']} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"ol", "ul"}:
            self.numbers.pop()


def seen(html: str, *, with_addresses: bool = True) -> str:
    """The text of a page, the numbers of lists and the addresses of links, blanks made one."""
    parser = _Seen(with_addresses=with_addresses)
    parser.feed(html)
    parser.close()
    return " ".join("".join(parser.text).split())
