"""How a growing answer is divided into outputs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.replies.reply import Candidate, GrowingReply, Reply
from gemini_nb.replies.segments import FunctionCall, Media, Text, Thought
from gemini_nb.streaming.output_blocks import OutputBlocks, Stretch, settled_bundle

LINES = [
    "# A heading",
    "Some *words* and **more** of them, with `code`.",
    "- an item",
    "  - an item below it",
    "1. first",
    "```python",
    "```",
    "print('hello')",
    "| a | b |",
    "|---|---|",
    "| 1 | 2 |",
    "$$",
    "x = 1",
    "> quoted",
    "[a link](https://example.org/page)",
    "\N{GRINNING FACE} e\N{COMBINING ACUTE ACCENT} \N{CJK UNIFIED IDEOGRAPH-4E2D}",
    "",
    "",
    "",
]
TEXTS = st.lists(st.sampled_from(LINES), max_size=60).map("\n".join) | st.text(max_size=300)
CUTS = st.lists(st.integers(min_value=1, max_value=40), min_size=1, max_size=20)


def chunks_of(text: str, sizes: list[int]) -> list[str]:
    """The text cut into pieces of these sizes, over and over."""
    chunks = []
    at = number = 0
    while at < len(text):
        chunks.append(text[at : at + sizes[number % len(sizes)]])
        at += len(chunks[-1])
        number += 1
    return chunks


def segments(blocks: OutputBlocks, reply: Reply) -> list[object]:
    return [stretch.of(reply) for output in blocks.settled for stretch in output]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(text=TEXTS, sizes=CUTS, often=st.integers(min_value=1, max_value=9))
def test_the_outputs_joined_are_the_text_however_it_is_cut(
    text: str, sizes: list[int], often: int
) -> None:
    text = text.encode("utf-8", "replace").decode() * 20
    growing, blocks = GrowingReply(), OutputBlocks()
    for number, chunk in enumerate(chunks_of(text, sizes)):
        growing.add(chunk)
        if number % often == 0:
            before = [list(output) for output in blocks.settled]
            blocks.update(growing.reply())
            assert blocks.settled[: len(before)] == before  # nothing is taken back
    blocks.update(reply := growing.reply(), is_final=True)
    assert "".join(segment.text for segment in segments(blocks, reply)) == text


def test_ten_megabytes_fit_into_the_outputs_that_are_shown() -> None:
    growing, blocks = GrowingReply(), OutputBlocks()
    for number in range(50_000):
        growing.add("A kite flies because the wind pushes. " * 5 + "\n\n")
        if number % 100 == 0:
            blocks.update(growing.reply())
    blocks.update(growing.reply(), is_final=True)
    assert len(blocks.settled) < 48


def test_so_do_a_hundred_segments_of_different_kinds() -> None:
    said = [segment for n in range(50) for segment in (Thought(f"thought {n}"), Text(f"text {n}"))]
    blocks = OutputBlocks()
    for count in range(1, len(said)):
        blocks.update(Reply((Candidate(tuple(said[:count])),)))
    blocks.update(reply := Reply((Candidate(tuple(said)),)), is_final=True)
    assert len(blocks.settled) < 48
    assert segments(blocks, reply) == said


def test_each_kind_of_segment_has_outputs_of_its_own() -> None:
    call = FunctionCall("get_weather", {"city": "Paris"})
    said = (Thought("Let me see."), Text("It is"), call, Text("!"))
    blocks = OutputBlocks()
    assert blocks.update(reply := Reply((Candidate(said),)), is_final=True) == [0, 1, 2, 3]
    assert segments(blocks, reply) == list(said)


def test_a_call_is_shown_when_its_arguments_are_complete() -> None:
    blocks = OutputBlocks()
    half, whole = FunctionCall("f", {"a": 1}), FunctionCall("f", {"a": 12})
    assert blocks.update(Reply((Candidate((half,)),))) == []
    assert blocks.live is not None
    reply = Reply((Candidate((whole, Text("Done."))),))
    assert blocks.update(reply) == [0]
    assert segments(blocks, reply) == [whole]


def test_a_segment_that_goes_on_later_is_shown_whole_at_the_end() -> None:
    blocks = OutputBlocks()
    blocks.update(Reply((Candidate((Text("A1"), Text("B"))),)))
    blocks.update(reply := Reply((Candidate((Text("A1 A2"), Text("B"))),)), is_final=True)
    assert segments(blocks, reply) == [Text("A1 A2"), Text("B")]


def test_a_second_candidate_waits_for_the_first_and_begins_an_output() -> None:
    blocks = OutputBlocks()
    one, two = Candidate((Text("One"),)), Candidate((Text("Two"),), finish_reason="STOP")
    blocks.update(reply := Reply((one, two)))
    assert blocks.live is not None
    assert blocks.live.of(reply) == Text("One")
    blocks.update(reply := Reply((replace(one, finish_reason="STOP"), two)))
    told = [output[0] for output in blocks.settled]
    assert [(each.candidate, each.of(reply), each.is_first) for each in told] == [
        (0, Text("One"), True),
        (1, Text("Two"), True),
    ]


def test_what_joins_a_picture_in_the_last_output_is_shown() -> None:
    reply = Reply((Candidate((Media("image/png", b"pixels"), Text("And this."))),))
    bundle = settled_bundle([Stretch(0, 0), Stretch(0, 1)], reply)
    assert "And this." in bundle["text/markdown"]
