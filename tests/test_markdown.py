"""Markdown written back: what a reader sees is what the model wrote, and nothing in it is live."""

from __future__ import annotations

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.markdown import Blocks, as_html, definitions, followed, safe
from hostile_markdown import HOSTILE, mixtures
from markdown_pages import (
    as_written,
    documents,
    documents_without_definitions,
    seen,
    with_tags,
)
from time_limits import HANGS

quick = settings(derandomize=True, deadline=None, max_examples=150)
CITED = " [1](https://a.org)"


def visible(markdown: str) -> str:
    return seen(with_tags.render(safe(markdown)), with_addresses=False)


def cut(*pieces: str) -> list[str]:
    blocks = Blocks()
    finished = [block for piece in pieces for block in blocks.feed(piece)]
    return [*finished, blocks.unfinished]


# --- What is seen -------------------------------------------------------------------------------
@quick
@given(documents)
def test_safe_shows_the_same_text(text: str) -> None:
    assert visible(text) == seen(as_written.render(text), with_addresses=False)


FAITHFUL = {
    # What the model wrote, and as what it is sent.
    "# One *two*\n\ntext": "# One *two*\n\ntext",
    "One\n===\ntext": "# One\n\ntext",
    "# C# and F#": "# C# and F&#35;",
    "a snake_case_name, 2 * 3 - 1 = 5 (it's ~5) & x": (
        "a snake_case_name, 2 * 3 - 1 = 5 (it's ~5) &amp; x"
    ),
    "- a\n  - b\n    1. c\n- d": "- a\n  - b\n    1. c\n- d",
    "* a\n\n* b\n\n  c": "* a\n\n* b\n\n  c",
    "3) x\n4) y": "3) x\n4) y",
    "- [ ] todo\n- [x] **now**": "- [ ] todo\n- [x] **now**",
    "> a\nb\n>\n> - c": "> a\n> b\n>\n> - c",
    "a\n***\nb": "a\n\n___\n\nb",
    "a  \nb\\\nc": "a\\\nb\\\nc",
    "| a | b |\n|:-:|--:|\n| `x|y` | 2 |": "| a | b |\n| :-: | --: |\n| &#96;x | y&#96; |",
    "| a |\n|---|\n| `x\\|y` |": "| a |\n| --- |\n| <code>x&#124;y</code> |",
    "`` a ` b `` and `x = 1`": "<code>a &#96; b</code> and `x = 1`",
    "A note.[^1]\n\n[^1]: Its text.": "A note.[^1]\n\n[^1&#93;: Its text.",
    "**bold**, *it*, __b__ ~~no~~ (*p*)": "**bold**, *it*, **b** ~~no~~ (*p*)",
    "un**frigging**believable": "un<strong>frigging</strong>believable",
    "これは**重要**です": "これは<strong>重要</strong>です",
    '**"Yes,"** she said': '**"Yes,"** she said',
    "***both***": "*<strong>both</strong>*",
    "see https://a.b/_x_?c=1&d=2.": "see <https://a.b/_x_?c=1&d=2>.",
    "see https://a.b/~me (https://c.d)": "see <https://a.b/~me> (<https://c.d>)",
    "see <https://a.b> or [it](https://a.b 'title')": "see <https://a.b> or [it](https://a.b)",
    "[a][r] and [r]\n\n[r]: https://a.b": "[a](https://a.b) and [r](https://a.b)",
    "H<sub>2</sub>O x<SUP>2</SUP> a<br/>b": "H<sub>2</sub>O x<SUP>2</SUP> a<br/>b",
    "2\\. not a list, \\# no heading": "2&#46; not a list, # no heading",
    "a\n2. b": "a\n2&#46; b",
    "wow! [it](https://a.b)": "wow! [it](https://a.b)",
    r"C:\new \* \d+": r"C:\new * \d+",
    "~~~py {1}\n  <b> $x$\n````\n": "`````py\n  <b> $x$\n````\n`````",
    "```py\nprint(1)": "```py\nprint(1)\n```",
    "    <b>\n\n    x": "```\n<b>\n\nx\n```",
    "1. a\n   ```py\n   x\n\n   y\n   ```\n2. b": "1. a\n   ```py\n   x\n\n   y\n   ```\n2. b",
    "- ```sh\n  $HOME\n  ```": "- <pre><code>&#36;HOME</code></pre>",
    "": "",
}


@pytest.mark.parametrize("written", FAITHFUL)
def test_safe_writes_every_kind_of_markdown_as_all_readers_read_it(written: str) -> None:
    assert safe(written) == FAITHFUL[written]


@quick
@given(documents)
def test_safe_of_what_is_safe_shows_the_same(text: str) -> None:
    once = safe(text)
    if not re.search(r"</(?:span|code|em|strong|del)>", once):  # tags of a model are text
        assert visible(once) == seen(with_tags.render(once), with_addresses=False)


PRICES = [
    "$5 and $10",
    "between $5 and $20",
    "US$30 or A$40",
    "$5 (or 5$)",
    "from $1,000 to $2,000.50.",
    "$5-$10",
    "$5/month or $50/year",
    "costs $$ and more $$$",
    "$HOME/bin:$PATH",
    "50$ each, 60$ both",
]


@pytest.mark.parametrize("price", PRICES)
def test_safe_takes_no_price_for_a_formula(price: str) -> None:
    assert "$" not in safe(price)
    assert visible(price) == price


FORMULAS = {
    "$x$": "$x$",
    "$n$th": "$n$th",
    "$10$ apples": "$10$ apples",
    r"\(x^2\)": "$x^2$",
    r"\[x^2\]": "$$x^2$$",
    r"\(a\)\(b\) \(c\)2": "$a$<span></span>$b$ $c$<span></span>2",
    "$$\nx\n$$": "$$x$$",
    "\\[\na\n+ b\n= c\n\\]": "$$a + b = c$$",
    "so: \\[\na\n- b\n\\] then": "so: $$a - b$$ then",
    "$$\n\nx\n\n$$": "$$x$$",
    "> $$\n> x\n> $$": "> $$x$$",
    "- so:\n\n  $$\n  - x\n  $$": "- so:\n\n  $$- x$$",
    r"$a<b$": r"$a\lt b$",
    r"\begin{align} a &= b \\ c &= d \end{align}": r"\begin{align}a &= b \\ c &= d\end{align}",
    r"$$x \label{one}$$": "$$x $$",
    "| a | b |\n|---|---|\n| $|x|$ | \\(\\|y\\|\\) |": (
        "| a | b |\n| --- | --- |\n| $\\vert x\\vert $ | $\\Vert y\\Vert $ |"
    ),
    r"**so $x$**": r"**so $x$**",
    r"$\$5 \times 3$": r"$\$5 \times 3$",
}


@pytest.mark.parametrize("written", FORMULAS)
def test_safe_writes_mathematics_as_every_front_end_reads_it(written: str) -> None:
    assert safe(written).replace("<strong>", "**").replace("</strong>", "**") == FORMULAS[written]


@pytest.mark.parametrize(
    "written",
    [
        r"$\href{javascript:x}{y}$",
        r"\(\style{color:red}{y}\)",
        r"$$\def\x{1}$$",
        r"$\unicode[a]{65}$",
        "$}{$",
        r"\begin{align}\class{a}{b}\end{align}",
    ],
)
def test_safe_shows_a_formula_that_reaches_beyond_itself_as_code(written: str) -> None:
    assert safe(written).startswith("<code>")
    assert visible(written) == written


@pytest.mark.parametrize("written", [r"\[Your Name\]", r"\(see below\)", r"\\(x\\)", r"C:\new"])
def test_safe_takes_no_words_for_mathematics(written: str) -> None:
    assert "$" not in safe(written)


# --- What is not live ---------------------------------------------------------------------------
class _Live(HTMLParser):
    """What could run, load or lead astray in a page."""

    OWN = frozenset(
        (
            *("p", "br", "em", "strong", "del", "s", "code", "pre", "span", "a", "sub", "sup"),
            *("ul", "ol", "li", "blockquote", "div", "hr", "h1", "h2", "h3", "h4", "h5", "h6"),
            *("table", "thead", "tbody", "tr", "td", "th"),
        )
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        is_box = tag == "input" and ("type", "checkbox") in attrs
        for name, value in attrs:
            is_address = name == "href" and re.match(
                r"https?:|mailto:|#", value or "", re.IGNORECASE
            )
            if not is_address and name not in {"class", "style", "align", "start", "type", "id"}:
                self.found += [f"{name}={value}"] if not is_box else []
        self.found += [tag] if tag not in self.OWN and not is_box else []

    def handle_comment(self, data: str) -> None:
        self.found.append(data)

    handle_decl = handle_pi = unknown_decl = handle_comment


def live(html: str) -> list[str]:
    parser = _Live()
    parser.feed(html)
    parser.close()
    return parser.found


def test_safe_leaves_nothing_live_for_two_readers_that_never_clean() -> None:
    mistune = pytest.importorskip("nbconvert.filters.markdown_mistune").markdown2html_mistune
    assert live(with_tags.render("<img src=x onerror=y>")) == ["src=x", "onerror=y", "img"]
    for text in [*HOSTILE, *mixtures(300)]:
        shown = safe(text)
        assert not live(with_tags.render(shown)), text
        assert not live(mistune(shown)), text


def test_as_html_of_safe_text_has_nothing_live() -> None:
    for text in [*HOSTILE, *mixtures(100)]:
        opened = as_html(safe(text)).replace(' target="_blank" rel="noopener"', "")
        assert not live(opened), text


def test_as_html_opens_links_beside_the_page() -> None:
    assert as_html(safe("See [it](https://a.b) and <https://c.d>.")) == (
        '<p>See <a target="_blank" rel="noopener" href="https://a.b">it</a> and '
        '<a target="_blank" rel="noopener" href="https://c.d">https://c.d</a>.</p>'
    )
    assert as_html(safe("`<a href=x>`")) == "<p><code>&lt;a href=x&gt;</code></p>"


ADDRESSES = [
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    " javascript:alert(1)",
    "java\tscript:alert(1)",
    "javascript&colon;alert(1)",
    "&#106;avascript:alert(1)",
    "javascript%3Aalert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
    "ftp://a.b",
    "//a.b",
    "notes.md",
    "/lab",
    "attachment:a.png",
    "https:x",
    "ht\u200btps://a.b",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("form", ["[x]({})", "![x]({})", "[x](<{}>)", "<{}>", "[x]\n\n[x]: {}"])
def test_safe_shows_an_address_that_is_not_of_the_web_as_text(address: str, form: str) -> None:
    html = with_tags.render(safe(form.format(address)))
    assert "href" not in html
    assert "<img" not in html
    assert seen(html)
    assert followed(address) == ""


def test_safe_makes_a_picture_a_link_to_it() -> None:
    assert safe("![a cat](https://a.b/c.png)") == "[a cat](https://a.b/c.png)"
    assert safe("[![a cat](https://a.b/c.png)](https://d.e)") == "[a cat](https://d.e)"


def test_followed_encodes_what_could_be_a_mark_once() -> None:
    encoded = "https://a.b/%241_%282%29?c=%40%400%40%40%7C%22d%22&amp;copy=1"
    assert followed('https://a.b/$1_(2)?c=@@0@@|"d"&copy=1') == encoded
    assert safe(f"[x]({encoded})") == f"[x]({encoded})"
    assert followed("\ud800") == ""


def test_safe_leaves_a_diagram_that_nbconvert_would_run_as_code() -> None:
    assert safe("```mermaid\na-->b\n```") == "```mermaid\na-->b\n```"
    assert safe("```mermaid\n</pre><b>\n```") == "```\n</pre><b>\n```"


def test_safe_text_can_be_sent_and_shown_in_a_terminal() -> None:
    assert safe("a\r\nb\rc") == "a\nb\nc"
    assert safe("\ud83d\ude00 \ud83d \x1b[2J &#x202e;b") == "\U0001f600 \ufffd ␛[2J \u202eb\u202c"


@quick
@given(st.text(st.characters() | st.sampled_from("`$\\<&[]()!|*_~->#: \n\r\t"), max_size=80))
def test_safe_takes_any_text_at_all(text: str) -> None:
    safe(text, [(len(text) // 2, CITED)]).encode()


def test_safe_reads_what_is_nested_too_deep_as_text() -> None:
    assert visible("> " * 100 + "end").endswith("> end")
    assert visible("- " * 100 + "end").endswith("- end")


WORST = [
    "word ", "[a](b", "$", "`", "\\(", "$a ", "`a``b`", "<", "]:", '](a "', "![a]((", "- ", "> ",
    "[a]:\n", "&", "* a\n", "| a\n|-\n", "    x\n\n", "```\n", "![a", "$$a", "](<", "](\\", "\t",
    "\\begin{align}", "<sub>", "<https://a.b", "&amp", "*a _b ", "![a](b)", "[![a](https://a.b)",
    "[", "*", "**a", "\\[\n", "$$\n\n", "\\(\\\\)", "[a][", "https://a.b/", "> - ", "~", "[\\]",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_safe_takes_time_linear_in_the_text(piece: str) -> None:
    text = piece * (10_000 // len(piece))
    began = time.process_time()
    assert len(safe(text)) < 30 * len(text)
    assert time.process_time() - began < HANGS


def test_a_safe_answer_is_hardly_longer_than_the_answer() -> None:
    answer = "\n\n".join(key for key in FAITHFUL if "$" not in key) * 5
    assert len(safe(answer)) < 1.3 * len(answer)


# --- Inserts ------------------------------------------------------------------------------------
TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"
TABLE_HEAD = "| a | b |\n| --- | --- |\n"


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Spain won.", "won", "Spain won [1](https://a.org)."),
        ("Spain won.", "Sp", "Spain [1](https://a.org) won."),
        ("Öl, Öl und Gas.", "Öl, Öl", "Öl, Öl [1](https://a.org) und Gas."),
        ("Wow!", "Wow!", "Wow! [1](https://a.org)"),
        ("Use `ls -l` here.", "ls", "Use `ls -l` [1](https://a.org) here."),
        ("See [it](https://c.org) now.", "[i", "See [it](https://c.org) [1](https://a.org) now."),
        ("See [it](https://c.org) now.", "(h", "See [it](https://c.org) [1](https://a.org) now."),
        ("See <https://c.org> now.", "https", "See <https://c.org> [1](https://a.org) now."),
        ("At https://c.org/x now.", "https://c", "At <https://c.org/x> [1](https://a.org) now."),
        ("A [r].\n\n[r]: https://c.org", "[r", "A [r](https://c.org) [1](https://a.org)."),
        ("A [r].\n\n[r]: https://c.org", "htt", "A [r](https://c.org). [1](https://a.org)"),
        ("So $x + y$ is.", "$x", "So $x + y$ [1](https://a.org) is."),
        ("So \\(x\\) is.", "x\\", "So $x$ [1](https://a.org) is."),
        ("a &amp; b", "&am", "a &amp; [1](https://a.org) b"),
        ("**It is.** So", "is.", "**It is.** [1](https://a.org) So"),
        ("One.\n\n# Two", "One.\n\n", "One. [1](https://a.org)\n\n# Two"),
        ("Title\n=====\n\nText", "=====", "# Title [1](https://a.org)\n\nText"),
        (TABLE, "| 1 | 2 |", TABLE_HEAD + "| 1 | 2 [1](https://a.org) |"),
        (TABLE, "|---|---|", "| a | b [1](https://a.org) |\n| --- | --- |\n| 1 | 2 |"),
        ("```\nx = 1\n```\nDone.", "x = 1", "```\nx = 1\n```\n\n[1](https://a.org)\n\nDone."),
        ("```\nx = 1\n```", "```\nx = 1\n```", "```\nx = 1\n```\n\n[1](https://a.org)"),
        ("```\nx = 1", "x", "```\nx = 1\n```\n\n[1](https://a.org)"),
        ("    x = 1\n\nDone.", "x", "```\nx = 1\n```\n\n[1](https://a.org)\n\nDone."),
        ("- a\n- b", "- a\n", "- a [1](https://a.org)\n- b"),
        ("Spain won.", "", "Spain won. [1](https://a.org)"),
        ("", "", "[1](https://a.org)"),
    ],
)  # fmt: skip
def test_safe_puts_an_insert_behind_the_words_where_it_breaks_nothing(
    text: str, words: str, marked: str
) -> None:
    assert safe(text, [(text.index(words) + len(words), CITED)]) == marked


@quick
@given(
    st.text(st.sampled_from("a é😀\n`$*_[]()|-#>~<:/.\\&;"), max_size=60) | documents,
    st.lists(st.integers(-2, 120), min_size=1, max_size=6),
)
def test_safe_keeps_every_insert_whole_and_in_order(text: str, offsets: list[int]) -> None:
    inserts = [(offset, f" [{n}](https://a{n}.org)") for n, offset in enumerate(sorted(offsets))]
    html = with_tags.render(safe(text, inserts))
    marks = re.findall(r'<a href="https://a(\d)\.org">\1</a>', html)
    assert marks == [str(n) for n in range(len(offsets))]


def test_safe_places_many_inserts_in_time_linear_in_the_text() -> None:
    text = "word `x` [a](b) $y$ ``` [ ( < & " * 2_000
    shown = safe(text, [(end, CITED) for end in range(0, len(text), 40)])
    assert shown.count("https://a.org") == len(range(0, len(text), 40))


# --- Blocks -------------------------------------------------------------------------------------
@quick
@given(documents_without_definitions)
def test_blocks_rendered_one_by_one_are_the_whole_rendered(text: str) -> None:
    assert "".join(as_written.render(block) for block in cut(text)) == as_written.render(text)
    safe_blocks = "\n\n".join(filter(None, map(safe, cut(text))))
    assert seen(with_tags.render(safe_blocks)) == seen(with_tags.render(safe(text)))


@quick
@given(documents, st.randoms(use_true_random=False))
def test_blocks_are_the_same_in_whatever_pieces_the_text_arrives(
    text: str, chance: st.random.Random
) -> None:
    text = text.replace("\n", "\r\n") if chance.random() < 0.3 else text
    ends = sorted(chance.choices(range(len(text) + 1), k=chance.randint(0, 9)))
    pieces = [text[a:b] for a, b in zip([0, *ends], [*ends, None], strict=True)]
    assert cut(*pieces) == cut(*text) == cut(text)
    assert "".join(cut(*pieces)) == text


TOGETHER = [
    "- a\n\n- b\n\n  c\n",
    "1. a\n\n   ```\n\n   x\n",
    "```\n\n# x\n\n```\n",
    "~~~\n\n```\n\n",
    "    code\n\n    more\n",
    "- a\n\n  more\n",
    "\\[\n\na\n\n\\]\n",
    "$$\n\na\n\n$$\n",
    "\\begin{align}\na\n\\end{align}\n",
    "so: \\[\n\n- a\n\n\\]\n",
    "| a |\n|---|\n| b |\n",
    "> a\n> b\n",
    "text\n===\n",
]


@pytest.mark.parametrize("text", TOGETHER)
def test_blocks_are_not_cut_where_text_belongs_together(text: str) -> None:
    assert cut(*text) == [text]


def test_blocks_are_finished_as_soon_as_the_next_one_has_begun() -> None:
    blocks = Blocks()
    assert blocks.feed("One.\n\n") == []
    assert blocks.feed("T") == ["One.\n\n"]
    assert blocks.feed("wo.\n\n* ") == []
    assert blocks.feed("x\n") == ["Two.\n\n"]
    assert blocks.unfinished == "* x\n"


def test_blocks_do_not_wait_for_a_formula_that_is_never_closed() -> None:
    assert len(cut("$$\n\n" + "text\n\n" * 200)) > 100


@pytest.mark.parametrize("text", ["word ", "a\n\n", "- a\n\n", "```\n", "x\n\ny\n", "| a\n", "> "])
@pytest.mark.parametrize("beginning", ["", "```py\n", "$$\n"])
def test_blocks_take_no_longer_for_a_late_character(text: str, beginning: str) -> None:
    blocks = Blocks()
    whole = beginning + text * (16_000 // len(text))
    began = time.process_time()
    finished = [block for character in whole for block in blocks.feed(character)]
    assert "".join((*finished, blocks.unfinished)) == whole
    assert time.process_time() - began < HANGS


def test_definitions_serve_a_block_from_elsewhere() -> None:
    text = (
        "See [x].\n\n```\n[x]: https://no.example\n```\n\n[x]: https://a.b 'T'\n\n[y]: file:///z\n"
    )
    assert safe(cut(text)[0], links=definitions(text)) == "See [x](https://a.b)."
    open_code = "```python\nx = a[x]"
    assert safe(open_code, links=definitions(text)) == f"{open_code}\n```"
