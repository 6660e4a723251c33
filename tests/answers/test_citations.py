from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.answers.citations import sources_markdown, sources_plain, with_citations
from gemini_nb.answers.segments import Citation, Source

quick = settings(derandomize=True, deadline=None, max_examples=200)

_SOURCES = [Source("A", "https://a.org"), Source("B", "https://b.org"), Source("Notes", "")]
_TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"


def _cited(text: str, end: int, *sources: int) -> str:
    return with_citations(text, [Citation(0, end, sources or (0,))], _SOURCES)


def _after(text: str, words: str) -> int:
    """The byte offset after `words`."""
    return len(text[: text.index(words) + len(words)].encode())


@pytest.mark.parametrize(
    ("text", "words", "marked"),
    [
        ("Spain won.", "won", "Spain won [1](https://a.org)."),
        ("Öl, Öl und Gas.", "Öl, Öl", "Öl, Öl [1](https://a.org) und Gas."),
        ("Wow!", "Wow!", "Wow! [1](https://a.org)"),  # a bare [1] after "!" would be a picture
        ("Use `ls -l` here.", "ls", "Use `ls -l` [1](https://a.org) here."),
        ("See [it](https://c.org) now.", "[i", "See [it](https://c.org) [1](https://a.org) now."),
        ("At https://c.org/x now.", "https://c", "At https://c.org/x [1](https://a.org) now."),
        ("So $x + y$ is.", "$x", "So $x + y$ [1](https://a.org) is."),
        ("One.\n\n# Two", "One.\n\n", "One. [1](https://a.org)\n\n# Two"),
        ("Title\n=====\n\nText", "=====", "Title [1](https://a.org)\n=====\n\nText"),
        (_TABLE, "| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 [1](https://a.org) |"),
        (_TABLE, "|---|---|", "| a | b [1](https://a.org) |\n|---|---|\n| 1 | 2 |"),
        ("```\nx = 1\n```\nDone.", "x = 1", "```\nx = 1\n```\n\n[1](https://a.org)\n\nDone."),
        ("```\nx = 1\n```", "```\nx = 1\n```", "```\nx = 1\n```\n\n[1](https://a.org)"),
        ("```\nx = 1", "x", "```\nx = 1\n```\n\n[1](https://a.org)"),
        ("    x = 1\n\nDone.", "x", "    x = 1\n\n[1](https://a.org)\n\n\nDone."),
    ],
)  # fmt: skip
def test_a_mark_stands_after_the_words_and_breaks_nothing(
    text: str, words: str, marked: str
) -> None:
    assert _cited(text, _after(text, words)) == marked


def test_several_sources_stand_together_and_each_once() -> None:
    cited = [Citation(0, 5, (0,)), Citation(2, 5, (0, 1)), Citation(0, 5, (2,))]
    marked = with_citations("Spain won.", cited, _SOURCES)
    assert marked == "Spain [1](https://a.org)[2](https://b.org)[3] won."


@pytest.mark.parametrize("uri", ["javascript:alert(1)", "notes.md", "file:///etc/passwd", ""])
def test_only_addresses_of_the_web_become_links(uri: str) -> None:
    sources = [Source("Odd", uri)]
    assert with_citations("Yes.", [Citation(0, 3, (0,))], sources) == "Yes [1]."
    assert sources_markdown(sources).endswith("1. Odd")


def test_an_offset_inside_a_character_moves_to_the_nearest_edge() -> None:
    assert _cited("😀 yes", 1) == "😀 [1](https://a.org) yes"
    assert _cited("a😀b", 2) == "a [1](https://a.org)😀b"
    assert _cited("a😀b", 4) == "a😀 [1](https://a.org)b"


@pytest.mark.parametrize("end", [0, -3, 10, 10**12])
def test_an_offset_beyond_the_text_cites_all_of_it(end: int) -> None:
    assert _cited("Spain won.", end) == "Spain won. [1](https://a.org)"


def test_a_citation_of_a_source_that_is_not_there_is_no_mark() -> None:
    assert _cited("Spain won.", 5, 7) == "Spain won."


_MARKDOWN = st.text(st.sampled_from("a é😀\n`$*_[]()|-#>~<:/."), max_size=60)


@quick
@given(text=_MARKDOWN, ends=st.lists(st.integers(-2, 120), min_size=1, max_size=6))
def test_taking_the_marks_out_again_gives_the_text_but_for_blank_lines(
    text: str, ends: list[int]
) -> None:
    marked = with_citations(text, [Citation(0, end, (0,)) for end in ends], _SOURCES)
    assert marked.count("[1](https://a.org)") >= 1
    plain = "".join(marked.replace("[1](https://a.org)", "").split())
    rest = "".join(text.split())
    # Code that the text leaves open is closed, so that the mark can stand after it.
    assert plain.startswith(rest)
    assert set(plain[len(rest) :]) <= {"`", "~"}


@quick
@given(text=_MARKDOWN)
def test_a_mark_never_stands_in_a_code_span(text: str) -> None:
    words = f"`{text.replace('`', '').replace(chr(10), ' ')}x` end"
    for end in range(1, len(words.encode())):
        before = _cited(words, end).split("[1](https://a.org)")[0]
        assert before.count("`") in (0, 2)


def test_marks_are_placed_in_time_linear_in_the_text() -> None:
    text = "word `x` [a](b) $y$ ``` [ ( < & " * 8_000
    cited = [Citation(0, end, (0,)) for end in range(0, len(text), 40)]
    assert with_citations(text, cited, _SOURCES).count("https://a.org") > 100


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
