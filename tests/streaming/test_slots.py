"""How a growing answer is divided into outputs."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.answers.segments import FunctionCall, Text, Thought
from gemini_nb.streaming.slots import Slots

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


@settings(derandomize=True, deadline=None, max_examples=300)
@given(text=TEXTS, sizes=CUTS, often=st.integers(min_value=1, max_value=9))
def test_the_outputs_joined_are_the_text_however_it_is_cut(
    text: str, sizes: list[int], often: int
) -> None:
    slots, settled = Slots(), []
    for number, chunk in enumerate(chunks_of(text * 20, sizes)):
        slots.add(0, Text(chunk))
        if number % often == 0:
            settled += slots.settled()
    slots.close()
    settled += slots.settled()
    assert "".join(slot.segment.text for slot in settled) == text * 20
    assert [slot.number for slot in settled] == list(range(slots.count))
    starts = [slot.start for slot in settled]
    lengths = [len(slot.segment.text.encode("utf-8", "surrogatepass")) for slot in settled]
    assert starts == [sum(lengths[:at]) for at in range(len(lengths))]


def test_ten_megabytes_fit_into_the_outputs_that_are_shown() -> None:
    slots = Slots()
    for _ in range(50_000):
        slots.add(0, Text("A kite flies because the wind pushes. " * 5 + "\n\n"))
        slots.settled()
    slots.close()
    assert slots.count < 48


def test_each_kind_of_segment_has_outputs_of_its_own() -> None:
    slots = Slots()
    call = FunctionCall("get_weather", {"city": "Paris"})
    for segment in (Thought("Let me "), Thought("see."), Text("It"), Text(" is"), call, Text("!")):
        slots.add(0, segment)
    slots.close()
    kinds = [slot.segment for slot in slots.settled()]
    assert kinds == [Thought("Let me see."), Text("It is"), call, Text("!")]


def test_a_second_candidate_begins_an_output() -> None:
    slots = Slots()
    slots.add(0, Text("One"))
    slots.add(1, Text("Two"))
    slots.close()
    told = [(slot.candidate, slot.segment, slot.is_first) for slot in slots.settled()]
    assert told == [(0, Text("One"), True), (1, Text("Two"), True)]
