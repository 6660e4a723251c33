from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from google.genai import types
from hypothesis import given, settings
from hypothesis import strategies as st

from gemini_nb.streaming.stream import stream
from gemini_nb.tokens.usage import Usage, answered_by, usage_of

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"
quick = settings(derandomize=True, deadline=None, max_examples=60)
counts = st.integers(min_value=0, max_value=3_000_000)


@st.composite
def usages(draw: st.DrawFn) -> Usage:
    prompt, thoughts, tool_use, output = (draw(counts) for _ in range(4))
    kinds = st.tuples(st.sampled_from(["prompt", "output"]), st.sampled_from(["text", "image"]))
    return Usage(
        prompt=prompt,
        cached=draw(st.integers(0, prompt)),
        thoughts=thoughts,
        tool_use=tool_use,
        output=output,
        total=prompt + thoughts + tool_use + output,
        modalities=tuple(
            (part, kind, draw(counts)) for part, kind in draw(st.lists(kinds, unique=True))
        ),
        is_estimate=draw(st.booleans()),
    )


def response(**told: Any) -> types.GenerateContentResponse:
    metadata = types.GenerateContentResponseUsageMetadata(**told)
    return types.GenerateContentResponse(model_version=MODEL, usage_metadata=metadata)


def test_usage_of_reads_every_count_of_a_response() -> None:
    text = types.ModalityTokenCount(modality=types.MediaModality.TEXT, token_count=946)
    image = types.ModalityTokenCount(modality=types.MediaModality.IMAGE, token_count=258)

    usage = usage_of(
        response(
            prompt_token_count=1204,
            cached_content_token_count=1024,
            thoughts_token_count=310,
            tool_use_prompt_token_count=57,
            candidates_token_count=482,
            total_token_count=2053,
            prompt_tokens_details=[text, image],
        )
    )

    modalities = (("prompt", "text", 946), ("prompt", "image", 258))
    assert usage == Usage(1204, 1024, 310, 57, 482, 2053, modalities)


@pytest.mark.parametrize(
    "rest",
    [
        {"usageMetadata": {"promptTokenCount": 8, "candidatesTokenCount": 3}},
        {"promptTokenCount": 8, "candidatesTokenCount": 3, "totalTokenCount": 11},
        {
            "object": "interaction",
            "usage": {"total_input_tokens": 8, "total_output_tokens": 3, "total_tokens": 11},
        },
        {  # an interaction's last event
            "event_type": "interaction.completed",
            "interaction": {
                "object": "interaction",
                "usage": {"total_input_tokens": 8, "total_output_tokens": 3},
            },
        },
        {"total_input_tokens": 8, "total_output_tokens": 3, "total_tokens": 11},
    ],
)
def test_usage_of_reads_json_of_rest(rest: dict[str, Any]) -> None:
    assert usage_of(rest) == Usage(prompt=8, output=3, total=11)


@pytest.mark.parametrize(
    "told",
    [
        types.CountTokensResponse(total_tokens=31),
        {"totalTokens": 31, "promptTokensDetails": [{"modality": "TEXT", "tokenCount": 31}]},
        types.CachedContentUsageMetadata(total_token_count=31, text_count=90),
        types.CachedContent(usage_metadata={"total_token_count": 31}, name="cachedContents/a"),
        {"embedding": {"values": [1.0]}, "usageMetadata": {"promptTokenCount": 31}},
        *(
            [types.EmbedContentResponse(usage_metadata={"prompt_token_count": 31})]
            if "usage_metadata" in types.EmbedContentResponse.model_fields  # not in every SDK
            else []
        ),
    ],
)
def test_usage_of_what_is_only_sent_is_all_prompt(told: object) -> None:
    assert usage_of(told) == Usage(prompt=31, total=31)


@pytest.mark.parametrize(
    "nothing", [None, "text", 7, {}, [], {"usage": "low"}, {"totalTokens": "31"}, {"embedding": {}}]
)
def test_usage_of_what_tells_no_counts_is_none(nothing: object) -> None:
    assert usage_of(nothing) is None


def test_usage_of_a_usage_is_that_usage() -> None:
    usage = Usage(prompt=1, total=1, is_estimate=True)

    assert usage_of(usage) is usage


def test_usage_of_an_answer_of_stream_is_what_its_last_chunk_told(client: genai.Client) -> None:
    chunks = list(client.models.generate_content_stream(model=MODEL, contents="Tell me of rain."))

    assert usage_of(stream(chunks, badge=False)) == usage_of(chunks[-1])


def test_usage_of_chunks_is_what_the_last_ones_told() -> None:
    # Gemini repeats its counts cumulatively; the prompt's may drop in the last chunk.
    chunks = [
        response(prompt_token_count=20, candidates_token_count=5, total_token_count=25),
        response(prompt_token_count=20, candidates_token_count=9, total_token_count=29),
        response(prompt_token_count=12, candidates_token_count=11, total_token_count=23),
    ]

    assert usage_of(chunks) == Usage(prompt=12, output=11, total=23)


def test_usage_of_an_interrupted_stream_is_what_it_had_told(client: genai.Client) -> None:
    chunks = client.models.generate_content_stream(model=MODEL, contents="Tell me of the sea.")
    taken = [next(iter(chunks)), next(iter(chunks))]

    assert usage_of(taken) == usage_of(taken[-1])


@quick
@given(usages(), usages(), usages())
def test_usages_add_up_whatever_their_order(a: Usage, b: Usage, c: Usage) -> None:
    added = a + b

    assert (a + b) + c == a + (b + c)
    assert a + Usage() == a == Usage() + a
    assert added.total == added.prompt + added.thoughts + added.tool_use + added.output
    assert added.is_estimate == (a.is_estimate or b.is_estimate)
    assert sum(n for *_, n in added.modalities) == sum(n for *_, n in a.modalities + b.modalities)


def test_usage_of_the_embedded_servers_answers_is_an_estimate(
    client: genai.Client,
) -> None:
    whole = client.models.generate_content(
        model=MODEL, contents="Describe a lighthouse.", config={"seed": 7}
    )
    chunks = list(
        client.models.generate_content_stream(
            model=MODEL, contents="Describe a lighthouse.", config={"seed": 7}
        )
    )

    usage = usage_of(whole)
    assert usage is not None
    assert usage.is_estimate
    assert usage.total == usage.prompt + usage.output
    assert usage_of(chunks) == usage
    assert answered_by(chunks) == answered_by(whole) == "offline/templates"


def test_usage_of_an_interaction_is_that_of_its_events(client: genai.Client) -> None:
    whole = client.interactions.create(model=MODEL, input="Describe a lighthouse.")
    events = list(
        client.interactions.create(model=MODEL, input="Describe a lighthouse.", stream=True)
    )

    usage = usage_of(whole)
    assert usage is not None
    assert usage.is_estimate
    assert usage.prompt > 0
    assert usage_of(events) == usage
    assert usage_of(events[0]) is None
    assert usage_of(whole.usage) == replace(usage, is_estimate=False)
    assert answered_by(whole) == answered_by(events) == "offline/templates"


def test_usage_of_a_count_made_offline_is_an_estimate(client: genai.Client) -> None:
    count = client.models.count_tokens(model=MODEL, contents="Describe a lighthouse.")

    usage = usage_of(count)
    assert usage is not None
    assert usage.prompt == count.total_tokens
    assert usage.is_estimate
