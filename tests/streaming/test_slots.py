"""How a growing answer is divided into outputs."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.answers.answer import Candidate, Reply
from gemini_nb.answers.growing import GrowingReply
from gemini_nb.answers.segments import FunctionCall, Media, Text, Thought
from gemini_nb.streaming.bundles import settled
from gemini_nb.streaming.slots import Slot, Slots, Stretch

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


def segments(slots: Slots) -> list[object]:
    return [stretch.segment for slot in slots.settled for stretch in slot.stretches]


@settings(derandomize=True, deadline=None, max_examples=200)
@given(text=TEXTS, sizes=CUTS, often=st.integers(min_value=1, max_value=9))
def test_the_outputs_joined_are_the_text_however_it_is_cut(
    text: str, sizes: list[int], often: int
) -> None:
    text = text.encode("utf-8", "replace").decode() * 20
    growing, slots = GrowingReply(), Slots()
    for number, chunk in enumerate(chunks_of(text, sizes)):
        growing.add(chunk)
        if number % often == 0:
            before = list(slots.settled)
            slots.update(growing.reply())
            assert slots.settled[: len(before)] == before  # nothing is taken back
    slots.update(growing.reply(), is_final=True)
    assert "".join(segment.text for segment in segments(slots)) == text
    stretches = [stretch for slot in slots.settled for stretch in slot.stretches]
    lengths = [len(stretch.segment.text.encode()) for stretch in stretches]
    assert [stretch.start for stretch in stretches] == [
        sum(lengths[:at]) for at in range(len(lengths))
    ]


def test_ten_megabytes_fit_into_the_outputs_that_are_shown() -> None:
    growing, slots = GrowingReply(), Slots()
    for number in range(50_000):
        growing.add("A kite flies because the wind pushes. " * 5 + "\n\n")
        if number % 100 == 0:
            slots.update(growing.reply())
    slots.update(growing.reply(), is_final=True)
    assert len(slots.settled) < 48


def test_so_do_a_hundred_segments_of_different_kinds() -> None:
    said = [segment for n in range(50) for segment in (Thought(f"thought {n}"), Text(f"text {n}"))]
    slots = Slots()
    for count in range(1, len(said)):
        slots.update(Reply((Candidate(tuple(said[:count])),)))
    slots.update(Reply((Candidate(tuple(said)),)), is_final=True)
    assert len(slots.settled) < 48
    assert segments(slots) == said


def test_each_kind_of_segment_has_outputs_of_its_own() -> None:
    call = FunctionCall("get_weather", {"city": "Paris"})
    said = (Thought("Let me see."), Text("It is"), call, Text("!"))
    slots = Slots()
    slots.update(Reply((Candidate(said),)), is_final=True)
    assert segments(slots) == list(said)
    assert len(slots.settled) == 4


def test_a_call_is_shown_when_its_arguments_are_complete() -> None:
    slots = Slots()
    half, whole = FunctionCall("f", {"a": 1}), FunctionCall("f", {"a": 12})
    assert slots.update(Reply((Candidate((half,)),))) == []
    assert slots.live is not None
    slots.update(Reply((Candidate((whole, Text("Done."))),)))
    assert segments(slots) == [whole]


def test_a_segment_that_goes_on_later_is_shown_again_in_its_place() -> None:
    slots = Slots()
    slots.update(Reply((Candidate((Text("A1"), Text("B"))),)))
    changed = slots.update(Reply((Candidate((Text("A1 A2"), Text("B"))),)), is_final=True)
    assert [slot.number for slot in changed] == [0, 1]
    assert segments(slots) == [Text("A1 A2"), Text("B")]


def test_a_second_candidate_waits_for_the_first_and_begins_an_output() -> None:
    slots = Slots()
    one, two = Candidate((Text("One"),)), Candidate((Text("Two"),), finish_reason="STOP")
    slots.update(Reply((one, two)))
    assert slots.live is not None
    assert slots.live.stretches[0].segment == Text("One")
    slots.update(Reply((replace(one, finish_reason="STOP"), two)))
    told = [slot.stretches[0] for slot in slots.settled]
    assert [(each.candidate, each.segment, each.is_first) for each in told] == [
        (0, Text("One"), True),
        (1, Text("Two"), True),
    ]


def test_what_joins_a_picture_in_the_last_output_is_shown() -> None:
    picture = Media("image/png", b"pixels")
    bundle = settled(Slot(0, (Stretch(picture, 0), Stretch(Text("And this."), 0))))
    assert "And this." in bundle["text/markdown"]
