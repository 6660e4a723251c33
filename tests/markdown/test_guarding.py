"""What a guarded answer shows: what the model wrote, nothing that runs, and prices as prices."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.markdown.guarding import guarded
from markdown_pages import as_written, documents, seen, with_tags

quick = settings(derandomize=True, deadline=None, max_examples=150)


def visible(markdown: str) -> str:
    return seen(with_tags.render(guarded(markdown)))


@quick
@given(documents)
def test_the_same_text_and_the_same_links_are_seen(text: str) -> None:
    assert visible(text) == seen(as_written.render(text))


@quick
@given(st.text(st.characters() | st.sampled_from("`$\\<&[]()!|*_~->#: \n\r\t"), max_size=80))
def test_any_text_at_all_can_be_guarded_and_sent(text: str) -> None:
    shown = guarded(text)
    shown.encode()
    assert "\r" not in shown
    assert "\x00" not in shown


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
def test_a_price_is_no_formula(price: str) -> None:
    assert "$" not in guarded(price).replace("&#36;", "")
    assert visible(price) == price


FORMULAS = {
    "$x$": "$x$",
    "$n$th": "$n$th",
    "$10$ apples": "$10$ apples",
    r"\(x^2\)": "$x^2$",
    r"\[x^2\]": "$$x^2$$",
    "$$\nx\n$$": "$$x$$",
    "\\[\na\n+ b\n= c\n\\]": "$$a + b = c$$",
    "$$\n\nx\n\n$$": "$$x$$",
    "> $$\n> x\n> $$": "> $$x$$",
    r"$a<b$": r"$a\lt b$",
    r"\begin{align} a &= b \\ c &= d \end{align}": r"\begin{align} a &= b \\ c &= d \end{align}",
    r"$$x \label{one}$$": "$$x $$",
    "| a |\n|---|\n| $|x|$ |": "| a |\n|---|\n| $\\vert x\\vert $ |",
}


@pytest.mark.parametrize("written", FORMULAS)
def test_mathematics_is_written_as_every_frontend_reads_it(written: str) -> None:
    assert guarded(written) == FORMULAS[written]


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
def test_a_formula_that_reaches_beyond_itself_is_shown_as_code(written: str) -> None:
    shown = guarded(written)
    assert shown.startswith("<code>")
    assert visible(written) == written


@pytest.mark.parametrize("written", [r"\[Your Name\]", r"\(see below\)", r"\\(x\\)", r"C:\new"])
def test_brackets_and_backslashes_in_words_are_no_mathematics(written: str) -> None:
    assert "$" not in guarded(written)


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
def test_an_address_that_is_not_of_the_web_is_text(address: str, form: str) -> None:
    written = form.format(address)
    html = with_tags.render(guarded(written))
    assert "href" not in html
    assert "<img" not in html
    assert seen(html)


def test_a_picture_is_a_link_to_it() -> None:
    assert guarded("![a cat](https://a.b/c.png)") == "[a cat](https://a.b/c.png)"
    assert guarded("[![a cat](https://a.b/c.png)](https://d.e)") == "[a cat](https://d.e)"


def test_a_title_goes_and_what_could_be_a_mark_in_an_address_is_encoded() -> None:
    assert guarded('[x](https://a.b/$1_(2)?c=@@0@@|"d" "title")') == (
        "[x](https://a.b/%241_%282%29?c=%40%400%40%40%7C%22d%22)"
    )


def test_code_at_the_top_stays_as_it_is_and_is_always_closed() -> None:
    assert guarded("a\n  ~~~py {1}\n  <b> $x$\n") == "a\n\n```py\n<b> $x$\n```\n"
    assert guarded("~~~\n````\n") == "`````\n````\n`````\n"


def test_code_in_a_list_stays_in_the_list() -> None:
    text = "1. a\n\n   ```html\n   <b>\n\n   $x$\n   ```\n2. b\n"
    html = with_tags.render(guarded(text))
    assert html.count("<ol>") == 1
    assert seen(html) == "1 a <b> $x$ 2 b"


def test_a_diagram_whose_text_nbconvert_would_run_is_shown_as_code() -> None:
    assert guarded("```mermaid\na-->b\n```") == "```mermaid\na-->b\n```"
    assert guarded("```mermaid\n</pre><b>\n```") == "```\n</pre><b>\n```"


def test_line_breaks_and_plain_sub_and_superscripts_are_kept() -> None:
    assert guarded("H<sub>2</sub>O x<sup>2</sup>") == "H<sub>2</sub>O x<sup>2</sup>"
    assert "<br>" in guarded("a<br/>b")
    assert guarded("<sub onclick=x>") == "&lt;sub onclick=x>"


def test_line_ends_surrogates_and_nul_are_made_fit_to_send() -> None:
    assert guarded("a\r\nb\rc") == "a\nb\nc"
    assert guarded("\ud83d\ude00 \ud83d \x00") == "\U0001f600 \ufffd \ufffd"


WORST = [
    "word ", "[a](b", "$", "`", "\\(", "$a ", "`a``b`", "<", "]:", '](a "', "![a]((", "- ", "> ",
    "[a]:\n", "&", "* a\n", "| a\n|-\n", "    x\n\n", "```\n", "![a", "$$a", "](<", "](\\", "\t",
    "\\begin{align}", "<sub>", "<https://a.b", "&amp", "*a _b ", "![a](b)", "[![a](https://a.b)",
]  # fmt: skip


@pytest.mark.parametrize("piece", WORST)
def test_what_it_takes_grows_no_faster_than_the_text(piece: str) -> None:
    text = piece * (200_000 // len(piece))
    # 0.4 s on a slow machine; a step that grows with the square would take minutes.
    assert len(guarded(text)) < 30 * len(text)


def test_a_reader_without_mathematics_finds_no_link_in_a_formula() -> None:
    written = "$x_1 [a](javascript:b) ![c](data:d) [e]: f:g$"
    assert "href" not in with_tags.render(guarded(written))
    assert "<img" not in with_tags.render(guarded(written))
