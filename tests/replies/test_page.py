from __future__ import annotations

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from gemini_nb.replies.citations import Citation, Source
from gemini_nb.replies.page import markdown_of, plain_of, segment_markdown, segment_plain
from gemini_nb.replies.reply import Candidate, Reply, whole
from gemini_nb.replies.segments import (
    Code,
    CodeOutput,
    FunctionCall,
    FunctionResult,
    Media,
    Segment,
    Text,
    Thought,
    ToolCall,
    Unknown,
)

quick = settings(derandomize=True, deadline=None, max_examples=150)

_HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "```\n<script>alert(1)</script>",
    "</code></pre><script>alert(1)</script>",
    "</details><iframe src=https://evil.org></iframe>",
    "` <svg onload=alert(1)> `",
    "~~~\n</summary>\n~~~\n<b onclick=alert(1)>",
    "\n\n<style>*{display:none}</style>\n\n",
    "[x](javascript:alert(1)) ![y](https://evil.org/pixel.png)",
    '" onload="alert(1)',
)


def _segments(text: str) -> list[Segment]:
    return [
        Text(text),
        Thought(text),
        Code(text, text),
        CodeOutput(text),
        FunctionCall(text, {text: text}),
        FunctionCall("f", {}, unread=text),
        FunctionResult(text, {text: [text]}),
        FunctionResult("f", text),
        Media(text, b"GIF"),
        Media("image/png", uri=text),
        ToolCall(text, text),
        Unknown(text, text),
    ]


_JSON = '```json\n{\n  "t": 21\n}\n```'

_OURS = re.compile(
    r"</?(?:details|summary|code|pre|sub|sup)>|<br ?/?>|<span>[$\\]?</span>"
    r'|<img alt="[^"<>]*" src="data:image/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]*">'
)


def _live_tags(markdown: str) -> list[str]:
    """The tags that a page made of the Markdown would hold, save those that we write ourselves."""
    page = MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown)
    page = re.sub(r"<a href=\"(?:https?:|mailto:|#)[^\"<>]*\">", "", _OURS.sub("", page))
    harmless = (
        r"</?(?:p|em|strong|pre|ul|li|h\d|blockquote|table|thead|tbody|tr|th|td|a)>|<hr ?/>"
        r"|<ol(?: start=\"\d+\")?>|</ol>|<code class=\"language-[^\"<>]*\">|<br ?/?>"
        r"|<t[hd] style=\"text-align:\w+\">"
    )
    return re.findall(r"<[a-zA-Z/!][^>]*>?", re.sub(harmless, "", page))


@pytest.mark.parametrize("text", _HOSTILE)
def test_nothing_of_the_models_is_live(text: str) -> None:
    for segment in _segments(text):
        assert _live_tags(segment_markdown(segment)) == [], segment
    reply = Reply(
        candidates=(
            Candidate(
                segments=(Text(text),),
                finish_reason=text,
                finish_message=text,
                sources=(Source(text, text), Source(text, "https://a.org/" + text)),
                citations=(Citation(0, 3, (0, 1)),),
                lookups=(ToolCall(text, text),),
            ),
        ),
        block_reason=text,
        block_message=text,
        failure=text,
        status=text,
    )
    assert _live_tags(markdown_of(reply)) == []


@quick
@given(text=st.text(st.sampled_from("ab <>/\"'`~\n!-=[]()&;:$\\#*_|"), max_size=40))
def test_whatever_the_model_writes_nothing_is_live(text: str) -> None:
    for segment in _segments(text):
        assert _live_tags(segment_markdown(segment)) == []


@pytest.mark.parametrize(
    ("segment", "markdown"),
    [
        (Text("**Hi**"), "**Hi**"),
        (Thought("*Hm*"), "<details><summary>Thoughts</summary>\n\n*Hm*\n\n</details>"),
        (Code("x = 1\n"), "```python\nx = 1\n```"),
        (Code("a\n```\nb"), "````python\na\n```\nb\n````"),
        (CodeOutput("42\n"), "Output:\n\n```text\n42\n```"),
        (CodeOutput("No.", is_error=True), "Output, with an error:\n\n```text\nNo.\n```"),
        (FunctionCall("f", {"city": "Paris"}), 'Function call: `f(city="Paris")`'),
        (
            FunctionResult("f", {"t": 21}),
            f"<details><summary>Result of f</summary>\n\n{_JSON}\n\n</details>",
        ),
        (
            Media("image/gif", b"GIF"),
            '<img alt="picture, image/gif, 3 bytes" src="data:image/gif;base64,R0lG">',
        ),
        (Media("audio/wav", bytes(12_000)), "audio/wav, 12.0 kB"),
        (Media("text/csv", uri="https://a.org/d"), "[text/csv](https://a.org/d)"),
        (ToolCall("Google Search", "who won\nthe score"), "Google Search: `who won`, `the score`"),
    ],
)
def test_each_segment_is_written_as_markdown(segment: Segment, markdown: str) -> None:
    assert segment_markdown(segment) == markdown


@pytest.mark.parametrize(
    ("segment", "plain"),
    [
        (Text("**Hi**"), "**Hi**"),
        (Thought("Hm\nso"), "Thoughts:\n    Hm\n    so"),
        (Code("x = 1"), "Code (python):\n    x = 1"),
        (CodeOutput("42\n"), "Output:\n    42"),
        (CodeOutput(""), "Output: nothing"),
        (FunctionCall("f", {"city": "Paris"}), 'Function call: f(city="Paris")'),
        (FunctionResult("f", {"t": 21}), 'Result of f: {\n  "t": 21\n}'),
        (Media("image/gif", b"GIF"), "[picture, image/gif, 3 bytes]"),
        (ToolCall("Google Search", "who won\nthe score"), "Google Search: who won; the score"),
        (Unknown("hologram", "{}"), "A part of an unknown kind, hologram: {}"),
    ],
)
def test_each_segment_is_written_for_a_terminal(segment: Segment, plain: str) -> None:
    assert segment_plain(segment) == plain


def test_a_picture_that_may_hold_a_program_is_only_named() -> None:
    markdown = segment_markdown(Media("image/svg+xml", b"<svg/>"))
    assert html.unescape(markdown) == "picture, image/svg+xml, 6 bytes"


def test_a_terminal_is_told_nothing_that_it_would_obey() -> None:
    for segment in _segments("a\x1b[2J\x07\x9b31m\rb"):
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", segment_plain(segment))


def test_a_call_still_being_written_shows_what_is_there() -> None:
    call = FunctionCall("f", {"city": "Par"}, unread='{"city": "Par')
    assert segment_plain(call) == 'Function call: f(city="Par", ...)'


def test_a_long_call_has_one_argument_a_line() -> None:
    call = FunctionCall("f", {"a": "x" * 60, "b": "y" * 60})
    assert segment_markdown(call).count("\n    ") == 2


def test_several_candidates_have_a_heading_each() -> None:
    response = {"candidates": [{"content": {"parts": [{"text": t}]}} for t in ("a", "b")]}
    assert markdown_of(whole(response)) == "**Candidate 1**\n\na\n\n**Candidate 2**\n\nb"
    assert plain_of(whole(response)) == "Candidate 1:\n\na\n\nCandidate 2:\n\nb"


def test_citations_find_their_text_among_several() -> None:
    candidate = Candidate(
        segments=(Text("Öl."), Code("x"), Text("Gas.")),
        sources=(Source("A", "https://a.org"),),
        citations=(Citation(0, 4, (0,)), Citation(4, 7, (0,))),
    )
    markdown = markdown_of(Reply(candidates=(candidate,)))
    assert markdown.startswith(
        "Öl. [1](https://a.org)\n\n```python\nx\n```\n\nGas [1](https://a.org)."
    )
    assert markdown.endswith("Sources:\n\n1. [A](https://a.org)")
    assert plain_of(Reply(candidates=(candidate,))).startswith("Öl. [1]\n\nCode")


@pytest.mark.parametrize(
    ("reply", "heading"),
    [
        (Reply(block_reason="SAFETY"), "The prompt was refused."),
        (Reply(candidates=(Candidate((Text("a"),), "MAX_TOKENS"),)), "Stopped at the limit."),
        (Reply(candidates=(Candidate((Text("a"),)),), failure="503"), "The answer broke off."),
        (Reply(status="queued"), "Not started."),
        (Reply(), "Nothing came."),
        (whole(["", ""]), "Nothing came."),
        (whole(["  ", "\n"]), "Nothing came."),
    ],
)
def test_what_went_wrong_is_told_in_words(reply: Reply, heading: str) -> None:
    assert f"> **{heading}**" in markdown_of(reply)
    assert heading in plain_of(reply)


@pytest.mark.parametrize(
    "text", ["[1] Smith, *Plants*, 2020.\n\n- item", '{"a": 1}\n\n**Explanation**: this is *it*.']
)
def test_words_after_json_are_no_json(text: str) -> None:
    assert "```" not in markdown_of(whole(text))
    assert "<em>" in MarkdownIt("commonmark").render(markdown_of(whole(text)))


def test_a_reply_shows_itself_short_and_clean() -> None:
    key = "AIza" + "x" * 35
    reply = whole({"candidates": [{"content": {"parts": [
        {"text": f"say {key}\x1b[2J"},
        {"inlineData": {"mimeType": "image/png", "data": "AAAA" * 10_000}}]}}]})  # fmt: skip
    assert repr(reply) == "Reply of a model: 'say [key redacted]␛[2J' (Text, Media)"


def test_a_complete_answer_has_no_notice() -> None:
    reply = Reply(candidates=(Candidate((Text("All is well."),), "STOP"),), status="completed")
    assert markdown_of(reply) == plain_of(reply) == "All is well."


def test_a_key_in_an_error_is_not_shown() -> None:
    key = "AIza" + "x" * 35
    reply = whole({"error": {"message": f"Bad key {key}."}})
    assert key not in markdown_of(reply) + plain_of(reply)


@pytest.mark.parametrize("text", ["Costs $5 or $6.", "A List<int> and <think>", "notes.md"])
def test_text_is_still_there_for_the_reader(text: str) -> None:
    page = MarkdownIt("commonmark", {"html": True}).render(markdown_of(whole(text)))
    words = re.sub(r"<[^>]+>", "", page).replace("&lt;", "<").replace("&gt;", ">").strip()
    assert words == text
