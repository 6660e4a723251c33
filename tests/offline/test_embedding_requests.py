"""embedContent and batchEmbedContents: what the two generations of models do with a request."""

from __future__ import annotations

import base64
import io
import json
import urllib.request
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

if TYPE_CHECKING:
    from gemini_nb.offline.server import EmbeddedServer

PROPERTY = settings(max_examples=25, derandomize=True, deadline=None)
FIRST, SECOND = "gemini-embedding-001", "gemini-embedding-2"
TASKS = {
    "search result": "RETRIEVAL_QUERY",
    "question answering": "QUESTION_ANSWERING",
    "fact checking": "FACT_VERIFICATION",
    "code retrieval": "CODE_RETRIEVAL_QUERY",
    "classification": "CLASSIFICATION",
    "clustering": "CLUSTERING",
    "sentence similarity": "SEMANTIC_SIMILARITY",
}
sentences = st.lists(st.text("abcdefgh", min_size=3, max_size=8), min_size=1, max_size=8).map(
    " ".join
)


def embed(server: EmbeddedServer, model: str, *texts: str, **options: Any) -> np.ndarray:
    contents = [{"parts": [{"text": text}]} for text in texts]
    return embed_contents(server, model, contents, **options)


def embed_contents(
    server: EmbeddedServer, model: str, contents: list[Any], **options: Any
) -> np.ndarray:
    """The vectors that batchEmbedContents answers with, one row for each content."""
    body = {"requests": [{"content": content, **options} for content in contents]}
    request = urllib.request.Request(
        f"{server.base_url}/v1beta/models/{model}:batchEmbedContents",
        json.dumps(body).encode(),
        {"x-goog-api-key": "any", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        return np.array([item["values"] for item in json.load(reply)["embeddings"]])


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("name", TASKS)
@PROPERTY
@given(sentences, st.integers(2, 200))
def test_a_prefix_tells_the_second_model_what_a_task_type_tells_the_first(
    server: EmbeddedServer, name: str, text: str, dimensions: int
) -> None:
    length = {"outputDimensionality": dimensions}
    told = embed(server, FIRST, text, taskType=TASKS[name], **length)
    prefixed = embed(server, SECOND, f"task: {name} | query: {text}", **length)

    assert prefixed == pytest.approx(unit(told), abs=1e-6)


@pytest.mark.parametrize(("title", "written"), [("Tide tables", "Tide tables"), (None, "none")])
@PROPERTY
@given(text=sentences)
def test_a_document_is_the_same_to_both_models(
    server: EmbeddedServer, title: str | None, written: str, text: str
) -> None:
    named = {"title": title} if title else {}
    told = embed(server, FIRST, text, taskType="RETRIEVAL_DOCUMENT", **named)

    assert embed(server, SECOND, f"title: {written} | text: {text}") == pytest.approx(
        told, abs=1e-6
    )


def test_a_question_with_its_prefix_finds_the_document_with_its_own(
    server: EmbeddedServer,
) -> None:
    documents = [
        "title: Ferries | text: The last boat to the island leaves at nine.",
        "title: none | text: What is the task of a result, and what is a query?",
        "title: Bread | text: A stiff dough is kneaded longer.",
    ]
    question = embed(server, SECOND, "task: search result | query: When is the last boat?")
    scores = embed(server, SECOND, *documents) @ question[0]

    assert scores.argmax() == 0
    assert scores[1] < 0.1  # the words of the prefix itself count for nothing


def test_the_second_model_ignores_task_type_and_title(server: EmbeddedServer) -> None:
    text = "What is the oldest bridge of the town?"
    told = embed(server, SECOND, text, taskType="RETRIEVAL_DOCUMENT", title="Bridges")

    assert (told == embed(server, SECOND, text)).all()


def test_the_first_model_takes_a_prefix_for_text(server: EmbeddedServer) -> None:
    prefixed = embed(server, FIRST, "task: clustering | query: grey geese", "grey geese")

    assert prefixed[0] @ prefixed[1] < 0.9


def test_an_unknown_task_stays_text(server: EmbeddedServer) -> None:
    prefixed = "task: juggling | query: grey geese"
    second = embed(server, SECOND, prefixed, "grey geese")

    assert (second[:1] == embed(server, FIRST, prefixed)).all()
    assert second[0] @ second[1] < 0.9


def test_a_prefix_counts_for_all_parts_of_a_content(server: EmbeddedServer) -> None:
    parts = ["task: clustering | query: the grey geese", "and the white swans"]
    content = {"parts": [{"text": part} for part in parts]}
    whole = embed(server, SECOND, "task: clustering | query: the grey geese and the white swans")

    assert embed_contents(server, SECOND, [content]) == pytest.approx(whole, abs=1e-6)


def test_a_prefix_may_follow_a_picture_and_alone_adds_nothing_to_it(
    server: EmbeddedServer,
) -> None:
    encoded = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(encoded, "PNG")
    data = base64.b64encode(encoded.getvalue()).decode()
    picture = {"inlineData": {"mimeType": "image/png", "data": data}}

    alone, prefixed, told = embed_contents(
        server,
        SECOND,
        [
            {"parts": [picture]},
            {"parts": [picture, {"text": "task: clustering | query: "}]},
            {"parts": [picture, {"text": "task: clustering | query: grey geese"}]},
        ],
    )
    geese = embed(server, SECOND, "task: clustering | query: grey geese")

    assert (alone == prefixed).all()
    assert told[None] == pytest.approx(unit(alone + geese), abs=1e-6)


@PROPERTY
@given(sentences, st.integers(1, 3071))
def test_the_first_model_returns_the_beginning_of_the_whole_vector_as_it_is(
    server: EmbeddedServer, text: str, dimensions: int
) -> None:
    whole = embed(server, FIRST, text)
    short = embed(server, FIRST, text, outputDimensionality=dimensions)

    assert np.linalg.norm(whole) == pytest.approx(1, abs=1e-5)
    assert (short == whole[:, :dimensions]).all()


@pytest.mark.parametrize("dimensions", [256, 768, 1536])
def test_shortened_vectors_of_the_first_model_are_no_units_and_those_of_the_second_are(
    server: EmbeddedServer, dimensions: int
) -> None:
    text, length = "Bees dance to tell of flowers.", {"outputDimensionality": dimensions}
    first = embed(server, FIRST, text, **length)
    second = embed(server, SECOND, text, **length)

    assert np.linalg.norm(first) == pytest.approx((dimensions / 3072) ** 0.5, rel=0.1)
    assert np.linalg.norm(second) == pytest.approx(1, abs=1e-5)
    assert second == pytest.approx(unit(first), abs=1e-6)


@pytest.mark.parametrize("model", [FIRST, SECOND])
@settings(PROPERTY, max_examples=10)
@given(st.lists(sentences, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_vectors_come_in_the_order_of_the_requests(
    server: EmbeddedServer, model: str, texts: list[str], chance: Any
) -> None:
    order = list(range(len(texts)))
    chance.shuffle(order)
    vectors = embed(server, model, *texts, outputDimensionality=24)
    shuffled = embed(server, model, *(texts[n] for n in order), outputDimensionality=24)

    assert (shuffled == vectors[order]).all()
