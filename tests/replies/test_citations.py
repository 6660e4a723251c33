"""Marks of citations: `marks_in` says where, `markdown.safe` puts them there and breaks nothing."""

from __future__ import annotations

import pytest
from markdown_it import MarkdownIt

from gemini_nb.markdown import safe
from gemini_nb.replies.citations import (
    Citation,
    Source,
    marks_in,
    sources_markdown,
    sources_plain,
)

_SOURCES = [Source("A", "https://a.org"), Source("B", "https://b.org"), Source("Notes", "")]
_TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"
_LINK = '<a href="https://a.org">1</a>'


def _cited(text: str, end: int, *sources: int) -> str:
    return safe(text, marks_in(text, [Citation(0, end, sources or (0,))], _SOURCES))


def _page(markdown: str) -> str:
    return MarkdownIt("commonmark").enable("table").render(markdown)


def _after(text: str, words: str) -> int:
    """The byte offset after `words`."""
    return len(text[: text.index(words) + len(words)].encode())


@pytest.mark.parametrize(
    ("text", "words", "page"),
    [
        ("Spain won.", "won", f"<p>Spain won {_LINK}.</p>"),
        ("Öl, Öl und Gas.", "Öl, Öl", f"<p>Öl, Öl {_LINK} und Gas.</p>"),
        ("Wow!", "Wow!", f"<p>Wow! {_LINK}</p>"),  # a bare [1] after "!" would be a picture
        ("Use `ls -l` here.", "ls", f"<p>Use <code>ls -l</code> {_LINK} here.</p>"),
        ("See [it](https://c.org) now.", "[i", f"</a> {_LINK} now.</p>"),
        ("At https://c.org/x now.", "https://c", f"https://c.org/x</a> {_LINK} now.</p>"),
        ("So $x + y$ is.", "$x", f"<p>So $x + y$ {_LINK} is.</p>"),
        ("It is **so** true.", "**s", "<strong>so"),
        ("```\nx = 1\n```\nDone.", "x = 1", "<pre><code>x = 1\n</code></pre>"),
        ("```\nx = 1", "x", "<pre><code>x = 1\n</code></pre>"),
    ],
)
def test_a_mark_stands_after_the_words_and_breaks_nothing(text: str, words: str, page: str) -> None:
    shown = _page(_cited(text, _after(text, words)))
    assert page in shown
    assert shown.count(_LINK) == 1


@pytest.mark.parametrize("words", ["| 1 | 2 |", "|---|---|", "| a"])
def test_a_mark_in_a_table_stays_in_a_cell(words: str) -> None:
    shown = _page(_cited(_TABLE, _after(_TABLE, words)))
    assert shown.count("<td>") == shown.count("<th>") == 2
    assert shown.count(_LINK) == 1


def test_several_sources_stand_together_and_each_once() -> None:
    cited = [Citation(0, 5, (0,)), Citation(2, 5, (0, 1)), Citation(0, 5, (2,))]
    marks = marks_in("Spain won.", cited, _SOURCES)
    assert marks == [(5, " [1](https://a.org)[2](https://b.org)[3]")]
    bare = marks_in("Spain won.", cited, _SOURCES, is_bare=True)
    assert bare == [(5, " [1][2][3]")]


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "notes.md", "file:///etc/passwd", ""])
def test_only_addresses_of_the_web_become_links(uri: str) -> None:
    sources = [Source("Odd", uri)]
    assert marks_in("Yes.", [Citation(0, 3, (0,))], sources) == [(3, " [1]")]
    assert sources_markdown(sources).endswith("1. Odd")


@pytest.mark.parametrize(
    ("text", "end", "at"),
    [
        ("😀 yes", 1, 1),
        ("a😀b", 2, 1),
        ("a😀b", 4, 2),
        *(("Spain won.", end, 10) for end in (0, -3, 10, 10**12)),
    ],
)
def test_an_offset_inside_a_character_or_beyond_the_text_moves(
    text: str, end: int, at: int
) -> None:
    ((place, _),) = marks_in(text, [Citation(0, end, (0,))], _SOURCES)
    assert place == at


def test_a_citation_of_a_source_that_is_not_there_is_no_mark() -> None:
    assert marks_in("Spain won.", [Citation(0, 5, (7,))], _SOURCES) == []


def test_marks_of_a_stretch_count_from_its_place_in_the_text() -> None:
    cited = [Citation(0, 4, (0,)), Citation(4, 7, (1,))]
    first = marks_in("Öl.", cited, _SOURCES, start=0, is_last=False)
    assert first == [(3, " [1](https://a.org)")]
    assert marks_in("Gas.", cited, _SOURCES, start=4) == [(3, " [2](https://b.org)")]


def test_sources_are_listed_for_a_page_and_for_a_terminal() -> None:
    sources = [Source("*A* <b>", "https://a.org/(1)"), Source("", "https://b.org"), Source("", "")]
    assert sources_markdown(sources).split("\n")[2:] == [
        "1. [&#42;A&#42; &lt;b&gt;](https://a.org/%281%29)",
        "2. [https&#58;//b&#46;org](https://b.org)",
        "3. a source without a name",
    ]
    assert sources_plain(sources).split("\n")[1:] == [
        "1. *A* <b>: https://a.org/(1)",
        "2. https://b.org",
        "3. a source without a name",
    ]
