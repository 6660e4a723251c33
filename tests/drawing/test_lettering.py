from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.drawing.lettering import ELLIPSIS, LINE_WIDTH, MOST_LINES, lettering, text_width

quick = settings(derandomize=True, deadline=None, max_examples=100)
ACCENT = "\N{COMBINING ACUTE ACCENT}"


def test_a_short_label_stays_as_it_is() -> None:
    assert lettering("blue mug") == (("blue mug",), text_width("blue mug"))


def test_a_sentence_wraps_between_words() -> None:
    shown = lettering("move the knife away from the reach of the children")
    assert " ".join(shown.lines) == "move the knife away from the reach of the children"
    assert 1 < len(shown.lines) <= MOST_LINES
    assert not shown.lines[-1].endswith(ELLIPSIS)


@quick
@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), max_size=400))
def test_no_line_is_wider_than_asked_and_nothing_is_added(text: str) -> None:
    shown = lettering(text)
    assert len(shown.lines) <= MOST_LINES
    assert shown.width <= LINE_WIDTH
    if shown.lines[-1].endswith(ELLIPSIS):
        assert shown.lines[-1].endswith(ELLIPSIS)
    else:
        assert "".join(shown.lines) == text


@quick
@given(st.text(st.sampled_from("ab cdefg ij"), min_size=90, max_size=300))
def test_what_is_cut_short_begins_as_the_whole(text: str) -> None:
    whole = " ".join(text.split())
    shown = lettering(whole, most_lines=2)
    if shown.lines[-1].endswith(ELLIPSIS):
        said = " ".join(shown.lines).removesuffix(ELLIPSIS)
        assert whole.replace(" ", "").startswith(said.replace(" ", ""))


@pytest.mark.parametrize(
    ("text", "width"),
    [
        ("", 0),
        ("茶杯", 2),  # Chinese characters are squares
        ("\N{FULLWIDTH LATIN SMALL LETTER M}" * 3, 3),  # and so are full-width letters
        ("🍵", 1),
        ("👩‍👩‍👧", 1),  # a family is joined to one picture
        ("👍🏽", 1),  # a skin tone colours the hand before it
        (ACCENT, 0),
    ],
)
def test_characters_are_as_wide_as_browsers_draw_them(text: str, width: float) -> None:
    assert text_width(text) == pytest.approx(width)


def test_an_accent_is_never_torn_from_its_letter() -> None:
    letter = "e" + ACCENT
    for line in lettering(letter * 120).lines:
        assert line.removesuffix(ELLIPSIS).count("e") == line.count(ACCENT)


def test_a_wide_letter_is_wider_than_a_narrow_one() -> None:
    assert text_width("W") > 2 * text_width("i")


def test_a_long_label_is_measured_in_time_that_grows_with_it() -> None:
    assert lettering("x" * 1_000_000).lines[-1].endswith(ELLIPSIS)
