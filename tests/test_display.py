from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gemini_nb.display import Card, Fact, Table, clean, code_span, fence, html, prose, words

if TYPE_CHECKING:
    from collections.abc import Callable

KEY = "AIza" + "Sy0_-" * 7
TOKEN = "ya29.a-token"  # noqa: S105 - of that form, and no token

# What terminals, front ends and files trip over, between ordinary words.
TROUBLE = [
    *("\x00", "\x1b[2J", "\x07", "\x7f", "\x9b", "\r", "\r\n", "\n", "\t", "\u2028", "\u2029"),
    *("\u202a", "\u202b", "\u202d", "\u202e", "\u202c", "\u2066", "\u2067", "\u2068", "\u2069"),
    *("\ud83d", "\ude00", "\ud800", "\U0001f600", "\ufffe", "caf\u00e9", "\u05d0", "a word", " "),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "</td></table>", "'>", '">'),
    *("`", "```", "~~~", "$x$", "\\(", "\\begin{a}", "[a](javascript:b)", "&lt;", "|", "@@0@@"),
    *(KEY, TOKEN, f"Bearer {TOKEN}", "?key=abc123"),
]
texts = st.lists(st.sampled_from(TROUBLE) | st.characters(exclude_categories=[])).map("".join)
OPENING = {"\u202a": "\u202c", "\u202b": "\u202c", "\u202d": "\u202c", "\u202e": "\u202c"}
OPENING |= dict.fromkeys("\u2066\u2067\u2068", "\u2069")


def is_balanced(line: str) -> bool:
    """Whether every mark that turns the direction of writing is ended on its line."""
    still_open: list[str] = []
    for mark in line:
        if mark in OPENING:
            still_open.append(OPENING[mark])
        elif still_open and mark == still_open[-1]:
            still_open.pop()
    return not still_open


def assert_fit(text: str) -> None:
    """The text may go to a terminal, to a page and to a file."""
    text.encode()
    assert {mark for mark in text if category(mark) in {"Cc", "Zl", "Zp"}} <= {"\n", "\t"}
    assert all(map(is_balanced, text.split("\n")))
    assert KEY not in text
    assert TOKEN not in text
    assert "key=abc" not in text


class Reader(HTMLParser):
    """What a page holds: its tags, its attributes, and its words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ended: list[str] = []
        self.attributes: set[str] = set()
        self.words = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag: str) -> None:
        self.ended.append(tag)

    def handle_data(self, data: str) -> None:
        self.words += data


@given(texts)
def test_clean_leaves_only_what_is_fit_to_be_shown(text: str) -> None:
    cleaned = clean(text)

    assert_fit(cleaned)
    assert clean(cleaned) == cleaned


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"]), max_size=40))
def test_clean_leaves_ordinary_text_alone(text: str) -> None:
    assert clean(text) == text


@given(texts, st.integers(2, 60))
def test_words_is_a_clean_line_of_bounded_length(text: str, longest: int) -> None:
    line = words(text, longest)

    assert_fit(line)
    assert len(line) <= longest
    assert not set(line) & {"\n", "\t", *OPENING}
    assert words(line, longest) == line


def test_words_redacts_before_it_cuts() -> None:
    assert words(f"the key {KEY}", longest=12) == "the key [ke\N{HORIZONTAL ELLIPSIS}"
    assert words(None) == ""


@given(texts)
def test_html_is_read_as_the_clean_text(text: str) -> None:
    read = Reader(f"<p title='{html(text)}'>{html(text)}</p>")

    assert (read.tags, read.attributes, read.words) == (["p"], {"title"}, clean(text))


@pytest.mark.parametrize("show", [code_span, prose, fence])
@given(text=texts)
def test_markdown_of_any_text_is_never_live(show: Callable[[str], str], text: str) -> None:
    shown = show(text)

    assert_fit(shown)
    read = Reader(MarkdownIt().render(f"{shown}\n\nafter"))
    assert set(read.tags) <= {"p", "pre", "code"}
    assert read.words.endswith("after\n")
    assert "<p>after</p>" in MarkdownIt().render(f"{shown}\n\nafter")


@given(texts, st.sampled_from(["", "python", "mermaid", "c++ `x", "a\nb"]))
def test_fence_holds_the_whole_text(text: str, language: str) -> None:
    read = Reader(MarkdownIt().render(fence(text, language)))

    assert read.tags == ["pre", "code"]
    assert read.words.rstrip("\n") == clean(text).rstrip("\n")


@given(st.lists(st.tuples(texts, texts), min_size=1, max_size=3), texts, texts)
def test_table_of_hostile_text_is_never_live(
    rows: list[tuple[str, str]], heading: str, remark: str
) -> None:
    table = Table(heading, ("name", "size"), tuple(rows), (remark,), frozenset({"size"}))

    assert_shown_safely(
        table.bundle(), {"div", "strong", "table", "thead", "tbody", "tr", "th", "td"}
    )
    assert Reader(table.rich()).tags.count("td") == 2 * len(rows)


@given(texts, texts, texts, texts)
def test_card_of_hostile_text_is_never_live(title: str, name: str, value: str, remark: str) -> None:
    facts = (Fact(name, value), Fact(name, value, is_lasting=False))
    card = Card(title, value, facts, (remark,), is_alarm=True)

    assert_shown_safely(card.bundle(), {"div", "strong", "span", "table", "tbody", "tr", "td"})
    assert Reader(card.rich()).tags.count("tr") == 2 * bool(value)


def assert_shown_safely(bundle: dict[str, Any], tags: set[str]) -> None:
    assert list(bundle) == ["text/plain", "text/html"]
    for text in bundle.values():
        assert_fit(text)
    read = Reader(bundle["text/html"])
    assert set(read.tags) <= tags
    assert sorted(read.tags) == sorted(read.ended)
    assert read.attributes <= {"class", "style"}
    assert re.search(r"\bon\w+=", re.sub(r">[^<]*<", "><", bundle["text/html"])) is None


def test_table_is_read_in_columns() -> None:
    table = Table(
        "2 calls", ("model", "in"), (("a\nb", "1,204"), ("c", "8")), ("told",), frozenset({"in"})
    )

    assert table.plain() == "2 calls\n  model     in\n  a b    1,204\n  c          8\n  told"
    assert Table("none yet", ("model",), remarks=("told",)).plain() == "none yet\n  told"
    assert "<table>" not in Table("none yet", ("model",)).rich()


def test_card_leaves_out_what_is_not_known_and_tells_what_changes_in_html_only() -> None:
    facts = (Fact("size", "5 bytes"), Fact("state", ""), Fact("made", "today", is_lasting=False))
    card = Card("notes.txt", "files/1", facts, ("It ends tomorrow.",))

    assert card.plain() == "notes.txt \N{MIDDLE DOT} files/1\n  size  5 bytes\n  It ends tomorrow."
    assert "today" in card.rich()
    assert "state" not in card.rich()
