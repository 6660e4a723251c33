"""The genuine SDK against the real embedded server; run with each supported SDK version."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest
from google.genai import errors, types
from PIL import Image, ImageDraw

if TYPE_CHECKING:
    from google import genai

MODEL = "gemini-3.8-flash"


def picture(colour: str) -> bytes:
    image = Image.new("RGB", (320, 240), "white")
    ImageDraw.Draw(image).ellipse((40, 60, 140, 160), fill=colour)
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def test_an_answer_names_the_offline_model(client: genai.Client) -> None:
    reply = client.models.generate_content(model=MODEL, contents="Tell me about lighthouses.")

    assert reply.text
    assert reply.model_version.startswith("offline/")
    assert reply.candidates[0].finish_reason == types.FinishReason.STOP
    assert reply.sdk_http_response.headers["x-gemini-nb-mode"] == "offline"


def test_usage_adds_up(client: genai.Client) -> None:
    config = types.GenerateContentConfig(
        thinking_config=types.ThinkingConfig(include_thoughts=True)
    )
    reply = client.models.generate_content(
        model=MODEL, contents="How do bees find flowers?", config=config
    )

    usage = reply.usage_metadata
    assert usage.thoughts_token_count > 0
    assert usage.total_token_count == (
        usage.prompt_token_count + usage.candidates_token_count + usage.thoughts_token_count
    )
    counted = client.models.count_tokens(model=MODEL, contents="How do bees find flowers?")
    assert counted.total_tokens == usage.prompt_token_count


def test_a_stream_carries_the_same_text_as_the_whole_answer(client: genai.Client) -> None:
    asked = {"contents": "Write a story about a lost umbrella.", "config": {"seed": 3}}
    whole = client.models.generate_content(model=MODEL, **asked)
    chunks = list(client.models.generate_content_stream(model=MODEL, **asked))

    assert len(chunks) > 3
    assert "".join(chunk.text for chunk in chunks) == whole.text
    assert chunks[-1].candidates[0].finish_reason == types.FinishReason.STOP
    totals = [chunk.usage_metadata.total_token_count for chunk in chunks]
    assert totals == sorted(totals)
    assert totals[-1] == whole.usage_metadata.total_token_count


async def _stream(client: genai.Client, prompt: str) -> str:
    stream = await client.aio.models.generate_content_stream(
        model=MODEL, contents=prompt, config={"seed": 3}
    )
    return "".join([chunk.text async for chunk in stream])


def test_the_asynchronous_client_streams_the_same(client: genai.Client) -> None:
    import asyncio

    prompt = "Write a story about a lost umbrella."
    whole = client.models.generate_content(model=MODEL, contents=prompt, config={"seed": 3})

    async def run() -> str:
        try:
            return await _stream(client, prompt)
        finally:
            await client.aio.aclose()

    assert asyncio.run(run()) == whole.text


def test_a_chat_grows_its_prompt_with_the_history(client: genai.Client) -> None:
    chat = client.chats.create(model=MODEL, config={"seed": 3})
    first = chat.send_message("I am planning a garden on a balcony.")
    streamed = list(chat.send_message_stream("What should I plant first?"))

    assert len(chat.get_history(curated=True)) >= 4
    assert streamed[-1].usage_metadata.prompt_token_count > first.usage_metadata.total_token_count


def test_a_system_instruction_changes_the_answer(client: genai.Client) -> None:
    prompt = "Write a story about a harbour."
    plain = client.models.generate_content(model=MODEL, contents=prompt)
    config = types.GenerateContentConfig(
        system_instruction="You are an old sailor who has seen every harbour."
    )
    told = client.models.generate_content(model=MODEL, contents=prompt, config=config)

    assert "sailor" in told.text
    assert "sailor" not in plain.text


@pytest.mark.parametrize(
    "config", [{"temperature": 0.0}, {"seed": 5, "temperature": 1.7, "top_p": 0.5}], ids=str
)
def test_the_same_request_gets_the_same_answer(client: genai.Client, config: dict) -> None:
    def ask() -> str:
        return client.models.generate_content(
            model=MODEL, contents="Write a story about a quiet street.", config=config
        ).text

    assert ask() == ask()


def test_without_a_seed_answers_differ(
    client: genai.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GEMINI_NB_SEED", raising=False)
    texts = {
        client.models.generate_content(
            model=MODEL, contents="Write a story about a lost umbrella."
        ).text
        for _ in range(4)
    }

    assert len(texts) > 1


def test_max_output_tokens_cuts_thoughts_and_answer_and_says_so(client: genai.Client) -> None:
    reply = client.models.generate_content(
        model=MODEL,
        contents="Write a long story.",
        config={
            "max_output_tokens": 30,
            "thinking_config": {"include_thoughts": True, "thinking_budget": 200},
        },
    )

    usage = reply.usage_metadata
    assert reply.candidates[0].finish_reason == types.FinishReason.MAX_TOKENS
    assert usage.thoughts_token_count + (usage.candidates_token_count or 0) <= 30


def test_a_stop_sequence_ends_the_text_before_it(client: genai.Client) -> None:
    prompt = "Write a story about a clock."
    whole = client.models.generate_content(model=MODEL, contents=prompt, config={"seed": 1}).text
    stop = whole.split()[8]
    reply = client.models.generate_content(
        model=MODEL, contents=prompt, config={"seed": 1, "stop_sequences": [stop]}
    )

    assert stop not in reply.text
    assert whole.startswith(reply.text)


def test_candidates_differ(client: genai.Client) -> None:
    reply = client.models.generate_content(
        model=MODEL, contents="Write a story about a bridge.", config={"candidate_count": 3}
    )

    texts = [candidate.content.parts[0].text for candidate in reply.candidates]
    assert len(set(texts)) == 3


def test_log_probabilities_are_refused_as_gemini_does(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError, match=f"Logprobs is not enabled for models/{MODEL}"):
        client.models.generate_content(
            model=MODEL, contents="Hello", config={"response_logprobs": True, "logprobs": 3}
        )


def test_a_schema_gives_valid_json_that_the_sdk_parses(client: genai.Client) -> None:
    from pydantic import BaseModel

    class Keeper(BaseModel):
        name: str
        age: int

    reply = client.models.generate_content(
        model=MODEL,
        contents="Ann is 52 years old, Bob is 47 years old. List them.",
        config={"response_mime_type": "application/json", "response_schema": list[Keeper]},
    )

    assert reply.parsed == [Keeper(name="Ann", age=52), Keeper(name="Bob", age=47)]


def test_an_enum_answer_is_one_of_the_words(client: genai.Client) -> None:
    config = {
        "response_mime_type": "text/x.enum",
        "response_schema": {"type": "STRING", "enum": ["drum", "violin", "flute"]},
    }
    reply = client.models.generate_content(
        model=MODEL, contents="I play the violin. Which instrument do I play?", config=config
    )

    assert reply.text == "violin"


def test_a_picture_is_described_from_its_pixels(client: genai.Client) -> None:
    def describe(colour: str) -> str:
        part = types.Part.from_bytes(data=picture(colour), mime_type="image/png")
        reply = client.models.generate_content(model=MODEL, contents=["What do you see?", part])
        assert reply.model_version == "offline/vision"
        return reply.text

    assert "red" in describe("red")
    assert "blue" in describe("blue")
    assert "red" not in describe("blue")


def test_the_models_are_listed_page_by_page(client: genai.Client) -> None:
    names = [model.name for model in client.models.list(config={"page_size": 3})]

    assert len(names) == len(set(names)) > 6
    assert "models/gemini-robotics-er-2-preview" in names
    model = client.models.get(model=MODEL)
    assert "offline" in model.display_name
    assert "generateContent" in model.supported_actions


def test_a_retired_model_names_its_replacement(client: genai.Client) -> None:
    with pytest.raises(errors.ClientError) as caught:
        client.models.generate_content(model="gemini-pro", contents="Hello")

    assert caught.value.code == 404
    assert caught.value.status == "NOT_FOUND"
    assert "no longer available" in caught.value.message
    assert "gemini-3.8-flash" in caught.value.message


@pytest.mark.parametrize("count", [1, 3])
def test_every_content_gets_a_vector(client: genai.Client, count: int) -> None:
    contents = [
        types.Content(role="user", parts=[types.Part(text=f"Document number {n}")])
        for n in range(count)
    ]
    reply = client.models.embed_content(
        model="gemini-embedding-2", contents=contents, config={"output_dimensionality": 256}
    )

    assert [len(embedding.values) for embedding in reply.embeddings] == [256] * count


def test_content_named_as_cached_counts_as_cached(client: genai.Client) -> None:
    cache = client.caches.create(
        model=MODEL,
        config={
            "contents": ["The harbour of Brin has nine cranes. " * 600],
            "system_instruction": "You know the harbour.",
            "ttl": "120s",
        },
    )
    reply = client.models.generate_content(
        model=MODEL, contents="How many cranes?", config={"cached_content": cache.name}
    )

    usage = reply.usage_metadata
    assert usage.cached_content_token_count == cache.usage_metadata.total_token_count
    assert usage.prompt_token_count > usage.cached_content_token_count
    changed = client.caches.update(name=cache.name, config={"ttl": "600s"})
    assert changed.expire_time > cache.expire_time
    assert cache.name in [other.name for other in client.caches.list()]
    client.caches.delete(name=cache.name)
    with pytest.raises(errors.ClientError):
        client.caches.get(name=cache.name)
