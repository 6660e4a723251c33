from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.replies.citations import Citation, Source
from gemini_nb.replies.reply import GrowingReply, whole
from gemini_nb.replies.segments import FunctionCall, Segment, Text, Thought

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

quick = settings(derandomize=True, deadline=None, max_examples=60)

_ANY_TEXT = st.text(
    st.characters(codec="utf-8") | st.sampled_from("\n`*_[]()$\\😀é\u200d|<>"), max_size=60
)


def _chunk(part: dict[str, object], index: int = 0) -> dict[str, object]:
    return {"candidates": [{"index": index, "content": {"parts": [part]}}]}


def _cut(text: str, places: Iterable[int]) -> list[str]:
    edges = sorted({0, len(text), *(place % (len(text) + 1) for place in places)})
    return [text[start:end] for start, end in pairwise(edges)]


@quick
@given(text=_ANY_TEXT, places=st.lists(st.integers(0, 200), max_size=20))
def test_however_a_text_is_cut_it_is_the_same_text(text: str, places: list[int]) -> None:
    def delta(part: str) -> dict[str, object]:
        told = {"type": "text", "text": part}
        return {"event_type": "step.delta", "index": 0, "delta": told}

    parts = _cut(text, places)
    streams = (parts, [_chunk({"text": part}) for part in parts], list(map(delta, parts)))
    for stream in streams:
        growing = GrowingReply()
        shown = ""
        for chunk in stream:
            growing.add(chunk)
            before, shown = shown, _said(growing)
            assert shown.startswith(before)
            assert text.startswith(shown)
        growing.end()
        assert _said(growing) == text


def _said(growing: GrowingReply) -> str:
    return "".join(each.text for each in growing.reply().candidates)


@quick
@given(
    said=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(["text", "thought", "call"]), _ANY_TEXT),
        max_size=12,
    )
)
def test_looking_at_an_answer_while_it_grows_changes_nothing(
    said: list[tuple[int, str, str]],
) -> None:
    kinds = {
        "text": lambda text: {"text": text},
        "thought": lambda text: {"text": text, "thought": True},
        "call": lambda text: {"functionCall": {"name": text, "args": {"x": text}}},
    }
    chunks = [_chunk(kinds[kind](text), index) for index, kind, text in said]
    growing = GrowingReply()
    for chunk in chunks:
        growing.add(chunk)
        growing.reply()
    growing.end()
    assert growing.reply() == whole(chunks)


def test_neighbouring_fragments_of_one_kind_are_one_segment() -> None:
    stream = [
        _chunk({"text": "Hm", "thought": True}),
        _chunk({"text": "m.", "thought": True}),
        _chunk({"text": "Yes"}),
        _chunk({"text": "!"}),
    ]
    expected: tuple[Segment, ...] = (Thought("Hmm."), Text("Yes!"))
    assert whole(stream).candidates[0].segments == expected


def test_halves_of_characters_are_joined_or_replaced() -> None:
    assert whole(["a\ud83d\ude00", "b\ud83d"]).candidates[0].text == "a\N{GRINNING FACE}b\ufffd"
    growing = GrowingReply()
    for text in ("a\ud83d", "\ude00"):
        growing.add(text)
    assert _said(growing) == "a\N{GRINNING FACE}"


def test_usage_is_that_of_the_last_chunk_even_where_the_prompt_shrank() -> None:
    def counted(prompt: int, output: int) -> dict[str, object]:
        return _chunk({"text": "x"}) | {
            "usageMetadata": {
                "promptTokenCount": prompt,
                "candidatesTokenCount": output,
                "totalTokenCount": prompt + output,
            }
        }

    usage = whole([counted(9, 1), counted(9, 5), counted(7, 8)]).usage
    assert usage is not None
    assert (usage.prompt_token_count, usage.candidates_token_count, usage.total_token_count) == (
        7,
        8,
        15,
    )


def test_a_stream_that_ends_without_usage_has_the_last_that_was_told() -> None:
    first = _chunk({"text": "a"}) | {"usageMetadata": {"totalTokenCount": 9}}
    usage = whole([first, _chunk({"text": "b"})]).usage
    assert usage is not None
    assert usage.total_token_count == 9
    assert whole([_chunk({"text": "b"})]).usage is None


@pytest.mark.parametrize(
    "text",
    ["http://127.0.0.1/x", "notes.md", "https://ai.google.dev is the site.", "   \n", "a\r\nb"],
)
def test_text_that_looks_like_something_else_stays_text(text: str) -> None:
    assert whole([text]).candidates[0].segments == (Text(text),)


def test_an_empty_stream_is_an_empty_answer() -> None:
    assert whole([]).candidates == ()
    assert whole(["", ""]).candidates == ()


def test_grounding_repeated_with_every_chunk_counts_once() -> None:
    grounding = {
        "groundingChunks": [{"web": {"uri": "https://a.org", "title": "A"}}],
        "groundingSupports": [
            {"segment": {"endIndex": 4, "text": "Spai"}, "groundingChunkIndices": [0]}
        ],
        "webSearchQueries": ["who won"],
    }
    chunk = _chunk({"text": "Spain won."})
    chunk["candidates"][0]["groundingMetadata"] = grounding  # type: ignore[index]
    again = {"candidates": [{"groundingMetadata": grounding, "finishReason": "STOP"}]}
    candidate = whole([chunk, again]).candidates[0]
    assert candidate.sources == (Source("A", "https://a.org"),)
    assert candidate.citations == (Citation(0, 4, (0,)),)
    assert [lookup.detail for lookup in candidate.lookups] == ["who won"]


def _supported(parts: list[dict[str, object]], part: int, quote: str) -> dict[str, object]:
    text = str(parts[part]["text"])
    start = len(text[: text.index(quote)].encode())
    return {
        "content": {"parts": parts},
        "groundingMetadata": {
            "groundingChunks": [{"maps": {"uri": "https://m.org", "title": "M"}}],
            "groundingSupports": [
                {
                    "segment": {
                        "partIndex": part,
                        "startIndex": start,
                        "endIndex": start + len(quote.encode()),
                        "text": quote,
                    },
                    "groundingChunkIndices": [0],
                }
            ],
        },
    }


@pytest.mark.parametrize(("part", "quote"), [(1, "Öl"), (2, "Gas"), (2, "s")])
def test_supports_count_from_their_part(part: int, quote: str) -> None:
    parts: list[dict[str, object]] = [
        {"text": "Hm, Öl.", "thought": True},
        {"text": "Viel Öl. "},
        {"text": "Wenig Gas."},
    ]
    candidate = whole({"candidates": [_supported(parts, part, quote)]}).candidates[0]
    (citation,) = candidate.citations
    assert candidate.text.encode()[citation.start : citation.end] == quote.encode()


def test_supports_of_a_stream_count_from_the_start_of_all_its_text() -> None:
    last = _supported([{"text": "Viel Öl. Wenig Gas."}], 0, "Gas")
    stream: list[object] = [_chunk({"text": "Viel "}), _chunk({"text": "Öl. Wenig "})]
    stream.append({"candidates": [last | {"content": {"parts": [{"text": "Gas."}]}}]})
    candidate = whole(stream).candidates[0]
    (citation,) = candidate.citations
    assert candidate.text.encode()[citation.start : citation.end] == b"Gas"


@pytest.mark.parametrize("key", ["citations", "citationSources"])
def test_citation_metadata_is_read_under_both_names(key: str) -> None:
    cite = {"startIndex": 0, "endIndex": 5, "uri": "https://a.org", "license": "mit"}
    answer = {"content": {"parts": [{"text": "Hello there"}]}, "citationMetadata": {key: [cite]}}
    candidate = whole({"candidates": [answer]}).candidates[0]
    assert candidate.sources == (Source("https://a.org (mit)", "https://a.org"),)
    assert candidate.citations == (Citation(0, 5, (0,)),)


def test_a_call_goes_on_after_it_was_looked_at() -> None:
    growing = GrowingReply()
    start = {"type": "function_call", "id": "c", "name": "f", "arguments": {}}
    growing.add({"event_type": "step.start", "index": 0, "step": start})
    for stretch in ('{"city": "Pa', 'ris", "da', 'ys": 3}'):
        delta = {"type": "arguments_delta", "arguments": stretch}
        growing.add({"event_type": "step.delta", "index": 0, "delta": delta})
        growing.reply()
    assert growing.reply().candidates[0].segments == (
        FunctionCall("f", {"city": "Paris", "days": 3}, "c"),
    )


def _argument_stretches(*stretches: str) -> list[dict[str, object]]:
    deltas = ({"type": "arguments_delta", "arguments": stretch} for stretch in stretches)
    step = {"type": "function_call", "id": "c", "name": "f", "arguments": {}}
    return [
        {"event_type": "step.start", "index": 0, "step": step},
        *({"event_type": "step.delta", "index": 0, "delta": delta} for delta in deltas),
    ]


_GROUNDING: dict[str, object] = {
    "groundingChunks": [{"web": {"uri": "https://a.org", "title": "A"}}],
    "groundingSupports": [
        {"segment": {"endIndex": 4, "text": "Spai"}, "groundingChunkIndices": [0]}
    ],
}
_STREAMS: list[list[object]] = [
    [
        _chunk({"text": "Spain", "thought": True}),
        {"candidates": [{"content": {"parts": [{"text": "won"}]}, "groundingMetadata": _GROUNDING}],
         "usageMetadata": {"promptTokenCount": 3, "totalTokenCount": 5}},
        _chunk({"functionCall": {"name": "f", "args": {"a": 1}, "willContinue": True}}),
        _chunk({"functionResponse": {"name": "f", "response": {"error": "e"}}}),
        _chunk({"inlineData": {"mimeType": "image/png", "data": "AAAA"}}),
        {"promptFeedback": {"blockReason": "SAFETY"}},
        {"error": {"code": 503, "message": "Overloaded.", "status": "UNAVAILABLE"}},
    ],
    [
        {"event_type": "interaction.created", "interaction": {"id": "i", "status": "in_progress"}},
        *_argument_stretches('{"city": "Pa', 'ris"}'),
        {"event_type": "step.start", "index": 1,
         "step": {"type": "model_output", "content": [{"type": "text", "text": "Hi"}]}},
        {"event_type": "step.delta", "index": 1,
         "delta": {"type": "text_annotation_delta", "annotations": [
             {"type": "url_citation", "url": "https://a.org", "start_index": 0, "end_index": 2}]}},
        {"event_type": "error", "error": {"code": "overloaded", "message": "Later."}},
        {"event_type": "interaction.completed",
         "interaction": {"id": "i", "usage": {"total_tokens": 7}, "steps": []}},
    ],
]  # fmt: skip
_JUNK: list[object] = [
    None, True, -1, 2**80, -(2**80), float("nan"), "", "text", "\ud83d", b"\xff", [], {}, [None],
    [-5, 99], {"text": 3}, {1: 2}, {"type": "text"}, object(), {1, 2},
]  # fmt: skip


def _with_junk_in_one_place(value: object, junk: object) -> Iterator[object]:
    """The value as often as it has places, with junk in one of them each time."""
    yield junk
    if isinstance(value, dict):
        for name, member in value.items():
            for odd in _with_junk_in_one_place(member, junk):
                yield {**value, name: odd}
    elif isinstance(value, list):
        for index, element in enumerate(value):
            for odd in _with_junk_in_one_place(element, junk):
                yield [*value[:index], odd, *value[index + 1 :]]


def _read_to_the_end(stream: Iterable[object]) -> None:
    growing = GrowingReply()
    for chunk in stream:
        growing.add(chunk)
        growing.reply()
    growing.end()
    growing.reply().failure.encode()
    for candidate in growing.reply().candidates:
        candidate.text.encode()


@pytest.mark.parametrize("junk", _JUNK, ids=lambda junk: type(junk).__name__)
@pytest.mark.parametrize("stream", _STREAMS, ids=["responses", "events"])
def test_junk_in_any_place_of_a_stream_is_no_failure(stream: list[object], junk: object) -> None:
    for odd in _with_junk_in_one_place(stream, junk):
        _read_to_the_end(odd if isinstance(odd, list) else [odd])


@quick
@given(chunks=st.sampled_from(_STREAMS).flatmap(st.permutations), count=st.integers(0, 6))
def test_a_stream_out_of_order_and_cut_off_is_no_failure(chunks: list[object], count: int) -> None:
    _read_to_the_end(chunks[: len(chunks) - count])


def test_ten_megabytes_arrive_in_single_characters() -> None:
    growing = GrowingReply()
    for character in "x" * 10_000_000:
        growing.add(character)
    assert len(growing.reply().candidates[0].text) == 10_000_000
