"""Several answers that come at once, in columns."""

from __future__ import annotations

import _thread
import re
import threading
from html import unescape
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gemini_nb.errors import InvalidOptionError, StreamFailedError
from gemini_nb.ipython.side_by_side import Column, SideBySide, page_of, stream_side_by_side
from gemini_nb.markdown import safe
from ipython_extension.kernels import run, value

if TYPE_CHECKING:
    from collections.abc import Iterator

    from notebook_testing.front_end import FrontEnd

WATCHED = """
import os
import time
import ipywidgets
from gemini_nb.ipython.side_by_side import stream_side_by_side

def slow(words="Kites fly in the wind."):
    for word in words.split():
        time.sleep(0.2)
        yield word + " "

def ask():
    return stream_side_by_side({"m-1": slow(), "m-2": slow()})

published = []
screen = get_ipython().display_pub
screen.publish = lambda data, *rest, **named: published.append(
    ("update" if named.get("update") else "new", *sorted(data))
)
"""


def rendered(columns: list[Column]) -> str:
    """The page as HTML, as a front end without a cleaner makes it."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    return reader.render(page_of(columns)["text/markdown"])


def test_answers_are_kept_by_model_in_their_order() -> None:
    both = stream_side_by_side({"b": ["Kites ", "fly."], "a": iter(["Owls."])})
    assert {model: answer.text for model, answer in both.items()} == {
        "b": "Kites fly.",
        "a": "Owls.",
    }
    assert repr(both) == "b\n=\nKites fly.\n\na\n=\nOwls."


def test_streams_are_fetched_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=20)

    def waits_for_the_other() -> Iterator[str]:
        meeting.wait()
        yield "met"

    both = stream_side_by_side({"a": waits_for_the_other(), "b": waits_for_the_other()})
    assert [answer.text for answer in both.values()] == ["met", "met"]


def test_an_error_is_raised_when_all_have_ended_and_keeps_the_answers() -> None:
    def breaks() -> Iterator[str]:
        yield "Half of"
        raise ConnectionError("cut; the address was ?key=abc123")

    with pytest.raises(ConnectionError) as caught:
        stream_side_by_side({"a": breaks(), "b": ["Whole."]})
    kept = caught.value.answer  # type: ignore[attr-defined]
    assert [answer.text for answer in kept.values()] == ["Half of", "Whole."]
    assert "ConnectionError: cut" in repr(kept)
    assert "abc123" not in repr(kept)


@pytest.mark.parametrize(
    "failure",
    [
        {"error": {"code": 503, "message": "Try later.", "status": "UNAVAILABLE"}},
        {"event_type": "error", "error": {"code": "503 UNAVAILABLE", "message": "Try later."}},
    ],
)
def test_a_failure_told_within_an_answer_is_raised_and_shown_in_its_column(
    failure: dict[str, object],
) -> None:
    with pytest.raises(StreamFailedError, match=r"^m-1 .*503 UNAVAILABLE: Try later\.$") as caught:
        stream_side_by_side({"m-1": ["Half of", failure], "m-2": ["Whole."]})
    kept = caught.value.answer
    assert isinstance(kept, SideBySide)
    assert [answer.text for answer in kept.values()] == ["Half of", "Whole."]
    failed, whole = (column.plain for column in kept.columns)
    assert "The answer broke off." in failed
    assert "503 UNAVAILABLE: Try later." in failed
    assert whole == "Whole."


def test_an_interrupt_keeps_what_has_come() -> None:
    released = threading.Event()

    def never_ends() -> Iterator[str]:
        yield "So far"
        _thread.interrupt_main()
        released.wait(20)

    both = stream_side_by_side({"b": ["Whole."], "a": never_ends()})
    released.set()
    assert both["a"].text == "So far"
    assert "Interrupted" in repr(both)


@settings(derandomize=True, deadline=None, max_examples=100)
@given(st.lists(st.sampled_from(["</div>", "<b>", "```", "$5", "> ", "- ", "\n", "a", "|", "  "])))
def test_an_answer_stays_in_its_column(fragments: list[str]) -> None:
    text = "".join(fragments)
    html = rendered([Column("m-1", safe(text), text), Column("m-2", "last", "last", "3 out")])
    assert html.count("<div") == html.count("</div>") == 7
    tail = html[html.rindex("<strong>m-2") :]
    assert "last" in tail
    assert "3 out" in tail


def test_a_page_reads_well_without_its_tags() -> None:
    html = rendered(
        [Column("m-1", "*One*", "One", "≈ $0.01"), Column("m-2", "Two", "Two", "2 out")]
    )
    words = unescape(re.sub(r"<[^>]*>", " ", html)).split()
    assert words == ["m-1", "One", "≈", "$", "0.01", "m-2", "Two", "2", "out"]


def test_two_prices_below_answers_are_no_mathematics() -> None:
    page = page_of([Column("a", "", "", "$1"), Column("b", "", "", "$2")])["text/markdown"]
    assert re.findall(r"(?<!>)\$|\$(?!<)", page) == []


def test_a_models_name_is_text() -> None:
    html = rendered([Column("<script>x</script>", "", "", "<b>")])
    assert "<script>" not in html
    assert "<b>" not in html


def test_page_of_a_models_name_and_status_is_clean() -> None:
    name = "m\x1b]0;owned\x07 ?key=abc123\nx"
    page = page_of([Column(name, "", "", f"{name} \x1b[2J")])
    assert not re.search(r"[\x00-\x08\x0b-\x1f]|abc123", "".join(page.values()))
    assert page["text/plain"].startswith("m␛]0;owned␇ ?key=[key redacted] x\n")


def test_a_failure_names_its_model_cleanly() -> None:
    failure = {"error": {"code": 503, "message": "Try later."}}
    with pytest.raises(StreamFailedError) as caught:
        stream_side_by_side({"m\x1b[2J": [failure]})
    assert "\x1b" not in str(caught.value)


def test_stream_side_by_side_refuses_an_unknown_display(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEMINI_NB_DISPLAY", "nowhere")
    with pytest.raises(InvalidOptionError, match=r"GEMINI_NB_DISPLAY must be one of.*'nowhere'"):
        stream_side_by_side({"a": ["Kites."], "b": ["Owls."]})


BOTH = ("text/markdown", "text/plain")


@pytest.mark.parametrize(
    ("display", "source", "published"),
    [
        ("final", "both = ask()", [["new", *BOTH]]),
        ("", "with ipywidgets.Output():\n    both = ask()", [["new", *BOTH]]),
        ("plain", "both = ask()", [["new", "text/plain"]]),
        ("off", "both = ask()", []),
    ],
    ids=["final", "output widget", "plain", "off"],
)
def test_stream_side_by_side_is_shown_as_one_answer_would_be(
    notebook: FrontEnd, display: str, source: str, published: list[list[str]]
) -> None:
    run(notebook, WATCHED)
    run(notebook, f"os.environ['GEMINI_NB_DISPLAY'] = {display!r}\n{source}")
    run(notebook, "del screen.publish, os.environ['GEMINI_NB_DISPLAY']")
    assert value(notebook, "published") == published
    assert value(notebook, "[each.text.strip() for each in both.values()]") == [
        "Kites fly in the wind.",
        "Kites fly in the wind.",
    ]


def test_stream_side_by_side_is_replaced_while_it_grows_in_a_cell(notebook: FrontEnd) -> None:
    run(notebook, f"{WATCHED}\nboth = ask()")
    run(notebook, "del screen.publish")
    first, *rest = value(notebook, "published")
    assert first == ["new", *BOTH]
    assert ["update", *BOTH] in rest


def test_answers_that_were_not_shown_are_shown_as_the_last_line(notebook: FrontEnd) -> None:
    run(notebook, f"{WATCHED}\ndel screen.publish")
    (output,) = run(notebook, "os.environ['GEMINI_NB_DISPLAY'] = 'off'\nask()").outputs
    run(notebook, "del os.environ['GEMINI_NB_DISPLAY']")
    assert output.data["text/plain"].startswith("m-1\n===\nKites fly")
